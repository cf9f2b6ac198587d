"""Casualties, sums and moments as people write them, and sentences that tell of an incident."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.casualties import casualties_in, read_casualties, read_loss, read_number, says_how_many_more
from handlers.incident_times import read_moment
from handlers.incident_words import kind_of, looks_like_an_incident, surely_an_incident
from models.base import UserError
from models.incident_grade import COUNT_MAX, PEOPLE, Counts
from models.policy import Policy

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)  # 09:00 in Yanling
NOBODY = Counts(**dict.fromkeys(PEOPLE, 0))


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ("死1伤3困2", Counts(dead=1, hurt=3, trapped=2)),
        ("1死3伤", Counts(dead=1, hurt=3)),
        ("死亡1人，受伤3人", Counts(dead=1, hurt=3)),
        ("2人死亡、1人重伤、4人轻伤", Counts(dead=2, severe=1, light=4)),
        ("重伤2轻伤5失联1", Counts(severe=2, light=5, missing=1)),
        ("3人受伤，其中1人重伤", Counts(hurt=2, severe=1)),
        ("两人死亡，十二人受伤", Counts(dead=2, hurt=12)),
        ("死二十一伤一百零五", Counts(dead=21, hurt=105)),
        ("死了两个", Counts(dead=2)),
        ("中毒3人", Counts(severe=3)),  # acute poisoning counts as severe (第三条)
        ("3名工人被埋", Counts(trapped=3)),
        ("死１伤２", Counts(dead=1, hurt=2)),
        ("伤3人，正在送医院", Counts(hurt=3)),
        ("无人死亡，3人受伤", Counts(dead=0, hurt=3)),
        ("没有", NOBODY),
        ("无人员伤亡", NOBODY),
        ("没有伤亡。", NOBODY),
        ("0", NOBODY),
        ("none", NOBODY),
        ("no casualties", NOBODY),
        ("2 dead, 3 injured, 1 missing", Counts(dead=2, hurt=3, missing=1)),
        ("还不清楚", Counts()),
        ("伤亡情况不明", Counts()),
        ("not known yet", Counts()),
    ],
)
def test_a_line_of_casualties(said: str, counts: Counts) -> None:
    assert read_casualties(said) == counts


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("死-1", "count-negative"),
        ("死99999", "count-too-many"),
        ("死" + "9" * 5000, "count-too-many"),
        ("乱七八糟", "casualties-unclear"),
        ("死1.5", "casualties-unclear"),
        ("?", "casualties-unclear"),
        ("3", "casualties-of-what"),
        ("伤亡3人", "casualties-of-what"),
        ("有人受伤", "casualties-how-many"),
        ("死1伤3困", "casualties-how-many"),
        ("伤3-5人", "casualties-range"),
        ("三到五人受伤", "casualties-range"),
        ("死1死2", "casualties-twice"),
        ("又死1个", "casualties-more"),
        ("新增伤2", "casualties-more"),
        ("one more dead", "casualties-more"),
    ],
)
def test_a_line_that_is_none_is_told_why(said: str, fault: str) -> None:
    with pytest.raises(UserError) as caught:
        read_casualties(said)
    assert caught.value.key == fault


@pytest.mark.parametrize(
    ("said", "dead"),
    [
        ("又发生爆炸，死2人", 2),
        ("增加警力，死2人", 2),
        ("fire at another shop, 2 dead", 2),
        ("又有1人死亡", None),
        ("再死1个", None),
        ("two hurt, one more died", None),
    ],
)
def test_how_many_more_is_no_number_of_all(said: str, dead: int | None) -> None:
    counts = casualties_in(said)
    assert (counts.dead if counts else None) == dead
    assert says_how_many_more(said) == (dead is None)


@given(
    st.dictionaries(
        st.sampled_from(["死", "重伤", "轻伤", "失联", "困"]), st.integers(0, COUNT_MAX), min_size=1
    )
)
def test_every_order_and_number_is_read_as_written(parts: dict[str, int]) -> None:
    names = {"死": "dead", "重伤": "severe", "轻伤": "light", "失联": "missing", "困": "trapped"}
    counts = Counts(**{names[word]: number for word, number in parts.items()})
    assert read_casualties("".join(f"{word}{number}" for word, number in parts.items())) == counts
    assert read_casualties("，".join(f"{number}人{word}" for word, number in parts.items())) == counts


@given(st.text(max_size=60))
def test_whatever_is_typed_is_counted_or_refused(said: str) -> None:
    try:
        counts = read_casualties(said)
    except UserError:
        return
    assert all(value is None or 0 <= value <= COUNT_MAX for value in counts.people.values())


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("两", 2),
        ("三人", None),
        ("", None),
    ],
)
def test_numbers(said: str, number: int | None) -> None:
    assert read_number(said) == number


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("35万", 350_000),
        ("1200万元", 12_000_000),
        ("0.8亿", 80_000_000),
        ("350000", 350_000),
        ("1,200,000元", 1_200_000),
    ],
)
def test_a_sum(said: str, yuan: int) -> None:
    assert read_loss(said) == yuan


@pytest.mark.parametrize(
    ("said", "fault"), [("很多", "loss-unclear"), ("-5万", "loss-unclear"), ("99999999亿", "loss-too-much")]
)
def test_a_sum_that_is_none(said: str, fault: str) -> None:
    with pytest.raises(UserError) as caught:
        read_loss(said)
    assert caught.value.key == fault


@pytest.mark.parametrize(
    ("said", "hour", "minute", "day"),
    [
        ("8:55", 8, 55, 28),
        ("8点55分", 8, 55, 28),
        ("8点", 8, 0, 28),
        ("23:50", 23, 50, 27),  # today's is still to come
        ("昨天 23:50", 23, 50, 27),
        ("9-27 7:05", 7, 5, 27),
        ("9月26日 7点05", 7, 5, 26),
        ("yesterday 07:05", 7, 5, 27),
        ("刚才", 9, 0, 28),
    ],
)
def test_a_moment(said: str, hour: int, minute: int, day: int) -> None:
    local = Policy().local(read_moment(said, now=NOW, policy=Policy()))
    assert (local.day, local.hour, local.minute) == (day, hour, minute)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("早上", "moment-unclear"),
        ("25:00", "moment-unclear"),
        ("2-30 8:00", "moment-unclear"),
        ("今天 23:50", "moment-ahead"),
        ("12-31 8:00", "moment-ahead"),
    ],
)
def test_a_moment_that_is_none(said: str, fault: str) -> None:
    with pytest.raises(UserError) as caught:
        read_moment(said, now=NOW, policy=Policy())
    assert caught.value.key == fault


HAPPENED = [
    ("彭店镇烧烤店爆炸3人受伤", "explosion"),
    ("马栏镇加油站着火了", "fire"),
    ("会议室着火了", "fire"),
    ("刘拐村有人掉河里了", "drowning"),
    ("S219和文化路口两辆车相撞，伤2人", "traffic"),
    ("沟里翻了一辆大巴，车上三十多人", "traffic"),
    ("陶城镇路上翻车了", "traffic"),
    ("学校食堂学生吃完饭吐了十几个，疑似中毒", "poisoning"),
    ("化工厂泄漏，好几个人熏倒", "poisoning"),
    ("工地塔吊倒了，压住两个人", "collapse"),
    ("大棚塌了人被埋在里面", "collapse"),
    ("村民家房子塌了没伤人", "collapse"),
    ("彭店镇中心小学门口踩踏", "crowd"),
    ("暴雨把马坊镇低洼处淹了，有人被困", "weather"),
    ("饭店煤气炸了，死了一个伤了五个", "explosion"),
    ("电动车充电着火，烧死一人", "fire"),
    ("厂里机器把工人手压断了", "collapse"),
    ("fire at the school, 2 people injured", "fire"),
    ("explosion at the restaurant", "explosion"),
    ("出事了快来", None),
]


@pytest.mark.parametrize(("said", "kind"), HAPPENED)
def test_a_sentence_that_tells_of_an_incident(said: str, kind: str | None) -> None:
    assert looks_like_an_incident(said)
    assert kind_of(said) == kind


@pytest.mark.parametrize(
    "said",
    [
        "家里煤气罐皮管裂了",
        "厂里没有灭火器，着火了咋办",
        "锅炉安全阀坏了怕爆炸",
        "去年这里淹死过人，现在还没护栏",
        "老房子墙裂了要倒",
        "你好",
    ],
)
def test_a_sentence_of_a_hazard_tells_of_none(said: str) -> None:
    assert not looks_like_an_incident(said)


def test_hardly_any_of_the_labelled_hazards_is_taken_for_an_incident() -> None:
    """One of 482 at the time of writing; it costs its reporter one tap."""
    with (ROOT / "bench/labelled.csv").open(encoding="utf-8") as file:
        sentences = [row["text"] for row in csv.DictReader(file)]
    taken = [said for said in sentences if looks_like_an_incident(said)]
    assert len(sentences) > 400
    assert len(taken) <= 5, taken


def test_who_says_so_first_is_believed() -> None:
    assert surely_an_incident("突发：张桥镇板材厂起火")
    assert surely_an_incident("出事了")
    assert not surely_an_incident("彭店镇烧烤店爆炸3人受伤")


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("彭店镇烧烤店爆炸3人受伤", Counts(hurt=3)),
        ("饭店煤气炸了，死了一个伤了五个", Counts(dead=1, hurt=5)),
        ("马栏镇加油站着火了", None),
        ("S219和文化路口两辆车相撞", None),
    ],
)
def test_the_casualties_in_a_sentence(sentence: str, counts: Counts | None) -> None:
    assert casualties_in(sentence) == counts

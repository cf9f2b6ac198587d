"""What a free sentence tells: sector, accident, unit; and the labelled sentences it is measured on."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from bot.criteria_table import shipped_criteria
from handlers.intake import kind_of, known_unit, looks_like_a_report, may_be_a_report, new_unit, sector_of
from models.places import AreaIndex, parse_areas
from models.sectors import KINDS, SECTORS
from models.units import KnownUnit

ROOT = Path(__file__).parent.parent
TOWN = "411024108"
KNOWN = [
    KnownUnit(1, "老城烧烤店", TOWN),
    KnownUnit(2, "彭店镇中心小学", TOWN),
    KnownUnit(3, "老城烧烤店二分店", TOWN),
    KnownUnit(4, "油坊", TOWN),
]


@pytest.fixture(scope="module")
def index() -> AreaIndex:
    """Yanling's places."""
    rows = parse_areas((ROOT / "bot/data/yanling_divisions.csv").read_text(encoding="utf-8"))
    return AreaIndex((row.code, row.level, row.name, list(row.aliases)) for row in rows)


@pytest.mark.parametrize(
    ("said", "sector"),
    [
        ("家里煤气罐皮管裂了", "gas"),
        ("炮厂工房人太多", "chemicals"),
        ("加油站卸油没接地线", "chemicals"),
        ("校车超员", "transport"),
        ("路口没有红绿灯", "transport"),
        ("工地脚手架晃", "construction"),
        ("楼道里电动车充电", "fire"),
        ("医院的电梯没年检", "special_equipment"),  # the thing before the place
        ("医院病房插座烧黑了", "health"),  # the place before what is in it
        ("幼儿园安全出口锁了", "education"),
        ("花博园木栈桥朽了", "tourism"),
        ("变压器没围栏", "power"),
        ("面粉厂粉尘积得厚", "other"),
        ("楼里电梯井口没挡板", "construction"),  # a lift shaft is no lift
        ("你好", None),
        ("", None),
    ],
)
def test_the_sector_of_a_sentence(said: str, sector: str | None) -> None:
    assert sector_of(said) == sector


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("安全出口堵死了", "fire"),
        ("煤气罐漏气", "explosion"),
        ("锅炉安全阀坏了", "explosion"),
        ("老房子墙裂了要倒", "collapse"),
        ("急弯翻了两辆车", "rollover"),
        ("机井没盖子", "other"),
        ("发电机打不着火", "other"),  # no fire
        ("你好", None),
    ],
)
def test_the_accident_to_be_feared(said: str, kind: str | None) -> None:
    assert kind_of(said) == kind


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("彭店镇老王烧烤店气罐漏气", "老王烧烤店"),
        ("彭店老王烧烤店气罐漏气", "老王烧烤店"),
        ("昨天去陈化店镇，金太阳幼儿园后门锁着", "金太阳幼儿园"),
        ("彭店镇金色年华ktv后门锁着", "金色年华ktv"),
        ("彭店镇卫生院没有消防栓", "彭店镇卫生院"),  # what a place has one of
        ("大马镇中心小学墙裂了", "大马镇中心小学"),
        ("马坊镇鑫源机械厂电工没证", "鑫源机械厂"),
        ("彭店镇烧烤店气罐漏气", None),  # a trade is no name
        ("彭店镇有个烧烤店气罐漏气", None),
        ("彭店镇一家幼儿园后门锁着", None),
        ("彭店镇旁边的幼儿园后门锁着", None),
        ("彭店镇豆腐厂锅炉没检", None),
        ("彭店镇老王家盖房没人戴安全帽", None),
        ("彭店镇", None),
    ],
)
def test_a_new_unit_behind_its_place(index: AreaIndex, said: str, unit: str | None) -> None:
    spot = index.mentioned(said)
    assert spot is not None
    assert new_unit(said, spot) == unit


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("彭店镇老城烧烤店气罐漏气", 1),
        ("老城烧烤店气罐漏气", 1),
        ("老城烧烤店二分店气罐漏气", 3),  # the longer name
        ("彭店镇中心小学墙裂了", 2),
        ("彭店镇的中心小学墙裂了", 2),
        ("油坊门口堵了", None),  # too short a name to be sure
        ("烧烤店气罐漏气", None),
        ("", None),
    ],
)
def test_a_unit_on_record(index: AreaIndex, said: str, number: int | None) -> None:
    found = known_unit(said, KNOWN, index)
    assert (found.id if found else None) == number


@pytest.mark.parametrize(
    "said", ["煤气漏", "彭店镇村口有个东西不对劲", "消防通道堵了", "a gas cylinder next to the stove"]
)
def test_what_names_something_or_a_place_is_a_report(index: AreaIndex, said: str) -> None:
    assert looks_like_a_report(said, index)


@pytest.mark.parametrize(
    "said",
    [
        "你好",
        "那边有个东西不对劲",
        "彭店镇还有几条没整改",
        "逾期的有哪些",
        "彭店镇10月1日谁带班",
        "刚才那个写错了",
        "彭店镇值班电话",
        "燃气的隐患有几条？",
        "thanks",
        "status",
        "when is it due",
        "who is on duty",
    ],
)
def test_what_asks_or_names_nothing_is_none(index: AreaIndex, said: str) -> None:
    assert not looks_like_a_report(said, index)


# The labelled sentences


@pytest.fixture(scope="module")
def labelled() -> list[dict[str, str]]:
    """The rows of bench/labelled.csv."""
    with (ROOT / "bench/labelled.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_label_is_one_that_there_is(index: AreaIndex, labelled: list[dict[str, str]]) -> None:
    codes = {row.code for row in shipped_criteria()}
    for row in labelled:
        assert row["part"] in ("tune", "held", "late"), row
        assert row["area"] in {*index.by_code, ""}, row
        assert row["sector"] in SECTORS, row
        assert row["kind"] in KINDS, row
        assert not row["unit"] or row["unit"] in row["text"], row
        assert not row["standard"] or "-".join((row["standard"], row["article"], row["item"])) in codes, row


def test_the_labelled_sentences_are_many_and_of_all_sorts(labelled: list[dict[str, str]]) -> None:
    assert len({row["text"] for row in labelled}) == len(labelled) >= 200
    criteria = {(row["standard"], row["article"], row["item"]) for row in labelled if row["standard"]}
    assert len(criteria) >= 120
    assert sum(not row["standard"] for row in labelled) >= 40
    assert {row["sector"] for row in labelled} == set(SECTORS)
    for part, least in (("tune", 200), ("held", 90), ("late", 80)):
        of_part = [row for row in labelled if row["part"] == part]
        assert len(of_part) >= least
        assert min(Counter(row["sector"] for row in of_part)[sector] for sector in SECTORS) >= 2, part


def test_of_the_labelled_sentences_hardly_any_is_asked_about_first(
    index: AreaIndex, labelled: list[dict[str, str]]
) -> None:
    missed = [row["text"] for row in labelled if not looks_like_a_report(row["text"], index)]
    assert len(missed) <= 6, missed
    assert all(may_be_a_report(said) for said in missed)
    assert not may_be_a_report("长" * 10_000)

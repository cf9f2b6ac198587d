"""Which criteria an everyday sentence is likened to."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from bot.criteria_table import first_criteria, shipped_criteria
from models.base import Actor, Grant
from models.criteria import criteria_at, criterion
from models.criteria_rank import FLOOR, CriteriaIndex, Entry, plain, rank_criteria
from models.people import ADMIN

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
OFFICE = Actor("411024", None, "李静", "cli", (Grant(ADMIN),))


@pytest.fixture(scope="module")
def rank() -> Callable[..., list[str]]:
    """The codes of the best criteria of the product's own table."""
    rows = shipped_criteria()
    codes = {row.id: row.code for row in rows}
    index = CriteriaIndex([Entry(row.id, row.standard, row.sector, row.title) for row in rows])

    def ranked(said: str, sector: str | None = None, limit: int = 3) -> list[str]:
        return [codes[each.id] for each in index.rank(said, sector, limit)]

    return ranked


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("彭店镇烧烤店煤气罐放在地下室", "GAS-9-1"),
        ("小区电梯过期没年检", "SE-4.6-1"),
        ("锅炉安全阀锈死了", "SE-4.2-3"),
        ("车间里木粉积了厚厚一层没人扫", "IND-11-10"),
        ("脚手架没有连墙件", "CON-7-2"),
        ("卖鞭炮的店楼上住着人", "FW-2017-20"),
        ("雷管和炸药放在一个库", "CE-2024-11"),
        ("高压铁塔歪了", "PW-5-9"),
        ("化工厂罐区没有紧急切断", "CHEM-2017-5"),
    ],
)
def test_a_plain_case_of_each_list_is_among_the_three(
    rank: Callable[..., list[str]], said: str, code: str
) -> None:
    assert code in rank(said)


def test_a_wrong_character_of_the_right_sound_does_no_harm(rank: Callable[..., list[str]]) -> None:
    assert rank("锅炉安全阀缺失")[0] == rank("锅炉安全伐缺失")[0] == rank("锅炉按全阀缺失")[0] == "SE-4.2-3"


@pytest.mark.parametrize("said", ["", "。。。", "今天天气不错", "谢谢", "hello", "村口路灯不亮"])
def test_what_is_like_nothing_is_given_nothing(rank: Callable[..., list[str]], said: str) -> None:
    assert rank(said) == []


def test_every_title_finds_itself(rank: Callable[..., list[str]]) -> None:
    """Most are unlike all others; a few lists share a wording."""
    rows = shipped_criteria()
    assert sum(row.code in rank(row.title) for row in rows) >= 0.95 * len(rows)


def test_the_sector_decides_between_lists_that_say_the_same(rank: Callable[..., list[str]]) -> None:
    said = "特种作业人员没有操作证"
    assert rank(said, "construction")[0] == "CON-4-3"
    assert rank(said, "other")[0] == "IND-3-2"


def test_the_best_come_first_and_no_more_than_asked_for(session: Session) -> None:
    first_criteria(session, by=OFFICE, now=NOW)
    held = criteria_at(session, on=date(2026, 11, 24))
    for limit in (1, 3, 5):
        found = rank_criteria("锅炉安全阀锈死了", "special_equipment", held, limit)
        assert len(found) == limit
        assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
        assert found[-1].score >= FLOOR
        assert criterion(session, found[0].id).code == "SE-4.2-3"


def test_there_is_nothing_to_rank_without_criteria() -> None:
    assert rank_criteria("锅炉安全阀锈死了", None, []) == []


def test_marks_and_width_do_not_matter() -> None:
    assert plain("ＬＮＧ 卸车，没有——拉断阀！") == "lng 卸车 没有 拉断阀"

"""Misspelt commands: typed by sound, with a slip, in letters; asked about, never done unasked."""

import pytest

from handlers.guesses import nearest
from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("签道", "签到"),
        ("qiandao", "签到"),
        ("台帐", "台账"),
        ("上报影患", "上报隐患"),
        ("逾其", "逾期"),
        ("交结班", "交接班"),
        ("/chekin", "checkin"),
        ("repot", "report"),
        ("hepl", "help"),
        ("my shift", "my shifts"),
    ],
)
def test_what_was_meant(typed: str, meant: str) -> None:
    assert nearest(typed)[0] == meant


@pytest.mark.parametrize(
    "typed", ["你好", "冒烟了", "着火了", "煤气漏了", "没事", "知道了", "x", "", "好" * 30, "in"]
)
def test_what_resembles_none(typed: str) -> None:
    assert nearest(typed) == []


async def test_a_misspelt_command_is_asked_about(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("上报影患")
    asked = worker.sees("没看懂“上报影患”", "您要的是不是")
    assert [label for label, _ in asked.buttons] == ["上报隐患"]
    await worker.taps("上报隐患")
    worker.sees("哪个镇")
    await worker.says("取消")
    await worker.says("逾其")
    await worker.taps("逾期")
    assert "逾期" in worker.last.text


@ON_THE_WEB
@ON_SQLITE
async def test_only_what_they_may_do_is_offered(town: Town) -> None:
    await town["office"].says("排版")
    assert [label for label, _ in town["office"].last.buttons] == ["排班"]
    await town["responsible"].says("排版")
    town["responsible"].sees("没看懂。发送“帮助”")


@ON_THE_WEB
@ON_SQLITE
async def test_in_english(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("/lang en")
    await worker.says("chekin")
    asked = worker.sees('I did not understand "chekin". Did you mean:')
    assert [label for label, _ in asked.buttons] == ["Checkin"]

"""The words of a button, typed: people who do not tap get the same."""

from datetime import timedelta

import pytest

from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, assign, hazards, report


async def test_what_stands_on_a_button_can_be_typed(town: Town) -> None:
    await report(town)
    await assign(town)
    owner = town["responsible"]
    assert "整改完成" in "".join(label for label, _ in owner.last.buttons)
    await owner.says("整改完成")
    owner.sees("整改")
    await owner.says("取消")


async def test_where_several_messages_have_it_one_is_asked(town: Town) -> None:
    for _ in range(2):
        await report(town)
        await assign(town)
    first, second = (hazard.number for hazard in hazards(town))
    owner = town["responsible"]
    await owner.says("帮助")  # now neither is the newest message
    await owner.says("整改完成")
    asked = owner.sees("好几条消息下面都有“整改完成”")
    assert len(asked.buttons) == 2
    assert second in asked.buttons[0][0]
    assert first in asked.buttons[1][0]
    await owner.taps(asked.buttons[1][0])
    assert first in owner.last.text


@ON_THE_WEB
@ON_SQLITE
async def test_yesterday_s_buttons_are_only_tapped(town: Town) -> None:
    await report(town)
    await assign(town)
    await town.passes(timedelta(days=2), step=timedelta(hours=6))
    office = town["office"]
    await office.says("属实·一般")
    office.sees("没看懂")


@pytest.mark.parametrize("said", ["修好了", "已经整改好了。", "fixed"])
async def test_who_says_that_it_is_fixed_is_asked_for_the_photo(town: Town, said: str) -> None:
    hazard = await report(town)
    await assign(town)
    owner = town["responsible"]
    await owner.says("帮助", said)
    assert "照片" in owner.last.text
    await owner.sends_photo("green")
    await owner.says("发完了", "跳过")
    assert hazards(town)[-1].state == "submitted"
    assert hazards(town)[-1].id == hazard.id


@ON_THE_WEB
@ON_SQLITE
async def test_of_several_it_is_asked_which_is_fixed(town: Town) -> None:
    for _ in range(2):
        await report(town)
        await assign(town)
    first, second = (hazard.number for hazard in hazards(town))
    owner = town["responsible"]
    await owner.says("帮助", "已经修好了")
    asked = owner.sees("您说的是哪一条")
    assert [label for label, _ in asked.buttons] == [second, first]
    await owner.taps(first)
    assert first in owner.last.text
    await owner.says("取消")
    await town["grid_worker"].says("已经修好了")  # nothing is theirs to fix
    town["grid_worker"].sees("没看懂")

"""谁在值班: of a town, of a post, by button and by words, in a group; with telephones; for everyone known."""

import pytest

from models.people import TOWN_OFFICER, invite
from tests.chat import Town
from tests.county import NOW
from tests.duty_chats import on_one, publish, row, speak_english, until
from tests.telegram_chat import TelegramWire

MALAN = {
    "post": "马栏镇值班室",
    "leader": "王海",
    "leader_phone": "13900000001",
    "officer": "",
    "officer_phone": "",
}
MALAN |= {"deputy": "", "deputy_phone": "", "phone": "0374-7250000", "place": "镇政府东楼"}


async def two_towns(town: Town) -> None:
    """A post in each of two towns, on duty since eight."""
    await publish(town, row(), row(**MALAN))
    await until(town, 1, 9)
    for user in town.users.values():
        user.looks()


@on_one
async def test_another_town_by_button(town: Town) -> None:
    worker = town["grid_worker"]
    await two_towns(town)
    await worker.says("谁在值班")
    worker.sees("彭店镇现在值班", "吴刚 13800000010")
    await worker.taps("看别的镇", "马栏镇")
    worker.sees("看哪个镇")
    seen = worker.sees(
        "马栏镇现在值班", "值班电话：0374-7250000", "地点：镇政府东楼", "王海 13900000001 还没签到"
    )
    assert "吴刚" not in seen.text


@on_one
@pytest.mark.parametrize(
    "said",
    [
        "马栏镇谁在值班",
        "马栏谁值班？",
        "值班 马栏镇",
        "现在马栏镇值班的是谁",
        "谁在值班 马栏镇",
        "马栏镇值班室",
        "谁在马栏镇值班室值班",
    ],
)
async def test_asked_in_words(town: Town, said: str) -> None:
    worker = town["grid_worker"]
    await two_towns(town)
    await worker.says(said)
    seen = worker.sees("马栏镇", "王海 13900000001")
    assert "吴刚" not in seen.text


@on_one
@pytest.mark.parametrize("said", ["彭店镇值班室电线老化有火花", "值班室门口的灯坏了", "彭店镇值班"])
async def test_a_report_is_not_taken_for_the_question(town: Town, said: str) -> None:
    worker = town["grid_worker"]
    await two_towns(town)
    await worker.says(said)
    asked = "现在值班" in worker.last.text or "（到 " in worker.last.text
    assert asked is (said == "彭店镇值班")


@on_one
async def test_a_post_nobody_stands_now_tells_who_is_next(town: Town) -> None:
    worker = town["grid_worker"]
    await publish(town, row())
    worker.looks()
    await worker.says("彭店镇值班室")
    worker.sees(
        "彭店镇值班室现在没有人值班", "下一班从 10月1日（周四）08:00 开始", "带班领导：吴刚 13800000010"
    )
    await worker.says("彭店镇谁在值班")
    worker.sees("彭店镇现在没有人值班")


@on_one
async def test_only_known_people_are_told(town: Town) -> None:
    await two_towns(town)
    await town["nobody"].says("谁在值班", "马栏镇谁在值班")
    assert all("王海" not in message.text for message in town["nobody"].messages)
    await town["grid_worker"].says("帮助")
    for data in ("a:who", "a:who:x", "a:who:411024101:x", "a:who:411024101:-1"):
        await town.wire.tap("grid_worker", town["grid_worker"].last, data)
        await town.settle()
    said = [message.text for message in town["grid_worker"].messages]
    assert sum("过时" in each for each in said) == 3
    assert sum("马栏镇现在值班" in each for each in said) == 1


@on_one
async def test_in_english(town: Town) -> None:
    speak_english(town, "grid_worker")
    await two_towns(town)
    worker = town["grid_worker"]
    await worker.says("who is on duty in 马栏镇?")
    worker.sees("On duty now, 马栏镇", "王海 13900000001")


# In a group, at Telegram


@pytest.mark.parametrize("channel_name", ["telegram-polling"], indirect=True)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_in_a_bound_group_someone_known_is_told_of_its_town(town: Town) -> None:

    await two_towns(town)
    code = town.house.db.run_now(
        lambda session: invite(
            session, county="411024", now=NOW, group_role=TOWN_OFFICER, group_area="411024108"
        )
    )
    wire = town.wire
    assert isinstance(wire, TelegramWire)
    group = wire.api.group(-1001, "彭店镇值守群")

    async def says(who: str, said: str) -> None:
        await wire.user(who).says(said, to=group)
        await wire._taken()
        await town.settle()

    await says("grid_worker", "/duty")
    assert not any("吴刚" in message.text for message in group.messages)  # not bound yet
    await says("town", f"/bind {code}")
    await says("grid_worker", "/duty")
    assert "吴刚 13800000010" in group.messages[-1].text
    assert not group.messages[-1].buttons
    last = group.messages[-1].id
    stranger = wire.api.user(99, "路人")
    await stranger.says("/duty", to=group)
    await wire._taken()
    await town.settle()
    assert [message.id for message in group.messages if message.method][-1] == last
    await says("town", "/duty 马栏镇")
    assert "王海 13900000001" in group.messages[-1].text

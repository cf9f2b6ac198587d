"""What goes wrong on Telegram, over the strict loopback Bot API, polling and webhook."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.db import Database
from models.base import short
from models.files import File
from models.hazards import Hazard
from models.outbox import ALARM, Message
from models.people import TOWN_OFFICER, Account, invite
from tests.bot_api.faults import broken, drop, flood, lose
from tests.chat import Town
from tests.county import NOW, County
from tests.telegram_chat import IDS, TelegramWire, telegram_town
from tests.test_transcripts import report


@pytest.fixture(params=["polling", "webhook"])
async def town(
    request: pytest.FixtureRequest, db: Database, county: County, tmp_path: Path
) -> AsyncIterator[Town]:
    """The house on Telegram only."""
    async with telegram_town(db, county, tmp_path, mode=request.param) as made:
        yield made


def wire(town: Town) -> TelegramWire:
    assert isinstance(town.wire, TelegramWire)
    return town.wire


async def taken(town: Town) -> None:
    await wire(town)._taken()
    await town.settle()


async def test_an_unknown_person_learns_how_to_get_in_and_nothing_else(town: Town) -> None:
    visitor = wire(town).api.user(77, "陌生人")
    for said in ("你好", "/report", "/help", "/my", "台账", "2026-0001"):
        await visitor.says(said)
        await taken(town)
    await visitor.taps_data("a:verify:1:major", visitor.chat.last)
    await visitor.sends_photo()
    await taken(town)
    answers = [message.text for message in visitor.messages if message.method]
    assert len(answers) == 8
    assert all("邀请码" in text for text in answers)
    assert town.ask(lambda session: session.exec(select(Hazard)).all()) == []


async def test_a_deep_link_lets_its_person_in_once(town: Town) -> None:
    county = town.county

    def make(session: Session) -> str:
        return invite(session, county=county.county, now=NOW, person_id=county.admin.id)

    code = town.house.db.run_now(make)
    first, second = wire(town).api.user(78, "管理员"), wire(town).api.user(79, "别人")
    await first.says(f"/start {code}")
    await taken(town)
    await second.says(f"/start {code}")
    await taken(town)
    assert "已加入" in first.chat.last.text
    assert "已被用过" in second.chat.last.text
    menus = [call for call in wire(town).api.called("setMyCommands") if "78" in str(call.params)]
    assert menus


async def test_a_group_is_bound_by_a_code_and_its_card_follows_the_hazard(town: Town) -> None:
    county = town.county

    def make(session: Session) -> str:
        return invite(session, county=county.county, now=NOW, group_role=TOWN_OFFICER, group_area="411024108")

    code = town.house.db.run_now(make)
    api = wire(town).api
    group = api.group(-500, "彭店镇安全群")
    await wire(town).user("town").says(f"/bind {code}", to=group)
    await taken(town)
    assert "本群已绑定" in group.messages[-1].text
    await report(town, major=False)
    card = group.messages[-1]
    assert "2026-0001" in card.text
    await town["office"].taps("属实·一般")
    await town.settle()
    assert "已核实" in group.messages[-1].text
    assert group.messages[-1].id == card.id
    moved = await group.migrate(wire(town).user("town"))
    await taken(town)
    await town["office"].taps("交办", "县城管局", "刘洋", "3 天内", "提交")
    assert any("已交办" in message.text for message in moved.messages)


async def test_a_forged_tap_does_nothing(town: Town) -> None:
    await report(town, major=False)
    hazard = town.ask(lambda session: session.exec(select(Hazard)).one())
    key = short(hazard.id)
    await town["other_worker"].says("帮助")
    worker = wire(town).user("other_worker")
    forged = (
        f"a:verify:{key}:major",
        f"a:close:{key}",
        f"a:see:{key}",
        f"a:assign:{key}",
        f"a:withdraw:{key}",
        "a:ack:zzz",
        "a:see:-1",
        "a:list:open:%%",
        "a:nothing:1",
        "f:1:1:ok",
        "c:open",
        "c:",
        ":::",
        "\u0000",
        "x" * 64,
    )
    for data in forged:
        await worker.taps_data(data, worker.chat.last)
    await taken(town)
    after = town.ask(lambda session: session.exec(select(Hazard)).one())
    assert (after.state, after.row_version) == ("reported", 1)
    said = [message.text for message in worker.messages if message.method][1:]
    assert len(said) == len(forged)
    assert not any("出了点问题" in text or "刘拐" in text for text in said), said


async def test_an_album_is_answered_once(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("彭店镇烧烤店液化气罐和明火在一个屋")
    await worker.taps("跳过", "跳过")
    worker.looks()
    await wire(town).user("grid_worker").sends_album(4)
    await taken(town)
    await town.passes(timedelta(seconds=2), step=timedelta(seconds=2))
    worker.sees("已收到 4 张")
    worker.sees_nothing_else()
    await worker.taps("发完了")
    worker.sees("请发送位置")


async def test_photos_are_fetched_into_storage(town: Town) -> None:
    await report(town, major=False)
    await town.house.tick()
    file = town.ask(lambda session: session.exec(select(File)).one())
    assert file.state == "stored"
    assert town.house.storage.get(file.sha256)


async def test_floods_and_faults_delay_but_lose_nothing_and_keep_the_order(town: Town) -> None:
    faults = wire(town).api.faults
    office = IDS["office"]
    faults.add(flood(30), chat=office, times=1)
    for fault in (broken(502), broken(500), drop()):
        faults.add(fault, chat=office)
    await report(town)
    assert not any("疑似重大隐患" in text for text in texts(town, "office"))
    assert any("疑似重大隐患" in text for text in texts(town, "colleague"))
    await town.passes(timedelta(minutes=8), step=timedelta(seconds=10))
    held = texts(town, "office")
    assert sum("疑似重大隐患" in text and "请点" in text for text in held) == 1
    alarm = next(place for place, text in enumerate(held) if "🚨" in text)
    card = next(place for place, text in enumerate(held) if "【2026-0001】" in text)
    assert alarm < card
    states = town.ask(lambda session: set(session.exec(select(Message.state)).all()))
    assert states <= {"sent", "cancelled", "failed"}


def texts(town: Town, who: str) -> list[str]:
    return [message.text for message in town[who].messages]


async def test_a_lost_answer_means_the_alarm_comes_again_rather_than_never(town: Town) -> None:
    wire(town).api.faults.add(lose(), chat=IDS["office"], method="sendMessage")
    await report(town)
    await town.passes(timedelta(minutes=1), step=timedelta(seconds=5))
    assert sum("🚨" in text for text in texts(town, "office")) >= 1


async def test_someone_who_blocked_the_bot_is_given_up_and_the_office_told(town: Town) -> None:
    wire(town).user("office").chat.blocked = True
    await report(town)
    await town.passes(timedelta(minutes=1), step=timedelta(seconds=10))
    told = town["colleague"].reads("Telegram", "联系不到 李静")
    assert "13800000007" in told.text
    account = town.ask(
        lambda session: session.get(Account, (town.county.county, "telegram", str(IDS["office"])))
    )
    assert (account.active, "blocked" in account.reason) == (False, True)
    alarms = town.ask(lambda session: session.exec(select(Message).where(Message.kind == ALARM)).all())
    assert {message.state for message in alarms if message.person_id == town.county.office.id} == {"failed"}
    wire(town).user("office").chat.blocked = False
    await town["office"].says("帮助")
    account = town.ask(
        lambda session: session.get(Account, (town.county.county, "telegram", str(IDS["office"])))
    )
    assert account.active


async def test_a_redelivered_update_changes_nothing(town: Town) -> None:
    api = wire(town).api
    worker = wire(town).user("grid_worker")
    update = await worker.says("上报")
    await taken(town)
    before = len(worker.messages)
    await api.redeliver(update)
    await taken(town)
    drafts = [message for message in worker.messages[before:] if "先存好" in message.text]
    assert drafts == []


async def test_bad_input_at_every_step_is_said_and_nothing_is_lost(town: Town) -> None:
    worker, user = town["grid_worker"], wire(town).user("grid_worker")
    await worker.says("上报")
    answers = ("彭店镇", None, None, "燃气", "爆炸", "气罐在屋里", "photo", None, "没有", "一般")
    for answer in answers:
        for junk in ("<b>&amp;</b>" * 500, "x" * 4096, "\u0007\u0000", "😀" * 300):
            before = texts(town, "grid_worker")
            await worker.says(junk)
            assert len(texts(town, "grid_worker")) > len(before)
        await user.sends_sticker()
        await user.sends_document("a.exe", b"MZ", "application/x-msdownload")
        await user.sends_document("big.pdf", b"%PDF", "application/pdf", size=21 * 1024 * 1024)
        await taken(town)
        assert "出了点问题" not in "".join(texts(town, "grid_worker"))
        await town["grid_worker"].says("/resume")
        if answer == "photo":
            await worker.sends_photo()
            await worker.taps("发完了")
        else:
            await _answer(town, answer)
    await worker.says("提交")
    worker.reads("已上报", "2026-0001")


async def _answer(town: Town, answer: str | None) -> None:
    worker = town["grid_worker"]
    if "核对" in worker.last.text:
        return
    try:
        await worker.taps(answer or "跳过")
    except AssertionError:
        await worker.says(answer or "跳过")

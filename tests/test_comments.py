"""A word on a hazard with photos, the whole timeline page by page, all photos; and before and after side by side."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlmodel import Session

from handlers.inbound import Inbound
from models.base import UserError, short
from models.hazard_comments import COMMENT_MAX, comment_on
from models.hazards import Hazard
from models.webchat import web_messages
from tests.bot_api import BotApi
from tests.chat import Town, WebWire, jpeg
from tests.county import NOW, County
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, assign, fix, report
from tests.ledger import POLICY, actor, assigned, put, reported


async def test_a_word_with_photos_reaches_all_who_are_involved(town: Town) -> None:
    await report(town)
    await assign(town)
    worker, office, owner = town["grid_worker"], town["office"], town["responsible"]
    for user in (worker, office, owner, town["department"], town["town"], town["other_worker"]):
        user.looks()
    await worker.says("2026-0001")
    await worker.taps("更多…", "💬 留言")
    worker.sees("要说什么")
    await worker.says("今天又多了两个罐")
    worker.sees("要附照片吗")
    await worker.sends_photo("blue", album="1")
    await worker.sends_photo("navy", album="1")
    await town.passes(timedelta(seconds=1))  # an album is answered once
    await worker.taps("发完了")
    worker.sees("已留言")
    for user in (office, owner, town["department"]):
        told = user.sees("王芳 对 2026-0001 留言：今天又多了两个罐")
        assert len(told.buttons) == 2
        assert photos_seen(user) >= 2
    for outsider in ("town", "other_worker", "keeper"):
        assert all("留言" not in message.text for message in town[outsider].messages)
    await owner.taps("💬 留言")
    await owner.says("明天搬走", "跳过")
    worker.sees("刘洋 对 2026-0001 留言：明天搬走")
    office.sees("刘洋 对 2026-0001 留言：明天搬走")
    await office.says("2026-0001")
    card = office.sees("【2026-0001】", "王芳 留言", "今天又多了两个罐（照片 2 张）", "刘洋 留言")
    assert "📷 全部照片" in [label for label, _ in card.buttons]
    before = photos_seen(office)
    await office.taps("📷 全部照片")
    office.sees("2026-0001 的照片，第 1–3 张（共 3 张）", "整改前 1 张", "留言所附 2 张")
    assert photos_seen(office) == before + 3


def photos_seen(user: Any) -> int:
    """Photos sent to this person so far, albums included."""
    return sum(message.photos for message in user.messages)


async def test_a_photo_alone_is_a_comment_and_nothing_at_all_is_none(town: Town) -> None:
    await report(town)
    office, worker = town["office"], town["grid_worker"]
    await office.says("2026-0001")
    await office.taps("更多…", "💬 留言", "跳过", "跳过")
    office.sees("请写一句话，或发照片")
    await office.sends_photo("blue")
    await office.taps("发完了")
    office.sees("已留言")
    worker.sees("李静 对 2026-0001 留言")


async def test_a_thousand_letters_and_one_more(town: Town) -> None:
    await report(town)
    office, worker = town["office"], town["grid_worker"]
    await office.says("2026-0001")
    await office.taps("更多…", "💬 留言")
    await office.says("灭" * (COMMENT_MAX + 1))
    office.sees("太长了", "1,001")
    await office.says("灭" * COMMENT_MAX, "跳过")
    office.sees("已留言")
    worker.sees("灭" * COMMENT_MAX)


def test_who_may_say_a_word(session: Session, county: County) -> None:
    hazard = assigned(session, county)
    how: dict[str, Any] = {"said": "看到了", "photo_ids": [], "now": NOW, "policy": POLICY}
    for who in ("grid_worker", "responsible", "office", "head", "town", "department"):
        comment_on(session, by=actor(session, county, who), hazard=hazard, **how)
    for who in ("other_worker", "other_town", "other_responsible", "keeper", "inspector", "leader"):
        with pytest.raises(UserError, match="hazard-unknown"):
            comment_on(session, by=actor(session, county, who), hazard=hazard, **how)
    office = actor(session, county, "office")
    with pytest.raises(UserError, match="comment-empty"):
        comment_on(session, by=office, hazard=hazard, **(how | {"said": " \n"}))
    with pytest.raises(UserError, match="too-long"):
        comment_on(session, by=office, hazard=hazard, **(how | {"said": "x" * 1001}))


@ON_THE_WEB
@ON_SQLITE
@pytest.mark.parametrize("verb", ["see", "comment", "history", "photos", "further"])
async def test_an_outsider_and_a_group_get_nothing(town: Town, verb: str) -> None:
    hazard = put(town, reported)
    outsider = town["other_worker"]
    await outsider.says("帮助")
    await town.wire.tap("other_worker", outsider.last, f"a:{verb}:{short(hazard.id)}")
    await town.settle()
    assert outsider.last.text == "没有找到这条隐患，或您无权查看。"
    assert isinstance(town.wire, WebWire)
    values = {"kind": "tap", "data": f"a:{verb}:{short(hazard.id)}", "group": "工作群", "tap_id": "t"}
    handled = await town.house.receive(_in_group(town, **values))
    assert handled.replies == []
    assert town.house.words.say(handled.toast, "zh-CN") == "请私聊机器人办理。"


def _in_group(town: Town, **values: Any) -> Any:
    now = town.clock.now()
    return Inbound("web", "g1", "group-1", sender="office", sent_at=now, **values)


async def test_the_whole_timeline_page_by_page(town: Town) -> None:
    hazard = put(town, reported)

    def talk(session: Session) -> None:
        it = session.get_one(Hazard, (town.county.county, hazard.id))
        for place in range(44):
            by = actor(session, town.county, "office" if place % 2 else "grid_worker")
            comment_on(session, by=by, hazard=it, said=f"第{place}句", photo_ids=[], now=NOW, policy=POLICY)

    town.house.db.run_now(talk)
    await town.settle()
    worker = town["grid_worker"]
    worker.looks()
    await worker.says("2026-0001")
    card = worker.sees("办理记录", "第43句", "第36句")
    assert "第35句" not in card.text
    await worker.taps("全部记录")
    first = worker.sees("办理记录", "王芳 上报", "第0句", "第18句")
    assert "第19句" not in first.text
    await worker.taps("更多 ▼")
    worker.sees("第19句", "第38句")
    await worker.taps("更多 ▼")
    last = worker.sees("第39句", "第43句")
    assert all("更多 ▼" not in label for label, _ in last.buttons)
    await worker.taps("🔍 查看")
    worker.sees("【2026-0001】")


async def test_before_and_after_stand_side_by_side_at_the_recheck(town: Town) -> None:
    await report(town)
    await assign(town)
    await fix(town)
    office = town["office"]
    told = office.reads("整改完成，请复查", "左（红框）整改前，右（绿框）整改后")
    assert told.photos == 1
    picture = last_picture(town, "office")
    assert picture.width > picture.height
    middle = picture.height // 2
    left, right = (
        picture.getpixel((picture.width // 4, middle)),
        picture.getpixel((picture.width * 3 // 4, middle)),
    )
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > left[1]  # red before
    assert right[1] > 100 > right[0]  # green after
    seen = photos_seen(office)
    await office.says("2026-0001")
    office.sees("【2026-0001】", "左（红框）整改前")
    assert photos_seen(office) == seen + 1


def last_picture(town: Town, who: str) -> Image.Image:
    """The newest photo in someone's chat."""
    if isinstance(town.wire, WebWire):
        rows = town.ask(
            lambda session: web_messages(session, county=town.county.county, address=who, limit=1000)
        )
        sha256 = [row.body["photos"] for row in rows if row.body.get("photos") and not row.mine][-1][0]
        data = town.house.storage.get(sha256)
    else:
        wire: Any = town.wire
        data = photos_of_api(wire.api, wire.user(who))[-1]
    image = Image.open(io.BytesIO(data)).convert("RGB")
    assert image.size != Image.open(io.BytesIO(jpeg())).size
    return image


def photos_of_api(api: BotApi, user: Any) -> list[bytes]:
    """The bytes of every photo that the loopback Telegram has shown to a user."""
    return [photo.content for message in user.messages if message.method for photo in message.photos]

"""The page of a reply link over real HTTP: what the unit sees and does, and what nobody gets to see."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import ExifTags, Image
from sqlmodel import Session, select

from bot.db import Database
from bot.web.guesses import BURST
from models.assignment import assign_hazard
from models.audit import Event, events_of
from models.base import short
from models.commitments import commitments_of
from models.extensions import Extension, decide_extension
from models.files import File
from models.hazard_flow import close_hazard, fail_recheck, pass_recheck
from models.hazards import Hazard, attached_ids
from models.outbox import Message
from models.reply_links import ReplyLink, revoke_links
from tests.chat import jpeg
from tests.county import NOW, County, join_web
from tests.hazard_chats import ON_SQLITE
from tests.reply_pages import GREEN, POLICY, WORDS, Phone, actor, assigned, in_one_notice, tokens, verified
from tests.web_pages import Pages, open_pages

OFFICE = ("office", "colleague", "grid_worker", "town", "responsible")


@pytest.fixture
async def pages(db: Database, county: County, tmp_path: Path) -> AsyncIterator[Pages]:
    """A house that people outside reach, whose office has joined and whose shop has not."""
    db.run_now(lambda session: join_web(session, county, *OFFICE))
    async with open_pages(db, county, tmp_path, policy=POLICY) as made:
        yield made


@asynccontextmanager
async def phone_at(pages: Pages, token: str = "", language: str = "zh-CN,zh;q=0.9") -> AsyncIterator[Phone]:
    """The unit's phone, at the newest link that the office was given."""
    jar = aiohttp.CookieJar(unsafe=True)
    headers = {"Accept-Language": language}
    async with aiohttp.ClientSession(pages.base, cookie_jar=jar, headers=headers) as http:
        yield Phone(http, token or tokens(pages.house.db)[-1])


def with_model(photo: bytes) -> bytes:
    """A photo that says by which phone it was taken."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as image:
        exif = image.getexif()
        exif[ExifTags.Base.Model] = "the reporter's phone"
        image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def run(pages: Pages, work: Any) -> Any:
    return pages.house.db.run_now(work)


def hazard_of(pages: Pages, hazard: Hazard) -> Hazard:
    return pages.house.db.read_now(lambda session: session.get_one(Hazard, (hazard.county, hazard.id)))


def events(pages: Pages, hazard: Hazard) -> list[Event]:
    """What happened to a hazard."""
    return pages.house.db.read_now(
        lambda session: events_of(session, county=hazard.county, subject="hazard", subject_id=hazard.id)
    )


def said_to(pages: Pages, who: int) -> list[str]:
    """What was written to somebody, as it stands in the outbox."""
    rows = pages.house.db.read_now(
        lambda session: session.exec(
            select(Message).where(Message.person_id == who).order_by(Message.id)
        ).all()
    )
    return [str(row.body) for row in rows]


@ON_SQLITE
async def test_the_unit_sees_its_hazard_and_what_it_can_do(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        words = await phone.opens()
        assert phone.status == 200
        for part in (
            "老城烧烤店",
            "2026-0001",
            "一般隐患",
            "已交办",
            "气瓶和明火在一个屋",
            "彭店镇",
            "还有 7 天",
            "10月5日",
        ):
            assert part in words, part
        assert phone.offers() == ["accept", "submit_fix", "comment", "ask_extension", "hand_back"]
        assert "<script" not in phone.source
        assert "tel:0374-7160001" in phone.source


async def test_it_accepts_and_the_office_and_the_reporter_hear_of_it(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        words = await phone.answers("accept")
        assert (phone.status, phone.address.partition("#")[0].count("?")) == (200, 1)
        assert "2026-0001 已接收" in words
        assert "整改中" in words
        assert phone.offers() == ["submit_fix", "comment", "ask_extension", "hand_back"]
    assert hazard_of(pages, hazard).state == "rectifying"
    event = events(pages, hazard)[-1]
    assert (event.action, event.actor_name, event.actor_id, event.channel) == (
        "accept",
        "韩勇（链接）",
        None,
        "link",
    )
    assert event.after["link_phone"] == "13800000016"
    assert "老城烧烤店 韩勇（链接） 13800000016" in said_to(pages, county.office.id)[-1]  # the card
    assert "reporter-rectifying" in said_to(pages, county.grid_worker.id)[-1]


async def test_it_sends_photos_and_the_office_is_asked_to_look(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        words = await phone.answers("submit_fix", photos=[GREEN, jpeg("blue", 300)], note="气瓶已移到室外")
        assert "已报整改完成" in words
        assert "整改后的照片（2 张）" in words
        assert phone.offers() == ["comment"]
        assert len(await phone.photos()) == 2  # the one from before is in no storage here
    found = hazard_of(pages, hazard)
    assert (found.state, found.submitted_by, found.fix_note) == ("submitted", None, "气瓶已移到室外")
    told = [said for said in said_to(pages, county.office.id) if "office-submitted" in said]
    assert len(told) == 1
    assert "韩勇（链接）" in told[0]
    files = pages.house.db.read_now(lambda session: session.exec(select(File).where(File.size > 1)).all())
    assert {(file.state, file.mime) for file in files} == {("stored", "image/jpeg")}


@ON_SQLITE
async def test_the_five_are_filled_in_and_the_work_begins(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county, major=True))
    watch = "专人看守，设警示标志，出现险情立即撤人"
    settled = {"measures": "气瓶移出", "funds": "3,000元", "plan": watch}
    async with phone_at(pages) as phone:
        words = await phone.opens()
        assert "重大隐患" in words
        assert "判定依据" in words
        assert phone.offers() == ["commit", "comment", "ask_extension", "hand_back"]
        words = await phone.answers("commit", measures="气瓶移出", funds="", plan="专人看守")
        assert phone.status == 422
        assert "请写明内容" in words
        assert ">气瓶移出</textarea>" in phone.source  # what was typed stands
        assert hazard_of(pages, hazard).state == "assigned"
        words = await phone.answers("commit", measures="气瓶移出", funds="3000", plan_pick="watch")
        assert "五落实已提交" in words
        assert phone.offers() == ["submit_fix", "comment", "ask_extension", "commit", "hand_back"]
        words = await phone.answers("commit", **settled | {"measures": "改用管道气"})
        assert "请写明原因" in words
        await phone.answers("commit", **settled | {"measures": "改用管道气"}, reason="更安全")
        assert phone.status == 200
    assert hazard_of(pages, hazard).state == "rectifying"
    five = pages.house.db.read_now(
        lambda session: commitments_of(session, county=county.county, hazard_id=hazard.id)
    )
    assert {
        item: (row.value, row.set_name) for item, row in five.items() if item in ("measures", "duty")
    } == {
        "duty": ("老城烧烤店 韩勇（链接） 13800000016", "韩勇（链接）"),
        "measures": ("改用管道气", "韩勇（链接）"),
    }


async def test_it_asks_for_more_time_and_sees_the_answer(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        assert "请写明原因" in await phone.answers("ask_extension", until="7")
        assert "没看懂日期" in await phone.answers("ask_extension", until="", date="下周", why="parts")
        assert "没看懂日期" in await phone.answers("ask_extension", why="parts")
        assert "要晚于现在的时限" in await phone.answers("ask_extension", date="2026-10-01", why="parts")
        words = await phone.answers("ask_extension", until="7", why="parts")
        assert "延期申请已报安委办" in words
        assert "已申请延期到 10月12日" in words
        assert "ask_extension" not in phone.offers()
        wish = pages.house.db.read_now(lambda session: session.exec(select(Extension)).one())
        assert (wish.asked_by, wish.asked_name, wish.reason) == (None, "韩勇（链接）", "材料设备未到")
        run(pages, lambda session: _decide(session, county, hazard, wish.id, approve=True))
        words = await phone.opens()
        assert "已同意延期，共延 7 天" in words
        assert "还有 14 天" in words


def _decide(session: Session, county: County, hazard: Hazard, wish: int, *, approve: bool) -> None:
    decide_extension(
        session,
        by=actor(session, county.office),
        hazard=session.get_one(Hazard, (hazard.county, hazard.id)),
        extension_id=wish,
        approve=approve,
        reason="" if approve else "危险性大",
        now=NOW,
        policy=POLICY,
    )


async def test_it_hands_back_and_the_page_has_nothing_more(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        assert "请写明原因" in await phone.answers("hand_back")
        words = await phone.answers("hand_back", why="not-ours", reason="房东负责")
        assert "2026-0001 已退回安委办" in words
        assert "您不用再填" in words
        assert phone.offers() == []
    found = hazard_of(pages, hazard)
    assert (found.state, found.assigned_unit_id) == ("verified", None)
    assert "房东负责" in said_to(pages, county.office.id)[-1]


@ON_SQLITE
async def test_it_says_how_it_goes(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        assert "请写一句话" in await phone.answers("comment")
        assert "已发给安委办" in await phone.answers("comment", said="气瓶明天运走", photos=[GREEN])
    told = [said for said in said_to(pages, county.office.id) if "hazard-comment" in said]
    assert "气瓶明天运走" in told[-1]


async def test_a_failed_recheck_is_told_on_the_page_and_by_a_new_link(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        await phone.answers("submit_fix", photos=[GREEN])

        def fail(session: Session) -> None:
            found = session.get_one(Hazard, (hazard.county, hazard.id))
            by = actor(session, county.town)
            fail_recheck(session, by=by, hazard=found, reason="气瓶还在", now=NOW, policy=POLICY)

        run(pages, fail)
        words = await phone.opens()
        assert "复查不合格" in words
        assert "气瓶还在" in words
        assert "陈明" not in words
        assert phone.offers()[0] == "submit_fix"
    first, second = tokens(pages.house.db)
    assert first != second
    assert "link-sms-failed" in said_to(pages, county.office.id)[-1]  # to the office, not to the town


async def test_several_hazards_of_a_notice_stand_on_one_page(pages: Pages, county: County) -> None:
    run(pages, lambda session: in_one_notice(session, county, "气瓶漏气", "出口堵了"))
    assert len(tokens(pages.house.db)) == 1
    async with phone_at(pages) as phone:
        words = await phone.opens()
        assert "共 2 处隐患，2 处等您办理" in words
        assert phone.offers()[0] == "accept_all"
        words = await phone.answers("accept_all")
        assert "已全部接收" in words
        assert phone.offers().count("submit_fix") == 2
        words = await phone.answers("submit_fix", place=1, photos=[GREEN])
        assert "2026-0002 已报整改完成" in words
        assert "共 2 处隐患，1 处等您办理" in words


@ON_SQLITE
async def test_nothing_on_the_page_tells_who_reported_it(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        for do in ("", "accept", "comment"):
            await (phone.answers(do, said="好的") if do else phone.opens())
            for told in ("王芳", "13800000001", "网格员", "李静"):
                assert told not in phone.source


@ON_SQLITE
async def test_a_photo_is_shown_without_what_the_camera_wrote_into_it(pages: Pages, county: County) -> None:
    telling = with_model(jpeg("red", 640))
    sha256 = pages.house.storage.put(telling)
    run(pages, lambda session: assigned(session, county))

    def stored(session: Session) -> None:
        file = session.exec(select(File)).one()
        file.sha256 = sha256
        session.add(file)

    run(pages, stored)
    async with phone_at(pages) as phone:
        await phone.opens()
        (shown,) = await phone.photos()
        assert b"Exif" in telling
        assert b"Exif" not in shown
        assert shown[:3] == b"\xff\xd8\xff"


async def test_other_hazards_are_nowhere_on_the_page(pages: Pages, county: County) -> None:
    """Another of the same unit, one of another unit, one under cover: neither shown, nor moved, nor their photos."""
    mine = run(pages, lambda session: assigned(session, county))
    token = tokens(pages.house.db)[-1]
    others = [
        run(pages, lambda session: assigned(session, county, said="同店另一处")),
        run(pages, lambda session: _to_the_gas_office(session, county)),
        run(pages, lambda session: _under_cover(session, county)),
    ]
    async with phone_at(pages, token) as phone:
        words = await phone.opens()
        assert mine.number in words
        fields = {**phone.hidden("accept"), **WORDS}
        for other in others:
            assert other.number not in words
            before = hazard_of(pages, other).row_version
            refused = await phone.sends({**fields, "hazard": short(other.id), "key": f"key-{other.id}"})
            assert (phone.status, hazard_of(pages, other).row_version) == (422, before)
            assert "没有找到这条隐患" in refused
            assert other.number not in refused
            photo = pages.house.db.read_now(lambda session, other=other: attached_ids(session, other)[0])
            async with phone.http.get(f"/r/{token}/photo/{short(photo)}") as response:
                assert response.status == 404
    assert "2026-0001" in words


def _to_the_gas_office(session: Session, county: County) -> Hazard:
    hazard = verified(session, county, said="别的单位的")
    by, due_at = actor(session, county.office), NOW + timedelta(days=7)
    return assign_hazard(
        session, by=by, hazard=hazard, unit_id=county.gas.id, due_at=due_at, now=NOW, policy=POLICY
    )


def _under_cover(session: Session, county: County) -> Hazard:
    """A covert finding at the shop, as if its link had been made before it was hidden."""
    hazard = assigned(session, county, said="暗访发现的")
    hazard.hidden = True
    session.add(hazard)
    return hazard


@ON_SQLITE
async def test_a_link_of_its_own_shows_no_covert_finding(pages: Pages, county: County) -> None:
    run(pages, lambda session: _under_cover(session, county))
    async with phone_at(pages) as phone:
        assert "暗访" not in await phone.opens()
        assert "您不用再填" in phone.words


@ON_SQLITE
@pytest.mark.parametrize("token", ["x", "A" * 22, "..%2f..%2fzhishou.db", "A" * 500, "中文"])
async def test_a_wrong_link_says_so_and_whom_to_call(pages: Pages, county: County, token: str) -> None:
    async with phone_at(pages, token) as phone:
        words = await phone.opens()
        assert phone.status == 404
        if "%2f" not in token:
            assert "请回到短信，点完整的链接" in words
            assert "0374-7160001" in words


async def test_an_expired_and_a_revoked_link_say_so(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        fields = {**phone.hidden("accept"), **WORDS}
        pages.house.clock.forward(timedelta(days=68))  # 60 after the deadline
        assert "已过期" in await phone.opens()
        assert "已过期" in await phone.sends(fields)
        assert phone.status == 410
        pages.house.clock.forward(timedelta(days=-68))
        await phone.opens()
        assert phone.status == 200

        def revoke(session: Session) -> int:
            found = session.get_one(Hazard, (hazard.county, hazard.id))
            return revoke_links(session, by=actor(session, county.colleague), hazard=found, now=NOW)

        assert run(pages, revoke) == 1
        assert "已作废" in await phone.opens()
        assert "已作废" in await phone.sends(fields)
        assert phone.status == 410
    assert hazard_of(pages, hazard).state == "assigned"


@ON_SQLITE
async def test_a_link_whose_hazards_are_closed_says_so(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        await phone.answers("submit_fix", photos=[GREEN])

        def settle(session: Session) -> None:
            found = session.get_one(Hazard, (hazard.county, hazard.id))
            pass_recheck(session, by=actor(session, county.office), hazard=found, now=NOW, policy=POLICY)
            close_hazard(session, by=actor(session, county.office), hazard=found, now=NOW, policy=POLICY)

        run(pages, settle)
        words = await phone.opens()
        assert phone.status == 200
        assert "您不用再填" in words
        assert "已销号" in words
        assert phone.offers() == []


@ON_SQLITE
async def test_nothing_of_it_is_cached_indexed_or_told_to_others(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone, phone_at(pages, "A" * 22) as stranger:
        await phone.opens()
        await stranger.opens()
        for headers in (phone.headers, stranger.headers):
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "noindex" in headers["X-Robots-Tag"]
            assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in phone.headers
        fields = {**phone.hidden("accept"), **WORDS}
        await phone.sends(fields, follow=False)
        assert (phone.status, phone.headers["Cache-Control"]) == (303, "no-store")
        assert phone.headers["Location"].startswith(f"{phone.token}?")
        assert "HttpOnly" in phone.headers["Set-Cookie"]
        assert f"Path=/r/{phone.token}" in phone.headers["Set-Cookie"]


@ON_SQLITE
async def test_the_phone_remembers_who_answered_from_it(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone, phone_at(pages) as other:
        await phone.opens()
        await phone.answers("accept", name="韩 勇'\"<b>")
        assert 'value="韩 勇&#x27;&quot;&lt;b&gt;"' in phone.source
        await other.opens()
        assert "13800000016" not in other.source


async def test_sent_twice_it_is_done_once(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        fields = {**phone.hidden("comment"), **WORDS, "said": "气瓶明天运走"}
        for _ in range(2):
            assert "已发给安委办" in await phone.sends(fields, photos=[GREEN])
        both = [Phone(phone.http, phone.token) for _ in range(2)]
        fields = {**phone.hidden("submit_fix"), **WORDS}
        await asyncio.gather(*(each.sends(fields, photos=[GREEN]) for each in both))
        assert ["已报整改完成" in each.words for each in both] == [True, True]
    done = [event.action for event in events(pages, hazard)]
    assert (done.count("comment"), done.count("submit_fix")) == (1, 1)
    after = pages.house.db.read_now(lambda session: attached_ids(session, hazard, "after"))
    assert len(after) == 1


@ON_SQLITE
async def test_a_page_left_open_is_told_that_others_were_quicker(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone, phone_at(pages) as other:
        await phone.opens()
        await other.opens()
        await other.answers("submit_fix", photos=[GREEN])
        words = await phone.answers("accept")
        assert phone.status == 422
        assert "2026-0001 现在是“待复查”" in words


WRONG = [
    ({"name": ""}, "请填您的姓名"),
    ({"name": "1234"}, "请填您的姓名"),
    ({"name": "韩" * 21}, "请填您的姓名"),
    ({"tel": ""}, "请填您的电话"),
    ({"tel": "微信同号"}, "请填您的电话"),
    ({"key": ""}, "页面太旧了"),
    ({"key": "x" * 65}, "页面太旧了"),
    ({"do": "close"}, "页面太旧了"),
    ({"do": "pass_recheck"}, "页面太旧了"),
    ({"hazard": "?"}, "页面太旧了"),
    ({"hazard": "z" * 13}, "页面太旧了"),
    ({"hazard": "1"}, "没有找到这条隐患"),
    ({"said": "字" * 1001}, "太长了"),
    ({"said": "\u200b"}, "没有收到文字"),
]


@ON_SQLITE
async def test_what_is_wrong_is_one_sentence_and_nothing_is_stored(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        good = {**phone.hidden("comment"), **WORDS, "said": "好"}
        for fields, said in WRONG:
            words = await phone.sends({**good, **fields})
            assert (phone.status, said in words) == (422, True), fields
            assert phone.source.count('role="alert"') == 1
        for broken in (b"--x\r\nnonsense", b"\xff\xfe"):
            headers = {"Content-Type": "multipart/form-data; boundary=x"}
            async with phone.http.post(f"/r/{phone.token}", data=broken, headers=headers) as response:
                assert response.status == 422
    assert "comment" not in [event.action for event in events(pages, hazard)]


@ON_SQLITE
async def test_photos_that_cannot_be_kept_are_refused_and_said_so(pages: Pages, county: County) -> None:
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        assert "请至少发一张整改后的照片" in await phone.answers("submit_fix", note="弄好了")
        assert ">弄好了</textarea>" in phone.source
        assert "有文件不是照片" in await phone.answers("submit_fix", photos=[GREEN, b"no picture"])
        assert "最多 9 张" in await phone.answers("submit_fix", photos=[GREEN] * 10)
        assert "超过 20 MB" in await phone.answers("submit_fix", photos=[b"\xff" * (20 * 1024 * 1024 + 1)])
        assert hazard_of(pages, hazard).state == "assigned"
        assert "已报整改完成" in await phone.answers("submit_fix", photos=[GREEN])


@ON_SQLITE
async def test_a_flood_of_bytes_is_cut_off(
    pages: Pages, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.reply_posts.MOST_BODY", 100_000)
    hazard = run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        await phone.opens()
        assert "没有收下。请分几次发" in await phone.answers("submit_fix", photos=[b"\xff" * 200_000])
    assert hazard_of(pages, hazard).state == "assigned"


@ON_SQLITE
async def test_who_guesses_has_to_wait(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages, "A" * 22) as guesser, phone_at(pages) as phone:
        for _ in range(BURST):
            await guesser.opens()
            assert guesser.status == 404
        words = await guesser.opens()
        assert guesser.status == 429
        assert "请过一分钟再试" in words
        assert guesser.headers["Retry-After"] == "6"
        await phone.opens()  # from the same address
        assert phone.status == 429


@ON_SQLITE
async def test_the_page_speaks_english_when_asked(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone, phone_at(pages, language="en-GB") as foreign:
        assert "Hazards to fix" in await foreign.opens()
        assert "隐患整改回复" in await foreign.opens("?lang=zh-CN")
        words = await phone.opens("?lang=en")
        assert "7 days left" in words
        assert "is accepted" in await phone.answers("accept", query="?lang=en", name="Han Yong")
        assert "being fixed" in phone.words
        assert "lang=en" in phone.address
        assert "Please give your name" in await phone.answers("comment", query="?lang=en", name="")
        await phone.opens("?lang=<script>")
        assert "<script" not in phone.source


@ON_SQLITE
async def test_an_opening_is_counted_a_minute_apart_and_a_preview_is_not(
    pages: Pages, county: County
) -> None:
    run(pages, lambda session: assigned(session, county))

    def link() -> ReplyLink:
        return pages.house.db.read_now(lambda session: session.exec(select(ReplyLink)).one())

    async with phone_at(pages) as phone:
        async with phone.http.head(f"/r/{phone.token}") as response:
            assert response.status == 200
        assert (link().uses, link().last_used_at) == (0, None)
        await phone.opens()
        await phone.opens()
        assert (link().uses, link().last_used_at) == (1, NOW)
        pages.house.clock.forward(timedelta(minutes=2))
        await phone.opens()
        assert link().uses == 2


@ON_SQLITE
async def test_what_a_done_address_says_is_ours(pages: Pages, county: County) -> None:
    run(pages, lambda session: assigned(session, county))
    async with phone_at(pages) as phone:
        assert "已接收" not in await phone.opens("?done=close&number=2026-0001")
        words = await phone.opens("?done=accept&number=%3Cb%3E请汇款")
        assert "请汇款" not in words

"""The plain routes of the web chat over real HTTP: who may write and see what, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.channel import Rendered
from bot.db import Database
from bot.web.channel import WebChannel
from bot.web.chats import Chats, Who
from bot.web.routes import MOST
from models.files import File
from models.people import invite
from tests.chat import jpeg
from tests.county import NOW, County
from tests.web_pages import Browser, Pages, open_pages


@pytest.fixture
async def pages(db: Database, county: County, tmp_path: Path) -> AsyncIterator[Pages]:
    """A house for real use: nobody's chat is open to others."""
    async with open_pages(db, county, tmp_path) as made:
        yield made


def invitation(pages: Pages, county: County) -> str:
    """A code for 王芳."""
    person = county.grid_worker.id
    return pages.house.db.run_now(
        lambda session: invite(session, county=county.county, now=NOW, person_id=person)
    )


async def joined(pages: Pages, county: County, browser: Browser) -> str:
    """Let this browser join as 王芳; its address."""
    address = await browser.address()
    assert (await browser.send(address, kind="text", text=invitation(pages, county)))[0] == 200
    assert "王芳" in (await pages.texts(address))[-1]
    return address


async def test_the_house_says_that_it_is_ready(pages: Pages) -> None:
    async with pages.browser() as browser:
        status, body, _ = await browser.get("/healthz")
        assert (status, body) == (200, b'{"status":"ok","county":"411024","channels":["web"]}')
        status, _, headers = await browser.get("/")
        assert (status, headers["Location"]) == (307, "/chat")
        assert (await browser.get("/demo"))[0] == 404  # only the demo has it


async def test_a_stranger_is_told_how_to_join_and_joins_by_a_code(pages: Pages, county: County) -> None:
    async with pages.browser() as browser:
        address = await browser.address()
        await browser.send(address, kind="text", text="你好")
        assert "邀请码" in (await pages.texts(address))[-1]
        await browser.send(address, kind="text", text="ABCDE23456")
        assert "邀请码不对" in (await pages.texts(address))[-1]
        await browser.send(address, kind="text", text=invitation(pages, county))
        assert "王芳，您已加入" in (await pages.texts(address))[-1]
        assert "王芳 网格员" in await browser.page()  # the same cookie, the same chat


async def test_a_code_is_good_for_one_browser(pages: Pages, county: County) -> None:
    code = invitation(pages, county)
    async with pages.browser() as first, pages.browser("en-GB") as second:
        one, other = await first.address(), await second.address()
        assert one != other
        await first.send(one, kind="text", text=code)
        await second.send(other, kind="text", text=code)
        assert "used" in (await pages.texts(other))[-1]
        assert "王芳" not in await second.page()


async def test_an_invitation_link_carries_its_code_to_the_page(pages: Pages) -> None:
    async with pages.browser() as browser:
        assert "/start ABCD-2345" in await browser.page("/chat?code=ABCD-2345")
        assert "alert" not in await browser.page("/chat?code=<script>alert(1)</script>")


async def test_nobody_writes_in_the_chat_of_another(pages: Pages, county: County) -> None:
    async with pages.browser() as owner, pages.browser() as other:
        address = await joined(pages, county, owner)
        await other.address()
        before = len(await pages.transcript(address))
        assert (await other.send(address, kind="text", text="上报"))[0] == 403
        assert await other.upload(address, jpeg()) == 403
        assert (await other.send("grid_worker", kind="text", text="上报"))[0] == 403
        assert len(await pages.transcript(address)) == before


async def test_a_forged_cookie_opens_nothing(pages: Pages, county: County) -> None:
    async with pages.browser() as owner, pages.browser() as forger:
        address = await joined(pages, county, owner)
        good = next(each.value for each in owner.http.cookie_jar if each.key == "zhishou")
        payload, signature = good.split(".", 1)
        for cookie in (payload, f"{payload}.", f"{payload[:-4]}AAAA.{signature}", "null", "x" * 5000):
            forger.http.cookie_jar.update_cookies({"zhishou": cookie})
            assert (await forger.send(address, kind="text", text="上报"))[0] == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "text", "text": "x" * 20_001},
        {"kind": "shout", "text": "x"},
        {"kind": "tap", "data": "f:" + "x" * 200},
        {"kind": "location", "place": {"lat": 91, "lon": 0}},
        {"kind": "location", "place": {"lat": "NaN", "lon": 0}},
        {"kind": "location", "place": {"lat": 34, "lon": 114, "source": "exif"}},
        {"kind": "text", "text": "x", "sender": "office"},
        {"kind": "text", "text": "x", "id": "a b"},
    ],
)
async def test_what_no_page_sends_is_refused(pages: Pages, sent: dict[str, object]) -> None:
    async with pages.browser() as browser:
        address = await browser.address()
        before = len(await pages.transcript(address))
        assert (await browser.send(address, **sent))[0] == 422
        assert len(await pages.transcript(address)) == before


async def test_words_sent_twice_are_said_once(pages: Pages, county: County) -> None:
    async with pages.browser() as browser:
        address = await joined(pages, county, browser)
        for _ in range(2):
            assert (await browser.send(address, id="same-1", kind="text", text="上报"))[0] == 200
        rows = await pages.transcript(address)
        assert [row.body["text"] for row in rows if row.mine].count("上报") == 1
        assert sum("哪个镇" in row.body["text"] for row in rows) == 1


async def test_a_place_goes_into_the_report_as_it_was_found(pages: Pages, county: County) -> None:
    async with pages.browser() as browser:
        address = await joined(pages, county, browser)
        place = {"lat": 34.1, "lon": 114.18, "accuracy": 12.0, "source": "live"}
        assert (await browser.send(address, kind="location", place=place))[0] == 200
        rows = await pages.transcript(address)
        assert rows[-2].body["place"] == [34.1, 114.18]
        assert "帮您开始上报" in rows[-1].body["text"]
        await browser.send(address, kind="location", place={"lat": 51.5, "lon": -0.1})
        assert "不在国内" in (await pages.texts(address))[-1]


async def test_a_photo_is_kept_and_shown_to_those_who_joined(pages: Pages, county: County) -> None:
    photo = jpeg("blue", 1000)
    async with pages.browser() as browser, pages.browser() as stranger:
        address = await joined(pages, county, browser)
        assert await browser.upload(address, photo) == 200
        sha256 = next(row.body["photos"][0] for row in await pages.transcript(address) if row.body["photos"])
        status, body, headers = await browser.get(f"/files/{sha256}")
        assert (status, body, headers["Content-Type"]) == (200, photo, "image/jpeg")
        assert headers["X-Content-Type-Options"] == "nosniff"
        small = (await browser.get(f"/files/{sha256}?size=small"))[1]
        assert 0 < len(small) < len(photo)
        await stranger.address()
        assert (await stranger.get(f"/files/{sha256}"))[0] == 403
        assert (await browser.get(f"/files/{'0' * 64}"))[0] == 404
        assert (await browser.get("/files/..%2f..%2fzhishou.db"))[0] == 404


async def test_an_album_is_answered_once(pages: Pages, county: County) -> None:
    async with pages.browser() as browser:
        address = await joined(pages, county, browser)
        for said in ("上报", "彭店镇", "跳过", "跳过", "燃气", "爆炸", "气罐和明火在一个屋"):
            await browser.send(address, kind="text", text=said)
        for color in ("red", "green", "blue"):
            assert await browser.upload(address, jpeg(color), album="album-1") == 200
        pages.house.clock.forward(timedelta(seconds=2))
        rows = await pages.transcript(address)
        assert [row.body["album"] for row in rows if row.body["photos"]] == ["album-1"] * 3
        assert [text for text in await pages.texts(address) if "已收到" in text] == [
            "📷 已收到 3 张（最多 9 张）。继续发，或点“发完了”。"
        ]


async def test_what_is_too_big_or_no_photo_is_refused(pages: Pages, county: County) -> None:
    async with pages.browser() as browser:
        address = await joined(pages, county, browser)
        before = len(await pages.transcript(address))
        assert await browser.upload(address, b"\xff" * (MOST + 1)) == 413
        assert await browser.upload(address, b"no picture at all") == 415
        assert await browser.upload(address, b"", kind="photo") == 415
        assert await browser.upload(address, jpeg(), kind="movie") == 422
        assert len(await pages.transcript(address)) == before


async def test_half_a_photo_breaks_nothing(pages: Pages, county: County) -> None:
    async with pages.browser() as browser:
        address = await joined(pages, county, browser)
        assert await browser.upload(address, jpeg("blue", 1000)[:4000]) == 200
        sha256 = next(row.body["photos"][0] for row in await pages.transcript(address) if row.body["photos"])
        assert (await browser.get(f"/files/{sha256}?size=small"))[0] == 404


async def test_a_strangers_photo_is_not_kept(pages: Pages) -> None:
    async with pages.browser() as browser:
        address = await browser.address()
        assert await browser.upload(address, jpeg()) == 200
        assert "邀请码" in (await pages.texts(address))[-1]
        assert not any(row.body["photos"] for row in await pages.transcript(address))
        assert pages.house.db.read_now(lambda session: session.exec(select(File)).all()) == []


async def test_a_document_is_downloaded_from_the_chat_that_has_it(pages: Pages, county: County) -> None:
    channel = pages.house.channels["web"]
    assert isinstance(channel, WebChannel)
    async with pages.browser() as browser, pages.browser() as other:
        address = await joined(pages, county, browser)
        message = await channel.send(
            address, Rendered("名册在这里", file=("值班表 9月.xlsx", b"PK\x03\x04 rows"))
        )
        row = (await pages.transcript(address))[-1]
        assert (str(row.id), row.body["file"]) == (message, "值班表 9月.xlsx")
        status, body, headers = await browser.get(f"/chat/{address}/messages/{message}/file")
        assert (status, body) == (200, b"PK\x03\x04 rows")
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Content-Disposition"] == (
            "attachment; filename*=UTF-8''%E5%80%BC%E7%8F%AD%E8%A1%A8%209%E6%9C%88.xlsx"
        )
        theirs = await other.address()
        assert (await other.get(f"/chat/{address}/messages/{message}/file"))[0] == 403
        assert (await other.get(f"/chat/{theirs}/messages/{message}/file"))[0] == 404
        assert (await browser.get(f"/chat/{address}/messages/1/file"))[0] == 404
        assert (await browser.get(f"/files/{row.body['sha256']}"))[0] == 404  # no photo


async def test_an_uploaded_document_is_named_and_can_be_had_back(pages: Pages, county: County) -> None:
    async with pages.browser() as browser:
        address = await joined(pages, county, browser)
        assert await browser.upload(address, b"PK rows", kind="file", name="名册.xlsx") == 200
        row = next(row for row in await pages.transcript(address) if row.body.get("file"))
        assert (row.mine, row.body["file"]) == (True, "名册.xlsx")
        assert (await browser.get(f"/chat/{address}/messages/{row.id}/file"))[1] == b"PK rows"


async def test_a_page_waits_for_a_busy_database(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than the three seconds after which NiceGUI gives up if it is not told otherwise."""
    who = Chats.who

    async def slow_who(chats: Chats, address: str, *, language: str = "") -> Who:
        await asyncio.sleep(3.5)
        return await who(chats, address, language=language)

    monkeypatch.setattr(Chats, "who", slow_who)
    async with pages.browser() as browser:
        assert await browser.address()

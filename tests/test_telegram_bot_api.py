"""The loopback Telegram behaves as Telegram does."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.bot_api import BotApi, FloodLimits, Message, broken, drop, flood, hang, lose, picture
from tests.bot_api.raw import Raw, inline


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        await server.user(1001, "王芳", language="zh-hans").says("/start")
        yield server


@pytest.fixture
async def call(api: BotApi) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(api, session)


async def test_limits_are_met_exactly(api: BotApi, call: Raw) -> None:
    assert (await call("sendMessage", chat_id=1001, text="😀" * 2048))[0] == 200
    full = {"inline_keyboard": [[{"text": "a", "callback_data": "b" * 64}]] * 100}
    assert (await call("sendMessage", chat_id="1001", text="x", reply_markup=json.dumps(full)))[0] == 200
    photo = api.files.add_photo(picture()).file_id
    assert (await call("sendPhoto", chat_id=1001, photo=photo, caption="长" * 1024))[0] == 200
    media = [{"type": "photo", "media": photo}]
    assert (await call("sendMediaGroup", chat_id=1001, media=media * 2))[0] == 200
    assert (await call("sendMediaGroup", chat_id=1001, media=media * 10))[0] == 200
    assert len({message.album for message in api.chat(1001).messages[3:]}) == 2


async def test_unknown_token_and_method(api: BotApi, call: Raw) -> None:
    assert await call.send(f"{api.base_url}1:x/getMe") == (401, "Unauthorized")
    assert await call("sendFlowers") == (404, "Not Found: method not found")
    assert (await call("GETME"))[1]["username"] == "zhishou_bot"


async def test_who_may_be_written_to(api: BotApi, call: Raw) -> None:
    person, group = api.user(2, "新人"), api.group(-5, "安委办群")

    async def write(chat: int) -> tuple[int, Any]:
        status, answer = await call("sendMessage", chat_id=chat, text="x")
        return status, answer if status != 200 else None

    assert await write(2) == (403, "Forbidden: bot can't initiate conversation with a user")
    await person.says("/start")
    assert await write(2) == (200, None)
    await person.blocks()
    assert await write(2) == (403, "Forbidden: bot was blocked by the user")
    await person.unblocks()
    assert await write(2) == (200, None)
    person.deactivates()
    assert await write(2) == (403, "Forbidden: user is deactivated")
    await group.kicks_bot(person)
    assert await write(-5) == (403, "Forbidden: bot was kicked from the group chat")
    await group.loses_bot(person)
    assert await write(-5) == (403, "Forbidden: bot is not a member of the group chat")
    await group.adds_bot(person)
    assert await write(-5) == (200, None)
    new = await group.migrate(person)
    assert await write(new.id) == (200, None)
    assert await write(-5) == (400, "Bad Request: group chat was upgraded to a supergroup chat")


async def test_location_can_be_requested_in_private_only(api: BotApi, call: Raw) -> None:
    api.group(-5)
    markup = {"keyboard": [[{"text": "发位置", "request_location": True}], ["不发"]]}
    assert (await call("sendMessage", chat_id=1001, text="在哪？", reply_markup=markup))[0] == 200
    asked = api.chat(1001).last
    assert asked.labels == ["发位置", "不发"]
    assert await call("editMessageText", chat_id=1001, message_id=asked.id, text="x") == (
        400,
        "Bad Request: message can't be edited",
    )
    await api.user(1001).taps(asked, "不发")
    assert api.chat(1001).history[-1].text == "不发"
    refusal = (400, "Bad Request: location can be requested in private chats only")
    assert await call("sendMessage", chat_id=-5, text="x", reply_markup=markup) == refusal
    await call("sendMessage", chat_id=1001, text="好", reply_markup={"remove_keyboard": True})
    assert api.chat(1001).keyboard is None


async def test_edits(api: BotApi, call: Raw) -> None:
    _, sent = await call("sendMessage", chat_id=1001, text="待整改", reply_markup=inline(callback_data="a:1"))
    where = {"chat_id": 1001, "message_id": sent["message_id"]}
    same = await call("editMessageText", **where, text="待整改", reply_markup=inline(callback_data="a:1"))
    assert same[0] == 400
    assert same[1].startswith("Bad Request: message is not modified: specified new message content")
    status, edited = await call("editMessageText", **where, text="已整改")
    assert (status, edited["text"], "reply_markup" in edited) == (200, "已整改", False)
    message = api.chat(1001).last
    assert [edit.text for edit in message.edits] == ["待整改"]
    assert message.edits[0].buttons[0][0].data == "a:1"
    assert (await call("editMessageReplyMarkup", **where, reply_markup=inline(callback_data="b")))[0] == 200
    assert message.button("收到").data == "b"
    refusal = (400, "Bad Request: inline keyboard expected")
    assert await call("editMessageText", **where, text="x", reply_markup={"keyboard": [["x"]]}) == refusal
    refusal = (400, "Bad Request: there is no caption in the message to edit")
    assert await call("editMessageCaption", **where, caption="x") == refusal
    photo = api.files.add_photo(picture()).file_id
    _, sent = await call("sendPhoto", chat_id=1001, photo=photo, caption="旧")
    where["message_id"] = sent["message_id"]
    refusal = (400, "Bad Request: there is no text in the message to edit")
    assert await call("editMessageText", **where, text="新") == refusal
    assert (await call("editMessageCaption", **where, caption="新"))[1]["caption"] == "新"
    where["message_id"] = api.chat(1001).history[0].id
    assert await call("editMessageText", **where, text="x") == (400, "Bad Request: message can't be edited")


async def test_photos_are_looked_at(api: BotApi, call: Raw) -> None:
    async def upload(content: bytes, method: str = "sendPhoto", name: str = "photo") -> tuple[int, Any]:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("chat_id", "1001")
        form.add_field(name, content, filename="隐患 1.jpg", content_type="image/jpeg")
        return await call.send(f"{api.base_url}{api.token}/{method}", data=form)

    assert await upload(b"no picture") == (400, "Bad Request: IMAGE_PROCESS_FAILED")
    assert await upload(b"") == (400, "Bad Request: file must be non-empty")
    status, sent = await upload(picture(3))
    assert (status, len(sent["photo"])) == (200, 2)
    assert api.chat(1001).last.photos[0].content == picture(3)
    _, sent = await upload(b"%PDF", "sendDocument", "document")
    assert sent["document"]["file_name"] == "隐患 1.jpg"
    refusal = (400, "Bad Request: can't use file of type Document as Photo")
    assert await call("sendPhoto", chat_id=1001, photo=sent["document"]["file_id"]) == refusal


async def test_files_and_the_20_mb_limit(api: BotApi, call: Raw) -> None:
    user = api.user(1001)
    update = await user.sends_document("a.pdf", b"%PDF", "application/pdf", size=20 * 1024 * 1024 + 1)
    assert update is not None
    file_id = update["message"]["document"]["file_id"]
    assert await call("getFile", file_id=file_id) == (400, "Bad Request: file is too big")
    update = await user.sends_document("b.pdf", b"%PDF-1.7", "application/pdf")
    assert update is not None
    _, file = await call("getFile", file_id=update["message"]["document"]["file_id"])
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{api.file_url}{api.token}/{file['file_path']}") as response:
            assert await response.read() == b"%PDF-1.7"
        async with session.get(f"{api.file_url}1:x/{file['file_path']}") as response:
            assert response.status == 401
        async with session.get(f"{api.file_url}{api.token}/nothing") as response:
            assert response.status == 404


async def test_updates_are_forgotten_below_the_offset(api: BotApi, call: Raw) -> None:
    for number in range(3):
        await api.user(1001).says(str(number))
    _, updates = await call("getUpdates")
    ids = [update["update_id"] for update in updates]
    assert len(ids) == 4  # with the fixture's /start
    assert [u["update_id"] for u in (await call("getUpdates", limit=2))[1]] == ids[:2]
    assert [u["update_id"] for u in (await call("getUpdates", offset=ids[2]))[1]] == ids[2:]
    assert [u["update_id"] for u in (await call("getUpdates", offset=1))[1]] == ids[2:]
    assert [u["update_id"] for u in (await call("getUpdates", offset=-1))[1]] == ids[3:]
    assert (await call("getUpdates", offset=ids[3] + 1))[1] == []


async def test_long_poll(api: BotApi, call: Raw) -> None:
    _, old = await call("getUpdates")
    offset = old[-1]["update_id"] + 1
    waiting = asyncio.create_task(call("getUpdates", offset=offset, timeout=20))
    await asyncio.sleep(0.05)
    await api.user(1001).says("有人吗")
    assert (await waiting)[1][0]["message"]["text"] == "有人吗"
    first = asyncio.create_task(call("getUpdates", offset=offset + 1, timeout=20))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(call("getUpdates", offset=offset + 1, timeout=1))
    status, description = await first
    assert (status, description.split(";")[0]) == (409, "Conflict: terminated by other getUpdates request")
    assert await second == (200, [])


async def test_allowed_updates(api: BotApi, call: Raw) -> None:
    _, old = await call("getUpdates", allowed_updates=["message"])
    assert await api.user(1001).blocks() is None
    await api.user(1001).unblocks()
    sent = await api.user(1001).says("x")
    _, updates = await call("getUpdates", offset=old[-1]["update_id"] + 1)
    assert updates == [sent]


async def test_no_polling_beside_a_webhook(call: Raw) -> None:
    await call("setWebhook", url="http://127.0.0.1:1/x", drop_pending_updates=True)
    assert (await call("getWebhookInfo"))[1]["url"] == "http://127.0.0.1:1/x"
    status, description = await call("getUpdates")
    assert (status, description.split(";")[0]) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active",
    )
    await call("deleteWebhook")
    assert await call("getUpdates") == (200, [])


async def test_taps(api: BotApi, call: Raw) -> None:
    user = api.user(1001)
    await call("sendMessage", chat_id=1001, text="x", reply_markup=inline(callback_data="ack:7"))
    with pytest.raises(AssertionError, match="收到"):
        await user.taps(api.chat(1001).last, "没有的")
    update = await user.taps(api.chat(1001).last, "收到")
    assert update is not None
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("ack:7", 1001, "x")
    assert await call("answerCallbackQuery", callback_query_id=query["id"], text="好") == (200, True)
    assert api.taps[query["id"]].answer == "好"
    api.forget_taps()
    assert (await call("answerCallbackQuery", callback_query_id=query["id"]))[0] == 400


async def test_privacy_in_groups(api: BotApi, call: Raw) -> None:
    user, group = api.user(1001), api.group(-5, "安委办群")
    assert await user.says("今天谁值班", to=group) is None
    update = await user.says("/bind@zhishou_bot K7", to=group)
    assert update is not None
    assert update["message"]["chat"] == {"id": -5, "type": "group", "title": "安委办群"}
    assert update["message"]["from"]["first_name"] == "王芳"
    api.privacy = False
    assert await user.says("今天谁值班", to=group) is not None


async def test_commands_and_chat(api: BotApi, call: Raw) -> None:
    commands = [{"command": "help", "description": "帮助"}]
    assert await call("setMyCommands", commands=commands, language_code="zh") == (200, True)
    assert await call("getMyCommands", language_code="zh") == (200, commands)
    assert await call("deleteMyCommands", language_code="zh") == (200, True)
    assert await call("getMyCommands", language_code="zh") == (200, [])
    assert (await call("getChat", chat_id=1001))[1]["first_name"] == "王芳"
    assert await call("sendChatAction", chat_id=1001, action="typing") == (200, True)
    assert (await call("sendLocation", chat_id=1001, latitude=30.5, longitude=114.3))[0] == 200


async def test_faults(api: BotApi, call: Raw) -> None:
    async def write(chat: int = 1001) -> tuple[int, Any]:
        status, answer = await call("sendMessage", chat_id=chat, text="x")
        return status, answer if status != 200 else None

    api.group(-5)
    api.faults.add(flood(7), chat=1001)
    assert await write(-5) == (200, None)
    assert await write() == (429, "Too Many Requests: retry after 7")
    assert await write() == (200, None)
    api.faults.add(broken(502), method="sendMessage")
    with pytest.raises(ValueError, match="Expecting value"):
        await write()
    for fault in (drop(), hang(0.05)):
        before = len(api.calls)
        api.faults.add(fault)
        with pytest.raises(aiohttp.ClientConnectionError):
            await write()
        assert len(api.calls) == before
    seen = len(api.chat(1001).messages)
    api.faults.add(lose())
    with pytest.raises(aiohttp.ClientConnectionError):
        await write()
    assert len(api.chat(1001).messages) == seen + 1
    assert api.called("sendMessage")[-1].status == 200


async def test_flood_limits(api: BotApi, call: Raw) -> None:
    api.group(-5)
    now = [0.0]
    api.limits = FloodLimits(clock=lambda: now[0])

    async def sent(chat: int, times: int) -> int:
        answers = [await call("sendMessage", chat_id=chat, text="x") for _ in range(times)]
        return sum(status == 200 for status, _ in answers)

    assert await sent(1001, 5) == 3
    assert await call("sendMessage", chat_id=1001, text="x") == (429, "Too Many Requests: retry after 3")
    now[0] += 3
    assert await sent(1001, 1) == 1
    assert await sent(-5, 25) == 20
    now[0] += 59
    assert await sent(-5, 1) == 0
    now[0] += 1
    assert await sent(-5, 1) == 1
    now[0] += 10
    for number in range(40):
        await api.user(3000 + number).says("/start")
    assert sum([await sent(3000 + number, 1) for number in range(40)]) == 30


def text_of(message: Message) -> str:
    return message.text


async def test_history_keeps_both_sides(api: BotApi, call: Raw) -> None:
    await call("sendMessage", chat_id=1001, text="  您好  ")
    await api.user(1001).says("你好")
    assert list(map(text_of, api.chat(1001).history)) == ["/start", "您好", "你好"]
    assert [m.method for m in api.chat(1001).messages] == ["sendMessage"]

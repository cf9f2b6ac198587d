"""The channel's sending, editing and fetching, against a server that refuses what Telegram refuses."""

from collections.abc import AsyncIterator

import pytest

from bot.channel import Button, PermanentError, Photo, Rendered, TemporaryError
from bot.telegram.channel import TelegramChannel
from tests.bot_api import BotApi, User, broken, drop, picture
from tests.bot_api.ptb import ptb_bot

PHOTOS = {f"sha{number}": picture(number) for number in range(1, 13)}
TWO_ROWS = ((Button("接单", "take:1"), Button("转派", "pass:1")), (Button("详情", "show:1"),))


def storage_read(sha256: str) -> bytes:
    if sha256 == "broken":
        raise PermissionError(sha256)
    if sha256 not in PHOTOS:
        raise FileNotFoundError(sha256)
    return PHOTOS[sha256]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        await server.user(1001, "王芳").says("/start")
        yield server


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    async with ptb_bot(api, read_timeout=0.3) as bot:
        yield TelegramChannel(bot, storage_read)


@pytest.fixture
def wang(api: BotApi) -> User:
    return api.user(1001)


def shown(user: User) -> list[tuple[str, str, int, list[str]]]:
    """What the person sees: method, text, photos, labels."""
    return [(m.method, m.text, len(m.photos), m.labels) for m in user.messages]


def test_says_what_it_can_do(channel: TelegramChannel) -> None:
    abilities = channel.capabilities
    assert (channel.name, abilities.max_text, abilities.max_buttons, abilities.max_data) == (
        "telegram",
        4096,
        100,
        64,
    )
    assert abilities.can_edit
    assert abilities.can_request_location


async def test_text_is_plain(channel: TelegramChannel, wang: User) -> None:
    text = "<b>不是粗体</b> *也不是* [x](http://x.cn) _a"
    sent = await channel.send("1001", Rendered(text, TWO_ROWS))
    message = wang.chat.last
    assert (sent, message.text) == (str(message.id), text)
    assert [[(b.label, b.data) for b in row] for row in message.buttons] == [
        [("接单", "take:1"), ("转派", "pass:1")],
        [("详情", "show:1")],
    ]


async def test_no_address_is_opened_for_a_preview(api: BotApi, channel: TelegramChannel) -> None:
    await channel.send("1001", Rendered("https://duty.example.gov.cn/r/x"))
    await channel.send("1001", Rendered("没有链接"))
    sent = [
        call.params.get("link_preview_options") for call in api.calls if call.method.lower() == "sendmessage"
    ]
    assert [bool(each) and "is_disabled" in str(each) for each in sent] == [True, False]


async def test_location_request_and_its_removal(channel: TelegramChannel, wang: User) -> None:
    buttons = ((Button("发送位置", "location"), Button("跳过", "skip")), (Button("取消", "cancel"),))
    await channel.send("1001", Rendered("在哪里？", buttons, request="location"))
    assert wang.chat.keyboard == (
        ({"text": "发送位置", "request_location": True},),
        ({"text": "跳过"},),
        ({"text": "取消"},),
    )
    await channel.send("1001", Rendered("选一个", TWO_ROWS, clear_request=True))
    assert wang.chat.last.labels == ["接单", "转派", "详情"]
    assert wang.chat.keyboard is not None
    await channel.send("1001", Rendered("收到位置", clear_request=True))
    assert wang.chat.keyboard is None


@pytest.mark.parametrize("data", ["", "测" * 22, "x" * 65])
async def test_callback_data_that_cannot_be_is_our_own_mistake(channel: TelegramChannel, data: str) -> None:
    message = Rendered("x", ((Button("a", data),),))
    with pytest.raises(ValueError, match="callback data"):
        await channel.send("1001", message)
    with pytest.raises(ValueError, match="callback data"):
        channel.as_webhook_answer("1001", message)
    with pytest.raises(ValueError, match="location needs a button"):
        await channel.send("1001", Rendered("x", request="location"))


async def test_one_photo_carries_the_text(channel: TelegramChannel, wang: User) -> None:
    text = "😀" * 512
    sent = await channel.send("1001", Rendered(text, TWO_ROWS, (Photo("sha1"),)))
    assert shown(wang) == [("sendPhoto", text, 1, ["接单", "转派", "详情"])]
    assert sent == str(wang.chat.last.id)
    assert wang.chat.last.photos[0].content == PHOTOS["sha1"]


async def test_a_text_too_long_for_a_caption_follows_the_photo(channel: TelegramChannel, wang: User) -> None:
    text = "😀" * 512 + "x"
    sent = await channel.send("1001", Rendered(text, TWO_ROWS, (Photo("sha1"),)))
    assert shown(wang) == [("sendPhoto", "", 1, []), ("sendMessage", text, 0, ["接单", "转派", "详情"])]
    assert sent == str(wang.chat.last.id)


@pytest.mark.parametrize(("count", "calls"), [(2, [2]), (10, [10]), (11, [10, 1]), (12, [10, 2])])
async def test_albums(
    api: BotApi, channel: TelegramChannel, wang: User, count: int, calls: list[int]
) -> None:
    photos = tuple(Photo(f"sha{number}") for number in range(1, count + 1))
    await channel.send("1001", Rendered("整改前后", TWO_ROWS, photos))
    assert [message.photos[0].content for message in wang.messages[:-1]] == list(PHOTOS.values())[:count]
    assert shown(wang)[-1] == ("sendMessage", "整改前后", 0, ["接单", "转派", "详情"])
    assert len(api.called("sendMediaGroup")) + len(api.called("sendPhoto")) == len(calls)


async def test_a_photo_that_telegram_knows_is_not_uploaded(api: BotApi, channel: TelegramChannel) -> None:
    file_id = api.files.add_photo(picture(7)).file_id
    await channel.send("1001", Rendered("", photos=(Photo(None, file_id), Photo("sha1", file_id))))
    assert [message.photos[0].file_id for message in api.chat(1001).messages] == [file_id] * 2


async def test_the_words_go_out_without_a_lost_photo(channel: TelegramChannel, wang: User) -> None:
    await channel.send("1001", Rendered("急", photos=(Photo("lost"), Photo(None))))
    assert shown(wang) == [("sendMessage", "急", 0, [])]
    with pytest.raises(TemporaryError, match="storage"):
        await channel.send("1001", Rendered("急", photos=(Photo("broken"),)))


async def test_file(channel: TelegramChannel, wang: User) -> None:
    await channel.send("1001", Rendered("本月台账", TWO_ROWS, file=("台账.xlsx", b"PK")))
    assert shown(wang) == [("sendDocument", "本月台账", 0, ["接单", "转派", "详情"])]
    file = wang.chat.last.file
    assert file is not None
    assert (file.name, file.content) == ("台账.xlsx", b"PK")
    await channel.send("1001", Rendered("长" * 1025, TWO_ROWS, (Photo("sha1"),), file=("a.txt", b"x")))
    assert [message.method for message in wang.messages[1:]] == ["sendPhoto", "sendDocument", "sendMessage"]
    assert wang.chat.last.labels == ["接单", "转派", "详情"]


async def test_edit(api: BotApi, channel: TelegramChannel, wang: User) -> None:
    sent = await channel.send("1001", Rendered("待接单", TWO_ROWS))
    assert sent is not None
    await channel.edit("1001", sent, Rendered("已接单：王芳"))
    assert shown(wang) == [("sendMessage", "已接单：王芳", 0, [])]
    await channel.edit("1001", sent, Rendered("已接单：王芳"))
    assert [call.status for call in api.called("editMessageText")] == [200, 400]
    await channel.edit("1001", sent, Rendered("已接单：王芳", TWO_ROWS, clear_request=True))
    assert wang.chat.last.labels == ["接单", "转派", "详情"]


async def test_edit_of_a_caption(channel: TelegramChannel, wang: User) -> None:
    sent = await channel.send("1001", Rendered("待接单", TWO_ROWS, (Photo("sha1"),)))
    assert sent is not None
    for _ in range(2):
        await channel.edit("1001", sent, Rendered("已接单"))
    assert shown(wang) == [("sendPhoto", "已接单", 1, [])]


async def test_edit_that_cannot_be(channel: TelegramChannel, wang: User) -> None:
    buttons = ((Button("发送位置", "location"),),)
    asked = await channel.send("1001", Rendered("在哪里？", buttons, request="location"))
    assert asked is not None
    for message_id, reason in ((asked, "can't be edited"), ("99999", "to edit not found")):
        with pytest.raises(PermanentError, match=reason) as caught:
            await channel.edit("1001", message_id, Rendered("x"))
        assert not caught.value.address_gone
    assert wang.chat.last.text == "在哪里？"


async def test_taps(api: BotApi, channel: TelegramChannel, wang: User) -> None:
    await channel.send("1001", Rendered("x", TWO_ROWS))
    update = await wang.taps(wang.chat.last, "接单")
    assert update is not None
    tap = update["callback_query"]["id"]
    await channel.answer_tap(tap, "长" * 300)
    assert api.taps[tap].answer == "长" * 200
    await channel.answer_tap(tap)
    assert api.taps[tap].answer == ""
    api.forget_taps()
    await channel.answer_tap(tap, "迟了")
    api.faults.add(broken(502))
    with pytest.raises(TemporaryError):
        await channel.answer_tap(tap)


async def test_fetch(channel: TelegramChannel, wang: User) -> None:
    update = await wang.sends_photo(9)
    assert update is not None
    assert await channel.fetch(update["message"]["photo"][-1]["file_id"]) == picture(9)
    update = await wang.sends_document("a.zip", b"x", "application/zip", size=20 * 1024 * 1024 + 1)
    assert update is not None
    with pytest.raises(PermanentError, match="too big"):
        await channel.fetch(update["message"]["document"]["file_id"])
    with pytest.raises(PermanentError, match=r"[Ii]nvalid file_id"):
        await channel.fetch("nothing")


async def test_a_download_cut_short_is_temporary(api: BotApi, channel: TelegramChannel, wang: User) -> None:
    update = await wang.sends_photo(9)
    assert update is not None
    api.faults.add(drop(), method="download", times=2)
    with pytest.raises(TemporaryError):
        await channel.fetch(update["message"]["photo"][-1]["file_id"])


async def test_webhook_answer_is_the_same_message(api: BotApi, channel: TelegramChannel, wang: User) -> None:
    location = ((Button("发送位置", "location"),), (Button("取消", "x"),))
    for message in (
        Rendered("您好"),
        Rendered("选一个", TWO_ROWS),
        Rendered("在哪？", location, request="location"),
        Rendered("好", clear_request=True),
    ):
        answer = channel.as_webhook_answer("1001", message)
        assert answer is not None
        await api.call_from_webhook(answer)
        await channel.send("1001", message)
        by_webhook, by_call = wang.messages[-2:]
        assert (by_webhook.text, by_webhook.markup) == (by_call.text, by_call.markup)
    assert [call.status for call in api.calls if call.via == "webhook"] == [200] * 4
    assert channel.as_webhook_answer("1001", Rendered("x", photos=(Photo("sha1"),))) is None
    assert channel.as_webhook_answer("1001", Rendered("x", file=("a", b"x"))) is None

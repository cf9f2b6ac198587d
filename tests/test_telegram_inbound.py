"""Every kind of update that the server makes, as an Inbound."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import InaccessibleMessage, Update

from bot.telegram.inbound import to_inbound
from bot.telegram.reading import read_update
from handlers.inbound import FileRef, Inbound, Place
from tests.bot_api import BotApi, Group, User, picture
from tests.bot_api.ptb import ptb_update
from tests.bot_api.raw import inline

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(privacy=False) as server:
        yield server


@pytest.fixture
def wang(api: BotApi) -> User:
    return api.user(1001, "王芳", language="zh-hans")


@pytest.fixture
def office(api: BotApi) -> Group:
    return api.group(-5, "安委办群")


def inbound(update: dict[str, Any] | None) -> Inbound:
    """What it says, read PTB's way; the same read our way, as the webhook does."""
    assert update is not None
    theirs, ours = (to_inbound(read, received_at=NOON) for read in (ptb_update(update), read_update(update)))
    assert ours == theirs
    found = to_inbound(read_update(update))
    assert found is not None
    return found


async def test_private_text(wang: User) -> None:
    update = await wang.says("三号楼楼道堆放杂物")
    got = inbound(update)
    assert update is not None
    assert got == Inbound(
        channel="telegram",
        event_id=str(update["update_id"]),
        address="1001",
        kind="text",
        sender="1001",
        sent_at=got.sent_at,
        text="三号楼楼道堆放杂物",
        sender_name="王芳",
        group=None,
        message_id=str(update["message"]["message_id"]),
        language="zh-hans",
    )
    assert got.sent_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - got.sent_at) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "strange",
    [
        {"update_id": 1, "callback_query": None},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {"message_id": 2, "date": 3, "chat": {"id": 4, "type": "channel"}}},
        {"update_id": 1, "something_new": {"id": 2}},
    ],
)
def test_what_says_nothing_says_nothing_our_way(strange: dict[str, Any]) -> None:
    assert to_inbound(read_update(strange)) is None
    assert read_update(strange).to_dict() == Update.de_json(strange).to_dict()


async def test_of_a_tap_and_an_answer_only_what_is_asked_about_is_read(api: BotApi, wang: User) -> None:
    await wang.says("/start")
    await send(api, 1001, reply_markup=inline(callback_data="ack:7"))
    tap = await wang.taps(api.chat(1001).last, "收到")
    assert tap is not None
    query = read_update(tap).callback_query
    assert query is not None
    assert isinstance(query.message, InaccessibleMessage)
    said = await wang.sends(text="好", reply_to_message=tap["callback_query"]["message"])
    assert said is not None
    message = read_update(said).message
    assert message is not None
    assert (message.text, message.reply_to_message) == ("好", None)


async def test_group_text(wang: User, office: Group) -> None:
    got = inbound(await wang.says("收到", to=office))
    assert (got.address, got.sender, got.group) == ("-5", "1001", "安委办群")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("/bind@zhishou_bot K7 Q2", "/bind K7 Q2"),
        ("/bind@Zhishou_Bot", "/bind"),
        ("/bind K7", "/bind K7"),
        ("/start@other_bot", None),
        ("找 /bind@other_bot", "找 /bind@other_bot"),
        ("a@b.cn", "a@b.cn"),
    ],
)
async def test_commands_in_a_group(wang: User, office: Group, said: str, text: str | None) -> None:
    got = to_inbound(ptb_update(await wang.says(said, to=office)), username="zhishou_bot")
    assert (got and got.text) == text


async def test_without_a_username_any_mention_is_ours(wang: User, office: Group) -> None:
    assert inbound(await wang.says("/help@some_bot", to=office)).text == "/help"


async def test_tap(api: BotApi, wang: User) -> None:
    await wang.says("/start")
    message = await send(api, 1001, reply_markup=inline(callback_data="ack:7"))
    update = await wang.taps(api.chat(1001).last, "收到")
    assert update is not None
    got = to_inbound(ptb_update(update), received_at=NOON)
    assert got == Inbound(
        channel="telegram",
        event_id=str(update["update_id"]),
        address="1001",
        kind="tap",
        sender="1001",
        sent_at=NOON,
        data="ack:7",
        tap_id=update["callback_query"]["id"],
        sender_name="王芳",
        message_id=str(message),
        language="zh-hans",
    )


async def test_tap_in_a_group_and_under_an_old_message(api: BotApi, wang: User, office: Group) -> None:
    await send(api, -5, reply_markup=inline(callback_data="take:1"))
    before = datetime.now(UTC)
    got = inbound(await wang.taps(office.messages[-1], "收到", inaccessible=True))
    assert (got.address, got.sender, got.group, got.data) == ("-5", "1001", "安委办群", "take:1")
    assert before <= got.sent_at <= datetime.now(UTC)


async def test_photo_is_the_largest_size(wang: User) -> None:
    update = await wang.sends_photo(3, caption="消防栓没水")
    got = inbound(update)
    assert update is not None
    largest = update["message"]["photo"][-1]
    ref = FileRef(largest["file_id"], largest["file_unique_id"], "photo", len(picture(3)), mime="image/jpeg")
    assert (got.kind, got.text, got.files, got.album) == ("photo", "消防栓没水", (ref,), "")


async def test_album(wang: User) -> None:
    photos = [inbound(update) for update in await wang.sends_album(3, caption="三处")]
    assert [photo.text for photo in photos] == ["三处", "", ""]
    assert len({photo.files[0].unique_id for photo in photos}) == 3
    assert len({photo.album for photo in photos}) == 1
    assert photos[0].album


async def test_documents(wang: User) -> None:
    got = inbound(await wang.sends_document("IMG_1.heic", b"x", "image/heic", caption="原图"))
    assert (got.kind, got.files[0].kind, got.files[0].name) == ("photo", "photo", "IMG_1.heic")
    assert (got.files[0].mime, got.text) == ("image/heic", "原图")
    got = inbound(await wang.sends_document("通知.pdf", b"%PDF", "application/pdf"))
    assert (got.kind, got.files[0].kind, got.files[0].size) == ("file", "document", 4)


@pytest.mark.parametrize(
    ("live", "extra", "source"),
    [
        (False, {}, "shared"),
        (True, {}, "live"),
        (True, {"forward_origin": {"type": "hidden_user", "sender_user_name": "李四", "date": 1}}, "shared"),
    ],
)
async def test_location(wang: User, live: bool, extra: dict[str, Any], source: Any) -> None:
    got = inbound(await wang.shares_location(30.52, 114.31, accuracy=15.5, live=live, **extra))
    assert (got.kind, got.place) == ("location", Place(30.52, 114.31, 15.5, "WGS-84", source))


async def test_venue(wang: User) -> None:
    got = inbound(await wang.picks_venue(30.52, 114.31, "县一中", "解放路 1 号"))
    assert got.place == Place(30.52, 114.31, None, source="picked")
    assert got.text == "县一中 解放路 1 号"


async def test_contact_is_bare_only_if_it_is_the_senders_own(wang: User) -> None:
    got = inbound(await wang.sends_contact("13900000001"))
    assert (got.kind, got.text) == ("contact", "13900000001")
    got = inbound(await wang.sends_contact("13900000002", name="李四", user_id=1002))
    assert got.text == "李四 13900000002"
    assert inbound(await wang.sends_contact("13900000003", name="王五")).text == "王五 13900000003"


async def test_voice_and_the_rest(wang: User) -> None:
    got = inbound(await wang.sends_voice())
    assert (got.kind, got.files[0].mime, got.files[0].kind) == ("voice", "audio/ogg", "document")
    assert inbound(await wang.sends_sticker()).kind == "other"
    animation = {"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1, "duration": 1}
    document = {"file_id": "a", "file_unique_id": "a"}
    assert inbound(await wang.sends(animation=animation, document=document)).kind == "other"


async def test_left(api: BotApi, wang: User, office: Group) -> None:
    got = inbound(await wang.blocks())
    assert (got.kind, got.address, got.sender, got.group) == ("left", "1001", "1001", None)
    assert to_inbound(ptb_update(await wang.unblocks())) is None
    got = inbound(await office.kicks_bot(wang))
    assert (got.kind, got.address, got.group) == ("left", "-5", "安委办群")
    assert to_inbound(ptb_update(await office.adds_bot(wang))) is None
    assert inbound(await office.loses_bot(wang)).kind == "left"


async def test_restricted_out_of_a_group(wang: User, office: Group) -> None:
    update = await office.loses_bot(wang)
    assert update is not None
    member = update["my_chat_member"]["new_chat_member"]
    media = ("audios", "documents", "photos", "videos", "video_notes", "voice_notes")
    rights = ("messages", "polls", "other_messages", *media)
    member |= {f"can_send_{right}": False for right in rights}
    member |= {"can_change_info": False, "can_invite_users": False, "can_pin_messages": False}
    member |= {"can_add_web_page_previews": False, "can_manage_topics": False, "until_date": 0}
    member |= {"status": "restricted", "is_member": False, "can_edit_tag": False}
    member |= {"can_react_to_messages": False}
    assert inbound(update).kind == "left"
    member["is_member"] = True
    assert to_inbound(ptb_update(update)) is None


async def test_migration(api: BotApi, wang: User, office: Group) -> None:
    await office.migrate(wang)
    raw = [entry.json for entry in api.updates.pending]
    got = [to_inbound(ptb_update(update)) for update in raw]
    assert got[0] is not None
    assert (got[0].kind, got[0].address, got[0].migrated_to) == ("other", "-5", "-1000000000005")
    assert got[1:] == [None]


async def test_what_is_not_handled(api: BotApi, wang: User, office: Group) -> None:
    said = await wang.says("旧")
    assert said is not None
    assert to_inbound(ptb_update(await wang.edits(said, "新"))) is None
    moved = await wang.shares_location(1, 2, live=True)
    assert moved is not None
    assert to_inbound(ptb_update(await wang.edits(moved, location={"latitude": 3, "longitude": 4}))) is None
    assert to_inbound(ptb_update(await office.announces(wang, new_chat_title="新群名"))) is None
    assert to_inbound(Update(1)) is None
    query = {"id": "1", "from": wang.json(), "chat_instance": "1", "data": "x", "inline_message_id": "7"}
    assert to_inbound(ptb_update({"update_id": 1, "callback_query": query})) is None


async def test_nobody_in_particular_is_nobody(wang: User, office: Group) -> None:
    """An anonymous administrator's id is the same for every group: it must never become a person."""
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    said = await wang.sends(to=office, text="/bind K7", sender_chat=office.chat.json(), **{"from": anonymous})
    assert to_inbound(ptb_update(said)) is None
    other_bot = {"id": 5, "is_bot": True, "first_name": "B", "username": "b_bot"}
    assert to_inbound(ptb_update(await wang.sends(to=office, text="x", **{"from": other_bot}))) is None


async def send(api: BotApi, chat: int, **params: Any) -> int:
    """A message of the bot, sent without a transport; its id."""
    await api.call_from_webhook({"method": "sendMessage", "chat_id": chat, "text": "x", **params})
    return api.chat(chat).last.id

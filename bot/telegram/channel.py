"""Telegram as a channel: what goes out, and Telegram's errors in the channel's terms."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from telegram import InputFile, InputMediaPhoto, LinkPreviewOptions, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channel import (
    Button,
    Capabilities,
    Moved,
    PermanentError,
    Photo,
    Rendered,
    SendError,
    TemporaryError,
)
from models.brakes import Pace, Paces

log = structlog.get_logger()

# Telegram bears some 30 messages a second altogether and 20 a minute in one group; a little below that.
PACES = Paces(all=Pace(25, 1), group=Pace(18, 60))
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # a preview would open a unit's reply link
MAX_CAPTION = 1024
MAX_ALBUM = 10
MAX_DATA = 64
MAX_TAP_ANSWER = 200
_GONE = ("chat not found", "peer_id_invalid", "group chat was deactivated")


class TelegramChannel:
    """Sends by the Bot API. User text is plain: no parse_mode anywhere.

    A message with an album is two or more calls; if a later one fails, a retry sends the album again.
    """

    name = "telegram"
    capabilities = Capabilities(
        max_text=4096,
        max_buttons=100,
        max_data=MAX_DATA,
        can_edit=True,
        can_request_location=True,
        paces=PACES,
    )

    def __init__(self, bot: ExtBot[Any], storage_read: Callable[[str], bytes]) -> None:
        """`storage_read` gives the bytes of a stored photo by its sha256; it may block."""
        self._bot = bot
        self._storage_read = storage_read

    async def send(self, address: str, message: Rendered) -> str | None:
        """Send all of `message`; the id is that of the part with the text and the buttons."""
        chat, markup = int(address), keyboard(message)
        with channel_errors():
            photos = await self._readable(message.photos)
            if len(photos) == 1 and message.file is None and _fits_caption(message.text):
                sent = await self._send_photo(chat, photos[0], message.text, markup)
                return str(sent.message_id)
            last = await self._send_photos(chat, photos)
            if message.file is not None:
                last = await self._send_file(chat, message.file, message.text, markup)
            if message.text and (message.file is None or not _fits_caption(message.text)):
                last = await self._bot.send_message(
                    chat,
                    message.text,
                    link_preview_options=NO_PREVIEW if "://" in message.text else None,
                    api_kwargs=_extra(markup),
                )
            return None if last is None else str(last.message_id)

    async def edit(self, address: str, message_id: str, message: Rendered) -> None:
        """Change text and inline buttons; where the text is a photo's caption, the caption."""
        chat, known = int(address), int(message_id)
        extra = _extra(None if message.request else keyboard(Rendered(message.text, message.buttons)))
        with channel_errors(), _ignoring("message is not modified"):
            try:
                await self._bot.edit_message_text(message.text, chat, known, api_kwargs=extra)
            except BadRequest as error:
                if not says(error, "there is no text in the message"):
                    raise
                await self._bot.edit_message_caption(chat, known, caption=message.text, api_kwargs=extra)

    async def answer_tap(self, tap_id: str, text: str = "") -> None:
        """Stop the button's spinner; Telegram forgets a tap within a minute, which harms nobody."""
        with channel_errors(), _ignoring("query is too old", "query id is invalid"):
            await self._bot.answer_callback_query(tap_id, text=text[:MAX_TAP_ANSWER] or None)

    async def fetch(self, remote_id: str) -> bytes:
        """The bytes of a file sent to the bot; Telegram gives out 20 MB at most."""
        with channel_errors():
            file = await self._bot.get_file(remote_id)
            if (file.file_size or 0) > self.capabilities.max_download:
                raise PermanentError("file is too big")
            return bytes(await file.download_as_bytearray())

    def as_webhook_answer(self, address: str, message: Rendered) -> dict[str, Any] | None:
        """The call that answers a webhook by sending `message`; None if it is more than one text.

        Telegram does not tell what became of such a call, neither its message id nor an error.
        """
        if message.photos or message.file is not None:
            return None
        answer = {"method": "sendMessage", "chat_id": int(address), "text": message.text}
        return {**answer, **_extra(keyboard(message))}

    async def _send_photo(self, chat: int, photo: str | bytes, text: str, markup: Any) -> Message:
        return await self._bot.send_photo(chat, photo, caption=text or None, api_kwargs=_extra(markup))

    async def _send_photos(self, chat: int, photos: Sequence[str | bytes]) -> Message | None:
        """The photos without words, as albums as large as Telegram takes; the last message."""
        last = None
        for start in range(0, len(photos), MAX_ALBUM):
            album = photos[start : start + MAX_ALBUM]
            if len(album) == 1:
                last = await self._send_photo(chat, album[0], "", None)
            else:
                last = (await self._bot.send_media_group(chat, [InputMediaPhoto(p) for p in album]))[-1]
        return last

    async def _send_file(self, chat: int, file: tuple[str, bytes], text: str, markup: Any) -> Message:
        """The document, with the text and the buttons if the text fits under it."""
        name, content = file
        document = InputFile(content, filename=name)
        if not _fits_caption(text):
            return await self._bot.send_document(chat, document)
        return await self._bot.send_document(chat, document, caption=text or None, api_kwargs=_extra(markup))

    async def _readable(self, photos: Sequence[Photo]) -> list[str | bytes]:
        """What Telegram takes for each photo: the bytes that were made for it, its own id, or those stored.

        A photo that is no longer stored is left out: the words matter more than the picture.
        """
        found: list[str | bytes] = []
        for photo in photos:
            if photo.data is not None:
                found.append(photo.data)
            elif photo.remote_id is not None:
                found.append(photo.remote_id)
            elif photo.sha256 is not None:
                content = await self._stored(photo.sha256)
                found.extend([content] if content else [])
        return found

    async def _stored(self, sha256: str) -> bytes | None:
        try:
            return await asyncio.to_thread(self._storage_read, sha256)
        except FileNotFoundError:
            log.error("photo_not_stored", sha256=sha256)
            return None
        except OSError as error:
            raise TemporaryError(f"storage: {error}") from error


def keyboard(message: Rendered) -> dict[str, Any] | None:
    """The reply_markup of `message`, as the JSON of the Bot API.

    A request for a location turns all buttons into a reply keyboard, one to a row; the first of them
    sends the location, each other one its own label as text. Telegram takes one markup a message, so
    inline buttons leave no room for the removal of such a keyboard.
    """
    if message.request == "location":
        return _location_keyboard([button for row in message.buttons for button in row])
    if message.buttons:
        return {"inline_keyboard": [[_inline(button) for button in row] for row in message.buttons]}
    return {"remove_keyboard": True} if message.clear_request else None


def _inline(button: Button) -> dict[str, str]:
    if not 0 < len(button.data.encode()) <= MAX_DATA:
        raise ValueError(f"callback data must be 1 to {MAX_DATA} bytes: {button.data!r}")
    return {"text": button.label, "callback_data": button.data}


def _location_keyboard(buttons: list[Button]) -> dict[str, Any]:
    if not buttons:
        raise ValueError("a request for a location needs a button that says so")
    rows: list[list[dict[str, Any]]] = [[{"text": button.label}] for button in buttons]
    rows[0][0]["request_location"] = True
    return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}


def _extra(markup: dict[str, Any] | None) -> dict[str, Any]:
    return {} if markup is None else {"reply_markup": markup}


def _fits_caption(text: str) -> bool:
    """Telegram counts UTF-16 code units: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2 <= MAX_CAPTION


@contextmanager
def _ignoring(*phrases: str) -> Iterator[None]:
    """Within, a refusal that says one of `phrases` is no error."""
    try:
        yield
    except BadRequest as error:
        if not says(error, *phrases):
            raise


@contextmanager
def channel_errors() -> Iterator[None]:
    """Within, Telegram's errors come out as SendError's children."""
    try:
        yield
    except TelegramError as error:
        raise send_error(error) from error


def send_error(error: TelegramError) -> SendError:
    """The channel's error for Telegram's.

    BadRequest is looked at before the rest, because PTB makes it a NetworkError. A wrong token
    (InvalidToken) is temporary: it is the office's to mend, and no message may be lost for it.
    """
    if isinstance(error, RetryAfter):
        return TemporaryError(error.message, _wish(error))
    if isinstance(error, ChatMigrated):
        return Moved(str(error.new_chat_id))
    if isinstance(error, Forbidden):
        return PermanentError(error.message, address_gone=True)
    if isinstance(error, BadRequest) and not says(error, "temporarily unavailable"):
        return PermanentError(error.message, address_gone=says(error, *_GONE))
    if says(error, "request entity too large"):
        return PermanentError(error.message)
    return TemporaryError(error.message)


def says(error: TelegramError, *phrases: str) -> bool:
    """Whether Telegram's description holds one of `phrases` (lower case; PTB changes the capitals)."""
    text = error.message.lower()
    return any(phrase in text for phrase in phrases)


def _wish(error: RetryAfter) -> timedelta:
    """PTB gives seconds or a timedelta, as its environment says."""
    wish = error.retry_after
    return wish if isinstance(wish, timedelta) else timedelta(seconds=wish)

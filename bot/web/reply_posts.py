"""What is sent from the page of a reply link: read from the request, then done by the operations of models/."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from bot.storage import NotAnImage, Storage, inspect_image
from bot.web.reply_forms import ACCEPT_ALL, ASKED, PHOTO_MB, PICKED, REASONS
from handlers.answers import clean
from handlers.words import money
from models.assignment import hand_back_hazard
from models.base import Actor, UserError, new_id, short
from models.commitments import COMMITMENT_MAX, FUNDS
from models.extensions import ask_extension
from models.files import add_stored_file
from models.hazard_comments import COMMENT_MAX, comment_on
from models.hazard_rules import REASON_MAX
from models.hazards import PHOTOS_MAX, Hazard
from models.inbox import InboxRow, take_event
from models.policy import Policy
from models.reply_answers import accept_all_by_link, accept_by_link, commit_by_link, fix_by_link
from models.reply_links import CHANNEL, ReplyLink, hazard_of_link, hazards_of_link
from models.text import text

MOST_PHOTO = PHOTO_MB * 1024 * 1024  # bytes of one photo
MOST_BODY = PHOTOS_MAX * MOST_PHOTO + 1024 * 1024  # bytes of one answer
_MOST_FIELDS = 30
FILES_CHANNEL = "web"  # the photos lie in storage, where the web channel finds what it has


@dataclass(frozen=True)
class Photo:
    """A photo that lies in storage."""

    sha256: str
    size: int
    mime: str
    exif_at: str
    exif_place: tuple[float, float] | None


@dataclass(frozen=True)
class Posted:
    """One answer as it was sent. `fields` are the words by their names."""

    fields: dict[str, str]
    photos: tuple[Photo, ...] = ()

    def words(self, name: str, most: int) -> str:
        """What was written into a field, blank if nothing. Errors: too-long."""
        said = self.fields.get(name, "")
        return clean(said, most=most) if said.strip() else ""


@contextlib.asynccontextmanager
async def read_post(request: Request) -> AsyncIterator[tuple[dict[str, str], list[UploadFile]]]:
    """The words and the files of an answer, these as long as they are needed. Errors: reply-too-big,
    reply-old-form."""
    try:
        form = await _limited(request).form(max_fields=_MOST_FIELDS)
    except HTTPException:
        raise UserError("reply-old-form") from None
    try:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        yield fields, [file for file in files if file.size or file.filename]
    finally:
        await form.close()


def _limited(request: Request) -> Request:
    """The same request, that breaks off when its body grows too big."""
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > MOST_BODY:
            raise UserError("reply-too-big")
        return message

    return Request(request.scope, receive)


async def keep_photos(storage: Storage, files: Sequence[UploadFile]) -> tuple[Photo, ...]:
    """Put the photos into storage, all or, where one is refused, none.

    Errors: photos-too-many, reply-photo-big, reply-photo-not.
    """
    if len(files) > PHOTOS_MAX:
        raise UserError("photos-too-many", most=PHOTOS_MAX)
    if any((file.size or 0) > MOST_PHOTO for file in files):
        raise UserError("reply-photo-big", most=PHOTO_MB)
    looked = []
    for file in files:
        data = await file.read()
        try:
            looked.append((data, await asyncio.to_thread(inspect_image, data)))
        except NotAnImage:
            raise UserError("reply-photo-not") from None
    return tuple(
        [Photo(await asyncio.to_thread(storage.put, data), len(data), *found) for data, found in looked]
    )


@dataclass(frozen=True)
class Answering:
    """An answer about to be done, inside its transaction."""

    session: Session
    link: ReplyLink
    by: Actor
    hazard: Hazard
    posted: Posted
    now: datetime
    policy: Policy
    say: Callable[[Any], str]

    @property
    def how(self) -> dict[str, Any]:
        """What every operation takes."""
        return {"by": self.by, "hazard": self.hazard, "now": self.now, "policy": self.policy}

    def photo_ids(self) -> list[int]:
        """Its photos as records."""
        return [
            add_stored_file(
                self.session,
                county=self.link.county,
                channel=FILES_CHANNEL,
                sha256=photo.sha256,
                size=photo.size,
                mime=photo.mime,
                exif_at=photo.exif_at,
                exif_place=photo.exif_place,
                now=self.now,
            )
            for photo in self.posted.photos
        ]

    def reason(self, action: str) -> str:
        """The reason that was written, else the one that was ticked."""
        prefix, names = REASONS[action]
        picked = self.posted.fields.get("why", "")
        written = self.posted.words("reason", REASON_MAX)
        return written or (self.say(text(f"{prefix}-{picked}")) if picked in names else "")

    def commitment(self, item: str) -> str:
        """What was written of one of the five, else what was ticked; a bare number of the funds is yuan."""
        written, picked = self.posted.words(item, COMMITMENT_MAX), self.posted.fields.get(f"{item}_pick", "")
        yuan = money(written) if item == FUNDS and written else None
        if yuan is not None:
            return self.say(text("funds-yuan", amount=f"{yuan:,}"))
        ticked = picked in PICKED.get(item, ())
        return written or (self.say(text(f"five-{item}-{picked}")) if ticked else "")

    def until(self) -> datetime:
        """The new deadline: a day that was written, else so many days later. Errors: reply-date."""
        typed, picked = self.posted.fields.get("date", "").strip(), self.posted.fields.get("until", "")
        if not typed and picked.isascii() and picked.isdecimal() and len(picked) < 4 and self.hazard.due_at:
            return self.hazard.due_at + timedelta(days=int(picked))
        try:
            on = date.fromisoformat(typed)
        except ValueError:
            raise UserError("reply-date", said=typed[:20]) from None
        return datetime.combine(on, self.policy.deadline_time, self.policy.zone)


def _accept(each: Answering) -> None:
    accept_by_link(each.session, **each.how)


def _commit(each: Answering) -> None:
    values = {item: each.commitment(item) for item in ASKED}
    commit_by_link(each.session, values=values, reason=each.posted.words("reason", REASON_MAX), **each.how)


def _fix(each: Answering) -> None:
    note = each.posted.words("note", REASON_MAX)
    fix_by_link(each.session, note=note, photo_ids=each.photo_ids(), **each.how)


def _comment(each: Answering) -> None:
    said = each.posted.words("said", COMMENT_MAX)
    comment_on(each.session, said=said, photo_ids=each.photo_ids(), **each.how)


def _extend(each: Answering) -> None:
    ask_extension(each.session, new_due=each.until(), reason=each.reason("ask_extension"), **each.how)


def _hand_back(each: Answering) -> None:
    hand_back_hazard(each.session, reason=each.reason("hand_back"), **each.how)


DO: dict[str, Callable[[Answering], None]] = {
    "accept": _accept,
    "commit": _commit,
    "submit_fix": _fix,
    "comment": _comment,
    "ask_extension": _extend,
    "hand_back": _hand_back,
}


def do_answer(
    session: Session,
    *,
    link: ReplyLink,
    by: Actor,
    posted: Posted,
    hazard_id: int | None,
    now: datetime,
    policy: Policy,
    say: Callable[[Any], str],
) -> str:
    """Do what was sent, once however often it is sent; the number of its hazard, if it is about one.

    Errors: reply-old-form, hazard-unknown, and those of the move.
    """
    action, key = posted.fields.get("do", ""), posted.fields.get("key", "")
    if not 8 <= len(key) <= 64:
        raise UserError("reply-old-form")
    event = f"{short(link.id)}:{key}"
    taken = session.get(InboxRow, (link.county, CHANNEL, event)) is not None
    if not taken:
        take_event(session, county=link.county, channel=CHANNEL, event_id=event, now=now, reply_id=new_id())
    if action == ACCEPT_ALL:
        hazards = hazards_of_link(session, link)
        if not taken:
            accept_all_by_link(session, by=by, hazards=hazards, now=now, policy=policy)
        return ""
    if action not in DO or hazard_id is None:
        raise UserError("reply-old-form")
    if taken:  # what it was about may be with somebody else by now
        return next((each.number for each in hazards_of_link(session, link) if each.id == hazard_id), "")
    hazard = hazard_of_link(session, link, hazard_id)
    DO[action](Answering(session, link, by, hazard, posted, now, policy, say))
    return hazard.number

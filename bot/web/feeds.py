"""Calendar feeds as iCalendar (RFC 5545), for the calendars of phones: one plain route behind a secret."""

import hashlib
from datetime import UTC, datetime

from fastapi import FastAPI, HTTPException, Request, Response

from bot.house import House
from bot.words import Words
from models.duty import ShiftDuty
from models.duty_notices import place_lines, role_name
from models.feeds import FeedShift, FeedView, view_feed
from models.people import Person
from models.text import Part, text

MEDIA = "text/calendar; charset=utf-8"
TOKEN_MOST = 64
_FOLD = 75  # octets of a line, its end left out


class FeedRoutes:
    """The feeds of a house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def add_to(self, app: FastAPI) -> None:
        """Serve them."""
        app.add_api_route(
            "/calendar/{token}.ics", self.feed, methods=["GET", "HEAD"], include_in_schema=False
        )

    async def feed(self, request: Request, token: str) -> Response:
        """The calendar behind a secret; 304 for one that has not changed, 404 for none."""
        house = self.house
        if len(token) > TOKEN_MOST:
            raise HTTPException(404)
        now = house.clock.now()
        body = await house.db.read(
            lambda session: _body(
                view_feed(session, county=house.county, token=token, now=now), house.words, house.county
            )
        )
        if body is None:
            raise HTTPException(404)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {
            "ETag": tag,
            "Cache-Control": "private, no-cache",
            "Content-Disposition": 'inline; filename="duty.ics"',
            "X-Content-Type-Options": "nosniff",
        }
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=MEDIA, headers=headers)


def _has(asked: str, tag: str) -> bool:
    known = [each.strip().removeprefix("W/") for each in asked.split(",")]
    return tag in known or known == ["*"]


def _body(view: FeedView | None, words: Words, county: str) -> bytes | None:
    return None if view is None else calendar(view, words=words, county=county)


def calendar(view: FeedView, *, words: Words, county: str) -> bytes:
    """The feed as iCalendar: times in UTC, in the language of whoever it is for.

    The same shifts give the same bytes, so that an unchanged feed is known by its tag.
    """
    lang = view.person.lang
    title = (
        text("feed-title-post", post=view.post.name)
        if view.post
        else text("feed-title", name=view.person.name)
    )
    name = words.say(title, lang)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//zhishou//duty//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"X-WR-TIMEZONE:{words.zone.key}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for shift in view.shifts:
        lines += _event(shift, words, lang, county)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(shift: FeedShift, words: Words, lang: str, county: str) -> list[str]:
    one = shift.at
    what = text("feed-shift", post=one.post.name)
    if shift.role:
        what = text("feed-shift-role", post=one.post.name, role=role_name(shift.role))
    summary = words.say(what, lang)
    about: list[Part] = [*place_lines(one.post), *(_person(duty, person) for duty, person in one.people)]
    if one.shift.note:
        about.append(one.shift.note)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{shift.uid}@{county}.zhishou",
        f"DTSTAMP:{moment(shift.changed_at)}",
        f"LAST-MODIFIED:{moment(shift.changed_at)}",
        f"SEQUENCE:{shift.revision}",
        f"DTSTART:{moment(one.shift.starts_at)}",
        f"DTEND:{moment(one.shift.ends_at)}",
        f"SUMMARY:{escaped(summary)}",
        f"DESCRIPTION:{escaped(words.say(about, lang))}",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
    ]
    if one.post.place:
        lines.append(f"LOCATION:{escaped(one.post.place)}")
    if one.post.lat is not None and one.post.lon is not None:
        lines.append(f"GEO:{one.post.lat:.6f};{one.post.lon:.6f}")
    return [*lines, "END:VEVENT"]


def _person(duty: ShiftDuty, person: Person) -> Part:
    phone = person.phone or text("duty-no-phone")
    return text("duty-person", role=role_name(duty.role), name=person.name, phone=phone)


def moment(at: datetime) -> str:
    """A moment in UTC, as iCalendar has it."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(said: str) -> str:
    """A text as a value: backslash, semicolon, comma and line end are escaped, other controls left out."""
    plain = said.replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(letter for letter in plain if letter >= " " or letter == "\t")


def folded(line: str) -> str:
    """A line cut so that none has more than 75 octets, never within a letter; what follows begins with a blank."""
    parts, part, used = [], "", 0
    for letter in line:
        size = len(letter.encode())
        if used + size > _FOLD:
            parts.append(part)
            part, used = " ", 1
        part, used = part + letter, used + size
    return "\r\n".join([*parts, part])

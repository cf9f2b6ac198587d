"""Turning what people type or send into answers: words, places, dates, photos, yes and no."""

import re
import unicodedata
from datetime import datetime, timedelta

from handlers.context import MAX_FILE, Context
from handlers.days import read_day
from handlers.forms import Ambiguous, Answer, Answers, Choice
from handlers.inbound import Inbound
from models.base import UserError
from models.places import AreaIndex, Spot, area_index
from models.text import day, text

_KEPT_CONTROLS = "\n\u200d"  # the line end, and what joins one emoji out of several


def clean(said: str, *, most: int) -> str:
    """What was typed without control characters and outer blanks. Errors: too-long, text-empty."""
    # Not the whole class C: characters newer than this Python's tables (rare names) count as unassigned.
    kept = "".join(
        letter
        for letter in said
        if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs")
    )
    kept = re.sub(r"\n{3,}", "\n\n", kept).strip()
    if all(letter in _KEPT_CONTROLS or unicodedata.category(letter)[0] in "MZ" for letter in kept):
        raise UserError("text-empty")
    if len(kept) > most:
        raise UserError("too-long", most=most, length=len(kept))
    return kept


def words_only(inbound: Inbound, *, most: int) -> str:
    """The typed words of an event. Errors: form-need-text, and those of `clean`."""
    if inbound.kind != "text":
        raise UserError("form-need-text")
    return clean(inbound.text, most=most)


def areas(ctx: Context) -> AreaIndex:
    """The county's places."""
    return area_index(ctx.session, county=ctx.county)


def parse_area(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A town or village by name, alias or near miss. Errors: area-unknown; several fit: they are offered."""
    said = words_only(inbound, most=60)
    index = areas(ctx)
    found = index.find(said)
    if not found:
        raise UserError("area-unknown", said=said[:20])
    if len(found) > 1:
        raise Ambiguous([Choice(spot.code, index.path(spot.code)) for spot in found], text("area-which"))
    return area_answer(index, found[0])


def parse_town(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A town by name, alias or near miss. Errors: area-unknown; several fit: they are offered."""
    said = words_only(inbound, most=60)
    index = areas(ctx)
    found = [spot for spot in index.find(said, limit=50) if spot.level == "town"]
    if not found:
        raise UserError("area-unknown", said=said[:20])
    if len(found) > 1:
        raise Ambiguous([Choice(spot.code, spot.name) for spot in found], text("area-which"))
    return area_answer(index, found[0])


def area_answer(index: AreaIndex, spot: Spot) -> Answer:
    """An area as an answer."""
    return Answer(spot.code, index.path(spot.code))


def choose_area(ctx: Context, answers: Answers, code: str) -> Answer:
    """A tapped area."""
    return Answer(code, areas(ctx).path(code))


_POINT = re.compile(r"^\s*(-?\d{1,3}\.\d{3,})\s*[,，\s]\s*(-?\d{1,3}\.\d{3,})\s*$")


def parse_place(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A shared location, or typed degrees "34.0999, 114.1774". Errors: place-outside, place-unclear."""
    if inbound.kind == "location" and inbound.place is not None:
        spot = inbound.place
        lat, lon, accuracy, datum, source = spot.lat, spot.lon, spot.accuracy, spot.datum, spot.source
    else:
        match = _POINT.match(words_only(inbound, most=200))
        if match is None:
            raise UserError("place-unclear")
        lat, lon, accuracy, datum, source = float(match[1]), float(match[2]), None, "WGS-84", "typed"
    if not (3 <= lat <= 54 and 73 <= lon <= 136):
        raise UserError("place-outside")
    value = {"lat": lat, "lon": lon, "accuracy": accuracy, "datum": datum, "source": source}
    return Answer(
        value, text("place-shown", lat=f"{lat:.5f}", lon=f"{lon:.5f}", source=text(f"place-{source}"))
    )


def parse_photo(name: str, most: int, *, ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """One more photo (albums come as several). Errors: form-need-photo, photos-too-many, file-too-big."""
    if inbound.kind == "file":
        raise UserError("photo-not-file")
    if inbound.kind != "photo" or not inbound.files:
        raise UserError("form-need-photo")
    entry = answers.get(name)
    have = list(entry["v"]) if entry and isinstance(entry["v"], list) else []
    if len(have) >= most:
        raise UserError("photos-too-many", most=most)
    if any(ref.size > MAX_FILE for ref in inbound.files):
        raise UserError("file-too-big", most=MAX_FILE // 1024 // 1024)
    ids = [*have, *(ctx.keep_file(ref) for ref in inbound.files[: most - len(have)])]
    return Answer(ids, text("photos-shown", count=len(ids)))


def parse_deadline(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A deadline: days from today, or a day; it ends at the office's deadline hour. Errors: date-unknown."""
    said = words_only(inbound, most=40)
    today = ctx.policy.local(ctx.now).date()
    wanted = read_day(said, today=today)
    if wanted is None:
        raise UserError("date-unknown", said=said)
    return deadline_answer(ctx, (wanted - today).days)


def deadline_answer(ctx: Context, days: int) -> Answer:
    """The deadline so many days from today, at the office's hour. Errors: deadline-past, deadline-far."""
    if days > 366:
        raise UserError("deadline-far")
    on = ctx.policy.local(ctx.now).date() + timedelta(days=days)
    at = datetime.combine(on, ctx.policy.deadline_time, ctx.policy.zone)
    if at <= ctx.now:
        raise UserError("deadline-past")
    return Answer(at.isoformat(), day(on))

"""Moments as people type them: a time of day, with a day before it or without."""

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta

from handlers.casualties import words
from models.base import UserError
from models.policy import Policy

_CLOCK = re.compile(r"^(?:(?:(\d{4})-)?(\d{1,2})-(\d{1,2})\s+)?(\d{1,2}):(\d{1,2})$", re.ASCII)


def read_moment(said: str, *, now: datetime, policy: Policy) -> datetime:
    """The moment meant, in UTC: without a day, the last time that the clock showed this; "now" is now.

    Errors: moment-unclear, moment-ahead.
    """
    table = words()["times"]
    text = unicodedata.normalize("NFKC", said).strip().lower()
    if text in table["now"]:
        return now
    days = _days(text)
    match = _CLOCK.match(_plain(text))
    if match is None:
        raise UserError("moment-unclear", said=said[:20])
    today = policy.local(now).date() - timedelta(days=days or 0)
    try:
        on = today.replace(month=int(match[2]), day=int(match[3])) if match[2] else today
        on = on.replace(year=int(match[1])) if match[1] else on
        at = datetime.combine(on, time(int(match[4]), int(match[5])), policy.zone).astimezone(UTC)
    except ValueError:
        raise UserError("moment-unclear", said=said[:20]) from None
    if at > now and not match[2] and days is None:
        at -= timedelta(days=1)
    if at > now:
        raise UserError("moment-ahead")
    return at


def _days(text: str) -> int | None:
    """How many days back the day is said to be; None where it is not said."""
    table = words()["times"]
    if any(each in text for each in table["yesterday"]):
        return 1
    return 0 if any(each in text for each in table["today"]) else None


def _plain(text: str) -> str:
    """As "9-28 09:12": the words for days and hours written as marks."""
    table = words()["times"]
    for each in (*table["yesterday"], *table["today"]):
        text = text.replace(each, "")
    for names, mark in (
        (table["hour"], ":"),
        (table["minute"], ""),
        (table["month"], "-"),
        (table["day"], " "),
    ):
        for name in names:
            text = text.replace(name, mark)
    text = re.sub(r"\s*:\s*", ":", text.strip())
    return f"{text}00" if text.endswith(":") else text

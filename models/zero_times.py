"""Times of day as people write them: "15:00", "9点半、15点", "0900 15:00". Pure functions."""

import re
import unicodedata
from datetime import time

_BETWEEN = re.compile(r"[\s,;/、和及]+")
_CLOCK = re.compile(r"(\d{1,2})(?:(?:[:.点时]|(?<=\d\d)(?=\d\d$))(\d{1,2})?分?|[点时](半))?")
NONE_WORDS = {"0", "无", "不用", "不用报", "没有", "none", "no"}


class NotATime(ValueError):
    """What was written is no time of day."""


def read_times(said: str) -> list[time]:
    """The times in ascending order, each once; none for a word that says none. Error: NotATime, with the part."""
    plain = unicodedata.normalize("NFKC", said).strip().lower()
    if plain in NONE_WORDS:
        return []
    parts = [part for part in _BETWEEN.split(plain) if part]
    if not parts:
        raise NotATime(said)
    return sorted({_time(part) for part in parts})


def _time(part: str) -> time:
    match = _CLOCK.fullmatch(part)
    if match is None:
        raise NotATime(part)
    hour, minute = int(match[1]), 30 if match[3] else int(match[2] or 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise NotATime(part) from None

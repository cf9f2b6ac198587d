"""Putting texts into words: Fluent files under bot/texts, times in the office's zone."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import TextElement, VariableReference

from models.text import Part, Text, text

LANGUAGES = ("zh-CN", "en")
_WEEKDAYS = {"zh-CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_JOIN = {"zh-CN": "、", "en": ", "}


@lru_cache(maxsize=4)
def bundle(lang: str) -> FluentBundle:
    """All texts of one language."""
    lasting: Callable[[Any], Any] = partial(_lasting, lang)
    made = FluentBundle([lang], use_isolating=False, functions={"LASTING": lasting})
    for entry in sorted(files("bot.texts").joinpath(lang).iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".ftl"):
            made.add_resource(FluentResource(entry.read_text(encoding="utf-8")))
    return made


def _lasting(lang: str, minutes: float) -> str:
    """LASTING in a text: so many minutes as people say it, in hours from the first on, in days from the second."""
    said = _duration(int(minutes))
    return _format(said["k"], lang, said["p"])


def _duration(minutes: int) -> Text:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return text("lasting-minutes", minutes=rest)
    if hours < 48:
        return text("lasting-hours", hours=hours, minutes=rest)
    return text("lasting-days", days=hours // 24, hours=hours % 24)


class Words:
    """Renders texts in the office's time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def say(self, part: Part | Any, lang: str) -> str:
        """A text, a series, a time, a day, a list of them, or a plain string or number, in this language."""
        if isinstance(part, str):
            return part
        if isinstance(part, dict):
            return self._dict(part, lang)
        if isinstance(part, (list, tuple)):
            return "\n".join(self.say(each, lang) for each in part)
        return str(part)

    def _dict(self, part: dict[str, Any], lang: str) -> str:
        if "k" in part:
            return self._text(part["k"], part.get("p"), lang)
        if "r" in part:
            return self.join((self.say(each, lang) for each in part["r"]), lang)
        if "t" in part:
            return self.moment(datetime.fromisoformat(part["t"]), lang)
        if "h" in part:
            return f"{datetime.fromisoformat(part['h']).astimezone(self.zone):%H:%M}"
        return self.day(date.fromisoformat(part["d"]), lang)

    def _text(self, key: str, params: dict[str, Any] | None, lang: str) -> str:
        if not params:
            return _plain(key, lang)
        values = {
            name: value
            if isinstance(value, (int, float)) and not isinstance(value, bool)
            else self.say(value, lang)
            for name, value in params.items()
        }
        return _format(key, lang, values)

    def moment(self, at: datetime, lang: str) -> str:
        """A moment to the minute, with its weekday."""
        local = at.astimezone(self.zone)
        gap = " " if lang == "en" else ""  # a full-width bracket brings its own
        return f"{self.day(local.date(), lang)}{gap}{local:%H:%M}"

    def day(self, on: date, lang: str) -> str:
        """A calendar day with its weekday; the year is left to the context."""
        if lang == "en":
            return f"{_WEEKDAYS['en'][on.weekday()]} {on.day} {on:%b}"
        return f"{on.month}月{on.day}日（周{_WEEKDAYS['zh-CN'][on.weekday()]}）"

    def join(self, names: Iterable[str], lang: str) -> str:
        """Names in a row."""
        return _JOIN.get(lang, ", ").join(names)


def _format(key: str, lang: str, values: dict[str, Any]) -> str:
    plain = _parts(key, lang)
    if plain is not None and all(map(_is_plain, values.values())):
        try:
            return "".join(part if name is None else str(values[name]) for part, name in plain)
        except KeyError as missing:
            raise KeyError(f"text {key!r} in {lang}: {missing}") from None
    return _resolved(key, lang, values)


def _is_plain(value: Any) -> bool:
    """Whether Fluent would show a value as it is: words, and numbers without a thousands' comma."""
    return isinstance(value, str) or (type(value) is int and -1000 < value < 1000)


@lru_cache(maxsize=4096)
def _parts(key: str, lang: str) -> tuple[tuple[str, str | None], ...] | None:
    """A text as words and names of parameters; None if there is more to it (choices, functions)."""
    texts = bundle(lang if lang in LANGUAGES else LANGUAGES[0])
    if not texts.has_message(key):
        return None
    pattern = texts.get_message(key).value
    elements = getattr(pattern, "elements", [pattern])
    parts: list[tuple[str, str | None]] = []
    for element in elements:
        inner = getattr(element, "expression", None)
        if isinstance(element, TextElement):
            parts.append((element.value, None))
        elif isinstance(inner, VariableReference):
            parts.append(("", inner.id.name))
        else:
            return None
    return tuple(parts)


def _resolved(key: str, lang: str, values: dict[str, Any]) -> str:
    texts = bundle(lang if lang in LANGUAGES else LANGUAGES[0])
    if not texts.has_message(key):
        raise KeyError(f"no text {key!r} in {lang}")
    pattern = texts.get_message(key).value
    assert pattern is not None
    said, errors = texts.format_pattern(pattern, values)
    if errors:
        raise KeyError(f"text {key!r} in {lang}: {errors[0]}")
    return str(said)


@lru_cache(maxsize=4096)
def _plain(key: str, lang: str) -> str:
    return _format(key, lang, {})

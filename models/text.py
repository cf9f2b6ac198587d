"""Text as data: a key and its parameters, put into words only when a message is sent (bot/texts)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

Text = dict[str, Any]
Part = Text | str


def text(key: str, **params: Any) -> Text:
    """The sentence `key` with parameters: strings, numbers, other texts, lists of them (a line for each),
    `series()`, `when()` and `day()`."""
    return {"k": key, "p": params} if params else {"k": key}


def series(parts: Iterable[Part]) -> Text:
    """Several things within a sentence, with the commas of its language."""
    return {"r": list(parts)}


def when(at: datetime) -> Text:
    """A moment, shown in the office's time zone to the minute."""
    return {"t": at.isoformat()}


def day(value: date) -> Text:
    """A calendar day, shown with its weekday."""
    return {"d": value.isoformat()}


def clock(at: datetime) -> Text:
    """The time of day of a moment, shown in the office's time zone."""
    return {"h": at.isoformat()}


def button(label: Part, data: str) -> dict[str, Any]:
    """A button: what it says and the value that comes back (at most 64 bytes)."""
    return {"l": label, "d": data}


def document(name: Part, kind: str, **params: Any) -> dict[str, Any]:
    """A file to attach, made only when the message is sent (bot/documents.py): its name, and what it is."""
    return {"n": name, "f": kind, "p": params}


def content(
    *lines: Part,
    buttons: list[list[dict[str, Any]]] | None = None,
    photos: list[int] | None = None,
    request: str | None = None,
    clear_request: bool = False,
    file: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What one message holds: lines, rows of buttons, photos by file id, a keyboard to ask for a place,
    a `document`."""
    body: dict[str, Any] = {"lines": list(lines)}
    if buttons:
        body["buttons"] = buttons
    if photos:
        body["photos"] = photos
    if request:
        body["request"] = request
    if clear_request:
        body["clear"] = True
    if file:
        body["file"] = file
    return body

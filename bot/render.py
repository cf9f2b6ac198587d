"""From a stored message to what a channel can carry: words, buttons that fit, nothing lost."""

from collections.abc import Sequence
from typing import Any

from bot.channel import Button, Capabilities, Photo, Rendered
from bot.words import Words
from models.text import text as text_of


def render(
    body: dict[str, Any],
    *,
    lang: str,
    words: Words,
    can: Capabilities,
    photos: Sequence[Photo] = (),
    file: tuple[str, bytes] | None = None,
) -> list[Rendered]:
    """One message as one or more, in order; the buttons stand under the last."""
    text = "\n".join(line for line in (words.say(part, lang) for part in body["lines"]) if line)
    rows = [
        [Button(_label(words.say(each["l"], lang), lang), each["d"]) for each in row]
        for row in body.get("buttons", [])
    ]
    rows = [row for row in rows if row]
    if sum(len(row) for row in rows) > can.max_buttons:
        text, rows = _listed(text, rows, can.max_buttons, numbered=not body.get("unnumbered"))
    parts = split(text, can.max_text)
    request = "location" if body.get("request") and can.can_request_location else None
    if request:
        rows.insert(0, [Button(words.say(text_of("button-share-location"), lang), "location")])
    last = Rendered(
        text=parts[-1],
        buttons=tuple(tuple(row) for row in rows),
        photos=tuple(photos),
        request=request,  # type: ignore[arg-type]
        clear_request=bool(body.get("clear")),
        file=file,
    )
    return [*(Rendered(part) for part in parts[:-1]), last]


def _label(said: str, lang: str) -> str:
    """What a button says: in English it begins with a capital, also where the word has none in a sentence."""
    return said[:1].upper() + said[1:] if lang == "en" else said


def _listed(
    text: str, rows: list[list[Button]], most: int, *, numbered: bool
) -> tuple[str, list[list[Button]]]:
    """Too many choices for buttons: write them as a list to answer by number, keep the controls that fit.

    Without numbers where a typed number is an answer of its own (days).
    """
    flat = [button for row in rows for button in row]
    choices = [button for button in flat if button.data.rsplit(":", 1)[-1].isdecimal()]
    controls = [button for button in flat if button not in choices][:most]
    listed = [
        f"{place}. {button.label}" if numbered else f"▪ {button.label}"
        for place, button in enumerate(choices, start=1)
    ]
    return "\n".join([text, *listed]), [[button] for button in controls]


def split(text: str, most: int) -> list[str]:
    """Pieces of at most `most` UTF-16 units (as Telegram counts), cut at line ends where it can be."""
    pieces = []
    while _units(text) > most:
        cut = _fits(text, most)
        at = text.rfind("\n", cut // 2, cut)
        cut = at if at > 0 else cut
        if piece := text[:cut].rstrip("\n"):
            pieces.append(piece)
        text = text[cut:].lstrip("\n")
    return [*pieces, text] if text or not pieces else pieces


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fits(text: str, most: int) -> int:
    used = 0
    for place, letter in enumerate(text):
        used += 2 if letter > "\uffff" else 1
        if used > most:
            return place
    return len(text)

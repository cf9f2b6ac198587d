"""Words that stand on a button of a message sent lately do what the button does: not everybody taps."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers import words
from handlers.context import Context
from models.outbox import recent_bodies
from models.text import button, content, text

LOOKED_THROUGH = 12  # messages, the newest first
FOR = timedelta(days=1)
_TITLE = 40  # characters of a message's line, on a button that names it
_NUMBER = re.compile(r"\d{4}-\d{3,}")


def typed_button(ctx: Context) -> str | None:
    """The value of the button that was typed; "" where several messages have one: then it is asked which.

    What stands on the newest message counts before all others. None if nothing lately had such a button.
    """
    said = words.plain(ctx.inbound.text)
    bodies = shown_lately(ctx, FOR)
    found = {
        each["d"]: body for body in reversed(bodies) for each in _buttons(body) if _says(ctx, each, said)
    }
    if not said or not found:
        return None
    newest = [value for value, body in found.items() if body is bodies[0]]
    meant = newest or list(reversed(found))
    if len(meant) == 1:
        return meant[0]
    _ask(ctx, {value: found[value] for value in meant})
    return ""


def shown_lately(ctx: Context, within: timedelta) -> list[dict[str, Any]]:
    """The last messages of this chat to this person, the newest first."""
    return recent_bodies(
        ctx.session,
        county=ctx.county,
        person_id=ctx.person_id,
        channel=ctx.inbound.channel,
        address=ctx.inbound.address,
        since=ctx.now - within,
        most=LOOKED_THROUGH,
    )


def tapped(ctx: Context, value: str) -> None:
    """From here on the event is a tap of that button."""
    ctx.inbound = replace(ctx.inbound, kind="tap", data=value, text="")


def _buttons(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that outlive the question they belong to."""
    rows = body.get("buttons") or []
    return [each for row in rows for each in row if each["d"].startswith(("a:", "c:"))]


def _says(ctx: Context, shown: dict[str, Any], said: str) -> bool:
    label = shown["l"]
    return words.plain(ctx.say(label) if isinstance(label, dict) else label) == said


def _ask(ctx: Context, found: dict[str, dict[str, Any]]) -> None:
    rows = [[button(_title(ctx, body), value)] for value, body in found.items()]
    ctx.reply(content(text("which-button", said=ctx.inbound.text.strip()), buttons=rows))


def _title(ctx: Context, body: dict[str, Any]) -> str:
    """The first line that names a hazard's or an incident's number, else the first."""
    said = [ctx.say(line) if isinstance(line, dict) else str(line) for line in body["lines"]]
    lines = [line for whole in said for line in whole.strip().splitlines()]
    line = next((line for line in lines if _NUMBER.search(line)), lines[0] if lines else "")
    return line if len(line) <= _TITLE else line[: _TITLE - 1] + "…"

"""`zhishou outbox`: who was told what, when, on which channel, and what became of it."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlmodel import Session

from bot.cli.desk import Desk, desk_of
from bot.words import LANGUAGES
from models.outbox_view import Told, messages_told
from models.text import text

COLUMNS = ("when", "to", "phone", "channel", "kind", "what", "state", "reason", "held")
SHOWN = 60  # characters of a message


def outbox(
    ctx: typer.Context,
    failed: Annotated[bool, typer.Option("--failed", help="Only messages that failed.")] = False,
    hazard: Annotated[str, typer.Option(help="Only about the hazard of this number.")] = "",
    person: Annotated[str, typer.Option(help="Only to people of this name.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 50,
) -> None:
    """Show the messages: who was told what, when, on which channel, and whether it arrived."""
    desk = desk_of(ctx)

    def look(session: Session) -> list[Told]:
        return messages_told(
            session, county=desk.county, failed=failed, hazard=hazard, person=person, limit=limit
        )

    with desk.database() as database:
        rows = database.read_now(look)
    if not rows:
        desk.show("cli-outbox-empty")
        return
    table = Table(*(desk.say(text(f"cli-outbox-{column}")) for column in COLUMNS))
    for row in rows:
        table.add_row(*(escape(cell) for cell in _cells(desk, row)))
    desk.screen.print(table)


def _cells(desk: Desk, told: Told) -> list[str]:
    message = told.message
    known = message.channel in ("telegram", "wecom", "web")
    return [
        desk.moment(message.sent_at or message.created_at),
        told.to or message.address,
        told.phone,
        desk.say(text(f"channel-{message.channel}")) if known else message.channel,
        desk.say(text(f"message-kind-{message.kind}")),
        _first_words(desk, told),
        desk.say(text(f"message-state-{message.state}")),
        message.reason,
        desk.moment(message.not_before) if message.state in ("held", "pending") else "",
    ]


def _first_words(desk: Desk, told: Told) -> str:
    """The beginning of the message, in the language it is sent in."""
    lang = told.message.lang if told.message.lang in LANGUAGES else LANGUAGES[0]
    said = " ".join(desk.words.say(told.message.body.get("lines", []), lang).split())
    return said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"

"""`zhishou audit`: whether the records of all changes are as they were written, and what they say of a thing."""

import json
from collections.abc import Iterator
from typing import Annotated

import typer
from sqlmodel import Session

from bot.cli.desk import Desk, desk_of
from models.audit import Event, events_of
from models.audit_check import Fault, Seal, Walk, read_seal, seal_fault, walk
from models.base import UserError
from models.hazard_sight import hazard_by_number

app = typer.Typer(help="Check and show the records of all changes.")
HAZARD = "hazard"


@app.command("verify")
def verify(
    ctx: typer.Context,
    start: Annotated[
        int, typer.Option("--from", min=1, help="The event to begin with; what is before is believed.")
    ] = 1,
    seal: Annotated[str, typer.Option(help="A seal from an old digest: '12345 ab12cd34ef56'.")] = "",
) -> None:
    """Walk the chain of all events; every broken place is a line, and exit code 1."""
    desk = desk_of(ctx)
    wanted = read_seal(seal) if seal else None
    with desk.database() as database:
        faults = database.read_now(lambda session: _verify(desk, session, start, wanted))
    if faults:
        raise typer.Exit(1)


def _verify(desk: Desk, session: Session, start: int, seal: Seal | None) -> int:
    """Say what is found as it is found; how many broken places."""
    walked = walk(session, county=desk.county, start=start)
    faults = 0
    for fault in _faults(session, walked, seal):
        faults += 1
        which = str(fault.first) if fault.first == fault.last else f"{fault.first}–{fault.last}"
        desk.show(f"audit-fault-{fault.kind}", which=which, last=str(fault.last))
    if not faults and not walked.newest:
        desk.show("cli-audit-empty")
        return 0
    found = {"count": walked.count, "newest": str(walked.newest), "hash": walked.hash}
    if faults:
        desk.show("cli-audit-broken", faults=faults, **found)
        return faults
    desk.show("cli-audit-whole", **found)
    if seal:
        desk.show("cli-audit-seal-fits", seal=f"{seal.seq} {seal.digits}")
    return 0


def _faults(session: Session, walked: Walk, seal: Seal | None) -> Iterator[Fault]:
    yield from walked.faults()
    if seal and (fault := seal_fault(session, county=walked.county, seal=seal)):
        yield fault


@app.command("show")
def show(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(help="What kind of thing: hazard.")],
    number: Annotated[str, typer.Argument(help="Which: a hazard's number, otherwise an internal id.")],
) -> None:
    """Show every event of a thing, the oldest first."""
    desk = desk_of(ctx)

    def look(session: Session) -> list[Event]:
        subject_id = _id(desk, session, subject, number)
        return events_of(session, county=desk.county, subject=subject, subject_id=subject_id)

    with desk.database() as database:
        events = database.read_now(look)
    if not events:
        desk.show("cli-audit-nothing")
    for event in events:
        desk.show(
            "cli-audit-line",
            seq=str(event.seq),
            at=desk.moment(event.at),
            who=event.actor_name,
            channel=event.channel,
            action=event.action,
            said=_said(event),
        )


def _id(desk: Desk, session: Session, subject: str, number: str) -> int:
    if subject == HAZARD:
        year = desk.clock.now().astimezone(desk.settings.office.zone).year
        return hazard_by_number(session, by=desk.operator, number=number, year=year).id
    if not (number.isascii() and number.isdecimal()) or int(number) >= 1 << 63:
        raise UserError("audit-subject")
    return int(number)


def _said(event: Event) -> str:
    """What was changed, and why."""
    changes = [json.dumps(each, ensure_ascii=False) for each in (event.before, event.after) if each]
    return " ".join(filter(None, (" → ".join(changes), event.reason)))

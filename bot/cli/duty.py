"""`zhishou duty`: the proof that nobody chose the times of a key period's spot checks."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlmodel import Session, col, select

from bot.cli.desk import Desk, desk_of
from models.base import UserError
from models.draw_proof import Proof, verify_draw
from models.draw_seed import Draw
from models.duty import KeyPeriod, Post
from models.spot_checks import SpotCheck
from models.text import text

app = typer.Typer(help="Duty in key periods.")
COLUMNS = ("post", "post_id", "day", "k", "at", "result")
FAILED = 1


@app.callback()
def _family() -> None:
    """Duty in key periods."""


@app.command("verify-draw")
def verify(
    ctx: typer.Context,
    period: Annotated[str, typer.Argument(help="Key period by its name; of several the latest.")],
) -> None:
    """Compute the spot checks of a period again from its published seed; exit code 1 if anything does not fit."""
    desk = desk_of(ctx)

    def look(session: Session) -> tuple[Proof, dict[int, str]]:
        chosen = _period(session, desk, period)
        posts = session.exec(select(Post.id, Post.name).where(Post.county == desk.county))
        return verify_draw(session, period=chosen, policy=desk.settings.policy()), dict(posts.all())

    with desk.database() as database:
        proof, names = database.read_now(look)
    _show(desk, period, proof, names)
    if not proof.holds:
        raise typer.Exit(FAILED)


def _period(session: Session, desk: Desk, name: str) -> KeyPeriod:
    """The period of this name that ended last or is to end. Error: cli-period-unknown."""
    periods = session.exec(
        select(KeyPeriod).where(KeyPeriod.county == desk.county).order_by(col(KeyPeriod.ends_at).desc())
    ).all()
    for each in periods:
        if each.name == name:
            return each
    known = desk.words.join(dict.fromkeys(each.name for each in periods), desk.lang)
    raise UserError("cli-period-unknown", name=name, known=known or desk.say(text("none")))


def _show(desk: Desk, period: str, proof: Proof, names: dict[int, str]) -> None:
    desk.show("cli-draw-head", period=period)
    at = desk.moment(proof.committed_at) if proof.committed_at else desk.say(text("none"))
    desk.show("cli-draw-committed", sha256=proof.committed or desk.say(text("none")), at=at)
    desk.show("cli-draw-seed", seed=proof.seed.seed)
    desk.show("cli-draw-fits" if proof.fits else "cli-draw-unfit")
    held = sum(check is not None for _, check in proof.draws)
    desk.show("cli-draw-held", drawn=len(proof.draws), held=held, missed=len(proof.draws) - held)
    if proof.strange:
        desk.show("cli-draw-strange", count=len(proof.strange))
    else:
        desk.show("cli-draw-true")
    table = Table(*(desk.say(text(f"cli-draw-{column}")) for column in COLUMNS))
    for draw, check in proof.draws:
        table.add_row(*(escape(cell) for cell in _cells(desk, draw, check, names)))
    desk.screen.print(table)


def _cells(desk: Desk, draw: Draw, check: SpotCheck | None, names: dict[int, str]) -> list[str]:
    return [
        names.get(draw.post_id, ""),
        str(draw.post_id),
        draw.on.isoformat(),
        str(draw.k),
        desk.moment(draw.at),
        desk.say(text("cli-draw-done" if check is not None else "cli-draw-not-held")),
    ]

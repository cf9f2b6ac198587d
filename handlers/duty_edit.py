"""Changing who stands a shift, tapped at it or typed."""

from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.duty_edit_forms import EXCHANGE, REPLACE, place_answer
from handlers.duty_period import day_answer
from handlers.forms import Answers, Form
from models.base import UserError
from models.roster_edit import may_change, seat_of


def _open(ctx: Context, form: Form, args: list[str]) -> None:
    """The form with the place that was tapped. Errors: form-old-button, duty-unknown, not-allowed."""
    seat = seat_of(ctx.session, county=ctx.county, duty_id=id_of(args))
    if not may_change(ctx.session, by=ctx.by, seats=[seat]):
        raise UserError("not-allowed")
    on, place = day_answer(ctx.policy.local(seat.shift.starts_at).date()), place_answer(ctx, seat)
    answers: Answers = {
        "day": {"v": on.value, "s": on.shown},
        "shift": {"v": str(seat.shift.id), "s": seat.post.name},
        "duty": {"v": place.value, "s": place.shown},
    }
    open_form(ctx, form, answers=answers)


def replace(ctx: Context, args: list[str]) -> None:
    """换人, tapped at a shift."""
    _open(ctx, REPLACE, args)


def exchange(ctx: Context, args: list[str]) -> None:
    """对调, tapped at a shift."""
    _open(ctx, EXCHANGE, args)


def replace_word(ctx: Context, rest: str) -> None:
    """换人, typed: which day, which shift, whom."""
    open_form(ctx, REPLACE)


def exchange_word(ctx: Context, rest: str) -> None:
    """对调, typed."""
    open_form(ctx, EXCHANGE)

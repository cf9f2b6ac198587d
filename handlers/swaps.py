"""Swaps and takeovers in the chat: asking, answering, approving, and what is under way."""

from collections.abc import Callable

from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.swap_forms import REFUSE_SWAP, SWAP_FORM, TAKEOVER, swap_answers, takeover_answers
from models.base import UserError
from models.duty_views import coming_duties
from models.people import ADMIN, SAFETY_OFFICE, TOWN_OFFICER
from models.swap_approval import approve_swap, may_approve, to_approve
from models.swap_flow import COMING, accept_swap, decline_swap, widen_swap, withdraw_swap
from models.swap_notices import Told, answer_buttons, approval_buttons, asker_buttons
from models.swap_views import asked_of, requests_of
from models.swaps import DONE, OPEN, TAKEN, SwapRequest, pending_for, swap_by_id
from models.text import Part, content, series, text

MAY_TAKE_OVER = (SAFETY_OFFICE, ADMIN, TOWN_OFFICER)


def word(ctx: Context, rest: str) -> None:
    """调班, typed: what is under way and waits for this person; a new request."""
    shown = 0
    for request in to_approve(ctx.session, by=ctx.by, now=ctx.now, policy=ctx.policy):
        shown += _show(ctx, request, "swap-to-approve", approval_buttons(request))
    for request in asked_of(ctx.session, by=ctx.by):
        shown += _show(ctx, request, "swap-to-answer", answer_buttons(request))
    for request in requests_of(ctx.session, by=ctx.by):
        buttons = asker_buttons(request, widen=request.state == OPEN and not request.to_all)
        shown += _show(
            ctx, request, "swap-mine-open" if request.state == OPEN else "swap-mine-taken", buttons
        )
    free = _free_shifts(ctx)
    if free:
        open_form(ctx, SWAP_FORM, answers=swap_answers(ctx, free[0]) if len(free) == 1 else None)
    elif not shown:
        ctx.reply(content(text("swap-no-shift")))


def _show(ctx: Context, request: SwapRequest, key: str, buttons: list[list[dict[str, object]]]) -> int:
    told = Told(ctx.session, request, now=ctx.now, policy=ctx.policy)
    names = {"name": told.name(request.person_id), "taker": told.name(request.taker_id)}
    ctx.reply(content(text(key, **names), *told.lines(), buttons=buttons))
    return 1


def _free_shifts(ctx: Context) -> list[int]:
    """The person's places on coming shifts about which nothing is under way."""
    coming = coming_duties(ctx.session, county=ctx.county, person_id=ctx.person_id, now=ctx.now)
    return [
        duty.id
        for duty in coming
        if duty.state in COMING and pending_for(ctx.session, county=ctx.county, duty_id=duty.id) is None
    ]


def start(ctx: Context, args: list[str]) -> None:
    """调班 for one of one's own shifts (`swap:<duty>`), or to choose one (`swap`)."""
    if args:
        open_form(ctx, SWAP_FORM, answers=swap_answers(ctx, id_of(args)))
    else:
        word(ctx, "")


def _answer(
    ctx: Context, line: Part, *more: Part, buttons: list[list[dict[str, object]]] | None = None
) -> None:
    ctx.toast = line
    if ctx.inbound.group is None:
        ctx.reply(content(line, *more, buttons=buttons))


def yes(ctx: Context, args: list[str]) -> None:
    """我来值. Errors: those of `accept_swap`."""
    request = _do(ctx, args, accept_swap)
    told = Told(ctx.session, request, now=ctx.now, policy=ctx.policy)
    key = "swap-yes-done" if request.state == DONE else "swap-yes"
    _answer(ctx, text(key, name=told.name(request.person_id)), *told.lines()[:1])


def no(ctx: Context, args: list[str]) -> None:
    """来不了. Errors: those of `decline_swap`."""
    request = _do(ctx, args, decline_swap)
    name = Told(ctx.session, request, now=ctx.now, policy=ctx.policy).name(request.person_id)
    _answer(ctx, text("swap-no", name=name))


def everyone(ctx: Context, args: list[str]) -> None:
    """问所有合适的人. Errors: those of `widen_swap`."""
    request = _do(ctx, args, widen_swap)
    told = Told(ctx.session, request, now=ctx.now, policy=ctx.policy)
    names = series(person.name for person in told.unanswered())
    _answer(ctx, text("swap-asked", names=names), text("swap-you-stay-until"), buttons=asker_buttons(request))


def withdraw(ctx: Context, args: list[str]) -> None:
    """撤回. Errors: those of `withdraw_swap`."""
    _do(ctx, args, withdraw_swap)
    _answer(ctx, text("swap-withdrawn-done"), text("swap-you-stay"))


def approve(ctx: Context, args: list[str]) -> None:
    """同意. Errors: those of `approve_swap`."""
    _do(ctx, args, approve_swap)
    _answer(ctx, text("swap-approved-done"))


def _do(ctx: Context, args: list[str], work: Callable[..., SwapRequest]) -> SwapRequest:
    return work(ctx.session, by=ctx.by, request_id=id_of(args), now=ctx.now, policy=ctx.policy)


def refuse(ctx: Context, args: list[str]) -> None:
    """不同意, with a reason. Errors: form-old-button, swap-unknown, not-allowed, swap-settled."""
    request = swap_by_id(ctx.session, county=ctx.county, request_id=id_of(args))
    if not may_approve(ctx.session, by=ctx.by, request=request, policy=ctx.policy):
        raise UserError("not-allowed")
    if request.state != TAKEN:
        raise UserError("swap-settled")
    open_form(ctx, REFUSE_SWAP, meta={"swap": request.id})


def takeover(ctx: Context, args: list[str]) -> None:
    """换人顶班: for one place (`takeover:<duty>`), or to choose one. Errors: not-allowed, duty-unknown."""
    if not ctx.by.has(*MAY_TAKE_OVER):
        raise UserError("not-allowed")
    open_form(ctx, TAKEOVER, answers=takeover_answers(ctx, id_of(args)) if args else None)


def takeover_word(ctx: Context, rest: str) -> None:
    """换人顶班, typed."""
    takeover(ctx, [])

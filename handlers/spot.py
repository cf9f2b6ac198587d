"""Spot checks in the chat: answering one, the office's view of the last day, beginning one, the draw's seed."""

from collections import Counter, defaultdict
from datetime import timedelta

from handlers.context import Context, id_of
from handlers.conversations import open_form, resume
from handlers.spot_forms import SPOT, SPOTSTART, answered, fresh_photo, give_answer, live_place
from models.base import UserError, short
from models.drafts import active_draft, parked_drafts
from models.draw_seed import seed_lines, seed_of
from models.duty import Post
from models.people import require
from models.period_checks import checks_of, periods_planned
from models.periods import period_by_id
from models.spot_answer import MAY_ANSWER, ready_to_answer
from models.spot_checks import (
    DRAWN,
    LATE,
    NO_ANSWER,
    PASSED,
    UNREACHED,
    SpotAnswer,
    SpotCheck,
    answers_of,
    checks_since,
    open_answer,
)
from models.spot_start import MAY_CHECK
from models.text import Part, Text, button, clock, content, text, when

DAY = timedelta(days=1)
CHECKS, PERIODS = 20, 3


def here(ctx: Context, args: list[str]) -> None:
    """我在岗: asks for a photo or a place. Errors: form-old-button, spot-not-yours, spot-over."""
    _open(ctx, id_of(args))


def _open(ctx: Context, answer_id: int) -> None:
    answer, _, _ = ready_to_answer(ctx.session, by=ctx.by, answer_id=answer_id, now=ctx.now)
    if answer.state not in MAY_ANSWER:
        ctx.toast = text("spot-before")
        ctx.reply(content(ctx.toast, *answered(ctx, answer)["lines"]))
    elif not _resumed(ctx, answer.id):
        open_form(ctx, SPOT, meta={"answer": answer.id})


def _resumed(ctx: Context, answer_id: int) -> bool:
    """Whether the form of this very check was open or put aside already, and is shown again."""
    chat = {"county": ctx.county, "channel": ctx.inbound.channel, "address": ctx.inbound.address}
    present = active_draft(ctx.session, **chat)
    for draft in [*([present] if present else []), *parked_drafts(ctx.session, **chat)]:
        if draft.form == SPOT.name and draft.state["meta"].get("answer") == answer_id:
            resume(ctx, draft.id)
            return True
    return False


def here_word(ctx: Context, rest: str) -> None:
    """在岗, typed: the check that this person has to answer. Error: spot-none."""
    waiting = open_answer(ctx.session, county=ctx.county, person_id=ctx.person_id, now=ctx.now)
    if waiting is None:
        raise UserError("spot-none")
    _open(ctx, waiting.id)


def take_proof(ctx: Context) -> bool:
    """A photo or a place out of the blue answers the check this person has to answer. False: there is none."""
    if ctx.inbound.kind not in ("photo", "location"):
        return False
    waiting = open_answer(ctx.session, county=ctx.county, person_id=ctx.person_id, now=ctx.now)
    if waiting is None:
        return False
    if ctx.inbound.kind == "photo":
        photos = fresh_photo(ctx, {}, ctx.inbound).value
        ctx.reply(give_answer(ctx, waiting.id, None, photos))
    else:
        place = live_place(ctx, {}, ctx.inbound).value
        ctx.reply(give_answer(ctx, waiting.id, place, []))
    return True


def spot(ctx: Context, rest: str) -> None:
    """查岗: for the office the checks of the last day, the draw, and beginning one; for others answering theirs."""
    if not ctx.by.has(*MAY_CHECK):
        here_word(ctx, rest)
        return
    lines: list[Part] = [text("spot-today"), *_today(ctx)]
    rows = [[button(text("button-spot-start"), "a:spotstart")]]
    for period in periods_planned(ctx.session, county=ctx.county, now=ctx.now, limit=PERIODS):
        if seed_of(ctx.session, county=ctx.county, period_id=period.id) is not None:
            rows.append([button(text("button-seed", period=period.name), f"a:seed:{short(period.id)}")])
    ctx.reply(content(*lines, buttons=rows))


def _today(ctx: Context) -> list[Part]:
    checks = checks_since(ctx.session, county=ctx.county, since=ctx.now - DAY, limit=CHECKS)
    answers: dict[int, list[SpotAnswer]] = defaultdict(list)
    for answer in answers_of(ctx.session, county=ctx.county, check_ids=[check.id for check in checks]):
        answers[answer.check_id].append(answer)
    lines: list[Part] = [_line(ctx, check, answers[check.id]) for check in checks]
    return lines or [text("spot-today-none")]


def _line(ctx: Context, check: SpotCheck, answers: list[SpotAnswer]) -> Text:
    """One check in a line: when, where or by whom, and its numbers."""
    states = Counter(each.state for each in answers if not each.outside)
    post = ctx.session.get(Post, (ctx.county, check.post_id)) if check.post_id else None
    by = (
        text("spot-source-drawn")
        if check.source == DRAWN
        else text("spot-source-office", name=check.started_name)
    )
    return text(
        "spot-today-line",
        at=clock(check.started_at),
        what=text("spot-what", post=post.name, by=by) if post else by,
        count=len(answers),
        passed=states[PASSED],
        outside=sum(each.outside for each in answers),
        late=states[LATE],
        missing=states[NO_ANSWER] + states[UNREACHED],
    )


def start(ctx: Context, args: list[str]) -> None:
    """The office begins a check. Error: not-allowed."""
    require(ctx.by, *MAY_CHECK)
    open_form(ctx, SPOTSTART)


def seed(ctx: Context, args: list[str]) -> None:
    """The draw of a period: its hash, and once it is over its seed.

    Errors: not-allowed, form-old-button, period-unknown, draw-none.
    """
    require(ctx.by, *MAY_CHECK)
    period = period_by_id(ctx.session, county=ctx.county, period_id=id_of(args))
    drawn = seed_of(ctx.session, county=ctx.county, period_id=period.id)
    if drawn is None:
        raise UserError("draw-none")
    lines: list[Part] = [text("draw-of", period=period.name), *seed_lines(drawn)]
    plan = checks_of(ctx.session, county=ctx.county, period_id=period.id)
    if drawn.revealed_at is None and plan is not None and plan.summary_at is not None:
        lines.append(text("draw-until", until=when(plan.summary_at)))
    ctx.reply(content(*lines, *([text("draw-verify")] if drawn.revealed_at else [])))

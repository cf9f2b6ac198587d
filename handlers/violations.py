"""Violations in the chat: the list page by page, one in full, explaining it, deciding on it, recording one."""

from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.violation_forms import DECIDE, EXPLAIN, VIOLATION, decision
from models.base import UserError, short
from models.files import attached
from models.people import may, require
from models.text import Part, button, content, text, when
from models.violation_flow import may_explain
from models.violation_notices import decide_buttons, explain_buttons, fact_lines
from models.violations import ASKED, DECIDES, OPEN, Violation, violation_by_id, violations_for

PAGE = 5
PHOTOS = 10
LISTS = {"open": True, "all": False}


def violations(ctx: Context, rest: str) -> None:
    """违规: what is open and this person may see."""
    _page(ctx, "open", None)


def page(ctx: Context, args: list[str]) -> None:
    """A list from behind a violation on: `viols:<open or all>[:<id>]`. Error: form-old-button."""
    if not args or args[0] not in LISTS:
        raise UserError("form-old-button")
    _page(ctx, args[0], id_of(args[1:]) if len(args) > 1 else None)


def _page(ctx: Context, name: str, after: int | None) -> None:
    found = violations_for(ctx.session, by=ctx.by, limit=PAGE + 1, after=after, open_only=LISTS[name])
    rows = []
    if not found:
        lines: list[Part] = [text("violations-end") if after else text(_EMPTY[name])]
    else:
        lines = [text(_HEADS[name])]
        for place, violation in enumerate(found[:PAGE], start=1):
            lines.append(text("violation-item", place=place, what=_line(ctx, violation)))
        rows.append(
            [button(str(place), f"a:viol:{short(each.id)}") for place, each in enumerate(found[:PAGE], 1)]
        )
    if len(found) > PAGE:
        rows.append([button(text("button-more"), f"a:viols:{name}:{short(found[PAGE - 1].id)}")])
    ctx.reply(content(*lines, buttons=rows + _more(ctx, name)))


_HEADS = {"open": "violations-head", "all": "violations-all-head"}
_EMPTY = {"open": "violations-none", "all": "violations-all-none"}


def _more(ctx: Context, name: str) -> list[list[dict[str, object]]]:
    rows = []
    if name == "open":
        rows.append([button(text("button-violations-all"), "a:viols:all")])
    if ctx.by.has(*DECIDES):
        rows.append([button(text("button-violation-new"), "a:newviol")])
    return rows


def _line(ctx: Context, violation: Violation) -> Part:
    """The fact and its state, in one line."""
    state = text(f"violation-state-{violation.state}")
    return text("violation-item-line", fact=fact_lines(ctx.session, violation)[0], state=state)


def see(ctx: Context, args: list[str]) -> None:
    """One in full, with what this person may do with it. Errors: form-old-button, violation-unknown."""
    violation = violation_by_id(ctx.session, by=ctx.by, violation_id=id_of(args))
    lines = [*fact_lines(ctx.session, violation), *_course(violation)]
    photos = [
        photo
        for kind in ("evidence", "explanation")
        for photo in attached(
            ctx.session, county=ctx.county, subject="violation", subject_id=violation.id, kind=kind
        )
    ]
    ctx.reply(content(*lines, buttons=_buttons(ctx, violation), photos=photos[:PHOTOS]))


def _course(violation: Violation) -> list[Part]:
    """What became of it so far."""
    lines: list[Part] = [text("violation-state", state=text(f"violation-state-{violation.state}"))]
    if violation.state == ASKED:
        lines.append(text("violation-until", until=when(violation.explain_by)))
    if violation.explanation:
        known = {"name": violation.explained_name, "said": violation.explanation}
        lines.append(text("violation-explained-by", **known))
    if violation.closed_at is not None:
        lines.append(text("violation-reason", reason=violation.reason, name=violation.closed_name))
    return lines


def _buttons(ctx: Context, violation: Violation) -> list[list[dict[str, object]]]:
    if violation.state not in OPEN:
        return []
    rows = explain_buttons(violation) if may_explain(ctx.by, violation) else []
    decides = may(ctx.by, DECIDES, area=violation.area) and violation.person_id != ctx.person_id
    return rows + decide_buttons(violation) if decides else rows


def _open(ctx: Context, args: list[str]) -> Violation:
    """One that is open still. Errors: form-old-button, violation-unknown, violation-closed."""
    violation = violation_by_id(ctx.session, by=ctx.by, violation_id=id_of(args))
    if violation.state not in OPEN:
        raise UserError("violation-closed")
    return violation


def explain(ctx: Context, args: list[str]) -> None:
    """说明原因. Errors: those of an open one, not-allowed."""
    violation = _open(ctx, args)
    if not may_explain(ctx.by, violation):
        raise UserError("not-allowed")
    open_form(ctx, EXPLAIN, meta={"violation": violation.id})


def uphold(ctx: Context, args: list[str]) -> None:
    """成立, with a reason. Errors: those of an open one, not-allowed."""
    _decide(ctx, args, "uphold")


def excuse(ctx: Context, args: list[str]) -> None:
    """免责, with a reason. Errors: those of an open one, not-allowed."""
    _decide(ctx, args, "excuse")


def _decide(ctx: Context, args: list[str], verdict: str) -> None:
    violation = _open(ctx, args)
    if not may(ctx.by, DECIDES, area=violation.area) or violation.person_id == ctx.person_id:
        raise UserError("not-allowed")
    open_form(ctx, DECIDE, answers=decision(verdict), meta={"violation": violation.id})


def new(ctx: Context, args: list[str]) -> None:
    """The office records one that it found itself. Error: not-allowed."""
    require(ctx.by, *DECIDES)
    open_form(ctx, VIOLATION)

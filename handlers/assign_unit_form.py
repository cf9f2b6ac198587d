"""交办 of everything that waits at one unit: to whom, until when, in one notice or merged into an open one."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.assign_form import ASSIGN
from handlers.context import Body, Context
from handlers.forms import Answers, Choice, Form, Step, value
from models.assignment import (
    BY_HAND,
    TOGETHER_MOST,
    AssignmentNotice,
    assign_together,
    deadline_by_rule,
    hazards_of_notice,
    open_notices,
    to_assign_at,
)
from models.base import UserError
from models.hazards import Hazard
from models.text import Part, content, day, text, when

_NEW = "new"


def _waiting(ctx: Context, meta: dict[str, Any]) -> list[Hazard]:
    """Of the hazards that the form was opened for, those that still wait."""
    waiting = to_assign_at(ctx.session, by=ctx.by, unit_id=int(meta["unit"]))
    return [hazard for hazard in waiting if hazard.id in meta["hazards"]]


def _intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    hazards = _waiting(ctx, meta)
    head = text("assign-unit-head", unit=hazards[0].unit_name if hazards else "", count=len(hazards))
    return [
        head,
        *(text("assign-unit-line", number=each.number, what=each.description[:40]) for each in hazards),
    ]


def _notice_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """A notice of the unit that is open and has room; without one there is nothing to choose."""
    to, about = value(answers, "to"), value(answers, "about")
    if to[0] != "u":
        return []
    choices = []
    for notice in open_notices(ctx.session, county=ctx.county, unit_id=int(to[1:]), limit=3):
        count = len(hazards_of_notice(ctx.session, notice))
        if count + about["count"] <= TOGETHER_MOST:
            on = day(ctx.policy.local(notice.issued_at).date())
            choices.append(Choice(f"n{notice.id}", text("assign-merge", on=on, count=count)))
    return [Choice(_NEW, text("assign-new-notice")), *choices] if choices else []


def _is_new(got: Answers) -> bool:
    return value(got, "notice") in (None, _NEW)


def _assign(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    """All that still wait, or none. Errors: those of `assign_together`."""
    to, owner = value(answers, "to"), value(answers, "owner")
    notice = _notice(ctx, value(answers, "notice"))
    who: dict[str, Any] = {
        "owner_id": int(owner) if owner and owner != "0" else None,
        "unit_id": int(to[1:]) if to[0] == "u" else None,
        "area": to[1:] if to[0] == "t" else None,
    }
    if notice is not None:
        who = {"owner_id": notice.owner_id, "unit_id": notice.unit_id, "area": notice.area}
    due_at = datetime.fromisoformat(value(answers, "deadline"))
    hazards = _waiting(ctx, meta)
    assign_together(
        ctx.session,
        by=ctx.by,
        hazards=hazards,
        due_at=due_at,
        due_rule=value(answers, "rule") or BY_HAND,
        now=ctx.now,
        policy=ctx.policy,
        notice=notice,
        **who,
    )
    name = answers["owner"]["s"] if who["owner_id"] and notice is None else answers["to"]["s"]
    key = "assigned-together" if notice is None else "assigned-unit-merged"
    return content(text(key, count=len(hazards), name=name, due=when(due_at)))


def _notice(ctx: Context, chosen: str | None) -> AssignmentNotice | None:
    if chosen in (None, _NEW):
        return None
    notice = ctx.session.get(AssignmentNotice, (ctx.county, int(str(chosen)[1:])))
    if notice is None:
        raise UserError("form-old-button")
    return notice


ASSIGN_UNIT = Form(
    "assign_unit",
    1,
    (
        ASSIGN.step("to"),
        Step("notice", "ask-assign-notice", None, _notice_choices, auto=True, wide=True),
        replace(ASSIGN.step("owner"), when=_is_new),
        ASSIGN.step("deadline"),
    ),
    _assign,
    intro=_intro,
)


def assign_unit_answers(ctx: Context, hazards: list[Hazard]) -> Answers:
    """What the form knows: of the hazards the one that must be done first, whose rule counts for all."""
    first = min(hazards, key=lambda hazard: _ruled(ctx, hazard))
    about = {
        "id": first.id,
        "area": first.area,
        "sector": first.sector,
        "unit": first.unit_id,
        "count": len(hazards),
    }
    return {"about": {"v": about, "s": ""}}


def _ruled(ctx: Context, hazard: Hazard) -> float:
    """When the office's rule wants a hazard done; without one it is in no hurry."""
    try:
        ruled = deadline_by_rule(ctx.session, hazard=hazard, now=ctx.now, policy=ctx.policy)
    except UserError:
        ruled = None  # the rule counts working days of a year that is not announced
    return ruled[0].timestamp() if ruled else float("inf")

"""Drafts and forms together: opening one, feeding it, parking it, taking it up again."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import form_engine
from handlers.assign_form import ASSIGN, PASS_ON
from handlers.assign_unit_form import ASSIGN_UNIT
from handlers.context import Context, in_private
from handlers.duty_edit_forms import EXCHANGE, REPLACE
from handlers.duty_forms import CHECKIN
from handlers.duty_leave_forms import LEAVE
from handlers.duty_period import PERIOD
from handlers.duty_post_forms import POST
from handlers.duty_rota_forms import ROTA
from handlers.forms import Answers, Form, Outcome, State, Turn
from handlers.grade_form import GRADE
from handlers.handover_form import ASK_BACK, HANDOVER
from handlers.hazard_form import HAZARD
from handlers.hazard_forms import COMMENT, DOUBT, FIX, LOOK_AGAIN, REASON_FORMS, REFUSE
from handlers.incident_form import INCIDENT
from handlers.incident_forms import INCIDENT_FORMS
from handlers.log_form import LOG
from handlers.measure_forms import EXTEND, FIVE, MARK_DUPLICATE, SUPERVISE, TRANSFER
from handlers.search import SEARCH
from handlers.spot_forms import SPOT, SPOTSTART
from handlers.swap_forms import REFUSE_SWAP, SWAP_FORM, TAKEOVER
from handlers.violation_forms import DECIDE, EXPLAIN, VIOLATION
from handlers.zero_forms import NEWS, REPORTS
from models.base import UserError, new_id, short, write_now
from models.drafts import (
    ACTIVE,
    CANCELLED,
    DONE,
    PARKED,
    Draft,
    active_draft,
    add_draft,
    due_drafts,
    move_nudge,
    park,
    parked_drafts,
    step_draft,
)
from models.outbox import NOTICE, send_to, to_person
from models.people import Person
from models.policy import Policy
from models.text import button, content, text

_HAZARD_FORMS = (
    HAZARD,
    GRADE,
    SEARCH,
    ASSIGN,
    ASSIGN_UNIT,
    PASS_ON,
    FIVE,
    EXTEND,
    REFUSE,
    SUPERVISE,
    TRANSFER,
    MARK_DUPLICATE,
    FIX,
    LOOK_AGAIN,
    DOUBT,
    COMMENT,
    *REASON_FORMS.values(),
)
FORMS: dict[str, Form] = {
    form.name: form for form in (*_HAZARD_FORMS, ASSIGN_UNIT, SEARCH, INCIDENT, *INCIDENT_FORMS)
}
FORMS |= {form.name: form for form in (NEWS, REPORTS, SPOT, SPOTSTART, EXPLAIN, DECIDE, VIOLATION)}
FORMS |= {form.name: form for form in (LOG, HANDOVER, ASK_BACK, SWAP_FORM, REFUSE_SWAP, TAKEOVER)}
_DUTY_FORMS = (CHECKIN, PERIOD, POST, ROTA, LEAVE, REPLACE, EXCHANGE)
FORMS |= {form.name: form for form in _DUTY_FORMS}


def open_form(
    ctx: Context, form: Form, *, answers: Answers | None = None, meta: dict[str, Any] | None = None
) -> None:
    """Start a form in this chat. One already open is put aside, not lost, and offered again later."""
    in_private(ctx)
    present = _active(ctx) if ctx.may_be_open else None
    if meta and (same := _the_same(ctx, present, form, answers or {}, meta)):  # pressed twice
        resume(ctx, same.id)
        return
    note = None
    ctx.may_be_open = True
    if present is not None:
        ctx.may_be_parked = True
        park(ctx.session, draft=present)
        note = text("form-parked", name=text(f"form-name-{present.form}"))
    draft_id = new_id()
    outcome = form_engine.begin(form, ctx, draft_id, answers=answers, meta=meta)
    if note:
        outcome.body["lines"] = [note, *outcome.body["lines"]]
    add_draft(
        ctx.session,
        county=ctx.county,
        draft_id=draft_id,
        channel=ctx.inbound.channel,
        address=ctx.inbound.address,
        person_id=ctx.person_id,
        form=form.name,
        form_version=form.version,
        state=outcome.state,
        status=_status(outcome),
        due_at=_nudge_at(ctx, form, outcome),
        now=ctx.now,
    )
    ctx.reply(outcome.body)
    if outcome.over:
        _offer_parked(ctx)


def _the_same(
    ctx: Context, present: Draft | None, form: Form, answers: Answers, meta: dict[str, Any]
) -> Draft | None:
    """The same form about the same thing, open or put aside in this chat, that knows these answers already."""
    where = {"county": ctx.county, "channel": ctx.inbound.channel, "address": ctx.inbound.address}
    aside = parked_drafts(ctx.session, **where) if ctx.may_be_parked else []
    for draft in [*([present] if present is not None else []), *aside]:
        state = draft.state
        known = all(state["answers"].get(name) == entry for name, entry in answers.items())
        if (draft.form, draft.form_version, state["meta"]) == (form.name, form.version, meta) and known:
            return draft
    return None


def feed(ctx: Context, draft_id: int, form_name: str, version: int, state: State, row_version: int) -> None:
    """One event into the active draft. Error: Conflict, when another process has moved it meanwhile."""
    form = FORMS[form_name]
    if version != form.version:
        state = {**state, "at": "", "offered": []}
        outcome = form_engine.begin(form, ctx, draft_id, answers=state["answers"], meta=state["meta"])
    else:
        try:
            outcome = form_engine.take(form, ctx, draft_id, state, ctx.inbound)
        except Turn as turn:
            _turn(ctx, draft_id, form, state, row_version, turn)
            return
    step_draft(
        ctx.session,
        county=ctx.county,
        draft_id=draft_id,
        row_version=row_version,
        state=outcome.state,
        form_version=form.version,
        status=_status(outcome),
        due_at=_nudge_at(ctx, form, outcome),
        now=ctx.now,
    )
    ctx.reply(outcome.body)
    if outcome.over:
        _offer_parked(ctx)


def _turn(ctx: Context, draft_id: int, form: Form, state: State, row_version: int, turn: Turn) -> None:
    """Give the present form up, as it stands, for the one that is meant."""
    step_draft(
        ctx.session,
        county=ctx.county,
        draft_id=draft_id,
        row_version=row_version,
        state=state,
        form_version=form.version,
        status=CANCELLED,
        due_at=None,
        now=ctx.now,
    )
    write_now(ctx.session)  # before the other one takes its place
    open_form(ctx, turn.form, answers=turn.answers, meta=state["meta"])


def _status(outcome: Outcome) -> str:
    return {"": ACTIVE, "done": DONE, "cancelled": CANCELLED}[outcome.over]


def _nudge_at(ctx: Context, form: Form, outcome: Outcome) -> datetime | None:
    if outcome.over or not form.nudged or not ctx.policy.draft_nudges:
        return None
    return ctx.now + ctx.policy.draft_nudges[0]


def _active(ctx: Context) -> Draft | None:
    return active_draft(
        ctx.session, county=ctx.county, channel=ctx.inbound.channel, address=ctx.inbound.address
    )


def _offer_parked(ctx: Context) -> None:
    if not ctx.may_be_parked:
        return
    waiting = _put_aside(ctx)
    if waiting is not None:
        offer = button(text("button-resume"), f"a:resume:{short(waiting.id)}")
        line = text("form-waiting", name=text(f"form-name-{waiting.form}"))
        ctx.reply(content(line, buttons=[[offer, button(text("button-give-up"), "c:cancel")]]))


def _put_aside(ctx: Context) -> Draft | None:
    """The form last put aside for another in this chat."""
    where = {"channel": ctx.inbound.channel, "address": ctx.inbound.address}
    return next(iter(parked_drafts(ctx.session, county=ctx.county, **where)), None)


def resume(ctx: Context, draft_id: int | None = None) -> None:
    """Take up a draft again: the one named, else the open one, else the last put aside.

    Errors: form-nothing-left, form-old-button (it was submitted, or is somebody else's).
    """
    present = _active(ctx)
    if draft_id is None or (present is not None and present.id == draft_id):
        wanted = present or _put_aside(ctx)
        if wanted is None:
            raise UserError("form-nothing-left")
    else:
        wanted = ctx.session.get(Draft, (ctx.county, draft_id))
        mine = wanted is not None and (wanted.channel, wanted.address) == (
            ctx.inbound.channel,
            ctx.inbound.address,
        )
        if wanted is None or not mine or wanted.status == DONE:
            raise UserError("form-old-button")
        if present is not None:
            park(ctx.session, draft=present)
    form = FORMS[wanted.form]
    outcome = (
        form_engine.ask_again(form, ctx, wanted.id, wanted.state)
        if wanted.form_version == form.version
        else (
            form_engine.begin(
                form, ctx, wanted.id, answers=wanted.state["answers"], meta=wanted.state["meta"]
            )
        )
    )
    ctx.may_be_open = True
    wanted.status, wanted.state, wanted.form_version = ACTIVE, outcome.state, form.version
    wanted.row_version += 1
    wanted.nudges, wanted.updated_at, wanted.due_at = 0, ctx.now, _nudge_at(ctx, form, outcome)
    ctx.session.add(wanted)
    ctx.reply(outcome.body)


def cancel_open(ctx: Context) -> None:
    """/cancel: give the open form up, or else the one last put aside; it can be restored.

    Errors: form-nothing-open.
    """
    present = _active(ctx) or _put_aside(ctx)
    if present is None:
        raise UserError("form-nothing-open")
    present.status, present.due_at = CANCELLED, None
    present.row_version += 1
    ctx.session.add(present)
    restore = button(text("button-restore"), f"a:resume:{short(present.id)}")
    ctx.reply(content(text("form-cancelled"), buttons=[[restore]], clear_request=True))


def nudge_due(session: Session, *, county: str, now: datetime, policy: Policy) -> int:
    """The tick: people who left a form half-way are asked once, and once more next day, to go on."""
    count = 0
    for draft in due_drafts(session, county=county, now=now):
        later = draft.nudges + 1
        again = now + policy.draft_nudges[later] if later < len(policy.draft_nudges) else None
        status, due_at = draft.status, draft.due_at
        if not move_nudge(session, draft=draft, due_at=again if status in (ACTIVE, PARKED) else None):
            continue
        if status not in (ACTIVE, PARKED):
            continue
        person = session.get(Person, (county, draft.person_id))
        recipient = to_person(
            session, county=county, person_id=draft.person_id, lang=person.lang if person else "zh-CN"
        )
        body = content(
            text("form-nudge", name=text(f"form-name-{draft.form}")),
            buttons=[[button(text("button-resume"), f"a:resume:{short(draft.id)}")]],
        )
        count += send_to(
            session,
            [recipient],
            county=county,
            body=body,
            kind=NOTICE,
            now=now,
            policy=policy,
            dedup=f"nudge:{short(draft.id)}:{due_at}",
        )
    return count

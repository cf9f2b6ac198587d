"""The office's and the responsible unit's short forms: assign, give a reason, report it fixed."""

from datetime import datetime
from typing import Any

from handlers.answers import deadline_answer, parse_deadline, parse_photo, words_only
from handlers.context import Body, Context
from handlers.forms import Ambiguous, Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.hazard_flow import REASON_MAX, assign_hazard, fail_recheck, reject_hazard, submit_fix
from models.hazard_notices import card_lines, headline
from models.hazards import PHOTOS_MAX, Hazard, hazard_by_id
from models.people import RESPONSIBLE, Person, people_with
from models.text import Part, content, text, when
from models.units import Unit, find_units, responsible_units

_DEADLINE_DAYS = (0, 1, 3, 7, 15, 30)


def _hazard(ctx: Context, meta: dict[str, Any]) -> Hazard:
    return hazard_by_id(ctx.session, by=ctx.by, hazard_id=int(meta["hazard"]))


def _intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    hazard = _hazard(ctx, meta)
    return [headline(hazard), *card_lines(ctx.session, hazard)[:3]]


def _unit_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """Units that have someone to answer for them: the town's, then the sector's."""
    area, sector = value(answers, "about", {}).get("area"), value(answers, "about", {}).get("sector")
    units = responsible_units(ctx.session, county=ctx.county, area=area, sector=sector)
    return [Choice(str(unit.id), unit.name) for unit in units[:14]]


def _parse_unit(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=60)
    found = find_units(ctx.session, county=ctx.county, typed=said, area=None)
    if not found:
        raise UserError("unit-unknown", said=said)
    if len(found) > 1:
        raise Ambiguous([Choice(str(unit.id), unit.name) for unit in found], text("unit-which"))
    return Answer(str(found[0].id), found[0].name)


def _owner_choices(ctx: Context, answers: Answers) -> list[Choice]:
    unit = int(value(answers, "unit"))
    people = people_with(ctx.session, county=ctx.county, role=RESPONSIBLE, unit_id=unit)
    return [_person_choice(person) for person in people[:10]]


def _person_choice(person: Person) -> Choice:
    label = f"{person.name} {person.title}".strip()
    return Choice(str(person.id), label)


def _parse_owner(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=40)
    people = people_with(ctx.session, county=ctx.county, role=RESPONSIBLE)
    fitting = [person for person in people if said in (person.name, person.phone) or said in person.name]
    if not fitting:
        raise UserError("person-unknown", said=said)
    if len(fitting) > 1:
        raise Ambiguous([_person_choice(person) for person in fitting[:8]], text("person-which"))
    return Answer(str(fitting[0].id), fitting[0].name)


def _deadline_choices(ctx: Context, answers: Answers) -> list[Choice]:
    choices = []
    for days in _DEADLINE_DAYS:
        try:
            deadline_answer(ctx, days)
        except UserError:
            continue  # today's deadline hour is over
        choices.append(Choice(str(days), text("deadline-in", days=days)))
    return choices


def _choose_deadline(ctx: Context, answers: Answers, picked: str) -> Answer:
    return deadline_answer(ctx, int(picked))


def _assign(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    due_at = datetime.fromisoformat(value(answers, "deadline"))
    hazard = assign_hazard(
        ctx.session,
        by=ctx.by,
        hazard=_hazard(ctx, meta),
        unit_id=int(value(answers, "unit")),
        owner_id=int(value(answers, "owner")),
        due_at=due_at,
        now=ctx.now,
        policy=ctx.policy,
    )
    name = answers["owner"]["s"]
    return content(text("assigned-done", number=hazard.number, name=name, due=when(due_at)))


ASSIGN = Form(
    "assign",
    1,
    (
        Step("unit", "ask-assign-unit", _parse_unit, _unit_choices),
        Step("owner", "ask-assign-owner", _parse_owner, _owner_choices),
        Step(
            "deadline",
            "ask-assign-deadline",
            parse_deadline,
            _deadline_choices,
            numbered=False,
            choose=_choose_deadline,
        ),
    ),
    _assign,
    intro=_intro,
)


def assign_answers(hazard: Hazard) -> Answers:
    """What the form should know of the hazard to offer the right units first."""
    return {"about": {"v": {"area": hazard.area, "sector": hazard.sector}, "s": ""}}


def _parse_reason(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=REASON_MAX)
    return Answer(said, said)


def _reason_choices(kind: str, names: tuple[str, ...], ctx: Context) -> list[Choice]:
    return [Choice(name, text(f"{kind}-{name}")) for name in names]


def _say_choice(kind: str, ctx: Context, picked: str) -> Answer:
    said = ctx.say(text(f"{kind}-{picked}"))
    return Answer(said, said)


def _reject(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = reject_hazard(
        ctx.session,
        by=ctx.by,
        hazard=_hazard(ctx, meta),
        reason=value(answers, "reason"),
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("rejected-done", number=hazard.number))


REJECT = Form(
    "reject",
    1,
    (
        Step(
            "reason",
            "ask-reject-reason",
            _parse_reason,
            lambda ctx, got: _reason_choices("reject", ("untrue", "duplicate", "not-hazard"), ctx),
            wide=True,
            choose=lambda ctx, got, picked: _say_choice("reject", ctx, picked),
        ),
    ),
    _reject,
    review=False,
    intro=_intro,
)


def _fail(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = fail_recheck(
        ctx.session,
        by=ctx.by,
        hazard=_hazard(ctx, meta),
        reason=value(answers, "reason"),
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("failed-done", number=hazard.number))


FAIL = Form(
    "fail",
    1,
    (
        Step(
            "reason",
            "ask-fail-reason",
            _parse_reason,
            lambda ctx, got: _reason_choices("fail", ("partly", "unclear-photo", "back-again"), ctx),
            wide=True,
            choose=lambda ctx, got, picked: _say_choice("fail", ctx, picked),
        ),
    ),
    _fail,
    review=False,
    intro=_intro,
)


def _fix_photos(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("photos", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)


def _fix(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = submit_fix(
        ctx.session,
        by=ctx.by,
        hazard=_hazard(ctx, meta),
        note=value(answers, "note") or "",
        photo_ids=value(answers, "photos") or [],
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("fixed-done", number=hazard.number))


FIX = Form(
    "fix",
    1,
    (
        Step("photos", "ask-fix-photos", _fix_photos, many=PHOTOS_MAX, catches="photo"),
        Step("note", "ask-fix-note", _parse_reason, optional=True),
    ),
    _fix,
    review=False,
    intro=_intro,
)


def unit_name(ctx: Context, unit_id: int | None) -> str:
    """A unit's name, empty for none."""
    unit = ctx.session.get(Unit, (ctx.county, unit_id)) if unit_id else None
    return unit.name if unit else ""

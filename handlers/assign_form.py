"""交办 by taps: to which unit, town or person, until when, alone or with others of the same unit."""

from datetime import datetime
from typing import Any

from handlers.answers import areas, deadline_answer, parse_deadline, words_only
from handlers.context import Body, Context
from handlers.forms import Ambiguous, Answer, Answers, Choice, Form, Step, value
from handlers.hazard_forms import hazard_of, intro, parse_words, reason_step, see_button
from handlers.inbound import Inbound
from models.assignment import (
    BY_HAND,
    AssignmentNotice,
    assign_hazard,
    assign_together,
    deadline_by_rule,
    hazards_of_notice,
    open_notices,
    pass_on_hazard,
    to_assign_at,
)
from models.base import UserError
from models.hazard_states import WITH_OWNER
from models.hazards import Hazard
from models.people import RESPONSIBLE, TOWN_OFFICER, Person, people_with
from models.text import Part, content, day, text, when
from models.units import Unit, find_units, responsible_units

_DEADLINE_DAYS = (0, 1, 3, 7, 15, 30)
_RULE = "rule"
_ANYONE = "0"
_UNITS_OFFERED = 14


def _about(answers: Answers) -> dict[str, Any]:
    return dict(value(answers, "about", {}))


def _unit_choice(unit: Unit) -> Choice:
    return Choice(f"u{unit.id}", unit.name)


def _to_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """The hazard's own unit first, then the town, then who answers for the town and the sector."""
    about = _about(answers)
    own = ctx.session.get(Unit, (ctx.county, about["unit"])) if about.get("unit") else None
    units = responsible_units(
        ctx.session, county=ctx.county, area=about.get("area"), sector=about.get("sector")
    )
    town = str(about.get("area", ""))[:9]
    choices = [_unit_choice(own)] if own else []
    if town in areas(ctx).by_code and len(town) == 9:
        choices.append(Choice(f"t{town}", areas(ctx).name(town)))
    choices += [_unit_choice(unit) for unit in units if own is None or unit.id != own.id]
    return choices[:_UNITS_OFFERED]


def _parse_to(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A unit, a town or a person by name, a person also by telephone. Errors: assign-unknown."""
    said = words_only(inbound, most=60)
    found = [
        Choice(f"t{spot.code}", spot.name)
        for spot in areas(ctx).find(said)
        if spot.level == "town" and said in spot.names
    ]
    units = find_units(ctx.session, county=ctx.county, typed=said, area=_about(answers).get("area"))
    found += [Choice(f"u{unit.id}", unit.name) for unit in units]
    people = people_with(ctx.session, county=ctx.county, role=RESPONSIBLE)
    found += [
        Choice(f"p{person.id}", _called(person))
        for person in people
        if said == person.phone or said in person.name
    ]
    exact = [choice for choice in found if choice.label == said]
    found = exact if len(exact) == 1 else found
    if not found:
        raise UserError("assign-unknown", said=said[:20])
    if len(found) > 1:
        raise Ambiguous(found[:8], text("assign-which"))
    return Answer(found[0].value, found[0].label)


def _called(person: Person) -> str:
    return f"{person.name} {person.title}".strip()


def _owner_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """Who of the unit or town; or nobody in particular: whoever takes it. A person was named already."""
    kind, key = value(answers, "to")[0], value(answers, "to")[1:]
    if kind == "p":
        person = ctx.session.get(Person, (ctx.county, int(key)))
        return [Choice(key, _called(person))] if person else []
    if kind == "u":
        people = people_with(ctx.session, county=ctx.county, role=RESPONSIBLE, unit_id=int(key))
    else:
        people = people_with(ctx.session, county=ctx.county, role=TOWN_OFFICER, area=key)
    nobody = "assign-nobody-yet" if kind == "u" and ctx.policy.public_url else "assign-nobody-no-link"
    anyone = text("assign-anyone" if people else nobody)
    return [*(Choice(str(person.id), _called(person)) for person in people[:10]), Choice(_ANYONE, anyone)]


def _parse_owner(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=40)
    fitting = [
        choice
        for choice in _owner_choices(ctx, answers)
        if isinstance(choice.label, str) and said in choice.label
    ]
    if not fitting:
        raise UserError("person-unknown", said=said)
    if len(fitting) > 1:
        raise Ambiguous(fitting, text("person-which"))
    return Answer(fitting[0].value, fitting[0].label)


def _by_rule(ctx: Context, answers: Answers) -> tuple[datetime, str] | None:
    hazard = hazard_of(ctx, {"hazard": _about(answers)["id"]})
    try:
        return deadline_by_rule(ctx.session, hazard=hazard, now=ctx.now, policy=ctx.policy)
    except UserError:
        return None  # the rule counts working days of a year that is not announced: set by hand


def _deadline_choices(ctx: Context, answers: Answers) -> list[Choice]:
    choices = []
    if ruled := _by_rule(ctx, answers):
        on = ctx.policy.local(ruled[0]).date()
        choices.append(Choice(_RULE, text("deadline-by-rule", on=day(on))))
    for days in _DEADLINE_DAYS:
        try:
            deadline_answer(ctx, days)
        except UserError:
            continue  # today's deadline hour is over
        choices.append(Choice(str(days), text("deadline-in", days=days)))
    return choices


def _choose_deadline(ctx: Context, answers: Answers, picked: str) -> Answer:
    if picked != _RULE:
        return deadline_answer(ctx, int(picked))
    ruled = _by_rule(ctx, answers)
    if ruled is None:
        raise UserError("form-old-button")
    return Answer(
        ruled[0].isoformat(), day(ctx.policy.local(ruled[0]).date()), {"rule": Answer(ruled[1], "")}
    )


def _together_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """Others at the same unit that wait for the same; or a notice of the unit that is still open."""
    about, to = _about(answers), value(answers, "to")
    if to[0] != "u" or about.get("again"):
        return []
    choices = []
    others = [hazard for hazard in _others(ctx, about) if hazard.id != about["id"]]
    if others:
        choices.append(Choice("all", text("assign-with-others", count=len(others))))
    for notice in open_notices(ctx.session, county=ctx.county, unit_id=int(to[1:]), limit=2):
        count = len(hazards_of_notice(ctx.session, notice))
        label = text("assign-merge", on=day(ctx.policy.local(notice.issued_at).date()), count=count)
        choices.append(Choice(f"n{notice.id}", label))
    return [Choice("alone", text("assign-alone")), *choices] if choices else []


def _others(ctx: Context, about: dict[str, Any]) -> list[Hazard]:
    unit = about.get("unit")
    return to_assign_at(ctx.session, by=ctx.by, unit_id=int(unit)) if unit else []


def _assign(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_of(ctx, meta)
    to, owner = value(answers, "to"), value(answers, "owner")
    who: dict[str, Any] = {
        "owner_id": int(owner) if owner and owner != _ANYONE else None,
        "unit_id": int(to[1:]) if to[0] == "u" else None,
        "area": to[1:] if to[0] == "t" else None,
    }
    due_at = datetime.fromisoformat(value(answers, "deadline"))
    how: dict[str, Any] = {
        "due_at": due_at,
        "due_rule": value(answers, "rule") or BY_HAND,
        "reason": value(answers, "reason") or "",
        "by": ctx.by,
        "now": ctx.now,
        "policy": ctx.policy,
    }
    together = value(answers, "together") or "alone"
    name = answers["owner"]["s"] if who["owner_id"] else answers["to"]["s"]
    if together == "alone":
        assign_hazard(ctx.session, hazard=hazard, **who, **how)
        line = text("assigned-done", number=hazard.number, name=name, due=when(due_at))
        return content(line, buttons=see_button(hazard))
    return _assign_several(ctx, hazard, together, name, who, how)


def _assign_several(
    ctx: Context, hazard: Hazard, together: str, name: Part, who: dict[str, Any], how: dict[str, Any]
) -> Body:
    """Several in one notice: those that wait at the unit, or one more into a notice that is open."""
    if together == "all":
        others = _others(ctx, {"unit": hazard.unit_id})
        hazards = [hazard, *(other for other in others if other.id != hazard.id)]
        assign_together(ctx.session, hazards=hazards, **who, **how)
        line = text("assigned-together", count=len(hazards), name=name, due=when(how["due_at"]))
        return content(line, buttons=see_button(hazard))
    notice = ctx.session.get(AssignmentNotice, (ctx.county, int(together[1:])))
    if notice is None:
        raise UserError("form-old-button")
    who = {"owner_id": notice.owner_id, "unit_id": notice.unit_id, "area": notice.area}
    assign_together(ctx.session, hazards=[hazard], notice=notice, **who, **how)
    line = text("assigned-merged", number=hazard.number, due=when(how["due_at"]))
    return content(line, buttons=see_button(hazard))


ASSIGN = Form(
    "assign",
    2,
    (
        Step("to", "ask-assign-to", _parse_to, _to_choices, wide=True),
        Step("owner", "ask-assign-owner", _parse_owner, _owner_choices, auto_one=True, wide=True),
        Step(
            "deadline",
            "ask-assign-deadline",
            parse_deadline,
            _deadline_choices,
            numbered=False,
            choose=_choose_deadline,
        ),
        Step("together", "ask-assign-together", None, _together_choices, auto=True, wide=True),
        Step(
            "reason",
            "ask-assign-reason",
            parse_words,
            reason_step("assign", ("other-unit", "other-person", "later")).choices,
            when=lambda got: bool(_about(got).get("again")),
            wide=True,
            choose=reason_step("assign", ("other-unit",)).choose,
        ),
    ),
    _assign,
    intro=intro,
)


def assign_answers(hazard: Hazard) -> Answers:
    """What the form should know of the hazard to offer the right units first."""
    about = {
        "id": hazard.id,
        "area": hazard.area,
        "sector": hazard.sector,
        "unit": hazard.unit_id,
        "again": hazard.state in WITH_OWNER,
    }
    return {"about": {"v": about, "s": ""}}


def _colleagues(ctx: Context, answers: Answers) -> list[Choice]:
    """Who else of the unit, or of the town, could do it."""
    about = _about(answers)
    if about.get("unit_of"):
        people = people_with(ctx.session, county=ctx.county, role=RESPONSIBLE, unit_id=int(about["unit_of"]))
    elif about.get("area_of"):
        everyone = people_with(ctx.session, county=ctx.county, role=RESPONSIBLE)
        everyone += people_with(ctx.session, county=ctx.county, role=TOWN_OFFICER, area=about["area_of"])
        people = [person for person in everyone if (person.area or "").startswith(about["area_of"])]
    else:
        people = []
    return [Choice(str(person.id), _called(person)) for person in people if person.id != ctx.person_id][:12]


def _parse_colleague(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=40)
    fitting = [choice for choice in _colleagues(ctx, answers) if said in str(choice.label)]
    if len(fitting) != 1:
        raise UserError("person-unknown", said=said)
    return Answer(fitting[0].value, fitting[0].label)


def _pass_on(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_of(ctx, meta)
    pass_on_hazard(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        to_id=int(value(answers, "to")),
        reason=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    line = text("passed-on-done", number=hazard.number, name=answers["to"]["s"])
    return content(line, buttons=see_button(hazard))


PASS_ON = Form(
    "pass_on",
    1,
    (
        Step("to", "ask-pass-on-to", _parse_colleague, _colleagues, wide=True),
        reason_step("pass_on", ("on-leave", "their-work")),
    ),
    _pass_on,
    review=False,
    intro=intro,
)


def pass_on_answers(hazard: Hazard) -> Answers:
    """Whose colleagues are offered. Error: nobody-to-pass-on, where it was given to one person alone."""
    if hazard.assigned_unit_id is None and hazard.assigned_area is None:
        raise UserError("nobody-to-pass-on")
    about = {"unit_of": hazard.assigned_unit_id, "area_of": hazard.assigned_area}
    return {"about": {"v": about, "s": ""}}

"""What is settled while a hazard is being rectified: the five (五落实), a later deadline, supervision, transfer."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from handlers import words
from handlers.answers import parse_deadline, words_only
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.hazard_forms import (
    hazard_of,
    intro,
    parse_words,
    reason_step,
    say_choice,
    see_button,
)
from handlers.inbound import Inbound
from models.base import UserError, short
from models.commitments import COMMITMENT_MAX, FUNDS, MEASURES, PLAN, commitments_of, missing_commitments
from models.duplicates import likely_duplicates
from models.extensions import ask_extension
from models.hazard_cards import owner_buttons
from models.hazard_flow import accept_hazard, commit_to, mark_duplicate, transfer_hazard
from models.hazard_sight import can_see, hazard_by_number
from models.hazard_states import ASSIGNED
from models.hazards import Hazard, is_owner
from models.supervision import SUPERVISED_BY, supervise_hazard
from models.text import Part, button, content, day, text, when
from models.units import responsible_units

ASKED = (MEASURES, FUNDS, PLAN)  # who and by when are settled by the assignment


def five_lines(ctx: Context, hazard: Hazard) -> list[Part]:
    """The five as they stand, each with who settled it and when."""
    lines: list[Part] = []
    for item, row in commitments_of(ctx.session, county=ctx.county, hazard_id=hazard.id).items():
        name = text(f"commitment-{item}")
        lines.append(
            text("commitment-line", item=name, value=row.value, name=row.set_name, at=when(row.set_at))
        )
    return lines


def five_answers(ctx: Context, hazard: Hazard) -> Answers:
    """What is settled already, to be kept or replaced."""
    former = commitments_of(ctx.session, county=ctx.county, hazard_id=hazard.id)
    known = {item: former[item].value for item in ASKED if item in former}
    answers: Answers = {item: {"v": said, "s": said} for item, said in known.items()}
    return answers | {"was": {"v": known, "s": ""}}


def _replaces(got: Answers) -> bool:
    """Whether something that was settled before is to be replaced: that needs a reason."""
    was = value(got, "was", {})
    return any(item in got and value(got, item) != said for item, said in was.items())


def _parse_item(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_words(ctx, answers, inbound, most=COMMITMENT_MAX)


def _parse_funds(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Money in yuan, or words. A bare number is yuan."""
    said = words_only(inbound, most=COMMITMENT_MAX)
    yuan = words.money(said)
    shown = said if yuan is None else ctx.say(text("funds-yuan", amount=f"{yuan:,}"))
    return Answer(shown, shown)


def _item_step(item: str, choices: tuple[str, ...], parse: Any = _parse_item) -> Step:
    return Step(
        item,
        f"ask-five-{item}",
        parse,
        (lambda ctx, got: [Choice(name, text(f"five-{item}-{name}")) for name in choices])
        if choices
        else None,
        wide=True,
        choose=partial(say_choice, f"five-{item}"),
        numbered=item != FUNDS,
    )


def _five_intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    hazard = hazard_of(ctx, meta)
    return [*intro(ctx, meta), text("five-head"), *five_lines(ctx, hazard)]


def _five(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    """Settle what is new or changed; if the owner has filled the last of it, the work begins."""
    hazard = hazard_of(ctx, meta)
    for item in ASKED:
        commit_to(
            ctx.session,
            by=ctx.by,
            hazard=hazard,
            item=item,
            value=value(answers, item) or "",
            now=ctx.now,
            policy=ctx.policy,
            reason=value(answers, "reason") or "",
        )
    complete = not missing_commitments(ctx.session, hazard=hazard)
    if complete and hazard.state == ASSIGNED and is_owner(ctx.by, hazard):
        hazard = accept_hazard(ctx.session, by=ctx.by, hazard=hazard, now=ctx.now, policy=ctx.policy)
        return content(text("five-accepted", number=hazard.number), buttons=owner_buttons(hazard))
    return content(text("five-done", number=hazard.number), buttons=see_button(hazard))


FIVE = Form(
    "five",
    1,
    (
        _item_step(MEASURES, ()),
        _item_step(FUNDS, ("none", "later"), _parse_funds),
        _item_step(PLAN, ("watch", "stop")),
        Step("reason", "ask-five-reason", parse_words, when=_replaces),
    ),
    _five,
    intro=_five_intro,
)


def _extend_choices(ctx: Context, answers: Answers) -> list[Choice]:
    due_at = datetime.fromisoformat(value(answers, "about")["due"])
    return [
        Choice(str(days), text("extend-by", days=days, on=day(ctx.policy.local(_later(due_at, days)).date())))
        for days in (7, 15, 30)
    ]


def _later(due_at: datetime, days: int) -> datetime:
    return due_at + timedelta(days=days)


def _choose_extension(ctx: Context, answers: Answers, picked: str) -> Answer:
    due_at = _later(datetime.fromisoformat(value(answers, "about")["due"]), int(picked))
    return Answer(due_at.isoformat(), day(ctx.policy.local(due_at).date()))


def _extend(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_of(ctx, meta)
    ask_extension(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        new_due=datetime.fromisoformat(value(answers, "until")),
        reason=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("extend-done", number=hazard.number), buttons=see_button(hazard))


EXTEND = Form(
    "extend",
    1,
    (
        Step(
            "until",
            "ask-extend-until",
            parse_deadline,
            _extend_choices,
            numbered=False,
            wide=True,
            choose=_choose_extension,
        ),
        reason_step("extend", ("parts", "funds", "weather")),
    ),
    _extend,
    intro=intro,
)


def extend_answers(hazard: Hazard) -> Answers:
    """The deadline from which the later ones are counted. Error: extension-not-later, where there is none."""
    if hazard.due_at is None:
        raise UserError("extension-not-later", due="")
    return {"about": {"v": {"due": hazard.due_at.isoformat()}, "s": ""}}


def _supervise(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_of(ctx, meta)
    supervise_hazard(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        level=value(answers, "level"),
        reason=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("supervise-done", number=hazard.number), buttons=see_button(hazard))


SUPERVISE = Form(
    "supervise",
    1,
    (
        Step(
            "level",
            "ask-supervise-level",
            choices=lambda ctx, got: [Choice(name, text(f"supervised-{name}")) for name in SUPERVISED_BY],
        ),
        reason_step("supervise", ("long-open", "crowd"), optional=True),
    ),
    _supervise,
    review=False,
    intro=intro,
)


def _departments(ctx: Context, answers: Answers) -> list[Choice]:
    units = responsible_units(ctx.session, county=ctx.county, area=None, sector=None)
    names = [unit.name for unit in units if unit.kind == "department"]
    return [Choice(name, name) for name in names[:12]]


def _parse_department(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_words(ctx, answers, inbound, most=60)


def _transfer(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_of(ctx, meta)
    transfer_hazard(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        department=value(answers, "department"),
        reason=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    line = text("transfer-done", number=hazard.number, to=value(answers, "department"))
    return content(line, buttons=see_button(hazard))


TRANSFER = Form(
    "transfer",
    1,
    (
        Step("department", "ask-transfer-to", _parse_department, _departments, wide=True),
        reason_step("transfer", ("their-powers", "other-county")),
    ),
    _transfer,
    review=False,
    intro=intro,
)


def duplicate_line(ctx: Context, hazard: Hazard) -> Part:
    """A hazard as the candidate of a duplicate: number, day, words."""
    return text(
        "duplicate-line",
        number=hazard.number,
        at=day(ctx.policy.local(hazard.reported_at).date()),
        what=hazard.description[:24],
    )


def _kept_choices(ctx: Context, answers: Answers) -> list[Choice]:
    hazard = hazard_of(ctx, {"hazard": value(answers, "about")["id"]})
    found = likely_duplicates(
        ctx.session,
        by=ctx.by,
        area=hazard.area,
        unit_id=hazard.unit_id,
        sector=hazard.sector,
        place=hazard.point,
        policy=ctx.policy,
    )
    return [
        Choice(str(each.id), duplicate_line(ctx, each))
        for each in found
        if each.id != hazard.id and can_see(ctx.by, each)
    ]


def _parse_kept(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """The kept hazard by its number. Errors: hazard-unknown."""
    said = words_only(inbound, most=60)
    year = ctx.policy.local(ctx.now).year
    found = hazard_by_number(ctx.session, by=ctx.by, number=said, year=year)
    return Answer(str(found.id), found.number)


def _duplicate(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_of(ctx, meta)
    kept = hazard_of(ctx, {"hazard": value(answers, "kept")})
    mark_duplicate(ctx.session, by=ctx.by, hazard=hazard, kept=kept, now=ctx.now, policy=ctx.policy)
    line = text("duplicate-done", number=hazard.number, kept=kept.number)
    see = button(text("button-see-number", number=kept.number), f"a:see:{short(kept.id)}")
    return content(line, buttons=[[see]])


MARK_DUPLICATE = Form(
    "mark_duplicate",
    1,
    (Step("kept", "ask-duplicate-of", _parse_kept, _kept_choices, wide=True, numbered=False),),
    _duplicate,
    review=False,
    intro=intro,
)

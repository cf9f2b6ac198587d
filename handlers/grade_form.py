"""定级 as major: which criterion it meets, with the official title and source in view, and why."""

from typing import Any

from handlers.answers import words_only
from handlers.context import Body, Context
from handlers.forms import Ambiguous, Answer, Answers, Choice, Form, Step, value
from handlers.hazard_forms import hazard_of, intro, reason_step, see_button
from handlers.inbound import Inbound
from models.base import UserError, short
from models.criteria import Criterion, criteria_at, criterion
from models.criteria_rank import rank_criteria
from models.hazard_flow import verify_hazard
from models.hazards import may_move
from models.text import Part, button, content, text

_OFFERED = 3
_FOUND = 6
_TITLE = 24  # characters of a title on a button


def _on(ctx: Context) -> Any:
    return ctx.policy.local(ctx.now).date()


def _candidates(ctx: Context, answers: Answers) -> list[Criterion]:
    """The criteria that the description most probably meets: an offer, never a verdict."""
    about = value(answers, "about", {})
    hazard = hazard_of(ctx, {"hazard": about["id"]})
    ranked = rank_criteria(
        hazard.description, hazard.sector, criteria_at(ctx.session, on=_on(ctx)), limit=_OFFERED
    )
    return [criterion(ctx.session, each.id) for each in ranked]


def cited(found: Criterion) -> Part:
    """A criterion as it is cited: document, article, item, title, source."""
    return text(
        "criterion-cited",
        standard=found.standard_title,
        document=found.document_no,
        article=found.article,
        item=found.item,
        title=found.title,
        source=found.source,
    )


def _choice(found: Criterion) -> Choice:
    title = found.title if len(found.title) <= _TITLE else found.title[:_TITLE] + "…"
    return Choice(found.id, f"{found.code} {title}")


def _choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [_choice(found) for found in _candidates(ctx, answers)]


def _shows(ctx: Context, answers: Answers) -> list[Part]:
    found = _candidates(ctx, answers)
    if not found:
        return [text("criteria-none-like")]
    return [text("criteria-like"), *(part for each in found for part in (f"【{each.code}】", cited(each)))]


def _choose(ctx: Context, answers: Answers, picked: str) -> Answer:
    return Answer(picked, cited(criterion(ctx.session, picked)))


def _parse(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A criterion by its code ("GAS-9-1"), or by words of it. Errors: criterion-not-found."""
    said = words_only(inbound, most=200)
    holding = criteria_at(ctx.session, on=_on(ctx))
    named = [each for each in holding if each.code == said.upper().replace(" ", "")]
    if named:
        return _choose(ctx, answers, named[0].id)
    found = [each for each in holding if said in each.title]
    if not found:
        ranked = rank_criteria(said, None, holding, limit=_FOUND)
        found = [criterion(ctx.session, each.id) for each in ranked]
    if not found:
        raise UserError("criterion-not-found", said=said[:20])
    found = found[:_FOUND]
    titles = [f"【{each.code}】{each.title}" for each in found]
    raise Ambiguous([_choice(each) for each in found], text("criterion-which", titles=titles))


def _submit(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = verify_hazard(
        ctx.session,
        by=ctx.by,
        hazard=hazard_of(ctx, meta),
        level="major",
        criterion_id=value(answers, "criterion"),
        reason=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    assign = [button(text("button-assign"), f"a:assign:{short(hazard.id)}")]
    rows = [assign, *see_button(hazard)] if may_move(ctx.by, hazard, "assign") else see_button(hazard)
    return content(text("verified-major", number=hazard.number), buttons=rows)


GRADE = Form(
    "grade",
    1,
    (
        Step("criterion", "ask-criterion", _parse, _choices, wide=True, choose=_choose, shows=_shows),
        reason_step("grade", ("seen-on-site", "by-experts")),
    ),
    _submit,
    intro=intro,
)


def grade_answers(hazard_id: int) -> Answers:
    """Which hazard the candidates are for."""
    return {"about": {"v": {"id": hazard_id}, "s": ""}}

"""The forms of violations: explaining one, deciding on one, recording one that the office found itself."""

from typing import Any

from handlers.answers import parse_photo, words_only
from handlers.context import Body, Context
from handlers.forms import Ambiguous, Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.duty import Post
from models.duty_views import who_is_on
from models.people import DUTY_LEADER, DUTY_OFFICER, Person, people_with
from models.posts import posts_of
from models.text import Part, content, text
from models.violation_flow import close_violation, explain_violation
from models.violation_notices import fact_lines, kind_name
from models.violations import KINDS, PHOTOS_MAX, TEXT_MAX, Violation, record_by_hand, violation_by_id

CHOICES_MOST = 10
REASONS = {
    "uphold": ("facts-clear", "no-reason"),
    "excuse": ("good-reason", "technical"),
}


def _violation(ctx: Context, meta: dict[str, Any]) -> Violation:
    return violation_by_id(ctx.session, by=ctx.by, violation_id=int(meta["violation"]))


def _intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    return fact_lines(ctx.session, _violation(ctx, meta))


def _said(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=TEXT_MAX)
    return Answer(said, said)


def _photos(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("photos", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)


def _explain(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    explain_violation(
        ctx.session,
        by=ctx.by,
        violation=_violation(ctx, meta),
        explanation=value(answers, "said"),
        photo_ids=value(answers, "photos") or [],
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("explain-done"))


EXPLAIN = Form(
    "explain",
    1,
    (
        Step("said", "ask-explain-said", _said),
        Step("photos", "ask-explain-photos", _photos, many=PHOTOS_MAX, optional=True, catches="photo"),
    ),
    _explain,
    review=False,
    intro=_intro,
)


def _reasons(ctx: Context, answers: Answers) -> list[Choice]:
    verdict = value(answers, "verdict")
    return [Choice(name, text(f"decide-{name}")) for name in REASONS[verdict]]


def _choose_reason(ctx: Context, answers: Answers, picked: str) -> Answer:
    said = ctx.say(text(f"decide-{picked}"))
    return Answer(said, said)


def decision(verdict: str) -> Answers:
    """What the form should know: uphold or excuse."""
    return {"verdict": {"v": verdict, "s": ""}}


def _decide(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    upheld = value(answers, "verdict") == "uphold"
    close_violation(
        ctx.session,
        by=ctx.by,
        violation=_violation(ctx, meta),
        upheld=upheld,
        reason=value(answers, "grounds"),
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("decided-upheld" if upheld else "decided-excused"))


DECIDE = Form(
    "decide",
    1,
    (Step("grounds", "ask-decide-reason", _said, _reasons, wide=True, choose=_choose_reason),),
    _decide,
    review=False,
    intro=_intro,
)


def _post_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """Posts with somebody on duty now."""
    running = who_is_on(ctx.session, county=ctx.county, at=ctx.now)
    return [Choice(str(one.post.id), one.post.name) for one in running[:CHOICES_MOST]]


def _parse_post(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A post by its name or a part of it. Errors: post-not-found; several fit: they are offered."""
    said = words_only(inbound, most=60)
    posts = posts_of(ctx.session, county=ctx.county)
    fitting = [post for post in posts if post.name == said] or [post for post in posts if said in post.name]
    if not fitting:
        raise UserError("post-not-found", said=said[:20])
    if len(fitting) > 1:
        choices = [Choice(str(post.id), post.name) for post in fitting[:CHOICES_MOST]]
        raise Ambiguous(choices, text("post-which"))
    return Answer(str(fitting[0].id), fitting[0].name)


def _post(ctx: Context, answers: Answers) -> Post:
    post = ctx.session.get(Post, (ctx.county, int(value(answers, "post"))))
    if post is None:
        raise UserError("post-unknown")
    return post


def _person_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """Those on duty at the post now."""
    running = who_is_on(ctx.session, county=ctx.county, at=ctx.now, area=_post(ctx, answers).area)
    people = [pair for one in running if str(one.post.id) == value(answers, "post") for pair in one.people]
    return [_choice(person) for _, person in people[:CHOICES_MOST]]


def _choice(person: Person) -> Choice:
    return Choice(str(person.id), f"{person.name} {person.title}".strip())


def _parse_person(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Someone who stands duty, by name. Errors: person-unknown; several fit: they are offered."""
    said = words_only(inbound, most=40)
    found = {
        person.id: person
        for role in (DUTY_LEADER, DUTY_OFFICER)
        for person in people_with(ctx.session, county=ctx.county, role=role)
        if said in person.name or said == person.phone
    }
    if not found:
        raise UserError("person-unknown", said=said)
    if len(found) > 1:
        raise Ambiguous([_choice(person) for person in list(found.values())[:8]], text("person-which"))
    (person,) = found.values()
    return Answer(str(person.id), person.name)


def _kinds(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(kind, kind_name(kind)) for kind in KINDS]


def _record(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    person = value(answers, "person")
    record_by_hand(
        ctx.session,
        by=ctx.by,
        post=_post(ctx, answers),
        person_id=int(person) if person else None,
        kind=value(answers, "kind"),
        note=value(answers, "note") or "",
        photo_ids=value(answers, "photos") or [],
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("violation-added"))


VIOLATION = Form(
    "violation",
    1,
    (
        Step("post", "ask-violation-post", _parse_post, _post_choices, wide=True),
        Step("person", "ask-violation-person", _parse_person, _person_choices, optional=True),
        Step("kind", "ask-violation-kind", choices=_kinds),
        Step("note", "ask-violation-note", _said),
        Step("photos", "ask-violation-photos", _photos, many=PHOTOS_MAX, optional=True, catches="photo"),
    ),
    _record,
)

"""The form by which an entry of the duty log is written: kind, words, photos."""

from typing import Any

from handlers.answers import clean, parse_photo
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError, short
from models.duty_log import BODY_MOST, LOG_KINDS, PHOTOS_MOST, add_entry
from models.on_post import my_posts
from models.text import button, clock, content, text


def _post_choices(ctx: Context, answers: Answers) -> list[Choice]:
    here = my_posts(ctx.session, county=ctx.county, person_id=ctx.person_id, now=ctx.now)
    return [Choice(str(duty.id), post.name) for duty, _, post in here]


def _kind_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(kind, text(f"log-kind-{kind}")) for kind in LOG_KINDS]


def _parse_body(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """What is to be written down. Errors: form-need-text, text-empty, too-long."""
    if inbound.kind != "text":
        raise UserError("form-need-text")
    said = clean(inbound.text, most=BODY_MOST)
    return Answer(said, said)


def _parse_photos(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("photos", PHOTOS_MOST, ctx=ctx, answers=answers, inbound=inbound)


def _write(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    entry = add_entry(
        ctx.session,
        by=ctx.by,
        duty_id=int(value(answers, "duty")),
        kind=value(answers, "kind"),
        body=value(answers, "body"),
        photo_ids=value(answers, "photos") or [],
        now=ctx.now,
    )
    done = text("log-written", at=clock(entry.at), kind=text(f"log-kind-{entry.kind}"))
    rows = [
        [
            button(text("button-write-log"), "a:note"),
            button(text("button-log"), f"a:log:{short(entry.post_id)}"),
        ]
    ]
    return content(done, entry.body, buttons=rows)


LOG = Form(
    "log",
    1,
    (
        Step("duty", "ask-log-post", None, _post_choices, wide=True),
        Step("body", "ask-log-body", _parse_body),
        Step("kind", "ask-log-kind", None, _kind_choices),
        # Never asked for, kept whenever they are sent: most entries have none.
        Step(
            "photos",
            "ask-log-photos",
            _parse_photos,
            when=lambda answers: "photos" in answers,
            many=PHOTOS_MOST,
            catches="photo",
        ),
    ),
    _write,
    review=False,
)

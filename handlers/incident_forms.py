"""The short forms of an incident: what becomes known, changed casualties, the report's gaps, level, false alarm."""

from datetime import datetime
from functools import partial
from typing import Any

from handlers.answers import parse_photo, parse_place, words_only
from handlers.casualties import casualties_in, read_loss
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Choice, Form, Step, Turn, value
from handlers.inbound import Inbound
from handlers.incident_form import casualty_steps, counts_from
from handlers.incident_times import read_moment
from models.base import UserError, short
from models.incident_clocks import correct_time
from models.incident_end import close_false
from models.incident_flow import add_to_incident
from models.incident_grade import GRADES, Counts, graver
from models.incident_notices import settle
from models.incident_numbers import REASON_MAX, change_casualties, set_handling, window_of
from models.incident_report import loss_words
from models.incident_views import clock_line, counts_line, headline
from models.incidents import (
    DESCRIPTION_MAX,
    FACT_MAX,
    FACTS,
    PHOTOS_MAX,
    Incident,
    counts_of,
    incident_by_id,
    level_of,
)
from models.text import Part, button, content, text, when

SOURCES = ("scene", "hospital", "police", "fire_brigade", "town", "family")
ASKED = ("unit", "course", "measures", "trend", "commander", "requests", "cause")


def incident_of(ctx: Context, meta: dict[str, Any]) -> Incident:
    """The incident that the form is about. Error: incident-unknown."""
    return incident_by_id(ctx.session, by=ctx.by, incident_id=int(meta["incident"]), now=ctx.now)


def _intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    return [headline(incident_of(ctx, meta))]


def _see(incident: Incident) -> list[list[dict[str, Any]]]:
    return [[button(text("button-see"), f"a:isee:{short(incident.id)}")]]


def _words(most: int, ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=most)
    return Answer(said, said)


def _photos(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("photos", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)


def _loss(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Yuan. Errors: loss-unclear, loss-too-much."""
    yuan = read_loss(words_only(inbound, most=40))
    return Answer(yuan, loss_words(yuan))


def _moment(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A time of day, today's or the last that was; with a day before it, of that day. Error: moment-unclear."""
    at = read_moment(words_only(inbound, most=40), now=ctx.now, policy=ctx.policy)
    return Answer(at.isoformat(), when(at))


# 补充


def _what_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """What can be added; what was sent already can be handed in as it is."""
    names = [*ASKED, "casualties", "loss", "occurred", "photos", "place"]
    if any(value(answers, name) for name in ("photos", "place", "note")):
        names = ["done", *names]
    return [Choice(name, _what_label(name)) for name in names]


def _what_label(name: str) -> Part:
    return text(f"fact-{name}") if name in FACTS else text(f"add-{name}")


def _choose_what(ctx: Context, answers: Answers, picked: str) -> Answer:
    if picked == "casualties":
        raise Turn(CASUALTIES, {})
    return Answer(picked, _what_label(picked))


def _parse_what(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Words instead of a choice are the news themselves."""
    said = words_only(inbound, most=DESCRIPTION_MAX)
    return Answer("note", text("add-note"), {"note": Answer(said, said)})


def _is(name: str, answers: Answers) -> bool:
    return bool(value(answers, "what") == name)


def _is_fact(answers: Answers) -> bool:
    return value(answers, "what") in FACTS


def _add(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    incident = incident_of(ctx, meta)
    what, occurred = value(answers, "what"), value(answers, "occurred")
    loss = value(answers, "loss")
    if loss is not None:
        change_casualties(
            ctx.session,
            by=ctx.by,
            incident=incident,
            counts=Counts(loss=loss),
            source="",
            now=ctx.now,
            policy=ctx.policy,
        )
    else:
        add_to_incident(
            ctx.session,
            by=ctx.by,
            incident=incident,
            now=ctx.now,
            policy=ctx.policy,
            facts={what: value(answers, "fact")} if what in FACTS else {},
            note=value(answers, "note") or "",
            photo_ids=value(answers, "photos") or [],
            place=value(answers, "place"),
            occurred_at=datetime.fromisoformat(occurred) if occurred else None,
        )
    return content(text("incident-added", number=incident.number), buttons=_see(incident))


ADD = Form(
    "incident_add",
    1,
    (
        Step("what", "ask-add-what", _parse_what, _what_choices, choose=_choose_what),
        Step("fact", "ask-add-fact", partial(_words, FACT_MAX), when=_is_fact),
        Step("loss", "ask-add-loss", _loss, when=partial(_is, "loss")),
        Step("occurred", "ask-add-occurred", _moment, when=partial(_is, "occurred")),
        Step(
            "photos",
            "ask-add-photos",
            _photos,
            when=partial(_is, "photos"),
            many=PHOTOS_MAX,
            catches="photo",
        ),
        Step(
            "place",
            "ask-add-place",
            parse_place,
            when=partial(_is, "place"),
            hint="location",
            catches="location",
        ),
    ),
    _add,
    review=False,
    intro=_intro,
)


# 伤亡变化


def _casualty_intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    incident = incident_of(ctx, meta)
    return [headline(incident), text("incident-casualties", people=counts_line(counts_of(incident)))]


def _source_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(name, text(f"source-{name}")) for name in SOURCES]


def _parse_source(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Who says so. Errors: too-long, casualties-no-source (numbers once more)."""
    answer = _words(REASON_MAX, ctx, answers, inbound)
    if casualties_in(answer.value) is not None:
        raise UserError("casualties-no-source")
    return answer


def _choose_source(ctx: Context, answers: Answers, picked: str) -> Answer:
    said = ctx.say(text(f"source-{picked}"))
    return Answer(said, said)


def _casualties(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    incident = incident_of(ctx, meta)
    before = level_of(incident)
    counted = change_casualties(
        ctx.session,
        by=ctx.by,
        incident=incident,
        counts=counts_from(answers),
        source=value(answers, "source"),
        now=ctx.now,
        policy=ctx.policy,
    )
    lines: list[Part] = [
        text("casualties-done", number=incident.number, people=counts_line(counts_of(incident)))
    ]
    if not counted:
        lines = [text("casualties-too-late", number=incident.number, days=window_of(incident))]
    elif graver(level_of(incident), before):
        lines.append(text("casualties-risen", grade=text(f"grade-{level_of(incident)}")))
    return content(*lines, buttons=_see(incident))


CASUALTIES = Form(
    "incident_casualties",
    1,
    (
        *casualty_steps(),
        Step("source", "ask-source", _parse_source, _source_choices, choose=_choose_source),
    ),
    _casualties,
    review=False,
    intro=_casualty_intro,
)


# 报告里还缺的


def _asked(name: str, answers: Answers) -> bool:
    return name in (value(answers, "asked") or ())


def _fill(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    incident = incident_of(ctx, meta)
    facts = {name: value(answers, name) for name in ASKED if value(answers, name)}
    loss = value(answers, "loss")
    if facts:
        add_to_incident(
            ctx.session, by=ctx.by, incident=incident, now=ctx.now, policy=ctx.policy, facts=facts
        )
    if loss is not None:
        change_casualties(
            ctx.session,
            by=ctx.by,
            incident=incident,
            counts=Counts(loss=loss),
            source="",
            now=ctx.now,
            policy=ctx.policy,
        )
    key = "incident-added" if facts or loss is not None else "incident-nothing-added"
    rows = [[button(text("button-report-text"), f"a:itext:{short(incident.id)}")], *_see(incident)]
    return content(text(key, number=incident.number), buttons=rows)


FILL = Form(
    "incident_facts",
    1,
    (
        *(
            Step(name, ask, partial(_words, FACT_MAX), when=partial(_asked, name), optional=True)
            for name, ask in (
                ("unit", "ask-fact-unit"),
                ("course", "ask-fact-course"),
                ("measures", "ask-fact-measures"),
                ("trend", "ask-fact-trend"),
                ("commander", "ask-fact-commander"),
                ("requests", "ask-fact-requests"),
                ("cause", "ask-fact-cause"),
            )
        ),
        Step("loss", "ask-add-loss", _loss, when=partial(_asked, "loss"), optional=True),
    ),
    _fill,
    intro=_intro,
)


# 提级, 误报, 报送时间


def _level_choices(ctx: Context, answers: Answers) -> list[Choice]:
    lowest = value(answers, "grade") or GRADES[0]
    return [Choice(name, text(f"grade-{name}")) for name in GRADES if not graver(lowest, name)]


def _handle(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    incident = set_handling(
        ctx.session,
        by=ctx.by,
        incident=incident_of(ctx, meta),
        level=value(answers, "level"),
        reason=value(answers, "reason"),
        now=ctx.now,
        policy=ctx.policy,
    )
    grade = text(f"grade-{level_of(incident)}")
    return content(text("handling-done", number=incident.number, grade=grade), buttons=_see(incident))


HANDLING = Form(
    "incident_level",
    1,
    (
        Step("level", "ask-level", choices=_level_choices),
        Step("reason", "ask-level-reason", partial(_words, REASON_MAX)),
    ),
    _handle,
    review=False,
    intro=_intro,
)


def _false_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(name, text(f"false-{name}")) for name in ("untrue", "drill", "mistake")]


def _choose_false(ctx: Context, answers: Answers, picked: str) -> Answer:
    said = ctx.say(text(f"false-{picked}"))
    return Answer(said, said)


def _false(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    incident = close_false(
        ctx.session,
        by=ctx.by,
        incident=incident_of(ctx, meta),
        reason=value(answers, "reason"),
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("false-done", number=incident.number), buttons=_see(incident))


FALSE = Form(
    "incident_false",
    1,
    (
        Step(
            "reason",
            "ask-false-reason",
            partial(_words, REASON_MAX),
            _false_choices,
            wide=True,
            choose=_choose_false,
        ),
    ),
    _false,
    review=False,
    intro=_intro,
)


def _clock_time(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    at = datetime.fromisoformat(value(answers, "at"))
    clock = correct_time(ctx.session, by=ctx.by, clock_id=int(meta["clock"]), at=at, now=ctx.now)
    incident = incident_of(ctx, meta)
    settle(ctx.session, incident=incident, now=ctx.now, policy=ctx.policy)
    return content(text("clock-time-done"), clock_line(clock, ctx.now), buttons=_see(incident))


CLOCK_TIME = Form(
    "incident_clock",
    1,
    (Step("at", "ask-clock-time", _moment, numbered=False),),
    _clock_time,
    review=False,
    intro=_intro,
)

INCIDENT_FORMS = (ADD, CASUALTIES, FILL, HANDLING, FALSE, CLOCK_TIME)


def fill_answers(missing: list[str], incident: Incident) -> Answers:
    """What the form of gaps should ask for."""
    asked = [*missing, *(["loss"] if incident.loss is None else []), "requests"]
    return {"asked": {"v": asked, "s": ""}}

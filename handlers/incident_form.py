"""The first report of an incident (首报): what, where, to how many; all else may come with it or later."""

from contextlib import suppress
from functools import partial
from typing import Any

from handlers import words
from handlers.answers import areas, choose_area, clean, parse_photo, parse_place, words_only
from handlers.casualties import casualties_in, read_casualties, read_number, says_how_many_more
from handlers.context import Body, Context
from handlers.forms import Ambiguous, Answer, Answers, Choice, Elsewhere, Form, Step, Turn, value
from handlers.hazard_form import HAZARD
from handlers.inbound import Inbound
from handlers.incident_words import counts_answer, from_incident, kind_of, looks_like_an_incident
from handlers.intake import from_sentence
from models.base import UserError, short
from models.incident_flow import report_incident
from models.incident_grade import COUNT_MAX, PEOPLE, Counts
from models.incident_views import roll
from models.incidents import ADDRESS_MAX, DESCRIPTION_MAX, FACT_MAX, KINDS, PHOTOS_MAX, FirstReport
from models.places import AreaIndex
from models.text import Part, button, content, text

ONE_BY_ONE = ("dead", "severe", "light", "missing", "trapped")
TAPPED_MOST = 5  # the highest number that is a button; a higher one is typed
EACH = "each"


def _choose_which(ctx: Context, answers: Answers, picked: str) -> Answer:
    """An incident after all, or a hazard: then the words go on into that form."""
    if picked == "hazard":
        said = value(answers, "said") or ""
        known = from_sentence(ctx, said) if said else {}
        kept = {
            name: entry for name, entry in answers.items() if name in ("photos", "location", "description")
        }
        raise Turn(HAZARD, {**known, **kept})
    return Answer(picked, "", {"said": Answer(None, "")})  # it need not be asked or shown any more


def _parse_which(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Typed: that it is a hazard, or has happened, also by saying it again; other words are kept (Elsewhere)."""
    said = words_only(inbound, most=DESCRIPTION_MAX)
    which = words.which(said)
    if which == "hazard":
        return _choose_which(ctx, answers, "hazard")
    if which is None and not looks_like_an_incident(said):
        raise Elsewhere
    also = {"said": Answer(None, "")}
    if which is None:
        also["description"] = _with_more(answers, said)
    return Answer("incident", "", also)


def _which_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(name, text(f"incident-which-{name}")) for name in ("incident", "hazard")]


def _kind_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(name, text(f"incident-kind-{name}")) for name in KINDS]


def _parse_kind(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A typed kind, or words for one. More than that is kept as what happened."""
    said = words_only(inbound, most=DESCRIPTION_MAX)
    fitting = [name for name in KINDS if said.lower() in ctx.say(text(f"incident-kind-{name}")).lower()]
    if len(fitting) == 1:
        return Answer(fitting[0], text(f"incident-kind-{fitting[0]}"))
    kind = kind_of(said)
    if kind is None:
        raise UserError("form-choose")
    known = from_incident(ctx, said)
    also: dict[str, Answer] = {
        name: Answer(known[name]["v"], known[name]["s"])
        for name in ("area", "unit", "casualties")
        if name in known and name not in answers
    }
    also["description"] = _with_more(answers, said)
    return Answer(kind, text(f"incident-kind-{kind}"), also)


def own_area(ctx: Context) -> str | None:
    """The town or village this person belongs to."""
    codes = [ctx.home, *(grant.area for grant in ctx.by.grants)]
    return next((code for code in codes if code and len(code) >= 9), None)


def _area_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """The person's own town and village first, then the other towns."""
    index, own = areas(ctx), own_area(ctx) or ""
    codes = [own[:9], own[:12], *(spot.code for spot in index.spots if spot.level == "town")]
    known = [code for code in dict.fromkeys(codes) if code in index.by_code]
    return [Choice(code, index.path(code) if len(code) > 9 else index.name(code)) for code in known[:20]]


def _parse_where(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A shared location, degrees, a town or village, or any words for the spot: nothing is sent back for
    being unknown. Without a town it is the person's own, or the county."""
    index = areas(ctx)
    if inbound.kind == "location":
        return _area_of_point(ctx, answers, parse_place(ctx, answers, inbound))
    said = words_only(inbound, most=ADDRESS_MAX)
    if words.unsure(said):  # then it is the person's own town, or the county, as for words that name none
        code = _assumed(ctx, answers)
        return Answer(code, _path(index, code))
    with suppress(UserError):
        return _area_of_point(ctx, answers, parse_place(ctx, answers, inbound))
    clean(said.strip(" .。,，?？!！"), most=ADDRESS_MAX)  # something must be left of it
    spot, found = index.mentioned(said), index.find(said)
    if spot is None and len(found) > 1:
        raise Ambiguous([Choice(each.code, index.path(each.code)) for each in found], text("area-which"))
    spot = spot or (found[0] if found else None)
    code = spot.code if spot else _assumed(ctx, answers)
    named = {*spot.names, index.path(code)} if spot else set()
    also = {} if said in named else {"address": Answer(said, said)}
    return Answer(code, _path(index, code), also)


def _area_of_point(ctx: Context, answers: Answers, place: Answer) -> Answer:
    code = _assumed(ctx, answers)
    return Answer(code, _path(areas(ctx), code), {"location": place})


def _assumed(ctx: Context, answers: Answers) -> str:
    """Where no town is named: what was answered before, else the person's own town, else the county."""
    return str(value(answers, "area") or (own_area(ctx) or ctx.county)[:9])


def _path(index: AreaIndex, code: str) -> str:
    return index.path(code) or index.name(code)


def _casualty_choices(ctx: Context, answers: Answers) -> list[Choice]:
    names = ("none", "unknown", EACH)
    return [Choice(name, text(f"casualties-{name}")) for name in names]


def choose_casualties(ctx: Context, answers: Answers, picked: str) -> Answer:
    """Nobody, not known yet, or each kind asked for one by one."""
    if picked == EACH:
        return Answer(EACH, text("casualties-each"))
    counts = Counts(**dict.fromkeys(PEOPLE, 0)) if picked == "none" else Counts()
    return _counts(counts)


def _counts(counts: Counts) -> Answer:
    answer = counts_answer(counts)
    return Answer(answer["v"], answer["s"])


def parse_casualties(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A line such as "死1伤3困2". Errors: those of `read_casualties`."""
    return _counts(read_casualties(words_only(inbound, most=500)))


def _number_choices(ctx: Context, answers: Answers) -> list[Choice]:
    none = Choice("0", text("casualties-none"))
    # With a word behind it: typed "-1" would count as a label that says "1".
    numbers = [
        Choice(str(number), text("people-number", count=number)) for number in range(1, TAPPED_MOST + 1)
    ]
    return [none, *numbers, Choice("unknown", text("casualties-unknown"))]


def _choose_number(ctx: Context, answers: Answers, picked: str) -> Answer:
    return Answer(None, text("casualties-unknown")) if picked == "unknown" else Answer(int(picked), picked)


def _parse_number(name: str, ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A typed number, or the whole line after all. Errors: count-too-many, those of `read_casualties`."""
    said = words_only(inbound, most=500)
    number = read_number(said)
    if number is None:
        counts = read_casualties(said)
        return Answer(counts.people[name], str(counts.people[name] or 0), {"casualties": _counts(counts)})
    if number > COUNT_MAX:
        raise UserError("count-too-many", most=str(COUNT_MAX))
    return Answer(number, str(number))


def _one_by_one(name: str, answers: Answers) -> bool:
    return bool(value(answers, "casualties") == EACH)


def casualty_steps() -> tuple[Step, ...]:
    """The question of the casualties: a line, one tap, or each kind by taps."""
    ask = {
        "dead": "ask-dead",
        "severe": "ask-severe",
        "light": "ask-light",
        "missing": "ask-missing",
        "trapped": "ask-trapped",
    }
    return (
        Step(
            "casualties",
            "ask-casualties",
            parse_casualties,
            _casualty_choices,
            numbered=False,
            choose=choose_casualties,
        ),
        *(
            Step(
                name,
                ask[name],
                partial(_parse_number, name),
                _number_choices,
                when=partial(_one_by_one, name),
                numbered=False,
                choose=_choose_number,
            )
            for name in ONE_BY_ONE
        ),
    )


def counts_from(answers: Answers) -> Counts:
    """The numbers that were answered."""
    said = value(answers, "casualties")
    if said == EACH:
        return Counts(**{name: value(answers, name) for name in ONE_BY_ONE})
    return Counts(**(said or {}))


def _with_more(answers: Answers, said: str) -> Answer:
    """What happened, with this added to what was said of it before. Error: too-long."""
    before = value(answers, "description")
    whole = f"{before}\n{said}" if before else said
    return Answer(clean(whole, most=DESCRIPTION_MAX), whole)


def _parse_description(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """What happened; casualties that it names count at once. Errors: too-long, casualties-more."""
    said = words_only(inbound, most=DESCRIPTION_MAX)
    if says_how_many_more(said):
        raise UserError("casualties-more")
    described = _with_more(answers, said)
    named = casualties_in(said)
    if named is None:
        return described
    return Answer(
        described.value, described.shown, {"casualties": _counts(counts_from(answers).replaced_by(named))}
    )


def _parse_words(most: int, ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=most)
    return Answer(said, said)


def _photos(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("photos", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)


def _given(name: str, answers: Answers) -> bool:
    return name in answers


STEPS = (
    Step(
        "which",
        "ask-incident-which",
        _parse_which,
        _which_choices,
        when=lambda answers: bool(value(answers, "said")),
        wide=True,
        choose=_choose_which,
    ),
    Step("kind", "ask-incident-kind", _parse_kind, _kind_choices),
    Step(
        "area",
        "ask-incident-area",
        _parse_where,
        _area_choices,
        hint="location",
        catches="location",
        choose=choose_area,
    ),
    *casualty_steps(),
    Step(
        "unit",
        "ask-incident-unit",
        partial(_parse_words, FACT_MAX),
        when=partial(_given, "unit"),
        optional=True,
    ),
    Step(
        "address",
        "ask-incident-address",
        partial(_parse_words, ADDRESS_MAX),
        when=partial(_given, "address"),
        optional=True,
    ),
    Step(
        "description",
        "ask-incident-description",
        _parse_description,
        when=partial(_given, "description"),
        optional=True,
    ),
    Step(
        "photos",
        "ask-incident-photos",
        _photos,
        when=partial(_given, "photos"),
        optional=True,
        many=PHOTOS_MAX,
        catches="photo",
    ),
    Step("location", "ask-incident-location", parse_place, when=partial(_given, "location"), optional=True),
)


def report_of(answers: Answers) -> FirstReport:
    """The answers as a first report."""
    place: dict[str, Any] = value(answers, "location") or {}
    return FirstReport(
        kind=value(answers, "kind"),
        area=value(answers, "area"),
        counts=counts_from(answers),
        address=value(answers, "address") or "",
        description=value(answers, "description") or "",
        unit=value(answers, "unit") or "",
        photo_ids=value(answers, "photos") or [],
        lat=place.get("lat"),
        lon=place.get("lon"),
        accuracy=place.get("accuracy"),
        datum=place.get("datum", ""),
        place_source=place.get("source", ""),
    )


def _submit(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    """Alarm at once; tell the number, and how many were called on."""
    incident = report_incident(
        ctx.session, by=ctx.by, report=report_of(answers), now=ctx.now, policy=ctx.policy
    )
    called = roll(ctx.session, incident)
    reachable = sum(each.has_chat for each in called)
    lines: list[Part] = [text("incident-thanks", number=incident.number)]
    lines.append(text("incident-called", count=reachable) if reachable else text("incident-nobody-called"))
    lines.append(text("incident-safety"))
    key = short(incident.id)
    rows = [
        [button(text("button-casualties"), f"a:icas:{key}"), button(text("button-add"), f"a:iadd:{key}")],
        [button(text("button-see"), f"a:isee:{key}")],
    ]
    return content(*lines, buttons=rows)


INCIDENT = Form("incident", 1, STEPS, _submit, words="description")

"""The hazard report: its questions, its review, and what submitting it does."""

from functools import partial
from typing import Any

from handlers import words
from handlers.answers import areas, choose_area, parse_area, parse_photo, parse_place, words_only
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from handlers.intake import from_sentence, kind_of, sector_of
from models.base import UserError, short
from models.duplicates import likely_duplicates
from models.geo import Point
from models.hazard_comments import follow_hazard
from models.hazard_flow import correct_report, submit_report
from models.hazard_reports import HazardReport
from models.hazard_sight import full_number, hazard_by_id
from models.hazard_states import OPEN
from models.hazards import ADDRESS_MAX, DESCRIPTION_MAX, PHOTOS_MAX, Hazard, attached_ids
from models.people import INSPECTOR
from models.sectors import KINDS, SECTORS
from models.text import Part, button, content, day, text
from models.units import NAME_MAX, Unit, find_units, units_in

NO_PHOTO = "none"
_OTHER = "other"
_SAME = ("same", "same_place")


def _area_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """The person's own village and town first, then the other towns."""
    index = areas(ctx)
    own = [grant.area for grant in ctx.by.grants if grant.area] + ([ctx.home] if ctx.home else [])
    codes: list[str] = []
    for code in own:
        codes += [code[:length] for length in (len(code), 12, 9) if 9 <= length <= len(code)]
    codes += [spot.code for spot in index.spots if spot.level == "town"]
    return [
        Choice(code, index.path(code) if len(code) > 9 else index.name(code))
        for code in dict.fromkeys(codes)
        if code in index.by_code
    ][:20]


def _parse_area(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A place, or a whole sentence that names one: then all that it tells is taken. Errors: those of `parse_area`."""
    try:
        return parse_area(ctx, answers, inbound)
    except UserError:
        known = from_sentence(ctx, inbound.text) if inbound.kind == "text" else {}
        if "area" not in known:
            raise
    also = {name: Answer(**_answer(entry)) for name, entry in known.items() if name not in (*answers, "area")}
    return Answer(**_answer(known["area"]), also=also)


def _answer(entry: dict[str, Any]) -> dict[str, Any]:
    return {"value": entry["v"], "shown": entry["s"]}


def _parse_address(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """The spot in words; a village of the chosen town named in it makes the place more exact."""
    said = words_only(inbound, most=ADDRESS_MAX)
    index, code = areas(ctx), value(answers, "area")
    found = index.mentioned(index.name(code) + said) if code else None
    if found is not None and found.code != code and found.code.startswith(code):
        return Answer(said, said, {"area": Answer(found.code, index.path(found.code))})
    return Answer(said, said)


def _unit_choices(ctx: Context, answers: Answers) -> list[Choice]:
    known = units_in(ctx.session, county=ctx.county, area=value(answers, "area"), limit=6)
    return [Choice(str(unit.id), unit.name) for unit in known]


def _choose_unit(ctx: Context, answers: Answers, picked: str) -> Answer:
    unit = ctx.session.get(Unit, (ctx.county, int(picked)))
    if unit is None:
        raise UserError("form-old-button")
    also = {}
    if unit.sector in SECTORS and "sector" not in answers:
        also["sector"] = Answer(unit.sector, text(f"sector-{unit.sector}"))
    return Answer({"id": unit.id, "name": unit.name}, unit.name, also)


def _parse_unit(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A typed unit: the known one of that very name, else a new one by that name."""
    said = words_only(inbound, most=NAME_MAX)
    for unit in find_units(ctx.session, county=ctx.county, typed=said, area=value(answers, "area")):
        if unit.name == said:
            return _choose_unit(ctx, answers, str(unit.id))
    return Answer({"id": None, "name": said}, said)


def _same_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """What may be the same, to be followed instead; and that it is none of these."""
    found = _likely(ctx, answers)
    return [*(_same_choice(ctx, each) for each in found), Choice(_OTHER, text("same-none"))] if found else []


def _likely(ctx: Context, answers: Answers) -> list[Hazard]:
    """Open hazards that may be the same: of the unit, or of the sector close to the place that was sent."""
    unit, place = value(answers, "unit") or {}, value(answers, "location") or {}
    point = Point(place["lat"], place["lon"], place["datum"]) if place else None
    known_apart = "corrects" in answers or value(answers, "covert") == "yes"
    if known_apart or (unit.get("id") is None and point is None):
        return []
    if any(answers.get(step, {}).get("v") == _OTHER for step in _SAME):
        return []
    return likely_duplicates(
        ctx.session,
        by=ctx.by,
        area=value(answers, "area"),
        unit_id=unit.get("id"),
        sector=value(answers, "sector"),
        place=point,
        policy=ctx.policy,
    )


def _parse_same(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Typed: yes, no, or the number of the one that it is. Errors: form-choose."""
    said = words_only(inbound, most=30)
    if words.same(said) == "no":
        return Answer(_OTHER, text("same-none"))
    found = _likely(ctx, answers)
    number = full_number(said, year=ctx.policy.local(ctx.now).year)
    meant = [hazard for hazard in found if hazard.number == number]
    if words.same(said) == "yes" and len(found) == 1:
        meant = found
    if not meant:
        raise UserError("form-choose")
    choice = _same_choice(ctx, meant[0])
    return Answer(choice.value, choice.label)


def _same_choice(ctx: Context, hazard: Hazard) -> Choice:
    at = day(ctx.policy.local(hazard.reported_at).date())
    line = text("duplicate-line", number=hazard.number, at=at, what=hazard.description[:24])
    return Choice(str(hazard.id), text("same-follow", hazard=line))


def _follows(got: Answers) -> int | None:
    """The hazard that the person follows instead of reporting it again."""
    for name in _SAME:
        chosen = value(got, name)
        if chosen and chosen != _OTHER:
            return int(chosen)
    return None


def _reports(got: Answers) -> bool:
    return _follows(got) is None


def _list(prefix: str, names: tuple[str, ...]) -> list[Choice]:
    return [Choice(name, text(f"{prefix}-{name}")) for name in names]


_BY_WORDS = {"sector": sector_of, "kind": kind_of}  # "煤气罐" is gas


def _parse_listed(
    prefix: str, names: tuple[str, ...], ctx: Context, answers: Answers, inbound: Inbound
) -> Answer:
    """A typed choice that is part of just one label."""
    said = words_only(inbound, most=40).lower()
    fitting = [name for name in names if said in ctx.say(text(f"{prefix}-{name}")).lower()]
    if not fitting and (named := _BY_WORDS[prefix](said)):
        fitting = [named]
    if len(fitting) != 1:
        raise UserError("form-choose")
    return Answer(fitting[0], text(f"{prefix}-{fitting[0]}"))


def _parse_description(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=DESCRIPTION_MAX)
    return Answer(said, said)


def _parse_reason(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=200)
    return Answer(said, said)


def _photos(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("photos", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)


def _after_photos(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("after_photos", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)


def _no_photo_choice(ctx: Context, answers: Answers) -> list[Choice]:
    return [] if value(answers, "photos") else [Choice(NO_PHOTO, text("choice-no-photo"))]


def _choose_no_photo(ctx: Context, answers: Answers, picked: str) -> Answer:
    return Answer([], text("choice-no-photo"))


STEPS = (
    Step("area", "ask-area", _parse_area, _area_choices, choose=choose_area),
    Step("address", "ask-address", _parse_address, optional=True),
    Step("unit", "ask-unit", _parse_unit, _unit_choices, optional=True, wide=True, choose=_choose_unit),
    Step(
        "sector",
        "ask-sector",
        partial(_parse_listed, "sector", SECTORS),
        lambda ctx, got: _list("sector", SECTORS),
    ),
    Step("same", "ask-same", _parse_same, _same_choices, auto=True, wide=True),
    Step(
        "kind",
        "ask-kind",
        partial(_parse_listed, "kind", KINDS),
        lambda ctx, got: _list("kind", KINDS),
        when=_reports,
    ),
    Step("description", "ask-description", _parse_description),
    Step(
        "photos",
        "ask-photos",
        _photos,
        _no_photo_choice,
        many=PHOTOS_MAX,
        catches="photo",
        wide=True,
        choose=_choose_no_photo,
    ),
    Step(
        "no_photo_reason",
        "ask-no-photo-reason",
        _parse_reason,
        when=lambda got: value(got, "photos") == [] and _reports(got),
    ),
    Step(
        "location",
        "ask-location",
        parse_place,
        optional=True,
        hint="location",
        catches="location",
        when=lambda got: value(got, "same") in (None, _OTHER),
    ),
    Step(
        "same_place",
        "ask-same",
        _parse_same,
        _same_choices,
        when=lambda got: value(got, "same") is None,
        auto=True,
        wide=True,
    ),
    Step(
        "spot_fixed", "ask-spot-fixed", choices=lambda ctx, got: _list("spot", ("no", "yes")), when=_reports
    ),
    Step(
        "after_photos",
        "ask-after-photos",
        _after_photos,
        many=PHOTOS_MAX,
        catches="photo",
        when=lambda got: value(got, "spot_fixed") == "yes" and _reports(got),
    ),
    Step(
        "suspected",
        "ask-suspected",
        choices=lambda ctx, got: _list("suspected", ("general", "major", "unsure")),
        when=_reports,
    ),
    Step(
        "covert",
        "ask-covert",
        choices=lambda ctx, got: _list("covert", ("yes", "no")),
        when=lambda got: "covert" in got and _reports(got),
    ),
)


def report_of(answers: Answers) -> HazardReport:
    """The answers as a report."""
    unit: dict[str, Any] = value(answers, "unit") or {}
    place: dict[str, Any] = value(answers, "location") or {}
    photos = value(answers, "photos") or []
    spot_fixed = value(answers, "spot_fixed") == "yes"
    return HazardReport(
        area=value(answers, "area"),
        sector=value(answers, "sector"),
        kind=value(answers, "kind"),
        description=value(answers, "description"),
        address=value(answers, "address") or "",
        unit_id=unit.get("id"),
        unit_name=unit.get("name", ""),
        photo_ids=photos,
        no_photo_reason="" if photos else (value(answers, "no_photo_reason") or ""),
        lat=place.get("lat"),
        lon=place.get("lon"),
        accuracy=place.get("accuracy"),
        datum=place.get("datum", ""),
        place_source=place.get("source", ""),
        spot_fixed=spot_fixed,
        suspected_major=value(answers, "suspected") == "major",
        after_photo_ids=(value(answers, "after_photos") or []) if spot_fixed else [],
        covert=value(answers, "covert") == "yes",
    )


def _submit(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    """Store it (or the correction of it, or that the person follows another one) and tell the number."""
    followed = _follows(answers)
    if followed is not None and not meta.get("corrects"):
        return _follow(ctx, answers, followed)
    report = report_of(answers)
    if meta.get("corrects"):
        hazard = hazard_by_id(ctx.session, by=ctx.by, hazard_id=int(meta["corrects"]))
        hazard = correct_report(
            ctx.session, by=ctx.by, hazard=hazard, report=report, now=ctx.now, policy=ctx.policy
        )
        return content(text("report-corrected", number=hazard.number), buttons=_after(hazard))
    hazard = submit_report(ctx.session, by=ctx.by, report=report, now=ctx.now, policy=ctx.policy)
    lines: list[Part] = [text("report-thanks", number=hazard.number)]
    if hazard.suspected_major:
        lines.append(text("report-alarmed"))
    minutes = int(ctx.policy.edit_window.total_seconds() // 60)
    lines.append(text("report-window", minutes=minutes))
    return content(*lines, buttons=_after(hazard))


def _follow(ctx: Context, answers: Answers, hazard_id: int) -> Body:
    """Somebody reported it before: the person follows that one, and what they saw is added to it."""
    hazard = ctx.session.get(Hazard, (ctx.county, hazard_id))
    if hazard is None:
        raise UserError("hazard-unknown")
    if hazard.state not in OPEN:
        raise UserError("follow-gone", number=hazard.number, state=text(f"state-{hazard.state}"))
    photos = value(answers, "photos") or []
    follow_hazard(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        said=value(answers, "description") or "",
        photo_ids=photos,
        now=ctx.now,
        policy=ctx.policy,
    )
    see = button(text("button-see"), f"a:see:{short(hazard.id)}")
    return content(text("follow-done", number=hazard.number), buttons=[[see]])


def start_answers(ctx: Context) -> Answers:
    """What a report begins with: a finding of the covert inspection team stays hidden, unless they say no."""
    if not ctx.by.has(INSPECTOR):
        return {}
    return {"covert": {"v": "yes", "s": text("covert-yes")}}


def _after(hazard: Hazard) -> list[list[dict[str, Any]]]:
    key = short(hazard.id)
    return [
        [
            button(text("button-correct"), f"a:correct:{key}"),
            button(text("button-withdraw"), f"a:withdraw:{key}"),
        ],
        [button(text("button-see"), f"a:see:{key}")],
    ]


def answers_of(ctx: Context, hazard: Hazard) -> Answers:
    """A stored hazard as the form's answers, to be corrected."""
    photo_ids = attached_ids(ctx.session, hazard)
    after_ids = attached_ids(ctx.session, hazard, "after")
    place = {
        "lat": hazard.lat,
        "lon": hazard.lon,
        "accuracy": hazard.accuracy,
        "datum": hazard.datum,
        "source": hazard.place_source,
    }
    unit = {"id": hazard.unit_id, "name": hazard.unit_name} if hazard.unit_name else None
    suspected = "major" if hazard.suspected_major else "general"
    spot = "yes" if hazard.spot_fixed else "no"
    answers: Answers = {
        "area": {"v": hazard.area, "s": areas(ctx).path(hazard.area)},
        "address": {"v": hazard.address or None, "s": hazard.address or text("none")},
        "unit": {"v": unit, "s": hazard.unit_name or text("none")},
        "sector": {"v": hazard.sector, "s": text(f"sector-{hazard.sector}")},
        "kind": {"v": hazard.kind, "s": text(f"kind-{hazard.kind}")},
        "description": {"v": hazard.description, "s": hazard.description},
        "photos": {"v": photo_ids, "s": text("photos-shown", count=len(photo_ids))},
        "location": {
            "v": place if hazard.lat is not None else None,
            "s": text("place-kept") if hazard.lat is not None else text("none"),
        },
        "spot_fixed": {"v": spot, "s": text(f"spot-{spot}")},
        "suspected": {"v": suspected, "s": text(f"suspected-{suspected}")},
    }
    answers["corrects"] = {"v": hazard.id, "s": ""}  # it is not held to be its own duplicate
    if hazard.spot_fixed:
        answers["after_photos"] = {"v": after_ids, "s": text("photos-shown", count=len(after_ids))}
    if not photo_ids:
        answers["no_photo_reason"] = {"v": hazard.no_photo_reason, "s": hazard.no_photo_reason}
    return answers


HAZARD = Form("hazard", 2, STEPS, _submit, caption="description")

"""Incidents in the chat: reporting one by a word or a sentence, the lists, one by its number."""

import re
from datetime import timedelta

from handlers import incident_actions as actions
from handlers import words as typed
from handlers.casualties import words
from handlers.context import Context
from handlers.conversations import open_form
from handlers.forms import Answers
from handlers.incident_form import INCIDENT
from handlers.incident_forms import ADD
from handlers.incident_words import from_incident, looks_like_an_incident, surely_an_incident
from models.base import UserError, short, unshort
from models.drafts import active_draft
from models.incident_views import counts_line, headline, where_line
from models.incidents import Incident, counts_of, incident_by_number, incidents_for, is_number
from models.text import Part, button, content, text, when

PAGE = 5
_JUST_NOW = timedelta(minutes=10)
_DIGITS = re.compile(r"[\s-]*(?:\d{4}-)?\d{1,6}", re.ASCII)


def incident(ctx: Context, rest: str) -> None:
    """突发: start a first report, with the words behind the command, or what was sent just before it."""
    answers = from_incident(ctx, rest) if rest.strip() else _sent_before(ctx)
    open_form(ctx, INCIDENT, answers=answers)


def _sent_before(ctx: Context) -> Answers:
    """The photo, place or sentence out of the blue that just started a hazard report, nothing of it answered."""
    chat = {"channel": ctx.inbound.channel, "address": ctx.inbound.address}
    draft = active_draft(ctx.session, county=ctx.county, **chat)
    if draft is None or draft.form != "hazard" or draft.state["seq"] > 1:
        return {}
    if ctx.now - draft.created_at > _JUST_NOW:
        return {}
    kept = {name: entry for name, entry in draft.state["answers"].items() if name in ("photos", "location")}
    said = draft.state["answers"].get("description")
    return {**(from_incident(ctx, said["v"]) if said else {}), **kept}


def offered(ctx: Context) -> bool:
    """A sentence out of the blue that tells of an incident opens its report: whether it is one is asked first,
    by one tap, unless it begins by saying so. False: it is no such sentence."""
    said = ctx.inbound.text.strip()
    if ctx.inbound.kind not in ("text", "photo") or not said or not looks_like_an_incident(said):
        return False
    answers = from_incident(ctx, said)
    for step in INCIDENT.steps:
        if step.catches == ctx.inbound.kind and step.parse is not None:
            answer = step.parse(ctx, answers, ctx.inbound)
            answers[step.name] = {"v": answer.value, "s": answer.shown}
    if not surely_an_incident(said):
        answers["said"] = {"v": said, "s": ""}
    open_form(ctx, INCIDENT, answers=answers)
    return True


def by_number(ctx: Context, said: str) -> bool:
    """A typed number shows that incident; false if it is no incident's number. Error: incident-unknown."""
    number, year = said.strip(), ctx.policy.local(ctx.now).year
    for before in words()["number"]["before"]:
        if number.lower().startswith(before) and _DIGITS.fullmatch(number[len(before) :]):
            number = f"TF{number[len(before) :].strip(' -')}"
    if not is_number(number):
        return False
    actions.show(ctx, incident_by_number(ctx.session, by=ctx.by, number=number, year=year, now=ctx.now))
    return True


_ACTIONS = {
    "ifinal": actions.final,
    "ifalse": actions.false,
    "icas": actions.casualties,
    "itext": actions.report_text,
    "ilevel": actions.level,
}


def asked(ctx: Context, said: str) -> bool:
    """终报, 误报, 伤亡变化, typed: of the only open incident this person sees, or which of them; false if none."""
    plain = typed.plain(said)
    verb = next((verb for verb, listed in words()["asked"].items() if plain in listed), None)
    found = incidents_for(ctx.session, by=ctx.by, now=ctx.now, limit=PAGE) if verb else []
    if verb is None or not found:
        return False
    if len(found) == 1:
        _ACTIONS[verb](ctx, [short(found[0].id)])
        return True
    rows = [[button(each.number, f"a:{verb}:{short(each.id)}")] for each in found]
    ctx.reply(content(text("incident-which-one"), *[headline(each) for each in found], buttons=rows))
    return True


def incidents(ctx: Context, rest: str) -> None:
    """突发台账: those that are open, then the latest of all."""
    _page(ctx, only_open=True, after=None)


def page(ctx: Context, args: list[str]) -> None:
    """A further page: `ilist:<open or all>:<id after which it goes on>`."""
    try:
        after = unshort(args[1]) if len(args) > 1 else None
        only_open = {"open": True, "all": False}[args[0]]
    except (ValueError, KeyError, IndexError):
        raise UserError("form-old-button") from None
    _page(ctx, only_open=only_open, after=after)


def _page(ctx: Context, *, only_open: bool, after: int | None) -> None:
    found = incidents_for(
        ctx.session, by=ctx.by, now=ctx.now, limit=PAGE + 1, only_open=only_open, after=after
    )
    which = "open" if only_open else "all"
    lines: list[Part] = [text(f"incidents-{which}-head" if found else f"incidents-{which}-none")]
    for each in found[:PAGE]:
        lines += _lines(ctx, each)
    sees = [button(each.number, f"a:isee:{short(each.id)}") for each in found[:PAGE]]
    rows = [sees[at : at + 2] for at in range(0, len(sees), 2)]
    if len(found) > PAGE:
        rows.append([button(text("button-more"), f"a:ilist:{which}:{short(found[PAGE - 1].id)}")])
    if only_open and after is None:
        rows.append(
            [
                button(text("button-all-incidents"), "a:ilist:all"),
                button(text("menu-incident"), "c:incident"),
            ]
        )
    ctx.reply(content(*lines, buttons=rows))


def _lines(ctx: Context, each: Incident) -> list[Part]:
    where = where_line(ctx.session, each)
    people = text("incident-casualties", people=counts_line(counts_of(each)))
    return [headline(each), where, people, text("incident-at", at=when(each.occurred_at))]


def add(ctx: Context, rest: str) -> None:
    """补充: to the one open incident this person may add to; of several they choose. Error: nothing-to-add-to."""
    found = incidents_for(ctx.session, by=ctx.by, now=ctx.now, limit=PAGE)
    if not found:
        raise UserError("nothing-to-add-to")
    if len(found) == 1:
        answers: Answers = {}
        if rest.strip():
            answers = {"what": {"v": "note", "s": ""}, "note": {"v": rest.strip(), "s": rest.strip()}}
        open_form(ctx, ADD, answers=answers, meta={"incident": found[0].id})
        return
    rows = [[button(each.number, f"a:iadd:{short(each.id)}")] for each in found]
    ctx.reply(content(text("add-to-which"), *[headline(each) for each in found], buttons=rows))

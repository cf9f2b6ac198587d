"""One-tap work on incidents: see, mark a clock, the report's text, merge, close, and what opens a form."""

from typing import Any

from handlers.context import Context, id_of, in_private
from handlers.conversations import open_form
from handlers.incident_forms import ADD, CASUALTIES, CLOCK_TIME, FALSE, FILL, HANDLING, fill_answers
from models.audit import Event, events_of
from models.base import short
from models.incident_clocks import IncidentClock, clock_by_id, clocks_of, mark_done
from models.incident_end import finish, merge_incidents, unfinished
from models.incident_grade import PEOPLE, Counts
from models.incident_merge import similar_to
from models.incident_notices import settle
from models.incident_numbers import no_change
from models.incident_report import FINAL, STAGES, make_report, missing_facts, report_lines, versions_of
from models.incident_views import (
    Rows,
    adding_buttons,
    answered_lines,
    clock_line,
    counts_line,
    facts_lines,
    headline,
    leading_buttons,
    roll,
    roll_lines,
)
from models.incidents import (
    FACTS,
    MERGED,
    OFFICE,
    OPEN,
    Incident,
    incident_by_id,
    may_lead,
    need,
    need_open,
    scene_photos,
)
from models.text import Part, button, content, series, text, when

EVENTS_SHOWN = 12
_QUIET = ("clock_reminded",)


def incident_of(ctx: Context, args: list[str], place: int = 0) -> Incident:
    """The incident that a button names. Errors: form-old-button, incident-unknown."""
    return incident_by_id(ctx.session, by=ctx.by, incident_id=id_of(args, place), now=ctx.now)


def see(ctx: Context, args: list[str]) -> None:
    """Show an incident in full."""
    in_private(ctx)
    show(ctx, incident_of(ctx, args))


def show(ctx: Context, incident: Incident) -> None:
    """An incident with its facts, clocks, who has answered, its history, and what this person may do."""
    session = ctx.session
    leads = may_lead(session, by=ctx.by, now=ctx.now)
    clocks, called = clocks_of(session, incident=incident), roll(session, incident)
    lines: list[Part] = [headline(incident), *facts_lines(session, incident)]
    lines += [
        text("incident-fact", name=text(f"fact-{name}"), said=said)
        for name in FACTS
        if (said := incident.facts.get(name))
    ]
    lines += [clock_line(each, ctx.now) for each in clocks if leads]
    lines += [*roll_lines(called), *answered_lines(called)]
    lines += [text("incident-history"), *_history(ctx, incident, leads)]
    offered = _rows(ctx, incident, clocks) if leads else adding_buttons(incident)
    rows = [[each for each in row if not each["d"].startswith("a:isee:")] for row in offered]
    photos = scene_photos(session, incident)[:10]
    ctx.reply(content(*lines, buttons=[row for row in rows if row], photos=photos))


def _rows(ctx: Context, incident: Incident, clocks: list[IncidentClock]) -> Rows:
    rows = leading_buttons(incident, clocks)
    key = short(incident.id)
    if incident.state == OPEN and ctx.by.has(*OFFICE):
        rows += [
            [
                button(text("button-level"), f"a:ilevel:{key}"),
                button(text("button-false"), f"a:ifalse:{key}"),
                button(text("button-final"), f"a:ifinal:{key}"),
            ]
        ]
        rows += [
            [button(text("button-merge", number=other.number), f"a:imerge:{key}:{short(other.id)}")]
            for other in similar_to(ctx.session, incident=incident, policy=ctx.policy)
        ]
    elif incident.state not in (OPEN, MERGED):
        rows.append([button(text("button-casualties"), f"a:icas:{key}")])
    return rows


def _history(ctx: Context, incident: Incident, leads: bool) -> list[Part]:
    """The last events; the clocks' are the leading ones' business."""
    events = events_of(ctx.session, county=ctx.county, subject="incident", subject_id=incident.id)
    shown = [event for event in events if event.action not in _QUIET]
    shown = [event for event in shown if leads or not event.action.startswith("clock_")][-EVENTS_SHOWN:]
    return [
        text(
            "history-line",
            at=when(event.at),
            name=event.actor_name if event.actor_id else text("system-name"),
            action=text(f"incident-did-{event.action}"),
            reason=_detail(event),
        )
        for event in shown
    ]


def _detail(event: Event) -> Part:
    """What an event of the history says beside its name."""
    if event.action in ("casualties", "casualties_late"):
        counts = Counts(**{name: event.after.get(name) for name in (*PEOPLE, "loss")})
        return text("history-casualties", people=counts_line(counts), source=event.reason or text("none"))
    if event.action.startswith("clock_"):
        done = text(f"clock-{event.after['means']}", to=text(f"clock-to-{event.after['to']}"))
        late = event.after.get("late_minutes")
        return text("history-late", what=done, minutes=late) if late else done
    return event.reason


def done(ctx: Context, args: list[str]) -> None:
    """已电话报告, 已书面报送: by whom and when; a second tap says who did it."""
    clock, new = mark_done(ctx.session, by=ctx.by, clock_id=id_of(args), now=ctx.now, policy=ctx.policy)
    incident = ctx.session.get_one(Incident, (ctx.county, clock.incident_id))
    if new:
        settle(ctx.session, incident=incident, now=ctx.now, policy=ctx.policy)
    line = clock_line(clock, ctx.now)
    ctx.toast = text("clock-marked") if new else text("clock-marked-before")
    if ctx.inbound.group is None:
        wrong = button(text("button-clock-time"), f"a:itime:{short(clock.id)}")
        see_ = button(text("button-see"), f"a:isee:{short(incident.id)}")
        ctx.reply(content(ctx.toast, line, buttons=[[wrong, see_]]))


def time(ctx: Context, args: list[str]) -> None:
    """时间不对: when it was really done."""
    in_private(ctx)
    clock, incident = clock_by_id(ctx.session, by=ctx.by, clock_id=id_of(args), now=ctx.now)
    open_form(ctx, CLOCK_TIME, meta={"incident": incident.id, "clock": clock.id})


def add(ctx: Context, args: list[str]) -> None:
    """补充."""
    in_private(ctx)
    incident = incident_of(ctx, args)
    need_open(incident)
    open_form(ctx, ADD, meta={"incident": incident.id})


def casualties(ctx: Context, args: list[str]) -> None:
    """伤亡变化."""
    in_private(ctx)
    open_form(ctx, CASUALTIES, meta={"incident": incident_of(ctx, args).id})


def fill(ctx: Context, args: list[str]) -> None:
    """补齐缺项: what the report upward does not say yet."""
    in_private(ctx)
    incident = incident_of(ctx, args)
    need_open(incident)
    answers = fill_answers(missing_facts(incident), incident)
    open_form(ctx, FILL, answers=answers, meta={"incident": incident.id})


def level(ctx: Context, args: list[str]) -> None:
    """提级处置: the office's, with a reason."""
    in_private(ctx)
    incident = incident_of(ctx, args)
    need(ctx.by.has(*OFFICE))
    need_open(incident)
    answers = {"grade": {"v": incident.grade, "s": ""}}
    open_form(ctx, HANDLING, answers=answers, meta={"incident": incident.id})


def false(ctx: Context, args: list[str]) -> None:
    """误报: the office's, with a reason."""
    in_private(ctx)
    incident = incident_of(ctx, args)
    need(ctx.by.has(*OFFICE))
    need_open(incident)
    open_form(ctx, FALSE, meta={"incident": incident.id})


def report_text(ctx: Context, args: list[str]) -> None:
    """报告文本: what it lacks and what can be done with it; then the text alone, to be copied."""
    in_private(ctx)
    incident = incident_of(ctx, args)
    stage = args[1] if len(args) > 1 else STAGES[0]
    version = make_report(
        ctx.session, by=ctx.by, incident=incident, stage=stage, now=ctx.now, policy=ctx.policy
    )
    kept = len(versions_of(ctx.session, incident=incident))
    lines: list[Part] = [
        text("report-text-head", stage=text(f"stage-{stage}"), version=version.version, kept=kept)
    ]
    key, missing = short(incident.id), missing_facts(incident)
    rows: Rows = []
    if missing and incident.state == OPEN:
        lines.append(text("report-text-missing", names=series(text(f"fact-{name}") for name in missing)))
        rows.append([button(text("button-fill"), f"a:ifacts:{key}")])
    rows.append(_other_stages(key, version.stage))
    written = [each for each in clocks_of(ctx.session, incident=incident) if each.means != "phone"]
    marks = leading_buttons(incident, written)[:-2] if incident.state == OPEN else []
    ctx.reply(content(*lines, text("report-text-copy"), buttons=[*marks, *rows]))
    ctx.reply(content(*version.lines))


def _other_stages(key: str, shown: str) -> list[dict[str, Any]]:
    return [
        button(text(f"button-stage-{stage}"), f"a:itext:{key}:{stage}")
        for stage in STAGES
        if stage not in (shown, FINAL)
    ]


def final(ctx: Context, args: list[str]) -> None:
    """终报: its text, which the second tap makes final; or what still stands against it."""
    in_private(ctx)
    incident = incident_of(ctx, args)
    need(ctx.by.has(*OFFICE))
    if len(args) > 1:
        incident = finish(ctx.session, by=ctx.by, incident=incident, now=ctx.now, policy=ctx.policy)
        ctx.reply(content(text("final-done", number=incident.number), buttons=_see(incident)))
        return
    need_open(incident)
    key = short(incident.id)
    rows: Rows
    if against := unfinished(ctx.session, incident):
        said: list[Part] = [headline(incident), *(text(each.key, **each.params) for each in against)]
        rows = [[button(text("button-casualties"), f"a:icas:{key}"), *_see(incident)[0]]]
    else:
        ctx.reply(
            content(
                *report_lines(ctx.session, incident=incident, stage=FINAL, now=ctx.now, policy=ctx.policy)
            )
        )
        said = [text("final-ask", number=incident.number)]
        rows = [[button(text("button-final-yes"), f"a:ifinal:{key}:yes")]]
    if "cause" not in incident.facts or missing_facts(incident):
        rows.append(
            [button(text("button-fill"), f"a:ifacts:{key}"), button(text("button-add"), f"a:iadd:{key}")]
        )
    ctx.reply(content(*said, buttons=rows))


def _see(incident: Incident) -> list[list[dict[str, Any]]]:
    return [[button(text("button-see"), f"a:isee:{short(incident.id)}")]]


def merge(ctx: Context, args: list[str]) -> None:
    """合并: which two, and which stays; the second tap does it."""
    in_private(ctx)
    one, other = incident_of(ctx, args), incident_of(ctx, args, 1)
    need(ctx.by.has(*OFFICE))
    if len(args) > 2:
        kept, gone = merge_incidents(
            ctx.session, by=ctx.by, one=one, other=other, now=ctx.now, policy=ctx.policy
        )
        ctx.reply(content(text("merge-done", number=gone.number, kept=kept.number), buttons=_see(kept)))
        return
    need_open(one)
    need_open(other)
    kept, gone = sorted((one, other), key=lambda each: (each.reported_at, each.id))
    lines: list[Part] = [text("merge-ask", number=gone.number, kept=kept.number)]
    for each in (kept, gone):
        lines += [headline(each), *facts_lines(ctx.session, each)]
    yes = f"a:imerge:{short(one.id)}:{short(other.id)}:y"
    ctx.reply(content(*lines, buttons=[[button(text("button-merge-yes"), yes)]]))


def unchanged(ctx: Context, args: list[str]) -> None:
    """伤亡无变化: the answer to being asked."""
    incident = incident_of(ctx, args)
    new = no_change(ctx.session, by=ctx.by, incident=incident, now=ctx.now, policy=ctx.policy)
    key = "unchanged-done" if new else "unchanged-before"
    ctx.toast = text(key, number=incident.number)
    if ctx.inbound.group is None:
        ctx.reply(content(ctx.toast))

"""A shared-out roster before it is published: what it leaves open, what everyone has of it."""

from typing import Any

from handlers.context import Body, Context
from models.base import short
from models.duty import KeyPeriod, Post
from models.duty_notices import role_name
from models.people import Person
from models.rota import Tally
from models.rota_plan import RotaPlan
from models.rota_proposals import Proposed
from models.text import Part, button, content, series, text, when

OPEN_MOST, PEOPLE_MOST = 8, 30


def proposal_body(ctx: Context, done: Proposed) -> Body:
    """The preview with its buttons: publish, the table, ask again, give up."""
    period = ctx.session.get_one(KeyPeriod, (ctx.county, done.proposal.period_id))
    plan, would = done.plan, done.would
    posts = {row.post_id for row in plan.rows} | {slot.post_id for slot in plan.open}
    lines: list[Part] = [
        text("rota-head", period=period.name),
        text("upload-shifts", posts=len(posts), shifts=len(plan.rows)),
        text("upload-changes", added=would.added, changed=would.changed, removed=would.removed),
        *_open_lines(ctx, plan),
        *_fair_lines(ctx, plan),
        *_notes(ctx, plan),
    ]
    key = short(done.proposal.id)
    rows: list[list[dict[str, Any]]] = []
    if plan.rows:
        lines.append(text("upload-ask", told=would.told))
        rows.append([button(text("button-publish"), f"a:rotapublish:{key}")])
        rows.append([button(text("button-rota-table"), f"a:rotatable:{key}")])
    rows.append(
        [
            button(text("button-rota-again"), f"a:rotaagain:{key}"),
            button(text("button-discard"), f"a:rotadiscard:{key}"),
        ]
    )
    return content(*lines, buttons=rows)


def _open_lines(ctx: Context, plan: RotaPlan) -> list[Part]:
    """The places that nobody could have under the rules."""
    if not plan.open:
        return [text("rota-full")]
    lines: list[Part] = [text("rota-open", count=len(plan.open))]
    for slot in plan.open[:OPEN_MOST]:
        post = ctx.session.get_one(Post, (ctx.county, slot.post_id))
        lines.append(
            text(
                "rota-open-place",
                post=post.name,
                starts=when(slot.span.starts_at),
                role=role_name(slot.role),
            )
        )
    if len(plan.open) > OPEN_MOST:
        lines.append(text("roster-more", count=len(plan.open) - OPEN_MOST))
    return lines


def _fair_lines(ctx: Context, plan: RotaPlan) -> list[Part]:
    """A line for each person: shifts, nights, days off; who has most comes first."""
    found = sorted(plan.tallies.items(), key=lambda each: (-each[1].points, each[0]))
    lines: list[Part] = [text("rota-uneven" if plan.uneven else "rota-fair")]
    lines += [_fair_line(ctx, person_id, tally) for person_id, tally in found[:PEOPLE_MOST]]
    if len(found) > PEOPLE_MOST:
        lines.append(text("rota-more-people", count=len(found) - PEOPLE_MOST))
    return lines


def _fair_line(ctx: Context, person_id: int, tally: Tally) -> Part:
    person = ctx.session.get_one(Person, (ctx.county, person_id))
    known = {
        "name": person.name,
        "shifts": tally.shifts,
        "nights": tally.nights,
        "off": tally.days_off,
    }
    if tally.standby:
        return text("rota-line-standby", standby=tally.standby, **known)
    return text("rota-line", **known)


def _notes(ctx: Context, plan: RotaPlan) -> list[Part]:
    """Whose leave was kept free, and the years whose days off are not known."""
    lines: list[Part] = []
    if plan.away:
        names = [ctx.session.get_one(Person, (ctx.county, one)).name for one in plan.away]
        lines.append(text("rota-away", names=series(names)))
    lines += [text("rota-year-unknown", year=str(year)) for year in plan.unknown_years]
    return lines

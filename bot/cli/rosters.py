"""`zhishou roster`: sharing a roster out among people, looked at before it is published."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlmodel import Session

from bot.cli.desk import Desk, desk_of
from bot.cli.imports import find_period
from bot.cli.templates import write_new
from bot.documents import make_document
from models.base import UserError
from models.coverage import clock_times
from models.duty import KeyPeriod, Post
from models.duty_notices import role_name
from models.people import Person
from models.places import area_index
from models.posts import posts_of
from models.rota_people import EVERYONE, LEADERS, OFFICERS, Group, people_named, people_of
from models.rota_plan import RotaPlan, Wish
from models.rota_proposals import Proposed, propose, publish_proposal
from models.text import document, text, when

app = typer.Typer(help="Share a roster out fairly among people.")
Names = Annotated[
    str,
    typer.Option(
        help="Names, separated by commas; ALL: everyone with the duty role, EVERYONE: everyone of the town."
    ),
]
ALL = "ALL"


@app.command("generate")
def generate(
    ctx: typer.Context,
    town: Annotated[str, typer.Option(help="Town whose posts are meant, by name or code.")] = "",
    post: Annotated[list[str] | None, typer.Option(help="Post by its name; repeatable.")] = None,
    period: Annotated[
        str, typer.Option(help="Key period by its name; default: the running or next one.")
    ] = "",
    leaders: Names = "",
    officers: Names = "",
    starts: Annotated[
        str, typer.Option(help="Times at which shifts begin: 08:00, or 08:00,20:00; default: the posts' own.")
    ] = "",
    each: Annotated[int, typer.Option(help="Duty officers on each shift.")] = 1,
    rest: Annotated[int, typer.Option(help="Hours of rest between two shifts.")] = 12,
    in_a_row: Annotated[int, typer.Option(help="Days in a row on which someone may begin a shift.")] = 2,
    out: Annotated[Path | None, typer.Option(help="New xlsx file for the roster.")] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Publish it: everyone whose shift changes is told.")
    ] = False,
) -> None:
    """Share the shifts of posts out among people; without --publish nothing but a look is had of it."""
    desk = desk_of(ctx)
    now, policy = desk.clock.now(), desk.settings.policy()
    times = tuple(_times(starts))

    def work(session: Session) -> tuple[KeyPeriod, Proposed, bytes]:
        chosen = find_period(session, desk, period)
        posts = _posts(session, desk, town, post or [])
        area = _one_area(posts)
        wish = Wish(
            post_ids=tuple(one.id for one in posts),
            leaders=_people(session, desk, leaders, Group(LEADERS, area)),
            officers=_people(session, desk, officers, Group(OFFICERS, area)),
            starts=times,
            each=each,
            rest=rest,
            in_a_row=in_a_row,
        )
        done = propose(session, by=desk.operator, period=chosen, wish=wish, now=now, policy=policy)
        sheet = document("", "rota", proposal=done.proposal.id)
        data = make_document(session, sheet, county=desk.county, words=desk.words, lang=desk.lang)[1]
        _show(session, desk, chosen, done)
        if publish:
            key = done.proposal.id
            publish_proposal(session, by=desk.operator, proposal_id=key, now=now, policy=policy)
        return chosen, done, data

    with desk.database() as database:
        chosen, done, data = database.run_now(work)
    if out:
        write_new(out, data)
        desk.show("cli-template-written", path=str(out))
    would = done.would
    if publish:
        counts = {"added": would.added, "changed": would.changed, "removed": would.removed}
        desk.show("cli-roster-imported", period=chosen.name, **counts)
    else:
        desk.show("cli-rota-look", added=would.added, changed=would.changed, removed=would.removed)


def _times(said: str) -> list[str]:
    """Error: post-starts."""
    times = [each.strip() for each in said.split(",") if each.strip()]
    try:
        clock_times(times)
    except ValueError:
        raise UserError("post-starts") from None
    return times


def _posts(session: Session, desk: Desk, town: str, names: list[str]) -> list[Post]:
    """The posts named, or all of a town. Errors: area-unknown, rota-post-unknown, rota-no-posts."""
    area = None
    if town:
        found = area_index(session, county=desk.county).find(town)
        area = town if town.isdecimal() else found[0].code if found else None
        if area is None:
            raise UserError("area-unknown", said=town[:20])
    posts = posts_of(session, county=desk.county, area=area)
    if not names:
        if not town:
            raise UserError("rota-no-posts")
        return posts
    known = {one.name: one for one in posts}
    for name in names:
        if name not in known:
            raise UserError("rota-post-unknown", said=name[:20])
    return [known[name] for name in names]


def _one_area(posts: list[Post]) -> str | None:
    towns = {one.area[:9] if one.area else None for one in posts}
    return towns.pop() if len(towns) == 1 else None


def _people(session: Session, desk: Desk, said: str, group: Group) -> tuple[int, ...]:
    """The people named; ALL means everyone of the group. Errors: those of `people_named`."""
    if not said:
        return ()
    if said.upper() == ALL:
        people = people_of(session, county=desk.county, group=group)
    elif said.upper() == EVERYONE.upper():
        people = people_of(session, county=desk.county, group=Group(EVERYONE, group.area))
    else:
        people = people_named(session, county=desk.county, said=said)
    return tuple(person.id for person in people)


def _show(session: Session, desk: Desk, period: KeyPeriod, done: Proposed) -> None:
    """Everyone's part as a table, and the places nobody could have."""
    desk.show("rota-head", period=period.name)
    table = Table(*(desk.say(text(f"cli-rota-{column}")) for column in COLUMNS))
    for person_id, tally in sorted(done.plan.tallies.items(), key=lambda each: -each[1].points):
        name = session.get_one(Person, (desk.county, person_id)).name
        cells = (tally.shifts, tally.nights, tally.days_off, tally.standby)
        table.add_row(name, *map(str, cells))
    desk.screen.print(table)
    _show_open(session, desk, done.plan)
    if done.plan.uneven:
        desk.show("rota-uneven")
    for year in done.plan.unknown_years:
        desk.show("rota-year-unknown", year=str(year))


COLUMNS = ("name", "shifts", "nights", "off", "standby")


def _show_open(session: Session, desk: Desk, plan: RotaPlan) -> None:
    desk.show("rota-full") if not plan.open else desk.show("rota-open", count=len(plan.open))
    for slot in plan.open:
        post = session.get_one(Post, (desk.county, slot.post_id))
        known = {"starts": when(slot.span.starts_at), "role": role_name(slot.role)}
        desk.show("rota-open-place", post=post.name, **known)

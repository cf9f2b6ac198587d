"""`zhishou invite`: a person or a group chat gets a code by which they join."""

import asyncio
from typing import Annotated, Literal

import typer
from sqlmodel import Session

from bot.cli.desk import Desk, desk_of
from bot.cli.telegram_probe import ProbeError, get_me
from models.base import UserError
from models.people import INVITATION_LASTS, SAFETY_OFFICE, TOWN_OFFICER, Person
from models.people import invite as make_invitation
from models.people_import import Invited, import_people, invite_people
from models.people_rows import read_area, read_person
from models.places import area_index
from models.text import text

AUDIENCE = {"office": SAFETY_OFFICE, "town": TOWN_OFFICER}


def invite(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The person's name.")] = None,
    role: Annotated[
        list[str] | None, typer.Option(help="Role, in Chinese or by identifier; repeatable.")
    ] = None,
    area: Annotated[str, typer.Option(help="Town or village, by code or name.")] = "",
    unit: Annotated[str, typer.Option(help="Unit.")] = "",
    phone: Annotated[str, typer.Option(help="Telephone; a person known by it is brought up to date.")] = "",
    title: Annotated[str, typer.Option(help="Post or title.")] = "",
    lang: Annotated[str, typer.Option(help="Language the bot speaks to them: zh-CN or en.")] = "zh-CN",
    group: Annotated[
        Literal["office", "town"] | None, typer.Option(help="Invite a group chat of this audience instead.")
    ] = None,
) -> None:
    """Record a person with their roles and print their invitation; or print one for a group chat."""
    desk = desk_of(ctx)
    if group is not None:
        if name or role or unit or phone or title:
            raise UserError("cli-group-alone")
        if group == "office" and area:
            raise UserError("cli-group-office")
        _invite_group(desk, group, area)
        return
    if not name or not role:
        raise UserError("cli-invite-who")
    cells = {"name": name, "roles": "、".join(role), "area": area, "unit": unit, "title": title, "lang": lang}
    cells["phone"] = phone
    with desk.database() as database:
        show_invitation(desk, database.run_now(lambda session: _invite_person(session, desk, cells)))


def _invite_person(session: Session, desk: Desk, cells: dict[str, str]) -> Invited:
    now, by = desk.clock.now(), desk.operator
    areas = area_index(session, county=desk.county)
    row = read_person(0, cells, areas=areas, phone_needed=False)
    people: list[Person] = import_people(session, by=by, rows=[row], now=now).people
    return invite_people(session, by=by, people=people, now=now)[0]


def _invite_group(desk: Desk, group: str, area: str) -> None:
    now = desk.clock.now()

    def work(session: Session) -> tuple[str, str]:
        areas = area_index(session, county=desk.county)
        code = read_area(area, areas)
        if group == "town" and (code is None or len(code) != 9):
            raise UserError("people-role-needs-town", role=text(f"role-{TOWN_OFFICER}"))
        scope = code if group == "town" else None
        made = make_invitation(
            session, county=desk.county, now=now, group_role=AUDIENCE[group], group_area=scope
        )
        return made, areas.name(scope) or desk.settings.county.name

    with desk.database() as database:
        code, where = database.run_now(work)
    at_bot = f"@{name}" if (name := bot_name(desk)) else ""  # in groups a plain command may go to another bot
    desk.show("cli-group-invited", role=text(f"role-{AUDIENCE[group]}"), area=where, code=code, bot=at_bot)
    desk.show("cli-expires", at=desk.moment(now + INVITATION_LASTS))


def show_invitation(desk: Desk, invited: Invited) -> None:
    """The code on the screen, and the link where the bot's name is known."""
    desk.show("cli-invited", name=invited.name, code=invited.code)
    bot = bot_name(desk)
    if bot:
        desk.show("cli-link", link=join_link(bot, invited.code))
    else:
        desk.show("cli-no-link")
    desk.show("cli-expires", at=desk.moment(invited.expires_at))


def join_link(bot: str, code: str) -> str:
    """The deep link that opens the bot with the code."""
    return f"https://t.me/{bot}?start={code}" if bot else ""


def bot_name(desk: Desk) -> str:
    """The bot's name as set, else as Telegram says within a few seconds; empty if neither."""
    telegram = desk.settings.telegram
    if telegram.bot_name or not telegram.token.get_secret_value():
        return telegram.bot_name
    try:
        return asyncio.run(get_me(telegram, seconds=5)).username
    except ProbeError:
        return ""

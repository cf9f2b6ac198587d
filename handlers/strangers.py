"""Those who are not known people: strangers with or without an invitation, and group chats."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, select

from handlers import actions, commands, duty_who, words
from handlers.context import Body, Context
from handlers.inbound import Inbound
from models.base import UserError
from models.people import Account, Person, bind_group, disable_account, join
from models.places import area_index
from models.sending import mark_moved
from models.text import Part, content, text

MakeContext = Callable[[Session, Inbound, datetime, int, str, str], Context]


@dataclass
class Said:
    """What an event is answered with: messages, the tap's toast, in which language, and a new menu."""

    bodies: list[Body]
    toast: Part | None = None
    lang: str = "zh-CN"
    menu: tuple[str, ...] = ()


def language_of(inbound: Inbound) -> str:
    """The language a stranger's program is set to; Chinese unless it is another."""
    return "zh-CN" if not inbound.language or inbound.language.startswith("zh") else "en"


def stranger(session: Session, inbound: Inbound, now: datetime, county: str, make: MakeContext) -> Said:
    """Someone unknown: an invitation code lets them in; anything else tells how to get one."""
    lang = language_of(inbound)
    if inbound.kind == "left":
        return Said([])
    command = words.command(inbound.text) if inbound.kind == "text" else None
    code = command[1] if command and command[0] == "start" else inbound.text.strip()
    if inbound.kind != "text" or not _could_be_code(code):
        return Said([content(text("stranger"))], lang=lang)
    try:
        with session.begin_nested():  # a code that is refused stays unused
            person = join(
                session, county=county, channel=inbound.channel, address=inbound.address, code=code, now=now
            )
    except UserError as error:
        return Said([content(text(error.key, **error.params))], lang=lang)
    ctx = make(session, inbound, now, person.id, person.name, person.lang)
    commands.help_(ctx, "")
    body = ctx.replies[-1]
    body["lines"] = [text("welcome", name=person.name), *body["lines"]]
    return Said([body], lang=person.lang, menu=ctx.menu)


def _could_be_code(code: str) -> bool:
    plain = code.replace("-", "").strip()
    return len(plain) == 10 and plain.isalnum() and plain.isascii()


def group(session: Session, inbound: Inbound, now: datetime, county: str, make: MakeContext) -> Said:
    """A group: it may be bound by a code, move, or lose us; taps of its known members act."""
    if inbound.migrated_to:
        mark_moved(
            session, county=county, channel=inbound.channel, old=inbound.address, new=inbound.migrated_to
        )
        return Said([])
    if inbound.kind == "left":
        disable_account(
            session, county=county, channel=inbound.channel, address=inbound.address, reason="left"
        )
        return Said([])
    command = words.command(inbound.text) if inbound.kind == "text" else None
    if command and command[0] == "bind":
        return Said([_bind(session, inbound, command[1], now, county)])
    if inbound.kind == "text":
        return _asked(session, inbound, now, county, make)
    return _tap(session, inbound, now, county, make) if inbound.kind == "tap" else Said([])


def _bind(session: Session, inbound: Inbound, code: str, now: datetime, county: str) -> Body:
    try:
        with session.begin_nested():
            bound = bind_group(
                session,
                county=county,
                channel=inbound.channel,
                address=inbound.address,
                title=inbound.group or "",
                code=code,
                now=now,
            )
    except UserError as error:
        return content(text(error.key, **error.params))
    index = area_index(session, county=county)
    area = index.path(bound.group_area) or index.name(county)
    return content(text("group-bound", role=text(f"role-{bound.group_role}"), area=area))


def _asked(session: Session, inbound: Inbound, now: datetime, county: str, make: MakeContext) -> Said:
    """谁在值班 in a bound group, by someone known: who is on in the group's town. Nothing else is answered."""
    bound = session.get(Account, (county, inbound.channel, inbound.address))
    if bound is None or bound.group_role is None or not duty_who.may_ask_in_group(inbound.text):
        return Said([])
    member = _member(session, inbound, county)
    if member is None:
        return Said([])
    ctx = make(session, inbound, now, *member)
    command = words.command(inbound.text)
    if command and command[0] == "duty" and not command[1]:
        duty_who.in_area(ctx, bound.group_area or county)
    else:
        duty_who.asked(ctx, inbound.text)
    for body in ctx.replies:
        body.pop("buttons", None)  # a tap in a group is answered by a word only
    return Said(ctx.replies, lang=ctx.lang)


def _member(session: Session, inbound: Inbound, county: str) -> Any:
    """Who wrote in a group or tapped there: id, name, language; None for someone unknown."""
    return session.execute(
        select(Person.id, Person.name, Person.lang)
        .join(Account, and_(col(Account.county) == Person.county, col(Account.person_id) == Person.id))
        .where(
            Account.county == county,
            Account.channel == inbound.channel,
            Account.address == inbound.sender,
            col(Account.active),
            col(Person.active),
        )
    ).first()


def _tap(session: Session, inbound: Inbound, now: datetime, county: str, make: MakeContext) -> Said:
    member = _member(session, inbound, county)
    if member is None:
        return Said([], text("stranger-tap"), language_of(inbound))
    ctx = make(session, inbound, now, *member)
    try:
        with session.begin_nested():
            actions.act(ctx, inbound.data)
    except UserError as error:
        ctx.toast, ctx.replies = text(error.key, **error.params), []
    return Said([], ctx.toast or (ctx.replies[0]["lines"][0] if ctx.replies else None), ctx.lang)

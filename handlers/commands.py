"""What can be typed as a command, who is shown it, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers import incident as incidents
from handlers import words
from handlers.acks import answered
from handlers.assign_unit import assign_by_name
from handlers.context import Context
from handlers.conversations import cancel_open, open_form, resume
from handlers.duty import awaited_now, checkin_rows, checkin_word, duty
from handlers.duty_calendar import days_off
from handlers.duty_edit import exchange_word, replace_word
from handlers.duty_feed import feed_word
from handlers.duty_leave import MAY_LEAVE, leave_word
from handlers.duty_log import MAY_READ_LOGS, log, note
from handlers.duty_post import MAY_EDIT, posts_word
from handlers.duty_roster import roster
from handlers.duty_rota import MAY_SHARE_OUT, rota_word
from handlers.guesses import nearest
from handlers.handovers import word as handover_word
from handlers.hazard_actions import VERBS
from handlers.hazard_form import HAZARD, start_answers
from handlers.hazard_forms import COMMENT
from handlers.hazard_page import show
from handlers.hazard_photos import photos
from handlers.lists import ledger, my_page, pick
from handlers.mine import asked_of_mine, mine_word
from handlers.search import SEARCH, answer, listed
from handlers.spot import here_word, spot
from handlers.summary import summary
from handlers.swaps import takeover_word
from handlers.swaps import word as swap_word
from handlers.timeline import word as timeline_word
from handlers.violations import violations
from handlers.zero import news_word, well_word, zero
from models.alarms import open_alarms_for
from models.base import UserError, short
from models.hazard_sight import OVERSEERS, full_number, hazard_by_number
from models.hazard_states import MAY_REPORT
from models.people import (
    DUTY_LEADER,
    DUTY_OFFICER,
    RESPONSIBLE,
    ROLES,
    TOWN_OFFICER,
)
from models.roster_view import MAY_SEE
from models.spot_start import MAY_CHECK
from models.text import Part, button, content, text

LANGUAGES = ("zh-CN", "en")
GUESSES = 3  # offered at once


@dataclass(frozen=True)
class Command:
    """A command: who may use it (and so sees it, if it is `shown_to` them), and what it does with the words
    behind it."""

    name: str
    roles: tuple[str, ...]
    run: Callable[[Context, str], None]
    listed: bool = True
    shown_to: tuple[str, ...] = ROLES


def help_(ctx: Context, rest: str) -> None:
    """What this person can do, in as few words as possible."""
    lines: list[Part] = [text("help-head", name=ctx.person_name)]
    ctx.menu = tuple(command.name for command in commands_for(ctx))
    lines += [text(f"help-{command.name}") for command in commands_for(ctx)]
    if ctx.by.has(*MAY_REPORT):
        lines.append(text("help-free"))
    rows = [[button(text(f"menu-{command.name}"), f"c:{command.name}") for command in commands_for(ctx)][:8]]
    ctx.reply(content(*lines, buttons=[rows[0][at : at + 2] for at in range(0, len(rows[0]), 2)]))


def commands_for(ctx: Context) -> list[Command]:
    """The commands this person may use."""
    return [
        command
        for command in COMMANDS.values()
        if command.listed and ctx.by.has(*command.roles) and ctx.by.has(*command.shown_to)
    ]


def start(ctx: Context, rest: str) -> None:
    """Someone known starts the bot again."""
    help_(ctx, "")


def report(ctx: Context, rest: str) -> None:
    """Report a hazard."""
    open_form(ctx, HAZARD, answers=start_answers(ctx))


def my(ctx: Context, rest: str) -> None:
    """What concerns me."""
    my_page(ctx)


def open_(ctx: Context, rest: str) -> None:
    """The lists that are mine; with words behind it, the one that they name."""
    if not rest:
        ledger(ctx)
    elif not _by_name(ctx, rest):
        answer(ctx, rest)


def search(ctx: Context, rest: str) -> None:
    """Find hazards by words; without any they are asked for."""
    if not rest:
        open_form(ctx, SEARCH)
    elif not by_number(ctx, rest):
        answer(ctx, rest)


def asked(ctx: Context, said: str) -> bool:
    """Words that ask for a list, a search, or to assign what waits at a unit; false if they are none."""
    if _by_name(ctx, said) or asked_of_mine(ctx, said) or incidents.asked(ctx, said):
        return True
    if words.is_number(said):  # a hazard's own, and none that this person may see
        raise UserError("hazard-unknown")
    verb, rest = words.asking(said) or ("", "")
    if verb == "assign":
        return assign_by_name(ctx, rest)
    if verb in _OF_ONE:
        return _of_one(ctx, verb, rest)
    if verb:
        {"find": search, "open": open_}[verb](ctx, rest)
    return bool(verb)


def guessed(ctx: Context, said: str) -> bool:
    """A misspelt command is asked about; false if it resembles none that this person may use."""
    buttons: dict[str, dict[str, Any]] = {}
    for word in nearest(said):
        name, _ = words.command(word) or ("open", "")
        if ctx.by.has(*COMMANDS[name].roles):
            data = f"c:{name}" if words.command(word) else f"c:open:{word}"
            buttons.setdefault(data, button(text("button-guess", word=word), data))
    if buttons:
        ctx.reply(content(text("not-quite", said=said.strip()), buttons=[list(buttons.values())[:GUESSES]]))
    return bool(buttons)


_OF_ONE = {"photos": photos, "history": VERBS["history"], "comment": VERBS["comment"]}


def _of_one(ctx: Context, verb: str, number: str) -> bool:
    """What was asked for of one hazard by its number: "照片 2026-12"; "留言 2026-12 请尽快" says it at once."""
    year = ctx.policy.local(ctx.now).year
    number, _, more = number.partition(" ")
    if full_number(number, year=year) is None or (more and verb != "comment"):
        return False
    hazard = hazard_by_number(ctx.session, by=ctx.by, number=number, year=year)
    if more:
        open_form(ctx, COMMENT, answers={"said": {"v": more, "s": more}}, meta={"hazard": hazard.id})
    else:
        _OF_ONE[verb](ctx, [short(hazard.id)])
    return True


def _by_name(ctx: Context, said: str) -> bool:
    what = words.picked(said)
    if what is not None:
        pick(ctx, [what])
    return what is not None or listed(ctx, said)


def resume_(ctx: Context, rest: str) -> None:
    """Go on with what was left half-way."""
    resume(ctx)


def cancel(ctx: Context, rest: str) -> None:
    """Give up the open form."""
    cancel_open(ctx)


def lang(ctx: Context, rest: str) -> None:
    """Change the language of one's messages: "/lang en", or without a word the choice of both."""
    wanted = {"zh": "zh-CN", "zh-cn": "zh-CN", "中文": "zh-CN", "en": "en", "english": "en"}.get(rest.lower())
    if wanted is None:
        ctx.reply(
            content(
                text("lang-ask"),
                buttons=[[button(text(f"lang-{code}"), f"c:lang:{code}") for code in LANGUAGES]],
            )
        )
        return
    ctx.person.lang = wanted
    ctx.session.add(ctx.person)
    ctx.lang = wanted
    ctx.reply(content(text("lang-done")))


def ack_word(ctx: Context, rest: str) -> None:
    """收到, typed: answers every open alarm this person was called on for. Errors: nothing-to-ack."""
    alarms = open_alarms_for(ctx.session, by=ctx.by)
    if not alarms:
        _took_note(ctx)
        return
    for alarm in alarms:
        answered(ctx, alarm.id)
    ctx.reply(content(text("acked-mine")))


def _took_note(ctx: Context) -> None:
    """收到 to what is no alarm: what waits for the person begins, as they have read it. Error: nothing-to-ack."""
    if mine_word(ctx, "accept"):
        return
    awaited = awaited_now(ctx)
    if not awaited:
        raise UserError("nothing-to-ack")
    ctx.reply(content(text("ack-checkin"), buttons=checkin_rows(awaited)))


def here(ctx: Context, rest: str) -> None:
    """在岗, typed: answers the spot check; where there is none, the check-in that is due."""
    try:
        here_word(ctx, rest)
    except UserError:
        if not awaited_now(ctx):
            raise
        checkin_word(ctx, rest)


def by_number(ctx: Context, number: str) -> bool:
    """A typed number shows that hazard or incident; false if it is none that this person may see."""
    if incidents.by_number(ctx, number):
        return True
    try:
        hazard = hazard_by_number(ctx.session, by=ctx.by, number=number, year=ctx.policy.local(ctx.now).year)
    except UserError:
        return False
    show(ctx, hazard)
    return True


COMMANDS = {
    command.name: command
    for command in (
        Command("report", MAY_REPORT, report),
        Command("incident", ROLES, incidents.incident),
        Command("incidents", ROLES, incidents.incidents, listed=False),
        Command("add", ROLES, incidents.add, listed=False),
        Command("my", ROLES, my),
        Command("open", ROLES, open_, shown_to=(*OVERSEERS, RESPONSIBLE)),
        Command("search", ROLES, search, listed=False),
        Command("duty", ROLES, duty),
        Command("roster", MAY_SEE, roster),
        Command("leave", MAY_LEAVE, leave_word),
        Command("holidays", ROLES, days_off, listed=False),
        Command("feed", ROLES, feed_word, listed=False),
        Command("rota", MAY_SHARE_OUT, rota_word, listed=False),
        Command("posts", MAY_EDIT, posts_word, listed=False),
        Command("replace", ROLES, replace_word, listed=False),
        Command("exchange", ROLES, exchange_word, listed=False),
        Command("checkin", ROLES, checkin_word, listed=False),
        Command("zero", (*MAY_CHECK, TOWN_OFFICER, DUTY_LEADER, DUTY_OFFICER), zero),
        Command("spot", (*MAY_CHECK, DUTY_LEADER, DUTY_OFFICER), spot),
        Command("violations", (*MAY_CHECK, TOWN_OFFICER, DUTY_LEADER, DUTY_OFFICER), violations),
        Command("summary", MAY_CHECK, summary),
        Command("well", ROLES, well_word, listed=False),
        Command("news", ROLES, news_word, listed=False),
        Command("here", ROLES, here, listed=False),
        Command("log", MAY_READ_LOGS, log),
        Command("note", ROLES, note, listed=False),
        Command("handover", ROLES, handover_word, listed=False),
        Command("swap", ROLES, swap_word, listed=False),
        Command("takeover", ROLES, takeover_word, listed=False),
        Command("timeline", ROLES, timeline_word, listed=False),
        Command("resume", ROLES, resume_, listed=False),
        Command("ack", ROLES, ack_word, listed=False),
        Command("cancel", ROLES, cancel, listed=False),
        Command("lang", ROLES, lang),
        Command("help", ROLES, help_),
        Command("start", ROLES, start, listed=False),
    )
}


def run(ctx: Context, name: str, rest: str) -> None:
    """Run a command. Errors: not-allowed."""
    command = COMMANDS.get(name)
    if command is None or not ctx.by.has(*command.roles):
        raise UserError("not-allowed")
    command.run(ctx, rest)

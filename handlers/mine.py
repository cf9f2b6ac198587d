"""What a responsible person says of a hazard that is theirs: fixed, accepted, not mine, more time, until when."""

import re

from handlers import words
from handlers.context import Context
from handlers.conversations import open_form
from handlers.forms import Answers
from handlers.hazard_actions import VERBS, offered
from handlers.hazard_forms import FIX
from handlers.lists import PAGE, lines_of
from models.base import short
from models.hazard_lists import MINE, Listing, list_hazards
from models.hazard_sight import hazard_by_number
from models.hazard_states import WITH_OWNER
from models.hazards import Hazard, is_owner
from models.text import button, content, text

_MOST = 50  # of one's hazards are looked through
_MOVES = {
    "fix": "submit_fix",
    "accept": "accept",
    "hand_back": "hand_back",
    "extend": "ask_extension",
    "five": "commit",
}
_NUMBERED = re.compile(r"^(\d{4}-\d{1,9})\s*(.+)$")


def asked_of_mine(ctx: Context, said: str) -> bool:
    """Whether words say such a thing, with a hazard's number before them or without; then it is begun."""
    numbered = _NUMBERED.match(said.strip())
    verb = words.of_mine(numbered[2] if numbered else said)
    if verb is None:
        return False
    if numbered:
        year = ctx.policy.local(ctx.now).year
        hazard = hazard_by_number(ctx.session, by=ctx.by, number=numbered[1], year=year)
        _begin(ctx, verb, hazard)
        return True
    return mine_word(ctx, verb)


def mine_word(ctx: Context, verb: str) -> bool:
    """Begin it for the only hazard of the person's that it fits; of several it is asked which. False: none."""
    found = [hazard for hazard in mine(ctx) if verb not in _MOVES or offered(ctx, hazard, _MOVES[verb])]
    if len(found) == 1:
        _begin(ctx, verb, found[0])
    elif found:
        shown = found[:PAGE]
        buttons = [button(hazard.number, f"a:{verb}:{short(hazard.id)}") for hazard in shown]
        if len(found) > PAGE:
            buttons.append(button(text("menu-my"), "c:my"))
        rows = [buttons[at : at + 3] for at in range(0, len(buttons), 3)]
        ctx.reply(content(text("which-of-mine"), *lines_of(ctx, shown), buttons=rows))
    return bool(found)


def mine(ctx: Context) -> list[Hazard]:
    """What is the person's own to put right, the newest first."""
    found = list_hazards(ctx.session, by=ctx.by, listing=Listing(MINE), now=ctx.now, limit=_MOST)
    return [hazard for hazard in found if is_owner(ctx.by, hazard) and hazard.state in WITH_OWNER]


def _begin(ctx: Context, verb: str, hazard: Hazard) -> None:
    if verb == "fix" and ctx.inbound.kind == "photo" and offered(ctx, hazard, _MOVES[verb]):
        open_form(ctx, FIX, answers=_with_photo(ctx), meta={"hazard": hazard.id})
    else:
        VERBS[verb](ctx, [short(hazard.id)])


def _with_photo(ctx: Context) -> Answers:
    """The photo that came with the words."""
    step = next(step for step in FIX.steps if step.catches == "photo")
    assert step.parse is not None
    answer = step.parse(ctx, {}, ctx.inbound)
    return {step.name: {"v": answer.value, "s": answer.shown}}

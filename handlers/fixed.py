"""That something is put right, said in a word."""

from handlers.context import Context
from handlers.hazard_actions import VERBS, offered
from handlers.lists import PAGE, lines_of
from models.base import short
from models.hazard_lists import MINE, Listing, list_hazards
from models.hazards import is_owner
from models.text import button, content, text

_MOST = 50  # of one's hazards are looked through


def fixed_word(ctx: Context) -> bool:
    """ "修好了", typed: the form for the only hazard that is the person's to put right, or which of them.

    False if there is none.
    """
    mine = [
        hazard
        for hazard in list_hazards(ctx.session, by=ctx.by, listing=Listing(MINE), now=ctx.now, limit=_MOST)
        if is_owner(ctx.by, hazard) and offered(ctx, hazard, "submit_fix")
    ]
    if len(mine) == 1:
        VERBS["fix"](ctx, [short(mine[0].id)])
    elif mine:
        shown = mine[:PAGE]
        buttons = [button(hazard.number, f"a:fix:{short(hazard.id)}") for hazard in shown]
        if len(mine) > PAGE:
            buttons.append(button(text("menu-my"), "c:my"))
        rows = [buttons[at : at + 3] for at in range(0, len(buttons), 3)]
        ctx.reply(content(text("which-fixed"), *lines_of(ctx, shown), buttons=rows))
    return bool(mine)

"""What someone who has just checked in is shown of the shift before theirs."""

from typing import Any

from handlers.context import Context
from models.duty import Shift
from models.duty_notices import person_line
from models.handover_notices import confirm_buttons, item_lines, scene_of
from models.handovers import FILLED, handover_to
from models.text import Part, text


def awaiting(ctx: Context, shift: Shift) -> tuple[list[Part], list[list[dict[str, Any]]]]:
    """What is handed over to this shift, with 接班; or that those before have not filled it in yet."""
    handover = handover_to(ctx.session, shift=shift)
    if handover is None:
        return [], []
    scene = scene_of(ctx.session, handover, now=ctx.now, policy=ctx.policy)
    if handover.state == FILLED:
        lines = [text("handover-for-you"), *item_lines(handover), text("handover-confirm-ask")]
        return lines, confirm_buttons(handover)
    if not scene.outgoing:
        return [], []
    return [text("handover-not-yet"), *(person_line(ctx.session, duty) for duty in scene.outgoing)], []

"""What is said to words that nobody understands: what they may have been about, each with its button."""

import re
from datetime import timedelta
from typing import Any

from handlers import words
from handlers.context import Context
from handlers.conversations import open_form
from handlers.hazard_form import HAZARD, start_answers
from handlers.intake import from_sentence, may_be_a_report
from handlers.lists import lines_of, numbers
from handlers.mine import mine
from handlers.typed_buttons import shown_lately
from models.base import UserError
from models.hazard_states import MAY_REPORT
from models.text import Part, button, content, text

_OWN_MOST = 3
_KEPT = timedelta(days=7)
_NUMBER = re.compile(r"\d{4}-\d+")  # what speaks of one that is on record is no report


def unclear(ctx: Context) -> None:
    """The hazards that are theirs to put right; whether it was a report; the help."""
    rows: list[list[dict[str, Any]]]
    if ctx.inbound.kind == "text" and words.control(ctx.inbound.text):  # 提交 a second time
        rows = [[button(text("menu-my"), "c:my"), button(text("menu-help"), "c:help")]]
        ctx.reply(content(text("form-none-open"), buttons=rows))
        return
    lines: list[Part] = [text("not-understood")]
    rows = []
    own = mine(ctx)[:_OWN_MOST]
    if own:
        lines += [text("unclear-mine"), *lines_of(ctx, own)]
        rows += numbers(own)
    said = ctx.inbound.text.strip()
    offered = ctx.inbound.kind == "text" and may_be_a_report(said) and not _NUMBER.search(said)
    if offered and ctx.by.has(*MAY_REPORT):
        lines.append(text("unclear-report", said=said))
        rows.append([button(text("button-report-it"), "a:report_it")])
    if ctx.inbound.kind == "voice":
        lines = [text("voice-unheard")]
    rows.append([button(text("menu-help"), "c:help")])
    ctx.reply(content(*lines, buttons=rows))


def report_it(ctx: Context, args: list[str]) -> None:
    """The words that were not understood are a report after all. Error: form-old-button."""
    asked = [line for body in shown_lately(ctx, _KEPT) for line in body["lines"] if _is_asked(line)]
    if not asked:
        raise UserError("form-old-button")
    open_form(ctx, HAZARD, answers=from_sentence(ctx, asked[0]["p"]["said"]) | start_answers(ctx))


def _is_asked(line: Part) -> bool:
    return isinstance(line, dict) and line.get("k") == "unclear-report"

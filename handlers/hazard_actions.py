"""One-tap work on hazards: verify, accept, pass, close and the rest; what needs words opens a form."""

from collections.abc import Callable
from typing import Any

from handlers.assign_form import ASSIGN, PASS_ON, assign_answers, pass_on_answers
from handlers.context import Context, id_of, in_private
from handlers.conversations import open_form
from handlers.forms import Answers, Form
from handlers.grade_form import GRADE, grade_answers
from handlers.hazard_form import HAZARD, answers_of
from handlers.hazard_forms import COMMENT, DOUBT, FIX, LOOK_AGAIN, REASON_FORMS, REFUSE
from handlers.hazard_page import buttons_for, hazard_by_button, history, see
from handlers.measure_forms import (
    EXTEND,
    FIVE,
    MARK_DUPLICATE,
    SUPERVISE,
    TRANSFER,
    extend_answers,
    five_answers,
)
from handlers.reply_links import link_buttons
from models import extensions, hazard_flow, lookback, supervision
from models.assignment import AssignmentNotice, hazards_of_notice
from models.base import UserError, short
from models.hazard_cards import (
    headline,
)
from models.hazard_rules import Attempt, check_rules
from models.hazard_states import (
    BY_ACTION,
    WITH_OWNER,
    WRITTEN_OFF,
    actions_from,
)
from models.hazards import Hazard, may_move
from models.text import Part, button, content, text

# The moves behind "more", each by the verb of its button; what the first row has already is left out.
_MORE = {
    "hand_over": "hand_over",
    "verify": "grade",
    "reject": "reject",
    "mark_duplicate": "mark_duplicate",
    "transfer": "transfer",
    "take_back": "take_back",
    "confirm_spot_fix": "confirm_spot_fix",
    "assign": "assign",
    "regrade": "grade",
    "pass_on": "pass_on",
    "hand_back": "hand_back",
    "commit": "five",
    "ask_extension": "extend",
    "supervise": "supervise",
    "suspend": "suspend",
    "resume_production": "resume_production",
    "delist": "delist",
    "start_lookback": "start_lookback",
    "reopen": "reopen",
}
# Rules that can be told beforehand, so that nobody is offered what would be refused.
_FORETOLD = (
    "covert",
    "spot_fixed",
    "not_major",
    "not_own_report",
    "major",
    "not_suspended_yet",
    "suspended",
    "major_passed_first",
    "listed",
    "listed_by_office",
    "not_own_work",
    "not_own_unit",
    "major_by_authority",
)


def offered(ctx: Context, hazard: Hazard, action: str) -> bool:
    """Whether a move is worth offering to this person now."""
    if not may_move(ctx.by, hazard, action) or hazard.state not in BY_ACTION[action].before:
        return False
    foretold = tuple(rule for rule in BY_ACTION[action].rules if rule in _FORETOLD)
    try:
        check_rules(foretold, Attempt(ctx.session, ctx.by, hazard, ctx.now, ctx.policy))
    except UserError:
        return False
    return True


def further(ctx: Context, args: list[str]) -> None:
    """Everything else that this person may do with the hazard."""
    in_private(ctx)
    hazard = hazard_by_button(ctx, args)
    key = short(hazard.id)
    shown = {each["d"].split(":")[1] for row in buttons_for(ctx, hazard) for each in row} - {"further"}
    verbs = [
        _MORE[move.action]
        for move in actions_from(hazard.state)
        if move.action in _MORE and offered(ctx, hazard, move.action)
    ]
    if "grade" in verbs and hazard.level == "major":
        verbs.insert(verbs.index("grade") + 1, "lower")
    buttons = [
        button(_label(verb, hazard), f"a:{verb}:{key}")
        for verb in dict.fromkeys(verbs)
        if verb not in shown or verb == "assign"
    ]
    buttons += link_buttons(ctx, hazard)
    buttons.append(button(text("button-comment"), f"a:comment:{key}"))
    buttons.append(button(text("button-see"), f"a:see:{key}"))
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    ctx.reply(content(headline(hazard), text("more-head"), buttons=rows))


def _label(verb: str, hazard: Hazard) -> Part:
    if verb == "assign" and hazard.state in WITH_OWNER:
        return text("button-reassign")
    if verb == "grade" and hazard.level is not None:
        return text("button-other-criterion" if hazard.level == "major" else "button-raise")
    return text(f"button-{verb}")


def _said(ctx: Context, key: str, hazard: Hazard) -> None:
    ctx.toast = text(key, number=hazard.number)
    if ctx.inbound.group is None:
        ctx.reply(content(ctx.toast, buttons=[row for row in buttons_for(ctx, hazard) if row]))


Operation = Callable[..., Any]


def _at_once(operation: Operation, said: str) -> Callable[[Context, list[str]], None]:
    """An action that needs nothing but the tap."""

    def act(ctx: Context, args: list[str]) -> None:
        hazard = hazard_by_button(ctx, args)
        operation(ctx.session, by=ctx.by, hazard=hazard, now=ctx.now, policy=ctx.policy)
        _said(ctx, said, hazard)

    return act


def _by_form(
    form: Form, action: str, prepare: Callable[[Context, Hazard], Answers] | None = None
) -> Callable[[Context, list[str]], None]:
    """An action that asks something first; whether the person may, and it is not done already, comes before."""

    def act(ctx: Context, args: list[str]) -> None:
        hazard = hazard_by_button(ctx, args)
        _check_open(ctx, hazard, action)
        answers = prepare(ctx, hazard) if prepare else None
        open_form(ctx, form, answers=answers, meta={"hazard": hazard.id})

    return act


def _check_open(ctx: Context, hazard: Hazard, action: str) -> None:
    if not may_move(ctx.by, hazard, action):
        raise UserError("not-allowed")
    if hazard.state not in BY_ACTION[action].before:
        raise UserError("hazard-moved-on", number=hazard.number, state=text(f"state-{hazard.state}"))
    foretold = tuple(rule for rule in BY_ACTION[action].rules if rule in _FORETOLD)
    check_rules(foretold, Attempt(ctx.session, ctx.by, hazard, ctx.now, ctx.policy))


def verify(ctx: Context, args: list[str]) -> None:
    """核实: real, and general; a major one is graded by its criterion. To lower a level a reason is asked."""
    hazard = hazard_by_button(ctx, args)
    if hazard.level == "major" or hazard.state not in BY_ACTION["verify"].before:
        _check_open(ctx, hazard, "verify")
        open_form(ctx, REASON_FORMS["lower"], meta={"hazard": hazard.id})
        return
    hazard = hazard_flow.verify_hazard(
        ctx.session, by=ctx.by, hazard=hazard, level="general", now=ctx.now, policy=ctx.policy
    )
    _said(ctx, "verified-general", hazard)


def lower(ctx: Context, args: list[str]) -> None:
    """A major hazard is found to be a general one: why."""
    hazard = hazard_by_button(ctx, args)
    _check_open(ctx, hazard, "regrade" if hazard.state in WITH_OWNER else "verify")
    if hazard.level == "general":
        raise UserError("graded-already", number=hazard.number, level=text(f"level-{hazard.level}"))
    open_form(ctx, REASON_FORMS["lower"], meta={"hazard": hazard.id})


def grade(ctx: Context, args: list[str]) -> None:
    """定级 as major: by which criterion."""
    hazard = hazard_by_button(ctx, args)
    _check_open(ctx, hazard, "regrade" if hazard.state in WITH_OWNER else "verify")
    open_form(ctx, GRADE, answers=grade_answers(hazard.id), meta={"hazard": hazard.id})


def correct(ctx: Context, args: list[str]) -> None:
    """Open one's own report again, at its review."""
    hazard = hazard_by_button(ctx, args)
    _check_open(ctx, hazard, "correct")
    check_rules(("edit_window",), Attempt(ctx.session, ctx.by, hazard, ctx.now, ctx.policy))
    open_form(ctx, HAZARD, answers=answers_of(ctx, hazard), meta={"corrects": hazard.id})


def comment(ctx: Context, args: list[str]) -> None:
    """A word on a hazard."""
    open_form(ctx, COMMENT, meta={"hazard": hazard_by_button(ctx, args).id})


def approve(ctx: Context, args: list[str]) -> None:
    """A later deadline is approved."""
    hazard = hazard_by_button(ctx, args)
    extensions.decide_extension(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        extension_id=id_of(args, 1),
        approve=True,
        now=ctx.now,
        policy=ctx.policy,
    )
    _said(ctx, "approve-done", hazard)


def refuse(ctx: Context, args: list[str]) -> None:
    """A later deadline is refused, with a reason."""
    hazard = hazard_by_button(ctx, args)
    _check_open(ctx, hazard, "refuse_extension")
    open_form(ctx, REFUSE, meta={"hazard": hazard.id, "extension": id_of(args, 1)})


def not_fixed(ctx: Context, args: list[str]) -> None:
    """The reporter says that it is not fixed."""
    hazard = hazard_by_button(ctx, args)
    if hazard.state not in WRITTEN_OFF or not may_move(ctx.by, hazard, "doubt"):
        raise UserError("hazard-moved-on", number=hazard.number, state=text(f"state-{hazard.state}"))
    open_form(ctx, DOUBT, meta={"hazard": hazard.id})


def pass_recheck(ctx: Context, args: list[str]) -> None:
    """复查合格; of a major one the others have been asked to close it."""
    hazard = hazard_by_button(ctx, args)
    hazard_flow.pass_recheck(ctx.session, by=ctx.by, hazard=hazard, now=ctx.now, policy=ctx.policy)
    _said(ctx, "passed-done-major" if hazard.level == "major" else "passed-done", hazard)


def accept_all(ctx: Context, args: list[str]) -> None:
    """Accept all hazards of a notice that can be; of the others the reason is told."""
    in_private(ctx)
    notice = ctx.session.get(AssignmentNotice, (ctx.county, id_of(args)))
    if notice is None:
        raise UserError("form-old-button")
    lines: list[Part] = []
    for hazard in hazards_of_notice(ctx.session, notice):
        try:
            hazard_flow.accept_hazard(ctx.session, by=ctx.by, hazard=hazard, now=ctx.now, policy=ctx.policy)
            lines.append(text("accepted-done", number=hazard.number))
        except UserError as error:
            lines.append(text(error.key, **error.params))
    ctx.reply(content(*(lines or [text("accepted-none")])))


def draft(ctx: Context, args: list[str]) -> None:
    """The draft of a supervision notice, with what the office may do with it."""
    in_private(ctx)
    found = supervision.notice_draft(ctx.session, by=ctx.by, draft_id=id_of(args))
    lines = [text("draft-head", number=found.fields["number"]), text("draft-body", **_draft_words(found))]
    key = short(found.id)
    buttons = [
        [
            button(text("button-sign-draft"), f"a:sign_draft:{key}"),
            button(text("button-discard-draft"), f"a:discard_draft:{key}"),
        ],
        [button(text("button-see"), f"a:see:{short(found.hazard_id)}")],
    ]
    ctx.reply(content(*lines, buttons=buttons if found.state == supervision.DRAFTED else buttons[1:]))


def _draft_words(found: supervision.NoticeDraft) -> dict[str, Any]:
    fields = dict(found.fields)
    fields["level"] = text(f"level-{fields['level'] or 'ungraded'}")
    return fields


def _settle_draft(signed: bool) -> Callable[[Context, list[str]], None]:
    def act(ctx: Context, args: list[str]) -> None:
        supervision.settle_draft(
            ctx.session, by=ctx.by, draft_id=id_of(args), signed=signed, now=ctx.now, policy=ctx.policy
        )
        ctx.toast = text("draft-signed" if signed else "draft-discarded")
        ctx.reply(content(ctx.toast))

    return act


VERBS: dict[str, Callable[[Context, list[str]], None]] = {
    "see": see,
    "further": further,
    "history": history,
    "verify": verify,
    "grade": grade,
    "lower": lower,
    "correct": correct,
    "comment": comment,
    "approve": approve,
    "refuse": refuse,
    "not_fixed": not_fixed,
    "accept_all": accept_all,
    "draft": draft,
    "sign_draft": _settle_draft(True),
    "discard_draft": _settle_draft(False),
    "withdraw": _at_once(hazard_flow.withdraw_report, "withdrawn-done"),
    "hand_over": _at_once(hazard_flow.hand_over_hazard, "handed-over-done"),
    "confirm_spot_fix": _at_once(hazard_flow.confirm_spot_fix, "spot-fix-confirmed"),
    "accept": _at_once(hazard_flow.accept_hazard, "accepted-done"),
    "pass": pass_recheck,
    "delist": _at_once(supervision.delist_hazard, "delisted-done"),
    "resume_production": _at_once(supervision.resume_production, "resumed-done"),
    "close": _at_once(hazard_flow.close_hazard, "closed-done"),
    "start_lookback": _at_once(lookback.start_lookback, "lookback-started"),
    "really_fixed": _at_once(lookback.confirm_fixed, "really-fixed-done"),
    "assign": _by_form(ASSIGN, "assign", lambda ctx, hazard: assign_answers(hazard)),
    "pass_on": _by_form(PASS_ON, "pass_on", lambda ctx, hazard: pass_on_answers(hazard)),
    "five": _by_form(FIVE, "commit", five_answers),
    "extend": _by_form(EXTEND, "ask_extension", lambda ctx, hazard: extend_answers(hazard)),
    "supervise": _by_form(SUPERVISE, "supervise"),
    "transfer": _by_form(TRANSFER, "transfer"),
    "mark_duplicate": _by_form(
        MARK_DUPLICATE, "mark_duplicate", lambda ctx, hazard: grade_answers(hazard.id)
    ),
    "fix": _by_form(FIX, "submit_fix"),
    "pass_lookback": _by_form(LOOK_AGAIN, "pass_lookback"),
    "reject": _by_form(REASON_FORMS["reject"], "reject"),
    "fail": _by_form(REASON_FORMS["fail"], "fail_recheck"),
    "hand_back": _by_form(REASON_FORMS["hand_back"], "hand_back"),
    "take_back": _by_form(REASON_FORMS["take_back"], "take_back"),
    "suspend": _by_form(REASON_FORMS["suspend"], "suspend"),
    "reopen": _by_form(REASON_FORMS["reopen"], "reopen"),
}

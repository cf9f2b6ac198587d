"""Every move of the table, and what else is done to a hazard, as something a random actor can try.

Each takes a chooser: `pick(options)` gives the first option to who does it right, any to who does not.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import col, select

from models import assignment, hazard_comments, hazard_flow, lookback, supervision
from models.alarms import Alarm, acknowledge
from models.base import UserError
from models.commitments import missing_commitments
from models.extensions import Extension
from models.hazard_reports import HazardReport
from models.hazards import Hazard
from models.supervision import NoticeDraft
from tests.loop_world import DAY, REPORT, World

Pick = Callable[[Sequence[Any]], Any]
Move = Callable[[World, Hazard, str, Pick], Any]
REASON = ("现场情况有变", "", "  ", "长" * 501)
PHOTOS = ([7], [], [7, 8])
CRITERIA = ("GAS-9-1:in-force", None, "GAS-9-1:over", "GAS-9-1:to-come", "none")


def _plain(operation: Callable[..., Any]) -> Move:
    """An operation that needs nothing but the hazard."""
    return lambda world, hazard, by, pick: world.call(operation, by, hazard)


def _reason(operation: Callable[..., Any], **given: Any) -> Move:
    """An operation that needs a reason."""
    return lambda world, hazard, by, pick: world.call(operation, by, hazard, reason=pick(REASON), **given)


def _correct(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    wrong = ({}, {"suspected_major": True}, {"sector": "moon"}, {"photo_ids": []}, {"sector": "fire"})
    report = HazardReport(**(REPORT | pick(wrong)))
    return world.call(hazard_flow.correct_report, by, hazard, report=report)


def _verify(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    odd = hazard.number[-1] in "13579"
    level = pick(("major", "general", "huge") if odd else ("general", "major", "huge"))
    cited = pick(CRITERIA) if level == "major" else None
    given = {"level": level, "criterion_id": cited, "reason": pick(REASON)}
    return world.call(hazard_flow.verify_hazard, by, hazard, **given)


def _verify_general(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    return world.call(hazard_flow.verify_hazard, by, hazard, level="general", reason=pick(REASON))


def _duplicate(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    others = world.session.exec(select(Hazard).order_by(col(Hazard.number).desc())).all()
    return world.call(hazard_flow.mark_duplicate, by, hazard, kept=pick(others))


def _transfer(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    given = {"department": pick(("市住建局", " ")), "reason": pick(REASON)}
    return world.call(hazard_flow.transfer_hazard, by, hazard, **given)


def _target(world: World, pick: Pick) -> dict[str, Any]:
    """To whom it is given: sensible ones, and ones that do not fit together."""
    sample = world.sample
    return pick(  # type: ignore[no-any-return]
        (
            {"owner_id": sample.keeper.id},
            {"unit_id": sample.shop.id},
            {"area": sample.town.area},
            {"unit_id": sample.town_unit.id},
            {"owner_id": sample.town.id},
            {"owner_id": sample.department.id},
            {"owner_id": sample.responsible.id, "unit_id": sample.gas.id},
            {"owner_id": sample.responsible.id, "unit_id": sample.shop.id},
            {"owner_id": sample.office.id},
            {"owner_id": 5},
            {"area": "411024999"},
            {},
        )
    )


def _assign(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    given = {"due_at": world.now + pick((3, 15, 1, 0, -2, 400)) * DAY, "reason": pick(REASON)}
    return world.call(assignment.assign_hazard, by, hazard, **given, **_target(world, pick))


def _assign_together(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    others = assignment.to_assign_at(world.session, by=world.actors[by], unit_id=world.sample.shop.id)
    hazards = [hazard, *(other for other in others if other.id != hazard.id)]
    given: dict[str, Any] = {"by": world.actors[by], "now": world.now, "policy": world.policy}
    given |= {"due_at": world.now + pick((3, 0)) * DAY, "reason": pick(REASON)}
    return assignment.assign_together(world.session, hazards=hazards, **given, **_target(world, pick))


def _pass_on(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    people = [getattr(world.sample, name).id for name in ("keeper", "town", "responsible", "office")]
    return world.call(assignment.pass_on_hazard, by, hazard, to_id=pick([*people, 5]), reason=pick(REASON))


def _commit(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    missing = missing_commitments(world.session, hazard=hazard)
    item = pick([*missing, "measures", "funds", "plan", "deadline", "luck"])
    given = {"item": item, "value": pick(("搬走气瓶", "停用", "")), "reason": pick(REASON)}
    return world.call(hazard_flow.commit_to, by, hazard, **given)


def _accept(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    return world.call(hazard_flow.accept_hazard, by, hazard)


def _ask(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    return world.ask(hazard, by, days=pick((30, 7, 0, 400)), reason=pick(REASON))


def _decide(approve: bool) -> Move:
    def decide(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
        newest = col(Extension.id).desc()
        asked = world.session.exec(select(Extension).order_by(newest)).all()
        mine = [each for each in asked if each.hazard_id == hazard.id]
        if not asked:
            raise UserError("extension-unknown")
        return world.decide(hazard, pick([*mine, *asked]), by, approve=approve, reason=pick(REASON))

    return decide


def _supervise(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    given = {"level": pick(("county", "city", "village")), "reason": pick(REASON[:2])}
    return world.call(supervision.supervise_hazard, by, hazard, **given)


def _submit(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    given = {"note": pick(("已整改", "", "长" * 501)), "photo_ids": pick(PHOTOS)}
    return world.call(hazard_flow.submit_fix, by, hazard, **given)


def _pass_lookback(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    return world.call(lookback.pass_lookback, by, hazard, note="", photo_ids=pick(PHOTOS))


def _reopen(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    given = {"reason": pick(REASON), "photo_ids": pick(([], [9]))}
    return world.call(lookback.reopen_hazard, by, hazard, **given)


def _doubt(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    return world.call(lookback.doubt_fixed, by, hazard, said=pick(("还在", "")))


def _comment(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    given = {"said": pick(("去看过了", " ")), "photo_ids": pick(([], [3]))}
    return world.call(hazard_comments.comment_on, by, hazard, **given)


def _follow(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    return world.call(hazard_comments.follow_hazard, by, hazard, said="我也看见了", photo_ids=[])


def _settle_draft(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    drafts = world.session.exec(select(NoticeDraft.id).order_by(NoticeDraft.id)).all()
    given: dict[str, Any] = {"draft_id": pick([*drafts, 5]), "signed": pick((True, False))}
    actor = world.actors[by]
    return supervision.settle_draft(world.session, by=actor, now=world.now, policy=world.policy, **given)


def _acknowledge(world: World, hazard: Hazard, by: str, pick: Pick) -> Any:
    alarms = world.session.exec(select(Alarm.id).order_by(Alarm.id)).all()
    given: dict[str, Any] = {"alarm_id": pick([*alarms, 5]), "now": world.now, "policy": world.policy}
    return acknowledge(world.session, by=world.actors[by], **given)


MOVES: dict[str, Move] = {
    "correct": _correct,
    "withdraw": _plain(hazard_flow.withdraw_report),
    "hand_over": _plain(hazard_flow.hand_over_hazard),
    "verify": _verify,
    "regrade": _verify,
    "reject": _reason(hazard_flow.reject_hazard),
    "mark_duplicate": _duplicate,
    "transfer": _transfer,
    "take_back": _reason(hazard_flow.take_back_hazard),
    "confirm_spot_fix": _plain(hazard_flow.confirm_spot_fix),
    "assign": _assign,
    "pass_on": _pass_on,
    "hand_back": _reason(assignment.hand_back_hazard),
    "commit": _commit,
    "accept": _accept,
    "ask_extension": _ask,
    "approve_extension": _decide(True),
    "refuse_extension": _decide(False),
    "supervise": _supervise,
    "suspend": _reason(supervision.suspend_production),
    "submit_fix": _submit,
    "fail_recheck": _reason(hazard_flow.fail_recheck),
    "pass_recheck": _plain(hazard_flow.pass_recheck),
    "delist": _plain(supervision.delist_hazard),
    "resume_production": _plain(supervision.resume_production),
    "close": _plain(hazard_flow.close_hazard),
    "start_lookback": _plain(lookback.start_lookback),
    "pass_lookback": _pass_lookback,
    "reopen": _reopen,
    "confirm_fixed": _plain(lookback.confirm_fixed),
    "doubt": _doubt,
}
# What is done to a hazard and is no move of its.
BESIDES: dict[str, Move] = {
    "verify_general": _verify_general,
    "assign_together": _assign_together,
    "comment": _comment,
    "follow": _follow,
    "settle_draft": _settle_draft,
    "acknowledge": _acknowledge,
}
EVERYTHING = MOVES | BESIDES

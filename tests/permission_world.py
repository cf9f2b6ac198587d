"""Somebody of every role inside and outside a hazard's scope, the hazards they try, and every operation they try."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, select

from bot import permissions_table
from bot.criteria_table import shipped_criteria
from bot.permissions_table import COLUMNS, FOLLOWER, LINK, ON_DUTY, OTHER_UNIT, OWNER, REPORTER, UNIT
from bot.sample import TOWN, VILLAGE
from bot.words import Words
from handlers import commands
from handlers.context import Context
from handlers.inbound import Inbound
from models import hazard_comments, hazard_flow, lookback, supervision
from models.alarms import Alarm, acknowledge
from models.base import Actor, Grant, UserError
from models.checkin import check_in
from models.criteria import import_criteria
from models.duty import LEADER, OFFICER, KeyPeriod, Post, ShiftDuty
from models.duty_publish import publish_roster
from models.followers import add_follower
from models.hazard_lists import MINE, OPEN, Listing, list_hazards
from models.hazard_sight import hazard_by_id
from models.hazards import Hazard, move
from models.people import ADMIN, GRID_WORKER, Person, add_person
from models.people_import import import_people, invite_people
from models.people_rows import PersonRow
from models.periods import add_period
from models.posts import save_post
from models.roster_rules import ShiftRow
from models.supervision import NoticeDraft
from models.uploads import add_upload
from tests.county import County
from tests.loop_moves import MOVES
from tests.loop_world import World

Try = Callable[[World, Hazard, str], Any]
DENIED = {"not-allowed", "hazard-unknown", "not-your-shift"}
HOUR = timedelta(hours=1)


def name_of(column: str, inside: bool) -> str:
    """What somebody of a column is called among the actors."""
    return f"{column}, {'inside' if inside else 'outside'}"


@dataclass
class Scene:
    """The world, and which hazard each operation is tried on."""

    world: World
    hazards: dict[str, int] = field(default_factory=dict)

    def may(self, operation: str, column: str, *, inside: bool) -> bool:
        """Whether the operation itself lets them; any refusal but one of permission is a fault of the scene."""
        world, name = self.world, name_of(column, inside)
        world.session.expire_all()
        hazard = world.session.get_one(Hazard, (world.sample.county, self.hazards[operation]))
        try:
            TRIES[operation](world, hazard, name)
        except UserError as error:
            if error.key not in DENIED:
                raise
            return False
        return True


def make_scene(session: Session, sample: County) -> Scene:
    """People of every column, then a hazard for every operation, in the state from which it is done."""
    world = World(session, sample)
    ids = _people(world)
    scene = Scene(world)
    for operation in permissions_table.OPERATIONS:
        state = _STATES.get(operation, _seen)
        hazard = state(world)
        scene.hazards[operation] = hazard.id
        _relate(world, hazard, ids)
    _duty(world, ids)
    world.report()  # the newest: what a duplicate is one of
    return scene


def _people(world: World) -> dict[str, int]:
    """One person for the inside and the outside of every column; the link's are no persons."""
    units = {UNIT: world.sample.shop.id, OTHER_UNIT: world.sample.gas.id, None: None}
    ids: dict[str, int] = {}
    for column in COLUMNS:
        for inside in (True, False):
            name, shown = name_of(column, inside), permissions_table.probe(column, inside).actor
            grants = tuple(Grant(g.role, g.area, units[g.unit_id], g.sector) for g in shown.grants)
            if column == LINK:
                unit = units[shown.link_unit]
                world.actors[name] = Actor(world.sample.county, None, name, "link", link_unit=unit)
                continue
            person = add_person(
                world.session, county=world.sample.county, name=name, grants=grants, now=world.now
            )
            ids[name] = person.id
            world.actors[name] = Actor(world.sample.county, person.id, name, "web", grants)
    return ids


def _relate(world: World, hazard: Hazard, ids: dict[str, int]) -> None:
    """Put the people of the relations in the places of those who made the scene."""
    owned = {"owner_id": ids[name_of(OWNER, True)]} if hazard.owner_id else {}
    owned |= {"submitted_by": ids[name_of(OWNER, True)]} if hazard.submitted_by else {}
    table = Hazard.__table__  # type: ignore[attr-defined]
    changed = table.update().where(table.c.id == hazard.id)
    reporter = ids[name_of(REPORTER, True)]
    world.session.connection().execute(changed.values(reporter_id=reporter, **owned))
    given = {"county": hazard.county, "hazard_id": hazard.id, "now": world.now}
    add_follower(world.session, person_id=ids[name_of(FOLLOWER, True)], **given)
    world.session.expire_all()


def _duty(world: World, ids: dict[str, int]) -> None:
    """A shift that is about to begin, with those inside who stand duty."""
    given: dict[str, Any] = {"by": world.actors["office"], "now": world.now}
    post = save_post(world.session, name="彭店镇值班室", area=TOWN, phone="0374-7160000", **given)
    ends_at = world.now + 48 * HOUR
    period = add_period(
        world.session, name="花博会", starts_at=world.now, ends_at=ends_at, policy=world.policy, **given
    )
    people = tuple(
        (ids[name_of(column, True)], role) for column, role in zip(ON_DUTY, (OFFICER, LEADER), strict=True)
    )
    row = ShiftRow(post.id, world.now + HOUR / 4, world.now + 24 * HOUR, people)
    publish_roster(world.session, period=period, rows=[row], policy=world.policy, **given)


# From which state each operation is done.


def _seen(world: World) -> Hazard:
    return world.at("rectifying")


def _asked(world: World) -> Hazard:
    return world.asked()[0]


def _drafted(world: World) -> Hazard:
    hazard = world.at("rectifying")
    supervision.draft_notice(world.session, hazard=hazard, now=world.now, policy=world.policy)
    return hazard


def _transferred(world: World) -> Hazard:
    hazard = world.report()
    return world.call(  # type: ignore[no-any-return]
        hazard_flow.transfer_hazard, "office", hazard, department="市住建局", reason="市管"
    )


def _at(state: str, *, major: bool = False, **report: Any) -> Callable[[World], Hazard]:
    return lambda world: world.at(state, major=major, **report)


_covert = _at("reported", by="inspector", covert=True)
_STATES: dict[str, Callable[[World], Hazard]] = {
    **dict.fromkeys(
        ("correct", "withdraw", "verify", "reject", "mark_duplicate", "transfer"), _at("reported")
    ),
    **dict.fromkeys(("hand_over", "see_covert"), _covert),
    "take_back": _transferred,
    "confirm_spot_fix": _at("reported", spot_fixed=True, after_photo_ids=[2]),
    "assign": _at("verified"),
    "accept": _at("assigned"),
    **dict.fromkeys(("approve_extension", "refuse_extension"), _asked),
    "supervise": _at("verified", major=True),
    "suspend": _at("verified"),
    **dict.fromkeys(("fail_recheck", "pass_recheck"), _at("submitted")),
    "delist": lambda world: world.listed("passed"),
    "resume_production": lambda world: world.suspended("passed"),
    "close": _at("passed"),
    **dict.fromkeys(("start_lookback", "skip_lookback", "reopen", "confirm_fixed", "doubt"), _at("closed")),
    "pass_lookback": _at("lookback"),
    "follow": _at("reported"),
    "acknowledge": _at("reported", suspected_major=True),
    "sign_notice": _drafted,
}


# What is tried.


def _move(action: str, world: World, hazard: Hazard, name: str) -> None:
    MOVES[action](world, hazard, name, lambda options: options[0])


def _regrade(world: World, hazard: Hazard, name: str) -> None:
    given = {"level": "major", "criterion_id": "GAS-9-1:in-force", "reason": "现场核实"}
    world.call(hazard_flow.verify_hazard, name, hazard, **given)


def _skip_lookback(world: World, hazard: Hazard, name: str) -> None:
    world.call(partial(move, action="skip_lookback"), name, hazard)


def _now(world: World, name: str) -> dict[str, Any]:
    return {"by": world.actors[name], "now": world.now}


def _denied_unless(fact: bool) -> None:
    if not fact:
        raise UserError("not-allowed")


def _lists_own(world: World, hazard: Hazard, name: str) -> None:
    found = list_hazards(
        world.session, by=world.actors[name], listing=Listing(MINE), now=world.now, limit=500
    )
    _denied_unless(hazard.id in {each.id for each in found})


def _says(command: str, world: World, name: str) -> str:
    """What somebody reads who types a command; a link has no chat."""
    by = world.actors[name]
    _denied_unless(by.person_id is not None)
    assert by.person_id is not None
    inbound = Inbound("web", "1", name, "text", name, world.now, text=command)
    say = partial(Words(world.policy.zone).say, lang="zh-CN")
    ctx = Context(
        world.session, inbound, by.county, world.now, world.policy, "zh-CN", say, by.person_id, name
    )
    commands.run(ctx, command, "")
    return "\n".join(say(line) for body in ctx.replies for line in body["lines"])


def _lists_open(world: World, hazard: Hazard, name: str) -> None:
    found = list_hazards(
        world.session, by=world.actors[name], listing=Listing(OPEN), now=world.now, limit=500
    )
    _denied_unless(hazard.id in {each.id for each in found})


def _acknowledges(world: World, hazard: Hazard, name: str) -> None:
    alarm = world.session.exec(select(Alarm).where(Alarm.subject_id == hazard.id)).one()
    given = {"alarm_id": alarm.id, "policy": world.policy}

    acknowledge(world.session, **_now(world, name), **given)


def _signs(world: World, hazard: Hazard, name: str) -> None:
    draft = world.session.exec(select(NoticeDraft).where(NoticeDraft.hazard_id == hazard.id)).one()
    given = {"draft_id": draft.id, "signed": True, "policy": world.policy}
    supervision.settle_draft(world.session, **_now(world, name), **given)


def _imports(role: str, world: World, hazard: Hazard, name: str) -> None:
    rows = [PersonRow(2, "新来的", "13911111111", (role,), area=VILLAGE)]
    import_people(world.session, rows=rows, **_now(world, name))


def _imports_criteria(world: World, hazard: Hazard, name: str) -> None:
    import_criteria(world.session, rows=shipped_criteria()[:1], **_now(world, name))


def _invites(world: World, hazard: Hazard, name: str) -> None:
    person = world.session.get_one(Person, (world.sample.county, world.sample.keeper.id))
    invite_people(world.session, people=[person], **_now(world, name))


def _adds_period(world: World, hazard: Hazard, name: str) -> None:
    ends_at = world.now + 24 * HOUR
    given = {"name": "汛期", "starts_at": world.now, "ends_at": ends_at, "policy": world.policy}
    add_period(world.session, **_now(world, name), **given)


def _saves_post(world: World, hazard: Hazard, name: str) -> None:
    save_post(world.session, name="彭店镇林场", area=TOWN, phone="", **_now(world, name))


def _sends_roster(world: World, hazard: Hazard, name: str) -> None:
    add_upload(world.session, address=name, file_id=1, name="值班表.xlsx", **_now(world, name))


def _publishes(world: World, hazard: Hazard, name: str) -> None:
    period = world.session.exec(select(KeyPeriod)).one()
    post = world.session.exec(select(Post)).one()
    row = ShiftRow(post.id, world.now + HOUR, world.now + 24 * HOUR, ((world.id("officer"), OFFICER),))
    given = {"period": period, "rows": [row], "policy": world.policy}
    publish_roster(world.session, **_now(world, name), **given)


def _checks_in(world: World, hazard: Hazard, name: str) -> None:
    duty = world.session.exec(select(ShiftDuty).order_by(ShiftDuty.id)).first()  # type: ignore[arg-type]
    assert duty is not None
    check_in(world.session, duty_id=duty.id, policy=world.policy, **_now(world, name))


def _sees(world: World, hazard: Hazard, name: str) -> None:
    hazard_by_id(world.session, by=world.actors[name], hazard_id=hazard.id)


TRIES: dict[str, Try] = {action: partial(_move, action) for action in MOVES} | {
    "regrade": _regrade,
    "start_lookback": lambda world, hazard, name: world.call(lookback.start_lookback, name, hazard),
    "skip_lookback": _skip_lookback,
    "report": lambda world, hazard, name: world.report(name),
    "report_covertly": lambda world, hazard, name: world.report(name, covert=True),
    "see": _sees,
    "see_covert": _sees,
    "comment": lambda world, hazard, name: world.call(
        hazard_comments.comment_on, name, hazard, said="去看过了", photo_ids=[]
    ),
    "follow": lambda world, hazard, name: world.call(
        hazard_comments.follow_hazard, name, hazard, said="我也看见了", photo_ids=[]
    ),
    "list_own": _lists_own,
    "list_open": _lists_open,
    "acknowledge": _acknowledges,
    "sign_notice": _signs,
    "import_people": partial(_imports, GRID_WORKER),
    "import_administrators": partial(_imports, ADMIN),
    "import_criteria": _imports_criteria,
    "invite": _invites,
    "add_period": _adds_period,
    "save_post": _saves_post,
    "see_roster": lambda world, hazard, name: _says("roster", world, name),
    "send_roster": _sends_roster,
    "publish_roster": _publishes,
    "check_in": _checks_in,
}

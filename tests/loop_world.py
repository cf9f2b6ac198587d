"""The loop without a chat: the sample's people as actors, and hazards brought to any state by the operations."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel, select

from bot.sample import VILLAGE
from models import assignment, extensions, hazard_flow, lookback, supervision
from models.audit import Event, events_of, row_hash
from models.base import Actor, system, write_now
from models.criteria import Criterion
from models.extensions import Extension
from models.hazard_reports import HazardReport
from models.hazards import Hazard
from models.people import Person, person_actor
from models.policy import Policy
from tests.county import NOW, County

DAY = timedelta(days=1)
PLAN = {"measures": "换成管道气", "funds": "3000元", "plan": "专人看守"}
STATIC = ("area", "criterion")


@dataclass
class World:
    """Operations by the names of those who do them: `world.call(close_hazard, "office", hazard)`."""

    session: Session
    sample: County
    now: datetime = NOW
    policy: Policy = field(default_factory=Policy)
    actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.actors:
            self.actors = actors_of(self.session, self.sample)

    def call(self, operation: Callable[..., Any], by: str, hazard: Hazard, **given: Any) -> Any:
        """Do an operation on a hazard now."""
        given |= {"by": self.actors[by], "now": self.now, "policy": self.policy}
        return operation(self.session, hazard=hazard, **given)

    def id(self, who: str) -> int:
        """A person's id."""
        return getattr(self.sample, who).id  # type: ignore[no-any-return]

    def report(self, by: str = "grid_worker", **given: Any) -> Hazard:
        """A gas hazard at the shop in the village."""
        given = REPORT | {"unit_id": self.sample.shop.id, "unit_name": self.sample.shop.name} | given
        report = HazardReport(**given)
        by_whom = self.actors[by]
        return hazard_flow.submit_report(
            self.session, by=by_whom, report=report, now=self.now, policy=self.policy
        )

    def verify(self, hazard: Hazard, *, major: bool = False, by: str = "office", reason: str = "") -> Hazard:
        """Grade it; a major one by a criterion in force."""
        level = {"level": "major", "criterion_id": "GAS-9-1:in-force"} if major else {"level": "general"}
        return self.call(hazard_flow.verify_hazard, by, hazard, reason=reason, **level)  # type: ignore[no-any-return]

    def assign(self, hazard: Hazard, *, days: int = 7, by: str = "office", **to: Any) -> Hazard:
        """Hand it to the shop's keeper, or to whom it is told: owner_id, unit_id, area."""
        to = to or {"owner_id": self.id("keeper")}
        due_at = self.now + days * DAY
        return self.call(assignment.assign_hazard, by, hazard, due_at=due_at, **to)  # type: ignore[no-any-return]

    def plan(self, hazard: Hazard, by: str = "keeper") -> Hazard:
        """Settle the three of the five that assigning leaves open."""
        for item, value in PLAN.items():
            self.call(hazard_flow.commit_to, by, hazard, item=item, value=value)
        return hazard

    def submit(self, hazard: Hazard, by: str = "keeper") -> Hazard:
        """Say that it is fixed, with a photo."""
        return self.call(hazard_flow.submit_fix, by, hazard, note="已整改", photo_ids=[7])  # type: ignore[no-any-return]

    def at(self, state: str, *, major: bool = False, **report: Any) -> Hazard:
        """A new hazard brought to this state by the straight way: keeper rectifies, office and colleague accept."""
        hazard = self.report(**report)
        for reached, step in self._way(hazard, major):
            if hazard.state == state:
                break
            step()
            assert hazard.state == reached
        assert hazard.state == state
        return hazard

    def _way(self, hazard: Hazard, major: bool) -> list[tuple[str, Callable[[], Any]]]:
        def accept() -> None:
            if major:
                self.plan(hazard)
            self.call(hazard_flow.accept_hazard, "keeper", hazard)

        again = {"note": "", "photo_ids": [8]}
        return [
            ("verified", lambda: self.verify(hazard, major=major)),
            ("assigned", lambda: self.assign(hazard)),
            ("rectifying", accept),
            ("submitted", lambda: self.submit(hazard)),
            ("passed", lambda: self.call(hazard_flow.pass_recheck, "office", hazard)),
            ("closed", lambda: self.call(hazard_flow.close_hazard, "colleague", hazard)),
            ("lookback", lambda: self.call(lookback.start_lookback, "office", hazard)),
            ("done", lambda: self.call(lookback.pass_lookback, "office", hazard, **again)),
        ]

    def listed(self, state: str = "verified") -> Hazard:
        """A major hazard under the county's supervision."""
        hazard = self.at("verified", major=True)
        self.call(supervision.supervise_hazard, "office", hazard, level="county", reason="久拖不改")
        return self._on(hazard, state)

    def suspended(self, state: str = "verified", *, major: bool = False) -> Hazard:
        """A hazard whose unit stands still."""
        hazard = self.at("verified", major=major)
        self.call(supervision.suspend_production, "office", hazard, reason="县应急局决定")
        return self._on(hazard, state)

    def _on(self, hazard: Hazard, state: str) -> Hazard:
        for _, step in self._way(hazard, hazard.level == "major")[1:]:
            if hazard.state == state:
                break
            step()
        assert hazard.state == state
        return hazard

    def asked(self, by: str = "keeper", *, days: int = 20) -> tuple[Hazard, Extension]:
        """A hazard being rectified whose owner wants more time."""
        hazard = self.at("rectifying")
        return hazard, self.ask(hazard, by, days=days)

    def ask(
        self, hazard: Hazard, by: str = "keeper", *, days: int = 20, reason: str = "材料未到"
    ) -> Extension:
        """Ask for a later deadline."""
        new_due = self.now + days * DAY
        return self.call(extensions.ask_extension, by, hazard, new_due=new_due, reason=reason)  # type: ignore[no-any-return]

    def decide(
        self, hazard: Hazard, asked: Extension, by: str, *, approve: bool = True, reason: str = ""
    ) -> Any:
        """Approve a later deadline, or refuse it."""
        given = {"extension_id": asked.id, "approve": approve, "reason": reason}
        return self.call(extensions.decide_extension, by, hazard, **given)

    def events(self, hazard: Hazard) -> list[Event]:
        """What is recorded of a hazard, in order."""
        write_now(self.session)
        return events_of(self.session, county=hazard.county, subject="hazard", subject_id=hazard.id)


REPORT = {
    "area": VILLAGE,
    "sector": "gas",
    "kind": "explosion",
    "description": "液化气罐和明火在一个屋",
    "photo_ids": [1],
}


def actors_of(session: Session, sample: County) -> dict[str, Actor]:
    """Everyone of the sample by their part; the shop and the gas office by their links; the clock."""
    people = {each.name: getattr(sample, each.name) for each in fields(sample)}
    made = {
        name: person_actor(session, person=person, channel="web")
        for name, person in people.items()
        if isinstance(person, Person)
    }
    made["link"] = Actor(sample.county, None, sample.shop.name, "link", link_unit=sample.shop.id)
    made["other_link"] = Actor(sample.county, None, sample.gas.name, "link", link_unit=sample.gas.id)
    made["clock"] = system(sample.county)
    return made


def add_criteria(session: Session) -> None:
    """One criterion that holds at NOW, one that held before, one that will."""
    spans = {
        "in-force": (date(2023, 9, 21), None),
        "over": (date(2017, 1, 1), date(2023, 9, 20)),
        "to-come": (date(2030, 1, 1), None),
    }
    for name, (begins, ends) in spans.items():
        session.add(
            Criterion(
                id=f"GAS-9-1:{name}",
                code="TEST-9-1",
                standard="GAS",
                article="9",
                item=1,
                sector="gas",
                title="餐饮场所用气瓶与明火同室",
                standard_title="城镇燃气经营安全重大隐患判定标准",
                document_no="建城规〔2023〕4号",
                effective_from=begins,
                effective_to=ends,
            )
        )
    session.flush()


def all_rows(session: Session) -> dict[str, list[Any]]:
    """Every row of every table but the places and the criteria."""
    session.flush()
    write_now(session)
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in STATIC:
            rows = session.connection().execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


def chain_faults(session: Session) -> list[str]:
    """Where the chain of events is broken: a hash that is not its row's, a link to nothing, two links to one."""
    write_now(session)
    rows = [event.model_dump() for event in session.exec(select(Event).order_by(Event.seq))]  # type: ignore[arg-type]
    hashes, linked = {row["hash"] for row in rows}, [row["prev"] for row in rows if row["prev"]]
    wrong = [f"hash of {row['action']}" for row in rows if row_hash(row) != row["hash"]]
    lost = [f"nothing before {row['action']}" for row in rows if row["prev"] and row["prev"] not in hashes]
    return [*wrong, *lost, *(["two after one"] if len(linked) != len(set(linked)) else [])]

"""Random people do random things to a few hazards while time passes; after each step all must still be lawful."""

from collections import Counter
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlmodel import Session

from models.alarms import climb_due
from models.base import UserError, write_now
from models.hazard_states import BY_ACTION, actions_from
from models.hazards import Hazard, may_move
from models.ladder_watch import remind_due
from models.lookback import ask_due, lookback_due
from models.people import Person
from models.policy import Policy
from tests.county import NOW
from tests.loop_fixtures import Stored
from tests.loop_moves import BESIDES, EVERYTHING, MOVES
from tests.loop_truth import (
    Look,
    People,
    criteria_hold,
    hidden_stays_hidden,
    ledger_is_lawful,
    life_is_lawful,
    look,
    no_self_acceptance,
    row_is_lawful,
)
from tests.loop_world import World, actors_of, all_rows, chain_faults

TICKS = (climb_due, remind_due, lookback_due, ask_due)
REPORTERS = ("grid_worker", "other_worker", "town", "keeper", "department", "inspector", "office")
WHAT = ("likely",) * 7 + ("report", "anything", "two", "time", "time")
MOST = 4  # hazards at a time
ONWARD = {
    "reported": ("verify",),
    "verified": ("assign",),
    "assigned": ("accept", "submit_fix"),
    "rectifying": ("submit_fix", "submit_fix", "ask_extension", "approve_extension"),
    "submitted": ("pass_recheck", "pass_recheck", "fail_recheck"),
    "passed": ("close", "close", "delist", "resume_production"),
    "closed": ("start_lookback",),
    "lookback": ("pass_lookback",),
}
KEPT_SILENT = {
    "commit",
    "confirm_fixed",
    "doubt",
    "settle_draft",
    "acknowledge",
}  # may rightly change nothing


def people_of(stored: Stored) -> People:
    """The actors, and to which units they belong."""
    with Session(stored.engine) as session:
        people = People(actors_of(session, stored.sample))
        for actor in people.actors.values():
            if actor.person_id is not None:
                unit_id = session.get_one(Person, (actor.county, actor.person_id)).unit_id
                units = {unit_id, *(g.unit_id for g in actor.grants if g.role == "responsible")}
                people.units[actor.person_id] = {unit for unit in units if unit is not None}
    return people


class Loop(RuleBasedStateMachine):
    """A subclass names the stored county, its people, and counts what was done."""

    stored: Stored
    people: People
    counted: Counter[str]

    @initialize(percent=st.sampled_from([0, 100]))
    def begin(self, percent: int) -> None:
        self.connection = self.stored.engine.connect()
        self.transaction = self.connection.begin()
        self.now = NOW
        self.policy = Policy(lookback_percent=percent)
        self.refused, self.compound, self.turn = "", False, 0
        self.seen = look(self.connection)

    def teardown(self) -> None:
        if not hasattr(self, "transaction"):
            return
        try:
            with Session(self.connection, join_transaction_mode="rollback_only") as session:
                assert chain_faults(session) == []
        finally:
            self.transaction.rollback()
            self.connection.close()

    # What people do

    @rule(seed=st.integers(0, 2**32 - 1))
    def step(self, seed: int) -> None:
        """Somebody does something, or time passes. All choices of a step follow from its seed and its turn:
        left to itself hypothesis would have the same done over and over."""
        self.turn += 1
        chance = Random(seed * 1000 + self.turn)
        what = chance.choice(WHAT)
        alive = sum(bool(actions_from(row["state"])) for row in self.seen.hazards.values())
        if alive == 0 or (what == "report" and alive < MOST):
            self.report(chance)
        elif what == "time":
            self.time_passes(chance.choice([1, 26, 24 * 4, 24 * 9, 24 * 31]))
        else:
            {"anything": self.anything, "two": self.two_at_once}.get(what, self.likely)(chance)

    def report(self, chance: Random) -> None:
        by, kind = chance.choice(REPORTERS), chance.choice(["plain", "suspected", "spot", "covert"])
        given: dict[str, Any] = chance.choice([{}, {"unit_id": None, "unit_name": ""}])
        given |= {"spot_fixed": True, "after_photo_ids": [2]} if kind == "spot" else {}
        given |= {"suspected_major": True} if kind == "suspected" else {}
        given |= {"covert": True} if kind == "covert" and by in ("inspector", "office") else {}
        note(f"{by} reports: {kind}")
        with self.transaction_of() as session:
            self.world(session).report(by, **given)
        self.check("report", by)

    def likely(self, chance: Random) -> None:
        """Somebody who may does what the state calls for, mostly right."""
        hazard = self.some_hazard(chance, alive=True)
        what, by = self.fitting(chance, hazard)
        self.act(hazard.id, what, by, chance, right=chance.random() < 0.85)

    def fitting(self, chance: Random, hazard: Hazard) -> tuple[str, str]:
        """A move that the state allows, most often one that leads on, and somebody who may make it."""
        moves = [move.action for move in actions_from(hazard.state) if move.action in MOVES]
        onward = ONWARD.get(hazard.state, ())
        if hazard.level == "major" and hazard.state == "assigned":
            onward = ("commit", "commit", "commit", "accept", "supervise")
        what = chance.choice([*onward * 3, *moves] or ["close"])
        may = [name for name, actor in self.people.actors.items() if may_move(actor, hazard, what)]
        return what, chance.choice(may or ["office"])

    def anything(self, chance: Random) -> None:
        """Anybody tries anything, and presses once more."""
        hazard_id = self.some_hazard(chance).id
        what, by = chance.choice(sorted(EVERYTHING)), chance.choice(sorted(self.people.actors))
        for _ in range(2):
            self.act(hazard_id, what, by, chance, right=chance.random() < 0.5)

    def two_at_once(self, chance: Random) -> None:
        """Two people read the same hazard, then both act: the second one's move is refused."""
        hazard = self.some_hazard(chance, alive=True)
        version = hazard.row_version
        with Session(self.connection, join_transaction_mode="rollback_only") as stale:
            read = stale.get_one(Hazard, (hazard.county, hazard.id))
            self.act(hazard.id, *self.fitting(chance, hazard), chance, right=True)
            moved = self.seen.hazards[hazard.id]["row_version"]
            what, by = self.fitting(chance, hazard)
            self.act(hazard.id, what, by, chance, right=True, stale=stale, read=read)
        if moved != version:
            assert self.seen.hazards[hazard.id]["row_version"] == moved, (
                f"{what} by {by}, of what they had read"
            )

    def time_passes(self, hours: int) -> None:
        """The clock moves, and every tick runs twice: the second time there is nothing left."""
        note(f"{hours} hours pass")
        self.now += timedelta(hours=hours)
        for again in (False, True):
            before = self.changes()
            with self.transaction_of() as session:
                for tick in TICKS:
                    tick(session, county=self.stored.sample.county, now=self.now, policy=self.policy)
            assert not again or self.changes() == before
        self.check("tick", "clock")

    # How it is done and looked at

    @contextmanager
    def transaction_of(self, session: Session | None = None) -> Any:
        """A session whose work is kept, but for a refusal, which must not have changed a thing."""
        before, refused = self.changes(), None
        with self.connection.begin_nested() as savepoint:
            own = session or Session(self.connection, join_transaction_mode="rollback_only")
            try:
                yield own
                own.flush()
                write_now(own)
            except UserError as error:
                refused = error
            if refused is not None:
                self.refused = refused.key
                self.counted[f"refused: {refused.key}"] += 1
                assert self.compound or (not own.new and self.changes() == before), refused
                savepoint.rollback()
            if session is None:
                own.close()

    def changes(self) -> Any:
        """What tells whether any row of any table has changed."""
        if self.connection.dialect.name == "sqlite":
            return self.connection.connection.driver_connection.total_changes  # type: ignore[union-attr]
        with Session(self.connection, join_transaction_mode="rollback_only") as session:
            return all_rows(session)

    def world(self, session: Session) -> World:
        return World(session, self.stored.sample, self.now, self.policy, self.people.actors)

    def some_hazard(self, chance: Random, *, alive: bool = False) -> Hazard:
        """One of the hazards as it is, apart from any session."""
        rows = sorted(self.seen.hazards.values(), key=lambda row: row["number"])
        rows = [row for row in rows if not alive or actions_from(row["state"])] or rows
        return Hazard(**chance.choice(rows))

    def act(
        self,
        hazard_id: int,
        what: str,
        by: str,
        chance: Random,
        *,
        right: bool,
        stale: Session | None = None,
        read: Hazard | None = None,
    ) -> None:
        """One person's step, and the look after it."""

        def pick(options: Sequence[Any]) -> Any:
            return options[0] if right else chance.choice(list(options))

        note(f"{by}: {what} {self.seen.hazards[hazard_id]['number']} {'' if right else 'wrong'}")
        self.refused, self.compound = "", what == "assign_together"  # it may fail at the second
        with self.transaction_of(stale) as session:
            hazard = read if stale else session.get_one(Hazard, (self.stored.sample.county, hazard_id))
            EVERYTHING[what](self.world(session), hazard, by, pick)
        self.counted[what] += not self.refused
        self.check(what, by, hazard_id)

    def check(self, what: str, by: str, hazard_id: int | None = None) -> None:
        """All that must hold, looked at anew."""
        before, self.seen = self.seen, look(self.connection)
        self._events_added(before, what)
        done = self.seen.events[hazard_id][len(before.events[hazard_id]) :] if hazard_id else []
        for event in done:
            self.counted[f"done: {event['action']}"] += 1
            if event["action"] in BY_ACTION:
                no_self_acceptance(before, event["subject_id"], event["action"], by, self.people)
        for key, row in self.seen.hazards.items():
            if row != before.hazards.get(key) or self.seen.events[key] != before.events[key]:
                life_is_lawful(row, self.seen.events[key])
                row_is_lawful(row, self.seen.events[key], self.seen.five[key])
                criteria_hold(self.connection, self.seen.events[key])
        ledger_is_lawful(self.connection, self.seen)
        if self.seen != before:
            hidden_stays_hidden(self.connection, self.seen, self.people)

    def _events_added(self, before: Look, what: str) -> None:
        """An accepted step appended one event to its hazard, a refused one none, neither touched an old one."""
        added = self.seen.event_count - before.event_count
        for key, events in before.events.items():
            assert self.seen.events[key][: len(events)] == events
        if what in ("tick", "assign_together"):
            return
        if what == "report":
            assert added == 1
        elif self.refused:
            assert added == 0
            assert self.seen.hazards == before.hazards
        else:
            assert added == 1 or (added == 0 and what in KEPT_SILENT)


Loop.TestCase.__test__ = False
assert set(MOVES) | set(BESIDES) == set(EVERYTHING)

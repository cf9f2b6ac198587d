"""Whatever random people do to hazards, in whatever order, none leaves the ledger but by the rules."""

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.loop_fixtures import stored_county
from tests.loop_machine import Loop, people_of

JOINED = ("grid_worker", "town", "keeper", "department", "office")  # the others' messages wait for a chat
CALM = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),  # how it is explained costs more than the runs
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
RUNS = {
    "sqlite": settings(CALM, max_examples=12, stateful_step_count=30),
    "postgresql": settings(CALM, max_examples=3, stateful_step_count=20),
}


def test_random_people_find_no_way_around_the_rules(database_url: str) -> None:
    counted: Counter[str] = Counter()
    with stored_county(database_url, JOINED) as stored:
        found = {"stored": stored, "people": people_of(stored), "counted": counted}
        run_state_machine_as_test(type("Loop", (Loop,), found), settings=RUNS[stored.engine.dialect.name])

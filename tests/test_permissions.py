"""The printed table of permissions is the code's, and each of its cells is what the operation itself does."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bot import permissions_table
from bot.generated import fill
from bot.permissions_table import COLUMNS, EVERYWHERE, NOWHERE, OPERATIONS, OWN, allowed, cell
from models.hazard_states import TRANSITIONS
from models.people import ROLES
from tests.loop_fixtures import stored_county
from tests.permission_world import TRIES, Scene, make_scene

PAGE = permissions_table.PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One county for all cells. Who may is decided by the same Python on every database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('permissions') / 'county.db'}"
    with (
        stored_county(url, ()) as stored,
        stored.engine.connect() as connection,
        connection.begin() as transaction,
    ):
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            made = make_scene(session, stored.sample)
            session.flush()
            yield made
        transaction.rollback()


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_cell_is_what_the_operation_does(scene: Scene, operation: str, column: str, inside: bool) -> None:
    undone = scene.world.session.begin_nested()
    try:
        assert scene.may(operation, column, inside=inside) is allowed(operation, column, inside=inside)
    finally:
        undone.rollback()


def test_the_page_is_as_the_code_makes_it() -> None:
    again = f"run: {permissions_table.COMMAND}"
    assert fill(PAGE, permissions_table.COMMAND, permissions_table.part()) == PAGE, again


def test_every_role_every_move_and_nothing_untried_is_in_it() -> None:
    assert set(ROLES) < set(COLUMNS)
    assert {move.action for move in TRANSITIONS} < set(OPERATIONS)
    assert set(TRIES) == set(OPERATIONS)


def test_nobody_outside_may_what_nobody_inside_may() -> None:
    cells = [(name, column) for name in OPERATIONS for column in COLUMNS]
    outside = {each for each in cells if allowed(*each, inside=False)}
    inside = {each for each in cells if allowed(*each, inside=True)}
    assert outside < inside
    assert {cell(*each) for each in outside} == {EVERYWHERE}
    assert {cell(*each) for each in inside - outside} == {OWN}
    assert {cell(*each) for each in set(cells) - inside} == {NOWHERE}


def test_who_rectifies_accepts_nothing_and_who_watches_decides_nothing() -> None:
    """Said once more by hand, for the cells that matter most."""
    accepting = ("pass_recheck", "close", "pass_lookback", "approve_extension", "delist", "resume_production")
    for column in ("responsible", "owner", "unit link", "grid_worker", "reporter", "follower", "inspector"):
        assert [name for name in accepting if cell(name, column) != NOWHERE] == []
    assert cell("close", "town_officer") == cell("close", "department") == NOWHERE
    assert cell("see_covert", "town_officer") == cell("see_covert", "department") == NOWHERE

"""The migrations make what the models say, on both databases."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import SQLModel

from bot import schema
from bot.db import make_engine


@pytest.fixture
def migrated(database_url: str) -> str:
    """A database made by the migrations."""
    schema.upgrade(database_url)
    return database_url


def test_models_equal_the_migrated_schema(migrated: str) -> None:
    engine = make_engine(migrated)
    assert schema.differences(engine) == []
    engine.dispose()


def test_a_missing_column_is_a_difference(migrated: str) -> None:
    engine = make_engine(migrated)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE message DROP COLUMN leased_by"))
    (found,) = schema.differences(engine)
    assert found[0] == "add_column"
    assert found[3].name == "leased_by"
    engine.dispose()


def test_migrated_and_created_databases_are_the_same(database_url: str, tmp_path: Path) -> None:
    """Partial indexes too, which alembic does not compare."""
    schema.import_all_models()
    engine = make_engine(database_url)
    SQLModel.metadata.create_all(engine)
    created = _indexes(engine)
    SQLModel.metadata.drop_all(engine)
    schema.upgrade(database_url)
    assert _indexes(engine) == created
    assert any("WHERE" in definition for definition in created.values())
    engine.dispose()


def _indexes(engine: Engine) -> dict[str, str]:
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND tablename <> 'alembic_version'",
    }
    with engine.connect() as connection:
        rows = connection.execute(sa.text(query[engine.dialect.name])).all()
    return {name: " ".join(definition.split()) for name, definition in rows}


def test_upgrade_works_twice(migrated: str) -> None:
    assert schema.is_current(migrated)
    schema.upgrade(migrated)
    assert schema.is_current(migrated)


def test_an_empty_database_is_not_current(database_url: str) -> None:
    assert not schema.is_current(database_url)


def test_looking_does_not_make_a_file(tmp_path: Path) -> None:
    assert not schema.is_current(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_upgrade_makes_the_folder(tmp_path: Path) -> None:
    schema.upgrade(f"sqlite:///{tmp_path / 'deep' / 'new.db'}")
    assert (tmp_path / "deep" / "new.db").exists()


def test_a_failed_migration_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DDL is in the transaction on both databases: half a schema never stands."""
    real = schema.command.upgrade

    def fail(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        raise RuntimeError("power cut")

    monkeypatch.setattr(schema.command, "upgrade", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        schema.upgrade(database_url)
    engine = make_engine(database_url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_every_module_of_models_is_imported() -> None:
    schema.import_all_models()
    tables = {
        line.split("(")[0].removeprefix("class ").strip().lower()
        for path in Path(schema.models.__file__).parent.glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("class ") and "table=True" in line
    }
    assert tables == set(SQLModel.metadata.tables)


def test_revision_says_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert schema.main([]) == 2
    assert schema.main(["revision", " "]) == 2
    assert "usage" in capsys.readouterr().err

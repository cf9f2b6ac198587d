"""The log: from the level that is set, on stderr, with short tracebacks."""

import json
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure_logs
from bot.options import LogSettings


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def fail() -> None:
    secret = "of a local variable"
    raise ValueError(len(secret))


def logged(settings: LogSettings, capsys: pytest.CaptureFixture[str]) -> str:
    """What an information, a warning and a caught error leave."""
    configure_logs(settings)
    log = structlog.get_logger()
    log.info("quiet")
    log.warning("loud", place="彭店镇")
    try:
        fail()
    except ValueError:
        log.exception("failed")
    out, err = capsys.readouterr()
    assert out == ""
    return err


@pytest.mark.parametrize("style", ["console", "json"])
def test_the_level_is_obeyed(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "quiet" in logged(LogSettings(level="info", format=style), capsys)
    said = logged(LogSettings(level="warning", format=style), capsys)
    assert "quiet" not in said
    assert "彭店镇" in said


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_traceback_names_the_error_and_shows_no_variables(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = logged(LogSettings(format=style), capsys)
    assert "ValueError: 19" in said
    assert "locals" not in said
    assert len(said) < 3000


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = logged(LogSettings(format="json"), capsys).splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["quiet", "loud", "failed"]
    assert json.loads(lines[1])["level"] == "warning"

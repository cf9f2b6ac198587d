"""How the program logs: to stderr, from the level that is set, as lines for people or JSON for a collector."""

import logging
import sys
from typing import Any

import structlog

from bot.options import LogSettings


def configure_logs(settings: LogSettings) -> None:
    """Log as set. Tracebacks are plain: drawing one with all its variables would hold up the event loop
    for a second."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_renderers(settings.format),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.level.upper())),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _renderers(style: str) -> list[Any]:
    if style == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]

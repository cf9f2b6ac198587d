"""The command line: `zhishou COMMAND`. One module per family of commands."""

from bot.cli.program import main

__all__ = ["main"]

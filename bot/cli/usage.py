"""What is wrong with a command as it was typed, in the operator's language."""

from typing import Any

import typer

from models.text import Text, text


def usage_fault(error: typer.TyperException) -> Text:
    """The fault of a command line in one sentence, naming the option, argument or command."""
    reason = _plain(error.format_message())
    option: str = getattr(error, "option_name", "")
    if option and hasattr(error, "possibilities"):
        near = error.possibilities or []  # the nearest first
        return text("cli-option-near", name=option, near=near[0]) if near else text("cli-option", name=option)
    if hasattr(error, "param_type"):
        return text("cli-argument", name=_name(error))
    if isinstance(error, typer.BadParameter):
        return text("cli-value", name=_name(error), reason=_plain(error.message))
    commands = _commands(error)
    if commands:
        return text("cli-command", reason=reason, known=", ".join(commands))
    return text("cli-usage", reason=reason)


def _plain(message: str) -> str:
    """In one line, without the name of the exception behind it."""
    return " ".join(message.split()).removeprefix("Value error, ")


def _name(error: Any) -> str:
    """The parameter as it is typed: --limit, or FILE."""
    param = error.param
    if param is None:
        return str(error.param_hint or "")
    return str(param.opts[0]) if param.param_type_name == "option" else str(param.name).upper()


def _commands(error: Any) -> list[str]:
    """The commands to choose from, if it was a command that was missing or unknown."""
    ctx = getattr(error, "ctx", None)
    return sorted(getattr(ctx.command, "commands", ())) if ctx is not None else []

"""What is wrong with the settings, in one line: where it stands, which key, what it should be."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.words import Words
from models.text import Text, text

_BY_TYPE = {
    "missing": "settings-missing",
    "int_parsing": "settings-wants-integer",
    "int_type": "settings-wants-integer",
    "int_from_float": "settings-wants-integer",
    "bool_parsing": "settings-wants-boolean",
    "bool_type": "settings-wants-boolean",
    "time_parsing": "settings-wants-time",
    "time_type": "settings-wants-time",
    "zoneinfo_str": "settings-wants-zone",
    "zoneinfo_type": "settings-wants-zone",
    "string_type": "settings-wants-string",
    "list_type": "settings-wants-list",
    "model_type": "settings-wants-table",
    "model_attributes_type": "settings-wants-table",
    "too_short": "settings-blank",
    "string_too_short": "settings-blank",
    "string_too_long": "settings-long",
}
_BOUNDS = ("ge", "le", "gt", "lt")


SIX_DIGITS = r"^[0-9]{6}$"  # an area code


class SettingsError(Exception):
    """The settings cannot be used. `where`: a file or variable; `key`: which setting, if it is one."""

    def __init__(self, where: str, key: str, fault: Text) -> None:
        self.where, self.key, self.fault = where, key, fault
        super().__init__(where, key, fault)

    def line(self, lang: str) -> str:
        """The fault in one line."""
        said = Words(ZoneInfo("UTC")).say(self.fault, lang)
        return ": ".join(part for part in (self.where, self.key, said) if part).replace("\n", " ")

    def __str__(self) -> str:
        return self.line("en")


def nearest(typed: str, known: Iterable[str]) -> Text:
    """An unknown key, with the known one that was probably meant."""
    near = get_close_matches(typed, list(known), n=1, cutoff=0.6)
    return text("settings-unknown-near", near=near[0]) if near else text("settings-unknown")


def explain(
    error: ValidationError,
    model: type[BaseModel],
    names: Mapping[str, str],
    path: str,
    toml: Mapping[str, Any],
) -> SettingsError:
    """The first fault that pydantic found. `names` are variables and secret files, `toml` what the file holds."""
    first = error.errors(include_url=False)[0]
    place = [*first["loc"], *([first["ctx"]["key"]] if "key" in first.get("ctx", {}) else [])]
    name = "ZHISHOU_" + "__".join(str(part) for part in place[:2]).upper()
    where = names.get(name) or (path if _holds(toml, place[:1]) else "")
    return SettingsError(where, _key(place), _fault(first, model, place))


def _key(place: list[Any]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def _holds(values: Any, place: list[Any]) -> bool:
    for part in place:
        if not isinstance(values, Mapping) or part not in values:
            return False
        values = values[part]
    return True


def _fault(error: ErrorDetails, model: type[BaseModel], place: list[Any]) -> Text:
    kind, ctx = error["type"], error.get("ctx", {})
    if kind == "zhishou":
        return text(ctx["fault"])
    if kind == "extra_forbidden":
        return nearest(str(place[-1]), _fields_beside(model, place))
    if kind == "literal_error":
        return text("settings-wants-one-of", values=ctx["expected"])
    if kind == "string_pattern_mismatch" and ctx["pattern"] == SIX_DIGITS:
        return text("settings-wants-six-digits")
    if kind == "string_pattern_mismatch":
        return text("settings-wants-pattern", pattern=ctx["pattern"])
    bound = next((str(ctx[name]) for name in _BOUNDS if name in ctx), None)
    if bound is not None:
        return text("settings-least" if "greater" in kind else "settings-most", bound=bound)
    if kind in _BY_TYPE:
        return text(_BY_TYPE[kind])
    return text("settings-invalid", message=error["msg"])


def _fields_beside(model: type[BaseModel], place: list[Any]) -> list[str]:
    """The known keys where an unknown one stands."""
    for part in place[:-1]:
        if isinstance(part, int):
            continue
        annotation: Any = model.model_fields[part].annotation
        inner = (each for each in getattr(annotation, "__args__", ()) if hasattr(each, "model_fields"))
        model = next(inner, annotation)
    return list(model.model_fields)

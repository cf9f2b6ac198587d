"""The tables of all settings in docs/admin.md, from bot/options.py and bot/office_options.py.

`python -m bot.options_table` writes them anew.
"""

import json
from datetime import time
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.generated import DOCS, rewrite
from bot.settings import Settings

PAGE = DOCS / "admin.md"
COMMAND = "python -m bot.options_table"


def part() -> str:
    """A table for each section of config.toml."""
    return "\n\n".join(_section(name, field) for name, field in Settings.model_fields.items())


def _section(name: str, field: FieldInfo) -> str:
    options: type[BaseModel] = field.annotation  # type: ignore[assignment]
    rows = [f"**`[{name}]`** {options.__doc__}", "", "| setting | default | meaning |", "|---|---|---|"]
    rows += [_row(f"{name}.{key}", each) for key, each in options.model_fields.items()]
    return "\n".join(rows)


def _row(name: str, field: FieldInfo) -> str:
    shown = f"`{said}`" if (said := _default(field.default)) else "empty"
    meaning = (field.description or "").replace("|", "\\|")
    return f"| `{name}` | {shown} | {meaning} |"


def _default(value: Any) -> str:
    """A default as TOML has it; of several sub-tables only how many there are."""
    if isinstance(value, list) and value and isinstance(value[0], BaseModel):
        return f"{len(value)} steps"
    if isinstance(value, list) and value and isinstance(value[0], time):
        return json.dumps([f"{each:%H:%M}" for each in value])
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, list) and value and isinstance(value[0], time):
        return json.dumps([_default(each) for each in value])
    return json.dumps(value) if isinstance(value, (bool, int, list, dict)) else str(value)


if __name__ == "__main__":
    rewrite(PAGE, COMMAND, part())

"""Settings, and the only place that reads the environment, secret files and config.toml.

Sources, the first wins: arguments, environment (ZHISHOU_TELEGRAM__TOKEN), secret files
(/run/secrets/zhishou_telegram__token), config.toml, defaults. An empty variable counts as not set.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_origin

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.office_options import OfficeSettings
from bot.options import (
    CountySettings,
    DatabaseSettings,
    LogSettings,
    RunSettings,
    StorageSettings,
    TelegramSettings,
    WebSettings,
)
from bot.os_faults import os_reason
from bot.settings_faults import SettingsError, explain, nearest
from models.policy import Policy
from models.text import text

__all__ = ["Settings", "SettingsError", "config_path", "load_settings", "system_language"]

PREFIX = "ZHISHOU_"
NOT_SETTINGS = {"ZHISHOU_CONFIG", "ZHISHOU_SECRETS_DIR", "ZHISHOU_LANG"}
SECRETS_DIR = "/run/secrets"
CONFIG = "config.toml"


class Settings(BaseSettings):
    """All settings. Built directly it knows its arguments only; `load_settings` asks every source."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    county: CountySettings = CountySettings()
    database: DatabaseSettings = DatabaseSettings()
    storage: StorageSettings = StorageSettings()
    telegram: TelegramSettings = TelegramSettings()
    web: WebSettings = WebSettings()
    office: OfficeSettings = OfficeSettings()
    log: LogSettings = LogSettings()
    run: RunSettings = RunSettings()

    @classmethod
    def settings_customise_sources(  # type: ignore[override]
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **_: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments only."""
        return (init_settings,)

    def policy(self) -> Policy:
        """The office's rules as operations take them."""
        return replace(self.office.policy(), public_url=self.web.public_url.rstrip("/"))


class _NamedValues(EnvSettingsSource):
    """Values by names such as ZHISHOU_TELEGRAM__TOKEN, read beforehand."""

    def __init__(self, settings_cls: type[BaseSettings], values: Mapping[str, str]) -> None:
        self._values = {name.lower(): value for name, value in values.items()}
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._values


def load_settings(config: str | Path | None = None, **given: Any) -> Settings:
    """The settings of this process. Raises SettingsError: one line, naming source and key."""
    path = config_path(config)
    toml = _read_toml(path) if path else {}
    environment = {name: value for name, value in os.environ.items() if _is_ours(name) and value}
    secrets = _read_secrets(Path(os.environ.get("ZHISHOU_SECRETS_DIR") or SECRETS_DIR))
    for values in (environment, secrets):
        _check_names(values)

    class Found(Settings):
        @classmethod
        def settings_customise_sources(  # type: ignore[override]
            cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **_: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            named = [_NamedValues(settings_cls, values) for values in (environment, secrets)]
            return (init_settings, *named, InitSettingsSource(settings_cls, init_kwargs=toml))

    try:
        return Found(**given)
    except ValidationError as error:
        names = {name.upper(): name for name in (*secrets, *environment)}
        raise explain(error, Settings, names, str(path) if path else "", toml) from None


def system_language() -> str:
    """The operator's language: ZHISHOU_LANG or the locale; Chinese unless it says English."""
    for name in ("ZHISHOU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "en" if value.lower().startswith("en") else "zh-CN"
    return "zh-CN"


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX) and name.upper() not in NOT_SETTINGS


def config_path(config: str | Path | None) -> Path | None:
    """The file that was asked for; ./config.toml only if it is there."""
    asked = config or os.environ.get("ZHISHOU_CONFIG")
    if asked:
        return Path(asked)
    return Path(CONFIG) if Path(CONFIG).exists() else None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(str(path), "", _unreadable(error)) from None
    except UnicodeDecodeError:
        raise SettingsError(str(path), "", text("settings-not-utf8")) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(path), "", text("settings-toml", message=str(error))) from None


def _read_secrets(folder: Path) -> dict[str, str]:
    """The secret files of ours by their names; a folder that is not there holds none."""
    if not folder.is_dir():
        if "ZHISHOU_SECRETS_DIR" in os.environ:
            raise SettingsError("ZHISHOU_SECRETS_DIR", str(folder), text("settings-no-folder"))
        return {}
    found = {}
    for path in sorted(folder.iterdir()):
        if not _is_ours(path.name):
            continue
        try:
            found[path.name] = path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(str(path), "", _unreadable(error)) from None
        except UnicodeDecodeError:
            raise SettingsError(str(path), "", text("settings-not-utf8")) from None
    return found


def _unreadable(error: OSError) -> dict[str, Any]:
    return text("settings-unreadable", reason=os_reason(error))


def _check_names(values: Mapping[str, str]) -> None:
    """Each name is a setting's, and what should be a list is JSON."""
    known = {
        f"{PREFIX}{section}__{key}".upper(): field
        for section, part in Settings.model_fields.items()
        for key, field in part.annotation.model_fields.items()  # type: ignore[union-attr]
    }
    for name, value in values.items():
        field = known.get(name.upper())
        if field is None:
            raise SettingsError(name, "", nearest(name.upper(), known))
        if get_origin(field.annotation) is list:
            try:
                json.loads(value)
            except ValueError:
                raise SettingsError(name, "", text("settings-wants-json")) from None

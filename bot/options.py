"""What can be set, section by section, with its defaults and rules. bot/settings.py reads it from its sources."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

TELEGRAM_API = "https://api.telegram.org/bot"
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def refuse(fault: str, **params: Any) -> PydanticCustomError:
    """A fault by its text key (bot/texts/*/settings.ftl)."""
    return PydanticCustomError("zhishou", "{fault}", {"fault": fault, **params})


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise refuse("settings-wants-listen")
    return value


def _http_url(value: str) -> str:
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        raise refuse("settings-wants-url")
    return value


Listen = Annotated[str, AfterValidator(_listen)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Role = Literal["serve", "deliver", "tick"]


class Section(BaseModel):
    """A table of config.toml. A key it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class CountySettings(Section):
    """Which county this is."""

    code: str = Field("411024", pattern=r"^[0-9]{6}$", description="Area code of the county, six digits.")
    name: str = Field("鄢陵县", min_length=1, max_length=40, description="Name of the county.")


class DatabaseSettings(Section):
    """Where everything is kept."""

    url: str = Field(
        "sqlite:///data/zhishou.db",
        repr=False,
        description="sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME for several machines.",
    )

    @field_validator("url")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise refuse("settings-wants-database") from None
        backend = url.get_backend_name()
        in_memory = backend == "sqlite" and url.database in (None, "", ":memory:")
        if backend not in ("sqlite", "postgresql") or in_memory:
            raise refuse("settings-wants-database")
        return value


class StorageSettings(Section):
    """Where photos and documents are kept."""

    url: str = Field(
        "data/files", min_length=1, description="A folder, or a URL that fsspec knows (s3://BUCKET)."
    )


class TelegramSettings(Section):
    """The Telegram channel; off while there is no token."""

    token: SecretStr = Field(
        SecretStr(""), description="The bot's token from @BotFather; empty: channel off."
    )
    bot_name: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_]{0,64}$",
        description="The bot's user name without @, for the links in invitations.",
    )
    mode: Literal["polling", "webhook"] = Field(
        "polling", description="polling asks Telegram; webhook is called by it (needs a public address)."
    )
    base_url: HttpUrl = Field(TELEGRAM_API, description="Address of the Bot API up to the token.")
    base_file_url: HttpUrl = Field(
        "https://api.telegram.org/file/bot", description="Address of the Bot API's files up to the token."
    )
    proxy: HttpUrl = Field(
        "", description="HTTP proxy towards the Bot API, e.g. http://10.0.0.1:3128; empty: none."
    )
    webhook_url: HttpUrl = Field(
        "", description="Public address that Telegram calls; needed in webhook mode."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="1 to 256 of A-Z a-z 0-9 _ -, shown by Telegram at each call; needed in webhook mode.",
    )
    webhook_listen: Listen = Field("127.0.0.1:8443", description="HOST:PORT on which the webhook listens.")
    webhook_path: str = Field(
        "/telegram",
        pattern=r"^/[!-~]*$",
        description="Path on which the webhook answers, behind your reverse proxy.",
    )

    @field_validator("token")
    @classmethod
    def _token_shape(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value(), re.ASCII):
            raise refuse("settings-wants-token")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise refuse("settings-wants-webhook-secret")
        return value

    @model_validator(mode="after")
    def _complete(self) -> "TelegramSettings":
        if self.mode != "webhook":
            return self
        for key in ("token", "webhook_url", "webhook_secret"):
            value = getattr(self, key)
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                raise refuse("settings-needed-in-webhook", key=key)
        if self.base_url == TELEGRAM_API and not self.webhook_url.startswith("https://"):
            raise refuse("settings-wants-https", key="webhook_url")
        return self


class WebSettings(Section):
    """The web chat and the pages."""

    enabled: bool = Field(True, description="Whether the web chat and the pages are served.")
    listen: Listen = Field("127.0.0.1:8080", description="HOST:PORT on which the pages are served.")
    public_url: HttpUrl = Field(
        "", description="Address by which people reach the pages, for links in messages; empty: no links."
    )
    secret: SecretStr = Field(
        SecretStr(""),
        description="Signs the browsers' cookies; empty: a new one at each start, all sign in again.",
    )


class LogSettings(Section):
    """What is logged."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error."
    )
    format: Literal["console", "json"] = Field(
        "console", description="console for people, json for a collector."
    )


class RunSettings(Section):
    """What this process does."""

    roles: list[Role] = Field(
        ["serve", "deliver", "tick"],
        min_length=1,
        description="serve people, deliver messages, tick the clock.",
    )
    lease_seconds: int = Field(
        60, ge=2, le=600, description="After how long another process sends what a killed one had taken up."
    )

"""Every setting, from the environment, checked at once: all that is missing or bad is reported together."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")


class BadSettings(Exception):
    """The environment does not describe a runnable portal; the text lists every fault, a line each."""


class Settings(BaseModel):
    """The settings of one installation. A field's environment variable is its name in capitals."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    database_url: str
    secret_key: SecretStr = Field(min_length=32)
    public_url: str = "http://127.0.0.1:8000"
    port: int = Field(8000, ge=1, le=65535)
    demo: bool = False
    production: bool = False
    trusted_proxies: int = Field(0, ge=0, le=10)
    web_workers: int = Field(2, ge=1, le=64)
    web_threads: int = Field(2, ge=1, le=64)
    log_level: str = "INFO"
    log_json: bool = False

    sendgrid_api_key: SecretStr | None = None
    sendgrid_api_url: str = "https://api.sendgrid.com"
    sendgrid_webhook_key: str | None = None
    sendgrid_feed: bool = False
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_auth_token_previous: SecretStr | None = None
    twilio_from: str | None = None
    twilio_api_url: str | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None

    aftership_webhook_secret: SecretStr | None = None
    easypost_webhook_secret: SecretStr | None = None
    generic_webhook_secret: SecretStr | None = None
    ups_webhook_credential: SecretStr | None = None
    dhl_webhook_credential: SecretStr | None = None
    karrio_webhook_credential: SecretStr | None = None
    oms_webhook_secret: SecretStr | None = None
    metrics_token: SecretStr | None = None

    @field_validator("public_url")
    @classmethod
    def _origin_only(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/") or parts.query:
            raise ValueError("must be an origin such as https://orders.example.com")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: str) -> str:
        for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
            if value.startswith(prefix):
                return "postgresql+psycopg://" + value.removeprefix(prefix)
        raise ValueError("must be a PostgreSQL address such as postgresql://user@host/name")

    @property
    def secure(self) -> bool:
        """Whether the portal is reached over TLS."""
        return self.public_url.startswith("https://")

    @property
    def texts(self) -> bool:
        """Whether text messages can leave; outside production the sandbox's telephone takes them."""
        return self.twilio_auth_token is not None or not self.production

    @property
    def psycopg_url(self) -> str:
        """The database's address as psycopg itself writes it."""
        return self.database_url.replace("postgresql+psycopg://", "postgresql://", 1)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment; ``NAME_FILE`` names a file that holds a secret.

        Raises BadSettings with every fault.
        """
        values, faults = _collect(os.environ if environ is None else environ)
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            faults += [_fault(dict(item)) for item in error.errors()]
            settings = None
        if settings is not None:
            faults += _contradictions(settings)
        if faults or settings is None:
            raise BadSettings("\n".join(sorted(faults)))
        return settings


def _collect(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The variables that are settings, with those that live in files read from there."""
    values: dict[str, str] = {}
    faults: list[str] = []
    for name in Settings.model_fields:
        variable = name.upper()
        path = environ.get(f"{variable}_FILE")
        if path:
            try:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                faults.append(f"{variable}_FILE: cannot read it ({error.strerror})")
        elif environ.get(variable, "").strip():
            values[name] = environ[variable]
    return values, faults


def _fault(error: dict[str, Any]) -> str:
    """One fault in words, naming the variable and never its value."""
    name = str(error["loc"][0]).upper() if error["loc"] else "settings"
    return f"{name}: {'is not set' if error['type'] == 'missing' else error['msg']}"


def _contradictions(settings: Settings) -> list[str]:
    """What no single variable shows."""
    faults = []
    if settings.production and not settings.secure:
        faults.append("PUBLIC_URL: must be an https address in production")
    if settings.production and settings.demo:
        faults.append("DEMO: the demo shop does not run in production")
    mails = settings.sendgrid_api_key or settings.smtp_url
    if mails and not settings.mail_from:
        faults.append("MAIL_FROM: is needed to send e-mail")
    if settings.twilio_auth_token and not (settings.twilio_account_sid and settings.twilio_from):
        faults.append("TWILIO_ACCOUNT_SID, TWILIO_FROM: are needed beside TWILIO_AUTH_TOKEN")
    if settings.production and not mails:
        faults.append("SENDGRID_API_KEY or SMTP_URL: production needs a way to send e-mail")
    return faults

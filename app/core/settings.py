"""Every setting, from the environment, checked at once: all that is missing or bad is reported together."""

import os
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
)

from app.core import parts
from app.core import setting_faults as refuse

# A checkout, or the package ``paradero`` of a wheel: both hold ``app``, ``migrations`` and ``wsgi.py``.
ROOT = Path(__file__).resolve().parents[2]


def data_folder(environ: Mapping[str, str], root: Path = ROOT) -> Path:
    """Where an installation keeps what it makes itself: the folder one names, ``var/`` in a checkout, else the user's.

    A system's user without a home gets what Debian gives such services.
    """
    named = environ.get("PARADERO_DATA") or environ.get("VAR_DIR")
    if named:
        return Path(named).absolute()
    if (root / "pyproject.toml").exists():
        return root / "var"
    try:
        home = Path.home()
    except RuntimeError:
        return Path("/var/lib/paradero")
    usual = home / ("Library/Application Support" if sys.platform == "darwin" else ".local/share")
    return Path(environ.get("XDG_DATA_HOME") or usual) / "paradero"


VAR = data_folder(os.environ)


# Two at once while one takes over from the other.
Secrets = Annotated[tuple[SecretStr, ...], BeforeValidator(refuse.several), AfterValidator(refuse.some)]
SigningKeys = Annotated[tuple[SecretStr, ...], BeforeValidator(refuse.several), AfterValidator(refuse.signing_keys)]
Credentials = Annotated[tuple[SecretStr, ...], BeforeValidator(refuse.several), AfterValidator(refuse.credentials)]
PublicKeys = Annotated[tuple[str, ...], BeforeValidator(refuse.several), AfterValidator(refuse.public_keys)]
Hosts = Annotated[tuple[str, ...], BeforeValidator(refuse.several), AfterValidator(refuse.hosts)]
Token = Annotated[SecretStr, AfterValidator(refuse.one_token)]
WebAddress = Annotated[str, AfterValidator(refuse.web_address)]
Languages = Annotated[tuple[str, ...], BeforeValidator(refuse.several), AfterValidator(refuse.languages)]
InDoubt = Literal["send_again", "leave"]


class SecretKind(StrEnum):
    """What each secret of a setting that a part brings has to be."""

    ANY = "any"
    SIGNING_KEY = "signing key"
    CREDENTIAL = "credential"


KINDS: Mapping[SecretKind, Any] = {
    SecretKind.ANY: Secrets,
    SecretKind.SIGNING_KEY: SigningKeys,
    SecretKind.CREDENTIAL: Credentials,
}
# The parts whose declarations have ``secrets``: environment variable → kind.
BRINGING = ("paradero.carriers",)


def clear(secrets: Iterable[SecretStr]) -> list[str]:
    """The secrets as they are written, for whoever has to compare or to sign."""
    return [secret.get_secret_value() for secret in secrets]


FAULTS = {
    "missing": "is not set",
    "int_parsing": "must be a whole number",
    "bool_parsing": "must be 1 or 0",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_too_short": "must have at least {min_length} characters",
    "too_short": "must have at least {min_length} characters",
    "literal_error": "must be {expected}",
}


class BadSettings(Exception):
    """The environment does not describe a runnable portal; the text lists every fault, a line each."""


class Settings(BaseModel):
    """The settings of one installation. A field's environment variable is its name in capitals.

    Parts bring further ones, see ``brought``.
    """

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    database_url: str
    secret_key: SecretStr = Field(min_length=32)
    public_url: str = "http://127.0.0.1:8000"
    port: int = Field(8000, ge=1, le=65535)
    # The shop's own one first. Named rather than found: a language may be half translated.
    languages: Languages = ()
    demo: bool = False
    production: bool = False
    trusted_proxies: int = Field(0, ge=0, le=10)
    web_workers: int = Field(2, ge=1, le=64)
    web_threads: int = Field(2, ge=1, le=64)
    log_level: Annotated[str, AfterValidator(refuse.log_level)] = "INFO"
    log_json: bool = False

    sendgrid_api_key: SecretStr | None = None
    sendgrid_api_url: WebAddress = "https://api.sendgrid.com"
    sendgrid_webhook_key: PublicKeys = ()
    sendgrid_feed: bool = False
    # SendGrid names no figure; a message shall not wait longer than five minutes in all.
    sendgrid_feed_lag: int = Field(240, ge=30, le=3600)
    twilio_account_sid: str | None = None
    twilio_auth_token: Token | None = None
    twilio_auth_token_previous: Token | None = None
    twilio_from: Annotated[str, AfterValidator(refuse.text_sender)] | None = None
    twilio_api_url: WebAddress | None = None
    smtp_url: Annotated[SecretStr, AfterValidator(refuse.mail_server)] | None = None
    mail_from: Annotated[str, AfterValidator(refuse.mail_address)] | None = None
    mail_in_doubt: InDoubt = "send_again"
    text_in_doubt: InDoubt = "leave"

    oms_webhook_secret: SigningKeys = ()
    metrics_token: SecretStr | None = None

    webhook_private_hosts: Hosts = ()
    audit_anchor: Path = VAR / "audit.anchors"

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

    def brought(self, variable: str) -> list[str]:
        """The secrets in a setting that a part brings, in clear; none where it is not set, or is one of ours."""
        name = variable.lower()
        return [] if name in Settings.model_fields else clear(getattr(self, name, ()))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment; ``NAME_FILE`` names a file that holds a secret.

        Raises BadSettings with every fault.
        """
        values, faults = _collect(os.environ if environ is None else environ)
        try:
            settings = complete().model_validate(values)
        except ValidationError as error:
            faults += [_fault(dict(item)) for item in error.errors()]
            settings = None
        if settings is not None:
            faults += _contradictions(settings)
        if faults or settings is None:
            raise BadSettings("\n".join(sorted(faults)))
        return settings


@cache
def complete() -> type[Settings]:
    """The settings with those that parts bring. A name of ours stays ours, and the first to claim another has it."""
    more: dict[str, Any] = {}
    for group in BRINGING:
        for declared in parts.parts(group).values():
            secrets = getattr(declared, "secrets", None)
            for variable, kind in secrets.items() if isinstance(secrets, Mapping) else ():
                more.setdefault(variable.lower(), (KINDS.get(kind, Secrets), ()))
    own = Settings.model_fields
    return create_model("Settings", __base__=Settings, **{name: more[name] for name in more if name not in own})


def _collect(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The variables that are settings, with those that live in files read from there."""
    values: dict[str, str] = {}
    faults: list[str] = []
    for name in complete().model_fields:
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
    words = FAULTS.get(error["type"], "{msg}").format(msg=error["msg"], **error.get("ctx", {}))
    return f"{name}: {words.removeprefix('Value error, ')}"


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

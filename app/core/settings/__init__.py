"""Every setting, from the environment, checked at once: all that is missing or bad is reported together."""

import os
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
)

from app.core import parts
from app.core.settings import faults as refuse
from app.core.settings.domains import ascii_domain
from app.core.settings.key import InstallationKey

# A checkout, or the package ``paradero`` of a wheel: both hold ``app``, ``migrations`` and ``wsgi.py``.
ROOT = Path(__file__).resolve().parents[3]


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
Hosts = Annotated[tuple[str, ...], BeforeValidator(refuse.several), AfterValidator(refuse.hosts)]
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


class PartSettings(BaseModel):
    """The settings that a part brings, such as a provider of messages; its fields are read as those of ``Settings``.

    ``switch`` names the field that switches the part on, ``beside`` what it needs then. What no single variable shows
    is for a validator of the whole model, whose words name the variables.
    """

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)
    switch: ClassVar[str] = ""
    beside: ClassVar[tuple[str, ...]] = ()

    @property
    def ready(self) -> bool:
        """Whether the installation uses the part."""
        return bool(self.switch and getattr(self, self.switch))


Brought = TypeVar("Brought", bound=PartSettings)
Read = TypeVar("Read", bound=BaseModel)


class Settings(BaseModel):
    """The settings of one installation. A field's environment variable is its name in capitals.

    Parts bring further ones: see ``of``, and ``brought`` for those of carriers.
    """

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True, extra="allow")

    database_url: str
    secret_key: SecretStr = Field(min_length=32)
    # What was sealed by pages under the key before this one can be opened, and sealed anew.
    secret_key_previous: SecretStr | None = Field(None, min_length=32)
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

    mail_from: Annotated[str, AfterValidator(refuse.mail_address)] | None = None
    mail_in_doubt: InDoubt = "send_again"
    text_in_doubt: InDoubt = "leave"

    metrics_token: SecretStr | None = None

    # Drop-off points: the way to one in a program of maps, and the pictures of which a map is put together.
    directions_url: Annotated[str, AfterValidator(refuse.directions_address)] = (
        "https://www.openstreetmap.org/directions?to={lat},{lon}"
    )
    map_tiles_url: Annotated[str, AfterValidator(refuse.tiles_address)] | None = None
    map_tiles_attribution: str | None = None

    webhook_private_hosts: Hosts = ()
    audit_anchor: Path = VAR / "audit.anchors"
    _environ: dict[str, str] = PrivateAttr(default_factory=dict)

    @field_validator("public_url")
    @classmethod
    def _origin_only(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme not in ("http", "https") or not url.netloc or url.path not in ("", "/") or url.query:
            raise ValueError("must be an origin such as https://orders.example.com")
        if value.isascii():
            return value.rstrip("/")
        # As browsers call it: links stand in texts and in headers, which have no other letters.
        host = ascii_domain(url.hostname or "")
        if host is None:
            raise ValueError("must name a host that can be called")
        return f"{url.scheme}://{host}" + (f":{url.port}" if url.port else "")

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: str) -> str:
        for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
            if value.startswith(prefix):
                return "postgresql+psycopg://" + value.removeprefix(prefix)
        raise ValueError("must be a PostgreSQL address such as postgresql://user@host/name")

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables that they were read from: what a part reads for itself stands there."""
        return self._environ

    @property
    def key(self) -> InstallationKey:
        """SECRET_KEY, to seal and sign with; what SECRET_KEY_PREVIOUS has sealed opens with it, too."""
        return InstallationKey(self.sealing_keys[0], self.sealing_keys[1:])

    @property
    def sealing_keys(self) -> tuple[str, ...]:
        """What things that rest are sealed with: the key to seal with first, then the one before."""
        return tuple(clear(key for key in (self.secret_key, self.secret_key_previous) if key))

    @property
    def secure(self) -> bool:
        """Whether the portal is reached over TLS."""
        return self.public_url.startswith("https://")

    @property
    def texts(self) -> bool:
        """Whether text messages can leave; outside production the sandbox's telephone takes them."""
        return self.carries("sms") or not self.production

    def carries(self, channel: str) -> bool:
        """Whether a provider of messages is set for this channel."""
        return any(
            channel in provider.channels and self.of(provider.settings).ready for provider in _bringing(parts.PROVIDERS)
        )

    def of(self, kind: type[Brought]) -> Brought:
        """What the environment says to a part that brings these settings."""
        return kind.model_construct(**{name: getattr(self, name) for name in kind.model_fields if hasattr(self, name)})

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
        variables = os.environ if environ is None else environ
        faults: list[str] = []
        brought = [_read(kind, variables, faults) for kind in brought_settings()]
        brought_values = {name: value for part in brought if part for name, value in part}
        settings = _read(complete(), variables, faults, **brought_values)
        if settings is not None and None not in brought:
            faults += _contradictions(settings)
        if faults or settings is None:
            raise BadSettings("\n".join(sorted(faults)))
        settings._environ.update(variables)  # noqa: SLF001  its own
        return settings


@cache
def complete() -> type[Settings]:
    """The settings with the secrets of carriers. A name of ours stays ours; the first to claim another has it."""
    more: dict[str, Any] = {}
    for group in BRINGING:
        for declared in parts.parts(group).values():
            secrets = getattr(declared, "secrets", None)
            for variable, kind in secrets.items() if isinstance(secrets, Mapping) else ():
                more.setdefault(variable.lower(), (KINDS.get(kind, Secrets), ()))
    own = Settings.model_fields
    return create_model("Settings", __base__=Settings, **{name: more[name] for name in more if name not in own})


def brought_settings() -> list[type[PartSettings]]:
    """The settings that senders of messages, order systems and label makers bring, and those of customers' sign-in."""
    from app.core.settings.customers import CustomerProviderSettings, HandoverSettings

    own: list[type[PartSettings]] = [HandoverSettings, CustomerProviderSettings]
    return own + [
        declaration.settings
        for group in (parts.PROVIDERS, parts.SYSTEMS, parts.LABELS)
        for declaration in _bringing(group)
    ]


def check_names(kind: type[PartSettings], prefix: str) -> None:
    """Refuse settings that are not the part's own. Raises ValueError."""
    strange = [name for name in kind.model_fields if not name.startswith(prefix) or name in Settings.model_fields]
    if strange:
        raise ValueError(f"its settings begin with {prefix} and are no others', unlike {', '.join(strange)}")


def _bringing(group: str) -> list[Any]:
    """The declarations that bring settings; what is no declaration at all is told by the doctor."""
    candidates = ((declaration, getattr(declaration, "settings", None)) for declaration in parts.parts(group).values())
    return [
        declaration for declaration, kind in candidates if isinstance(kind, type) and issubclass(kind, PartSettings)
    ]


def _read(kind: type[Read], environ: Mapping[str, str], faults: list[str], **more: Any) -> Read | None:
    """What the environment says to this model, and ``more``; None where it is of no use. Adds every fault."""
    values, missing = _collect(kind.model_fields, environ)
    faults += missing
    try:
        return kind.model_validate(values | more)
    except ValidationError as error:
        faults += [_fault(dict(item)) for item in error.errors()]
        return None


def _collect(names: Iterable[str], environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The variables that are settings, with those that live in files read from there."""
    values: dict[str, str] = {}
    faults: list[str] = []
    for name in names:
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
    """One fault in words, naming the variable and never its value; a fault of the whole names them itself."""
    words = FAULTS.get(error["type"], "{msg}").format(msg=error["msg"], **error.get("ctx", {}))
    words = words.removeprefix("Value error, ")
    return f"{str(error['loc'][0]).upper()}: {words}" if error["loc"] else words


def _contradictions(settings: Settings) -> list[str]:
    """What no single variable shows."""
    faults = []
    if settings.production and not settings.secure:
        faults.append("PUBLIC_URL: must be an https address in production")
    if settings.production and settings.demo:
        faults.append("DEMO: the demo shop does not run in production")
    if settings.map_tiles_url and not settings.map_tiles_attribution:
        faults.append("MAP_TILES_ATTRIBUTION: whose map it is has to be said where MAP_TILES_URL is set")
    if settings.carries("email") and not settings.mail_from:
        faults.append("MAIL_FROM: is needed to send e-mail")
    return faults


def ways(channel: str) -> str:
    """The variables of which one switches a provider of this channel on."""
    switches = [provider.settings.switch for provider in _bringing(parts.PROVIDERS) if channel in provider.channels]
    return " or ".join(name.upper() for name in switches if name)

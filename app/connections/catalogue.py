"""What can be connected and what each asks for: all of it out of the declarations of the parts that are installed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from app.carriers.base.declaration import Carrier
from app.carriers.registry import carriers, pushing
from app.core import parts
from app.core.errors import NotFound
from app.core.settings import PartSettings, SecretKind, Settings
from app.core.settings.customers import CustomerProviderSettings, HandoverSettings
from app.core.settings.faults import signing_keys
from app.notify.kinds import Channel
from app.notify.providers.declaration import Provider
from app.notify.providers.registry import Declared, providers
from app.oms.ports import System
from app.returns.labels.ports import Labels


class ConnectionGroup(StrEnum):
    """What a connection is for."""

    EMAIL = "email"
    TEXTS = "texts"
    ORDERS = "orders"
    LABELS = "labels"
    CARRIERS = "carriers"
    CUSTOMERS = "customers"


class FieldShape(StrEnum):
    """How a value is written."""

    TEXT = "text"
    ADDRESS = "address"
    SERVER = "server"
    SWITCH = "switch"

    @property
    def is_address(self) -> bool:
        """Whether it says where we call."""
        return self in (FieldShape.ADDRESS, FieldShape.SERVER)


@dataclass(frozen=True, slots=True)
class ConnectionField:
    """One variable of a connection.

    ``secret``: it is never shown. ``several``: up to two at once, while one takes over from the other. ``key``: what a
    secret has to be where we can make one. ``needed``: without it nothing is connected.
    """

    variable: str
    secret: bool = True
    needed: bool = False
    several: bool = False
    key: SecretKind | None = None
    shape: FieldShape = FieldShape.TEXT


@dataclass(frozen=True, slots=True)
class Connection:
    """Something that the shop is connected to. ``hooks`` are the paths at which it calls us."""

    name: str
    title: str
    group: ConnectionGroup
    fields: tuple[ConnectionField, ...]
    hooks: tuple[str, ...] = ()
    provider: Declared | None = None
    system: System[Any] | None = None
    carrier: Carrier | None = None
    labels: Labels[Any] | None = None
    brings: type[PartSettings] | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of its variables."""
        return tuple(one.variable for one in self.fields)

    @property
    def own_settings(self) -> type[PartSettings] | None:
        """The settings that its part brings; a carrier reads its variables itself."""
        part = self.provider or self.system or self.labels
        return part.settings if part else self.brings

    def field(self, variable: str) -> ConnectionField | None:
        """One of its variables."""
        return next((one for one in self.fields if one.variable == variable), None)

    def ready(self, settings: Settings) -> bool:
        """Whether it is connected by these settings."""
        if self.own_settings is not None:
            return settings.of(self.own_settings).ready
        return self._asks(settings) or any(settings.brought(one.variable) for one in self.fields if one.several)

    def _asks(self, settings: Settings) -> bool:
        from app.carriers.polling.credentials import askable

        return self.name in askable(settings.environ)


@cache
def connections() -> dict[str, Connection]:
    """Everything that can be connected, by name, in the order in which it is shown."""
    everything = [
        one for one in (*_senders(), *_systems(), *_label_makers(), *_carriers(), *_of_customers()) if one.fields
    ]
    titles = Counter(one.title for one in everything)
    # What two call themselves («DHL») tells nobody which of them is meant.
    apart = (replace(one, title=f"{one.title} ({one.name})") if titles[one.title] > 1 else one for one in everything)
    return {one.name: one for one in apart}


def connection(name: str) -> Connection:
    """The connection of this name. Raises NotFound."""
    named = connections().get(name)
    if named is None:
        raise NotFound(f"There is no connection «{name}».")
    return named


@cache
def variables() -> frozenset[str]:
    """Every variable that may be set by page: those of connections, and no other of the portal's."""
    return frozenset(variable for one in connections().values() for variable in one.variables)


HANDOVER, BY_PROVIDER = "customers-link", "customers-oidc"
# A channel that is new here stands behind the others.
_GROUPS = {Channel.EMAIL: ConnectionGroup.EMAIL, Channel.SMS: ConnectionGroup.TEXTS}
_MAIL_FROM = ConnectionField("MAIL_FROM", secret=False, needed=True)


def _senders() -> Iterator[Connection]:
    ordered = sorted(providers(), key=lambda one: (list(_GROUPS).index(one.channels[0]), one.rank, one.name))
    for one in ordered:
        own = tuple(_own_fields(one.settings))
        # Nothing of the sandbox is to be set.
        mails = (_MAIL_FROM,) if own and Channel.EMAIL in one.channels else ()
        yield Connection(one.name, one.title, _GROUPS[one.channels[0]], own + mails, _hooks_of(one), provider=one)


def _hooks_of(one: Provider[Any]) -> tuple[str, ...]:
    ends = [end for end, hook in (("", one.hook), ("-inbound", one.answers)) if hook is not None and hook.sign]
    return tuple(f"/hooks/messages/{one.name}{end}" for end in ends)


def _systems() -> Iterator[Connection]:
    for name, one in parts.declared(parts.SYSTEMS, System).items():
        hooks = (f"/hooks/oms/{name}",) if one.webhook else ()
        # Carriers may bear the same name.
        yield Connection(
            f"oms-{name}", one.title, ConnectionGroup.ORDERS, tuple(_own_fields(one.settings)), hooks, system=one
        )


def _label_makers() -> Iterator[Connection]:
    for name, one in parts.declared(parts.LABELS, Labels).items():
        fields = tuple(_own_fields(one.settings))
        yield Connection(f"labels-{name}", name, ConnectionGroup.LABELS, fields, labels=one)


def _carriers() -> Iterator[Connection]:
    pushes = {carrier.name: source for source, carrier in pushing().items()}
    for name, one in sorted(carriers().items(), key=lambda pair: pair[1].title.casefold()):
        access, source = one.access, pushes.get(name)
        variables = [*((v, True) for v in access.needed), *((v, False) for v in access.optional)] if access else []
        fields = [ConnectionField(variable, needed=needed) for variable, needed in variables]
        if source and one.endpoint:
            fields.append(ConnectionField(one.endpoint.setting, several=True, key=_made(one.endpoint.proof.kind)))
        hooks = (f"/hooks/carriers/{source}",) if source else ()
        yield Connection(name, one.title, ConnectionGroup.CARRIERS, tuple(fields), hooks, carrier=one)


def _of_customers() -> Iterator[Connection]:
    """How customers who are signed in with the shop come in here."""
    secret = ConnectionField("CUSTOMERS_SECRET", needed=True, several=True, key=SecretKind.CREDENTIAL)
    group = ConnectionGroup.CUSTOMERS
    yield Connection(HANDOVER, "Customers' sign-in: your account pages", group, (secret,), brings=HandoverSettings)
    fields = (
        ConnectionField("CUSTOMERS_ISSUER", secret=False, needed=True, shape=FieldShape.ADDRESS),
        ConnectionField("CUSTOMERS_CLIENT_ID", secret=False, needed=True),
        ConnectionField("CUSTOMERS_CLIENT_SECRET", needed=True),
        ConnectionField("CUSTOMERS_TITLE", secret=False),
    )
    title = "Customers' sign-in: OpenID Connect"
    yield Connection(BY_PROVIDER, title, group, fields, brings=CustomerProviderSettings)


def _made(kind: SecretKind) -> SecretKind | None:
    """What we can make ourselves; any other secret is the carrier's to give."""
    return None if kind is SecretKind.ANY else kind


def _own_fields(kind: type[PartSettings]) -> Iterator[ConnectionField]:
    for name, described in kind.model_fields.items():
        # By its name: the annotation is a type, an alias or a union, as whoever wrote the part liked it.
        secret, several = "SecretStr" in repr(described.annotation), get_origin(described.annotation) is tuple
        checks = [getattr(check, "func", None) for check in described.metadata]
        yield ConnectionField(
            name.upper(),
            secret,
            needed=name in (kind.switch, *kind.beside),
            several=several,
            key=SecretKind.SIGNING_KEY if signing_keys in checks else None,
            shape=_shape(name, described, secret),
        )


def _shape(name: str, described: FieldInfo, secret: bool) -> FieldShape:
    if described.annotation is bool:
        return FieldShape.SWITCH
    if name.endswith("_url"):
        return FieldShape.SERVER if secret else FieldShape.ADDRESS
    return FieldShape.TEXT

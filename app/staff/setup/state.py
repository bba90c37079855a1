"""How far the installation is: what its settings and its rows say of each step, read in few statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from app.api.records import ApiKeyRecord
from app.brands.queries import speaking_brand
from app.brands.records import BrandRecord, SettingVersionRecord
from app.brands.versions import LIVE, REPLACED
from app.carriers.registry import pushing
from app.carriers.webhooks.endpoints import secrets_of
from app.connections.catalogue import ConnectionGroup, connections
from app.core.settings import Settings
from app.notify.kinds import Channel
from app.notify.providers.registry import ready
from app.orders.demo import is_demos, is_real
from app.orders.records import OrderRecord
from app.returns.policy.policy import read_policy
from app.returns.policy.stored.kind import POLICY
from app.returns.records import DropOffPointRecord
from app.staff.auth.roles import Role
from app.staff.models import SetupMark, StaffUser

# As the first migration names it: nobody's name.
UNNAMED = "Paradero"
# What the demo shop invents ends so, which is nobody's (RFC 2606).
INVENTED = ".example"
HIDDEN = "checklist"
"""Under this name the checklist itself is marked as not to be shown on the first pages."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class SetupMarkFacts:
    """Who said of a step that it is done, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetupState:
    """What there is; ``brand`` is the default one's key, ``lacks`` what it has not said, ``marks`` what people marked.

    ``sender`` is the name of the connection that mails leave through.
    """

    brand: str = ""
    lacks: tuple[str, ...] = ()
    sender: str | None = None
    reports: bool = False
    texts: bool = False
    orders_in: bool = False
    real_orders: bool = False
    demo_orders: bool = False
    invented_brand: bool = False
    carrier_tells: bool = False
    scans_in: bool = False
    own_policy: bool = False
    network: str = ""
    points: bool = False
    members: int = 0
    without_factor: int = 0
    public: bool = False
    production: bool = False
    demo: bool = False
    marks: Mapping[str, SetupMarkFacts] = field(default_factory=dict)

    @property
    def hidden(self) -> bool:
        """Whether somebody chose not to see it on the first pages."""
        return HIDDEN in self.marks


def read_state(session: Session, settings: Settings, *, able: frozenset[str], now: datetime) -> SetupState:
    """Three statements: the default brand, the marks, and all that is only asked whether it is there.

    ``able`` are the carriers that can be asked.
    """
    brand = speaking_brand(session)
    network = read_policy(brand.policy).carrier if brand else ""
    rows, senders = _rows(session, brand.key if brand else "", network, now), ready(settings, Channel.EMAIL)
    pushes = any(secrets_of(source, settings) for source in pushing())
    return SetupState(
        brand=brand.key if brand else "",
        lacks=_lacking(brand),
        sender=senders[0].name if senders else None,
        reports=any(one.hook is not None and one.hook.secrets(settings.of(one.settings)) for one in senders),
        texts=bool(ready(settings, Channel.SMS)),
        orders_in=_system(settings) or rows.order_key,
        real_orders=rows.real_orders,
        demo_orders=rows.demo_orders,
        invented_brand=brand is not None and (brand.help_email or "").endswith(INVENTED),
        carrier_tells=bool(able) or pushes,
        scans_in=rows.tracking_key,
        own_policy=rows.policy or bool(brand and brand.policy),
        network=network,
        points=rows.points,
        members=rows.members,
        without_factor=rows.without_factor,
        public=settings.secure and (urlsplit(settings.public_url).hostname or "") not in LOOPBACK,
        production=settings.production,
        demo=settings.demo,
        marks=marks(session),
    )


def marks(session: Session) -> dict[str, SetupMarkFacts]:
    """What people have marked, by step."""
    return {row.step: SetupMarkFacts(row.by, row.at) for row in session.scalars(select(SetupMark))}


def is_hidden(session: Session) -> bool:
    """Whether the checklist is not to be shown on the first pages."""
    return session.get(SetupMark, HIDDEN) is not None


def _rows(session: Session, brand: str, network: str, now: datetime) -> Row[Any]:
    """Whether there is any of each; counted are people alone, who are few."""
    # Who is only invited cannot step in when the first one is locked out.
    own_people = (StaffUser.active, ~StaffUser.is_invited, StaffUser.email.not_like(f"%{INVENTED}"))
    lets_in = ApiKeyRecord.revoked_at.is_(None) & (ApiKeyRecord.ends_at.is_(None) | (ApiKeyRecord.ends_at > now))
    # Of admins alone: production asks the other roles for theirs when they sign in.
    no_factor = (StaffUser.role == Role.ADMIN, StaffUser.totp_secret.is_(None), StaffUser.passkeys == 0)
    # The demo's points come in one transaction with its orders, at the same instant.
    with_the_demo = exists().where(is_demos(), OrderRecord.created_at == DropOffPointRecord.imported_at)
    own_point = (DropOffPointRecord.active, DropOffPointRecord.network == network, ~with_the_demo)
    # A policy that was ever put in force is a decision, were it the usual one again.
    version = SettingVersionRecord
    of_policy = (version.brand_key == brand, version.kind == POLICY.name, version.state.in_((LIVE, REPLACED)))
    people = select(func.count(StaffUser.id)).where(*own_people)
    return session.execute(
        select(
            exists().where(is_real()).label("real_orders"),
            exists().where(is_demos()).label("demo_orders"),
            exists().where(lets_in, ApiKeyRecord.scopes.contains(["orders:write"])).label("order_key"),
            exists().where(lets_in, ApiKeyRecord.scopes.contains(["tracking:write"])).label("tracking_key"),
            exists().where(*own_point).label("points"),
            exists().where(*of_policy).label("policy"),
            people.scalar_subquery().label("members"),
            people.where(*no_factor).scalar_subquery().label("without_factor"),
        )
    ).one()


def _lacking(brand: BrandRecord | None) -> tuple[str, ...]:
    """What customers would miss of the shop, by the columns' names."""
    if brand is None:
        return ("name",)
    # A name that nobody chose greets customers in every e-mail.
    named = brand.name != UNNAMED
    facts = {name: getattr(brand, name) for name in ("help_email", "postal_address", "return_address")}
    return (*(() if named else ("name",)), *(name for name, value in facts.items() if not value))


def _system(settings: Settings) -> bool:
    """Whether an order system may deliver."""
    return any(one.ready(settings) for one in connections().values() if one.group is ConnectionGroup.ORDERS)

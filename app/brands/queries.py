"""Reading brands: one by its key, the one that speaks when no order says which, and what a page needs of it."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.brands.models import BrandAlias
from app.brands.records import BrandRecord
from app.core.errors import NotFound
from app.core.i18n.words import HOME_ZONE


@dataclass(frozen=True, slots=True)
class ShopFront:
    """As much of a brand as header, footer and help of a page need; read along with what the page is about."""

    key: str
    name: str
    time_zone: str | None
    help_email: str | None = None
    help_phone: str | None = None
    help_url: str | None = None
    postal_address: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    host: str | None = None
    locale: str = ""
    sms_name: str = ""
    return_address: dict[str, Any] = field(default_factory=dict)


def find_brand(session: Session, key: str) -> BrandRecord | None:
    """The brand with this key, or that had it before it was renamed."""
    earlier = select(BrandAlias.brand_key).where(BrandAlias.alias == key).scalar_subquery()
    return session.scalar(select(BrandRecord).where(or_(BrandRecord.key == key, BrandRecord.key == earlier)))


def aliases(session: Session) -> dict[str, str]:
    """Every key that a brand had before, with the one that it has now."""
    return {alias: key for alias, key in session.execute(select(BrandAlias.alias, BrandAlias.brand_key))}


def named_brand(session: Session, key: str) -> BrandRecord:
    """The brand that a person named. Raises NotFound with a sentence for them."""
    brand = find_brand(session, key)
    if brand is None:
        raise NotFound(f"There is no brand {key}.")
    return brand


def speaking_brand(session: Session) -> BrandRecord | None:
    """The default brand, which speaks where no order says another; None before there is any."""
    return session.scalar(_default_first().limit(1))


def brand_at(session: Session, host: str) -> BrandRecord | None:
    """The brand whose own host this is, ``host:port`` or a name alone; else the one that speaks for the others."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host.rstrip(":")
    own = session.scalar(select(BrandRecord).where(BrandRecord.host == name.lower()))
    return own or speaking_brand(session)


def all_brands(session: Session) -> list[BrandRecord]:
    """All brands, the default one first."""
    return list(session.scalars(_default_first()))


def shop_zone(session: Session) -> str:
    """The time zone of the default brand: its calendar is the one by which messages and returns are counted."""
    speaker = speaking_brand(session)
    return speaker.time_zone if speaker else HOME_ZONE


def home_of(brand: BrandRecord | ShopFront) -> str | None:
    """The country a brand sells from: of its address for returns, else of its language; None where none is told."""
    country = (brand.return_address or {}).get("country")
    return str(country) if country else brand.locale.replace("_", "-").partition("-")[2].upper() or None


def _default_first() -> Select[BrandRecord]:
    # By the key as well: every process must take the same one for the default.
    return select(BrandRecord).order_by(BrandRecord.is_default.desc(), BrandRecord.key)

"""Who the page speaks for: the brand of the order at hand, else that of the host asked for, else the default one."""

import re
import time
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import quote

import structlog
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from app.brands.facts import facts_part, in_language, legal_lines, origin_of, spoken_languages
from app.brands.freshness import REMEMBERED_SECONDS, change_number
from app.brands.look import COMMON_LOOK, PageLook, page_look
from app.brands.queries import ShopFront, all_brands, home_of
from app.brands.records import BrandRecord
from app.core.drawing import STATIC
from app.core.i18n.words import HOME_ZONE
from app.core.web import database, settings
from app.pages.assets import asset

# A key becomes part of a path below static/: no point and no slash may be in it.
SAFE_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
Texts = tuple[tuple[str, str], ...]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ShopPage:
    """What header, footer, help and legal pages say of a brand; texts by language are pairs of it and a text."""

    name: str
    help_email: str | None = None
    help_phone: str | None = None
    help_url: str | None = None
    postal_address: str = ""
    logo: str | None = None
    stylesheet: str | None = None
    zone: str = HOME_ZONE
    country: str | None = None
    look: PageLook = COMMON_LOOK
    dialled: str | None = None
    hours: Texts = ()
    imprint: Texts = ()
    terms: Texts = ()
    privacy: Texts = ()
    legal_lines: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    origin: str | None = None
    key: str = ""

    @property
    def whereabouts(self) -> str:
        """Who and where the shop is by law, on one line."""
        return ", ".join(filter(None, (*self.legal_lines, self.postal_address)))


@dataclass(frozen=True, slots=True)
class Houses:
    """All brands as they were read a moment ago: the default one, and those that have a host of their own."""

    read_at: float
    change: int
    default: ShopPage
    by_host: dict[str, ShopPage] = field(default_factory=dict)
    by_key: dict[str, ShopPage] = field(default_factory=dict)

    @property
    def is_fresh(self) -> bool:
        """Whether it may still be believed."""
        return self.change == change_number() and time.monotonic() < self.read_at + REMEMBERED_SECONDS


def shop_of(brand: BrandRecord | ShopFront) -> ShopPage:
    """A brand as pages show it, with the look that was chosen, else its files below ``static/brands/``."""
    look, reach, legal = page_look(brand), facts_part(brand, "help"), facts_part(brand, "legal")
    # A front is of an order's page, which goes by the country of its order.
    country = home_of(brand) if brand.locale else None
    return ShopPage(
        brand.name,
        *(brand.help_email, brand.help_phone, brand.help_url, brand.postal_address),
        look.logo or _own(brand.key, "svg"),
        look.stylesheet or _own(brand.key, "css"),
        brand.time_zone or HOME_ZONE,
        country,
        look,
        dialled=reach.get("phone") or brand.help_phone,
        hours=_pairs(reach.get("hours")),
        imprint=_pairs(legal.get("imprint")),
        terms=_pairs(legal.get("terms")),
        privacy=_pairs(legal.get("privacy")),
        legal_lines=legal_lines(brand),
        languages=spoken_languages(brand),
        origin=origin_of(brand, settings().public_url) if brand.host else None,
        key=brand.key,
    )


def _pairs(texts: dict[str, str] | None) -> Texts:
    return tuple((texts or {}).items())


@lru_cache(maxsize=256)
def _own(key: str, ending: str) -> str | None:
    """The address of a brand's own file, if there is one."""
    name = f"brands/{key}.{ending}"
    return asset(name) if SAFE_KEY.fullmatch(key) and (STATIC / name).is_file() else None


def shop() -> ShopPage:
    """The shop this page speaks for; a view that knows the brand has left it in ``g.brand``."""
    brand = g.get("brand")
    if isinstance(brand, ShopPage):
        return brand
    return shop_of(brand) if brand is not None else _shop_here()


def brand_query() -> str:
    """What a link of the frame takes along, so that the page behind it speaks for the same brand as this one."""
    brand = g.get("brand")
    # A page about the database itself asks it nothing.
    if isinstance(brand, ShopPage) or (brand is None and "brand" not in request.args):
        return ""
    key = shop().key
    return "" if key == (_of_host() or _houses().default).key else f"?brand={quote(key)}"


def said(texts: Texts, language: str) -> str:
    """What a brand says in the reader's language, else in its own."""
    return in_language(dict(texts), language)


def last_known() -> ShopPage:
    """The brand of this host as last read, without asking the database; at worst a name and where mails come from."""
    remembered: Houses | None = current_app.extensions.get("houses")
    if remembered is not None:
        return remembered.by_host.get(_host()) or remembered.default
    return ShopPage("Paradero", parseaddr(settings().mail_from or "")[1] or None)


def install(app: Flask) -> None:
    """Let links and languages go by the host that was asked for."""
    app.extensions["own_origin"] = _own_origin
    app.extensions["own_languages"] = _own_languages


def _own_origin() -> str | None:
    here = _of_host()
    return here.origin if here else None


def _own_languages() -> tuple[str, ...]:
    return shop().languages


def _shop_here() -> ShopPage:
    named = _houses().by_key.get(request.args.get("brand", "")) if has_request_context() else None
    return named or _of_host() or _houses().default


def _of_host() -> ShopPage | None:
    """The brand whose own host was asked for; a host that is nobody's decides nothing."""
    return _houses().by_host.get(_host())


def _host() -> str:
    """The name of the host that was asked for, without its port; none outside of a request."""
    return re.sub(r":\d*$", "", request.host).lower() if has_request_context() else ""


def _houses() -> Houses:
    """All brands, read at most every few seconds; as last known while the database is away."""
    remembered: Houses | None = current_app.extensions.get("houses")
    if remembered is not None and remembered.is_fresh:
        return remembered
    # Before it is read: what is committed meanwhile is news again.
    change, default = change_number(), last_known()
    by_host, by_key = (remembered.by_host, remembered.by_key) if remembered else ({}, {})
    try:
        with database().sessions() as session:
            brands = all_brands(session)
            default = shop_of(brands[0]) if brands else ShopPage("Paradero")
            by_key = {brand.key: shop_of(brand) for brand in brands}
            by_host = {brand.host: by_key[brand.key] for brand in brands if brand.host}
    # Else the page that says that the database is away could not be shown either.
    except SQLAlchemyError:
        log.warning("the brands cannot be read")
    houses = current_app.extensions["houses"] = Houses(time.monotonic(), change, default, by_host, by_key)
    return houses

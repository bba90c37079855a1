"""Who the page speaks for: the brand of the order at hand, else the installation's default one."""

import re
import time
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache

import structlog
from flask import current_app, g
from sqlalchemy.exc import SQLAlchemyError

from app.brands.queries import ShopFront, home_of, speaking_brand
from app.brands.records import BrandRecord
from app.core.drawing import STATIC
from app.core.i18n.words import HOME_ZONE
from app.core.web import database, settings
from app.pages.assets import asset

# Every page shows the shop's name; read each time, it would be a statement more for each of them.
REMEMBERED_SECONDS = 60
# A key becomes part of a path below static/: no point and no slash may be in it.
SAFE_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ShopPage:
    """What header, footer, help and legal pages say of a brand."""

    name: str
    help_email: str | None = None
    help_phone: str | None = None
    help_url: str | None = None
    postal_address: str = ""
    logo: str | None = None
    stylesheet: str | None = None
    zone: str = HOME_ZONE
    country: str | None = None


def shop_of(brand: BrandRecord | ShopFront) -> ShopPage:
    """A brand as pages show it, with its own logo and sheet where ``static/brands/`` holds them."""
    reach = (brand.help_email, brand.help_phone, brand.help_url, brand.postal_address)
    own_files = (_own(brand.key, "svg"), _own(brand.key, "css"))
    # A front is of an order's page, which goes by the country of its order.
    country = None if isinstance(brand, ShopFront) or not brand.locale else home_of(brand)
    return ShopPage(brand.name, *reach, *own_files, brand.time_zone or HOME_ZONE, country)


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
    return shop_of(brand) if brand is not None else _default_shop()


def last_known() -> ShopPage:
    """The default brand as last read, without asking the database; at worst a name and the address mails come from."""
    cached: tuple[float, ShopPage] | None = current_app.extensions.get("default_shop")
    return cached[1] if cached is not None else ShopPage("Paradero", parseaddr(settings().mail_from or "")[1] or None)


def _default_shop() -> ShopPage:
    """The default brand, read at most once a minute; the last one known while the database is away."""
    cached: tuple[float, ShopPage] | None = current_app.extensions.get("default_shop")
    if cached is not None and time.monotonic() < cached[0]:
        return cached[1]
    try:
        with database().sessions() as session:
            brand = speaking_brand(session)
            shop_page = shop_of(brand) if brand is not None else ShopPage("Paradero")
    # Else the page that says that the database is away could not be shown either.
    except SQLAlchemyError:
        log.warning("the default brand cannot be read")
        shop_page = last_known()
    current_app.extensions["default_shop"] = (time.monotonic() + REMEMBERED_SECONDS, shop_page)
    return shop_page

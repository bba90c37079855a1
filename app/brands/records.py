"""What others may read of brands."""

from typing import Any

from app.brands.models import Brand
from app.core.tables.records import Read, Record


class BrandRecord(Record):
    """One shop front: how it calls itself, where it is, how it speaks. ``demo`` is the default one.

    ``links_only``: looking an order up opens nothing by itself, a right pair only has a link sent to who is on file.
    """

    __table__ = Brand.__table__

    key: Read[str]
    name: Read[str]
    locale: Read[str]
    time_zone: Read[str]
    help_email: Read[str | None]
    help_phone: Read[str | None]
    help_url: Read[str | None]
    sms_name: Read[str]
    postal_address: Read[str]
    return_address: Read[dict[str, Any]]
    policy: Read[dict[str, Any]]
    is_default: Read[bool]
    links_only: Read[bool]

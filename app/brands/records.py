"""What others may read of brands."""

from datetime import datetime
from typing import Any

from app.brands.models import Brand, BrandFile, SettingVersion
from app.core.tables.records import Read, Record


class BrandRecord(Record):
    """One shop front: how it calls itself, where it is, how it speaks. The default one is ``demo`` until it is renamed.

    ``links_only``: looking an order up opens nothing by itself, a right pair only has a link sent to who is on file.
    ``facts`` are read by ``app.brands.facts``.
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
    reasons: Read[dict[str, Any]]
    is_default: Read[bool]
    links_only: Read[bool]
    facts: Read[dict[str, Any]]
    host: Read[str | None]
    born_as: Read[str | None]
    retired_at: Read[datetime | None]


class BrandFileRecord(Record):
    """A picture of a brand: what it is for, how large, who sent it; not its bytes."""

    __table__ = BrandFile.__table__

    name: Read[str]
    brand_key: Read[str]
    use: Read[str]
    media_type: Read[str]
    width: Read[int]
    height: Read[int]
    made_by: Read[str]
    made_at: Read[datetime]


class SettingVersionRecord(Record):
    """One version of one setting of a brand; ``document`` is None where the usual is in force again.

    ``state``: proposed (waits for a second person), live, replaced, withdrawn. ``restores``: the version brought back.
    """

    __table__ = SettingVersion.__table__

    id: Read[int]
    brand_key: Read[str]
    kind: Read[str]
    name: Read[str]
    number: Read[int]
    document: Read[dict[str, Any] | None]
    state: Read[str]
    made_by: Read[str]
    made_at: Read[datetime]
    decided_by: Read[str | None]
    decided_at: Read[datetime | None]
    note: Read[str]
    restores: Read[int | None]

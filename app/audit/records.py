"""What others may read of the audit trail."""

from datetime import datetime
from typing import Any

from app.audit.models import AuditRow
from app.core.tables.records import Read, Record


class AuditRecord(Record):
    """Who did or saw what, chained by hash: each row's hash covers the one before.

    ``actor`` is ``staff:<address>``, ``api:<name of the key>`` or ``cli:<user of the machine>``.
    """

    __table__ = AuditRow.__table__

    id: Read[int]
    at: Read[datetime]
    actor: Read[str]
    action: Read[str]
    order_id: Read[int | None]
    subject: Read[str | None]
    detail: Read[dict[str, Any]]
    hash: Read[bytes]

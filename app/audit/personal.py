"""What the audit trail keeps: who of the shop did or saw what. It names no customer, and so is never emptied."""

from app.audit.models import AuditRow
from app.personal.claims import Basis, RoomClaims, TableClaim

_TRAIL = TableClaim(
    model=AuditRow,
    purpose="Who of the shop did or saw what; of a customer's order by its row alone",
    basis=Basis.INTEREST,
    term="kept",
    plain="id at action order_id subject detail",
    staff="actor",
    hidden="previous_hash hash",
)

PERSONAL = RoomClaims("audit", (_TRAIL,))

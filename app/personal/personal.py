"""What is kept of those who are gone: digests alone."""

from app.personal.claims import Basis, RoomClaims, TableClaim, Tier
from app.personal.models import RestoreMark, Tombstone

_TOMBSTONE = TableClaim(
    model=Tombstone,
    purpose="Keeps an erased customer from coming back with a late document; a keyed digest",
    basis=Basis.DUTY,
    tier=Tier.NOBODY,
    term="tombstones",
    since=Tombstone.erased_at,
    plain="kind erased_at",
    hidden="mark",
    deleted=True,
)
_RESTORE = TableClaim(
    model=RestoreMark,
    purpose="That a backup was put back, so that old messages aren't sent again",
    basis=Basis.INTEREST,
    term="shop",
    plain="id at",
    staff="by",
)

PERSONAL = RoomClaims("personal", (_TOMBSTONE, _RESTORE))

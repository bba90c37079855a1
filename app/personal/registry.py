"""Every room's claims, found by declaration; none is named here."""

from collections.abc import Iterator

from app.core.parts import PERSONAL, declared
from app.personal.claims import RoomClaims, TableClaim


def rooms() -> dict[str, RoomClaims]:
    """Every room that says what it keeps, by name."""
    return declared(PERSONAL, RoomClaims)


def claims() -> Iterator[TableClaim]:
    """Every table's claim, rooms in their order."""
    for room in rooms().values():
        yield from room.tables


def claim_of(table: str) -> TableClaim | None:
    """The claim of a table by its name."""
    return next((claim for claim in claims() if claim.table.name == table), None)

"""What the room of connections keeps of a person: of the shop's people alone, who set and tried what."""

from app.connections.models import ConnectedValue, ConnectionsMark, ConnectionTrial
from app.personal.claims import Basis, RoomClaims, TableClaim, Tier

PERSONAL = RoomClaims(
    "connections",
    (
        TableClaim(
            model=ConnectedValue,
            purpose="A secret or an address by which the portal is connected",
            basis=Basis.INTEREST,
            tier=Tier.NOBODY,
            term="shop",
            plain="id variable set_at used_at",
            staff="set_by",
            hidden="sealed ending",
        ),
        TableClaim(
            model=ConnectionsMark,
            purpose="That connections have changed",
            basis=Basis.INTEREST,
            term="shop",
            plain="id mark",
        ),
        TableClaim(
            model=ConnectionTrial,
            purpose="What came of the last trial of a connection",
            basis=Basis.INTEREST,
            term="shop",
            plain="connection tried_at good code facts",
            staff="tried_by",
        ),
    ),
)

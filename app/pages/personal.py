"""What pages keep of a person: a form that was not taken, sealed with a secret that only the browser has."""

from app.pages.unsent.models import KeptPage
from app.personal.claims import Basis, RoomClaims, TableClaim, Tier

_PAGE = TableClaim(
    model=KeptPage,
    purpose="A form as it was filled in, for an hour; nobody but its browser can read it",
    basis=Basis.INTEREST,
    tier=Tier.NOBODY,
    term="sessions",
    plain="status made_at",
    hidden="secret_hash browser client sealed",
)

PERSONAL = RoomClaims("pages", (_PAGE,))

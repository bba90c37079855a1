"""What the sandbox keeps of people: how far the shop's own are with their training."""

from app.personal.claims import Basis, RoomClaims, TableClaim
from app.sandbox.training.models import TrainingTurn

_TURN = TableClaim(
    model=TrainingTurn,
    purpose="How far a member of staff is with the training on the demo shop",
    basis=Basis.INTEREST,
    term="shop",
    plain="exercise order_number begun_at done_at",
    staff="staff_id",
)

PERSONAL = RoomClaims("sandbox", (_TURN,))

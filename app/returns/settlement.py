"""What is due once goods have arrived: the quote, less what did not come, less what was settled before; exact parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.returns.money import AmountPart, PartKind


@dataclass(frozen=True, slots=True)
class LineBack:
    """A returned line: what was announced, what it was quoted at in all, what has arrived."""

    line_id: str
    quantity: int
    refund: int
    received: int

    @property
    def missing(self) -> int:
        """Units that have not come."""
        return max(0, self.quantity - self.received)

    @property
    def held_back(self) -> int:
        """The part of the quote that waits for the missing units."""
        return self.refund - self.refund * (self.quantity - self.missing) // self.quantity


def standing_parts(
    quoted: Sequence[AmountPart], lines: Sequence[LineBack], *, by_hand: Sequence[AmountPart] = ()
) -> tuple[AmountPart, ...]:
    """What the return is worth in all with what has come of it, part by part; ``by_hand`` is what people changed.

    Outbound shipping waits until everything is there.
    """
    parts = list(quoted)
    parts += [
        AmountPart(PartKind.NOT_RECEIVED, -line.held_back, line.line_id, line.missing) for line in lines if line.missing
    ]
    if any(line.missing for line in lines):
        parts += [
            AmountPart(PartKind.SHIPPING_WAITS, -part.amount) for part in quoted if part.kind is PartKind.SHIPPING
        ]
    return (*parts, *by_hand)


def due_parts(
    quoted: Sequence[AmountPart],
    lines: Sequence[LineBack],
    *,
    settled: int,
    most: int,
    by_hand: Sequence[AmountPart] = (),
) -> tuple[AmountPart, ...]:
    """Parts whose sum is due now: never negative, never above ``most``.

    Nothing when nothing has come, unless a person said an amount all the same.
    """
    if lines and not by_hand and not any(line.received for line in lines):
        return ()
    parts = list(standing_parts(quoted, lines, by_hand=by_hand))
    if settled:
        parts.append(AmountPart(PartKind.SETTLED_BEFORE, -settled))
    total = sum(part.amount for part in parts)
    allowed = min(max(total, 0), max(most, 0))
    if total != allowed:
        parts.append(AmountPart(PartKind.LIMIT, allowed - total))
    return tuple(parts)

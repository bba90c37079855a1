"""The two axes of a return, decision and goods, as whole tables: every pair is named, the boring ones too."""

from enum import StrEnum


class Decision(StrEnum):
    """What was decided."""

    REQUESTED = "requested"
    NEEDS_REVIEW = "needs_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Goods(StrEnum):
    """Where the goods are."""

    AWAITING = "awaiting"
    IN_TRANSIT = "in_transit"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    INSPECTED = "inspected"


class Deed(StrEnum):
    """What someone decides."""

    REVIEW = "review"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    EXPIRE = "expire"


class Happening(StrEnum):
    """What befalls the goods."""

    HANDED_OVER = "handed_over"
    PART_RECEIVED = "part_received"
    ALL_RECEIVED = "all_received"
    INSPECTED = "inspected"


D, G = Decision, Goods

# A row a state, a column a deed in the order of Deed; None: not allowed; the state itself: allowed, changes nothing.
_DECISIONS: dict[Decision, tuple[Decision | None, ...]] = {
    #               review          approve     reject      cancel       expire
    D.REQUESTED: (D.NEEDS_REVIEW, D.APPROVED, D.REJECTED, D.CANCELLED, D.EXPIRED),
    D.NEEDS_REVIEW: (D.NEEDS_REVIEW, D.APPROVED, D.REJECTED, D.CANCELLED, D.EXPIRED),
    D.APPROVED: (None, D.APPROVED, D.REJECTED, D.CANCELLED, D.EXPIRED),
    D.REJECTED: (None, D.APPROVED, D.REJECTED, None, None),
    D.CANCELLED: (None, None, None, D.CANCELLED, None),
    D.EXPIRED: (None, D.APPROVED, None, D.EXPIRED, D.EXPIRED),
}

# A row a state, a column a happening in the order of Happening. Goods never move backwards: a late scan is boring.
_GOODS: dict[Goods, tuple[Goods, ...]] = {
    #                   handed over         part received       all received  inspected
    G.AWAITING: (G.IN_TRANSIT, G.PARTLY_RECEIVED, G.RECEIVED, G.INSPECTED),
    G.IN_TRANSIT: (G.IN_TRANSIT, G.PARTLY_RECEIVED, G.RECEIVED, G.INSPECTED),
    G.PARTLY_RECEIVED: (G.PARTLY_RECEIVED, G.PARTLY_RECEIVED, G.RECEIVED, G.INSPECTED),
    G.RECEIVED: (G.RECEIVED, G.RECEIVED, G.RECEIVED, G.INSPECTED),
    G.INSPECTED: (G.INSPECTED, G.INSPECTED, G.INSPECTED, G.INSPECTED),
}

LIVE = frozenset({Decision.REQUESTED, Decision.NEEDS_REVIEW, Decision.APPROVED})
"""Decisions under which the units of a return are spoken for."""


def decide(decision: Decision, deed: Deed, goods: Goods = Goods.AWAITING) -> Decision | None:
    """The decision after a deed, or None when it is not allowed.

    Once the goods are on their way nobody cancels or lets expire, and what was approved stays so: what comes back is
    received and looked at.
    """
    after = _DECISIONS[decision][list(Deed).index(deed)]
    if goods is Goods.AWAITING or after is decision:
        return after
    final = deed in (Deed.CANCEL, Deed.EXPIRE) or (deed is Deed.REJECT and decision is Decision.APPROVED)
    return None if final else after


def move(goods: Goods, happening: Happening) -> Goods:
    """Where the goods are after a happening."""
    return _GOODS[goods][list(Happening).index(happening)]


def may_cancel(decision: Decision, goods: Goods) -> bool:
    """True while the customer may still take the return back."""
    return decision in LIVE and decide(decision, Deed.CANCEL, goods) is Decision.CANCELLED

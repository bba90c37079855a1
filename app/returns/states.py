"""A return's two axes, decision and goods, and its refunds as whole tables: every pair is named, boring ones too."""

from enum import StrEnum


class Decision(StrEnum):
    """What was decided."""

    REQUESTED = "requested"
    NEEDS_REVIEW = "needs_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class GoodsState(StrEnum):
    """Where the goods are."""

    AWAITING = "awaiting"
    IN_TRANSIT = "in_transit"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    INSPECTED = "inspected"
    SENT_BACK = "sent_back"


class ReturnAction(StrEnum):
    """What someone decides, or what the goods' coming decides: ``arrive`` in order, ``doubt`` for a person to see."""

    REVIEW = "review"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    EXPIRE = "expire"
    ARRIVE = "arrive"
    DOUBT = "doubt"


class Happening(StrEnum):
    """What befalls the goods."""

    HANDED_OVER = "handed_over"
    PART_RECEIVED = "part_received"
    ALL_RECEIVED = "all_received"
    INSPECTED = "inspected"
    SENT_BACK = "sent_back"


class RefundState(StrEnum):
    """Where the money of one refund is; ``void`` is owed no more."""

    DUE = "due"
    PAID = "paid"
    VOID = "void"


class RefundAction(StrEnum):
    """What is done to a refund."""

    PAY = "pay"
    VOID = "void"


class NextStep(StrEnum):
    """Who has to do what next; ``nothing`` is an end."""

    DECIDE = "decide"
    HAND_OVER = "hand_over"
    RECEIVE = "receive"
    SETTLE = "settle"
    SEND_BACK = "send_back"
    NOTHING = "nothing"


# Short names, so that each state's row in the tables below stays one line.
D, G = Decision, GoodsState

# A row a state, a column an action in the order of ReturnAction; None: not allowed; the state itself: changes nothing.
_DECISIONS: dict[Decision, tuple[Decision | None, ...]] = {
    #               review          approve     reject      cancel       expire     arrive          doubt
    D.REQUESTED: (D.NEEDS_REVIEW, D.APPROVED, D.REJECTED, D.CANCELLED, D.EXPIRED, D.NEEDS_REVIEW, D.NEEDS_REVIEW),
    D.NEEDS_REVIEW: (D.NEEDS_REVIEW, D.APPROVED, D.REJECTED, D.CANCELLED, D.EXPIRED, D.NEEDS_REVIEW, D.NEEDS_REVIEW),
    D.APPROVED: (None, D.APPROVED, D.REJECTED, D.CANCELLED, D.EXPIRED, D.APPROVED, D.NEEDS_REVIEW),
    # What was rejected or cancelled and comes all the same was expected by nobody: a person looks at it.
    D.REJECTED: (None, D.APPROVED, D.REJECTED, None, None, D.NEEDS_REVIEW, D.NEEDS_REVIEW),
    D.CANCELLED: (None, None, None, D.CANCELLED, None, D.NEEDS_REVIEW, D.NEEDS_REVIEW),
    # A parcel that comes after the last day is no reason to refuse it: what had expired is approved again.
    D.EXPIRED: (None, D.APPROVED, None, D.EXPIRED, D.EXPIRED, D.APPROVED, D.NEEDS_REVIEW),
}

# A row a state, a column a happening in the order of Happening. Goods never move backwards: a late scan is boring.
_GOODS: dict[GoodsState, tuple[GoodsState | None, ...]] = {
    #                   handed over         part received       all received  inspected    sent back
    G.AWAITING: (G.IN_TRANSIT, G.PARTLY_RECEIVED, G.RECEIVED, G.INSPECTED, None),
    G.IN_TRANSIT: (G.IN_TRANSIT, G.PARTLY_RECEIVED, G.RECEIVED, G.INSPECTED, None),
    G.PARTLY_RECEIVED: (G.PARTLY_RECEIVED, G.PARTLY_RECEIVED, G.RECEIVED, G.INSPECTED, G.SENT_BACK),
    G.RECEIVED: (G.RECEIVED, G.RECEIVED, G.RECEIVED, G.INSPECTED, G.SENT_BACK),
    G.INSPECTED: (G.INSPECTED, G.INSPECTED, G.INSPECTED, G.INSPECTED, G.SENT_BACK),
    # What went back to the customer may come again, and is then received like any other.
    G.SENT_BACK: (G.SENT_BACK, G.PARTLY_RECEIVED, G.RECEIVED, G.INSPECTED, G.SENT_BACK),
}

# What was paid is out of our hands and what is void stays so: another refund takes its place.
_REFUNDS: dict[RefundState, dict[RefundAction, RefundState | None]] = {
    RefundState.DUE: {RefundAction.PAY: RefundState.PAID, RefundAction.VOID: RefundState.VOID},
    RefundState.PAID: {RefundAction.PAY: RefundState.PAID, RefundAction.VOID: None},
    RefundState.VOID: {RefundAction.PAY: None, RefundAction.VOID: RefundState.VOID},
}

LIVE = frozenset({D.REQUESTED, D.NEEDS_REVIEW, D.APPROVED})
"""Decisions under which a return stands."""
HERE = frozenset({G.PARTLY_RECEIVED, G.RECEIVED, G.INSPECTED})
"""Goods of which something has been booked."""
WITH_CUSTOMER = frozenset({G.AWAITING, G.SENT_BACK})
"""Goods that the customer has in hand."""


def holds_units(decision: Decision, goods: GoodsState) -> bool:
    """Whether the units of a return are spoken for: nobody else can return them.

    They are while it stands, and as long as the goods are with us or on their way, whatever was decided.
    """
    return decision in LIVE or goods not in WITH_CUSTOMER


def pays(decision: Decision, goods: GoodsState) -> bool:
    """Whether money falls due for what has come: only for what is approved, and not before the goods moved."""
    return decision is D.APPROVED and goods not in WITH_CUSTOMER


LABELLED = "labelled"
"""Approved, nothing handed over, and a label to hand it over with."""


def news_state(decision: Decision, goods: GoodsState, *, labelled: bool) -> str:
    """Both axes in the one word that news of a return is about: the decision while it is none, else where goods are."""
    if decision is not D.APPROVED:
        return decision
    return LABELLED if goods is G.AWAITING and labelled else goods


def next_step(decision: Decision, goods: GoodsState) -> NextStep:
    """What has to happen next, by the pair alone; ``settle`` is over once every refund is paid or void."""
    if decision in (D.REQUESTED, D.NEEDS_REVIEW):
        return NextStep.DECIDE
    if decision is not D.APPROVED:
        return NextStep.NOTHING if goods in WITH_CUSTOMER else NextStep.SEND_BACK if goods in HERE else NextStep.RECEIVE
    if goods in WITH_CUSTOMER:
        return NextStep.HAND_OVER
    return NextStep.SETTLE if goods in (G.RECEIVED, G.INSPECTED) else NextStep.RECEIVE


# Made from the function: a list of its own would sooner or later disagree, and the same units be refunded twice.
HOLDING = frozenset((decision, goods) for decision in D for goods in G if holds_units(decision, goods))
"""Every pair whose units are spoken for, for those who ask the database."""


def decide(decision: Decision, action: ReturnAction, goods: GoodsState = GoodsState.AWAITING) -> Decision | None:
    """The decision after an action, or None when it is not allowed.

    Once the goods are on their way nobody cancels or lets expire, and what was approved stays so: what comes back is
    received and looked at. What was sent back to the customer is over: it can only come again.
    """
    after = _DECISIONS[decision][list(ReturnAction).index(action)]
    # Arrivals and doubts are about goods under way; the bar below is for what people and the clock decide.
    if goods is GoodsState.AWAITING or after is decision or action in (ReturnAction.ARRIVE, ReturnAction.DOUBT):
        return after
    final = action in (ReturnAction.CANCEL, ReturnAction.EXPIRE) or (
        action is ReturnAction.REJECT and decision is Decision.APPROVED
    )
    return None if final or goods is GoodsState.SENT_BACK else after


def move(goods: GoodsState, happening: Happening, decision: Decision = Decision.APPROVED) -> GoodsState | None:
    """Where the goods are after a happening; None when it is not allowed.

    Nothing of a return that stands is sent back: it is decided, and paid or rejected first.
    """
    if happening is Happening.SENT_BACK and decision in LIVE:
        return None
    return _GOODS[goods][list(Happening).index(happening)]


def settle_by(state: RefundState, action: RefundAction) -> RefundState | None:
    """Where a refund is after an action; None when it is not allowed, the state itself when it changes nothing."""
    return _REFUNDS[state][action]


def may_cancel(decision: Decision, goods: GoodsState) -> bool:
    """True while the customer may still take the return back."""
    return decision in LIVE and decide(decision, ReturnAction.CANCEL, goods) is Decision.CANCELLED

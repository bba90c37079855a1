"""The domain's events by name, and who hears each: one table, so that what follows from what can be read."""

from enum import StrEnum


class Listener(StrEnum):
    """A part of the portal that hears events through rows of its own."""

    NOTIFY = "notify"
    RETURNS = "returns"
    WEBHOOKS = "webhooks"


class EventKind(StrEnum):
    """Something that happened and stays true.

    What the payload of a return's or refund's event holds beside ``ref``, the return's reference; amounts are minor
    units of ``currency``, lines the shop's own ids, ``refund`` the public id that is never used twice:

    - ``return.requested``: ``origin`` (customer, staff, withdrawal, unannounced), ``amount``, ``currency``.
    - ``return.needs_review``: ``why`` (policy, withdrawal, unannounced, after_cancelled, after_rejected,
      after_expired, nothing_inside).
    - ``return.approved``: ``why`` (decided, or arrived_late: it had expired and its parcel came all the same).
    - ``return.rejected``, ``return.cancelled``: nothing more.
    - ``return.expired``, ``return.expires_soon``: ``deadline``.
    - ``return.on_its_way``: nothing more. ``return.sent_back``: ``lines`` (line, quantity) that left us again.
    - ``return.received``: ``receipt_id``, ``corrects``, ``goods``, ``odd``, ``lines`` (line, quantity, grade,
      disposition); one a receipt; ``quiet`` for corrections and where another event tells the customer better.
    - ``return.missing``: ``receipt_id``, ``lines`` (line, quantity) that were announced and not inside, ``empty``.
    - ``return.changed``: a person said what it holds or is worth: ``lines`` (line, quantity), ``before``, ``amount``,
      ``currency``, ``reason``; or less, or more, is left of the order's money, as ``why`` says.
    - ``return.pickup_asked``: ``on``, the day for which the customer asked to have it collected.
    - ``return.pickup_booked``: ``on``, the day that is booked, and ``note``, a person's words on it.
    - ``return.pickup_refused``: ``on``, the day that was asked for, and a person's ``reason``.
    - ``return.pickup_called_off``: one that was booked for ``on`` with ``note`` is not needed: the return was
      ``cancelled`` or ``rejected``, or ``sent`` another way (``why``).
    - ``refund.due``: ``refund_id``, ``refund``, ``amount``, ``currency``, ``due_on``, ``replaces`` (a public id or
      null). ``refund.approved``: the same without the last two. ``refund.paid``: with ``reference``.
    - ``refund.voided``: it is not owed any more: with ``why`` (changed, corrected, rejected, nothing_inside,
      order_reduced, given_back_elsewhere), a person's ``reason`` or null, and ``replaced_by`` (a public id or null);
      ``quiet`` where another takes its place.
    - ``refund.changed``: the new refund with ``before``, ``replaces``, ``why`` and ``reason``: another amount is owed.
      It comes beside ``refund.voided`` of the old and ``refund.due`` of the new one, which alone suffice to keep books.

    Of a case: ``ref``, its reference, and ``about``; what was written stays in its rows. Of a request to be erased:
    ``ref``, and ``due_at``, until when it can be taken back.
    """

    ORDER_RECEIVED = "order.received"
    ORDER_ON_HOLD = "order.on_hold"
    ORDER_PREPARING = "order.preparing"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_REDUCED = "order.reduced"
    SHIPMENT_SHIPPED = "shipment.shipped"
    SHIPMENT_OUT_FOR_DELIVERY = "shipment.out_for_delivery"
    SHIPMENT_READY_FOR_PICKUP = "shipment.ready_for_pickup"
    SHIPMENT_DELIVERED = "shipment.delivered"
    SHIPMENT_LATE = "shipment.late"
    SHIPMENT_DELIVERY_FAILED = "shipment.delivery_failed"
    SHIPMENT_RETURNING = "shipment.returning"
    SHIPMENT_RETURNED = "shipment.returned"
    SHIPMENT_ESTIMATE_CHANGED = "shipment.estimate_changed"
    SHIPMENT_INCIDENT = "shipment.incident"
    RETURN_REQUESTED = "return.requested"
    RETURN_NEEDS_REVIEW = "return.needs_review"
    RETURN_APPROVED = "return.approved"
    RETURN_REJECTED = "return.rejected"
    RETURN_CANCELLED = "return.cancelled"
    RETURN_EXPIRES_SOON = "return.expires_soon"
    RETURN_EXPIRED = "return.expired"
    RETURN_LABEL_READY = "return.label_ready"
    RETURN_ON_ITS_WAY = "return.on_its_way"
    RETURN_RECEIVED = "return.received"
    RETURN_MISSING = "return.missing"
    RETURN_SENT_BACK = "return.sent_back"
    RETURN_CHANGED = "return.changed"
    RETURN_PICKUP_ASKED = "return.pickup_asked"
    RETURN_PICKUP_BOOKED = "return.pickup_booked"
    RETURN_PICKUP_REFUSED = "return.pickup_refused"
    RETURN_PICKUP_CALLED_OFF = "return.pickup_called_off"
    REFUND_DUE = "refund.due"
    REFUND_APPROVED = "refund.approved"
    REFUND_CHANGED = "refund.changed"
    REFUND_VOIDED = "refund.voided"
    REFUND_PAID = "refund.paid"
    LINK_REQUESTED = "access.link_requested"
    WITHDRAWAL_RECEIVED = "withdrawal.received"
    CASE_OPENED = "case.opened"
    CASE_REPLIED = "case.replied"
    CASE_ANSWERED = "case.answered"
    CASE_CLOSED = "case.closed"
    CASE_REOPENED = "case.reopened"
    ERASURE_ASKED = "privacy.erasure_asked"


# A parcel that comes back moves its return; where less was paid for an order than before, what is due is reckoned anew.
_FOR_RETURNS = {
    EventKind.SHIPMENT_SHIPPED,
    EventKind.SHIPMENT_DELIVERED,
    EventKind.SHIPMENT_INCIDENT,
    EventKind.ORDER_REDUCED,
}

# A kind that a listener does not hear stands here with the reason: no state moves silently.
NOT_TOLD_TO_CUSTOMERS = {
    EventKind.REFUND_DUE: "the return's own news names the amount: approved, on its way, received",
    EventKind.REFUND_APPROVED: "the customer hears when the money is sent; who approved it is the shop's own affair",
    EventKind.ORDER_REDUCED: "what follows for money that was promised is told by the refund's own news",
    EventKind.CASE_CLOSED: "the last answer said all; the case's page shows that it is closed",
    EventKind.CASE_REOPENED: "the shop's own affair until it answers, which is told then",
}
NOT_TOLD_TO_SYSTEMS = {
    EventKind.LINK_REQUESTED: "whoever could read it could open the order",
    EventKind.ERASURE_ASKED: "it may be taken back; what was done is told where erasures are asked for",
    EventKind.ORDER_REDUCED: "the shop's own system said it; what follows is told by refund.voided and refund.due",
}


def listeners(kind: EventKind) -> tuple[Listener, ...]:
    """Who hears an event of this kind."""
    heard = []
    if kind not in NOT_TOLD_TO_CUSTOMERS:
        heard.append(Listener.NOTIFY)
    if kind in _FOR_RETURNS:
        heard.append(Listener.RETURNS)
    if kind not in NOT_TOLD_TO_SYSTEMS:
        heard.append(Listener.WEBHOOKS)
    return tuple(heard)

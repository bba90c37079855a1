"""The domain's events by name, and who hears each: one table, so that what follows from what can be read."""

from enum import StrEnum


class Listener(StrEnum):
    """A part of the portal that hears events through rows of its own."""

    NOTIFY = "notify"
    RETURNS = "returns"
    WEBHOOKS = "webhooks"


class Kind(StrEnum):
    """Something that happened and stays true."""

    ORDER_RECEIVED = "order.received"
    ORDER_ON_HOLD = "order.on_hold"
    ORDER_PREPARING = "order.preparing"
    ORDER_CANCELLED = "order.cancelled"
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
    RETURN_APPROVED = "return.approved"
    RETURN_REJECTED = "return.rejected"
    RETURN_CANCELLED = "return.cancelled"
    RETURN_LABEL_READY = "return.label_ready"
    RETURN_ON_ITS_WAY = "return.on_its_way"
    RETURN_RECEIVED = "return.received"
    REFUND_DUE = "refund.due"
    REFUND_PAID = "refund.paid"
    LINK_REQUESTED = "access.link_requested"
    WITHDRAWAL_RECEIVED = "withdrawal.received"


_PARCEL_BACK = {Kind.SHIPMENT_SHIPPED, Kind.SHIPMENT_DELIVERED, Kind.SHIPMENT_INCIDENT}

# A kind that a listener does not hear stands here with the reason: no state moves silently.
NOT_TOLD_TO_CUSTOMERS = {
    Kind.REFUND_DUE: "the return's own news names the amount: approved, on its way, received",
}
NOT_TOLD_TO_SYSTEMS = {
    Kind.LINK_REQUESTED: "whoever could read it could open the order",
}


def listeners(kind: Kind) -> tuple[Listener, ...]:
    """Who hears an event of this kind."""
    heard = []
    if kind not in NOT_TOLD_TO_CUSTOMERS:
        heard.append(Listener.NOTIFY)
    if kind in _PARCEL_BACK:
        heard.append(Listener.RETURNS)
    if kind not in NOT_TOLD_TO_SYSTEMS:
        heard.append(Listener.WEBHOOKS)
    return tuple(heard)

"""The states of a shipment, the field's words, and which of them end the watching."""

from enum import StrEnum


class ShipmentState(StrEnum):
    """Where one tracked parcel stands; an unknown word of the outside is ``unknown``, never a guess."""

    PENDING = "pending"
    INFO_RECEIVED = "info_received"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_FAILED = "delivery_failed"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    ON_HOLD = "on_hold"
    DELAYED = "delayed"
    RETURN_TO_SENDER = "return_to_sender"
    RETURNED = "returned"
    LOST = "lost"
    DAMAGED = "damaged"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Blame(StrEnum):
    """By whom an incident came about."""

    CARRIER = "carrier"
    RETAILER = "retailer"
    CONSIGNEE = "consignee"
    CUSTOMS = "customs"
    WEATHER = "weather"


class TimeQuality(StrEnum):
    """How an event's instant is known: an offset was given, or its zone was inferred."""

    OFFSET = "offset"
    PLACE = "place"
    CARRIER = "carrier"
    GUESSED = "guessed"


class CarrierSource(StrEnum):
    """Who says whose a parcel is: the shop, the form of its number, a scan of that number, or staff."""

    SHOP = "shop"
    NUMBER = "number"
    SCAN = "scan"
    STAFF = "staff"


FINISHED = frozenset(
    {
        ShipmentState.DELIVERED,
        ShipmentState.RETURNED,
        ShipmentState.LOST,
        ShipmentState.CANCELLED,
        ShipmentState.EXPIRED,
    }
)

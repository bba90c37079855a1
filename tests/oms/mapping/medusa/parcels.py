"""Medusa's fulfilments as parcels, and its returns as returns made elsewhere. Pure."""

from collections.abc import Iterable
from typing import Any

from tests.oms.mapping.medusa.amounts import units
from tests.oms.mapping.medusa.statuses import RETURN_STAGES
from tests.oms.mapping.reading import Raw, first, ordered, without_blanks


def parcels(order: Raw) -> list[dict[str, Any]]:
    """A parcel for each label, one for a fulfilment that has none yet; cancelled fulfilments are none."""
    return [
        parcel
        for fulfilment in ordered(order.get("fulfillments"))
        if not fulfilment.get("canceled_at")
        for parcel in _labelled(fulfilment)
    ]


def _labelled(fulfilment: Raw) -> Iterable[dict[str, Any]]:
    packed = [
        {"line": one["line_item_id"], "quantity": units(one, "quantity")}
        for one in ordered(fulfilment.get("items"))
        if one.get("line_item_id")
    ]
    for at, label in enumerate(ordered(fulfilment.get("labels")) or [{}]):
        # The first label is the parcel that was packed: it stays one and the same when it gets its number.
        yield without_blanks(
            {
                "id": fulfilment["id"] if at == 0 else f"{fulfilment['id']}:{label['id']}",
                "group": fulfilment["id"],
                "tracking_number": first(label.get("tracking_number")),
                "tracking_url": first(label.get("tracking_url")),
                "carrier_word": first((fulfilment.get("shipping_option") or {}).get("name")),
                "status": _status(fulfilment),
                "label_created_at": label.get("created_at"),
                "packed_at": fulfilment.get("packed_at"),
                "shipped_at": fulfilment.get("shipped_at"),
                "delivered_at": fulfilment.get("delivered_at"),
                # What is in it is known of the whole fulfilment alone, and must not be counted twice.
                "lines": packed if at == 0 else [],
            }
        )


def _status(fulfilment: Raw) -> str:
    if fulfilment.get("delivered_at"):
        return "delivered"
    return "shipped" if fulfilment.get("shipped_at") else "packed"


def returns(order: Raw) -> list[dict[str, Any]]:
    """The returns that were asked for; one that was begun and left open is none yet."""
    return [_return(one) for one in ordered(order.get("returns")) if one.get("status") in RETURN_STAGES]


def _return(one: Raw) -> dict[str, Any]:
    kind = "exchange" if one.get("exchange_id") else "claim" if one.get("claim_id") else "return"
    return without_blanks(
        {
            "id": one["id"],
            "status": RETURN_STAGES[one["status"]],
            "kind": kind,
            "at": one.get("requested_at") or one.get("created_at"),
            "key": first((one.get("metadata") or {}).get("paradero_ref")),
            "lines": [_return_line(line) for line in ordered(one.get("items"))],
        }
    )


def _return_line(line: Raw) -> dict[str, Any]:
    return without_blanks(
        {
            "line": line["item_id"],
            "quantity": units(line, "quantity"),
            # The damaged ones are among those received, as they are in the document.
            "received": units(line, "received_quantity"),
            "damaged": units(line, "damaged_quantity"),
            "reason": first((line.get("reason") or {}).get("label"), line.get("note")),
        }
    )

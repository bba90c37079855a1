"""One order for each stage that a Medusa's orders come to, and where the portal has to see it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.oms.mapping.medusa.store import StoreOrder

TEE, MUG = "TEE-M", "MUG-330"


@dataclass(frozen=True, slots=True)
class Stage:
    """How an order came to its stage, and what has to be seen of it; amounts in minor units."""

    made: Callable[[StoreOrder], object]
    status: str
    payment: str = "paid"
    paid: int = 5738
    items: int = 5248
    refunded: int = 0
    # Pieces that are back or settled, and those that can still come back here, by article.
    returned: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    hold: str | None = None
    currency: str = "eur"


def _paid(order: StoreOrder) -> StoreOrder:
    return order.buy().capture()


def _delivered(order: StoreOrder) -> StoreOrder:
    order.buy().capture().send()
    return order


def _two_labels(order: StoreOrder) -> None:
    _paid(order)
    order.ship(order.pack((order.line(TEE), 2)), "00340434000600000001", "00340434000600000002")
    order.ship(order.pack((order.line(MUG), 1)), "00340434000600000003")


def _partly_delivered(order: StoreOrder) -> None:
    _two_labels(order)
    order.deliver(order.order["fulfillments"][0])


def _received(order: StoreOrder, good: int = 1, damaged: int = 0) -> StoreOrder:
    order.receive(_delivered(order).ask_back(order.line(TEE), 1 + damaged), good, damaged)
    return order


def _exchanged(order: StoreOrder, from_: str, to: str, *, arrived: bool) -> StoreOrder:
    back, added = _delivered(order).exchange(order.line(from_), to)
    if arrived:
        order.receive(back, 1)
        order.ship(order.pack((added, 1)), "00340434004200000002")
    return order


def _exchange_called_off(order: StoreOrder) -> None:
    back, added = _delivered(order).exchange(order.line(TEE), "TEE-L")
    order.call_off(back)
    order.exchanges[0]["canceled_at"] = back["canceled_at"]
    order.order["items"].remove(added)


def _claim_replaced(order: StoreOrder) -> None:
    added = _delivered(order).claim(order.line(MUG), replace=True)
    assert added
    order.ship(order.pack((added, 1)), "00340434004500000002")


def _claim_back(order: StoreOrder) -> None:
    coming = _delivered(order).claim(order.line(TEE), back=True)
    assert coming
    order.receive(coming, 1)
    order.refund("19.99", "claim, goods received", mirrored=False)


def _edited(order: StoreOrder, tees: int, mugs: int) -> StoreOrder:
    _paid(order)
    order.line(TEE)["detail"]["quantity"] = tees
    order.line(MUG)["detail"]["quantity"] = mugs
    if not mugs:
        order.order["items"].remove(order.line(MUG))
    return order


def _edit_paid(order: StoreOrder) -> None:
    _edited(order, 2, 4)
    order.collect(order.due() - 57)
    order.order["payment_collections"][-1] |= {"raw_amount": {"value": "37.5"}, "amount": 37.5}
    order.capture(payment=order.authorise())


def _unfinished_return(order: StoreOrder) -> StoreOrder:
    _delivered(order)
    order.order["returns"].append(
        {"id": "return_open", "status": "open", "items": [], "created_at": "2026-11-01T10:00:00Z"}
    )
    return order


def _with_status(order: StoreOrder, status: str) -> None:
    _delivered(order).order["status"] = status


ALL = {TEE: 2, MUG: 1}
STAGES = {
    "placed": Stage(StoreOrder.buy, "received", "authorised", paid=0),
    "nothing paid": Stage(
        lambda order: order.buy().order["payment_collections"].clear(), "on_hold", "unpaid", paid=0, hold="payment"
    ),
    "paid": Stage(_paid, "confirmed"),
    "part captured": Stage(lambda order: order.buy().capture("20"), "confirmed", "part_paid", paid=2000),
    "packed": Stage(lambda order: _paid(order).pack(), "preparing"),
    "a packing cancelled": Stage(lambda order: order.unpack(_paid(order).pack()), "confirmed"),
    "partly shipped": Stage(
        lambda order: order.ship(_paid(order).pack((order.line(TEE), 1)), "00340434000400000001"), "partly_shipped"
    ),
    "shipped": Stage(lambda order: order.ship(_paid(order).pack(), "00340434000500000001"), "shipped"),
    "two parcels, two labels of one": Stage(_two_labels, "shipped"),
    "partly delivered": Stage(_partly_delivered, "shipped", left={TEE: 2}),
    "delivered": Stage(_delivered, "completed", left=ALL),
    "completed": Stage(lambda order: _with_status(order, "completed"), "completed", left=ALL),
    "archived": Stage(lambda order: _with_status(order, "archived"), "completed", left=ALL),
    "cancelled": Stage(lambda order: order.buy().cancel(), "cancelled", "voided", paid=0),
    "cancelled when it was paid": Stage(lambda order: _paid(order).cancel(), "cancelled", "refunded", refunded=5738),
    "a return awaited": Stage(
        lambda order: _delivered(order).ask_back(order.line(TEE), 1), "completed", left={TEE: 1, MUG: 1}
    ),
    "a return called off": Stage(
        lambda order: order.call_off(_delivered(order).ask_back(order.line(TEE), 1)), "completed", left=ALL
    ),
    "a return received": Stage(_received, "completed", returned={TEE: 1}, left={TEE: 1, MUG: 1}),
    "a return received and refunded": Stage(
        lambda order: _received(order).refund("19.99", mirrored=False),
        "completed",
        "part_refunded",
        refunded=1999,
        returned={TEE: 1},
        left={TEE: 1, MUG: 1},
    ),
    "one good, one damaged": Stage(lambda order: _received(order, 1, 1), "completed", returned={TEE: 2}, left={MUG: 1}),
    "a return begun and left open": Stage(_unfinished_return, "completed", left=ALL),
    "a refund that was refused and paid": Stage(
        lambda order: _unfinished_return(order).refund("6", "answered 400", mirrored=False),
        "completed",
        "part_refunded",
        refunded=600,
        left=ALL,
    ),
    "goodwill": Stage(lambda order: _paid(order).refund("5", "goodwill"), "confirmed", "part_refunded", refunded=500),
    "refunded twice": Stage(
        lambda order: _delivered(order).refund("5").refund("7.5"), "completed", "part_refunded", refunded=1250, left=ALL
    ),
    "an exchange awaited": Stage(
        lambda order: _exchanged(order, TEE, "TEE-L", arrived=False), "partly_shipped", left={TEE: 1, MUG: 1}
    ),
    "an even exchange": Stage(
        lambda order: _exchanged(order, TEE, "TEE-L", arrived=True), "shipped", returned={TEE: 1}, left={TEE: 1, MUG: 1}
    ),
    "a dearer exchange, unpaid": Stage(
        lambda order: _exchanged(order, MUG, "TEE-L", arrived=True), "shipped", returned={MUG: 1}, left={TEE: 2}
    ),
    "an exchange called off": Stage(_exchange_called_off, "completed", left=ALL),
    "a claim replaced free of charge": Stage(_claim_replaced, "shipped", returned={MUG: 1}, left={TEE: 2}),
    "a claim refunded, nothing back": Stage(
        lambda order: (_delivered(order).claim(order.line(TEE)), order.refund("19.99", "claim")),
        "completed",
        "part_refunded",
        refunded=1999,
        returned={TEE: 1},
        left={TEE: 1, MUG: 1},
    ),
    "a claim that comes back": Stage(
        _claim_back, "completed", "part_refunded", refunded=1999, returned={TEE: 1}, left={TEE: 1, MUG: 1}
    ),
    "edited to nothing": Stage(lambda order: _edited(order, 2, 0), "confirmed", items=3998),
    "edited to more, unpaid": Stage(
        lambda order: (_edited(order, 4, 2), order.add("TEE-L", 3)), "confirmed", items=16493
    ),
    "edited to more, paid": Stage(_edit_paid, "confirmed", items=8998, paid=9488),
    "credit for a difference": Stage(
        lambda order: (_edited(order, 2, 2), order.credit("12.5")), "confirmed", items=6498
    ),
    "yen, no decimals": Stage(
        lambda order: (order.buy((TEE, 2), shipping="770"), order.capture(), order.refund("5")),
        "confirmed",
        "part_refunded",
        items=40,
        paid=810,
        refunded=5,
        currency="jpy",
    ),
    "dinars, three decimals": Stage(
        lambda order: (order.add("MUG-330", 3, price="3.755"), order.buy((TEE, 1), shipping="1.505"), order.capture()),
        "confirmed",
        items=31255,
        paid=32760,
        currency="kwd",
    ),
    "a discount of no whole cents": Stage(
        lambda order: (order.buy((TEE, 3), (MUG, 1), discount="1.19"), order.capture("76.18"), order.send()),
        "completed",
        items=7128,
        paid=7618,
        left={TEE: 3, MUG: 1},
    ),
    "a gift card among goods": Stage(
        lambda order: (
            order.buy((TEE, 1), ("GIFT-25", 1)),
            order.capture(),
            order.ship(order.pack(), "00340434005900000001"),
        ),
        "shipped",
        items=4499,
        paid=4989,
    ),
}


def stage_order(name: str, display_id: int, *, began: datetime = datetime(2026, 11, 1, 9, tzinfo=UTC)) -> StoreOrder:
    """An order that has come to a stage."""
    stage = STAGES[name]
    order = StoreOrder(display_id, currency=stage.currency, began=began)
    stage.made(order)
    return order

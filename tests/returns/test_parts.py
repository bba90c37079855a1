"""Money part by part, never by its sum alone: a wrong part can hide behind a limit, a sum of zero behind two."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.errors import Conflict
from app.orders.models import Order
from app.returns.policy.money import AmountPart, LinePaid, OrderPaid, PartKind, breakdown, spread
from app.returns.policy.order_facts import order_facts
from app.returns.policy.quote import Quote
from app.returns.policy.reasons import USUAL_REASONS
from app.returns.receiving.facts import ReceivedItem
from app.returns.refunds.pay import pay_refund
from app.returns.refunds.reckoning import LineBack, due_parts
from app.returns.services import ReturnRefused, cancel, eligibility, quote, reject
from app.tracking.models import Shipment
from tests.orders.build import GOOD, document
from tests.orders.put import put_order
from tests.returns.policy.test_money import everything, paid_orders
from tests.returns.stage import LINES, asking, delivered_order, scan
from tests.returns.story import asked, beside, booked, handed_over, money, parts, some

Parts = list[tuple[str, int, str | None, int | None]]
WHOLE = (("1", 2), ("2", 1), ("3", 1))


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    beside(session, now=now)
    return delivered_order(session, now=now)


def quoted(offer: Quote) -> Parts:
    return [(part.kind.value, part.amount, part.line_id, part.quantity) for part in offer.breakdown.parts]


def all_back(session: Session, order: Order, reason: str, *, now: datetime) -> Parts:
    return quoted(quote(session, order.id, asking(*((*line, reason) for line in WHOLE)), now=now))


GOODS: Parts = [("item", 3980, "1", 2), ("item", 1200, "2", 1), ("item", 900, "3", 1)]
SHIPPING: Parts = [("shipping", 495, None, None)]


# Quoting


@given(paid_orders())
def test_nothing_is_cut_off_when_everything_comes_back(order: OrderPaid) -> None:
    whole = breakdown(order, everything(order), with_shipping=order.shipping > 0)
    assert PartKind.LIMIT not in [part.kind for part in whole.parts]


@given(st.integers(0, 10_000), st.lists(st.integers(0, 5_000), min_size=1, max_size=6))
def test_a_discount_is_cut_to_the_last_cent(amount: int, weights: list[int]) -> None:
    shares = spread(amount, weights)
    assert sum(shares) == min(amount, sum(weights))
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


def test_a_discount_that_no_line_divides_goes_to_the_last_ones() -> None:
    assert spread(100, [100] * 3) == [33, 33, 34]


@pytest.mark.parametrize(
    ("price", "fee", "expected"),
    [(500, 0, [("item", 500)]), (0, 395, [("item", 0)]), (500, 395, [("item", 500), ("return_fee", -395)])],
)
def test_a_breakdown_holds_no_part_that_is_nothing(price: int, fee: int, expected: list[tuple[str, int]]) -> None:
    order = OrderPaid("EUR", (LinePaid("1", 1, price),), 0, price)
    assert [(part.kind.value, part.amount) for part in breakdown(order, {"1": 1}, fee=fee).parts] == expected


@pytest.mark.parametrize(("days", "reason", "more"), [
    (0, "colour", SHIPPING), (0, "defective", SHIPPING), (1, "colour", []), (1, "defective", SHIPPING),
])  # fmt: skip
def test_the_delivery_comes_back_to_the_laws_last_day_and_later_only_for_what_is_faulty(
    session: Session, order: Order, now: datetime, days: int, reason: str, more: Parts
) -> None:
    last = eligibility(session, order.id, now=now).lines[0].legal_until
    assert last is not None
    then = datetime(last.year, last.month, last.day, 12, tzinfo=now.tzinfo) + timedelta(days=days)
    assert all_back(session, order, reason, now=then) == [*GOODS, *more]


def test_the_delivery_stays_when_a_piece_stays(session: Session, order: Order, now: datetime) -> None:
    request = asking(("1", 2, "colour"), ("2", 1, "colour"))
    assert quoted(quote(session, order.id, request, now=now)) == GOODS[:2]


def test_a_way_back_that_is_not_offered_and_a_reason_that_is_none_are_named(
    session: Session, order: Order, now: datetime
) -> None:
    session.get_one(Brand, "demo").policy = {"methods": ["pickup"]}
    with pytest.raises(ReturnRefused) as refused:
        asked(session, order, ("1", 1, "because"), now=now)
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [
        ("/method", "You can't send it back that way. Choose another."),
        ("/lines/0/reason", f"Choose a reason from the list. There are {', '.join(USUAL_REASONS.handles)}."),
    ]


# What has arrived at the customer


def told_anew(session: Session, order: Order, now: datetime, **facts: Any) -> None:
    defaults = {"lines": LINES, "shipments": [], "updated_at": now.isoformat(), "status": order.status}
    put_order(session, document(number=order.number, **(defaults | facts)), now=now)
    session.expire_all()


def delivered_on(session: Session, order: Order) -> datetime | None:
    return order_facts(session, session.get_one(Order, order.id)).lines[0].delivered_at


def test_an_order_without_parcels_has_arrived_when_it_was_first_complete(session: Session, now: datetime) -> None:
    beside(session, now=now)
    facts = {"status": "completed", "shipments": [], "lines": LINES}
    order = put_order(session, document(updated_at=now.isoformat(), **facts), now=now).order
    assert delivered_on(session, order) == now
    last = eligibility(session, order.id, now=now).lines[0].until
    for days in (3, 200):
        later = now + timedelta(days=days)
        told_anew(session, order, later, extra={"note": str(days)})
        assert (delivered_on(session, order), eligibility(session, order.id, now=later).lines[0].until) == (now, last)


def test_an_order_that_was_complete_before_that_was_kept_counts_from_the_document_that_we_held(
    session: Session, now: datetime
) -> None:
    facts = {"status": "completed", "shipments": [], "lines": LINES}
    order = put_order(session, document(updated_at=now.isoformat(), **facts), now=now).order
    order.completed_at = None
    session.flush()
    assert delivered_on(session, order) == now
    told_anew(session, order, now + timedelta(days=9))
    assert delivered_on(session, order) == now


def test_an_order_that_becomes_complete_counts_from_then(session: Session, now: datetime) -> None:
    order = put_order(session, document(shipments=[], lines=LINES), now=now).order
    assert delivered_on(session, order) is None
    then = now + timedelta(days=2)
    told_anew(session, order, then, status="completed")
    assert delivered_on(session, order) == then


def test_a_complete_order_with_parcels_has_arrived_with_them(session: Session, order: Order, now: datetime) -> None:
    at = delivered_on(session, order)
    order.status = "completed"
    session.flush()
    assert delivered_on(session, order) == at == now - timedelta(days=3)


@pytest.fixture
def two_parcels(session: Session, now: datetime) -> tuple[Order, list[Shipment]]:
    """Two parcels that do not say what is in them, sent a day apart."""
    parcels = [
        GOOD["shipments"][0] | {"id": name, "tracking_number": f"3230 0076 5541 000{name}", "lines": []}
        for name in ("1", "2")
    ]
    order = put_order(session, document(lines=LINES, shipments=[]), now=now).order
    from app.oms.intake import receive_order

    later = (now + timedelta(minutes=1)).isoformat()
    receive_order(session, document(lines=LINES, shipments=parcels, updated_at=later), now=now)
    rows = session.scalars(select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.id)).all()
    return order, list(rows)


def test_parcels_that_name_no_contents_carry_everything_once_all_have_arrived(
    session: Session, two_parcels: tuple[Order, list[Shipment]], now: datetime
) -> None:
    order, (first, second) = two_parcels
    for parcel, day in ((first, 1), (second, 2)):
        scan(session, parcel, "in_transit", now + timedelta(days=day))  # type: ignore[arg-type]
    session.expire_all()
    line = order_facts(session, order).lines[0]
    assert (line.delivered, line.shipped_at) == (0, now + timedelta(days=1)), "sent when the first of them left"
    scan(session, first, "delivered", now + timedelta(days=3))  # type: ignore[arg-type]
    session.expire_all()
    assert order_facts(session, order).lines[0].delivered == 0
    scan(session, second, "delivered", now + timedelta(days=4))  # type: ignore[arg-type]
    session.expire_all()
    line = order_facts(session, order).lines[0]
    assert (line.delivered, line.delivered_at, line.left) == (2, now + timedelta(days=4), 2)
    assert [one.left for one in order_facts(session, order).lines] == [2, 1, 1]


def test_a_parcel_left_when_the_shop_says_so_whatever_was_scanned(session: Session, now: datetime) -> None:
    parcel = GOOD["shipments"][0] | {"shipped_at": (now - timedelta(days=2)).isoformat()}
    order = put_order(session, document(lines=LINES, shipments=[]), now=now).order
    from app.oms.intake import receive_order

    later = (now + timedelta(minutes=1)).isoformat()
    receive_order(session, document(lines=LINES, shipments=[parcel], updated_at=later), now=now)
    (row,) = session.scalars(select(Shipment).where(Shipment.order_id == order.id))
    for seen in (None, now):
        row.picked_up_at = seen
        session.flush()
        facts = order_facts(session, order).lines
        assert facts[0].shipped_at == now - timedelta(days=2)
        assert (facts[-1].shipped_at, facts[-1].delivered) == (None, 0), "what is in no parcel has not left"


# What falls due


def test_the_delivery_waits_until_everything_is_back(session: Session, order: Order, now: datetime) -> None:
    return_ = asked(session, order, *((line, count, "defective") for line, count in WHOLE), now=now)
    booked(session, return_, some("1", 2), some("2"), now=now)
    booked(session, return_, some("3"), now=now)
    first, second = return_.refunds
    deductions: Parts = [("not_received", -900, "3", 1), ("shipping_waits", -495, None, None)]
    assert parts(first) == [*GOODS, *SHIPPING, *deductions]
    assert parts(second) == [*GOODS, *SHIPPING, ("settled_before", -5180, None, None)]
    assert money(return_) == [("due", 5180), ("due", 1395)]


def test_a_first_refund_holds_no_part_that_is_nothing(session: Session, order: Order, now: datetime) -> None:
    return_ = asked(session, order, now=now)
    booked(session, return_, some("1", 2), now=now)
    assert parts(return_.refunds[0]) == GOODS[:1]


def test_what_the_order_has_left_is_reckoned_of_this_order_alone(session: Session, order: Order, now: datetime) -> None:
    return_ = asked(session, order, now=now)
    order.paid = 3000
    booked(session, return_, some("1", 2), now=now)
    assert parts(return_.refunds[0]) == [*GOODS[:1], ("limit", -980, None, None)]


def test_a_part_receipt_pays_a_part_where_nobody_handed_anything_over(
    session: Session, order: Order, now: datetime
) -> None:
    session.get_one(Brand, "demo").policy = {"refund_without_receipt": True}
    return_ = asked(session, order, now=now)
    booked(session, return_, some("1"), now=now)
    assert money(return_) == [("due", 1990)]
    handed_over(session, return_, now=now)
    booked(session, return_, ReceivedItem(1, "none", None, line="1"), now=now)
    assert money(return_) == [("due", 1990)], "it was here before the carrier said so"


def test_a_payment_is_news_of_the_return_and_books_once(session: Session, order: Order, now: datetime) -> None:
    return_ = asked(session, order, now=now)
    booked(session, return_, some("1", 2), now=now)
    (refund,) = return_.refunds
    later = now + timedelta(hours=1)
    paid = pay_refund(session, refund.id, reference="TR-1", by="ana", now=later)
    again = pay_refund(session, refund.id, reference="TR-1", by="bea", now=later + timedelta(hours=1))
    assert (paid, again, return_.changed_at, refund.paid_at) == (refund, refund, later, later)


@pytest.mark.parametrize("action", [reject, cancel])
def test_what_is_on_its_way_is_neither_rejected_nor_cancelled(
    session: Session, order: Order, now: datetime, action: Any
) -> None:
    return_ = asked(session, order, now=now)
    handed_over(session, return_, now=now)
    with pytest.raises(Conflict):
        action(session, return_.id, by="ana", now=now, **({"reason": "x"} if action is reject else {}))
    assert (return_.decision, return_.goods) == ("approved", "in_transit")


LINE = LineBack("1", 2, 3980, 2)
ITEM = AmountPart(PartKind.ITEM, 3980, "1", 2)
FREIGHT = AmountPart(PartKind.SHIPPING, 495)


@pytest.mark.parametrize(
    ("line", "more", "expected"),
    [
        (LINE, {}, [3980, 495]),
        (LINE, {"settled": 1000}, [3980, 495, -1000]),
        (LINE, {"most": 4000}, [3980, 495, -475]),
        (LINE, {"by_hand": [AmountPart(PartKind.BY_HAND, -480)]}, [3980, 495, -480]),
        (replace(LINE, received=1), {}, [3980, 495, -1990, -495]),
        (replace(LINE, received=0), {}, []),
        (replace(LINE, received=0), {"by_hand": [AmountPart(PartKind.BY_HAND, 700)]}, [3980, 495, -3980, -495, 700]),
    ],
)
def test_what_is_due_is_told_by_its_parts(line: LineBack, more: dict[str, Any], expected: list[int]) -> None:
    due = due_parts([ITEM, FREIGHT], [line], **({"settled": 0, "most": 9999} | more))
    assert [part.amount for part in due] == expected

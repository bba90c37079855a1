"""What comes otherwise than announced: each case has a state, a next step for somebody, and an event."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.errors import Conflict, Invalid
from app.orders.models import Order
from app.returns.models import Return
from app.returns.receiving.facts import ReceiptFacts
from app.returns.receiving.record import correct_receipt
from app.returns.refunds.pay import approve_refund, pay_refund
from app.returns.services import (
    add_lines,
    approve,
    cancel,
    change_amount,
    eligibility,
    expire_overdue,
    reject,
    send_back,
    void_refund,
)
from app.tracking.models import Shipment
from tests.orders.build import document
from tests.orders.put import put_order
from tests.returns.stage import LINES, TOTALS, delivered_order
from tests.returns.story import asked, beside, booked, facts, handed_over, missing, money, some, told, unasked
from tests.rounds import heard_by_returns

LATE = timedelta(days=17)


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    beside(session, now=now)
    return delivered_order(session, now=now)


@pytest.fixture
def return_(session: Session, order: Order, now: datetime) -> Return:
    return asked(session, order, now=now)


def left(session: Session, order: Order, now: datetime) -> list[int]:
    return [line.left for line in eligibility(session, order.id, now=now).lines]


@pytest.fixture
def expired(session: Session, return_: Return, now: datetime) -> Return:
    expire_overdue(session, limit=10, now=now + LATE)
    return return_


def test_an_expiry_is_told_with_its_day(session: Session, order: Order, expired: Return, now: datetime) -> None:
    assert (expired.decision, told(session, expired)[-1]) == ("expired", "return.expired")
    assert facts(session, expired, "return.expired")["deadline"] == "2026-12-07"
    assert left(session, order, now)[0] == 2


@pytest.mark.parametrize("scanned", [True, False])
def test_a_parcel_that_comes_after_the_expiry_is_taken_and_paid_once(
    session: Session, order: Order, expired: Return, now: datetime, scanned: bool
) -> None:
    if scanned:
        handed_over(session, expired, now=now + LATE)
        assert (expired.decision, expired.goods, left(session, order, now)[0]) == ("approved", "in_transit", 0)
        assert told(session, expired)[-2:] == ["return.on_its_way", "return.approved"]
    booked(session, expired, some("1", 2), now=now + LATE)
    assert (expired.decision, money(expired), left(session, order, now)[0]) == ("approved", [("due", 3980)], 0)
    assert facts(session, expired, "return.approved")["why"] == "arrived_late"


def test_an_expired_return_whose_items_are_in_another_by_now_goes_to_a_person(
    session: Session, order: Order, expired: Return, now: datetime
) -> None:
    later = asked(session, order, now=now + LATE)
    booked(session, expired, some("1", 2), now=now + LATE)
    assert (expired.decision, money(expired)) == ("needs_review", [])
    assert facts(session, expired, "return.needs_review")["why"] == "after_expired"
    with pytest.raises(Conflict):
        approve(session, expired.id, by="ana", now=now + LATE)
    cancel(session, later.id, by="ana", now=now + LATE)
    approve(session, expired.id, by="ana", now=now + LATE)
    assert money(expired) == [("due", 3980)]


@pytest.mark.parametrize("scanned", [True, False])
def test_a_cancelled_return_that_comes_all_the_same_is_decided_and_can_be_paid(
    session: Session, order: Order, return_: Return, now: datetime, scanned: bool
) -> None:
    cancel(session, return_.id, by="customer", now=now)
    assert left(session, order, now)[0] == 2
    if scanned:
        handed_over(session, return_, now=now)
        assert (return_.decision, return_.goods) == ("needs_review", "in_transit")
    booked(session, return_, some("1", 2), now=now)
    assert (return_.decision, return_.goods, money(return_), left(session, order, now)[0]) == (
        "needs_review", "inspected", [], 0,
    )  # fmt: skip
    assert facts(session, return_, "return.needs_review")["why"] == "after_cancelled"
    approve(session, return_.id, by="ana", now=now)
    assert money(return_) == [("due", 3980)]


def test_a_rejected_return_that_comes_is_decided_again_and_goes_back_or_is_paid(
    session: Session, now: datetime
) -> None:
    order = delivered_order(session, now=now, days_ago=32)
    return_ = asked(session, order, now=now)
    reject(session, return_.id, by="ana", reason="zu spät", now=now)
    booked(session, return_, some("1", 2), now=now)
    assert facts(session, return_, "return.needs_review")["why"] == "after_rejected"
    reject(session, return_.id, by="ana", reason="getragen", now=now)
    assert left(session, order, now)[0] == 0, "the goods are here"
    send_back(session, return_.id, by="wh", now=now)
    send_back(session, return_.id, by="wh", now=now)
    assert (return_.goods, left(session, order, now)[0]) == ("sent_back", 2)
    assert told(session, return_).count("return.sent_back") == 1
    assert facts(session, return_, "return.sent_back")["lines"] == [{"line": "1", "quantity": 2}]
    with pytest.raises(Conflict):
        approve(session, return_.id, by="ana", now=now)
    booked(session, return_, some("1", 2), now=now)
    assert return_.decision == "needs_review"
    approve(session, return_.id, by="ana", now=now)
    assert money(return_) == [("due", 3980)]


def test_only_what_was_rejected_and_is_here_is_sent_back(session: Session, return_: Return, now: datetime) -> None:
    for _ in range(2):
        with pytest.raises(Conflict):
            send_back(session, return_.id, by="wh", now=now)
        booked(session, return_, some("1"), now=now)


def test_an_unannounced_parcel_is_quoted_decided_and_paid(session: Session, order: Order, now: datetime) -> None:
    return_ = unasked(session, order, some("1"), some("2"), some(None, description="Gafas"), now=now)
    assert (return_.decision, return_.goods, return_.quote["total"]) == ("needs_review", "inspected", 1990 + 1200)
    assert told(session, return_) == ["return.requested", "return.needs_review", "return.received"]
    assert facts(session, return_, "return.requested") | {"ref": ""} == {
        "ref": "", "origin": "unannounced", "amount": 3190, "currency": "EUR",
    }  # fmt: skip
    assert left(session, order, now) == [1, 0, 1]
    approve(session, return_.id, by="ana", now=now)
    assert money(return_) == [("due", 3190)]


def test_what_an_unannounced_parcel_lacks_is_not_sent_back_by_it(session: Session, order: Order, now: datetime) -> None:
    return_ = unasked(session, order, some("1"), missing("2"), now=now)
    assert [(line.quantity, line.order_line_id) for line in return_.lines] == [(1, order.lines[0].id)]
    assert return_.quote["total"] == 1990


def test_what_of_an_unannounced_parcel_is_in_another_return_is_not_promised_twice(
    session: Session, order: Order, return_: Return, now: datetime
) -> None:
    unknown = unasked(session, order, some("1", 2), some("2", 5), now=now)
    assert [(line.quantity, line.refund) for line in unknown.lines] == [(1, 1200)]
    assert [(line.quantity, line.disposition) for line in unknown.receipts[0].lines] == [
        (2, "set_aside"), (1, "restock"), (4, "set_aside"),
    ]  # fmt: skip


def test_a_person_gives_lines_and_an_amount_to_a_parcel_without_any(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = unasked(session, order, some(None, 2, description="Camisetas"), now=now)
    assert (return_.lines, return_.quote["total"]) == ([], 0)
    add_lines(session, return_.id, {"1": 1}, reason="es la del pedido", by="ana", now=now)
    assert facts(session, return_, "return.changed") | {"ref": ""} == {
        "ref": "", "lines": [{"line": "1", "quantity": 1}], "before": 0, "amount": 1990, "currency": "EUR",
        "reason": "es la del pedido",
    }  # fmt: skip
    change_amount(session, return_.id, amount=1500, reason="usada", by="ana", now=now)
    assert facts(session, return_, "return.changed")["amount"] == 1500
    approve(session, return_.id, by="ana", now=now)
    assert money(return_) == [("due", 1500)]


@pytest.mark.parametrize("units", [{"1": 1}, {"3": 2}, {"9": 1}, {"2": 0}, {}])
def test_no_line_is_added_beyond_what_was_sold_and_is_free(
    session: Session, return_: Return, now: datetime, units: dict[str, int]
) -> None:
    with pytest.raises(Invalid):
        add_lines(session, return_.id, units, reason="x", by="ana", now=now)


def test_an_empty_box_promises_nothing_and_goes_to_a_person(session: Session, return_: Return, now: datetime) -> None:
    receipt = booked(session, return_, missing("1", 2), now=now)
    assert (return_.decision, return_.goods, money(return_)) == ("needs_review", "inspected", [])
    assert receipt.odd == ["missing", "nothing_inside"]
    assert told(session, return_)[-3:] == ["return.received", "return.missing", "return.needs_review"]
    assert facts(session, return_, "return.received")["quiet"] is True
    gone = facts(session, return_, "return.missing")
    assert (gone["lines"], gone["empty"]) == ([{"line": "1", "quantity": 2}], True)
    assert facts(session, return_, "return.needs_review")["why"] == "nothing_inside"
    reject(session, return_.id, by="ana", reason="vacía", now=now)
    assert (return_.decision, money(return_)) == ("rejected", [])


def test_an_empty_box_can_be_paid_for_and_is_not_paid_again_when_the_goods_turn_up(
    session: Session, return_: Return, now: datetime
) -> None:
    booked(session, return_, missing("1", 2), now=now)
    change_amount(session, return_.id, amount=3980, reason="la perdió el transportista", by="ana", now=now)
    assert money(return_) == []
    approve(session, return_.id, by="ana", now=now)
    assert money(return_) == [("due", 3980)]
    booked(session, return_, some("1", 2), now=now)
    assert money(return_) == [("due", 3980)]


def test_a_box_with_other_things_in_it_is_no_return(session: Session, return_: Return, now: datetime) -> None:
    booked(session, return_, missing("1", 2), some(None, description="Ladrillo"), now=now)
    assert (return_.decision, money(return_)) == ("needs_review", [])


def test_half_a_parcel_is_paid_by_half_and_the_rest_when_it_comes(
    session: Session, return_: Return, now: datetime
) -> None:
    booked(session, return_, some("1"), missing("1"), now=now)
    assert (return_.decision, return_.goods, money(return_)) == ("approved", "inspected", [("due", 1990)])
    gone = facts(session, return_, "return.missing")
    assert (gone["lines"], gone["empty"]) == ([{"line": "1", "quantity": 1}], False)
    booked(session, return_, some("1"), now=now)
    assert money(return_) == [("due", 1990), ("due", 1990)]


def test_fifty_pieces_for_two_fill_no_stock_and_pay_two(session: Session, return_: Return, now: datetime) -> None:
    first = booked(session, return_, some("1", 50, disposition="restock"), now=now)
    again = booked(session, return_, some("1", 50), now=now)
    announced = return_.lines[0].id
    rows = [[(row.quantity, row.disposition, row.return_line_id) for row in one.lines] for one in (first, again)]
    assert rows == [[(2, "restock", announced), (48, "set_aside", None)], [(50, "set_aside", None)]]
    assert first.odd == again.odd == ["more_than_announced"]
    assert money(return_) == [("due", 3980)]
    lines = facts(session, return_, "return.received")["lines"]
    assert lines == [{"line": "1", "quantity": 50, "grade": "as_new", "disposition": "set_aside"}]


def test_a_piece_beyond_the_announced_is_stocked_when_someone_says_so_and_never_more_than_was_sold(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = asked(session, order, ("1", 1, "colour"), now=now)
    receipt = booked(session, return_, some("1", 5, disposition="restock"), now=now)
    assert [(line.quantity, line.disposition) for line in receipt.lines] == [
        (1, "restock"), (1, "restock"), (3, "set_aside"),
    ]  # fmt: skip
    assert money(return_) == [("due", 1990)]
    add_lines(session, return_.id, {"1": 1}, reason="venían dos", by="ana", now=now)
    assert money(return_) == [("due", 1990), ("due", 1990)]


@pytest.mark.parametrize(
    ("item", "disposition"),
    [
        (some(None, description="Taza azul"), "set_aside"),
        (some(None, description="Taza azul", disposition="discard"), "discard"),
        (some("2"), "set_aside"),
    ],
)
def test_a_foreign_piece_is_set_aside_unless_someone_says_otherwise(
    session: Session, return_: Return, now: datetime, item: object, disposition: str
) -> None:
    receipt = booked(session, return_, some("1", 2), item, now=now)  # type: ignore[arg-type]
    assert receipt.lines[-1].disposition == disposition
    assert (receipt.odd, money(return_)) == (["not_announced"], [("due", 3980)])


def dropped(session: Session, order: Order, now: datetime, *, paid: int = TOTALS["paid"]) -> None:
    """The shop takes the shirts out of the order."""
    later = (now + timedelta(minutes=1)).isoformat()
    update = document(lines=LINES[1:], totals=TOTALS | {"paid": paid}, payments=[], shipments=[], updated_at=later)
    put_order(session, update, now=now)
    session.expire_all()


def test_goods_of_a_line_that_the_shop_took_out_are_booked_and_paid(
    session: Session, order: Order, return_: Return, now: datetime
) -> None:
    dropped(session, order, now)
    receipt = booked(session, return_, some("1", 2), now=now)
    assert (return_.goods, money(return_), receipt.odd) == ("inspected", [("due", 3980)], ["line_gone"])
    assert facts(session, return_, "return.received")["lines"][0]["line"] == "1"


def test_an_expired_return_of_a_line_that_is_gone_can_be_approved_and_received(
    session: Session, order: Order, expired: Return, now: datetime
) -> None:
    dropped(session, order, now)
    approve(session, expired.id, by="ana", now=now + LATE)
    booked(session, expired, some("1", 2), now=now + LATE)
    assert money(expired) == [("due", 3980)]


def test_an_unannounced_parcel_of_a_line_that_is_gone_is_booked_and_paid_by_hand(
    session: Session, order: Order, now: datetime
) -> None:
    dropped(session, order, now)
    return_ = unasked(session, order, some("1", 2), now=now)
    assert (return_.decision, return_.goods, return_.lines) == ("needs_review", "inspected", [])
    change_amount(session, return_.id, amount=3980, reason="se quitó del pedido", by="ana", now=now)
    approve(session, return_.id, by="ana", now=now)
    assert money(return_) == [("due", 3980)]


def test_where_less_was_paid_for_the_order_what_is_due_follows_and_what_was_paid_stays(
    session: Session, order: Order, return_: Return, now: datetime
) -> None:
    mug = asked(session, order, ("2", 1, "colour"), now=now)
    booked(session, mug, some("2"), now=now)
    pay_refund(session, mug.refunds[0].id, reference="TR-1", by="ana", now=now)
    booked(session, return_, some("1", 2), now=now)
    dropped(session, order, now, paid=3000)
    heard_by_returns(session, limit=1000, now=now)
    session.refresh(return_)
    assert (money(return_), money(mug)) == ([("void", 3980), ("due", 1800)], [("paid", 1200)])
    void = facts(session, return_, "refund.voided")
    assert (void["why"], void["refund"], void["replaced_by"]) == (
        "order_reduced", f"{return_.ref}-1", f"{return_.ref}-2",
    )  # fmt: skip
    changed = facts(session, return_, "refund.changed")
    assert (changed["before"], changed["amount"], changed["replaces"]) == (3980, 1800, f"{return_.ref}-1")


def test_what_never_came_back_can_be_promised_to_another_return_once_that_is_sure(
    session: Session, now: datetime
) -> None:
    order = delivered_order(
        session, now=now, totals={"items": 6080, "shipping": 495, "tax": 0, "paid": 3500}, payments=[]
    )
    first = asked(session, order, ("1", 2, "colour"), now=now)
    assert first.quote["total"] == 3500
    booked(session, first, some("1", 1), now=now)
    assert asked(session, order, ("2", 1, "colour"), now=now).quote["total"] == 0
    booked(session, first, missing("1", 1), now=now)
    assert asked(session, order, ("3", 1, "defective"), now=now).quote["total"] == 900 + 495, "and its shipping"


def test_a_receipt_taken_back_takes_its_money_back(session: Session, return_: Return, now: datetime) -> None:
    wrong = booked(session, return_, some("1", 2), now=now)
    right = ReceiptFacts((some("1"), missing("1")))
    correct_receipt(session, wrong.id, right, by="wh", idempotency_key="c", now=now)
    assert money(return_) == [("void", 3980), ("due", 1990)]
    assert told(session, return_)[-4:] == ["return.missing", "refund.voided", "refund.due", "refund.changed"]
    correct_receipt(session, return_.receipts[-1].id, None, by="wh", idempotency_key="d", now=now)
    assert (money(return_), return_.goods) == ([("void", 3980), ("void", 1990)], "awaiting")
    booked(session, return_, some("1", 2), now=now)
    assert [refund.idempotency_key[-2:] for refund in return_.refunds] == ["-1", "-2", "-3"]


@pytest.fixture
def paid_at_hand_over(session: Session, order: Order, now: datetime) -> Return:
    session.get_one(Brand, "demo").policy = {"refund_without_receipt": True}
    return_ = asked(session, order, now=now)
    handed_over(session, return_, now=now)
    assert money(return_) == [("due", 3980)]
    return return_


def test_what_fell_due_unseen_is_not_owed_for_an_empty_box(
    session: Session, paid_at_hand_over: Return, now: datetime
) -> None:
    return_ = paid_at_hand_over
    booked(session, return_, missing("1", 2), now=now)
    assert (return_.decision, money(return_)) == ("needs_review", [("void", 3980)])
    assert facts(session, return_, "refund.voided")["why"] == "nothing_inside"
    reject(session, return_.id, by="ana", reason="vacía", now=now)
    assert (return_.decision, return_.goods) == ("rejected", "inspected")
    assert session.get_one(Shipment, return_.shipment_id).state == "in_transit", "what has left cannot be called back"


def test_two_that_were_paid_unseen_and_came_empty_do_not_bar_each_other_when_the_shop_takes_a_unit_out(
    session: Session, order: Order, now: datetime
) -> None:
    session.get_one(Brand, "demo").policy = {"refund_without_receipt": True}
    both = [asked(session, order, ("1", 1, "colour"), now=now) for _ in range(2)]
    for return_ in both:
        handed_over(session, return_, now=now)
        pay_refund(session, return_.refunds[0].id, reference=f"TR-{return_.ref}", by="carla", now=now)
    lowered = [line | {"quantity": 1} if line["id"] == "1" else line for line in LINES]
    put_order(session, document(lines=lowered, totals=TOTALS, shipments=[], updated_at="2026-11-24T09:00:00Z"), now=now)
    for return_ in both:
        booked(session, return_, missing("1"), now=now)
        assert return_.decision == "needs_review"
        with pytest.raises(Conflict, match="paid already"):
            reject(session, return_.id, by="ana", reason="vacía", now=now)
    paid = [money(return_) for return_ in both]
    for return_ in both:
        approve(session, return_.id, by="ana", now=now)
    assert [(return_.decision, return_.goods) for return_ in both] == [("approved", "inspected")] * 2
    assert [money(return_) for return_ in both] == paid, "nothing more is owed"


def test_what_fell_due_unseen_follows_what_turns_out_to_be_missing(
    session: Session, paid_at_hand_over: Return, now: datetime
) -> None:
    return_ = paid_at_hand_over
    booked(session, return_, some("1"), missing("1"), now=now)
    assert (return_.decision, money(return_)) == ("approved", [("void", 3980), ("due", 1990)])
    assert facts(session, return_, "refund.changed")["why"] == "corrected"
    booked(session, return_, some("1"), now=now)
    assert money(return_) == [("void", 3980), ("due", 1990), ("due", 1990)]


def test_what_two_people_agreed_to_waits_while_a_person_looks_and_goes_with_a_rejection(
    session: Session, paid_at_hand_over: Return, now: datetime
) -> None:
    return_ = paid_at_hand_over
    (refund,) = return_.refunds
    approve_refund(session, refund.id, by="ana", now=now)
    booked(session, return_, missing("1", 2), now=now)
    assert money(return_) == [("due", 3980)]
    for step in (approve_refund, pay_refund):
        with pytest.raises(Conflict, match="looking"):
            refund.approved_by = None
            step(session, refund.id, by="bea", now=now, **({"reference": "TR-1"} if step is pay_refund else {}))
    reject(session, return_.id, by="ana", reason="vacía", now=now)
    assert money(return_) == [("void", 3980)]
    assert facts(session, return_, "refund.voided")["why"] == "rejected"


def test_what_was_paid_unseen_stays_paid_and_can_no_longer_be_rejected(
    session: Session, paid_at_hand_over: Return, now: datetime
) -> None:
    return_ = paid_at_hand_over
    pay_refund(session, return_.refunds[0].id, reference="TR-1", by="ana", now=now)
    booked(session, return_, missing("1", 2), now=now)
    assert (return_.decision, money(return_)) == ("needs_review", [("paid", 3980)])
    with pytest.raises(Conflict, match="paid already"):
        reject(session, return_.id, by="ana", reason="vacía", now=now)
    approve(session, return_.id, by="ana", now=now)
    assert (return_.decision, money(return_)) == ("approved", [("paid", 3980)])


def test_a_line_of_which_nothing_came_or_was_missed_is_still_awaited(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = asked(session, order, ("1", 2, "colour"), ("2", 1, "colour"), now=now)
    booked(session, return_, some("1", 2), now=now)
    assert (return_.goods, money(return_)) == ("partly_received", [("due", 3980)])
    booked(session, return_, missing("2"), now=now)
    assert (return_.goods, money(return_)) == ("inspected", [("due", 3980)])


def test_two_parcels_that_nobody_announced_are_two_returns(session: Session, order: Order, now: datetime) -> None:
    first, second = unasked(session, order, some("1"), now=now), unasked(session, order, some("2"), now=now)
    assert first.id != second.id
    assert [(line.quantity, line.refund) for line in second.lines] == [(1, 1200)]


@pytest.mark.parametrize("step", ["amount", "lines"])
def test_a_return_that_does_not_stand_is_approved_before_anyone_says_what_it_is_worth(
    session: Session, return_: Return, now: datetime, step: str
) -> None:
    cancel(session, return_.id, by="customer", now=now)
    with pytest.raises(Conflict, match="approve it first"):
        if step == "amount":
            change_amount(session, return_.id, amount=100, reason="x", by="ana", now=now)
        else:
            add_lines(session, return_.id, {"2": 1}, reason="x", by="ana", now=now)
    assert (return_.adjustments, len(return_.lines)) == ([], 1)


def test_what_people_say_gives_the_return_as_it_stands(session: Session, return_: Return, now: datetime) -> None:
    assert add_lines(session, return_.id, {"2": 1}, reason="x", by="ana", now=now) is return_
    assert change_amount(session, return_.id, amount=100, reason="x", by="ana", now=now) is return_


def test_rejected_goods_that_are_here_hold_their_units_and_none_of_the_money(
    session: Session, order: Order, return_: Return, now: datetime
) -> None:
    booked(session, return_, missing("1", 2), now=now)
    reject(session, return_.id, by="ana", reason="vacía", now=now)
    order.paid = 1200
    mug = asked(session, order, ("2", 1, "colour"), now=now)
    assert (left(session, order, now), mug.quote["total"]) == ([0, 0, 1], 1200)


def test_a_void_refund_is_neither_agreed_to_nor_paid(session: Session, return_: Return, now: datetime) -> None:
    booked(session, return_, some("1", 2), now=now)
    (refund,) = return_.refunds
    void_refund(session, refund.id, reason="x", by="ana", now=now)
    with pytest.raises(Conflict, match="void"):
        approve_refund(session, refund.id, by="ana", now=now)
    with pytest.raises(Conflict, match="void"):
        pay_refund(session, refund.id, reference="T", by="ana", now=now)
    assert (refund.approved_by, refund.paid_by, refund.voided_by) == (None, None, "ana")

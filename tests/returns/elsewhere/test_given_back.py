"""What the shop's own system gave back can never be given back again: repeated, forgotten, in doubt, or ours."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.events.models import DomainEvent
from app.orders.models import Order
from app.orders.services import whole_order
from app.returns.elsewhere.deeds import correct_units, say_another, say_same
from app.returns.elsewhere.ledger import given_back_elsewhere
from app.returns.elsewhere.models import RefundElsewhere, ReturnElsewhere, UnitsElsewhere
from app.returns.models import Refund, Return
from app.returns.receiving.record import correct_receipt
from app.returns.refunds.amounts import change_amount, change_refund
from app.returns.refunds.pay import pay_refund
from app.returns.refunds.reckoning import told_amount
from app.returns.services import approve, eligibility
from tests.returns.elsewhere.owed import TWO, due, hear, row_of, tell
from tests.returns.elsewhere.sale import back, line, quoted, refund, returned, sold, told_again, totals
from tests.returns.story import booked, facts, money, some, told, unasked


def the_return(session: Session, refund_: Refund) -> Return:
    return session.get_one(Return, refund_.return_id, populate_existing=True)


def test_a_refund_that_is_told_no_more_is_still_gone(session: Session, order: Order, now: datetime) -> None:
    tell(session, order, now=now, refunds=[refund("re_1", 2500)])
    assert quoted(session, order, {"1": 2}, now=now).total == 500
    tell(session, order, now=now)
    assert quoted(session, order, {"1": 2}, now=now).total == 500


def test_a_refund_that_is_told_with_another_amount_counts_for_that(
    session: Session, order: Order, now: datetime
) -> None:
    tell(session, order, now=now, refunds=[refund("re_1", 2500)])
    tell(session, order, now=now, refunds=[refund("re_1", 0)])
    assert quoted(session, order, {"1": 2}, now=now).total == 2000


def test_a_document_that_repeats_changes_nothing(session: Session, order: Order, now: datetime) -> None:
    paid = due(session, order, {"1": 1}, now=now)
    told_now = {
        "refunds": [refund("re_1", 2500), refund("re_2", 0)],
        "returns": [back("rt_1", "asked", ("1", 1))],
        "lines": [line("1", 2, 1000, returned=1), line("2", 1, 1000)],
    }
    tell(session, order, now=now, **told_now)
    events = select(func.count()).select_from(DomainEvent)
    rows = [session.scalar(select(func.count()).select_from(table)) for table in (RefundElsewhere, ReturnElsewhere)]
    before, amounts = session.scalar(events), money(the_return(session, paid))
    tell(session, order, now=now, **told_now)
    assert session.scalar(events) == before
    assert money(the_return(session, paid)) == amounts
    assert rows == [2, 1]


def test_what_is_due_shrinks_to_what_is_left_and_the_customer_hears_it_once(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = the_return(session, due(session, order, {"1": 2}, now=now))
    tell(session, order, now=now, refunds=[refund("re_1", 1700)])
    assert money(return_) == [("void", 2000), ("due", 1300)]
    assert told(session, return_)[-3:] == ["refund.voided", "refund.due", "refund.changed"]
    assert facts(session, return_, "refund.changed")["why"] == "given_back_elsewhere"


def test_what_is_promised_shrinks_to_what_is_left_and_grows_again(
    session: Session, order: Order, now: datetime
) -> None:
    first, second = returned(session, order, {"1": 2}, now=now), returned(session, order, {"2": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 700)])
    session.refresh(first), session.refresh(second)
    assert (told_amount(first), told_amount(second)) == (2000, 300), "what was promised first is kept first"
    change = facts(session, second, "return.changed")
    assert (change["before"], change["amount"], change["why"]) == (1000, 300, "given_back_elsewhere")
    assert told(session, second).count("return.changed") == 1
    booked(session, second, some("2"), now=now)
    assert money(second) == [("due", 300)]
    tell(session, order, now=now, refunds=[refund("re_1", 0)])
    session.refresh(first), session.refresh(second)
    assert (told_amount(first), told_amount(second)) == (2000, 1000)


def test_no_return_pays_what_was_given_back_before_its_goods_arrived(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = returned(session, order, {"1": 2, "2": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 3000)])
    booked(session, return_, some("1", 2), some("2"), now=now)
    session.refresh(return_)
    assert (money(return_), told_amount(return_)) == ([], 0)
    with pytest.raises(Invalid):
        change_amount(session, return_.id, amount=1, reason="r", by="ana", now=now)


def test_a_refund_with_our_key_books_ours_as_paid(session: Session, order: Order, now: datetime) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000, key=ours.idempotency_key)])
    session.refresh(ours)
    assert (ours.state, ours.reference, ours.paid_by) == ("paid", "re_1", "oms")
    assert told(session, the_return(session, ours))[-1] == "refund.paid"
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 2000, "its money counts once"


def test_ours_is_not_paid_again_before_the_return_has_heard_of_it(
    session: Session, order: Order, now: datetime
) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    told_again(session, order, now=now, **TWO, refunds=[refund("re_1", 1000, key=ours.idempotency_key)])
    with pytest.raises(Conflict, match="paid this refund already"):
        pay_refund(session, ours.id, reference="TR-9", by="ana", now=now)
    assert pay_refund(session, ours.id, reference="re_1", by="ana", now=now).state == "paid"


def test_a_refund_that_the_shop_made_of_ours_before_it_fell_due_is_ours_once_it_does(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = returned(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000, key=return_.ref)])
    booked(session, return_, some("1"), now=now)
    assert money(return_) == [("paid", 1000)]
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 2000


def test_the_reference_that_ours_was_paid_with_names_it(session: Session, order: Order, now: datetime) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    pay_refund(session, ours.id, reference="psp-1", by="ana", now=now)
    tell(session, order, now=now, refunds=[refund("psp-1", 1000)])
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 2000


def test_one_that_may_be_ours_is_not_paid_until_somebody_has_said_so(
    session: Session, order: Order, now: datetime
) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    session.refresh(ours)
    assert (ours.state, row_of(session, "re_1").verdict) == ("due", "unsure")
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 1000, "meanwhile both count"
    with pytest.raises(Conflict, match="may be this one"):
        pay_refund(session, ours.id, reference="TR-1", by="ana", now=now)
    say_same(session, row_of(session, "re_1").id, ours.id, by="ana", now=now)
    session.refresh(ours)
    assert (ours.state, ours.reference, ours.paid_by) == ("paid", "re_1", "ana")
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 2000
    say_same(session, row_of(session, "re_1").id, ours.id, by="ana", now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    assert row_of(session, "re_1").verdict == "ours", "what was decided is asked once"


def test_one_refund_that_pays_two_of_ours_by_the_key_of_their_return_books_both(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = returned(session, order, {"1": 2, "2": 1}, now=now)
    booked(session, return_, some("1", 1), now=now)
    booked(session, return_, some("2", 1), now=now)
    assert money(return_) == [("due", 1000), ("due", 1000)]
    both = {"refunds": [refund("re_1", 2000, key=return_.ref)]}
    tell(session, order, now=now, **both)
    session.expire_all()
    assert money(return_) == [("paid", 1000), ("paid", 1000)]
    assert [each.reference for each in return_.refunds] == ["re_1", "re_1"]
    tell(session, order, now=now, **both)
    row = row_of(session, "re_1")
    assert (row.verdict, row.counted, [row.refund_id, *row.further_ids]) == (
        "ours", 0, [each.id for each in return_.refunds],
    )  # fmt: skip
    booked(session, return_, some("1", 1), now=now)
    assert money(return_)[-1] == ("due", 1000), "its money counts once"


def test_one_refund_that_may_be_two_of_ours_is_not_paid_until_somebody_has_said_so(
    session: Session, order: Order, now: datetime
) -> None:
    first, second = due(session, order, {"1": 1}, now=now), due(session, order, {"2": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 2000)])
    row = row_of(session, "re_1")
    assert (row.verdict, first.state, second.state) == ("unsure", "due", "due")
    for ours in (first, second):
        with pytest.raises(Conflict, match="may be this one"):
            pay_refund(session, ours.id, reference="TR-1", by="ana", now=now)
    with pytest.raises(Conflict):
        say_same(session, row.id, first.id, by="ana", now=now)
    for _ in range(2):
        say_same(session, row.id, second.id, first.id, by="ana", now=now)
        session.expire_all()
        assert [(ours.state, ours.reference) for ours in (first, second)] == [("paid", "re_1")] * 2
    assert (row.verdict, row.counted) == ("ours", 0)
    assert quoted(session, order, {"1": 1}, now=now).total == 1000


def test_one_refund_that_is_two_that_were_paid_here_is_said_to_be_both(
    session: Session, order: Order, now: datetime
) -> None:
    both = [due(session, order, {"1": 1}, now=now), due(session, order, {"2": 1}, now=now)]
    for at, ours in enumerate(both):
        pay_refund(session, ours.id, reference=f"TR-{at}", by="ana", now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 2000)])
    assert row_of(session, "re_1").verdict == "unsure"
    say_same(session, row_of(session, "re_1").id, *(ours.id for ours in both), by="ana", now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 2000)])
    assert (row_of(session, "re_1").verdict, row_of(session, "re_1").counted) == ("ours", 0)
    assert quoted(session, order, {"1": 1}, now=now).total == 1000


def test_once_a_correction_leaves_one_of_two_it_may_have_been_what_is_left_is_reckoned_anew(
    session: Session, order: Order, now: datetime
) -> None:
    """The shop refunded all that was paid: as long as two of ours come to it, it may be both of them."""
    returns = [returned(session, order, {"1": 2}, now=now), returned(session, order, {"2": 1}, now=now)]
    receipts = [booked(session, returns[0], some("1", 2), now=now), booked(session, returns[1], some("2"), now=now)]
    tell(session, order, now=now, refunds=[refund("re_1", 3000)])
    assert (row_of(session, "re_1").verdict, *map(money, returns)) == ("unsure", [("due", 2000)], [("due", 1000)])
    correct_receipt(session, receipts[1].id, None, by="wh", idempotency_key="c", now=now)
    assert row_of(session, "re_1").verdict == "elsewhere"
    hear(session, now=now)
    assert [*map(money, returns)] == [[("void", 2000)], [("void", 1000)]]
    assert [told_amount(return_) for return_ in returns] == [0, 0], "nothing is left of the order's money"


def test_one_that_is_said_to_be_another_lets_ours_be_paid(session: Session, order: Order, now: datetime) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    say_another(session, row_of(session, "re_1").id, by="ana", now=now)
    assert pay_refund(session, ours.id, reference="TR-1", by="ana", now=now).state == "paid"
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 1000
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 1000
    with pytest.raises(Conflict):
        say_same(session, row_of(session, "re_1").id, ours.id, by="ana", now=now)


def test_to_book_ours_by_the_id_of_the_one_in_doubt_says_that_it_is_that_one(
    session: Session, order: Order, now: datetime
) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    assert pay_refund(session, ours.id, reference="re_1", by="api:erp", now=now).state == "paid"
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 2000


def test_one_that_may_be_what_was_paid_is_said_to_be_the_same(session: Session, order: Order, now: datetime) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    pay_refund(session, ours.id, reference="TR-1", by="ana", now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000, at=now.isoformat())])
    assert row_of(session, "re_1").verdict == "unsure"
    say_same(session, row_of(session, "re_1").id, ours.id, by="ana", now=now)
    session.refresh(ours)
    assert (ours.reference, quoted(session, order, {"1": 1, "2": 1}, now=now).total) == ("TR-1", 2000)


def test_what_was_given_back_before_any_return_is_none_of_a_later_one(
    session: Session, order: Order, now: datetime
) -> None:
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    assert pay_refund(session, ours.id, reference="TR-1", by="ana", now=now).state == "paid"


def test_a_key_with_another_amount_waits_until_the_amounts_agree(session: Session, order: Order, now: datetime) -> None:
    ours = due(session, order, {"1": 2}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1500, key=ours.idempotency_key)])
    row = row_of(session, "re_1")
    with pytest.raises(Conflict, match="may be this one"):
        pay_refund(session, ours.id, reference="TR-1", by="ana", now=now)
    with pytest.raises(Conflict, match="amounts differ"):
        say_same(session, row.id, ours.id, by="ana", now=now)
    return_ = change_refund(session, ours.id, amount=1500, reason="r", by="ana", now=now)
    assert money(return_) == [("void", 2000), ("paid", 1500)], "the key of the old one means the new one"


def test_nothing_is_paid_that_with_refunds_in_doubt_would_be_above_what_was_paid(
    session: Session, order: Order, now: datetime
) -> None:
    first = due(session, order, {"1": 2}, now=now)
    pay_refund(session, first.id, reference="TR-1", by="ana", now=now)
    second = due(session, order, {"2": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 2000)])
    with pytest.raises(Conflict, match="in doubt"):
        pay_refund(session, second.id, reference="TR-2", by="ana", now=now)
    say_another(session, row_of(session, "re_1").id, by="ana", now=now)
    session.refresh(second)
    assert second.state == "void", "nothing is left for it"


def test_a_system_that_lowers_what_was_paid_by_our_refund_takes_nothing_from_the_next(
    session: Session, order: Order, now: datetime
) -> None:
    ours = due(session, order, {"1": 2}, now=now)
    pay_refund(session, ours.id, reference="psp-1", by="ana", now=now)
    tell(session, order, now=now, totals=totals(3000, 1000))
    assert quoted(session, order, {"2": 1}, now=now).total == 1000


def test_a_system_that_lowers_what_was_paid_by_what_is_still_due_here_takes_nothing_from_the_next(
    session: Session, order: Order, now: datetime
) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, totals=totals(3000, 2000))
    session.refresh(ours)
    assert (order.paid, ours.state) == (3000, "due"), "nothing becomes void for what may be its own payment"
    assert [note["kind"] for note in order.notes] == ["paid_unsure"]
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 1000, "it may be other money, too"
    pay_refund(session, ours.id, reference="psp-1", by="ana", now=now)
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 2000
    tell(session, order, now=now, totals=totals(3000, 2000))
    assert [note["kind"] for note in order.notes] == ["paid_after_refunds"]
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 2000


def test_other_money_that_looks_like_what_is_due_is_not_given_back_twice(
    session: Session, order: Order, now: datetime
) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, totals=totals(3000, 2000))
    pay_refund(session, ours.id, reference="psp-1", by="ana", now=now)
    tell(session, order, now=now, totals=totals(3000, 1000))
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 1000, "10.00 went otherwise, 10.00 by us"
    tell(session, order, now=now, totals=totals(3000, 1000))
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 1000


def test_what_may_have_been_taken_off_for_ours_stays_gone_when_ours_is_void(
    session: Session, order: Order, now: datetime
) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, totals=totals(3000, 2000))
    change_refund(session, ours.id, amount=0, reason="r", by="ana", now=now)
    assert quoted(session, order, {"1": 2, "2": 1}, now=now).evaluation.faults
    assert quoted(session, order, {"1": 1, "2": 1}, now=now).total == 2000
    tell(session, order, now=now, totals=totals(3000, 2000))
    assert (order.paid, quoted(session, order, {"1": 1, "2": 1}, now=now).total) == (2000, 2000)


def test_units_returned_in_the_shop_are_not_returnable_and_it_is_said_why(
    session: Session, order: Order, now: datetime
) -> None:
    tell(session, order, now=now, returns=[back("rt_1", "approved", ("1", 2)), back("rt_2", "rejected", ("2", 1))])
    shirt, mug = eligibility(session, order.id, now=now).lines
    assert (shirt.left, shirt.allowed, [each.code for each in shirt.obstacles]) == (0, False, ["returned_elsewhere"])
    assert (mug.left, mug.allowed) == (1, True)
    tell(session, order, now=now)
    assert eligibility(session, order.id, now=now).lines[0].left == 0, "a return that is told no more still stands"
    tell(session, order, now=now, returns=[back("rt_1", "cancelled", ("1", 2))])
    assert eligibility(session, order.id, now=now).lines[0].left == 2


def test_the_shops_count_holds_our_own_returns_as_an_echo(session: Session, order: Order, now: datetime) -> None:
    due(session, order, {"1": 1}, now=now)
    echoed = [line("1", 2, 1000, returned=1), line("2", 1, 1000, returned=0)]
    tell(session, order, now=now, lines=echoed)
    assert eligibility(session, order.id, now=now).lines[0].left == 1
    more = [line("1", 2, 1000, returned=2), line("2", 1, 1000, returned=0)]
    tell(session, order, now=now, lines=more)
    answer = eligibility(session, order.id, now=now).lines[0]
    assert (answer.left, answer.elsewhere, answer.obstacles[0].code) == (0, 1, "returned_in_both")


def test_a_count_that_is_left_out_frees_nothing_and_one_that_falls_does(
    session: Session, order: Order, now: datetime
) -> None:
    tell(session, order, now=now, lines=[line("1", 2, 1000, returned=1), line("2", 1, 1000)])
    tell(session, order, now=now)
    assert eligibility(session, order.id, now=now).lines[0].left == 1
    tell(session, order, now=now, lines=[line("1", 2, 1000, returned=0), line("2", 1, 1000)])
    assert eligibility(session, order.id, now=now).lines[0].left == 2


def test_a_return_of_ours_in_the_shops_list_is_ours(session: Session, order: Order, now: datetime) -> None:
    return_ = returned(session, order, {"1": 1}, now=now)
    mine = back("rt_1", "received", ("1", 1), key=return_.ref)
    tell(session, order, now=now, returns=[mine], lines=[line("1", 2, 1000, returned=1), line("2", 1, 1000)])
    assert eligibility(session, order.id, now=now).lines[0].left == 1, "received there before it was booked here"


def test_a_person_corrects_how_many_came_back_in_the_shop(session: Session, order: Order, now: datetime) -> None:
    lines = [line("1", 2, 1000, returned=2), line("2", 1, 1000)]
    tell(session, order, now=now, lines=lines)
    line_id = order.lines[0].id
    correct_units(session, order.id, line_id, 1, reason="one was lost on its way out", by="ana", now=now)
    assert eligibility(session, order.id, now=now).lines[0].left == 1
    tell(session, order, now=now, lines=lines)
    assert eligibility(session, order.id, now=now).lines[0].left == 1, "a correction stays"
    for wrong in (-1, 3):
        with pytest.raises(Invalid):
            correct_units(session, order.id, line_id, wrong, reason="r", by="ana", now=now)
    assert session.get_one(UnitsElsewhere, line_id).corrected_by == "ana"


def test_what_came_back_in_the_shop_is_received_here_without_being_promised_again(
    session: Session, order: Order, now: datetime
) -> None:
    tell(session, order, now=now, returns=[back("rt_1", "asked", ("1", 2))], refunds=[refund("re_1", 2000)])
    return_ = unasked(session, order, some("1", 2), now=now)
    assert (return_.goods, return_.lines, return_.quote["total"]) == ("inspected", [], 0)


def test_an_expired_return_whose_goods_came_back_in_the_shop_is_for_a_person(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = returned(session, order, {"1": 2}, now=now)
    return_.decision = "expired"
    tell(session, order, now=now, returns=[back("rt_1", "received", ("1", 2))])
    with pytest.raises(Conflict, match="another return"):
        approve(session, return_.id, by="ana", now=now)


def test_an_exchange_takes_the_units_it_replaced_and_can_be_returned_itself(session: Session, now: datetime) -> None:
    lines = [line("1", 1, 1000), line("9", 1, 1000, total=0, origin="exchange", for_line="1")]
    order = sold(session, now=now, lines=lines, totals=totals(1000, 1000))
    original, exchange = eligibility(session, order.id, now=now).lines
    assert (original.left, original.allowed) == (0, False)
    assert (exchange.left, quoted(session, order, {"9": 1}, now=now).total) == (1, 0)


@pytest.mark.parametrize("kind", ["digital", "gift_card", "service"])
def test_what_travels_in_no_parcel_is_refused_in_words_and_looked_at_when_it_is_faulty(
    session: Session, now: datetime, kind: str
) -> None:
    lines = [line("1", 1, 1000), line("2", 1, 500, kind=kind)]
    order = sold(session, now=now, lines=lines, totals=totals(1500, 1500))
    answer = eligibility(session, order.id, now=now).lines[1]
    assert [each.code for each in answer.obstacles] == [f"kind_{kind}"]
    assert (answer.left, answer.allowed, answer.needs_review) == (1, True, True)


def test_an_older_return_is_judged_by_what_was_told_by_then(session: Session, order: Order, now: datetime) -> None:
    returned(session, order, {"1": 1}, now=now)
    tell(session, order, now=now + timedelta(hours=1), refunds=[refund("re_1", 3000)])
    row = whole_order(session, order.id)
    assert given_back_elsewhere(session, row, as_of=now).amount == 0
    assert given_back_elsewhere(session, row, as_of=now + timedelta(hours=2)).amount == 3000


def test_orders_that_come_many_at_once_are_noted_alike(session: Session, now: datetime) -> None:
    from app.oms.intake import receive_orders
    from tests.orders.build import document

    told_now = document(number="B1", payments=[], refunds=[refund("re_1", 500)])
    (taken,) = receive_orders(session, [told_now], now=now).values()
    assert row_of(session, "re_1").order_id == taken.order.id

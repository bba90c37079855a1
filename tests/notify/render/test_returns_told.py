"""What a customer reads of a return off the happy path: each move once, amounts that are due, days as on the page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.i18n.words import day
from app.core.i18n.words import money as amount_words
from app.notify.models import Message
from app.notify.send.claim import Ready
from app.orders.models import Order
from app.returns import services
from app.returns.decisions import expire_overdue, remind_before_expiry, send_back
from app.returns.models import Return
from app.returns.queries import read_return
from app.returns.receiving.facts import ReceiptFacts
from app.returns.receiving.record import correct_receipt
from app.returns.refunds.amounts import add_lines, change_amount, void_refund
from app.returns.refunds.pay import pay_refund
from app.returns.refunds.reckoning import told_amount
from app.returns.status.standing import promised_day
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from tests.conftest import SECRET
from tests.notify.build import NOON, a_mail_config, prepared
from tests.returns.stage import asking, delivered_order
from tests.returns.story import asked, beside, booked, handed_over, missing, some, unasked
from tests.rounds import heard

CONFIG = a_mail_config()
LATE = NOON + timedelta(days=40)


@pytest.fixture
def order(session: Session) -> Order:
    """Two shirts, a mug and a scarf for an English reader; another customer's return stands beside."""
    beside(session, now=NOON)
    order = delivered_order(session, now=NOON, locale="en-GB")
    session.get_one(Brand, order.brand_key).help_email = "ayuda@almazara.example"
    read(session)
    return order


def read(session: Session, *, at: Any = NOON) -> list[Ready]:
    """The mails that leave now, about whatever happened."""
    heard(session, limit=200, now=at, config=CONFIG)
    return [one for one in prepared(session, now=at + timedelta(minutes=3), config=CONFIG) if one.outgoing.subject]


def mail(session: Session, *, at: Any = NOON) -> str:
    """The one mail that leaves now: subject, then text."""
    [one] = read(session, at=at)
    return f"{one.outgoing.subject}\n{one.outgoing.text}"


def named(text: str) -> set[str]:
    """The amounts that a text names."""
    return set(re.findall(r"€[\d.,]+\d", text))


def euros(minor: int) -> str:
    return amount_words(minor, "EUR", "en_GB")


def refund_day(session: Session, return_: Return) -> str:
    return day(promised_day(read_return(session, return_.ref), today=NOON.date()), locale="en_GB")


def test_all_of_it_is_here_with_the_amount_and_the_day_of_the_page(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    read(session)
    booked(session, return_, some("1", 2), now=NOON)
    text = mail(session)
    due = euros(told_amount(return_))
    assert text.startswith(f"We've received your return: order {order.number}")
    assert (
        f"We'll refund you {due} by {refund_day(session, return_)}, to the card you paid with." in text
        and f"Refund: {due}" in text
    )
    assert named(text) == {due}


def test_half_a_parcel_names_what_is_due_for_that_half(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    read(session)
    booked(session, return_, some("1", 1), now=NOON)
    text = mail(session)
    assert text.startswith("We've received part of your return") and "We'll write when it arrives." in text
    assert named(text) == {euros(told_amount(return_))} and told_amount(return_) < return_.quote["total"]
    assert "- 1 × " in text and "- 2 × " not in text
    booked(session, return_, some("1", 1), now=NOON)
    rest = mail(session)
    assert rest.startswith("We've received your return") and euros(return_.quote["total"]) in named(rest)


def test_what_is_not_inside_is_named_and_only_the_rest_is_refunded(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    read(session)
    booked(session, return_, some("1", 1), missing("1", 1), now=NOON)
    text = mail(session)
    assert text.startswith("We've received part of your return")
    assert re.search(r"This wasn't in the parcel: 1 × .+\. Write to us at ayuda@almazara.example", text)
    assert named(text) == {euros(told_amount(return_))} and 0 < told_amount(return_) < return_.quote["total"]


def test_an_empty_box_is_not_thanked_and_promised_nothing(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    read(session)
    booked(session, return_, missing("1", 2), now=NOON)
    text = mail(session)
    assert text.startswith("Your return wasn't in the parcel") and "Our team will review it" in text
    assert named(text) == set()
    assert "Not in the parcel\n- 2 × " in text


def test_other_things_than_announced_are_no_refund(session: Session, order: Order) -> None:
    return_ = asked(session, order, ("2", 1, "colour"), now=NOON)
    read(session)
    booked(session, return_, some(None, description="Blue mug, not ours"), now=NOON)
    text = mail(session)
    assert "The items of your return weren't in it." in text and "Still to come: 1 × Taza" in text
    assert "Blue mug" not in text and named(text) == set()


def test_a_corrected_receipt_tells_the_new_amount_and_the_old_one(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    row = booked(session, return_, some("1", 2), now=NOON)
    read(session)
    before = told_amount(return_)
    receipt = ReceiptFacts((some("1", 1), missing("1", 1)))
    correct_receipt(session, row.id, receipt, by="wh", idempotency_key="c1", now=NOON)
    text = mail(session)
    due = told_amount(return_)
    assert due < before
    assert text.startswith(f"Your refund is now {euros(due)}: order {order.number}")
    assert f"Before, it was {euros(before)}." in text and "Our warehouse has checked it again." in text
    assert f"We'll send it by {refund_day(session, return_)}." in text
    assert named(text) == {euros(due), euros(before)}


def test_another_amount_is_told_with_the_persons_reason(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    booked(session, return_, some("1", 2), now=NOON)
    read(session)
    before = told_amount(return_)
    change_amount(session, return_.id, amount=1500, reason="The shirts were worn", by="eva", now=NOON)
    text = mail(session)
    assert text.startswith("Your refund is now €15.00") and "The shirts were worn" in text
    assert named(text) == {"€15.00", euros(before)}


def test_another_amount_before_anything_came_is_told_too(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    read(session)
    promised = told_amount(return_)
    change_amount(session, return_.id, amount=promised - 500, reason="As agreed on the phone", by="eva", now=NOON)
    text = mail(session)
    assert text.startswith(f"Your refund is now {euros(promised - 500)}") and "As agreed on the phone" in text
    assert named(text) == {euros(promised), euros(promised - 500)}


def test_a_refund_that_is_void_is_told_with_its_reason(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    booked(session, return_, some("1", 2), now=NOON)
    read(session)
    due = told_amount(return_)
    void_refund(session, return_.refunds[0].id, reason="Paid in the shop already", by="eva", now=NOON)
    text = mail(session)
    assert text.startswith(f"We won't send the refund of {euros(due)}") and "Paid in the shop already" in text
    assert named(text) == {euros(due)}


def test_a_rejection_of_what_is_here_tells_once_and_that_it_goes_back(session: Session, order: Order) -> None:
    return_ = unasked(session, order, some("1", 1), now=NOON)
    assert mail(session).startswith(f"A parcel of yours is here: order {order.number}")
    services.reject(session, return_.id, by="eva", reason="It was worn for weeks.", now=NOON)
    text = mail(session)
    assert text.startswith("We can't accept this return") and "It was worn for weeks." in text
    assert "We'll send the items back to you." in text and named(text) == set()
    send_back(session, return_.id, by="wh", now=NOON)
    gone = mail(session)
    assert gone.startswith("We have sent your items back to you") and "What you get back" in gone


def test_a_payment_names_what_was_sent_and_ends_the_way(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    booked(session, return_, some("1", 1), missing("1", 1), now=NOON)
    read(session)
    pay_refund(session, return_.refunds[0].id, reference="TR-9", by="eva", now=NOON)
    text = mail(session)
    due = euros(told_amount(return_))
    assert text.startswith(f"Refunded {due}") and named(text) == {due} and "Payment reference: TR-9" in text
    assert "[x] Received (done)\n[x] Refunded (done)" in text
    assert "What you sent back\n- 1 × " in text


def test_a_parcel_that_nobody_announced_is_told_and_its_approval_names_the_money(
    session: Session, order: Order
) -> None:
    return_ = unasked(session, order, some("1", 1), now=NOON)
    first = mail(session)
    assert "It came back to us without a return request." in first and "Our team will review it" in first
    assert named(first) == set() and "What came\n- 1 × " in first
    services.approve(session, return_.id, by="eva", now=NOON)
    text = mail(session, at=NOON + timedelta(minutes=2))
    due = euros(told_amount(return_))
    assert text.startswith("We've approved your return") and named(text) == {due}
    assert f"We'll refund you {due} by {refund_day(session, return_)}, to the card you paid with." in text


def test_lines_that_a_person_adds_are_told_with_the_amount(session: Session, order: Order) -> None:
    return_ = asked(session, order, ("1", 1, "colour"), now=NOON)
    booked(session, return_, some("1", 2), now=NOON)
    read(session)
    before = told_amount(return_)
    add_lines(session, return_.id, {"1": 1}, reason="Both came", by="eva", now=NOON)
    text = mail(session)
    assert text.startswith(f"Your refund is now {euros(told_amount(return_))}") and told_amount(return_) > before


def test_a_withdrawal_brings_its_label_and_says_so(session: Session, order: Order) -> None:
    stated = WithdrawalStatement("Marisol", order.number, "marisol@example.com", "en", form_key="f1")
    state_withdrawal(session, stated, now=NOON)
    receive(session, limit=9, now=NOON, key=SECRET)
    subjects = [one.outgoing.subject for one in read(session)]
    assert f"Your return label is ready: order {order.number}" in subjects
    assert len([subject for subject in subjects if "withdrawal" in subject]) == 1 and len(subjects) == 2


def test_the_last_day_is_reminded_of_once_and_its_end_is_told(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    read(session)
    assert return_.deadline is not None
    last = day(return_.deadline, locale="en_GB", today=return_.deadline)
    near = NOON.replace(year=return_.deadline.year, month=return_.deadline.month, day=return_.deadline.day) - timedelta(
        days=3
    )
    assert remind_before_expiry(session, limit=9, now=near - timedelta(days=1)) == 0
    assert remind_before_expiry(session, limit=9, now=near) == 1
    assert remind_before_expiry(session, limit=9, now=near + timedelta(days=1)) == 0
    assert mail(session, at=near).startswith(f"Drop off your return by {last}: order {order.number}")
    over = near + timedelta(days=6)
    assert expire_overdue(session, limit=9, now=over) == 1
    text = mail(session, at=over)
    assert text.startswith("Your return has expired") and named(text) == set()
    assert f"We had no news of the parcel by {last}." in text


def test_who_has_handed_it_over_is_not_reminded(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    handed_over(session, return_, now=NOON)
    read(session)
    assert return_.deadline is not None
    for days in range(20):
        remind_before_expiry(session, limit=9, now=NOON + timedelta(days=days))
    assert [one for one in read(session, at=NOON + timedelta(days=20)) if "Drop off" in one.outgoing.subject] == []


def test_a_reminder_that_waited_until_it_was_handed_over_is_not_sent(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    read(session)
    assert return_.deadline is not None
    near = NOON + (return_.deadline - NOON.date()) - timedelta(days=2)
    assert remind_before_expiry(session, limit=9, now=near) == 1
    heard(session, limit=50, now=near, config=CONFIG)
    handed_over(session, return_, now=near)
    text = mail(session, at=near)
    assert text.startswith(f"Your return is on its way: order {order.number}") and "Drop off by" not in text


def test_a_return_that_expired_and_comes_all_the_same_counts_again(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    expire_overdue(session, limit=9, now=LATE)
    read(session, at=LATE)
    handed_over(session, return_, now=LATE)
    subjects = sorted(one.outgoing.subject.partition(":")[0] for one in read(session, at=LATE + timedelta(minutes=2)))
    assert subjects == ["We've approved your return", "Your return is on its way"]


def test_a_second_expiry_is_told_again(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    for _ in range(2):
        later = max(LATE, return_.changed_at + timedelta(days=40))
        expire_overdue(session, limit=9, now=later)
        assert mail(session, at=later).startswith("Your return has expired")
        services.approve(session, return_.id, by="eva", reason="once more", now=later)
        assert mail(session, at=later + timedelta(minutes=2)).startswith("Your return label is ready")


@pytest.mark.parametrize("action", ["cancel", "reject"])
def test_what_was_ended_and_comes_all_the_same_is_looked_at_and_told(
    session: Session, order: Order, action: str
) -> None:
    return_ = asked(session, order, now=NOON)
    ends: dict[str, Callable[[], object]] = {
        "cancel": lambda: services.cancel(session, return_.id, by="customer", now=NOON),
        "reject": lambda: services.reject(session, return_.id, by="eva", reason="No.", now=NOON),
    }
    ends[action]()
    read(session)
    booked(session, return_, some("1", 2), now=NOON)
    text = mail(session)
    why = {"cancel": "although this return was cancelled", "reject": "although we had not accepted this return"}
    assert text.startswith("We're reviewing your return") and why[action] in text and named(text) == set()


def test_money_that_leaves_by_the_hand_over_is_told_with_it(session: Session, order: Order, app: Flask) -> None:
    return_ = asked(session, order, now=NOON)
    read(session)
    brand = session.get_one(Brand, order.brand_key)
    brand.policy = brand.policy | {"refund_without_receipt": True}
    session.flush()
    handed_over(session, return_, now=NOON)
    text = mail(session)
    due = euros(told_amount(return_))
    assert text.startswith("Your return is on its way") and named(text) == {due}
    assert f"We'll refund you {due} by" in text


def test_a_request_that_waits_names_its_amount_as_no_promise(session: Session, order: Order) -> None:
    return_ = services.request_return(session, order.id, asking(("1", 2, "colour")), by="customer", now=NOON)
    return_.decision = "needs_review"
    session.flush()
    text = mail(session)
    assert "Refund if we accept it: " in text and "\nRefund: " not in text


def test_who_has_it_collected_is_told_the_day_and_of_no_counter(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    return_.pickup = {"on": "2026-11-25"}
    session.flush()
    text = mail(session)
    assert "We'll confirm it by e-mail." in text
    assert "Collection asked for: Wednesday 25 November\n" in text
    assert "Drop it off" not in text and "Drop off by" not in text and "show the code" not in text


def test_a_day_that_cannot_be_read_is_left_out_and_the_mail_goes(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    return_.pickup = {"on": "soon"}
    session.flush()
    text = mail(session)
    assert text.startswith("Your return label is ready") and "Collection" not in text and "Drop off by: " in text


def test_each_move_of_a_return_is_a_message_or_a_reason(session: Session, order: Order) -> None:
    return_ = asked(session, order, now=NOON)
    booked(session, return_, some("1", 2), now=NOON)
    read(session)
    kinds = set(session.scalars(select(Message.kind).where(Message.return_id == return_.id)))
    assert {"return.requested", "return.approved", "return.label_ready", "return.received"} <= kinds

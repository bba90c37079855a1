"""Several people at one order at the same moment: locks in their place, nothing twice, nothing beyond what was paid."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.brands.models import Brand
from app.core.clock import utcnow
from app.core.db import in_transaction, transaction
from app.core.errors import PortalError
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns import services
from app.returns.decisions import put_to_review
from app.returns.listener import REDUCED, hand_over, reckon_order
from app.returns.models import Receipt as ReceiptRow
from app.returns.models import Refund, Return, Withdrawal
from app.returns.policy.policy import Method
from app.returns.policy.reasons import ReasonGroup
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt, correct_receipt, receive_unannounced
from app.returns.request.draft import DraftLine, RequestDraft, load_draft, save_draft
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from tests.at_once import at_once
from tests.conftest import SECRET
from tests.returns.stage import delivered_order, sign_in
from tests.returns.story import asked, booked, missing, some

Sessions = sessionmaker[Session]
EVERYONE = 4
LOCKED = re.compile(r'\bFROM "?(\w+)"?.*?FOR (?:NO KEY )?UPDATE', re.DOTALL)
ALL = ["order", "shipment", "return", "refund"]
BY: dict[str, Any] = {"by": "ana", "reason": "porque sí"}


@contextmanager
def locks(engine: Engine) -> Iterator[list[str]]:
    """The tables of which rows are locked, each at its first time."""
    tables: list[str] = []

    def hear(_connection: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        tables.extend(name for name in LOCKED.findall(sql) if name not in tables)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield tables
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def refund_of(session: Session, return_: Return) -> Refund:
    return next(refund for refund in return_.refunds if refund.state == "due")


ONE = ReceiptFacts((ReceivedItem(1, "as_new", None, line="1"),))
KEY: dict[str, Any] = {"by": "wh", "idempotency_key": "k"}
Action = Callable[[Session, Return, datetime], object]
ACTIONS: dict[str, tuple[str, Action]] = {
    "approve": ("doubted", lambda s, r, now: services.approve(s, r.id, **BY, now=now)),
    "put to review": ("doubted", lambda s, r, now: put_to_review(s, r.id, why="policy", now=now)),
    "reject": ("doubted", lambda s, r, now: services.reject(s, r.id, **BY, now=now)),
    "cancel": ("asked", lambda s, r, now: services.cancel(s, r.id, by="ana", now=now)),
    "expire": ("asked", lambda s, r, now: services.expire_overdue(s, limit=9, now=now + timedelta(days=20))),
    "remind": ("asked", lambda s, r, now: services.remind_before_expiry(s, limit=9, now=now + timedelta(days=13))),
    "hand over": ("asked", lambda s, r, now: hand_over(s, r.id, at=now, now=now)),
    "book": ("asked", lambda s, r, now: book_receipt(s, r.id, ONE, **KEY, now=now)),
    "correct": ("due", lambda s, r, now: correct_receipt(s, r.receipts[0].id, ONE, **KEY, now=now)),
    "send back": ("rejected", lambda s, r, now: services.send_back(s, r.id, by="wh", now=now)),
    "settle": ("due", lambda s, r, now: services.settle_due(s, r.id, now=now)),
    "agree": ("due", lambda s, r, now: services.approve_refund(s, refund_of(s, r).id, by="ana", now=now)),
    "pay": ("due", lambda s, r, now: services.pay_refund(s, refund_of(s, r).id, reference="T", by="ana", now=now)),
    "change": ("due", lambda s, r, now: services.change_amount(s, r.id, amount=1, **BY, now=now)),
    "change one": ("due", lambda s, r, now: services.change_refund(s, refund_of(s, r).id, amount=1, **BY, now=now)),
    "void": ("due", lambda s, r, now: services.void_refund(s, refund_of(s, r).id, **BY, now=now)),
    "add lines": ("asked", lambda s, r, now: services.add_lines(s, r.id, {"2": 1}, **BY, now=now)),
    "reckon": ("due", lambda s, r, now: reckon_order(s, r.order_id, REDUCED, now=now)),
}


def brought(session: Session, to: str, now: datetime) -> Return:
    """A return of both shirts that was asked for, whose money is due, that is in doubt, or that was rejected here."""
    return_ = asked(session, delivered_order(session, now=now), now=now)
    if to == "due":
        booked(session, return_, some("1", 2), now=now)
    if to in ("doubted", "rejected"):
        booked(session, return_, missing("1", 2), now=now)
    if to == "rejected":
        services.reject(session, return_.id, **BY, now=now)
    session.commit()
    return return_


@pytest.mark.parametrize("name", ACTIONS)
def test_every_deed_locks_the_order_its_parcel_the_return_and_its_refunds(
    committed: Sessions, patient: Engine, now: datetime, name: str
) -> None:
    to, action = ACTIONS[name]
    with committed() as session:
        return_ = brought(session, to, now)
        session.expire_all()
        with locks(patient) as tables:
            action(session, return_, now)
            session.flush()
        assert tables == ALL


def test_who_comes_first_to_an_order_or_a_draft_locks_it(committed: Sessions, patient: Engine, now: datetime) -> None:
    with committed() as session, locks(patient) as tables:
        order = delivered_order(session, now=now)
        tables.clear()
        receive_unannounced(session, order.id, ONE, **KEY, now=now)
        assert tables == ["order"]
        load_draft(session, order.id, days=7, now=now, lock=True)
        assert tables == ["order", "return_draft"]
    with committed() as session, locks(patient) as tables:
        load_draft(session, 1, days=7, now=now)
        assert tables == []


def tried(sessions: Sessions, action: Callable[[Session], object]) -> bool:
    """An action as an edge does it: False when it was refused."""
    try:
        in_transaction(sessions, action)
    except PortalError:
        return False
    return True


def test_two_returns_of_one_order_received_at_once_owe_no_more_than_was_paid(
    committed: Sessions, now: datetime
) -> None:
    with committed() as session, transaction(session):
        order = delivered_order(
            session, now=now, totals={"items": 6080, "shipping": 495, "tax": 0, "paid": 3000}, payments=[]
        )
        returns = [asked(session, order, (line, 1, "colour"), now=now).id for line in ("1", "2")]
        for return_id in returns:
            # What was promised when more had been paid.
            session.get_one(Return, return_id).quote = {
                "total": 2000, "currency": "EUR",
                "parts": [{"kind": "item", "amount": 2000, "line": "1", "quantity": 1}],
            }  # fmt: skip
        for row in session.scalars(select(Return)):
            row.lines[0].refund = 2000

    def receive_it(number: int) -> bool:
        item = ReceivedItem(1, "as_new", None, line=str(number % 2 + 1))
        by: dict[str, Any] = {"by": "wh", "idempotency_key": f"k{number}", "now": now}
        return tried(committed, lambda session: book_receipt(session, returns[number % 2], ReceiptFacts((item,)), **by))

    assert at_once(EVERYONE, receive_it) == [True] * EVERYONE
    with committed() as session:
        assert session.scalar(select(func.sum(Refund.amount))) == 3000
        assert sorted(session.scalars(select(Refund.amount))) == [1000, 2000]


def test_two_refunds_of_one_order_paid_at_once_pay_no_more_than_was_paid(committed: Sessions, now: datetime) -> None:
    with committed() as session, transaction(session):
        order = delivered_order(session, now=now)
        for line in ("1", "2"):
            booked(session, asked(session, order, (line, 1, "colour"), now=now), some(line), now=now)
        order.paid = 2500
    with committed() as session:
        due = list(session.scalars(select(Refund.id).order_by(Refund.id)))

    def pay(number: int) -> bool:
        by: dict[str, Any] = {"reference": f"TR-{number % 2}", "by": "ana", "now": now}
        return tried(committed, lambda session: services.pay_refund(session, due[number % 2], **by))

    at_once(EVERYONE, pay)
    with committed() as session:
        paid = session.scalars(select(Refund.amount).where(Refund.state == "paid")).all()
        assert paid in ([1990], [1200]) and len(due) == 2
        assert session.scalar(select(func.count()).where(DomainEvent.kind == "refund.paid")) == 1


def test_agreeing_paying_changing_and_correcting_at_once_leave_one_truth(committed: Sessions, now: datetime) -> None:
    with committed() as session:
        return_ = brought(session, "due", now)
        return_id, refund_id, receipt_id = return_.id, return_.refunds[0].id, return_.receipts[0].id
    key: dict[str, Any] = {"by": "wh", "idempotency_key": "c", "now": now}
    actions: list[Callable[[Session], object]] = [
        lambda session: services.pay_refund(session, refund_id, reference="T", by="ana", now=now),
        lambda session: services.change_amount(session, return_id, amount=1000, **BY, now=now),
        lambda session: correct_receipt(session, receipt_id, ONE, **key),
        lambda session: services.approve_refund(session, refund_id, by="bea", now=now),
    ]
    at_once(EVERYONE, lambda number: tried(committed, actions[number]))
    with committed() as session:
        rows = session.scalars(select(Refund).order_by(Refund.id)).all()
        kinds = session.scalars(select(DomainEvent.kind).where(DomainEvent.kind.startswith("refund."))).all()
    standing = [row.amount for row in rows if row.state != "void"]
    assert sum(standing) in (0, 1000, 1990, 3980), "whoever came first and last"
    assert kinds.count("refund.due") == len(rows)
    assert kinds.count("refund.voided") == len(rows) - len(standing)
    assert len({row.idempotency_key for row in rows}) == len(rows)


def test_a_double_click_on_an_unannounced_parcel_makes_one_return(committed: Sessions, now: datetime) -> None:
    with committed() as session, transaction(session):
        order_id = delivered_order(session, now=now).id

    def book(_number: int) -> bool:
        return tried(committed, lambda session: receive_unannounced(session, order_id, ONE, **KEY, now=now))

    assert at_once(EVERYONE, book) == [True] * EVERYONE
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Return)) == 1
        assert session.scalar(select(func.count()).select_from(ReceiptRow)) == 1


def test_the_same_draft_sent_twice_at_once_makes_one_return(flask_app: Flask, committed: Sessions) -> None:
    """Of two pieces one goes back: nothing but the draft says that the second press is the first one's."""
    with committed() as session, transaction(session):
        order = delivered_order(session, now=utcnow())
        line = DraftLine(quantity=1, group=ReasonGroup.NOT_AS_EXPECTED, reason="colour")
        draft = RequestDraft(lines={"1": line}, resolution="refund", method=Method.DROPOFF)
        save_draft(session, order.id, draft, now=utcnow())

    looking = flask_app.test_client()
    sign_in(looking, order)
    fingerprint = re.search(r'name="seen" value="([^"]+)"', looking.get(f"/o/{order.ref}/returns/new/check").text)
    assert fingerprint
    seen = fingerprint.group(1)

    def send(_number: int) -> str:
        browser = flask_app.test_client()
        sign_in(browser, order)
        return browser.post(f"/o/{order.ref}/returns", data={"seen": seen}).location

    ready = at_once(EVERYONE, send)
    assert len(set(ready)) == 1
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Return)) == 1


def test_of_the_clocks_of_two_workers_one_lets_each_return_expire(committed: Sessions, now: datetime) -> None:
    with committed() as session, transaction(session):
        for number in range(6):
            parcel = {"id": "s1", "carrier": "correos_express", "tracking_number": f"3230 0076 5541 000{number}"}
            order = delivered_order(session, now=now, number=f"30{number:02}", parcel=parcel)
            asked(session, order, now=now)
    late = now + timedelta(days=17)
    counts = at_once(
        EVERYONE, lambda _number: in_transaction(committed, lambda s: services.expire_overdue(s, limit=2, now=late))
    )
    with committed() as session:
        expired = session.scalar(select(func.count()).where(Return.decision == "expired"))
        assert sum(counts) == expired
        assert session.scalar(select(func.count()).where(DomainEvent.kind == "return.expired")) == expired


def test_what_was_handed_over_meanwhile_does_not_expire(committed: Sessions, now: datetime) -> None:
    with committed() as session, transaction(session):
        return_id = asked(session, delivered_order(session, now=now), now=now).id
    late = now + timedelta(days=17)
    with committed() as carrier, committed() as clock:
        hand_over(carrier, return_id, at=late, now=late)
        assert services.expire_overdue(clock, limit=9, now=late) == 0, "the order is somebody else's at the moment"
        clock.rollback()
        carrier.commit()
        assert services.expire_overdue(clock, limit=9, now=late) == 0
        assert clock.get_one(Return, return_id).decision == "approved"


def test_each_statement_of_withdrawal_is_matched_once(committed: Sessions, now: datetime) -> None:
    with committed() as session, transaction(session):
        order = delivered_order(session, now=now)
        for number in range(3):
            words = {"name": "Marisol", "order_text": order.number, "receipt_to": "marisol@example.com"}
            state_withdrawal(session, WithdrawalStatement(**words, locale="es", form_key=f"f{number}"), now=now)

    def match(_number: int) -> int:
        return in_transaction(committed, lambda session: receive(session, limit=3, key=SECRET, now=now))

    assert sum(at_once(EVERYONE, match)) == 3
    with committed() as session:
        assert session.scalar(select(func.count()).where(Withdrawal.matched_at.is_not(None))) == 3
        assert session.scalar(select(func.count()).where(DomainEvent.kind == "withdrawal.received")) == 3
        assert session.scalar(select(func.count()).select_from(Return)) == 1, "the rest is in a return already"


def test_a_policy_that_pays_at_hand_over_pays_once_whoever_comes_first(committed: Sessions, now: datetime) -> None:
    with committed() as session, transaction(session):
        session.get_one(Brand, "demo", with_for_update=True).policy = {"refund_without_receipt": True}
        return_id = asked(session, delivered_order(session, now=now), now=now).id
    whole = ReceiptFacts((ReceivedItem(2, "as_new", None, line="1"),))
    actions: list[Callable[[Session], object]] = [
        lambda session: hand_over(session, return_id, at=now, now=now),
        lambda session: book_receipt(session, return_id, whole, **KEY, now=now),
    ]
    at_once(EVERYONE, lambda number: tried(committed, actions[number % 2]))
    with committed() as session, transaction(session):
        assert list(session.scalars(select(Refund.amount))) == [3980]
        session.execute(text("update brand set policy = '{}'"))


def test_what_another_wrote_meanwhile_is_read_under_the_lock(committed: Sessions, now: datetime) -> None:
    with committed() as session:
        return_ = brought(session, "asked", now)
        found_id, order_id = return_.id, return_.order_id
    with committed() as mine:
        order, my_return = mine.get_one(Order, order_id), mine.get_one(Return, found_id)
        assert (order.paid, my_return.goods) == (6575, "awaiting")
        mine.commit()
        with committed() as other, transaction(other):
            other.get_one(Order, order_id, with_for_update=True).paid = 1000
            book_receipt(other, found_id, ONE, **KEY, now=now)
        whole = ReceiptFacts((ReceivedItem(1, "as_new", None, line="1"),))
        book_receipt(mine, found_id, whole, by="wh", idempotency_key="k2", now=now)
        assert (my_return.goods, [refund.amount for refund in my_return.refunds]) == ("inspected", [1000])

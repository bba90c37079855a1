"""Every service that locks orders, parcels, returns or refunds keeps the one order and tells what it moves: a story.

Each action is a transaction of its own on the real database. One recorder tells which went against the order, another
which states moved without an event. What locks rows is read from the code, so a new service must be an action of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.carriers.polling import catch_up, polling
from app.carriers.polling.asking import AskOutcome, TrackingRequest
from app.core.db import transaction
from app.events import log
from app.events.kinds import Listener
from app.oms import intake
from app.orders import sharing
from app.orders.demo import MARK
from app.orders.lookup import links, sending
from app.orders.models import Order
from app.personal import tombstones
from app.personal.claims import DataSubject
from app.privacy.erase import erase
from app.returns import listener, services
from app.returns.elsewhere.deeds import correct_units, say_another, say_same
from app.returns.elsewhere.models import RefundElsewhere
from app.returns.models import Receipt as ReceiptRow
from app.returns.models import Refund, Return
from app.returns.policy.policy import Method
from app.returns.receiving.facts import ReceiptFacts as Found
from app.returns.receiving.facts import ReceivedItem
from app.returns.receiving.record import book_receipt, correct_receipt, receive_unannounced
from app.returns.withdrawal import matching
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from app.sandbox.removing.removal import remove_orders
from app.support import cases
from app.support.cases import NewCase
from app.support.models import SupportCase
from app.tracking import services as tracking
from app.tracking import turns
from app.tracking.carriers.choosing import choose_carrier
from app.tracking.carriers.renaming import rename_stored
from app.tracking.fold.rebuild import rebuild
from app.tracking.models import Shipment
from app.tracking.ports import TrackingReport
from tests.conftest import SECRET
from tests.house.code.source import Place, app, shown
from tests.house.locks.driven import locking, noting
from tests.house.locks.telling import Telling
from tests.locks import LockOrder
from tests.orders.build import GOOD, document, issue_link
from tests.returns.stage import LINES, TOTALS, asking, delivered_order
from tests.tracking.documents import CARRIER, PLACED, event
from tests.tracking.documents import document as parcelled
from tests.tracking.documents import parcel as told_parcel

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = PLACED + 10 * DAY
GOOD_ONE = ReceivedItem(1, "as_new", None, "1")
MUG = ReceivedItem(1, "worn", None, "2")


# What locks or takes away rows of its own, and only reads those of the four tables.
OTHER_ROWS: dict[Place, str] = {
    ("app.returns.labels.making", "_forget"): "labels whose return goes on",
    ("app.returns.labels.making", "_lease"): "labels that are still to be made",
}


@dataclass
class Story:
    """Who is in it, and the actions done so far."""

    sessions: sessionmaker[Session]
    recorder: LockOrder = field(default_factory=LockOrder)
    orders: list[int] = field(default_factory=list)
    returns: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    driven: set[Place] = field(default_factory=set)

    def do(self, name: str, action: Callable[[Session], Any]) -> Any:
        """One action in a transaction of its own."""
        before, done = len(self.recorder.reversals), []

        def do() -> None:
            with self.sessions() as session, transaction(session), noting(self.driven):
                done.append(action(session))

        self.silent += [f"{name}: {one}" for one in Telling(self.sessions).watched(do)]
        self.wrong += [f"{name}: {one}" for one in self.recorder.reversals[before:]]
        return done[0]

    def newest(self, model: type[Any], **which: Any) -> int:
        """The id of the newest row that fits."""
        with self.sessions() as session:
            row_id = session.scalars(select(model.id).filter_by(**which).order_by(model.id.desc())).first()
        assert row_id is not None, (model, which)
        return int(row_id)


def test_no_service_locks_against_the_order_or_moves_a_state_in_silence(
    committed: sessionmaker[Session], engine: Engine
) -> None:
    story = Story(committed)
    bind = committed.kw["bind"]
    with story.recorder.watching(bind):
        parcels(story)
        linked(story)
        bought(story)
        sent_back(story)
        decided(story)
        paid(story)
        compared(story)
        withdrawn(story)
        asked_for_help(story)
        erased(story)
        demo_removed(story)
    assert story.wrong == []
    assert story.silent == []
    assert sorted(shown([place]) for place in locking(app()) - story.driven - OTHER_ROWS.keys()) == []


def parcels(story: Story) -> None:
    """Two orders share a parcel, and a third has a number of its own."""
    both = [told_parcel(f"s{at}", tracking_number=f"BOTH{at}", lines=[]) for at in (1, 2)]
    for number, shipments in (("1", both), ("2", both[::-1]), ("3", [told_parcel(tracking_number="OWN3")])):
        order = parcelled(number, shipments=shipments)
        story.do("a new order", lambda s, order=order: intake.receive_order(s, order, now=PLACED))
    many = [parcelled(f"N{at}", shipments=[told_parcel(tracking_number="BOTH1")]) for at in range(3)]
    story.do("many new orders", lambda s: intake.receive_orders(s, many, now=PLACED))
    later = (PLACED + HOUR).isoformat()
    for number, shipments in (("2", both), ("1", [both[0]]), ("2", both[::-1])):
        order = parcelled(number, shipments=shipments, updated_at=later)
        story.do("an order changes", lambda s, order=order: intake.receive_order(s, order, now=PLACED + HOUR))
        later = (PLACED + 2 * HOUR).isoformat()
    scans = [event("in_transit", PLACED + 8 * HOUR, number=one) for one in ("OWN3", "BOTH2", "BOTH1")]
    story.do("scans", lambda s: tracking.record_events(s, scans, source="api", now=PLACED + 9 * HOUR))
    story.do("folding", lambda s: tracking.fold_dirty(s, now=PLACED + 9 * HOUR))
    day = date(2026, 11, 29)
    signed = TrackingReport(CARRIER, "BOTH1", signed_by="Ana Ruiz")
    story.do("a signature", lambda s: tracking.record_report(s, signed, source="x", now=NOW))
    story.do("an estimate", lambda s: tracking.record_estimate(s, CARRIER, "BOTH1", day, day, source="x", now=NOW))
    story.do("a hint", lambda s: polling.ask_soon(s, ["OWN3", "BOTH2", "BOTH1"], now=NOW))
    questions = story.do("a claim of numbers", claimed)
    for question in questions:
        answer = AskOutcome(question, put_off=True)
        story.do("an answer", lambda s, answer=answer: polling.take(s, answer, now=NOW))
    story.do("alerts are ordered", lambda s: turns.note_alerts(s, CARRIER, ["OWN3", "BOTH1"], due_at=NOW + DAY))
    story.do("catching up", lambda s: catch_up.catch_up(s, now=NOW))
    story.do("looking for late ones", lambda s: tracking.look_for_late(s, now=NOW))
    odd = event("delivered", NOW, number="OWN3", place=None)
    story.do("a delivery", lambda s: tracking.record_events(s, [odd], source="api", now=NOW))
    mine = story.newest(Shipment, number="OWN3")
    story.do("one is folded", lambda s: tracking.fold_shipment(s, mine, now=NOW))
    story.do("one is released", lambda s: tracking.release(s, mine, now=NOW))
    unnamed(story)
    story.do("retiring", lambda s: tracking.retire(s, now=NOW + 100 * DAY))
    story.do("rebuilding", lambda s: list(rebuild(s, apply=True)))


def unnamed(story: Story) -> None:
    """Parcels whose carrier nobody names get one from a scan and from staff, and one of old its name of today."""
    for number in ("SCANNED1", "CHOSEN12"):
        order = parcelled(number, shipments=[told_parcel(carrier=None, service=None, tracking_number=number)])
        story.do("an order without a carrier", lambda s, order=order: intake.receive_order(s, order, now=NOW))
    scans = [event("in_transit", NOW, carrier="seur", number=number) for number in ("SCANNED1", "OWN3")]
    story.do("a scan names it", lambda s: tracking.record_events(s, scans, source="api", now=NOW))
    chosen = story.newest(Shipment, number="CHOSEN12")
    story.do("staff name it", lambda s: choose_carrier(s, chosen, "seur", now=NOW))
    with story.sessions() as session, transaction(session):
        row = select(Shipment).where(Shipment.number == "SCANNED1").with_for_update()
        session.scalars(row).one().carrier = "spanish_seur"
    assert story.do("renaming", lambda s: rename_stored(s, now=NOW)) == 1


def claimed(session: Session) -> list[TrackingRequest]:
    return polling.claim_due(session, source=CARRIER, able={CARRIER}, at_once=2, now=NOW)


def linked(story: Story) -> None:
    """Links to an order are opened, asked for again, and end with the customer's address."""
    order_id = story.newest(Order, number="1")
    token = story.do("a link", lambda s: issue_link(s, order_id, now=NOW))
    story.do("it is opened", lambda s: links.open_link(s, token, browser="b" * 43, now=NOW))
    sealed = story.do("it is asked for again", lambda s: sealed_request(s, token))
    story.do("and mailed", lambda s: sending.answer_link_request(s, sealed, key=SECRET, now=NOW))
    link = story.do("one is shared", lambda s: sharing.share(s, order_id, key=SECRET, now=NOW))
    assert story.do("once", lambda s: sharing.share(s, order_id, key=SECRET, now=NOW)) == link
    story.do("and no more", lambda s: sharing.stop_sharing(s, order_id, now=NOW))
    moved = GOOD["customer"] | {"email": "another@example.com"}
    order = parcelled("1", customer=moved, shipments=[], updated_at=(NOW + DAY).isoformat())
    story.do("another address", lambda s: intake.receive_order(s, order, now=NOW + DAY))


def sealed_request(session: Session, token: str) -> str:
    """What a job is told that mails the links again."""
    sending.ask_for_links(session, key=SECRET, token=token)
    jobs = text("select args->>'sealed' from procrastinate_jobs where task_name = 'mail_order_links'")
    return str(session.scalar(jobs))


def bought(story: Story) -> None:
    """Two orders that arrived, with returns of several kinds."""
    for at, number in enumerate(("1001", "2002")):
        contents = [{"line": "1", "quantity": 2}, {"line": "2", "quantity": 1}, {"line": "3", "quantity": 1}]
        shipment = GOOD["shipments"][0] | {"tracking_number": f"3230007655410{at}", "lines": contents}
        order = story.do(
            "an order arrives", lambda s, n=number, p=shipment: delivered_order(s, now=NOW, number=n, parcel=p)
        )
        story.orders.append(order.id)
    for order_id in story.orders * 2:
        request = asking(("1", 1, "colour")) if len(story.returns) < 2 else asking(("2", 1, "defective"))
        ask = partial(services.request_return, order_id=order_id, request=request, by="customer", now=NOW)
        story.returns.append(story.do("a return is asked for", ask).id)


def sent_back(story: Story) -> None:
    """Parcels come back: scanned, booked, corrected, unannounced."""
    first, second, third, _fourth = story.returns
    number = story.do("", lambda s: s.get_one(Return, first).label_number)
    carrier = story.do("", lambda s: s.get_one(Return, first).carrier)
    scan = event("picked_up", NOW + HOUR, carrier=carrier, number=number)
    story.do("a scan of a label", lambda s: tracking.record_events(s, [scan], source="api", now=NOW + HOUR))
    story.do("folding", lambda s: tracking.fold_dirty(s, now=NOW + HOUR))
    story.do("returns hear of it", heard)
    facts: dict[str, Any] = {"by": "wh", "now": NOW + DAY}
    story.do("a receipt", lambda s: book_receipt(s, first, Found((GOOD_ONE,)), idempotency_key="a", **facts))
    story.do("another", lambda s: book_receipt(s, second, Found((GOOD_ONE,)), idempotency_key="b", **facts))
    receipt = story.newest(ReceiptRow, return_id=first)
    less = Found((ReceivedItem(1, "none", None, "1"),))
    story.do("a correction", lambda s: correct_receipt(s, receipt, less, idempotency_key="c", **facts))
    again = story.newest(ReceiptRow, return_id=first)
    story.do("another", lambda s: correct_receipt(s, again, Found((GOOD_ONE,)), idempotency_key="d", **facts))
    story.do(
        "an unannounced parcel",
        lambda s: receive_unannounced(s, story.orders[0], Found((MUG,)), idempotency_key="e", **facts),
    )
    story.do(
        "a second parcel of a return", lambda s: book_receipt(s, third, Found((MUG,)), idempotency_key="f", **facts)
    )


def heard(session: Session) -> None:
    for _round in range(5):
        ids = log.lease(session, Listener.RETURNS, limit=50, now=NOW + 2 * HOUR)
        listener.handle_events(session, ids, now=NOW + 2 * HOUR)


def decided(story: Story) -> None:
    """People decide, and the clock does."""
    fourth = story.returns[3]
    facts: dict[str, Any] = {"by": "ana", "now": NOW + DAY}
    unasked = story.newest(Return, order_id=story.orders[0])
    story.do("an approval", lambda s: services.approve(s, unasked, reason="sí", **facts))
    story.do("a reminder", lambda s: services.remind_before_expiry(s, limit=9, now=NOW + 12 * DAY))
    story.do("a cancellation", lambda s: services.cancel(s, fourth, **facts))
    other = story.do(
        "one more return",
        lambda s: services.request_return(s, story.orders[1], asking(("1", 1, "colour")), by="customer", now=NOW + DAY),
    ).id
    story.do("expiry", lambda s: services.expire_overdue(s, limit=9, now=NOW + 40 * DAY))
    story.do("a late parcel", lambda s: book_receipt(s, other, Found((GOOD_ONE,)), idempotency_key="g", **facts))
    story.do("a change of the order", lambda s: intake.receive_order(s, changed(), now=NOW + 2 * DAY))


def changed() -> Any:
    lines = [LINES[0] | {"quantity": 1}, *LINES[1:]]
    return document(number="2002", lines=lines, totals=TOTALS, shipments=[], updated_at=(NOW + 2 * DAY).isoformat())


def paid(story: Story) -> None:
    """Finance: agreed, changed, made void, paid."""
    facts: dict[str, Any] = {"by": "carla", "now": NOW + 3 * DAY}
    refund = story.newest(Refund, state="due")
    with story.sessions() as session:
        of = session.get_one(Refund, refund).return_id
    story.do("an agreement", lambda s: services.approve_refund(s, refund, **facts))
    story.do("another amount", lambda s: services.change_refund(s, refund, amount=100, reason="x", **facts))
    newer = story.newest(Refund, state="due")
    story.do("made void", lambda s: services.void_refund(s, newer, reason="x", **facts))
    story.do("an amount for a return", lambda s: services.change_amount(s, of, amount=500, reason="x", **facts))
    last = story.newest(Refund, state="due")
    story.do("a payment", lambda s: services.pay_refund(s, last, reference="T1", **facts))


def compared(story: Story) -> None:
    """The shop's system tells of refunds that may be ours, and of one that is by its key; people say whose they are."""
    last = story.newest(Refund, state="paid")
    with story.sessions() as session:
        of, order_id = session.get_one(Refund, last).return_id, session.get_one(Refund, last).order_id
        number, line_id = session.get_one(Order, order_id).number, session.get_one(Order, order_id).lines[0].id
    facts: dict[str, Any] = {"by": "ana", "now": NOW + 4 * DAY}
    there: list[dict[str, Any]] = []
    for at, amount in enumerate((600, 700, 800)):
        story.do("more is owed", lambda s, to=amount: services.change_amount(s, of, amount=to, reason="x", **facts))
        with story.sessions() as session:
            key = session.get_one(Refund, story.newest(Refund, state="due")).idempotency_key
        there.append({"id": f"re_{at}", "amount": 100, "key": key if at == 2 else None})
        moment = (NOW + (4 + at) * DAY).isoformat()
        news = document(number=number, lines=LINES, totals=TOTALS, shipments=[], refunds=there, updated_at=moment)
        story.do("it is paid elsewhere", lambda s, news=news: intake.receive_order(s, news, now=NOW + 7 * DAY))
        story.do("the returns hear of it", heard)
        row = story.newest(RefundElsewhere, external_id=f"re_{at}")
        if at == 0:
            due = story.newest(Refund, state="due")
            story.do("it is ours", lambda s, row=row, due=due: say_same(s, row, due, **facts))
        if at == 1:
            story.do("it is another", lambda s, row=row: say_another(s, row, **facts))
    story.do("units", lambda s: correct_units(s, order_id, line_id, 0, reason="x", **facts))


def withdrawn(story: Story) -> None:
    """A statement of withdrawal finds its order."""
    statement = WithdrawalStatement("Marisol Quijano", "1001", "marisol@example.com", "es", form_key="w")
    story.do("a statement", lambda s: state_withdrawal(s, statement, now=NOW))
    story.do("its receipt", lambda s: matching.receive(s, limit=5, key=SECRET, now=NOW + HOUR))


def asked_for_help(story: Story) -> None:
    """A case from the first words to its end, and a collection that is booked and then is not."""
    order_id = story.newest(Order)
    new = NewCase(order_id, "late", "Where is it?", "es", form_key="f" * 20)
    story.do("a case", lambda s: cases.open_case(s, new, now=NOW))
    case_id, later = story.newest(SupportCase), NOW + HOUR
    facts = {"by": "eva@shop.example", "now": later}
    story.do("an answer", lambda s: cases.answer(s, case_id, "Soon.", form_key="a" * 20, **facts))
    story.do("more", lambda s: cases.write_more(s, case_id, "When?", form_key="b" * 20, now=later))
    story.do("mine", lambda s: cases.assign(s, case_id, to="eva@shop.example"))
    story.do("closed", lambda s: cases.close(s, case_id, now=later))
    story.do("opened again", lambda s: cases.reopen(s, case_id, now=later))
    bought = story.do("a whole order", lambda s: delivered_order(s, now=NOW, number="C-1")).id
    on = (NOW + 2 * DAY).date()
    wish = asking(("1", 1, "too_small"), method=Method.PICKUP, pickup_on=on)
    story.do("to be collected", lambda s: services.request_return(s, bought, wish, by="customer", now=NOW))
    row = story.newest(Return, method="pickup")
    story.do("booked", lambda s: services.book_pickup(s, row, on=on, note="", **facts))
    story.do("not booked", lambda s: services.refuse_pickup(s, row, reason="No driver.", **facts))


def erased(story: Story) -> None:
    """Whoever bought all this is erased."""
    with story.sessions() as session:
        orders = tuple(session.scalars(select(Order.id).order_by(Order.id.desc())))

    def gone(session: Session) -> None:
        tombstones.alone(session)
        erase(session, DataSubject(SECRET, order_ids=orders), now=NOW + DAY)

    story.do("erased", gone)


def demo_removed(story: Story) -> None:
    """All of it was the demo's, and is taken out."""
    with story.sessions() as session, session.begin():
        rows = session.scalars(select(Order).order_by(Order.id).with_for_update()).all()
        orders = [order.id for order in rows]
        for order in rows:
            order.extra = {MARK: True}
    story.do("the demo removed", lambda s: remove_orders(s, orders, key=SECRET))


LOCKING = {
    "app/returns/queries.py": "+from app.orders.models import Order\n"
    "def hold(session: Session) -> None:\n    session.execute(select(Order).with_for_update())",
    "app/returns/words.py": "+TAKE = text('select 1 from shipment for update')\n"
    "def take(session: Session) -> object:\n    return session.execute(TAKE).all()",
    "app/orders/queries.py": "+from sqlalchemy import update\nfrom app.orders.records import OrderRecord\n"
    "def end(session: Session) -> None:\n    session.execute(update(OrderRecord))",
}


def test_a_service_that_locks_is_found_in_the_code() -> None:
    fresh = locking(app().planted(LOCKING)) - locking(app())
    assert {name for _module, name in fresh} == {"hold", "take", "end"}


def test_a_state_that_moves_without_an_event_is_told(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        order = intake.receive_order(session, parcelled("1", shipments=[]), now=PLACED).order
        changed = text('update "order" set status = :status where id = :id')

    def move(status: str) -> Callable[[], object]:
        def do() -> None:
            with committed() as session, transaction(session):
                session.execute(changed, {"status": status, "id": order.id})

        return do

    assert Telling(committed).watched(move("cancelled")) == [f"order {order.id} is cancelled"]
    assert Telling(committed).watched(move("delivered")) == []

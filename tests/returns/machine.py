"""A return as a machine: customer, shop's system, clock, carrier, warehouse, support and finance act in any order.

Two orders stand side by side, so that a sum over all orders is noticed. Everything goes through the real services on a
real database, each action in a savepoint of its own as an edge would commit it. After each the books are compared:
with what the shop sold, with what was paid, and with what the events alone tell.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.brands.models import Brand
from app.core.errors import PortalError
from app.events.models import DomainEvent
from app.orders.document.document import OrderDocument
from app.orders.models import Order
from app.orders.services import whole_order
from app.returns import services
from app.returns.elsewhere.deeds import say_another, say_same
from app.returns.elsewhere.ledger import given_back_elsewhere
from app.returns.elsewhere.models import RefundElsewhere
from app.returns.models import Receipt as ReceiptRow
from app.returns.models import Refund, Return
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt, correct_receipt, receive_unannounced
from app.returns.refunds.reckoning import arrived, ceiling, settled, standing_refunds, told_amount
from app.returns.states import HERE, Decision, GoodsState, NextStep, holds_units, next_step, pays
from app.tracking.models import Shipment
from app.tracking.states import ShipmentState
from tests.orders.build import GOOD, document
from tests.orders.put import put_order
from tests.returns.stage import asking, delivered_order, scan
from tests.rounds import heard_by_returns

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SHIRT: dict[str, Any] = GOOD["lines"][0] | {"unit_price": 1999, "discount": 101}
LINES = [SHIRT, SHIRT | {"id": "2", "sku": "MUG", "title": "Taza", "quantity": 1, "unit_price": 1200, "discount": 0}]
# A discount on the whole order that no line divides evenly: cents would show.
TOTALS = {"items": 5198, "shipping": 495, "tax": 0, "discount": 206, "paid": 5487}
POLICIES: tuple[dict[str, Any], ...] = (
    {},
    {"refund_without_receipt": True},
    {"second_person_above": 1500, "review_above": 2500},
)
DECISIONS = {
    "return.requested": Decision.REQUESTED,
    "return.needs_review": Decision.NEEDS_REVIEW,
    "return.approved": Decision.APPROVED,
    "return.rejected": Decision.REJECTED,
    "return.cancelled": Decision.CANCELLED,
    "return.expired": Decision.EXPIRED,
}
MOST_VERSIONS = 3
"""Documents of the shop's system in one story: enough to lower, drop and restore."""
MOST_TIME = timedelta(days=30)
"""Beyond it every window is over, and nothing more can be asked for."""
MOST_DEEDS = 12
"""Actions by which every return must have come to an end, whatever befell it."""


@dataclass
class Told:
    """A return as somebody knows it who hears its events and nothing else."""

    decision: str = ""
    goods: str = "awaiting"
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)


def two_orders(session: Session) -> tuple[int, int]:
    """Two orders of two shirts and a mug, delivered three days ago, with two returns each, no two in one state.

    One waits for the customer, of one the money is due, one is on its way, one was an empty box. A mug is left.
    """
    ids, made = [], []
    for number in ("1001", "2002"):
        contents = [{"line": "1", "quantity": 2}, {"line": "2", "quantity": 1}]
        parcel = GOOD["shipments"][0] | {"tracking_number": f"3230 0076 5541 {number}", "lines": contents}
        order = delivered_order(session, now=NOW, number=number, lines=LINES, totals=TOTALS, parcel=parcel, payments=[])
        ids.append(order.id)
        for units in ({"1": 1}, {"1": 1, "2": 1} if number == "1001" else {"1": 1}):
            request = asking(*((line, count, "colour") for line, count in units.items()))
            made.append(services.request_return(session, order.id, request, by="customer", now=NOW))
    _waits, whole, sent, empty = made
    by: dict[str, Any] = {"by": "wh", "now": NOW}
    here = ReceiptFacts((ReceivedItem(1, "as_new", None, "1"), ReceivedItem(1, "as_new", None, "2")))
    book_receipt(session, whole.id, here, idempotency_key="whole", **by)
    book_receipt(session, empty.id, ReceiptFacts((ReceivedItem(1, "none", None, "1"),)), idempotency_key="empty", **by)
    scan(session, session.get_one(Shipment, sent.shipment_id), ShipmentState.IN_TRANSIT, NOW)
    heard_by_returns(session, limit=100, now=NOW)
    session.flush()
    return ids[0], ids[1]


which = st.integers(0, 5)
reasons = st.sampled_from(["colour", "defective"])
lines = st.sampled_from([{"1": 1}, {"1": 2}, {"2": 1}, {"1": 2, "2": 1}, {"1": 1, "2": 1}])
grades = st.sampled_from(
    [("as_new", None), ("as_new", "restock"), ("worn", None), ("broken", "discard"), ("none", None)]
)
items = st.lists(
    st.tuples(st.sampled_from(["1", "1", "2", None]), st.sampled_from([1, 1, 2, 50]), grades), min_size=1, max_size=3
)
amounts = st.sampled_from([0, 1, 700, 1999, 3000, 5487, 9999])


class ReturnStory(RuleBasedStateMachine):
    """Whoever may do something to a return, doing it."""

    session: ClassVar[Session]
    orders: ClassVar[tuple[int, int]]
    counted: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.session.begin_nested()
        self.now = NOW
        self.heard, self.told, self.fresh = 0, dict[int, Told](), True
        self.sold = {line.id: line.quantity for order in self._orders() for line in order.all_lines}
        self.versions = self.keys = 0
        self.there: dict[int, list[dict[str, Any]]] = {order_id: [] for order_id in self.orders}
        self.ends = False
        self.touched: set[int] = set()
        self.moved: set[int] = set()

    def teardown(self) -> None:
        """Bring every return to its end, then forget the story."""
        try:
            if self.ends:
                self.everything_ends()
        finally:
            self.savepoint.rollback()
            self.session.expunge_all()

    @initialize(policy=st.sampled_from(POLICIES), ends=st.booleans())
    def begins(self, policy: dict[str, Any], ends: bool) -> None:
        """A shop with its policy, which knows the story so far; every other story is told to its end."""
        self.ends = ends
        self.counted["stories"] += 1
        self.session.get_one(Brand, "demo").policy = policy
        self.the_books_agree()
        self.moved.clear()

    # The customer

    @rule(order=which, units=lines, reason=reasons)
    def asks(self, order: int, units: dict[str, int], reason: str) -> None:
        """Ask for a return, agreeing to the amount that is shown."""
        order_id = self.orders[order % 2]
        request = asking(*((line, count, reason) for line, count in units.items()))
        shown = services.quote(self.session, order_id, request, now=self.now).total
        request = asking(*((line, count, reason) for line, count in units.items()), shown_total=shown)
        self._do("asks", lambda: services.request_return(self.session, order_id, request, by="customer", now=self.now))

    @rule(at=which)
    def takes_back(self, at: int) -> None:
        """Cancel a return."""
        self._on(
            "takes_back", at, lambda return_: services.cancel(self.session, return_.id, by="customer", now=self.now)
        )

    # The shop's system

    @precondition(lambda self: self.versions < MOST_VERSIONS)
    @rule(
        order=which,
        quantities=st.sampled_from([(2, 1), (1, 1), (0, 1), (2, 0), (3, 1)]),
        paid=st.sampled_from([5487, 5487, 3000, 1000, 6000]),
        country=st.sampled_from(["ES", "ES", "FR"]),
    )
    def updates(self, order: int, quantities: tuple[int, int], paid: int, country: str) -> None:
        """Tell the order anew: lines lowered, dropped, restored; less or more paid; another address.

        What was given back in the shop's system is told of no more.
        """
        self.versions += 1
        order_id = self.orders[order % 2]
        self.touched.add(order_id)
        number = self.session.get_one(Order, order_id).number
        rows = [line | {"quantity": count} for line, count in zip(LINES, quantities, strict=True) if count]
        later = (self.now + timedelta(seconds=self.versions)).isoformat()
        facts = {"lines": rows, "totals": TOTALS | {"paid": paid}, "shipments": [], "updated_at": later}
        self._tell("updates", order_id, document({"ship_to.country": country}, number=number, payments=[], **facts))
        for line in self._order(order_id).all_lines:
            self.sold[line.id] = max(self.sold.get(line.id, 0), line.quantity)

    @precondition(lambda self: self.versions < MOST_VERSIONS)
    @rule(
        order=which,
        amount=st.sampled_from([0, 500, 1200, 1899, 5487]),
        key=st.sampled_from(["none", "return", "refund"]),
        at=which,
        units=st.sampled_from([0, 0, 1, 2]),
    )
    def gives_back_there(self, order: int, amount: int, key: str, at: int, units: int) -> None:
        """The shop's system refunds, perhaps one of ours and perhaps by our key, and counts what came back."""
        self.versions += 1
        order_id = self.orders[order % 2]
        self.touched.add(order_id)
        order_row = self._order(order_id)
        ours = self.session.scalars(select(Refund).where(Refund.order_id == order_id).order_by(Refund.id)).all()
        one = ours[at % len(ours)] if ours else None
        named = (
            {"none": None, "return": self.session.get_one(Return, one.return_id).ref, "refund": one.idempotency_key}
            if one
            else {}
        )
        refund = {
            "id": f"re_{self.versions}",
            "amount": one.amount if one and at % 2 else amount,
            "key": named.get(key),
        }
        self.there[order_id].append(refund)
        later = (self.now + timedelta(seconds=self.versions)).isoformat()
        rows = [{**line, "quantity": row.quantity, "returned": min(units, row.quantity)}
                for line, row in zip(LINES, order_row.all_lines, strict=False) if row.quantity]  # fmt: skip
        facts = {"lines": rows, "totals": TOTALS | {"paid": order_row.paid}, "shipments": [], "updated_at": later}
        update = document(number=order_row.number, payments=[], refunds=self.there[order_id], **facts)
        self._tell("gives_back_there", order_id, update)

    def _tell(self, name: str, order_id: int, update: OrderDocument) -> None:
        def take_in() -> None:
            if put_order(self.session, update, now=self.now).changed:
                services.note_elsewhere(self.session, {order_id: update}, now=self.now)

        self._do(name, take_in)

    @rule(at=which, same=st.booleans())
    def says_whose_it_is(self, at: int, same: bool) -> None:
        """Staff say of a refund in doubt whether it is one of ours."""
        doubtful = self.session.scalars(select(RefundElsewhere).where(RefundElsewhere.verdict == "unsure")).all()
        row = doubtful[at % len(doubtful)] if doubtful else None
        if row is None:
            return
        there = given_back_elsewhere(self.session, whole_order(self.session, row.order_id))
        match = next((each for each in there.refunds if each.refund.external_id == row.external_id), None)
        if match is not None and match.candidates and same:
            self._do("same", lambda: say_same(self.session, row.id, *match.readings[0], by="ana", now=self.now))
        else:
            self._do("another", lambda: say_another(self.session, row.id, by="ana", now=self.now))

    # The clock

    @precondition(lambda self: self.now < NOW + MOST_TIME)
    @rule(days=st.sampled_from([1, 3, 12, 18]))
    def passes(self, days: int) -> None:
        """Time passes; what was not handed over is reminded of and expires."""
        self.now += timedelta(days=days)
        self._do("passes", lambda: services.remind_before_expiry(self.session, limit=20, now=self.now))
        self._do("passes", lambda: services.expire_overdue(self.session, limit=20, now=self.now))

    # The carrier

    @rule(at=which, state=st.sampled_from([ShipmentState.IN_TRANSIT, ShipmentState.DELIVERED]))
    def scans(self, at: int, state: ShipmentState) -> None:
        """Scan the parcel of a return, wanted or not."""

        def scanned(return_: Return) -> None:
            if return_.shipment_id is not None:
                scan(self.session, self.session.get_one(Shipment, return_.shipment_id), state, self.now)

        self._on("scans", at, scanned)

    # The warehouse

    @rule(at=which, contents=items)
    def books(self, at: int, contents: list[Any]) -> None:
        """Book what is in a parcel of a return: part, whole, too much, foreign, nothing."""
        receipt, by = _receipt(contents), self._facts()
        self._on("books", at, lambda return_: book_receipt(self.session, return_.id, receipt, **by))

    @rule(order=which, contents=items)
    def books_unannounced(self, order: int, contents: list[Any]) -> None:
        """Book a parcel that nobody announced."""
        receipt, by, order_id = _receipt(contents), self._facts(), self.orders[order % 2]
        self._do("books_unannounced", lambda: receive_unannounced(self.session, order_id, receipt, **by))

    @rule(at=which, contents=st.none() | items)
    def corrects(self, at: int, contents: list[Any] | None) -> None:
        """Correct the newest receipt that stands, or take it back."""
        receipt, by = _receipt(contents) if contents else None, self._facts()

        def corrected(return_: Return) -> None:
            standing = [row for row in return_.receipts if row.voided_at is None]
            if standing:
                correct_receipt(self.session, standing[-1].id, receipt, **by)

        self._on("corrects", at, corrected)

    @rule(at=which)
    def sends_back(self, at: int) -> None:
        """Send rejected goods back."""
        self._on("sends_back", at, lambda return_: services.send_back(self.session, return_.id, by="wh", now=self.now))

    # Support

    @rule(at=which, yes=st.booleans())
    def decides(self, at: int, yes: bool) -> None:
        """Approve or reject."""
        by: dict[str, Any] = {"by": "ana", "reason": "porque sí", "now": self.now}
        action = services.approve if yes else services.reject
        self._on("decides", at, lambda return_: action(self.session, return_.id, **by))

    @rule(at=which, amount=amounts)
    def says_an_amount(self, at: int, amount: int) -> None:
        """Set what the return pays in all; it pays that at once where it pays for what was booked."""
        by: dict[str, Any] = {"amount": amount, "reason": "acordado", "by": "ana", "now": self.now}

        def changed(return_: Return) -> None:
            services.change_amount(self.session, return_.id, **by)
            self.touched.add(-return_.id)
            if pays(Decision(return_.decision), GoodsState(return_.goods)) and return_.goods in HERE:
                assert settled(return_) == amount, "a person's amount is what is due"

        self._on("says_an_amount", at, changed)

    @rule(at=which, units=lines)
    def adds_lines(self, at: int, units: dict[str, int]) -> None:
        """Say that a return holds more."""
        by: dict[str, Any] = {"reason": "venían", "by": "ana", "now": self.now}

        def added(return_: Return) -> None:
            services.add_lines(self.session, return_.id, units, **by)
            self.touched.add(-return_.id)

        self._on("adds_lines", at, added)

    # Finance

    @rule(at=which, action=st.sampled_from(["agree", "pay", "pay again", "void", "change"]), amount=amounts)
    def settles(self, at: int, action: str, amount: int) -> None:
        """Agree to a refund, pay it, make it void, or pay another amount."""
        refunds = self.session.scalars(select(Refund).where(Refund.order_id.in_(self.orders)).order_by(Refund.id)).all()
        if not refunds:
            return
        refund = refunds[at % len(refunds)]
        reference = "TR-1" if action == "pay again" else f"TR-{self.keys}"
        self.keys += 1
        if action in ("void", "change"):
            self.touched.add(-refund.return_id)
        actions: dict[str, Callable[[], object]] = {
            "agree": lambda: services.approve_refund(self.session, refund.id, by="bea", now=self.now),
            "void": lambda: services.void_refund(self.session, refund.id, reason="no", by="carla", now=self.now),
            "change": lambda: services.change_refund(
                self.session, refund.id, amount=amount, reason="otro", by="carla", now=self.now
            ),
        }
        self._do(action, actions.get(action, lambda: self._pay(refund, reference)))

    # What must hold after each action

    @invariant()
    def the_books_agree(self) -> None:
        """No unit is paid twice, no order pays more than it was paid, and the events alone tell the same."""
        if not self.fresh:
            return
        self.fresh = False
        self.session.flush()
        self.session.expire_all()
        returns = self._returns()
        self._no_unit_twice(returns)
        for order in self._orders():
            mine = [refund for one in returns if one.order_id == order.id for refund in standing_refunds(one.refunds)]
            paid = sum(refund.amount for refund in mine if refund.state == "paid")
            left = order.paid - given_back_elsewhere(self.session, whole_order(self.session, order.id)).amount
            assert sum(refund.amount for refund in mine) <= max(left, paid)
        self._listen()
        for one in returns:
            self._tells_the_truth(one)

    def _no_unit_twice(self, returns: list[Return]) -> None:
        claims: Counter[int] = Counter()
        for one in returns:
            holds = holds_units(Decision(one.decision), GoodsState(one.goods))
            assert holds or not standing_refunds(one.refunds), "money only for units that nobody else can return"
            assert settled(one) <= ceiling(one)
            # What is in doubt may clash with a later return: it cannot be approved while that one stands.
            for line in one.lines if one.decision == "approved" or standing_refunds(one.refunds) else ():
                claims[line.order_line_id] += line.quantity
        assert all(units <= self.sold[line] for line, units in claims.items())
        stocked: Counter[int] = Counter()
        for one in returns:
            for row in one.receipts:
                for line in row.lines if row.voided_at is None else ():
                    if line.disposition == "restock" and line.order_line_id is not None:
                        stocked[line.order_line_id] += line.quantity
        assert all(units <= 2 * self.sold[line] for line, units in stocked.items())

    def _tells_the_truth(self, one: Return) -> None:
        record = self.told[one.id]
        assert (record.decision, record.goods) == (one.decision, one.goods), "every move has its event"
        rows = {refund.idempotency_key: (refund.state, refund.amount) for refund in one.refunds}
        assert record.refunds == rows, "the refunds that were told are those that are kept"
        for refund in one.refunds:
            assert sum(part["amount"] for part in refund.breakdown["parts"]) == refund.amount
        if not pays(Decision(one.decision), GoodsState(one.goods)):
            loose = [refund for refund in one.refunds if refund.state == "due" and refund.approved_by is None]
            assert loose == [], "nothing is due of what is not approved"
            return
        here = arrived(one)
        whole = bool(one.lines) and all(here.get(line.order_line_id, 0) >= line.quantity for line in one.lines)
        if whole and one.order_id not in self.touched and -one.id not in self.touched:
            assert settled(one) == one.quote["total"] == told_amount(one), "what was promised is what is due"

    def everything_ends(self) -> None:
        """From wherever a return stands, somebody's next action leads on, and to an end."""
        for one in self._returns():
            if one.id not in self.moved:
                continue
            for _ in range(MOST_DEEDS):
                if self._ended(one):
                    break
                self._next(one)
            assert self._ended(one), (one.decision, one.goods, [(each.state, each.amount) for each in one.refunds])
        self.the_books_agree()

    def _ended(self, one: Return) -> bool:
        step = next_step(Decision(one.decision), GoodsState(one.goods))
        owes = any(refund.state == "due" for refund in one.refunds)
        return step is NextStep.NOTHING or (step is NextStep.SETTLE and not owes)

    def _next(self, one: Return) -> None:
        """What the one whose turn it is does."""
        step, by = next_step(Decision(one.decision), GoodsState(one.goods)), {"by": "ana", "now": self.now}
        self.counted[f"ends: {step}"] += 1
        if step is NextStep.DECIDE:
            approved = self._do("ends", lambda: services.approve(self.session, one.id, **by))
            if not approved:
                self._must(lambda: services.reject(self.session, one.id, reason="no", **by))
        elif step is NextStep.HAND_OVER:
            self._must(lambda: services.cancel(self.session, one.id, **by))
        elif step is NextStep.RECEIVE:
            rest = tuple(
                ReceivedItem(line.quantity, "none", None, self._line(line.order_line_id)) for line in one.lines
            )
            nothing = (ReceivedItem(1, "worn", None, None, "Ladrillo"),)
            receipt, facts = ReceiptFacts(rest or nothing), self._facts()
            self._must(lambda: book_receipt(self.session, one.id, receipt, **facts))
        elif step is NextStep.SEND_BACK:
            self._must(lambda: services.send_back(self.session, one.id, **by))
        else:
            self._pay_or_void(one)

    def _pay_or_void(self, one: Return) -> None:
        refund = next(refund for refund in one.refunds if refund.state == "due")
        self._must(lambda: services.approve_refund(self.session, refund.id, by="dora", now=self.now))
        if not self._do("ends", lambda: self._pay(refund, "TR-END")):
            self._must(lambda: services.void_refund(self.session, refund.id, reason="no", by="ana", now=self.now))

    def _pay(self, refund: Refund, reference: str) -> None:
        """Pay; what was paid already may be above what an order is worth since, and is only told again."""
        before = self._paid(refund.order_id)
        services.pay_refund(self.session, refund.id, reference=reference, by="carla", now=self.now)
        order = whole_order(self.session, refund.order_id)
        after, most = self._paid(order.id), order.paid - given_back_elsewhere(self.session, order).most
        assert after == before or after <= most, "no payment above what was paid"

    def _paid(self, order_id: int) -> int:
        mine = select(Refund).where(Refund.order_id == order_id, Refund.state == "paid")
        return sum(one.amount for one in self.session.scalars(mine))

    # How it is done

    def _do(self, name: str, action: Callable[[], object]) -> bool:
        """An action as an edge does it, all of it or nothing, and returns hear of it; False when it was refused."""
        try:
            with self.session.begin_nested():
                action()
        except PortalError as refused:
            self.counted[f"{name}: {type(refused).__name__}"] += 1
            self.session.expire_all()
            return False
        self.counted[name] += 1
        self.fresh = True
        self._hear()
        return True

    def _must(self, action: Callable[[], object]) -> None:
        assert self._do("ends", action), "the next step that is named is possible"

    def _on(self, name: str, at: int, action: Callable[[Return], object]) -> None:
        return_ids = sorted(self.told)
        return_id = return_ids[at % len(return_ids)]
        self._do(name, lambda: action(self.session.get_one(Return, return_id)))

    def _hear(self) -> None:
        while heard_by_returns(self.session, limit=100, now=self.now + timedelta(days=1)):
            pass

    def _listen(self) -> None:
        """Hear the new events and keep what they say."""
        new = select(DomainEvent).where(DomainEvent.id > self.heard, DomainEvent.return_id.is_not(None))
        for event in self.session.scalars(new.order_by(DomainEvent.id)):
            self.heard = event.id
            self.moved.add(event.return_id or 0)
            record = self.told.setdefault(event.return_id or 0, Told())
            payload = event.payload
            record.decision = DECISIONS.get(event.kind, record.decision)
            if event.kind == "return.on_its_way":
                record.goods = GoodsState.IN_TRANSIT
            elif event.kind == "return.received":
                record.goods = payload["goods"]
            elif event.kind == "return.sent_back":
                record.goods = GoodsState.SENT_BACK
            elif event.kind in ("refund.due", "refund.paid", "refund.voided"):
                state = event.kind.removeprefix("refund.").removesuffix("ed")
                assert (state == "due") is (payload["refund"] not in record.refunds), "an id is used once"
                record.refunds[payload["refund"]] = (state, payload["amount"])

    def _returns(self) -> list[Return]:
        receipts = selectinload(Return.receipts).selectinload(ReceiptRow.lines)
        whole = select(Return).options(selectinload(Return.lines), selectinload(Return.refunds), receipts)
        return list(self.session.scalars(whole.where(Return.order_id.in_(self.orders)).order_by(Return.id)))

    def _orders(self) -> list[Order]:
        return [self._order(order_id) for order_id in self.orders]

    def _order(self, order_id: int) -> Order:
        return self.session.get_one(Order, order_id)

    def _line(self, line_id: int) -> str:
        return next(line.line_id for order in self._orders() for line in order.all_lines if line.id == line_id)

    def _facts(self) -> dict[str, Any]:
        self.keys += 1
        return {"by": "wh", "idempotency_key": f"k{self.keys}", "now": self.now}


def _receipt(contents: list[Any]) -> ReceiptFacts:
    return ReceiptFacts(
        tuple(
            ReceivedItem(count, grade, disposition, line, None if line else "Gafas")
            for line, count, (grade, disposition) in contents
        )
    )

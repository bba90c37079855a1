"""Taking in order documents: once, never backwards, told once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.core.errors import Invalid
from app.events.models import DomainEvent
from app.orders import queries
from app.orders.document.document import OrderDocument
from app.orders.document.fields import MAX_QUANTITY
from app.orders.intake.news import OrderStatus, news
from app.orders.intake.upsert import put_orders
from app.orders.lookup.links import order_of_link
from app.orders.models import Order, OrderLine
from app.orders.search import search
from tests.orders.build import GOOD, document, issue_link
from tests.orders.put import put_order


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(DomainEvent.kind).order_by(DomainEvent.id)))


def test_a_new_order_is_kept_whole(session: Session, now: datetime) -> None:
    put = put_order(session, document(), now=now)
    order = queries.by_number(session, "1001")
    assert put.applied and put.created and order is not None and order.id == put.order.id
    assert (order.brand_key, order.number_key, order.locale) == ("demo", "1001", "es-ES")
    assert [(line.line_id, line.quantity, line.unit_price) for line in order.lines] == [("1", 2, 1990)]
    assert (order.contacts[0].email_folded, order.contacts[0].phone_e164) == ("marisol@example.com", "+34600112233")
    assert kinds(session) == ["order.received"]


def test_a_reference_that_another_order_has_by_chance_is_drawn_again(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = put_order(session, document(), now=now).order.ref
    drawn = iter([first, "22222222", first, "33333333"])
    monkeypatch.setattr("app.orders.intake.facts.new_ref", lambda: next(drawn))
    puts = put_orders(session, [document(number="2"), document(number="3")], now=now)
    assert {put.order.ref for put in puts.values()} == {"22222222", "33333333"}
    assert kinds(session) == ["order.received"] * 3


def test_a_line_that_a_parcel_names_twice_may_hold_more_than_one_mention_can(session: Session, now: datetime) -> None:
    packed = [{"line": "1", "quantity": MAX_QUANTITY}] * 2
    parcels = [{"id": "s1", "carrier": "seur", "tracking_number": "S1", "lines": packed}]
    puts = [put_order(session, document(shipments=parcels), now=now) for _ in range(2)]
    assert [(put.created, put.changed) for put in puts] == [(True, True), (False, False)]


def test_the_same_document_again_changes_nothing(session: Session, now: datetime) -> None:
    put_order(session, document(), now=now)
    again = put_order(session, document(), now=now + timedelta(hours=1))
    assert (again.applied, again.created, again.changed) == (True, False, False)
    assert (again.order.version, again.order.changed_at) == (1, now)
    assert kinds(session) == ["order.received"]


def test_an_older_document_changes_nothing(session: Session, now: datetime) -> None:
    put_order(session, document(status="preparing"), now=now)
    late = put_order(session, document(updated_at="2026-11-20T10:30:00+01:00", status="cancelled"), now=now)
    assert (late.applied, late.order.status) == (False, "preparing")


def test_transitions_are_told_once(session: Session, now: datetime) -> None:
    steps = [
        ("received", None),
        ("on_hold", "payment"),
        ("on_hold", "payment"),
        ("preparing", None),
        ("cancelled", None),
    ]
    for minute, (status, hold) in enumerate(steps):
        at = f"2026-11-20T11:{minute:02d}:00+01:00"
        put_order(session, document(status=status, hold=hold, updated_at=at), now=now)
    assert kinds(session) == ["order.received", "order.on_hold", "order.preparing", "order.cancelled"]


@pytest.mark.parametrize("status", ["shipped", "completed", "cancelled", "partly_shipped"])
def test_history_is_not_told(status: str) -> None:
    assert news(None, OrderStatus(status, None)) == []


def test_a_line_that_was_taken_out_keeps_its_row(session: Session, now: datetime) -> None:
    second = GOOD["lines"][0] | {"id": "2", "title": "Gorra"}
    put = put_order(session, document(lines=[*GOOD["lines"], second]), now=now)
    ids = {line.line_id: line.id for line in put.order.lines}
    later = put_order(session, document(updated_at="2026-11-21T00:00:00Z", lines=[second], shipments=[]), now=now)
    assert [line.line_id for line in later.order.lines] == ["2"]
    rows = session.execute(select(OrderLine.id, OrderLine.quantity).order_by(OrderLine.id)).all()
    assert [tuple(row) for row in rows] == [(ids["1"], 0), (ids["2"], 2)]


def test_contacts_of_a_company_follow_the_document(session: Session, now: datetime) -> None:
    people = [{"email": "ana@example.com", "role": "purchasing"}, {"email": "bo@example.com", "role": "store"}]
    put_order(session, document(contacts=people), now=now)
    put = put_order(session, document(updated_at="2026-11-21T00:00:00Z", contacts=people[1:]), now=now)
    assert [contact.email for contact in put.order.contacts] == ["marisol@example.com", "bo@example.com"]


def test_an_unknown_brand_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        put_order(session, document(brand="nobody"), now=now)
    assert [fault.pointer for fault in caught.value.faults] == ["/brand"]


def test_a_changed_address_ends_links_and_grants(session: Session, now: datetime) -> None:
    put = put_order(session, document(), now=now)
    token, epoch = issue_link(session, put.order.id, now=now), put.order.access_epoch
    changed = document({"customer.email": "other@example.com"}, updated_at="2026-11-21T00:00:00Z")
    again = put_order(session, changed, now=now)
    session.refresh(again.order)
    assert order_of_link(session, token, purpose="view", now=now) is None
    assert again.order.access_epoch == epoch + 1


def test_adding_an_address_ends_nothing(session: Session, now: datetime) -> None:
    put = put_order(session, document({"customer.email": None}), now=now)
    token = issue_link(session, put.order.id, now=now)
    put_order(session, document(updated_at="2026-11-21T00:00:00Z"), now=now)
    assert order_of_link(session, token, purpose="view", now=now) == put.order.id


def test_the_newest_of_many_documents_at_once_stays(committed: sessionmaker[Session], now: datetime) -> None:
    documents = [document(updated_at=f"2026-11-20T12:{minute:02d}:00Z", extra={"n": minute}) for minute in range(24)]

    def put(one: int) -> bool:
        with committed() as session, session.begin():
            return put_order(session, documents[one], now=now).created

    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(put, [(7 * one) % 24 for one in range(24)]))
    with committed() as session:
        order = session.scalars(select(Order)).one()
        assert (sum(created), order.extra) == (1, {"n": 23})
        assert session.scalar(select(func.count()).select_from(OrderLine)) == 1


@pytest.fixture
def three(session: Session, now: datetime) -> Iterator[list[int]]:
    """Three orders that changed one after the other."""
    numbers = ("A-1", "A-2", "A-3")
    yield [
        put_order(session, document(number=number), now=now + timedelta(minutes=minute)).order.id
        for minute, number in enumerate(numbers)
    ]


def test_pages_follow_each_other_without_gap_or_overlap(session: Session, three: list[int]) -> None:
    first = queries.page(session, limit=2)
    rest = queries.page(session, after=(first[-1].changed_at, first[-1].id), limit=2)
    assert [order.id for order in (*first, *rest)] == three


def test_updated_since_leaves_out_what_stood_still(session: Session, three: list[int], now: datetime) -> None:
    records = queries.page(session, updated_since=now + timedelta(minutes=1))
    assert [order.id for order in records] == three[1:]


@pytest.mark.parametrize("text", ["a1", "#A-1", "order A-1"])
def test_staff_find_by_number(session: Session, three: list[int], text: str) -> None:
    assert [order.id for order in search(session, text)] == three[:1]


@pytest.mark.parametrize("text", ["Marisol@example.com", "600 112 233", "+34600112233"])
def test_staff_find_by_contact(session: Session, three: list[int], text: str) -> None:
    assert {order.id for order in search(session, text)} == set(three)


@pytest.mark.parametrize(
    "text",
    [
        "Marisol <marisol@example.com>",
        "mailto:marisol@example.com",
        "\u202a600\u00a0112\u00a0233\u202c",
        "tel:+34600112233",
    ],
)
def test_staff_find_by_what_they_paste(session: Session, three: list[int], text: str) -> None:
    assert {order.id for order in search(session, text)} == set(three)


PHONES_ABROAD = [
    ("MX", "+52 1 55 1234 5678", "55 1234 5678"),
    ("AR", "+54 9 11 1234 5678", "011 1234-5678"),
    ("AR", "011 4123 4567", "+54 9 11 4123 4567"),
    ("BR", "(11) 8123-4567", "11 98123-4567"),
    ("DE", "0049/151 12345678", "0151 12345678"),
]


@pytest.mark.parametrize(("country", "on_file", "typed"), PHONES_ABROAD)
def test_staff_find_by_a_number_as_its_country_writes_it(
    session: Session, now: datetime, country: str, on_file: str, typed: str
) -> None:
    order = put_order(session, document({"customer.phone": on_file, "ship_to.country": country}), now=now).order
    assert [one.id for one in search(session, typed)] == [order.id]


def test_an_order_read_before_a_newer_document_came_is_not_taken_back_by_an_older_one(
    committed: sessionmaker[Session], now: datetime
) -> None:
    def told(hour: int) -> OrderDocument:
        return document(updated_at=(now + timedelta(hours=hour)).isoformat())

    with committed() as session, transaction(session):
        put_order(session, told(0), now=now)
    with committed() as session, transaction(session):
        read = session.scalars(select(Order)).one()
        with committed() as other, transaction(other):
            put_order(other, told(2), now=now)
        assert read.updated_at == now
        assert not put_order(session, told(1), now=now).applied

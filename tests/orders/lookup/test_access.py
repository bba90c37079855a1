"""Which routes of the way in show what to whom: no proof, another's proof, tier one, tier two."""

from datetime import datetime

import pytest
from flask import Blueprint, Flask
from flask import session as browser_data
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.orders.lookup import access, guard, links
from app.orders.lookup.guard import require_tier
from app.orders.models import Order, OrderContact
from tests.orders.build import document
from tests.orders.put import put_order

CANARIES = ("marisol@example.com", "600112233", "600 11 22 33", "Quijano", "Olmo", "28013")
OF_AN_ORDER = [
    ("GET", "/o/{ref}/code", {}),
    ("POST", "/o/{ref}/code", {"code": "123456"}),
    ("POST", "/o/{ref}/code/sending", {"channel": "email"}),
    ("POST", "/o/{ref}/code/ahead", {"then": "/o/{ref}/returns/new"}),
]
PUBLIC = {
    "account.ask", "account.code", "account.enter", "account.home", "account.sign_out",
    "links.renewed", "links.sent", "links.show", "links.stop", "links.stopped", "links.use",
    "orders.answer", "orders.find", "orders.links", "orders.links_sent", "orders.look_up", "orders.send_links",
}  # fmt: skip
GUARDED = {"codes.ahead", "codes.code", "codes.send", "codes.enter"}


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    """Order 1001, which is Marisol's."""
    return put_order(session, document(), now=now).order


@pytest.fixture
def others(session: Session, now: datetime) -> Order:
    """Order 2002, which is someone else's."""
    mine = {"customer.email": "else@example.com", "customer.phone": None}
    return put_order(session, document(mine, number="2002"), now=now).order


def found(client: FlaskClient, number: str = "1001", contact: str = "marisol@example.com") -> None:
    client.post("/", data={"number": number, "contact": contact})
    client.get("/found")


def test_every_route_of_the_way_in_is_public_by_name_or_guarded(app: Flask) -> None:
    ours = {rule.endpoint for rule in app.url_map.iter_rules()}
    ours = {name for name in ours if name.partition(".")[0] in ("orders", "codes", "links", "account")}
    assert ours == PUBLIC | GUARDED


@pytest.mark.parametrize(("method", "path", "data"), OF_AN_ORDER)
def test_without_proof_one_is_sent_to_find_the_order(
    client: FlaskClient, order: Order, method: str, path: str, data: dict[str, str]
) -> None:
    response = client.open(path.format(ref=order.ref), method=method, data=data)
    unknown = client.open(path.format(ref="ZZZZZZZZ"), method=method, data=data)
    assert (response.status_code, response.location) == (303, "/?closed=1")
    assert (response.data, response.status) == (unknown.data, unknown.status)


@pytest.mark.parametrize(("method", "path", "data"), OF_AN_ORDER)
def test_with_proof_for_another_order_there_is_no_such_page(
    client: FlaskClient, order: Order, others: Order, method: str, path: str, data: dict[str, str]
) -> None:
    found(client, "2002", "else@example.com")
    answer = client.open(path.format(ref=order.ref), method=method, data=data)
    assert answer.status_code == 404
    assert all(canary not in answer.text for canary in (*CANARIES, "1001"))


@pytest.mark.parametrize("ref", ["", "%00", "ZZZZZZZZ", "0", "null", "x" * 500, "../account", "1"])
def test_any_other_reference_is_no_order(client: FlaskClient, order: Order, ref: str) -> None:
    found(client)
    assert client.get(f"/o/{ref}/code").status_code in (404, 308)


def test_no_page_of_tier_one_shows_the_person(client: FlaskClient, order: Order) -> None:
    found(client)
    for path in (f"/o/{order.ref}/code", "/", "/links", "/links/sent", "/account"):
        page = client.get(path)
        assert all(canary not in page.text + str(page.headers) for canary in CANARIES)


def test_nothing_is_kept_by_caches_or_search_engines(client: FlaskClient, order: Order) -> None:
    found(client)
    for path in ("/", "/account", f"/o/{order.ref}/code", "/l/anything"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Cookie" in headers["Vary"]


def test_the_shops_number_is_in_no_address(client: FlaskClient, order: Order) -> None:
    posted = client.post("/", data={"number": "1001", "contact": "marisol@example.com"})
    assert "1001" not in posted.location + client.get("/found").location


@pytest.fixture
def guarded(flask_app: Flask) -> str:
    """A page of tier two, as another domain would write it."""
    if "probe" not in flask_app.blueprints:
        flask_app._got_first_request = False
        probe = Blueprint("probe", __name__)
        probe.add_url_rule("/probe/<ref>", "page", lambda ref: str(require_tier(ref, 2).order_id))
        flask_app.register_blueprint(probe)
    return "/probe/{ref}"


def test_tier_one_is_asked_for_a_code_and_comes_back(
    client: FlaskClient, session: Session, order: Order, guarded: str
) -> None:
    found(client)
    path = guarded.format(ref=order.ref)
    assert client.get(path).location == f"/o/{order.ref}/code"
    fragment = client.get(path, headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (200, f"/o/{order.ref}/code")
    with client.session_transaction() as browser_session:
        browser_session["orders"] = {order.ref: [2, 1, 0]}
    assert client.get(f"/o/{order.ref}/code").location == path
    assert client.get(path).text == str(order.id)


def test_a_grant_ends_with_the_orders_epoch(
    client: FlaskClient, session: Session, order: Order, guarded: str, now: datetime
) -> None:
    with client.session_transaction() as browser_session:
        browser_session["orders"] = {order.ref: [2, 1, 0]}
    assert client.get(guarded.format(ref=order.ref)).status_code == 200
    links.end_access(session, order.id, now=now)
    session.commit()
    assert client.get(guarded.format(ref=order.ref)).status_code == 404


def test_an_account_reaches_its_own_orders_alone(session: Session, order: Order, others: Order) -> None:
    mine = access.granted(session, order.ref, own_pass=None, account="marisol@example.com")
    assert mine == access.Grant(order.id, 2, order.ref)
    assert access.granted(session, others.ref, own_pass=None, account="marisol@example.com") is None
    looked_up = access.Pass(1, order.access_epoch)
    assert access.granted(session, order.ref, own_pass=looked_up, account="marisol@example.com") == mine
    assert access.granted(session, order.ref, own_pass=None, account=None) is None


def test_a_higher_tier_is_not_lost_by_looking_the_order_up_again() -> None:
    data = access.with_pass({"AAAA": [2, 3, 1]}, "AAAA", access.Pass(1, 3, 0))
    assert data == {"AAAA": [2, 3, 1]}
    assert access.with_pass(data, "AAAA", access.Pass(1, 4, 0)) == {"AAAA": [1, 4, 0]}


def test_a_session_keeps_its_latest_orders(app: Flask) -> None:
    with app.test_request_context():
        for number in range(60):
            guard.remember(f"R{number}", access.Pass(1, 1))
        guard.remember("R10", access.Pass(1, 1))
        assert set(browser_data["orders"]) == {f"R{number}" for number in range(10, 60)}
        guard.remember("R60", access.Pass(1, 1))
        assert "R11" not in browser_data["orders"] and "R10" in browser_data["orders"]


@pytest.mark.parametrize(
    ("country", "phone", "typed"),
    [
        ("FR", "06 12 34 56 78", "06 12 34 56 78"),
        ("FR", "06 12 34 56 78", "+33 612345678"),
        ("PT", "912 345 678", "912345678"),
        ("PT", "912 345 678", "00351 912 345 678"),
    ],
)
def test_an_order_to_another_country_is_found_by_its_phone_and_its_address(
    session: Session, now: datetime, country: str, phone: str, typed: str
) -> None:
    put_order(session, document({"ship_to.country": country, "customer.phone": phone}), now=now)
    people = access.candidates(session, "1001")
    for right in (typed, "marisol@example.com"):
        assert access.match(people, right) is not None
    for wrong in ("600112233", "no@example.com"):
        assert access.match(people, wrong) is None


def test_a_typed_contact_is_compared_with_a_hundred_people_those_of_the_newest_order_first(
    session: Session, now: datetime
) -> None:
    old, new = (
        put_order(session, document(number=number, placed_at=placed), now=now).order
        for number, placed in (("1001", "2026-11-18T10:00:00+01:00"), ("10-01", "2026-11-19T10:00:00+01:00"))
    )
    for order, more in ((old, 5), (new, 97)):
        session.add_all(OrderContact(order_id=order.id, position=at, role="buyer") for at in range(1, more + 1))
    session.flush()
    people = access.candidates(session, "1001")
    assert [(one.order_id, one.position) for one in people] == [
        *((new.id, position) for position in range(98)),
        *((old.id, position) for position in range(2)),
    ]


def test_of_orders_with_one_number_placed_at_the_same_time_the_last_to_come_is_found(
    session: Session, now: datetime
) -> None:
    session.add(Brand(key="other", name="Otra"))
    session.flush()
    made = [put_order(session, document(brand=key), now=now).order for key in ("demo", "other")]
    person = access.match(access.candidates(session, "1001"), "marisol@example.com")
    assert person is not None and person.order_id == made[1].id


def test_a_contact_of_a_company_finds_the_order_and_gets_the_code(session: Session, now: datetime) -> None:
    put_order(session, document(contacts=[{"email": "ana@example.com"}]), now=now)
    person = access.match(access.candidates(session, "1001"), "ana@example.com")
    assert person is not None and person.position == 1

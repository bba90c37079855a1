"""Mailed links: inert until pressed, for a time, in a few browsers, for one purpose."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import in_transaction, transaction
from app.core.tokens import seal
from app.events.models import DomainEvent
from app.orders.lookup import link_views, links
from app.orders.lookup.links import issue_links, order_of_link
from app.orders.lookup.models import AccessLink, LinkBrowser
from app.orders.lookup.sending import answer_link_request, ask_for_links
from app.orders.models import Order
from tests.at_once import at_once
from tests.orders.build import document, issue_link
from tests.orders.put import put_order

KEY = "k" * 32


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    """Order 1001."""
    return put_order(session, document(), now=now).order


@pytest.fixture
def token(session: Session, order: Order, now: datetime) -> str:
    """A link to it."""
    made = issue_link(session, order.id, now=now)
    session.commit()
    return made


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    """What the clock says to the pages of links; change its only item."""
    hand = [now]
    monkeypatch.setattr(link_views, "utcnow", lambda: hand[0])
    return hand


def opens(session: Session, token: str, browser: str, when: datetime) -> bool:
    opened = links.open_link(session, token, browser=browser, now=when)
    return opened is not None and opened.state is links.LinkState.OPEN


def test_looking_at_a_link_changes_nothing(
    client: FlaskClient, session: Session, token: str, at: list[datetime]
) -> None:
    for _ in range(20):
        assert client.get(f"/l/{token}", headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert client.head(f"/l/{token}").status_code == 200
    assert session.scalars(select(LinkBrowser)).all() == []
    assert client.post(f"/l/{token}").status_code == 303


def test_pressing_the_button_opens_the_order_without_the_secret(
    client: FlaskClient, order: Order, token: str, at: list[datetime]
) -> None:
    answer = client.post(f"/l/{token}")
    assert answer.location == f"/o/{order.ref}"
    assert token not in answer.text + str(answer.headers)
    assert client.get(f"/o/{order.ref}/code").status_code == 200


def test_a_mail_about_a_return_leads_on_to_it(
    client: FlaskClient, order: Order, token: str, at: list[datetime]
) -> None:
    shown = client.get(f"/l/{token}?return=7K2M9QXA")
    assert f'action="/l/{token}?return=7K2M9QXA"' in shown.text
    assert client.post(f"/l/{token}?return=7K2M9QXA").location == "/returns/7K2M9QXA"
    for odd in ("//evil.example", "7K2M9QX", "../staff", "7k2m9qxa", ""):
        assert client.post(f"/l/{token}", query_string={"return": odd}).location == f"/o/{order.ref}"


def test_many_links_work_by_one_statement(session: Session, order: Order, now: datetime) -> None:
    issue_links(session, [("first-secret", order.id), ("second-secret", order.id)], now=now)
    for token in ("first-secret", "second-secret"):
        assert order_of_link(session, token, purpose="view", now=now) == order.id
    issue_links(session, [], now=now)


def test_only_a_hash_is_kept(session: Session, token: str) -> None:
    assert token.encode() not in session.scalars(select(AccessLink.token_hash)).one()
    assert len(token) >= 43


@pytest.mark.parametrize(
    ("age", "first", "second"),
    [
        (timedelta(days=13, hours=23), True, True),
        (timedelta(days=14, hours=1), True, False),
        (timedelta(days=20, hours=23), True, False),
        (timedelta(days=21, hours=1), False, False),
    ],
)
def test_the_first_browser_has_longer_than_others(
    session: Session, token: str, now: datetime, age: timedelta, first: bool, second: bool
) -> None:
    assert opens(session, token, "one", now)
    assert opens(session, token, "one", now + age) is first
    assert opens(session, token, "two", now + age) is second


def test_the_first_browser_stays_the_first_when_others_come(session: Session, token: str, now: datetime) -> None:
    for day, browser in enumerate(("one", "two")):
        assert opens(session, token, browser, now + timedelta(days=day))
    late = now + timedelta(days=20)
    assert (opens(session, token, "one", late), opens(session, token, "two", late)) == (True, False)


def test_a_link_opens_in_five_browsers(session: Session, token: str, now: datetime) -> None:
    opened = [opens(session, token, f"b{number}", now + timedelta(minutes=number)) for number in range(7)]
    assert opened == [True] * 5 + [False] * 2
    assert opens(session, token, "b4", now + timedelta(days=2))


def test_of_eight_browsers_at_once_five_are_let_in(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session, session.begin():
        order = put_order(session, document(), now=now).order
        tokens = [issue_link(session, order.id, now=now) for _ in range(10)]

    for token in tokens:

        def opened(number: int, token: str = token) -> bool:
            with committed() as session, session.begin():
                return opens(session, token, f"b{number}", now)

        assert sum(at_once(8, opened)) == 5


def test_a_new_link_leaves_the_older_one(session: Session, order: Order, token: str, now: datetime) -> None:
    issue_link(session, order.id, now=now)
    assert opens(session, token, "one", now)


def test_a_link_serves_its_purpose_alone(session: Session, order: Order, now: datetime) -> None:
    made = {purpose: issue_link(session, order.id, purpose=purpose, now=now) for purpose in ("view", "feedback")}
    for purpose, secret in made.items():
        orders = {
            other: links.order_of_link(session, secret, purpose=other, now=now) for other in ("view", "feedback", "x")
        }
        assert orders == {"view": None, "feedback": None, "x": None} | {purpose: order.id}
    assert links.open_link(session, made["feedback"], browser="one", now=now) is None


@pytest.mark.parametrize("text", ["", "x", "%00", "A" * 43, "' or 1=1", "null", "A" * 5000])
def test_any_other_text_is_an_ended_link(client: FlaskClient, text: str) -> None:
    if text:
        ended = 404 if text == "%00" else 410  # no text holds U+0000: there is no such address
        assert client.get(f"/l/{text}").status_code == ended
        assert client.post(f"/l/{text}").status_code == ended


def test_an_ended_link_offers_a_new_one(
    client: FlaskClient, session: Session, token: str, at: list[datetime], now: datetime
) -> None:
    at[0] = now + timedelta(days=22)
    page = client.get(f"/l/{token}")
    assert (page.status_code, f"/l/{token}/new" in page.text) == (410, True)
    response, unknown = client.post(f"/l/{token}/new"), client.post("/l/unknown/new")
    assert (response.status_code, response.location) == (unknown.status_code, unknown.location) == (303, "/l/sent")
    assert "Try another" not in client.get("/l/sent", headers={"Accept-Language": "en"}).text


def test_a_link_that_there_never_was_is_not_offered_anew(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    for garbage in ("garbage", "A" * 43):
        page = client.get(f"/l/{garbage}")
        assert (page.status_code, f"/l/{garbage}/new" in page.text) == (410, False)
        assert "expired" not in page.text and 'href="/links"' in page.text


PERSON = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}


@pytest.mark.parametrize(
    ("headers", "opens_itself"),
    [
        (PERSON, True),
        (PERSON | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-User": "?1"}, True),
        (PERSON | {"Sec-Fetch-Site": "cross-site"}, False),
        (PERSON | {"Sec-Purpose": "prefetch;prerender"}, False),
        (PERSON | {"Purpose": "prefetch"}, False),
        (PERSON | {"X-Moz": "prefetch"}, False),
        (PERSON | {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-User": "?1"}, False),
        (PERSON | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"}, False),
        ({"Sec-Fetch-User": "?1"}, False),
        ({"User-Agent": "Mozilla/5.0"}, False),
    ],
)
def test_a_link_presses_its_button_only_where_the_browser_says_that_a_person_came(
    client: FlaskClient,
    session: Session,
    token: str,
    at: list[datetime],
    headers: dict[str, str],
    opens_itself: bool,
) -> None:
    page = client.get(f"/l/{token}", headers=headers)
    assert ("data-opens" in page.text, "/link-" in page.text) == (opens_itself, opens_itself)
    assert client.head(f"/l/{token}", headers=headers).status_code == 200
    assert session.scalars(select(LinkBrowser)).all() == [], "looking opens nothing, whoever looks"


def test_this_is_not_my_order_ends_everything(
    app_clients: tuple[FlaskClient, FlaskClient], order: Order, token: str, at: list[datetime]
) -> None:
    mine, theirs = app_clients
    theirs.post(f"/l/{token}")
    assert mine.post(f"/l/{token}/stop").location == "/l/stopped"
    assert mine.get("/l/stopped").status_code == 200
    assert theirs.get(f"/o/{order.ref}/code").status_code == 404
    assert theirs.post(f"/l/{token}").status_code == 410


def test_the_access_to_another_order_goes_on(session: Session, order: Order, now: datetime) -> None:
    other = put_order(session, document(number="2002"), now=now).order
    token = issue_link(session, other.id, now=now)
    before = other.access_epoch
    links.end_access(session, order.id, now=now)
    session.expire_all()
    assert (other.access_epoch, opens(session, token, "one", now)) == (before, True)


def test_links_are_forgotten_long_after_their_end(session: Session, order: Order, token: str, now: datetime) -> None:
    assert links.forget_old(session, now=now + timedelta(days=399)) == 0
    later = issue_link(session, order.id, now=now + timedelta(days=10))
    assert links.forget_old(session, now=now + timedelta(days=401)) == 1
    assert opens(session, later, "one", now + timedelta(days=11))


def requested(session: Session) -> list[tuple[int | None, dict[str, object]]]:
    query = select(DomainEvent).where(DomainEvent.kind == "access.link_requested")
    events = session.scalars(query).all()
    assert all(event.payload["request"] for event in events)
    return [(event.order_id, {k: v for k, v in event.payload.items() if k != "request"}) for event in events]


def sealed(**fields: str | None) -> str:
    import json

    return seal(KEY, json.dumps({"email": None, "token": None} | fields))


@pytest.mark.parametrize("way", ["email", "token"])
def test_a_request_that_is_answered_again_by_a_job_that_broke_mails_once(
    session: Session, order: Order, now: datetime, way: str
) -> None:
    ways = {"email": "marisol@example.com", "token": issue_link(session, order.id, now=now)}
    request, another = sealed(**{way: ways[way]}), sealed(**{way: ways[way]})
    assert answer_link_request(session, request, key=KEY, now=now)
    assert not answer_link_request(session, request, key=KEY, now=now)
    assert answer_link_request(session, another, key=KEY, now=now), "who asks again gets another"
    query = select(DomainEvent.id).where(DomainEvent.kind == "access.link_requested")
    assert len(session.scalars(query).all()) == 2


def test_of_several_workers_at_one_request_one_answers_it(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session, transaction(session):
        put_order(session, document(), now=now)
    request = sealed(email="marisol@example.com")

    def answer(_number: int) -> bool:
        return in_transaction(committed, lambda session: answer_link_request(session, request, key=KEY, now=now))

    assert sorted(at_once(6, answer)) == [False] * 5 + [True]


def test_links_go_to_all_recent_orders_of_an_address(session: Session, order: Order, now: datetime) -> None:
    newer = put_order(session, document(number="1002", placed_at="2026-11-21T10:00:00Z"), now=now).order
    put_order(session, document(number="900", placed_at="2024-01-01T10:00:00Z"), now=now)
    assert answer_link_request(session, sealed(email="marisol@example.com"), key=KEY, now=now)
    payload = {"order_ids": [newer.id, order.id], "contact_id": newer.contacts[0].id}
    assert requested(session) == [(newer.id, payload)]


def test_an_old_link_asks_for_its_own_order(session: Session, order: Order, token: str, now: datetime) -> None:
    links.end_access(session, order.id, now=now)
    assert answer_link_request(session, sealed(token=token), key=KEY, now=now)
    assert requested(session) == [(order.id, {"order_ids": [order.id], "contact_id": order.contacts[0].id})]


@pytest.mark.parametrize("fields", [{"email": "no@example.com"}, {"token": "nothing"}, {}])
def test_nothing_is_sent_for_what_is_not_on_file(
    session: Session, order: Order, now: datetime, fields: dict[str, str]
) -> None:
    assert not answer_link_request(session, sealed(**fields), key=KEY, now=now)
    assert not answer_link_request(session, "forged", key=KEY, now=now)
    assert requested(session) == []


def test_what_waits_in_the_queue_cannot_be_read(session: Session) -> None:
    from sqlalchemy import text

    ask_for_links(session, key=KEY, email="marisol@example.com")
    args = session.scalar(text("select args::text from procrastinate_jobs where task_name = 'mail_order_links'"))
    assert args is not None and "marisol" not in args


def test_a_locked_order_still_opens_by_its_link(
    app_clients: tuple[FlaskClient, FlaskClient], order: Order, token: str, at: list[datetime]
) -> None:
    owner, attacker = app_clients
    for _ in range(10):
        attacker.post("/", data={"number": "1001", "contact": "guess@example.org"})
    assert owner.post(f"/l/{token}").location == f"/o/{order.ref}"

"""Getting to the second tier by a one-time code, and to all orders of an address."""

import html
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core import failpoints
from app.core.clock import utcnow
from app.core.errors import ProviderRejected, ProviderUnavailable
from app.core.i18n.words import moment
from app.orders.lookup import code_views, codes, links, sending
from app.orders.lookup.models import OneTimeCode
from app.orders.models import Order
from tests.orders.build import document, issue_link
from tests.orders.put import put_order
from tests.support.tokens import without_tokens


class Postman:
    """A code sender that keeps what it was given."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.sent: list[dict[str, str]] = []

    def send_code(self, **message: str) -> None:
        if self.failure:
            raise self.failure
        self.sent.append(message)


@pytest.fixture
def key(app: Flask) -> str:
    """The installation's secret."""
    return str(app.config["SECRET_KEY"])


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    """Order 1001, which is Marisol's."""
    return put_order(session, document(), now=now).order


def posted(session: Session, key: str) -> list[dict[str, str]]:
    """What the worker would send now."""
    waiting = session.scalars(text("select args from procrastinate_jobs where task_name = 'send_code' order by id"))
    postman = Postman()
    for args in waiting:
        message = sending.open_code(session, args["sealed"], key=key)
        if message is not None:
            sending.deliver_code(message, postman)
    return postman.sent


def moments_later(session: Session) -> None:
    """As if the last press had been a little while ago: what follows is no double press."""
    session.execute(update(OneTimeCode).values(sent_at=OneTimeCode.sent_at - codes.DOUBLE_PRESS))


def found(client: FlaskClient, number: str = "1001") -> None:
    client.post("/", data={"number": number, "contact": "marisol@example.com"})
    client.get("/found")


def test_a_code_goes_to_the_address_on_file_and_opens_tier_two(
    client: FlaskClient, session: Session, order: Order, key: str
) -> None:
    found(client)
    url = f"/o/{order.ref}/code"
    response = client.post(f"{url}/sending", data={"channel": "email"})
    message = posted(session, key)[0]
    assert (response.status_code, message["to"], message["channel"]) == (303, "marisol@example.com", "email")
    assert (message["locale"], message["brand"]) == ("es-ES", "demo")
    assert client.post(url, data={"code": message["code"]}).location == f"/o/{order.ref}"
    assert client.get(url).location == f"/o/{order.ref}"


def test_a_code_may_go_to_the_phone_on_file(client: FlaskClient, session: Session, order: Order, key: str) -> None:
    found(client)
    client.post(f"/o/{order.ref}/code/sending", data={"channel": "sms"})
    assert posted(session, key)[0]["to"] == "+34600112233"


def test_a_phone_of_another_country_is_not_texted(
    client: FlaskClient, session: Session, order: Order, now: datetime
) -> None:
    put_order(session, document({"customer.phone": "+44 7400 123456"}, updated_at="2026-11-21T10:00:00Z"), now=now)
    found(client)
    assert client.post(f"/o/{order.ref}/code/sending", data={"channel": "sms"}).status_code == 422


def test_the_page_shows_only_a_mask_of_the_address(client: FlaskClient, order: Order) -> None:
    found(client)
    page = client.get(f"/o/{order.ref}/code").text
    assert "m•••@•••.com" in page and "••• 33" in page
    assert all(secret not in page for secret in ("marisol@example.com", "600112233", "Quijano", "Olmo"))


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "0000000"])
def test_what_is_no_code_is_said_at_the_field(client: FlaskClient, order: Order, code: str) -> None:
    found(client)
    answer = client.post(f"/o/{order.ref}/code", data={"code": code})
    assert (answer.status_code, 'href="#code"' in answer.text) == (422, True)


def test_a_wrong_code_opens_nothing(client: FlaskClient, session: Session, order: Order, key: str) -> None:
    found(client)
    client.post(f"/o/{order.ref}/code/sending", data={"channel": "email"})
    right = posted(session, key)[0]["code"]
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert client.post(f"/o/{order.ref}/code", data={"code": wrong}).status_code == 422
    assert client.get(f"/o/{order.ref}/code").status_code == 200


def test_another_browser_cannot_use_the_code(
    app_clients: tuple[FlaskClient, FlaskClient], session: Session, order: Order, key: str
) -> None:
    mine, other = app_clients
    found(mine)
    found(other)
    mine.post(f"/o/{order.ref}/code/sending", data={"channel": "email"})
    code = posted(session, key)[0]["code"]
    assert other.post(f"/o/{order.ref}/code", data={"code": code}).status_code == 422
    assert mine.post(f"/o/{order.ref}/code", data={"code": code}).status_code == 303


def test_a_fourth_code_in_a_row_is_not_sent(client: FlaskClient, session: Session, order: Order, key: str) -> None:
    found(client)
    send = f"/o/{order.ref}/code/sending"
    statuses = []
    for _press in range(4):
        statuses.append(client.post(send, data={"channel": "email"}).status_code)
        moments_later(session)
    assert statuses == [303, 303, 303, 429]
    assert len(posted(session, key)) == 3


def test_a_double_press_sends_one_code(client: FlaskClient, session: Session, order: Order, key: str) -> None:
    found(client)
    where = (f"/o/{order.ref}/code/sending", {"channel": "email"}), ("/account", {"email": "marisol@example.com"})
    for url, form in where:
        assert {client.post(url, data=form).status_code for _press in range(2)} == {303}
    assert len(posted(session, key)) == len(where)


def mailed(app: Flask, session: Session, order: Order) -> FlaskClient:
    """The owner's browser, in which a mailed link was opened."""
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    token = issue_link(session, order.id, now=utcnow())
    session.commit()
    assert browser.post(f"/l/{token}").location == f"/o/{order.ref}"
    return browser


def stranger(app: Flask, number: int, *, one_client: bool) -> FlaskClient:
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = "198.51.100.7" if one_client else f"198.51.100.{number}"
    return browser


@pytest.mark.parametrize("one_client", [True, False])
def test_strangers_who_ask_fifty_times_do_not_use_up_the_owners_codes_of_an_order(
    app: Flask, session: Session, order: Order, key: str, one_client: bool
) -> None:
    send = f"/o/{order.ref}/code/sending"
    for number in range(50):
        browser = stranger(app, number, one_client=one_client)
        found(browser)
        browser.post(send, data={"channel": "email"})
    assert len(posted(session, key)) == (3 if one_client else 6)
    owner = mailed(app, session, order)
    assert owner.post(send, data={"channel": "email"}).status_code == 303
    assert owner.post(f"/o/{order.ref}/code", data={"code": posted(session, key)[-1]["code"]}).status_code == 303


@pytest.mark.parametrize("one_client", [True, False])
def test_strangers_who_ask_fifty_times_do_not_use_up_the_owners_codes_of_an_account(
    app: Flask, session: Session, order: Order, key: str, one_client: bool
) -> None:
    for number in range(50):
        stranger(app, number, one_client=one_client).post("/account", data={"email": "marisol@example.com"})
    assert len(posted(session, key)) == (3 if one_client else 6)
    owner = mailed(app, session, order)
    owner.post("/account", data={"email": "marisol@example.com"})
    assert owner.post("/account/code", data={"code": posted(session, key)[-1]["code"]}).location == "/account"


def test_an_owner_whose_browser_is_not_known_gets_a_code_beside_one_stranger(
    app: Flask, session: Session, order: Order, key: str
) -> None:
    for number in range(50):
        stranger(app, number, one_client=True).post("/account", data={"email": "marisol@example.com"})
    owner = stranger(app, 99, one_client=False)
    owner.post("/account", data={"email": "marisol@example.com"})
    assert owner.post("/account/code", data={"code": posted(session, key)[-1]["code"]}).location == "/account"


def test_a_link_to_another_order_or_an_ended_one_makes_no_browser_known(
    app: Flask, session: Session, order: Order, now: datetime
) -> None:
    other = put_order(session, document({"customer.email": "else@example.com"}, number="2002"), now=now).order
    browser = mailed(app, session, other)
    cookie = browser.get_cookie("browser")
    assert cookie is not None

    def known(**whose: Any) -> bool:
        return links.has_opened(session, cookie.value, **whose, now=utcnow())

    assert (known(order_id=other.id), known(email="else@example.com")) == (True, True)
    assert (known(order_id=order.id), known(email="marisol@example.com")) == (False, False)
    links.end_access(session, other.id, now=utcnow())
    assert not known(order_id=other.id)


def test_texts_to_neighbouring_numbers_are_few(session: Session, client: FlaskClient, now: datetime, key: str) -> None:
    texted = 0
    for last in range(12):
        changed = {"customer.phone": f"60011{last:04d}"}
        order = put_order(session, document(changed, number=f"N{last}"), now=now).order
        found(client, f"N{last}")
        texted += client.post(f"/o/{order.ref}/code/sending", data={"channel": "sms"}).status_code == 303
    assert texted == 10


def test_the_code_rests_nowhere_in_clear(client: FlaskClient, session: Session, order: Order, key: str) -> None:
    found(client)
    client.post(f"/o/{order.ref}/code/sending", data={"channel": "email"})
    code = posted(session, key)[0]["code"]
    for table in ("procrastinate_jobs", "one_time_code", "web_session", "domain_event"):
        rows = session.execute(text(f"select to_json({table})::text from {table}")).scalars()
        assert all(code not in row for row in rows)


def test_a_sealed_code_is_of_no_use_with_another_secret(session: Session, key: str) -> None:
    message = sending.CodeMessage("email", "a@example.com", "123456", "es", "demo")
    sending.post_code(session, message, key=key)
    args = session.scalar(text("select args from procrastinate_jobs where task_name = 'send_code'"))
    assert args is not None
    assert sending.open_code(session, args["sealed"], key=key) == message
    assert sending.open_code(session, args["sealed"], key="x" * 32) is None


def test_a_refused_code_is_given_up_and_an_unsent_one_is_tried_again() -> None:
    message = sending.CodeMessage("sms", "+34600112233", "123456", "es", "demo")
    assert not sending.deliver_code(message, Postman(ProviderRejected("no")))
    with pytest.raises(ProviderUnavailable):
        sending.deliver_code(message, Postman(ProviderUnavailable("later")))


def test_a_code_that_may_have_gone_is_not_sent_again_whatever_broke() -> None:
    message, postman = sending.CodeMessage("sms", "+34600112233", "123456", "es", "demo"), Postman()

    def break_after(point: str) -> None:
        if point == "after:call:code:send":
            raise failpoints.Broken(point)

    failpoints.arm(break_after)
    try:
        assert not sending.deliver_code(message, postman)
    finally:
        failpoints.arm(None)
    assert len(postman.sent) == 1


def test_all_orders_of_an_address_open_by_a_code_to_it(
    client: FlaskClient, session: Session, order: Order, now: datetime, key: str
) -> None:
    second = put_order(session, document(number="1002"), now=now).order
    put_order(session, document({"customer.email": "else@example.com"}, number="1003"), now=now)
    assert client.post("/account", data={"email": "Marisol@example.com"}).location == "/account/code"
    assert client.get("/account/code").status_code == 200
    answer = client.post("/account/code", data={"code": posted(session, key)[0]["code"]})
    page = client.get("/account").text
    assert answer.location == "/account"
    assert f"/o/{order.ref}" in page and f"/o/{second.ref}" in page and "1003" not in page
    assert client.get(f"/o/{second.ref}/code").location == f"/o/{second.ref}"


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(
    app_clients: tuple[FlaskClient, FlaskClient], session: Session, order: Order, key: str
) -> None:
    answers = [
        browser.post("/account", data={"email": email})
        for browser, email in zip(app_clients, ("marisol@example.com", "mirasol@example.com"), strict=True)
    ]
    assert without_tokens(answers[0].text) == without_tokens(answers[1].text) and answers[0].status == answers[1].status
    assert [message["to"] for message in posted(session, key)] == ["marisol@example.com"]


def test_the_fourth_code_of_an_account_looks_like_the_first(
    client: FlaskClient, session: Session, order: Order, key: str
) -> None:
    answers = set()
    for _press in range(4):
        answers.add(client.post("/account", data={"email": "marisol@example.com"}).data)
        moments_later(session)
    assert (len(answers), len(posted(session, key))) == (1, 3)


def test_the_session_data_is_plain_json(client: FlaskClient, session: Session, order: Order) -> None:
    found(client)
    data = session.scalars(text("select data from web_session")).one()
    assert json.loads(json.dumps(data))["orders"] == {order.ref: [1, 1, 0]}


@pytest.mark.parametrize("way", ["order", "account"])
def test_after_five_tries_a_code_is_said_to_be_dead_and_the_right_one_is_not_called_wrong(
    client: FlaskClient, session: Session, order: Order, key: str, way: str
) -> None:
    client.set_cookie("language", "en")
    found(client)
    url = f"/o/{order.ref}/code" if way == "order" else "/account/code"
    sending_url, form = (f"{url}/sending", {"channel": "email"})
    if way == "account":
        sending_url, form = "/account", {"email": "marisol@example.com"}
    client.post(sending_url, data=form)
    right = posted(session, key)[0]["code"]
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    pages = [client.post(url, data={"code": code}).text for code in (*[wrong] * 5, right)]
    assert ["That code isn&#39;t right or has expired" in page for page in pages] == [True] * 4 + [False] * 2
    assert ["That code no longer works. Ask for a new one" in page for page in pages] == [False] * 4 + [True] * 2
    client.post(sending_url, data=form)
    assert client.post(url, data={"code": posted(session, key)[1]["code"]}).status_code == 303


def test_an_unknown_address_is_told_of_its_code_what_a_known_one_is(
    app_clients: tuple[FlaskClient, FlaskClient], order: Order
) -> None:
    def told(browser: FlaskClient, email: str) -> list[str]:
        browser.set_cookie("language", "en")
        browser.post("/account", data={"email": email})
        pages = [browser.post("/account/code", data={"code": "000000"}).text for _ in range(6)]
        return [str(re.search(r"fault[^>]*>.*?That code ([^<]*)", page, re.DOTALL)[1]) for page in pages]  # type: ignore[index]

    owner, other = app_clients
    assert told(owner, "marisol@example.com") == told(other, "mirasol@example.com")


def test_when_there_are_no_more_codes_the_page_says_when_there_are_again(
    client: FlaskClient, session: Session, order: Order, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = utcnow()
    hand = [start]
    monkeypatch.setattr(code_views, "utcnow", lambda: hand[0])
    client.set_cookie("language", "en")
    found(client)
    send = f"/o/{order.ref}/code/sending"

    def asked() -> str:
        return html.unescape(client.post(send, data={"channel": "email"}).text)

    for _ in range(3):
        asked()
        hand[0] += codes.DOUBLE_PRESS
    soon = asked()
    assert f"You can ask for another {moment(start + timedelta(minutes=15), locale='en_GB')}." in soon
    assert "The code we sent you still works." in soon and "If you can't wait" not in soon
    hand[0] += timedelta(minutes=16)
    asked()
    hand[0] += codes.DOUBLE_PRESS
    late = asked()
    assert f"You can ask for another {moment(start + timedelta(days=1), locale='en_GB')}." in late
    assert "If you can't wait, write to us." in late
    hand[0] += timedelta(minutes=11)
    assert "still works" not in asked()


def test_once_a_code_was_sent_the_page_says_so_and_the_field_has_the_focus(client: FlaskClient, order: Order) -> None:
    client.set_cookie("language", "en")
    found(client)
    url = f"/o/{order.ref}/code"
    assert 'id="code"' not in client.get(url).text
    client.post(f"{url}/sending", data={"channel": "email"})
    page = client.get(url).text
    assert "<title>Code sent" in page and page.count("<h1") == 1 and "<h2" not in page.partition("<footer")[0]
    assert re.search(r'<div class="notice is-done" role="status">.*Code sent to m•••@•••.com', page, re.DOTALL)
    assert re.search(r'<input[^>]*id="code"[^>]*autofocus', page)
    ways = page.partition('<details class="more" id="again"')[2].partition("</details>\n</div>")[0]
    assert 'name="channel"' in ways and 'name="channel"' not in page.partition('<details class="more" id="again"')[0]


def test_pages_of_an_order_speak_its_language(client: FlaskClient, order: Order) -> None:
    found(client)
    headers = {"Accept-Language": "en"}
    assert "<h1>Confirma que eres tú</h1>" in client.get(f"/o/{order.ref}/code", headers=headers).text
    wrong = client.post(f"/o/{order.ref}/code", data={"code": "x"}, headers=headers)
    assert "Escribe las 6 cifras del código" in wrong.text
    unsent = client.post(f"/o/{order.ref}/code/sending", data={"channel": "pigeon"}, headers=headers)
    assert unsent.status_code == 422 and f'name="next" value="/o/{order.ref}/code"' in unsent.text

"""The page behind the foot of a message, one click to stop, and the sandbox's mailbox and telephone."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.notify.kinds import Channel, StageGroup
from app.notify.models import Message, PreferenceLink, SandboxMessage, SmsConsent, Suppression
from app.notify.preferences.suppression import preference_token
from app.notify.providers.ports import Outgoing
from app.notify.providers.sandbox.send import SandboxSender
from app.orders.models import Order, OrderContact
from tests.conftest import SECRET
from tests.notify.build import NOON, a_mail_config, an_order, happens, prepared
from tests.returns.stage import sign_in
from tests.rounds import heard

CONFIG = a_mail_config()


@pytest.fixture
def token(session: Session) -> str:
    """The token in a mail that has been rendered."""
    order = an_order(session, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON, state="delivered")
    heard(session, limit=50, now=NOON, config=CONFIG)
    prepared(session, now=NOON, config=CONFIG)
    session.commit()
    key = session.scalar(select(Message.recipient_hash).where(Message.channel == "email").limit(1))
    assert key is not None
    return preference_token(SECRET, key)


def off(session: Session) -> set[tuple[str, str]]:
    return {tuple(row) for row in session.execute(select(Suppression.channel, Suppression.purpose))}


def ticked(page: str, name: str = "channel") -> set[str]:
    """The values of the boxes of this name that have a tick."""
    boxes = re.findall(r"<input[^>]*>", page)
    return {re.findall(r'value="([^"]*)"', box)[0] for box in boxes if f'name="{name}"' in box and " checked" in box}


def test_the_page_shows_what_one_gets_and_whom_in_part(client: FlaskClient, token: str) -> None:
    page = client.get(f"/preferences/{token}")
    assert page.status_code == 200
    assert "a•••@example.com" in page.text and "ana@example.com" not in page.text and "+34612345678" not in page.text
    assert ticked(page.text) == {"email", "sms"}
    assert {f"email:{group}" for group in StageGroup} | {"sms:delivery", "sms:problems"} == ticked(page.text, "stage")
    assert "Tus avisos" in page.text and 'lang="es' in page.text


def test_looking_changes_nothing(client: FlaskClient, session: Session, token: str) -> None:
    for _ in range(20):
        assert client.get(f"/preferences/{token}/unsubscribe").status_code == 303
        client.head(f"/preferences/{token}")
    assert off(session) == set()


def test_one_click_as_a_mail_program_does_it(client: FlaskClient, session: Session, token: str, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post(f"/preferences/{token}/unsubscribe", data={"List-Unsubscribe": "One-Click"})
        refused = client.post(f"/preferences/{token}", data={"channel": "email"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 303 and off(session) == {("email", "news")}
    assert refused.status_code in (302, 303, 400, 403)


def test_switching_off_and_on_again(client: FlaskClient, session: Session, token: str) -> None:
    assert client.post(f"/preferences/{token}", data={}).status_code == 303
    assert off(session) == {("email", "news"), ("sms", "news")}
    assert ticked(client.get(f"/preferences/{token}").text) == set()
    client.post(f"/preferences/{token}", data={"channel": ["email", "sms"]})
    assert off(session) == set()
    consents = session.execute(
        select(SmsConsent.agreed, SmsConsent.source, SmsConsent.wording).order_by(SmsConsent.id)
    ).all()
    assert [row.agreed for row in consents] == [False, True]
    assert consents[1].source == "preferences" and "BAJA" in consents[1].wording


def test_a_wrong_token_finds_nothing(client: FlaskClient, token: str) -> None:
    for wrong in (token[:-1], token + "x", "x", token.swapcase()):
        assert client.get(f"/preferences/{wrong}").status_code == 404
        assert client.post(f"/preferences/{wrong}/unsubscribe").status_code == 404


def test_one_link_serves_all_mails_of_an_address(session: Session, token: str) -> None:
    assert session.scalar(select(func.count()).where(PreferenceLink.channel == "email")) == 1
    assert token not in repr(session.execute(select(PreferenceLink.__table__)).all())


def sandbox(app: Flask) -> SandboxSender:
    return SandboxSender(app.extensions["database"].sessions, mail_from="pedidos@shop.example", sms_from="+34600000000")


def test_the_sandbox_shows_mails_shut_in(client: FlaskClient, session: Session, app: Flask) -> None:
    mail = Outgoing(
        "r1", Channel.EMAIL, "ana@example.com", "text", "Entregado", "<script>alert(1)</script>", "Almazara"
    )
    sandbox(app).send(mail, lambda: None)
    number = session.scalar(select(SandboxMessage.id))
    assert "Entregado" in client.get("/sandbox/mailbox").text
    page = client.get(f"/sandbox/mailbox/{number}")
    assert "<script>alert" not in page.text and "sandbox=" in page.text
    inside = client.get(f"/sandbox/mailbox/{number}/html")
    policy = inside.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox") and "allow-scripts" not in policy and "default-src 'none'" in policy
    assert client.get("/sandbox/mailbox/0").status_code == 404


def test_the_sandboxs_telephone(client: FlaskClient, app: Flask) -> None:
    assert client.get("/sandbox/phone").status_code == 200
    text = Outgoing("r2", Channel.SMS, "+34612345678", "Almazara: pedido 0482 https://x.example/l/t")
    sandbox(app).send(text, lambda: None)
    assert 'href="https://x.example/l/t"' in client.get("/sandbox/phone").text


def test_the_sandbox_is_not_there_once_messages_really_leave(client: FlaskClient, app: Flask) -> None:
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = usual.model_copy(update={"smtp_url": "smtp://x", "twilio_auth_token": "x"})
    try:
        assert client.get("/sandbox/mailbox").status_code == client.get("/sandbox/phone").status_code == 404
    finally:
        app.config["SETTINGS"] = usual


def test_the_order_page_leads_there_and_asks_for_a_code_first(
    client: FlaskClient, session: Session, token: str
) -> None:
    order = session.scalars(select(Order)).one()
    path = f"/o/{order.ref}/preferences"
    assert client.get(path).status_code == 303
    sign_in(client, order, tier=1)
    assert f'href="{path}"' in client.get(f"/o/{order.ref}").text
    assert "/code" in client.get(path).headers["Location"]
    sign_in(client, order, tier=2)
    page = client.get(path)
    assert page.status_code == 200 and "a•••@example.com" in page.text
    assert client.post(path, data={"channel": "email"}).headers["Location"] == f"{path}?saved=1"
    assert off(session) == {("sms", "news")}


def test_saving_is_said_in_the_title_and_to_who_hears_the_page(client: FlaskClient, token: str) -> None:
    page = client.post(f"/preferences/{token}", data={"channel": "email"}, follow_redirects=True).text
    assert "<title>Guardado · Tus avisos" in page
    assert page.count('role="status"') == 2
    assert "Guardado. Se aplica desde ahora." in page
    assert "No recibirás avisos" not in page


def test_who_wants_nothing_reads_what_that_means(client: FlaskClient, token: str) -> None:
    page = client.post(f"/preferences/{token}", data={}, follow_redirects=True).text
    assert "No recibirás avisos. En la página de tu pedido verás dónde está." in page


def test_texts_are_offered_only_with_a_number(client: FlaskClient, session: Session, token: str) -> None:
    without = "Tu pedido no tiene teléfono"
    assert without not in client.get(f"/preferences/{token}").text
    session.execute(update(OrderContact).values(phone_e164=None))
    session.commit()
    page = client.get(f"/preferences/{token}").text
    assert without in page and 'value="sms"' not in page

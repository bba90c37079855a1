"""The console's pages of connections: an admin connects, sees how it stands, tests it, changes secrets, disconnects."""

import json
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.connections import store
from app.connections.live import LiveSettings
from app.connections.models import ConnectedValue
from app.connections.store import StoredValues
from app.core.clock import utcnow
from app.core.settings import Settings
from app.core.standard_webhooks import sign
from tests.connections.build import SENDGRID, TWILIO
from tests.notify.stand_in import provider
from tests.orders.build import document
from tests.staff.browsers import audited, browser, member

ROOT = "/staff/settings/connections"


@pytest.fixture
def admin(app: Flask, session: Session, live: LiveSettings) -> FlaskClient:
    return browser(app, member(session, utcnow(), "admin"))


def text_of(page: str) -> str:
    """What a page says in its main part, without its marks."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def save(admin: FlaskClient, name: str, **values: str) -> str:
    """Send the form, and read the page that follows."""
    return admin.post(f"{ROOT}/{name}", data=values, follow_redirects=True).text


def test_the_list_says_of_everything_how_it_stands(admin: FlaskClient) -> None:
    words_of_page = text_of(admin.get(ROOT).text)
    for words in (
        "SendGrid Not connected",
        "Twilio Not connected",
        "Orders by webhook Not connected",
        "UPS Not connected",
    ):
        assert words in words_of_page


def test_what_is_saved_is_in_force_at_once_and_no_secret_is_shown_again(admin: FlaskClient, live: LiveSettings) -> None:
    page = save(admin, "sendgrid", **SENDGRID)
    assert "Saved. It is in force within seconds." in page
    assert live.settings.carries("email") and live.settings.mail_from == SENDGRID["MAIL_FROM"]
    assert SENDGRID["SENDGRID_API_KEY"] not in page
    assert "Ends in wxyz. Set by admin" in text_of(page)
    assert f'value="{SENDGRID["MAIL_FROM"]}"' in page
    assert "SendGrid Not tested yet" in text_of(admin.get(ROOT).text)


def test_an_empty_secret_stays_and_an_empty_text_is_taken_out(admin: FlaskClient, live: LiveSettings) -> None:
    save(admin, "twilio", **TWILIO, TWILIO_AUTH_TOKEN_PREVIOUS="b" * 32)
    save(admin, "twilio", **TWILIO | {"TWILIO_AUTH_TOKEN": "", "TWILIO_FROM": "Almazara"})
    environ = live.settings.environ
    assert (environ["TWILIO_AUTH_TOKEN"], environ["TWILIO_FROM"]) == (TWILIO["TWILIO_AUTH_TOKEN"], "Almazara")
    assert environ["TWILIO_AUTH_TOKEN_PREVIOUS"] == "b" * 32
    save(admin, "twilio", **TWILIO, **{"clear-TWILIO_AUTH_TOKEN_PREVIOUS": "1"})
    assert "TWILIO_AUTH_TOKEN_PREVIOUS" not in live.settings.environ


def test_every_fault_is_said_at_its_field_and_what_was_typed_stays_but_secrets(admin: FlaskClient) -> None:
    answer = admin.post(f"{ROOT}/sendgrid", data={**SENDGRID, "MAIL_FROM": "nobody", "SENDGRID_API_URL": "http://x"})
    assert answer.status_code == 422
    assert "Write an e-mail address such as pedidos@shop.example." in answer.text
    assert 'href="#MAIL_FROM"' in answer.text and 'value="nobody"' in answer.text
    assert SENDGRID["SENDGRID_API_KEY"] not in answer.text


def test_faults_are_said_in_the_readers_language(app: Flask, session: Session, live: LiveSettings) -> None:
    reading_spanish = browser(app, member(session, utcnow(), "admin"))
    reading_spanish.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    answer = reading_spanish.post(
        f"{ROOT}/twilio", data={"TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "much too long a name"}
    )
    assert answer.status_code == 422
    assert "Fill this in" not in answer.text and "must be" not in answer.text


def test_a_mail_server_is_entered_in_its_parts(admin: FlaskClient, live: LiveSettings) -> None:
    parts = {"host": "mail.shop.example", "tls": "tls", "user": "ana@shop", "password": "p@ss/w:rd"}
    form = {f"SMTP_URL-{name}": value for name, value in parts.items()} | {"MAIL_FROM": "a@shop.example"}
    save(admin, "smtp", **form)
    assert live.settings.environ["SMTP_URL"] == "smtps://ana%40shop:p%40ss%2Fw%3Ard@mail.shop.example"
    save(admin, "smtp", **form | {"SMTP_URL-password": "", "SMTP_URL-port": "2525"})
    assert live.settings.environ["SMTP_URL"] == "smtps://ana%40shop:p%40ss%2Fw%3Ard@mail.shop.example:2525"
    led_away = admin.post(
        f"{ROOT}/smtp", data=form | {"SMTP_URL-password": "", "SMTP_URL-host": "mail.elsewhere.example"}
    )
    assert led_away.status_code == 422 and "Enter it again: it would go to another address." in led_away.text
    odd = admin.post(f"{ROOT}/smtp", data=form | {"SMTP_URL-port": "many"})
    assert odd.status_code == 422 and 'href="#SMTP_URL-host"' in odd.text


def test_what_the_environment_sets_is_told_and_has_no_field(
    admin: FlaskClient, live: LiveSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {**live.base.environ, **SENDGRID}
    monkeypatch.setattr(live, "base", type(live.base).from_env(environ))
    live.settings = live.base
    live._use(live.base)
    page = admin.get(f"{ROOT}/sendgrid").text
    assert text_of(page).count("Set by the environment: change it there.") == 2
    assert 'name="SENDGRID_API_KEY"' not in page and SENDGRID["SENDGRID_API_KEY"] not in page
    assert "Disconnect" not in page


def test_another_address_alone_connects_nothing_in_the_environment(admin: FlaskClient, live: LiveSettings) -> None:
    usual = live.base
    live.base = Settings.from_env({**usual.environ, "SENDGRID_API_URL": "http://127.0.0.1:9"})
    live.take(StoredValues(None, {}))
    assert "Set by the environment" not in admin.get(ROOT).text
    live.base = Settings.from_env({**usual.environ, **SENDGRID})
    live.take(StoredValues(None, {}))
    assert "Set by the environment" in admin.get(ROOT).text
    live.base = usual


def test_a_test_says_in_words_what_came_of_it_and_cannot_be_pressed_in_a_row(admin: FlaskClient) -> None:
    with provider() as sendgrid:
        save(admin, "sendgrid", **SENDGRID, SENDGRID_API_URL=sendgrid.url)
        sendgrid.answers = [(401, {}, {"errors": []})]
        words_of_page = text_of(admin.post(f"{ROOT}/sendgrid/trial", follow_redirects=True).text)
        assert "Your key or password was refused. Check it, and enter it again. It said: “HTTP 401”." in words_of_page
        assert "SendGrid Not working" in words_of_page.replace("Connections SendGrid", "SendGrid")
        again = admin.post(f"{ROOT}/sendgrid/trial")
        assert again.status_code == 409 and "Wait ten seconds" in again.text
    assert len(sendgrid.requests) == 1
    assert "1 not working" in text_of(admin.get("/staff/settings").text)


def test_an_admin_sends_a_message_to_themselves(admin: FlaskClient) -> None:
    with provider() as sendgrid:
        save(admin, "sendgrid", **SENDGRID, SENDGRID_API_URL=sendgrid.url)
        sendgrid.answers = [(202, {"X-Message-Id": "m"}, None)]
        page = admin.post(f"{ROOT}/sendgrid/message", follow_redirects=True).text
    assert "The message was taken." in page
    mail = json.loads(sendgrid.requests[0].body)
    assert mail["personalizations"][0]["to"] == [{"email": "admin@shop.example"}]
    assert mail["from"]["email"] == SENDGRID["MAIL_FROM"]
    assert "custom_args" not in mail


def test_a_text_to_oneself_wants_a_number(admin: FlaskClient) -> None:
    with provider() as twilio:
        save(admin, "twilio", **TWILIO, TWILIO_API_URL=twilio.url)
        refused = admin.post(f"{ROOT}/twilio/message", data={"to": "12"})
        assert refused.status_code == 422 and 'href="#to"' in refused.text
        twilio.answers = [(400, {}, {"code": 21211, "message": "not a number", "status": 400})]
        failed = admin.post(f"{ROOT}/twilio/message", data={"to": "+34 612 345 678"}, follow_redirects=True)
    assert "The message was refused." in failed.text
    assert b"To=%2B34612345678" in twilio.requests[0].body


def test_a_secret_is_made_shown_once_rotated_and_its_older_one_ended(
    admin: FlaskClient, app: Flask, session: Session
) -> None:
    made = []
    for _ in range(2):
        page = admin.post(
            f"{ROOT}/oms-generic/secret", data={"variable": "OMS_WEBHOOK_SECRET"}, follow_redirects=True
        ).text
        (secret,) = re.findall(r"<b translate=\"no\">(whsec_[^<]*)</b>", page)
        assert "curl -i -X POST" in page and "webhook-signature" in page
        assert secret not in admin.get(f"{ROOT}/oms-generic").text
        made.append(unescape(secret))
    assert [order_comes(app, secret, number) for secret, number in zip(made, ("3001", "3002"), strict=True)] == [
        202,
        202,
    ]
    question = admin.get(f"{ROOT}/oms-generic/secret-end?variable=OMS_WEBHOOK_SECRET")
    assert "End the older secret" in question.text
    admin.post(f"{ROOT}/oms-generic/secret-end", data={"variable": "OMS_WEBHOOK_SECRET"})
    assert [order_comes(app, secret, number) for secret, number in zip(made, ("3003", "3004"), strict=True)] == [
        401,
        202,
    ]
    assert admin.post(f"{ROOT}/oms-generic/secret-end", data={"variable": "OMS_WEBHOOK_SECRET"}).status_code == 409
    assert admin.post(f"{ROOT}/sendgrid/secret", data={"variable": "SENDGRID_API_KEY"}).status_code == 409
    words_of_page = text_of(admin.get(f"{ROOT}/oms-generic").text)
    assert "Last used" in words_of_page and "Last delivery to us" in words_of_page


def order_comes(app: Flask, secret: str, number: str) -> int:
    body = document(number=number).model_dump_json().encode()
    headers = dict(sign([secret], message_id=f"m-{number}", at=utcnow(), body=body))
    return app.test_client().post("/hooks/oms/generic", data=body, headers=headers).status_code


def test_a_carriers_new_webhook_secret_stands_beside_the_one_before(admin: FlaskClient, live: LiveSettings) -> None:
    for secret in ("first-secret-of-aftership", "second-secret-of-aftership"):
        save(admin, "aftership", AFTERSHIP_API_KEY="a-key-of-aftership", AFTERSHIP_WEBHOOK_SECRET=secret)
    both = live.settings.brought("AFTERSHIP_WEBHOOK_SECRET")
    assert both == ["second-secret-of-aftership", "first-secret-of-aftership"]


def test_what_is_disconnected_is_gone_after_a_question(
    admin: FlaskClient, live: LiveSettings, session: Session
) -> None:
    save(admin, "sendgrid", **SENDGRID)
    assert "Disconnect SendGrid" in admin.get(f"{ROOT}/sendgrid/removal").text
    assert live.settings.carries("email")
    assert "SendGrid is disconnected." in admin.post(f"{ROOT}/sendgrid/removal", follow_redirects=True).text
    assert not live.settings.carries("email") and session.query(ConnectedValue).count() == 0
    assert admin.post(f"{ROOT}/sendgrid/removal").status_code == 409


def test_every_change_leaves_who_did_it(admin: FlaskClient, session: Session) -> None:
    save(admin, "sendgrid", **SENDGRID)
    admin.post(f"{ROOT}/oms-generic/secret", data={"variable": "OMS_WEBHOOK_SECRET"})
    admin.post(f"{ROOT}/oms-generic/trial")
    admin.post(f"{ROOT}/sendgrid/removal")
    assert audited(session) == [
        ("admin@shop.example", "connection.set", "sendgrid"),
        ("admin@shop.example", "connection.rotated", "oms-generic"),
        ("admin@shop.example", "connection.tried", "oms-generic"),
        ("admin@shop.example", "connection.removed", "sendgrid"),
    ]


def test_what_cannot_be_taken_is_told_where_it_is_entered_again(
    admin: FlaskClient, live: LiveSettings, session: Session
) -> None:
    save(admin, "sendgrid", **SENDGRID)
    session.query(ConnectedValue).filter_by(variable="MAIL_FROM").delete()
    session.commit()
    live._mark = "another"
    live.look(admin.application.extensions["database"].sessions, at_once=True)
    words_of_page = text_of(admin.get(f"{ROOT}/sendgrid").text)
    assert "MAIL_FROM: is needed to send e-mail" in words_of_page
    assert "SendGrid Not working" in text_of(admin.get(ROOT).text)
    assert store.shown(session)["SENDGRID_API_KEY"]


def test_a_connection_that_there_is_not_is_not_found(admin: FlaskClient) -> None:
    assert admin.get(f"{ROOT}/nobody").status_code == 404
    assert admin.post(f"{ROOT}/nobody").status_code == 404
    assert admin.post(f"{ROOT}/ups/message").status_code == 404

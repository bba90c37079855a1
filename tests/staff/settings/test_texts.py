"""Message texts in the console: switched, written, looked at, tried and brought back, each change with its version."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.brands import versions
from app.notify.models import BrandMessages, Message, SandboxMessage
from app.notify.texts.shelf import TEXT
from tests.notify.build import an_order, some_messages
from tests.staff.browsers import audited, browser, member

PAGE = "/staff/settings/messages"
SPANISH = {"Accept-Language": "es"}
TWO_TEXTS = "With these facts it would take %(count)s texts."
MAIL = f"{PAGE}/demo/shipment.delivered/email/es"
SMS = f"{PAGE}/demo/shipment.delivered/sms/es"
OWN = {"subject": "Ya está: {{ number }}", "headline": "Entregado", "lead": "Gracias.\nHasta pronto.", "button": "Ver"}


@pytest.fixture
def admin(app: Flask, session: Session, now: datetime) -> FlaskClient:
    return browser(app, member(session, now, "admin"))


def in_force(session: Session) -> dict[str, dict[str, Any]]:
    session.expire_all()
    return versions.all_live(session, "demo", TEXT)


def test_every_stage_is_listed_with_its_channels_and_languages(admin: FlaskClient) -> None:
    page = admin.get(PAGE).text
    assert page.count('type="checkbox"') > 30 and MAIL in page and SMS in page
    assert "withdrawal.received" not in page and "shop.case_opened" not in page
    assert "Message texts" in admin.get("/staff/settings").text
    assert admin.get(f"{PAGE}?brand=nobody").status_code == 404


def test_a_stage_without_its_tick_is_told_no_more_and_the_others_stay(admin: FlaskClient, session: Session) -> None:
    form = {"expected": "0", "mail-shown": ["order.preparing", "order.received"], "mail-order.received": "1"}
    assert admin.post(f"{PAGE}/demo/stages", data=form | {"note-es": "Gracias, {{ shop }}"}).status_code == 303
    row = session.get_one(BrandMessages, "demo", populate_existing=True)
    assert (row.mails_off, row.texts_off, row.notes) == (["order.preparing"], [], {"es": "Gracias, {{ shop }}"})
    again = admin.post(f"{PAGE}/demo/stages", data=form)
    assert again.status_code == 409 and "Somebody else has changed this" in again.text
    wrong = admin.post(f"{PAGE}/demo/stages", data={"note-es": "{{ nothing }}"})
    assert wrong.status_code == 422 and 'href="#note-es"' in wrong.text
    assert admin.post(f"{PAGE}/demo/stages/versions/0", data={"expected": "1"}).status_code == 303
    assert session.get_one(BrandMessages, "demo", populate_existing=True).mails_off == []


def test_a_text_is_written_from_the_standard_one_and_brought_back(admin: FlaskClient, session: Session) -> None:
    page = admin.get(MAIL).text
    assert "{% if collected %}" in page and "Standard" in page and 'data-insert="{{ number }}"' in page
    assert admin.post(MAIL, data=OWN | {"expected": "0"}).status_code == 303
    assert in_force(session)["shipment.delivered/email/es"]["lead"] == "Gracias.\nHasta pronto."
    assert admin.post(MAIL, data=OWN | {"expected": "0", "lead": "Otro"}).status_code == 409
    assert "Version 1" in admin.get(MAIL).text and ">Own<" in admin.get(PAGE).text
    assert admin.post(f"{MAIL}/versions/0", data={"expected": "1"}).status_code == 303
    assert in_force(session) == {}
    assert [action for _who, action, _what in audited(session)] == ["setting.saved", "setting.restored"]


def test_what_refuses_a_text_stands_at_its_field_and_what_was_typed_stays(admin: FlaskClient, session: Session) -> None:
    page = admin.post(MAIL, data=OWN | {"lead": "{{ numbr }} <b>"})
    assert page.status_code == 422 and 'href="#lead"' in page.text
    assert "Did you mean “number”" in page.text and "{{ numbr }} &lt;b&gt;" in page.text
    noted = admin.post(f"{MAIL}/check", data=OWN | {"preheader": "Corto"})
    assert noted.status_code == 200 and "40 to 110 signs" in noted.text
    spanish = admin.post(f"{MAIL}/check", data=OWN | {"lead": ""}, headers={"Accept-Language": "es"})
    assert "Escribe algo aquí." in spanish.text
    assert in_force(session) == {}


def test_an_earlier_choice_of_stages_that_names_what_is_gone_is_not_brought_back(
    admin: FlaskClient, session: Session, now: datetime
) -> None:
    place = versions.SettingPlace("demo", versions.SettingKind("stages", dict))
    for document in ({"mails_off": ["order.gone_by_now"]}, {"mails_off": []}):
        versions.save(session, place, document, by="ada@shop.example", now=now)
    session.commit()
    refused = admin.post(f"{PAGE}/demo/stages/versions/1", data={"expected": "2"}, headers=SPANISH)
    assert refused.status_code == 422 and "Esta versión nombra algo que ya no existe" in refused.text


def test_another_language_is_there_to_begin_from(admin: FlaskClient) -> None:
    page = admin.get(f"{MAIL}?from=en").text
    assert "To send something back" in page and "Begin from another language" in page


@pytest.mark.parametrize("look", ["desktop", "dark", "bare", "plain", "phone", "phone-dark", "<x>"])
def test_a_preview_shows_what_the_form_holds_and_can_do_nothing(
    admin: FlaskClient, session: Session, now: datetime, look: str
) -> None:
    an_order(session, now=now)
    session.commit()
    shown = admin.post(f"{MAIL}/look", data=OWN | {"look": look, "order": "1001"})
    assert shown.status_code == 200 and "Hasta pronto." in shown.text and "1001" in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"] and shown.mimetype == "text/html"
    assert ("@media all" in shown.text) == look.endswith("dark")
    assert ("<img" in shown.text) == (look not in ("bare", "plain"))
    assert "/l/…" in shown.text
    assert session.scalars(select(Message)).all() == [] and in_force(session) == {}


def test_a_preview_says_why_there_is_none(admin: FlaskClient) -> None:
    assert "no such order" in admin.get(f"{MAIL}/look?order=9999").text
    assert "There is no “x” here." in admin.post(f"{MAIL}/look", data=OWN | {"lead": "{{ x }}"}).text
    assert "<script" not in admin.post(f"{MAIL}/look", data=OWN | {"lead": "{{ <script> }}"}).text
    assert "bubble" in admin.get(f"{SMS}/look").text


def test_a_test_goes_to_ones_own_address_through_the_provider(admin: FlaskClient, session: Session) -> None:
    page = admin.post(f"{MAIL}/tests", data=OWN | {"to": "customer@example.com"})
    assert page.status_code == 200 and "Sent to admin@shop.example." in page.text
    sent = session.scalars(select(SandboxMessage)).one()
    assert sent.recipient == "admin@shop.example" and (sent.subject or "").startswith("Prueba: Ya está")
    assert audited(session) == [("admin@shop.example", "text.tested", "demo/shipment.delivered/email/es")]
    wrong = admin.post(f"{SMS}/tests", data={"body": "{{ number }} ya está", "to": "me"})
    assert wrong.status_code == 422 and 'href="#to"' in wrong.text
    assert admin.post(f"{MAIL}/tests", data=OWN | {"order": "9999"}).status_code == 409


def test_a_text_that_gave_way_is_told(admin: FlaskClient, session: Session, now: datetime) -> None:
    some_messages(session, 2, channel="sms", kind="shipment.delivered", created_at=now)
    session.execute(update(Message).values(text_fault=TWO_TEXTS, text_fault_values={"count": 2}))
    session.commit()
    assert "1 text gave way" in admin.get("/staff/settings").text
    assert "With these facts it would take 2 texts." in admin.get(PAGE).text
    assert "Con estos datos ocuparía 2 SMS." in admin.get(PAGE, headers=SPANISH).text


def test_a_reason_that_a_release_before_has_kept_is_told_as_it_was_said(
    admin: FlaskClient, session: Session, now: datetime
) -> None:
    some_messages(session, 1, channel="sms", kind="shipment.delivered", created_at=now)
    session.execute(update(Message).values(text_fault="An “if” has no end: write {% endif %} after it. 5 %(x)s"))
    session.commit()
    for headers in ({}, SPANISH):
        assert "write {% endif %} after it. 5 %(x)s" in admin.get(PAGE, headers=headers).text


@pytest.mark.parametrize("look", ["desktop", "bare", "plain", "phone-dark"])
def test_a_preview_says_in_the_readers_language_why_an_order_gets_the_standard_text(
    admin: FlaskClient, session: Session, now: datetime, look: str
) -> None:
    an_order(session, now=now)
    session.commit()
    failing = {"look": look, "order": "1001", "lead": "{{ x }} <b>"}
    spanish = admin.post(f"{MAIL}/look", data=OWN | failing, headers=SPANISH)
    assert "Para este pedido se envía el texto normal: Aquí no hay «x»." in spanish.text
    assert "Hasta pronto." not in spanish.text and 'lang="es-ES">Para este pedido' in spanish.text
    english = admin.post(f"{MAIL}/look", data=OWN | failing)
    assert "For this order the standard text is sent: There is no “x” here." in english.text
    text = admin.post(f"{SMS}/look", data=failing | {"body": "{{ number }} " + "ab " * 60}, headers=SPANISH).text
    assert "se envía el texto normal: Con estos datos ocuparía 2 SMS." in text
    assert "texto normal" not in admin.post(f"{MAIL}/look", data=OWN | {"order": "1001"}, headers=SPANISH).text


def test_a_sentence_with_percent_signs_and_no_values_is_said_in_each_language(admin: FlaskClient) -> None:
    endless = OWN | {"lead": "{% if number %}"}
    for headers, words in (({}, "write {% endif %} after it"), (SPANISH, "escribe {% endif %} después")):
        assert words in admin.post(f"{MAIL}/check", data=endless, headers=headers).text
        assert words in admin.post(f"{MAIL}/look", data=endless, headers=headers).text


def test_an_earlier_text_that_is_refused_by_now_says_why_in_the_readers_language(
    admin: FlaskClient, session: Session, now: datetime
) -> None:
    place = versions.SettingPlace("demo", TEXT, "shipment.delivered/email/es")
    # As if it had been saved by a release that knew more.
    for document in (OWN | {"lead": "{{ gone_by_now }}"}, OWN):
        versions.save(session, place, document, by="ada@shop.example", now=now)
    session.commit()
    refused = admin.post(f"{MAIL}/versions/1", data={"expected": "2"}, headers=SPANISH)
    assert refused.status_code == 422 and "Texto principal: Aquí no hay «gone_by_now»." in refused.text
    assert "Main text: There is no “gone_by_now” here." in admin.post(f"{MAIL}/versions/1", data={"expected": "2"}).text
    assert in_force(session)["shipment.delivered/email/es"]["lead"] == OWN["lead"]


def test_what_is_not_there_is_not_found(admin: FlaskClient) -> None:
    strange = ("demo/withdrawal.received/email/es", "demo/shipment.delivered/fax/es", "nobody/order.received/email/es")
    for path in (*strange, "demo/shipment.delivered/sms/xx"):
        for page in ("", "/check", "/look", "/tests", "/versions/1"):
            assert admin.post(f"{PAGE}/{path}{page}", data=OWN).status_code == 404, (path, page)
        assert admin.get(f"{PAGE}/{path}").status_code == 404
    assert admin.post(f"{MAIL}/versions/9", data={}).status_code == 404
    assert admin.post(f"{PAGE}/nobody/stages", data={}).status_code == 404

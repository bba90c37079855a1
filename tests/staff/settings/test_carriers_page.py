"""Carriers and their codes, on pages and over HTTP."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.api.keys import create_key
from app.carriers import trials
from app.carriers.models import CarrierTrial
from app.core.clock import utcnow
from app.orders.models import Order
from app.tracking.meanings.replay import replay
from app.tracking.models import Shipment, TrackingEvent, WordMeaning
from app.tracking.ports import ReportedEvent
from app.tracking.services import fold_dirty, record_events
from app.tracking.states import ShipmentState, TimeQuality
from tests.staff.browsers import audited

CARRIERS = "/staff/settings/carriers"
CARRIER, NUMBER = "correos_express", "3230007655410294"
ONE = f"{CARRIERS}/words/one?carrier={CARRIER}&code=ZZ9"


@pytest.fixture(autouse=True)
def _askable(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "askable_carriers", lambda: frozenset({CARRIER}))


@pytest.fixture
def unknown(session: Session, parcelled: Order) -> Shipment:
    """A parcel with a scan that nobody understands."""
    at = datetime.fromisoformat("2026-11-22T08:00:00+01:00")
    scan = ReportedEvent(
        carrier=CARRIER, number=NUMBER, status=ShipmentState.UNKNOWN, occurred_raw=at.isoformat(), occurred_at=at,
        zone="+01:00", time_quality=TimeQuality.OFFSET, description="Depositado <b>", code="ZZ9",
    )  # fmt: skip
    record_events(session, [scan], source="poll:x", now=utcnow())
    fold_dirty(session, now=utcnow())
    session.commit()
    return session.scalars(select(Shipment)).one()


@pytest.fixture
def system(app: Flask, session: Session) -> FlaskClient:
    _, secret = create_key(session, name="ops", scopes=["carriers:read", "carriers:write"], now=utcnow())
    session.commit()
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def _done(session: Session, **outcome: object) -> CarrierTrial:
    row = session.scalars(select(CarrierTrial)).one()
    trials.keep(session, row.id, dict(outcome), now=utcnow())
    session.commit()
    return row


def test_every_carrier_in_use_stands_there_with_how_it_does(admin: FlaskClient, parcelled: Order) -> None:
    page = admin.get(CARRIERS).text
    assert all(words in page for words in ("Correos Express", "is asked", "Works"))


def test_a_carrier_that_does_not_answer_says_why_and_what_to_do(
    admin: FlaskClient, session: Session, parcelled: Order
) -> None:
    session.execute(update(Shipment).values(poll_failures=4, poll_error="it answers 401.", poll_failing_since=utcnow()))
    session.commit()
    page = admin.get(f"{CARRIERS}/{CARRIER}").text
    assert all(words in page for words in ("Doesn&#39;t answer", "it answers 401.", "check its credentials"))
    assert "1 with trouble" in admin.get("/staff/settings").text


def test_two_carriers_of_one_name_are_told_apart(
    admin: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = frozenset({"gls", "gls_asm"})
    monkeypatch.setitem(app.extensions, "askable_carriers", lambda: both)
    titles = [admin.get(f"{CARRIERS}/{name}").text.partition("<h1>")[2].partition("</h1>")[0] for name in sorted(both)]
    assert len(set(titles)) == 2, titles


def test_a_test_is_asked_for_and_its_answer_shown(admin: FlaskClient, session: Session, parcelled: Order) -> None:
    sent = admin.post(f"{CARRIERS}/{CARRIER}/test", data={"number": NUMBER})
    assert "has not answered yet" in admin.get(sent.location).text
    event = {"status": "delivered", "description": "Entregado <i>", "occurred_raw": "2026-11-22 10:00"}
    _done(session, source=CARRIER, raw=['{"estado":"ENTREGADO"}'], reports=[{"status": "delivered", "events": [event]}])
    page = admin.get(sent.location).text
    assert all(words in page for words in ("Entregado &lt;i&gt;", "&#34;estado&#34;: &#34;ENTREGADO&#34;", "Delivered"))
    assert NUMBER in admin.get(f"{CARRIERS}/{CARRIER}").text
    assert ("admin@shop.example", "carrier.asked", f"{CARRIER}/{NUMBER}") in audited(session)


def test_a_test_that_failed_says_why(admin: FlaskClient, session: Session, parcelled: Order) -> None:
    sent = admin.post(f"{CARRIERS}/{CARRIER}/test", data={"number": NUMBER})
    _done(session, source=CARRIER, raw=["<html>"], error="it answers 503.")
    page = admin.get(sent.location).text
    assert all(words in page for words in ("Nothing could be read", "it answers 503.", "&lt;html&gt;"))


def test_what_is_no_number_is_said_at_its_field(admin: FlaskClient, parcelled: Order) -> None:
    refused = admin.post(f"{CARRIERS}/{CARRIER}/test", data={"number": " "})
    assert (refused.status_code, "Write a tracking number" in refused.text) == (422, True)


def test_whom_nobody_can_ask_has_no_test(
    app: Flask, admin: FlaskClient, parcelled: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "askable_carriers", frozenset)
    assert "no credentials are set" in admin.get(f"{CARRIERS}/{CARRIER}").text
    assert admin.post(f"{CARRIERS}/{CARRIER}/test", data={"number": NUMBER}).status_code == 409
    assert [admin.get(f"{CARRIERS}/{path}").status_code for path in ("nobody_at_all", "tests/99999")] == [404, 404]


def test_an_unexplained_code_leads_to_its_parcel_and_is_explained(
    admin: FlaskClient, session: Session, unknown: Shipment
) -> None:
    assert "ZZ9" in admin.get(f"{CARRIERS}/words").text
    assert "ZZ9" in admin.get(f"{CARRIERS}/{CARRIER}").text
    page = admin.get(ONE).text
    assert all(words in page for words in ("Depositado &lt;b&gt;", ">1001<", "It says nothing"))
    assert admin.post(ONE, data={"state": "delivered"}).status_code == 303
    assert "0 old scans have followed, 1 to go" in admin.get(f"{CARRIERS}/words").text
    while replay(session, now=utcnow()):
        fold_dirty(session, now=utcnow())
    session.commit()
    session.expire_all()
    assert unknown.state == "delivered"
    listed = admin.get(f"{CARRIERS}/words").text
    assert all(words in listed for words in ("Every code has a meaning", "1 old scan has followed", "Take it back"))
    assert ("admin@shop.example", "carrier_word.explained", f"{CARRIER}/ZZ9") in audited(session)


def test_what_was_said_is_taken_back(admin: FlaskClient, session: Session, unknown: Shipment) -> None:
    admin.post(ONE, data={"state": "lost"})
    meaning = session.scalars(select(WordMeaning)).one()
    assert admin.post(f"{CARRIERS}/words/{meaning.id}/undo").status_code == 303
    assert "taken back" in admin.get(f"{CARRIERS}/words").text
    assert admin.post(f"{CARRIERS}/words/{meaning.id}/undo").status_code == 409
    assert admin.post(f"{CARRIERS}/words/99999/undo").status_code == 404


@pytest.mark.parametrize("query", ["", "?carrier=gls", "?code=x", "?carrier=gls&code=a&words=b"])
def test_an_address_that_names_no_code_leads_nowhere(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"{CARRIERS}/words/one{query}").status_code == 404


def test_a_meaning_must_be_chosen(admin: FlaskClient, session: Session, unknown: Shipment) -> None:
    refused = admin.post(ONE, data={"state": ""})
    assert (refused.status_code, "Choose what the code means" in refused.text) == (422, True)
    assert session.scalars(select(WordMeaning)).all() == []


def test_systems_read_carriers_and_explain_codes(system: FlaskClient, session: Session, unknown: Shipment) -> None:
    (carrier,) = [row for row in system.get("/api/v1/carriers").json["carriers"] if row["carrier"] == CARRIER]
    assert (carrier["live"], carrier["unknown"], carrier["source"]) == (1, 1, CARRIER)
    assert [word["code"] for word in system.get("/api/v1/carriers/words").json["unknown"]] == ["ZZ9"]
    word = {"carrier": CARRIER, "code": "ZZ9"}
    made = system.put("/api/v1/carriers/words", json=word | {"state": "delivered"}).json
    assert (made["state"], made["made_by"]) == ("delivered", "api:ops")
    assert system.put("/api/v1/carriers/words", json=word | {"state": "flying"}).status_code == 422
    assert system.delete(f"/api/v1/carriers/words/{made['id']}").status_code == 204
    assert system.delete(f"/api/v1/carriers/words/{made['id']}").status_code == 409
    assert system.put("/api/v1/carriers/words", json=word).status_code == 404
    assert session.scalars(select(TrackingEvent.status).where(TrackingEvent.code == "ZZ9")).all() == ["unknown"]


def test_systems_ask_a_carrier_for_a_test(system: FlaskClient, session: Session) -> None:
    sent = system.post(f"/api/v1/carriers/{CARRIER}/trials", json={"number": NUMBER})
    assert (sent.status_code, sent.json["done_at"]) == (202, None)
    _done(session, source=CARRIER, raw=["{}"], reports=[])
    assert system.get(sent.headers["Location"]).json["raw"] == ["{}"]
    assert system.post("/api/v1/carriers/nobody/trials", json={"number": NUMBER}).status_code == 409
    assert system.get("/api/v1/carriers/trials/99999").status_code == 404


def test_only_admins_see_carriers(support: FlaskClient) -> None:
    assert [support.get(f"{CARRIERS}{path}").status_code for path in ("", "/words")] == [403, 403]


def test_the_worklist_of_codes_leads_admins_to_where_they_are_explained(
    admin: FlaskClient, support: FlaskClient, unknown: Shipment
) -> None:
    def leads(client: FlaskClient) -> bool:
        return f"{CARRIERS}/words/one" in client.get("/staff/work/words").text

    assert (leads(admin), leads(support)) == (True, False)

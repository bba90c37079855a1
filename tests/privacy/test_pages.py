"""The ways to ask: the customer's own page, the settings, the interface and the command line."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.api.keys import create_key
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import Settings
from app.orders.models import Order
from app.privacy import ledger, requests, restore, terms
from app.privacy.copies.making import LIFE
from app.privacy.models import Erasure, PersonalCopy
from tests.conftest import SECRET
from tests.privacy.canaries import EMAIL, NAME, settle
from tests.staff.browsers import browser, member


@pytest.fixture
def customer(client: FlaskClient, session: Session) -> FlaskClient:
    """A browser in which the address was proven."""
    settle(session, now=utcnow())
    session.commit()
    with client.session_transaction() as opened:
        opened["account"] = EMAIL
    return client


def test_a_copy_is_downloaded_once_and_only_by_who_asked(customer: FlaskClient, app: Flask, session: Session) -> None:
    assert customer.post("/account/data/copy").status_code == 303
    sealed = session.scalars(select(PersonalCopy.sealed)).one()
    assert NAME not in str(sealed)
    stranger = app.test_client()
    assert stranger.post("/account/data/download").location == "/account"
    answer = customer.post("/account/data/download")
    assert answer.mimetype == "application/zip" and answer.headers["Cache-Control"] == "no-store"
    assert NAME in zipfile.ZipFile(io.BytesIO(answer.data)).read("data.html").decode()
    assert session.scalars(select(PersonalCopy.sealed)).one() is None
    assert customer.post("/account/data/download").status_code == 409


@pytest.mark.parametrize(("accepted", "language"), [("es", "es-ES"), ("en", "en")])
def test_a_copy_says_in_which_language_it_is(customer: FlaskClient, accepted: str, language: str) -> None:
    customer.post("/account/data/copy", headers={"Accept-Language": accepted})
    packed = customer.post("/account/data/download").data
    page = zipfile.ZipFile(io.BytesIO(packed)).read("data.html").decode()
    assert f'<html lang="{language}' in page
    assert ("Lo que guardamos" in page) is (accepted == "es")
    # Names of facts are the same in every language.
    assert '<dt lang="en">' in page


def test_a_copy_is_gone_after_a_day(customer: FlaskClient, session: Session) -> None:
    customer.post("/account/data/copy")
    session.execute(text("update personal_copy set made_at = made_at - :life"), {"life": LIFE})
    session.commit()
    assert customer.post("/account/data/download").status_code == 409


def test_a_customer_sees_what_goes_asks_and_changes_their_mind(customer: FlaskClient, session: Session) -> None:
    page = customer.get("/account/data/delete").text
    assert EMAIL in page and session.scalars(select(Erasure)).all() == []
    assert customer.post("/account/data/delete").location == "/account/data"
    erasure = session.scalars(select(Erasure)).one()
    assert erasure.state == "asked" and erasure.due_at - erasure.asked_at <= timedelta(hours=24)
    assert erasure.ref in customer.get("/account/data").text
    customer.post("/account/data/keep")
    session.expire_all()
    assert session.scalars(select(Erasure.state)).all() == ["cancelled"]


def test_who_proved_no_address_is_led_to_where_one_does(client: FlaskClient) -> None:
    for path in ("/account/data", "/account/data/delete"):
        assert client.get(path).location == "/account"


def test_an_admin_sees_what_goes_and_what_stays_before_confirming(app: Flask, session: Session) -> None:
    settle(session, now=utcnow())
    admin = browser(app, member(session, utcnow(), "admin"))
    page = admin.post("/staff/settings/privacy/person", data={"email": EMAIL}).text
    assert "Quiero SMS" in page and session.scalars(select(Erasure)).all() == []
    assert admin.post("/staff/settings/privacy/person", data={"email": "x"}).status_code == 422
    assert admin.post("/staff/settings/privacy/person", data={"email": "no@body.example"}).status_code == 404
    assert admin.post("/staff/settings/privacy/erasures", data={"email": EMAIL}).status_code == 303
    assert session.scalars(select(Erasure.asked_by)).one() == "admin@shop.example"
    support = browser(app, member(session, utcnow(), "support"))
    assert support.get("/staff/settings/privacy").status_code == 403


def test_wrong_days_are_told_at_their_place_and_right_ones_are_a_version(app: Flask, session: Session) -> None:
    admin = browser(app, member(session, utcnow(), "admin"))
    page = admin.post("/staff/settings/privacy/retention", data={"messages": "none", "expected": "0"})
    assert page.status_code == 422 and "none" in page.text

    days = {name: str(number) for name, number in terms.usual_days().items()} | {"messages": "9", "expected": "0"}
    assert admin.post("/staff/settings/privacy/retention", data=days).status_code == 303
    assert terms.days_of(session, "messages") == 9
    assert admin.post("/staff/settings/privacy/retention", data=days).status_code == 409


def test_a_system_erases_exports_and_sets_days_with_a_scope_of_its_own(app: Flask, session: Session) -> None:
    settle(session, now=utcnow())
    system, other = app.test_client(), app.test_client()
    for one, scope in ((system, "privacy"), (other, "orders:write")):
        one.environ_base["HTTP_AUTHORIZATION"] = (
            f"Bearer {create_key(session, name='s', scopes=[scope], now=utcnow())[1]}"
        )
    session.commit()
    hashed = hashlib.sha256(EMAIL.encode()).hexdigest()
    assert other.get(f"/api/v1/customers/{hashed}/export").status_code == 403
    packed = system.get(f"/api/v1/customers/{hashed}/export")
    assert NAME in zipfile.ZipFile(io.BytesIO(packed.data)).read("data.json").decode()
    assert system.get(f"/api/v1/customers/{'0' * 64}/export").status_code == 404
    answer = system.post("/api/v1/erasures", json={"email": EMAIL})
    assert answer.status_code == 202 and answer.json["state"] == "asked"
    assert system.post("/api/v1/erasures", json={"email": EMAIL, "phone": "+34600000000"}).status_code == 422
    ref = answer.json["ref"]
    assert system.get(f"/api/v1/erasures/{ref}").json["ref"] == ref
    assert system.post(f"/api/v1/erasures/{ref}/cancellation").json["state"] == "cancelled"
    assert system.post(f"/api/v1/erasures/{ref}/cancellation").status_code == 409
    assert system.put("/api/v1/retention", json={"days": {"messages": 5}}).json["version"] == 1
    stale = system.put("/api/v1/retention", json={"days": {"messages": 6}}, headers={"If-Match": '"0"'})
    assert stale.status_code == 409
    assert system.put("/api/v1/retention", json={"days": {"messages": 0}}).status_code == 422


def test_the_command_erases_and_the_ledger_has_digests_alone(app: Flask, session: Session, settings: Settings) -> None:
    settle(session, now=utcnow())
    session.commit()
    path = ledger.path_of(settings)
    path.unlink(missing_ok=True)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["portal", "erase", EMAIL], input="n\n").exit_code != 0
    assert session.scalars(select(Order.erased_at)).all() == [None]
    done = runner.invoke(args=["portal", "erase", EMAIL, "--yes"])
    assert done.exit_code == 0, done.output
    session.expire_all()
    assert session.scalars(select(Order.erased_at)).all() != [None]
    written = path.read_text()
    assert json.loads(written)["marks"] and EMAIL not in written and NAME not in written
    assert runner.invoke(args=["portal", "erase", "nobody"]).exit_code != 0
    assert runner.invoke(args=["portal", "retention", "show"]).exit_code == 0


def test_a_database_that_lacks_what_the_ledger_has_is_told_to_be_a_backup(
    session: Session, settings: Settings, tmp_path: Path
) -> None:
    config = settings.model_copy(update={"audit_anchor": tmp_path / "audit.anchors"})
    assert restore.older_than_its_papers(session, config) is None
    ledger.write(ledger.path_of(config), ledger.LedgerEntry("GONE", utcnow(), {b"m": "email"}), key=SECRET)
    assert "1 erasures" in str(restore.older_than_its_papers(session, config))

    def unit(work: requests.Work) -> object:
        with transaction(session):
            return work(session)

    restore.at_start(unit, config, now=utcnow())
    assert restore.older_than_its_papers(session, config) is None

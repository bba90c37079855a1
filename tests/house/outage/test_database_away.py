"""While the database is away: plain words for people, «later» for systems, nothing taken; and all heals by itself."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app import create_app
from app.core import standard_webhooks
from app.core.clock import utcnow
from app.core.settings import Settings
from app.core.tables.schema import upgrade
from app.server.embedded import Embedded
from tests.carriers.endpoints import SECRETS, secret_of, signed
from tests.conftest import SECRET
from tests.house.routes.addresses import MEANT, addresses

TOKEN = "t" * 32
ALIVE = {"/healthz", "/static/base.css"}
STAFF_WORDS = {"es": "La base de datos no responde", "en": "The database doesn't answer"}
WORDS = {"es": "Volvemos enseguida", "en": "right back"}
CONTRACT = {"es": "Por la presente le comunico que desisto", "en": "I hereby give notice that I withdraw"}
NAMES = {meant: "AAAAAAAA" for meant in MEANT.values()} | {
    name: "1" for name in ("mail", "refund_id", "shipment_id", "row_id", "text_id", "receipt_id", "withdrawal_id",
                           "user_id", "delivery", "number", "import_id", "job_id", "key_id", "meaning_id", "passkey_id",
                           "point_id", "trial_id")
}  # fmt: skip


def portal(url: str) -> Flask:
    """A portal on that database, every endpoint of it configured."""
    environ = {name.upper(): " ".join(pair) for name, pair in SECRETS.items()} | {
        "OMS_WEBHOOK_SECRET": secret_of("generic"), "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_FROM": "+34600000000", "MAIL_FROM": "ayuda@almazara.example",
    }  # fmt: skip
    return create_app(Settings.from_env({"DATABASE_URL": url, "SECRET_KEY": SECRET, "DEMO": "1", **environ}))


@pytest.fixture(scope="module")
def nowhere() -> FlaskClient:
    """A portal whose database address leads to a closed port, and a browser that was here before."""
    client = portal("postgresql://nobody@127.0.0.1:1/none").test_client()
    client.set_cookie("paradero", "a-session")
    return client


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where a PostgreSQL of its own lives."""
    folder = Path(tempfile.mkdtemp(prefix="paradero-away-"))
    folder.chmod(0o755)
    yield folder / "pg"
    shutil.rmtree(folder, ignore_errors=True)


def deliveries(client: FlaskClient, mark: str) -> list[TestResponse]:
    """One good delivery at each family of endpoints."""
    body, now = f'{{"id": "{mark}"}}'.encode(), utcnow()
    fields = {"MessageSid": f"SM{mark}", "MessageStatus": "delivered"}
    path = "/hooks/messages/twilio"
    mac = RequestValidator(TOKEN).compute_signature(f"http://127.0.0.1:8000{path}", fields)
    oms = standard_webhooks.sign([secret_of("generic")], message_id=mark, at=now, body=body)
    return [
        client.post(
            "/hooks/carriers/easypost", data=body, headers=signed("easypost", body, secret_of("easypost"), now)
        ),
        client.post("/hooks/oms/generic", data=body, headers=oms),
        client.post(path, data=fields, headers={"X-Twilio-Signature": mac}),
    ]


def test_every_address_says_later_and_none_pretends(nowhere: FlaskClient) -> None:
    wrong = []
    for address in addresses(nowhere.application):
        path = address.path(NAMES)
        answer = nowhere.open(path, method=address.method, data=None if address.method == "GET" else {})
        status = answer.status_code
        if status > 503 or status in (500, 501, 502) or b"Traceback" in answer.data:
            wrong.append((str(address), status))
        if status == 503 and path.startswith("/api/v1/") and answer.mimetype != "application/problem+json":
            wrong.append((str(address), answer.mimetype))
        if address.method != "GET" and status < 300:
            wrong.append((str(address), status))
    assert wrong == []
    assert [path for path in ALIVE if nowhere.get(path).status_code != 200] == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_people_are_told_in_a_plain_sentence_and_can_still_withdraw(nowhere: FlaskClient, language: str) -> None:
    for path in ("/", "/o/AAAAAAAA", "/returns/AAAAAAAA", "/account", "/staff", "/withdraw"):
        nowhere.set_cookie("paradero", "a-session")
        answer = nowhere.get(path, headers={"Accept-Language": language})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
        assert (STAFF_WORDS if path == "/staff" else WORDS)[language] in answer.text, path
    for answer in (
        nowhere.get("/withdraw", headers={"Accept-Language": language}),
        nowhere.post("/withdraw/confirmation", headers={"Accept-Language": language}, data={"name": "A"}),
    ):
        assert answer.status_code in (400, 503)
        assert CONTRACT[language] in nowhere.get("/withdraw", headers={"Accept-Language": language}).text
        assert "mailto:ayuda@almazara.example" in nowhere.get("/withdraw").text


def test_who_was_never_here_is_told_so_before_a_form_is_filled_in(nowhere: FlaskClient) -> None:
    for path in ("/", "/links", "/account", "/withdraw", "/staff/sign-in"):
        answer = nowhere.application.test_client().get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
    looked = nowhere.application.test_client()
    assert looked.get("/privacy").status_code == 200
    answer = looked.post("/withdraw", data={"name": "A", "order": "1", "contact": "a@example.com"})
    assert answer.status_code in (400, 503)


def test_systems_are_told_to_come_again(nowhere: FlaskClient) -> None:
    for answer in deliveries(nowhere, "m1"):
        assert answer.status_code == 503, answer.request.path
        assert int(answer.headers["Retry-After"]) > 0, answer.request.path
    response = nowhere.get("/api/v1/orders", headers={"Authorization": "Bearer pk_x"})
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert int(response.headers["Retry-After"]) > 0
    assert nowhere.get("/healthz").status_code == 200
    assert nowhere.get("/readyz").status_code == 503


def test_all_heals_without_a_restart(folder: Path) -> None:
    server = Embedded(folder)
    url = server.database()
    upgrade(url)
    app = portal(url)
    client = app.test_client()
    client.post("/theme/dark")
    assert client.get("/", headers={"Accept-Language": "en"}).status_code == 200
    assert [answer.status_code for answer in deliveries(client, "before")] == [202, 202, 202]
    server.stop()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    looked = client.post("/", data={"number": "1", "contact": "a@example.com"}, headers={"Accept-Language": "en"})
    assert looked.status_code in (400, 503)
    assert [answer.status_code for answer in deliveries(client, "away")] == [503, 503, 503]
    assert client.get("/api/v1/orders", headers={"Authorization": "Bearer pk_x"}).status_code == 503
    again = Embedded(folder)
    try:
        assert client.get("/readyz").status_code == 200
        assert client.get("/").status_code == 200
        assert [answer.status_code for answer in deliveries(client, "after")] == [202, 202, 202]
        with app.extensions["database"].engine.connect() as connection:
            keys = set(connection.scalars(text("select delivery_key from inbox where door = 'oms:generic'")))
        assert keys == {"before", "after"}
    finally:
        app.extensions["database"].engine.dispose()
        again.stop()

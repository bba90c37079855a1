"""Message texts over the API: read, looked at, written, brought back; and which stages a brand tells."""

from collections.abc import Callable

from flask.testing import FlaskClient

ADDRESS = "/api/v1/texts/demo/shipment.delivered/email/es"
GOOD = {"subject": "Pedido {{ number }}", "headline": "Entregado", "lead": "Gracias."}


def test_a_text_is_told_with_what_it_may_speak_of(api: FlaskClient) -> None:
    answer = api.get(ADDRESS)
    assert answer.json is not None and (answer.json["own"], answer.json["version"]) == (False, 0)
    assert "{{ number }}" in answer.json["text"]["subject"] and "delivered_on" in answer.json["names"]
    assert api.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    texts = api.get("/api/v1/texts/demo").json
    assert texts is not None and len(texts["texts"]) > 80 and not any(one["own"] for one in texts["texts"])


def test_what_is_written_is_in_force_and_the_standard_comes_back(api: FlaskClient) -> None:
    written = api.put(ADDRESS, json=GOOD | {"version": 0})
    assert written.status_code == 200 and written.json is not None
    assert (written.json["own"], written.json["version"], written.json["text"]["lead"]) == (True, 1, "Gracias.")
    assert api.put(ADDRESS, json=GOOD | {"version": 0, "lead": "Hola."}).status_code == 409
    back = api.delete(ADDRESS).json
    assert back is not None and not back["own"]


def test_what_refuses_a_text_is_told_at_its_field(api: FlaskClient) -> None:
    bad = GOOD | {"lead": "{% for x in y %}", "headline": "https://evil.example"}
    answer = api.put(ADDRESS, json=bad)
    assert answer.status_code == 422 and answer.json is not None
    assert {fault["pointer"] for fault in answer.json["errors"]} == {"#/lead"}
    checked = api.put(ADDRESS, json=GOOD | {"headline": "https://evil.example", "check": True})
    assert checked.json is not None and checked.status_code == 200
    assert [(one["field"], one["refuses"]) for one in checked.json["remarks"]] == [("headline", True)]
    answer_now = api.get(ADDRESS).json
    assert answer_now is not None and not answer_now["own"]


def test_what_is_not_there_is_not_found(api: FlaskClient, key_with: Callable[..., FlaskClient]) -> None:
    for part in ("nobody/shipment.delivered/email/es", "demo/nothing/email/es", "demo/order.received/sms/es",
                 "demo/shipment.delivered/email/xx"):  # fmt: skip
        assert api.get(f"/api/v1/texts/{part}").status_code == 404
        assert api.put(f"/api/v1/texts/{part}", json=GOOD).status_code == 404
    assert api.get("/api/v1/texts/nobody").status_code == api.get("/api/v1/stages/nobody").status_code == 404
    assert key_with("messages:read").put(ADDRESS, json=GOOD).status_code == 403


def test_stages_are_switched_one_by_one(api: FlaskClient) -> None:
    done = api.put("/api/v1/stages/demo", json={"texts_off": ["shipment.late"], "version": 0})
    assert done.status_code == 200 and done.json is not None and done.json["version"] == 1
    api.put("/api/v1/stages/demo", json={"notes": {"es": "Hola"}})
    stages = api.get("/api/v1/stages/demo").json
    assert stages is not None and (stages["texts_off"], stages["notes"]) == (["shipment.late"], {"es": "Hola"})
    assert api.put("/api/v1/stages/demo", json={"mails_off": ["nothing"]}).status_code == 422

"""The figures over HTTP: the same in three forms, for keys that may read them."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pyarrow import parquet
from sqlalchemy.orm import Session

from app.api.v1.metrics.answers import DeliveryQuery, MessagesQuery, ReturnsQuery
from app.audit.models import AuditRow
from app.metrics import delivery, messages, returns
from tests.api.conftest import api, key_with, secret
from tests.metrics.build import parcel

__all__ = ["api", "key_with", "secret"]

DELIVERY = "/api/v1/metrics/delivery?from=2026-11-01&to=2026-11-30"
ALL = ("/api/v1/metrics/delivery", "/api/v1/metrics/returns", "/api/v1/metrics/messages")


@pytest.fixture
def sold(session: Session) -> None:
    parcel(session, "1", "2026-11-05 10:00", promised="2026-11-05", picked_up="2026-11-03 10:00")
    parcel(session, "2", "2026-11-09 10:00", promised="2026-11-05", carrier="ups")
    session.commit()


def test_the_figures_are_told(api: FlaskClient, sold: None) -> None:
    figures = api.get(DELIVERY + "&group_by=carrier").json
    assert (figures["from"], figures["to"], figures["group_by"]) == ("2026-11-01", "2026-11-30", "carrier")
    assert [(row["group"], row["on_time_share"], row["carrier_to_door_p50_days"]) for row in figures["rows"]] == [
        ("seur", 1.0, 2.0),
        ("ups", 0.0, None),
    ]


def test_csv_and_parquet_hold_the_same_rows(api: FlaskClient, sold: None) -> None:
    rows = api.get(DELIVERY + "&group_by=carrier").json["rows"]
    text = api.get(DELIVERY + "&group_by=carrier", headers={"Accept": "text/csv"})
    columns = api.get(DELIVERY + "&group_by=carrier", headers={"Accept": "application/vnd.apache.parquet"})
    lines = list(csv.DictReader(io.StringIO(text.get_data().decode("utf-8-sig"))))
    assert [list(line) for line in lines] == [list(row) for row in rows]
    assert [line["delivered"] for line in lines] == ["1", "1"]
    assert parquet.read_table(io.BytesIO(columns.get_data())).to_pylist() == rows
    assert text.headers["Vary"] == columns.headers["Vary"] == "Accept"


@pytest.mark.parametrize(("url", "name"), [*zip(ALL, ("delivery", "returns", "messages"), strict=True)])
def test_a_file_leaves_a_row_of_the_audit_trail_and_a_look_none(
    api: FlaskClient, session: Session, url: str, name: str
) -> None:
    stretch = "?from=2026-11-01&to=2026-11-30&group_by=day"
    looked, refused = (api.get(url + stretch, headers={"Accept": form}) for form in ("application/json", "image/png"))
    headed = api.head(url + stretch, headers={"Accept": "text/csv"})
    assert (looked.status_code, refused.status_code, headed.status_code) == (200, 406, 200)
    assert session.query(AuditRow).all() == []
    for form in ("text/csv", "application/vnd.apache.parquet"):
        assert api.get(url + stretch, headers={"Accept": form}).status_code == 200
    rows = session.query(AuditRow).order_by(AuditRow.id).all()
    assert {row.actor[:4] for row in rows} == {"api:"}
    assert [(row.action, row.subject) for row in rows] == [("metrics.exported", name)] * 2
    assert [row.detail["form"] for row in rows] == ["csv", "parquet"]
    assert {row.detail["group_by"] for row in rows} == {"day"}


@pytest.mark.parametrize("url", ALL)
def test_every_kind_answers_in_every_form_even_without_rows(api: FlaskClient, url: str) -> None:
    assert api.get(url).json["rows"] == []
    for form in ("text/csv", "application/vnd.apache.parquet"):
        answer = api.get(url, headers={"Accept": form})
        assert (answer.status_code, answer.mimetype) == (200, form)
    assert api.get(url, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("url", ALL)
def test_a_key_needs_the_scope(key_with: Callable[..., FlaskClient], url: str) -> None:
    assert key_with("orders:read").get(url).status_code == 403
    assert key_with("metrics:read").get(url).status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=yesterday", "from"),
        ("from=2026-11-02&to=2026-11-01", "from"),
        ("group_by=colour", "group_by"),
        ("country=Spain", "country"),
        ("colour=red", "colour"),
        ("to=0001-01-01", "to"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_parameter(api: FlaskClient, query: str, parameter: str) -> None:
    for url in ALL:
        refused = api.get(f"{url}?{query}")
        assert refused.status_code == 422
        assert parameter in [error.get("parameter") for error in refused.json["errors"]]


def test_what_may_be_grouped_by_is_described_as_it_is_done() -> None:
    for shape, allowed in ((DeliveryQuery, delivery), (ReturnsQuery, returns), (MessagesQuery, messages)):
        described = shape.model_json_schema()["properties"]["group_by"]["enum"]
        assert set(described) == {by.value for by in allowed.ALLOWED}


def test_the_description_names_the_three_forms(api: FlaskClient) -> None:
    described = api.get("/api/v1/openapi.json").json["paths"]["/metrics/delivery"]["get"]
    assert set(described["responses"]["200"]["content"]) == {
        "application/json",
        "text/csv",
        "application/vnd.apache.parquet",
    }
    assert {"from", "to", "group_by"} <= {parameter["name"] for parameter in described["parameters"]}

"""The pages of figures: who opens them, what they say, and the files beside their charts."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.notify.models import Message
from app.orders.models import OrderLine
from app.returns.models import Return, ReturnLine
from tests.metrics.build import order, parcel, utc

NOVEMBER = "from=2026-11-01&to=2026-11-30"
PAGES = ("/staff/metrics", "/staff/metrics/messages", "/staff/metrics/returns")
FILES = tuple(f"/staff/metrics/{name}.csv" for name in ("delivery", "messages", "returns", "products"))


def text_of(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def rows_of(client: FlaskClient, url: str) -> list[dict[str, str]]:
    answer = client.post(url)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def a_return(session: Session, number: str, reason: str, moment: str, *, decision: str = "approved") -> Return:
    bought = order(session, number)
    (line,) = session.query(OrderLine).filter_by(order_id=bought.id)
    made = Return(
        ref=f"R{number:>07}",
        order_id=bought.id,
        decision=decision,
        initiated_by="customer",
        method="label",
        currency="EUR",
        quote={},
        verdict={},
        requested_at=utc(moment),
        changed_at=utc(moment),
    )
    made.lines.append(ReturnLine(order_line_id=line.id, quantity=1, group="x", reason=reason, refund=1990))
    session.add(made)
    session.flush()
    return made


def a_message(
    session: Session, number: int, state: str, seconds: float | None, *, kind: str = "order.received"
) -> None:
    at = datetime(2026, 11, 10, 9, tzinfo=UTC)
    session.add(
        Message(
            public_id=f"m{number}",
            dedup_key=f"d{number}",
            kind=kind,
            purpose="news",
            channel="email",
            recipient="x",
            recipient_hash=b"x",
            locale="es",
            brand_key="demo",
            facts={},
            state=state,
            created_at=at,
            happened_at=at,
            next_try_at=at,
            accepted_at=None if seconds is None else at + timedelta(seconds=seconds),
        )
    )
    session.flush()


@pytest.mark.parametrize("url", PAGES + FILES)
def test_marketing_and_support_open_them_the_warehouse_does_not(
    signed_in: Callable[..., FlaskClient], client: FlaskClient, url: str
) -> None:
    method = "POST" if url in FILES else "GET"
    roles = ("marketing", "support", "admin", "warehouse")
    seen = {role: signed_in(role).open(url, method=method).status_code for role in roles}
    assert seen == {"marketing": 200, "support": 200, "admin": 200, "warehouse": 403}
    assert client.open(url, method=method).status_code == 303


@pytest.mark.parametrize("url", PAGES)
def test_an_empty_shop_is_told_that_there_is_nothing_to_count(marketing: FlaskClient, url: str) -> None:
    assert "Nothing to count" in text_of(marketing, url)


def test_delivery_says_what_to_see_and_how_it_is_counted(marketing: FlaskClient, session: Session) -> None:
    for number in range(4):
        parcel(session, str(number), "2026-11-05 10:00", promised="2026-11-05")
    parcel(session, "8", "2026-11-09 10:00", promised="2026-11-05", carrier="ups")
    parcel(session, "9", "2026-11-09 10:00")
    page = text_of(marketing, f"/staff/metrics?{NOVEMBER}")
    assert "Of 5 parcels with a promised day, 80.0% came on time." in page
    assert "1 parcel had no promised day and is not in the shares." in page
    assert "by the calendar of the place of delivery" in page
    assert "On time by carrier" in page
    assert "SEUR" in page
    assert re.search(r"The period before, \d+ \w+ 2026 – \d+ \w+ 2026, has nothing to compare with", page)


def test_a_country_without_regions_has_its_name(marketing: FlaskClient, session: Session) -> None:
    parcel(session, "1", "2026-11-05 10:00", promised="2026-11-05", **{"ship_to.country": "GB", "ship_to.region": None})
    assert "There is one group only: United Kingdom." in text_of(marketing, f"/staff/metrics?{NOVEMBER}")


def test_a_change_is_told_against_the_stretch_before(marketing: FlaskClient, session: Session) -> None:
    parcel(session, "1", "2026-11-02 10:00", promised="2026-11-05")
    parcel(session, "2", "2026-11-02 10:00", promised="2026-11-01")
    parcel(session, "3", "2026-11-04 10:00", promised="2026-11-05")
    page = marketing.get("/staff/metrics?from=2026-11-03&to=2026-11-04").get_data(as_text=True)
    assert re.search(r'<dd class="figure-change is-done">\+50 points', page)
    assert "−50%" in page


def test_every_picture_is_well_formed_and_named(marketing: FlaskClient, session: Session) -> None:
    parcel(session, "1", "2026-11-05 10:00", promised="2026-11-05")
    page = marketing.get(f"/staff/metrics?{NOVEMBER}").get_data(as_text=True)
    pictures = re.findall(r'<svg[^>]*role="img".*?</svg>', page, re.DOTALL)
    assert len(pictures) == 2
    for picture in pictures:
        root = ElementTree.fromstring(picture)  # noqa: S314
        assert (root.findtext("title") or "").strip()
        assert (root.findtext("desc") or "").strip()
    assert "style=" not in page


def test_a_form_that_makes_no_sense_comes_back_with_its_faults(marketing: FlaskClient) -> None:
    answer = marketing.get("/staff/metrics?from=2026-11-30&to=2026-11-01")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert "The first day must not be after the last one" in page


def test_a_file_leaves_a_row_that_says_what_was_taken_out(
    signed_in: Callable[..., FlaskClient], marketing: FlaskClient, session: Session
) -> None:
    for number in range(2):
        parcel(session, str(number), "2026-11-05 10:00", promised="2026-11-05", carrier=("seur", "ups")[number])
    rows_of(marketing, f"/staff/metrics/delivery.csv?{NOVEMBER}&channel=web&group_by=carrier")
    assert marketing.post("/staff/metrics/delivery.csv?from=never").status_code == 422
    row = session.query(AuditRow).one()
    assert (row.actor, row.action, row.subject) == ("staff:marketing@shop.example", "metrics.exported", "delivery")
    assert row.detail == {
        "from": "2026-11-01", "until": "2026-11-30", "group_by": "carrier", "channel": "web", "form": "csv", "rows": 2
    }  # fmt: skip
    page = text_of(signed_in("admin", "es-ES"), "/staff/audit")
    assert "Sacó cifras a un archivo" in page
    assert "Entregas · 1 nov 2026 – 30 nov 2026 · Tienda web · 2 filas" in page


def test_the_file_beside_a_chart_has_its_cut_and_filters(marketing: FlaskClient, session: Session) -> None:
    parcel(session, "1", "2026-11-05 10:00", promised="2026-11-05")
    parcel(session, "2", "2026-11-05 10:00", carrier="ups", channel="store")
    page = marketing.get(f"/staff/metrics?{NOVEMBER}&channel=web").get_data(as_text=True)
    (link,) = [unescape(url) for url in re.findall(r'action="([^"]+group_by=carrier[^"]*)"', page)]
    (row,) = rows_of(marketing, link)
    assert (row["group"], row["delivered"], row["on_time_share"]) == ("seur", "1", "1.0")


def test_returns_tell_reasons_in_words_and_leave_out_what_was_rejected(
    marketing: FlaskClient, session: Session
) -> None:
    a_return(session, "1", "too_small", "2026-11-10 09:00")
    a_return(session, "2", "too_small", "2026-11-10 23:30")
    a_return(session, "3", "defective", "2026-11-12 09:00")
    a_return(session, "4", "defective", "2026-11-12 09:00", decision="rejected")
    page = text_of(marketing, f"/staff/metrics/returns?{NOVEMBER}&group_by=day")
    assert "Named most often: Too small, 66.7% of the units." in page
    # Four orders of two shirts each were placed on 2 November.
    assert "Camiseta has the highest rate: of 8 units sold, 3 came back." in page
    assert "€59.70" in page
    days = rows_of(marketing, f"/staff/metrics/returns.csv?{NOVEMBER}&group_by=day")
    assert [(row["group"], row["units"]) for row in days] == [
        ("2026-11-10", "1"),
        ("2026-11-11", "1"),
        ("2026-11-12", "1"),
    ]


def test_a_product_that_wants_to_be_a_formula_stays_text(marketing: FlaskClient, session: Session) -> None:
    made = a_return(session, "1", "too_small", "2026-11-10 09:00")
    line = session.get_one(OrderLine, made.lines[0].order_line_id)
    line.title = '=HYPERLINK("http://evil.example")'
    session.flush()
    (row,) = rows_of(marketing, f"/staff/metrics/products.csv?{NOVEMBER}")
    assert row["title"].startswith("'=")


def test_messages_are_told_by_outcome_and_promptness(marketing: FlaskClient, session: Session) -> None:
    for number, (state, seconds) in enumerate(
        [("delivered", 2), ("accepted", 10), ("accepted", 11), ("failed", None), ("skipped", None), ("in_doubt", None)]
    ):
        a_message(session, number, state, seconds)
    page = text_of(marketing, f"/staff/metrics/messages?{NOVEMBER}")
    assert "Of 6 messages, 3 were taken by a provider. Left out with a reason: 1. Could not be sent: 1." in page
    assert "66.7% of the messages that a provider took were with it within ten seconds." in page
    (row,) = rows_of(marketing, f"/staff/metrics/messages.csv?{NOVEMBER}&group_by=kind")
    assert (row["group"], row["sent"], row["within_10_s"], row["skipped"]) == ("order.received", "3", "2", "1")


def test_the_pages_speak_spanish(signed_in: Callable[..., FlaskClient], session: Session) -> None:
    parcel(session, "1", "2026-11-05 10:00", promised="2026-11-05")
    page = text_of(signed_in("marketing", "es-ES"), f"/staff/metrics?{NOVEMBER}")
    assert "llegó a tiempo el 100,0 %" in page.replace("\u00a0", " ")
    assert "The " not in page

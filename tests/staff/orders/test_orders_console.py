"""Support finds orders, sees all that happened, and personal data only for a reason."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail
from app.audit.models import AuditRow
from app.core.clock import utcnow
from app.oms.intake import receive_order
from app.orders.lookup.links import open_link
from app.orders.models import Order
from app.returns.models import Return
from app.staff.models import StaffNote
from app.tracking.models import Shipment
from app.tracking.ports import Place, ReportedEvent
from app.tracking.services import fold_dirty, record_events
from app.tracking.states import ShipmentState, TimeQuality
from tests.orders.build import document, issue_link
from tests.staff.browsers import audited


def page_of(order: Order) -> str:
    return f"/staff/orders/{order.ref}"


@pytest.mark.parametrize("text", ["1001", "#1001", "32300076 55410294", "marisol@example.com", "600 11 22 33", "REF"])
def test_whatever_names_one_order_opens_it(support: FlaskClient, parcelled: Order, text: str) -> None:
    typed = parcelled.ref.lower() if text == "REF" else text
    answer = support.post("/staff/search", data={"q": typed})
    assert answer.status_code == 303
    assert support.get(answer.location).location == page_of(parcelled)


@pytest.mark.parametrize("text", ["marisol@example.com", "+34 600 112 233", "600112233"])
def test_an_address_typed_into_the_search_never_becomes_part_of_an_address(support: FlaskClient, text: str) -> None:
    answer = support.post("/staff/search", data={"q": text})
    assert answer.location == "/staff/orders?found=1"
    assert "Nothing found" in support.get(answer.location).text


def test_a_return_is_found_by_its_reference(support: FlaskClient, waiting: Return) -> None:
    answer = support.get("/staff/orders", query_string={"q": "7k2m-9qxa"})
    assert answer.location == "/staff/returns/7K2M9QXA"


def test_filters_live_in_the_address(support: FlaskClient, session: Session, parcelled: Order, now: datetime) -> None:
    link = f'href="{page_of(parcelled)}"'
    assert link in support.get("/staff/orders").text
    assert link in support.get("/staff/orders?status=confirmed&carrier=correos_express&channel=web").text
    assert link not in support.get("/staff/orders?status=on_hold").text
    assert link not in support.get("/staff/orders?parcel=late").text
    shipment = session.scalars(select(Shipment)).one()
    shipment.late_since = now
    session.commit()
    assert link in support.get("/staff/orders?parcel=late").text
    assert link in support.get("/staff/orders?after=nonsense~x").text


def test_the_order_page_masks_who_it_is(support: FlaskClient, parcelled: Order) -> None:
    text = support.get(page_of(parcelled)).text
    assert "Marisol Q." in text
    assert "m•••@example.com" in text
    for secret in ("Quijano", "marisol@", "600112233", "Olmo"):
        assert secret not in text


def test_personal_data_is_shown_for_a_reason_that_is_kept(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    ask = f"{page_of(parcelled)}/reveal"
    assert support.post(ask, data={"reason": "  "}).status_code == 422
    assert support.post(ask, data={"reason": "caller checks the address"}).status_code == 303
    text = support.get(page_of(parcelled)).text
    assert "Calle del Olmo 7" in text
    assert "marisol@example.com" in text
    assert "caller checks the address" in text
    row = session.scalars(select(AuditRow)).one()
    assert (row.action, row.order_id, set(row.detail)) == ("personal.revealed", parcelled.id, {"reason_sha256"})
    assert row.detail == trail.reason("caller checks the address")
    note = session.scalars(select(StaffNote)).one()
    assert (note.order_id, note.text) == (parcelled.id, "caller checks the address")


def test_a_reveal_is_for_one_order_and_one_session(
    app, support: FlaskClient, session: Session, parcelled: Order, admin: FlaskClient
) -> None:
    support.post(f"{page_of(parcelled)}/reveal", data={"reason": "x"})
    assert "Quijano" in support.get(page_of(parcelled)).text
    assert "Quijano" not in admin.get(page_of(parcelled)).text


def test_the_timeline_tells_scans_notes_and_deeds_newest_first(support: FlaskClient, parcelled: Order) -> None:
    support.post(f"{page_of(parcelled)}/notes", data={"note": "Rings <b>twice</b>"})
    text = support.get(page_of(parcelled)).text
    assert text.index("Rings &lt;b&gt;twice") < text.index("En tránsito")
    scans = support.get(f"{page_of(parcelled)}?show=scan").text
    assert "En tránsito" in scans
    assert "twice" not in scans
    assert "twice" in support.get(f"{page_of(parcelled)}?show=staff").text


def test_a_carriers_own_words_are_marked_with_their_language(support: FlaskClient, parcelled: Order) -> None:
    assert '<span class="history-detail" lang="es">“En tránsito”</span>' in support.get(page_of(parcelled)).text


def scanned(session: Session, raw: str, at: datetime | None, *, now: datetime, **facts: Any) -> None:
    """A further scan of the order's parcel."""
    usual: dict[str, Any] = {
        "code": raw,
        "zone": "Europe/Madrid",
        "time_quality": TimeQuality.GUESSED,
        "description": f"<{raw}>",
    }
    whose: dict[str, Any] = {
        "carrier": "correos_express",
        "number": "3230007655410294",
        "status": ShipmentState.IN_TRANSIT,
    }
    scan = ReportedEvent(occurred_raw=raw, occurred_at=at, **(whose | usual | facts))
    record_events(session, [scan], source="test", now=now)
    fold_dirty(session, now=now)
    session.commit()


def when(client: FlaskClient, order: Order, words: str) -> tuple[str, str, str]:
    """When staff read that a scan happened: in words, for machines, and what stands below it."""
    entries = re.findall(r"<li.*?</li>", client.get(f"{page_of(order)}?show=scan").text, re.DOTALL)
    entry = next(entry for entry in entries if words in entry)
    time = re.search(r'<time class="history-when" datetime="(.*?)">(.*?)</time>', entry, re.DOTALL)
    assert time
    return " ".join(time[2].split()), time[1], entry


def test_a_day_without_a_time_is_told_without_a_clock_and_as_it_was_written(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    scanned(session, "20/11/2026", datetime(2026, 11, 19, 23, 0, tzinfo=UTC), now=now)
    words, machine, entry = when(support, parcelled, "20/11/2026")
    assert (words, machine) == ("Fri 20 Nov", "2026-11-20")
    assert "only the day was told or can be believed: written as “20/11/2026”" in entry
    assert when(support, parcelled, "En tránsito")[0] == "Sat 21 Nov 08:00"


def test_a_day_is_told_by_the_clock_of_the_place_that_wrote_it(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    tokyo = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
    scanned(session, "2026-11-20", tokyo, now=now, zone="Asia/Tokyo", place=Place(city="Tokyo", country="JP"))
    assert when(support, parcelled, "2026-11-20")[:2] == ("Fri 20 Nov", "2026-11-20")


def test_a_scan_without_a_time_or_from_the_future_has_the_day_on_which_it_was_heard_of(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    scanned(session, "soon", None, now=now)
    words, _machine, entry = when(support, parcelled, "soon")
    assert (words, "the day is that on which it was heard of" in entry) == ("Sun 22 Nov", True)
    ahead = now + timedelta(days=9)
    scanned(session, "ahead", ahead, now=now, time_quality=TimeQuality.OFFSET)
    words, _machine, entry = when(support, parcelled, "ahead")
    assert (words, "the day is that on which it was heard of" in entry) == ("Sun 22 Nov", True)


def test_a_delivery_of_which_only_the_day_is_known_has_no_clock(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    day = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    scanned(session, "21/11/2026", day, now=now, zone="Europe/Madrid", status=ShipmentState.DELIVERED)
    text = support.get(page_of(parcelled)).text
    delivered = text[text.index("<dt>Delivered</dt>") :][:300]
    assert "21 November" in delivered and "00:00" not in delivered


def test_a_note_that_is_typed_stays_while_another_kind_is_shown(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    url = f"{page_of(parcelled)}/notes"
    shown = support.post(url, data={"note": "Rings <b>twice</b>", "show": "scan"})
    assert shown.location == f"{page_of(parcelled)}?show=scan#timeline"
    assert ">Rings &lt;b&gt;twice&lt;/b&gt;</textarea>" in support.get(shown.location).text
    assert session.scalars(select(StaffNote.text)).all() == []
    support.post(url, data={"note": "Rings twice"})
    assert session.scalars(select(StaffNote.text)).all() == ["Rings twice"]
    assert "></textarea>" in support.get(page_of(parcelled)).text


def test_the_last_question_before_a_deed_can_be_answered_at_once(support: FlaskClient, parcelled: Order) -> None:
    for action, first in (("reveal", '<textarea class="input" id="reason"'), ("revocation", '<button class="button')):
        text = support.get(f"{page_of(parcelled)}/{action}").text
        focused = re.search(r"<(?:textarea|button|input)[^>]* autofocus[^>]*>", text)
        assert focused, action
        assert focused[0].startswith(first)
        assert text.count(" autofocus") == 1


def test_a_note_goes_with_its_order_and_the_trail_keeps_no_word_of_it(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    support.post(f"{page_of(parcelled)}/notes", data={"note": "  "})
    support.post(f"{page_of(parcelled)}/notes", data={"note": "Speaks softly"})
    assert session.scalars(select(StaffNote.text)).all() == ["Speaks softly"]
    assert session.scalars(select(AuditRow.detail)).all() == [{}]


def test_ending_access_ends_links_and_sessions(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    token = issue_link(session, parcelled.id, now=now)
    epoch = parcelled.access_epoch
    session.commit()
    ask = f"{page_of(parcelled)}/revocation"
    assert "Close all access" in support.get(ask).text
    assert support.post(ask).location == page_of(parcelled)
    session.expire_all()
    opened = open_link(session, token, browser="b", now=now)
    assert opened is not None
    assert opened.state == "ended"
    assert parcelled.access_epoch == epoch + 1
    assert audited(session)[-1] == ("support@shop.example", "access.ended", None)


def test_a_doubtful_parcel_is_released_by_a_person(support: FlaskClient, session: Session, parcelled: Order) -> None:
    shipment = session.scalars(select(Shipment)).one()
    shipment.flags = ["wrong_country"]
    session.commit()
    assert "scanned in another country" in support.get("/staff/work/doubtful").text
    path = f"{page_of(parcelled)}/shipments/{shipment.id}/release"
    assert path in support.get(page_of(parcelled)).text
    assert support.post(path).status_code == 303
    session.expire_all()
    assert shipment.released
    assert audited(session)[-1][1:] == ("shipment.released", f"shipment/{shipment.id}")
    assert support.get(f"/staff/orders/{parcelled.ref}/shipments/999/release").status_code == 404


def test_unknown_orders_are_not_there(support: FlaskClient) -> None:
    for path in ("/staff/orders/AAAAAAAA", "/staff/orders/a%00b", "/staff/returns/AAAAAAAA", "/staff/messages/x"):
        assert support.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({"next_poll_at": timedelta(hours=3), "polled_at": timedelta(hours=-9)}, True),
        ({"next_poll_at": timedelta(0), "polled_at": None}, False),
        ({"next_poll_at": timedelta(hours=-5), "polled_at": timedelta(hours=-9)}, False),
        ({"next_poll_at": timedelta(hours=3), "polled_at": timedelta(hours=-9), "state": "delivered"}, False),
    ],
    ids=["asked before", "carrier cannot be asked", "its turn passed", "delivered"],
)
def test_the_page_says_when_a_carrier_is_asked_again_only_where_one_is(
    support: FlaskClient, session: Session, parcelled: Order, monkeypatch: pytest.MonkeyPatch,
    columns: dict[str, Any], shown: bool,
) -> None:  # fmt: skip
    monkeypatch.setitem(support.application.extensions, "asks_carrier", bool)
    shipment = session.scalars(select(Shipment)).one()
    for name, value in columns.items():
        setattr(shipment, name, utcnow() + value if isinstance(value, timedelta) else value)
    session.commit()
    assert ("We ask again" in support.get(page_of(parcelled)).text) is shown


BLEMISHED = {"customer.email": "n/a", "lines.0.title": "Camiseta\tazul"}


def test_what_was_set_right_is_shown_and_what_is_personal_only_when_revealed(
    support: FlaskClient, session: Session, now: datetime
) -> None:
    blemished = document(BLEMISHED, source={"system": "shop-one", "id": "order_7"}, status_word="fulfilled")
    order = session.get_one(Order, receive_order(session, blemished, now=now).order.id)
    session.commit()
    page = support.get(page_of(order)).text
    assert "Set right when it came in" in page and "/lines/0/title" in page and "/customer/email" in page
    assert "“n/a”" not in page and "“Camiseta azul”" in page
    assert "shop-one" in page and "order_7" in page and "fulfilled" in page

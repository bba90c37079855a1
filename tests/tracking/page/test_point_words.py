"""When a pick-up point is open: a plain week in the reader's words, and all else as the shop wrote it."""

import pytest
from flask import Flask, g
from markupsafe import escape
from sqlalchemy.orm import Session

from app.tracking.page.point_words import week_in_words
from tests.tracking.documents import PLACED, document, line, parcel
from tests.tracking.pages import browser, given


@pytest.mark.parametrize(
    ("text", "spanish", "english"),
    [
        ("Mo-Sa 10:00-20:30", "lun–sáb 10:00–20:30; dom cerrado", "Mon–Sat 10:00–20:30; Sun closed"),
        (
            "Mo-Fr 09:00-14:00,17:00-20:00; Sa 10:00-14:00; PH off",
            "lun–vie 9:00–14:00, 17:00–20:00; sáb 10:00–14:00; dom cerrado; cerrado en festivos",
            "Mon–Fri 09:00–14:00, 17:00–20:00; Sat 10:00–14:00; Sun closed; closed on public holidays",
        ),
        ("24/7", "todo el día", "all day"),
        ("Mo-Su 08:00-23:00", "8:00–23:00", "08:00–23:00"),
        (
            "Fr-Sa 18:00-02:00", "lun–jue cerrado; vie–sáb 18:00–2:00; dom cerrado",
            "Mon–Thu closed; Fri–Sat 18:00–02:00; Sun closed",
        ),
    ],
)  # fmt: skip
def test_a_plain_week_is_said_in_the_readers_words(app: Flask, text: str, spanish: str, english: str) -> None:
    for locale, words in (("es-ES", spanish), ("en-GB", english)):
        with app.test_request_context():
            g.locale = locale
            assert week_in_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "L-V 10-20", "Mo-Fr 09:00-14:00; SH off", "Apr-Oct 10:00-18:00", "Mo[1] 10:00-12:00", "17:00+",
        'Mo-Fr 09:00-14:00 || "by appointment"', 'Mo 10:00-12:00 "ring"', "PH 10:00-12:00", "week 2-20 Mo",
        "Mo-Fr 10:00-16:00; Dec 25 off", "<script>alert(1)</script>", "%(hours)s %s {hours}", "x" * 300, '"', "|| 24/7",
        "off", "sunrise-sunset",
    ],
)  # fmt: skip
def test_other_hours_stand_on_the_page_as_they_were_written(app: Flask, session: Session, text: str) -> None:
    point = {"name": "Kiosk", "line1": "Nathan Road 1", "city": "Hong Kong", "country": "HK", "opening_hours": text}
    collected = parcel(
        carrier=None, tracking_number=None, method="store_pickup", shipped_at=PLACED.isoformat(), pickup_point=point,
        label_created_at=None, service=None,
    )  # fmt: skip
    order = given(session, document(lines=[line("1")], shipments=[collected]))
    answer = browser(app, order).get(f"/o/{order.ref}")
    assert answer.status_code == 200
    assert str(escape(text)) in answer.text

"""The look for news: nothing when there is none, the card and the answer when there is, and it ends by itself."""

from datetime import timedelta
from html import unescape

from flask import Flask
from sqlalchemy.orm import Session

from app.tracking.services import fold_dirty, record_events
from tests.tracking.documents import PLACED, document
from tests.tracking.pages import STAGES, THURSDAY, at, browser, given, scans, title_of

HOUR = timedelta(hours=1)


def test_the_look_for_news_costs_nothing_when_there_are_none_and_ends_with_the_delivery(
    app: Flask, session: Session
) -> None:
    order = given(session, events=scans(*STAGES), now=THURSDAY)
    client = browser(app, order)
    path = f"/o/{order.ref}/shipments/1"
    with at(THURSDAY):
        tag = client.get(path).headers["ETag"]
        assert f'\\"{tag.strip(chr(34))}\\"' in unescape(client.get(f"/o/{order.ref}").text)
        again = client.get(path, headers={"If-None-Match": tag, "HX-Request": "true"})
        assert (again.status_code, again.data) == (304, b"")
        record_events(session, scans(*STAGES, "delivered"), source="test", now=THURSDAY)
        fold_dirty(session, now=THURSDAY)
        session.commit()
        news = client.get(path, headers={"If-None-Match": tag, "HX-Request": "true"})
    assert news.status_code == 200
    assert "hx-get" not in news.text
    assert 'hx-swap-oob="beforeend:#live"><p>Tu paquete: Entregado' in news.text
    assert title_of(news.text) == "Entregado hoy a las 9:00"


def test_an_order_that_gets_its_first_parcel_is_loaded_anew(app: Flask, session: Session) -> None:
    order = given(session, document(shipments=[]))
    client = browser(app, order)
    path = f"/o/{order.ref}/shipments/0"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    given(session, document(updated_at=(PLACED + HOUR).isoformat()))
    news = client.get(path, headers={"If-None-Match": tag})
    assert (news.status_code, news.headers["HX-Refresh"], news.data) == (200, "true", b"")
    assert client.get(f"/o/{order.ref}/shipments/9").status_code == 404

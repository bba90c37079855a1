"""What a page, a mail and the console promise of a carrier: only what somebody carries out."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.carriers.polling.credentials import askable
from app.notify.render.mails.parcels import shipped
from app.notify.render.mails.trouble import late
from app.notify.render.words import tongue
from app.tracking.models import Shipment
from tests.notify.build import facts
from tests.tracking.documents import CARRIER, PLACED, document, parcel
from tests.tracking.pages import THURSDAY, at, browser, given, scans, text_of

HOUR = timedelta(hours=1)
NO_NEWS, LOOKS = "We get no updates from this carrier.", "Next check with the carrier"


def page(app: Flask, session: Session, *, events: Any = (), language: str = "en", **changes: Any) -> str:
    """The page of a parcel that the shop sent, whose carrier answered an hour ago if it was ever asked."""
    sent = parcel(**({"shipped_at": PLACED.isoformat()} | changes))
    order = given(session, document(promise=None, shipments=[sent]), events, now=THURSDAY)
    session.execute(update(Shipment).values(next_poll_at=THURSDAY + 8 * HOUR, polled_at=THURSDAY - HOUR))
    session.commit()
    with at(THURSDAY):
        return text_of(browser(app, order, language=language).get(f"/o/{order.ref}").text)


def test_with_credentials_the_page_says_when_it_looks_again(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "asks_carrier", CARRIER.__eq__)
    text = page(app, session)
    assert LOOKS in text and NO_NEWS not in text


def test_it_is_said_in_spanish_too(app: Flask, session: Session) -> None:
    assert "De este transportista no nos llegan novedades. En su web" in page(app, session, language="es")


def test_without_them_it_says_that_there_is_no_news_and_where_there_is(app: Flask, session: Session) -> None:
    text = page(app, session)
    assert LOOKS not in text
    assert f"{NO_NEWS} Its own site shows where your parcel is." in text
    assert "Track with Correos Express" in text


@pytest.mark.parametrize(
    "changes",
    [{"carrier": "Transportes Pérez"}, {"carrier": None, "tracking_number": "AB1234567"}, {"carrier": "CTT"}],
)
def test_a_carrier_without_a_page_is_not_promised_one(app: Flask, session: Session, changes: dict[str, Any]) -> None:
    text = page(app, session, **changes)
    assert NO_NEWS in text and "Its own site" not in text and LOOKS not in text


def test_whoever_has_told_something_gives_news(app: Flask, session: Session) -> None:
    text = page(app, session, events=scans("picked_up", "in_transit"))
    assert NO_NEWS not in text and LOOKS not in text


@pytest.mark.parametrize(
    "changes", [{"tracking_number": None}, {"shipped_at": None, "label_created_at": None}], ids=["no number", "packing"]
)
def test_where_there_is_nothing_to_hear_nothing_is_missed(
    app: Flask, session: Session, changes: dict[str, Any]
) -> None:
    assert NO_NEWS not in page(app, session, **changes)


def test_a_parcel_that_has_come_misses_no_news(app: Flask, session: Session) -> None:
    assert NO_NEWS not in page(app, session, events=scans("picked_up", "delivered"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_mails_promise_more_mails_only_where_news_reach_us(language: str) -> None:
    words = tongue(language, "Europe/Madrid")
    undated = facts()
    followed = replace(undated, parcel=replace(undated.box(), expected_until=None))
    unfollowed = replace(undated, parcel=replace(followed.box(), followed=False))
    again = {"en": "when it goes out for delivery", "es": "cuando salga a reparto"}[language]
    assert any(again in line for line in shipped(followed, words).lead)
    assert not any(again in line for line in shipped(unfollowed, words).lead)
    looking = {"en": "We're watching", "es": "Seguimos a la espera"}[language]
    assert any(looking in line for line in late(followed, words).lead)
    assert not any(looking in line for line in late(unfollowed, words).lead)
    missing = {"en": "We get no updates from this carrier", "es": "no nos llegan novedades"}[language]
    assert any(missing in line for line in late(unfollowed, words).lead)


def test_only_whose_credentials_are_all_set_can_be_asked(tmp_path: Any) -> None:
    assert askable({}) == frozenset()
    assert askable({"LAPOSTE_API_KEY": "k", "UPS_CLIENT_ID": "half"}) == {"laposte"}
    assert askable({"LAPOSTE_API_KEY_FILE": str(tmp_path / "nowhere")}) == frozenset()


def test_a_mail_of_a_delay_without_a_day_before_names_no_new_day() -> None:
    words = tongue("en_GB", "Europe/London")
    on_its_day = replace(facts(), parcel=replace(facts().box(), expected_before=None))
    moved = replace(facts(), parcel=replace(facts().box(), expected_before=date(2026, 11, 24)))
    assert late(on_its_day, words).headline == "Your parcel is late"
    assert any(line.startswith("It should still arrive") for line in late(on_its_day, words).lead)
    assert late(moved, words).headline.startswith("Late: now ")

"""What the order's page leads with, folds away and links to: parcels on a line, one main action, proof, invoices."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.tracking.models import Shipment
from app.tracking.ports import TrackingReport
from app.tracking.services import record_report
from tests.tracking.documents import CARRIER, NUMBER, document, line, parcel
from tests.tracking.page.test_several_parcels import DONE, MOVING, READY, page_of
from tests.tracking.pages import STAGES, THURSDAY, at, browser, given, scans, text_of

POINT = {
    "name": "Taquilla Plaza del Dos de Mayo",
    "line1": "Plaza del Dos de Mayo 4",
    "city": "Madrid",
    "postcode": "28004",
    "country": "ES",
}


def opened(app: Flask, session: Session, *stages: str, tier: int = 2, language: str = "en", **facts: Any) -> str:
    """The page of an order of these facts whose parcel has been through these stages."""
    order = given(session, document(**facts), scans(*stages), now=THURSDAY)
    with at(THURSDAY):
        return browser(app, order, tier=tier, language=language).get(f"/o/{order.ref}").text


def mains(page: str) -> list[str]:
    """The names of the main buttons."""
    return re.findall(
        r'class="button button-main"\s+id="action-(\w+)"|button-main" href="[^"]*" id="action-(\w+)"', page
    )


def main_of(page: str) -> str:
    """The one main button's name."""
    (names,) = mains(page)
    return "".join(names)


def test_several_parcels_stand_on_a_line_each_with_its_day_and_a_way_to_its_card(app: Flask, session: Session) -> None:
    page = page_of(app, session, DONE, MOVING)
    chips = re.findall(r'id="chip-(\d)" href="#(parcel-\d)"', page)
    assert chips == [("1", "parcel-1"), ("2", "parcel-2")]
    assert "Parcel 1 of 2 Delivered Thu 26 Nov" in text_of(page)
    assert all(f'id="{card}"' in page for _place, card in chips)


def test_a_single_parcel_needs_no_line(app: Flask, session: Session) -> None:
    assert 'class="chip"' not in opened(app, session, *STAGES)


def test_what_has_come_is_folded_beside_what_has_not(app: Flask, session: Session) -> None:
    page = page_of(app, session, DONE, MOVING)
    assert page.count('<details class="fold"') == 1
    assert '<summary id="parcel-1-fold">' in page


@pytest.mark.parametrize("lives", [(DONE,), (DONE, DONE), (MOVING, READY)], ids=["one", "all", "none"])
def test_nothing_is_folded_where_all_or_none_has_come(
    app: Flask, session: Session, lives: tuple[tuple[str, ...], ...]
) -> None:
    assert '<details class="fold"' not in page_of(app, session, *lives)


MAIN = [
    (STAGES[:2], "track"),
    (STAGES, "track"),
    ((*STAGES, "delivery_failed"), "track"),
    ((*STAGES, "delivered"), "return"),
    ((*STAGES[:2], "on_hold"), "track"),
    ((*STAGES[:2], "lost"), "write"),
    ((*STAGES[:2], "damaged"), "write"),
    ((*STAGES, "return_to_sender"), "write"),
    ((*STAGES, "returned"), "write"),
]


@pytest.mark.parametrize(("stages", "name"), MAIN, ids=lambda value: str(value)[-30:])
def test_every_state_has_one_main_action(app: Flask, session: Session, stages: tuple[str, ...], name: str) -> None:
    assert main_of(opened(app, session, *stages)) == name


def test_a_return_is_not_the_loudest_thing_while_a_parcel_is_on_its_way(app: Flask, session: Session) -> None:
    page = page_of(app, session, DONE, MOVING)
    assert main_of(page) == "track"
    assert "returns/new" in page


ABOUT = [
    ({"status": "on_hold", "hold": "payment", "shipments": []}, (), "about=payment"),
    ({"status": "on_hold", "hold": "stock", "shipments": []}, (), "about=stock"),
    ({"status": "cancelled", "shipments": []}, (), "about=cancel"),
    ({"status": "preparing", "shipments": []}, (), "about=address"),
    ({}, (*STAGES[:2], "lost"), "about=lost&amp;parcel=1"),
    ({}, (*STAGES[:2], "damaged"), "about=damaged&amp;parcel=1"),
    ({}, (*STAGES, "return_to_sender"), "about=returning&amp;parcel=1"),
    ({}, (*STAGES[:2], "on_hold"), "about=held&amp;parcel=1"),
    ({}, (*STAGES, "delivery_failed"), "about=not_delivered&amp;parcel=1"),
    ({}, (*STAGES, "delivered"), "about=not_here&amp;parcel=1"),
]


@pytest.mark.parametrize(("facts", "stages", "query"), ABOUT, ids=[query for _facts, _stages, query in ABOUT])
def test_whoever_writes_finds_what_it_is_about_filled_in(
    app: Flask, session: Session, facts: dict[str, Any], stages: tuple[str, ...], query: str
) -> None:
    assert f"/help?{query}" in opened(app, session, *stages, **facts)


def test_a_parcel_that_waits_says_where_until_when_with_which_code_and_when_it_is_open(
    app: Flask, session: Session
) -> None:
    point = POINT | {
        "opening_hours": "Mo-Sa 10:00-20:30",
        "keep_until": "2026-12-03",
        "code_hint": "In the carrier's app",
    }
    there = parcel(method="pickup_point", pickup_point=point)
    page = opened(app, session, *STAGES[:2], "ready_for_pickup", shipments=[there])
    words = text_of(page)
    assert "Collect it by Thursday 3 December. You need the carrier's code to open it." in words
    assert "Open today until 20:30 Mon–Sat 10:00–20:30; Sun closed" in words
    assert "Collect by Thursday 3 December Code In the carrier's app" in words
    assert "Mo-Sa" not in page and "Bring ID" not in words
    assert main_of(page) == "map" and "openstreetmap.org/search?query=Plaza+del+Dos+de+Mayo+4" in page


def test_whoever_comes_after_the_last_day_is_not_sent_there(app: Flask, session: Session) -> None:
    there = parcel(method="pickup_point", pickup_point=POINT | {"keep_until": "2026-11-25"})
    words = text_of(opened(app, session, *STAGES[:2], "ready_for_pickup", shipments=[there]))
    assert "The last day to collect it was Wednesday 25 November. If it's no longer there, write to us." in words
    assert "Collect it by" not in words and "Bring ID" not in words


@pytest.mark.parametrize("hours", ["Apr-Oct 10:00-18:00", "Mo[1] 10:00-12:00", "Mo-Fr 10:00-16:00; Dec 25 off", "24/7"])
def test_no_hours_are_shown_in_the_notation_of_machines(app: Flask, session: Session, hours: str) -> None:
    there = parcel(method="pickup_point", pickup_point=POINT | {"opening_hours": hours})
    page = opened(app, session, *STAGES[:2], "ready_for_pickup", shipments=[there])
    assert hours not in page
    assert re.search(r"[Oo]pen|[Cc]losed", text_of(page))


def test_who_took_it_is_told_to_its_buyer_alone(app: Flask, session: Session) -> None:
    order = given(session, document(), scans(*STAGES, "delivered"), now=THURSDAY)
    report = TrackingReport(CARRIER, NUMBER, signed_by="  Portero  López ")
    record_report(session, report, source="poll", now=THURSDAY)
    session.commit()
    with at(THURSDAY):
        buyer, other = (
            text_of(browser(app, order, tier=tier, language="en").get(f"/o/{order.ref}").text) for tier in (2, 1)
        )
    assert "Received by Portero López, the carrier says." in buyer
    assert "López" not in other


def test_a_signature_of_a_delivery_that_was_taken_back_is_not_shown(app: Flask, session: Session) -> None:
    order = given(session, document(), scans(*STAGES, "delivery_failed"), now=THURSDAY)
    session.execute(update(Shipment).values(signed_by="Nobody"))
    session.commit()
    with at(THURSDAY):
        assert "Nobody" not in browser(app, order, tier=2).get(f"/o/{order.ref}").text


def test_products_and_invoices_are_linked_where_the_shop_shows_them(app: Flask, session: Session) -> None:
    invoices = [
        {"number": "F-1", "url": "https://shop.example/f/1.pdf"},
        {"number": "F-2", "url": "javascript:alert(1)"},
    ]
    facts = {"lines": [line(url="https://shop.example/oil")], "invoices": invoices}
    page = opened(app, session, *STAGES, **facts)
    assert 'href="https://shop.example/oil"' in page and 'href="https://shop.example/f/1.pdf"' in page
    assert "Invoice F-1" in text_of(page) and "F-2" not in page
    assert "Invoice F-1" not in opened(app, session, *STAGES, tier=1, **facts)


def test_a_parcel_without_movements_says_so(app: Flask, session: Session) -> None:
    page = opened(app, session, shipments=[parcel(label_created_at=None)])
    assert "No movements yet. They appear here once the carrier has it." in text_of(page)


def test_the_carriers_words_bear_their_language_where_it_is_another(app: Flask, session: Session) -> None:
    english, spanish = (opened(app, session, *STAGES, language=language) for language in ("en", "es"))
    assert '<span class="words" lang="es">' in english
    assert 'class="words" lang=' not in spanish


def test_withdrawing_is_offered_once(app: Flask, session: Session) -> None:
    assert opened(app, session, *STAGES).count("/withdraw") == 1


def test_every_link_button_and_fold_of_a_card_has_a_name_that_stays(app: Flask, session: Session) -> None:
    page = page_of(app, session, DONE, MOVING)
    body = page[page.find('id="answer"') : page.find('aria-labelledby="order-title"')]
    unnamed = [tag for tag in re.findall(r"<(?:a|button|summary)\b[^>]*>", body) if " id=" not in tag]
    assert [tag for tag in unnamed if "/preferences" not in tag] == []


def test_the_whole_address_is_where_its_link_leads_once_it_is_proven_whose_it_is(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES), now=THURSDAY)
    first, second = (browser(app, order, tier=tier, language="en") for tier in (1, 2))
    link = f"/o/{order.ref}/shipments/1/address"
    assert f'href="{link}"' in first.get(f"/o/{order.ref}").text
    assert first.get(link).location == f"/o/{order.ref}/code"
    with first.session_transaction() as its_session:
        assert its_session["after_code"] == link
    there, _, place = (second.get(link).location or "").partition("#")
    assert f'id="{place}"' in second.get(there).text

"""The order page: the answer in each state and language, what each tier may see, the look for news."""

import gzip
import html
from datetime import date, time, timedelta

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.tokens import digest
from app.orders.pictures.pictures import Picture
from app.tracking.estimate import Window
from app.tracking.models import Shipment
from app.tracking.services import record_estimate, retire
from app.tracking.states import TimeQuality
from app.tracking.watch import look_for_late
from tests.tracking.documents import CARRIER, NUMBER, PLACED, document, event, line, parcel
from tests.tracking.pages import STAGES, THURSDAY, at, browser, counted, given, scans, text_of, title_of

HOUR = timedelta(hours=1)
CANARIES = ("Lucía", "Canario", "Calle Secreta", "28013", "lucia.canario", "600111222", "23,80 pagado")


ANSWERS = [
    ((), "Llega entre el lunes 23 y el jueves 26 de noviembre", "Arrives between Monday 23 and Thursday 26 November"),
    (STAGES, "Llega hoy, jueves 26 de noviembre", "Arrives today, Thursday 26 November"),
    (STAGES[:2], "Llega hoy, jueves 26 de noviembre", "Arrives today, Thursday 26 November"),
    ((*STAGES, "delivered"), "Entregado hoy a las 9:00", "Delivered today at 09:00"),
    ((*STAGES, "delivery_failed"), "El transportista no pudo entregarlo hoy", "The carrier couldn't deliver it today"),
    ((*STAGES[:2], "ready_for_pickup"), "Listo para recoger", "Ready to collect"),
    ((*STAGES, "return_to_sender"), "Vuelve a la tienda", "It's on its way back to us"),
    ((*STAGES, "returned"), "Ya está de vuelta", "It's back with us"),
    ((*STAGES[:2], "lost"), "Tu paquete se ha perdido", "Your parcel is lost"),
    ((*STAGES[:2], "damaged"), "Tu paquete se ha dañado por el camino", "Your parcel was damaged on the way"),
    ((*STAGES[:1], "cancelled"), "Este paquete se ha cancelado", "This parcel was cancelled"),
]


@pytest.mark.parametrize(("stages", "spanish", "english"), ANSWERS, ids=lambda value: str(value)[-40:])
@pytest.mark.parametrize("tier", [1, 2])
def test_the_answer_comes_first_in_plain_words(
    app: Flask, session: Session, stages: tuple[str, ...], spanish: str, english: str, tier: int
) -> None:
    order = given(session, events=scans(*stages), now=THURSDAY)
    for language, answer in (("es", spanish), ("en", english)):
        now = PLACED + 6 * HOUR if not stages else THURSDAY
        with at(now):
            page = browser(app, order, tier=tier, language=language).get(f"/o/{order.ref}")
        assert page.status_code == 200
        assert title_of(page.text) == answer
        text = text_of(page.text)
        assert not [canary for canary in CANARIES if canary in text] or tier == 2


HELD = [
    ("on_hold", "payment", "Estamos esperando tu pago"),
    ("on_hold", "stock", "Agotado: Aceite de oliva virgen extra"),
    ("on_hold", "address", "Tu dirección está incompleta"),
    ("on_hold", "review", "Estamos revisando tu pedido"),
    ("cancelled", None, "Tu pedido se ha cancelado"),
    ("received", None, "Hemos recibido tu pedido"),
    ("preparing", None, "Estamos preparando tu pedido"),
]


@pytest.mark.parametrize(("status", "hold", "answer"), HELD)
def test_before_it_is_sent_the_page_says_what_it_waits_for(
    app: Flask, session: Session, status: str, hold: str | None, answer: str
) -> None:
    order = given(session, document(status=status, hold=hold, promise=None, shipments=[]))
    page = browser(app, order).get(f"/o/{order.ref}").text
    assert title_of(page) == answer
    assert "/help" in page


def test_below_the_second_tier_only_the_city_and_country_are_told_even_by_the_carrier(
    app: Flask, session: Session
) -> None:
    events = scans(*STAGES, "delivered")
    events[-1] = event("delivered", THURSDAY - HOUR, description="Entregado a CANARIO, Calle Secreta 7. Firmado: LC")
    order = given(session, events=events, now=THURSDAY)
    first, second = (text_of(browser(app, order, tier=tier).get(f"/o/{order.ref}").text) for tier in (1, 2))
    assert "Madrid, España" in first
    assert not [canary for canary in ("Canario", "CANARIO", "Secreta", "28013", "Lucía") if canary in first]
    assert "Calle Secreta 7" in second
    assert "Firmado: LC" in second


def test_nobody_sees_an_order_without_a_grant(app: Flask, session: Session) -> None:
    order = given(session)
    assert app.test_client().get(f"/o/{order.ref}").status_code == 303
    other = given(session, document("1002", shipments=[]))
    assert browser(app, other).get(f"/o/{order.ref}").status_code == 404
    assert browser(app, other).get(f"/o/{order.ref}/shipments/1").status_code == 404


def test_several_parcels_are_counted_and_each_has_its_card(app: Flask, session: Session) -> None:
    parcels = [parcel(f"s{at}", tracking_number=f"N{at}", lines=[{"line": str(at), "quantity": 2}]) for at in (1, 2, 3)]
    order_document = document(lines=[line(str(at)) for at in (1, 2, 3)], shipments=parcels)
    events = [event("delivered", THURSDAY - 2 * HOUR, number=number) for number in ("N1", "N2")]
    order = given(session, order_document, events, now=THURSDAY)
    with at(THURSDAY):
        page = browser(app, order, language="en").get(f"/o/{order.ref}").text
    assert "2 of 3 parcels delivered" in page
    assert page.count('class="card parcel" id="parcel-') == 3
    assert page.count("hx-trigger") == 1


def test_what_is_not_sent_yet_and_what_waits_in_the_shop_have_cards_of_their_own(app: Flask, session: Session) -> None:
    point = {
        "name": "Tienda Getafe",
        "line1": "Calle Mayor 1",
        "city": "Getafe",
        "country": "ES",
        "opening_hours": "L-V 10-20",
    }
    collected = parcel(
        carrier=None, tracking_number=None, method="store_pickup", shipped_at=PLACED.isoformat(), pickup_point=point,
        label_created_at=None, service=None,
    )  # fmt: skip
    order = given(session, document(lines=[line("1"), line("2", title="Vinagre")], shipments=[collected]))
    page = text_of(browser(app, order).get(f"/o/{order.ref}").text)
    assert "Listo para recoger en Tienda Getafe" in page
    assert "Horario: L-V 10-20" in page
    assert "Por enviar" in page


def test_a_date_that_moved_is_struck_and_a_late_parcel_is_apologised_for(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES[:2]), now=THURSDAY)
    monday = date(2026, 11, 30)
    record_estimate(session, CARRIER, NUMBER, date(2026, 11, 27), monday, source="ups", now=THURSDAY)
    session.commit()
    with at(THURSDAY):
        page = browser(app, order).get(f"/o/{order.ref}").text
    assert title_of(page) == "Llega entre el viernes 27 y el lunes 30 de noviembre"
    assert "<del>jueves 26 de noviembre</del>" in page
    assert "Lo sentimos" in page


def test_what_the_driver_still_has_on_the_evening_of_its_day_is_late_and_not_called_still(
    app: Flask, session: Session
) -> None:
    evening = THURSDAY.replace(hour=19, minute=30)  # half past eight in Madrid
    order = given(session, document(promise={"from": "2026-11-26", "until": "2026-11-26"}), scans(*STAGES),
                  now=THURSDAY)  # fmt: skip
    look_for_late(session, now=evening)
    session.commit()
    with at(evening):
        page = browser(app, order, language="en").get(f"/o/{order.ref}").text
    assert title_of(page) == "Arrives today, Thursday 26 November"
    assert "The driver has it, and it's late today. We're sorry." in html.unescape(page)
    assert "moved for a while" not in page


def test_a_window_of_the_carrier_is_part_of_the_answer(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES), now=THURSDAY)
    today, hours = date(2026, 11, 26), Window(time(12), time(14))
    record_estimate(session, CARRIER, NUMBER, today, today, window=hours, source="ups", now=THURSDAY)
    session.commit()
    with at(THURSDAY):
        assert title_of(browser(app, order).get(f"/o/{order.ref}").text) == "Llega hoy, de 12 a 14 h"


def test_when_nobody_knows_the_page_says_so_and_when_it_looks_again(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "asks_carrier", CARRIER.__eq__)
    order = given(session, document(promise=None), scans(*STAGES[:2]), now=THURSDAY)
    session.execute(update(Shipment).values(next_poll_at=THURSDAY + 8 * HOUR, polled_at=THURSDAY))
    session.commit()
    with at(THURSDAY):
        text = text_of(browser(app, order).get(f"/o/{order.ref}").text)
    assert "Próxima consulta al transportista: hoy a las 18:00" in text


def test_the_carriers_page_is_built_by_us_and_the_purchase_order_is_shown(app: Flask, session: Session) -> None:
    order = given(
        session, document(kind="b2b", purchase_order="PO-77", shipments=[parcel(tracking_number='A"><b>/..')])
    )
    page = browser(app, order).get(f"/o/{order.ref}").text
    assert 'href="https://s.correosexpress.com/SeguimientoSinCP/search?shippingNumber=A%22%3E%3CB%3E%2F.."' in page
    assert "PO-77" in page


def test_a_delivered_parcel_offers_a_return_as_its_main_action_and_help_when_it_is_not_there(
    app: Flask, session: Session
) -> None:
    order = given(session, events=scans(*STAGES, "delivered"), now=THURSDAY)
    page = browser(app, order).get(f"/o/{order.ref}").text
    begin = page.partition(f'action="/o/{order.ref}/code/ahead"')[2].partition("</form>")[0]
    assert 'class="button button-main"' in begin
    assert f'name="then" value="/o/{order.ref}/returns/new"' in begin
    assert page.count("button-main") == 1
    assert "No lo tengo" in page


def test_who_has_entered_the_code_begins_a_return_by_a_link(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES, "delivered"), now=THURSDAY)
    page = browser(app, order, tier=2).get(f"/o/{order.ref}").text
    assert f'class="button button-main" href="/o/{order.ref}/returns/new"' in page
    assert "/code/ahead" not in page


def test_the_page_needs_at_most_six_statements_and_twenty_kilobytes(app: Flask, session: Session) -> None:
    lines = [line(str(at), title=f"Aceite de oliva virgen extra de cosecha temprana {at}") for at in range(40)]
    packed = [{"line": str(at), "quantity": 2} for at in range(40)]
    order = given(
        session, document(lines=lines, shipments=[parcel(lines=packed)]), scans(*STAGES, "delivered"), now=THURSDAY
    )
    client = browser(app, order, tier=2)
    client.get(f"/o/{order.ref}")
    with counted(session) as statements:
        page = client.get(f"/o/{order.ref}")
    assert len(statements) <= 6
    assert len(gzip.compress(page.data)) <= 20_000
    assert "no-store" in page.headers["Cache-Control"]


def test_a_picture_is_shown_once_it_was_fetched_and_only_from_this_host(app: Flask, session: Session) -> None:
    url = "https://cdn.shop.example/oil.jpg"
    order = given(session, document(lines=[line(image_url=url)]))
    page = browser(app, order).get(f"/o/{order.ref}").text
    assert "<img" not in page and "cdn.shop.example" not in page
    session.add(Picture(url_hash=digest(url), url=url, content=b"webp", wanted_at=THURSDAY, next_try_at=THURSDAY))
    session.commit()
    page = browser(app, order).get(f"/o/{order.ref}").text
    assert f'src="/pictures/{digest(url).hex()}.webp"' in page and "cdn.shop.example" not in page


def test_the_page_leads_to_all_orders_to_the_withdrawal_and_out(app: Flask, session: Session) -> None:
    order = given(session)
    page = browser(app, order).get(f"/o/{order.ref}").text
    assert 'href="/account"' in page and f'href="/withdraw?order={order.ref}"' in page
    assert 'method="post" action="/sign-out"' in page


def test_without_a_choice_the_page_speaks_the_orders_language(app: Flask, session: Session) -> None:
    order = given(session, document(locale="en-GB"))
    client = browser(app, order)
    client.delete_cookie("language")
    with at(PLACED):
        page = client.get(f"/o/{order.ref}").text
    assert '<html lang="en-GB"' in page
    assert title_of(page).startswith("Arrives")


def test_a_guessed_time_is_shown_by_its_day_alone(app: Flask, session: Session) -> None:
    guess = event("delivered", THURSDAY - HOUR, time_quality=TimeQuality.GUESSED)
    order = given(session, events=[guess], now=THURSDAY)
    with at(THURSDAY):
        page = browser(app, order).get(f"/o/{order.ref}").text
    assert title_of(page) == "Entregado hoy"
    assert "9:00" not in text_of(page)


def test_after_ninety_days_without_news_the_page_says_that_nobody_asks_any_more(app: Flask, session: Session) -> None:
    order = given(session, document(promise=None), scans(*STAGES[:2]), now=THURSDAY)
    retire(session, now=THURSDAY + 91 * 24 * HOUR)
    session.commit()
    with at(THURSDAY + 92 * 24 * HOUR):
        page = browser(app, order).get(f"/o/{order.ref}").text
    assert title_of(page) == "Hace tiempo que no hay noticias de este paquete"
    assert "hx-get" not in page
    assert f'button-main" href="/o/{order.ref}/help?about=not_here&amp;parcel=1"' in page


def test_another_domains_panel_is_part_of_the_page(app: Flask, session: Session) -> None:
    order = given(session)
    panels = app.extensions["order_panels"]
    panels.append(lambda _session, order_id, tier: Markup("<p>panel {} {}</p>").format(order_id == order.id, tier))
    try:
        assert "<p>panel True 1</p>" in browser(app, order).get(f"/o/{order.ref}").text
    finally:
        panels.pop()


def test_an_order_that_should_have_come_but_has_not_left_says_sorry_and_strikes_its_day(
    app: Flask, session: Session
) -> None:
    order = given(session, document(shipments=[]))
    with at(THURSDAY + 48 * HOUR):
        page = browser(app, order).get(f"/o/{order.ref}").text
    assert "<del>jueves 26 de noviembre</del>" in page
    assert "Está tardando más de lo que te dijimos. Lo sentimos." in page


def test_after_a_failed_try_the_apology_leaves_the_next_step_in_its_place(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES, "delivery_failed"), now=THURSDAY)
    session.execute(update(Shipment).values(late_since=THURSDAY))
    session.commit()
    with at(THURSDAY):
        shown = text_of(browser(app, order, language="en").get(f"/o/{order.ref}").text)
    assert "We're sorry. They usually try again the next working day." in shown

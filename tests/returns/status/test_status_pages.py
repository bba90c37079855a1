"""A return's own page, its papers, and taking it back."""

from datetime import datetime, timedelta
from html import unescape

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.models import Refund, Return
from app.returns.policy.policy import Method
from app.returns.services import cancel, change_amount, reject, request_return, send_back, void_refund
from app.returns.states import Decision, GoodsState
from app.returns.status.panel import order_panel
from app.tracking.models import Shipment
from app.tracking.states import ShipmentState
from tests.returns.stage import asking, delivered_order, scan, sign_in
from tests.returns.story import booked, handed_over, missing, some
from tests.rounds import heard_by_returns

PAPERS = ("label.pdf?size=4x6", "label.pdf?size=a4", "label.zpl", "code.svg")


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=utcnow())


@pytest.fixture
def return_(session: Session, order: Order) -> Return:
    made = request_return(session, order.id, asking(("1", 2, "too_small")), by="customer", now=utcnow())
    session.commit()
    return made


@pytest.fixture
def customer(client: FlaskClient, order: Order) -> FlaskClient:
    sign_in(client, order)
    return client


def test_a_mailed_link_shows_the_course_but_not_the_label(client: FlaskClient, order: Order, return_: Return) -> None:
    sign_in(client, order, tier=1)
    page = client.get(f"/returns/{return_.ref}")
    assert page.status_code == 200
    assert return_.label_number not in page.text
    assert f"/returns/{return_.ref}/open" in page.text
    for paper in (*PAPERS, "open", "cancellation"):
        answer = client.get(f"/returns/{return_.ref}/{paper}")
        assert (answer.status_code, "/returns/" in answer.location) == (303, False), paper


def test_a_stranger_learns_nothing_of_a_return(client: FlaskClient, return_: Return) -> None:
    real, unreal = client.get(f"/returns/{return_.ref}"), client.get("/returns/ZZZZZZZZ")
    assert (real.status_code, real.location) == (unreal.status_code, unreal.location) == (303, "/?closed=1")


@pytest.mark.parametrize("paper", ["", *(f"/{name}" for name in PAPERS), "/open", "/cancellation"])
def test_an_orders_own_reference_is_no_return(customer: FlaskClient, order: Order, paper: str) -> None:
    assert customer.get(f"/returns/{order.ref}{paper}").status_code == 404


def test_someone_with_another_order_learns_nothing_either(
    client: FlaskClient, session: Session, return_: Return
) -> None:
    sign_in(client, delivered_order(session, now=utcnow(), number="2002"))
    real, unreal = client.get(f"/returns/{return_.ref}"), client.get("/returns/ZZZZZZZZ")
    assert (real.status_code, unreal.status_code) == (404, 404)


@pytest.mark.parametrize("size", ["4x6", "a4"])
def test_the_labels_bar_code_reads_back_from_the_pdf(
    customer: FlaskClient, session: Session, order: Order, return_: Return, size: str
) -> None:
    session.get_one(Brand, order.brand_key).return_address = {"line1": "Polígono 3", "city": "Jaén", "country": "ES"}
    session.flush()
    answer = customer.get(f"/returns/{return_.ref}/label.pdf?size={size}")
    assert answer.mimetype == "application/pdf"
    page = pypdfium2.PdfDocument(answer.data)[0]
    read = {code.text for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())}
    assert {return_.label_number, return_.ref} <= read
    text = page.get_textpage().get_text_bounded()
    assert "Calle del Olmo 7" in text
    assert "Polígono 3" in text and "España" in text


def test_zpl_and_code_carry_the_label_number(customer: FlaskClient, return_: Return) -> None:
    assert return_.label_number in customer.get(f"/returns/{return_.ref}/label.zpl").text
    code = customer.get(f"/returns/{return_.ref}/code.svg")
    assert code.mimetype == "image/svg+xml"
    assert code.text.startswith("<svg")


@pytest.mark.parametrize("language", ["es", "en"])
def test_each_stage_has_its_answer(customer: FlaskClient, session: Session, return_: Return, language: str) -> None:
    customer.set_cookie("language", language)
    expected = {
        "es": [
            "Déjala a más tardar",
            "en camino",
            "ha llegado",
            "Te vamos a devolver 39,80",
            "Te hemos devuelto 39,80",
        ],
        "en": ["Drop it off by", "on its way", "has arrived", "We&#39;re refunding you €39.80", "€39.80 refunded"],
    }[language]
    pages = [customer.get(f"/returns/{return_.ref}").text]
    scan(session, session.get_one(Shipment, return_.shipment_id), ShipmentState.IN_TRANSIT, utcnow())
    heard_by_returns(session, limit=100, now=utcnow())
    pages.append(customer.get(f"/returns/{return_.ref}").text)
    scan(session, session.get_one(Shipment, return_.shipment_id), ShipmentState.DELIVERED, utcnow())
    pages.append(customer.get(f"/returns/{return_.ref}").text)
    return_.goods, return_.received_at, return_.inspected_at = GoodsState.INSPECTED, utcnow(), utcnow()
    refund = owed(return_, 3980)
    session.flush()
    pages.append(customer.get(f"/returns/{return_.ref}").text)
    refund.state, refund.paid_at, refund.reference = "paid", utcnow(), "TR-77"
    session.flush()
    pages.append(customer.get(f"/returns/{return_.ref}").text)
    for page, words in zip(pages, expected, strict=True):
        assert words in page
    assert "TR-77" in pages[-1]


def owed(return_: Return, amount: int) -> Refund:
    """Money that is due."""
    parts = [
        {"kind": "item", "amount": 3980, "line": "1", "quantity": 2},
        {"kind": "not_received", "amount": amount - 3980, "line": "1", "quantity": 1},
    ]
    refund = Refund(
        order_id=return_.order_id,
        idempotency_key=f"{return_.ref}-1",
        state="due",
        amount=amount,
        currency="EUR",
        breakdown={"total": amount, "parts": parts},
        due_on=(utcnow() + timedelta(days=2)).date(),
        created_at=utcnow(),
    )
    return_.refunds.append(refund)
    return refund


def test_a_difference_to_the_quote_is_explained_line_by_line(
    customer: FlaskClient, session: Session, return_: Return
) -> None:
    owed(return_, 1990)
    session.flush()
    page = customer.get(f"/returns/{return_.ref}").text
    assert "Por qué es distinto" in page
    assert "Sin recibir: 1 × Camiseta" in page


def test_cancelling_asks_once_more_and_ends_at_the_status_page(
    customer: FlaskClient, session: Session, return_: Return
) -> None:
    ask = customer.get(f"/returns/{return_.ref}/cancellation")
    assert "¿Cancelar esta devolución?" in ask.text
    assert session.get_one(Return, return_.id).decision == Decision.APPROVED
    done = customer.post(f"/returns/{return_.ref}/cancellation")
    assert (done.status_code, done.location) == (303, f"/returns/{return_.ref}")
    page = customer.get(done.location).text
    assert "se ha cancelado" in page
    assert "label.pdf" not in page
    assert customer.get(f"/returns/{return_.ref}/label.zpl").status_code == 303


def test_what_is_on_its_way_cannot_be_cancelled(customer: FlaskClient, session: Session, return_: Return) -> None:
    return_.goods, return_.handed_over_at = GoodsState.IN_TRANSIT, utcnow()
    session.flush()
    assert customer.get(f"/returns/{return_.ref}/cancellation").status_code == 303
    answer = customer.post(f"/returns/{return_.ref}/cancellation")
    assert answer.status_code == 409
    assert "ya no se puede cancelar" in answer.text


def test_a_rejected_return_says_why(customer: FlaskClient, session: Session) -> None:
    order = delivered_order(session, now=utcnow(), days_ago=32, number="3003")
    sign_in(customer, order)
    return_ = request_return(session, order.id, asking(("1", 1, "colour")), by="customer", now=utcnow())
    assert "Estamos revisando" in customer.get(f"/returns/{return_.ref}").text
    reject(session, return_.id, by="ana", reason="Lleva señales de uso.", now=utcnow())
    page = customer.get(f"/returns/{return_.ref}").text
    assert "No podemos aceptar" in page and "Lleva señales de uso." in page


def test_the_order_page_lists_returns_without_labels(app: Flask, session: Session, order: Order, now: datetime) -> None:
    with app.test_request_context():
        assert order_panel(session, order.id, 1) == ""
        day = (utcnow() + timedelta(days=2)).date()
        request = asking(("2", 1, "colour"), method=Method.PICKUP, pickup_on=day)
        return_ = request_return(session, order.id, request, by="customer", now=utcnow())
        panel = order_panel(session, order.id, 1)
    assert f'href="/returns/{return_.ref}"' in panel
    assert (return_.label_number or "?") not in panel


def seen(customer: FlaskClient, return_: Return) -> str:
    page = customer.get(f"/returns/{return_.ref}", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    return unescape(page.text)


def test_an_empty_box_is_not_thanked_for(customer: FlaskClient, session: Session, return_: Return) -> None:
    booked(session, return_, missing("1", 2), now=utcnow())
    session.commit()
    page = seen(customer, return_)
    assert "dentro no venían los artículos de tu devolución" in page and "Te devolvemos" not in page
    reject(session, return_.id, by="ana", reason="Venía vacía.", now=utcnow())
    session.commit()
    assert "Venía vacía. Te enviaremos los artículos de vuelta." in seen(customer, return_)


def test_a_cancelled_return_that_came_all_the_same_says_who_looks_at_it(
    customer: FlaskClient, session: Session, return_: Return
) -> None:
    cancel(session, return_.id, by="customer", now=utcnow())
    handed_over(session, return_, now=utcnow())
    session.commit()
    assert "Lo decidimos cuando llegue" in seen(customer, return_)
    booked(session, return_, some("1", 2), now=utcnow())
    session.commit()
    assert "Tu paquete ha llegado. Te respondemos" in seen(customer, return_)


def test_goods_that_went_back_are_said_to_have_gone(customer: FlaskClient, session: Session, return_: Return) -> None:
    cancel(session, return_.id, by="customer", now=utcnow())
    booked(session, return_, some("1", 2), now=utcnow())
    reject(session, return_.id, by="ana", reason="Fuera de plazo.", now=utcnow())
    send_back(session, return_.id, by="wh", now=utcnow())
    session.commit()
    page = seen(customer, return_)
    assert "Te hemos enviado los artículos de vuelta" in page and "Fuera de plazo." in page


def test_an_amount_that_a_person_changed_stands_with_its_reason_and_void_ones_are_gone(
    customer: FlaskClient, session: Session, return_: Return
) -> None:
    booked(session, return_, some("1", 2), now=utcnow())
    change_amount(session, return_.id, amount=1500, reason="Una venía usada.", by="ana", now=utcnow())
    session.commit()
    page = seen(customer, return_)
    assert "a 15,00 € en total: Una venía usada." in page.replace("\xa0", " ")
    assert "Según lo que pediste" in page, "only what is due is promised"
    assert page.count("Pendiente") == 1
    void_refund(session, return_.refunds[-1].id, reason="Pagado en tienda.", by="ana", now=utcnow())
    session.commit()
    page = seen(customer, return_)
    assert "No hay nada que reembolsar" in page and "Pagado en tienda." in page


def test_a_line_that_the_shop_took_out_stays_on_the_page(
    customer: FlaskClient, session: Session, order: Order, return_: Return
) -> None:
    for line in order.all_lines:
        line.quantity = 0 if line.line_id == "1" else line.quantity
    session.commit()
    assert "Camiseta" in seen(customer, return_)

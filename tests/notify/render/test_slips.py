"""What is taken along stands apart in a mail, once: the code to scan, the day, the place; and where money goes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n.locale import speaking
from app.events.kinds import EventKind
from app.notify.providers.ports import Outgoing
from app.notify.providers.smtp.mime import as_bytes
from app.notify.render.words import tongue
from app.orders.models import Order
from app.returns.models import Return
from app.returns.refunds.destination import goes_to
from app.returns.services import request_return
from app.tracking.models import Shipment
from tests.notify.build import NOON, a_mail_config, an_order, happens, prepared
from tests.returns.stage import asking, delivered_order
from tests.rounds import heard

CONFIG = a_mail_config()
POINT = {
    "name": "Casillero Dos de Mayo", "line1": "Plaza del Dos de Mayo 4", "postcode": "28004", "city": "Madrid",
    "country": "ES", "kind": "locker", "opening_hours": "24/7", "keep_until": "2026-12-03",
}  # fmt: skip
PLACE = "Casillero Dos de Mayo\nPlaza del Dos de Mayo 4, 28004 Madrid\nHorario: todo el día\n"


def mails(session: Session) -> list[Outgoing]:
    heard(session, limit=200, now=NOON, config=CONFIG)
    return [one.outgoing for one in prepared(session, now=NOON, config=CONFIG) if one.outgoing.subject]


def ready_mail(session: Session, **point: str) -> str:
    order = an_order(session, now=NOON)
    mails(session)
    parcel = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
    parcel.pickup_point = POINT | point
    happens(session, EventKind.SHIPMENT_READY_FOR_PICKUP, order, now=NOON, state="ready_for_pickup")
    [mail] = mails(session)
    return mail.text.replace("\xa0", " ")


def test_a_locker_s_mail_has_the_code_the_last_day_and_the_place_once_each(session: Session) -> None:
    text = ready_mail(session, code_hint="7KD2 94")
    assert f"Tu código: 7KD2 94\nRecógelo a más tardar el: jueves 3 de diciembre\n{PLACE}" in text
    assert text.count("jueves 3 de diciembre") == text.count("28004 Madrid") == text.count("7KD2 94") == 1


@pytest.mark.parametrize("hint", ["En la aplicación de InPost", ""])
def test_words_about_a_code_are_no_code(session: Session, hint: str) -> None:
    text = ready_mail(session, code_hint=hint)
    assert "Tu código:" not in text and "código del transportista" in text
    assert text.count("Código: ") == bool(hint)


@pytest.mark.parametrize("unreadable", ["soon", "2026-12-32", ""])
def test_a_last_day_that_nobody_can_read_is_left_out(session: Session, unreadable: str) -> None:
    assert "Recógelo a más tardar" not in ready_mail(session, keep_until=unreadable)


def test_the_code_of_a_return_travels_inside_its_mail(session: Session) -> None:
    order = delivered_order(session, now=NOON)
    mails(session)
    made: Return = request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=NOON)
    mail = next(one for one in mails(session) if one.enclosed)
    assert made.label_number and f"Muestra este código al dejarlo: {made.label_number}" in mail.text
    raw = as_bytes(mail, mail_from="p@a.example", to=mail.to).decode()
    assert f"Content-ID: <{mail.enclosed[0].cid}>" in raw and "Content-Disposition: inline" in raw


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        (["card"], "a la tarjeta con la que pagaste"),
        (["PayPal Express"], "a tu cuenta de PayPal"),
        (["Bank transfer"], "a la cuenta bancaria desde la que pagaste"),
        (["gift_card"], "a la tarjeta regalo o el saldo con que pagaste"),
        (["card", "gift_card"], "al mismo medio de pago"),
        (["klarna"], "al mismo medio de pago"),
        ([], "al mismo medio de pago"),
    ],
)
def test_money_goes_back_the_way_it_came_where_that_was_told(session: Session, methods: list[str], words: str) -> None:
    payments = [{"id": f"p{at}", "method": method, "amount": 100} for at, method in enumerate(methods)]
    order: Order = an_order(session, now=NOON, payments=payments)
    with speaking(tongue("es_ES", "Europe/Madrid").tag):
        assert goes_to(order) == words  # type: ignore[arg-type]

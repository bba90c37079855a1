"""Support has a link mailed to somebody of an order: to an address on file, once a press, not too often."""

import re
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.db import do_last_acts
from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.orders.models import Order, OrderContact
from tests.orders.build import document
from tests.staff.browsers import audited


def page_of(order: Order) -> str:
    return f"/staff/orders/{order.ref}/link"


def press(client: FlaskClient, order: Order) -> dict[str, str]:
    """The form of the page as a browser sends it, for the first person."""
    text = client.get(page_of(order)).text
    mark, contact = re.search(r'name="press" value="([^"]+)"', text), re.search(r'<option value="(\d+)"', text)
    assert mark
    assert contact
    return {"press": mark[1], "contact": contact[1]}


def links_of(session: Session) -> list[dict[str, object]]:
    rows = session.scalars(select(DomainEvent).where(DomainEvent.kind == "access.link_requested"))
    return [row.payload for row in rows]


def test_the_link_goes_to_an_address_on_file_and_is_written_down(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    text = support.get(page_of(parcelled)).text
    assert "m•••@example.com · Marisol Q." in text
    assert "marisol@" not in text
    answer = support.post(page_of(parcelled), data=press(support, parcelled))
    assert answer.location == f"/staff/orders/{parcelled.ref}#timeline"
    contact = session.scalars(select(OrderContact).where(OrderContact.position == 0)).one()
    assert [(one["order_ids"], one["contact_id"]) for one in links_of(session)] == [([parcelled.id], contact.id)]
    assert audited(session)[-1] == ("support@shop.example", "access.link_mailed", None)
    row = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
    assert row.detail == {"contact": 0}
    shown = support.get(answer.location).text
    assert "A link is on its way to m•••@example.com." in shown
    assert "Had a link to the order mailed" in shown


def test_a_press_that_is_sent_twice_mails_one_link(support: FlaskClient, session: Session, parcelled: Order) -> None:
    form = press(support, parcelled)
    assert [support.post(page_of(parcelled), data=form).status_code for _ in range(2)] == [303, 303]
    assert len(links_of(session)) == 1
    do_last_acts(session)
    assert [what for _who, what, _of in audited(session)].count("access.link_mailed") == 1


def test_an_address_gets_no_more_links_than_it_could_ask_for(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    answers = [support.post(page_of(parcelled), data=press(support, parcelled)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert "as many links as it may get" in answers[-1].text
    assert len(links_of(session)) == 3


def test_nobody_else_can_be_chosen(support: FlaskClient, session: Session, parcelled: Order, now: datetime) -> None:
    other = receive_order(
        session, document(number="1002", customer={"name": "Ana", "email": "ana@example.com"}), now=now
    )
    stranger = session.scalars(select(OrderContact.id).where(OrderContact.order_id == other.order.id)).first()
    form = press(support, parcelled)
    for contact in ("", "x", str(stranger), "marisol@example.com"):
        answer = support.post(page_of(parcelled), data=form | {"contact": contact})
        assert (answer.status_code, "Choose who gets the link." in answer.text) == (422, True)
    assert links_of(session) == []


def test_without_an_address_or_an_order_there_is_nothing_to_mail(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    session.execute(update(OrderContact).values(email=None, email_folded=None))
    session.commit()
    answer = support.get(page_of(parcelled))
    assert (answer.status_code, "names no e-mail address" in answer.text) == (409, True)
    assert "Mail a link" not in support.get(f"/staff/orders/{parcelled.ref}").text
    parcelled.removed = True
    session.commit()
    assert support.get(page_of(parcelled)).status_code == 404

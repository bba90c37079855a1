"""The worklist of orders whose documents hold what a person should see: newest first, by kind, until dealt with."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.oms.intake import receive_order
from app.orders.document.notes import FOR_A_PERSON, WORDS, NoteKind
from app.orders.models import Order
from app.staff.worklists.worklists import counts
from tests.orders.build import document

LIST = "/staff/work/noted"
NO_MAILS = str(WORDS[NoteKind.EMAIL_UNUSABLE])


def ordered(session: Session, number: str, *, now: datetime, **facts: Any) -> Order:
    """An order of that number, with a mail address that none can be sent to unless the facts say otherwise."""
    customer = {"name": "Ana", "email": "none"} | facts.pop("customer", {})
    whole = {"number": number, "customer": customer, "shipments": [], "updated_at": now.isoformat()} | facts
    order_id = receive_order(session, document(**whole), now=now).order.id
    session.commit()
    return session.get_one(Order, order_id, populate_existing=True)


def numbers(client: FlaskClient, **query: str) -> list[str]:
    """The numbers of the orders that are listed, as they stand there."""
    return re.findall(
        r'<th scope="row">\s*<a href="/staff/orders/\w+[^"]*">(\w+)</a>', client.get(LIST, query_string=query).text
    )


@pytest.fixture
def noted(session: Session, now: datetime) -> list[Order]:
    """Two with a mail address that cannot be used, one with more given back than was paid, one that is in order."""
    later = [now + timedelta(hours=hours) for hours in range(4)]
    mailed, back = {"email": "ana@example.com"}, [{"id": "r", "amount": 10**9}]
    return [
        ordered(session, "A1", now=later[0]),
        ordered(session, "A2", now=later[1], customer=mailed, refunds=back),
        ordered(session, "A3", now=later[2], customer=mailed),
        ordered(session, "A4", now=later[3], refunds=back),
    ]


def test_orders_with_notes_are_counted_and_listed_newest_first(
    support: FlaskClient, session: Session, noted: list[Order]
) -> None:
    assert counts(session)["noted"] == 3
    assert numbers(support) == ["A4", "A2", "A1"]
    page = support.get(LIST).text
    assert "Orders with notes" in page and NO_MAILS in page and "More was given back than was paid" in page
    assert f'href="/staff/orders/{noted[0].ref}?' in page and "/customer/email" in page


def test_it_is_filtered_by_kind(support: FlaskClient, noted: list[Order]) -> None:
    assert numbers(support, kind="email_unusable") == ["A4", "A1"]
    assert numbers(support, kind="paid_below_refunds") == ["A4", "A2"]
    assert numbers(support, kind="no_number") == []
    assert numbers(support, kind="nonsense") == ["A4", "A2", "A1"]
    page = support.get(LIST, query_string={"kind": "email_unusable"}).text
    assert f'<option value="email_unusable" selected>{NO_MAILS}</option>' in re.sub(r"\s*\n\s*", "", page)


def test_it_leaves_the_list_when_its_document_is_mended(
    support: FlaskClient, session: Session, noted: list[Order], now: datetime
) -> None:
    ordered(session, "A1", now=now + timedelta(days=1), customer={"email": "ana@example.com"})
    assert numbers(support) == ["A4", "A2"]


def test_what_is_dealt_with_comes_back_with_other_notes_only(
    support: FlaskClient, session: Session, noted: list[Order], now: datetime
) -> None:
    page = support.get(LIST, query_string={"kind": "email_unusable"}).text
    (item,) = [each for each in re.findall(r'name="one" value="([^"]+)"', page) if each.startswith(f"{noted[0].id}-")]
    done = support.post(f"{LIST}/deeds?kind=email_unusable", data={"one": item})
    assert done.location == f"{LIST}?kind=email_unusable"
    assert numbers(support) == ["A4", "A2"]
    assert session.scalars(select(AuditRow).where(AuditRow.action == "work.set_aside")).one().detail["what"] == "A1"
    ordered(session, "A1", now=now + timedelta(days=1), note="Gift")
    assert numbers(support) == ["A4", "A2"], "the same notes are dealt with"
    ordered(session, "A1", now=now + timedelta(days=2), refunds=[{"id": "r", "amount": 10**9}])
    assert numbers(support) == ["A1", "A4", "A2"]


def test_the_list_reads_its_own_index(session: Session, noted: list[Order]) -> None:
    from app.staff.worklists.orders import noted as waiting

    session.execute(text("set local enable_seqscan = off"))
    statement = waiting().compile(session.connection(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.scalars(text(f"explain {statement}".replace(":", "\\:"))))
    assert "ix_order_noted" in plan


def test_every_kind_that_is_for_a_person_has_its_words_and_names_a_fault_of_the_document() -> None:
    assert {NoteKind.PAID_UNSURE, NoteKind.PAID_BELOW_REFUNDS} <= set(FOR_A_PERSON) < set(NoteKind)

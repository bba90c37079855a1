"""Finding an order with what was pasted: out of mails, messengers and spreadsheets; and what still opens nothing."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from app.orders.lookup.models import Guess
from tests.orders.build import document, issue_link
from tests.orders.put import put_order

EMAIL = "marisol@example.com"


@pytest.fixture
def ref(session: Session, now: datetime) -> str:
    """The reference of order 1001, which is Marisol's."""
    return put_order(session, document(), now=now).order.ref


def opened(client: FlaskClient, number: str, contact: str) -> str | None:
    """Where the pair leads, if it opens an order."""
    posted = client.post("/", data={"number": number, "contact": contact})
    assert posted.status_code in (303, 422)
    location: str | None = client.get("/found").location if posted.status_code == 303 else None
    return location


CONTACTS = [
    "mailto:marisol@example.com", "Marisol <marisol@example.com>", '"Marisol Quijano" <Marisol@Example.com>',
    "marisol@example.com.", "marisol@example.com,", "«marisol@example.com»", "'marisol@example.com'",
    "\u202amarisol@example.com\u202c", "marisol@\u200bexample.com", "marisol＠example.com", "marisol @example.com",
    "\u00a0marisol@example.com\u00a0", "E-mail: marisol@example.com",
    "\u202a+34 600 11 22 33\u202c", "600\u00a011\u00a022\u00a033", "600\u202f11\u202f22\u202f33",
    "600\u201111\u201122\u201133",
    "tel:+34600112233", "Tel. 600 11 22 33", "whatsapp +34 600112233", "34600112233", "(600) 11-22-33", "600.11.22.33",
    "https://wa.me/34600112233", "６００１１２２３３", "٦٠٠١١٢٢٣٣", "34600112233.0", "+34 (0) 600 11 22 33",
    "600\u200b112\u200b233",
]  # fmt: skip
NUMBERS = ["#1001", "Nº 1001", "№1001", "Pedido 1001", "10\u201101", "10\u201301", "1001\u200b", "\u202a1001\u202c",
    "Bestellnummer 1001", "votre commande n° 1001", "10\u00a001"]  # fmt: skip


@pytest.mark.parametrize("contact", CONTACTS)
def test_a_pasted_contact_opens_the_order(client: FlaskClient, ref: str, contact: str) -> None:
    assert opened(client, "1001", contact) == f"/o/{ref}"


@pytest.mark.parametrize("number", NUMBERS)
def test_a_pasted_number_opens_the_order(client: FlaskClient, ref: str, number: str) -> None:
    assert opened(client, number, EMAIL) == f"/o/{ref}"


def test_the_address_of_the_orders_page_stands_for_its_number(client: FlaskClient, ref: str) -> None:
    assert opened(client, f"https://pedidos.example/o/{ref}?from=mail", EMAIL) == f"/o/{ref}"
    assert opened(client, f"https://pedidos.example/o/{ref}", "someone@example.org") != f"/o/{ref}"


def test_a_mailed_link_leads_to_its_page_and_opens_nothing_by_itself(
    client: FlaskClient, ref: str, session: Session, now: datetime
) -> None:
    order = put_order(session, document(), now=now).order
    for token in (issue_link(session, order.id, now=now), "x" * 43):
        posted = client.post("/", data={"number": f"https://pedidos.example/l/{token} ", "contact": ""})
        assert (posted.status_code, posted.location) == (303, f"/l/{token}")
    assert client.get(f"/o/{ref}/code").location == "/?closed=1"
    assert session.scalar(select(func.count()).select_from(Guess)) == 0


@pytest.mark.parametrize(
    "contact",
    ["marisol@ｅxample.com", "marisol@example。com", "marisol@exam\u00adple.com", "mаrisol@example.com",
     "Marisol <marisol@exаmple.com>", "600112233 / 600112234", "600112234 600112233", "600112233 ext. 12",
     "a@example.org; marisol@example.com", "60011223", "112233", "1600112233", "+33600112233", "600112233 (piso 2)"],
)  # fmt: skip
def test_a_look_alike_a_part_or_a_list_opens_nothing(client: FlaskClient, ref: str, contact: str) -> None:
    assert opened(client, "1001", contact) != f"/o/{ref}"
    assert client.get(f"/o/{ref}/code").location == "/?closed=1"


ABROAD = [
    ("MX", "+52 1 55 1234 5678",
     ["55 1234 5678", "+52 1 55 1234 5678", "044 55 1234 5678", "+525512345678", "5215512345678"]),
    ("AR", "+54 9 11 1234-5678",
     ["11 1234-5678", "011 15 1234-5678", "15 1234 5678", "+54 11 1234 5678", "5491112345678"]),
    ("AR", "011 4123-4567", ["11 4123 4567", "+54 9 11 4123 4567", "011 4123-4567"]),
    ("BR", "(11) 8123-4567", ["11 98123-4567", "(11) 8123-4567", "0 15 11 98123-4567", "+5511981234567"]),
    ("FR", "33612345678", ["06 12 34 56 78", "0033 6 12 34 56 78", "+33 (0)6 12 34 56 78"]),
    ("DE", "0049/151/12345678", ["0151 12345678", "+49 (0) 151 12345678"]),
    ("FR", "+34 600 11 22 33", ["600 11 22 33", "+34600112233"]),
]  # fmt: skip


@pytest.mark.parametrize(("country", "on_file", "typed"), ABROAD)
def test_a_number_is_found_in_every_form_of_its_country(
    client: FlaskClient, session: Session, now: datetime, country: str, on_file: str, typed: list[str]
) -> None:
    changes = {"customer.phone": on_file, "ship_to.country": country, "ship_to.postcode": None, "ship_to.region": None}
    ref = put_order(session, document(changes), now=now).order.ref
    assert [opened(client, "1001", one) for one in typed] == [f"/o/{ref}"] * len(typed)


@pytest.mark.parametrize("on_file", ["ana@mañana.es", "ana@xn--maana-pta.es"])
def test_an_address_is_found_in_both_forms_of_its_domain(
    client: FlaskClient, session: Session, now: datetime, on_file: str
) -> None:
    ref = put_order(session, document({"customer.email": on_file}), now=now).order.ref
    for typed in ("ana@mañana.es", "ana@xn--maana-pta.es", "mailto:ana@MAÑANA.es"):
        assert opened(client, "1001", typed) == f"/o/{ref}"
    assert opened(client, "1001", "ana@manana.es") != f"/o/{ref}"


def test_spellings_of_one_number_share_its_tries(client: FlaskClient, session: Session, now: datetime) -> None:
    ref = put_order(
        session, document({"customer.phone": "+54 9 351 512-3456", "ship_to.country": "AR"}), now=now
    ).order.ref
    wrong = ["351 512 3456", "0351 15 512 3456", "+54 9 351 5123456", "tel:+543515123456", "5493515123456"]
    for at, typed in enumerate(wrong):
        opened(client, f"200{at}", typed)
    assert opened(client, "1001", "+54 351 512-3456") != f"/o/{ref}"


def test_two_orders_of_which_one_begins_like_a_word_are_told_apart(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    first = put_order(session, document(), now=now).order.ref
    second = put_order(session, document(number="REF-1001"), now=now).order.ref
    assert opened(client, "1001", EMAIL) == f"/o/{first}"
    assert opened(client, "REF-1001", EMAIL) == f"/o/{second}"


def test_what_is_pasted_takes_the_same_steps_whatever_comes_of_it(
    client: FlaskClient, ref: str, session: Session, engine: Engine
) -> None:
    steps: list[str] = []

    def note(*call: object) -> None:
        steps.append(str(call[2]).split()[0])

    def taken(number: str, contact: str) -> list[str]:
        client.get("/links/sent")
        steps.clear()
        client.post("/", data={"number": number, "contact": contact})
        return list(steps)

    taken("1001", EMAIL)
    event.listen(engine, "before_cursor_execute", note)
    try:
        good = taken("Pedido nº 1001", "Marisol <marisol@example.com>")
        for number in (
            "Pedido nº 1001",
            "Ref. 9999",
            "https://pedidos.example/o/7K2M9QXA",
            f"https://x.example/o/{ref}",
        ):
            for contact in ("mailto:nadie@example.com", "\u202a+34 600 11 22 33\u202c", "+52 1 55 1234 5678"):
                assert taken(number, contact) == good
    finally:
        event.remove(engine, "before_cursor_execute", note)

"""A brand is changed, undone, added, renamed, retired; orders, links and whoever names the old key go on."""

from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.brands import house, versions
from app.brands.document import sentences
from app.brands.models import Brand
from app.brands.queries import find_brand, speaking_brand
from app.core.db import do_last_acts
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.oms.intake import receive_order
from app.orders.models import Order
from app.orders.queries import by_number
from app.orders.retiring import set_retired
from tests.orders.build import document

ADA = "ada@shop.example"


def refused(session: Session, now: datetime, **changes: object) -> list[Fault]:
    with pytest.raises(Invalid) as error:
        house.change(session, "demo", changes, by=ADA, now=now)
    return error.value.faults


def test_the_first_change_can_be_undone_like_any_other(session: Session, now: datetime) -> None:
    before = house.state_of(session, "demo")
    assert before.number == 0
    house.change(session, "demo", {"name": "Casa Norte"}, by=ADA, now=now)
    assert house.state_of(session, "demo").brand.name == "Casa Norte"
    house.restore(session, "demo", 1, by=ADA, now=now)
    after = house.state_of(session, "demo")
    assert (after.document, after.number) == (before.document, 3)


def test_a_change_is_noted_once_by_whoever_made_it(session: Session, now: datetime) -> None:
    house.change(session, "demo", {"name": "Casa Norte", "help": {"email": "a@b.example"}}, by=ADA, now=now)
    do_last_acts(session)
    row = session.scalars(select(AuditRow)).one()
    assert (row.actor, row.action, row.subject) == (f"staff:{ADA}", "setting.saved", "demo/brand")
    assert sorted(row.detail["changed"]) == ["help.email", "name"]


def test_of_two_who_saw_the_same_the_second_is_told_even_at_the_first_change(session: Session, now: datetime) -> None:
    document_now = house.state_of(session, "demo").document
    house.save(session, "demo", document_now | {"name": "A"}, by=ADA, expected=0, now=now)
    with pytest.raises(Conflict):
        house.save(session, "demo", document_now | {"name": "B"}, by="ben@shop.example", expected=0, now=now)


def test_what_another_brand_has_or_nobody_sent_is_refused(session: Session, now: datetime) -> None:
    house.add(session, "norte", {"name": "Norte", "host": "norte.example"}, by=ADA, now=now)
    wrong = refused(session, now, host="norte.example", look={"logo": "x" * 22})
    assert {(fault.pointer, fault.detail) for fault in wrong} == {
        ("/look/logo", sentences.PICTURE_GONE),
        ("/host", sentences.HOST_TAKEN),
    }


@pytest.mark.parametrize("key", ["", "Ñandú", "../x", "UPPER", "a" * 41])
def test_a_key_is_small_and_plain(session: Session, now: datetime, key: str) -> None:
    with pytest.raises(Invalid) as error:
        house.add(session, key, {"name": ""}, by=ADA, now=now)
    assert [fault.pointer for fault in error.value.faults] == ["/key", "/name"]


def test_there_is_nothing_before_the_first_version(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        house.restore(session, "demo", 0, by=ADA, now=now)


def test_a_renamed_brand_keeps_its_orders_and_answers_to_both_keys(session: Session, now: datetime) -> None:
    order = receive_order(session, document(number="1001"), now=now).order
    house.change(session, "demo", {"name": "Casa Norte"}, by=ADA, now=now)
    house.rename(session, "demo", "norte", by=ADA, now=now)
    assert session.scalars(select(Order.brand_key).where(Order.id == order.id)).one() == "norte"
    assert [by_number(session, "1001", brand=key) is not None for key in ("norte", "demo", None)] == [True] * 3
    assert find_brand(session, "demo").key == "norte"  # type: ignore[union-attr]
    assert [row.number for row in versions.history(session, house.place_of("norte"))] == [2, 1]
    for named in ("demo", "norte", None):
        again = receive_order(session, document(number="1001", brand=named), now=now)
        assert (again.order.id, again.changed) == (order.id, False)


def test_a_brand_may_be_called_by_its_old_key_again(session: Session, now: datetime) -> None:
    house.rename(session, "demo", "norte", by=ADA, now=now)
    house.rename(session, "norte", "demo", by=ADA, now=now)
    assert speaking_brand(session).key == "demo"  # type: ignore[union-attr]
    assert find_brand(session, "norte").key == "demo"  # type: ignore[union-attr]
    with pytest.raises(Invalid, match="had it before"):
        house.add(session, "norte", {"name": "Another"}, by=ADA, now=now)


def test_every_row_of_a_brand_follows_its_key(session: Session) -> None:
    """Whoever adds a table with a brand's key gives it a foreign key that follows, or a rename leaves rows behind."""
    columns = text(
        "select table_name from information_schema.columns where column_name = 'brand_key' and table_schema = 'public'"
    )
    following = text(
        "select conrelid::regclass::text from pg_constraint where confrelid = 'brand'::regclass and confupdtype = 'c'"
    )
    named = {table.strip('"') for table in session.scalars(following)}
    assert set(session.scalars(columns)) == named
    standing = text("select count(*) from pg_constraint where confrelid = 'brand'::regclass and confupdtype <> 'c'")
    assert session.scalar(standing) == 0


def test_another_default_takes_what_names_no_brand(session: Session, now: datetime) -> None:
    house.add(session, "norte", {"name": "Norte", "languages": ["en"]}, by=ADA, now=now)
    house.make_default(session, "norte", by=ADA, now=now)
    order = session.get_one(Order, receive_order(session, document(number="2002", brand=None), now=now).order.id)
    assert (order.brand_key, session.get_one(Brand, "demo").is_default) == ("norte", False)


def test_a_brand_with_open_orders_or_that_is_the_default_stays(session: Session, now: datetime) -> None:
    house.add(session, "norte", {"name": "Norte"}, by=ADA, now=now)
    receive_order(session, document(number="3003", brand="norte", status="preparing", shipments=[]), now=now)
    with pytest.raises(Conflict, match="still open: 1"):
        set_retired(session, "norte", True, by=ADA, now=now)
    with pytest.raises(Conflict, match="default"):
        set_retired(session, "demo", True, by=ADA, now=now)


def test_a_retired_brand_takes_no_orders_until_it_is_taken_up_again(session: Session, now: datetime) -> None:
    house.add(session, "norte", {"name": "Norte"}, by=ADA, now=now)
    set_retired(session, "norte", True, by=ADA, now=now)
    with pytest.raises(Invalid, match="retired"):
        receive_order(session, document(number="4004", brand="norte"), now=now)
    with pytest.raises(Conflict, match="retired brand"):
        house.make_default(session, "norte", by=ADA, now=now)
    set_retired(session, "norte", False, by=ADA, now=now)
    assert receive_order(session, document(number="4004", brand="norte"), now=now).created


def test_an_entry_of_a_map_is_taken_out_by_null(session: Session, now: datetime) -> None:
    rules = {"amazon": {"mails": False}, "ebay": {"texts": False}}
    house.change(session, "demo", {"channels": {"by_channel": rules}}, by=ADA, now=now)
    house.change(session, "demo", {"channels": {"by_channel": {"amazon": None}}}, by=ADA, now=now)
    assert list(house.state_of(session, "demo").document["channels"]["by_channel"]) == ["ebay"]

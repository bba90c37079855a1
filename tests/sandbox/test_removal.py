"""The demo's data go with one command or press, and not a row of the shop's own with them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.db import Model, in_transaction
from app.core.settings import Settings
from app.oms.intake import receive_order
from app.orders.models import Order
from app.returns.points.models import DropOffPoint
from app.returns.services import request_return
from app.sandbox import arrivals, demo, documents
from app.sandbox.removing import removal
from app.sandbox.story import STORIES
from app.staff.models import StaffNote, StaffUser
from app.tracking.models import TrackingEvent
from tests.conftest import SECRET
from tests.notify.build import a_mail_config
from tests.returns.stage import asking, delivered_order
from tests.rounds import heard
from tests.staff.browsers import audited, browser, member

URL = "http://127.0.0.1:8000"
# The trail says that it was done; postcodes are the country's; who had yet to hear of a return has heard meanwhile.
BESIDE = {"audit", "postal_place", "hearing"}


def everything(session: Session) -> dict[str, set[Any]]:
    """Every row of every table by its key, without those of which it is said above why."""
    session.flush()
    tables = [table for table in Model.metadata.sorted_tables if table.name not in BESIDE]
    return {table.name: {tuple(row) for row in session.execute(select(*table.primary_key.columns))} for table in tables}


def remove(app: Flask, *words: str) -> str:
    """Call the command, which asks nothing."""
    result = app.test_cli_runner().invoke(args=["portal", "demo", "remove", "--yes", *words])
    assert result.exit_code == 0, result.output
    return result.output


def demo_orders(session: Session) -> int:
    return session.scalar(select(func.count(Order.id)).where(Order.extra["paradero_demo"].astext == "true")) or 0


@pytest.fixture
def own(session: Session, now: datetime) -> Order:
    """An order of the shop's own, delivered, with a return, a note, and its messages."""
    session.execute(update(Brand).values(name="Aceites del Sur", help_email="hola@aceites.com"))
    order = delivered_order(session, now=now)
    request_return(session, order.id, asking(("1", 1, "colour")), by="customer", now=now)
    session.add(StaffNote(order_id=order.id, written_by="ana@aceites.com", written_at=now, text="called"))
    while heard(session, limit=100, now=now, config=a_mail_config()):
        pass
    session.commit()
    return session.get_one(Order, order.id)


def open_the_demo(session: Session, now: datetime) -> None:
    """Seed it beside what is there, and let messages be written and a note be left."""
    demo.seed(session, public_url=URL, with_brand=False, now=now)
    arrivals.arrive(session, public_url=URL, now=now)
    while heard(session, limit=100, now=now, config=a_mail_config()):
        pass
    order_id = session.scalars(select(Order.id).where(Order.number == "A-10440")).one()
    session.add(StaffNote(order_id=order_id, written_by="ana@aceites.com", written_at=now, text="tried"))
    session.commit()


def test_all_of_the_demo_goes_and_every_row_of_the_shops_own_stays(
    app: Flask, session: Session, own: Order, now: datetime
) -> None:
    before = everything(session)
    open_the_demo(session, now)
    assert demo_orders(session) == len(STORIES) + 1
    assert "orders" in remove(app)
    after = everything(session)
    assert {name: rows ^ after[name] for name, rows in before.items() if rows != after[name]} == {}
    assert session.get_one(Brand, "demo").name == "Aceites del Sur"


def test_what_goes_is_counted_before_and_told_in_the_trail(
    app: Flask, session: Session, own: Order, now: datetime
) -> None:
    open_the_demo(session, now)
    there = removal.foreseen(session)
    assert there.orders == len(STORIES) + 1 and there.rows["return"] == 2 and there.rows["drop_off_point"] == 32
    result = app.test_cli_runner().invoke(args=["portal", "demo", "remove"], input="n\n")
    assert result.exit_code == 1 and f"{len(STORIES) + 1} orders" in result.output
    assert demo_orders(session) == len(STORIES) + 1
    remove(app)
    assert {row[1] for row in audited(session) if row[2] == "demo"} == {"demo.removed"}


def test_a_second_call_finds_nothing_and_leaves_no_row(app: Flask, session: Session, now: datetime) -> None:
    open_the_demo(session, now)
    remove(app)
    rows = len(audited(session))
    assert "There are no demo data." in remove(app)
    assert len(audited(session)) == rows


def test_who_is_interrupted_goes_on_where_it_stopped(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "BATCH", 4)
    open_the_demo(session, now)
    usual, calls = removal.remove_orders, []

    def breaking(*args: Any, **facts: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return usual(*args, **facts)

    monkeypatch.setattr(removal, "remove_orders", breaking)
    with pytest.raises(KeyboardInterrupt):
        removal.remove_all(
            partial(in_transaction, app.extensions["database"].sessions), key=SECRET, by="cli:x", now=now
        )
    assert demo_orders(session) == len(STORIES) + 1 - 8
    remove(app)
    assert demo_orders(session) == 0


def test_an_order_that_the_shop_has_made_its_own_stays_with_its_scans(
    app: Flask, session: Session, now: datetime
) -> None:
    demo.seed(session, public_url=URL, now=now)
    (story,) = (story for story in STORIES if story.number == "A-10460")
    later = now + timedelta(minutes=1)
    order_document = documents.document(story, public_url=URL, now=now).model_copy(
        update={"extra": {}, "updated_at": later}
    )
    receive_order(session, order_document, now=later)
    session.commit()
    remove(app)
    assert list(session.scalars(select(Order.number))) == ["A-10460"]
    assert set(session.scalars(select(TrackingEvent.number))) == {"DEMO1046001ES"}


def test_of_the_brand_only_what_is_still_the_demos_goes(app: Flask, session: Session, now: datetime) -> None:
    demo.seed(session, public_url=URL, now=now)
    session.execute(update(Brand).values(name="Aceites del Sur", help_email="hola@aceites.com"))
    session.commit()
    remove(app)
    brand = session.get_one(Brand, "demo", populate_existing=True)
    assert (brand.name, brand.help_email) == ("Aceites del Sur", "hola@aceites.com")
    assert (brand.help_phone, brand.postal_address, brand.return_address) == (None, "", {})


def test_a_point_that_the_shop_has_changed_stays(app: Flask, session: Session, now: datetime) -> None:
    demo.seed(session, public_url=URL, now=now)
    session.execute(update(DropOffPoint).where(DropOffPoint.external_id == "MAD1").values(name="Mi tienda"))
    session.commit()
    remove(app)
    assert list(session.scalars(select(DropOffPoint.external_id))) == ["MAD1"]


def test_while_the_demo_shop_is_on_nothing_is_removed(
    app: Flask, session: Session, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_the_demo(session, now)
    on = settings.model_copy(update={"demo": True})
    monkeypatch.setitem(app.config, "SETTINGS", on)
    monkeypatch.setattr(app.extensions["connections"], "settings", on)
    result = app.test_cli_runner().invoke(args=["portal", "demo", "remove", "--yes"])
    assert result.exit_code == 1 and "paradero run --no-demo" in result.output
    admin = browser(app, member(session, now, "admin"))
    assert "The demo shop is on" in admin.get("/staff/settings/demo-data").text
    admin.post("/staff/settings/demo-data")
    assert demo_orders(session) == len(STORIES) + 1


def test_an_admin_sees_what_goes_removes_it_and_shuts_the_demos_people_out(
    app: Flask, session: Session, now: datetime
) -> None:
    open_the_demo(session, now)
    for role in ("admin", "support"):
        member(session, now, role, f"demo-{role}", email=f"{role}@almazara.example")
    admin = browser(app, member(session, now, "admin", "ana"))
    page = admin.get("/staff/settings/demo-data").text
    assert f"{len(STORIES) + 1} orders" in page and "support@almazara.example" in page
    assert admin.post("/staff/settings/demo-data", data={"staff": "1"}).status_code == 303
    assert demo_orders(session) == 0
    session.expire_all()
    active = session.scalars(select(StaffUser.email).where(StaffUser.active)).all()
    assert active == ["ana@shop.example"]
    assert "No demo data" in admin.get("/staff/settings/demo-data").text


def test_the_last_admin_stays_though_it_is_the_demos(app: Flask, session: Session, now: datetime) -> None:
    member(session, now, "admin", "demo", email="admin@almazara.example")
    member(session, now, "support", "demo-support", email="support@almazara.example")
    output = remove(app, "--staff")
    assert "Deactivated: support@almazara.example." in output
    assert "may still sign in: admin@almazara.example" in output


@pytest.fixture
def seeding(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What the command hands to whoever seeds."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(demo, "prepare", lambda _settings, **facts: calls.append(facts) or [])
    yield calls


def test_the_demo_is_not_seeded_among_real_orders_unless_that_is_said(
    app: Flask, own: Order, seeding: list[dict[str, Any]]
) -> None:
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["portal", "demo"])
    assert refused.exit_code == 1 and "--beside-real-orders" in refused.output
    assert seeding == []
    assert runner.invoke(args=["portal", "demo", "--beside-real-orders"]).exit_code == 0
    assert seeding[0]["beside_real"] is True

"""The training on the demo shop: each exercise is done by doing it, begins anew by itself, and lets nothing leave."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.settings import Settings
from app.notify.kinds import Channel
from app.notify.models import Message
from app.notify.send.claim import prepare
from app.orders.models import Order
from app.returns.models import Return, ReturnLine
from app.sandbox import demo
from app.sandbox.training.exercises import EXERCISES, GROUPS
from app.support.models import SupportCase
from tests.house.routes.world import POINT
from tests.notify.build import Recorder, a_mail_config
from tests.rounds import heard
from tests.staff.browsers import audited, browser, member

EXTRA = {"x0_line": "", "x0_description": "apron", "x0_quantity": "1", "x0_grade": "as_new"}
URL = "http://127.0.0.1:8000"


@pytest.fixture
def shop(app: Flask, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A demo shop that is on, and empty."""
    on = settings.model_copy(update={"demo": True})
    monkeypatch.setitem(app.config, "SETTINGS", on)
    monkeypatch.setattr(app.extensions["connections"], "settings", on)
    return session


@pytest.fixture
def stories(shop: Session) -> Session:
    """The same with its orders, parcels and returns."""
    demo.seed(shop, public_url=URL, now=utcnow())
    shop.commit()
    return shop


@pytest.fixture
def trainee(app: Flask, shop: Session, now: datetime) -> FlaskClient:
    """Somebody who may do everything."""
    return browser(app, member(shop, now, "admin", "trainee"))


def done(client: FlaskClient) -> set[str]:
    """The exercises that the page says are done."""
    page = client.get("/staff/training").text
    items = re.findall(r'<li id="([a-z-]+)">(.*?)</li>', page, re.S)
    assert items
    return {name for name, text in items if "is-done" in text}


def begin(client: FlaskClient, session: Session, name: str) -> str:
    """Begin an exercise; gives the number of its order."""
    assert client.post(f"/staff/training/{name}/begin").status_code == 303
    session.expire_all()
    ending = f"{EXERCISES[name][0]:02d}"
    numbers = session.scalars(select(Order.number).where(Order.number.like(f"T%{ending}"))).all()
    return numbers[0] if numbers else ""


def order(session: Session, number: str) -> Order:
    return session.scalars(select(Order).where(Order.number == number)).one()


def return_of(session: Session, number: str) -> Return:
    return session.scalars(select(Return).where(Return.order_id == order(session, number).id)).one()


def press(client: FlaskClient, path: str, **fields: Any) -> None:
    """Send a form of the console, as its button does."""
    answer = client.post(path, data=fields)
    assert answer.status_code in (302, 303), answer.text.partition("errors-title")[2][:600]


def unit(session: Session, number: str, *states: str) -> list[str]:
    """The units of the return's line as a form of the warehouse sends them."""
    line = session.scalars(select(ReturnLine).where(ReturnLine.return_id == return_of(session, number).id)).one()
    assert line.quantity == 2
    return [f"{at}.{state}" for at, state in enumerate(states)]


def test_each_role_has_five_exercises_or_more_of_what_it_may_do(app: Flask, shop: Session, now: datetime) -> None:
    for (title, group), role in zip(GROUPS, ("support", "warehouse", "marketing", "admin"), strict=True):
        assert 5 <= len(group) <= 8, title
        page = browser(app, member(shop, now, role, f"new-{role}")).get("/staff/training").text
        assert all(str(exercise.title) in page for exercise in group)
    assert "Make a role" not in browser(app, member(shop, now, "warehouse", "w2")).get("/staff/training").text


def test_a_wrong_answer_is_told_at_its_place_and_a_right_one_is_done(stories: Session, trainee: FlaskClient) -> None:
    wrong = trainee.post("/staff/training/find-order/answer", data={"answer-find-order": "A-10440"})
    assert wrong.status_code == 422 and "That&#39;s not it" in wrong.text
    assert "find-order" not in done(trainee)
    trainee.post("/staff/training/find-order/answer", data={"answer-find-order": " a 10429"})
    assert done(trainee) == {"find-order"}


def test_no_exercise_is_done_by_nothing(stories: Session, trainee: FlaskClient) -> None:
    for name, (_position, exercise) in EXERCISES.items():
        for answer in ("", "0", "x" * 500) if exercise.question else ():
            assert trainee.post(f"/staff/training/{name}/answer", data={f"answer-{name}": answer}).status_code == 422
    assert done(trainee) == set()


def test_questions_about_figures_are_answered_by_the_figures(trainee: FlaskClient, stories: Session) -> None:
    for name in ("latest-carrier", "how-many-delivered", "how-many-returns", "what-on-time-means", "where-is-it"):
        question = EXERCISES[name][1].question
        assert question is not None
        right = sorted(question.right(stories, utcnow()))
        assert right
        if question.options():
            assert set(right) <= {value for value, _words in question.options()}
        trainee.post(f"/staff/training/{name}/answer", data={f"answer-{name}": right[0]})
        assert name in done(trainee)


def test_a_note_an_answer_and_an_approval_are_recognised(trainee: FlaskClient, shop: Session) -> None:
    number = begin(trainee, shop, "leave-a-note")
    assert "leave-a-note" not in done(trainee)
    assert ("trainee@shop.example", "training.begun", "training/leave-a-note") in audited(shop)
    press(trainee, f"/staff/orders/{order(shop, number).ref}/notes", note="as a gift")
    assert done(trainee) == {"leave-a-note"}
    number = begin(trainee, shop, "answer-a-case")
    case = shop.scalars(select(SupportCase).where(SupportCase.order_id == order(shop, number).id)).one()
    press(trainee, f"/staff/cases/{case.ref}/answers", words="It leaves tomorrow", form_key="k1")
    number = begin(trainee, shop, "approve-a-return")
    assert return_of(shop, number).decision == "needs_review"
    press(trainee, f"/staff/returns/{return_of(shop, number).ref}/approval")
    assert done(trainee) == {"leave-a-note", "answer-a-case", "approve-a-return"}


def test_a_message_counts_once_it_was_sent_to_another_address_and_no_real_sender_is_given_it(
    trainee: FlaskClient, shop: Session
) -> None:
    number, now = begin(trainee, shop, "send-again"), utcnow()
    config = a_mail_config(mailer=Recorder("sendgrid"), texter=Recorder("twilio"))
    while heard(shop, limit=100, now=now, config=config):
        pass
    message = shop.scalars(select(Message).where(Message.order_id == order(shop, number).id)).first()
    assert message is not None
    message.state, message.kind = "failed", "order.received"
    shop.commit()
    press(trainee, f"/staff/messages/{message.public_id}/resends", to="trial@example.com", press="p1")
    assert done(trainee) == {"send-again"}
    for channel in Channel:
        assert not prepare(shop, channel, limit=100, now=now + timedelta(minutes=5), config=config)
    shop.flush()
    shop.expire_all()
    states = set(shop.scalars(select(Message.state).where(Message.order_id == order(shop, number).id)))
    assert states <= {"skipped", "failed"} and "skipped" in states


@pytest.mark.parametrize(
    ("name", "states", "more"),
    [
        ("receive-all-well", ("as_new.restock", "as_new.restock"), {}),
        ("receive-one-worn", ("as_new.restock", "worn.repair"), {}),
        ("receive-one-missing", ("as_new.restock", "none.missing"), {}),
        ("receive-something-else", ("as_new.restock", "as_new.restock"), EXTRA),
    ],
)
def test_a_receipt_counts_as_it_was_asked_for(
    trainee: FlaskClient, shop: Session, name: str, states: tuple[str, ...], more: dict[str, str]
) -> None:
    number = begin(trainee, shop, name)
    ref = return_of(shop, number).ref
    fields = {"book": "1", "u": unit(shop, number, *states), "key": name, "seen": "0"} | more
    press(trainee, f"/staff/warehouse/returns/{ref}", **fields)
    assert done(trainee) == {name}


def test_as_new_is_not_worn_and_beginning_anew_brings_the_parcel_back(trainee: FlaskClient, shop: Session) -> None:
    number = begin(trainee, shop, "receive-one-worn")
    first = return_of(shop, number).ref
    other = begin(trainee, shop, "receive-all-well")
    good = {"book": "1", "u": unit(shop, number, "as_new.restock", "as_new.restock"), "key": "one", "seen": "0"}
    press(trainee, f"/staff/warehouse/returns/{first}", **good)
    assert done(trainee) == set()
    assert begin(trainee, shop, "receive-one-worn") == number
    again = return_of(shop, number)
    assert again.ref != first and (again.goods, again.receipts) == ("in_transit", [])
    assert return_of(shop, other)


@pytest.mark.parametrize(
    ("name", "deeds"),
    [
        ("make-a-role", [("/staff/people/roles/new", {"name": "Returns desk", "permissions": ["orders", "returns"]})]),
        ("add-a-point", [("/staff/settings/points/own/new", POINT)]),
    ],
)
def test_what_admins_do_is_recognised(
    trainee: FlaskClient, shop: Session, name: str, deeds: list[tuple[str, dict[str, Any]]]
) -> None:
    begin(trainee, shop, name)
    assert done(trainee) == set()
    for path, fields in deeds:
        press(trainee, path, **fields)
    assert done(trainee) == {name}


def test_what_was_done_before_it_began_does_not_count(trainee: FlaskClient, shop: Session) -> None:
    press(trainee, "/staff/people/roles/new", name="Returns desk", permissions=["orders", "returns"])
    begin(trainee, shop, "make-a-role")
    assert done(trainee) == set()


def test_each_member_has_a_progress_and_orders_of_their_own(
    app: Flask, trainee: FlaskClient, stories: Session, shop: Session, now: datetime
) -> None:
    other = browser(app, member(shop, now, "support", "other"))
    trainee.post("/staff/training/find-order/answer", data={"answer-find-order": "A-10429"})
    assert done(other) == set()
    for client in (trainee, other):
        begin(client, shop, "leave-a-note")
    assert len(shop.scalars(select(Order.number).where(Order.number.like("T%"))).all()) == 2


def test_who_may_not_do_something_begins_no_exercise_of_it(app: Flask, shop: Session, now: datetime) -> None:
    clerk = browser(app, member(shop, now, "warehouse", "clerk"))
    assert clerk.post("/staff/training/leave-a-note/begin").status_code == 403
    assert clerk.post("/staff/training/nothing/begin").status_code == 404


def test_where_real_orders_are_the_page_says_how_to_open_a_demo_shop_and_makes_nothing(
    app: Flask, session: Session, now: datetime
) -> None:
    client = browser(app, member(session, now, "support"))
    assert "paradero run --demo --data training --port 8001" in client.get("/staff/training").text
    assert client.post("/staff/training/leave-a-note/begin").status_code == 404
    assert "/staff/training" not in client.get("/staff/orders").text
    assert session.scalars(select(Order.id)).all() == []

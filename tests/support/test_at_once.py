"""Several people at one case at the same moment: nothing twice, nothing lost, under the time-outs of earnest."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.core.db import in_transaction, transaction
from app.core.errors import PortalError
from app.events.models import DomainEvent
from app.returns import services
from app.returns.models import Return
from app.returns.policy.policy import Method
from app.support import cases
from app.support.cases import MOST_CASES, NewCase, open_case
from app.support.models import SupportCase, SupportEntry
from tests.at_once import at_once
from tests.returns.stage import asking, delivered_order, sign_in

EVERYONE = 6
Sessions = sessionmaker[Session]


def test_the_same_form_sent_by_many_presses_is_one_case_told_once(flask_app: Flask, committed: Sessions) -> None:
    with committed() as session, transaction(session):
        order = delivered_order(session, now=utcnow())
    form = {"about": "late", "words": "Where is it?", "answer_by": "email", "form_key": "k" * 24}

    def send(_number: int) -> str:
        browser = flask_app.test_client()
        sign_in(browser, order)
        return browser.post(f"/o/{order.ref}/help", data=form).location

    assert len(set(at_once(EVERYONE, send))) == 1
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(SupportCase)) == 1
        assert session.scalar(select(func.count()).select_from(SupportEntry)) == 1
        assert session.scalar(select(func.count()).where(DomainEvent.kind == "case.opened")) == 1


def test_of_many_forms_at_once_no_more_are_taken_than_one_after_the_other(committed: Sessions, now: datetime) -> None:
    with committed() as session, transaction(session):
        order_id = delivered_order(session, now=now).id

    def write(number: int) -> bool:
        new = NewCase(order_id, "other", f"number {number}", "es", form_key=f"{number:024}")
        try:
            in_transaction(committed, lambda session: open_case(session, new, now=now).id)
        except cases.TooMuchWritten:
            return False
        return True

    assert sum(at_once(MOST_CASES + 3, write)) == MOST_CASES


def test_who_writes_while_somebody_answers_and_somebody_closes_is_neither_lost_nor_left_waiting_unseen(
    committed: Sessions, now: datetime
) -> None:
    with committed() as session, transaction(session):
        order = delivered_order(session, now=now)
        case_id = open_case(session, NewCase(order.id, "late", "Where?", "es", form_key="f" * 20), now=now).id
    actions = (
        lambda session: cases.write_more(session, case_id, "And now?", form_key="w" * 20, now=now) and None,
        lambda session: cases.answer(session, case_id, "Today.", by="eva", form_key="a" * 20, now=now),
        lambda session: cases.close(session, case_id, now=now),
    )
    at_once(len(actions), lambda number: in_transaction(committed, actions[number]))
    with committed() as session:
        assert set(session.scalars(select(SupportEntry.words))) == {"Where?", "And now?", "Today."}
        last = session.scalars(
            select(DomainEvent.kind).where(DomainEvent.kind.startswith("case.")).order_by(DomainEvent.id.desc())
        ).first()
        ends = {"case.replied": "open", "case.answered": "answered", "case.closed": "closed"}
        assert session.get_one(SupportCase, case_id).state == ends[str(last)]


@pytest.mark.parametrize("_round", range(3))
def test_a_collection_is_booked_or_its_return_cancelled_and_never_both_told(
    committed: Sessions, now: datetime, _round: int
) -> None:
    with committed() as session, transaction(session):
        order, on = delivered_order(session, now=now), (now + timedelta(days=2)).date()
        request = asking(("1", 1, "colour"), method=Method.PICKUP, pickup_on=on)
        return_id = services.request_return(session, order.id, request, by="customer", now=now).id
    actions = (
        lambda session: services.book_pickup(session, return_id, on=on, note="", by="eva", now=now),
        lambda session: services.cancel(session, return_id, by="customer", now=now) and None,
    )

    def act(number: int) -> bool:
        try:
            in_transaction(committed, actions[number])
        except PortalError:
            return False
        return True

    booked, cancelled = at_once(2, act)
    with committed() as session:
        return_ = session.get_one(Return, return_id)
        assert cancelled and return_.decision == "cancelled"
        assert booked == ("booked_at" in (return_.pickup or {}))

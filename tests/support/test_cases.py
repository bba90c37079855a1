"""A case's course: whatever is done to it, it waits for whom the table says, and each move is told."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.errors import NotFound
from app.events.models import DomainEvent
from app.orders.models import Order
from app.support import cases
from app.support.about import OF_STATES, About, choices
from app.support.cases import NewCase, open_case
from app.support.models import SupportCase
from app.support.states import CaseAction, CaseState, after
from app.support.words import ABOUT, STATES
from app.tracking.states import ShipmentState
from tests.returns.stage import delivered_order

NOW = utcnow()


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=NOW)


@pytest.fixture
def case(session: Session, order: Order) -> SupportCase:
    return open_case(session, NewCase(order.id, "late", "Where is it?", "es", form_key="f" * 20), now=NOW)


@given(st.lists(st.sampled_from(CaseAction), max_size=6))
def test_the_last_thing_done_decides_for_whom_a_case_waits(actions: list[CaseAction]) -> None:
    state = CaseState.OPEN
    for action in actions:
        state = after(state, action)
    ends = {"write": "open", "answer": "answered", "close": "closed", "reopen": "open"}
    assert state == (ends[actions[-1]] if actions else "open")


def test_each_move_is_told_by_an_event_without_a_word_of_anybodys(session: Session, case: SupportCase) -> None:
    cases.answer(session, case.id, "It leaves today.", by="eva@shop.example", form_key="a" * 20, now=NOW)
    cases.write_more(session, case.id, "Thank you!", form_key="b" * 20, now=NOW)
    cases.close(session, case.id, now=NOW)
    cases.reopen(session, case.id, now=NOW)
    events = session.scalars(
        select(DomainEvent).where(DomainEvent.kind.startswith("case.")).order_by(DomainEvent.id)
    ).all()
    assert [event.kind for event in events] == [
        "case.opened", "case.answered", "case.replied", "case.closed", "case.reopened",
    ]  # fmt: skip
    assert {event.payload["ref"] for event in events} == {case.ref}
    assert not [words for words in ("Where", "leaves", "Thank") if words in str([event.payload for event in events])]


def test_what_is_done_twice_is_told_once(session: Session, case: SupportCase) -> None:
    for _ in range(2):
        cases.answer(session, case.id, "Soon.", by="eva@shop.example", form_key="a" * 20, now=NOW)
        cases.write_more(session, case.id, "When?", form_key="b" * 20, now=NOW)
    assert [cases.close(session, case.id, now=NOW) for _ in range(2)] == [True, False]
    assert [cases.reopen(session, case.id, now=NOW) for _ in range(2)] == [True, False]
    kinds = select(DomainEvent.kind).where(DomainEvent.kind.startswith("case."))
    assert sorted(session.scalars(kinds)) == [
        "case.answered", "case.closed", "case.opened", "case.reopened", "case.replied",
    ]  # fmt: skip


def test_whoever_asks_again_does_not_go_to_the_end_of_the_list(session: Session, case: SupportCase) -> None:
    cases.write_more(session, case.id, "Hello?", form_key="b" * 20, now=NOW + timedelta(hours=2))
    assert case.waits_since == NOW
    cases.answer(session, case.id, "Soon.", by="eva@shop.example", form_key="a" * 20, now=NOW + timedelta(hours=3))
    cases.write_more(session, case.id, "When?", form_key="c" * 20, now=NOW + timedelta(hours=4))
    assert case.waits_since == NOW + timedelta(hours=4)


def test_who_answers_first_has_taken_the_case(session: Session, case: SupportCase) -> None:
    cases.answer(session, case.id, "Soon.", by="eva@shop.example", form_key="a" * 20, now=NOW)
    cases.answer(session, case.id, "Now.", by="ivo@shop.example", form_key="b" * 20, now=NOW)
    assert case.assigned_to == "eva@shop.example"
    assert cases.assign(session, case.id, to="ivo@shop.example")
    assert not cases.assign(session, case.id, to="ivo@shop.example")


def test_a_case_that_is_not_there_is_said_to_be_none(session: Session) -> None:
    with pytest.raises(NotFound):
        cases.close(session, 404, now=NOW)


def test_every_matter_and_every_state_has_its_words() -> None:
    assert set(ABOUT) == set(About)
    assert set(STATES) == set(CaseState)


@given(
    st.sampled_from([None, *About]),
    st.lists(st.sampled_from(ShipmentState), max_size=4),
    st.booleans(),
    st.booleans(),
)
def test_the_form_always_offers_what_its_link_named_what_the_carrier_says_and_a_way_out(
    chosen: About | None, states: list[ShipmentState], unsent: bool, any_return: bool
) -> None:
    offered = choices(chosen, states, unsent=unsent, any_return=any_return)
    assert {About.OTHER, *([chosen] if chosen else [])} <= set(offered)
    assert {OF_STATES[state] for state in states if state in OF_STATES} <= set(offered)
    assert not any_return or About.RETURN in offered
    assert offered == [about for about in About if about in offered], "in one order, each once"

"""Rows of worklists are done, assigned, snoozed, noted and undone, many at once; the second of two clerks is told."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.oms.intake import receive_order
from app.orders.models import Order
from app.privacy.expiry import expire
from app.returns.models import Return
from app.staff.models import StaffNote, WorkDeed, WorkMark
from app.staff.worklists.deeds.undo import undo
from app.staff.worklists.worklists import counts, mine
from app.support.models import SupportCase
from app.tracking.models import Shipment
from tests.conftest import SECRET
from tests.orders.build import document
from tests.staff.browsers import audited, browser, member
from tests.staff.orders.test_cases_console import a_case

LATE = "/staff/work/late"
ACT = f"{LATE}/deeds"


@pytest.fixture
def late(session: Session, parcelled: Order, now: datetime) -> list[str]:
    """Two late parcels, of orders 1001 and 1002, by the names of their rows."""
    other = receive_order(session, document(number="1002"), now=now)
    session.execute(update(Shipment).where(Shipment.order_id == other.order.id).values(carrier="seur", number="S1"))
    session.execute(update(Shipment).values(state="in_transit", late_since=now, promise_until=date(2026, 11, 20)))
    session.commit()
    return [f"{one.id}-{one.promise_until}" for one in session.scalars(select(Shipment).order_by(Shipment.id))]


@pytest.fixture
def colleague(app: Flask, session: Session, now: datetime) -> FlaskClient:
    return browser(app, member(session, now, "support", name="eva"))


def press(client: FlaskClient, do: str, items: list[str], address: str = ACT, **fields: str) -> str:
    """Press a button of the list's form; what the next page says of it."""
    answer = client.post(address, data={"do": do, "item": items, "seen": utcnow().isoformat(), **fields})
    assert answer.status_code == 303, re.findall(r'class="fault".*?</p>', answer.text, re.S)
    return said(client.get(answer.location).text)


def said(page: str) -> str:
    notice = re.search(r'id="announcement".*?<span>(.*?)</span>', page, re.S)
    return notice[1].replace("&#39;", "'") if notice else ""


def test_rows_that_are_done_leave_the_list_and_its_count_and_come_back_with_another_fact(
    support: FlaskClient, session: Session, late: list[str]
) -> None:
    assert press(support, "done", late) == "2 rows are done."
    assert counts(session)["late"] == 0
    assert "Nothing to do here" in support.get(LATE).text
    session.execute(update(Shipment).where(Shipment.number != "S1").values(promise_until=text("current_date + 3")))
    session.commit()
    assert counts(session)["late"] == 1
    assert ">1001</a>" in support.get(LATE).text
    assert {row[1] for row in audited(session)} == {"work.set_aside"}


def test_a_rows_own_button_counts_alone(support: FlaskClient, session: Session, late: list[str]) -> None:
    support.post(ACT, data={"one": late[0], "item": late})
    assert counts(session)["late"] == 1


def test_what_was_done_is_undone_with_one_press(support: FlaskClient, session: Session, late: list[str]) -> None:
    for do, fields in (("done", {}), ("tomorrow", {})):
        support.post(ACT, data={"do": do, "item": late, "seen": utcnow().isoformat(), **fields})
        undo = re.search(r'action="(/staff/work/undo/[^"]+)"', support.get(LATE).text)
        assert undo and counts(session)["late"] == 0
        assert said(support.post(undo[1], follow_redirects=True).text) == "2 rows are as before."
        assert counts(session)["late"] == 2
        assert said(support.post(undo[1], follow_redirects=True).text) == "There is nothing to undo any more."


def test_undoing_an_assignment_gives_it_back(
    support: FlaskClient, colleague: FlaskClient, session: Session, late: list[str]
) -> None:
    press(colleague, "mine", late[:1])
    support.post(ACT, data={"do": "mine", "item": late[:1], "seen": utcnow().isoformat()})
    assert mine(session, "support@shop.example") == {"late": 1}
    undo = re.search(r'action="(/staff/work/undo/[^"]+)"', support.get(LATE).text)
    assert undo
    assert colleague.post(undo[1], follow_redirects=True).text.count("nothing to undo") >= 1, "it was not hers"
    support.post(undo[1])
    assert mine(session, "eva@shop.example") == {"late": 1}


@pytest.mark.parametrize("do", ["mine", "tomorrow", "done"])
def test_the_second_of_two_clerks_is_told_who_was_faster(
    support: FlaskClient, colleague: FlaskClient, session: Session, late: list[str], do: str
) -> None:
    page = support.get(LATE).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    press(colleague, do, late[:1])
    sentence = press(support, do, late, seen=seen[1])
    assert "1 row is" in sentence and "Not done: " in sentence and "eva@shop.example" in sentence
    assert mine(session, "eva@shop.example") == ({"late": 1} if do == "mine" else {})


def test_rows_are_assigned_to_a_colleague_or_to_nobody_and_found_by_whose_they_are(
    support: FlaskClient, colleague: FlaskClient, session: Session, late: list[str]
) -> None:
    assert press(support, "assign", late[:1], to="eva@shop.example") == "1 row is assigned."
    assert "1 mine" in colleague.get("/staff/orders").text
    assert "1 mine" not in support.get("/staff/orders").text
    own, free = colleague.get(f"{LATE}?who=mine").text, colleague.get(f"{LATE}?who=nobody").text
    assert (">1001</a>" in own, ">1002</a>" in own) == (True, False)
    assert (">1001</a>" in free, ">1002</a>" in free) == (False, True)
    assert ">1001</a>" in support.get(f"{LATE}?who=eva@shop.example").text
    assert press(support, "assign", late[:1], to="nobody") == "1 row is nobody's."
    assert mine(session, "eva@shop.example") == {}


def test_the_clock_clears_what_nobody_can_undo_and_marks_that_nobody_has_touched(
    support: FlaskClient, session: Session, late: list[str]
) -> None:
    press(support, "assign", late[:1], to="nobody")
    press(support, "tomorrow", late[1:])
    began = utcnow()

    def left_after(days: int) -> tuple[int, int]:
        while expire(session, key=SECRET, now=began + timedelta(days=days)):
            pass
        return tuple(len(session.scalars(select(model)).all()) for model in (WorkDeed, WorkMark))

    # A row may rest for a year.
    assert [left_after(days) for days in (6, 8, 366, 401)] == [(2, 2), (0, 2), (0, 2), (0, 0)]
    assert [row[1] for row in audited(session) if row[1].startswith("work.")] == ["work.assigned", "work.snoozed"]


def test_a_press_is_undone_within_a_week(support: FlaskClient, session: Session, late: list[str]) -> None:
    press(support, "tomorrow", late[:1])
    deed = session.scalars(select(WorkDeed)).one()
    assert undo(session, deed.press, by=deed.by, now=deed.at + timedelta(days=7, seconds=1)) is None
    assert undo(session, deed.press, by=deed.by, now=deed.at + timedelta(days=7)) == ("late", 1, 0)


def test_a_snoozed_row_rests_until_nine_by_the_shops_clock_and_says_why_it_is_back(
    support: FlaskClient, session: Session, late: list[str]
) -> None:
    press(support, "tomorrow", late[:1])
    mark = session.scalars(select(WorkMark)).one()
    assert mark.snoozed_until is not None
    local = session.scalar(text("select :at at time zone 'Europe/Madrid'").bindparams(at=mark.snoozed_until))
    assert (local.hour, local.minute) == (9, 0)
    assert counts(session)["late"] == 1
    assert ">1001</a>" not in support.get(LATE).text
    assert "Snoozed by support@shop.example until" in support.get(f"{LATE}?snoozed=1").text
    session.execute(update(WorkMark).values(snoozed_until=text("now() - interval '1 minute'")))
    session.commit()
    assert counts(session)["late"] == 2
    assert "Back: support@shop.example snoozed it until" in support.get(LATE).text


@pytest.mark.parametrize(
    ("fields", "fault"),
    [({"do": "done"}, "Select a row first."), ({"do": "explode", "item": "x"}, "That can&#39;t be done on this list."),
     ({"do": "day", "item": "x", "day": "2020-01-01"}, "Choose a day to come"),
     ({"do": "day", "item": "x", "day": "soon"}, "Choose a day to come"),
     ({"do": "assign", "item": "x", "to": "stranger@x.example"}, "Choose who takes care of it."),
     ({"do": "note", "item": "x", "note": "  "}, "Write the note first")],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_place(
    support: FlaskClient, late: list[str], fields: dict[str, str], fault: str
) -> None:
    answer = support.post(ACT, data=fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text and fault in answer.text


def test_what_a_customer_is_owed_cannot_be_set_aside(support: FlaskClient, session: Session, waiting: Return) -> None:
    page = support.get("/staff/work/undecided").text
    assert 'value="done"' not in page
    answer = support.post("/staff/work/undecided/deeds", data={"do": "done", "item": str(waiting.id)})
    assert answer.status_code == 422
    assert counts(session)["undecided"] == 1


def test_several_returns_are_approved_after_one_question(
    support: FlaskClient, session: Session, waiting: Return
) -> None:
    address, data = "/staff/work/undecided/deeds", {"do": "approve", "item": str(waiting.id)}
    question = support.post(address, data=data)
    assert question.status_code == 200 and "Approve these returns (1 row)" in question.text
    assert counts(session)["undecided"] == 1
    done = support.post(address, data={**data, "sure": "1"}, follow_redirects=True)
    assert said(done.text) == "1 return is approved."
    session.expire_all()
    assert waiting.decision == "approved"
    assert audited(session)[-1][1] == "return.approved"


def test_a_note_stands_on_the_row_on_the_order_and_goes_with_it(
    support: FlaskClient, session: Session, parcelled: Order, late: list[str]
) -> None:
    assert press(support, "note", late[:1], note="Called the depot") == "The note is added to 1 row."
    assert "Called the depot" in support.get(LATE).text
    assert "Called the depot" in support.get(f"/staff/orders/{parcelled.ref}").text
    session.execute(text('delete from "order" where id = :id').bindparams(id=parcelled.id))
    assert session.scalars(select(StaffNote)).all() == []


def test_a_note_on_a_return_or_a_case_stands_on_its_page(
    support: FlaskClient, session: Session, parcelled: Order, waiting: Return, now: datetime
) -> None:
    case = a_case(session, parcelled, "Where is it?")
    session.commit()
    for path in (f"/staff/returns/{waiting.ref}", f"/staff/cases/{case.ref}"):
        assert support.post(f"{path}/notes", data={"note": " "}).status_code == 422
        answer = support.post(f"{path}/notes", data={"note": f"Of {path}"}, follow_redirects=True)
        assert f"Of {path}" in answer.text
    assert f"Of /staff/returns/{waiting.ref}" in support.get("/staff/work/undecided").text
    assert f"Of /staff/returns/{waiting.ref}" not in support.get(f"/staff/cases/{case.ref}").text


def test_a_cases_row_is_assigned_as_the_case_is_and_comes_back_when_its_customer_writes(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    case = a_case(session, parcelled, "Where is it?")
    session.commit()
    address = "/staff/work/cases/deeds"
    item = re.search(r'name="item" value="([^"]+)"', support.get("/staff/work/cases").text)
    assert item
    press(support, "mine", [item[1]], address)
    session.expire_all()
    assert session.get_one(SupportCase, case.id).assigned_to == "support@shop.example"
    assert mine(session, "support@shop.example") == {"cases": 1}
    press(support, "tomorrow", [item[1]], address)
    assert counts(session)["cases"] == 0
    session.execute(update(SupportCase).values(changed_at=now + timedelta(hours=1)))
    session.commit()
    assert counts(session)["cases"] == 1


def test_filters_stand_in_the_address_and_are_kept_on_the_way_to_a_row_and_back(
    support: FlaskClient, session: Session, late: list[str]
) -> None:
    page = support.get(f"{LATE}?who=nobody&sort=newest&age=").text
    href = re.search(r'<th scope="row">\s*<a href="([^"]+)">1002</a>', page)
    assert href
    opened = support.get(href[1].replace("&amp;", "&")).text
    assert 'href="/staff/work/late?who=nobody&amp;sort=newest"' in opened
    assert "Back to “Late parcels”" in opened
    following = re.search(r'rel="next" href="([^"]+)">Next in this list: 1001', opened)
    assert following
    last = support.get(following[1].replace("&amp;", "&")).text
    assert "Back to “Late parcels”" in last and "Next in this list" not in last
    path = following[1].partition("?")[0]
    assert "Back to “Late parcels”" in support.get(path).text, "an act leads back without the list in its address"
    assert "Back to “Late parcels”" not in support.get("/staff/orders").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("carrier=seur", ["1002"]), ("brand=demo", ["1001", "1002"]), ("brand=other", []), ("age=7", []),
     ("sort=oldest", ["1001", "1002"]), ("sort=newest", ["1002", "1001"]), ("age=x&sort=y&who=", ["1001", "1002"]),
     ("carrier=%27%3B", []), ("who=nobody@x", [])],
)  # fmt: skip
def test_the_list_shows_what_its_address_says(
    support: FlaskClient, late: list[str], query: str, shown: list[str]
) -> None:
    page = support.get(f"{LATE}?{query}").text
    assert re.findall(r'<th scope="row">\s*<a href="[^"]+">(\d+)</a>', page) == shown
    assert shown or "No row fits these filters" in page


def test_all_rows_are_selected_by_a_link(support: FlaskClient, late: list[str]) -> None:
    page = support.get(LATE).text
    assert 'href="/staff/work/late?all=1"' in page and " checked" not in page
    assert support.get(f"{LATE}?all=1").text.count(" checked") == 2


def test_words_of_carriers_rest_and_are_done_too(
    support: FlaskClient, session: Session, unknown_word: Callable[[str], None]
) -> None:
    unknown_word("LX9")
    address = "/staff/work/words/deeds"
    item = re.search(r'name="item" value="([^"]+)"', support.get("/staff/work/words").text)
    assert item
    press(support, "tomorrow", [item[1]], address)
    assert "LX9" not in support.get("/staff/work/words").text
    assert "LX9" in support.get("/staff/work/words?snoozed=1").text
    press(support, "wake", [item[1]], address)
    assert "LX9" in support.get("/staff/work/words").text
    press(support, "done", [item[1]], address)
    assert "LX9" not in support.get("/staff/work/words").text


@pytest.fixture
def unknown_word(session: Session) -> Callable[[str], None]:
    def scan(code: str) -> None:
        at = session.scalar(text("select now()"))
        session.execute(
            text(
                "insert into tracking_event (carrier, number, identity, status, code, description, occurred_raw,"
                " time_quality, sources, received_at) values ('seur', '1', '\\x01', 'unknown', :code, 'x', '',"
                " 'guessed', '{t}', :at)"
            ).bindparams(code=code, at=at)
        )
        session.commit()

    return scan

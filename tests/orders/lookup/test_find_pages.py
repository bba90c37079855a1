"""Finding an order in a browser: what opens it, and that nothing tells why it does not open."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from app.orders.lookup.access import candidates, match
from app.orders.lookup.models import Guess
from tests.orders.build import document
from tests.orders.intake.test_contact_points import TYPED
from tests.orders.put import put_order
from tests.support.tokens import without_tokens

# Where one is sent who may not see an order.
CLOSED = "/?closed=1"
Answer = tuple[int, str, str, int, str]


def look_up(anyone: FlaskClient, number: str = "1001", contact: str = "marisol@example.com") -> Answer:
    """One try in a fresh browser, from the form to the page after it, as bytes on the wire would differ."""
    client = anyone.application.test_client()
    posted = client.post("/", data={"number": number, "contact": contact})
    shown = client.get("/found")
    page = without_tokens(shown.text)
    page = page.replace(number, "NUMBER").replace(contact, "CONTACT")
    return posted.status_code, posted.location, posted.text, shown.status_code, page


@pytest.fixture
def ref(session: Session, now: datetime) -> str:
    """The reference of order 1001, which is Marisol's."""
    return put_order(session, document(), now=now).order.ref


def test_the_page_has_two_fields_and_one_button(client: FlaskClient) -> None:
    page = client.get("/").text
    assert re.findall(r'<input class="input"[^>]* name="(\w+)"', page) == ["number", "contact"]
    assert page.count("button-main") == 1


@pytest.mark.parametrize("number", TYPED)
def test_any_way_to_write_the_number_opens_the_order(client: FlaskClient, ref: str, number: str) -> None:
    client.post("/", data={"number": number, "contact": "marisol@example.com"})
    assert client.get("/found").location == f"/o/{ref}"


@pytest.mark.parametrize("contact", [" MARISOL@example.com", "600112233", "+34 600 11 22 33", "0034600112233"])
def test_address_or_whole_phone_opens_the_order(client: FlaskClient, ref: str, contact: str) -> None:
    client.post("/", data={"number": "1001", "contact": contact})
    assert client.get("/found").location == f"/o/{ref}"


def test_the_public_reference_is_taken_as_a_number(client: FlaskClient, ref: str) -> None:
    client.post("/", data={"number": f"{ref[:4].lower()}-{ref[4:]}", "contact": "marisol@example.com"})
    assert client.get("/found").location == f"/o/{ref}"


def test_no_answer_tells_what_was_wrong(client: FlaskClient, ref: str, session: Session, now: datetime) -> None:
    put_order(session, document({"customer.email": None, "customer.phone": None}, number="2002"), now=now)
    unknown = look_up(client, number="9999")
    assert unknown[:2] == (303, "/found")
    assert look_up(client, contact="someone@example.org") == unknown
    assert look_up(client, contact="600112234") == unknown
    assert look_up(client, number="2002") == unknown


def test_a_good_pair_is_answered_like_a_bad_one(app_clients: tuple[FlaskClient, FlaskClient], ref: str) -> None:
    good, bad = app_clients
    answers = [
        browser.post("/", data={"number": number, "contact": "marisol@example.com"})
        for browser, number in ((good, "1001"), (bad, "1002"))
    ]
    names = [{name: len(value) for name, value in answer.headers} for answer in answers]
    assert names[0] == names[1]
    assert (answers[0].status, answers[0].data) == (answers[1].status, answers[1].data)


def test_right_tries_do_not_use_up_the_limit(client: FlaskClient, ref: str, session: Session) -> None:
    for _ in range(12):
        client.post("/", data={"number": "1001", "contact": "marisol@example.com"})
        assert client.get("/found").location == f"/o/{ref}"
    assert session.scalars(select(Guess)).all() == []


@pytest.mark.parametrize(
    ("on_file", "typed"),
    [
        ("A-10464", "10464"), ("A-10464", "#10464"), ("A-10464", "Pedido 10464"), ("A-10464", "10 464"),
        ("A-10464", "a10464"), ("A-10464", "１０４６４"), ("ES-2026-10464", "10464"), ("ES-2026-10464", "2026-10464"),
        ("10464", "A-10464"), ("10464", "es 10464"), ("SO10464", "10464"),
    ],
)  # fmt: skip
def test_a_prefix_may_be_left_off_or_added(
    client: FlaskClient, session: Session, now: datetime, on_file: str, typed: str
) -> None:
    ref = put_order(session, document(number=on_file), now=now).order.ref
    client.post("/", data={"number": typed, "contact": "marisol@example.com"})
    assert client.get("/found").location == f"/o/{ref}"


@pytest.mark.parametrize("typed", ["0464", "464", "64", "4", "1046", "110464", "B-10464", "10464-1", "A"])
def test_a_part_of_a_number_or_another_prefix_finds_nothing(
    client: FlaskClient, session: Session, now: datetime, typed: str
) -> None:
    ref = put_order(session, document(number="A-10464"), now=now).order.ref
    client.post("/", data={"number": typed, "contact": "marisol@example.com"})
    assert client.get("/found").location is None
    assert client.get(f"/o/{ref}/code").location == CLOSED


def test_where_a_number_without_its_prefix_means_several_the_person_chooses_among_their_own(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    refs = [put_order(session, document(number=number), now=now).order.ref for number in ("A-10464", "B-10464")]
    strange = {"customer.email": "else@example.com", "customer.phone": None}
    other = put_order(session, document(strange, number="C-10464"), now=now).order.ref
    client.post("/", data={"number": "10464", "contact": "marisol@example.com"})
    page = client.get("/found").text
    assert all(f'href="/o/{ref}"' in page for ref in refs) and other not in page and "C-10464" not in page
    assert [client.get(f"/o/{ref}/code").status_code for ref in (*refs, other)] == [200, 200, 404]


def test_the_number_as_it_is_on_file_goes_before_one_that_ends_like_it(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    exact = put_order(session, document(number="10464"), now=now).order.ref
    put_order(session, document(number="A-10464"), now=now)
    client.post("/", data={"number": "10464", "contact": "marisol@example.com"})
    assert client.get("/found").location == f"/o/{exact}"


@pytest.mark.parametrize("odd", ["", " ", "0", "null", "[]", "%00", "\x00", "x" * 300, "' or 1=1 --", "%", "_"])
def test_odd_input_opens_nothing(client: FlaskClient, ref: str, odd: str) -> None:
    for data in ({"number": odd, "contact": odd}, {"number": "1001", "contact": odd}, {"number": odd}):
        assert client.post("/", data=data).status_code in (303, 422)
        assert client.get(f"/o/{ref}/code").location == CLOSED


def test_missing_and_repeated_fields_open_nothing(client: FlaskClient, ref: str) -> None:
    good = {"number": "1001", "contact": "marisol@example.com"}
    assert client.post("/").status_code == 422
    assert client.post("/", data={**good, "contact": ["marisol@example.com", "marisol@example.com"]}).status_code == 422
    assert client.post("/", json=good).status_code == 422


def test_an_order_without_addresses_opens_for_no_one(client: FlaskClient, session: Session, now: datetime) -> None:
    order = put_order(session, document({"customer.email": None, "customer.phone": "none"}), now=now).order
    for contact in ("none@none.es", "0000000", "none", "None"):
        client.post("/", data={"number": "1001", "contact": contact})
        assert client.get(f"/o/{order.ref}/code").location == CLOSED


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.text(max_size=300), contact=st.text(max_size=300))
def test_no_text_breaks_the_form_or_opens_an_order(client: FlaskClient, ref: str, number: str, contact: str) -> None:
    typed = {"number": number.encode("utf-8", "replace"), "contact": contact.encode("utf-8", "replace")}
    assert client.post("/", data=typed).status_code in (303, 422)
    assert client.get(f"/o/{ref}/code").location == CLOSED


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.text(max_size=300) | st.just("1001"), contact=st.text(max_size=300) | st.sampled_from(["null", "0"]))
def test_no_text_matches_but_the_right_one(session: Session, ref: str, number: str, contact: str) -> None:
    assert match(candidates(session, number), contact) is None


def test_faults_are_shown_at_the_fields(client: FlaskClient) -> None:
    answer = client.post("/", data={"number": "", "contact": "not whole@"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert 'href="#number"' in answer.text and 'href="#contact"' in answer.text
    assert "Enter your order number" in answer.text


def test_a_try_gives_the_session_a_new_id(client: FlaskClient, ref: str) -> None:
    client.get("/")
    before = client.get_cookie("paradero")
    client.post("/", data={"number": "9999", "contact": "marisol@example.com"})
    after = client.get_cookie("paradero")
    assert before is not None and after is not None and before.value != after.value


def test_what_a_stranger_typed_rests_nowhere_in_clear(client: FlaskClient, ref: str, session: Session) -> None:
    client.post("/", data={"number": "CANARY-77", "contact": "canary@example.org"})
    client.post("/account", data={"email": "canary@example.org"})
    assert "canary@example.org" in client.get("/found").text
    assert "canary@example.org" in client.get("/account/code").text
    rows = session.execute(text("select to_json(web_session)::text from web_session")).scalars().all()
    assert rows and all("canary" not in row.lower() for row in rows)


def test_asking_for_links_tells_nothing(client: FlaskClient, ref: str) -> None:
    answers = [client.post("/links", data={"email": email}) for email in ("marisol@example.com", "no@example.com")]
    assert {(answer.status_code, answer.location, answer.data) for answer in answers} == {
        (303, "/links/sent", answers[0].data)
    }
    assert client.get("/links/sent").status_code == 200


def test_every_outcome_takes_the_same_steps(client: FlaskClient, ref: str, session: Session, engine: Engine) -> None:
    steps: list[str] = []

    def note(*call: object) -> None:
        steps.append(str(call[2]).split()[0])

    def taken(number: str, contact: str) -> list[str]:
        client.get("/links/sent")
        steps.clear()
        client.post("/", data={"number": number, "contact": contact})
        return list(steps)

    taken("1001", "marisol@example.com")  # from here on this browser has a session
    event.listen(engine, "before_cursor_execute", note)
    try:
        good = taken("1001", "marisol@example.com")
        assert taken("9999", "marisol@example.com") == good
        for _ in range(5):
            assert taken("1001", "wrong@example.com") == good
        assert taken("1001", "marisol@example.com") == good
    finally:
        event.remove(engine, "before_cursor_execute", note)

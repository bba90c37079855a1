"""The mails of the withdrawal form: a few at a time, nothing lost, and no mail of a stranger's own making."""

import re
from datetime import datetime, timedelta
from itertools import count

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.notify.models import Message, PreferenceLink
from app.notify.providers.ports import Outgoing
from app.notify.render.words import defused
from app.orders.lookup.models import AccessLink
from app.orders.models import Order
from app.returns.models import Withdrawal
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from tests.conftest import SECRET
from tests.notify.build import a_mail_config, prepared
from tests.orders.build import document
from tests.orders.put import put_order
from tests.returns.stage import delivered_order
from tests.rounds import heard

EVIL = "Your account is locked, sign in at https://evil.example/login or www.evil.example"
CONFIG = a_mail_config()
HOUR = timedelta(hours=1)
_keys = count()


def withdraw(client: FlaskClient, **typed: str) -> int:
    """One statement by the pages, in a browser of its own at this address; the status of its confirmation."""
    client = client.application.test_client()
    entries = {"name": "Ana Ruiz", "order": "5555", "contact": "stranger@example.org", "items": EVIL} | typed
    assert client.post("/withdraw", data=entries).status_code == 200
    done = client.post("/withdraw/confirmation", data=entries | {"form_key": f"{next(_keys):030}"})
    assert client.get(done.location).status_code == 200
    return done.status_code


def stated(session: Session, now: datetime, **typed: str) -> None:
    facts = {"name": "Ana Ruiz", "order_text": "5555", "receipt_to": "stranger@example.org"} | typed
    statement = WithdrawalStatement(
        **facts, locale="en-GB", form_key=f"{next(_keys):030}", items_text=EVIL, client=b"client"
    )
    state_withdrawal(session, statement, now=now)
    matched(session, now)


def matched(session: Session, now: datetime) -> None:
    """Whatever waits is matched and made into messages."""
    while receive(session, limit=1, key=SECRET, now=now):
        pass
    heard(session, limit=500, now=now, config=CONFIG)


def leaving(session: Session, until: datetime) -> list[Outgoing]:
    """What leaves by then."""
    return [one.outgoing for one in prepared(session, now=until, config=CONFIG)]


@pytest.mark.parametrize("numbers", [["5555"], ["1001"], ["5555", "1001", "what I bought"]])
@pytest.mark.parametrize("recipients", [1, 20])
def test_of_32_withdrawals_of_one_client_none_is_refused_and_five_mails_leave_in_the_first_hour(
    client: FlaskClient, session: Session, numbers: list[str], recipients: int
) -> None:
    order = delivered_order(session, now=utcnow())
    heard(session, limit=50, now=utcnow(), config=CONFIG)
    session.query(Message).delete()
    statuses = [
        withdraw(client, order=numbers[turn % len(numbers)] + " " + EVIL, contact=f"s{turn % recipients}@example.org")
        for turn in range(32)
    ]
    assert (statuses, session.scalar(select(func.count()).select_from(Withdrawal))) == ([303] * 32, 32)
    now = utcnow()
    matched(session, now)
    every = session.scalars(select(Message).order_by(Message.next_try_at)).all()
    owners = [one for one in every if one.recipient == order.contacts[0].email_folded]
    assert len(every) - len(owners) == 32, "each statement gets its receipt, sooner or later"
    assert 2 <= len([one for one in every if one.next_try_at < now + timedelta(hours=1)]) <= 5
    assert all(
        len([x for x in every if one.next_try_at <= x.next_try_at < one.next_try_at + HOUR]) <= 5 for one in every
    )
    assert all(one.valid_until and one.valid_until - one.next_try_at > timedelta(days=29) for one in every)
    outgoing = leaving(session, now + timedelta(days=9))
    assert len(outgoing) == len(every)
    for mail in outgoing:
        assert not re.search(r"evil|account is locked|Ana Ruiz", mail.text + mail.html + mail.subject)


def test_an_address_gets_two_receipts_an_hour(session: Session, now: datetime) -> None:
    for number in range(6):
        statement = WithdrawalStatement(
            "A", "5555", " STRANGER@example.org", "es", f"{number:030}", client=bytes([number])
        )
        state_withdrawal(session, statement, now=now)
    matched(session, now)
    hours = [
        (one - now) // timedelta(hours=1) for one in session.scalars(select(Message.next_try_at).order_by(Message.id))
    ]
    assert hours == [0, 0, 1, 1, 2, 2]


def test_who_is_on_file_is_told_and_not_without_end(session: Session, now: datetime) -> None:
    delivered_order(session, now=now)
    heard(session, limit=50, now=now, config=CONFIG)
    session.query(Message).delete()
    for number in range(3):
        stated(session, now, order_text="1001", receipt_to=f"s{number}@example.org")
    rows = session.execute(select(Message.recipient, Message.next_try_at).order_by(Message.next_try_at, Message.id))
    first = [row.recipient for row in rows if row.next_try_at == now]
    assert sorted(first) == ["marisol@example.com", "marisol@example.com", "s0@example.org", "s1@example.org"]


def test_the_owner_reads_what_they_typed_with_its_links_taken_apart(session: Session, now: datetime) -> None:
    delivered_order(session, now=now)
    heard(session, limit=50, now=now, config=CONFIG)
    session.query(Message).delete()
    stated(session, now, order_text="1001", receipt_to="marisol@example.com")
    mail = next(one for one in leaving(session, now) if "We have your withdrawal" in one.subject)
    assert mail.to == "marisol@example.com"
    assert (
        "Items: Your account is locked, sign in at https[:]//evil[.]example/login or www[.]evil[.]example" in mail.text
    )
    assert "evil.example" not in mail.text + mail.html and "https://evil" not in mail.text + mail.html


def test_a_receipt_is_the_same_whether_the_order_exists_or_not(session: Session, now: datetime) -> None:
    delivered_order(session, now=now)
    heard(session, limit=50, now=now, config=CONFIG)
    session.query(Message).delete()
    stated(session, now, order_text="1001")
    stated(session, now, order_text="5555")
    receipts = [one for one in leaving(session, now) if one.to == "stranger@example.org"]
    refs = session.scalars(select(Withdrawal.ref).order_by(Withdrawal.id)).all()

    def told(mail: Outgoing, ref: str) -> tuple[object, ...]:
        headers = {name: value for name, value in mail.headers.items() if name != "Message-ID"}
        return mail.subject.replace(ref, "REF"), mail.text.replace(ref, "REF"), mail.html.replace(ref, "REF"), headers

    assert told(receipts[0], refs[0]) == told(receipts[1], refs[1])
    assert "1001" not in receipts[0].text


def test_a_receipt_opens_nothing(session: Session, now: datetime) -> None:
    delivered_order(session, now=now)
    heard(session, limit=50, now=now, config=CONFIG)
    session.query(Message).delete()
    stated(session, now, order_text="1001")
    leaving(session, now)
    assert session.scalars(select(AccessLink)).all() == []
    assert {row.order_id for row in session.scalars(select(PreferenceLink))} <= {session.scalar(select(Order.id))}


def test_who_is_on_file_is_told_that_another_address_was_given(session: Session, now: datetime) -> None:
    delivered_order(session, now=now, locale="en-GB")
    heard(session, limit=50, now=now, config=CONFIG)
    session.query(Message).delete()
    stated(session, now, order_text="1001")
    notice = next(one for one in leaving(session, now) if one.to == "marisol@example.com")
    assert notice.subject == "Someone withdrew from your order 1001"
    assert "Wasn't it you?" in notice.text and "You stated" not in notice.text
    assert "because you ordered from" in notice.text and "something you did" not in notice.text


def test_an_order_without_an_e_mail_is_told_by_text_that_another_address_was_given(
    session: Session, now: datetime
) -> None:
    put_order(session, document({"customer.email": None}), now=now)
    heard(session, limit=50, now=now, config=CONFIG)
    session.query(Message).delete()
    stated(session, now, order_text="1001")
    texts = {one.to: one.text for one in leaving(session, now)}
    assert "ha desistido" in texts["+34600112233"] and "0" not in texts["+34600112233"].partition("BAJA")[2]
    assert set(texts) == {"+34600112233", "stranger@example.org"}


def test_texts_to_neighbouring_numbers_wait_their_turn(session: Session, now: datetime) -> None:
    for number in range(12):
        statement = WithdrawalStatement(
            "A", "5", f"+3461234{number:04d}", "es", f"{number:030}", client=bytes([number])
        )
        state_withdrawal(session, statement, now=now)
    matched(session, now)
    waits = [one - now for one in session.scalars(select(Message.next_try_at).order_by(Message.id))]
    assert waits == [timedelta(0)] * 10 + [timedelta(minutes=10)] * 2


@pytest.mark.parametrize("contact", ["612345678", "+33 6 12 34 56 78", "nobody", ""])
def test_an_acknowledgement_goes_by_e_mail_alone(client: FlaskClient, contact: str) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    assert "E-mail address for the acknowledgement" in client.get("/withdraw").text
    answer = client.post("/withdraw", data={"name": "Ana", "order": "1", "contact": contact})
    assert answer.status_code == 422 and "Enter an e-mail address, so that" in answer.text


@pytest.mark.parametrize(
    ("order_text", "receipt_to", "noticed"),
    [("1001", "marisol@example.com", False), ("5555", "s@example.org", False), ("1001", "s@example.org", True)],
)
def test_only_a_notice_that_is_written_takes_a_turn(
    session: Session, now: datetime, order_text: str, receipt_to: str, noticed: bool
) -> None:
    delivered_order(session, now=now)
    stated(session, now, order_text=order_text, receipt_to=receipt_to)
    withdrawal = session.scalars(select(Withdrawal)).one()
    assert (withdrawal.notice_at is not None, withdrawal.receipt_at) == (noticed, now)


def test_where_it_came_from_is_forgotten_once_the_turn_is_given(client: FlaskClient, session: Session) -> None:
    withdraw(client)
    assert session.scalar(select(Withdrawal.client)) is not None
    matched(session, utcnow())
    session.expire_all()
    assert session.scalar(select(Withdrawal.client)) is None
    rows = session.execute(text("select to_json(guess)::text from guess")).scalars().all()
    assert rows and all("example" not in row and "127.0.0" not in row for row in rows)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("la taza, 2 x 19.90 €", "la taza, 2 x 19.90 €"),
        ("https://evil.example/a.b?c=d.e", "https[:]//evil[.]example/a[.]b?c=d[.]e"),
        ("HTTP://EVIL.EXAMPLE", "HTTP[:]//EVIL[.]EXAMPLE"),
        ("evil。example and evil．example", "evil[.]example and evil[.]example"),
        ("write to a@evil.example", "write to a@evil[.]example"),
        ("http:/\\evil", "http[:]/\\evil"),
        ("one\r\ntwo\u202e\u200bthree", "one twothree"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 80 + "…"),
    ],
)
def test_what_was_typed_is_one_short_line_without_links(typed: str, shown: str) -> None:
    assert defused(typed, 80) == shown

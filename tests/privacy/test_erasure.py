"""A person who was erased is nowhere any more, whatever comes late; what the law wants stays sealed, sums add up."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import Conflict, NotFound
from app.core.tokens import unseal
from app.notify.models import Message, Suppression
from app.oms.intake import receive_order
from app.orders.models import Order, OrderContact
from app.personal.claims import DataSubject, claims
from app.privacy import requests
from app.privacy.copies.making import archive, exported
from app.privacy.erase import erase as erase_person
from app.privacy.expiry import expire
from app.privacy.models import Erasure, RetainedRow
from app.privacy.people import subject_by
from app.privacy.records import ErasureRecord
from app.tracking.models import Shipment, TrackingEvent
from tests.conftest import SECRET
from tests.notify.build import Recorder, a_mail_config, prepared
from tests.privacy.canaries import CANARIES, EMAIL, NAME, document, settle
from tests.privacy.late import EACH, KINDS, arrive
from tests.privacy.scan import found
from tests.rounds import heard

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "erasures.ledger"


def in_unit(session: Session) -> Callable[[Callable[[Session], object]], object]:
    def work(do: Callable[[Session], object]) -> object:
        with transaction(session):
            return do(session)

    return work


def erase(session: Session, path: Path, *, email: str = EMAIL, now: datetime = NOW) -> ErasureRecord:
    """Ask, and have it done."""
    erasure = requests.ask(session, subject_by(email=email), by="cli:me", key=SECRET, at_once=True, now=now)
    requests.perform(in_unit(session), erasure.ref, key=SECRET, path=path, now=now)
    return requests.find_request(session, erasure.ref)


def test_thirty_canaries_are_in_the_copy_before_and_nowhere_afterwards(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    assert len(CANARIES) == 30
    packed = zipfile.ZipFile(io.BytesIO(archive(session, subject_by(email=EMAIL), key=SECRET, now=NOW)))
    copy = packed.read("data.json").decode()
    copy += base64.b64decode(_cells(json.loads(copy), "return_label", "pdf")[0]).decode()
    assert [name for name, canary in CANARIES.items() if canary not in copy] == []
    assert NAME in packed.read("data.html").decode()
    assert found(session, [NAME]) != []
    erase(session, path)
    assert found(session, CANARIES.values()) == []


def _cells(document: Any, table: str, column: str) -> list[Any]:
    return [row[column] for one in document["categories"] if one["table"] == table for row in one["rows"]]


def test_each_personal_column_is_filled_in_the_scene_and_told_in_the_copy(session: Session) -> None:
    settle(session, now=NOW)
    packed = zipfile.ZipFile(io.BytesIO(archive(session, subject_by(email=EMAIL), key=SECRET, now=NOW)))
    document = json.loads(packed.read("data.json"))
    missing = [
        f"{claim.table.name}.{column}"
        for claim in claims()
        if exported(claim) and claim.table.name not in ("erasure", "personal_copy")
        for column in claim.personal
        if not any(_cells(document, claim.table.name, column))
    ]
    assert missing == []


def test_sums_and_states_stay_and_a_second_erasure_changes_nothing(session: Session, path: Path) -> None:
    order = settle(session, now=NOW)
    before = (order.totals, order.paid, order.status, order.number)
    done = erase(session, path)
    session.refresh(order)
    assert (order.totals, order.paid, order.status, order.number) == before
    assert order.erased_at == NOW and order.ship_to == dict.fromkeys(order.ship_to or {}) | {"country": "ES"}
    assert [payment["amount"] for payment in order.payments] == [2300]
    assert session.scalars(select(Shipment.state)).all() == ["delivered"]
    assert done.state == "done" and session.scalar(select(Erasure.sealed)) is None and done.counts["order"] == 1
    with pytest.raises(NotFound):
        requests.ask(session, subject_by(email=EMAIL), by="cli:me", key=SECRET, now=NOW)
    person = DataSubject(SECRET, emails=frozenset({EMAIL}), order_ids=(order.id,))
    assert erase_person(session, person, now=NOW).counts == {}


def test_a_statement_of_withdrawal_stays_sealed_until_its_day(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    assert erase(session, path).staying == {"withdrawal": 1}
    row = session.scalars(select(RetainedRow)).one()
    assert (row.source, row.gone_at) == ("withdrawal", NOW + timedelta(days=5 * 365))
    assert NAME in (unseal(SECRET, row.sealed, max_age=10**9) or "")
    expire(session, key=SECRET, now=row.gone_at + timedelta(days=1))
    assert session.scalar(select(func.count()).select_from(RetainedRow)) == 0


def test_what_waits_never_leaves_and_a_stop_still_holds(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    erase(session, path)
    states = dict(session.execute(select(Message.public_id, Message.state)).all())
    assert states == {"kanarisent": "accepted", "kanariwaits": "skipped"}
    assert session.scalar(select(func.count()).select_from(Suppression)) == 1


def test_why_the_shops_own_words_were_not_used_goes_with_the_person(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    faults = text("select count(*), count(text_fault), count(text_fault_values) from message")
    assert session.execute(faults).one()[1:] == (1, 1)
    erase(session, path)
    assert session.execute(faults).one()[1:] == (0, 0)


def test_forty_late_words_of_every_kind_bring_nobody_back(session: Session, path: Path) -> None:
    order = settle(session, now=NOW)
    erase(session, path)
    later = NOW + timedelta(hours=1)
    assert arrive(session, since=later) == len(KINDS) * EACH >= 40
    assert found(session, CANARIES.values()) == []
    session.refresh(order)
    # What is no person's is still told: the last document says that all is done.
    assert order.status == "completed"
    scans = session.scalars(select(TrackingEvent.status).where(TrackingEvent.received_at >= later)).all()
    assert scans and set(scans) == {"delivered"}
    assert session.scalar(select(func.count()).where(Message.created_at >= later, Message.recipient != "")) == 0


def test_who_buys_again_is_a_customer_like_any_other(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    erase(session, path)
    later = NOW + timedelta(days=3)
    again = document(number="K-8000", source="src-8000", updated_at=later.isoformat(), placed_at=later.isoformat())
    receive_order(session, again, now=later)
    receive_order(session, document(updated_at=later.isoformat()), now=later)
    rows = session.execute(
        select(Order.number, OrderContact.email).join(OrderContact.__table__).where(OrderContact.position == 0)
    )
    assert dict(rows.all()) == {"K-7741": None, "K-8000": EMAIL}


def test_a_further_contact_goes_and_the_order_stays_with_its_customer(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    colleague = f"{CANARIES['colleague']}@kanari.example"
    erase(session, path, email=colleague)
    receive_order(session, document(updated_at="2026-11-23T10:00:00Z"), now=NOW + timedelta(days=1))
    names = session.scalars(select(OrderContact.name).order_by(OrderContact.position)).all()
    assert names == [NAME, None]
    assert found(session, [colleague]) == []


def test_a_request_can_be_taken_back_until_it_is_done(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    erasure = requests.ask(session, subject_by(email=EMAIL), by=requests.CUSTOMER_ASKS, key=SECRET, now=NOW)
    assert requests.ask(session, subject_by(email=EMAIL), by="cli:me", key=SECRET, now=NOW).ref == erasure.ref
    assert requests.due(session, now=NOW + timedelta(hours=11)) == []
    requests.cancel(session, erasure.ref, by=requests.CUSTOMER_ASKS, now=NOW)
    with pytest.raises(Conflict):
        requests.cancel(session, erasure.ref, by=requests.CUSTOMER_ASKS, now=NOW)
    assert requests.due(session, now=NOW + timedelta(days=2)) == []
    requests.perform(in_unit(session), erasure.ref, key=SECRET, path=path, now=NOW)
    assert session.scalar(select(OrderContact.email).where(OrderContact.position == 0)) == EMAIL


def test_the_receipt_leaves_before_the_address_goes(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    session.execute(text("delete from hearing"))
    session.execute(text("update message set state = 'skipped' where state = 'created'"))
    erasure = requests.ask(session, subject_by(email=EMAIL), by=requests.CUSTOMER_ASKS, key=SECRET, now=NOW)
    mailer = Recorder("mailer")
    config = a_mail_config(mailer)
    heard(session, limit=10, now=NOW, config=config)
    ready = prepared(session, now=NOW, config=config)
    assert [one.outgoing.to for one in ready] == [EMAIL]
    assert erasure.ref in ready[0].outgoing.text
    assert erasure.due_at - NOW <= timedelta(hours=24)
    requests.perform(in_unit(session), erasure.ref, key=SECRET, path=path, now=erasure.due_at)
    assert found(session, [EMAIL]) == []


def test_a_document_that_is_no_object_is_no_hindrance(session: Session, path: Path) -> None:
    settle(session, now=NOW)
    # As Python's None is stored where nobody says otherwise.
    session.execute(text("""update "return" set pickup = 'null'"""))
    session.execute(text("""update "order" set ship_to = 'null', extra = '{}'"""))
    assert erase(session, path).state == "done"

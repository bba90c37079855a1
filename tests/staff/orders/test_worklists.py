"""The worklists: what waits is counted and listed, and what is done leaves them."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit import trail
from app.audit.models import AuditRow
from app.core.clock import utcnow
from app.events.kinds import EventKind
from app.events.log import append
from app.events.models import InboxRow, ListenerRow, Stumble
from app.notify.models import InboundText, Message
from app.notify.send.outcomes import fault
from app.notify.send.rests import begin_rest, end_rest
from app.orders.models import Order
from app.returns.models import Receipt, ReceiptLine, Return, Withdrawal
from app.staff.models import SetAside
from app.staff.worklists.worklists import WORKLISTS, counts, open_ids
from app.tracking.models import Shipment, TrackingEvent
from tests.staff.browsers import audited


def test_parcels_in_trouble_are_listed(support: FlaskClient, session: Session, parcelled: Order, now: datetime) -> None:
    shipment = session.scalars(select(Shipment)).one()
    for name, state, late in (
        ("late", "in_transit", now),
        ("failed-attempts", "delivery_failed", None),
        ("returning", "return_to_sender", None),
    ):
        shipment.state, shipment.late_since = state, late
        session.commit()
        assert {key for key, count in counts(session).items() if count} == {name}
        assert "1001" in support.get(f"/staff/work/{name}").text


def odd_receipt(session: Session, return_: Return, key: str, **values: Any) -> Receipt:
    at = session.scalar(text("select now()"))
    line = ReceiptLine(description="Un jersey", quantity=1, grade="worn", disposition="set_aside")
    made = Receipt(return_id=return_.id, idempotency_key=key, received_at=at, received_by="w", lines=[line], **values)
    session.add(made)
    session.commit()
    return made


def test_an_odd_receipt_is_looked_at_once(support: FlaskClient, session: Session, waiting: Return) -> None:
    receipt = odd_receipt(session, waiting, "k", odd=["not_announced", "more_than_announced"])
    other = odd_receipt(session, waiting, "k2", odd=["missing"])
    odd_receipt(session, waiting, "k3")
    assert counts(session)["receipts"] == 2
    page = support.get("/staff/work/receipts").text
    assert "Something that was not announced. More units than were announced. Not announced: 1 × Un jersey." in page
    assert "Next: decide on it." in page and f'href="/staff/returns/{waiting.ref}?' in page
    for _ in range(2):
        support.post(f"/staff/work/receipts/{receipt.id}/looks")
    assert counts(session)["receipts"] == 1
    assert [row[1:] for row in audited(session)] == [("receipt.seen", f"receipt/{receipt.id}")]
    support.post(f"/staff/work/receipts/{other.id}/looks")
    assert "Nothing to do here" in support.get("/staff/work/receipts").text


def test_what_ended_badly_is_listed_until_someone_has_dealt_with_it(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    shipment = session.scalars(select(Shipment)).one()
    shipment.state, shipment.state_since = "lost", session.scalar(text("select now()"))
    session.commit()
    assert {key for key, count in counts(session).items() if count} == {"trouble"}
    item = f"/staff/work/trouble/{shipment.id}-lost/aside"
    assert f'href="{item}"' in support.get(f"/staff/orders/{parcelled.ref}").text
    assert support.post(item, data={"reason": " "}).status_code == 422
    assert counts(session)["trouble"] == 1
    assert support.post(item, data={"reason": "Sent again as 1001-B"}).location == "/staff/work/trouble"
    assert counts(session)["trouble"] == 0
    row = session.scalars(select(AuditRow).where(AuditRow.action == "work.set_aside")).one()
    assert row.detail == {**trail.reason("Sent again as 1001-B"), "what": "1001"}
    assert session.scalars(select(SetAside.reason)).all() == ["Sent again as 1001-B"]
    assert support.get(item).location == "/staff/work/trouble", "what is on no list is asked about no more"
    shipment.state = "returned"
    session.commit()
    assert counts(session)["trouble"] == 1, "another end is another matter"


def dead_event(session: Session, order: Order, listener: str, error: str) -> int:
    at = session.scalar(text("select now()"))
    event = append(session, EventKind.SHIPMENT_LATE, order_id=order.id, now=at)
    for row in session.scalars(select(ListenerRow).where(ListenerRow.event_id == event)):
        if row.listener == listener:
            row.dead_at, row.error, row.attempts = at, error, 5
        else:
            session.delete(row)
    session.commit()
    return event


def test_events_that_were_given_up_are_heard_again_or_set_aside(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    notice, called = (
        dead_event(session, parcelled, listener, error)
        for listener, error in (("notify", "KeyError: 'x'"), ("webhooks", "DataError: too long"))
    )
    assert counts(session)["events"] == 2
    page = support.get("/staff/work/events").text
    assert "messages to customers: The program failed: KeyError: &#39;x&#39;" in page
    assert "webhooks to other systems: The program failed: DataError: too long" in page
    assert re.search(rf'href="/staff/orders/{parcelled.ref}\?[^"]*">1001</a>', page)
    assert support.post(f"/staff/work/events/notify/{notice}/hearings").location == "/staff/work/events"
    session.expire_all()
    revived = session.get_one(ListenerRow, (notice, "notify"))
    assert (revived.dead_at, revived.attempts) == (None, 0)
    support.post(f"/staff/work/events/webhooks-{called}/aside", data={"reason": "no"})
    assert support.post(f"/staff/work/webhooks/{called}/aside").status_code == 404
    done = support.post(f"/staff/work/events/webhooks-{called}/aside", data={"reason": "Told them by phone"})
    assert done.location == "/staff/work/events"
    session.expire_all()
    assert session.get(ListenerRow, (called, "webhooks")) is None
    assert counts(session)["events"] == 0
    assert support.post(f"/staff/work/events/nobody/{notice}/hearings").status_code == 404


def test_a_dead_delivery_is_shown_as_it_came_and_put_in_line_again(
    support: FlaskClient, session: Session, now: datetime
) -> None:
    row = InboxRow(
        endpoint="carriers:seur",
        delivery_key="d",
        headers={},
        body=b"<b>\xff",
        received_at=now,
        state="dead",
        error="Why",
    )
    session.add(row)
    session.commit()
    shown = support.get(f"/staff/work/inbox/{row.id}").text
    assert "&lt;b&gt;" in shown
    assert "Why" in shown
    assert support.post(f"/staff/work/inbox/{row.id}/replays").location == "/staff/work/inbox"
    session.expire_all()
    assert row.state == "new"
    assert "carriers:seur" not in support.get("/staff/work/inbox").text
    assert audited(session)[-1][1] == "inbox.replayed"


@pytest.mark.parametrize(
    ("error", "language", "words"),
    [
        ("The delivery names no tracking number.", "es", "El mensaje no trae ningún número de seguimiento."),
        ("This is not JSON: EOF at 1", "es", "Esto no es JSON: EOF at 1"),
        ("ValueError: 7", "en", "The program failed: ValueError: 7"),
        (None, "en", "—"),
    ],
)
def test_why_a_delivery_was_not_understood_is_said_in_the_readers_language(
    support: FlaskClient, session: Session, now: datetime, error: str | None, language: str, words: str
) -> None:
    columns = {"headers": {}, "body": b"{}", "received_at": now, "state": "dead", "error": error}
    row, beside = (InboxRow(endpoint="carriers:seur", delivery_key=key, **columns) for key in "ab")
    session.add_all([row, beside])
    session.commit()
    spoken = {"Accept-Language": language}
    assert words in support.get("/staff/work/inbox", headers=spoken).text
    assert words in support.get(f"/staff/work/inbox/{row.id}", headers=spoken).text
    answer = support.post(f"/staff/work/inbox/{row.id}/aside", data={"reason": "junk"})
    assert answer.location == "/staff/work/inbox"
    session.expire_all()
    assert (row.state, beside.state, row.body) == ("set_aside", "dead", b"{}")
    assert counts(session)["inbox"] == 1


def test_withdrawals_and_answers_leave_their_lists_when_done(
    support: FlaskClient, session: Session, now: datetime
) -> None:
    withdrawal = Withdrawal(
        ref="AAAAAAAA", form_key="k", name="Marisol Quijano", order_text="¿1001?", receipt_to="m@example.com",
        locale="es", stated_at=now, matched_at=now, review=True,
    )  # fmt: skip
    answer = InboundText(
        provider="twilio", provider_id="1", sender="+34600112233", recipient_hash=b"", text="¿Y mi pedido?",
        answer="other", received_at=now,
    )  # fmt: skip
    session.add_all([withdrawal, answer])
    session.commit()
    page = support.get("/staff/work/withdrawals").text
    assert "¿1001?" in page
    assert "Quijano" not in page
    support.post(f"/staff/work/withdrawals/{withdrawal.id}/settlement")
    assert "¿Y mi pedido?" in support.get("/staff/work/texts").text
    support.post(f"/staff/work/texts/{answer.id}/reading")
    tally = counts(session)
    assert (tally["withdrawals"], tally["texts"]) == (0, 0)


def test_unknown_words_of_carriers_are_told_with_how_often(
    support: FlaskClient, session: Session, now: datetime
) -> None:
    at = session.scalar(text("select now()"))
    session.add(
        TrackingEvent(
            carrier="seur",
            number="1",
            identity=b"1",
            status="unknown",
            code="LX9",
            description="Volteado",
            occurred_raw="",
            time_quality="guessed",
            sources=["t"],
            received_at=at,
        )
    )
    session.commit()
    page = support.get("/staff/work/words").text
    assert "LX9" in page
    assert "Volteado" in page


def test_every_list_opens_when_nothing_waits(support: FlaskClient) -> None:
    for name in WORKLISTS:
        answer = support.get(f"/staff/work/{name}")
        assert (answer.status_code, "Nothing to do here" in answer.text) == (200, True), name
    assert support.get("/staff/work/nothing").status_code == 404


def test_counting_looks_only_at_what_waits(session: Session) -> None:
    """With sequential scans made dear, every count is answered by an index (requirement J-14)."""
    session.execute(text("set local enable_seqscan = off"))
    for name in WORKLISTS:
        if (waiting := open_ids(name)) is None:
            continue
        bind = session.get_bind()
        sql = str(waiting.limit(100).compile(bind, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(session.scalars(text("explain " + sql.replace(":", "\\:"))))
        assert "Seq Scan" not in plan, (name, plan)


def test_a_failed_message_leaves_the_list_when_it_was_sent_again(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    at = session.scalar(text("select now()"))
    parcel = session.scalars(select(Shipment.id)).one()
    failed = Message(
        public_id="m-1", dedup_key="d", order_id=parcelled.id, shipment_id=parcel, kind="shipment.shipped",
        purpose="news", channel="email",
        recipient="marisol@example.com", recipient_hash=b"", locale="es", brand_key="demo", facts={}, state="failed",
        reason="sendgrid:550", created_at=at, happened_at=at, next_try_at=at,
    )  # fmt: skip
    session.add(failed)
    session.commit()
    page = support.get("/staff/work/messages").text
    assert "Parcel sent" in page and "the address refuses" not in page
    assert "the provider gives a reason that nobody knows (SendGrid: 550)" in page
    assert 'href="/staff/messages/m-1/resend"' in page
    assert support.post("/staff/messages/m-1/resends").status_code == 303
    assert counts(session)["messages"] == 0


def test_a_message_that_a_provider_refused_is_listed_with_its_next_try_and_left_when_set_aside(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    at = session.scalar(text("select now()"))
    common = {
        "order_id": parcelled.id, "kind": "order.received", "purpose": "news", "channel": "email", "facts": {},
        "recipient": "marisol@example.com", "recipient_hash": b"", "locale": "es", "brand_key": "demo",
        "created_at": at, "happened_at": at,
    }  # fmt: skip
    later = at + timedelta(minutes=30)
    waits = Message(public_id="m-1", dedup_key="a", attempts=2, reason="smtp:451", next_try_at=later, **common)
    fresh = Message(public_id="m-2", dedup_key="b", next_try_at=later, **common)
    failed = Message(public_id="m-3", dedup_key="c", state="failed", reason="smtp:553", next_try_at=at, **common)
    session.add_all([waits, fresh, failed])
    session.commit()
    assert counts(session)["messages"] == 2
    page = support.get("/staff/work/messages").text
    assert "waiting: the provider could not take it at that moment (The mail server: 451); next try" in page
    assert f"/staff/work/messages/{waits.id}/aside" not in page
    support.post(f"/staff/work/messages/{failed.id}/aside", data={"reason": "Called the customer"})
    assert counts(session)["messages"] == 1
    assert f"/staff/messages/{failed.public_id}" not in support.get("/staff/work/messages").text


def test_carriers_that_do_not_answer_are_listed_with_the_reason_and_the_parcel_says_so(
    support: FlaskClient, session: Session, parcelled: Order, now: datetime
) -> None:
    shipment = session.scalars(select(Shipment)).one()
    shipment.asked_at, shipment.poll_failing_since, shipment.poll_error = now, now, "UPS answers 503."
    for failures, listed in ((2, 0), (3, 1)):
        shipment.poll_failures = failures
        session.commit()
        assert counts(session)["carriers"] == listed
        assert ("UPS answers 503." in support.get("/staff/work/carriers").text) is bool(listed)
    assert "1 parcel" in support.get("/staff/work/carriers").text
    page = support.get(f"/staff/orders/{parcelled.ref}").text
    assert "Asked last" in page
    assert "UPS answers 503." in page


def test_work_that_was_given_up_names_its_order_and_is_tried_again_or_set_aside(
    support: FlaskClient, session: Session, parcelled: Order
) -> None:
    shipment_id = session.scalars(select(Shipment.id).where(Shipment.order_id == parcelled.id)).first()
    assert shipment_id is not None
    for task in ("fold_shipments", "look_for_late"):
        dead = {"attempts": 5, "next_try_at": utcnow(), "dead_at": utcnow(), "error": "KeyError: 'x'"}
        session.add(Stumble(task=task, item_id=shipment_id, **dead))
    session.commit()
    assert counts(session)["jobs"] == 2
    page = support.get("/staff/work/jobs").text
    assert "A parcel could not be marked as late" in page and "The program failed: KeyError" in page
    assert re.search(rf'href="/staff/orders/{parcelled.ref}\?[^"]*">1001</a>', page)
    assert support.post(f"/staff/work/jobs/fold_shipments/{shipment_id}/tries").location == "/staff/work/jobs"
    item = f"look_for_late-{shipment_id}"
    support.post(f"/staff/work/jobs/{item}/aside", data={"reason": "Told the customer"})
    assert counts(session)["jobs"] == 0
    left = session.execute(select(Stumble.task, Stumble.aside).execution_options(populate_existing=True)).all()
    assert [tuple(one) for one in left] == [("look_for_late", True)]


def test_rejected_goods_wait_to_be_sent_back(support: FlaskClient, session: Session, waiting: Return) -> None:
    waiting.decision, waiting.decision_reason = "rejected", "Venía usada"
    session.commit()
    assert counts(session)["rejected"] == 0, "nothing of it is here"
    waiting.goods, waiting.received_at = "inspected", session.scalar(text("select now()"))
    session.commit()
    assert counts(session)["rejected"] == 1
    page = support.get("/staff/work/rejected").text
    assert f'href="/staff/returns/{waiting.ref}?' in page and "Venía usada" in page
    waiting.goods = "sent_back"
    session.commit()
    assert counts(session)["rejected"] == 0


def test_a_provider_that_takes_no_messages_is_listed_with_its_reason(support: FlaskClient, session: Session) -> None:
    begin_rest(session, "sendgrid", fault("sendgrid", "401"), now=utcnow())
    begin_rest(session, "smtp", fault("smtp", "not_connected"), now=utcnow())
    session.commit()
    assert counts(session)["providers"] == 2
    page = support.get("/staff/work/providers").text
    assert "SendGrid" in page and "an engineer has to look (401)" in page
    assert "The mail server" in page and "cannot be reached, or takes nothing for the moment (not_connected)" in page
    end_rest(session, "sendgrid")
    session.commit()
    assert counts(session)["providers"] == 1


def test_an_empty_worklist_leads_to_what_waits_elsewhere(support: FlaskClient, waiting: Return) -> None:
    page = support.get("/staff/work/late").text
    main = page[page.index("<main") :]
    assert re.search(r'href="/staff/work/undecided"[^>]*>\s*Returns to decide \(1\)', main)


def test_an_empty_worklist_leads_to_the_orders_where_nothing_waits_at_all(support: FlaskClient) -> None:
    page = support.get("/staff/work/late").text
    assert re.search(r'href="/staff/orders"[^>]*>\s*All orders', page[page.index("<main") :])

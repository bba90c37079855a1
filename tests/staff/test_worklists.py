"""The worklists: what waits is counted and listed, and what is done leaves them."""

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.events.models import InboxRow
from app.notify.models import InboundText, Message
from app.orders.models import Order
from app.returns.models import Receipt, ReceiptLine, Return, Withdrawal
from app.staff.worklists import WORKLISTS, counts
from app.tracking.models import Shipment, TrackingEvent
from tests.staff.browsers import deeds


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


def test_an_odd_receipt_is_looked_at_once(support: FlaskClient, session: Session, waiting: Return) -> None:
    at = session.scalar(text("select now()"))
    line = ReceiptLine(description="Un jersey", quantity=1, grade="worn", disposition="repair")
    receipt = Receipt(return_id=waiting.id, idempotency_key="k", received_at=at, received_by="w", lines=[line])
    session.add(receipt)
    session.commit()
    assert counts(session)["receipts"] == 1
    assert "not announced: Un jersey" in support.get("/staff/work/receipts").text
    support.post(f"/staff/work/receipts/{receipt.id}/looks")
    assert counts(session)["receipts"] == 0
    assert deeds(session)[-1][1:] == ("receipt.seen", f"receipt/{receipt.id}")


def test_a_dead_delivery_is_shown_as_it_came_and_put_in_line_again(
    support: FlaskClient, session: Session, now: datetime
) -> None:
    row = InboxRow(
        door="carriers:seur", delivery_key="d", headers={}, body=b"<b>\xff", received_at=now, state="dead", error="Why"
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
    assert deeds(session)[-1][1] == "inbox.replayed"


def test_withdrawals_and_answers_leave_their_lists_when_done(
    support: FlaskClient, session: Session, now: datetime
) -> None:
    said = Withdrawal(
        ref="AAAAAAAA", form_key="k", name="Marisol Quijano", order_text="¿1001?", receipt_to="m@example.com",
        locale="es", stated_at=now, matched_at=now, review=True,
    )  # fmt: skip
    answer = InboundText(
        provider="twilio", provider_id="1", sender="+34600112233", recipient_hash=b"", text="¿Y mi pedido?",
        answer="other", received_at=now,
    )  # fmt: skip
    session.add_all([said, answer])
    session.commit()
    page = support.get("/staff/work/withdrawals").text
    assert "¿1001?" in page
    assert "Quijano" not in page
    support.post(f"/staff/work/withdrawals/{said.id}/settlement")
    assert "¿Y mi pedido?" in support.get("/staff/work/texts").text
    support.post(f"/staff/work/texts/{answer.id}/reading")
    found = counts(session)
    assert (found["withdrawals"], found["texts"]) == (0, 0)


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
        assert (answer.status_code, "Nothing waits here" in answer.text) == (200, True), name
    assert support.get("/staff/work/nothing").status_code == 404


def test_counting_looks_only_at_what_waits(session: Session) -> None:
    """With sequential scans made dear, every count is answered by an index (requirement J-14)."""
    session.execute(text("set local enable_seqscan = off"))
    for name, one in WORKLISTS.items():
        if one.waiting is None:
            continue
        bind = session.get_bind()
        sql = str(one.waiting().limit(100).compile(bind, compile_kwargs={"literal_binds": True}))
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
    assert "Parcel sent" in support.get("/staff/work/messages").text
    assert support.post("/staff/messages/m-1/resends").status_code == 303
    assert counts(session)["messages"] == 0


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

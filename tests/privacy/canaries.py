"""One person with thirty canaries: words that stand nowhere else, one in each place where something is kept of them."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.api.models import ApiKey, KeptAnswer, WebhookDelivery, WebhookSubscription
from app.carriers.models import CarrierTrial
from app.core.tokens import digest, seal
from app.events.models import DomainEvent, InboxRow
from app.notify.kinds import Channel
from app.notify.models import Attempt, InboundText, Message, PreferenceLink, SandboxMessage, SmsConsent, Suppression
from app.notify.preferences.suppression import recipient_key
from app.oms.files.progress import ImportProgress
from app.oms.intake import receive_order
from app.orders.document.document import OrderDocument
from app.orders.lookup.models import WebSession
from app.orders.models import Order, OrderLine
from app.orders.pictures.pictures import Picture
from app.returns.elsewhere.models import ReturnElsewhere, UnitsElsewhere
from app.returns.models import Receipt, ReceiptLine, Refund, Return, ReturnDraft, ReturnLabel, ReturnLine, Withdrawal
from app.staff.models import SetAside, StaffNote
from app.support.models import SupportCase, SupportEntry
from app.tracking.fold.job import fold_locked
from app.tracking.models import Shipment
from app.tracking.ports import Place, ReportedEvent, TrackingReport
from app.tracking.services import record_report
from app.tracking.states import ShipmentState, TimeQuality
from tests.conftest import SECRET

EMAIL, PHONE, NAME = "kanari01@kanari.example", "+34612340917", "Kanarina Vogelweit"
CANARIES = {
    "email": EMAIL,
    "phone": PHONE,
    "name": NAME,
    **{
        place: f"kanari{number:02}{place.replace('_', '')}"
        for number, place in enumerate(
            (
                *("customer", "purchase_order", "street", "order_note", "extra", "invoice", "refund_reason"),
                *("engraved", "colleague", "pickup_point", "tracking_url", "scan_words", "scan_city", "signed"),
                *("comment", "draft", "label", "receipt", "description", "void", "pickup_note", "return_reason"),
                *("adjustment", "case", "staff_note", "told", "attempt"),
            ),
            start=4,
        )
    },
}
NUMBER, SOURCE = "K-7741", "src-774100"
TRACKING = "3230007774100001"


def document(*, number: str = NUMBER, source: str = SOURCE, updated_at: str, **changes: Any) -> OrderDocument:
    """The order as the shop's system tells it, canaries and all."""
    c = CANARIES
    values: dict[str, Any] = {
        "number": number,
        "source": {"system": "shop", "id": source},
        "placed_at": "2026-11-10T10:00:00Z",
        "updated_at": updated_at,
        "status": "shipped",
        "currency": "EUR",
        "purchase_order": c["purchase_order"],
        "note": c["order_note"],
        "extra": {"gift_card": c["extra"]},
        "customer": {"id": c["customer"], "name": NAME, "email": EMAIL, "phone": PHONE, "sms_consent": True},
        "contacts": [
            {"name": c["colleague"], "email": f"{c['colleague']}@kanari.example", "role": "purchasing"}
            | {"phone": f"ask {c['colleague']}"}
        ],
        "ship_to": {"name": NAME, "line1": c["street"], "city": "Jaén", "postcode": "23001", "country": "ES"},
        "lines": [
            {"id": "1", "sku": "MUG", "title": "Taza", "variant": c["engraved"], "quantity": 2, "unit_price": 1000}
            | {"personalised": True, "image_url": f"https://shop.example/{c['engraved']}.png"}
            | {"url": f"https://shop.example/{c['engraved']}"}
        ],
        "totals": {"items": 2000, "shipping": 300, "tax": 400, "discount": 0, "paid": 2300},
        "payments": [{"id": "p1", "method": "card", "amount": 2300, "brand": "visa", "last4": "4242"}],
        "refunds": [{"id": "r1", "amount": 100, "reason": c["refund_reason"]}],
        "returns": [
            {"id": "x9", "status": "asked", "lines": [{"line": "1", "quantity": 1, "reason": c["return_reason"]}]}
        ],
        "invoices": [{"number": "F-1", "url": f"https://shop.example/i/{c['invoice']}"}],
        "shipments": [
            {
                "id": "s1",
                "carrier": "seur",
                "tracking_number": TRACKING,
                "method": "pickup_point",
                "tracking_url": f"https://seur.example/?zip={c['tracking_url']}",
                "pickup_point": {"name": c["pickup_point"], "city": "Jaén", "country": "ES"},
                "lines": [{"line": "1", "quantity": 2}],
            }
        ],
    }
    return OrderDocument.model_validate(values | changes)


def scan(identity: str, *, now: datetime, status: ShipmentState = ShipmentState.DELIVERED) -> TrackingReport:
    """A scan that says where it was and who signed."""
    event = ReportedEvent(
        "seur",
        TRACKING,
        status,
        CANARIES["scan_words"],
        now.isoformat(),
        now,
        "Europe/Madrid",
        TimeQuality.OFFSET,
        place=Place(CANARIES["scan_city"], None, "23001", "ES"),
        event_id=identity,
    )
    return TrackingReport("seur", TRACKING, status, events=(event,), signed_by=CANARIES["signed"])


def settle(session: Session, *, now: datetime) -> Order:
    """Everything that there can be of one customer; gives the order."""
    taken = receive_order(session, document(updated_at="2026-11-12T10:00:00Z"), now=now)
    order = session.get_one(Order, taken.order.id)
    record_report(session, scan("e1", now=now), source="push:seur", now=now)
    fold_locked(session, session.scalars(select(Shipment.id)).all(), now=now)
    url = f"https://shop.example/{CANARIES['engraved']}.png"
    session.add(Picture(url_hash=digest(url), url=url, wanted_at=now, next_try_at=now))
    _returns(session, order, now=now)
    _messages(session, order, now=now)
    _words(session, order, now=now)
    _systems(session, order, now=now)
    session.flush()
    return order


def _returns(session: Session, order: Order, *, now: datetime) -> None:
    c = CANARIES
    line = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).one()
    shipment = session.scalars(select(Shipment.id).where(Shipment.order_id == order.id)).one()
    back = Return(ref="RKANARI1", order_id=order.id, decision="approved", initiated_by="customer", method="pickup")
    back.currency, back.quote, back.verdict, back.requested_at, back.changed_at = "EUR", {}, {}, now, now
    back.pickup, back.decision_reason = {"on": "2026-11-30", "note": c["pickup_note"]}, c["return_reason"]
    back.point = {"name": c["pickup_point"]}
    back.adjustments = [{"amount": -1, "total": 1, "reason": c["adjustment"], "by": "staff:x", "at": now.isoformat()}]
    session.add(back)
    session.flush()
    session.add(ReturnDraft(order_id=order.id, data={"comment": c["draft"]}, changed_at=now))
    session.add(ReturnLabel(shipment_id=shipment, return_id=back.id, maker="x", next_try_at=now, made_at=now))
    session.flush()
    session.execute(text("update return_label set pdf = :pdf, zpl = :pdf"), {"pdf": c["label"].encode()})
    returned = ReturnLine(
        return_id=back.id, order_line_id=line, quantity=1, group="x", reason="damaged", comment=c["comment"], refund=1
    )
    receipt = Receipt(return_id=back.id, idempotency_key="k", received_at=now, received_by="x", note=c["receipt"])
    session.add_all([returned, receipt])
    session.flush()
    booked = {"receipt_id": receipt.id, "quantity": 1, "grade": "new", "disposition": "restock"}
    session.add(ReceiptLine(description=c["description"], **booked))
    refund = Refund(return_id=back.id, order_id=order.id, idempotency_key="RKANARI1-1", state="void", amount=500)
    refund.currency, refund.breakdown, refund.due_on, refund.created_at = "EUR", {}, now.date(), now
    refund.voided_at, refund.void_reason = now, c["void"]
    session.add(refund)
    made = {"external_id": "x", "stage": "received", "kind": "return", "told_at": now}
    lines = [{"line": "1", "quantity": 1, "received": 1, "damaged": 0, "reason": c["return_reason"]}]
    session.add(ReturnElsewhere(order_id=order.id, lines=lines, **made))
    units = {"counted": 0, "elsewhere": 0, "changed_at": now, "reason": c["adjustment"]}
    session.execute(text("delete from units_elsewhere"))
    session.add(UnitsElsewhere(order_line_id=line, order_id=order.id, **units))
    session.add(
        Withdrawal(
            ref="WKANARI1",
            form_key="f",
            name=NAME,
            order_text=NUMBER,
            receipt_to=EMAIL,
            items_text=c["description"],
            locale="es",
            stated_at=now,
            order_id=order.id,
            shown={"law": "eu", "name": NAME},
        )
    )


def _messages(session: Session, order: Order, *, now: datetime) -> None:
    c = CANARIES
    mail, sms = recipient_key(SECRET, Channel.EMAIL, EMAIL), recipient_key(SECRET, Channel.SMS, PHONE)
    usual = {"purpose": "news", "locale": "es", "brand_key": "demo", "created_at": now, "happened_at": now}
    usual |= {"next_try_at": now, "order_id": order.id, "kind": "shipment.shipped"}
    sent = Message(
        public_id="kanarisent", dedup_key="1", channel="email", recipient=EMAIL, recipient_hash=mail, **usual
    )
    sent.facts, sent.state, sent.subject, sent.text = {"note": c["told"]}, "accepted", c["told"], f"Hola {NAME}"
    sent.provider, sent.provider_id = "sendgrid", "sg-1"
    sent.text_fault, sent.text_fault_values = "There is no “%(name)s” here.", {"name": c["told"]}
    waiting = Message(
        public_id="kanariwaits", dedup_key="2", channel="sms", recipient=PHONE, recipient_hash=sms, **usual
    )
    waiting.facts = {"note": c["told"]}
    session.add_all([sent, waiting])
    session.flush()
    session.add(Attempt(message_id=sent.id, token="t", provider="sendgrid", started_at=now, detail=c["attempt"]))
    answer = {"provider": "twilio", "provider_id": "SM1", "recipient_hash": sms, "answer": "other", "received_at": now}
    session.add(InboundText(sender=PHONE, text=c["told"], **answer))
    link = {"token_hash": digest("x"), "channel": "email", "recipient_hash": mail, "locale": "es", "issued_at": now}
    session.add(PreferenceLink(recipient_shown="k•••@kanari.example", order_id=order.id, **link))
    copy = {"public_id": "kanarisent", "channel": "email", "sender": "s", "headers": {"X": "1"}, "sent_at": now}
    session.add(SandboxMessage(recipient=EMAIL, subject=c["told"], text=NAME, html=NAME, **copy))
    session.flush()
    session.add(Suppression(channel="sms", recipient_hash=sms, purpose="all", source="stop", created_at=now))
    yes = {"agreed": True, "wording": "Quiero SMS", "locale": "es", "source": "preferences", "said_at": now}
    session.add(SmsConsent(recipient_hash=sms, **yes))


def _words(session: Session, order: Order, *, now: datetime) -> None:
    c = CANARIES
    case = SupportCase(ref="CKANARI1", order_id=order.id, brand_key="demo", about="late", state="open", locale="es")
    case.answer_by, case.contact, case.form_key = "email", f"{c['case']}@kanari.example", "f"
    case.created_at = case.changed_at = case.waits_since = now
    session.add(case)
    session.flush()
    session.add(SupportEntry(case_id=case.id, who="customer", words=f"{c['case']}, {NAME}", form_key="f", at=now))
    session.add(StaffNote(order_id=order.id, written_by="x", written_at=now, text=c["staff_note"]))
    session.add(SetAside(worklist="failed", item="1", by="x", at=now, reason=f"{NAME} called"))
    session.add(WebSession(id_hash=digest("s"), created_at=now, seen_at=now, data={"account": EMAIL}))


def _systems(session: Session, order: Order, *, now: datetime) -> None:
    c = CANARIES
    words = {"name": NAME, "street": c["street"], "email": EMAIL}
    session.add(
        InboxRow(
            endpoint="oms:generic",
            delivery_key="d1",
            headers={"x-from": c["told"]},
            body=json.dumps(words).encode(),
            received_at=now,
            state="done",
            done_at=now - timedelta(days=1),
        )
    )
    event = DomainEvent(kind="return.pickup_booked", order_id=order.id, payload={"on": "x", "note": c["pickup_note"]})
    event.happened_at = now
    subscription = WebhookSubscription(
        public_id="w", url="https://x.example", kinds=[], sealed_secrets=[], created_at=now
    )
    api_key = ApiKey(name="k", shown="pk_1", secret_hash=b"k", scopes=[], created_at=now)
    session.add_all([event, subscription, api_key])
    session.flush()
    body = {"type": "return.pickup_asked", "data": {"order": {"number": NUMBER}, "collect_from": {"name": NAME}}}
    delivery = WebhookDelivery(public_id="msg_1", subscription_id=subscription.id, event_id=event.id, kind=event.kind)
    delivery.body, delivery.created_at, delivery.next_try_at = json.dumps(body), now, now
    delivery.answer = f"no such customer: {NAME}"
    answer = KeptAnswer(api_key_id=api_key.id, key="i", request_hash=b"r", status=200, headers={}, created_at=now)
    answer.body = seal(SECRET, json.dumps(words)).encode()
    faults = [f"line 3: {NAME} has no address"]
    session.add_all(
        [
            delivery,
            _trial(now=now),
            answer,
            ImportProgress(file_hash=b"f", name="o.csv", next_line=1, counts={}, faults=faults, changed_at=now),
        ]
    )
    session.execute(
        text(
            "insert into procrastinate_jobs (queue_name, task_name, args, status) "
            "values ('upkeep', 'x', :args, 'failed')"
        ),
        {"args": json.dumps({"to": EMAIL})},
    )


def _trial(*, now: datetime) -> CarrierTrial:
    """A test of a carrier whose answer names the person."""
    trial = CarrierTrial(carrier="seur", number=TRACKING, made_by="x", made_at=now, done_at=now)
    trial.outcome = {"source": "seur", "raw": [json.dumps({"signed": CANARIES["signed"], "by": NAME})]}
    return trial

"""What still comes in of a person who was erased: thirteen kinds of documents, webhooks, files, answers and reports."""

import gzip
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.api.webhooks_out import deliveries
from app.carriers import trials
from app.core.tokens import seal
from app.events import inbox
from app.events.kinds import EventKind
from app.events.log import append
from app.notify.models import Message
from app.notify.send.claim import end_failed
from app.notify.send.outcomes import FailureVerdict, SendFailure
from app.oms.intake import receive_order, receive_orders
from app.orders.lookup.sending import answer_link_request
from app.orders.models import Order
from app.tracking.fold.job import fold_locked
from app.tracking.models import Shipment
from app.tracking.services import record_report
from tests.conftest import SECRET
from tests.notify.build import a_mail_config
from tests.privacy.canaries import CANARIES, EMAIL, NAME, NUMBER, PHONE, TRACKING, document, scan
from tests.rounds import announced, understood_carriers, understood_oms, understood_reports

EACH = 4


def arrive(session: Session, *, since: datetime) -> int:
    """All kinds in turn, four times, a minute between two; gives how many came."""
    steps = [(step, kind) for step, kind in enumerate(KINDS * EACH)]
    for step, kind in steps:
        kind(session, step, since + timedelta(minutes=step))
    return len(steps)


def _document(session: Session, step: int, now: datetime) -> None:
    receive_order(session, document(updated_at=now.isoformat(), status="completed"), now=now)


def _other_number(session: Session, step: int, now: datetime) -> None:
    """An order of the same person from before, which this shop never had."""
    receive_order(session, document(number=f"K-{step}", source=f"old-{step}", updated_at=now.isoformat()), now=now)


def _webhook(session: Session, step: int, now: datetime) -> None:
    body = {
        "type": "order.updated",
        "data": document(updated_at=now.isoformat()).model_dump(mode="json", by_alias=True),
    }
    _store(session, "oms:generic", step, gzip.compress(json.dumps(body).encode()), now)
    understood_oms(session, limit=10, now=now)


def _broken_webhook(session: Session, step: int, now: datetime) -> None:
    body = {"type": "order.updated", "data": {"number": NUMBER, "customer": {"name": NAME, "email": EMAIL}}}
    _store(session, "oms:generic", step, json.dumps(body).encode(), now)
    understood_oms(session, limit=10, now=now)


def _scan(session: Session, step: int, now: datetime) -> None:
    record_report(session, scan(f"late-{step}", now=now), source="poll:seur", now=now)
    fold_locked(session, session.scalars(select(Shipment.id).order_by(Shipment.id)).all(), now=now)


def _push(session: Session, step: int, now: datetime) -> None:
    point = {"tag": "Delivered", "message": CANARIES["scan_words"], "city": CANARIES["scan_city"]}
    point["checkpoint_time"] = now.isoformat()
    parcel = {"tracking_number": TRACKING, "slug": "spanish-seur", "signed_by": CANARIES["signed"]}
    body = {"event_id": f"e{step}", "msg": {**parcel, "checkpoints": [point]}}
    _store(session, "carriers:aftership", step, json.dumps(body).encode(), now)
    understood_carriers(session, limit=10, now=now)


def _trial(session: Session, step: int, now: datetime) -> None:
    """A carrier answers to somebody's test of the parcel's number, and names who signed."""
    trial = trials.request(session, "seur", TRACKING, able=frozenset({"seur"}), by="x", now=now)
    answer = json.dumps({"signed": CANARIES["signed"], "by": NAME})
    trials.keep(session, trial.id, {"source": "seur", "raw": [answer], "reports": [{"by": NAME}]}, now=now)


def _receipt(session: Session, step: int, now: datetime) -> None:
    event: dict[str, Any] = {
        "event": "bounce",
        "message": "kanarisent",
        "email": EMAIL,
        "sg_event_id": f"s{step}",
        "status": "5.1.1",
    }
    event |= {"timestamp": int(now.timestamp()), "reason": f"550 {EMAIL} unknown"}
    _store(session, "messages:sendgrid", step, json.dumps([event]).encode(), now)
    understood_reports(session, limit=10, now=now, config=a_mail_config())


def _answer(session: Session, step: int, now: datetime) -> None:
    words = ("Soy " + NAME, "AYUDA", "BAJA", "no quiero " + CANARIES["told"])[step // len(KINDS)]
    form = urlencode({"MessageSid": f"SM{step}", "From": PHONE, "Body": words})
    _store(session, "messages:twilio-inbound", step, form.encode(), now)
    understood_reports(session, limit=10, now=now, config=a_mail_config())


def _file(session: Session, step: int, now: datetime) -> None:
    """The same order in a file that is imported once more."""
    state = {"updated_at": now.isoformat(), "status": "completed"}
    receive_orders(session, [document(**state), document(number="N-1", source="n", **state)], now=now)


def _outcome(session: Session, step: int, now: datetime) -> None:
    """A call that was under way while its customer was erased ends with the provider's own words."""
    message = session.scalars(select(Message).where(Message.public_id == "kanarisent")).one()
    failure = SendFailure(FailureVerdict.RETRY, "sendgrid", "500", f"{EMAIL} not now")
    end_failed(session, failure, message_id=message.id, token=f"late-{step}", now=now)


def _receiver(session: Session, step: int, now: datetime) -> None:
    """A receiver of webhooks still knows the person, and says so in its answer."""
    order_id = session.scalars(select(Order.id).where(Order.number == NUMBER)).one()
    append(session, EventKind.ORDER_PREPARING, order_id=order_id, payload={}, now=now)
    announced(session, limit=200, now=now)
    for call in deliveries.claim(session, key=SECRET, limit=40, now=now):
        result = deliveries.Result(422, {}, None, answer=f"{NAME} <{EMAIL}> is no customer")
        deliveries.settle(session, call, result, now=now)


def _link_request(session: Session, step: int, now: datetime) -> None:
    """The address asks for its links; nobody is known by it."""
    wish = {"email": EMAIL, "token": None, "contact_id": None}
    assert not answer_link_request(session, seal(SECRET, json.dumps(wish)), key=SECRET, now=now)


KINDS = (
    *(_document, _other_number, _webhook, _broken_webhook, _scan, _push, _trial, _receipt, _answer, _file, _outcome),
    *(_receiver, _link_request),
)


def _store(session: Session, endpoint: str, step: int, body: bytes, now: datetime) -> None:
    inbox.store(session, endpoint=endpoint, delivery_key=f"late-{step}", headers={}, body=body, now=now)
    # The table's own clock is ahead of a test's.
    session.execute(text("update inbox set next_try_at = received_at where state = 'new'"))

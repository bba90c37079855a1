"""A small world with everything that an address can name: two customers, staff of each role, a system with a key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, create_key
from app.api.models import WebhookDelivery, WebhookSubscription
from app.core.clock import utcnow
from app.core.tokens import digest, read_ref
from app.events.models import InboxRow
from app.notify.models import InboundText, Message, PreferenceLink, SandboxMessage
from app.orders.models import Order
from app.orders.sharing import share
from app.privacy.models import Erasure
from app.returns.elsewhere.models import RefundElsewhere
from app.returns.models import Receipt, ReceiptLine, Refund, Return, Withdrawal
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method, Resolution
from app.returns.policy.reasons import ReasonGroup
from app.returns.request.draft import DraftLine, RequestDraft, save_draft
from app.returns.services import request_return
from app.staff.auth.roles import Role
from app.staff.models import StaffUser
from app.support.cases import NewCase, answer, open_case
from app.support.models import SupportCase
from app.tracking.models import Shipment
from tests.conftest import SECRET
from tests.orders.build import GOOD, issue_link
from tests.returns.stage import delivered_order


@dataclass(frozen=True)
class Words:
    """What is known of one customer, each word found nowhere else: ``personal`` opens with tier two alone."""

    number: str
    email: str
    phone: str
    parcel: str
    title: str
    personal: tuple[str, ...]

    @property
    def course(self) -> tuple[str, ...]:
        """What tier one shows."""
        return (self.number, self.title, self.parcel)


MINE = Words(
    "MINE-5501", "filomena@canary-one.example", "+34611090201", "323000760001", "Camiseta Ambrosía",
    ("Filomena", "Quiñonero", "canary-one.example", "611090201", "611 09 02 01", "Calle Avutarda", "Portal Grulla",
     "28931", "c-cigüeña-1", "Comentario vencejo", "pay-jilguero-1", "PR-LABEL-ONE"),
)  # fmt: skip
THEIRS = Words(
    "THEIRS-7702", "leocadia@canary-two.example", "+34622080302", "323000770002", "Camiseta Belladona",
    ("Leocadia", "Zorrilla", "canary-two.example", "622080302", "622 08 03 02", "Calle Mochuelo", "Portal Garza",
     "41987", "c-cigüeña-2", "Comentario avefría", "pay-jilguero-2", "PR-LABEL-TWO"),
)  # fmt: skip


def furnish(session: Session, words: Words) -> dict[str, str]:
    """One customer with all that can be theirs: what stands for each name in an address."""
    now = utcnow()
    order = delivered_order(session, now=now, **_document(words))
    line = LineRequest("1", 1, "too_small", words.personal[9])
    return_ = request_return(session, order.id, ReturnRequest((line,), Method.DROPOFF), by="customer", now=now)
    return_.label_number = words.personal[11]
    refund = _refund(return_, order)
    receipt = _receipt(return_)
    message = _message(order, words)
    withdrawal, elsewhere = _withdrawal(words), _refund_elsewhere(order)
    session.add_all([refund, receipt, message, withdrawal, elsewhere, _preference(words, order)])
    _draft(session, order)
    case = _case(session, order, words)
    token = issue_link(session, order.id, now=now)
    shared = share(session, order.id, key=SECRET, now=now)
    shipment = session.scalars(select(Shipment).where(Shipment.order_id == order.id, Shipment.position == 0)).first()
    session.commit()
    return {
        "order": order.ref, "epoch": str(order.access_epoch), "return": return_.ref, "refund_id": str(refund.id),
        "receipt_id": str(receipt.id), "receipt": receipt.idempotency_key, "message": message.public_id,
        "withdrawal": withdrawal.ref, "withdrawal_id": str(withdrawal.id), "token": token, "share": shared.token,
        "preferences": f"preferences-{words.parcel[-4:]}", "shipment_id": str(shipment.id if shipment else 0),
        "number": words.number, "parcel": words.parcel, "elsewhere_id": str(elsewhere.id),
        "line_id": str(order.lines[0].id), "case": case.ref,
    }  # fmt: skip


def failed_arrivals(now: datetime) -> tuple[InboxRow, InboundText]:
    """A delivery that nobody could read, and a text that no word answers."""
    row = InboxRow(
        endpoint="carriers:seur", delivery_key="d", headers={}, body=b"<b>\xff", received_at=now, state="dead"
    )
    text = InboundText(
        provider="twilio", provider_id="1", sender="+34600112233", recipient_hash=b"", text="?", answer="other",
        received_at=now,
    )  # fmt: skip
    return row, text


def furnish_house(session: Session) -> dict[str, str]:
    """What belongs to no customer: deliveries from outside, texts, subscriptions, the sandbox's mail."""
    now = utcnow()
    row, text = failed_arrivals(now)
    mail = SandboxMessage(
        channel="email", sender="a@shop.example", recipient="b@shop.example", text="Hola", html="<p>Hola</p>",
        headers={}, sent_at=now,
    )  # fmt: skip
    hook = WebhookSubscription(
        public_id="sub_house", url="https://shop.example/hook", kinds=[], sealed_secrets=[], created_at=now
    )
    request = Erasure(ref="ERASURE1", subject=b"x", asked_by="customer:own page", asked_at=now, due_at=now)
    session.add_all([row, text, mail, hook, request])
    session.flush()
    sent = WebhookDelivery(
        public_id="del_house", subscription_id=hook.id, event_id=1, kind="order.received", body="{}", created_at=now,
        next_try_at=now,
    )  # fmt: skip
    session.add(sent)
    session.commit()
    return {
        "row_id": str(row.id), "text_id": str(text.id), "mail": str(mail.id), "subscription": hook.public_id,
        "delivery": sent.public_id, "erasure": request.ref,
    }  # fmt: skip


def staff(session: Session) -> dict[str, int]:
    """One member of each role, by role."""
    made = {
        role.value: StaffUser(
            email=f"{role}@shop.example", name=role.value, role=role.value, password_hash="", created_at=utcnow()
        )
        for role in Role
    }
    session.add_all(made.values())
    session.commit()
    return {role: user.id for role, user in made.items()}


def api_secret(session: Session) -> str:
    """A key that may do everything."""
    secret = create_key(session, name="house", scopes=list(SCOPES), now=utcnow())[1]
    session.commit()
    return secret


def _document(words: Words) -> dict[str, Any]:
    name = " ".join(words.personal[:2])
    place = {"line1": words.personal[5], "line2": words.personal[6], "postcode": words.personal[7], "name": name}
    person = {"id": words.personal[8], "name": name, "email": words.email, "phone": words.phone}
    line = GOOD["lines"][0] | {"title": words.title}
    parcel = GOOD["shipments"][0] | {"tracking_number": words.parcel}
    return {
        "number": words.number,
        "customer": GOOD["customer"] | person,
        "ship_to": GOOD["ship_to"] | place,
        "lines": [line, line | {"id": "2", "quantity": 1}],
        "shipments": [parcel | {"lines": [{"line": "1", "quantity": 2}, {"line": "2", "quantity": 1}]}],
        "payments": [{"id": words.personal[10], "method": "card", "amount": 6575}],
    }


def _refund(return_: Return, order: Order) -> Refund:
    now = utcnow()
    parts = [{"kind": "item", "amount": 1990, "line": "1", "quantity": 1}]
    return Refund(
        return_id=return_.id, order_id=order.id, idempotency_key=f"r-{return_.ref}", state="due", amount=1990,
        currency="EUR", breakdown={"total": 1990, "currency": "EUR", "parts": parts}, due_on=now.date(), created_at=now,
    )  # fmt: skip


def _refund_elsewhere(order: Order) -> RefundElsewhere:
    return RefundElsewhere(
        order_id=order.id, external_id="re_1", amount=500, currency="EUR", verdict="elsewhere", counted=500,
        lines=[], told_at=utcnow(),
    )  # fmt: skip


def _receipt(return_: Return) -> Receipt:
    line = ReceiptLine(return_line_id=return_.lines[0].id, quantity=1, grade="worn", disposition="repair")
    key, now = f"k-{return_.ref}", utcnow()
    return Receipt(return_id=return_.id, idempotency_key=key, received_at=now, received_by="w", lines=[line])


def _case(session: Session, order: Order, words: Words) -> SupportCase:
    """A question with an answer, both of them personal."""
    new = NewCase(order.id, "late", words.personal[9], "es", f"form-{words.number}-0123456789")
    case, now = open_case(session, new, now=utcnow()), utcnow()
    answer(session, case.id, words.personal[5], by="support@shop.example", form_key="a" * 20, now=now)
    return case


def _message(order: Order, words: Words) -> Message:
    now = utcnow()
    return Message(
        public_id=f"m-{words.number}", dedup_key=words.number, order_id=order.id, kind="order.received",
        purpose="news", channel="email", recipient=words.email, recipient_hash=words.number.encode(), locale="es",
        brand_key="demo", facts={}, state="accepted", subject="Recibido", text=words.email, provider="sandbox",
        created_at=now, happened_at=now, next_try_at=now, accepted_at=now,
    )  # fmt: skip


def _withdrawal(words: Words) -> Withdrawal:
    return Withdrawal(
        ref=read_ref(words.number.replace("-", "")[:8].ljust(8, "0")), form_key=words.number, name=words.personal[0],
        order_text=words.number, receipt_to=words.email, locale="es", stated_at=utcnow(),
    )  # fmt: skip


def _preference(words: Words, order: Order) -> PreferenceLink:
    return PreferenceLink(
        token_hash=digest(f"preferences-{words.parcel[-4:]}"), channel="email", recipient_hash=words.number.encode(),
        recipient_shown="•••", order_id=order.id, locale="es", issued_at=utcnow(),
    )  # fmt: skip


def _draft(session: Session, order: Order) -> None:
    """A return almost asked for, so that every step of the flow opens."""
    line = DraftLine(quantity=1, group=ReasonGroup.CHANGED_MIND, reason="too_small")
    draft = RequestDraft(lines={"2": line}, resolution=Resolution.REFUND, method=Method.DROPOFF)
    save_draft(session, order.id, draft, now=utcnow())

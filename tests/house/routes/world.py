"""A small world with everything that an address can name: two customers, staff of each role, a system with a key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, create_key
from app.api.models import WebhookDelivery, WebhookSubscription
from app.carriers.models import CarrierTrial
from app.core.clock import utcnow
from app.core.tokens import digest, read_ref
from app.events.models import InboxRow
from app.notify.models import InboundText, Message, PreferenceLink, SandboxMessage
from app.orders.lookup import sessions
from app.orders.models import Order
from app.orders.sharing import share
from app.privacy.models import Erasure
from app.returns.elsewhere.models import RefundElsewhere
from app.returns.models import Receipt, ReceiptLine, Refund, Return, Withdrawal
from app.returns.points.keeping import own
from app.returns.points.models import PointImport
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method, Resolution
from app.returns.policy.reasons import ReasonGroup
from app.returns.request.draft import DraftLine, RequestDraft, save_draft
from app.returns.services import request_return
from app.staff.auth.roles import Role
from app.staff.models import Passkey, ProviderRole, SignInProvider, StaffLink, StaffRole, StaffUser
from app.support.cases import NewCase, answer, open_case
from app.support.models import SupportCase
from app.tracking.meanings.table import CarrierWord, say
from app.tracking.models import Shipment
from tests.conftest import SECRET
from tests.orders.build import GOOD, issue_link
from tests.returns.stage import delivered_order

# Sessions beside those of the visitors, by whose they are.
SESSIONS = {"house-session-of-admin": "admin", "house-session-of-clerk": "warehouse"}


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


POINT = {
    "network": "gls", "kind": "store", "name": "Tienda Goya", "line1": "Goya 5", "postcode": "28001", "city": "Madrid",
    "country": "ES", "latitude": 40.4249, "longitude": -3.684, "accepts": "label",
}  # fmt: skip


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
    session.add_all([row, text, mail])
    session.flush()
    names = {"row_id": str(row.id), "text_id": str(text.id), "mail": str(mail.id), **operations(session)}
    session.commit()
    return names


def operations(session: Session) -> dict[str, str]:
    """What admins look after: a webhook and a delivery, a key, a failed job, a carrier's test and code, points."""
    now = utcnow()
    hook = WebhookSubscription(
        public_id="sub_house", url="https://shop.example/hook", kinds=[], sealed_secrets=[], created_at=now
    )
    request = Erasure(ref="ERASURE1", subject=b"x", asked_by="customer:own page", asked_at=now, due_at=now)
    session.add_all([hook, request])
    session.flush()
    sent = WebhookDelivery(
        public_id="del_house", subscription_id=hook.id, event_id=1, kind="order.received", body="{}", created_at=now,
        next_try_at=now,
    )  # fmt: skip
    key, _ = create_key(session, name="wms", scopes=["orders:read"], by="admin@shop.example", now=now)
    session.add(sent)
    session.flush()
    named = {"subscription": hook.public_id, "delivery": sent.public_id, "key_id": str(key.id)}
    return {
        "erasure": request.ref,
        **named,
        "job_id": str(failed_job(session)),
        **carrier_deeds(session, now),
        **point_deeds(session, now),
    }


def carrier_deeds(session: Session, now: datetime) -> dict[str, str]:
    """A test of a carrier, and what was said of one of its codes."""
    trial = CarrierTrial(carrier="gls", number="1", made_by="admin@shop.example", made_at=now, outcome={})
    meaning = say(session, CarrierWord("gls", "ZZ9", None), "lost", by="admin@shop.example", now=now)
    session.add(trial)
    session.flush()
    return {"trial_id": str(trial.id), "meaning_id": str(meaning.id)}


def point_deeds(session: Session, now: datetime) -> dict[str, str]:
    """A point of the shop's own, and a file of points that was checked."""
    point = own.save(session, POINT, external_id="goya", by="admin@shop.example", now=now)
    file = PointImport(
        name="Puntos de mayo.csv",
        content=b"x",
        made_by="admin@shop.example",
        made_at=now,
        checked_at=now,
        outcome={"taken": 1},
    )
    session.add(file)
    session.flush()
    return {"point_id": str(point.id), "point_key": "goya", "import_id": str(file.id)}


def failed_job(session: Session) -> int:
    """A job that the worker gave up."""
    made = "insert into procrastinate_jobs (queue_name, task_name, status) values ('poll', 'make_labels', 'failed')"
    return int(session.execute(text(f"{made} returning id")).scalar_one())


def staff(session: Session) -> dict[str, int]:
    """One member of each role, by role."""
    made = {
        role.value: StaffUser(
            email=f"{role}@shop.example", name=role.value, role=role.value, password_hash="", created_at=utcnow()
        )
        for role in Role
    }
    session.add_all(made.values())
    session.flush()
    admin, clerk = made[Role.ADMIN].id, made[Role.WAREHOUSE].id
    for name, owner in SESSIONS.items():
        sessions.create(session, name, {"_user_id": str(admin if owner == "admin" else clerk)}, now=utcnow())
    session.commit()
    return {role: user.id for role, user in made.items()}


def ways_in(session: Session, member_id: int) -> dict[str, str]:
    """A role of the shop's own, a provider that nobody calls, a passkey of this member, a link to somebody else."""
    now, other = utcnow(), _guest(session)
    session.add(StaffRole(key="house-desk", name="House desk", permissions=["orders"], created_at=now))
    facts = {"issuer": "https://127.0.0.1", "client_id": "house", "secret": "sealed", "changed_at": now}
    session.add(SignInProvider(key="staff", title="House", **facts))
    session.flush()
    session.add(ProviderRole(provider="staff", value="g", role="support", position=1))
    passkey = Passkey(
        staff_id=member_id, name="House key", credential_id=b"house", public_key=b"", handle=b"", sign_count=0,
        created_at=now,
    )  # fmt: skip
    session.add(passkey)
    link = {"purpose": "password", "token_hash": digest("staff-link"), "issued_by": "a", "issued_at": now}
    session.add(StaffLink(staff_id=other, expires_at=now + timedelta(days=1), **link))
    session.commit()
    return {"role_key": "house-desk", "passkey_id": str(passkey.id), "staff_token": "staff-link"}


def _guest(session: Session) -> int:
    guest = StaffUser(
        email="guest@shop.example", name="guest", role="house-desk", password_hash="", created_at=utcnow()
    )
    session.add(guest)
    session.flush()
    return guest.id


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

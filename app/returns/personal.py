"""What the room of returns keeps of a person: what they wrote, where it is collected, labels, statements."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.personal.blanks import NOTHING, each_thinned, thinned, without
from app.personal.claims import Basis, DataSubject, Retained, RoomClaims, TableClaim, Tier, Use, _l
from app.returns.elsewhere.models import RefundElsewhere, ReturnElsewhere, UnitsElsewhere
from app.returns.models import Receipt, ReceiptLine, Refund, Return, ReturnDraft, ReturnLabel, ReturnLine, Withdrawal
from app.returns.points.models import DropOffPoint, PointImport, PostalPlace


def _return(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return Return.order_id.in_(person.order_ids)


def _returns(person: DataSubject) -> ColumnElement[int]:
    return select(Return.id).where(Return.order_id.in_(person.order_ids)).scalar_subquery()


def _line(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return ReturnLine.return_id.in_(_returns(person))


def _draft(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return ReturnDraft.order_id.in_(person.order_ids)


def _label(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return ReturnLabel.return_id.in_(_returns(person))


def _receipt(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return Receipt.return_id.in_(_returns(person))


def _receipt_line(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    receipts = select(Receipt.id).where(Receipt.return_id.in_(_returns(person)))
    return ReceiptLine.receipt_id.in_(receipts)


def _refund(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return Refund.order_id.in_(person.order_ids)


def _statement(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Of their orders, or made with their address, whatever it was about."""
    stated = func.lower(Withdrawal.receipt_to).in_({*person.emails, *person.phones})
    return Withdrawal.order_id.in_(person.order_ids) | stated


def _refund_elsewhere(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return RefundElsewhere.order_id.in_(person.order_ids)


def _return_elsewhere(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return ReturnElsewhere.order_id.in_(person.order_ids)


def _units(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return UnitsElsewhere.order_id.in_(person.order_ids)


_over = Return.decision.in_(("rejected", "cancelled", "expired")) | Return.goods.in_(
    ("received", "inspected", "sent_back")
)
_RETURN = TableClaim(
    model=Return,
    purpose=_l("How far a return is, and what is owed for it"),
    tier=Tier.LINK,
    term="returns",
    since=Return.changed_at,
    ended=_over,
    plain="""id ref order_id decision goods initiated_by method point_id shipment_id carrier label_number deadline
        currency quote cap verdict requested_at decided_at handed_over_at received_at inspected_at cancelled_at
        reminded_at changed_at""",
    staff="decided_by",
    personal={
        "point": Use("Where the customer takes it", NOTHING, Tier.CODE),
        "pickup": Use(
            "When and where it is collected", without("pickup", "note", "reason", "address", "by"), Tier.CODE
        ),
        "adjustments": Use(
            "Why an amount was changed", each_thinned("adjustments", "amount", "total", "at", "by"), Tier.STAFF
        ),
        "decision_reason": Use("Why it was refused, in words", NOTHING),
    },
    of=_return,
)
_LINE = TableClaim(
    model=ReturnLine,
    purpose=_l("What comes back, and why"),
    tier=Tier.LINK,
    term="with",
    plain="id return_id order_line_id quantity door reason resolution refund",
    personal={"comment": Use("What the customer wrote about it", NOTHING)},
    of=_line,
)
_DRAFT = TableClaim(
    model=ReturnDraft,
    purpose=_l("A return that is being filled in"),
    tier=Tier.CODE,
    term="drafts",
    since=ReturnDraft.changed_at,
    plain="order_id changed_at",
    personal={"data": Use("What was filled in so far", {})},
    of=_draft,
    deleted=True,
)
_LABEL = TableClaim(
    model=ReturnLabel,
    purpose=_l("A carrier's label for a return"),
    tier=Tier.CODE,
    term="labels",
    since=ReturnLabel.made_at,
    plain="shipment_id return_id maker tries next_try_at made_at",
    personal={
        "pdf": Use("The label with the sender's address", NOTHING),
        "zpl": Use("The same for label printers", NOTHING),
    },
    of=_label,
)
_RECEIPT = TableClaim(
    model=Receipt,
    purpose=_l("What the warehouse booked"),
    term="with",
    plain="id return_id idempotency_key received_at odd voided_at",
    staff="received_by",
    personal={"note": Use("What a clerk noted of a parcel", NOTHING)},
    of=_receipt,
)
_RECEIPT_LINE = TableClaim(
    model=ReceiptLine,
    purpose=_l("What was inside, and how it was"),
    term="with",
    plain="id receipt_id return_line_id order_line_id quantity grade disposition",
    personal={"description": Use("What a thing was that nobody announced", NOTHING)},
    of=_receipt_line,
)
_REFUND = TableClaim(
    model=Refund,
    purpose=_l("Money that was given back"),
    basis=Basis.DUTY,
    tier=Tier.LINK,
    term="orders",
    plain="""id return_id order_id idempotency_key state amount currency breakdown due_on created_at approved_at paid_at
        reference voided_at replaces""",
    staff="approved_by paid_by voided_by",
    # A refund that was voided has a reason, by the table's own rule; its words go, that there was one stays.
    personal={"void_reason": Use("Why it isn't owed any more", func.left(Refund.void_reason, 0), Tier.STAFF)},
    of=_refund,
)
_STATEMENT = TableClaim(
    model=Withdrawal,
    purpose=_l("Proof that a right was used"),
    basis=Basis.DUTY,
    term="withdrawals",
    since=Withdrawal.stated_at,
    plain="id ref locale stated_at order_id matched_at review own receipt_at notice_at",
    hidden="form_key client",
    personal={
        "name": Use("Who stated it", ""),
        "order_text": Use("Which order, as it was typed", ""),
        "receipt_to": Use("Where the acknowledgement went", ""),
        "items_text": Use("Which items", NOTHING),
        "shown": Use("What the page said when it was confirmed", thinned("shown", "law")),
    },
    of=_statement,
    retained=Retained("It proves that a right was used, as long as claims can be made.", "withdrawals", "stated_at"),
)
_ELSEWHERE = (
    TableClaim(
        model=RefundElsewhere,
        purpose=_l("Money that the shop's system gave back"),
        basis=Basis.DUTY,
        term="orders",
        plain="""id order_id external_id amount currency made_at key lines verdict refund_id further_ids counted told_at
            decided_at""",
        staff="decided_by",
        personal={"reason": Use("Why", NOTHING)},
        of=_refund_elsewhere,
    ),
    TableClaim(
        model=ReturnElsewhere,
        purpose=_l("Returns made in the shop's system"),
        term="orders",
        plain="id order_id external_id stage kind key made_at told_at",
        personal={
            "lines": Use("What came back, and why", each_thinned("lines", "line", "quantity", "received", "damaged"))
        },
        of=_return_elsewhere,
    ),
    TableClaim(
        model=UnitsElsewhere,
        purpose=_l("How many units came back elsewhere"),
        term="orders",
        plain="order_line_id order_id counted elsewhere correction changed_at",
        staff="corrected_by",
        personal={"reason": Use("Why a person put it right", NOTHING)},
        of=_units,
    ),
)
_PLACES = (
    TableClaim(
        model=DropOffPoint,
        purpose="Where returns can be taken",
        basis=Basis.INTEREST,
        tier=Tier.LINK,
        term="shop",
        plain="""id network external_id kind name line1 postcode city city_folded country latitude longitude approximate
            location time_zone opening_hours accepts active imported_at""",
        staff="made_by",
    ),
    TableClaim(
        model=PointImport,
        purpose="A file of drop-off points until it is brought in",
        basis=Basis.INTEREST,
        term="shop",
        plain="id name content whole made_at checked_at wanted_at done_at lines outcome",
        staff="made_by",
    ),
    TableClaim(
        model=PostalPlace,
        purpose="Where postcodes lie",
        basis=Basis.INTEREST,
        tier=Tier.LINK,
        term="shop",
        plain="country postcode place folded region latitude longitude",
    ),
)

PERSONAL = RoomClaims(
    "returns",
    (_RETURN, _LINE, _DRAFT, _LABEL, _RECEIPT, _RECEIPT_LINE, _REFUND, _STATEMENT, *_ELSEWHERE, *_PLACES),
)

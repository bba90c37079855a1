"""Actions on a return over HTTP: each new state is a resource of its own."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, NothingMore, Operation, acting, operation
from app.api.v1 import examples
from app.api.v1.returns.answers import ReturnAnswer
from app.api.v1.returns.documents import ApprovalDocument, ReceiptDocument, RefundDocument, RejectionDocument
from app.api.v1.returns.routes import current_answer, named_return
from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.errors import Conflict, Fault, Invalid
from app.returns import services
from app.returns.receiving.record import book_receipt, correct_receipt
from app.returns.records import RefundRecord, ReturnRecord
from app.returns.refunds.pay import DUE, pay_refund


@api.post("/returns/<ref>/approval")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Approve a return"),
        body=ApprovalDocument,
        answer=ReturnAnswer,
        example=examples.APPROVAL,
        audit="return.approved",
    )
)
def post_approval(session: Session, ref: str, body: ApprovalDocument) -> Answer:
    """Approve; once more changes nothing."""
    return_ = named_return(session, ref)
    services.approve(session, return_.id, by=acting(), reason=body.reason, now=utcnow())
    return current_answer(session, return_, audit.reason(body.reason))


@api.post("/returns/<ref>/rejection")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Reject a return"),
        notes=_l("The customer reads the reason."),
        body=RejectionDocument,
        answer=ReturnAnswer,
        example=examples.REJECTION,
        audit="return.rejected",
    )
)
def post_rejection(session: Session, ref: str, body: RejectionDocument) -> Answer:
    """Reject, until the goods are under way."""
    return_ = named_return(session, ref)
    services.reject(session, return_.id, by=acting(), reason=body.reason, now=utcnow())
    return current_answer(session, return_, audit.reason(body.reason))


@api.post("/returns/<ref>/cancellation")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Cancel a return"),
        notes=_l("Possible until the parcel is handed over."),
        body=NothingMore,
        answer=ReturnAnswer,
        example={},
        audit="return.cancelled",
    )
)
def post_cancellation(session: Session, ref: str, body: NothingMore) -> Answer:
    """Cancel, until the goods are under way."""
    return_ = named_return(session, ref)
    services.cancel(session, return_.id, by=acting(), now=utcnow())
    return current_answer(session, return_)


@api.post("/returns/<ref>/receipts")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Book what the warehouse got"),
        notes=_l("In part or in whole; what follows from it falls due. The same id again changes nothing."),
        body=ReceiptDocument,
        answer=ReturnAnswer,
        example=examples.RECEIPT,
        audit="receipt.booked",
    )
)
def post_receipt(session: Session, ref: str, body: ReceiptDocument) -> Answer:
    """Book one parcel's contents."""
    return_ = named_return(session, ref)
    receipt, by, now = body.receipt(), acting(), utcnow()
    if body.corrects is None:
        book_receipt(session, return_.id, receipt, by=by, idempotency_key=body.id, now=now)
        return current_answer(session, return_)
    # Among this return's only: an id alone must not reach another one's receipts.
    wrong = next((candidate for candidate in return_.receipts if candidate.idempotency_key == body.corrects), None)
    if wrong is None:
        raise Invalid([Fault("/corrects", "This return has no such receipt")])
    correct_receipt(session, wrong.id, receipt, by=by, idempotency_key=body.id, now=now)
    return current_answer(session, return_)


@api.post("/returns/<ref>/refunds")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Book that a refund was paid"),
        notes=_l("Booking it again with the same reference changes nothing."),
        body=RefundDocument,
        answer=ReturnAnswer,
        example=examples.REFUND,
        audit="refund.paid",
    )
)
def post_refund(session: Session, ref: str, body: RefundDocument) -> Answer:
    """Book a payment of what is due."""
    return_ = named_return(session, ref)
    refund = _meant(return_, body)
    # A system that paid another sum than is due must hear of it before two books differ.
    if body.amount is not None and body.amount != refund.amount:
        raise Invalid([Fault("/amount", f"{refund.amount} is due")])
    paid = pay_refund(session, refund.id, reference=body.reference, by=acting(), now=utcnow())
    return current_answer(session, return_, {"amount": paid.amount, "currency": paid.currency})


def _meant(return_: ReturnRecord, body: RefundDocument) -> RefundRecord:
    """The refund a document means. Raises Invalid or Conflict."""
    if body.refund is not None:
        for refund in return_.refunds:
            if refund.idempotency_key == body.refund:
                return refund
        raise Invalid([Fault("/refund", "This return has no such refund")])
    # A repetition means the refund that it booked, though another may have fallen due since.
    same_reference = [refund for refund in return_.refunds if refund.reference == body.reference]
    due = same_reference or [refund for refund in return_.refunds if refund.state == DUE]
    if not due:
        raise Conflict("No refund of this return is due.")
    if len(due) > 1:
        raise Invalid([Fault("/refund", "Several refunds are due: say which")])
    return due[0]

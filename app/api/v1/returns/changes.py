"""What a person says of a return over HTTP: another amount, more lines, goods that go back."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, NothingMore, Operation, acting, operation
from app.api.v1 import examples
from app.api.v1.returns.answers import ReturnAnswer
from app.api.v1.returns.documents import AddedLinesDocument, AmountDocument
from app.api.v1.returns.routes import current_answer, named_return
from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.errors import Fault, Invalid
from app.returns import services


@api.post("/returns/<ref>/amount")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Pay another amount"),
        notes=_l(
            "For the whole return, or for one refund that is due, 0 to make it void: from what is paid already to what "
            "is left of the order's money. The customer reads the reason."
        ),
        body=AmountDocument,
        answer=ReturnAnswer,
        example=examples.AMOUNT,
        audit="refund.changed",
    )
)
def post_amount(session: Session, ref: str, body: AmountDocument) -> Answer:
    """Say what the return, or a refund of it, pays instead of what was reckoned."""
    return_ = named_return(session, ref)
    noted = {"amount_set": body.amount, **audit.reason(body.reason)}
    if body.refund is None:
        services.change_amount(session, return_.id, amount=body.amount, reason=body.reason, by=acting(), now=utcnow())
        return current_answer(session, return_, noted)
    # Among this return's only: an id alone must not reach another one's refunds.
    refund = next((candidate for candidate in return_.refunds if candidate.idempotency_key == body.refund), None)
    if refund is None:
        raise Invalid([Fault("/refund", "This return has no such refund")])
    services.change_refund(session, refund.id, amount=body.amount, reason=body.reason, by=acting(), now=utcnow())
    return current_answer(session, return_, noted | {"refund": refund.id})


@api.post("/returns/<ref>/lines")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Add lines to a return"),
        notes=_l("For parcels that nobody announced and for more than was announced, up to what was sold."),
        body=AddedLinesDocument,
        answer=ReturnAnswer,
        example=examples.ADDED_LINES,
        audit="return.lines_added",
    )
)
def post_lines(session: Session, ref: str, body: AddedLinesDocument) -> Answer:
    """Say that a return holds more; it is priced as the order was."""
    return_ = named_return(session, ref)
    services.add_lines(session, return_.id, body.units(), reason=body.reason, by=acting(), now=utcnow())
    return current_answer(session, return_, audit.reason(body.reason))


@api.post("/returns/<ref>/sending-back")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Send rejected goods back"),
        notes=_l("The goods have left for the customer again: the receipts stand no more, and the items are free."),
        body=NothingMore,
        answer=ReturnAnswer,
        example={},
        audit="return.sent_back",
    )
)
def post_sending_back(session: Session, ref: str, body: NothingMore) -> Answer:
    """Book that rejected goods left the warehouse."""
    return_ = named_return(session, ref)
    services.send_back(session, return_.id, by=acting(), now=utcnow())
    return current_answer(session, return_)

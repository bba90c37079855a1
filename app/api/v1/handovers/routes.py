"""A link for a customer who is signed in with the shop, for shops that would rather call than sign."""

from datetime import datetime
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, Operation, operation
from app.core.clock import utcnow
from app.core.errors import Conflict, Fault, Invalid
from app.core.settings import clear
from app.core.settings.customers import HandoverSettings
from app.core.tokens import digest
from app.core.web import settings
from app.orders.contacts.contact_points import email_key
from app.orders.document.fields import LongWord
from app.orders.handover.tokens import LIFE, Visit, sign
from app.orders.handover.ways_in import safe_path

EXAMPLE = {"email": "marisol@example.com", "order": "10482"}
Path = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=500)]


class HandoverDocument(BaseModel, extra="forbid"):
    """Who comes, and where to: an order by its number, or a page of the portal by its path."""

    email: Annotated[str, Field(strict=True, max_length=254)]
    order: LongWord | None = None
    return_to: Path | None = None
    locale: Annotated[str, Field(strict=True, max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z]{2,4})*$")] | None = (
        None
    )


class HandoverAnswer(BaseModel):
    """Where to send the customer's browser, once and until then."""

    url: str
    expires_at: datetime


@api.post("/handovers")
@operation(
    Operation(
        scope="handovers:write",
        summary=_l("Make a link for a customer who is signed in with the shop"),
        notes=_l("It works once, for five minutes, and opens every order of the address as a one-time code does."),
        body=HandoverDocument,
        answer=HandoverAnswer,
        status=201,
        example=EXAMPLE,
        audit="handover.made",
    )
)
def post_handover(_session: Session, body: HandoverDocument) -> Answer:
    """Sign a link; only call for whom the shop has signed in."""
    secrets = clear(settings().of(HandoverSettings).customers_secret)
    if not secrets:
        raise Conflict("Make a secret first: connection customers-link.")
    email = email_key(body.email)
    faults = [] if email else [Fault("/email", "must be an e-mail address")]
    if body.return_to is not None and safe_path(body.return_to) is None:
        faults.append(Fault("/return_to", "must be a path of the portal, such as /account"))
    # Every fault at once: whoever connects a shop mends them in one go.
    if email is None or faults:
        raise Invalid(faults)
    # The first secret signs; the others only open what was signed before they were replaced.
    now, origin = utcnow(), settings().public_url
    visit = Visit(email, body.order, body.return_to, body.locale)
    token, token_id = sign(visit, secrets[0], audience=origin, now=now)
    # Of the customer nothing: which link it was can be told by whoever has it.
    noted = Noted(digest(token_id).hex()[:16], None, {})
    return Answer(HandoverAnswer(url=f"{origin}/from-shop/{token}", expires_at=now + LIFE), status=201, noted=noted)

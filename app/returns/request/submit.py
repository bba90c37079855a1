"""Makes a return of the draft that was seen: once, and only if it is still what the check page showed."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.tokens import digest
from app.orders.services import whole_order
from app.returns.policy.quote import Quote, quote_document, read_basis
from app.returns.request.draft import LONGEST_DAYS, RequestDraft, load_draft, save_draft
from app.returns.request.flow import fitting, quote_of
from app.returns.services import request_return


class DraftChanged(Conflict):
    """The draft is no longer the one that was seen."""


def fingerprint(draft: RequestDraft, quote: Quote) -> str:
    """What the check page shows, so short that a form carries it: the draft and, after a dot, what it leads to."""
    doubts = [finding.code for finding in quote.evaluation.doubts]
    led_to = quote_document(quote) | {"until": quote.promise.hand_over_until.isoformat(), "doubts": doubts}
    return f"{_short(draft.model_dump(mode='json'))}.{_short(led_to)}"


def submit(session: Session, order_id: int, *, seen: str, now: datetime) -> str | None:
    """The reference of the return that the order's draft becomes, or became before; None where a step is still open.

    Raises DraftChanged when the draft, Conflict when only its money or its dates differ from what was ``seen``.
    """
    # As long as any policy allows: the page that sends this form was shown while the draft was still kept.
    draft = load_draft(session, order_id, days=LONGEST_DAYS, now=now, lock=True)
    if draft.done is not None:
        return draft.done
    basis = read_basis(session, whole_order(session, order_id), now=now)
    draft = fitting(draft, basis.eligibility)
    if draft.first_open() != "check":
        return None
    quote = quote_of(basis, draft)
    _compare(seen, fingerprint(draft, quote))
    request = draft.request(shown_total=quote.total)
    return_ = request_return(session, order_id, request, by="customer", now=now, point=draft.point)
    save_draft(session, order_id, RequestDraft(done=return_.ref), now=now)
    return return_.ref


def _compare(seen: str, current: str) -> None:
    if seen == current:
        return
    if seen.partition(".")[0] != current.partition(".")[0]:
        raise DraftChanged("The draft has changed since it was shown.")
    raise Conflict("The refund has changed since it was shown.")


def _short(document: dict[str, Any]) -> str:
    return digest(json.dumps(document, sort_keys=True)).hex()[:20]

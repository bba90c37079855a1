"""One visit to the return flow: the order, what can come back, the draft so far, and the way from step to step."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import g, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, see_other
from app.orders.lookup.guard import require_tier
from app.orders.records import OrderLineRecord, OrderRecord
from app.orders.services import whole_order
from app.returns.policy.eligibility import Eligibility
from app.returns.policy.order_facts import policy_of
from app.returns.policy.quote import Quote, QuoteBasis, make_quote, read_basis
from app.returns.request.draft import STEPS, RequestDraft, load_draft, save_draft

Errors = list[tuple[str, str]]


@dataclass(frozen=True)
class Flow:
    """Everything a step needs."""

    ref: str
    session: Session
    basis: QuoteBasis
    draft: RequestDraft
    now: datetime

    @property
    def order(self) -> OrderRecord:
        """The order."""
        return self.basis.order

    @property
    def chosen(self) -> list[OrderLineRecord]:
        """The order lines in the draft, in the order's own order."""
        return [line for line in self.order.lines if line.line_id in self.draft.lines]

    def quote(self) -> Quote:
        """What the draft would lead to as it stands."""
        request = self.draft.request()
        # Money and its date stand on each page from the third step on, which is before a way back is chosen.
        if self.draft.method is None:
            request = replace(request, method=self.basis.policy.methods[0])
        return make_quote(self.basis, request)

    def on(self, step: str) -> Response:
        """Keep the draft and go to a step, or to an earlier one that still wants an answer."""
        with transaction(self.session):
            save_draft(self.session, self.order.id, self.draft, now=self.now)
        return self.to(step)

    def to(self, step: str) -> Response:
        """Go to a step."""
        target = step if self.draft.may_see(step) else self.draft.first_open()
        return see_other(url_for(f"return_flow.{target}", ref=self.ref))

    def page(self, step: str, errors: Errors, **more: Any) -> tuple[str, int]:
        """The step's page; 422 with errors."""
        number = STEPS.index(step) + 1
        back = url_for(f"return_flow.{STEPS[number - 2]}", ref=self.ref) if number > 1 else f"/o/{self.ref}"
        body = render_template(
            f"returns/{step}.html",
            flow=self, order=self.order, draft=self.draft, step=number, steps=len(STEPS), back=back,
            errors=errors, faults=dict(errors), **more,
        )  # fmt: skip
        return body, 422 if errors else 200


def open_flow(ref: str) -> Flow:
    """Open the flow for someone who has shown that the order is theirs (T2)."""
    # Whoever only has the link may look; what changes something takes the code sent to the address on file.
    grant = require_tier(ref, 2)
    session, now = db_session(), utcnow()
    order = whole_order(session, grant.order_id)
    g.locale, g.brand = order.locale, order.brand
    g.withdraws_from = order
    draft = load_draft(session, order.id, days=policy_of(order).draft_days, now=now)
    basis = read_basis(session, order, now=now)
    # A finished draft is kept only so that a second press finds its return: who starts again starts anew.
    return Flow(ref, session, basis, RequestDraft() if draft.done else _possible(draft, basis.eligibility), now)


def _possible(draft: RequestDraft, eligibility: Eligibility) -> RequestDraft:
    """The draft without lines that have gone from the order, or into another return, since it was kept."""
    left = {answer.line_id: answer.left for answer in eligibility.lines if answer.allowed}
    lines = {line_id: line for line_id, line in draft.lines.items() if line.quantity <= left.get(line_id, 0)}
    return draft.model_copy(update={"lines": lines})

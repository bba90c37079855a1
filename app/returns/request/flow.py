"""One visit to the return flow: the order, what can come back, the draft so far, and the way from step to step."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, see_other
from app.orders.lookup.guard import require_tier
from app.orders.records import OrderLineRecord, OrderRecord
from app.orders.services import whole_order
from app.returns.policy.decision import offered_methods
from app.returns.policy.eligibility import Eligibility
from app.returns.policy.order_facts import policy_of
from app.returns.policy.policy import Method, Resolution
from app.returns.policy.quote import Quote, QuoteBasis, make_quote, read_basis
from app.returns.request.draft import DraftLine, RequestDraft, load_draft, save_draft, steps_of

Errors = list[tuple[str, str]]


@dataclass(frozen=True)
class Flow:
    """Everything a step needs; ``changing`` is true for who came from the check page, and goes back there.

    ``overrides``: somebody of the shop fills it in, who may also choose what the policy refuses.
    """

    ref: str
    session: Session
    basis: QuoteBasis
    draft: RequestDraft
    now: datetime
    changing: bool = False
    overrides: bool = False

    @property
    def order(self) -> OrderRecord:
        """The order."""
        return self.basis.order

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that this return has."""
        return steps_of(len(self.basis.eligibility.resolutions))

    @property
    def chosen(self) -> list[OrderLineRecord]:
        """The order lines in the draft, in the order's own order."""
        return [line for line in self.order.lines if line.line_id in self.draft.lines]

    @property
    def methods(self) -> tuple[Method, ...]:
        """The ways back that what is chosen can take."""
        return offered_methods(self.draft.request().lines, self.basis.eligibility)

    def quote(self) -> Quote:
        """What the draft would lead to as it stands."""
        return quote_of(self.basis, self.draft)

    def url(self, step: str) -> str:
        """Where a form of this step, or on the way to it, is sent."""
        change = 1 if self.changing and step != "check" else None
        return url_for(f"return_flow.{step}", ref=self.ref, change=change)

    def change_url(self, step: str) -> str:
        """Where what stands on the check page is changed."""
        return url_for(f"return_flow.{step}", ref=self.ref, change=1)

    def after(self, step: str) -> Response:
        """Keep the draft and go on: to the step after this one, or back to the check page."""
        return self.on("check" if self.changing else self.steps[self.steps.index(step) + 1])

    def on(self, step: str) -> Response:
        """Keep the draft and go to a step, or to an earlier one that still wants an answer."""
        with transaction(self.session):
            save_draft(self.session, self.order.id, self.draft, now=self.now)
        return self.to(step)

    def to(self, step: str) -> Response:
        """Go to a step; to the next one where this return has no such step."""
        here = step if step in self.steps else "method"
        return see_other(self.url(here if self.draft.may_see(here) else self.draft.first_open()))

    def page(self, step: str, errors: Errors, **more: Any) -> tuple[str, int]:
        """The step's page; 422 with errors."""
        number = self.steps.index(step) + 1
        before = "check" if self.changing else self.steps[number - 2]
        first = number == 1 and not self.changing
        back = f"/o/{self.ref}" if first else url_for(f"return_flow.{before}", ref=self.ref)
        context = {"action": self.url(step)} | more
        body = render_template(
            f"returns/{step}.html",
            flow=self, order=self.order, draft=self.draft, step=number, steps=len(self.steps), back=back,
            errors=errors, faults=dict(errors), **context,
        )  # fmt: skip
        return body, 422 if errors else 200


def quote_of(basis: QuoteBasis, draft: RequestDraft) -> Quote:
    """What a draft would lead to as it stands."""
    asked_for = draft.request()
    # Money and its date are shown before a way back is chosen.
    if draft.method is None:
        asked_for = replace(asked_for, method=offered_methods(asked_for.lines, basis.eligibility)[0])
    return make_quote(basis, asked_for)


def open_flow(ref: str, *, anew: bool = False) -> Flow:
    """Open the flow for someone who has shown that the order is theirs (T2); ``anew`` leaves an older draft alone."""
    # Whoever only has the link may look; what changes something takes the code sent to the address on file.
    grant = require_tier(ref, 2)
    session, now = db_session(), utcnow()
    order = whole_order(session, grant.order_id)
    g.locale, g.brand = order.locale, order.brand
    g.withdraws_from = order
    stored = RequestDraft() if anew else load_draft(session, order.id, days=policy_of(order).draft_days, now=now)
    basis = read_basis(session, order, now=now)
    # A finished draft is kept only so that a second press finds its return: who starts again starts anew.
    draft = fitting(RequestDraft() if stored.done else stored, basis.eligibility)
    return Flow(ref, session, basis, draft, now, changing=bool(request.args.get("change")))


def fitting(draft: RequestDraft, eligibility: Eligibility) -> RequestDraft:
    """The draft as it still holds: without lines that have gone since, and with the one outcome where there is one."""
    left = {answer.line_id: answer.left for answer in eligibility.lines if answer.allowed}
    lines = {
        line_id: line if _still_offered(line, line_id, eligibility) else line.model_copy(update={"reason": None})
        for line_id, line in draft.lines.items()
        if line.quantity <= left.get(line_id, 0)
    }
    outcomes = eligibility.resolutions
    # Of one outcome, or none, nothing is asked; none is refused with its sentence when the return is made.
    outcome = next(iter(outcomes), Resolution.REFUND) if len(outcomes) < 2 else draft.resolution
    return draft.model_copy(update={"lines": lines, "resolution": outcome})


def _still_offered(line: DraftLine, line_id: str, eligibility: Eligibility) -> bool:
    """Whether the reason of a draft can still be chosen: it may have been retired since."""
    reason, answer = eligibility.reasons.find(line.reason or ""), eligibility.line(line_id)
    return bool(reason and answer and reason.suits(answer.category))

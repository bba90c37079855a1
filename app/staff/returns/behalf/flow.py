"""One visit of a member to the steps of a return: what is filled in rests in their own session."""

from dataclasses import replace
from typing import Any

from flask import abort, render_template, request, url_for
from flask import session as browser
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.web import db_session, see_other
from app.returns.policy.policy import Resolution
from app.returns.policy.quote import read_basis
from app.returns.request.draft import RequestDraft, read_draft
from app.returns.request.flow import Errors, Flow
from app.staff.orders.page import find_order

STEPS = ("items", "method", "check")
# The session is read on every request: the returns that were begun first are forgotten.
KEY, MOST = "returns_for", 5


class BehalfFlow(Flow):
    """The customer's flow under the console's addresses."""

    def url(self, step: str) -> str:
        """Where a form of this step is sent."""
        return url_for(f"behalf.{step}", ref=self.ref)

    def change_url(self, step: str) -> str:
        """The same: what comes after a step that is changed is looked at again."""
        return self.url("method" if step == "outcome" else step)

    def on(self, step: str) -> Response:
        """Keep what is filled in, and go to a step."""
        keep_draft(self.ref, self.draft)
        return see_other(self.url(step))

    def page(self, step: str, errors: Errors, **more: Any) -> tuple[str, int]:
        """The step's page; 422 with errors."""
        # From the first step back leads out: there is nothing before it that could be undone.
        number = STEPS.index(step)
        order_url = url_for("console.order", ref=self.ref)
        body = render_template(
            f"staff/returns/behalf/{step}.html",
            flow=self, order=self.order, draft=self.draft, step=number + 1, steps=len(STEPS),
            back=self.url(STEPS[number - 1]) if number else order_url, order_url=order_url,
            errors=errors, faults=dict(errors), action=self.url(step), **more,
        )  # fmt: skip
        return body, 422 if errors else 200


def open_behalf(ref: str) -> BehalfFlow:
    """Open the steps for an order, with what this member has filled in so far."""
    order, now = find_order(db_session(), ref), utcnow()
    # Its customer sees it no more; what comes of it all the same is booked where it arrives.
    if order.removed:
        abort(404)
    basis = read_basis(db_session(), order, now=now)
    draft = kept_draft(order.ref)
    # There is one way for a return to end: nothing is asked about it.
    draft = draft.model_copy(update={"resolution": next(iter(basis.eligibility.resolutions), Resolution.REFUND)})
    left = {answer.line_id: answer.left for answer in basis.eligibility.lines}
    lines = {line_id: line for line_id, line in draft.lines.items() if line.quantity <= left.get(line_id, 0)}
    # A finished one keeps its lines: a second press must find the return that the first has made of them.
    draft = draft if draft.done else draft.model_copy(update={"lines": lines})
    return BehalfFlow(order.ref, db_session(), basis, draft, now, overrides=True)


def begun_anew(flow: BehalfFlow) -> BehalfFlow:
    """The same for who begins: what a return was made of is not filled in again."""
    return replace(flow, draft=RequestDraft(resolution=flow.draft.resolution)) if flow.draft.done else flow


def kept_draft(ref: str) -> RequestDraft:
    """What this member has filled in for an order."""
    return read_draft(browser.get(KEY, {}).get(ref, {}))


def keep_draft(ref: str, draft: RequestDraft) -> None:
    """Keep it in their session."""
    others = {one: written for one, written in browser.get(KEY, {}).items() if one != ref}
    # As text: a session holds plain JSON alone.
    written = draft.model_dump(mode="json", exclude_defaults=True)
    browser[KEY] = dict([*others.items(), (ref, written)][-MOST:])


def is_post() -> bool:
    """Whether a form was sent."""
    return request.method == "POST"

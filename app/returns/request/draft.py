"""What a customer has filled in so far, step by step, and which step comes next."""

from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.returns.models import ReturnDraft
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method, Resolution
from app.returns.policy.reasons import ReasonGroup

STEPS = ("items", "outcome", "method", "check")


def steps_of(outcomes: int) -> tuple[str, ...]:
    """The steps of a return: where only one outcome is offered there is nothing to ask about it."""
    return tuple(step for step in STEPS if step != "outcome" or outcomes > 1)


class DraftLine(BaseModel):
    """One chosen line."""

    quantity: int
    group: ReasonGroup | None = None
    reason: str | None = None
    note: str = ""

    @property
    def explained(self) -> bool:
        """True when the reason is known."""
        return self.reason is not None and self.group is not None


class RequestDraft(BaseModel):
    """An unfinished request; ``done`` is the reference of the return it became."""

    lines: dict[str, DraftLine] = Field(default_factory=dict)
    resolution: Resolution | None = None
    method: Method | None = None
    point_id: int | None = None
    point: dict[str, Any] | None = None
    pickup_on: date | None = None
    near: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    done: str | None = None

    def first_open(self) -> str:
        """The first step that still wants an answer."""
        wanting = {
            "items": not self.lines or not all(line.explained for line in self.lines.values()),
            "outcome": self.resolution is None,
            "method": self.method is None,
        }
        return next((step for step, open_ in wanting.items() if open_), "check")

    def may_see(self, step: str) -> bool:
        """True when every earlier step is answered."""
        return STEPS.index(step) <= STEPS.index(self.first_open())

    def request(self, *, shown_total: int | None = None) -> ReturnRequest:
        """The request as far as it is known; what is not yet chosen is taken as the cheapest usual answer."""
        lines = tuple(
            LineRequest(line_id, line.quantity, line.reason or "", line.note) for line_id, line in self.lines.items()
        )
        return ReturnRequest(
            lines,
            self.method or Method.DROPOFF,
            self.resolution or Resolution.REFUND,
            self.point_id,
            self.pickup_on if self.method is Method.PICKUP else None,
            shown_total,
        )


def read_draft(data: dict[str, Any]) -> RequestDraft:
    """A kept draft; one that an older release wrote and that cannot be read any more starts anew."""
    try:
        return RequestDraft.model_validate(data)
    except ValidationError:
        return RequestDraft()


# The longest that a policy may keep a draft (``Policy.draft_days``).
LONGEST_DAYS = 30


def load_draft(session: Session, order_id: int, *, days: int, now: datetime, lock: bool = False) -> RequestDraft:
    """The order's draft, or an empty one when there is none or it is too old."""
    statement = select(ReturnDraft).where(ReturnDraft.order_id == order_id)
    # Locked only where the return is made: of two presses the second waits, and finds the return of the first.
    stored = session.scalar(statement.with_for_update() if lock else statement)
    if stored is None or stored.changed_at < now - timedelta(days=days):
        return RequestDraft()
    return read_draft(stored.data)


def save_draft(session: Session, order_id: int, draft: RequestDraft, *, now: datetime) -> None:
    """Keep the draft in place of the one before."""
    data = draft.model_dump(mode="json", exclude_defaults=True)
    statement = insert(ReturnDraft).values(order_id=order_id, data=data, changed_at=now)
    # One statement: of two tabs that save at once the later one stays, and neither fails.
    session.execute(
        statement.on_conflict_do_update(index_elements=["order_id"], set_={"data": data, "changed_at": now})
    )


def sweep_drafts(session: Session, *, now: datetime) -> None:
    """Forget drafts that no policy keeps any more."""
    session.execute(delete(ReturnDraft).where(ReturnDraft.changed_at < now - timedelta(days=LONGEST_DAYS)))

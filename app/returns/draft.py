"""What a customer has filled in so far, step by step, and which step comes next."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from app.returns.judgement import LineRequest, ReturnRequest
from app.returns.policy import Method, Resolution
from app.returns.reasons import ReasonGroup, find_reason

STEPS = ("items", "reason", "outcome", "method", "check")


class DraftLine(BaseModel):
    """One chosen line."""

    quantity: int
    door: ReasonGroup | None = None
    reason: str | None = None
    note: str = ""

    @property
    def explained(self) -> bool:
        """True when the reason is known."""
        return self.reason is not None and find_reason(self.reason) is not None


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
            "items": not self.lines,
            "reason": not all(line.explained for line in self.lines.values()),
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

"""The answer to a batch: a verdict for each item, as if it had been sent alone."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from app.api.problems import Problem, fault_entry
from app.core.errors import Fault


class FaultAnswer(BaseModel):
    """One fault: ``pointer`` leads to its place in the body that was sent."""

    pointer: str
    detail: str


class BatchVerdict(BaseModel):
    """What came of one item; ``status`` is 200, 201, 422, or 503 for what should be sent again."""

    index: int
    status: int
    errors: list[FaultAnswer] = []


class BatchAnswer(BaseModel):
    """What came of all of them."""

    accepted: int
    refused: int
    results: Sequence[BatchVerdict]


Whole = TypeVar("Whole", bound=BatchAnswer)


def told(faults: list[Fault]) -> list[FaultAnswer]:
    """Faults as the answer tells them."""
    return [FaultAnswer(**fault_entry(fault)) for fault in faults]


def batch_answer(shape: type[Whole], verdicts: Sequence[BatchVerdict]) -> Whole:
    """Count the verdicts. Raises Problem 422 or 503, with the verdicts beside it, when not one item is good."""
    refused = sum(verdict.status >= 400 for verdict in verdicts)
    answer = shape.model_construct(accepted=len(verdicts) - refused, refused=refused, results=verdicts)
    if refused == len(verdicts):
        faults = [Fault(each.pointer.removeprefix("#"), each.detail) for verdict in verdicts for each in verdict.errors]
        busy = any(verdict.status == 503 for verdict in verdicts)
        raise Problem(
            503 if busy else 422,
            "Nothing in this batch could be taken.",
            found=faults,
            beside=answer.model_dump(),
            headers={"Retry-After": "1"} if busy else None,
        )
    return answer

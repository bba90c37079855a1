"""A case's states and what moves it, as a whole table: every pair is named, boring ones too; pure."""

from enum import StrEnum


class CaseState(StrEnum):
    """For whom a case waits: open for the shop, answered for the customer, closed for nobody."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class CaseAction(StrEnum):
    """What is done to a case: the customer writes, the shop answers, somebody of the shop closes or opens it again."""

    WRITE = "write"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"


_CASES: dict[CaseState, dict[CaseAction, CaseState]] = {
    CaseState.OPEN: {
        CaseAction.WRITE: CaseState.OPEN,
        CaseAction.ANSWER: CaseState.ANSWERED,
        CaseAction.CLOSE: CaseState.CLOSED,
        CaseAction.REOPEN: CaseState.OPEN,
    },
    CaseState.ANSWERED: {
        CaseAction.WRITE: CaseState.OPEN,
        CaseAction.ANSWER: CaseState.ANSWERED,
        CaseAction.CLOSE: CaseState.CLOSED,
        CaseAction.REOPEN: CaseState.OPEN,
    },
    # Whoever writes into a closed case has not been helped yet.
    CaseState.CLOSED: {
        CaseAction.WRITE: CaseState.OPEN,
        CaseAction.ANSWER: CaseState.ANSWERED,
        CaseAction.CLOSE: CaseState.CLOSED,
        CaseAction.REOPEN: CaseState.OPEN,
    },
}


def after(state: CaseState, action: CaseAction) -> CaseState:
    """The state that an action leads to; the same state: nothing moves."""
    return _CASES[state][action]

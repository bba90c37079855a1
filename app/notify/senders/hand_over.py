"""Handing a message to a sender: what goes wrong before the call began has not happened, whatever went wrong."""

from dataclasses import replace

import structlog

from app.core import failpoints
from app.notify.outcomes import FailureVerdict, SendFailure
from app.notify.senders.ports import Accepted, Begin, NotBegun, Outgoing, Sender, SendFailed

log = structlog.get_logger()


def hand_over(sender: Sender, outgoing: Outgoing, begin: Begin) -> Accepted | SendFailure | None:
    """The sender's outcome; None when the beginning could not be written down, so that nobody called."""
    mark = _Mark(begin)
    try:
        with failpoints.around("call", f"{sender.name}:send"):
            return sender.send(outgoing, mark)
    except NotBegun:
        return None
    except SendFailed as error:
        if error.fault.verdict is FailureVerdict.IN_DOUBT and not mark.begun:
            return replace(error.fault, verdict=FailureVerdict.CLOSED, code="not_connected")
        return error.fault
    except Exception as error:
        log.exception("a sender broke", sender=sender.name)
        # After the beginning anything may have happened there; before, three tries and then a person.
        verdict = FailureVerdict.IN_DOUBT if mark.begun else FailureVerdict.UNKNOWN
        return SendFailure(verdict, sender.name, "broken", type(error).__name__)


class _Mark:
    """Says that the call begins, and remembers it."""

    def __init__(self, begin: Begin) -> None:
        self._begin, self.begun = begin, False

    def __call__(self) -> None:
        try:
            self._begin()
        except NotBegun:
            raise
        except Exception as error:
            raise NotBegun from error
        self.begun = True

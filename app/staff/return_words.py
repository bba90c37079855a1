"""What has to happen next with a return, in the console's words."""

from flask_babel import lazy_gettext as _l

from app.returns.states import NextStep

STEPS = {
    NextStep.DECIDE: _l("Next: decide on it."),
    NextStep.HAND_OVER: _l("Next: the customer hands it over."),
    NextStep.RECEIVE: _l("Next: the warehouse books what comes."),
    NextStep.SETTLE: _l("Next: the refund that is due."),
    NextStep.SEND_BACK: _l("Next: send the items back to the customer."),
    NextStep.NOTHING: _l("Nothing is left to do."),
}
NOTHING_DUE = _l("Nothing is due for what came. Say another amount if something shall be paid.")
VOIDED = {
    "changed": _l("another amount was set"),
    "corrected": _l("the receipt was corrected"),
    "nothing_inside": _l("what was announced was not inside"),
    "order_reduced": _l("less is paid for the order than before"),
    "rejected": _l("the return was rejected"),
}


def void_words(reason: str | None) -> str:
    """Why a refund is void: a person's own words, or what happened."""
    return str(VOIDED.get(reason or "", reason or "—"))

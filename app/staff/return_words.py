"""What has to happen next with a return, in the console's words."""

from flask_babel import lazy_gettext as _l

from app.returns.states import Step

STEPS = {
    Step.DECIDE: _l("Next: decide on it."),
    Step.HAND_OVER: _l("Next: the customer hands it over."),
    Step.RECEIVE: _l("Next: the warehouse books what comes."),
    Step.SETTLE: _l("Next: the refund that is due."),
    Step.SEND_BACK: _l("Next: send the items back to the customer."),
    Step.NOTHING: _l("Nothing is left to do."),
}

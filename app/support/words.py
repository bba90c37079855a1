"""Cases in words: what they are about, hints for who writes, states; for pages, mails and the console alike."""

from app.core.i18n.locale import gettext as _
from app.support.about import About
from app.support.states import CaseState


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


ABOUT = {
    About.LATE: _l("It's late"),
    About.LOST: _l("It's lost"),
    About.DAMAGED: _l("Something is damaged or missing"),
    About.RETURNING: _l("The parcel is on its way back to the shop"),
    About.HELD: _l("The carrier is holding the parcel"),
    About.NOT_HERE: _l("It says delivered, but I don't have it"),
    About.NOT_DELIVERED: _l("The parcel couldn't be delivered"),
    About.PAYMENT: _l("The payment"),
    About.STOCK: _l("An item that isn't available yet"),
    About.ADDRESS: _l("The delivery address"),
    About.CANCEL: _l("Cancelling the order"),
    About.RETURN: _l("A return or a refund"),
    About.OTHER: _l("Something else"),
}
_AGAIN = _l("Tell us whether you want it sent again (and to which address) or a refund.")
HINTS = {
    About.LATE: _l("Tell us if you need it by a certain day."),
    About.LOST: _AGAIN,
    About.DAMAGED: _l("Tell us what is damaged or missing, and whether you want it sent again or a refund."),
    About.RETURNING: _AGAIN,
    About.NOT_HERE: _l(
        "Look in the letterbox, and ask at reception and next door first. Then tell us where you looked."
    ),
    About.NOT_DELIVERED: _l(
        "Tell us what would help, such as the floor, a door code or the hours when somebody is there."
    ),
    About.PAYMENT: _l("Don't write card numbers here."),
    About.ADDRESS: _l("Write the whole address as it should be."),
    About.CANCEL: _l("Tell us which items, or that you mean the whole order."),
}
STATES = {
    CaseState.OPEN: ("info", _l("Waiting for us")),
    CaseState.ANSWERED: ("done", _l("Answered")),
    CaseState.CLOSED: ("plain", _l("Closed")),
}


def about_words(about: str) -> str:
    """What a case is about."""
    return _(ABOUT[About(about)])


def hint_words(about: About) -> str | None:
    """What helps whoever writes about it, where something does."""
    return _(HINTS[about]) if about in HINTS else None


def badge(state: str) -> tuple[str, str]:
    """Kind and text of a case's badge, as its customer reads it."""
    kind, text = STATES[CaseState(state)]
    return kind, _(text)

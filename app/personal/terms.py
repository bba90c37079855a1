"""How long each kind of facts is kept: what a shop starts with, within which bounds it may choose, and why. Pure."""

from dataclasses import dataclass
from datetime import timedelta

YEAR = 365


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


@dataclass(frozen=True, slots=True)
class Term:
    """One kind: so many ``days``, between ``least`` and ``most``; with both alike nobody chooses it.

    ``days`` None: it stays, or goes with what it hangs on.
    """

    name: str
    title: str
    reason: str
    days: int | None = None
    least: int = 1
    most: int = 10 * YEAR

    @property
    def chosen(self) -> bool:
        """Whether a shop may choose it."""
        return self.days is not None and self.least < self.most

    def before(self, days: int) -> timedelta:
        """How long ago what ends now began."""
        return timedelta(days=days)


def _fixed(name: str, title: str, reason: str, days: int) -> Term:
    return Term(name, title, reason, days, days, days)


# Law and use differ by country and trade: these are where a shop begins, and each says why.
TERMS = {
    term.name: term
    for term in (
        Term(
            "orders",
            _l("Orders: names, addresses, phones"),
            _l("Your tax and commercial law says for how long; six years in Spain."),
            6 * YEAR,
            30,
            20 * YEAR,
        ),
        Term(
            "tracking",
            _l("Tracking: places, carriers' words, who signed"),
            _l("So that you can say where it was."),
            YEAR,
            30,
        ),
        Term("returns", _l("Returns: comments and reasons"), _l("For claims about a return."), 5 * YEAR, 30),
        Term("labels", _l("Return labels made by carriers"), _l("Until the return has long arrived."), 180, 30, YEAR),
        Term("drafts", _l("Returns that nobody finished"), _l("So that a customer can go on."), 30, 1, 90),
        Term("cases", _l("Messages from customers and answers"), _l("For questions about an order."), 2 * YEAR, 30),
        Term(
            "withdrawals",
            _l("Statements of withdrawal"),
            _l("Proof that a right was used, as long as claims can be made."),
            5 * YEAR,
            YEAR,
        ),
        Term("messages", _l("E-mails and texts: words and addresses"), _l("So that support sees what was said."), 30),
        Term("raw", _l("What systems and carriers sent, as it came"), _l("To find out what went wrong."), 90, 1, YEAR),
        Term("deliveries", _l("Webhooks sent to other systems"), _l("To send them again."), 30, 4, 90),
        Term("imports", _l("Rows of files that couldn't be read"), _l("To put them right."), 30, 1, 90),
        Term("links", _l("Links in e-mails to choose messages"), _l("A link in an old e-mail still works."), YEAR, 30),
        _fixed("exports", _l("Copies that customers asked for"), _l("Long enough to download one."), 1),
        _fixed("tries", _l("Look-up tries (no addresses)"), _l("To stop those who guess."), 1),
        _fixed("sessions", _l("Sessions, codes, forms being filled in"), _l("While a page is in use."), 1),
        _fixed("answers", _l("Answers to repeated requests of systems"), _l("So that nothing is done twice."), 2),
        _fixed("rows", _l("Worklists: who takes care of a row"), _l("Longer than a row may rest, a year."), 400),
        _fixed("presses", _l("Worklists: presses to undo"), _l("As long as they can be undone."), 7),
        Term(
            "tombstones", _l("Marks of erased customers (no names)"), _l("So that nobody comes back."), 10 * YEAR, YEAR
        ),
        Term("kept", _l("The audit trail, opt-outs, consent"), _l("Proof; opt-outs hold only while they're kept.")),
        Term("with", _l("What hangs on an order or return"), _l("Goes with it.")),
        Term("shop", _l("The shop's own settings and people"), _l("Tells of no customer.")),
    )
}


def usual(name: str) -> int | None:
    """The days with which a shop starts."""
    return TERMS[name].days

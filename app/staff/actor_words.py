"""Who did something, in words: a person by their address, everything else by what it is."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

KNOWN = {
    "customer": _l("the customer"),
    "policy": _l("the policy"),
    "clock": _l("the clock"),
    "withdrawal": _l("a withdrawal"),
    "warehouse": _l("the warehouse"),
    "carrier": _l("the carrier"),
    "command": _l("a command"),
}


def who(actor: str | None) -> str:
    """«eva@shop.example», «the customer», «the system “erp”» for a key of the API, «a command» for the command line."""
    family, _colon, name = (actor or "").partition(":")
    if family == "staff":
        return name
    if family == "api":
        return _("the system “%(name)s”", name=name)
    if family in ("cli", "command"):
        return _("a command by %(name)s", name=name) if name else str(KNOWN["command"])
    return str(KNOWN.get(actor or "", actor or "—"))

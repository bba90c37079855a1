"""Twilio's words: what its error codes and statuses mean, and what the states in its callbacks do to a message."""

from app.notify.providers.receipts import ProviderReport
from app.notify.send.outcomes import C, D, F, P, R, S

# Error codes first, then what callbacks report, then plain HTTP; source: Twilio's error dictionary.
CODES = {
    "20003": C, "20404": C, "20429": C, "20500": D, "20503": C,
    "21211": P, "21212": F, "21214": P, "21217": P, "21219": F, "21266": P, "21401": P, "21408": F, "21421": P,
    "21601": F, "21602": F, "21603": F, "21604": P, "21606": F, "21608": F, "21610": S, "21611": R, "21612": P,
    "21614": P, "21617": F, "21635": P, "21703": F,
    "30001": R, "30002": F, "30003": R, "30004": S, "30005": P, "30006": P, "30007": F, "30008": R, "30022": R,
    "30023": R, "30032": F, "30034": F, "30410": R, "30500": R, "63038": R,
    "400": P, "401": C, "403": C, "404": C, "429": C, "500": D, "502": D, "503": D, "504": D,
}  # fmt: skip
ACCOUNT = frozenset({"401", "403", "20003", "20404"})

RECEIPTS = {
    "accepted": ProviderReport(10, "accepted"),
    "scheduled": ProviderReport(10, "accepted"),
    "queued": ProviderReport(11, "accepted"),
    "sending": ProviderReport(12, "accepted"),
    "sent": ProviderReport(20, "accepted"),
    "canceled": ProviderReport(30, "failed"),
    "failed": ProviderReport(31, "failed"),
    "undelivered": ProviderReport(32, "failed"),
    "delivered": ProviderReport(40, "delivered"),
    "read": ProviderReport(41, "delivered"),
}

"""SendGrid's words: what its statuses and codes mean, and what the events do to a message."""

from app.notify.providers.receipts import Effect, ProviderReport
from app.notify.send.outcomes import C, D, F, P, R, S

# Statuses of the mail API first, then what its events report («Event Webhook Reference»).
CODES = {
    "400": F, "401": C, "403": C, "404": F, "405": F, "406": F, "413": F, "415": F, "429": C,
    "500": D, "502": D, "503": C, "504": D,
    "bounce": S, "blocked": R, "dropped": P, "spamreport": S, "unsubscribe": S, "group_unsubscribe": S,
}  # fmt: skip
ACCOUNT = frozenset({"401", "403"})

_NOTHING = ProviderReport(0, None)
# A mail that was taken in can still bounce later: a bounce outranks «delivered».
RECEIPTS = {
    "processed": ProviderReport(10, "accepted"),
    "deferred": ProviderReport(20, "accepted"),
    "delivered": ProviderReport(30, "delivered"),
    "open": _NOTHING,
    "click": _NOTHING,
    "blocked": ProviderReport(39, "failed"),
    "dropped": ProviderReport(40, "failed"),
    "bounce": ProviderReport(41, "failed", Effect.STOP_ADDRESS),
    "spamreport": ProviderReport(31, "delivered", Effect.STOP_ADDRESS),
    "unsubscribe": ProviderReport(30, "delivered", Effect.OPT_OUT),
    "group_unsubscribe": ProviderReport(30, "delivered", Effect.OPT_OUT),
    "group_resubscribe": ProviderReport(30, "delivered", Effect.OPT_IN),
}

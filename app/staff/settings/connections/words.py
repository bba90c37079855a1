"""Connections in words: groups, fields and their hints, how each stands, what came of a trial and what to do then."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.connections.catalogue import HANDOVER, Connection, ConnectionField, ConnectionGroup
from app.connections.overview import ConnectionStanding
from app.core.trials import TrialOutcome, TrialWord
from app.tracking.carrier_pages import distinct_carrier_title

GROUPS = {
    ConnectionGroup.EMAIL: (_l("E-mail"), _l("Connect one: your mails leave through it.")),
    ConnectionGroup.TEXTS: (_l("Texts"), _l("Optional. Without it, everything goes by e-mail.")),
    ConnectionGroup.ORDERS: (_l("Order system"), _l("Sends us your orders as they come in and change.")),
    ConnectionGroup.LABELS: (_l("Labels"), _l("Makes the labels of returns.")),
    ConnectionGroup.CUSTOMERS: (
        _l("Customers' sign-in"),
        _l("Optional. Who is signed in with you types nothing here."),
    ),
    ConnectionGroup.CARRIERS: (_l("Carriers"), _l("We ask each connected carrier where its parcels are.")),
}
STANDINGS = {
    ConnectionStanding.WORKS: ("done", _l("Connected")),
    ConnectionStanding.UNTRIED: ("attention", _l("Not tested yet")),
    ConnectionStanding.FAILS: ("problem", _l("Not working")),
    ConnectionStanding.OFF: ("plain", _l("Not connected")),
}
# By the end of the variable's name, the longest first: carriers call alike what is alike.
TITLES: dict[str, LazyString] = {
    "AUTH_TOKEN_PREVIOUS": _l("The auth token before"),
    "ACCOUNT_COUNTRY_CODE": _l("Country of the account"),
    "WEBHOOK_CREDENTIAL": _l("Webhook secret"),
    "TRACK_SECRET_KEY": _l("Secret key for tracking"),
    "CONSUMER_SECRET": _l("Consumer secret"),
    "CUSTOMER_NUMBER": _l("Customer number"),
    "ACCOUNT_NUMBER": _l("Account number"),
    "WEBHOOK_SECRET": _l("Webhook secret"),
    "CUSTOMERS_SECRET": _l("Secret for your account pages"),
    "CUSTOMERS_ISSUER": _l("Issuer"),
    "CUSTOMERS_TITLE": _l("Name on the button"),
    "TRACK_API_KEY": _l("API key for tracking"),
    "CLIENT_SECRET": _l("Client secret"),
    "CONSUMER_KEY": _l("Consumer key"),
    "WEBHOOK_KEY": _l("Verification key of the event webhook"),
    "ACCOUNT_SID": _l("Account SID"),
    "CONTRACT_ID": _l("Contract number"),
    "TWILIO_FROM": _l("Sender"),
    "AUTH_TOKEN": _l("Auth token"),
    "CLIENT_ID": _l("Client ID"),
    "MAIL_FROM": _l("From address"),
    "FEED_LAG": _l("Seconds until the activity feed is up to date"),
    "DELIS_ID": _l("Delis ID"),
    "USERNAME": _l("User name"),
    "PASSWORD": _l("Password"),
    "API_KEY": _l("API key"),
    "API_URL": _l("Another address for its API"),
    "DEPOT": _l("Depot"),
    "FEED": _l("We have bought SendGrid's activity feed"),
}
HINTS: dict[str, LazyString] = {
    "MAIL_FROM": _l("Your mails come from it. Verify it with your provider first, such as pedidos@shop.example."),
    "SENDGRID_API_KEY": _l("At SendGrid: Settings, API Keys, with the right “Mail Send”. It begins with SG."),
    "SENDGRID_WEBHOOK_KEY": _l("At SendGrid: Settings, Mail Settings, Signed Event Webhook."),
    "TWILIO_ACCOUNT_SID": _l("On the first page of Twilio's console. It begins with AC."),
    "TWILIO_AUTH_TOKEN": _l("Beside the account SID."),
    "TWILIO_AUTH_TOKEN_PREVIOUS": _l("Only while you change the token: callbacks signed with it are still taken."),
    "TWILIO_FROM": _l("A number such as +34600000000, a name of at most 11 characters, or MG… of a messaging service."),
    "CUSTOMERS_ISSUER": _l("The provider's address, as its discovery document names it."),
    "CUSTOMERS_TITLE": _l("Leave it empty for the shop's own name."),
    "API_URL": _l("Leave it empty unless your provider has told you another one."),
}
# Asked for by few: shown folded.
SELDOM = ("API_URL", "FEED", "FEED_LAG", "AUTH_TOKEN_PREVIOUS")
# What to enter at the other side, beside the address at which it calls us.
AT_THEIRS: dict[str, LazyString] = {
    "sendgrid": _l(
        "At SendGrid: Settings, Mail Settings, Event Webhook. Enter this address, tick the deliverability events, "
        "and switch the signature on."
    ),
    "twilio": _l("We give the first address to Twilio with each text. Enter the second one for incoming messages."),
    "oms-generic": _l("Your order system sends each order to this address, signed with the secret below."),
}
TRIED: dict[TrialWord, LazyString] = {
    TrialWord.WORKS: _l("It works."),
    TrialWord.WORKS_IN_CLEAR: _l("It works, but the server offers no encryption: anyone on the way can read along."),
    TrialWord.ANSWERS: _l("It works: the carrier let us in, and doesn't know our test number."),
    TrialWord.REFUSED: _l("Your key or password was refused. Check it, and enter it again."),
    TrialWord.LACKS_RIGHT: _l("The key is right, but may not send. Give it the right %(right)s."),
    TrialWord.SENDER_REFUSED: _l("The from address was refused. Verify it with your provider, or use another."),
    TrialWord.CLOSED: _l("The account is closed or suspended. Sort it out with your provider."),
    TrialWord.NOT_REACHED: _l("There was no answer. Check the address, or try again in a minute."),
    TrialWord.PRIVATE: _l("The address leads into a private network, where we may not call."),
    TrialWord.ODD_ANSWER: _l("The answer was not what we expected. Check the address, or ask your provider."),
    TrialWord.WRONG_SIGNATURE: _l("The signature was not taken. Try again in a few seconds."),
    TrialWord.NOT_SET: _l("It isn't connected yet: fill in the form first."),
    TrialWord.MESSAGE_TAKEN: _l("The message was taken. Look for it in a minute."),
    TrialWord.MESSAGE_REFUSED: _l("The message was refused. Check the from address and the key."),
}


def field_title(field: ConnectionField) -> str:
    """What a field is called; by its variable where nobody has named it."""
    return str(next((title for end, title in TITLES.items() if field.variable.endswith(end)), field.variable))


def field_hint(field: ConnectionField) -> str | None:
    """What helps to fill it in."""
    hint = next((hint for end, hint in HINTS.items() if field.variable.endswith(end)), None)
    return str(hint) if hint else None


def is_seldom(field: ConnectionField) -> bool:
    """Whether few shops need it."""
    return field.variable.endswith(SELDOM)


def connection_title(one: Connection) -> str:
    """What a connection is called."""
    if one.name == "oms-generic":
        return _("Orders by webhook")
    if one.group is ConnectionGroup.CUSTOMERS:
        return _("From your account pages") if one.name == HANDOVER else _("By OpenID Connect")
    if one.name == "generic":
        return _("Scans by webhook")
    if one.carrier:
        return distinct_carrier_title(one.name) or one.title
    # A title is marked where it stands, or is a name.
    return _(one.title)


def trial_words(result: TrialOutcome) -> str:
    """What came of a trial, and what to do."""
    return str(TRIED[result.word]) % dict(result.facts) if result.facts else str(TRIED[result.word])


def standing_words(standing: ConnectionStanding) -> tuple[str, str]:
    """A badge's kind and its words."""
    kind, words = STANDINGS[standing]
    return kind, str(words)

"""A brand's fields and what is wrong with them, in the words of the console's languages."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.brands.document import sentences
from app.core.i18n.words import country_name

# The document says them in English, for systems and the command line: here they are found by whoever translates.
SAID = {
    sentences.NEEDED: _l("This is needed."),
    sentences.TOO_LONG: _l("This is too long."),
    sentences.UNKNOWN_FIELD: _l("There is no such field."),
    sentences.MISFIT: _l("This can't be read here."),
    sentences.EMAIL: _l("Write an e-mail address such as help@shop.example."),
    sentences.PHONE: _l("Write a phone number with its country, such as +34 900 123 456."),
    sentences.PAGE: _l("Write a web address that begins with https://."),
    sentences.NOTICE: _l("Write a web address that begins with https://, or the text itself."),
    sentences.HOST: _l("Write a host name alone, such as orders.shop.example."),
    sentences.HOST_TAKEN: _l("Another brand has this host name."),
    sentences.ZONE: _l("Choose a time zone such as Europe/Madrid."),
    sentences.CURRENCY: _l("Write currencies as three letters, such as EUR."),
    sentences.LANGUAGE: _l("This language isn't installed."),
    sentences.LANGUAGES: _l("Choose one language at least, each once."),
    sentences.COUNTRY: _l("Write a country as two letters, such as ES."),
    sentences.ADDRESS: _l("An address needs a street, a postcode or town, and a country."),
    sentences.SMS_NAME: _l("Use 3 to 11 plain letters, digits or spaces, with a letter among them."),
    sentences.CHANNEL: _l("Write the channel as orders name it."),
    sentences.COLOUR: _l("Write a colour as # and six digits or letters from a to f."),
    sentences.TOO_LIGHT: _l("This colour is too light to read on a light page."),
    sentences.TOO_DARK: _l("This colour is too dark to read on a dark page."),
    sentences.PICTURE_GONE: _l("This picture isn't there any more. Send it again."),
    sentences.KEY: _l("Use small letters, digits, - and _, at most 40, with a letter or digit first."),
    sentences.KEY_TAKEN: _l("Another brand has this key, or had it before."),
    sentences.PICTURE_TOO_LARGE: _l("A picture may have 900 kB at most."),
    sentences.NO_PICTURE: _l("This isn't a JPEG, PNG or WebP picture that can be read."),
    sentences.PICTURE_TOO_SMALL: _l("A picture needs 16 points at least in each direction."),
    sentences.TOO_MANY_POINTS: _l("This picture has too many points. Make it smaller and send it again."),
}
PARTS = {
    "name": _l("Name"),
    "postal_address": _l("Postal address"),
    "legal": _l("Legal notices"),
    "help": _l("How to reach you"),
    "time_zone": _l("Time zone"),
    "languages": _l("Languages"),
    "currencies": _l("Currencies"),
    "senders": _l("Names of senders"),
    "returns_to": _l("Return addresses"),
    "channels": _l("Channels"),
    "host": _l("Host"),
    "links_only": _l("Looking an order up"),
    "look": _l("Look"),
}
PLACES = {
    "registered_name": _l("registered name"),
    "register_entry": _l("register or tax number"),
    "imprint": _l("legal notice"),
    "terms": _l("terms"),
    "privacy": _l("privacy notice"),
    "email": _l("e-mail"),
    "phone": _l("phone"),
    "phone_words": _l("phone as it is shown"),
    "page": _l("help page"),
    "hours": _l("hours"),
    "mail_name": _l("name in mails"),
    "reply_to": _l("address for answers"),
    "sms_name": _l("name in texts"),
    "usual": _l("usual"),
    "accent": _l("colour"),
    "accent_dark": _l("colour on dark pages"),
    "corners": _l("corners"),
    "typeface": _l("typeface"),
    "logo": _l("logo"),
    "logo_dark": _l("logo on dark pages"),
    "picture": _l("picture"),
    "icon": _l("icon"),
    "mails": _l("e-mails"),
    "texts": _l("texts"),
    "returns": _l("returns"),
}
NEAREST = re.compile(r"(.*) Try (#[0-9a-f]{6})\.")


def sentence_words(detail: str) -> str:
    """A fault in the reader's language."""
    nearest = NEAREST.fullmatch(detail)
    sentence = nearest[1] if nearest else detail
    words = str(SAID.get(sentence, sentence))
    # Not within the string: the words there are not gathered for translation.
    readable = _("The nearest that can be read is %(colour)s.", colour=nearest[2]) if nearest else ""
    return f"{words} {readable}".rstrip()


def place_words(path: str) -> str:
    """A place of the document, as the list of versions names it."""
    part, *rest = path.split(".")
    inner = [str(PLACES.get(name) or _inner_words(name)) for name in rest if name not in ("by_country", "by_channel")]
    return ": ".join([str(PARTS.get(part, part)), " · ".join(inner)] if inner else [str(PARTS.get(part, part))])


def _inner_words(name: str) -> str:
    return country_name(name) if re.fullmatch(r"[A-Z]{2}", name) else name

"""The recipient's language: texts through gettext, dates and money in words, without a web request."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from app.core.errors import Fault, Invalid
from app.core.i18n.catalogues import SOURCE_LANGUAGE, language_of, offered, translator
from app.core.i18n.locale import filled, usual_locale
from app.core.i18n.words import amount, between, clock_time, day, moment, money, shortest_day, time_range, zone_city
from app.notify.kinds import Channel
from app.notify.providers.ports import header
from app.orders.contacts.contact_points import email_key, pasted_contact, typed_phone


@dataclass(frozen=True, slots=True)
class Tongue:
    """One locale (``es_MX``) and one time zone, in which everything of a message is said."""

    tag: str
    zone: str

    def _(self, text: str, /, **values: object) -> str:
        """The text in this language, with ``%(name)s`` filled in."""
        return filled(translator(self.tag).gettext(text), values)

    def pgettext(self, context: str, text: str) -> str:
        """The text in this language as it is meant in a context."""
        return str(translator(self.tag).pgettext(context, text))

    def ngettext(self, singular: str, plural: str, num: int, /, **values: object) -> str:
        """The singular or plural text in this language; ``num`` is among its values."""
        return translator(self.tag).ngettext(singular, plural, num) % {"num": num, **values}

    @property
    def language(self) -> str:
        """The language's code, as HTML wants it."""
        return language_of(self.tag)

    def amount(self, pieces: int, measure: str | None = None) -> str:
        """So many pieces, or a measure: «2,5», "2.5"."""
        return amount(pieces, measure, locale=self.tag)

    def day(self, when: date) -> str:
        """«jueves 26 de noviembre», «Thursday 26 November»."""
        return day(when, locale=self.tag)

    def span(self, start: date | None, until: date) -> str:
        """When something happens, to follow a verb: «el jueves 26», «entre el jueves 26 y el sábado 28»."""
        if start is not None and start < until:
            return between(start, until, locale=self.tag)
        # Translators: A day after a verb, "Arrives Thursday 26 November": Spanish says «Llega el jueves …».
        form = str(translator(self.tag).pgettext("after a verb", "%(day)s"))
        return form % {"day": self.day(until)}

    def short(self, when: date) -> str:
        """«26 nov», for texts."""
        return shortest_day(when, locale=self.tag)

    def moment(self, when: datetime, zone: str | None = None) -> str:
        """Day and time in this zone, or in one of its own; never «today», since mail is read later."""
        return moment(when, zone=zone or self.zone, locale=self.tag, relative=False)

    def hours(self, start: time, end: time) -> str:
        """The hours of a day: «de 12 a 14:30 h», "from 12:00 to 14:30"."""
        begin, until = (datetime.combine(date(2000, 1, 1), hour) for hour in (start, end))
        return time_range(begin, until, locale=self.tag)

    @property
    def place(self) -> str:
        """Whose clock it is, as pages say it: «hora de Madrid»."""
        return self._("%(place)s time", place=zone_city(self.zone, self.tag))

    def clock(self, when: datetime) -> str:
        """The time of day in this zone."""
        return clock_time(when, zone=self.zone, locale=self.tag)

    def money(self, minor: int, currency: str) -> str:
        """An amount of minor units, written as the language writes money."""
        return money(minor, currency, self.tag)


def tongue(locale: str, zone: str, languages: tuple[str, ...] = ()) -> Tongue:
    """The language of ``locale`` when the shop speaks it, else English, else the shop's; an unknown zone is UTC.

    ``languages`` are the languages that the shop names in its settings.
    """
    return Tongue(_spoken(locale, offered(languages)), zone if _is_zone(zone) else "UTC")


def _spoken(locale: str, languages: tuple[str, ...]) -> str:
    try:
        wish = Locale.parse(locale.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        wish = Locale(SOURCE_LANGUAGE)
    if wish.language in languages:
        return str(wish if wish.territory else usual_locale(wish.language))
    return str(usual_locale(SOURCE_LANGUAGE if SOURCE_LANGUAGE in languages else languages[0]))


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


# Whatever a mail program might make a link of: with a scheme, or with a dot before letters; dots of other scripts too.
_DOTS = re.compile(r"[.\u3002\uff0e\uff61](?=[^\W\d_])")
_SCHEME = re.compile(r":(?=/)")


def defused(text: str, most: int) -> str:
    """One line, at most ``most`` characters of it, with addresses taken apart: ``https[:]//example[.]com``."""
    line = header(text, len(text))
    short = line if len(line) <= most else f"{line[:most].rstrip()}…"
    return _SCHEME.sub("[:]", _DOTS.sub("[.]", short))


def read_address(text: str, channel: str, country: str | None) -> str:
    """The address of this channel as it is kept; numbers without a prefix are ``country``'s. Raises Invalid."""
    typed = pasted_contact(text)
    address = typed_phone(typed, country=country) if channel == Channel.SMS else email_key(typed)
    if address is None:
        description = "a phone number that can be dialled" if channel == Channel.SMS else "an e-mail address"
        raise Invalid([Fault("/to", f"This is not {description}.")])
    return address

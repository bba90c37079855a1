"""What sending needs to know of this installation: its secret, its address, its senders."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from app.brands.facts import Speaker, origin_of, spoken_languages
from app.core.i18n.catalogues import offered
from app.notify.kinds import Channel
from app.notify.plan.route import is_alphanumeric
from app.notify.providers.ports import Sender
from app.notify.send.doubt import Choice

# The addresses that open something; shorter last parts are words of a page, not secrets.
_SECRET_PART = re.compile(r"(/(?:l|preferences|feedback)/)[\w-]{16,}")


def asks_nobody(carrier: str | None) -> bool:
    """Of an installation that has no carrier's credentials."""
    return False


@dataclass(frozen=True, slots=True)
class MailConfig:
    """The settings of messages. ``senders`` are in order of preference; ``mail_from`` is the envelope's address.

    ``in_doubt``: what the shop wants where nobody can say whether a message left; ``languages``: those it names;
    ``console_url``: the installation's own address, where ``public_url`` is a brand's;
    ``asks``: whether a carrier's parcels are asked about; ``directions_url``: the way to a place, by its degrees.
    """

    key: str
    public_url: str
    mail_from: str
    sms_from: str
    senders: Mapping[Channel, Sequence[Sender]] = field(default_factory=dict)
    in_doubt: Mapping[Channel, Choice] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    asks: Callable[[str | None], bool] = asks_nobody
    directions_url: str = ""
    console_url: str = ""

    def of(self, brand: Speaker) -> "MailConfig":
        """The same for the messages of one brand: at its own host, in its own languages."""
        spoken = tuple(code for code in spoken_languages(brand) if code in offered(self.languages))
        at = origin_of(brand, self.public_url)
        return replace(self, public_url=at, console_url=self.console, languages=spoken or self.languages)

    @property
    def console(self) -> str:
        """Where the shop's own people, and what is no brand's, are: at the installation's own address."""
        return self.console_url or self.public_url

    @property
    def host(self) -> str:
        """The portal's host name."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def answerable(self) -> bool:
        """Whether a text can be answered: it comes from a number."""
        return not is_alphanumeric(self.sms_from)

    @property
    def pretends(self) -> bool:
        """Whether texts stay in the sandbox, where no country asks for papers."""
        return any(sender.name == "sandbox" for sender in self.senders.get(Channel.SMS, ()))

    def really_sends(self, channel: Channel) -> bool:
        """Whether messages of a channel leave, and are not kept in the sandbox."""
        return bool(self.senders.get(channel)) and all(one.name != "sandbox" for one in self.senders[channel])

    @property
    def sends_no_texts(self) -> bool:
        """Whether the installation has looked for a way to send texts and has none; what pages read has not looked."""
        return self.senders.get(Channel.SMS) == []

    def names(self) -> dict[Channel, list[str]]:
        """The senders' names by channel."""
        return {channel: [sender.name for sender in senders] for channel, senders in self.senders.items()}

    def sender(self, name: str) -> Sender | None:
        """The sender of this name."""
        every = (sender for senders in self.senders.values() for sender in senders)
        return next((sender for sender in every if sender.name == name), None)


def without_secrets(text: str) -> str:
    """The text as it may rest in the database: the secret part of every link is a mark."""
    return _SECRET_PART.sub(r"\1…", text)

"""What a provider of messages declares in its ``provider.py``; everything general about it is derived from that."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from app.core.bodies.packing import unpack
from app.core.settings import PartSettings, check_names
from app.core.trials import TrialOutcome
from app.notify.kinds import Channel
from app.notify.providers.ports import Sender
from app.notify.providers.receipts import MessageReport, ProviderReport, TextAnswer
from app.notify.send.outcomes import FailureVerdict

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from app.events.inbox import Delivery

# It stands in addresses, in the names of variables and, with «-inbound» behind it, in the names of endpoints.
NAME = re.compile(r"[a-z][a-z0-9_]*")
# Behind ours, which have 10 and 20, unless a package says otherwise.
USUAL_RANK = 50


@dataclass(frozen=True, slots=True)
class Installation:
    """What a sender may need to know of this portal; ``sessions`` are for the sandbox, which keeps what it is given."""

    public_url: str
    mail_from: str
    sms_from: str
    sessions: "sessionmaker[Session]"


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A delivery to an endpoint: ``url`` as the provider has called it, names of headers in small letters.

    ``body`` is what may be signed; where it is packed, it comes once more as it was before.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime

    @property
    def content(self) -> bytes:
        """The body without its packing."""
        return unpack(self.body, self.headers.get("content-encoding", ""))


@dataclass(frozen=True, slots=True)
class Signed:
    """A delivery that is the provider's own. ``key``: the same each time it is delivered again.

    ``replays``: where its signature is so old that it may be a replay, the reports in it, each by our reference and
    the provider's name for the event. If one of them was told before, the delivery is refused.
    """

    key: str
    replays: tuple[tuple[str, str], ...] = ()


S = TypeVar("S", bound=PartSettings)
News = TypeVar("News", MessageReport, TextAnswer)


@dataclass(frozen=True, slots=True)
class Hook(Generic[S, News]):
    """An endpoint of a provider: who may knock, and what is read out of a delivery later.

    ``secrets``: what it is verified with, in clear; without any the endpoint answers 503. ``sign`` gives None for what
    is not signed by one of them; without it there is no address, and the provider stores its own reports.
    ``read``: the header ``message`` of a delivery is what its address said of the message. It raises ValueError,
    KeyError or TypeError for what will never be understood. ``batch``: a delivery tells of many messages, perhaps of
    others' too, so that one nobody knows is waited for a moment and then left alone.
    """

    read: "Callable[[Delivery], Iterable[News]]"
    secrets: Callable[[S], Sequence[str]] = lambda settings: ()
    sign: Callable[[HookRequest, Sequence[str]], Signed | None] | None = None
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Provider(Generic[S]):
    """A provider of messages.

    ``name`` begins the names of its settings. ``title``: how staff read it. ``make`` builds its sender and calls
    nobody. ``codes``: the meaning of its codes; ``account``: those that close it until a person puts our account or
    settings right. ``receipts``: the meaning of the words in its reports. ``hook`` takes the reports, at
    ``/hooks/messages/<name>``; ``answers`` what customers write, at ``/hooks/messages/<name>-inbound``.
    ``texts_from``: the number or name that its texts come from. ``looked_for``: the end of the sentence «A mail whose
    answer is lost is looked for …», None where nobody can be asked. ``rank``: who carries a channel first. ``trial``
    asks the provider, within some seconds, whether the settings are right, and sends nothing.
    """

    name: str
    title: str
    channels: tuple[Channel, ...]
    settings: type[S]
    make: Callable[[S, Installation], Sender]
    codes: Mapping[str, FailureVerdict]
    account: frozenset[str] = frozenset()
    receipts: Mapping[str, ProviderReport] = field(default_factory=dict)
    hook: Hook[S, MessageReport] | None = None
    answers: Hook[S, TextAnswer] | None = None
    texts_from: Callable[[S], str | None] = lambda settings: None
    looked_for: Callable[[S], str | None] = lambda settings: None
    rank: int = USUAL_RANK
    trial: Callable[[S, Installation], TrialOutcome] | None = None

    def __post_init__(self) -> None:
        """Refuse what would take another's place: its name, or the variable of a setting that is not its own."""
        if not NAME.fullmatch(self.name) or not self.channels:
            raise ValueError(f"{self.name}: small letters, digits and _ make a name; and it carries a channel")
        check_names(self.settings, f"{self.name}_")

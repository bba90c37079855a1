"""The links of a batch of messages: made while they are rendered, written in two statements at the end (a hot path)."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.core.tokens import digest, new_secret
from app.notify.kinds import Channel
from app.notify.models import PreferenceLink
from app.notify.preferences.suppression import preference_token
from app.notify.records import AnyMessage
from app.notify.send.config import MailConfig
from app.orders.lookup.links import issue_links


class LinkBook:
    """Addresses with secrets in them; the database gets only the secrets' hashes."""

    def __init__(self, config: MailConfig, now: datetime) -> None:
        self._config, self._now = config, now
        self._orders: list[tuple[str, int]] = []
        self._preferences: dict[bytes, dict[str, Any]] = {}

    def order(self, order_id: int, *, at: str = "") -> str:
        """A link that opens one order, as ``orders.links`` knows it; ``at`` its brand's own address."""
        token = new_secret()
        self._orders.append((token, order_id))
        return f"{at or self._config.public_url}/l/{token}"

    def preferences(self, message: AnyMessage, *, at: str = "") -> str:
        """The link in a message's foot, the same for every message to one address."""
        token = preference_token(self._config.key, message.recipient_hash)
        self._preferences[message.recipient_hash] = {
            "token_hash": digest(token),
            "channel": message.channel,
            "recipient_hash": message.recipient_hash,
            "recipient_shown": shown_recipient(message.channel, message.recipient),
            "order_id": message.order_id,
            "locale": message.locale,
            "issued_at": self._now,
        }
        return f"{at or self._config.public_url}/preferences/{quote(token)}"

    def write(self, session: Session) -> None:
        """Make the links work, in the caller's transaction: they must not leave before it has committed."""
        issue_links(session, self._orders, now=self._now)
        if self._preferences:
            rows = list(self._preferences.values())
            # One address has one token: its row is mostly there already.
            session.execute(upsert(PreferenceLink).values(rows).on_conflict_do_nothing())


def shown_recipient(channel: str, address: str) -> str:
    """An address as a page behind a link may show it: enough to know which one."""
    if channel == Channel.SMS:
        return f"••• {address[-3:]}"
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"

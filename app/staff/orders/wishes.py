"""What the people of an order do not want to hear of, by channel, in words for the shop's people."""

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.notify.kinds import Channel, StageGroup
from app.notify.preferences.suppression import ALL, NEWS, recipient_key, stages_off, suppressed
from app.notify.send.config import MailConfig
from app.orders.records import OrderContactRecord, OrderRecord
from app.staff.messages.words import channel_words

GROUPS = {
    StageGroup.ORDER: _l("Order"),
    StageGroup.DELIVERY: _l("Delivery"),
    StageGroup.PROBLEMS: _l("Problems"),
    StageGroup.RETURNS: _l("Returns"),
}


def unwanted(session: Session, order: OrderRecord) -> dict[int, str]:
    """By contact: «E-mail: Problems · Text: everything»; who wants all that there is has none."""
    config: MailConfig = current_app.extensions["mail_config"]
    ways = [(contact.id, channel, key) for contact in order.contacts for channel, key in _ways(contact, config)]
    off = suppressed(session, [(channel, key) for _id, channel, key in ways])
    refusals: dict[int, list[str]] = {}
    for contact_id, channel, key in ways:
        purposes = {purpose for way, owner, purpose in off if (way, owner) == (channel, key)}
        groups = stages_off(off, channel, key)
        words = (
            _("everything")
            if purposes & {ALL, NEWS}
            else ", ".join(str(name) for group, name in GROUPS.items() if group in groups)
        )
        if words:
            refusals.setdefault(contact_id, []).append(f"{channel_words(channel)}: {words}")
    return {contact_id: " · ".join(parts) for contact_id, parts in refusals.items()}


def _ways(contact: OrderContactRecord, config: MailConfig) -> list[tuple[str, bytes]]:
    addresses = ((Channel.EMAIL, contact.email_folded), (Channel.SMS, contact.phone_e164))
    return [(channel, recipient_key(config.key, channel, address)) for channel, address in addresses if address]

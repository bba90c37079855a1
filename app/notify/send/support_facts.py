"""What a message may say of a case of support, or of a collection: from rows to facts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.i18n.words import country_name
from app.notify.kinds import Channel, is_to_shop
from app.notify.records import AnyMessage
from app.notify.render.mails.facts import Links, MailCase, MailPickup
from app.notify.render.reading import MessageRows
from app.notify.render.words import defused
from app.notify.send.config import MailConfig
from app.orders.records import OrderRecord
from app.returns.records import ReturnRecord
from app.support.about import About
from app.support.cases import LONGEST
from app.support.records import SupportCaseRecord
from app.support.words import ABOUT


def case_of(message: AnyMessage, rows: MessageRows, links: Links, config: MailConfig) -> MailCase | None:
    """The case that a message is about, with the one entry that it tells."""
    case = rows.cases.get(message.facts.get("case_id", 0))
    if case is None:
        return None
    order = rows.orders.get(case.order_id)
    opened = links.order.startswith(f"{config.public_url}/l/")
    page = f"{config.public_url}/o/{order.ref if order else ''}/help/{case.ref}"
    return MailCase(
        ref=case.ref,
        about=ABOUT[About(case.about)],
        words=_words(message, case),
        # The link that opens the order leads on to the case; who got none is asked there who they are.
        href=f"{links.order}?case={case.ref}" if opened else page,
        console=f"{config.console}/staff/cases/{case.ref}",
        answer_by=case.answer_by,
        reply_to=_reply_to(case, order),
    )


def _words(message: AnyMessage, case: SupportCaseRecord) -> tuple[str, ...]:
    entry = next((one for one in case.entries if one.id == message.facts.get("entry_id")), None)
    # Whoever opens a case may have typed a stranger's address: no mail of theirs goes there by us.
    if entry is None or (message.readdressed and entry.who == "customer"):
        return ()
    lines = tuple(line.strip() for line in entry.words.splitlines() if line.strip())
    # What anybody may type must not come from the shop as a link: the console shows it as it was written.
    return lines if entry.who == "staff" else tuple(defused(line, LONGEST) for line in lines)


def _reply_to(case: SupportCaseRecord, order: OrderRecord | None) -> str:
    if case.answer_by != Channel.EMAIL:
        return ""
    person = next(iter(order.contacts), None) if order else None
    return case.contact or (person.email_folded if person else None) or ""


def pickup_of(
    message: AnyMessage, return_: ReturnRecord, order: OrderRecord, config: MailConfig, locale: str
) -> MailPickup | None:
    """The collection that a message is about; where it is, for the shop's own people alone."""
    if ".pickup_" not in message.kind:
        return None
    facts, to = message.facts, (order.ship_to or {}) if is_to_shop(message.kind) else {}
    return MailPickup(
        on=date.fromisoformat(facts["on"]) if facts.get("on") else None,
        console=f"{config.console}/staff/returns/{return_.ref}",
        name=to.get("name") or "",
        address=", ".join([*address_lines(to), *([country_name(to["country"], locale)] if to.get("country") else [])]),
        note=facts.get("note") or facts.get("reason") or "",
    )


def address_lines(to: Mapping[str, Any]) -> tuple[str, ...]:
    """Where something is collected, a line each: the house, then the town."""
    town = " ".join(filter(None, (to.get("postcode"), to.get("city"))))
    return tuple(filter(None, (to.get("company"), to.get("line1"), to.get("line2"), town)))

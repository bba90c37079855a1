"""A statement of withdrawal: taken as it is made, whoever makes it; what it belongs to is found out afterwards."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.queue import defer
from app.core.tokens import keyed_digest, new_ref
from app.orders.contacts.contact_points import email_key, is_mobile, pasted_contact, phone_key
from app.orders.lookup import limits
from app.orders.lookup.codes import sms_subjects
from app.orders.lookup.limits import GuessSubject, Limit
from app.returns.models import Withdrawal

TASK = "receive_withdrawals"
# No limit may refuse a statement: above these a person looks at it, and the receipt leaves all the same.
BUSY_WINDOW = timedelta(hours=1)
MANY_TO_ONE, MANY_IN_ALL = 5, 200


@dataclass(frozen=True, slots=True)
class WithdrawalStatement:
    """What a person states; ``form_key`` makes the same form sent twice one statement.

    ``client`` stands for where it came from, as limits count it.
    """

    name: str
    order_text: str
    receipt_to: str
    locale: str
    form_key: str
    items_text: str | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    client: bytes | None = None


def state_withdrawal(session: Session, statement: WithdrawalStatement, *, now: datetime) -> Withdrawal:
    """Take a statement. It is never refused: over the limits it is marked for a person to look at.

    The job that matches it and sends the receipt exists with the same commit.
    """
    insertion = insert(Withdrawal).values(
        ref=new_ref(),
        form_key=statement.form_key,
        name=statement.name,
        order_text=statement.order_text,
        receipt_to=statement.receipt_to,
        items_text=statement.items_text,
        locale=statement.locale,
        stated_at=now,
        shown=statement.shown,
        client=statement.client,
        review=_busy(session, statement.receipt_to, now=now),
    )
    # The same form sent twice meets its own key here: no second statement, and no second receipt.
    new_id = session.scalar(insertion.on_conflict_do_nothing(index_elements=["form_key"]).returning(Withdrawal.id))
    if new_id is not None:
        defer(session, TASK, queueing_lock=TASK)
    return session.scalars(select(Withdrawal).where(Withdrawal.form_key == statement.form_key)).one()


def reach(receipt_to: str) -> tuple[str | None, str | None]:
    """The e-mail address to which a receipt goes, or else the mobile phone; a number without prefix is Spanish."""
    email = email_key(pasted_contact(receipt_to))
    number = None if email else phone_key(receipt_to, country="ES")
    return email, number if number and is_mobile(number) else None


def _busy(session: Session, receipt_to: str, *, now: datetime) -> bool:
    """True when so many statements come in, or so many for one address, that a person should look."""
    recent = select(func.count()).where(Withdrawal.stated_at > now - BUSY_WINDOW)
    to_one = session.scalar(recent.where(func.lower(Withdrawal.receipt_to) == receipt_to.lower())) or 0
    return to_one >= MANY_TO_ONE or (session.scalar(recent) or 0) >= MANY_IN_ALL


# So that the form is no way to send strangers mails: the rest leave hour by hour, none is lost.
PER_CLIENT = (Limit(5, timedelta(hours=1)),)
PER_RECIPIENT = (Limit(2, timedelta(hours=1)),)


def give_turns(session: Session, withdrawal: Withdrawal, *, on_file: str | None, key: str, now: datetime) -> None:
    """Say when each leaves: first the notice to who is on file at the order, when that is another, then the receipt.

    From here on nobody needs to know from which client the statement came.
    """
    email, phone = reach(withdrawal.receipt_to)
    stated = email or phone or withdrawal.receipt_to
    client = [GuessSubject(withdrawal.client, PER_CLIENT)] if withdrawal.client else []
    if on_file and on_file != stated:
        withdrawal.notice_at = limits.next_turn(session, [*client, _recipient(key, on_file)], now=now)
    texts = sms_subjects(key, phone) if phone else []
    withdrawal.receipt_at = limits.next_turn(session, [*client, _recipient(key, stated), *texts], now=now)
    withdrawal.client = None


def _recipient(key: str, address: str) -> GuessSubject:
    return GuessSubject(keyed_digest(key, f"withdrawal:{address}"), PER_RECIPIENT)

"""When the receipts of a withdrawal leave: at once, or in turn where many come of one client or go to one address.

The form takes every statement, from anybody; so without turns it would send any number of mails to any address.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core.tokens import keyed_digest
from app.orders.lookup import limits
from app.orders.lookup.codes import sms_subjects
from app.orders.lookup.limits import GuessSubject, Limit
from app.returns.models import Withdrawal
from app.returns.withdrawal import reach

PER_CLIENT = (Limit(5, timedelta(hours=1)),)
PER_RECIPIENT = (Limit(2, timedelta(hours=1)),)


def give_turns(session: Session, said: Withdrawal, *, on_file: str | None, key: str, now: datetime) -> None:
    """Say when each leaves: first the notice to who is on file at the order, when that is another, then the receipt.

    From here on nobody needs to know from which client the statement came.
    """
    email, phone = reach(said.receipt_to)
    stated = email or phone or said.receipt_to
    client = [GuessSubject(said.client, PER_CLIENT)] if said.client else []
    if on_file and on_file != stated:
        said.notice_at = limits.next_turn(session, [*client, _recipient(key, on_file)], now=now)
    texts = sms_subjects(key, phone) if phone else []
    said.receipt_at = limits.next_turn(session, [*client, _recipient(key, stated), *texts], now=now)
    said.client = None


def _recipient(key: str, address: str) -> GuessSubject:
    return GuessSubject(keyed_digest(key, f"withdrawal:{address}"), PER_RECIPIENT)

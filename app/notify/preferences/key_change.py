"""After SECRET_KEY changed: what recipients have said under the key before goes on counting under the key of today."""

from collections.abc import Iterable

from sqlalchemy import LargeBinary, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableValuedAlias

from app.core.settings.key import each_key
from app.notify.models import InboundText, Message, PreferenceLink, SmsConsent, Suppression
from app.notify.preferences.suppression import recipient_key

BY_RECIPIENT = (Message, SmsConsent, InboundText, PreferenceLink)


def follow_key(session: Session, key: str, addresses: Iterable[tuple[str, str]]) -> None:
    """Move what is kept of these (channel, address) to the hashes of today; nothing to do where no key before is named.

    A hash cannot be turned into another, so it happens when an address is met.
    """
    before = each_key(key)[1:]
    unique = sorted({(channel, address) for channel, address in addresses if address}) if before else []
    moves = {recipient_key(old, *one): recipient_key(key, *one) for old in before for one in unique}
    if not moves:
        return
    pairs = _pairs(moves)
    columns = [column for column in Suppression.__table__.columns if column.name != "recipient_hash"]
    source = select(*columns, pairs.c.anew).join(pairs, pairs.c.old == Suppression.recipient_hash)
    # Of two rows that say the same, that of today stays.
    names = [*(column.name for column in columns), "recipient_hash"]
    session.execute(insert(Suppression).from_select(names, source).on_conflict_do_nothing())
    session.execute(delete(Suppression).where(Suppression.recipient_hash.in_(list(moves))))
    for model in BY_RECIPIENT:
        moved = update(model).where(model.recipient_hash == pairs.c.old).values(recipient_hash=pairs.c.anew)
        session.execute(moved.execution_options(synchronize_session=False))


def _pairs(moves: dict[bytes, bytes]) -> TableValuedAlias:
    hashes = ARRAY(LargeBinary)
    pairs: TableValuedAlias = (
        func.unnest(literal(list(moves), hashes), literal(list(moves.values()), hashes))
        .table_valued("old", "anew")
        .render_derived(name="moved")
    )
    return pairs

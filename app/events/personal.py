"""What the room of events keeps of a person: deliveries as they came, and words within what happened."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.events.models import DomainEvent, Firing, InboxRow, JobFailure, JobRun, ListenerRow, Stumble
from app.events.raw import readable
from app.personal.blanks import NOTHING, without
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l

# So many bodies are read at once: they may be megabytes.
STEP = 200


def _event(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return DomainEvent.order_id.in_(person.order_ids)


def _delivery(session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Deliveries whose bytes name the person; what waits to be understood is emptied once it was."""
    named: list[int] = []
    last = 0
    columns = (InboxRow.id, InboxRow.headers, InboxRow.body)
    unread = () if person.swept_at is None else (InboxRow.done_at >= person.swept_at,)
    while True:
        some = select(*columns).where(InboxRow.id > last, InboxRow.body != b"", InboxRow.state != "new", *unread)
        rows = session.execute(some.order_by(InboxRow.id).limit(STEP)).all()
        if not rows:
            return InboxRow.id.in_(named)
        named += [row.id for row in rows if person.is_named_in(readable(row.headers, row.body))]
        last = rows[-1].id


_DELIVERY = TableClaim(
    model=InboxRow,
    purpose=_l("What systems, carriers and providers sent"),
    basis=Basis.INTEREST,
    term="raw",
    since=InboxRow.received_at,
    ended=InboxRow.state.in_(("done", "set_aside", "dead")),
    plain="id door delivery_key received_at state attempts next_try_at done_at",
    personal={
        "headers": Use("How it came", {}),
        "body": Use("What it said", b""),
        "error": Use("Why it couldn't be understood", NOTHING),
    },
    of=_delivery,
    apart=True,
)
_EVENT = TableClaim(
    model=DomainEvent,
    purpose=_l("What happened, for messages, webhooks and figures"),
    basis=Basis.INTEREST,
    term="with",
    plain="id kind order_id shipment_id return_id happened_at",
    personal={"payload": Use("What went with it, a person's words among it", without("payload", "note", "reason"))},
    of=_event,
)
_WORK = (
    TableClaim(
        model=ListenerRow,
        purpose="Who has yet to hear of what happened",
        basis=Basis.INTEREST,
        tier=Tier.STAFF,
        term="with",
        plain="event_id listener attempts next_try_at error dead_at",
    ),
    TableClaim(
        model=Stumble,
        purpose="Work that failed",
        basis=Basis.INTEREST,
        term="shop",
        plain="task item_id attempts next_try_at error dead_at aside",
    ),
    TableClaim(
        model=Firing, purpose="When the clock fired", basis=Basis.INTEREST, term="shop", plain="job due_at fired_at"
    ),
    TableClaim(
        model=JobRun,
        purpose="When a job last succeeded",
        basis=Basis.INTEREST,
        term="shop",
        plain="task done_at took_ms",
    ),
    TableClaim(
        model=JobFailure,
        purpose="Why a job failed; gone after a week",
        basis=Basis.INTEREST,
        term="shop",
        plain="job_id task reason tries failed_at",
    ),
)

PERSONAL = RoomClaims("events", (_DELIVERY, _EVENT, *_WORK))

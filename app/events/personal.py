"""What the room of events keeps of a person: deliveries as they came, and words within what happened."""

from urllib.parse import unquote_plus

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.bodies.packing import unpack
from app.core.errors import Unreadable
from app.events.models import DomainEvent, Firing, InboxRow, ListenerRow, Stumble
from app.personal.blanks import NOTHING, without
from app.personal.claims import Basis, Person, RoomClaims, TableClaim, Tier, Use

# So many bodies are read at once: they may be megabytes.
STEP = 200


def _event(_session: Session, person: Person) -> ColumnElement[bool]:
    return DomainEvent.order_id.in_(person.order_ids)


def _delivery(session: Session, person: Person) -> ColumnElement[bool]:
    """Deliveries whose bytes name the person; what waits to be understood is emptied once it was."""
    named: list[int] = []
    last = 0
    columns = (InboxRow.id, InboxRow.headers, InboxRow.body)
    while True:
        some = select(*columns).where(InboxRow.id > last, InboxRow.body != b"", InboxRow.state != "new")
        rows = session.execute(some.order_by(InboxRow.id).limit(STEP)).all()
        if not rows:
            return InboxRow.id.in_(named)
        named += [row.id for row in rows if person.is_named_in(readable(row.headers, row.body))]
        last = rows[-1].id


def readable(headers: dict[str, str], body: bytes) -> str:
    """A body as a text in which names can be looked for, whatever it was packed and written in."""
    encoding = next((value for name, value in headers.items() if name.lower() == "content-encoding"), "")
    try:
        body = unpack(body, encoding)
    except Unreadable:
        pass
    text = body.decode("utf-8", "replace")
    # As forms and JSON write what is not plain letters.
    return "\n".join((text, unquote_plus(text), _unescaped(text)))


def _unescaped(text: str) -> str:
    return text.encode("latin-1", "ignore").decode("unicode_escape", "ignore") if "\\u" in text else ""


_DELIVERY = TableClaim(
    model=InboxRow,
    purpose="What systems, carriers and providers sent",
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
    purpose="What happened, for messages, webhooks and figures",
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
)

PERSONAL = RoomClaims("events", (_DELIVERY, _EVENT, *_WORK))

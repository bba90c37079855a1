"""What the room of orders keeps of a person: orders, lines, contacts, and the ways in to them."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app.orders.lookup.links import end_access
from app.orders.lookup.models import AccessLink, Guess, GuessTally, LinkBrowser, OneTimeCode, UsedHandover, WebSession
from app.orders.models import Order, OrderContact, OrderLine
from app.orders.pictures.pictures import Picture
from app.personal.blanks import NOTHING, each_thinned, thinned
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l


def _order(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return Order.id.in_(person.order_ids)


def _contact(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    """All people of their own orders; of others' orders only themselves."""
    themselves = OrderContact.email_folded.in_(person.emails) | OrderContact.phone_e164.in_(person.phones)
    return OrderContact.order_id.in_(person.order_ids) | (OrderContact.order_id.in_(person.named_in) & themselves)


def _personalised(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return OrderLine.order_id.in_(person.order_ids) & OrderLine.personalised


def _picture(session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Pictures of what was made for them; read at once, since the lines that lead there are blanked, too."""
    urls = select(OrderLine.image_url).where(_personalised(session, person), OrderLine.image_url.is_not(None))
    return Picture.url.in_(session.scalars(urls).all())


def _session_of(session: Session, person: DataSubject) -> ColumnElement[bool]:
    refs = session.scalars(select(Order.ref).where(_order(session, person))).all()
    opened = [WebSession.data["orders"].has_key(ref) for ref in refs]
    return WebSession.staff_id.is_(None) & or_(WebSession.data["account"].astext.in_(person.emails), *opened)


def close(session: Session, person: DataSubject, *, now: datetime) -> None:
    """End every way into the orders, and say of each that its person is gone."""
    for order_id in sorted(person.order_ids):
        end_access(session, order_id, now=now)
    gone = {"erased_at": now, "version": Order.version + 1, "changed_at": now}
    session.execute(
        update(Order).where(_order(session, person), Order.erased_at.is_(None)).values(gone),
        execution_options={"synchronize_session": False},
    )


_ORDER = TableClaim(
    model=Order,
    purpose=_l("What was bought, what it cost and how far it is"),
    term="orders",
    tier=Tier.LINK,
    plain="""id ref brand_key number number_key channel kind placed_at updated_at status hold currency locale
        promise_from promise_until totals source_system source_id source_url read_at removed status_word hold_until
        prices_include_tax payment_status gift paid version access_epoch created_at changed_at completed_at
        erased_at""",
    hidden="document_hash",
    personal={
        "purchase_order": Use("A company's own reference", NOTHING),
        "customer_id": Use("Who the customer is in the shop's system", NOTHING, Tier.STAFF),
        "ship_to": Use("Where it goes", thinned("ship_to", "country"), Tier.CODE),
        "payments": Use(
            "How it was paid", each_thinned("payments", "id", "method", "amount", "status", "at"), Tier.CODE
        ),
        "extra": Use("What the shop's system adds", {}, Tier.STAFF),
        "note": Use("What the customer asked for", NOTHING, Tier.CODE),
        "refunds": Use("Why money was given back", each_thinned("refunds", "id", "amount", "at", "key", "lines")),
        "returns": Use(
            "Returns made in the shop's system",
            each_thinned("returns", "id", "status", "kind", "at", "key"),
        ),
        "invoices": Use("Where the shop shows its invoices", [], Tier.CODE),
        "notes": Use("What was set right in what was sent", [], Tier.STAFF),
    },
    of=_order,
)
_LINE = TableClaim(
    model=OrderLine,
    purpose=_l("One thing bought"),
    term="orders",
    tier=Tier.LINK,
    plain="""id order_id line_id position sku category quantity unit_price tax discount weight_g final_sale personalised
        cancelled returned total origin for_line kind quantity_text""",
    personal={
        # Only what was made for somebody may tell of them: the words that were engraved, their own picture.
        "title": Use("Its name, where it was made for somebody", OrderLine.sku),
        "variant": Use("What was chosen or engraved", NOTHING),
        "image_url": Use("Its picture", NOTHING),
        "url": Use("Its page in the shop", NOTHING),
    },
    of=_personalised,
)
_CONTACT = TableClaim(
    model=OrderContact,
    purpose=_l("Who bought, and who follows it in a company"),
    term="orders",
    tier=Tier.CODE,
    plain="id order_id position role",
    personal={
        "name": Use("How to address them", NOTHING),
        "email": Use("Where messages go", NOTHING),
        "email_folded": Use("To find the order and to write", NOTHING),
        "phone": Use("Where texts go, and for the carrier", NOTHING),
        "phone_e164": Use("To find the order and to write", NOTHING),
        "sms_consent": Use("Whether the shop was told that texts are wanted", False),
    },
    of=_contact,
)
_SESSION = TableClaim(
    model=WebSession,
    purpose=_l("Keeps a browser's orders open"),
    basis=Basis.INTEREST,
    tier=Tier.NOBODY,
    term="sessions",
    plain="created_at seen_at",
    staff="staff_id",
    hidden="id_hash",
    personal={"data": Use("Which orders are open here, and the proven address", {})},
    of=_session_of,
    deleted=True,
)
_PICTURE = TableClaim(
    model=Picture,
    purpose=_l("Pictures of what was bought"),
    basis=Basis.INTEREST,
    tier=Tier.LINK,
    term="with",
    plain="reason attempts wanted_at next_try_at",
    hidden="url_hash content",
    personal={"url": Use("Where the shop shows it; of what was made for somebody, theirs", "")},
    of=_picture,
    deleted=True,
)
_WAYS = (
    TableClaim(
        model=AccessLink,
        purpose="A mailed link to an order",
        tier=Tier.NOBODY,
        term="with",
        plain="id order_id purpose issued_at revoked_at",
        hidden="token_hash",
    ),
    TableClaim(
        model=LinkBrowser,
        purpose="Which browsers opened a link",
        basis=Basis.INTEREST,
        tier=Tier.NOBODY,
        term="with",
        plain="link_id opened_at",
        hidden="browser_hash",
    ),
    TableClaim(
        model=OneTimeCode,
        purpose="A code that proves an address",
        basis=Basis.INTEREST,
        tier=Tier.NOBODY,
        term="sessions",
        plain="id sent_at expires_at tries used_at known",
        hidden="subject session_hash code_hash asked_by",
    ),
    TableClaim(
        model=UsedHandover,
        purpose="Links of the shop's own pages work once",
        basis=Basis.INTEREST,
        tier=Tier.NOBODY,
        term="sessions",
        plain="ends_at",
        hidden="token_hash",
    ),
    TableClaim(
        model=Guess,
        purpose="Stops those who guess; digests alone",
        basis=Basis.INTEREST,
        tier=Tier.NOBODY,
        term="tries",
        plain="id tried_at",
        hidden="subject",
    ),
    TableClaim(
        model=GuessTally,
        purpose="How many tries there were in a minute",
        basis=Basis.INTEREST,
        tier=Tier.NOBODY,
        term="tries",
        plain="minute tried wrong",
    ),
)

PERSONAL = RoomClaims("orders", (_ORDER, _PICTURE, _LINE, _CONTACT, _SESSION, *_WAYS), close=close)

"""What the form shows of an order: its parcels and items, its returns, and how its customer can be answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, current_app, g
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.brands.queries import ShopFront
from app.core.errors import NotFound
from app.core.web import db_session
from app.orders.lookup.access import Grant
from app.orders.lookup.codes import mask_email, mask_phone
from app.returns.queries import returns_of
from app.returns.records import ReturnRecord
from app.support.about import About, choices
from app.support.form import EMAIL, OTHER, PHONE, HelpForm
from app.support.queries import contact_of
from app.support.words import about_words, hint_words
from app.tracking.carrier_pages import carrier_title
from app.tracking.page.query import order_facts
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.page.words import short_state


@dataclass(frozen=True, slots=True)
class HelpContext:
    """An order as its form needs it; ``ways`` are the answers that can be had, with what may be shown of each."""

    order: TrackedOrder
    returns: Sequence[ReturnRecord]
    ways: dict[str, str]

    def parcel(self, place: int) -> TrackedParcel | None:
        """The parcel at a place of the order's page."""
        return next((parcel for parcel in self.order.parcels if parcel.place == place), None)

    def return_of(self, ref: str) -> ReturnRecord | None:
        """The order's return with this reference."""
        return next((return_ for return_ in self.returns if return_.ref == ref), None)

    def parcels(self) -> list[tuple[str, str]]:
        """The parcels to choose from, where there are several."""
        if len(self.order.parcels) < 2:
            return []
        named = [(str(parcel.place), parcel_words(parcel)) for parcel in self.order.parcels]
        return [("0", _("The whole order")), *named]

    def abouts(self, chosen: About | None) -> list[tuple[str, str, str | None]]:
        """What it can be about: handle, words and a hint."""
        states = [parcel.state for parcel in self.order.parcels]
        offered = choices(chosen, states, unsent=bool(self.order.unsent), any_return=bool(self.returns))
        return [(about.value, about_words(about), hint_words(about)) for about in offered]

    def lines_of(self, form: HelpForm) -> tuple[int, ...]:
        """Of the rows that a form names those that are this order's."""
        # A form may name any row: one of another order's is left out.
        own = {line.row_id for line in self.order.lines}
        return tuple(line for line in form.lines if line in own)


def read_context(grant: Grant) -> HelpContext:
    """The order of a grant; the page speaks its language and for its brand."""
    session = db_session()
    try:
        order = order_facts(session, grant.order_id, asks=current_app.extensions["asks_carrier"])
    except NotFound:
        abort(404)
    g.locale, g.brand = order.locale, ShopFront(**order.brand)
    return HelpContext(order, returns_of(session, order.id), _ways(session, order.id))


def parcel_words(parcel: TrackedParcel) -> str:
    """«Paquete 2: En reparto (SEUR)»."""
    facts = {"place": parcel.place, "state": short_state(parcel.state)}
    carrier = carrier_title(parcel.carrier)
    if carrier is None:
        return str(_("Parcel %(place)s: %(state)s", **facts))
    return str(_("Parcel %(place)s: %(state)s (%(carrier)s)", carrier=carrier, **facts))


def masked_contact(session: Session, order_id: int) -> tuple[str | None, str | None]:
    """E-mail address and phone of the customer, as a page behind a link may show them."""
    email, phone = contact_of(session, order_id)
    return mask_email(email) if email else None, mask_phone(phone) if phone else None


def _ways(session: Session, order_id: int) -> dict[str, str]:
    email, phone = masked_contact(session, order_id)
    # Another address can always be given: what is on file may be out of reach, which is why somebody writes.
    on_file = {EMAIL: email, PHONE: phone}
    return {way: shown for way, shown in on_file.items() if shown} | {OTHER: ""}

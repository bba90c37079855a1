"""The papers of one return in the reader's language: what the label, the packing slip and the code say.

What draws them is loaded with the first label: no other page needs it, and it is large.
"""

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from app.brands.facts import address_for
from app.brands.queries import ShopFront
from app.brands.records import BrandRecord
from app.core.i18n.catalogues import HOME_LANGUAGE, language_of
from app.core.i18n.words import country_name, day
from app.core.i18n.words import number as written
from app.returns.labels.parcel import weight_of
from app.returns.labels.ports import Label, LabelWords, Slip, SlipItem, is_own_number
from app.returns.points.chosen import address_words
from app.returns.policy.stored.reason_list import reasons_of
from app.returns.queries import ReturnView
from app.returns.words import reason_words
from app.tracking.carrier_pages import carrier_title


def pdf(view: ReturnView, *, sheet: bool) -> bytes:
    """The label as PDF: 4×6 in, or an A4 sheet with the packing slip."""
    from app.returns.labels.pdf import label_pdf, sheet_pdf

    language = language_of(str(get_locale() or HOME_LANGUAGE))
    if sheet:
        return sheet_pdf(label_of(view), label_words(view), slip_of(view), language=language)
    return label_pdf(label_of(view), label_words(view), language=language)


def zpl(view: ReturnView) -> str:
    """The label for thermal printers."""
    from app.returns.labels.zpl import label_zpl

    return label_zpl(label_of(view), label_words(view))


def label_of(view: ReturnView) -> Label:
    """The label's facts. Its QR code holds the return's reference, its bar code the label number."""
    return_, order = view.return_, view.order
    return Label(
        reference=return_.ref,
        tracking_number=return_.label_number or return_.ref,
        carrier=carrier_title(return_.carrier) or "",
        service=_("Return"),
        sender=_address(order.ship_to or {}),
        recipient=recipient_of(order.brand, (order.ship_to or {}).get("country")),
        order=order.number,
        code=return_.ref,
        deadline=return_.deadline,
        weight_g=weight_of(view.lines, view.return_),
        shop=order.brand.name,
    )


def label_words(view: ReturnView) -> LabelWords:
    """The printed words."""
    return_, weight = view.return_, weight_of(view.lines, view.return_)
    number = return_.label_number or return_.ref
    # A number of our own is known to the shop and its carrier; nobody else could look it up.
    issuer = view.order.brand.name if is_own_number(number) else carrier_title(return_.carrier)
    point = return_.point or {}
    return LabelWords(
        sender=_("From"),
        recipient=_("To"),
        reference=_("Return %(ref)s", ref=return_.ref),
        order=_("Order %(number)s", number=view.order.number),
        deadline=_("Valid until %(day)s", day=day(return_.deadline)) if return_.deadline else "",
        weight=_("%(kilos)s kg", kilos=written(round(weight / 1000, 1))) if weight else "",
        point=(_("Drop off at %(place)s", place=point["name"]), _point_address(point)) if point.get("name") else (),
        issuer=_("Number issued by %(name)s", name=issuer) if issuer else "",
        barcode=_("Bar code of the label number %(number)s", number=number),
        qr=_("QR code of the return %(ref)s", ref=return_.ref),
    )


def slip_of(view: ReturnView) -> Slip:
    """The packing slip under the label."""
    lines = [(view.lines[line.order_line_id], line) for line in view.return_.lines]
    reasons = reasons_of(view.order.brand)
    items = tuple(
        SlipItem(
            line.quantity, bought.title, " · ".join(filter(None, (bought.variant, reason_words(line.reason, reasons))))
        )
        for bought, line in lines
    )
    return Slip(
        title=_("Return %(ref)s", ref=view.return_.ref),
        items_title=_("In this parcel"),
        items=items,
        steps_title=_("What to do"),
        steps=(
            _("Cut along the line and put this half into the parcel."),
            _("Stick the label on the parcel and cover older labels."),
            _drop_off(view.return_.point or {}),
        ),
        fold=_("Cut or fold here"),
        more=_("and more"),
    )


def _drop_off(point: dict[str, Any]) -> str:
    if not point.get("name"):
        return str(_("Drop the parcel off and keep the receipt."))
    place = ", ".join(part for part in (point["name"], _point_address(point)) if part)
    return str(_("Drop the parcel off at %(place)s and keep the receipt.", place=place))


def _point_address(point: dict[str, Any]) -> str:
    return address_words(*(point.get(part) or "" for part in ("line1", "postcode", "city")))


def _address(ship_to: dict[str, Any]) -> tuple[str, ...]:
    town = " ".join(part for part in (ship_to.get("postcode"), ship_to.get("city")) if part)
    code = ship_to.get("country")
    land = country_name(code) if code else None
    parts = (ship_to.get("name"), ship_to.get("line1"), ship_to.get("line2"), town, land)
    return tuple(part for part in parts if part)


def recipient_of(brand: BrandRecord | ShopFront, country: str | None = None) -> tuple[str, ...]:
    """Where a return from this country goes, as it stands on its label."""
    own = {name: text for name, text in address_for(brand, country).items() if text}
    address = _address({"name": brand.name} | own)
    return address if len(address) > 1 else (brand.name, *brand.postal_address.splitlines())

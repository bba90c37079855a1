"""An order of Medusa's, with its exchanges and claims, as one order document. Pure."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from tests.oms.mapping.medusa.amounts import deliveries, holds_tax, in_minor, line_charges, raw
from tests.oms.mapping.medusa.lines import changes, lines
from tests.oms.mapping.medusa.parcels import parcels, returns
from tests.oms.mapping.medusa.statuses import money, payment_status, payments, stand, status_words
from tests.oms.mapping.outcome import Unmappable
from tests.oms.mapping.reading import Raw, first, joined, latest, minor, ordered, without_blanks

# What has to be named in ``fields``: without the first ones there is no currency, and totals are missing in lists.
FIELDS = (
    "+currency_code", "+metadata", "+email", "+customer_id", "+is_draft_order", "*items", "*items.detail",
    "*items.variant", "*items.variant.product", "*items.tax_lines", "*items.adjustments", "*shipping_address",
    "*customer", "*sales_channel", "*fulfillments", "*fulfillments.items", "*fulfillments.labels",
    "*fulfillments.shipping_option", "*shipping_methods", "*shipping_methods.adjustments", "*payment_collections",
    "*payment_collections.payments", "*payment_collections.payments.captures",
    "*payment_collections.payments.refunds", "*returns", "*returns.items", "*returns.items.reason", "*transactions",
    "*credit_lines",
)  # fmt: skip

_NEEDED = (
    "currency_code", "display_id", "created_at", "updated_at", "status", "items", "shipping_methods", "fulfillments",
    "payment_collections", "returns",
)  # fmt: skip


def document(
    order: Raw,
    *,
    exchanges: Iterable[Raw] = (),
    claims: Iterable[Raw] = (),
    system: str = "medusa",
    admin_url: str | None = None,
    read_at: str | None = None,
) -> dict[str, Any]:
    """The order as a document. Raises Unmappable where it tells too little to be taken."""
    currency = _currency(order)
    exchanges, claims = list(exchanges), list(claims)
    made = changes(order, exchanges, claims)
    sums, standing, with_tax = money(order), stand(order), holds_tax(order)
    paid = minor(sums.captured, currency)
    ways = deliveries(order, with_tax=with_tax)
    delivery = in_minor(ways, currency)
    shipping, off_shipping = sum(total + off for total, off, _ in delivery), sum(off for _, off, _ in delivery)
    charged = [line for line in order["items"] if line["id"] not in made.added]
    taxes = [one.tax for one in (*line_charges(charged, with_tax=with_tax), *ways)]
    goods = lines(order, made, currency=currency, paid=paid, shipping=shipping - off_shipping)
    totals = {
        "items": sum(line["total"] for line in goods if line["id"] not in made.added),
        "shipping": shipping,
        "tax": minor(sum(taxes, Decimal(0)), currency),
        "discount": off_shipping,
        "shipping_discount": off_shipping,
        "credit": minor(_credit(order), currency),
        "paid": paid,
    }
    return without_blanks(
        {
            "number": str(order.get("custom_display_id") or order["display_id"]),
            "source": without_blanks({"system": system, "id": order["id"], "url": _page(admin_url, order)}),
            "channel": first((order.get("sales_channel") or {}).get("name"), "web"),
            "placed_at": order["created_at"],
            "updated_at": latest(_moments(order, exchanges, claims)),
            "read_at": read_at,
            "status": standing.status,
            "hold": standing.hold,
            "status_word": status_words(order),
            "currency": currency,
            "locale": first(order.get("locale")),
            **_people(order),
            "lines": goods,
            "prices_include_tax": with_tax,
            "totals": totals,
            "payment_status": payment_status(order),
            "payments": list(_payments(order, currency)),
            "refunds": list(_refunds(order, currency)),
            "returns": returns(order),
            "shipments": parcels(order),
        }
    )


def _currency(order: Raw) -> str:
    """The currency of an order that was read whole: what was not asked for must not be taken for nothing."""
    lines, paid = order.get("items") or [], payments(order)
    missing = [name for name in _NEEDED if name not in order]
    missing += ["items.detail"] if any("detail" not in line for line in lines) else []
    missing += [f"payments.{name}" for name in ("captures", "refunds") if any(name not in one for one in paid)]
    if missing or not order["currency_code"]:
        raise Unmappable(
            f"The order was not read whole: name {', '.join(missing) or 'currency_code'} among its fields."
        )
    return str(order["currency_code"]).upper()


def _page(admin_url: str | None, order: Raw) -> str | None:
    return f"{admin_url.rstrip('/')}/app/orders/{order['id']}" if admin_url else None


def _credit(order: Raw) -> Decimal:
    # Medusa mirrors its own refunds as credit, so that an order comes out even: those are told as refunds.
    return sum(
        (
            raw(line, "amount")
            for line in order.get("credit_lines") or ()
            if line.get("reference") != "payment_collection"
        ),
        Decimal(0),
    )


def _payments(order: Raw, currency: str) -> Iterator[dict[str, Any]]:
    for payment in ordered(payments(order)):
        captures = ordered(payment.get("captures"))
        amount = sum((raw(one, "amount") for one in captures), Decimal(0)) if captures else raw(payment, "amount")
        voided = payment.get("canceled_at") and not captures
        yield without_blanks(
            {
                "id": payment["id"],
                "method": str(payment.get("provider_id") or "other").removeprefix("pp_"),
                "amount": minor(amount, currency),
                "status": "voided" if voided else "captured" if captures else "authorised",
                "at": captures[0].get("created_at") if captures else payment.get("created_at"),
            }
        )


def _refunds(order: Raw, currency: str) -> Iterator[dict[str, Any]]:
    for refund in ordered(one for payment in payments(order) for one in payment.get("refunds") or ()):
        note = first(refund.get("note"))
        yield without_blanks(
            {
                "id": refund["id"],
                "amount": minor(raw(refund, "amount"), currency),
                "at": refund.get("created_at"),
                "reason": first((refund.get("refund_reason") or {}).get("label"), note),
                # The note is the only place for our own id of a refund.
                "key": note.removeprefix("paradero ") if note and note.startswith("paradero ") else None,
            }
        )


def _people(order: Raw) -> dict[str, Any]:
    customer, address = order.get("customer") or {}, order.get("shipping_address") or {}
    company = first(customer.get("company_name"))
    name = joined(address.get("first_name"), address.get("last_name"))
    return {
        "kind": "b2b" if company else "b2c",
        "purchase_order": first((order.get("metadata") or {}).get("purchase_order")),
        "customer": without_blanks(
            {
                "id": first(order.get("customer_id"), customer.get("id")),
                "name": name or joined(customer.get("first_name"), customer.get("last_name")) or company,
                "email": first(order.get("email"), customer.get("email")),
                "phone": first(address.get("phone"), customer.get("phone")),
            }
        ),
        "ship_to": _address(address, name, company),
    }


def _address(address: Raw, name: str | None, company: str | None) -> dict[str, Any] | None:
    if not address:
        return None
    return without_blanks(
        {
            "name": name,
            "company": first(address.get("company"), company),
            "line1": first(address.get("address_1")),
            "line2": first(address.get("address_2")),
            "city": first(address.get("city")),
            "region": first(address.get("province")),
            "postcode": first(address.get("postal_code")),
            "country": (first(address.get("country_code")) or "").upper() or None,
        }
    )


def _moments(order: Raw, exchanges: list[Raw], claims: list[Raw]) -> Iterator[Any]:
    """When any part of the order was made or last written: refunds and captures do not move the order's own time."""
    yield order.get("updated_at")
    own = [one for one in (*exchanges, *claims) if one.get("order_id") == order["id"]]
    collections = order.get("payment_collections") or []
    parts: list[Raw] = [*own, *collections, *payments(order), *(order.get("items") or [])]
    for name in ("fulfillments", "returns", "transactions", "credit_lines", "shipping_methods"):
        parts += order.get(name) or []
    nested = ("captures", "refunds", "labels", "additional_items", "claim_items")
    parts += [one for part in list(parts) for name in nested for one in part.get(name) or ()]
    parts += [order.get("shipping_address") or {}, *(line.get("detail") or {} for line in order.get("items") or ())]
    for part in parts:
        yield part.get("updated_at") or part.get("created_at")

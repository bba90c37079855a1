"""A small Medusa of our own making: orders that are bought, sent and taken back, told with all of its oddities."""

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Part = dict[str, Any]
PRICES = {"TEE-M": "19.99", "TEE-L": "19.99", "MUG-330": "12.5", "GIFT-25": "25"}
COUNTS = (
    "quantity", "fulfilled_quantity", "shipped_quantity", "delivered_quantity", "return_requested_quantity",
    "return_received_quantity", "return_dismissed_quantity", "written_off_quantity",
)  # fmt: skip


def number(name: str, value: Decimal | int | str) -> Part:
    """A number as Medusa writes it: rounded to a float, exactly in a string beside it."""
    return {name: float(Decimal(value)), f"raw_{name}": {"value": str(value), "precision": 20}}


class StoreOrder:
    """One order and what happens to it; ``answer`` tells it as its administration does, changes stand beside."""

    def __init__(
        self,
        display_id: int = 1,
        *,
        currency: str = "eur",
        rate: int = 19,
        with_tax: bool = True,
        began: datetime = datetime(2026, 11, 1, 9, tzinfo=UTC),
    ) -> None:
        self._clock = began
        self._ids = itertools.count(1)
        self._rate, self._with_tax, self._number = rate, with_tax, display_id
        self.exchanges: list[Part] = []
        self.claims: list[Part] = []
        self.order: Part = {
            "id": f"order_{display_id:04d}", "display_id": display_id, "custom_display_id": None, "status": "pending",
            "is_draft_order": False, "currency_code": currency, "email": f"kunde{display_id}@example.test",
            "locale": None, "metadata": None, "created_at": self._now(), "updated_at": self._now(),
            "customer_id": f"cus_{display_id}", "customer": {"company_name": None, "phone": None},
            "sales_channel": {"name": "Web"}, "shipping_address": self._address(), "items": [], "fulfillments": [],
            "shipping_methods": [], "payment_collections": [], "returns": [], "credit_lines": [], "transactions": [],
        }  # fmt: skip

    def buy(self, *goods: tuple[str, int], shipping: str = "4.9", discount: str = "0") -> "StoreOrder":
        """Place it, authorised; a ``discount`` is cut over its lines in parts that are no whole cents."""
        for sku, count in goods or (("TEE-M", 2), ("MUG-330", 1)):
            self.add(sku, count, at=self.order["created_at"])
        self._discount(Decimal(discount))
        self.order["shipping_methods"].append(self._way(shipping))
        self.collect(self.due())
        self.authorise()
        return self

    def add(self, sku: str, count: int, *, at: str | None = None, price: str | None = None) -> Part:
        """A line; later ones are told before earlier ones, as lists do."""
        card = sku.startswith("GIFT")
        line = {
            "id": f"ordli_{next(self._ids):03d}", "variant_sku": sku, "title": sku, "product_title": sku.title(),
            "variant_title": sku[-1], "is_tax_inclusive": self._with_tax, "is_giftcard": card,
            "requires_shipping": not card, "created_at": at or self._now(), "thumbnail": None, "adjustments": [],
            "variant": {"weight": None, "product": {"weight": 400}},
            "tax_lines": [] if card else [number("rate", self._rate)],
            "detail": {name: 0 for name in COUNTS} | {"updated_at": self._now()},
            **number("unit_price", price or PRICES[sku]),
        }  # fmt: skip
        line["detail"]["quantity"] = count
        self.order["items"].insert(0, line)
        self.touch()
        return line

    def line(self, sku: str) -> Part:
        """The oldest line of this article."""
        return next(line for line in reversed(self.order["items"]) if line["variant_sku"] == sku)

    def due(self) -> Decimal:
        """What all lines and deliveries cost, unrounded."""
        factor = 1 if self._with_tax else 1 + Decimal(self._rate) / 100
        lines = sum(Decimal(self._price(one)) * one["detail"]["quantity"] * factor for one in self.order["items"])
        off = sum(Decimal(cut["raw_amount"]["value"]) for one in self.order["items"] for cut in one["adjustments"])
        # An adjustment is net whatever the price is.
        off *= 1 + Decimal(self._rate) / 100
        ways = sum(Decimal(one["raw_amount"]["value"]) * factor for one in self.order["shipping_methods"])
        return lines - off + ways

    def collect(self, amount: Decimal) -> Part:
        """A collection that nobody has paid yet: edits, exchanges and claims open one of their own."""
        made = {"id": f"pay_col_{next(self._ids)}", "status": "not_paid", "payments": [], "updated_at": self._now()}
        self.order["payment_collections"].append(made | number("amount", amount))
        made_last: Part = self.order["payment_collections"][-1]
        return made_last

    def authorise(self) -> Part:
        """A payment for the last collection, not taken yet."""
        collection = self.order["payment_collections"][-1]
        places = Decimal(1) if self.order["currency_code"] == "jpy" else Decimal("0.001")
        amount = Decimal(collection["raw_amount"]["value"]).quantize(places)
        payment = {
            "id": f"pay_{next(self._ids)}", "provider_id": "pp_system_default", "canceled_at": None, "captures": [],
            "refunds": [], "created_at": self._now(), "updated_at": self._now(), **number("amount", amount),
        }  # fmt: skip
        collection["payments"].append(payment)
        collection["status"] = "authorized"
        return payment

    def payment(self) -> Part:
        """The first payment."""
        payment: Part = self.order["payment_collections"][0]["payments"][0]
        return payment

    def capture(self, amount: str | None = None, *, payment: Part | None = None) -> "StoreOrder":
        """Take money; this does not move the order's own time."""
        paid = payment or self.payment()
        value = amount or paid["raw_amount"]["value"]
        paid["captures"].append({"id": f"capt_{next(self._ids)}", "created_at": self._now(), **number("amount", value)})
        return self

    def refund(self, amount: str, note: str | None = None, *, mirrored: bool = True) -> "StoreOrder":
        """Give money back; an order that is even gets a credit line for it and its time moves, another does not."""
        row = {"id": f"ref_{next(self._ids)}", "created_at": self._now(), "note": note, **number("amount", amount)}
        self.payment()["refunds"].append(row)
        if mirrored:
            self.credit(amount, reference="payment_collection")
        return self

    def credit(self, amount: str, *, reference: str = "goodwill") -> "StoreOrder":
        """A credit line."""
        row = {"id": f"ordcl_{next(self._ids)}", "reference": reference, "created_at": self._now()}
        self.order["credit_lines"].append(row | number("amount", amount))
        return self.touch()

    def pack(self, *goods: tuple[Part, int]) -> Part:
        """A fulfilment; of all that is not packed when nothing is named."""
        chosen = goods or tuple((line, line["detail"]["quantity"]) for line in self.order["items"] if _goes(line))
        fulfilment = {
            "id": f"ful_{next(self._ids)}", "created_at": self._now(), "packed_at": self._now(), "shipped_at": None,
            "delivered_at": None, "canceled_at": None, "labels": [], "shipping_option": {"name": "DHL Paket"},
            "items": [{"line_item_id": line["id"], **number("quantity", count)} for line, count in chosen],
        }  # fmt: skip
        self.order["fulfillments"].append(fulfilment)
        self._count("fulfilled_quantity", chosen)
        return fulfilment

    def ship(self, fulfilment: Part, *numbers: str) -> Part:
        """It leaves, with a label for each number."""
        fulfilment["shipped_at"] = fulfilment["updated_at"] = self._now()
        fulfilment["labels"] = [
            {"id": f"fulla_{next(self._ids)}", "tracking_number": one, "tracking_url": f"https://track.example/{one}",
             "label_url": None, "created_at": self._now()}
            for one in numbers
        ]  # fmt: skip
        self._count("shipped_quantity", self._contents(fulfilment))
        return fulfilment

    def deliver(self, fulfilment: Part) -> Part:
        """It arrives."""
        fulfilment["delivered_at"] = fulfilment["updated_at"] = self._now()
        self._count("delivered_quantity", self._contents(fulfilment))
        return fulfilment

    def unpack(self, fulfilment: Part) -> None:
        """Its fulfilment is cancelled, and stays in the list."""
        fulfilment["canceled_at"] = self._now()
        self._count("fulfilled_quantity", self._contents(fulfilment), sign=-1)

    def send(self, *numbers: str, goods: Iterable[tuple[Part, int]] = ()) -> Part:
        """Packed, sent and delivered at once."""
        return self.deliver(self.ship(self.pack(*goods), *(numbers or (f"0034043400{self._number:04d}",))))

    def ask_back(self, line: Part, count: int, **change: str) -> Part:
        """A return that is awaited; ``exchange_id`` or ``claim_id`` says why."""
        item = {"item_id": line["id"], "id": f"retitem_{next(self._ids)}", "note": "passt nicht"}
        item |= number("quantity", count) | number("received_quantity", 0) | number("damaged_quantity", 0)
        one = {"id": f"return_{next(self._ids)}", "status": "requested", "metadata": None, "items": [item]}
        self.order["returns"].append(one | change | {"created_at": self._now(), "requested_at": self._now()})
        self._count("return_requested_quantity", [(line, count)])
        coming: Part = self.order["returns"][-1]
        return coming

    def receive(self, one: Part, good: int, damaged: int = 0) -> None:
        """Pieces come in; the damaged ones are among those received, and are written off besides."""
        item = one["items"][0]
        line = next(line for line in self.order["items"] if line["id"] == item["item_id"])
        received, awaited = good + damaged, int(item["quantity"])
        item |= number("received_quantity", received) | number("damaged_quantity", damaged)
        one["status"] = "received" if received == awaited else "partially_received"
        one["updated_at"] = self._now()
        for name, count in (("return_received_quantity", good), ("return_dismissed_quantity", damaged)):
            self._count(name, [(line, count)])
        self._count("written_off_quantity", [(line, damaged)])
        self._count("return_requested_quantity", [(line, received)], sign=-1)

    def call_off(self, one: Part) -> None:
        """A return is cancelled, and stays in the list."""
        one["status"], one["canceled_at"] = "canceled", self._now()
        line = next(line for line in self.order["items"] if line["id"] == one["items"][0]["item_id"])
        self._count("return_requested_quantity", [(line, int(one["items"][0]["quantity"]))], sign=-1)

    def exchange(self, line: Part, to: str) -> tuple[Part, Part]:
        """One piece for another article: the return that is awaited, and the line that is added."""
        change = f"oexc_{next(self._ids)}"
        back, added = self.ask_back(line, 1, exchange_id=change), self.add(to, 1)
        self.exchanges.append(self._change(change, back["id"], added))
        return back, added

    def claim(self, line: Part, *, replace: bool = False, back: bool = False) -> Part | None:
        """One piece is complained of: written off, and replaced, or fetched back, or neither."""
        change = f"claim_{next(self._ids)}"
        coming = self.ask_back(line, 1, claim_id=change) if back else None
        added = self.add(line["variant_sku"], 1) if replace else None
        self.claims.append(self._change(change, coming and coming["id"], added))
        self.claims[-1]["claim_items"] = [{"item_id": line["id"], **number("quantity", 1)}]
        self._count("written_off_quantity", [(line, 1)])
        if added:
            self.collect(Decimal(self._price(added)))
        return added or coming

    def cancel(self) -> "StoreOrder":
        """The whole order is cancelled; its quantities stay, what was taken is given back without a note."""
        self.order["status"], payment = "canceled", self.payment()
        payment["canceled_at"] = None if payment["captures"] else self._now()
        if payment["captures"]:
            self.refund(payment["raw_amount"]["value"])
        return self.touch()

    def touch(self) -> "StoreOrder":
        """The order's own time moves."""
        self.order["updated_at"] = self._now()
        return self

    def answer(self) -> Part:
        """The order as the administration tells it: words for its state, and totals that shrank with what came back."""
        counts = [line["detail"] for line in self.order["items"]]
        left = sum(
            one["quantity"] - one["return_received_quantity"] - one["return_dismissed_quantity"] for one in counts
        )
        words = {"payment_status": self._payment_word(), "fulfillment_status": self._fulfilment_word(counts)}
        shrunk = {"item_total": float(left), "total": float(left), "summary": {"current_order_total": float(left)}}
        return {**self.order, **words, **shrunk}

    def _payment_word(self) -> str:
        payments = [one for part in self.order["payment_collections"] for one in part["payments"]]
        if self.order["status"] == "canceled":
            return "canceled"
        captured = any(one["captures"] for one in payments)
        if not captured:
            return "authorized" if payments else "not_paid"
        open_ones = any(part["status"] == "not_paid" for part in self.order["payment_collections"])
        return "partially_captured" if open_ones else "captured"

    def _fulfilment_word(self, counts: list[Part]) -> str:
        whole = sum(one["quantity"] for one in counts)
        for word, name in (("delivered", "delivered"), ("shipped", "shipped"), ("fulfilled", "fulfilled")):
            done = sum(one[f"{name}_quantity"] for one in counts)
            if done:
                return word if done >= whole else f"partially_{word}"
        return "canceled" if self.order["fulfillments"] else "not_fulfilled"

    def _count(self, name: str, goods: Iterable[tuple[Part, int]], *, sign: int = 1) -> None:
        for line, count in goods:
            line["detail"][name] += sign * count
            line["detail"]["updated_at"] = self._now()
        self.touch()

    def _contents(self, fulfilment: Part) -> list[tuple[Part, int]]:
        by_id = {line["id"]: line for line in self.order["items"]}
        return [(by_id[one["line_item_id"]], int(one["quantity"])) for one in fulfilment["items"]]

    def _change(self, id_: str, back: str | None, added: Part | None) -> Part:
        items = [{"item_id": added["id"], **number("quantity", 1)}] if added else []
        return {
            "id": id_, "order_id": self.order["id"], "return_id": back, "canceled_at": None, "created_at": self._now(),
            "updated_at": self._now(), "additional_items": items,
        }  # fmt: skip

    def _discount(self, amount: Decimal) -> None:
        whole = sum(Decimal(self._price(line)) * line["detail"]["quantity"] for line in self.order["items"])
        for line in self.order["items"] if amount else ():
            part = amount * Decimal(self._price(line)) * line["detail"]["quantity"] / whole
            net = part / (1 + Decimal(self._rate) / 100)
            line["adjustments"] = [{"code": "ONE-OFF", "is_tax_inclusive": False, **number("amount", net)}]

    def _way(self, amount: str) -> Part:
        return {
            "id": f"ordsm_{next(self._ids)}", "name": "DHL Paket", "is_tax_inclusive": self._with_tax,
            "created_at": self._now(), "adjustments": [], "tax_lines": [number("rate", self._rate)],
            "detail": {"return_id": None}, **number("amount", amount),
        }  # fmt: skip

    def _price(self, line: Part) -> str:
        price: str = line["raw_unit_price"]["value"]
        return price

    def _address(self) -> Part:
        return {
            "first_name": "Erika", "last_name": f"Mustermann{self._number}", "company": None, "city": "Köln",
            "address_1": f"Hauptstraße {self._number}", "address_2": None, "postal_code": "50667", "province": "",
            "country_code": "de", "phone": f"+49221555{self._number:04d}",
        }  # fmt: skip

    def _now(self) -> str:
        self._clock += timedelta(seconds=1)
        return self._clock.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _goes(line: Part) -> bool:
    return bool(line["requires_shipping"])

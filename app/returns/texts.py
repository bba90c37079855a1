"""The texts behind the handles of reasons, doors, methods and parts, marked for translation."""


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


DOORS: dict[str, str] = {
    "changed_mind": _l("I changed my mind"),
    "not_as_expected": _l("It isn't what I expected"),
    "damaged": _l("It's damaged or doesn't work"),
    "wrong_item": _l("It's not what I ordered"),
    "withdrawal": _l("Withdrawal from the contract"),
    "not_said": _l("No reason given"),
}

REASONS: dict[str, str] = {
    "no_longer_wanted": _l("I no longer want it"),
    "ordered_by_mistake": _l("I ordered it by mistake"),
    "arrived_too_late": _l("It arrived too late"),
    "better_price": _l("I found it cheaper"),
    "too_small": _l("Too small"),
    "too_large": _l("Too large"),
    "colour": _l("The colour is different than I thought"),
    "quality": _l("The quality is not good enough"),
    "other": _l("Something else"),
    "arrived_damaged": _l("It arrived damaged"),
    "defective": _l("It doesn't work"),
    "missing_parts": _l("Parts are missing"),
    "different_item": _l("It's a different item"),
    "different_variant": _l("Wrong size or colour was sent"),
    "not_as_described": _l("It's not as described"),
    "withdrawal": _l("Withdrawal from the contract"),
    "not_said": _l("No reason given"),
}

METHODS: dict[str, str] = {
    "dropoff": _l("Drop it off"),
    "pickup": _l("Have it collected"),
}

PARTS: dict[str, str] = {
    "item": _l("%(quantity)s × %(title)s"),
    "item_discount": _l("Discounts"),
    "order_discount": _l("Discounts"),
    "tax": _l("Tax"),
    "shipping": _l("Delivery you paid for"),
    "return_fee": _l("Return costs"),
    "limit": _l("Limited to what you paid"),
    "not_received": _l("Not arrived yet: %(quantity)s × %(title)s"),
    "shipping_waits": _l("Delivery, until everything is back"),
    "settled_before": _l("Refunded before"),
    "by_hand": _l("Changed by a person"),
}

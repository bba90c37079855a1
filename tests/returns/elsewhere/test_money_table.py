"""Refunds to the cent: what a document says, what goes back one after the other, and what each is worth, by hand."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.returns.elsewhere.sale import back, line, quoted, refund, returned, sold, totals

Steps = list[tuple[dict[str, int], int]]
TWO = line("1", 2, 1000)
TEE, MUG = line("1", 2, 1999, tax=694), line("2", 1, 1250, tax=217)


def gift(*amounts: int, **states: str) -> list[dict[str, Any]]:
    """Means of payment, each with its amount."""
    return [{"id": f"p{at}", "method": "gift_card", "amount": amount, **states} for at, amount in enumerate(amounts)]


ROWS: dict[str, tuple[dict[str, Any], Steps]] = {
    # The lines' own amounts
    "two alike": ({"lines": [TWO], "totals": totals(2000, 2000)}, [({"1": 1}, 1000), ({"1": 1}, 1000)]),
    "three for ten: the odd cent is the last one's": (
        {"lines": [line("1", 3, 333, total=1000)], "totals": totals(1000, 1000)},
        [({"1": 1}, 333), ({"1": 1}, 333), ({"1": 1}, 334)],
    ),
    "three for ten, two at once": (
        {"lines": [line("1", 3, 333, total=1000)], "totals": totals(1000, 1000)},
        [({"1": 2}, 666), ({"1": 1}, 334)],
    ),
    "three for ten, all at once": (
        {"lines": [line("1", 3, 333, total=1000)], "totals": totals(1000, 1000)},
        [({"1": 3}, 1000)],
    ),
    "a price that was rounded up": (
        {"lines": [line("1", 3, 334, total=1000)], "totals": totals(1002, 1000)},
        [({"1": 2}, 666), ({"1": 1}, 334)],
    ),
    "a line discount of 1.00 on three of 5.00: 33, 33 and 34 off": (
        {"lines": [line("1", 3, 500, discount=100)], "totals": totals(1500, 1400, discount=100)},
        [({"1": 1}, 467), ({"1": 1}, 467), ({"1": 1}, 466)],
    ),
    "the same with the line's total told: 1400 in three": (
        {"lines": [line("1", 3, 500, discount=100, total=1400)], "totals": totals(1500, 1400, discount=100)},
        [({"1": 1}, 466), ({"1": 1}, 467), ({"1": 1}, 467)],
    ),
    "a prorated discount that only the total holds is not taken twice": (
        {"lines": [line("1", 2, 1000, total=1500)], "totals": totals(2000, 1500, discount=500)},
        [({"1": 1}, 750), ({"1": 1}, 750)],
    ),
    "a rounding is no discount: all of the 8.00 lies on the order": (
        {"lines": [line("1", 3, 334, total=1000)], "totals": totals(1000, 200, discount=800)},
        [({"1": 1}, 66), ({"1": 2}, 134)],
    ),
    "one cent among five": (
        {"lines": [line("1", 5, 0, total=1)], "totals": totals(1, 1)},
        [({"1": 4}, 0), ({"1": 1}, 1)],
    ),
    "a thing for nothing": (
        {"lines": [TWO, line("2", 1, 0)], "totals": totals(2000, 2000)},
        [({"2": 1}, 0), ({"1": 2}, 2000)],
    ),
    "all of it discounted": ({"lines": [TWO], "totals": totals(2000, 0, discount=2000)}, [({"1": 1}, 0)]),
    # Discounts of the order, and of the delivery
    "8.00 off 30.00 and 10.00: 6.00 and 2.00": (
        {"lines": [line("1", 1, 3000), line("2", 1, 1000)], "totals": totals(4000, 3200, discount=800)},
        [({"1": 1}, 2400), ({"2": 1}, 800)],
    ),
    "free delivery by a code: a discount as large as the delivery is on the delivery": (
        {"lines": [TWO], "totals": totals(2000, 2000, shipping=500, discount=500)},
        [({"1": 1}, 1000), ({"1": 1}, 1000)],
    ),
    "a cheaper delivery: 2.00 were paid for it, and come back with the last": (
        {"lines": [TWO], "totals": totals(2000, 2200, shipping=500, discount=300)},
        [({"1": 1}, 1000), ({"1": 1}, 1200)],
    ),
    "a discount above the delivery is on the goods": (
        {"lines": [TWO], "totals": totals(2000, 1900, shipping=500, discount=600)},
        [({"1": 1}, 700), ({"1": 1}, 1200)],
    ),
    "the shop says that none of it is on the delivery": (
        {"lines": [TWO], "totals": totals(2000, 2000, shipping=500, discount=500, shipping_discount=0)},
        [({"1": 1}, 750), ({"1": 1}, 1250)],
    ),
    "the shop says that 5.00 of 7.00 are": (
        {"lines": [TWO], "totals": totals(2000, 1800, shipping=500, discount=700, shipping_discount=500)},
        [({"1": 1}, 900), ({"1": 1}, 900)],
    ),
    "beside a line's own discount one of the order's is on the goods": (
        {"lines": [line("1", 2, 1000, discount=100)], "totals": totals(2000, 1900, shipping=500, discount=600)},
        [({"1": 1}, 700), ({"1": 1}, 1200)],
    ),
    "what is above the goods lies on the delivery": (
        {"lines": [TWO], "totals": totals(2000, 300, shipping=500, discount=2200)},
        [({"1": 1}, 0), ({"1": 1}, 300)],
    ),
    # Tax
    "on top, told": (
        {
            "lines": [line("1", 2, 1000, tax=200)],
            "totals": totals(2000, 2400, tax=400),
            "prices_include_tax": False,
        },
        [({"1": 1}, 1200), ({"1": 1}, 1200)],
    ),
    "on top, by what was paid": (
        {"lines": [line("1", 2, 1000, tax=200)], "totals": totals(2000, 2400, tax=400)},
        [({"1": 1}, 1200), ({"1": 1}, 1200)],
    ),
    "within, told": (
        {"lines": [line("1", 2, 1000, tax=347)], "totals": totals(2000, 2000, tax=347), "prices_include_tax": True},
        [({"1": 1}, 1000), ({"1": 1}, 1000)],
    ),
    "within, told, although something else was paid that looks like it": (
        {"lines": [line("1", 2, 1000)], "totals": totals(2000, 2400, tax=400), "prices_include_tax": True},
        [({"1": 1}, 1000), ({"1": 1}, 1000)],
    ),
    "within, by what was paid": (
        {"lines": [line("1", 2, 1000, tax=347)], "totals": totals(2000, 2000, tax=347)},
        [({"1": 1}, 1000), ({"1": 1}, 1000)],
    ),
    "on top, told, and less was paid: never more than that": (
        {
            "lines": [line("1", 2, 1000, tax=200)],
            "totals": totals(2000, 2000, tax=400),
            "prices_include_tax": False,
        },
        [({"1": 1}, 1200), ({"1": 1}, 800)],
    ),
    "on top, the lines say nothing of it: 2.00 and 6.00 of 8.00": (
        {"lines": [line("1", 1, 1000), line("2", 1, 3000)], "totals": totals(4000, 4800, tax=800)},
        [({"1": 1}, 1200), ({"2": 1}, 3600)],
    ),
    "on top, 1.00 of it on the delivery": (
        {"lines": [line("1", 2, 1000, tax=200)], "totals": totals(2000, 3000, shipping=500, tax=500)},
        [({"1": 1}, 1200), ({"1": 1}, 1800)],
    ),
    "on top, with a free delivery": (
        {"lines": [line("1", 2, 1000, tax=200)], "totals": totals(2000, 2400, shipping=500, discount=500, tax=400)},
        [({"1": 1}, 1200), ({"1": 1}, 1200)],
    ),
    "on top, three for ten with a tax of 2.00: 66, 67, 67": (
        {"lines": [line("1", 3, 333, total=1000, tax=200)], "totals": totals(1000, 1200, tax=200)},
        [({"1": 1}, 399), ({"1": 1}, 400), ({"1": 1}, 401)],
    ),
    "on top, with a fee": (
        {"lines": [line("1", 2, 1000, tax=200)], "totals": totals(2000, 2700, tax=400, fees=300)},
        [({"1": 1}, 1200), ({"1": 1}, 1500)],
    ),
    "on top, with duties": (
        {"lines": [line("1", 2, 1000, tax=200)], "totals": totals(2000, 2650, tax=400, duties=250)},
        [({"1": 1}, 1200), ({"1": 1}, 1450)],
    ),
    "on top, part of it by credit of the shop": (
        {"lines": [line("1", 2, 1000, tax=200)], "totals": totals(2000, 1900, tax=400, credit=500)},
        [({"1": 1}, 1200), ({"1": 1}, 700)],
    ),
    "within, with a fee as large as the tax": (
        {"lines": [line("1", 2, 1000, tax=347)], "totals": totals(2000, 2347, tax=347, fees=347)},
        [({"1": 1}, 1000), ({"1": 1}, 1347)],
    ),
    "within, and a refund elsewhere has lowered the totals": (
        {
            "lines": [TEE | {"returned": 1}, MUG],
            "totals": totals(3249, 5738, shipping=490, tax=597, total=3739),
            "refunds": [refund("re_1", 1999)],
        },
        [({"1": 1}, 1999), ({"2": 1}, 1740)],
    ),
    "within, and a credit was given afterwards: 5.00 less are left": (
        {
            "lines": [TEE, MUG],
            "totals": totals(5248, 5738, shipping=490, tax=911, credit=500, total=5238),
            "refunds": [refund("re_1", 500)],
        },
        [({"1": 2}, 3998), ({"2": 1}, 1240)],
    ),
    "on top, and a refund elsewhere has lowered the totals": (
        {
            "lines": [line("1", 2, 1000, tax=400, returned=1)],
            "totals": totals(1000, 2400, tax=200, total=1200),
            "refunds": [refund("re_1", 1200)],
        },
        [({"1": 1}, 1200)],
    ),
    "on top, and a refund elsewhere is as large as the tax": (
        {
            "lines": [line("1", 2, 1000, tax=200)],
            "totals": totals(2000, 2400, tax=400),
            "refunds": [refund("re_1", 400)],
        },
        [({"1": 1}, 1200), ({"1": 1}, 800)],
    ),
    # What was paid otherwise
    "a gift card beside a card, tax on top": (
        {
            "lines": [line("1", 2, 1000, tax=200)],
            "totals": totals(2000, 1500, tax=400),
            "payments": gift(900, 1500),
        },
        [({"1": 1}, 1200), ({"1": 1}, 1200)],
    ),
    "a gift card that the paid amount leaves out": (
        {"lines": [line("1", 2, 1990)], "totals": totals(3980, 2980), "payments": gift(1000, 2980)},
        [({"1": 1}, 1990), ({"1": 1}, 1990)],
    ),
    "all by gift card": (
        {"lines": [TWO], "totals": totals(2000, 0), "payments": gift(2000)},
        [({"1": 1}, 1000), ({"1": 1}, 1000)],
    ),
    "a payment that failed is no money": (
        {"lines": [TWO], "totals": totals(2000, 1000), "payments": gift(1000, status="failed")},
        [({"1": 1}, 1000), ({"1": 1}, 0)],
    ),
    "credit of the shop is no money that was paid": (
        {"lines": [TWO], "totals": totals(2000, 1500, credit=500)},
        [({"1": 1}, 1000), ({"1": 1}, 500)],
    ),
    # Fees and duties come back with the delivery, once everything has
    "a fee for paying at the door": (
        {"lines": [TWO], "totals": totals(2000, 2300, fees=300)},
        [({"1": 1}, 1000), ({"1": 1}, 1300)],
    ),
    "delivery, fee and duties at once": (
        {"lines": [TWO], "totals": totals(2000, 3000, shipping=500, fees=300, duties=200)},
        [({"1": 2}, 3000)],
    ),
    "a download beside goods holds no delivery back": (
        {"lines": [line("1", 1, 1000), line("2", 1, 500, kind="digital")], "totals": totals(1500, 2000, shipping=500)},
        [({"1": 1}, 1500)],
    ),
    # Currencies
    "yen have no cents": (
        {"lines": [line("1", 3, 333, total=1000)], "totals": totals(1000, 1000), "currency": "JPY"},
        [({"1": 1}, 333), ({"1": 1}, 333), ({"1": 1}, 334)],
    ),
    "dinars have three places": (
        {"lines": [line("1", 3, 3333, total=10000)], "totals": totals(10000, 10000), "currency": "KWD"},
        [({"1": 1}, 3333), ({"1": 1}, 3333), ({"1": 1}, 3334)],
    ),
    "pesos of Chile: 999 off 19980 are 499 and 500": (
        {"lines": [line("1", 2, 9990)], "totals": totals(19980, 18981, discount=999), "currency": "CLP"},
        [({"1": 1}, 9491), ({"1": 1}, 9490)],
    ),
    "crowns of Iceland with tax on top": (
        {"lines": [line("1", 1, 5000, tax=1200)], "totals": totals(5000, 6200, tax=1200), "currency": "ISK"},
        [({"1": 1}, 6200)],
    ),
    "a rounding at the till is nobody's money": (
        {"lines": [line("1", 2, 1990)], "totals": totals(3980, 4000), "currency": "SEK"},
        [({"1": 1}, 1990), ({"1": 1}, 1990)],
    ),
    "a rounding down at the till: never more than was paid": (
        {"lines": [line("1", 2, 999)], "totals": totals(1998, 1995), "currency": "CHF"},
        [({"1": 1}, 999), ({"1": 1}, 996)],
    ),
    # Cancelled before it came
    "one of three never came, and its money is back": (
        {
            "lines": [line("1", 3, 1000, cancelled=1)],
            "totals": totals(3000, 3000),
            "refunds": [refund("re_1", 1000)],
        },
        [({"1": 1}, 1000), ({"1": 1}, 1000)],
    ),
    "one of three for ten never came: the odd cent went with it": (
        {
            "lines": [line("1", 3, 333, total=1000, cancelled=1)],
            "totals": totals(1000, 1000),
            "refunds": [refund("re_1", 334)],
        },
        [({"1": 1}, 333), ({"1": 1}, 333)],
    ),
    "one of three never came, its money is not back yet: it is no part of a return": (
        {"lines": [line("1", 3, 1000, cancelled=1)], "totals": totals(3000, 3000)},
        [({"1": 2}, 2000)],
    ),
    "a line that never came keeps its part of the discount": (
        {
            "lines": [line("1", 1, 3000), line("2", 1, 1000, cancelled=1)],
            "totals": totals(4000, 3200, discount=800),
            "refunds": [refund("re_1", 800)],
        },
        [({"1": 1}, 2400)],
    ),
    "the same where the totals are told without it": (
        {
            "lines": [line("1", 1, 3000), line("2", 1, 1000, cancelled=1)],
            "totals": totals(3000, 3200, discount=600),
            "refunds": [refund("re_1", 800)],
        },
        [({"1": 1}, 2400)],
    ),
    # Given back elsewhere
    "5.00 were given back in the shop": (
        {"lines": [TWO], "totals": totals(2000, 2000), "refunds": [refund("re_1", 500)]},
        [({"1": 1}, 1000), ({"1": 1}, 500)],
    ),
    "all of it was": (
        {"lines": [TWO], "totals": totals(2000, 2000), "refunds": [refund("re_1", 1500), refund("re_2", 500)]},
        [({"1": 1}, 0)],
    ),
    "more than was paid was: never below nothing": (
        {"lines": [TWO], "totals": totals(2000, 2000), "refunds": [refund("re_1", 2500)]},
        [({"1": 2}, 0)],
    ),
    "the shop's paid amount is what is left after its refund": (
        {
            "lines": [TWO],
            "totals": totals(2000, 1000),
            "refunds": [refund("re_1", 1000)],
            "payment_status": "part_refunded",
        },
        [({"1": 1}, 1000), ({"1": 1}, 0)],
    ),
    "one came back in the shop: the other is the last, and the delivery comes with it": (
        {
            "lines": [line("1", 2, 1000, returned=1)],
            "totals": totals(2000, 2500, shipping=500),
            "refunds": [refund("re_1", 1000)],
        },
        [({"1": 1}, 1500)],
    ),
    "a replacement given for nothing is worth nothing": (
        {
            "lines": [line("1", 1, 1000), line("2", 1, 1000, total=0, origin="claim", for_line="1")],
            "totals": totals(1000, 1000),
        },
        [({"2": 1}, 0), ({"1": 1}, 1000)],
    ),
    "an exchange is worth what was charged for it": (
        {
            "lines": [line("1", 2, 1000), line("2", 1, 1300, total=300, origin="exchange", for_line="1")],
            "totals": totals(2300, 2300),
            "returns": [back("rt_1", "received", ("1", 1), kind="exchange")],
        },
        [({"2": 1}, 300), ({"1": 1}, 1000)],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_return_pays_to_the_cent(session: Session, now: datetime, row: str) -> None:
    facts, steps = ROWS[row]
    order = sold(session, now=now, **facts)
    for units, cents in steps:
        quote = quoted(session, order, units, now=now)
        assert not quote.evaluation.faults, quote.evaluation.faults
        assert quote.total == cents, [(part.kind.value, part.amount) for part in quote.breakdown.parts]
        assert returned(session, order, units, now=now).quote["total"] == cents


def test_the_table_is_long_enough_to_hold_each_kind() -> None:
    assert len(ROWS) >= 60


def test_what_was_given_back_elsewhere_has_a_line_of_its_own_in_the_quote(session: Session, now: datetime) -> None:
    facts = {"lines": [TWO], "totals": totals(2000, 2000), "refunds": [refund("re_1", 500)]}
    order = sold(session, now=now, **facts)
    parts = [(part.kind.value, part.amount) for part in quoted(session, order, {"1": 2}, now=now).breakdown.parts]
    assert parts == [("item", 2000), ("elsewhere", -500)]

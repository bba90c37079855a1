"""What was really charged, whatever the totals look like: nothing negative, nothing twice, and tax that never flips."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.returns.policy.charges import Charges, order_money
from app.returns.policy.money import Breakdown, LinePaid, OrderPaid, breakdown

CENTS = st.integers(0, 20_000)


@st.composite
def charged_lines(draw: st.DrawFn) -> tuple[LinePaid, ...]:
    """Lines with a price, a discount or a total of their own, some of whose units never came."""
    lines = []
    for at in range(draw(st.integers(1, 4))):
        quantity, price = draw(st.integers(1, 6)), draw(CENTS)
        whole = quantity * price
        discount = draw(st.integers(0, whole))
        line = LinePaid(str(at), quantity, price, discount, cancelled=draw(st.integers(0, quantity)))
        rounded = max(0, whole + draw(st.integers(1 - quantity, quantity - 1)))
        lines.append(
            draw(
                st.sampled_from([line, replace(line, total=whole - discount), replace(line, discount=0, total=rounded)])
            )
        )
    return tuple(lines)


@st.composite
def charges(draw: st.DrawFn) -> Charges:
    """Orders as shops tell them, most of which add up."""
    lines = draw(charged_lines())
    nets = sum(line.net for line in lines)
    totals: dict[str, int | None] = {
        "items": sum(line.quantity * line.unit_price for line in lines),
        "shipping": draw(CENTS),
        "tax": draw(st.integers(0, 3_000)),
        "discount": sum(line.own_discount for line in lines) + draw(st.integers(0, nets)),
        "shipping_discount": draw(st.sampled_from([None, 0, 100])),
        "fees": draw(st.sampled_from([0, 0, 300])),
        "duties": draw(st.sampled_from([0, 0, 250])),
        "credit": draw(st.sampled_from([0, 0, 500])),
        "total": None,
    }
    paid = max(0, nets + sum(totals[name] or 0 for name in ("shipping", "fees", "duties")))
    return Charges("EUR", lines, totals, draw(st.sampled_from([paid, paid + (totals["tax"] or 0), paid // 2])),
                   draw(st.sampled_from([None, True, False])))  # fmt: skip


def after(order: OrderPaid, units: dict[str, int], paid_out: int) -> OrderPaid:
    """The order once these units are gone for this much."""
    lines = tuple(replace(line, gone=line.gone + units.get(line.line_id, 0)) for line in order.lines)
    return replace(order, lines=lines, refunded=order.refunded + paid_out)


def everything(order: OrderPaid) -> dict[str, int]:
    return {line.line_id: line.quantity - line.cancelled for line in order.lines}


@given(charges(), st.data())
def test_returning_in_any_groups_and_order_pays_what_all_at_once_pays(charged: Charges, data: st.DataObject) -> None:
    order = order_money(charged)
    whole, paid = breakdown(order, everything(order)).total, 0
    queue = data.draw(st.permutations([name for name, units in everything(order).items() for _ in range(units)]))
    while queue:
        size = data.draw(st.integers(1, len(queue)))
        group, queue = queue[:size], queue[size:]
        units = {name: group.count(name) for name in set(group)}
        step = breakdown(order, units)
        assert step.total >= 0
        paid, order = paid + step.total, after(order, units, step.total)
    assert paid == whole


@given(charges(), st.integers(0, 60_000), st.integers(0, 60_000), st.data())
def test_nothing_is_negative_and_no_more_than_what_is_left_is_paid(
    charged: Charges, refunded: int, elsewhere: int, data: st.DataObject
) -> None:
    order = order_money(charged, refunded=refunded, elsewhere=elsewhere)
    chosen = {line.line_id: data.draw(st.integers(-1, line.quantity + 2)) for line in order.lines}
    result = breakdown(order, chosen, with_shipping=data.draw(st.booleans()), fee=data.draw(st.integers(0, 500)))
    assert 0 <= result.total <= order.left
    assert all(value >= 0 for value in by_line(result).values())
    assert order.shipping >= 0
    assert order.discount >= 0


@given(charges(), st.integers(0, 60_000), st.integers(0, 9_000), st.data())
def test_a_refund_elsewhere_never_raises_a_quote(charged: Charges, before: int, more: int, data: st.DataObject) -> None:
    less, least = order_money(charged, elsewhere=before), order_money(charged, elsewhere=before + more)
    chosen = {line.line_id: data.draw(st.integers(0, line.quantity)) for line in charged.lines}
    assert breakdown(least, chosen, with_shipping=True).total <= breakdown(less, chosen, with_shipping=True).total


def by_line(result: Breakdown) -> dict[str, int]:
    """What each line's parts add up to, before any limit."""
    lines = {part.line_id for part in result.parts if part.line_id is not None}
    return {name: sum(part.amount for part in result.parts if part.line_id == name) for name in lines}


@st.composite
def taxed(draw: st.DrawFn) -> tuple[Charges, bool]:
    """An order that adds up to the cent with its tax within or on top, and which of the two it is."""
    on_top = draw(st.booleans())
    lines = []
    for at in range(draw(st.integers(1, 4))):
        quantity, price = draw(st.integers(1, 4)), draw(st.integers(500, 20_000))
        rate = draw(st.sampled_from([7, 10, 21]))
        tax = quantity * price * rate // (100 if on_top else 100 + rate)
        lines.append(LinePaid(str(at), quantity, price, tax=draw(st.sampled_from([tax, tax, 0]))))
    goods = sum(line.net for line in lines)
    tax, shipping = sum(line.tax for line in lines) or goods // 10, draw(st.sampled_from([0, 490]))
    fees, duties, credit = (draw(st.sampled_from([0, 0, amount])) for amount in (300, 250, 500))
    # A credit as large as the tax hides whether that was paid: then nothing is promised, see below.
    assume(credit != tax)
    totals: dict[str, int | None] = {"items": goods, "shipping": shipping, "tax": tax, "discount": 0, "fees": fees}
    totals |= {"duties": duties, "credit": credit}
    price = goods + shipping + fees + duties + (tax if on_top else 0)
    return Charges("EUR", tuple(lines), totals, price - credit), on_top


@given(taxed())
def test_whether_tax_came_on_top_is_seen_by_what_was_paid(order: tuple[Charges, bool]) -> None:
    charged, on_top = order
    assert order_money(charged).tax_on_top is on_top


@given(taxed(), st.data())
def test_a_refund_elsewhere_never_flips_the_tax(order: tuple[Charges, bool], data: st.DataObject) -> None:
    """Units come back: the totals shrink by them as in some systems, or not; the refund is told, or not yet."""
    charged, on_top = order
    line = data.draw(st.sampled_from(charged.lines))
    units = data.draw(st.integers(1, line.quantity))
    amount, tax = line.share(line.net, units), line.share(line.tax, units)
    shrunk = {"items": charged.amount("items") - amount, "tax": max(1, charged.amount("tax") - tax)}
    totals = {**charged.totals, **data.draw(st.sampled_from([{}, shrunk]))}
    refund = data.draw(st.sampled_from([0, amount + (tax if on_top else 0)]))
    later = replace(charged, totals=totals, given_back=refund)
    # Without a tax on any line, and with totals that shrank, nothing says any more what was on top.
    if any(one.tax for one in charged.lines) or totals == charged.totals:
        assert order_money(later).tax_on_top is on_top
    elif not on_top:
        assert order_money(later).tax_on_top is False


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ({"items": 2000, "discount": 0, "shipping": 500}, (0, 500)),
        ({"items": 2000, "discount": 500, "shipping": 500}, (0, 0)),
        ({"items": 2000, "discount": 200, "shipping": 500}, (0, 300)),
        ({"items": 2000, "discount": 501, "shipping": 500}, (501, 500)),
        ({"items": 2000, "discount": 2300, "shipping": 500}, (2000, 200)),
        ({"items": 2000, "discount": 9000, "shipping": 500}, (2000, 0)),
        ({"items": 2000, "discount": 500, "shipping": 500, "shipping_discount": 0}, (500, 500)),
        ({"items": 2000, "discount": 700, "shipping": 500, "shipping_discount": 500}, (200, 0)),
        ({"items": 2000, "discount": 0, "shipping": 500, "shipping_discount": 500}, (0, 0)),
        ({"items": 2000, "discount": 0, "shipping": 0, "shipping_discount": 500}, (0, 0)),
    ],
)
def test_a_discount_lies_on_goods_or_on_the_delivery(totals: dict[str, Any], expected: tuple[int, int]) -> None:
    order = order_money(Charges("EUR", (LinePaid("1", 2, 1000),), totals, 2000))
    assert (order.discount, order.shipping) == expected


def test_a_credit_as_large_as_the_tax_promises_none_and_one_that_is_nearly_so_changes_nothing() -> None:
    line = LinePaid("1", 2, 1000, tax=400)
    for credit, on_top in ((400, False), (399, True), (401, True)):
        charged = Charges("EUR", (line,), {"items": 2000, "tax": 400, "credit": credit}, 2400 - credit)
        assert order_money(charged).tax_on_top is on_top


def test_totals_of_an_older_row_lack_what_is_newer() -> None:
    order = order_money(Charges("EUR", (LinePaid("1", 1, 1000),), {"items": 1000}, 1000))
    assert (order.shipping, order.fees, order.tax_on_top, breakdown(order, {"1": 1}).total) == (0, 0, False, 1000)

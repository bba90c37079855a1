"""The money of a return: exact sums, never more than was paid, the same one by one as at once."""

from hypothesis import given
from hypothesis import strategies as st

from app.returns.policy.money import LinePaid, OrderPaid, PartKind, breakdown

CENTS = st.integers(0, 500_000)


@st.composite
def paid_orders(draw: st.DrawFn) -> OrderPaid:
    """Orders whose totals agree with their lines, with tax inside the prices or on top."""
    on_top = draw(st.booleans())
    lines = []
    for index in range(draw(st.integers(1, 5))):
        quantity, price = draw(st.integers(1, 7)), draw(CENTS)
        discount = draw(st.integers(0, quantity * price))
        lines.append(LinePaid(str(index), quantity, price, discount, tax=draw(st.integers(0, 9_999))))
    net = sum(line.net for line in lines)
    discount, shipping, shipping_tax = draw(st.integers(0, net)), draw(CENTS), draw(st.integers(0, 999))
    tax = sum(line.tax for line in lines) + shipping_tax if on_top else 0
    return OrderPaid("EUR", tuple(lines), shipping, net - discount + shipping + tax, discount, on_top, shipping_tax)


def everything(order: OrderPaid) -> dict[str, int]:
    return {line.line_id: line.quantity for line in order.lines}


@given(paid_orders())
def test_everything_back_with_shipping_is_exactly_what_was_paid(order: OrderPaid) -> None:
    whole = breakdown(order, everything(order), with_shipping=order.shipping > 0)
    expected = order.paid if order.shipping else order.paid - (order.shipping_tax if order.tax_on_top else 0)
    assert whole.total == expected


@given(paid_orders(), st.data())
def test_unit_after_unit_adds_up_to_all_at_once(order: OrderPaid, data: st.DataObject) -> None:
    gone = {line.line_id: data.draw(st.integers(0, line.quantity)) for line in order.lines}
    first = breakdown(order, gone)
    later = OrderPaid(
        order.currency,
        tuple(
            LinePaid(line.line_id, line.quantity, line.unit_price, line.discount, line.tax, gone[line.line_id])
            for line in order.lines
        ),
        order.shipping,
        order.paid,
        order.discount,
        order.tax_on_top,
        order.shipping_tax,
        refunded=first.total,
    )
    rest = breakdown(later, everything(order))
    assert first.total + rest.total == breakdown(order, everything(order)).total


@given(paid_orders(), st.integers(0, 2_000_000), st.integers(0, 2_000_000), st.integers(0, 10_000), st.data())
def test_a_refund_is_never_negative_and_never_above_what_is_left(
    order: OrderPaid, paid: int, refunded: int, fee: int, data: st.DataObject
) -> None:
    order = OrderPaid(
        order.currency, order.lines, order.shipping, paid, order.discount, order.tax_on_top, refunded=refunded
    )
    chosen = {line.line_id: data.draw(st.integers(-1, line.quantity + 3)) for line in order.lines}
    result = breakdown(order, chosen, fee=fee, with_shipping=data.draw(st.booleans()))
    assert 0 <= result.total <= max(0, paid - refunded)
    assert result.total == sum(part.amount for part in result.parts)


def test_a_line_keeps_its_share_of_the_order_discount() -> None:
    order = OrderPaid("EUR", (LinePaid("1", 2, 1990), LinePaid("2", 1, 1000)), 495, 3980 + 1000 - 498 + 495, 498)
    result = breakdown(order, {"1": 1}, fee=395)
    assert [(part.kind, part.amount) for part in result.parts] == [
        (PartKind.ITEM, 1990),
        (PartKind.ORDER_DISCOUNT, -199),
        (PartKind.RETURN_FEE, -395),
    ]
    assert result.total == 1396


def test_a_fee_larger_than_the_goods_leaves_nothing_to_pay() -> None:
    order = OrderPaid("EUR", (LinePaid("1", 1, 200),), 0, 200)
    assert breakdown(order, {"1": 1}, fee=395).total == 0

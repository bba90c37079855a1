"""P16: what a page weighs over the wire, first and again; and how many requests a second packing costs."""

import gzip
import shutil
import statistics
import urllib.request

from benchmarks.report import Row, ratio
from benchmarks.stage import Load, median, wrk
from benchmarks.weight.shop import LOCALE, Shop, shop
from tests.browser.scales import FOUR_ITEMS, Weight, cookies_of, visits, walk

TURNS, SECONDS = 5, 4
GOAL = "≤ 45 kB, again ≤ 6 kB"
# What a browser says of a page that its owner asked for: only such a one is packed for somebody who is signed in.
PLAIN = {"Sec-Fetch-Site": "none", "Accept-Encoding": "identity"}
PACKED = {**PLAIN, "Accept-Encoding": "gzip"}
RATE = "order page packed / plain"


def rows() -> list[Row]:
    """All rows of P16."""
    with shop() as open_shop:
        return [*_weights(open_shop), *_rate(open_shop)]


def _weights(open_shop: Shop) -> list[Row]:
    customer, weights = open_shop.customer(), dict[str, Weight]()

    def look(name: str) -> None:
        customer.page.wait_for_load_state("domcontentloaded")
        weights[name] = visits(open_shop.browser, customer.page.url, cookies_of(customer.context), locale=LOCALE)

    walk(customer, "E-50031", look)
    return [Row("P16", name, _said(weight), GOAL, _how(weight)) for name, weight in weights.items()]


def _said(weight: Weight) -> str:
    return f"{weight.first / 1000:.1f} kB, again {weight.again / 1000:.1f} kB"


def _how(weight: Weight) -> str:
    return f"heads and bodies of {weight.answers} answers, every fold open; Chromium, 360 px wide"


def _rate(open_shop: Shop) -> list[Row]:
    """The same page in turns, by who takes gzip and who does not."""
    if shutil.which("wrk") is None:
        return [Row("P16", RATE, "not measured: wrk is missing (package «wrk»)", "")]
    customer = open_shop.customer()
    customer.find_order(*FOUR_ITEMS)
    customer.page.wait_for_load_state("domcontentloaded")
    url = customer.page.url
    cookie = {"Cookie": "; ".join(f"{one['name']}={one['value']}" for one in cookies_of(customer.context))}
    sizes = [_size(url, {**cookie, **wish}) for wish in (PLAIN, PACKED)]
    plain: list[Load] = []
    packed: list[Load] = []
    for _turn in range(TURNS):
        plain.append(wrk(url, seconds=SECONDS, headers={**cookie, **PLAIN}))
        packed.append(wrk(url, seconds=SECONDS, headers={**cookie, **PACKED}))
    how = (
        f"{median(packed).rate:.0f} against {median(plain).rate:.0f} requests a second, turn by turn "
        f"{_span(plain, packed)}; "
        f"{sizes[1]} against {sizes[0]} bytes"
    )
    return [Row("P16", RATE, ratio(median(packed).rate, median(plain).rate), "≥ 0.95", how)]


def _span(plain: list[Load], packed: list[Load]) -> str:
    ratios = [one.rate / other.rate for one, other in zip(packed, plain, strict=True)]
    return f"{min(ratios):.2f} to {max(ratios):.2f}, middle {statistics.median(ratios):.2f}"


def _size(url: str, headers: dict[str, str]) -> int:
    """How long the body is on the wire; raises ValueError where it is packed and was not to be, or the other way."""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (an address of our own)
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        body: bytes = answer.read()
    is_packed = body[:2] == gzip.compress(b"")[:2]
    if is_packed != (headers["Accept-Encoding"] == "gzip"):
        raise ValueError(f"{url} is {'packed' if is_packed else 'plain'} for {headers['Accept-Encoding']}")
    return len(body)

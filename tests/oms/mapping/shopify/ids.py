"""Shopify's ids: exact in their global form, rounded in numbers where JavaScript wrote them. Pure."""

from decimal import Decimal

from tests.oms.mapping.reading import Raw

# Above it a number of JavaScript's stands for several whole numbers.
EXACT_TO = 2**53


def gid(part: Raw | None) -> str | None:
    """The id of a part as its global id holds it; the plain number where there is none and it is exact."""
    if not part:
        return None
    written = part.get("admin_graphql_api_id")
    if isinstance(written, str) and "/" in written:
        return written.rsplit("/", 1)[1]
    number = part.get("id")
    return str(number) if isinstance(number, str) or (isinstance(number, int) and is_exact(number)) else None


def is_exact(number: int) -> bool:
    """Whether this number cannot have been rounded: it is small, or is not how a rounded one would be written."""
    return abs(number) < EXACT_TO or int(Decimal(repr(float(number)))) != number


def same(number: int, exact: str) -> bool:
    """Whether a number that may have been rounded can stand for this exact id.

    Rounded ones are told as the shortest text of their float: both ids have the same float.
    """
    return str(number) == exact or (exact.isdigit() and float(exact) == float(number))

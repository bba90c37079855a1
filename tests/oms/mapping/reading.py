"""Reading what other systems write: amounts as minor units, instants, the first text that says something. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, TypeAlias

from babel.numbers import get_currency_precision

from tests.oms.mapping.outcome import Unmappable

Raw: TypeAlias = Mapping[str, Any]
MOST = Decimal(10) ** 15


def exact(value: Any) -> Decimal:
    """An amount as it was written, exactly; nothing is nought, and what is no number is told."""
    if value is None or value == "":
        return Decimal(0)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise Unmappable(f"«{value}» is no amount.") from error
    # A text such as 1e9999999 would fill the memory when it is rounded.
    if not number.is_finite() or number.copy_abs() >= MOST:
        raise Unmappable(f"«{value}» is no amount.")
    return number


def minor(value: Any, currency: str) -> int:
    """Major units as minor units of the currency, halves up: 48.21848 euros are 4822."""
    return rounded(exact(value) * 10 ** get_currency_precision(currency))


def rounded(number: Decimal) -> int:
    """To the nearest whole number, halves up."""
    return int(number.to_integral_value(ROUND_HALF_UP))


def shares(amounts: Sequence[Decimal], currency: str) -> list[int]:
    """Each of some unrounded amounts in minor units so that they add up to their rounded sum."""
    unit, before, result = 10 ** get_currency_precision(currency), Decimal(0), []
    for amount in amounts:
        result.append(rounded((before + amount) * unit) - rounded(before * unit))
        before += amount
    return result


def instant(text: Any) -> datetime | None:
    """An instant; one without an offset is meant in UTC, as in fields that say GMT."""
    if not isinstance(text, str) or not text.strip():
        return None
    # Year 1 is how some systems write «never».
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if at.year > 1990 else None


def written(at: datetime | None) -> str | None:
    """An instant as the order document writes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def latest(texts: Iterable[Any]) -> str | None:
    """The newest of some instants, those that say nothing left aside."""
    return written(max((at for at in map(instant, texts) if at), default=None))


def first(*texts: Any) -> str | None:
    """The first that says something."""
    return next((str(text).strip() for text in texts if text is not None and str(text).strip()), None)


def joined(*texts: Any, between: str = " ") -> str | None:
    """Those that say something, in one text."""
    return between.join(str(text).strip() for text in texts if text and str(text).strip()) or None


def ordered(parts: Iterable[Raw] | None) -> list[Raw]:
    """Parts in the order they were made in: lists and single answers of one order disagree about it."""
    return sorted(parts or (), key=lambda part: (str(part.get("created_at") or ""), str(part.get("id") or "")))


def without_blanks(part: Mapping[str, Any]) -> dict[str, Any]:
    """The same without fields that say nothing, as systems send them by the dozen."""
    return {name: value for name, value in part.items() if value is not None}

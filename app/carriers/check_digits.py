"""Check digits of tracking numbers: given all but the last character, what the last should be. Pure."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def modulo_10(body: str, *, last: int = 3, other: int = 1) -> str:
    """The digit that fills the weighted sum up to ten; weights from the right: ``last``, ``other`` and so on."""
    weights = (last, other)
    return str(-sum(int(digit) * weights[at % 2] for at, digit in enumerate(reversed(body))) % 10)


def lettered_10(body: str) -> str:
    """As ``modulo_10`` from the left with weights 1 and 2, letters counting as digits (A is 2, I is 0): UPS, OnTrac."""
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in body]
    return str(-sum(value * (2 if at % 2 else 1) for at, value in enumerate(values)) % 10)


def luhn(body: str) -> str:
    """The digit of payment cards; Purolator and Old Dominion use it too."""
    doubled = [int(digit) * (1 if at % 2 else 2) for at, digit in enumerate(reversed(body))]
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def modulo_7(body: str) -> str:
    """The remainder by seven: DHL Express."""
    return str(int(body) % 7)


def weighted_11(body: str) -> str:
    """Weights 3, 1, 7 in turn, by eleven, ten counting as nothing: FedEx."""
    return str(sum(int(digit) * (3, 1, 7)[at % 3] for at, digit in enumerate(body)) % 11 % 10)


def postal_s10(body: str) -> str:
    """The Universal Postal Union's S10: eight digits."""
    digit = 11 - sum(int(d) * w for d, w in zip(body, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    # S10 names these two: ten and eleven have no digit of their own.
    return {10: "0", 11: "5"}.get(digit, str(digit))


def hybrid_37_36(body: str) -> str:
    """ISO 7064 modulo 37,36 over letters and digits: DPD."""
    rest = 36
    for sign in body:
        rest = ((rest + _ALPHABET.index(sign)) % 36 or 36) * 2 % 37
    return _ALPHABET[(37 - rest) % 36]

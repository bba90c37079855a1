"""What digits may mean as people dial them: numbers in E.164, from old national forms too. Pure."""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

# What numbers looked like before their country's plan changed, by calling code: national numbers, and their form today.
_OLD = {
    30: [(r"09(\d{8})", r"69\1")],
    # Mobile numbers had a zero in Italy until 2001, in Czechia and Poland until 2002 and 2009.
    39: [(r"0(3\d{8,9})", r"\1")],
    420: [(r"0([67]\d{8})", r"\1")],
    48: [(r"0([5-8]\d{8})", r"\1")],
    51: [(r"0?1(9\d{8})", r"\1")],
    # Dialled before a mobile in Mexico (044, 045) and before a trunk call (01) until 2019.
    52: [(r"(?:01|04[45])(\d{10})", r"\1")],
    # «15» says mobile where the area code does not; eight digits after it alone are Buenos Aires's.
    54: [(r"15(\d{8})", r"911\1"), (r"90(\d{10})", r"9\1"), (r"90?(?=\d{12}$)(\d{2,4}?)15(\d{6,8})", r"9\1\2")],
    # The ninth digit of mobiles came by 2016; 7 kept its eight, and 6 was of landlines, too.
    55: [(r"([1-9]\d)([89]\d{7})", r"\g<1>9\2")],
    56: [(r"0(9\d{8})", r"\1")],
    57: [(r"(?:0[3579]?)?([1245678])(\d{7})", r"60\1\2")],
}
# The same, but only after the country's own code: at home this «1» is the beginning of a number of North America's.
_OLD_ABROAD = {52: [(r"1(\d{10})", r"\1")]}
# Countries that dial each other as at home.
_ONE_PLAN = {
    region: ("FR", "GP", "GF", "MQ", "RE", "YT") for region in ("FR", "GP", "GF", "MQ", "RE", "YT", "BL", "MF")
}
_TEXTED = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def readings(digits: str, *, plus: bool, country: str | None) -> frozenset[str]:
    """Every number that these digits can be, in E.164; ``plus``: they begin with a country's code.

    ``country`` is where they are dialled; without one only what begins with a code or with «00» can be read.
    """
    if plus:
        return frozenset(_from_abroad(digits.removeprefix("00")))
    if digits.startswith("00"):
        # In Brazil a carrier's code may stand between; the library knows which.
        return frozenset(_from_abroad(digits[2:])) | frozenset(_at_home(digits, country))
    if country is None:
        return frozenset()
    home = {number for region in _ONE_PLAN.get(country, (country,)) for number in _at_home(digits, region)}
    own = set(_from_abroad(digits)) if digits.startswith(_code(country)) else set[str]()
    bare = {number for number in home if _lacks_its_zero(number, digits)}
    if bare:
        # Nobody writes so: its zero is lost, or it is another country's number without its plus.
        home -= {number for number in bare if _too_long(number)}
        return frozenset(home | own | set(_from_abroad(digits)))
    return frozenset(home | own) or _foreign(digits, country)


def is_mobile(number: str) -> bool:
    """Whether a number in E.164 can take texts; in some countries it does not show."""
    return phonenumbers.number_type(phonenumbers.parse(number)) in _TEXTED


def region_of(number: str | None) -> str | None:
    """The country of a number in E.164."""
    parsed = _parsed(number, None) if number else None
    return phonenumbers.region_code_for_number(parsed) if parsed else None


def one_line(number: str | None) -> str | None:
    """The same for numbers that ring one telephone: in Argentina the 9 for mobiles is written or not."""
    return number.replace("+549", "+54", 1) if number else None


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _code(region: str) -> str:
    """The country's calling code; a text that no number begins with where there is no such country."""
    return str(phonenumbers.country_code_for_region(region) or "none")


def _at_home(digits: str, region: str | None) -> Iterator[str]:
    parsed = _parsed(digits, region)
    if parsed is not None:
        yield from _valid(parsed) or _modern(parsed, _OLD)


def _from_abroad(digits: str) -> Iterator[str]:
    parsed = _parsed(f"+{digits}", None)
    if parsed is None:
        return
    yield from _valid(parsed) or _modern(parsed, _OLD | _OLD_ABROAD) or _modern(parsed, _OLD)
    # A form that begins with the code, and a person who typed it once more.
    code = str(parsed.country_code)
    rest = digits.removeprefix(code)
    again = rest[2:] if rest.startswith("00") else rest if rest.startswith(code) else ""
    if again and (repeated := _parsed(f"+{again}", None)) is not None:
        yield from _valid(repeated)


def _valid(parsed: PhoneNumber) -> list[str]:
    if not phonenumbers.is_valid_number(parsed):
        return []
    return [phonenumbers.format_number(parsed, PhoneNumberFormat.E164)]


def _modern(parsed: PhoneNumber, plans: dict[int, list[tuple[str, str]]]) -> list[str]:
    """The number in today's plan, where it was written in an older one."""
    national = phonenumbers.national_significant_number(parsed)
    forms = (
        _parsed(f"+{parsed.country_code}{re.sub(pattern, form, national)}", None)
        for pattern, form in plans.get(parsed.country_code or 0, [])
        if re.fullmatch(pattern, national)
    )
    return [number for one in forms if one is not None for number in _valid(one)]


def _lacks_its_zero(number: str, digits: str) -> bool:
    """Whether people of its country write something before these digits."""
    parsed = phonenumbers.parse(number)
    national = phonenumbers.national_significant_number(parsed)
    if digits != national:
        return False
    written = re.sub(r"\D", "", phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))
    return written != national


def _longest(region: str | None) -> int:
    about = PhoneMetadata.metadata_for_region(region) if region else None
    return max(about.mobile.possible_length) if about and about.mobile else 15


def _too_long(number: str) -> bool:
    """The library takes landlines of any length where their plan is open, more than any telephone has."""
    parsed = phonenumbers.parse(number)
    return len(phonenumbers.national_significant_number(parsed)) > _longest(region_of(number))


def _foreign(digits: str, country: str) -> frozenset[str]:
    """Another country's mobile without its plus, if it is too long for one of the country's own with a slip in it."""
    if len(digits) < _longest(country) + 2:
        return frozenset()
    return frozenset(number for number in _from_abroad(digits) if is_mobile(number))

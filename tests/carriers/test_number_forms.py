"""Numbers of known forms, valid and invalid, against others' list; and whom a number alone may be given to."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.carriers.registry import carriers
from app.tracking.carriers.recognition import guesses, recognised
from app.tracking.ingest.identity import normalised_number
from app.tracking.ports import NumberFit
from tests.carriers.corpus import data, table

EXAMPLES = table("tracking_numbers", "examples.csv")
# Forms whose name there is narrower or wider than ours.
OURS = {
    "USPS IMpb C": "USPS IMpb",
    "USPS IMpb N": "USPS IMpb",
    "LaserShip LX": "LaserShip",
    "LaserShip 1LS7 (15)": "LaserShip",
    "LaserShip 1LSCX (15)": "LaserShip",
    "OnTrac D": "OnTrac",
}
# Their names of carriers, and what an S10 number is: its country's post.
CARRIERS = {"canada_post": "canadapost", "dhl": "dhl", "old_dominion": "old_dominion"}
FORMS = [form for carrier in carriers().values() for form in carrier.forms]
KNOWN = {form.name for form in FORMS}
claimed = [row for row in EXAMPLES if OURS.get(row["format"], row["format"]) in KNOWN]
shared = pytest.mark.skipif(not EXAMPLES, reason="the shared data are not here")


def forms_of(number: str) -> set[str]:
    plain = normalised_number(number)
    return {form.name for form in FORMS if form.fits(plain)}


@shared
@pytest.mark.parametrize("row", claimed, ids=lambda row: f"{row['format']} {row['validity']} {row['number']}")
def test_a_number_has_its_form_if_it_is_valid_and_not_if_it_is_not(row: dict[str, str]) -> None:
    form = OURS.get(row["format"], row["format"])
    # Of posts that nobody declares there is no form, but no invalid number may have one.
    if form != "S10" or row["validity"] == "invalid":
        assert (form in forms_of(row["number"])) is (row["validity"] == "valid")


@shared
def test_most_forms_of_the_list_are_known() -> None:
    assert len({row["format"] for row in claimed}) >= 30


@shared
@pytest.mark.parametrize("row", [row for row in EXAMPLES if row["validity"] == "valid"], ids=lambda row: row["number"])
def test_a_valid_number_is_never_given_to_another_carrier(row: dict[str, str]) -> None:
    carrier = recognised(row["number"])
    own = CARRIERS.get(row["courier_code"], row["courier_code"])
    posts = {name for name, one in carriers().items() if any(form.name == "S10" for form in one.forms)}
    assert carrier is None or carrier.startswith(own) or (own == "s10" and carrier in posts)


@shared
def test_postal_numbers_tell_their_country() -> None:
    stated = {
        vector["number"]: vector["stated"]
        for vector in json.loads(data("vectors", "s10_vectors.json").read_text(encoding="utf-8"))
    }
    declared = {form.pattern[-2:] for form in FORMS if form.name == "S10"}
    assert {number for number in stated if "S10" in forms_of(number)} == {
        number
        for number, verdict in stated.items()
        if verdict == "valid" and normalised_number(number)[-2:] in declared
    }


# Made by the rules of each form; none of them is anybody's.
ALONE = {
    "1Z999AA10123456784": "ups",
    "1z 999 aa1 01 2345 6784": "ups",
    "RB123456785GB": "royalmail",
    "RB-123 456 785-GB": "royalmail",
    "CP123456785ES": "correos",
    "LX123456785FR": "laposte",
    "EE123456785US": "usps",
    "RN123456785DE": "dhl_parcel_de",
    "LM123456785CA": "canadapost",
    "CC123456785NL": "postnl",
    "CD123456785BE": "bpost",
    "DA123456785PT": "ctt",
    "TBA0000000000000": None,
    "00340434161094022115": "dhl_parcel_de",
    "RB123456784GB": None,
    "CP123456785CN": None,
    "9400111206206407628746": "usps",
    "H1234567899": None,
}


@pytest.mark.parametrize(("number", "carrier"), ALONE.items())
def test_a_number_whose_check_digit_speaks_for_one_carrier_alone_is_that_carriers(
    number: str, carrier: str | None
) -> None:
    assert recognised(number) == carrier


SAID = [
    ("123456789016", None, None),
    ("123456789016", "DHL Paket", "dhl_parcel_de"),
    ("123456789016", "DHL", "dhl_parcel_de"),
    ("123456789013", "DHL Paket", None),
    ("3230007655412345", None, None),
    ("3230007655412345", "Correos Express 24", "correos_express"),
    ("3230007655412345", "Paq 24", None),
    ("3230007655412345", "SEUR 24", None),
    ("3318810025", None, None),
    ("3318810025", "DHL Express Worldwide", "dhl_express"),
    ("12345678", "Punto Pack Mondial Relay", "mondial_relay"),
    ("1234/12345678", "Nacex 19h", "nacex"),
]


@pytest.mark.parametrize(("number", "service", "carrier"), SAID)
def test_where_a_number_fits_several_or_has_no_check_digit_the_service_decides_or_nobody(
    number: str, service: str | None, carrier: str | None
) -> None:
    assert recognised(number, service=service) == carrier


@pytest.mark.parametrize(("country", "carrier"), [("CA", "canadapost"), ("ES", None), (None, None)])
def test_who_does_not_deliver_there_is_not_meant(country: str | None, carrier: str | None) -> None:
    assert recognised("7035114477138472", country=country) == carrier


@given(st.text(alphabet="0123456789 -ABCXZ", max_size=26))
def test_no_number_is_given_to_one_carrier_when_another_fits_as_well(number: str) -> None:
    carrier, fitting = recognised(number), guesses(number)
    assert carrier is None or [(one.carrier, one.fit) for one in fitting] == [(carrier, NumberFit.CHECKED)]


@given(st.from_regex(r"[0-9]{8,14}", fullmatch=True))
def test_a_short_number_of_digits_alone_proves_nothing(number: str) -> None:
    """One number in ten passes any check digit; the shop's own would be among them."""
    assert recognised(number) in {None, "old_dominion"}


# Made by the rules of each form; those without a check digit count only beside a word of the carrier.
OF_CARRIERS = [
    ("C11031500001879", "ontrac", True),
    ("C11031500001889", "ontrac", False),
    ("D10011354453707", "ontrac", True),
    ("LTN12345678N1", "landmark", True),
    ("LTN1234N1", "landmark", False),
    ("LTN12345678N2", "landmark", False),
    ("287809468872", "purolator", True),
    ("287809468875", "purolator", False),
    ("687809468876", "purolator", False),
    ("KYV009956937", "purolator", True),
    ("JJD0002257639032011", "yodel", True),
    ("JD0002242617644732", "yodel", True),
    ("JD000225440506099", "yodel", False),
    ("01400F001137", "mrw", True),
    ("01400FF01137", "mrw", False),
    ("01234567890123", "seur", True),
    ("0123456789012", "seur", False),
    ("12345678", "mondial_relay", True),
    ("123456789", "mondial_relay", False),
    ("1234567890123456", "evri", True),
    ("T00ABC1234567890", "evri", False),
    ("YOXVB8CE", "gls", True),
    ("12345678901234", "gls_asm", False),
]


@pytest.mark.parametrize(("number", "carrier", "fits"), OF_CARRIERS)
def test_a_number_is_a_carriers_only_by_a_form_that_others_know_too(number: str, carrier: str, fits: bool) -> None:
    assert (carrier in {guess.carrier for guess in guesses(number)}) is fits

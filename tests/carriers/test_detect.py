"""Numbers of known forms, valid and invalid, against others' list."""

import json

import pytest

from app.carriers.detect import FORMS, detect
from tests.carriers.corpus import data, table

EXAMPLES = table("tracking_numbers", "examples.csv")
# Forms whose name there is narrower or wider than ours.
OURS = {"USPS IMpb C": "USPS IMpb", "USPS IMpb N": "USPS IMpb", "LaserShip LX": "LaserShip", "OnTrac D": "OnTrac"}
KNOWN = {form.name for form in FORMS}
claimed = [row for row in EXAMPLES if OURS.get(row["format"], row["format"]) in KNOWN]

pytestmark = pytest.mark.skipif(not EXAMPLES, reason="the shared data are not here")


@pytest.mark.parametrize("row", claimed, ids=lambda row: f"{row['format']} {row['validity']} {row['number']}")
def test_a_number_has_its_form_if_it_is_valid_and_not_if_it_is_not(row: dict[str, str]) -> None:
    forms = {guess.form for guess in detect(row["number"])}
    assert (OURS.get(row["format"], row["format"]) in forms) is (row["validity"] == "valid")


def test_most_forms_of_the_list_are_known() -> None:
    assert len({row["format"] for row in claimed}) >= 24


def test_postal_numbers_tell_their_country() -> None:
    for vector in json.loads(data("vectors", "s10_vectors.json").read_text(encoding="utf-8")):
        forms = [guess for guess in detect(vector["number"]) if guess.form == "S10"]
        assert bool(forms) is (vector["stated"] == "valid")
    assert detect("RB123456785GB")[0].carrier == "royalmail"


def test_a_checked_form_comes_first_and_nonsense_has_none() -> None:
    assert detect(" 1z 8v92a7 0367203024 ")[0].carrier == "ups"
    assert detect("") == detect("hello") == detect("1Z") == []

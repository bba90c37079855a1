"""Every state has plain words in both languages: short, without the trade's own words, and none left untranslated."""

import re

import pytest
from flask import Flask
from flask_babel import gettext as _

from app.core.i18n.locale import speaking
from app.tracking.page import words
from app.tracking.page import words as wording
from app.tracking.states import ShipmentState
from app.tracking.summary import parcel_words, stages

HEADLINES = [
    *wording.STATES.values(),
    *wording.BY_THE_SHOP.values(),
    *wording.INCIDENTS.values(),
    *stages.NAMES.values(),
    *parcel_words.UNDATED.values(),
    *(title for title, _ in words.HOLDS.values()),
]
NEXT_STEPS = [*parcel_words.NEXT.values(), *(what for _, what in words.HOLDS.values())]
FORBIDDEN = re.compile(
    r"exception|manifest|processed|valued|facility|excepci|manifiest|procesad|estimad|!|¡", re.IGNORECASE
)


@pytest.mark.parametrize("state", list(ShipmentState))
def test_every_state_has_a_sentence_and_a_short_form(state: ShipmentState) -> None:
    assert wording.STATES[state]
    assert stages.BY_STATE[state]


@pytest.mark.parametrize("text", sorted(set(HEADLINES)))
def test_a_headline_is_short_and_plain_in_both_languages(app: Flask, text: str) -> None:
    for headline in _in_both(app, text):
        assert len(headline.split()) <= 12
        assert not FORBIDDEN.search(headline)


@pytest.mark.parametrize("text", sorted(set(NEXT_STEPS)))
def test_what_happens_next_is_said_in_short_sentences(app: Flask, text: str) -> None:
    for step in _in_both(app, text):
        assert max(len(sentence.split()) for sentence in re.split(r"[.;:?]", step)) <= 18
        assert not FORBIDDEN.search(step)


def _in_both(app: Flask, text: str) -> tuple[str, str]:
    with app.test_request_context():
        with speaking("es"):
            spanish = _(text)
        with speaking("en"):
            english = _(text)
    assert spanish != english
    return spanish, english

"""How answers to texts are read: the fixed words in any dress, and what only sounds like them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.notify.inbound.inbound_sms import OptOutReading, bare, read, take_answer
from app.notify.kinds import Channel, Purpose
from app.notify.preferences.suppression import is_suppressed, recipient_key
from app.notify.send.outcomes import FailureVerdict, fault, retry_delay, sort
from tests.conftest import SECRET
from tests.notify.build import NOON, a_mail_config

STOPS = (
    "stop",
    "stopall",
    "stop all",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "revoke",
    "optout",
    "opt out",
    "opt-out",
)
STOPS += ("baja", "alto", "parar", "cancelar", "no", "no más", "darse de baja", "arret", "arrêt")


@pytest.mark.parametrize("word", STOPS)
def test_the_fixed_words_stop_in_any_dress(word: str) -> None:
    for dressed in (word, word.upper(), f" {word.title()}. ", f"¡{word}!", f"«{word}»\n", f"{word}…"):
        assert read(dressed) is OptOutReading.STOP, dressed


@pytest.mark.parametrize("word", ["START", "Alta", "unstop", "Sí", "darse de alta!"])
def test_starting_again(word: str) -> None:
    assert read(word) is OptOutReading.START


@pytest.mark.parametrize(
    "text", ["dejad de escribirme", "please don't text me", "Quiero darme de baja ya", "no quiero más mensajes"]
)
def test_what_sounds_like_stop_goes_to_a_person(text: str) -> None:
    assert read(text) is OptOutReading.LIKE_STOP


@pytest.mark.parametrize("text", ["¿dónde está mi pedido?", "gracias", "", "👍", "notable", "I want it on Tuesday"])
def test_the_rest_is_the_rest(text: str) -> None:
    assert read(text) is OptOutReading.OTHER
    assert bare("  Ñandú,  SÍ ") == "nandu si"


TABLE = [
    ("twilio", "21610", "stop_address"), ("twilio", "21211", "permanent"), ("twilio", "21614", "permanent"),
    ("twilio", "21635", "permanent"), ("twilio", "21408", "our_fault"), ("twilio", "20429", "closed"),
    ("twilio", "20003", "closed"), ("twilio", "30001", "retry"), ("twilio", "30003", "retry"),
    ("twilio", "30004", "stop_address"), ("twilio", "30005", "permanent"), ("twilio", "30006", "permanent"),
    ("twilio", "30007", "our_fault"), ("twilio", "30008", "retry"), ("twilio", "30034", "our_fault"),
    ("twilio", "500", "in_doubt"), ("twilio", "502", "in_doubt"), ("twilio", "503", "in_doubt"),
    ("twilio", "429", "closed"), ("twilio", "99999", "unknown"), ("twilio", "21266", "permanent"),
    ("sendgrid", "400", "our_fault"), ("sendgrid", "401", "closed"), ("sendgrid", "403", "closed"),
    ("sendgrid", "413", "our_fault"), ("sendgrid", "429", "closed"), ("sendgrid", "500", "in_doubt"),
    ("sendgrid", "502", "in_doubt"), ("sendgrid", "503", "closed"), ("sendgrid", "504", "in_doubt"),
    ("sendgrid", "418", "unknown"), ("sendgrid", "bounce", "stop_address"), ("sendgrid", "dropped", "permanent"),
    ("sendgrid", "spamreport", "stop_address"), ("smtp", "421", "closed"), ("smtp", "450", "retry"),
    ("smtp", "535", "closed"), ("smtp", "550", "stop_address"), ("smtp", "553", "permanent"),
    ("smtp", "599", "unknown"), ("anyone", "not_connected", "closed"), ("anyone", "no_answer", "in_doubt"),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "code", "verdict"), TABLE)
def test_each_refusal_has_its_verdict(provider: str, code: str, verdict: str) -> None:
    assert sort(provider, code) == FailureVerdict(verdict)


def test_tries_grow_rarer_and_end_within_four_hours() -> None:
    busy = fault("twilio", "21611")
    delays = [retry_delay(busy, n, roll=1.0) for n in range(1, 7)]
    seconds = [delay.total_seconds() for delay in delays if delay is not None]
    assert seconds == [36, 144, 720, 2160, 8640] and delays[5] is None
    assert sum(seconds) <= 4 * 3600
    assert retry_delay(fault("twilio", "21611", retry_after=100), 1, roll=0.5) == timedelta(seconds=100)
    assert retry_delay(fault("twilio", "99999"), 4, roll=0.5) is None
    assert retry_delay(fault("twilio", "21211"), 1, roll=0.5) is None


def test_what_a_closed_provider_refused_stays_near_and_is_never_given_up_for_that() -> None:
    delays = [retry_delay(fault("sendgrid", "not_connected"), tries, roll=0.5) for tries in (1, 2, 3, 4, 5, 999)]
    assert delays == [timedelta(seconds=number) for number in (5, 10, 15, 20, 20, 20)]
    wished = fault("sendgrid", "429", retry_after=90)
    assert retry_delay(wished, 1, roll=0.5) == timedelta(seconds=90)
    assert retry_delay(fault("sendgrid", "429", retry_after=10**9), 1, roll=0.5) == timedelta(hours=2)


def test_a_stop_from_a_number_in_its_old_form_stops_texts_to_its_new_one(session: Session) -> None:
    answer = {"provider": "twilio", "provider_id": "SM1", "sender": "+5215512345678", "text": "STOP"}
    assert take_answer(session, **answer, now=NOON, config=a_mail_config()) is OptOutReading.STOP
    key = recipient_key(SECRET, Channel.SMS, "+525512345678")
    assert is_suppressed(session, channel=Channel.SMS, recipient_hash=key, purpose=Purpose.NEWS)

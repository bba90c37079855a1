"""The stand-ins over TLS, called by the portal's own senders: they take, lie and list as they are told."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.tokens import digest
from app.notify.kinds import Channel
from app.notify.providers.ports import Accepted, Lost, Outgoing, Sender, SendFailed
from app.notify.providers.sendgrid.send import SendGridSender
from app.notify.providers.smtp.send import SmtpSender
from app.notify.providers.twilio.send import TwilioSender
from app.notify.send.claim import hand_over
from app.notify.send.outcomes import FailureVerdict, SendFailure
from benchmarks.chaos.answers import LOSSY, WELL, Answer, Dice
from benchmarks.chaos.books import Books
from benchmarks.chaos.history import History, read
from benchmarks.chaos.http_providers import SendGrid, Twilio, listening
from benchmarks.chaos.smtp_provider import mail_server
from benchmarks.chaos.tls import make_authority

MAIL = Outgoing(
    "ref-1", Channel.EMAIL, "ana@example.com", "Llega.\n.\nHoy.", "Llega hoy", headers={"Message-ID": "<ref-1@x>"}
)
TEXT = Outgoing("ref-1", Channel.SMS, "+34612345678", "Almazara: llega hoy")


class Stage:
    """The three providers, with the portal's senders in front of them."""

    def __init__(self, folder: Path, ends: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
        authority = make_authority(folder)
        for name, value in authority.environ().items():
            monkeypatch.setenv(name, value)
        self.dice = Dice(1, WELL, slowest=0.051)
        self.history = History(folder / "history.jsonl")
        self.books = {
            name: Books(name, channel, self.dice, self.history, list_lag=0.0)
            for name, channel in (("sendgrid", "email"), ("smtp", "email"), ("twilio", "sms"))
        }
        tls, silent = authority.server(), lambda _taken: None
        mail = ends.enter_context(listening(SendGrid(self.books["sendgrid"], silent, feed=True), tls))
        text = ends.enter_context(listening(Twilio(self.books["twilio"], silent), tls))
        post = ends.enter_context(mail_server(self.books["smtp"], tls))
        account = "AC" + "0" * 32
        self.senders: dict[str, Sender] = {
            "sendgrid": SendGridSender("SG.x", "a@example.com", host=mail, feed_lag=40),
            "smtp": SmtpSender(post, "a@example.com"),
            "twilio": TwilioSender(account, "t", "+34600000000", callback_url="http://x.example/h", api_url=text),
        }

    def send(self, name: str, answer: Answer) -> Accepted | SendFailure | None:
        """Hand one message over, to be treated so."""
        self.dice.weights = {answer: 1.0}
        return hand_over(self.senders[name], TEXT if name == "twilio" else MAIL, lambda: None)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with ExitStack() as ends:
        yield Stage(tmp_path, ends, monkeypatch)


NAMES = ("sendgrid", "twilio", "smtp")
QUICK = [one for one in Answer if one is not Answer.LATE]
MEANS = {
    Answer.LOSE: {FailureVerdict.IN_DOUBT},
    Answer.DROP: {FailureVerdict.IN_DOUBT},
    Answer.ERROR_TAKEN: {FailureVerdict.IN_DOUBT},
    Answer.ERROR: {FailureVerdict.IN_DOUBT, FailureVerdict.RETRY},
    Answer.BUSY: {FailureVerdict.CLOSED, FailureVerdict.RETRY},
    Answer.OUT: {FailureVerdict.CLOSED},
    Answer.REFUSE: {FailureVerdict.OUR_FAULT, FailureVerdict.PERMANENT, FailureVerdict.STOP_ADDRESS},
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", QUICK)
def test_each_answer_is_what_it_says(stage: Stage, name: str, answer: Answer) -> None:
    outcome = stage.send(name, answer)
    assert len(stage.books[name].taken) == answer.takes and stage.books[name].open == {}
    if answer is Answer.ACCEPT:
        assert isinstance(outcome, Accepted)
    else:
        assert isinstance(outcome, SendFailure) and outcome.verdict in MEANS[answer]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_taken_is_in_the_books_and_in_the_history(stage: Stage, name: str) -> None:
    stage.send(name, Answer.ACCEPT)
    (taken,) = stage.books[name].taken
    assert (taken.reference, taken.to) == ("ref-1", TEXT.to if name == "twilio" else MAIL.to)
    stage.history.close()
    assert [line["what"] for line in read(stage.history.path)] == ["took", "answered"]


def test_who_is_asked_tells_what_is_in_the_books(stage: Stage) -> None:
    for name in ("sendgrid", "twilio"):
        stage.send(name, Answer.LOSE)
    lost = Lost("ref-1", MAIL.to, datetime.now(UTC), b"", MAIL.subject)
    assert stage.senders["sendgrid"].find([lost])["ref-1"] == Accepted("sendgrid", stage.books["sendgrid"].taken[0].key)
    text = Lost("ref-1", TEXT.to, datetime.now(UTC), digest(TEXT.text))
    other = Lost("ref-2", TEXT.to, datetime.now(UTC), digest("another"))
    outcomes = stage.senders["twilio"].find([text, other])
    assert outcomes["ref-1"] is not None and outcomes["ref-2"] is None


def test_a_list_runs_behind(stage: Stage) -> None:
    stage.books["twilio"].list_lag = 60.0
    stage.send("twilio", Answer.LOSE)
    assert stage.senders["twilio"].find([Lost("ref-1", TEXT.to, datetime.now(UTC), digest(TEXT.text))]) == {
        "ref-1": None
    }


def test_a_stranger_is_not_trusted(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for name, value in make_authority(tmp_path / "other").environ().items():
        monkeypatch.setenv(name, value)
    for name in NAMES:
        outcome = stage.send(name, Answer.ACCEPT)
        assert isinstance(outcome, SendFailure) and outcome.code == "not_connected" and stage.books[name].taken == []
    with pytest.raises(SendFailed):
        stage.senders["twilio"].find([Lost("ref-1", TEXT.to, datetime.now(UTC), b"")])


def test_a_seed_repeats_its_choice_whoever_comes_first() -> None:
    people = [f"p{number}@example.com" for number in range(500)]
    first = [Dice(7, LOSSY).answer("sendgrid", to, 1) for to in people]
    assert first == [Dice(7, LOSSY).answer("sendgrid", to, 1) for to in people]
    assert first != [Dice(8, LOSSY).answer("sendgrid", to, 1) for to in people]
    assert {Answer.ACCEPT, Answer.LOSE, Answer.ERROR} <= set(first)

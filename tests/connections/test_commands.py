"""``paradero connect``: the same by command; secrets come from standard input or a file and are never told again."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.connections.live import LiveSettings
from app.core.standard_webhooks import is_key
from tests.connections.build import SENDGRID
from tests.notify.stand_in import provider
from tests.staff.browsers import audited

LINES = "".join(f"{variable}={value}\n" for variable, value in SENDGRID.items())


@pytest.fixture(autouse=True)
def _usual_afterwards(live: LiveSettings) -> None:
    """What is set here holds for the test alone."""


def run(app: Flask, *words: str, lines: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["portal", "connect", *words], input=lines)


def test_values_are_read_from_standard_input_and_told_without_secrets(app: Flask, session: Session) -> None:
    done = run(app, "set", "sendgrid", lines=LINES)
    assert (done.exit_code, done.output) == (0, "Set: MAIL_FROM, SENDGRID_API_KEY. In force within seconds.\n")
    listed = run(app, "list").output
    assert "sendgrid         untried  SendGrid" in listed and "MAIL_FROM: pedidos@shop.example; by cli:" in listed
    assert "SENDGRID_API_KEY: …wxyz by cli:" in listed and SENDGRID["SENDGRID_API_KEY"] not in listed
    assert [action for _, action, _ in audited(session)] == ["connection.set"]


def test_values_are_read_from_a_file_and_an_empty_one_is_taken_out(
    app: Flask, live: LiveSettings, tmp_path: Path
) -> None:
    file = tmp_path / "sendgrid.env"
    file.write_text(f"# of the shop\n\n{LINES}SENDGRID_FEED=1\n")
    run(app, "set", "sendgrid", "--file", str(file))
    run(app, "list")
    assert live.settings.environ["SENDGRID_FEED"] == "1"
    assert "Set: SENDGRID_FEED." in run(app, "set", "sendgrid", lines="SENDGRID_FEED=\n").output
    assert "Nothing has changed." in run(app, "set", "sendgrid", lines=LINES).output


def test_what_is_wrong_is_a_line_each_and_ends_with_two(app: Flask) -> None:
    done = run(app, "set", "sendgrid", lines="SENDGRID_API_KEY=k\nSENDGRID_FEED_LAG=soon\nOTHER=1\n")
    assert (done.exit_code, done.output.count("\n")) == (2, 1) and "OTHER" in done.output
    done = run(app, "set", "sendgrid", lines="SENDGRID_API_KEY=k\nMAIL_FROM=no\nSENDGRID_FEED_LAG=soon\n")
    assert done.exit_code == 2 and "MAIL_FROM: must be" in done.output and "SENDGRID_FEED_LAG: must be" in done.output
    odd = run(app, "set", "sendgrid", lines="SG.a-secret-without-its-name\n")
    assert odd.exit_code != 0 and "Line 1 is not VARIABLE=value." in odd.output and "SG.a" not in odd.output
    for words in (("set", "nobody"), ("remove", "sendgrid")):
        refused = run(app, *words, lines="A=1\n")
        assert refused.exit_code == 2 and refused.output.startswith("✗ "), words


def test_a_secret_is_made_printed_and_its_older_one_ended(app: Flask, live: LiveSettings) -> None:
    first, second = (run(app, "rotate", "oms-generic").output.strip() for _ in range(2))
    assert is_key(first) and is_key(second)
    assert run(app, "rotate", "oms-generic", "--end-older").exit_code == 0
    run(app, "list")
    assert live.settings.environ["OMS_WEBHOOK_SECRET"] == second
    assert run(app, "rotate", "sendgrid").exit_code != 0


def test_a_connection_is_tried_and_the_exit_code_says_whether_it_works(app: Flask, session: Session) -> None:
    assert run(app, "test", "twilio").output == "It is not connected.\n"
    with provider() as sendgrid:
        run(app, "set", "sendgrid", lines=f"{LINES}SENDGRID_API_URL={sendgrid.url}\n")
        sendgrid.answers = [(200, {}, {"scopes": ["mail.send"]})]
        done = run(app, "test", "sendgrid")
    assert (done.exit_code, done.output) == (0, "It works.\n")
    assert run(app, "test", "sendgrid").exit_code == 2
    acts = [(action, of_what) for _, action, of_what in audited(session)]
    assert acts == [("connection.tried", "twilio"), ("connection.set", "sendgrid"), ("connection.tried", "sendgrid")]


def test_everything_is_sealed_again(app: Flask, session: Session) -> None:
    run(app, "set", "sendgrid", lines=LINES)
    assert run(app, "reseal").output == "2 sealed again\n"
    assert run(app, "remove", "sendgrid").output == "Taken out: SENDGRID_API_KEY, MAIL_FROM.\n"
    acts = [action for _, action, _ in audited(session)]
    assert acts == ["connection.set", "connection.resealed", "connection.removed"]


def test_the_doctor_tells_what_was_set_and_cannot_be_taken(app: Flask, live: LiveSettings, session: Session) -> None:
    run(app, "set", "sendgrid", lines=LINES)
    doctor = app.test_cli_runner().invoke(args=["portal", "doctor"]).output
    assert "EMAIL leaves through a provider" in doctor and "left out" not in doctor
    live.base = type(live.base).from_env({**live.base.environ, "SECRET_KEY": "another-secret-for-tests-0123456789"})
    live._mark = None
    doctor = app.test_cli_runner().invoke(args=["portal", "doctor"]).output
    assert "✗ Set by page, and left out: SENDGRID_API_KEY: was sealed with another SECRET_KEY" in doctor
    assert "EMAIL stays in the sandbox" in doctor

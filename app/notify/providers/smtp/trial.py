"""Greeting the mail server: sign in, name our sender, take it back. No mail is begun."""

from urllib.parse import urlsplit

from app.core.trials import TrialOutcome, TrialWord, outcome
from app.notify.providers.declaration import Installation
from app.notify.providers.ports import SendFailed
from app.notify.providers.smtp.provider import ACCOUNT, SmtpSettings
from app.notify.providers.smtp.send import SmtpSender

# Seconds for each answer: somebody waits for the page.
TIMEOUT = 4.0


def try_out(settings: SmtpSettings, here: Installation) -> TrialOutcome:
    """Whether the server lets us in, and takes mails from our address."""
    url = settings.smtp_url.get_secret_value() if settings.smtp_url else ""
    host_name = urlsplit(here.public_url).hostname or "localhost"
    try:
        encrypted = SmtpSender(url, here.mail_from, host_name=host_name, timeout=TIMEOUT).greet()
    except SendFailed as error:
        return _failed(error)
    # A user name or a password with other letters, or a host's name that is none.
    except UnicodeError as error:
        return outcome(TrialWord.REFUSED, answer=type(error).__name__)
    return outcome(TrialWord.WORKS if encrypted else TrialWord.WORKS_IN_CLEAR)


def _failed(error: SendFailed) -> TrialOutcome:
    code, detail = error.fault.code, error.fault.detail
    if code == "sender_refused":
        return outcome(TrialWord.SENDER_REFUSED, answer=detail)
    if code in ACCOUNT:
        return outcome(TrialWord.REFUSED, answer=f"{code} {detail}")
    if code in ("not_connected", "no_answer"):
        return outcome(TrialWord.NOT_REACHED, answer=detail)
    return outcome(TrialWord.ODD_ANSWER, answer=f"{code} {detail}")

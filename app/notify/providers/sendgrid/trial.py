"""Asking SendGrid what our key may do: nothing is sent, and nothing is changed there."""

import requests

from app.core.trials import TrialOutcome, TrialWord, of_status, outcome
from app.notify.providers.declaration import Installation
from app.notify.providers.line import open_session
from app.notify.providers.sendgrid.provider import SendGridSettings

TIMEOUT = (3.05, 5.0)
RIGHT = "mail.send"


def try_out(settings: SendGridSettings, here: Installation) -> TrialOutcome:
    """Whether the key is one, and may send mail."""
    key = settings.sendgrid_api_key.get_secret_value() if settings.sendgrid_api_key else ""
    address = f"{settings.sendgrid_api_url.rstrip('/')}/v3/scopes"
    try:
        # A redirect would take the key to another host.
        answer = open_session().get(
            address, headers={"Authorization": f"Bearer {key}"}, timeout=TIMEOUT, allow_redirects=False
        )
        rights = answer.json().get("scopes", []) if answer.status_code == 200 else None
    except requests.JSONDecodeError:
        return outcome(TrialWord.ODD_ANSWER, answer="HTTP 200")
    except (requests.RequestException, UnicodeError) as error:
        return outcome(TrialWord.NOT_REACHED, answer=type(error).__name__)
    if rights is None:
        return of_status(answer.status_code)
    return outcome(TrialWord.WORKS) if RIGHT in rights else outcome(TrialWord.LACKS_RIGHT, right=RIGHT)

"""Asking Twilio about our own account: nothing is sent, and nothing is changed there."""

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from app.core.trials import TrialOutcome, TrialWord, outcome
from app.notify.providers.declaration import Installation
from app.notify.providers.line import open_session
from app.notify.providers.twilio.codes import ACCOUNT
from app.notify.providers.twilio.provider import TwilioSettings
from app.notify.providers.twilio.send import TwilioLine

TIMEOUT = 5.0


def try_out(settings: TwilioSettings, here: Installation) -> TrialOutcome:
    """Whether the account is there, opened by our token, and may be used."""
    account = settings.twilio_account_sid or ""
    token = settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else ""
    line = TwilioLine(open_session(), settings.twilio_api_url or "", None, timeout=TIMEOUT)
    try:
        status = str(Client(account, token, http_client=line).api.accounts(account).fetch().status)
    except TwilioRestException as error:
        refused = {str(error.code), str(error.status)} & ACCOUNT
        return outcome(TrialWord.REFUSED if refused else TrialWord.ODD_ANSWER, answer=f"{error.status} {error.msg}")
    except requests.RequestException as error:
        return outcome(TrialWord.NOT_REACHED, answer=type(error).__name__)
    # What cannot be read is no answer of theirs.
    except (TwilioException, ValueError) as error:
        return outcome(TrialWord.ODD_ANSWER, answer=type(error).__name__)
    return outcome(TrialWord.WORKS) if status == "active" else outcome(TrialWord.CLOSED, answer=status)

"""Twilio as a provider: its settings, and what it brings."""

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, SecretStr, model_validator

from app.core.settings import PartSettings, WebAddress
from app.core.trials import TrialOutcome
from app.notify.kinds import Channel
from app.notify.providers.declaration import Hook, Installation, Provider
from app.notify.providers.ports import Sender
from app.notify.providers.twilio import hook
from app.notify.providers.twilio.codes import ACCOUNT, CODES, RECEIPTS

# A number, a messaging service, or a sender's name of at most 11 characters with a letter in it.
SENDER = re.compile(r"\+[1-9]\d{6,14}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11}|\d{3,8}")


def one_token(value: SecretStr) -> SecretStr:
    """Refuse two tokens in the place of one."""
    if re.search(r"[\s,]", value.get_secret_value()):
        raise ValueError("is one token; the one before it goes into TWILIO_AUTH_TOKEN_PREVIOUS")
    return value


def text_sender(value: str) -> str:
    """Refuse what no text can be sent from."""
    if not SENDER.fullmatch(value):
        raise ValueError("must be a number such as +34600000000, a name of at most 11 characters, or MG…")
    return value


Token = Annotated[SecretStr, AfterValidator(one_token)]


class TwilioSettings(PartSettings):
    """The account, its token and the one before, and what texts come from."""

    switch: ClassVar[str] = "twilio_auth_token"
    beside: ClassVar[tuple[str, ...]] = ("twilio_account_sid", "twilio_from")
    twilio_account_sid: str | None = None
    twilio_auth_token: Token | None = None
    twilio_auth_token_previous: Token | None = None
    twilio_from: Annotated[str, AfterValidator(text_sender)] | None = None
    twilio_api_url: WebAddress | None = None

    @model_validator(mode="after")
    def _whole(self) -> "TwilioSettings":
        if self.twilio_auth_token and not (self.twilio_account_sid and self.twilio_from):
            raise ValueError("TWILIO_ACCOUNT_SID, TWILIO_FROM: are needed beside TWILIO_AUTH_TOKEN")
        return self


def make(settings: TwilioSettings, here: Installation) -> Sender:
    """Its sender, which asks for reports at our endpoint."""
    from app.notify.providers.twilio.send import TwilioSender

    token = settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else ""
    callback_url = f"{here.public_url}/hooks/messages/twilio"
    return TwilioSender(
        settings.twilio_account_sid or "",
        token,
        settings.twilio_from or here.sms_from,
        callback_url=callback_url,
        api_url=settings.twilio_api_url or "",
    )


def tokens(settings: TwilioSettings) -> list[str]:
    """What callbacks are signed with: the token, and the one before while it changes."""
    both = (settings.twilio_auth_token, settings.twilio_auth_token_previous)
    return [token.get_secret_value() for token in both if token]


def trial(settings: TwilioSettings, here: Installation) -> TrialOutcome:
    """Ask it whether it takes texts from us, and send none."""
    from app.notify.providers.twilio.trial import try_out

    return try_out(settings, here)


PROVIDER = Provider(
    name="twilio",
    title="Twilio",
    channels=(Channel.SMS,),
    settings=TwilioSettings,
    make=make,
    codes=CODES,
    account=ACCOUNT,
    receipts=RECEIPTS,
    hook=Hook(secrets=tokens, sign=hook.sign_report, read=hook.read_report),
    answers=Hook(secrets=tokens, sign=hook.sign_answer, read=hook.read_answer),
    texts_from=lambda settings: settings.twilio_from,
    looked_for=lambda settings: "at Twilio and goes again only if Twilio has it not",
    rank=10,
    trial=trial,
)

"""SendGrid as a provider: its settings, and what it brings."""

import base64
import binascii
from typing import Annotated, ClassVar

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from app.core.settings import PartSettings, WebAddress
from app.core.settings.faults import several
from app.core.trials import TrialOutcome
from app.notify.kinds import Channel
from app.notify.providers.declaration import Hook, Installation, Provider
from app.notify.providers.ports import Sender
from app.notify.providers.sendgrid import hook
from app.notify.providers.sendgrid.codes import ACCOUNT, CODES, RECEIPTS


def public_keys(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what is no public key of signed events."""
    if not values or not all(_is_public_key(value) for value in values):
        raise ValueError("each key is the base64 text that SendGrid shows as the verification key")
    return values


def _is_public_key(value: str) -> bool:
    try:
        key = load_der_public_key(base64.b64decode(value, validate=True))
    except (ValueError, binascii.Error):
        return False
    return isinstance(key, ec.EllipticCurvePublicKey)


PublicKeys = Annotated[tuple[str, ...], BeforeValidator(several), AfterValidator(public_keys)]


class SendGridSettings(PartSettings):
    """The key to send with, the public keys of signed events, and whether the activity feed can be asked."""

    switch: ClassVar[str] = "sendgrid_api_key"
    sendgrid_api_key: SecretStr | None = None
    sendgrid_api_url: WebAddress = "https://api.sendgrid.com"
    sendgrid_webhook_key: PublicKeys = ()
    sendgrid_feed: bool = False
    # SendGrid names no figure; a message shall not wait longer than five minutes in all.
    sendgrid_feed_lag: int = Field(240, ge=30, le=3600)


def make(settings: SendGridSettings, here: Installation) -> Sender:
    """Its sender."""
    from app.notify.providers.sendgrid.send import SendGridSender

    key = settings.sendgrid_api_key.get_secret_value() if settings.sendgrid_api_key else ""
    lag = settings.sendgrid_feed_lag if settings.sendgrid_feed else None
    return SendGridSender(key, here.mail_from, host=settings.sendgrid_api_url, feed_lag=lag)


def looked_for(settings: SendGridSettings) -> str | None:
    """Where a mail is looked for whose answer was lost: in the feed, which costs extra."""
    if not settings.sendgrid_feed:
        return None
    lag = settings.sendgrid_feed_lag
    return f"in SendGrid's activity feed, {lag} seconds later, and goes again only if it is not there"


def trial(settings: SendGridSettings, here: Installation) -> TrialOutcome:
    """Ask it whether it takes mails from us, and send none."""
    from app.notify.providers.sendgrid.trial import try_out

    return try_out(settings, here)


PROVIDER = Provider(
    name="sendgrid",
    title="SendGrid",
    channels=(Channel.EMAIL,),
    settings=SendGridSettings,
    make=make,
    codes=CODES,
    account=ACCOUNT,
    receipts=RECEIPTS,
    hook=Hook(secrets=lambda settings: settings.sendgrid_webhook_key, sign=hook.sign, read=hook.read, batch=True),
    looked_for=looked_for,
    rank=10,
    trial=trial,
)

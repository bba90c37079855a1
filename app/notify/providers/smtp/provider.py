"""Any mail server as a provider: its address, and what its replies mean. It tells nothing later."""

from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from app.core.settings import PartSettings
from app.core.trials import TrialOutcome
from app.notify.kinds import Channel
from app.notify.providers.declaration import Installation, Provider
from app.notify.providers.ports import Sender
from app.notify.send.outcomes import C, F, P, R, S


def mail_server(value: SecretStr) -> SecretStr:
    """Refuse what is no address of a mail server."""
    try:
        parts = urlsplit(value.get_secret_value())
        good = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be smtp://user:password@host:587 or smtps://user:password@host:465")
    return value


class SmtpSettings(PartSettings):
    """The mail server's address, user and password included."""

    switch: ClassVar[str] = "smtp_url"
    smtp_url: Annotated[SecretStr, AfterValidator(mail_server)] | None = None


# Reply codes of RFC 5321 and, for those about us, RFC 4954; whether a 55x is about the address, servers rarely agree.
ACCOUNT = frozenset({"530", "534", "535", "538", "sender_refused"})
CODES = {
    "421": C, "450": R, "451": R, "452": R, "454": C, "sender_refused": C,
    "500": F, "501": F, "502": F, "503": F, "504": F, "530": C, "534": C, "535": C, "538": C,
    "550": S, "551": P, "552": P, "553": P, "554": P, "555": F, "556": P,
}  # fmt: skip


def make(settings: SmtpSettings, here: Installation) -> Sender:
    """Its sender, which names itself by the portal's host."""
    from app.notify.providers.smtp.send import SmtpSender

    url = settings.smtp_url.get_secret_value() if settings.smtp_url else ""
    return SmtpSender(url, here.mail_from, host_name=urlsplit(here.public_url).hostname or "localhost")


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


def trial(settings: SmtpSettings, here: Installation) -> TrialOutcome:
    """Ask it whether it takes mails from us, and send none."""
    from app.notify.providers.smtp.trial import try_out

    return try_out(settings, here)


PROVIDER = Provider(
    name="smtp",
    title=_l("The mail server"),
    channels=(Channel.EMAIL,),
    settings=SmtpSettings,
    make=make,
    codes=CODES,
    account=ACCOUNT,
    rank=20,
    trial=trial,
)

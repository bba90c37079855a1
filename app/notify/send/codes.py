"""One-time codes: rendered and sent at once; the code rests nowhere."""

from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from app.brands.queries import find_brand, speaking_brand
from app.brands.records import BrandRecord
from app.core.errors import InDoubt, NotFound, ProviderRejected, ProviderUnavailable
from app.core.tokens import new_secret
from app.notify.kinds import Channel, Purpose
from app.notify.preferences.suppression import is_shut
from app.notify.providers.ports import Outgoing, SendFailed, header
from app.notify.render.gsm7 import plain
from app.notify.render.mails.facts import Links, MailShop
from app.notify.render.mails.mail import MailContent
from app.notify.render.mails.texts import shop_name
from app.notify.render.render import foot, render_content
from app.notify.render.words import Tongue, tongue
from app.notify.send.claim import hand_over
from app.notify.send.config import MailConfig
from app.notify.send.outcomes import FailureVerdict, SendFailure, fault
from app.notify.send.outgoing import shop_of
from app.orders.demo import demos_alone
from app.returns.withdrawal.law import law_in

# As long as the code is taken (orders.lookup.codes): later it would only mislead.
LIFE = timedelta(minutes=10)
# What is not in it is of no use to try again.
_TYPES = {
    FailureVerdict.RETRY: ProviderUnavailable,
    FailureVerdict.CLOSED: ProviderUnavailable,
    FailureVerdict.IN_DOUBT: InDoubt,
}


class CodeMessages:
    """Sends one-time codes through the senders of the settings; the port that the way in asks for."""

    def __init__(self, config: MailConfig, sessions: sessionmaker[Session]) -> None:
        self._config, self._sessions = config, sessions

    def send_code(self, *, channel: str, to: str, code: str, locale: str, brand: str) -> None:
        """Send ``code`` by ``email`` or ``sms``; a number that answered STOP gets none.

        Raises ProviderUnavailable (nothing happened), ProviderRejected (of no use) or InDoubt (it may have gone).
        """
        speaker = self._speaker(Channel(channel), to, brand)
        config = self._config.of(speaker)
        t = tongue(locale, "UTC", config.languages)
        shop = shop_of(speaker, config, t.tag)
        outgoing = (text_code if channel == Channel.SMS else mail_code)(shop, to, code, t, config)
        send_now(outgoing, config)

    def _speaker(self, channel: Channel, to: str, brand_key: str) -> BrandRecord:
        with self._sessions() as session:
            if is_shut(session, self._config.key, channel=channel, address=to, purpose=Purpose.CODE):
                raise ProviderRejected("this address must not be written to", code="suppressed")
            if self._config.really_sends(channel) and demos_alone(session, to):
                raise ProviderRejected("the demo's customers are invented", code="demo_order")
            speaker = find_brand(session, brand_key) or speaking_brand(session)
            if speaker is None:
                raise NotFound("There is no brand to speak for.")
            session.expunge(speaker)
            return speaker


def send_now(outgoing: Outgoing, config: MailConfig) -> None:
    """Hand over what has no row, by the first sender that is not closed; it is never sent again by itself.

    Raises ProviderUnavailable (nothing happened), ProviderRejected (of no use) or InDoubt (it may have gone).
    """
    failure: SendFailure | None = fault("none", "not_configured")
    for sender in config.senders.get(outgoing.channel, ()):
        # Nothing is written when it begins: of a code a row would have to hold it.
        outcome = hand_over(sender, outgoing, begin=lambda: None)
        failure = outcome if isinstance(outcome, SendFailure) else None
        if failure is None or failure.verdict is not FailureVerdict.CLOSED:
            break
    if failure is not None:
        kind, error = _TYPES.get(failure.verdict, ProviderRejected), SendFailed(failure)
        raise kind(str(error), code=failure.code, retry_after=failure.retry_after) from error


def text_code(shop: MailShop, to: str, code: str, t: Tongue, config: MailConfig) -> Outgoing:
    """The code first; the last line binds it to our host, so that only our page may fill it in."""
    name = shop_name(shop)
    first = plain(
        t._("%(code)s is your %(shop)s code. Valid for 10 minutes. Don't share it with anyone.", code=code, shop=name)
    )
    text = f"{first}\n\n@{config.host} #{code}"
    # No report is asked for: there is no row that could take it in.
    return Outgoing(new_secret()[:22], Channel.SMS, to, text, valid_seconds=int(LIFE.total_seconds()), tracked=False)


def mail_code(shop: MailShop, to: str, code: str, t: Tongue, config: MailConfig) -> Outgoing:
    """The code is the subject's first word and the headline."""
    content = MailContent(
        subject=t._("%(code)s is your code for %(shop)s", code=code, shop=shop.name),
        preheader=t._("Type it in the page you have open. It's valid for 10 minutes."),
        headline=code,
        lead=(
            t._(
                "Type this code in the page you have open. It's valid for 10 minutes and works once. "
                "Don't share it with anyone."
            ),
            t._("Didn't ask for this? Someone may have typed your address by mistake. Ignore this e-mail."),
        ),
    )
    law = law_in(shop.country)
    links = Links("", "", f"{config.public_url}/withdraw" if law else "", law=law)
    mail = render_content(content, shop, foot(shop, links, t, news=False), t)
    reference = new_secret()[:22]
    headers = {"Message-ID": f"<{reference}@{config.host}>", "Auto-Submitted": "auto-generated"}
    return Outgoing(
        reference=reference,
        channel=Channel.EMAIL,
        to=to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        from_name=header(shop.mail_name or shop.name, 70),
        reply_to=shop.answered_at or "",
        headers=headers,
        tracked=False,
    )

"""Mails to a member of staff that carry a link: rendered and sent at once; the link rests nowhere.

They are no messages to customers: no suppression, no cap and no quiet hour stands in their way, and no row keeps them.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from app.brands.queries import speaking_brand
from app.core.errors import NotFound
from app.core.tokens import new_secret
from app.notify.kinds import Channel
from app.notify.providers.ports import Outgoing, header
from app.notify.render.mails.facts import MailShop
from app.notify.render.mails.mail import MailContent
from app.notify.render.render import Foot, render_content
from app.notify.render.words import Tongue, tongue
from app.notify.send.claim import hand_over
from app.notify.send.config import MailConfig
from app.notify.send.outcomes import FailureVerdict, SendFailure, fault
from app.notify.send.outgoing import shop_of


@dataclass(frozen=True, slots=True)
class LinkMail:
    """A link on its way; ``purpose`` is invitation or password, ``by`` who invites."""

    link_id: int
    purpose: str
    to: str
    path: str
    locale: str
    by: str = ""


class LinkMails:
    """Sends links through the senders of the settings."""

    def __init__(self, config: MailConfig, sessions: sessionmaker[Session]) -> None:
        self._config, self._sessions = config, sessions

    def send(self, mail: LinkMail) -> SendFailure | None:
        """Hand it to the first sender that is not closed; None when it was taken."""
        with self._sessions() as session:
            speaker = speaking_brand(session)
            if speaker is None:
                raise NotFound("There is no brand to speak for.")
            shop = shop_of(speaker, self._config)
        outgoing = made(mail, shop, self._config)
        failure: SendFailure | None = fault("none", "not_configured")
        for sender in self._config.senders.get(Channel.EMAIL, ()):
            # Nothing is written when it begins: the row of the link says afterwards what came of it.
            outcome = hand_over(sender, outgoing, begin=lambda: None)
            failure = outcome if isinstance(outcome, SendFailure) else None
            if failure is None or failure.verdict is not FailureVerdict.CLOSED:
                break
        return failure


def made(mail: LinkMail, shop: MailShop, config: MailConfig) -> Outgoing:
    """The mail as it leaves."""
    t = tongue(mail.locale, "UTC", config.languages)
    content = (_invitation if mail.purpose == "invitation" else _password)(mail, shop, t, config.public_url + mail.path)
    imprint = ", ".join(filter(None, (shop.name, shop.postal_address)))
    end = Foot((t._("You get this e-mail because you work with %(shop)s.", shop=shop.name), imprint), ())
    rendered = render_content(content, shop, end, t)
    reference = new_secret()[:22]
    return Outgoing(
        reference=reference,
        channel=Channel.EMAIL,
        to=mail.to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        from_name=header(shop.name, 70),
        headers={"Message-ID": f"<{reference}@{config.host}>", "Auto-Submitted": "auto-generated"},
        tracked=False,
    )


def _invitation(mail: LinkMail, shop: MailShop, t: Tongue, url: str) -> MailContent:
    return MailContent(
        subject=t._("Your invitation to the console of %(shop)s", shop=shop.name),
        preheader=t._("Choose a password of your own to begin. The link works for 72 hours."),
        headline=t._("Welcome to %(shop)s", shop=shop.name),
        lead=(
            t._("%(who)s invites you to the console, where the shop looks after its orders.", who=mail.by),
            t._("Choose a password of your own to begin. The link works once and for 72 hours."),
        ),
        button=(t._("Accept the invitation"), url),
        after=(t._("You expected nothing like this? Ignore this e-mail."),),
        inside=True,
    )


def _password(mail: LinkMail, shop: MailShop, t: Tongue, url: str) -> MailContent:
    return MailContent(
        subject=t._("A new password for the console of %(shop)s", shop=shop.name),
        preheader=t._("Choose it by this link, which works for two hours."),
        headline=t._("Choose a new password"),
        lead=(t._("The link works once and for two hours. Until you use it, your present password stays."),),
        button=(t._("Choose a password"), url),
        after=(t._("It wasn't you who asked? Ignore this e-mail: your password stays as it is."),),
        inside=True,
    )

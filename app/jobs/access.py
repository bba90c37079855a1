"""Jobs of the way in: carry codes and links, clear what has ended."""

import structlog
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import InDoubt, ProviderRejected, ProviderUnavailable
from app.jobs.engine import database, drain, in_force, settings, task, work_session

log = structlog.get_logger()


@task("send_code")
def send_code(sealed: str) -> None:
    """Carry a one-time code to a person, with no database connection held."""
    from app.orders.lookup import sending
    from app.providers import code_sender

    with work_session() as session:
        message = sending.open_code(session, sealed, key=settings().key)
    if message is None:
        return
    try:
        sending.deliver_code(message, code_sender(in_force(), database().sessions))
    except (ProviderRejected, InDoubt) as error:
        log.warning("a code was not sent, or may not have been", code=error.code)


@task("mail_order_links")
def mail_order_links(sealed: str) -> None:
    """Answer a request for links to orders, if there is anything to send."""
    from app.orders.lookup.sending import answer_link_request

    with work_session() as session, transaction(session):
        answer_link_request(session, sealed, key=settings().key, now=utcnow())


@task("mail_staff_link")
def mail_staff_link(sealed: str) -> None:
    """Mail a link to a member of staff, with no database connection held, and keep what came of it."""
    from app.notify.send.outcomes import FailureVerdict
    from app.providers import link_mails
    from app.staff.auth import links

    with work_session() as session:
        mail = links.open_mail(session, sealed, key=settings().key, now=utcnow())
    if mail is None:
        return
    failure = link_mails(settings(), database().sessions).send(mail)
    with work_session() as session, transaction(session):
        links.note_sent(session, mail.link_id, failure.code if failure else None, now=utcnow())
    # One that may have left is not sent again: the people's page tells of it, and has a button.
    if failure and failure.verdict in (FailureVerdict.RETRY, FailureVerdict.CLOSED):
        raise ProviderUnavailable("the mail with the link was not taken", code=failure.code)


@task("answer_forgotten")
def answer_forgotten(sealed: str) -> None:
    """Mail a link to whoever has forgotten their password, if they are a member."""
    from app.staff.auth import links

    with work_session() as session, transaction(session):
        links.answer_forgotten(session, sealed, key=settings().key, now=utcnow())


@task("sweep_access")
def sweep_access() -> None:
    """Remove ended sessions, old codes, old counts and forms that nobody sent, until none is left."""
    from app.orders.lookup import sessions
    from app.pages.unsent import store
    from app.staff.auth import links, tries

    def sweep(session: Session) -> int:
        return sum(
            clear(session, now=utcnow())
            for clear in (sessions.sweep, tries.forget_old, links.forget_old, store.forget_old)
        )

    drain("sweep_access", sweep, batch=1)

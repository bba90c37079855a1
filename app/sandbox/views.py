"""The sandbox's mailbox and telephone: what would have left, shown only while messages do not really leave."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, abort, render_template
from sqlalchemy import select

from app.core.web import db_session, settings
from app.notify.records import SandboxMessageRecord

bp = Blueprint("sandbox", __name__, url_prefix="/sandbox")

MAIL_CSP = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' data:"
)
# Enough for a trial; the table grows as long as the sandbox runs.
NEWEST = 100


def _pretending(channel: str) -> bool:
    config = settings()
    # Where customers are, their mails are nobody's to read, whatever leaves or does not.
    if config.production or (config.secure and not config.demo):
        return False
    return not config.carries(channel)


def _only_when_pretending(channel: str) -> Callable[[Callable[..., str | Response]], Callable[..., str | Response]]:
    def wrap(view: Callable[..., str | Response]) -> Callable[..., str | Response]:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> str | Response:
            if not _pretending(channel):
                abort(404)
            return view(*args, **kwargs)

        return guarded

    return wrap


@bp.get("/mailbox")
@_only_when_pretending("email")
def mailbox() -> str:
    """Every e-mail that would have left, newest first."""
    return render_template("sandbox/mailbox.html", messages=_newest("email"))


@bp.get("/mailbox/<int:number>")
@_only_when_pretending("email")
def mail(number: int) -> str:
    """One e-mail: as it looks, as text, and its headers."""
    return render_template("sandbox/mail.html", message=_find_message(number, "email"))


@bp.get("/mailbox/<int:number>/html")
@_only_when_pretending("email")
def mail_html(number: int) -> Response:
    """The HTML of an e-mail, shut in: no script, no form, nothing fetched."""
    response = Response(_find_message(number, "email").html or "", mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_CSP + "; frame-ancestors 'self'"
    return response


@bp.get("/phone")
@_only_when_pretending("sms")
def phone() -> str:
    """Every text that would have left, newest first."""
    return render_template("sandbox/phone.html", messages=_newest("sms"))


def _newest(channel: str) -> list[SandboxMessageRecord]:
    statement = select(SandboxMessageRecord).where(SandboxMessageRecord.channel == channel)
    return list(db_session().scalars(statement.order_by(SandboxMessageRecord.id.desc()).limit(NEWEST)))


def _find_message(number: int, channel: str) -> SandboxMessageRecord:
    statement = select(SandboxMessageRecord).where(
        SandboxMessageRecord.id == number, SandboxMessageRecord.channel == channel
    )
    message = db_session().scalar(statement)
    if message is None:
        abort(404)
    return message

"""The one-time code that opens an order's second tier: choosing where it goes, sending it, entering it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import structlog
from flask import Blueprint, g, make_response, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import digest, keyed_digest
from app.core.web import db_session, see_other, settings
from app.orders.lookup import codes, limits
from app.orders.lookup.access import Grant, Pass
from app.orders.lookup.codes import Recipient, recipients, sms_subjects
from app.orders.lookup.forms import Typed, read_typed_code
from app.orders.lookup.guard import (
    AFTER_CODE,
    client_address,
    held_pass,
    is_own,
    remember,
    require_tier,
    secret_key,
    speak_for,
)
from app.orders.lookup.limits import browser_secret
from app.orders.lookup.links import has_opened
from app.orders.lookup.sending import CodeMessage, post_code
from app.orders.lookup.sessions import browser_key, renew

bp = Blueprint("codes", __name__)
log = structlog.get_logger()


@bp.get("/o/<ref>/code")
def code(ref: str) -> Response:
    """Ask for a code, or enter the one that was sent."""
    grant = _opened(ref)
    if grant.tier >= 2:
        return see_other(_after(ref))
    return _page(grant, Typed({}))


@bp.post("/o/<ref>/code/ahead")
def ahead(ref: str) -> Response:
    """On the way to what wants the code: send it at once, unless this browser has one that still opens the order.

    So a second press sends nothing, and whoever has entered one goes straight on.
    """
    grant = _opened(ref)
    then = request.form.get("then", "")
    session[AFTER_CODE] = then if is_own(then) and then.startswith(f"/o/{ref}/") else f"/o/{ref}"
    if grant.tier >= 2:
        return see_other(_after(ref))
    if reach := _reach(grant):
        if refusal := _refusal(grant, reach[0], spare=True):
            return _page(grant, Typed({}), status=429, refusal=refusal)
        session["code_sent"] = [ref, reach[0].masked]
    return see_other(url_for("codes.code", ref=ref))


@bp.post("/o/<ref>/code/sending")
def send(ref: str) -> Response:
    """Send a code to the address or the phone on file."""
    grant = _opened(ref)
    reach = _reach(grant)
    chosen = next((way for way in reach if way.channel == request.form.get("channel")), None)
    if chosen is None:
        return _page(grant, Typed({}, [("channel", _("Choose where the code should go"))] if reach else []), status=422)
    if refusal := _refusal(grant, chosen):
        return _page(grant, Typed({}), status=429, refusal=refusal)
    session["code_sent"] = [ref, chosen.masked]
    return see_other(url_for("codes.code", ref=ref))


@bp.post("/o/<ref>/code")
def enter(ref: str) -> Response:
    """Compare a code; the right one opens everything about this order in this browser."""
    grant = _opened(ref)
    typed = read_typed_code(request.form)
    if typed.errors:
        return _page(grant, typed, status=422)
    verdict = judged(_subject(grant), typed.values["code"])
    if verdict is not CodeVerdict.RIGHT:
        return _page(grant, wrong_code(verdict), status=422, spent=verdict is CodeVerdict.SPENT)
    own_pass = held_pass(ref)
    renew()
    session.pop("code_sent", None)
    remember(ref, Pass(2, own_pass.epoch, own_pass.position))
    return see_other(_after(ref))


def asker(*, order_id: int | None = None, email: str | None = None) -> codes.CodeRequester:
    """Who asks for a code: this client; or this browser, where it opened a link to the order or one of the address."""
    secret = browser_secret()
    if secret and has_opened(db_session(), secret, order_id=order_id, email=email, now=utcnow()):
        return codes.CodeRequester(browser_key(), digest(secret), is_known=True)
    return codes.CodeRequester(browser_key(), limits.client_subject(secret_key(), client_address()).name)


class CodeVerdict(Enum):
    """What a typed code is: ``SPENT`` when this browser has none left that could be right."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"


def judged(subject: bytes, typed: str) -> CodeVerdict:
    """What this browser typed for a code of ``subject``: counted first, then compared, then spent.

    A form that is sent twice by a double press is right both times: the browser shows the answer to the second.
    """
    now, browser = utcnow(), browser_key()
    with transaction(db_session()) as rows:
        # Committed before anything is compared: fifty tries at once are fifty tries.
        living = codes.take_try(rows, subject=subject, browser=browser, now=now)
    code_id = codes.matching(living, typed)
    with transaction(db_session()) as rows:
        if code_id is not None and (
            codes.use(rows, code_id, now=now) or codes.was_pressed_again(rows, code_id, now=now)
        ):
            return CodeVerdict.RIGHT
        living_on = codes.has_living(rows, subject=subject, browser=browser, now=now)
    return CodeVerdict.WRONG if living_on else CodeVerdict.SPENT


def wrong_code(verdict: CodeVerdict) -> Typed:
    """The field again, with what is said of a code that opens nothing."""
    if verdict is CodeVerdict.SPENT:
        return Typed({"code": ""}, [("code", _("That code no longer works. Ask for a new one"))])
    return Typed({"code": ""}, [("code", _("That code isn't right or has expired. Check it or ask for a new one"))])


def _opened(ref: str) -> Grant:
    grant = require_tier(ref, 1)
    speak_for(grant.order_id)
    g.here = url_for("codes.code", ref=ref)
    return grant


@dataclass(frozen=True, slots=True)
class CodeRefusal:
    """Why no code is sent: ``texts`` or ``codes`` are used up, and when there are some again."""

    of: str
    until: datetime | None

    @property
    def is_long(self) -> bool:
        """Whether it takes until tomorrow or so."""
        return self.until is not None and self.until - utcnow() > timedelta(hours=2)


def _refusal(grant: Grant, to: Recipient, *, spare: bool = False) -> CodeRefusal | None:
    """Send a code; else what stands in the way. ``spare``: not where this browser has one that was not used."""
    key, now, subject = secret_key(), utcnow(), _subject(grant)
    requester = asker(order_id=grant.order_id)
    with transaction(db_session()) as rows:
        until = codes.next_code_at(rows, subject=subject, asker=requester, now=now)
        # After the lock of the line above: of two presses the second sees the code of the first.
        has_one = codes.has_living if spare else codes.was_sent_just_now
        if has_one(rows, subject=subject, browser=browser_key(), now=now):
            return None
        if until:
            return CodeRefusal("codes", until)
        texts = limits.reserve(rows, sms_subjects(key, to.to), now=now) if to.channel == "sms" else None
        if texts and not texts.allowed:
            # the block shows who is being pumped, and names no customer.
            log.warning("too_many_texts", prefix=to.to[:-4])
            return CodeRefusal("texts", max((end for end in texts.paused if end), default=None))
        fresh = codes.new_code(rows, subject=subject, asker=requester, now=now)
        if fresh is not None:
            post_code(rows, CodeMessage(to.channel, to.to, fresh, to.locale, to.brand), key=key)
    return None


def _page(
    grant: Grant, typed: Typed, *, status: int = 200, refusal: CodeRefusal | None = None, spent: bool = False
) -> Response:
    sent = session.get("code_sent")
    sent_to = sent[1] if isinstance(sent, list) and sent[0] == grant.ref else None
    facts = {"ref": grant.ref, "sent_to": sent_to, "refusal": refusal, "spent": spent}
    # Another tab may have had one sent for this order, and one for another order since.
    if refusal or not sent_to:
        facts["living"] = codes.has_living(db_session(), subject=_subject(grant), browser=browser_key(), now=utcnow())
    return make_response(render_template("orders/code.html", typed=typed, ways=_reach(grant), **facts), status)


def _reach(grant: Grant) -> list[Recipient]:
    reached = recipients(db_session(), grant.order_id, position=held_pass(grant.ref).position)
    return reached if settings().texts else [way for way in reached if way.channel != "sms"]


def _subject(grant: Grant) -> bytes:
    return keyed_digest(secret_key(), f"code:order:{grant.order_id}")


def _after(ref: str) -> str:
    return str(session.pop(AFTER_CODE, None) or f"/o/{ref}")

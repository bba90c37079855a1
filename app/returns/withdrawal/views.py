"""The online withdrawal function: two steps, no account, no reason, a receipt at once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.brands.queries import speaking_brand
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.i18n.words import zone_city
from app.core.tokens import new_secret
from app.core.web import db_session, see_other, settings
from app.orders.contact_points import phone_key
from app.orders.lookup import limits
from app.orders.lookup.guard import ask_database, client_address, current_grant, secret_key
from app.orders.records import OrderRecord
from app.returns.models import Withdrawal
from app.returns.withdrawal.statement import WithdrawalStatement, reach, state_withdrawal

bp = Blueprint("withdrawal", __name__)
# 254 is the longest address that SMTP carries (RFC 5321 and its errata). What is longer is cut, never refused.
LENGTHS = {"name": 200, "order": 200, "contact": 254, "items": 2000}
# The session is a cookie, and browsers keep some 4 kB of one.
KEPT_RECEIPTS = 10


@dataclass(frozen=True, slots=True)
class Entries:
    """What was typed."""

    name: str = ""
    order: str = ""
    contact: str = ""
    items: str = ""

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "Entries":
        """The form, trimmed and cut to what a statement can hold."""
        return cls(**{field: form.get(field, "").replace("\x00", "").strip()[:most] for field, most in LENGTHS.items()})

    def errors(self) -> list[tuple[str, str]]:
        """Only what makes a receipt impossible."""
        errors = []
        # The law asks for these three alone: nothing else may stand in the way (Directive 2011/83, article 11a).
        if not self.name:
            errors.append(("name", _("Enter your name.")))
        if not self.order:
            errors.append(("order", _("Enter your order number, or describe the order.")))
        if not can_be_reached(self.contact):
            errors.append(("contact", _unreachable(self.contact)))
        return errors


def can_be_reached(contact: str) -> bool:
    """Whether a receipt can be sent there: by e-mail, or by text where texts can be sent."""
    email, phone = reach(contact)
    if phone is None or not settings().texts:
        return email is not None
    may_text: Callable[[Session, str], bool] = current_app.extensions["may_text"]
    return may_text(db_session(), phone)


def _unreachable(contact: str) -> str:
    if phone_key(contact, country="ES"):
        return _("We cannot send a text message to this number. Enter an e-mail address for the receipt.")
    if settings().texts:
        return _("Enter an e-mail address or a mobile phone number, so that we can send you the receipt.")
    return _("Enter an e-mail address, so that we can send you the receipt.")


@bp.get("/withdraw")
def start() -> str:
    """Step 1, empty or with what is already known of an order that this browser may see."""
    ask_database()
    return _form(_known(request.args.get("order", "")), [])


@bp.post("/withdraw")
def check() -> str | tuple[str, int]:
    """Step 2: everything that was entered, and one button to confirm. Nothing is kept before that."""
    ask_database()
    g.here = url_for("withdrawal.start")
    entries = Entries.read(request.form)
    if request.form.get("edit"):
        return _form(entries, [])
    errors = entries.errors()
    if errors:
        return _form(entries, errors), 422
    return render_template("returns/withdraw_check.html", entries=entries, form_key=new_secret())


@bp.post("/withdraw/confirmation")
def confirm() -> str | tuple[str, int] | Response:
    """The statement is made."""
    g.here = url_for("withdrawal.start")
    entries = Entries.read(request.form)
    errors = entries.errors()
    if errors:
        return _form(entries, errors), 422
    with transaction(db_session()) as database:
        withdrawal = state_withdrawal(database, _statement(entries), now=utcnow())
    session["withdrawals"] = [withdrawal.ref, *session.get("withdrawals", [])][:KEPT_RECEIPTS]
    return see_other(url_for("withdrawal.receipt", ref=withdrawal.ref))


@bp.get("/withdraw/<ref>")
def receipt(ref: str) -> str | Response:
    """The receipt, for the browser in which the statement was made."""
    # A reference alone must not show a stranger's name and address.
    if ref not in session.get("withdrawals", []):
        return see_other(url_for("withdrawal.start"))
    withdrawal = db_session().scalars(select(Withdrawal).where(Withdrawal.ref == ref)).one()
    brand = speaking_brand(db_session())
    zone = brand.time_zone if brand else "UTC"
    local = withdrawal.stated_at.astimezone(ZoneInfo(zone))
    return render_template(
        "returns/withdraw_receipt.html", withdrawal=withdrawal, local=local, zone=zone, city=zone_city(zone)
    )


def _form(entries: Entries, errors: list[tuple[str, str]]) -> str:
    return render_template(
        "returns/withdraw.html", entries=entries, errors=errors, faults=dict(errors), by_text=settings().texts
    )


def _known(ref: str) -> Entries:
    """Who is already known need not say it again: as much as the session's tier lets be shown."""
    grant = current_grant(ref) if ref.isascii() and ref.isalnum() else None
    if grant is None:
        return Entries()
    order = db_session().get_one(OrderRecord, grant.order_id, populate_existing=True)
    # Name and address are shown to whoever has entered the code, not to whoever holds the link alone.
    person = order.contacts[0] if order.contacts and grant.tier >= 2 else None
    return Entries(
        name=(person.name or "") if person else "",
        order=order.number,
        contact=(person.email or "") if person else "",
    )


def _statement(entries: Entries) -> WithdrawalStatement:
    key = request.form.get("form_key", "")
    return WithdrawalStatement(
        name=entries.name,
        order_text=entries.order,
        receipt_to=entries.contact,
        items_text=entries.items or None,
        locale=str(get_locale()).replace("_", "-"),
        # A short key could be somebody else's too, and their statement would be taken for this one.
        form_key=key if 20 <= len(key) <= 100 else new_secret(),
        client=limits.client_subject(secret_key(), client_address()).name,
        # Evidence, should it ever be asked: which page and which button the person saw.
        shown={"template": _shown_digest(), "button": _("Confirm withdrawal"), "path": request.path},
    )


def _shown_digest() -> str:
    """Which version of the confirming page the person saw."""
    loader = current_app.jinja_env.loader
    source = loader.get_source(current_app.jinja_env, "returns/withdraw_check.html")[0] if loader else ""
    return hashlib.sha256(source.encode()).hexdigest()

"""The online withdrawal function: two steps, no account, no reason, an acknowledgement at once."""

import hashlib
from dataclasses import dataclass

from flask import Blueprint, current_app, g, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from app.brands.queries import home_of, speaking_brand
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import new_secret
from app.core.web import db_session, see_other
from app.orders.lookup import limits
from app.orders.lookup.guard import ask_database, client_address, current_grant, secret_key
from app.orders.records import OrderRecord
from app.returns.models import Withdrawal
from app.returns.queries import returns_for
from app.returns.withdrawal.forms import Entries, WithdrawalLine, chosen_lines
from app.returns.withdrawal.law import WithdrawalLaw, law_in, law_of, law_words
from app.returns.withdrawal.matching import withdrawable
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal

bp = Blueprint("withdrawal", __name__)
# The session is a cookie, and browsers keep some 4 kB of one.
KEPT_RECEIPTS = 10


@dataclass(frozen=True, slots=True)
class WayOut:
    """Where a page leads to whoever wants out of a contract, in the words of the law that holds."""

    href: str
    label: str


@bp.app_template_global()
def way_out(country: str | None) -> WayOut | None:
    """The link of the footer and of an order's page; None where there is no such right.

    The law is that of the order at hand, which a view has left in ``g.withdraws_from``, else the shop's ``country``.
    """
    order = g.get("withdraws_from")
    law = law_of(order) if order is not None else law_in(country)
    if law is None:
        return None
    return WayOut(url_for("withdrawal.start", order=order.ref if order is not None else None), _(law_words(law).link))


@bp.app_template_global()
def model_form(country: str | None) -> str | None:
    """The first sentence of the law's model form, where there is one."""
    law = law_in(country)
    return _(law_words(law).model) if law else None


@bp.get("/withdraw")
def start() -> str:
    """Step 1, empty or with what is already known of an order that this browser may see."""
    ask_database()
    order = _order(request.args.get("order", ""))
    return _form(_known(order), order, _lines(order, None), [])


@bp.post("/withdraw")
def check() -> str | tuple[str, int]:
    """Step 2: everything that was entered, and one button to confirm. Nothing is kept before that."""
    ask_database()
    entries, order, lines = _entered()
    if request.form.get("edit"):
        return _form(entries, order, lines, [])
    errors = _errors(entries, order, lines)
    if errors:
        return _form(entries, order, lines, errors), 422
    return _check(entries, order, lines, form_key=new_secret())


@bp.post("/withdraw/confirmation")
def confirm() -> str | tuple[str, int] | Response:
    """The statement is made."""
    entries, order, lines = _entered()
    errors = _errors(entries, order, lines)
    if errors:
        return _form(entries, order, lines, errors), 422
    key = request.form.get("form_key", "")
    earlier = _stated_before(entries, key)
    # Two windows with the same form: a second statement may be meant, so it is asked for and never refused.
    if earlier is not None and request.form.get("after") != earlier.ref:
        return _check(entries, order, lines, form_key=key, earlier=earlier), 409
    with transaction(db_session()) as database:
        withdrawal = state_withdrawal(database, _statement(entries, order, lines), now=utcnow())
    session["withdrawals"] = [withdrawal.ref, *session.get("withdrawals", [])][:KEPT_RECEIPTS]
    return see_other(url_for("withdrawal.receipt", ref=withdrawal.ref))


@bp.get("/withdraw/<ref>")
def receipt(ref: str) -> str | Response:
    """The acknowledgement, for the browser in which the statement was made."""
    # A reference alone must not show a stranger's name and address.
    if ref not in session.get("withdrawals", []):
        return see_other(url_for("withdrawal.start"))
    withdrawal = db_session().scalars(select(Withdrawal).where(Withdrawal.ref == ref)).one()
    order = _order(withdrawal.shown.get("order", ""))
    brand = order.brand if order is not None else speaking_brand(db_session())
    return render_template(
        "returns/withdraw_receipt.html",
        withdrawal=withdrawal,
        words=law_words(withdrawal.shown.get("law")),
        zone=brand.time_zone if brand else "UTC",
        order=order,
        returns=returns_for(db_session(), [withdrawal.id]).get(withdrawal.id, []) if order is not None else [],
    )


def _entered() -> tuple[Entries, OrderRecord | None, list[WithdrawalLine]]:
    """What was sent, of which order, and which of its items."""
    g.here = url_for("withdrawal.start")
    entries = Entries.read(request.form)
    order = _order(entries.ref)
    return entries, order, _lines(order, entries)


def _errors(entries: Entries, order: OrderRecord | None, lines: list[WithdrawalLine]) -> list[tuple[str, str]]:
    """What is wrong with the entries; and that items were ticked which this browser may no longer see."""
    if entries.units and (order is None or g.tier < 2):
        words = _("Your session ended. Write which items you mean, or leave this empty for the whole order.")
        return [*entries.errors(lines), ("items", words)]
    return entries.errors(lines)


def _stated_before(entries: Entries, form_key: str) -> Withdrawal | None:
    """The newest statement of this browser about the same order, made with another form."""
    mine = (Withdrawal.ref.in_(session.get("withdrawals", [])), Withdrawal.form_key != form_key)
    statements = select(Withdrawal).where(*mine, Withdrawal.order_text == entries.order)
    return db_session().scalars(statements.order_by(Withdrawal.stated_at.desc()).limit(1)).first()


def _check(
    entries: Entries,
    order: OrderRecord | None,
    lines: list[WithdrawalLine],
    *,
    form_key: str,
    earlier: Withdrawal | None = None,
) -> str:
    return render_template(
        "returns/withdraw_check.html",
        entries=entries,
        lines=lines,
        items=_items(entries, lines),
        words=law_words(_law(order)),
        form_key=form_key,
        earlier=earlier,
    )


def _form(
    entries: Entries, order: OrderRecord | None, lines: list[WithdrawalLine], errors: list[tuple[str, str]]
) -> str:
    return render_template(
        "returns/withdraw.html",
        entries=entries,
        order=order,
        lines=lines,
        words=law_words(_law(order)),
        errors=errors,
        faults=dict(errors),
    )


def _order(ref: str) -> OrderRecord | None:
    """The order that this browser may see; the page speaks for its brand and under its law."""
    grant = current_grant(ref) if ref.isascii() and ref.isalnum() else None
    if grant is None:
        return None
    whole = (selectinload(OrderRecord.all_lines), selectinload(OrderRecord.contacts), selectinload(OrderRecord.brand))
    order = db_session().scalars(select(OrderRecord).where(OrderRecord.id == grant.order_id).options(*whole)).one()
    g.withdraws_from, g.brand, g.tier = order, order.brand, grant.tier
    return order


def _law(order: OrderRecord | None) -> WithdrawalLaw | None:
    if order is not None:
        return law_of(order)
    brand = speaking_brand(db_session())
    return law_in(home_of(brand) if brand else None)


def _lines(order: OrderRecord | None, entries: Entries | None) -> list[WithdrawalLine]:
    """The items to choose from, for whoever has entered the order's code."""
    if order is None or g.tier < 2:
        return []
    return chosen_lines(withdrawable(db_session(), order, now=utcnow()), entries)


def _items(entries: Entries, lines: list[WithdrawalLine]) -> str | None:
    """Which items are meant, in words; None for the whole order."""
    if not lines:
        return entries.items or None
    if all(line.chosen == line.left for line in lines):
        return None
    return ", ".join(line.said for line in lines if line.chosen)


def _known(order: OrderRecord | None) -> Entries:
    """Who is already known need not say it again: as much as the session's tier lets be shown."""
    if order is None:
        return Entries()
    # Name and address are shown to whoever has entered the code, not to whoever holds the link alone.
    person = order.contacts[0] if order.contacts and g.tier >= 2 else None
    return Entries(
        name=(person.name or "") if person else "",
        order=order.number,
        contact=(person.email or "") if person else "",
        ref=order.ref,
    )


def _statement(entries: Entries, order: OrderRecord | None, lines: list[WithdrawalLine]) -> WithdrawalStatement:
    key, law = request.form.get("form_key", ""), _law(order)
    chosen = {line.line.line_id: line.chosen for line in lines if line.chosen}
    return WithdrawalStatement(
        name=entries.name,
        order_text=entries.order,
        receipt_to=entries.contact,
        items_text=_items(entries, lines),
        locale=str(get_locale()).replace("_", "-"),
        # A short key could be somebody else's too, and their statement would be taken for this one.
        form_key=key if 20 <= len(key) <= 100 else new_secret(),
        client=limits.client_subject(secret_key(), client_address()).name,
        # Evidence, should it ever be asked: which page and which button the person saw, under which law.
        shown={
            "template": _shown_digest(),
            "button": _(law_words(law).confirm),
            "path": request.path,
            "law": law or WithdrawalLaw.EU,
            **({"order": order.ref, "units": chosen} if order is not None else {}),
        },
    )


def _shown_digest() -> str:
    """Which version of the confirming page the person saw."""
    loader = current_app.jinja_env.loader
    source = loader.get_source(current_app.jinja_env, "returns/withdraw_check.html")[0] if loader else ""
    return hashlib.sha256(source.encode()).hexdigest()

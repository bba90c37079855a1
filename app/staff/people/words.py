"""Roles and permissions in words, for the pages of people and for what is asked before they change."""

from collections.abc import Collection

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.staff.auth.roles import BUILT_IN, Permission, Role
from app.staff.models import StaffRole

ROLE_NAMES: dict[str, LazyString] = {
    Role.SUPPORT: _l("Support"),
    Role.WAREHOUSE: _l("Warehouse"),
    Role.MARKETING: _l("Marketing"),
    Role.ADMIN: _l("Admin"),
}
PERMISSION_WORDS: dict[Permission, tuple[LazyString, LazyString]] = {
    Permission.ORDERS: (
        _l("Look after orders"),
        _l("Finds orders, sees parcels and worklists, writes notes. Names and addresses stay masked."),
    ),
    Permission.PERSONAL: (
        _l("Show personal data"),
        _l("Sees names, addresses and numbers of one order, with a reason."),
    ),
    Permission.MESSAGES: (_l("Send messages again"), _l("Sends a customer's message again, to another address too.")),
    Permission.CASES: (_l("Answer cases"), _l("Reads and answers what customers write.")),
    Permission.RETURNS: (_l("Decide on returns"), _l("Approves, rejects and cancels returns, and books collections.")),
    Permission.REFUNDS: (_l("Book refunds"), _l("Books refunds as paid, sets another amount, makes a refund void.")),
    Permission.SIGN_OFF: (
        _l("Sign off large refunds"),
        _l("Gives the first approval of a refund that needs two people."),
    ),
    Permission.WAREHOUSE: (_l("Receive returns"), _l("Scans, grades and books what arrives.")),
    Permission.METRICS: (_l("See figures"), _l("Sees figures and takes them out as files, without any customer.")),
    Permission.SETTINGS: (_l("Change settings"), _l("Changes what the shop is, says and allows.")),
    Permission.PEOPLE: (
        _l("Manage people"),
        _l("Invites people, gives and makes roles, ends sessions: never beyond what they may do themselves."),
    ),
    Permission.AUDIT: (_l("Read the audit trail"), _l("Sees who did or saw what, and takes it out as a file.")),
}
WEAKNESSES = {
    "short": _l("At least 12 characters."),
    "long": _l("At most 200 characters."),
    "common": _l(
        "Strangers would guess that soon: it is common, or made of words about you or the shop. Try a sentence."
    ),
}


def password_fault(error: Invalid) -> str:
    """Why a password was not taken."""
    return str(WEAKNESSES.get(error.faults[0].detail, WEAKNESSES["common"]))


def role_names(session: Session) -> dict[str, str]:
    """Every role's name by its key, the built-in ones first."""
    own = session.execute(select(StaffRole.key, StaffRole.name).order_by(StaffRole.name))
    return {**{key: str(name) for key, name in ROLE_NAMES.items()}, **{key: name for key, name in own}}


def role_name(session: Session, key: str) -> str:
    """The name of a role; its key, where it is gone."""
    return role_names(session).get(key, key)


def in_words(permissions: Collection[Permission]) -> str:
    """What somebody with these permissions may do, in a line."""
    if set(permissions) == BUILT_IN[Role.ADMIN]:
        return _("everything, people and the audit trail too")
    titles = [str(PERMISSION_WORDS[one][0]) for one in Permission if one in permissions]
    return ", ".join([titles[0], *(title[:1].lower() + title[1:] for title in titles[1:])]) if titles else _("nothing")

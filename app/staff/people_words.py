"""Roles and faults of passwords in words."""

from flask_babel import lazy_gettext as _l

from app.core.errors import Invalid
from app.staff.roles import Role

ROLES = {
    Role.SUPPORT: _l("Support"),
    Role.WAREHOUSE: _l("Warehouse"),
    Role.MARKETING: _l("Marketing"),
    Role.ADMIN: _l("Admin"),
}
ROLES_OPEN = {
    Role.SUPPORT: _l("orders, returns, refunds, warehouse, figures"),
    Role.WAREHOUSE: _l("receiving returns only"),
    Role.MARKETING: _l("figures only, no customers"),
    Role.ADMIN: _l("everything, people and the audit trail too"),
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

"""Members of staff for other systems: what the interface asks for, by the services that the console uses."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.core.i18n.catalogues import offered
from app.core.settings import Settings
from app.staff.models import StaffUser
from app.staff.people import people


class MemberDesk:
    """One of an installation; ``settings`` tell whether mails leave, and in which languages."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._read = settings

    def members(self, session: Session) -> Sequence[StaffUser]:
        """Everyone, those who may sign in first."""
        return people.members(session)

    def invite(self, session: Session, *, email: str, role: str, name: str, language: str, by: str) -> StaffUser:
        """Invite somebody, or invite them again. Raises Invalid and Conflict."""
        settings = self._read()
        spoken = offered(settings.languages)
        # An invitation that nobody gets would stand there as if it were on its way.
        if not (settings.carries("email") or settings.demo):
            raise Conflict("No mail can leave this portal yet.")
        if language and language not in spoken:
            raise Invalid([Fault("/language", f"is one of {', '.join(spoken)}")])
        how: dict[str, Any] = {"by": by, "key": settings.key, "now": utcnow()}
        user = session.scalar(select(StaffUser).where(StaffUser.email == email.lower()).with_for_update())
        try:
            if user is not None and user.is_invited:
                people.invite_again(session, user, **how)
                return user
            return people.invite(session, email=email, role=role, name=name, locale=language or spoken[0], **how)
        except Invalid as error:
            raise _pointed(error) from error

    def change_role(self, session: Session, member_id: int, role: str, *, by: str) -> StaffUser:
        """Give another role. Raises NotFound, Invalid, and Conflict for the last admin."""
        user = _locked(session, member_id)
        try:
            people.change_role(session, user, role, by=by, now=utcnow())
        except Invalid as error:
            raise _pointed(error) from error
        return user

    def set_active(self, session: Session, member_id: int, active: bool, *, by: str) -> StaffUser:
        """Shut out or let in again. Raises NotFound, and Conflict for the last admin."""
        user = _locked(session, member_id)
        people.set_active(session, user, active, by=by, now=utcnow())
        return user


def _locked(session: Session, member_id: int) -> StaffUser:
    user = session.get(StaffUser, member_id, with_for_update=True)
    if user is None:
        raise NotFound("There is no such member.")
    return user


def _pointed(error: Invalid) -> Invalid:
    """Faults by the places in a document, which the services name as fields."""
    return Invalid([Fault(f"/{fault.pointer.lstrip('/')}", fault.detail) for fault in error.faults])

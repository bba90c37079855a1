"""What the interface needs of the rooms of staff, which it does not know: the application puts it where it looks."""

from datetime import datetime
from typing import Protocol, cast

from flask import current_app
from sqlalchemy.orm import Session

EXTENSION = "staff_desk"


class MemberFacts(Protocol):
    """A member as other systems may know them."""

    id: int
    email: str
    name: str
    role: str
    active: bool
    is_invited: bool
    has_second_factor: bool
    created_at: datetime
    signed_in_at: datetime | None


class StaffDesk(Protocol):
    """Members of staff, read and changed by the services that the console uses."""

    def members(self, session: Session) -> list[MemberFacts]:
        """Everyone."""

    def invite(self, session: Session, *, email: str, role: str, name: str, language: str, by: str) -> MemberFacts:
        """Invite somebody, or invite them again. Raises Invalid and Conflict, where no mail can leave too."""

    def change_role(self, session: Session, member_id: int, role: str, *, by: str) -> MemberFacts:
        """Give another role. Raises NotFound, Invalid, and Conflict for the last admin."""

    def set_active(self, session: Session, member_id: int, active: bool, *, by: str) -> MemberFacts:
        """Shut out or let in again. Raises NotFound, and Conflict as above."""


def desk() -> StaffDesk:
    """The desk of this application."""
    return cast(StaffDesk, current_app.extensions[EXTENSION])

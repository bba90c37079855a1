"""What the way in of files keeps of a person: rows that could not be read, told to who imports them."""

from sqlalchemy import ColumnElement, Text, cast, false, func, or_
from sqlalchemy.orm import Session

from app.oms.files.progress import ImportProgress
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Use, _l


def _file(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    faults = func.lower(cast(ImportProgress.faults, Text))
    return or_(false(), *(faults.contains(word, autoescape=True) for word in sorted(person.words)))


_FILE = TableClaim(
    model=ImportProgress,
    purpose=_l("How far a file was read, so that it goes on where it stopped"),
    basis=Basis.INTEREST,
    term="imports",
    since=ImportProgress.changed_at,
    plain="file_hash name next_line counts changed_at",
    personal={"faults": Use("What a row that couldn't be read said", [])},
    of=_file,
)

PERSONAL = RoomClaims("oms", (_FILE,))

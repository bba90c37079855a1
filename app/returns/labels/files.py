"""The files of a return's label: those that its maker has given, else our own papers with its number."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.returns.labels import papers
from app.returns.models import ReturnLabel
from app.returns.queries import ReturnView


class LabelFile(StrEnum):
    """The forms in which a label is handed out."""

    SHEET = "a4"
    LABEL = "4x6"
    ZPL = "zpl"


def label_files(session: Session, view: ReturnView) -> frozenset[LabelFile]:
    """Those that there are. A maker that gives files decides what there is: ours could not stand for its label."""
    label = _made_label(session, view)
    if label is None:
        return frozenset(LabelFile)
    return frozenset(kind for kind, content in ((LabelFile.LABEL, label.pdf), (LabelFile.ZPL, label.zpl)) if content)


def label_file(session: Session, view: ReturnView, kind: LabelFile) -> bytes | None:
    """The file, ours in the reader's language; None where there is none in this form."""
    label = _made_label(session, view)
    if label is not None:
        return label.zpl if kind is LabelFile.ZPL else label.pdf
    return papers.zpl(view).encode() if kind is LabelFile.ZPL else papers.pdf(view, sheet=kind is LabelFile.SHEET)


def _made_label(session: Session, view: ReturnView) -> ReturnLabel | None:
    """The label's row, where its maker gave any file."""
    row = session.scalar(select(ReturnLabel).where(ReturnLabel.shipment_id == view.return_.shipment_id))
    return row if row is not None and (row.pdf or row.zpl) else None

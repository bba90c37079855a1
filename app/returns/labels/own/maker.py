"""Our own maker: a number of ours, at once; its papers are drawn when somebody asks for them (``papers.py``)."""

import secrets

from app.core.settings import PartSettings
from app.returns.labels.ports import OWN_DIGITS, OWN_LETTERS, Labels, MadeLabel, ParcelBack


class OwnLabels:
    """Calls nobody: the shop has agreed with its carrier that these numbers are taken."""

    def make(self, parcel: ParcelBack) -> MadeLabel:
        """A fresh number; whose label it is, the policy says."""
        return MadeLabel(number=new_label_number(), carrier=parcel.carrier)


def new_label_number() -> str:
    """Two letters and eleven random digits."""
    return f"{OWN_LETTERS}{secrets.randbelow(10**OWN_DIGITS):0{OWN_DIGITS}d}"


def make(settings: PartSettings) -> OwnLabels:
    """It needs no setting."""
    return OwnLabels()


LABELS = Labels(name="own", title="Paradero", settings=PartSettings, make=make, at_once=True)

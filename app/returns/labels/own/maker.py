"""Our own maker: a number of ours, at once; its papers are drawn when somebody asks for them (``papers.py``)."""

import secrets

from app.core.settings import PartSettings
from app.returns.labels.ports import Labels, MadeLabel, ParcelBack

# Thirteen characters make a bar code that fits a label of four inches at a width that every scanner reads. Among a
# million labels whoever guesses eleven digits hits one in a hundred thousand tries.
LETTERS, DIGITS = "PR", 11


class OwnLabels:
    """Calls nobody: the shop has agreed with its carrier that these numbers are taken."""

    def make(self, parcel: ParcelBack) -> MadeLabel:
        """A fresh number; whose label it is, the policy says."""
        return MadeLabel(number=new_label_number(), carrier=parcel.carrier)


def new_label_number() -> str:
    """Two letters and eleven random digits."""
    return f"{LETTERS}{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def is_own_number(number: str) -> bool:
    """Whether a number is of this form, and so most likely of this maker."""
    return len(number) == len(LETTERS) + DIGITS and number.startswith(LETTERS) and number[len(LETTERS) :].isdecimal()


def make(settings: PartSettings) -> OwnLabels:
    """It needs no setting."""
    return OwnLabels()


LABELS = Labels(name="own", title="Paradero", settings=PartSettings, make=make, at_once=True)

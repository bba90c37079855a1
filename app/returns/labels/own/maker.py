"""Our own maker: a number of ours, at once; its papers are drawn when somebody asks for them (``papers.py``)."""

import secrets

from app.core.settings import PartSettings
from app.returns.labels.ports import Labels, MadeLabel, ParcelBack


class OwnLabels:
    """Calls nobody: the shop has agreed with its carrier that these numbers are taken."""

    def make(self, parcel: ParcelBack) -> MadeLabel:
        """Two letters and eleven random digits, so that nobody guesses another's."""
        return MadeLabel(number=f"PR{secrets.randbelow(10**11):011d}", carrier=parcel.carrier)


def make(settings: PartSettings) -> OwnLabels:
    """It needs no setting."""
    return OwnLabels()


LABELS = Labels(name="own", title="Paradero", settings=PartSettings, make=make, at_once=True)

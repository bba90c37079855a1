"""Points as tests write them, and the folder of real lists where it is to be had."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.hours.opening import Opening
from app.returns.points.ports import Accepts, NearPoint, PointKind, PointRow

REAL = Path(__file__).parents[4] / "shared" / "data"
SOL = PointRow(
    network="correos",
    external_id="2807401",
    kind=PointKind.POST_OFFICE,
    name="Oficina Puerta del Sol",
    line1="Puerta del Sol 7",
    postcode="28013",
    city="Madrid",
    country="ES",
    latitude=40.4169,
    longitude=-3.7035,
    opening_hours="Mo-Fr 08:30-20:30; Sa 09:30-13:00; PH off",
    accepts=frozenset({Accepts.LABEL, Accepts.CODE}),
    time_zone="Europe/Madrid",
)


def row(external_id: str, latitude: float, longitude: float, **changes: object) -> PointRow:
    """A point like the one at Sol, elsewhere."""
    return replace(SOL, external_id=external_id, latitude=latitude, longitude=longitude, **changes)  # type: ignore[arg-type]


def near(metres: int = 350, opening: Opening | None = None, **changes: object) -> NearPoint:
    """A found point like the one at Sol."""
    facts = {name: getattr(SOL, name) for name in NearPoint.__dataclass_fields__ if hasattr(SOL, name)}
    facts |= {
        "id": 1,
        "accepts": ("code", "label"),
        "approximate": False,
        "metres": metres,
        "opening": opening or Opening(None),
    }
    return NearPoint(**{**facts, **changes})


@pytest.fixture
def real() -> Path:
    """The folder of real lists, kept beside the repository."""
    if not REAL.is_dir():
        pytest.skip("the real lists of points (../shared/data) are not on this machine")
    return REAL

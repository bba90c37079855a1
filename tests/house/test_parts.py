"""Parts that an installed package brings: found without being loaded, and a faulty one harms nobody else."""

from pathlib import Path

import pytest

from tests.house import packages

WITNESS = "tests.house.parts_witness"


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """A package with a good carrier, one whose module cannot be loaded, and one that bears a name of ours."""
    files = {
        "shop_parts/__init__.py": '"""What the shop adds."""\n',
        "shop_parts/good.py": 'CARRIER = "good"\n',
        "shop_parts/broken.py": "import no_such_module_anywhere\n",
    }
    named = {"good": "shop_parts.good:CARRIER", "broken": "shop_parts.broken:CARRIER", "ups": "shop_parts.good:CARRIER"}
    return packages.install(tmp_path, "shop-parts", files, {"paradero.carriers": named})


def test_an_installed_part_is_found_beside_ours_and_its_package_is_loaded_only_when_it_is_asked_for(
    brought: Path,
) -> None:
    seen = packages.run(brought, WITNESS)
    assert {"good", "broken", "ups"} <= set(seen["names"])
    assert seen["loaded"] == {"before": False, "after": True}
    assert seen["good"] == "good"


def test_a_part_that_cannot_be_loaded_is_left_out_and_told_to_the_doctor(brought: Path) -> None:
    seen = packages.run(brought, WITNESS)
    assert seen["broken"] is None
    assert seen["others"] > 10
    assert [fault for fault in seen["faults"] if "broken" in fault and "cannot be loaded" in fault]


def test_a_part_of_ours_keeps_its_name(brought: Path) -> None:
    seen = packages.run(brought, WITNESS)
    assert seen["ups"] != "good"
    assert [fault for fault in seen["faults"] if "«ups»" in fault and "which stays" in fault]

"""What a killed run of the tests left is removed by the next; what another run uses stays."""

from pathlib import Path

from app.server import embedded as postmaster
from tests import scratch


def test_what_a_killed_run_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    left, used, begun = (tmp_path / f"{scratch.PREFIX}{name}" for name in ("left", "used", "begun"))
    for folder in (left, used, begun):
        folder.mkdir()
    for folder in (left, used):
        (folder / "pg").mkdir()
        (folder / "pg.users").touch()
    with postmaster.use(used / "pg"):
        scratch.forget_killed(tmp_path)
    assert not left.exists()
    assert (used / "pg").is_dir()
    assert begun.is_dir()

"""What is locked is whole: an installation takes exactly that, whatever is released meanwhile."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.core.settings import ROOT

LISTS = ("requirements.txt", "requirements-dev.txt")


def locked(name: str) -> dict[str, Requirement]:
    """The packages of a list, by name, as far as this machine installs them."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    entries = [Requirement(line.removesuffix("\\").strip()) for line in lines if "==" in line]
    here = [entry for entry in entries if entry.marker is None or entry.marker.evaluate()]
    return {canonicalize_name(entry.name): entry for entry in here}


def wanted(entry: Requirement) -> Iterator[Requirement]:
    """What a locked package needs, with what its extras add."""
    for text in requires(entry.name) or ():
        needed = Requirement(text)
        if needed.marker is None or any(needed.marker.evaluate({"extra": one}) for one in ("", *entry.extras)):
            yield needed


@pytest.mark.parametrize("name", LISTS)
def test_all_that_a_locked_package_needs_is_locked_with_the_extras_it_asks_for(name: str) -> None:
    entries = locked(name)
    assert len(entries) > 50
    for entry in entries.values():
        try:
            needed = list(wanted(entry))
        except PackageNotFoundError:
            pytest.fail(f"{entry} is locked, but not installed: run make install-dev")
        for one in needed:
            held = entries.get(canonicalize_name(one.name))
            assert held is not None, f"{entry} needs {one}, which is not locked"
            # A resolver that meets name[extra] unpinned asks for the newest release, and hashes refuse it.
            assert one.extras <= held.extras, f"{entry} needs {one}, but {held} is locked"
            assert one.specifier.contains(str(held.specifier).removeprefix("=="), prereleases=True), f"{entry}: {one}"


def test_what_the_project_asks_for_is_locked_with_its_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name, asked in zip(LISTS, (project["dependencies"], project["optional-dependencies"]["dev"]), strict=True):
        entries = locked(name)
        for one in map(Requirement, asked):
            held = entries.get(canonicalize_name(one.name))
            assert held is not None and one.extras <= held.extras, f"{one} is asked for; {held} is locked in {name}"


def test_every_package_is_pinned_and_comes_with_its_hashes() -> None:
    for name in (*LISTS, "requirements-node.txt"):
        lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line.strip()]
        assert lines
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            hashed = line.strip().startswith("--hash=sha256:")
            assert hashed or ("==" in line and after.strip().startswith("--hash=sha256:")), f"{name}: {line}"
            assert "://" not in line

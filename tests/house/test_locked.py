"""What is locked is whole: an installation takes exactly that, whatever is released meanwhile."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, requires
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.code.source import ROOT, app

# Each is installed with those before it, and repeats nothing of them: production, «paradero run», the tests.
LISTS = ("requirements.txt", "requirements-run.txt", "requirements-dev.txt")


@cache
def project() -> Mapping[str, Any]:
    """What the project says of itself."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(*lists: str) -> dict[str, Requirement]:
    """The packages of some lists, by name, as far as this machine installs them."""
    lines = [line for name in lists for line in (ROOT / name).read_text("utf-8").splitlines()]
    entries = [Requirement(line.removesuffix("\\").strip()) for line in lines if "==" in line]
    here = [entry for entry in entries if entry.marker is None or entry.marker.evaluate()]
    return {canonicalize_name(entry.name): entry for entry in here}


def left_out() -> set[str]:
    """Named by those whom we need, and imported by nothing that we run."""
    return {canonicalize_name(name) for name in project()["tool"]["uv"]["exclude-dependencies"]}


def asked(name: str) -> list[Requirement]:
    """What the project asks for itself where a list is installed."""
    about = project()["project"]
    extras = [one for group in ("embedded", "parquet") for one in about["optional-dependencies"][group]]
    groups = [one for group in ("build", "dev") for one in project()["dependency-groups"][group]]
    by_list = {LISTS[0]: about["dependencies"], LISTS[1]: extras, LISTS[2]: groups}
    return [Requirement(one) for one in by_list[name] if isinstance(one, str)]


def wanted(entry: Requirement) -> Iterator[Requirement]:
    """What a locked package needs, with what its extras add."""
    for text in requires(entry.name) or ():
        needed = Requirement(text)
        if needed.marker is None or any(needed.marker.evaluate({"extra": one}) for one in ("", *entry.extras)):
            yield needed


def lacking(entry: Requirement, entries: Mapping[str, Requirement]) -> list[str]:
    """What a locked package needs and the lists do not hold as it asks for it."""
    try:
        needed = list(wanted(entry))
    except PackageNotFoundError:
        return [f"{entry} is locked, but not installed: run make install-dev"]
    faults = []
    for one in needed:
        requirement = entries.get(canonicalize_name(one.name))
        if requirement is None:
            faults += [f"{entry} needs {one}"] * (canonicalize_name(one.name) not in left_out())
        # A resolver that meets name[extra] unpinned asks for the newest release, and hashes refuse it.
        elif not one.extras <= requirement.extras or not one.specifier.contains(
            _version(requirement), prereleases=True
        ):
            faults.append(f"{entry} needs {one}, and {requirement} is locked")
    return faults


def _version(entry: Requirement) -> str:
    return str(entry.specifier).removeprefix("==")


@pytest.mark.parametrize("upto", range(1, len(LISTS) + 1), ids=LISTS)
def test_all_that_a_locked_package_needs_is_locked_with_the_extras_it_asks_for(upto: int) -> None:
    entries = locked(*LISTS[:upto])
    assert len(entries) > 50
    assert [one for entry in entries.values() for one in lacking(entry, entries)] == []


def test_a_package_that_is_not_locked_is_told() -> None:
    entries = locked(*LISTS)
    without = {name: entry for name, entry in entries.items() if name != "werkzeug"}
    assert [one.partition(" needs ")[2][:8].lower() for one in lacking(entries["flask"], without)] == ["werkzeug"]


@pytest.mark.parametrize("upto", range(1, len(LISTS) + 1), ids=LISTS)
def test_what_the_project_asks_for_is_locked_with_its_extras(upto: int) -> None:
    entries = locked(*LISTS[:upto])
    pins = {one: entries.get(canonicalize_name(one.name)) for one in asked(LISTS[upto - 1])}
    assert [str(one) for one, entry in pins.items() if entry is None or not one.extras <= entry.extras] == []


def test_lists_repeat_nothing_of_those_before_them() -> None:
    names = [set(locked(name)) for name in LISTS]
    assert names[1] & names[0] == set()
    assert names[2] & (names[0] | names[1]) == set()


def test_nothing_imports_what_is_left_out() -> None:
    assert left_out() & locked(*LISTS).keys() == set()
    imported = {one.target.partition(".")[0].lower().replace("_", "-") for file in app() for one in file.imports}
    assert imported & left_out() == set()


def test_every_package_is_pinned_and_comes_with_its_hashes() -> None:
    for name in (*LISTS, "requirements-build.txt", "requirements-node.txt"):
        lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if line.strip()]
        assert lines
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            hashed = line.strip().startswith("--hash=sha256:")
            assert hashed or ("==" in line and after.strip().startswith("--hash=sha256:")), f"{name}: {line}"
            assert "://" not in line

"""Somebody else's package, made in a folder and installed as pip installs any: for what a shop adds to the portal."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
EntryPoints = Mapping[str, Mapping[str, str]]


def install(
    folder: Path, name: str, files: Mapping[str, str], entry_points: EntryPoints, *, version: str = "1"
) -> Path:
    """Build a wheel of these ``files`` (path → text) and let pip install it; gives the folder to put on the path.

    ``entry_points``: group → name → ``module:ATTRIBUTE``. Several packages may go into one ``folder``.
    """
    target = folder / "installed"
    built = _wheel(folder, name, version, files, entry_points)
    # A real installer, and no builder: the environment of the tests may hold none, and nothing is fetched.
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--target", target, built], check=True, timeout=120)
    return target


def entry_points_of(pyproject: str) -> EntryPoints:
    """The entry points that the text of a ``pyproject.toml`` declares."""
    declared: EntryPoints = tomllib.loads(pyproject)["project"]["entry-points"]
    return declared


def documented(section: str) -> dict[str, str]:
    """The files of the package that a section of the page on extending shows: path → text.

    There a line that begins with the path in backticks stands before each file's block of code.
    """
    page = (ROOT / "docs" / "extend.md").read_text(encoding="utf-8")
    part = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    shown = re.findall(r"^`([\w./]+)`[^\n]*\n\n```\w*\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
    assert shown, section
    return dict(shown)


def run(target: Path, module: str, *words: str, **environ: str) -> Any:
    """Run a module of the tests in a fresh interpreter that has what was installed; gives the JSON that it prints last.

    ``environ`` is all that it knows of this machine beside the path.
    """
    paths = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT), str(target)])}
    command = [sys.executable, "-m", module, *words]
    ended = subprocess.run(
        command, cwd=ROOT, env={**paths, **environ}, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def _wheel(folder: Path, name: str, version: str, files: Mapping[str, str], entry_points: EntryPoints) -> Path:
    """A wheel as its specification has it: the files, and beside them what is told about them."""
    label = f"{name.replace('-', '_')}-{version}"
    metadata = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": "\n".join(_section(group, named) for group, named in entry_points.items()),
    }
    content = {**files, **{f"{label}.dist-info/{file}": text for file, text in metadata.items()}}
    path = folder / f"{label}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in content.items():
            archive.writestr(file, text)
        record = f"{label}.dist-info/RECORD"
        archive.writestr(record, "".join(_row(file, text) for file, text in content.items()) + f"{record},,\n")
    return path


def _section(group: str, named: Mapping[str, str]) -> str:
    return "\n".join([f"[{group}]", *(f"{name} = {where}" for name, where in named.items()), ""])


def _row(file: str, text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{file},sha256={digest},{len(text.encode())}\n"

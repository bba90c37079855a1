"""Templates let no script, style or unescaped text through; no file names a machine or a package index."""

import re
import subprocess
from functools import cache

import pytest

from tests.house.code.source import ROOT

UNSAFE = re.compile(
    r'\sstyle="|<script(?![^>]*\ssrc=)|\son(?:click|load|submit|change)=|hx-on|\bjs:|\|\s*safe\b|autoescape\s+false'
)


@cache
def templates() -> dict[str, str]:
    """Every template with its text."""
    generator = (
        path for path in (ROOT / "app" / "templates").rglob("*") if path.suffix in (".html", ".txt", ".mjml", ".xml")
    )
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(generator)}


def unsafe(path: str, text: str) -> list[str]:
    """What a template lets through; mail programs know no style sheets, so what a message looks like stands in it."""
    return [] if "/email/" in path else [f"{path}: {one.group()}" for one in UNSAFE.finditer(text)]


def test_templates_hold_no_script_no_style_and_nothing_unescaped() -> None:
    assert len(templates()) > 80
    assert [one for path, text in templates().items() for one in unsafe(path, text)] == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        '<a hx-on:click="x()">',
        "{{ text | safe }}",
        "{% autoescape false %}",
    ],
)
def test_an_unsafe_template_is_told(text: str) -> None:
    assert len(unsafe("app/templates/new.html", text)) == 1
    assert unsafe("app/templates/new.html", '<script src="/x.js"></script><p class="style">{{ text }}</p>') == []


def test_nothing_names_a_path_of_a_machine_or_a_package_index() -> None:
    foreign = r"(^|[^.A-Za-z])/(wor[k]|roo[t]|hom[e])/|pyp[i]\.org|python[h]osted|registry\.np[m]"
    command = ["git", "grep", "-nIE", foreign]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout == ""


def test_a_requirement_that_a_comment_names_can_be_looked_up() -> None:
    listed = set(re.findall(r"^\| ([A-Z]{1,2}-\d{2}) \|", (ROOT / "docs" / "requirements.md").read_text("utf-8"), re.M))
    named = {
        name
        for path in (ROOT / "app").rglob("*.py")
        for name in re.findall(r"\b[A-Z]{1,2}-\d{2}\b", path.read_text("utf-8"))
    }
    assert named - listed == set()
    assert len(listed) > 30

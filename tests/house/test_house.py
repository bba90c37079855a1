"""What holds for every template, every form and every file that is kept: safe, guarded, and of no one machine."""

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted(
    path for path in (ROOT / "app" / "templates").rglob("*") if path.suffix in (".html", ".txt", ".mjml")
)
# Mail programs know no style sheets: what a message looks like stands in it.
PAGES = [path for path in TEMPLATES if "email" not in path.parts]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r'\sstyle="|<script(?![^>]*\ssrc=)|\son(?:click|load|submit|change)=|hx-on|\bjs:|\|\s*safe\b', text
    )


def test_every_unsafe_route_is_guarded_by_a_token_or_by_a_signature(flask_app: Flask) -> None:
    exempt = {blueprint.name for blueprint in flask_app.extensions["csrf"]._exempt_blueprints}
    views = flask_app.extensions["csrf"]._exempt_views
    unsafe = [rule for rule in flask_app.url_map.iter_rules() if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}]
    free = {
        rule.rule
        for rule in unsafe
        if rule.endpoint.partition(".")[0] in exempt or _name(flask_app, rule.endpoint) in views
    }
    allowed = ("/api/v1/", "/hooks/", "/preferences/")
    assert free, "the doors of other systems take no token"
    assert {path for path in free if not path.startswith(allowed)} == set()


def _name(app: Flask, endpoint: str) -> str:
    view = app.view_functions[endpoint]
    return f"{view.__module__}.{view.__name__}"


def test_nothing_names_a_path_of_a_machine_or_a_package_index() -> None:
    command = [
        "git",
        "grep",
        "-nIE",
        r"(^|[^.A-Za-z])/(wor[k]|roo[t]|hom[e])/|pyp[i]\.org|python[h]osted|registry\.np[m]",
    ]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert found == ""

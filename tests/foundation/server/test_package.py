"""The wheel where nothing of the checkout is: one package, one command, the whole portal, and no extras."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import paradero
from app.cli import COMMANDS
from tests.foundation.installed import Installed, install_wheel, names_in
from tests.served import PATIENCE_S, Served, free_port, wait_until

LOOK = """
import json, re, sys
import paradero
from app import create_app
from app.core.settings import ROOT, Settings
portal = create_app(Settings.from_env())
client = portal.test_client()
def ask(path, **headers):
    answer = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.status_code, answer.get_data().decode("utf-8", "replace")
key = {"Authorization": f"Bearer {sys.argv[1]}"}
page = ask("/", Accept_Language="es")
json.dump({
    "root": str(ROOT),
    "page": page,
    "english": ask("/", Accept_Language="en"),
    "parquet": ask("/api/v1/metrics/delivery", Accept="application/vnd.apache.parquet", **key),
    "csv": ask("/api/v1/metrics/delivery", Accept="text/csv", **key),
    "described": ask("/api/v1/openapi.json")[1],
    "linked": {path: ask(path)[0] for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page[1])},
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Installed]:
    made = install_wheel(tmp_path_factory.mktemp("package"), database_url)
    yield made
    assert list(made.elsewhere.iterdir()) == [], "something was left where it was called from"


def test_the_wheel_holds_all_that_runs_in_one_package_and_nothing_else(installed: Installed) -> None:
    names = names_in(installed.wheel)
    assert {name.partition("/")[0] for name in names} == {"paradero", f"paradero-{paradero.__version__}.dist-info"}
    assert [name for name in names if re.search(r"(^|/)(tests?|benchmarks|node_modules|var)/|\.pyc$", name)] == []
    assert {"LICENSE", "NOTICE"} <= {name.rpartition("/")[2] for name in names if "/licenses/" in name}
    words = {name.removesuffix(".po") for name in names if name.endswith(".po")}
    assert {name.removesuffix(".mo") for name in names if name.endswith(".mo")} == words != set()
    for stem in ("htmx", "portal", "staff", "returns"):
        assert [
            name for name in names if re.search(rf"/static/vendor/{stem}-[0-9a-f]{{12}}\.js$|{stem}-.*\.css$", name)
        ]


def test_the_command_tells_its_version_and_its_help_without_settings(installed: Installed) -> None:
    bare = {name: "" for name in installed.environ}
    assert installed.paradero("--version", **bare).stdout == f"paradero {paradero.__version__}\n"
    process = installed.paradero("--help", **bare)
    assert (process.returncode, process.stderr) == (0, "")
    assert [name for name in (*COMMANDS, "run") if not re.search(rf"^  {name}  ", process.stdout, re.M)] == []
    assert "FILE" in installed.paradero("orders", "import", "--help", **bare).stdout


def test_the_doctor_finds_it_complete(installed: Installed) -> None:
    output = installed.paradero("doctor").stdout
    assert "✓ The settings are complete" in output
    assert "✓ PostgreSQL" in output
    assert "browser's files" not in output


def test_its_pages_have_styles_script_and_words(installed: Installed) -> None:
    key = installed.paradero("api-key", "create", "reader", "--scope", "metrics:read").stdout.split()[0]
    done = installed.run(str(installed.python), "-c", LOOK, key)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert Path(report["root"]) == installed.site / "paradero"
    status, page = report["page"]
    assert status == 200
    assert re.search(r'<html lang="es\b', page)
    assert "pedido" in page
    assert re.search(r'<html lang="en\b', report["english"][1])
    assert {path.rpartition(".")[2] for path in report["linked"]} >= {"css", "js"}
    assert set(report["linked"].values()) == {200}
    assert report["csv"][0] == 200
    assert report["parquet"][0] == 406
    assert "paradero[parquet]" in json.loads(report["parquet"][1])["detail"]
    assert "parquet" not in report["described"]


def test_without_a_database_and_without_the_extra_it_says_what_to_do(installed: Installed) -> None:
    done = installed.paradero("run", "--port", str(free_port()), "--no-demo", DATABASE_URL="")
    assert done.returncode == 2
    assert "DATABASE_URL" in done.stderr
    assert "paradero[embedded]" in done.stderr
    assert "Traceback" not in done.stderr


def test_its_web_minds_no_file_of_the_folder_it_is_started_from(installed: Installed, tmp_path: Path) -> None:
    for name in ("app", "wsgi", "queue", "migrations", "granian"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('somebody else')\n")
    port = free_port()
    environ = installed.told(PORT=str(port), WEB_WORKERS="1")
    with subprocess.Popen([installed.folder / "bin" / "paradero", "web"], cwd=tmp_path, env=environ) as process:
        try:
            web = Served(process, port)
            wait_until(web.healthy, "the web does not come up")
            assert b"paradero" in web.ask("GET", "/").said.lower()  # type: ignore[attr-defined]
        finally:
            process.terminate()
            process.wait(PATIENCE_S)

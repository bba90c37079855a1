"""What the browser loads: small, named after its content, htmx the very one we know."""

import gzip
import re
from pathlib import Path

import pytest

from app.pages import assets

needs_htmx = pytest.mark.skipif(
    not assets.BROUGHT["htmx.js"].source.exists() and not list(assets.BUILT.glob("htmx-*.js")),
    reason="htmx is not installed (npm ci)",
)


SHEETS = sorted(name for name in assets.PARTS if name.endswith(".css"))
# kB on the wire of what a customer's page loads, and a page of the console or of the documents.
MOST = {"portal.css": 7_500, "docs.css": 9_000, "staff.css": 12_000}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_page_s_styles_weigh_at_most_15_kilobytes(sheet: str) -> None:
    content = b"".join((assets.STATIC / part).read_bytes() for part in assets.PARTS[sheet])
    assert len(gzip.compress(content)) <= 15_000


SCRIPTS = sorted(path.name for path in assets.STATIC.glob("*.js"))


@pytest.mark.parametrize("name", assets.SCRIPTS)
def test_a_script_of_every_page_is_at_most_a_hundred_lines(name: str) -> None:
    assert len((assets.STATIC / name).read_text(encoding="utf-8").splitlines()) <= 100


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_goes_out_without_its_comments_and_with_all_its_lines(name: str) -> None:
    written = (assets.STATIC / name).read_text("utf-8").splitlines()
    # A text over several lines would lose its indents.
    assert all(line.count("`") % 2 == 0 for line in written)
    lines = [line.strip() for line in written]
    expected = [line for line in lines if line and not line.startswith("//")]
    assert assets._read(assets.STATIC / name).decode().splitlines() == expected


@pytest.mark.parametrize(("name", "most"), [*MOST.items(), ("portal.js", 3_500)])
def test_what_is_built_lies_packed_beside_it(name: str, most: int) -> None:
    built = assets.STATIC.parent / assets.asset(name).lstrip("/")
    packed = assets.packed(built).read_bytes()
    assert gzip.decompress(packed) == built.read_bytes()
    assert len(packed) <= most


@pytest.mark.parametrize("name", SCRIPTS)
def test_our_scripts_keep_nothing_in_the_browser_and_evaluate_nothing(name: str) -> None:
    script = (assets.STATIC / name).read_text(encoding="utf-8")
    assert not re.search(r"localStorage|sessionStorage\.set|indexedDB|caches|innerHTML|eval\(|Function\(", script)


def test_an_asset_s_name_follows_its_content() -> None:
    address = assets.asset("portal.css")
    assert re.fullmatch(r"/static/vendor/portal-[0-9a-f]{12}\.css", address)
    assert (assets.STATIC.parent / address.lstrip("/")).exists()


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_goes_out_without_its_comments_and_with_all_its_rules(sheet: str) -> None:
    written = "".join((assets.STATIC / part).read_text("utf-8") for part in assets.PARTS[sheet])
    sent = (assets.STATIC.parent / assets.asset(sheet).lstrip("/")).read_text("utf-8")
    assert "/*" in written and "/*" not in sent
    assert "".join(re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL).split()) == "".join(sent.split())
    # A blank between two words, before a colon, a bracket or a sign means something; no other is left.
    parts = re.findall(r"(?<=[^{};:,>]) (?=[^{}>])", sent)
    assert parts and not re.search(r"\n|[{};:,>] | [{}>]", sent)
    assert ".acts form" in sent and "(max-width:30rem)" in sent and " :is(" in sent


@needs_htmx
@pytest.mark.parametrize(("name", "version"), [("htmx.js", b'version:"2.0.11"'), ("leaflet.js", b"Leaflet 1.9.4")])
def test_what_npm_brings_is_the_one_we_know(name: str, version: bytes) -> None:
    assert version in assets._brought(name)


@pytest.mark.parametrize("name", sorted(assets.BROUGHT))
def test_another_file_of_that_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    stranger = tmp_path / name
    stranger.write_text("alert(1)", encoding="utf-8")
    monkeypatch.setitem(assets.BROUGHT, name, assets.BROUGHT[name]._replace(source=stranger))
    with pytest.raises(assets.WrongAssetError):
        assets._brought(name)


@needs_htmx
def test_installing_builds_every_file_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not assets.BROUGHT["htmx.js"].source.exists():
        pytest.skip("htmx is only here as built before")
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    built = assets.install()
    assert sorted(path.name for path in tmp_path.iterdir()) == built
    assert {name.partition("-")[0] for name in built} >= {"portal", "staff", "htmx", "leaflet", "favicon"}
    assert {f"{name}.gz" for name in built if name.endswith((".css", ".js"))} <= set(built)

"""Who a page speaks for: the brand at hand, with its own colours and logo where it has them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g, render_template

from app.brands.models import Brand
from app.pages import assets
from app.pages import shop as shops


@pytest.fixture
def brand_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for part in (*assets.COMMON, "favicon.svg", "portal.js"):
        (tmp_path / part).write_bytes((assets.STATIC / part).read_bytes())
    (tmp_path / "brands").mkdir()
    for module in (assets, shops):
        monkeypatch.setattr(module, "STATIC", tmp_path)
    monkeypatch.setattr(assets, "BUILT", tmp_path / "vendor")
    shops._own.cache_clear()
    assets.asset.cache_clear()
    yield tmp_path / "brands"
    shops._own.cache_clear()
    assets.asset.cache_clear()


def test_a_page_speaks_for_the_brand_of_its_order(app: Flask) -> None:
    with app.test_request_context("/"):
        g.brand = Brand(key="norte", name="Casa Norte", postal_address="Bilbao")
        page = render_template("pages/help.html")
    assert "Casa Norte" in page
    assert "Almazara" not in page


def test_a_brand_without_files_has_the_common_look(brand_files: Path) -> None:
    shown = shops.shop_of(Brand(key="norte", name="Casa Norte", postal_address=""))
    assert (shown.logo, shown.stylesheet) == (None, None)


def test_a_brand_s_own_sheet_and_logo_are_used(brand_files: Path) -> None:
    (brand_files / "norte.css").write_text(":root { --accent: #123456; }", encoding="utf-8")
    (brand_files / "norte.svg").write_text("<svg/>", encoding="utf-8")
    shown = shops.shop_of(Brand(key="norte", name="Casa Norte", postal_address=""))
    assert shown.stylesheet and shown.stylesheet.startswith("/static/vendor/norte-")
    assert shown.logo and shown.logo.endswith(".svg")


def test_a_brand_s_key_is_never_a_path(brand_files: Path) -> None:
    (brand_files.parent / "secret.css").write_text("", encoding="utf-8")
    assert shops.shop_of(Brand(key="../secret", name="X", postal_address="")).stylesheet is None

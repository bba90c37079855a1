"""The sign and the demo's products as PNG, for what draws no SVG: ``python -m tools.icons`` writes app/static."""

import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from app.core.drawing import STATIC
from tests.browser.conftest import CHROMIUM, FLAGS

ICONS = STATIC / "icons"
PRODUCTS = STATIC / "products"
SIGN = (STATIC / "favicon.svg").read_text(encoding="utf-8")
PRODUCT_PX = 128
# A telephone cuts a maskable icon to its own shape: what matters stands in the inner 80 %.
ROUND = 'rx="7" '


def drawings() -> Iterator[tuple[Path, str, int]]:
    """Each picture to make: where it goes, its SVG, its side in pixels."""
    whole = SIGN.replace(ROUND, "")
    inner = whole.replace('<g fill="none"', '<g transform="translate(4 4) scale(.75)"><g fill="none"')
    maskable = inner.replace("</svg>", "</g></svg>")
    for size in (192, 512):
        yield ICONS / f"icon-{size}.png", SIGN, size
    yield ICONS / "maskable-512.png", maskable, 512
    yield ICONS / "touch-180.png", whole, 180
    yield ICONS / "mark.png", SIGN, 96
    for source in sorted(PRODUCTS.glob("*.svg")):
        yield source.with_suffix(".png"), source.read_text(encoding="utf-8"), PRODUCT_PX


def draw(browser: Browser, target: Path, svg: str, size: int) -> None:
    """One picture, with as few colours as it has."""
    page = browser.new_page(viewport={"width": size, "height": size})
    style = "html,body{margin:0}svg{display:block;width:100vw;height:100vh}"
    page.set_content(f"<style>{style}</style>{svg}")
    target.parent.mkdir(exist_ok=True)
    page.screenshot(path=target, omit_background=True)
    page.close()
    with Image.open(target) as image:
        image.quantize(64).save(target, optimize=True)


def main() -> int:
    """Draw all of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for target, svg, size in drawings():
            draw(browser, target, svg, size)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

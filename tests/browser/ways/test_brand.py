"""An admin makes a brand of the shop's own: seen before it is saved, with a logo, and taken back with a click."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.brands.test_pictures import drawn
from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_second_brand_with_its_own_look_and_host_is_made_by_pages_alone(
    portal: Portal, new_context: NewContext, tmp_path: Path, scripts: bool
) -> None:
    key, host = ("norte", "norte.example") if scripts else ("sur", "sur.example")
    (tmp_path / "logo.png").write_bytes(drawn())
    page = sign_in(new_context("en", javascript=scripts), "admin", then="/staff/settings")
    page.get_by_role("link", name="Brands", exact=True).click()
    page.locator("#name").fill("Casa Norte")
    page.locator("#key").fill(key)
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#help-email").fill("ayuda@norte.example")
    page.locator("#postal_address").fill("Calle Mayor 1, Bilbao")
    page.locator("#look-accent").fill("#7a2e8e")
    page.locator("#host").fill(host)
    page.locator("#look-logo-file").set_input_files(tmp_path / "logo.png")

    page.get_by_role("button", name="Preview on a phone").click()
    seen = page.frame_locator("iframe[name=narrow]")
    expect(seen.locator("a.brand img")).to_have_attribute("src", re.compile("^data:image/png"))
    expect(seen.locator("main .acts a")).to_have_css("background-color", "rgb(122, 46, 142)")

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Customers see it from now on.")).to_be_visible()
    front = page.request.get("/help", headers={"Host": host}).text()
    assert "Casa Norte" in front and "/look/1-7a2e8e" in front and "/brand-files/" in front

    page.locator("#help-email").fill("nobody")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Write an e-mail address").click()
    expect(page.locator("#help-email")).to_be_focused()

    page.goto(f"/staff/settings/brands/{key}")
    page.get_by_role("button", name="Bring version 1 back").click()
    expect(page.get_by_text("Version 1 is in force again.")).to_be_visible()
    assert "Casa Norte" not in page.request.get("/help", headers={"Host": host}).text()

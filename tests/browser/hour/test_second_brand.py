"""A second brand with its own name, look and host within five minutes of pages; the first one stays as it was."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.brands.test_pictures import drawn
from tests.browser.hour import second, setting_up
from tests.browser.hour.conftest import Beginning, NewPerson

pytestmark = pytest.mark.browser

MOST_MINUTES = 5


def test_a_second_brand_stands_at_its_own_host_within_five_minutes_of_pages(
    beginning: Beginning, new_person: NewPerson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admin, visitor = new_person("es"), new_person("es")
    (tmp_path / "logo.png").write_bytes(drawn())
    setting_up.signs_in(admin, setting_up.made_an_admin(beginning.portal))
    setting_up.names_the_shop(admin, tmp_path / "logo.png")
    admin.acts = admin.acts.anew()

    second.makes_it(admin, tmp_path / "logo.png")
    with capsys.disabled():
        sys.stdout.write(f"\na second brand with its own host: {admin.acts}\n")
    assert admin.acts.seconds <= MOST_MINUTES * 60, admin.acts

    port = urlsplit(beginning.portal.url).port
    second.front(visitor.page, f"http://{second.HOST}:{port}/", second.NAME, second.ACCENT)
    second.front(visitor.page, "/", setting_up.SHOP, setting_up.ACCENT)

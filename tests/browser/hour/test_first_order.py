"""From an empty database to the first real order, its mail, and a return with its label: by pages alone."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.core.i18n.words import day, local_day
from tests.brands.test_pictures import drawn
from tests.browser.everyone.walks import languages
from tests.browser.hour import customer, setting_up
from tests.browser.hour.conftest import Beginning, NewPerson
from tests.browser.hour.person import Person
from tests.browser.hour.systems import NUMBER, ShopSystem, mails

pytestmark = pytest.mark.browser

MOST_MINUTES = 30
STEPS = (
    "Name your shop",
    "Connect e-mail",
    "Let orders in",
    "Bring in the first real order",
    "Hear from your carriers",
    "Look at your returns policy",
    "Bring in drop-off points",
)


@pytest.mark.parametrize("language", languages("en"))
def test_a_shop_takes_its_first_order_within_half_an_hour_of_pages(
    beginning: Beginning, new_person: NewPerson, tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    admin, buyer = new_person(language), new_person(language)
    (tmp_path / "logo.png").write_bytes(drawn())
    setting_up.signs_in(admin, setting_up.made_an_admin(beginning.portal))
    setting_up.names_the_shop(admin, tmp_path / "logo.png")
    setting_up.connects_mail(admin, beginning)
    system = ShopSystem(beginning.portal, setting_up.lets_orders_in(admin), setting_up.lets_scans_in(admin), language)
    setting_up.gives_more_time(admin)
    setting_up.brings_points_in(admin, beginning.portal)

    system.sends_order("confirmed")
    assert len(mails(beginning)) == 1
    customer.opens_by_mail(buyer, beginning)
    arrived = system.delivers()
    customer.opens_by_mail(buyer, beginning)
    last = local_day(arrived, "Europe/Madrid") + timedelta(days=setting_up.WINDOW_DAYS)
    ref = customer.sends_back(buyer, beginning, day(last, locale=language))
    customer.prints_the_label(buyer, ref)

    _finds_the_return(admin, ref)
    admin.goes_to("Settings")
    admin.presses("Set up")
    for step in STEPS:
        admin.sees_done(step)
    admin.reads()
    with capsys.disabled():
        sys.stdout.write(f"\nfrom nothing to the first order and its return ({language}): {admin.acts}\n")
    assert admin.acts.seconds <= MOST_MINUTES * 60, admin.acts


def _finds_the_return(person: Person, ref: str) -> None:
    """In the console, among the returns."""
    person.goes_home()
    person.sees(NUMBER)
    person.goes_to("Returns")
    person.presses(ref)
    expect(person.title()).to_contain_text(ref)
    person.sees(setting_up.POINT["Name"])

"""Who changed what is seen in the console: by person, day and action, in words; a wrong day says so at its field."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.audit import trail
from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.i18n.words import local_day
from app.staff.auth import services
from app.staff.auth.roles import Role
from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import PASSWORD, Portal

pytestmark = pytest.mark.browser

OLGA, NURIA = "olga@almazara.example", "nuria@almazara.example"
DAYS_AGO = 3
# An action's own name, as programs write it.
CODE = re.compile(r"^[a-z_]+\.[a-z_]+$")


@pytest.fixture(scope="module")
def shop(portal: Portal) -> Iterator[Portal]:
    """Two people whom no other test knows; one of them wrote a note some days ago."""
    people = {OLGA: Role.ADMIN, NURIA: Role.SUPPORT}
    with portal.sessions() as session, transaction(session):
        for email, role in people.items():
            services.create(session, email=email, role=role, password=PASSWORD, handed_over=False, now=utcnow())
        long_ago = utcnow() - timedelta(days=DAYS_AGO)
        trail.record(session, actor=f"staff:{NURIA}", action="note.added", subject="order", now=long_ago)
        years_ago = utcnow() - timedelta(days=800)
        trail.record(session, actor="api:erp", action="setting.saved", subject="demo/policy", now=years_ago)
    yield portal


def day(portal: Portal, *, ago: int = 0) -> str:
    """A day by the shop's clock, as the field has it."""
    with portal.sessions() as session:
        return local_day(utcnow() - timedelta(days=ago), shop_zone(session)).isoformat()


def narrow(page: Page, **fields: str) -> list[tuple[str, str]]:
    """Who did what in the rows that are left by these filters, the newest first."""
    page.goto("/staff/audit")
    for name, value in fields.items():
        field = page.locator(f"#{name}")
        if name == "action":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name=re.compile("Filter|Filtrar")).click()
    page.wait_for_load_state()
    rows = page.locator("tr[data-row]")
    cells = rows.evaluate_all("rows => rows.map(row => [row.cells[1].innerText.trim(), row.cells[2].innerText.trim()])")
    return [(who, what) for who, what in cells]


def narrow_row(page: Page, actor: str) -> str:
    """All that the one row of somebody says."""
    narrow(page, actor=actor)
    return page.locator("tr[data-row]").inner_text()


def test_what_two_people_change_is_seen_by_person_day_and_action(shop: Portal, new_context: NewContext) -> None:
    nuria = sign_in(new_context("en"), "nuria", then="/staff/orders")
    nuria.goto(f"/staff/orders/{shop.order_ref('A-10431')}")
    nuria.fill("#note", "Llama por la tarde")
    nuria.get_by_role("button", name="Add").click()
    expect(nuria.locator("#timeline")).to_contain_text("Llama por la tarde")
    olga = sign_in(new_context("en"), "olga", then="/staff/people")
    olga.fill("#email", "bruno@almazara.example")
    olga.locator("main form .button", has_text=re.compile("^(Invite|Add)$")).click()
    expect(olga.locator("main")).to_contain_text("bruno@almazara.example")

    today, before = day(shop), day(shop, ago=DAYS_AGO)
    assert narrow(olga, actor=NURIA) == [(NURIA, "Wrote a note"), (NURIA, "Signed in"), (NURIA, "Wrote a note")]
    assert narrow(olga, actor=NURIA, action="note.added", **{"from": today}) == [(NURIA, "Wrote a note")]
    expect(olga.locator("tr[data-row]")).to_contain_text("A-10431")
    assert narrow(olga, actor=NURIA, until=before) == [(NURIA, "Wrote a note")]
    assert narrow(olga, actor=NURIA, **{"from": before, "until": before}) == [(NURIA, "Wrote a note")]
    assert narrow(olga, actor=NURIA, action="staff.invited") == []
    invited = narrow(olga, actor=OLGA, action="staff.invited", **{"from": today, "until": today})
    assert invited == [(OLGA, "Sent an invitation")]
    expect(olga.locator("tr[data-row]")).to_contain_text("bruno@almazara.example")


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_row_and_every_choice_is_in_words(shop: Portal, new_context: NewContext, language: str) -> None:
    page = sign_in(new_context(language), "olga", then="/staff/audit")
    deeds = narrow(page)
    assert deeds and [what for _, what in deeds if CODE.match(what)] == []
    choices = page.locator("#action option").all_inner_texts()
    assert len(choices) > 50 and [choice for choice in choices if CODE.match(choice.strip())] == []
    words = page.locator("main").inner_text()
    assert ("Escribió una nota" in words) is (language == "es")
    rows = narrow_row(page, "api:erp")
    assert ("el sistema «erp»" if language == "es" else "the system “erp”") in rows
    assert ("Política" if language == "es" else "Returns policy") in rows and "demo/policy" not in rows
    # What lies years back names its year.
    assert str((utcnow() - timedelta(days=800)).year) in rows


@pytest.mark.parametrize(
    ("days", "field", "fault"),
    [
        ("from=2026-02-30", "from", "Write a day"),
        ("until=tomorrow", "until", "Write a day"),
        ("from=2026-11-20&until=2026-11-19", "until", "before"),
    ],
)
def test_a_day_that_is_wrong_says_so_at_its_field(
    shop: Portal, new_context: NewContext, days: str, field: str, fault: str
) -> None:
    page = sign_in(new_context("en"), "olga", then="/staff/audit")
    answer = page.goto(f"/staff/audit?{days}")
    assert answer is not None and answer.status == 422
    wrong = page.locator(f"#{field}")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{(wrong.get_attribute('aria-describedby') or '').split()[0]}")).to_contain_text(fault)
    page.get_by_role("link", name=re.compile(fault)).click()
    expect(wrong).to_be_focused()

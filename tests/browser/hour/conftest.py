"""Fixtures: an installation with nothing in it, a provider of mail beside it, and who sets it up."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import PATIENCE_MS, REGION
from tests.browser.hour.person import Person
from tests.browser.portal import Portal, empty_portal
from tests.browser.ways.test_mailed_link import PERSON
from tests.notify.stand_in import StandIn, provider

NewPerson = Callable[[str], Person]


@dataclass(frozen=True)
class Beginning:
    """What there is before the first page: the portal with nothing in it, and SendGrid."""

    portal: Portal
    sendgrid: StandIn


@pytest.fixture
def beginning() -> Iterator[Beginning]:
    """An empty database, no demo; nothing is set but where SendGrid stands in this test."""
    with provider() as sendgrid:
        settings = {"WEBHOOK_PRIVATE_HOSTS": "127.0.0.1", "SENDGRID_API_URL": sendgrid.url}
        with empty_portal(os.environ["TEST_DATABASE_URL"], f"hour_{uuid.uuid4().hex[:12]}", **settings) as portal:
            yield Beginning(portal, sendgrid)


@pytest.fixture
def new_person(chromium: Browser, beginning: Beginning) -> Iterator[NewPerson]:
    """Somebody with a browser of their own, in which nothing is yet."""
    people: list[Person] = []

    def make(language: str) -> Person:
        context = chromium.new_context(
            base_url=beginning.portal.url,
            locale=REGION[language],
            timezone_id="Europe/Madrid",
            accept_downloads=True,
            viewport={"width": 1280, "height": 900},
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(PERSON)
        people.append(Person(context.new_page(), language))
        return people[-1]

    yield make
    for person in people:
        person.page.context.close()

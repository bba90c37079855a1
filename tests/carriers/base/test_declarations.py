"""What every carrier's declaration holds to, ours and anybody's; and what is derived from all of them together."""

import ast
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.carriers.base.declaration import AskingAccess, Carrier, Endpoint, variables
from app.carriers.base.plain import parcels
from app.carriers.polling.credentials import half_set
from app.carriers.registry import carriers, known_carriers, pushing, reader
from app.carriers.webhooks import signatures
from app.core.settings import ROOT, BadSettings, Settings
from app.orders.models import Order
from app.tracking.carrier_pages import carrier_choices, carrier_page, carrier_title
from app.tracking.states import ShipmentState
from tests.carriers.conftest import shipped
from tests.notify.build import NOON, a_mail_config, prepared
from tests.rounds import heard
from tests.tracking.pages import browser, text_of

FOLDERS = sorted(path.parent.name for path in (ROOT / "app" / "carriers").glob("*/carrier.py"))
EVERY = pytest.mark.parametrize("carrier", carriers().values(), ids=lambda carrier: carrier.name)
GOOD = {"DATABASE_URL": "postgresql://somebody@localhost/shop", "SECRET_KEY": "k" * 40}
PLAIN = Carrier(name="acme", title="ACME")


def test_a_folder_is_a_carrier_and_a_carrier_is_a_folder() -> None:
    assert sorted(carriers()) == FOLDERS
    assert len(FOLDERS) > 30


@EVERY
def test_a_carrier_says_who_it_is(carrier: Carrier) -> None:
    assert carriers()[carrier.name] is carrier
    assert carrier.title == carrier.title.strip() == carrier_title(carrier.name)
    assert not re.search(r"[_<>&\n]", carrier.title)


@EVERY
def test_its_page_is_on_its_own_host_whatever_the_number(carrier: Carrier) -> None:
    page = urlsplit(carrier_page(carrier.name, "A1/../?&#@evil.example") or "https://")
    assert page.scheme == "https"
    assert page.netloc == urlsplit(carrier.page or "").netloc
    assert "evil.example" not in page.netloc and "@" not in page.geturl()


@EVERY
def test_its_codes_are_found_however_they_are_cased(carrier: Carrier) -> None:
    assert [code for code in carrier.codes if code != code.strip().upper() or not code] == []
    assert {type(meaning.status) for meaning in carrier.codes.values()} <= {ShipmentState}


@EVERY
def test_no_document_brings_it_down(carrier: Carrier) -> None:
    if carrier.parcels is not None:
        assert [list(carrier.parcels(odd)) for odd in ({}, [])] == [[], []]


@EVERY
def test_its_variables_are_named_after_it(carrier: Carrier) -> None:
    access = carrier.access
    named = [*carrier.secrets, *([*access.needed, *access.optional] if access else [])]
    prefixes = tuple(name.upper() + "_" for name in (carrier.name, carrier.source) if name)
    assert [variable for variable in named if not variable.startswith(prefixes)] == []


@pytest.mark.parametrize("name", ["royalmail", "laposte", "dhl_parcel_de", "fedex", "tnt", "transportes_perez"])
def test_a_mail_calls_a_carrier_what_the_page_calls_it(app: Flask, session: Session, name: str) -> None:
    shipped(session, carrier=name, number="RB123456785GB", now=NOON)
    config = a_mail_config()
    heard(session, limit=50, now=NOON, config=config)
    mails = [one.outgoing.text for one in prepared(session, now=NOON + timedelta(minutes=5), config=config)]
    order = session.query(Order).one()
    title = carrier_title(name) or ""
    assert [text for text in mails if title in text]
    assert title in text_of(browser(app, order).get(f"/o/{order.ref}").text)


def test_who_pushes_and_who_is_believed() -> None:
    believed = {source: carrier.endpoint.believed for source, carrier in pushing().items() if carrier.endpoint}
    signed = dict.fromkeys(("aftership", "easypost", "generic"), True)
    assert believed == signed | dict.fromkeys(("dhl", "karrio", "ups"), False)


def test_who_is_known_by_name_only_is_read_by_nobody_and_shown_to_everybody() -> None:
    assert reader("evri") is None and "evri" not in known_carriers()
    assert ("evri", "Evri") in carrier_choices()
    assert not {"aftership", "generic", "karrio"} & dict(carrier_choices()).keys()


def test_a_title_needs_one_declaration_and_no_client_library() -> None:
    """Pages are made by the web, which has no use for the memory that karrio takes."""
    program = (
        "import sys\nfrom app.tracking.carrier_pages import carrier_page, carrier_title\n"
        "assert carrier_title('royalmail') == 'Royal Mail' and carrier_page('royalmail', '1')\n"
        "heavy = ('karrio', 'requests', 'sqlalchemy', 'app.carriers.ups.carrier')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    process = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert process.stdout == "[]\n"


@pytest.mark.parametrize(
    ("room", "reason"),
    [("tracking", "tracking lies below the carriers"), ("notify", "messages know carriers by tracking's names")],
)
def test_nobody_below_names_a_carrier(room: str, reason: str) -> None:
    names = {name for name in FOLDERS if name != "generic"}
    places = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "app" / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert places == [], reason


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": "Acme Express"}, "lower case"),
        ({"aliases": ("ACME",)}, "lower case"),
        ({"title": " "}, "title"),
        ({"page": "http://track.acme.example/{}"}, "https"),
        ({"page": "https://track.acme.example/"}, "https"),
        ({"page": "https://track.acme.example/{}/{}"}, "https"),
        ({"page": "https://{}.acme.example/"}, "https"),
        ({"page": "javascript:alert({})//"}, "https"),
        ({"access": AskingAccess({"ACME_KEY": "key"})}, "make"),
        ({"endpoint": Endpoint("ACME_WEBHOOK_SECRET", signatures.standard())}, "parcels"),
    ],
)
def test_a_declaration_that_cannot_hold_is_refused_when_it_is_made(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(PLAIN, **wrong)  # type: ignore[arg-type]
    assert replace(PLAIN, page="https://track.acme.example/?n={}", parcels=parcels)


def test_a_variable_that_no_environment_can_hold_is_refused() -> None:
    for make in (lambda: AskingAccess({}), lambda: AskingAccess({"acme-key": "key"})):
        with pytest.raises(ValueError):
            make()
    with pytest.raises(ValueError):
        Endpoint("acme secret", signatures.standard())
    assert variables("ACME", "api_key") == {"ACME_API_KEY": "api_key"}


def test_a_bad_secret_of_a_carrier_is_a_fault_of_the_settings() -> None:
    with pytest.raises(BadSettings) as error:
        Settings.from_env({**GOOD, "UPS_WEBHOOK_CREDENTIAL": "short", "GENERIC_WEBHOOK_SECRET": "no key"})
    assert [line.partition(":")[0] for line in str(error.value).splitlines()] == [
        "GENERIC_WEBHOOK_SECRET",
        "UPS_WEBHOOK_CREDENTIAL",
    ]


def test_half_of_an_accesss_variables_is_told_for_every_carrier_that_needs_two(tmp_path: Path) -> None:
    for carrier in carriers().values():
        if carrier.access and len(carrier.access.needed) > 1:
            first, *rest = carrier.access.needed
            (fault,) = half_set({first: "hidden"})
            assert all(name in fault for name in rest) and carrier.name in fault and "hidden" not in fault
    assert half_set({"AFTERSHIP_API_KEY": "k"}) == []
    assert len(half_set({"UPS_CLIENT_ID_FILE": str(tmp_path / "nowhere")})) == 1

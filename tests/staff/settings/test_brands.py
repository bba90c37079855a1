"""Admins say in the console what a brand is, see it before it is saved, and take it back."""

import re
from datetime import datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.brands.document import sentences
from app.brands.models import Brand, BrandFile, SettingVersion
from app.notify.models import Message
from app.staff.settings.brands.form import document_from, field_of, fields_of
from app.staff.settings.brands.words import SAID
from tests.brands.test_document import WHOLE
from tests.brands.test_pictures import drawn

BRANDS = "/staff/settings/brands"
GOOD = fields_of({**WHOLE, "look": {**WHOLE["look"], "accent": "#7a2e8e"}})


def sentences_of(page: str) -> str:
    return " ".join(re.findall(r'role="alert".*?</div>', page, re.S))


def test_a_form_says_what_its_document_said() -> None:
    assert document_from(fields_of(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/name", "name"),
        ("/legal/terms/es", "legal-terms-es"),
        ("/currencies/1", "currencies"),
        ("/returns_to/usual", "returns_to-usual-line1"),
        ("/returns_to/by_country/MX", "returns_to-by_country-0-line1"),
        ("/returns_to/by_country/MX/city", "returns_to-by_country-0-city"),
        ("/channels/by_channel/amazon", "channels-by_channel-0-channel"),
    ],
)
def test_every_fault_leads_to_its_field(pointer: str, field: str) -> None:
    assert field_of(pointer, GOOD) == field


def test_every_sentence_has_its_words_in_the_console() -> None:
    spoken = {value for name, value in vars(sentences).items() if name.isupper() and isinstance(value, str)}
    assert spoken == set(SAID)


def test_what_is_saved_is_on_the_shop_s_pages_at_once(admin: FlaskClient, client: FlaskClient) -> None:
    client.get("/help")
    assert admin.post(f"{BRANDS}/demo", data=GOOD | {"expected": "0"}).status_code == 303
    page = client.get("/help").text
    for shown in ("Casa Norte", "900 123 456", 'href="tel:+34900123456"', "De lunes a viernes", "B00000000"):
        assert shown in page
    sheet = re.search(r'href="(/look/[^"]+)"', page)
    assert sheet and "--accent:#7a2e8e" in client.get(sheet[1]).text


def test_every_part_is_on_the_page_as_it_was_saved(admin: FlaskClient) -> None:
    admin.post(f"{BRANDS}/demo", data=GOOD)
    page = admin.get(f"{BRANDS}/demo").text
    for value in ("Casa Norte, S. L.", "Calle Orizaba 101", "amazon", "pedidos.norte.example", "es-MX, en", "#7a2e8e"):
        assert value in page


def test_faults_are_said_in_a_summary_that_leads_to_the_fields_and_nothing_is_lost(
    admin: FlaskClient, session: Session
) -> None:
    wrong = GOOD | {"help-email": "nobody", "time_zone": "Bilbao", "look-accent": "#ffee00"}
    answer = admin.post(f"{BRANDS}/demo", data=wrong)
    assert answer.status_code == 422
    for field in ("help-email", "time_zone", "look-accent"):
        assert f'href="#{field}"' in sentences_of(answer.text)
    assert "Casa Norte, S. L." in answer.text
    assert session.scalar(select(func.count()).select_from(SettingVersion)) == 0
    nearest = re.search(r'name="nearest"[^>]*value="(look-accent=#[0-9a-f]{6})"', answer.text)
    assert nearest, "the nearest colour that can be read is one click away"
    taken = GOOD | {"look-accent": "#ffee00", "nearest": nearest[1]}
    assert admin.post(f"{BRANDS}/demo", data=taken).status_code == 303


def test_somebody_else_s_change_is_not_overwritten_unseen(admin: FlaskClient) -> None:
    assert admin.post(f"{BRANDS}/demo", data=GOOD | {"expected": "0"}).status_code == 303
    late = admin.post(f"{BRANDS}/demo", data=GOOD | {"name": "Late", "expected": "0"})
    assert (late.status_code, "Somebody else has changed this meanwhile" in late.text) == (409, True)


def test_a_change_is_undone_with_a_click(admin: FlaskClient, session: Session) -> None:
    before = session.get_one(Brand, "demo").name
    admin.post(f"{BRANDS}/demo", data=GOOD)
    page = admin.get(f"{BRANDS}/demo").text
    assert f'action="{BRANDS}/demo/versions/1/restoration"' in page
    admin.post(f"{BRANDS}/demo/versions/1/restoration", data={"expected": "2"})
    session.expire_all()
    assert session.get_one(Brand, "demo").name == before


def test_pictures_come_with_the_form_and_stay_when_something_else_is_wrong(
    admin: FlaskClient, session: Session
) -> None:
    sent = {"look-logo-file": (BytesIO(drawn()), "logo.png"), "look-icon-file": (BytesIO(b"<svg/>"), "icon.svg")}
    answer = admin.post(f"{BRANDS}/demo", data=GOOD | sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'href="#look-icon"' in sentences_of(answer.text)
    name = session.scalars(select(BrandFile.name)).one()
    assert f'name="look-logo" value="{name}"' in re.sub(r"\s+", " ", answer.text)
    assert admin.post(f"{BRANDS}/demo", data=GOOD | {"look-logo": name}).status_code == 303
    assert f'src="/brand-files/{name}.png"' in admin.get("/help").text
    admin.post(f"{BRANDS}/demo", data=GOOD | {"look-logo": name, "look-logo-gone": "1"})
    assert name not in admin.get("/help").text


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("page", ("Casa Norte", "/look/1-7a2e8e", "data:image/png;base64,")),
        ("mail", ("@media all", "Casa Norte", "#7a2e8e", "data:image/png;base64,", "Casa Norte, S. L.")),
        ("text", ("CasaNorte", "//pedidos.norte.example")),
        ("label", ("Calle Mayor 1", "Calle Orizaba 101")),
    ],
)
def test_a_draft_is_seen_before_it_is_saved_and_leaves_nothing_behind(
    admin: FlaskClient, session: Session, view: str, shown: tuple[str, ...]
) -> None:
    sent = {"look-logo-file": (BytesIO(drawn()), "logo.png"), "view": view, "theme": "dark"}
    answer = admin.post(f"{BRANDS}/demo/preview", data=GOOD | sent, content_type="multipart/form-data")
    assert answer.status_code == 200
    for words in shown:
        assert words in answer.text
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    for table in (SettingVersion, BrandFile, Message):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_draft_s_label_is_a_paper(admin: FlaskClient) -> None:
    answer = admin.post(f"{BRANDS}/demo/preview", data=GOOD | {"paper": "1"})
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")


def test_a_draft_with_faults_says_them_in_the_place_of_the_preview(admin: FlaskClient) -> None:
    answer = admin.post(f"{BRANDS}/demo/preview", data=GOOD | {"name": ""})
    assert (answer.status_code, "This is needed." in answer.text) == (200, True)


def test_a_brand_is_added_renamed_made_the_default_and_retired(admin: FlaskClient, session: Session) -> None:
    assert admin.post(BRANDS, data={"key": "sur", "name": "Casa Sur"}).status_code == 303
    assert admin.post(BRANDS, data={"key": "sur", "name": ""}).status_code == 422
    assert admin.post(f"{BRANDS}/sur/renaming", data={"new_key": "demo"}).status_code == 422
    assert admin.post(f"{BRANDS}/sur/renaming", data={"new_key": "mar"}).location == f"{BRANDS}/mar"
    assert admin.get(f"{BRANDS}/sur").status_code == 200
    assert admin.post(f"{BRANDS}/mar/retirement").status_code == 303
    assert admin.post(f"{BRANDS}/mar/default").status_code == 409
    assert admin.post(f"{BRANDS}/mar/revival").status_code == 303
    assert admin.post(f"{BRANDS}/mar/default").status_code == 303
    assert admin.post(f"{BRANDS}/mar/retirement").status_code == 409
    session.expire_all()
    assert [brand.key for brand in session.scalars(select(Brand).where(Brand.is_default))] == ["mar"]


@pytest.mark.parametrize("path", ["nobody", "nobody/preview", "nobody/default", "nobody/renaming", "nobody/retirement"])
def test_a_brand_that_there_is_not_is_not_found(admin: FlaskClient, path: str) -> None:
    assert admin.get(f"{BRANDS}/{path}").status_code == 404


def test_support_does_not_change_the_shop(support: FlaskClient, now: datetime) -> None:
    assert support.get(f"{BRANDS}/demo").status_code == 403

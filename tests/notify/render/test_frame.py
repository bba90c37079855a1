"""The frame of every mail: whose it is, what is inside with its picture, a code and a place that cannot be missed."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from app.brands import look
from app.brands.look import BrandLook, look_of
from app.brands.models import Brand
from app.core.drawing import colour
from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import MailItem
from app.notify.render.mails.mail import MailContent, MailSlip
from app.notify.render.render import Mail, foot, render_content
from app.notify.render.words import tongue
from app.orders.pictures.pictures import mailed
from tests.notify.build import facts

HOST = "https://pedidos.almazara.example"
SHOPS = "https://tienda.example/aceite.jpg"
# As docs/look.md says that a brand writes one.
SHEET = """:root { --accent: #aa1122; --on-accent: #fff; }
@media screen and (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { --accent: #ffaabb; } }
@media screen { :root[data-theme="dark"] { --accent: #ffaabb; } }"""


def framed(content: MailContent, *, look: BrandLook | None = None, **more: object) -> Mail:
    message, t = facts(), tongue("es_ES", "Europe/Madrid")
    shop = replace(message.shop, look=look or message.shop.look)
    return render_content(content, shop, foot(shop, message.links, t, news=True), t, **more)  # type: ignore[arg-type]


def content(**changes: object) -> MailContent:
    return replace(MAILS["shipment.shipped"](facts(), tongue("es_ES", "Europe/Madrid")), **changes)  # type: ignore[arg-type]


def test_a_code_and_its_place_stand_in_both_forms() -> None:
    place = ("Papelería Velarde", "Calle Velarde 3, 28004 Madrid", "Hoy abre de 9:00 a 20:30")
    slip = MailSlip("7KD2 94FM", "Enseña este código", False, ("Recógelo antes del", "lunes 7"), place, f"{HOST}/m")
    made = framed(content(slip=slip))
    for form in (made.html, made.text):
        assert all(line in form for line in ("Enseña este código", "7KD2 94FM", *place, f"{HOST}/m", "Cómo llegar"))
        assert "Recógelo antes del" in form and "lunes 7" in form
    assert "slip-in" not in framed(content()).html.partition("<body")[2]


def test_a_code_without_a_title_is_yours() -> None:
    assert "Tu código: 7KD2" in framed(content(slip=MailSlip("7KD2"))).text


def test_a_code_that_is_scanned_is_drawn_inside_the_mail_and_said_beside_it() -> None:
    made = framed(content(slip=MailSlip("RET0000123ES", scanned=True)))
    [drawn] = made.enclosed
    assert f'src="cid:{drawn.cid}" alt="Código QR: RET0000123ES"' in made.html
    assert "Tu código: RET0000123ES" in made.text and ">RET0000123ES</p>" in made.html
    with Image.open(BytesIO(drawn.content)) as picture:
        assert [one.text for one in zxingcpp.read_barcodes(picture)] == ["RET0000123ES"]
    assert framed(content(slip=MailSlip("RET0000123ES"))).enclosed == ()


def test_things_are_shown_with_our_own_picture_of_them_or_none() -> None:
    items = (
        MailItem("Aceite", 1, None, None, SHOPS),
        MailItem("Cuenco", 1, None, None, "https://tienda.example/no.jpg"),
    )
    made = framed(content(items=items), pictures={SHOPS: f"{HOST}/pictures/ab.webp"})
    assert made.html.count('src="https://pedidos.almazara.example/pictures/ab.webp"') == 1
    assert "tienda.example" not in made.html
    assert '<td class="picture"' not in framed(content(items=items)).html


def test_a_drawing_is_shown_by_its_likeness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    oil = f"{HOST}/static/products/oil.svg"
    assert mailed(oil, is_kept=False, origin=HOST) == f"{HOST}/static/products/oil.png"
    assert mailed(f"{HOST}/static/products/none.svg", is_kept=False, origin=HOST) is None
    assert mailed(SHOPS, is_kept=False, origin=HOST) is None


def test_a_kept_picture_is_shown_as_a_jpeg() -> None:
    address = mailed(SHOPS, is_kept=True, origin=HOST) or ""
    assert address.startswith(f"{HOST}/pictures/") and address.endswith(".jpg")


def test_a_brand_s_logo_and_colour_are_those_of_its_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "brands").mkdir()
    (tmp_path / "brands" / "norte.css").write_text(SHEET, "utf-8")
    (tmp_path / "brands" / "norte.png").write_bytes(b"png")
    monkeypatch.setattr(look, "STATIC", tmp_path)
    look._look_of_files.cache_clear()
    norte = look_of(Brand(key="norte", name="Casa Norte"))
    look._look_of_files.cache_clear()
    assert norte == BrandLook("/static/brands/norte.png", accent="#aa1122", on_accent="#ffffff", accent_dark="#ffaabb")
    made = framed(content(), look=norte)
    assert f'<img class="logo" src="{HOST}/static/brands/norte.png" alt="Almazara"' in made.html
    assert "height:36px" in made.html.replace(": ", ":"), "as high as on pages, however large its file is"
    assert "#aa1122" in made.html and "#ffaabb" in made.html and colour("accent") not in made.html


@pytest.mark.parametrize("key", ["../secrets", "a.b", "", "Ñ"])
def test_a_key_leads_to_no_other_folder(key: str) -> None:
    assert look_of(Brand(key=key, name="X")) == BrandLook()


def test_a_clock_is_named_as_pages_name_it() -> None:
    assert tongue("es_ES", "Europe/Madrid").place == "hora de Madrid"
    assert tongue("en_GB", "Europe/London").place == "London time"


@pytest.mark.parametrize("what", ["order", "box", "returned", "matter", "collection"])
def test_no_mail_is_made_of_what_its_message_does_not_have(what: str) -> None:
    bare = facts(ordered=None, parcel=None, back=None, case=None, pickup=None)
    with pytest.raises(ValueError, match="to speak of"):
        getattr(bare, what)()

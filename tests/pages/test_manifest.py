"""The portal on a telephone's home screen: what browsers ask for before they offer it, and nothing of a person."""

from flask.testing import FlaskClient
from PIL import Image

from app.core.drawing import STATIC


def test_a_browser_may_offer_to_install_it(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest")
    manifest = answer.get_json()
    assert answer.mimetype == "application/manifest+json"
    assert manifest["name"] and manifest["short_name"] and manifest["display"] == "standalone"
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/").text
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        with Image.open(STATIC.parent / icon["src"].lstrip("/")) as picture:
            assert icon["sizes"] == f"{picture.width}x{picture.height}"


def test_its_first_page_is_everyone_s(client: FlaskClient) -> None:
    assert client.get("/manifest.webmanifest").get_json()["start_url"] == "/"
    assert client.get("/").status_code == 200

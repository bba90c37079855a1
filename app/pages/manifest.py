"""What a telephone needs to put the portal on its home screen: name, first page, icons; nothing of a person."""

from flask import Blueprint, Response, json

from app.core.drawing import colour
from app.core.i18n.locale import page_language
from app.pages.shell import sized
from app.pages.shop import shop

bp = Blueprint("manifest", __name__)
# A telephone cuts the last to its own shape; see tools/icons.py.
ICONS = (("icon-192", "192x192", "any"), ("icon-512", "512x512", "any"), ("maskable-512", "512x512", "maskable"))


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    """The web app manifest. The first page is the front page, the same for everyone: an address may open an order."""
    house = shop()
    icons = [
        {"src": f"/static/icons/{name}.png", "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in ICONS
    ]
    if house.look.icon:
        sides = ((house.look.icon, 512), (sized(house.look.icon, 192), 192))
        icons = [{"src": src, "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any"} for src, side in sides]
    elif house.logo and house.logo.endswith(".svg"):
        icons.append({"src": house.logo, "sizes": "any", "type": "image/svg+xml", "purpose": "any"})
    document = {
        "id": "/",
        "name": house.name,
        "short_name": house.name[:12].strip(),
        "lang": page_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": colour("paper"),
        "theme_color": colour("paper"),
        "icons": icons,
    }
    return Response(json.dumps(document), mimetype="application/manifest+json")

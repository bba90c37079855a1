"""Stories of the command line: each command that changes something, run again by whoever saw it break."""

from pathlib import Path

from benchmarks.chaos.deed_acts import Act
from benchmarks.chaos.deed_story import Story

ORDERS = (
    "number,placed_at,updated_at,status,currency,customer.email,line.id,line.title,line.quantity,line.unit_price\n"
    "C-1,2026-11-01T10:00:00+01:00,2026-11-02T08:00:00+01:00,confirmed,EUR,c1@example.com,1,Camisa,2,1990\n"
    "C-2,2026-11-01T10:00:00+01:00,2026-11-02T08:00:00+01:00,confirmed,EUR,c2@example.com,1,Falda,1,2990\n"
)
POINTS = (
    "network,id,kind,name,line1,postcode,city,country,latitude,longitude,opening_hours,accepts\n"
    "own,1,store,Tienda Goya,Calle de Goya 5,28001,Madrid,ES,40.4249,-3.6840,Mo-Sa 10:00-21:00,label unpacked\n"
)
PLACES = "ES\t28999\tMadrid\tMadrid\tMD\tMadrid\tM\tMadrid\t28079\t40.4165\t-3.7026\t4\n"


def _file(act: Act, name: str, content: str) -> str:
    path = Path(act.trial.journal).with_name(name)
    path.write_text(content, encoding="utf-8")
    return str(path)


def imports_orders(act: Act) -> None:
    """A spreadsheet."""
    act.command("orders", "import", _file(act, "orders.csv", ORDERS))


def imports_points(act: Act) -> None:
    """Drop-off points."""
    act.command("points", "import", _file(act, "points.csv", POINTS))


def imports_places(act: Act) -> None:
    """Postcodes."""
    act.command("postcodes", "import", _file(act, "ES.txt", PLACES))


def makes_key(act: Act) -> None:
    """For another system."""
    act.command("api-key", "create", "wms", "--scope", "orders:read")


def ends_key(act: Act) -> None:
    """It opens nothing more."""
    act.command("api-key", "revoke", "wms")


def makes_member(act: Act) -> None:
    """One of support."""
    act.command("staff", "create", "nueva@shop.example", "--role", "support")


def resets_member(act: Act) -> None:
    """Who cannot get in any more."""
    act.command("staff", "reset", "marketing@almazara.example")


def sets_brand(act: Act) -> None:
    """What the brand sends."""
    act.command("messages", "brand", "demo", "--no-text", "shipment.shipped")


def changes_brand(act: Act) -> None:
    """And what it sends again."""
    act.command("messages", "brand", "demo", "--text", "shipment.shipped")


def sets_look_up(act: Act) -> None:
    """How its orders are looked up."""
    act.command("look-up", "demo", "--links-only")


def exports(act: Act) -> None:
    """The audit trail."""
    act.command("staff", "audit")


def rebuilds(act: Act) -> None:
    """Every parcel once more from its scans."""
    act.command("tracking", "rebuild", "--apply")


def opens_demo(act: Act) -> None:
    """The demo shop on its first start."""
    act.command("demo")


STORIES = (
    Story("import", (imports_orders, imports_points, imports_places)),
    Story("keys", (makes_key, ends_key, makes_member, resets_member)),
    Story("brand", (sets_brand, changes_brand, sets_look_up, exports, rebuilds)),
    Story("opening", (opens_demo,), world="empty"),
)

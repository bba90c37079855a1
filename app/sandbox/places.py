"""The demo shop's own facts, and drop-off points in the cities where its customers live: invented, at real squares."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.brands.services import describe_default
from app.returns.points.importing import import_places, import_points
from app.returns.points.ports import Accepts, PlaceRow, PointKind, PointRow

BRAND = {
    "name": "Almazara",
    "sms_name": "Almazara",
    "locale": "es",
    "time_zone": "Europe/Madrid",
    "help_email": "ayuda@almazara.example",
    "help_phone": "+34 900 000 000",
    "postal_address": "Calle del Molino 3, 28904 Getafe (Madrid)",
    "return_address": {
        "name": "Almazara, devoluciones",
        "line1": "Calle del Molino 3, nave 2",
        "city": "Getafe",
        "postcode": "28904",
        "country": "ES",
    },
}
SHOP_HOURS = "Mo-Fr 09:30-14:00,17:00-20:30; Sa 10:00-14:00; PH off"
LONG_HOURS = "Mo-Su 08:00-23:00"
ALWAYS = "24/7"
LOCKER, SHOP, POST, STORE = PointKind.LOCKER, PointKind.SHOP, PointKind.POST_OFFICE, PointKind.STORE
ALL = frozenset({Accepts.LABEL, Accepts.CODE, Accepts.UNPACKED})
CODE = frozenset({Accepts.LABEL, Accepts.CODE})
LABEL = frozenset({Accepts.LABEL})

# id, kind, name, line, postcode, city, country, latitude, longitude, hours, what it accepts
POINTS = (
    ("MAD1", LOCKER, "Taquilla Dos de Mayo", "Plaza del Dos de Mayo 4", "28004", "Madrid", "ES", 40.4271, -3.7037, ALWAYS, CODE),
    ("MAD2", SHOP, "Papelería Velarde", "Calle de Velarde 12", "28004", "Madrid", "ES", 40.4266, -3.7021, SHOP_HOURS, CODE),
    ("MAD3", STORE, "Almazara Malasaña", "Corredera Alta de San Pablo 20", "28004", "Madrid", "ES", 40.4262, -3.7026, "Mo-Sa 10:30-20:30", ALL),
    ("MAD4", POST, "Oficina de Chamberí", "Calle de Fuencarral 132", "28010", "Madrid", "ES", 40.4322, -3.7030, "Mo-Fr 08:30-20:30; Sa 09:30-13:00; PH off", LABEL),
    ("MAD5", SHOP, "Alimentación Noviciado", "Calle del Noviciado 9", "28015", "Madrid", "ES", 40.4252, -3.7087, LONG_HOURS, CODE),
    ("MAD6", LOCKER, "Taquilla Tribunal", "Calle de Barceló 2", "28004", "Madrid", "ES", 40.4268, -3.7000, ALWAYS, CODE),
    ("BCN1", STORE, "Almazara Gràcia", "Carrer Gran de Gràcia 77", "08012", "Barcelona", "ES", 41.4012, 2.1528, "Mo-Sa 10:00-20:30", ALL),
    ("BCN2", LOCKER, "Consigna Arc de Triomf", "Passeig de Lluís Companys 5", "08003", "Barcelona", "ES", 41.3902, 2.1810, ALWAYS, CODE),
    ("BCN3", SHOP, "Estanc Sant Pere", "Carrer de Sant Pere Més Baix 40", "08003", "Barcelona", "ES", 41.3876, 2.1772, SHOP_HOURS, LABEL),
    ("SVQ1", SHOP, "Librería Triana", "Calle San Jacinto 31", "41010", "Sevilla", "ES", 37.3846, -6.0035, SHOP_HOURS, CODE),
    ("SVQ2", POST, "Oficina de Triana", "Calle Pagés del Corro 90", "41010", "Sevilla", "ES", 37.3835, -6.0052, "Mo-Fr 08:30-20:30; Sa 09:30-13:00; PH off", LABEL),
    ("LON1", SHOP, "Chalk Farm News", "Chalk Farm Road 40", "NW1 8AJ", "London", "GB", 51.5436, -0.1510, LONG_HOURS, CODE),
    ("LON2", LOCKER, "Camden Town locker", "Kentish Town Road 2", "NW1 9NX", "London", "GB", 51.5397, -0.1426, ALWAYS, CODE),
    ("EDI1", POST, "Grassmarket post office", "Grassmarket 46", "EH1 2HY", "Edinburgh", "GB", 55.9474, -3.1961, "Mo-Fr 09:00-17:30; Sa 09:00-12:30; PH off", LABEL),
    ("EDI2", SHOP, "Victoria Street Books", "Victoria Street 20", "EH1 2HG", "Edinburgh", "GB", 55.9486, -3.1935, "Mo-Sa 10:00-18:00; Su 11:00-17:00", CODE),
    ("MEX1", SHOP, "Papelería Roma", "Calle Orizaba 101", "06700", "Ciudad de México", "MX", 19.4175, -99.1610, "Mo-Sa 09:00-20:00", LABEL),
)  # fmt: skip
PLACES = (
    ("ES", "28004", "Madrid", 40.4266, -3.7018), ("ES", "28010", "Madrid", 40.4335, -3.6985),
    ("ES", "28015", "Madrid", 40.4300, -3.7115), ("ES", "08003", "Barcelona", 41.3850, 2.1830),
    ("ES", "08012", "Barcelona", 41.4036, 2.1560), ("ES", "41010", "Sevilla", 37.3820, -6.0050),
    ("GB", "NW1 8AG", "London", 51.5430, -0.1500), ("GB", "EH1 2JL", "Edinburgh", 55.9488, -3.1945),
    ("MX", "06700", "Ciudad de México", 19.4160, -99.1620),
)  # fmt: skip
ZONES = {"ES": "Europe/Madrid", "GB": "Europe/London", "MX": "America/Mexico_City"}


def add_points(session: Session, *, now: datetime) -> None:
    """Name the default brand after the demo shop and add its points, in the caller's transaction."""
    describe_default(session, BRAND)
    rows = [
        PointRow("almazara", key, kind, name, line, postcode, city, country, latitude, longitude, hours, accepts, ZONES[country])
        for key, kind, name, line, postcode, city, country, latitude, longitude, hours, accepts in POINTS
    ]  # fmt: skip
    # Each point brings its zone; the map of the world's zones need not be loaded for them.
    import_points(session, rows, zone_at=lambda _latitude, _longitude: "Europe/Madrid", now=now)
    import_places(session, [PlaceRow(country, code, city, None, lat, lon) for country, code, city, lat, lon in PLACES])

"""The demo shop's own facts, and drop-off points in the cities where its customers live: invented, at real squares."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.brands.services import describe_default
from app.returns.points.files import bundled
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

# The carrier of the demo's labels: points of other networks would not take them.
NETWORK = "correos_express"
POST_HOURS = "Mo-Fr 08:30-20:30; Sa 09:30-13:00; PH off"

# id, kind, name, line, postcode, city, country, latitude, longitude, hours, what it accepts
POINTS = (
    ("MAD1", LOCKER, "Casillero Dos de Mayo", "Plaza del Dos de Mayo 4", "28004", "Madrid", "ES", 40.4271, -3.7037, ALWAYS, CODE),
    ("MAD2", SHOP, "Papelería Velarde", "Calle de Velarde 12", "28004", "Madrid", "ES", 40.4266, -3.7021, SHOP_HOURS, CODE),
    ("MAD3", STORE, "Almazara Malasaña", "Corredera Alta de San Pablo 20", "28004", "Madrid", "ES", 40.4262, -3.7026, "Mo-Sa 10:30-20:30", ALL),
    ("MAD4", POST, "Oficina de Chamberí", "Calle de Fuencarral 132", "28010", "Madrid", "ES", 40.4322, -3.7030, POST_HOURS, LABEL),
    ("MAD5", SHOP, "Alimentación Noviciado", "Calle del Noviciado 9", "28015", "Madrid", "ES", 40.4252, -3.7087, LONG_HOURS, CODE),
    ("MAD6", LOCKER, "Casillero Tribunal", "Calle de Barceló 2", "28004", "Madrid", "ES", 40.4268, -3.7000, ALWAYS, CODE),
    ("MAD7", SHOP, "Librería Arenal", "Calle del Arenal 18", "28013", "Madrid", "ES", 40.4177, -3.7077, SHOP_HOURS, CODE),
    ("MAD8", LOCKER, "Casillero Ópera", "Plaza de Isabel II 3", "28013", "Madrid", "ES", 40.4183, -3.7098, ALWAYS, CODE),
    ("MAD9", POST, "Oficina de Cibeles", "Calle de Alcalá 50", "28014", "Madrid", "ES", 40.4191, -3.6936, POST_HOURS, LABEL),
    ("MAD10", SHOP, "Ultramarinos Jovellanos", "Calle de Jovellanos 7", "28014", "Madrid", "ES", 40.4172, -3.6968, LONG_HOURS, CODE),
    ("ALC1", SHOP, "Papelería La Vega", "Calle de la Marquesa Viuda de Aldama 20", "28100", "Alcobendas", "ES", 40.5449, -3.6402, SHOP_HOURS, CODE),
    ("ALC2", LOCKER, "Casillero Plaza del Pueblo", "Plaza del Pueblo 2", "28100", "Alcobendas", "ES", 40.5475, -3.6421, ALWAYS, CODE),
    ("GET1", SHOP, "Estanco Calle Madrid", "Calle de Madrid 56", "28901", "Getafe", "ES", 40.3063, -3.7320, SHOP_HOURS, CODE),
    ("BCN1", STORE, "Almazara Gràcia", "Carrer Gran de Gràcia 77", "08012", "Barcelona", "ES", 41.4012, 2.1528, "Mo-Sa 10:00-20:30", ALL),
    ("BCN2", LOCKER, "Casillero Arc de Triomf", "Passeig de Lluís Companys 5", "08003", "Barcelona", "ES", 41.3902, 2.1810, ALWAYS, CODE),
    ("BCN3", SHOP, "Estanc Sant Pere", "Carrer de Sant Pere Més Baix 40", "08003", "Barcelona", "ES", 41.3876, 2.1772, SHOP_HOURS, LABEL),
    ("VLC1", SHOP, "Llibreria del Carme", "Calle de Caballeros 30", "46001", "Valencia", "ES", 39.4767, -0.3787, SHOP_HOURS, CODE),
    ("VLC2", LOCKER, "Casillero Plaza de la Reina", "Plaza de la Reina 8", "46001", "Valencia", "ES", 39.4743, -0.3756, ALWAYS, CODE),
    ("VLC3", POST, "Oficina del Ayuntamiento", "Plaza del Ayuntamiento 24", "46002", "Valencia", "ES", 39.4699, -0.3763, POST_HOURS, LABEL),
    ("VLC4", SHOP, "Bazar Ruzafa", "Calle de Cádiz 41", "46006", "Valencia", "ES", 39.4622, -0.3735, LONG_HOURS, CODE),
    ("SVQ1", SHOP, "Librería Triana", "Calle San Jacinto 31", "41010", "Sevilla", "ES", 37.3846, -6.0035, SHOP_HOURS, CODE),
    ("SVQ2", POST, "Oficina de Triana", "Calle Pagés del Corro 90", "41010", "Sevilla", "ES", 37.3835, -6.0052, POST_HOURS, LABEL),
    ("BIO1", SHOP, "Papelería Casco Viejo", "Calle de la Ronda 12", "48005", "Bilbao", "ES", 43.2570, -2.9226, SHOP_HOURS, CODE),
    ("ZAZ1", LOCKER, "Casillero Plaza de España", "Plaza de España 3", "50001", "Zaragoza", "ES", 41.6510, -0.8800, ALWAYS, CODE),
    ("AGP1", SHOP, "Estanco Larios", "Calle del Marqués de Larios 9", "29005", "Málaga", "ES", 36.7196, -4.4216, SHOP_HOURS, CODE),
    ("LON1", SHOP, "Chalk Farm News", "Chalk Farm Road 40", "NW1 8AJ", "London", "GB", 51.5436, -0.1510, LONG_HOURS, CODE),
    ("LON2", LOCKER, "Camden Town locker", "Kentish Town Road 2", "NW1 9NX", "London", "GB", 51.5397, -0.1426, ALWAYS, CODE),
    ("EDI1", POST, "Grassmarket post office", "Grassmarket 46", "EH1 2HY", "Edinburgh", "GB", 55.9474, -3.1961, "Mo-Fr 09:00-17:30; Sa 09:00-12:30; PH off", LABEL),
    ("EDI2", SHOP, "Victoria Street Books", "Victoria Street 20", "EH1 2HG", "Edinburgh", "GB", 55.9486, -3.1935, "Mo-Sa 10:00-18:00; Su 11:00-17:00", CODE),
    ("MEX1", SHOP, "Papelería Roma", "Calle Orizaba 101", "06700", "Ciudad de México", "MX", 19.4175, -99.1610, "Mo-Sa 09:00-20:00", CODE),
    ("MEX2", LOCKER, "Locker Insurgentes", "Avenida Insurgentes Sur 210", "06700", "Ciudad de México", "MX", 19.4213, -99.1636, ALWAYS, CODE),
    ("MEX3", SHOP, "Abarrotes Condesa", "Avenida Michoacán 54", "06140", "Ciudad de México", "MX", 19.4119, -99.1732, LONG_HOURS, CODE),
)  # fmt: skip
# No British list comes with the portal: where the demo's British customers live.
PLACES = (("GB", "NW1 8AG", "London", 51.5430, -0.1500), ("GB", "EH1 2JL", "Edinburgh", 55.9488, -3.1945))
ZONES = {"ES": "Europe/Madrid", "GB": "Europe/London", "MX": "America/Mexico_City"}


def point_rows() -> list[PointRow]:
    """The demo's points as any carrier's list would bring them."""
    return [
        PointRow(NETWORK, key, kind, name, line, postcode, city, country, latitude, longitude, hours, accepts, ZONES[country])
        for key, kind, name, line, postcode, city, country, latitude, longitude, hours, accepts in POINTS
    ]  # fmt: skip


def add_points(session: Session, *, with_brand: bool = True, now: datetime) -> None:
    """Add its points, and name the default brand after the demo shop if wanted, in the caller's transaction."""
    if with_brand:
        describe_default(session, BRAND)
    # Each point brings its zone; the map of the world's zones need not be loaded for them.
    import_points(session, point_rows(), zone_at=lambda _latitude, _longitude: "Europe/Madrid", now=now)
    import_places(session, [PlaceRow(country, code, city, None, lat, lon) for country, code, city, lat, lon in PLACES])


def add_postcodes(session: Session) -> None:
    """Make the customers' countries known where their list comes with the portal: any postcode and town is found."""
    for country in ("ES", "MX"):
        import_places(session, bundled(country))

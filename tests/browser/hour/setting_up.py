"""The stations of setting a shop up: each begins at the checklist, and says itself that it is done."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from app.core.clock import utcnow
from app.core.i18n.words import country_name
from tests.browser.hour.conftest import Beginning
from tests.browser.hour.person import Person
from tests.browser.portal import Portal

SHOP, EMAIL, PASSWORD = "Verde Oliva", "marta@verdeoliva.com", "olivo-viejo-tres-colinas"
ACCENT = "#7a2e8e"
BRAND = {
    "Name": SHOP,
    "Postal address": "Calle Mayor 4, 28013 Madrid",
    "Name on the label": "Verde Oliva Devoluciones",
    "Street and number": "Calle Mayor 4",
    "Postcode": "28013",
    "Town": "Madrid",
    "Country": "ES",
    "E-mail for help": "ayuda@verdeoliva.com",
    "Phone": "+34 911 234 567",
    "Languages": "es, en",
    "Currencies": "EUR",
    "Time zone": "Europe/Madrid",
    "Colour of buttons and links": ACCENT,
}
KEY = "SG.hX3vQ0mWRt6yK1nB8cLd2A.0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
POINT = {
    "Name": "Verde Oliva Goya",
    "Street and number": "Calle de Goya 5",
    "Postcode": "28001",
    "Town": "Madrid",
    "Opening hours": "Mo-Sa 10:00-21:00",
}
WINDOW_DAYS = 60


def made_an_admin(portal: Portal) -> str:
    """The one command; gives the password that it prints."""
    result = portal.app.test_cli_runner().invoke(args=["portal", "staff", "create", EMAIL, "--role", "admin"])
    assert result.exit_code == 0, result.output
    return str(result.output).rpartition("Password: ")[2].strip()


def signs_in(person: Person, printed: str) -> None:
    """By the printed password to one's own, and to the checklist."""
    person.opens("/staff")
    person.types("E-mail", EMAIL)
    person.types("Password", printed)
    person.presses("Sign in")
    person.sees("Choose your password")
    person.types("Current password", printed)
    person.types("New password", PASSWORD)
    person.presses("Change the password")
    person.sees("Your password is changed. Sign in with the new one.")
    person.types("E-mail", EMAIL)
    person.types("Password", PASSWORD)
    person.presses("Sign in")
    person.sees("Set up your shop")


def describes(person: Person, brand: Mapping[str, str], logo: Path, accent: str) -> None:
    """A brand's own page: what it says of itself, its logo and colour, seen in the preview, then saved."""
    for label, words in brand.items():
        person.types(label, words)
    person.takes("Logo", logo)
    person.previews(accent)
    person.presses("Save")
    person.sees("Saved. Customers see it from now on.")


def names_the_shop(person: Person, logo: Path) -> None:
    """What the shop says of itself, its colour and logo: seen in the preview, then saved."""
    person.presses("Name your shop")
    describes(person, BRAND, logo, ACCENT)
    person.goes_home()
    person.sees_done("Name your shop")


def connects_mail(person: Person, beginning: Beginning) -> None:
    """A key and a sender, then the test."""
    beginning.sendgrid.answers = [(200, {}, {"scopes": ["mail.send"]})]
    person.presses("Connect e-mail")
    person.presses("SendGrid")
    person.types("API key", KEY)
    person.types("From address", "pedidos@verdeoliva.com")
    person.presses("Save")
    person.presses("Test it now")
    person.sees("It works.", person.part("Test"))
    assert beginning.sendgrid.requests[-1].headers["Authorization"] == f"Bearer {KEY}"
    person.goes_home()
    person.sees_done("Connect e-mail")


def lets_orders_in(person: Person) -> str:
    """The secret with which the shop's system signs its orders."""
    person.presses("Or let it send signed webhooks")
    person.presses("Make a secret")
    secret = person.copies(r"whsec_\S+")
    person.presses("Test it now")
    person.sees("It works.", person.part("Test"))
    person.goes_home()
    person.sees_done("Let orders in")
    return secret


def lets_scans_in(person: Person) -> str:
    """The key with which the shop's system says where parcels are."""
    person.presses("Or give your own system a key to report scans")
    person.types("Name", "Almacén")
    person.picks("checkbox", "report scans and new parcels")
    person.presses("Make the key")
    key = person.copies(r"pk_\S+")
    person.goes_home()
    person.sees_done("Hear from your carriers")
    return key


def gives_more_time(person: Person) -> None:
    """A rule: what is ordered in a season before Christmas can come back for sixty days."""
    today = utcnow().date()
    person.presses("Look at your returns policy")
    person.presses("Add a rule")
    person.chooses("Another condition", person.says("Season of the order"))
    person.presses("Add the condition")
    person.types("First day", (today - timedelta(days=10)).isoformat())
    person.types("Last day", (today + timedelta(days=30)).isoformat())
    person.chooses("Effect", person.says("Set the return period"))
    person.types("Return period: days from delivery", str(WINDOW_DAYS))
    person.types("Name", "navidad")
    person.presses("Put it into the draft")
    words = person.says_many("you can send it back for %(num)s days after it arrives", WINDOW_DAYS)
    person.sees(words, person.part("Rules"))
    person.presses("Save the policy")
    person.sees("The policy is in force.")
    person.goes_home()
    person.sees_done("Look at your returns policy")


def brings_points_in(person: Person, portal: Portal) -> None:
    """The country's postcodes, a point of the shop's own, and a search for it."""
    country = country_name("ES", person.language)
    person.presses("Bring in drop-off points")
    person.chooses("Country", country, person.part("Postcodes"))
    person.presses("Bring them in")
    person.sees("The postcodes of %(country)s are being brought in.", country=country)
    portal.work()
    person.presses("Add a point")
    for label, words in POINT.items():
        person.types(label, words)
    person.chooses("Country", country)
    person.picks("checkbox", "a parcel with its label on it")
    person.presses("Save")
    attempt = person.part("Try a search")
    person.types("Postcode or town", "28013", attempt)
    person.presses("Search", attempt)
    person.sees(POINT["Name"], person.part("Try a search"))
    person.goes_home()
    person.sees_done("Bring in drop-off points")

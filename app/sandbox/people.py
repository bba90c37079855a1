"""Who buys at the demo shop: invented people, at addresses that lead nowhere, with numbers reserved for fiction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A customer: how to reach them, where they live, which language they read."""

    key: str
    name: str
    email: str
    phone: str | None
    sms: bool
    locale: str
    line1: str
    city: str
    region: str | None
    postcode: str
    country: str

    @property
    def language(self) -> str:
        """``es`` or ``en``."""
        return self.locale[:2]


# example.com is nobody's (RFC 2606), like Ofcom's numbers +44 7700 900…: a trial with a real provider hits no one.
PEOPLE = {
    person.key: person
    for person in (
        Person("lucia", "Lucía Fernández Ortega", "lucia@example.com", "+34600000001", True, "es-ES",
               "Calle de la Palma 14, 3.º B", "Madrid", "Madrid", "28004", "ES"),
        Person("marcos", "Marcos Iglesias Peña", "marcos@example.com", "+34600000012", True, "es-ES",
               "Carrer de Sant Pere Més Alt 31", "Barcelona", "Barcelona", "08003", "ES"),
        Person("rocio", "Rocío Domínguez", "rocio@example.com", None, False, "es-ES",
               "Calle Betis 7", "Sevilla", "Sevilla", "41010", "ES"),
        Person("emma", "Emma Whitaker", "emma@example.com", "+447700900111", True, "en-GB",
               "18 Chalk Farm Road", "London", None, "NW1 8AG", "GB"),
        Person("noah", "Noah Brandt", "noah@example.com", "+447700900222", False, "en-GB",
               "4 Victoria Terrace", "Edinburgh", None, "EH1 2JL", "GB"),
        Person("ximena", "Ximena Robles", "ximena@example.com", None, False, "es-MX",
               "Avenida Álvaro Obregón 120", "Ciudad de México", "CDMX", "06700", "MX"),
    )
}  # fmt: skip

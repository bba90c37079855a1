"""Which passwords are taken: none that is common, simple, or made of what everybody knows of a member and the shop."""

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.brands.models import Brand
from app.core.clock import utcnow
from app.core.errors import Invalid
from app.orders.lookup import codes
from app.staff.auth import passwords, services
from app.staff.auth.passwords import weakness
from app.staff.people import people
from tests.conftest import HASHERS
from tests.staff.browsers import member

ABOUT = ("marketing@example.com", "Marisol Quijano", "Almazara", "demo")


@pytest.mark.parametrize(
    "password",
    [
        "123456789012", "marketing@example.com", "qwertyuiop12", "iloveyou1234", "football1234", "P@ssw0rd2026",
        "Almazara2026", "Summer2026!!", "Alm4z4ra.2026", "MARKETING@EXAMPLE.COM", "moc.elpmaxe@gnitekram",
        "marisolquijano", "Marisol-2026!", "quijano123456", "Verano2026!!!", "Invierno.2026", "Noviembre2026",
        "Contraseña123", "c0ntras3ña!!1", "contraseñacontraseña", "RealMadrid2026", "tequiero12345", "bienvenido2026!",
        "Paradero2026!", "aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijkl", "zxcvbnm,./12", "1q2w3e4r5t6y", "01/01/198001",
        "password" * 20, "Pa55word!2026", "administrator1", "letmeinletmein",
    ],
)  # fmt: skip
def test_what_strangers_try_is_refused(password: str) -> None:
    assert weakness(password, about=ABOUT) in ("common", "short")


@pytest.mark.parametrize(
    "password",
    [
        "tres-tristes-tigres", "correct horse battery staple", "el gato duerme en la cesta", "xq7-vv2-kk9m",
        "aceite-de-oliva-77", "una-frase-corta-77", "ωμέγα και άλφα", "x" * 6 + "Zk9!pQ4#vT", "b7" * 3 + "k-Wj3!xx8Lq",
    ],
)  # fmt: skip
def test_a_sentence_or_chance_is_taken(password: str) -> None:
    assert weakness(password, about=ABOUT) is None


def test_lengths_are_told_apart() -> None:
    assert weakness("xq7-vv2-kk9") == "short"
    assert weakness("tres tristes tigres " * 10 + "x") == "long"
    assert weakness("tres tristes tigres " * 10) is None


def test_the_three_thousand_commonest_are_refused_with_figures_behind_them_too() -> None:
    endings = ("", "1", "123", "1234", "2026", "12345678", "!")
    commonest = FREQUENCY_LISTS["passwords"][:3000]
    assert len(set(commonest)) == 3000
    dressed = [word + endings[number % len(endings)] for number, word in enumerate(commonest)]
    assert [word for word in dressed if weakness(word.ljust(12, "1")) is None] == []


def test_the_generated_ones_are_taken_and_differ() -> None:
    made = {passwords.generated() for _ in range(20)}
    assert len(made) == 20
    assert [one for one in made if weakness(one, about=ABOUT)] == []


def test_the_words_of_a_member_and_of_every_brand_count(session: Session) -> None:
    now = utcnow()
    session.execute(insert(Brand).values(key="otra", name="Botijo Azul", is_default=False))
    user = member(session, now, "support", "wenceslao", email="wenceslao@botica.example")
    other = member(session, now, "support", "leocadia", email="leocadia@tejar.example")
    for guessed in ("wenceslao2026!", "botijoazul2026", "Botica-2026!!"):
        with pytest.raises(Invalid):
            people.set_password(session, user, guessed, by="test", now=now)
    people.set_password(session, other, "wenceslao-mira-la-botica", by="test", now=now)
    with pytest.raises(Invalid):
        services.create(session, email="ramona@telar.example", role="support", password="RamonaTelar1", now=now)


def test_production_makes_each_guess_of_a_hash_work() -> None:
    """As much as OWASP asks for: of a password what its library takes by itself, of a code the least."""
    password, code = (HASHERS[module].hash("tabla-olivo-cuenco-47") for module in (passwords, codes))
    assert password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert code.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(password, "tabla-olivo-cuenco-47")
    assert not passwords.matches(password, "tabla-olivo-cuenco-48")

"""Staff passwords: argon2id at rest, long enough, and none of those that everybody tries first."""

import re
import secrets
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Fault, Invalid

# Requirement A-17; the longest bounds what argon2 and a request have to read.
MIN_LENGTH = 12
MAX_LENGTH = 200
# Without 0, 1, i, l and o: it is read aloud or typed from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# zxcvbn's «very unguessable»: below it, a stolen hash is guessed in days, and the usual substitutions are no help.
GUESSES = 10**10
# zxcvbn looks at no more than so many characters, and takes the longer for each.
LOOKED_AT = 72
# Its lists (30,000 passwords, English words, names) lack what a shop in Spanish would choose.
SPANISH = (
    "contraseña contrasena clave secreto acceso bienvenido bienvenida hola adios usuario administrador "
    "administracion tienda ventas pedido pedidos devolucion devoluciones envio envios almacen soporte atencion "
    "cliente clientes paquete primavera verano otoño otono invierno enero febrero marzo abril mayo junio julio "
    "agosto septiembre octubre noviembre diciembre lunes martes miercoles miércoles jueves viernes sabado "
    "sábado domingo navidad semana feliz teamo tequiero miamor amor corazon corazón amigo amiga familia "
    "princesa estrella mariposa cielo vida realmadrid barcelona atletico betis sevilla valencia madrid españa "
    "espana mexico méxico argentina colombia chile peru paradero portal tracking returns orders warehouse "
    "support marketing"
)
_hasher = PasswordHasher()


def hashed(password: str, *, about: Iterable[str] = ()) -> str:
    """What is kept of a password; ``about`` are words of its owner and of the shop, which are tried first.

    Raises Invalid when it is too short, too long or too easily guessed.
    """
    fault = weakness(password, about=about)
    if fault is not None:
        raise Invalid([Fault("password", fault)])
    return _hasher.hash(password)


def weakness(password: str, *, about: Iterable[str] = ()) -> str | None:
    """Why a password cannot be taken, as a code: ``short``, ``long``, ``common``; None when it can."""
    from zxcvbn import zxcvbn  # its lists take some megabytes, which only this needs

    if len(password) < MIN_LENGTH:
        return "short"
    if len(password) > MAX_LENGTH:
        return "long"
    estimate = zxcvbn(password[:LOOKED_AT], user_inputs=[*_parts(about), *SPANISH.split()])
    return "common" if estimate["guesses"] < GUESSES else None


def matches(password_hash: str, password: str) -> bool:
    """Whether ``password`` is the one behind ``kept``."""
    try:
        # One more than the longest, so that a longer one is not taken for its own beginning.
        return _hasher.verify(password_hash, password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False


def waste_time(password: str) -> None:
    """The same work for an address that nobody has, so that the answer's time tells nothing."""
    matches(_nobody(), password)


def generated() -> str:
    """A new password to hand over once: four groups of five, some 99 random bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


def _parts(about: Iterable[str]) -> list[str]:
    """Each of the words, whole and in its parts: an address is its name and its shop's too."""
    wholes = [word.casefold() for word in about]
    parts = [part for word in wholes for part in re.split(r"[\W_]+", word)]
    joined = ["".join(re.split(r"[\W_]+", word)) for word in wholes]
    return [word for word in (*wholes, *joined, *parts) if len(word) > 2]


@cache
def _nobody() -> str:
    """A hash of nothing that anybody knows; made when first asked for, since making it takes long on purpose."""
    return _hasher.hash(secrets.token_urlsafe(16))

"""The first line of an order file: which column each of its names means, and what is wrong with it. Pure."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from app.core.errors import Fault
from app.oms.files.spreadsheet.columns import COLUMNS, NEEDED, REASON

# What a shop in Spain calls them where one meaning is sure; the rest is asked back.
_SPANISH = {
    "number": "pedido, número de pedido, nº de pedido, nº pedido, n.º de pedido, num. pedido",
    "placed_at": "fecha del pedido, fecha de pedido, fecha pedido",
    "updated_at": "fecha de actualización, última actualización, actualizado el",
    "status": "estado, estado del pedido",
    "currency": "moneda, divisa",
    "brand": "marca",
    "customer.name": "cliente, nombre del cliente",
    "customer.email": "correo electrónico, email del cliente, correo electrónico del cliente",
    "customer.phone": "teléfono, teléfono del cliente",
    "ship_to.name": "destinatario, nombre del destinatario",
    "ship_to.line1": "dirección, dirección de envío",
    "ship_to.city": "ciudad, localidad, población",
    "ship_to.region": "provincia",
    "ship_to.postcode": "código postal, cp, c.p.",
    "ship_to.country": "país",
    "totals.shipping": "gastos de envío",
    "totals.paid": "total pagado, importe pagado",
    "line.quantity": "cantidad, unidades, uds.",
    "line.unit_price": "precio unitario",
    "shipment.carrier": "transportista",
    "shipment.tracking_number": "número de seguimiento, nº de seguimiento, n.º de seguimiento",
    "shipment.shipped_at": "fecha de envío",
    "shipment.delivered_at": "fecha de entrega",
    "payment.method": "método de pago, forma de pago",
}


def _letters(name: str) -> str:
    """Letters and digits alone, without accents: what is left alike when case, blanks and points differ."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


_EXACT = {name: name for name in (*COLUMNS, REASON)}
# Of payment_status and payment.status the letters alone say nothing.
_COUNTED = Counter(map(_letters, _EXACT))
_BY_LETTERS = {_letters(name): name for name in _EXACT if _COUNTED[_letters(name)] == 1} | {
    _letters(word): column for column, words in _SPANISH.items() for word in words.split(",")
}


def meant(name: str) -> str:
    """The column that a name in the first line means; an empty text for none."""
    return _EXACT.get(name.casefold()) or _BY_LETTERS.get(_letters(name), "")


def header_faults(names: Sequence[str]) -> list[Fault]:
    """What is wrong with the names of the first line, all of it; a name that is empty is none."""
    columns = [meant(name) for name in names]
    if not set(columns) & set(COLUMNS):
        return [Fault("first line", f"It names none of the columns, such as {', '.join(NEEDED[:5])}")]
    unknown = [Fault(_shown(name), _unknown(name)) for name in names if _is_named(name) and not meant(name)]
    repeated = [Fault(name, "This column occurs twice") for name in sorted({n for n in columns if _twice(n, columns)})]
    missing = [Fault(name, "This column is needed") for name in NEEDED if name not in columns]
    return [*unknown, *repeated, *missing]


def _is_named(name: str) -> bool:
    return any(sign.isalnum() for sign in name)


def _twice(name: str, columns: list[str]) -> bool:
    return name in COLUMNS and columns.count(name) > 1


def _unknown(name: str) -> str:
    """What is said of a column that does not exist: the one that is meant, where a letter or the first word is off."""
    folded = re.sub(r"\s+", "_", name.strip().casefold())
    ends = {column.rpartition(".")[2]: column for column in reversed(COLUMNS)}
    near = difflib.get_close_matches(folded, COLUMNS, n=1, cutoff=0.75) or [
        ends[end] for end in difflib.get_close_matches(folded.rpartition(".")[2], ends, n=1, cutoff=0.85)
    ]
    return "There is no such column" + (f"; is {near[0]} meant?" if near else "")


def _shown(name: str) -> str:
    """A column's name as it can be printed, whatever the file holds."""
    text = "".join(sign if sign.isprintable() else "?" for sign in name.encode("utf-8", "replace").decode())
    return text[:40]

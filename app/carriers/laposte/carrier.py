"""La Poste, Colissimo and Chronopost: one JSON for all; times carry the offset of Paris, wherever the scan was."""

from typing import Any

from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import dig, rows, words
from app.carriers.base.instants import read_day, written
from app.carriers.base.number_forms import NumberForm, s10
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
CODES = {
    "DR1": CodeMeaning(_S.INFO_RECEIVED),
    "PC1": CodeMeaning(_S.PICKED_UP),
    "PC2": CodeMeaning(_S.PICKED_UP),
    # «ET1» is «en cours d'acheminement»: on its way, not on its round.
    **dict.fromkeys(("ET1", "ET2", "ET3", "ET4", "EP1", "DO2", "PB2"), CodeMeaning(_S.IN_TRANSIT)),
    "DO1": CodeMeaning(_S.IN_TRANSIT),
    "DO3": CodeMeaning(_S.ON_HOLD, "customs_delay", Blame.CUSTOMS),
    "PB1": CodeMeaning(_S.ON_HOLD),
    "MD2": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "ND1": CodeMeaning(_S.DELIVERY_FAILED),
    "AG1": CodeMeaning(_S.READY_FOR_PICKUP),
    "RE1": CodeMeaning(_S.RETURN_TO_SENDER),
    "DI1": CodeMeaning(_S.DELIVERED),
    "DI2": CodeMeaning(_S.RETURNED),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """The shipments of those answers that succeeded."""
    answers = document if isinstance(document, list) else [document]
    return [_parcel(answer["shipment"]) for answer in answers if isinstance(dig(answer, "shipment"), dict)]


def _parcel(shipment: dict[str, Any]) -> ReportedParcel:
    events = rows(shipment, "event")
    return ReportedParcel(
        number=words(shipment.get("idShip")) or "",
        scans=tuple(
            ReportedScan(
                text=words(event.get("label")) or "",
                time=written(words(event.get("date"))),
                code=words(event.get("code")),
                sequence=len(events) - position,
            )
            for position, event in enumerate(events)
        ),
        estimate_until=read_day(
            words(shipment.get("deliveryDate")) or words(shipment.get("estimDate")), day_first=True
        ),
    )


CARRIER = Carrier(
    name="laposte",
    title="La Poste",
    language="fr",
    page="https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    aliases=(
        "colissimo",
        "la_poste_colissimo",
        "la_poste",
        "la_poste_fr",
        "laposte_fr",
        "colissimo_fr",
        "la_poste_france",
        "la_poste_suivi",
        "lettre_suivie",
        "coliposte",
        "la_poste_lettre_suivie",
    ),
    forms=(
        s10("FR"),
        NumberForm("Colissimo", r"\d[A-Z]\d{11}"),
    ),
    parcels=parcels,
    connector="laposte",
    codes=CODES,
    zone="Europe/Paris",
    day_first=True,
    access=AskingAccess(variables("LAPOSTE", "api_key")),
)

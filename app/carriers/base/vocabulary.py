"""Carriers' codes and words put into ours: one meaning each, and ``unknown`` for whatever nobody explained to us."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from app.carriers.base.phrases import PHRASES
from app.carriers.base.scans import CodeMeaning
from app.tracking.states import Blame, ShipmentState

UNKNOWN = CodeMeaning(ShipmentState.UNKNOWN)

_S = ShipmentState
TROUBLE = frozenset({_S.ON_HOLD, _S.DELAYED, _S.DELIVERY_FAILED, _S.RETURN_TO_SENDER, _S.RETURNED, _S.LOST, _S.DAMAGED})

WORDS: dict[ShipmentState, str] = {
    _S.PENDING: "pending",
    _S.INFO_RECEIVED: """info_received pre_transit pretransit label_created created booked registered announced
        announcement preadvice shipment_created order_created manifest data_received plannedpickup inpickup""",
    _S.PICKED_UP: """picked_up pickedup collected pickup_done accepted acceptance dropped_off handed_over posted""",
    _S.IN_TRANSIT: """in_transit intransit transit departed arrived inscan in_warehouse inwarehouse at_hub sorted
        forwarded processing processed customs_cleared on_the_way arrived_at_facility departed_facility""",
    _S.OUT_FOR_DELIVERY: """out_for_delivery outfordelivery in_delivery indelivery with_courier
        delivery_in_progress en_route_to_delivery on_vehicle_for_delivery""",
    _S.DELIVERED: """delivered delivered_to_neighbour delivered_to_neighbor delivered_safe_place pod""",
    _S.READY_FOR_PICKUP: """ready_for_pickup readyforpickup available_for_pickup availableforpickup
        awaiting_collection at_pickup_point left_with_agent deliveredps""",
    _S.DELIVERY_FAILED: """delivery_failed deliveryfailed attempted_delivery not_delivered notdelivered attempt_fail
        attemptfail failed_attempt failed_delivery failed delivery_attempted delivery_attempt_failed notpickedup""",
    _S.ON_HOLD: "on_hold onhold held exception",
    _S.DELAYED: "delayed delivery_delayed rescheduled redirected running_late",
    _S.RETURN_TO_SENDER: "return_to_sender returntosender returning rts rto return_initiated returning_to_sender",
    _S.RETURNED: "returned returned_to_sender return_delivered",
    _S.LOST: "lost shipment_lost parcel_lost",
    _S.DAMAGED: "damaged shipment_damaged",
    _S.CANCELLED: "cancelled canceled voided void annulled deleted",
    _S.EXPIRED: "expired",
}
_INCIDENT_WORDS = {
    "wrong_address": CodeMeaning(_S.DELIVERY_FAILED, "incorrect_address", Blame.CONSIGNEE),
    "held_by_customs": CodeMeaning(_S.ON_HOLD, "customs_delay", Blame.CUSTOMS),
    "heldup_at_customs": CodeMeaning(_S.ON_HOLD, "customs_delay", Blame.CUSTOMS),
    "weatherdelay": CodeMeaning(_S.DELAYED, "weather_delay", Blame.WEATHER),
    "weather_delay": CodeMeaning(_S.DELAYED, "weather_delay", Blame.WEATHER),
    "unabletoaccess": CodeMeaning(_S.DELIVERY_FAILED, "access_restricted", Blame.CONSIGNEE),
    "unable_to_access": CodeMeaning(_S.DELIVERY_FAILED, "access_restricted", Blame.CONSIGNEE),
}
_BY_WORD = {word: CodeMeaning(state) for state, words in WORDS.items() for word in words.split()} | _INCIDENT_WORDS

REASONS: dict[str, tuple[str, Blame | None]] = {
    "carrier_damaged_parcel": ("damaged", Blame.CARRIER),
    "carrier_parcel_lost": ("lost", Blame.CARRIER),
    "weather_delay": ("weather_delay", Blame.WEATHER),
    "natural_disaster": ("natural_disaster", Blame.WEATHER),
    "force_majeure": ("force_majeure", None),
    "parcel_being_researched": ("being_researched", Blame.CARRIER),
    "security_issue": ("security_issue", None),
    "regulatory_hold": ("regulatory_hold", None),
    "delivery_attempted": ("not_available", Blame.CONSIGNEE),
    "recipient_moved": ("incorrect_address", Blame.CONSIGNEE),
    "no_access_to_delivery_location": ("access_restricted", Blame.CONSIGNEE),
    "customs_delay": ("customs_delay", Blame.CUSTOMS),
}


def word_meaning(word: str | None) -> CodeMeaning | None:
    """What a status word of the field says, however it is cased and joined: ``Out for delivery``, ``INDELIVERY``."""
    key = re.sub(r"[^a-z0-9]+", "_", (word or "").lower()).strip("_")
    return _BY_WORD.get(key)


def phrase_meaning(text: str | None) -> CodeMeaning | None:
    """What a sentence of a carrier says, by the phrases we know in English, Spanish, French and German."""
    plain = plain_text(text)
    return next((meaning for pattern, meaning in PHRASES if pattern.search(plain)), None)


def plain_text(text: str | None) -> str:
    """Lower case, without accents, single blanks: how phrases are compared."""
    bare = unicodedata.normalize("NFKD", text or "")
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).lower().split())


def reason_meaning(reason: str | None) -> tuple[str | None, Blame | None]:
    """A reason of the form ``<who>_<what>`` as our incident and who is to blame."""
    if not reason or reason == "unknown":
        return None, None
    if reason in REASONS:
        return REASONS[reason]
    party, _, incident = reason.partition("_")
    blame = next((blame for blame in Blame if blame.value == party), None)
    return (incident, blame) if blame else (reason, None)


def first_meaning(tables: Iterable[Mapping[str, CodeMeaning]], codes: Iterable[str | None]) -> CodeMeaning | None:
    """The first code, finest first, that one of the tables explains."""
    # Some carriers write a code with and without its leading zeros.
    keys = [key for code in codes if code for key in (code.strip().upper(), code.strip().upper().lstrip("0")) if key]
    return next((table[key] for key in keys for table in tables if key in table), None)

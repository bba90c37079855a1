"""Named lives of parcels: what is told, and what it must add up to. Hours count from the first scan."""

from dataclasses import dataclass, field

from app.tracking.fold.facts import ShipmentFacts, StoredEvent
from tests.tracking.bag import at, bag, scan

NORMAL = ((0, "info_received"), (6, "picked_up"), (20, "in_transit"), (30, "out_for_delivery"))
HOME = (*NORMAL, (34, "delivered"))
STAGES = "1:shipped 1:out_for_delivery"


@dataclass(frozen=True)
class Life:
    """A parcel's life: ``milestones`` as «leg:name …», ``shown`` how many lines a customer sees, ``flags`` by name."""

    name: str
    events: list[StoredEvent]
    state: str
    milestones: str
    shown: int
    flags: str = ""
    facts: ShipmentFacts = field(default_factory=ShipmentFacts)


def lives() -> list[Life]:
    """All of them."""
    return [*ordinary(), *after_delivery(), *trouble(), *going_back(), *odd_times(), *reused_numbers()]


def ordinary() -> list[Life]:
    """Parcels that arrive, by one road or another."""
    return [
        Life("nothing told yet", [], "pending", "", 0),
        Life("label only", bag((0, "info_received")), "info_received", "", 1),
        Life("on its way", bag(*NORMAL[:3]), "in_transit", "1:shipped", 3),
        Life("out for delivery", bag(*NORMAL), "out_for_delivery", STAGES, 4),
        Life("delivered at home", bag(*HOME), "delivered", f"{STAGES} 1:delivered", 5),
        Life("delivered, nothing else told", bag((34, "delivered")), "delivered", "1:delivered", 1),
        Life("told backwards", bag(*reversed(HOME)), "delivered", f"{STAGES} 1:delivered", 5),
        Life("told twice", bag(*HOME, *HOME), "delivered", f"{STAGES} 1:delivered", 5),
        Life("told forty-six times", bag(*HOME) * 46, "delivered", f"{STAGES} 1:delivered", 5),
        Life(
            "one scan by push and by poll",
            [scan(6, "picked_up", city="Jaén"), scan(6.01, "picked_up", city="JAÉN", text="Recogido")],
            "picked_up",
            "1:shipped",
            1,
        ),
        Life(
            "the same minute in two places stays two lines",
            [scan(6, "in_transit", city="Jaén"), scan(6.01, "in_transit", city="Madrid")],
            "in_transit",
            "1:shipped",
            2,
        ),
        Life("two scans of one instant go by rank", bag((6, "out_for_delivery"), (6, "in_transit")),
             "out_for_delivery", STAGES, 2),
        Life("waits at a point", bag(*NORMAL[:3], (30, "ready_for_pickup")), "ready_for_pickup",
             "1:shipped 1:ready_for_pickup", 4),
        Life("collected from a point", bag(*NORMAL[:3], (30, "ready_for_pickup"), (60, "delivered")), "delivered",
             "1:shipped 1:ready_for_pickup 1:delivered", 5),
        Life("collected from a point the same day", bag(*NORMAL[:3], (30, "ready_for_pickup"), (33, "delivered")),
             "delivered", "1:shipped 1:ready_for_pickup 1:delivered", 5),
        Life("waits at a point, a depot says afterwards that it is late",
             bag(*NORMAL[:3], (30, "ready_for_pickup"), (33, "delayed")), "ready_for_pickup",
             "1:shipped 1:ready_for_pickup", 5),
        Life("second carrier announces it anew", bag(*NORMAL[:3], (22, "info_received")), "in_transit", "1:shipped", 4),
        Life("picked up again by a second carrier", bag(*NORMAL[:3], (22, "picked_up")), "in_transit", "1:shipped", 4),
        Life("depot scans minutes after leaving it", bag(*NORMAL, (30.2, "in_transit")), "out_for_delivery", STAGES, 5),
        Life("taken back to the depot in the evening", bag(*NORMAL, (41, "in_transit")), "in_transit", STAGES, 5),
        Life("words nobody knows", bag(*NORMAL[:3], (25, "unknown")), "in_transit", "1:shipped", 4, "unknown_word"),
        Life("handed over, says the shop", [], "picked_up", "1:shipped", 2,
             facts=ShipmentFacts(label_created_at=at(0), shipped_at=at(5))),
        Life("the carrier knew before the shop", bag(*NORMAL[:3]), "in_transit", "1:shipped", 3,
             facts=ShipmentFacts(shipped_at=at(12))),
    ]  # fmt: skip


def after_delivery() -> list[Life]:
    """What comes after «delivered»: late stamps, corrections, the same waybill used for the return."""
    done = f"{STAGES} 1:delivered"
    return [
        Life("driver closes the round after handing over", bag(*HOME, (34.1, "out_for_delivery")), "delivered", done, 5,
             "echo"),
        Life("stray scan after delivery", bag(*HOME, (40, "in_transit")), "delivered", done, 5, "echo"),
        Life("stray scan days after delivery", bag(*HOME, (100, "in_transit")), "delivered", done, 5, "echo"),
        Life("the only pick-up is stamped days after the delivery", bag((0, "info_received"), (34, "delivered"),
             (90, "picked_up")), "delivered", "1:delivered", 2, "echo late_pickup"),
        Life("delivered said again", bag(*HOME, (35, "delivered")), "delivered", done, 5, "echo"),
        Life("one waybill there and back", bag(*HOME, (100, "picked_up"), (130, "delivered")), "returned",
             f"{done} 2:returning 2:returned", 7),
        Life("one waybill, on its way back", bag(*HOME, (100, "picked_up"), (120, "in_transit")), "return_to_sender",
             f"{done} 2:returning", 7),
        Life("back without a pick-up scan", bag(*HOME, (100, "in_transit"), (110, "in_transit")), "return_to_sender",
             f"{done} 2:returning", 7),
        Life("and sent out once more", bag(*HOME, (100, "picked_up"), (130, "delivered"), (160, "picked_up")),
             "picked_up", f"{done} 2:returning 2:returned 3:shipped", 8),
        Life("sent out once more, its pick-up stamped long after it came",
             bag(*HOME, (100, "picked_up"), (130, "delivered"), (160, "info_received"), (200, "delivered"),
                 (260, "picked_up")),
             "delivered", f"{done} 2:returning 2:returned 3:delivered", 9, "echo late_pickup"),
        Life("delivery taken back", bag(*HOME, (35, "delivery_failed")), "delivery_failed",
             f"{done} 2:corrected 2:delivery_failed", 6, "corrected"),
        Life("delivery taken back, then delivered", bag(*HOME, (35, "delivery_failed"), (60, "delivered")), "delivered",
             f"{done} 2:corrected 2:delivery_failed 2:delivered", 7, "corrected"),
        Life("delivered to the point, it was", bag(*HOME, (35, "ready_for_pickup")), "ready_for_pickup",
             f"{done} 2:corrected 2:ready_for_pickup", 6, "corrected"),
        Life("locker notice stamped after collection", bag(*HOME, (34.1, "ready_for_pickup")), "delivered", done, 5,
             "echo"),
        Life("found damaged", bag(*HOME, (50, "damaged")), "damaged", f"{done} 2:corrected 2:damaged", 6,
             "corrected"),
        Life("the carrier's snapshot no longer has the delivery",
             [*bag(*NORMAL), scan(34, "delivered", withdrawn=True)],
             "out_for_delivery", STAGES, 4),
        Life("late word that it is late", bag(*HOME, (36, "delayed")), "delivered", done, 5, "echo"),
    ]  # fmt: skip


def trouble() -> list[Life]:
    """Failed attempts, customs, loss."""
    failed = f"{STAGES} 1:delivery_failed"
    return [
        Life("nobody at home", bag(*NORMAL, (33, "delivery_failed")), "delivery_failed", failed, 5),
        Life("nobody at home, back at the depot", bag(*NORMAL, (33, "delivery_failed"), (38, "in_transit")),
             "delivery_failed", failed, 6),
        Life("second attempt next day", bag(*NORMAL, (33, "delivery_failed"), (54, "out_for_delivery")),
             "out_for_delivery", failed, 6),
        Life("delivered at the second attempt",
             bag(*NORMAL, (33, "delivery_failed"), (54, "out_for_delivery"), (57, "delivered")),
             "delivered", f"{failed} 1:delivered", 7),
        Life("failed attempt, then at a point", bag(*NORMAL, (33, "delivery_failed"), (36, "ready_for_pickup")),
             "ready_for_pickup", f"{failed} 1:ready_for_pickup", 6),
        Life("held by customs", bag(*NORMAL[:3], (25, "on_hold")), "on_hold", "1:shipped 1:held", 4),
        Life("customs let it go", bag(*NORMAL[:3], (25, "on_hold"), (50, "in_transit")), "in_transit",
             "1:shipped 1:held", 5),
        Life("delayed", bag(*NORMAL[:3], (25, "delayed")), "delayed", "1:shipped", 4),
        Life("waiting at a point, delayed says a depot",
             bag(*NORMAL[:3], (30, "ready_for_pickup"), (31, "delayed")), "ready_for_pickup",
             "1:shipped 1:ready_for_pickup", 5),
        Life("lost", bag(*NORMAL[:3], (300, "lost")), "lost", "1:shipped 1:lost", 4),
        Life("lost and found", bag(*NORMAL[:3], (300, "lost"), (320, "in_transit"), (330, "delivered")), "delivered",
             "1:shipped 1:lost 1:delivered", 6),
        Life("label cancelled", bag((0, "info_received"), (5, "cancelled")), "cancelled", "", 2),
        Life("nothing for a month, says the aggregator", bag(*NORMAL[:3], (720, "expired")), "expired", "1:shipped", 4),
    ]  # fmt: skip


def going_back() -> list[Life]:
    """Refused, undeliverable, not collected."""
    return [
        Life("refused at the door", bag(*NORMAL, (33, "return_to_sender")), "return_to_sender", f"{STAGES} 2:returning",
             5),
        Life("refused and back with the shop",
             bag(*NORMAL, (33, "return_to_sender"), (40, "in_transit"), (80, "delivered")),
             "returned", f"{STAGES} 2:returning 2:returned", 7),
        Life("not collected from the point",
             bag(*NORMAL[:3], (30, "ready_for_pickup"), (400, "return_to_sender"), (450, "returned")), "returned",
             "1:shipped 1:ready_for_pickup 2:returning 2:returned", 6),
        Life("lost on the way back", bag(*NORMAL, (33, "return_to_sender"), (300, "lost")), "lost",
             f"{STAGES} 2:returning 2:lost", 6),
        Life("stray scan once it is back", bag(*NORMAL, (33, "returned"), (34, "in_transit")), "returned",
             f"{STAGES} 2:returned", 5, "echo"),
    ]  # fmt: skip


def odd_times() -> list[Life]:
    """Times that cannot be true."""
    return [
        Life("no time at all", [*bag(*NORMAL[:3]), scan(None, "delivered", seen=50)], "delivered",
             "1:shipped 1:delivered", 4, "undated"),
        Life("no time, but a place in the sequence",
             [scan(0, "info_received", sequence=1), scan(None, "picked_up", sequence=2, seen=90),
              scan(20, "in_transit", sequence=3)], "in_transit", "1:shipped", 3, "undated"),
        Life("stamped five hours ahead", [*bag(*NORMAL[:3]), scan(35, "out_for_delivery", seen=30)],
             "out_for_delivery", STAGES, 4, "future"),
        Life("stamped ahead, then delivered",
             [*bag(*NORMAL[:3]), scan(39, "out_for_delivery", seen=30), *bag((34, "delivered"))],
             "delivered", f"{STAGES} 1:delivered", 5, "future"),
        Life("a little before its label", bag(*HOME), "delivered", f"{STAGES} 1:delivered", 5, "before_label",
             ShipmentFacts(label_created_at=at(49))),
    ]  # fmt: skip


def reused_numbers() -> list[Life]:
    """Numbers that carriers give out again."""
    label = ShipmentFacts(label_created_at=at(400), destinations=frozenset({"ES"}))
    soon = ShipmentFacts(label_created_at=at(33), destinations=frozenset({"ES"}))
    return [
        Life("old history, new label", bag(*HOME), "info_received", "", 1, "number_reused", label),
        Life("old history, new parcel on its way", bag(*HOME, (410, "picked_up")), "picked_up", "1:shipped", 2,
             "number_reused", label),
        Life("a later shipment has the number", bag((0, "picked_up"), (400, "delivered")), "picked_up", "1:shipped", 1,
             "number_reused", ShipmentFacts(next_label_at=at(300))),
        Life("delivered an hour after its label", bag((34, "delivered")), "info_received", "", 1, "too_soon", soon),
        Life("the same, released by staff", bag((34, "delivered")), "delivered", "1:delivered", 2, "",
             ShipmentFacts(label_created_at=at(33), released=True)),
        Life("collected in the shop at once", bag((34, "delivered")), "delivered", "1:delivered", 2, "",
             ShipmentFacts(label_created_at=at(33), in_store=True)),
        Life("delivered in another country", [scan(34, "delivered", country="CN")], "info_received", "", 1,
             "wrong_country", ShipmentFacts(label_created_at=at(0), destinations=frozenset({"ES"}))),
        Life("back abroad after it was here",
             [scan(10, "picked_up", country="ES"), scan(20, "return_to_sender"), scan(99, "delivered", country="CN")],
             "returned", "1:shipped 2:returning 2:returned", 3, "", ShipmentFacts(destinations=frozenset({"ES"}))),
        Life("two orders in one parcel", bag(*HOME), "delivered", f"{STAGES} 1:delivered", 5, "shared_number",
             ShipmentFacts(shared=True)),
        Life("another live order had the number first", bag(*HOME), "pending", "", 0, "shared_number contested_number",
             ShipmentFacts(shared=True, contested=True)),
    ]  # fmt: skip

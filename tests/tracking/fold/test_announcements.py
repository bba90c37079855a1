"""However events trickle in, no stage of a leg is announced twice, and history is announced quietly."""

import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.tracking.fold.facts import ShipmentFacts, StoredEvent
from app.tracking.fold.fold import fold
from app.tracking.fold.milestones import AnnouncedShipment, key_of, news_of
from tests.tracking.bag import START, at, bag
from tests.tracking.fold.test_fold_property import events


@settings(max_examples=400)
@given(st.lists(events, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_no_stage_is_announced_twice_in_whatever_batches_its_events_come(
    scans: list[StoredEvent], chance: random.Random
) -> None:
    chance.shuffle(scans)
    announced: list[str] = []
    prefix: list[StoredEvent] = []
    while len(prefix) < len(scans):
        prefix = scans[: len(prefix) + chance.randint(1, 4)]
        folded = fold(prefix, ShipmentFacts())
        subject = AnnouncedShipment(1, 1, "outbound", START, False, frozenset(announced))
        keys = {key_of(one): one for one in folded.milestones}
        fresh = [key for key in keys if key not in subject.announced]
        assert len(news_of(subject, folded)) == len(fresh)
        announced += fresh
    assert len(announced) == len(set(announced))


def test_only_the_latest_of_several_new_stages_is_worth_a_message() -> None:
    folded = fold(bag((0, "picked_up"), (10, "out_for_delivery"), (12, "delivered")), ShipmentFacts())
    news = news_of(AnnouncedShipment(1, 1, "outbound", START, False, frozenset()), folded)
    assert [(one.kind.rpartition(".")[2], one.payload.get("quiet", False)) for one in news] == [
        ("shipped", True),
        ("out_for_delivery", True),
        ("delivered", False),
    ]
    assert news[-1].at == at(12)


def test_what_happened_a_day_before_we_knew_of_the_shipment_is_history() -> None:
    folded = fold(bag((0, "picked_up")), ShipmentFacts())
    for hours, quiet in ((23, False), (25, True)):
        subject = AnnouncedShipment(1, 1, "outbound", START + timedelta(hours=hours), False, frozenset())
        assert news_of(subject, folded)[0].payload.get("quiet", False) is quiet


def test_a_second_way_and_a_withdrawn_delivery_say_so() -> None:
    back = fold(bag((-20, "picked_up"), (0, "delivered"), (100, "picked_up")), ShipmentFacts())
    again = fold(bag((0, "delivered"), (1, "delivery_failed"), (20, "delivered")), ShipmentFacts())
    subject = AnnouncedShipment(1, 1, "outbound", START, False, frozenset({"1:shipped", "1:delivered"}))
    assert [(one.kind, one.payload["back"]) for one in news_of(subject, back)] == [("shipment.returning", True)]
    assert [one.payload.get("corrected") for one in news_of(subject, again)] == [True, True, True]

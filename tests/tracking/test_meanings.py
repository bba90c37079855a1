"""What a person says of a carrier's code holds for new scans and is brought to old ones; undone, all is as before."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.carriers.queries import examples, unknown_words
from app.core.errors import Conflict, Invalid, NotFound
from app.events.kinds import EventKind
from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.tracking.fold.facts import Flag
from app.tracking.meanings import replay as replaying
from app.tracking.meanings.replay import replay
from app.tracking.meanings.table import CarrierWord, history, in_force, say, undo
from app.tracking.models import Shipment, TrackingEvent, WordMeaning
from app.tracking.ports import ReportedEvent
from app.tracking.services import fold_dirty, record_events
from tests.tracking.documents import PLACED, document, event

HOUR = timedelta(hours=1)
LATER = PLACED + 9 * HOUR
BY = "eva@shop.example"


@pytest.fixture
def parcel(session: Session) -> Shipment:
    receive_order(session, document(), now=PLACED)
    return session.scalars(select(Shipment)).one()


def _unknown(code: str | None = "ZZ9", hours: int = 9, words: str = "Depositado en buzón") -> ReportedEvent:
    return event("unknown", PLACED + hours * HOUR, code=code, description=words)


def _word(scan: ReportedEvent) -> CarrierWord:
    return CarrierWord.of(scan.carrier, scan.code, scan.description)


def _told(session: Session, scan: ReportedEvent) -> None:
    record_events(session, [scan], source="poll:x", now=LATER)
    fold_dirty(session, now=LATER)
    session.expire_all()


def _replayed(session: Session) -> int:
    changed = 0
    while done := replay(session, now=LATER):
        changed += done
    fold_dirty(session, now=LATER)
    session.expire_all()
    return changed


def _kinds(session: Session) -> list[str]:
    of_parcels = select(DomainEvent.kind).where(DomainEvent.kind.startswith("shipment.")).order_by(DomainEvent.id)
    return list(session.scalars(of_parcels))


def test_a_code_that_was_explained_is_understood_when_it_comes(session: Session, parcel: Shipment) -> None:
    say(session, _word(_unknown()), "delivered", by=BY, now=PLACED)
    _told(session, _unknown())
    assert (parcel.state, Flag.UNKNOWN_WORD in parcel.flags) == ("delivered", False)
    assert EventKind.SHIPMENT_DELIVERED in _kinds(session)


def test_another_carriers_code_is_another_word(session: Session, parcel: Shipment) -> None:
    say(session, CarrierWord("seur", "ZZ9", None), "delivered", by=BY, now=PLACED)
    _told(session, _unknown())
    assert (parcel.state, Flag.UNKNOWN_WORD in parcel.flags) == ("info_received", True)


def test_what_the_carriers_own_code_says_is_never_overruled(session: Session, parcel: Shipment) -> None:
    say(session, CarrierWord(_unknown().carrier, "ZZ9", None), "lost", by=BY, now=PLACED)
    _told(session, event("delivered", PLACED + 9 * HOUR, code="ZZ9"))
    assert parcel.state == "delivered"


def test_old_scans_follow_and_their_stage_is_announced_once(session: Session, parcel: Shipment) -> None:
    _told(session, _unknown())
    assert _kinds(session) == []
    meaning = say(session, _word(_unknown()), "delivered", by=BY, now=LATER)
    assert _replayed(session) == 2, "one scan, and the end"
    assert (parcel.state, meaning.scans, meaning.done_at) == ("delivered", 1, LATER)
    assert _replayed(session) == 0
    assert _kinds(session).count(EventKind.SHIPMENT_DELIVERED) == 1


def test_the_same_scan_told_again_is_no_other_scan(session: Session, parcel: Shipment) -> None:
    _told(session, _unknown(code=None))
    say(session, _word(_unknown(code=None)), "delivered", by=BY, now=LATER)
    _replayed(session)
    _told(session, _unknown(code=None))
    assert session.scalars(select(TrackingEvent.status)).all() == ["delivered"]


def test_a_word_that_says_nothing_leaves_the_list_and_changes_no_parcel(session: Session, parcel: Shipment) -> None:
    _told(session, _unknown())
    assert [one.code for one in unknown_words(session, since=PLACED)] == ["ZZ9"]
    say(session, _word(_unknown()), "unknown", by=BY, now=LATER)
    _replayed(session)
    assert unknown_words(session, since=PLACED) == []
    assert (parcel.state, Flag.UNKNOWN_WORD in parcel.flags) == ("info_received", False)


def test_taking_it_back_makes_the_scans_unknown_again(session: Session, parcel: Shipment) -> None:
    _told(session, _unknown())
    first = say(session, _word(_unknown()), "delivered", by=BY, now=LATER)
    _replayed(session)
    undo(session, first.id, by=BY, now=LATER)
    _replayed(session)
    assert (parcel.state, [one.count for one in unknown_words(session, since=PLACED)]) == ("info_received", [1])
    assert session.scalars(select(TrackingEvent.explained_by)).all() == [None]


def test_undoing_a_correction_brings_the_meaning_before_it_back(session: Session, parcel: Shipment) -> None:
    _told(session, _unknown())
    word = _word(_unknown())
    say(session, word, "in_transit", by=BY, now=LATER)
    _replayed(session)
    wrong = say(session, word, "lost", by=BY, now=LATER)
    _replayed(session)
    assert parcel.state == "lost"
    undo(session, wrong.id, by=BY, now=LATER)
    _replayed(session)
    assert parcel.state == "in_transit"
    assert [row.state for row in history(session, word)] == ["in_transit", "lost", "in_transit"]
    with pytest.raises(Conflict):
        undo(session, wrong.id, by=BY, now=LATER)


def test_many_scans_are_changed_batch_by_batch(
    session: Session, parcel: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 2)
    record_events(session, [_unknown(hours=at) for at in range(1, 6)], source="poll:x", now=LATER)
    meaning = say(session, _word(_unknown()), "in_transit", by=BY, now=LATER)
    assert [replay(session, now=LATER) for _ in range(4)] == [2, 2, 2, 0]
    session.refresh(meaning)
    assert (meaning.scans, meaning.done_at) == (5, LATER)


def test_a_meaning_that_was_overtaken_changes_nothing_more(session: Session, parcel: Shipment) -> None:
    _told(session, _unknown())
    word = _word(_unknown())
    say(session, word, "lost", by=BY, now=LATER)
    say(session, word, "in_transit", by=BY, now=LATER)
    _replayed(session)
    assert session.scalars(select(WordMeaning.scans).order_by(WordMeaning.id)).all() == [0, 1]
    assert parcel.state == "in_transit"


def test_an_example_leads_to_its_order(session: Session, parcel: Shipment) -> None:
    _told(session, _unknown())
    (example,) = examples(session, _word(_unknown()))
    assert (example.number, example.description, example.order) == (parcel.number, "Depositado en buzón", "1001")


@pytest.mark.parametrize(
    ("word", "state"),
    [
        (CarrierWord("", "A", None), "lost"),
        (CarrierWord("gls", None, None), "lost"),
        (CarrierWord("gls", "A", "words"), "lost"),
        (CarrierWord("gls", "A" * 101, None), "lost"),
        (CarrierWord("gls", "A", None), "flying"),
    ],
)
def test_what_cannot_be_said_is_refused(session: Session, word: CarrierWord, state: str) -> None:
    with pytest.raises(Invalid):
        say(session, word, state, by=BY, now=LATER)


def test_a_word_without_a_meaning_has_none_to_take_back(session: Session) -> None:
    with pytest.raises(NotFound):
        say(session, CarrierWord("gls", "A", None), None, by=BY, now=LATER)
    with pytest.raises(NotFound):
        undo(session, 99, by=BY, now=LATER)
    assert in_force(session) == {}

"""Labels that somebody else makes: asked for with no transaction open, tried again, and made by us in the end."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.core.errors import InDoubt, ProviderRejected, ProviderUnavailable
from app.core.settings import PartSettings
from app.events.models import DomainEvent
from app.returns.labels import making
from app.returns.labels.making import LEASE, make_due
from app.returns.labels.own.maker import LABELS as OWN
from app.returns.labels.ports import LabelAddress, Labels, MadeLabel, ParcelBack
from app.returns.models import Return, ReturnLabel
from app.returns.moves import lock_return
from app.returns.services import approve, cancel, expire_overdue, request_return
from app.tracking.models import Shipment
from tests.returns.stage import asking, delivered_order
from tests.returns.story import handed_over

Sessions = sessionmaker[Session]
PARCEL = ParcelBack("R-1", "R7K2M9QX", "1001", "correos", LabelAddress("Ana"), LabelAddress("Almazara"))


class Recorder:
    """A maker that keeps what it is asked for, and fails as it is told."""

    def __init__(self, *faults: Exception | object) -> None:
        self.requests: list[ParcelBack] = []
        self.faults = list(faults)
        self.meanwhile: Callable[[], object] = lambda: None

    def make(self, parcel: ParcelBack) -> MadeLabel:
        self.requests.append(parcel)
        self.meanwhile()
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault  # type: ignore[return-value]
        return MadeLabel("LX1", "rapida", pdf=b"%PDF-1", zpl=None)


@pytest.fixture
def return_id(committed: Sessions, now: datetime) -> Iterator[int]:
    """A return whose label somebody else is to make: its parcel has no number yet."""
    with committed() as session, transaction(session):
        order = delivered_order(session, now=now)
        return_ = request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=now)
        session.get_one(Shipment, return_.shipment_id).number, return_.label_number = None, None
        session.query(DomainEvent).filter_by(kind="return.label_ready").delete()
        session.add(ReturnLabel(shipment_id=return_.shipment_id, return_id=return_.id, maker="rapida", next_try_at=now))
    yield return_.id


def run(committed: Sessions, maker: Recorder | None, at: datetime) -> int:
    return make_due(committed, lambda name: maker if name == "rapida" else None, clock=lambda: at)


def label(committed: Sessions, return_id: int) -> tuple[str | None, str | None, int]:
    """The label's number at the return and its parcel, and how often it was told."""
    with committed() as session:
        return_ = session.get_one(Return, return_id)
        parcel = session.get_one(Shipment, return_.shipment_id)
        events = select(DomainEvent).where(DomainEvent.kind == "return.label_ready", DomainEvent.return_id == return_id)
        return return_.label_number, parcel.number, len(session.scalars(events).all())


def test_a_label_is_made_once_and_told(committed: Sessions, return_id: int, now: datetime) -> None:
    maker = Recorder()
    assert (run(committed, maker, now), run(committed, maker, now + LEASE)) == (1, 0)
    assert label(committed, return_id) == ("LX1", "LX1", 1)
    (back,) = maker.requests
    assert (back.sender.city, back.sender.country, back.weight_g) == ("Madrid", "ES", 180)
    with committed() as session:
        return_ = session.get_one(Return, return_id)
        assert back.key == f"{return_.ref}-{return_.shipment_id}" and back.deadline == return_.deadline
        assert session.scalars(select(Shipment.carrier).where(Shipment.id == return_.shipment_id)).one() == "rapida"
        assert session.scalars(select(ReturnLabel.pdf)).one() == b"%PDF-1"


@pytest.mark.parametrize("fault", [ProviderUnavailable("busy"), InDoubt("lost"), RuntimeError("a fault"), "no label"])
def test_what_fails_is_asked_for_again_with_the_same_key(
    committed: Sessions, return_id: int, now: datetime, fault: object
) -> None:
    maker = Recorder(fault)
    run(committed, maker, now)
    assert label(committed, return_id) == (None, None, 0)
    assert run(committed, maker, now + timedelta(seconds=4)) == 0
    assert run(committed, maker, now + timedelta(seconds=5)) == 1
    assert label(committed, return_id) == ("LX1", "LX1", 1)
    assert len({one.key for one in maker.requests}) == 1


def test_after_three_failures_ours_takes_its_place(committed: Sessions, return_id: int, now: datetime) -> None:
    maker = Recorder(*[ProviderUnavailable("down")] * 3)
    for seconds in (0, 5, 35):
        run(committed, maker, now + timedelta(seconds=seconds))
    number, at_parcel, count = label(committed, return_id)
    assert number == at_parcel and number is not None and number.startswith("PR") and count == 1


@pytest.mark.parametrize("maker", [Recorder(ProviderRejected("not there")), None], ids=["refused", "not installed"])
def test_what_cannot_be_had_is_made_by_us_at_once(
    committed: Sessions, return_id: int, now: datetime, maker: Recorder | None
) -> None:
    run(committed, maker, now)
    assert (label(committed, return_id)[0] or "").startswith("PR")


def test_who_died_while_asking_is_taken_up_by_the_next(committed: Sessions, return_id: int, now: datetime) -> None:
    killed = Recorder()
    killed.meanwhile = lambda: (_ for _ in ()).throw(SystemExit)
    with pytest.raises(SystemExit):
        run(committed, killed, now)
    assert run(committed, Recorder(), now + LEASE - timedelta(seconds=1)) == 0
    assert run(committed, Recorder(), now + LEASE) == 1
    assert label(committed, return_id)[0] == "LX1"


def test_a_return_that_was_cancelled_meanwhile_gets_no_label(
    committed: Sessions, return_id: int, now: datetime
) -> None:
    def cancelled() -> None:
        with committed() as session, transaction(session):
            cancel(session, return_id, by="customer", now=now)

    maker = Recorder()
    maker.meanwhile = cancelled
    run(committed, maker, now)
    assert label(committed, return_id) == (None, None, 0)
    assert run(committed, maker, now + LEASE) == 0


def test_a_label_that_is_issued_once_more_is_another(committed: Sessions, return_id: int, now: datetime) -> None:
    """The answer to the first question comes when the return has expired and was approved again."""
    later = now + timedelta(days=30)

    def again() -> None:
        with committed() as session, transaction(session):
            expire_overdue(session, limit=9, now=later)
            approve(session, return_id, by="ana", now=later)

    maker = Recorder()
    maker.meanwhile = again
    run(committed, maker, now)
    number, at_parcel, count = label(committed, return_id)
    assert number == at_parcel and (number or "").startswith("PR") and count == 1


def test_files_are_forgotten_once_the_label_is_of_no_use(committed: Sessions, return_id: int, now: datetime) -> None:
    run(committed, Recorder(), now)
    with committed() as session, transaction(session):
        handed_over(session, session.get_one(Return, return_id), now=now)
    run(committed, Recorder(), now)
    with committed() as session:
        assert session.scalars(select(ReturnLabel)).all() == []


@pytest.mark.parametrize("fault", [RuntimeError("a fault"), "no label"], ids=["breaks", "gives no label"])
def test_an_approval_does_not_fail_for_a_maker_of_somebody_else(
    session: Session, monkeypatch: pytest.MonkeyPatch, now: datetime, fault: object
) -> None:
    theirs = Labels(name="own", title="Ours", settings=PartSettings, make=lambda _: Recorder(fault), at_once=True)
    makers = iter([{"own": theirs}, {"own": OWN}])
    monkeypatch.setattr(making.parts, "declared", lambda *_: next(makers))
    return_ = request_return(
        session, delivered_order(session, now=now).id, asking(("1", 1, "too_small")), by="customer", now=now
    )
    assert (return_.decision, (return_.label_number or "")[:2]) == ("approved", "PR")


def test_our_maker_makes_numbers_that_nobody_guesses_and_keeps_the_carrier() -> None:
    maker = OWN.make(OWN.settings())
    labels = [maker.make(PARCEL) for _ in range(100)]
    assert len({label.number for label in labels}) == 100 and {label.carrier for label in labels} == {"correos"}
    assert all(len(label.number) == 13 and label.number.startswith("PR") for label in labels) and OWN.at_once


@pytest.mark.parametrize("number", ["", "has blanks", "ñ", "x" * 49])
def test_a_number_that_no_scanner_reads_is_no_label(number: str) -> None:
    with pytest.raises(ValueError, match="bar code"):
        MadeLabel(number, "rapida")


class Greedy(PartSettings):
    """A setting that is another's."""

    oms_url: str = ""


@pytest.mark.parametrize(("name", "settings"), [("Rapida", PartSettings), ("rapida", Greedy)])
def test_what_would_take_anothers_place_cannot_be_declared(name: str, settings: type[PartSettings]) -> None:
    with pytest.raises(ValueError):
        Labels(name=name, title="Rápida", settings=settings, make=print)


def test_a_return_that_is_gone_meanwhile_gets_no_label(committed: Sessions, return_id: int, now: datetime) -> None:
    def gone() -> None:
        with committed() as session, transaction(session):
            session.delete(lock_return(session, return_id).return_)

    maker = Recorder()
    maker.meanwhile = gone
    assert run(committed, maker, now) == len(maker.requests) == 1
    with committed() as session:
        assert session.scalars(select(ReturnLabel)).all() == []

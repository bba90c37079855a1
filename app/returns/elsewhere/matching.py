"""Whether a refund that the shop's system tells of is one of ours, another one, or for a person to say. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

A_DAY = timedelta(days=1)
# Sums are tried one by one, and double with each refund: an order has seldom more than three that stand. With more
# than this no sums are looked for, only single amounts.
MOST_SUMMED = 10


class Verdict(StrEnum):
    """Whose a refund is; ``unsure`` may be one of ours, and a person says."""

    OURS = "ours"
    ELSEWHERE = "elsewhere"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class RefundThere:
    """A refund as the shop's system tells it; ``key`` is our id of it, or our reference of its return."""

    external_id: str
    amount: int
    at: datetime | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class RefundHere:
    """One of our refunds; ``replaces`` is the key of the void one whose place it took."""

    id: int
    key: str
    return_ref: str
    state: str
    amount: int
    created_at: datetime
    reference: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was decided of a refund before; ``by_person`` outweighs all that it looks like since."""

    verdict: Verdict
    refund_ids: tuple[int, ...] = ()
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A refund there and whose it is. ``counts`` is its money beyond what our own refunds account for.

    ``refund_ids`` are ours that it is, mostly one; each of the ``readings`` is what of ours it may be. ``settles``: of
    ours some is due, and by this it is paid. ``fixed``: a person said that it is none of ours.
    """

    refund: RefundThere
    verdict: Verdict
    counts: int = 0
    refund_ids: tuple[int, ...] = ()
    readings: tuple[tuple[int, ...], ...] = ()
    settles: bool = False
    fixed: bool = False

    @property
    def candidates(self) -> tuple[int, ...]:
        """Those of ours that it may be, or be a part of."""
        return tuple(dict.fromkeys(refund_id for reading in self.readings for refund_id in reading))


def match_refunds(
    there: Sequence[RefundThere], here: Sequence[RefundHere], before: Mapping[str, Judgement]
) -> tuple[Match, ...]:
    """Say of each refund there whose it is, in their order; ``before`` are earlier judgements by the shop's id.

    A key or a reference says it for certain. What was told first while none of ours could be it stays another one.
    """
    matcher = _Matcher(here, before)
    matches = [*matcher.certain(there)]
    certain = {match.refund.external_id for match in matches}
    matches += [matcher.by_looks(refund) for refund in there if refund.external_id not in certain]
    by_id = {match.refund.external_id: match for match in _counted(matches, here)}
    return tuple(by_id[refund.external_id] for refund in there)


class _Matcher:
    """Ours that stand, and which of them a refund there speaks for already."""

    def __init__(self, here: Sequence[RefundHere], before: Mapping[str, Judgement]) -> None:
        self._standing = [refund for refund in here if refund.state != "void"]
        self._before = before
        self._replaced_by = {refund.replaces: refund.key for refund in here if refund.replaces}
        self._spoken_for: set[int] = set()

    def certain(self, there: Sequence[RefundThere]) -> Iterator[Match]:
        """Those that a person, a reference or a key speaks for; each round leaves to the next what it cannot say."""
        rest = list(there)
        for say in (self._by_person, self._by_reference, self._by_key, self._by_return):
            # All of one round first: a better proof of another refund must not come too late.
            matches = [match for refund in rest if (match := say(refund)) is not None]
            yield from matches
            done = {match.refund.external_id for match in matches}
            rest = [refund for refund in rest if refund.external_id not in done]

    def by_looks(self, refund: RefundThere) -> Match:
        """One that nothing speaks for: of the same amount as one of ours, or as several, it may be that."""
        earlier = self._before.get(refund.external_id)
        if earlier is not None and earlier.verdict is Verdict.ELSEWHERE:
            return Match(refund, Verdict.ELSEWHERE)
        in_time = [ours for ours in self._free() if _in_time(refund, ours)]
        readings = tuple(_ids(choice) for choice in _adding_up(in_time, refund.amount))
        return Match(refund, Verdict.UNSURE if readings else Verdict.ELSEWHERE, readings=readings)

    def _by_person(self, refund: RefundThere) -> Match | None:
        earlier = self._before.get(refund.external_id)
        if earlier is None or not earlier.by_person:
            return None
        if earlier.verdict is Verdict.ELSEWHERE:
            return Match(refund, Verdict.ELSEWHERE, fixed=True)
        return self._is(refund, [ours for ours in self._standing if ours.id in earlier.refund_ids])

    def _by_reference(self, refund: RefundThere) -> Match | None:
        paid = [ours for ours in self._free() if ours.state == "paid" and ours.reference == refund.external_id]
        return self._is(refund, self._with_due(paid, refund.amount))

    def _by_key(self, refund: RefundThere) -> Match | None:
        key = refund.key
        # A void refund has no money: the one that took its place is meant.
        while key in self._replaced_by:
            key = self._replaced_by[key]
        named = [ours for ours in self._standing if ours.key == key]
        return self._is(refund, self._with_due(named, refund.amount))

    def _by_return(self, refund: RefundThere) -> Match | None:
        of_return = [ours for ours in self._free() if ours.return_ref == refund.key]
        same = [ours for ours in of_return if ours.amount == refund.amount]
        if same:
            return self._is(refund, [min(same, key=lambda ours: (ours.state != "paid", ours.id))])
        sums = _adding_up([ours for ours in of_return if ours.state == "due"], refund.amount, least=2)
        if len(sums) == 1:
            return self._is(refund, sums[0])
        readings = tuple(_ids(several) for several in sums) or tuple((ours.id,) for ours in of_return)
        return Match(refund, Verdict.UNSURE, readings=readings) if readings else None

    def _is(self, refund: RefundThere, ours: Sequence[RefundHere]) -> Match | None:
        if not ours:
            return None
        self._spoken_for.update(_ids(ours))
        return Match(refund, Verdict.OURS, refund_ids=_ids(ours))

    def _with_due(self, named: Sequence[RefundHere], amount: int) -> Sequence[RefundHere]:
        """Those that are named, with what else is due of their return where only that adds up to the amount."""
        ids, refs = _ids(named), {ours.return_ref for ours in named}
        rest = amount - sum(ours.amount for ours in named)
        due = [ours for ours in self._free() if ours.state == "due" and ours.return_ref in refs and ours.id not in ids]
        sums = _adding_up(due, rest) if rest > 0 else []
        return [*named, *sums[0]] if len(sums) == 1 else named

    def _free(self) -> list[RefundHere]:
        return [ours for ours in self._standing if ours.id not in self._spoken_for]


def _in_time(refund: RefundThere, ours: RefundHere) -> bool:
    """What was made before ours fell due is none that was paid; with a day to spare, since some tell no time of day."""
    return ours.state == "due" or refund.at is None or refund.at >= ours.created_at - A_DAY


def _ids(refunds: Iterable[RefundHere]) -> tuple[int, ...]:
    return tuple(ours.id for ours in refunds)


def _adding_up(refunds: Sequence[RefundHere], amount: int, *, least: int = 1) -> list[tuple[RefundHere, ...]]:
    """Each choice of the refunds, of ``least`` or more, that comes to exactly the amount."""
    most = len(refunds) if len(refunds) <= MOST_SUMMED else 1
    choices = (choice for size in range(least, most + 1) for choice in combinations(refunds, size))
    return [choice for choice in choices if sum(ours.amount for ours in choice) == amount]


def _counted(matches: Iterable[Match], here: Sequence[RefundHere]) -> Iterator[Match]:
    """Each with the money that it counts for: of ours what is above them, of all others the whole."""
    groups: list[tuple[set[int], list[Match]]] = []
    for match in matches:
        if not match.refund_ids:
            yield replace(match, counts=match.refund.amount)
            continue
        # What speaks for one of ours is reckoned with all that speak for it, so that it accounts for money once.
        touching = [group for group in groups if group[0] & set(match.refund_ids)]
        groups = [group for group in groups if group not in touching]
        ids = set(match.refund_ids).union(*(group[0] for group in touching))
        groups.append((ids, [*(one for group in touching for one in group[1]), match]))
    for ids, group in groups:
        yield from _of_ours([refund for refund in here if refund.id in ids], group)


def _of_ours(ours: Sequence[RefundHere], group: Sequence[Match]) -> Iterator[Match]:
    """Several may be one of ours, paid in parts, or one several; together they settle it exactly, or a person looks."""
    amount, ours_in_all = sum(match.refund.amount for match in group), sum(refund.amount for refund in ours)
    due = {refund.id for refund in ours if refund.state == "due"}
    if due and amount != ours_in_all:
        for match in group:
            yield Match(match.refund, Verdict.UNSURE, counts=match.refund.amount, readings=(match.refund_ids,))
        return
    beyond = max(0, amount - ours_in_all)
    for match in group:
        counts = min(beyond, match.refund.amount)
        beyond -= counts
        yield replace(match, counts=counts, settles=bool(due.intersection(match.refund_ids)))

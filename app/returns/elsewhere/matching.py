"""Whether a refund that the shop's system tells of is one of ours, another one, or for a person to say. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

A_DAY = timedelta(days=1)


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
    refund_id: int | None = None
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A refund there and whose it is. ``counts`` is its money beyond what our own refunds account for.

    ``refund_id`` is ours that it is, ``candidates`` are those of ours that it may be. ``settles``: ours is due, and by
    this it is paid. ``fixed``: a person said that it is none of ours.
    """

    refund: RefundThere
    verdict: Verdict
    counts: int = 0
    refund_id: int | None = None
    candidates: tuple[int, ...] = ()
    settles: bool = False
    fixed: bool = False


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
        """One that nothing speaks for: of the same amount as one of ours it may be that one."""
        earlier = self._before.get(refund.external_id)
        if earlier is not None and earlier.verdict is Verdict.ELSEWHERE:
            return Match(refund, Verdict.ELSEWHERE)
        alike = [ours.id for ours in self._free() if ours.amount == refund.amount and _in_time(refund, ours)]
        return Match(refund, Verdict.UNSURE if alike else Verdict.ELSEWHERE, candidates=tuple(alike))

    def _by_person(self, refund: RefundThere) -> Match | None:
        earlier = self._before.get(refund.external_id)
        if earlier is None or not earlier.by_person:
            return None
        if earlier.verdict is Verdict.ELSEWHERE:
            return Match(refund, Verdict.ELSEWHERE, fixed=True)
        return self._is(refund, next((ours for ours in self._standing if ours.id == earlier.refund_id), None))

    def _by_reference(self, refund: RefundThere) -> Match | None:
        paid = (ours for ours in self._free() if ours.state == "paid" and ours.reference == refund.external_id)
        return self._is(refund, next(paid, None))

    def _by_key(self, refund: RefundThere) -> Match | None:
        key = refund.key
        # A void refund has no money: the one that took its place is meant.
        while key in self._replaced_by:
            key = self._replaced_by[key]
        return self._is(refund, next((ours for ours in self._standing if ours.key == key), None))

    def _by_return(self, refund: RefundThere) -> Match | None:
        of_return = [ours for ours in self._free() if ours.return_ref == refund.key]
        same = [ours for ours in of_return if ours.amount == refund.amount]
        if same:
            return self._is(refund, min(same, key=lambda ours: (ours.state != "paid", ours.id)))
        ids = tuple(ours.id for ours in of_return)
        return Match(refund, Verdict.UNSURE, candidates=ids) if ids else None

    def _is(self, refund: RefundThere, ours: RefundHere | None) -> Match | None:
        if ours is None:
            return None
        self._spoken_for.add(ours.id)
        return Match(refund, Verdict.OURS, refund_id=ours.id)

    def _free(self) -> list[RefundHere]:
        return [ours for ours in self._standing if ours.id not in self._spoken_for]


def _in_time(refund: RefundThere, ours: RefundHere) -> bool:
    """What was made before ours fell due is none that was paid; with a day to spare, since some tell no time of day."""
    return ours.state == "due" or refund.at is None or refund.at >= ours.created_at - A_DAY


def _counted(matches: Iterable[Match], here: Sequence[RefundHere]) -> Iterator[Match]:
    """Each with the money that it counts for: of ours what is above them, of all others the whole."""
    ours_by_id = {refund.id: refund for refund in here}
    groups: dict[int | None, list[Match]] = {}
    for match in matches:
        groups.setdefault(match.refund_id, []).append(match)
    for refund_id, group in groups.items():
        if refund_id is None:
            yield from (replace(match, counts=match.refund.amount) for match in group)
        else:
            yield from _of_one(ours_by_id[refund_id], group)


def _of_one(ours: RefundHere, group: Sequence[Match]) -> Iterator[Match]:
    """Several may be one of ours, paid in parts; together they settle it exactly, or a person looks."""
    amount = sum(match.refund.amount for match in group)
    if ours.state == "due" and amount != ours.amount:
        yield from (
            Match(match.refund, Verdict.UNSURE, counts=match.refund.amount, candidates=(ours.id,)) for match in group
        )
        return
    beyond = max(0, amount - ours.amount)
    for match in group:
        counts = min(beyond, match.refund.amount)
        beyond -= counts
        yield replace(match, counts=counts, settles=ours.state == "due")

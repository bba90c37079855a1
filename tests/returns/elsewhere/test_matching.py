"""Whose a refund of the shop's own system is: by key, by reference, by a person's word; else by its looks."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.returns.elsewhere.matching import Judgement, Match, RefundHere, RefundThere, Verdict, match_refunds

DUE_SINCE = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
OURS, OTHER, UNSURE = Verdict.OURS, Verdict.ELSEWHERE, Verdict.UNSURE


def ours(refund_id: int = 1, state: str = "due", amount: int = 2000, **more: Any) -> RefundHere:
    facts = {"reference": f"TR-{refund_id}" if state == "paid" else None, "replaces": None} | more
    return RefundHere(
        refund_id, f"ABC-{refund_id}", "ABC", state, amount, DUE_SINCE, facts["reference"], facts["replaces"]
    )


def there(name: str = "re_1", amount: int = 2000, **more: Any) -> RefundThere:
    return RefundThere(name, amount, more.get("at"), more.get("key"))


def one(refund: RefundThere, *here: RefundHere, before: Judgement | None = None) -> Match:
    (match,) = match_refunds([refund], here, {refund.external_id: before} if before else {})
    return match


def test_a_refund_of_an_order_without_ours_is_another_one() -> None:
    assert one(there()) == Match(there(), OTHER, counts=2000)


def test_our_key_says_that_it_is_ours_and_that_what_was_due_is_paid() -> None:
    match = one(there(key="ABC-1"), ours())
    assert (match.verdict, match.refund_ids, match.counts, match.settles) == (OURS, (1,), 0, True)
    paid = one(there(key="ABC-1"), ours(state="paid"))
    assert (paid.verdict, paid.counts, paid.settles) == (OURS, 0, False)


def test_what_was_paid_there_beyond_ours_counts_beside_it() -> None:
    assert one(there(amount=2500, key="ABC-1"), ours(state="paid")).counts == 500


def test_a_refund_paid_in_two_parts_is_one_of_ours() -> None:
    parts = [there("re_1", 1500, key="ABC-1"), there("re_2", 500, key="ABC-1")]
    assert [(match.verdict, match.counts, match.settles) for match in match_refunds(parts, [ours()], {})] == [
        (OURS, 0, True),
        (OURS, 0, True),
    ]


def test_a_part_of_what_is_due_is_for_a_person() -> None:
    match = one(there(amount=1500, key="ABC-1"), ours())
    assert (match.verdict, match.candidates, match.counts) == (UNSURE, (1,), 1500)


def test_the_key_of_a_void_refund_means_the_one_that_took_its_place() -> None:
    here = [ours(1, "void"), ours(2, "void", 1800, replaces="ABC-1"), ours(3, "due", 1700, replaces="ABC-2")]
    assert one(there(amount=1700, key="ABC-1"), *here).refund_ids == (3,)


def test_the_key_of_a_void_refund_that_nothing_replaces_is_money_beside_ours() -> None:
    assert one(there(key="ABC-1"), ours(1, "void")) == Match(there(key="ABC-1"), OTHER, counts=2000)


def test_the_return_as_key_means_its_refund_of_that_amount_a_paid_one_first() -> None:
    here = [ours(1, "due"), ours(2, "paid")]
    assert one(there(key="ABC"), *here).refund_ids == (2,)
    two = match_refunds([there("re_1", key="ABC"), there("re_2", key="ABC")], here, {})
    assert [match.refund_ids for match in two] == [(2,), (1,)]


def test_the_return_as_key_with_another_amount_is_for_a_person() -> None:
    match = one(there(amount=700, key="ABC"), ours())
    assert (match.verdict, match.candidates) == (UNSURE, (1,))


def test_one_refund_with_the_return_as_key_pays_those_due_of_it_that_add_up_to_it() -> None:
    here = [ours(1, amount=700), ours(2, amount=1300)]
    match = one(there(key="ABC"), *here)
    assert (match.verdict, match.refund_ids, match.counts, match.settles) == (OURS, (1, 2), 0, True)
    assert one(there(key="ABC"), *here, ours(3, amount=400)).refund_ids == (1, 2)


def test_with_the_key_of_one_of_them_it_is_the_same_where_it_fits() -> None:
    here = [ours(1, amount=700), ours(2, amount=1300)]
    assert one(there(key="ABC-2"), *here).refund_ids == (2, 1)
    assert one(there(amount=1900, key="ABC-2"), *here).verdict is UNSURE
    paid = [ours(1, "paid", 700, reference="re_1"), ours(2, amount=1300)]
    match = one(there(), *paid)
    assert (match.verdict, match.refund_ids, match.counts, match.settles) == (OURS, (1, 2), 0, True)


def test_where_two_sums_fit_a_person_says_which() -> None:
    here = [ours(1, amount=1000), ours(2, amount=1000), ours(3, amount=1000)]
    match = one(there(key="ABC"), *here)
    assert (match.verdict, match.readings) == (UNSURE, ((1, 2), (1, 3), (2, 3)))
    assert (match.candidates, match.counts) == ((1, 2, 3), 2000)


def test_without_a_key_a_sum_of_ours_may_be_ours_as_one_of_the_same_amount_may() -> None:
    here = [ours(1, amount=700), ours(2, "paid", 1300)]
    match = one(there(), *here)
    assert (match.verdict, match.readings, match.counts) == (UNSURE, ((1, 2),), 2000)
    assert one(there(), *here, ours(3)).readings == ((3,), (1, 2))
    assert one(there(amount=2001), *here).verdict is OTHER
    early = there(at=DUE_SINCE - timedelta(days=2))
    assert one(early, *here).verdict is OTHER, "a part of it was paid only later"


def test_what_a_person_or_the_reference_says_of_several_stays() -> None:
    by_reference = [ours(1, "paid", 700, reference="re_1"), ours(2, "paid", 1300, reference="re_1")]
    assert (one(there(), *by_reference).refund_ids, one(there(), *by_reference).counts) == ((1, 2), 0)
    here = [ours(1, "paid", 700), ours(2, "paid", 1300)]
    match = one(there(amount=2100), *here, before=Judgement(OURS, (1, 2), by_person=True))
    assert (match.refund_ids, match.counts) == ((1, 2), 100)


def test_what_two_refunds_there_claim_of_one_of_ours_counts_once() -> None:
    here = [ours(1, "paid", 700, reference="re_1"), ours(2, "paid", 1300, reference="re_1")]
    matches = match_refunds([there("re_1"), there("re_2", 700, key="ABC-1")], here, {})
    assert [match.verdict for match in matches] == [OURS, OURS]
    assert sum(match.counts for match in matches) == 700


def test_the_reference_that_ours_was_booked_with_says_that_it_is_that_one() -> None:
    assert one(there("TR-1"), ours(state="paid")).verdict is OURS
    assert one(there("TR-1", 2300), ours(state="paid")).counts == 300


def test_without_key_or_reference_one_of_the_same_amount_may_be_ours() -> None:
    match = one(there(), ours())
    assert (match.verdict, match.candidates, match.counts) == (UNSURE, (1,), 2000)
    assert one(there(amount=1999), ours()).verdict is OTHER


def test_what_was_made_before_ours_fell_due_is_none_that_was_paid() -> None:
    early, late = there(at=DUE_SINCE - timedelta(days=2)), there(at=DUE_SINCE.replace(hour=0))
    assert one(early, ours(state="paid")).verdict is OTHER
    assert one(late, ours(state="paid")).verdict is UNSURE
    assert one(early, ours()).verdict is UNSURE, "what is still due may have been paid before we heard of it"


def test_what_was_another_one_when_it_was_first_told_stays_so() -> None:
    assert one(there(), ours(), before=Judgement(OTHER)).verdict is OTHER


def test_what_was_in_doubt_is_another_one_once_ours_is_void() -> None:
    assert one(there(), ours(state="void"), before=Judgement(UNSURE)).verdict is OTHER


def test_a_reference_outweighs_what_it_looked_like_and_a_person_outweighs_both() -> None:
    paid = ours(state="paid")
    assert one(there("TR-1"), paid, before=Judgement(OTHER)).verdict is OURS
    decided = one(there("TR-1"), paid, before=Judgement(OTHER, by_person=True))
    assert (decided.verdict, decided.counts, decided.fixed) == (OTHER, 2000, True)
    assert one(there(), paid, before=Judgement(OURS, (1,), by_person=True)).refund_ids == (1,)


def test_one_that_another_speaks_for_by_key_is_no_candidate() -> None:
    matches = match_refunds([there("re_1"), there("re_2", key="ABC-1")], [ours()], {})
    assert [(match.verdict, match.counts) for match in matches] == [(OTHER, 2000), (OURS, 0)]


def test_two_that_look_like_one_of_ours_are_both_in_doubt() -> None:
    matches = match_refunds([there("re_1"), there("re_2")], [ours()], {})
    assert [match.verdict for match in matches] == [UNSURE, UNSURE]


AMOUNTS = st.sampled_from([0, 500, 1000, 2000])
HERE = st.lists(st.tuples(st.sampled_from(["due", "paid", "void"]), AMOUNTS.filter(bool)), max_size=4)
THERE = st.lists(st.tuples(AMOUNTS, st.sampled_from([None, "ABC", "ABC-1", "ABC-2", "XYZ-9"])), max_size=5)


@given(HERE, THERE)
def test_no_money_is_lost_or_counted_twice(here: list[tuple[str, int]], stated: list[tuple[int, str | None]]) -> None:
    own = [ours(at, state, amount) for at, (state, amount) in enumerate(here, 1)]
    refunds = [there(f"re_{at}", amount, key=key) for at, (amount, key) in enumerate(stated)]
    matches = match_refunds(refunds, own, {})
    assert [match.refund for match in matches] == refunds
    for match in matches:
        assert 0 <= match.counts <= match.refund.amount
        assert match.verdict is OURS or match.counts == match.refund.amount
    by_id = {refund.id: refund for refund in own}
    for ids in {match.refund_ids for match in matches if match.refund_ids}:
        joined = set(ids)
        for _ in own:
            joined.update(*(match.refund_ids for match in matches if joined & set(match.refund_ids)))
        group = [match for match in matches if joined & set(match.refund_ids)]
        there_in_all, counted = sum(match.refund.amount for match in group), sum(match.counts for match in group)
        assert counted == max(0, there_in_all - sum(by_id[one].amount for one in joined))
        assert all(by_id[one].state != "void" for one in joined)


@given(HERE, THERE)
def test_saying_the_same_again_judges_the_same(
    here: list[tuple[str, int]], stated: list[tuple[int, str | None]]
) -> None:
    own = [ours(at, state, amount) for at, (state, amount) in enumerate(here, 1)]
    refunds = [there(f"re_{at}", amount, key=key) for at, (amount, key) in enumerate(stated)]
    first = match_refunds(refunds, own, {})
    judged = {match.refund.external_id: Judgement(match.verdict, match.refund_ids) for match in first}
    assert match_refunds(refunds, own, judged) == first

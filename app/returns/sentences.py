"""The words of every answer a rule or a judgement gives; pages translate them, the API sends them in English."""

from collections.abc import Mapping

from app.returns.judgement import Judgement


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


SENTENCES: dict[str, str] = {
    "order_cancelled": _l("The order was cancelled."),
    "not_shipped": _l("It has not been sent yet."),
    "not_delivered": _l("It has not arrived yet. You can return it once it has."),
    "delivery_unknown": _l("We don't know yet whether it arrived, so one of us takes a look."),
    "already_returned": _l("It is already in a return."),
    "window_over": _l("The return window ended on %(until)s."),
    "window_grace": _l("The return window ended on %(until)s. One of us looks at late returns."),
    "final_sale": _l("It was sold as final sale."),
    "personalised": _l("It was made for you."),
    "category": _l("Items of this kind cannot be returned."),
    "country_not_served": _l("We cannot take parcels back from this country."),
    "large_refund": _l("One of us looks at refunds of this size."),
    "withdrawal_statement": _l("It follows from a statement of withdrawal."),
    "unannounced": _l("It came without notice."),
    "nothing_chosen": _l("Choose at least one item."),
    "line_twice": _l("An item occurs twice."),
    "method_not_offered": _l("This way back is not offered."),
    "resolution_not_offered": _l("This outcome is not offered."),
    "pickup_day_missing": _l("Choose a day for the collection."),
    "unknown_line": _l("The order has no such item."),
    "unknown_reason": _l("Choose a reason from the list."),
    "quantity_too_high": _l("There are not that many left to return."),
    "quantity_too_low": _l("Choose at least one piece."),
    "note_missing": _l("Tell us in a few words what is wrong."),
}


def in_english(code: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a code, its dates in ISO form; a code that no sentence knows any more is said as it is."""
    try:
        return SENTENCES[code] % {name: str(value) for name, value in (params or {}).items()}
    except KeyError:
        return code


def faults_in_english(judgement: Judgement) -> list[tuple[str, str]]:
    """Each fault as (JSON pointer, sentence)."""
    return [
        (fault.pointer, in_english(fault.code, fault.finding.params if fault.finding else None))
        for fault in judgement.faults
    ]

"""The portal's own words as a text that can be edited: made by writing them with marked facts, and naming the marks.

So they follow the words of the portal, language by language, and nobody keeps them twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import lru_cache

from app.notify.kinds import Channel
from app.notify.render.gsm7 import SINGLE, septets
from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import Facts, MailShop, OtherParcel
from app.notify.render.mails.mail import MailContent
from app.notify.render.mails.texts import TEXTS, stop_hint, whole_text
from app.notify.render.words import Tongue, tongue
from app.notify.texts.trying.samples import sample_facts
from app.notify.texts.variables import variables_of
from app.tracking.summary.stages import Stage

ONE_LINE = ("subject", "preheader", "headline", "button")
MAIL_FIELDS = ("subject", "preheader", "headline", "lead", "after", "button")
# What the words of a kind turn on, so that their choices can be written out. A kind that turns on more (what befell a
# parcel, who decided) says the portal's words by name instead.
_CHOICES: dict[str, tuple[str, ...]] = {
    "order.received": ("waits", "when"),
    "order.preparing": ("when",),
    "order.cancelled": (),
    "shipment.shipped": ("when", "carrier", "parcels", "followed"),
    "shipment.out_for_delivery": ("hours", "carrier", "parcels"),
    "shipment.ready_for_pickup": ("place", "next_step", "parcels"),
    "shipment.delivered": ("collected", "others", "delivered_on", "help_email"),
    "shipment.late": ("when", "before", "followed"),
    "shipment.estimate_changed": ("when", "before"),
    "shipment.delivery_failed": ("carrier", "next_step"),
    "shipment.returning": (),
    "shipment.returned": (),
    "return.cancelled": ("collection",),
    "return.expires_soon": ("until",),
    "return.expired": ("until",),
    "refund.paid": ("more",),
    "access.link_requested": ("several",),
}
_CHOICES_OF_TEXTS: dict[str, tuple[str, ...]] = {
    "shipment.shipped": ("when",),
    "shipment.out_for_delivery": ("hours",),
    "shipment.ready_for_pickup": ("place", "until"),
    "shipment.delivered": ("others", "collected"),
    "shipment.late": ("when", "before"),
}
Lines = tuple[str, ...]


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


STANDARD = {
    "standard_subject": _l("The standard subject"),
    "standard_preview": _l("The standard preview"),
    "standard_headline": _l("The standard headline"),
    "standard_text": _l("The standard text"),
    "standard_closing": _l("The standard closing"),
    "standard_button": _l("The standard button"),
}
"""What the portal itself would say, by name: it can be said in a mail of any kind."""


def standard_values(content: MailContent) -> dict[str, str]:
    """What the portal itself says in a mail, by those names."""
    values = (
        content.subject,
        content.preheader,
        content.headline,
        "\n".join(content.lead),
        "\n".join(content.after),
        content.button[0] if content.button else "",
    )
    return dict(zip(STANDARD, values, strict=True))


def is_written_out(kind: str) -> bool:
    """Whether the mail's words are written out with their choices, rather than said by name."""
    return kind in _CHOICES


@lru_cache(maxsize=512)
def usual_text(kind: str, channel: str, language: str, shop: MailShop, answerable: bool = True) -> dict[str, str]:
    """The portal's own words of a kind as a document of texts. KeyError where there is none."""
    t = tongue(language, "Europe/Madrid")
    facts = _marked(sample_facts(shop, t, now=_MOMENT), kind)
    if channel == Channel.SMS:
        choices = _CHOICES_OF_TEXTS.get(kind, ())
        longest = sample_facts(shop, t, now=_MOMENT)
        hint = stop_hint(t, answerable=answerable)

        def body(one: Facts, absent: frozenset[str]) -> Lines:
            fitting = _fitting(kind, _taken(longest, kind, channel, absent), t, hint)
            bodies = TEXTS[kind](one, t)
            return (bodies[min(fitting, len(bodies) - 1)],)

        return {"body": "".join(_written(kind, channel, facts, t, choices, body))}
    if not is_written_out(kind):
        return _by_name(MAILS[kind](facts, t))
    fields = {
        name: "\n".join(_written(kind, channel, facts, t, _CHOICES[kind], _part(kind, name, t))) for name in MAIL_FIELDS
    }
    return {name: text for name, text in fields.items() if text or name != "button"}


_MOMENT = datetime(2026, 3, 4, 9, 7, tzinfo=UTC)


def _by_name(content: MailContent) -> dict[str, str]:
    names = dict(zip(MAIL_FIELDS, STANDARD, strict=True))
    there = {"after": bool(content.after), "button": bool(content.button)}
    fields = {field: f"{{{{ {name} }}}}" if there.get(field, True) else "" for field, name in names.items()}
    return {field: text for field, text in fields.items() if text or field != "button"}


def _part(kind: str, field: str, t: Tongue) -> Callable[[Facts, frozenset[str]], Lines]:
    def lines(facts: Facts, _absent: frozenset[str]) -> Lines:
        content = MAILS[kind](facts, t)
        if field == "button":
            return (content.button[0],) if content.button else ()
        value: str | Lines = getattr(content, field)
        return (value,) if isinstance(value, str) else tuple(filter(None, value))

    return lines


def _fitting(kind: str, longest: Facts, t: Tongue, hint: str) -> int:
    """Which of a text's wordings is the fullest that fits with the longest values; the barest if none does."""
    bodies = TEXTS[kind](longest, t)
    fits = (at for at, body in enumerate(bodies) if septets(whole_text(body, longest, hint)) <= SINGLE)
    return next(fits, len(bodies) - 1)


def _taken(facts: Facts, kind: str, channel: str, absent: frozenset[str]) -> Facts:
    """The facts as they are marked for a kind, without some of what may be lacking."""
    variables = variables_of(kind, channel)
    facts = dressed(facts, kind)
    for name in sorted(absent):
        without = variables[name].without
        facts = without(facts) if without else facts
    return facts


def _written(
    kind: str,
    channel: str,
    facts: Facts,
    t: Tongue,
    choices: Sequence[str],
    part: Callable[[Facts, frozenset[str]], Lines],
) -> Lines:
    """A part of a message as lines with marks, with an «if» where its words turn on whether something is there."""

    def written(rest: Sequence[str], absent: frozenset[str]) -> Lines:
        if rest:
            there, lacking = written(rest[1:], absent), written(rest[1:], absent | {rest[0]})
            return _joined(rest[0], there, lacking)
        one = _taken(facts, kind, channel, absent)
        values = {name: variable.value(one, t) for name, variable in variables_of(kind, channel).items()}
        return tuple(_named(line, values, kind, channel) for line in part(one, absent))

    return written(choices, frozenset())


def _named(line: str, values: dict[str, str], kind: str, channel: str) -> str:
    """The line with the name in the place of each value, the longest first: one may be a part of another."""
    variables = variables_of(kind, channel)
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        if value and not variables[name].is_flag:
            line = line.replace(value, f"{{{{ {name} }}}}")
    return line


def _joined(name: str, there: Lines, lacking: Lines) -> Lines:
    """Two ways of saying it as one: what both say at the beginning and at the end stands outside of the «if»."""
    if there == lacking:
        return there
    short = min(len(there), len(lacking))
    head = next((at for at in range(short) if there[at] != lacking[at]), short)
    tail = next((at for at in range(short - head) if there[-1 - at] != lacking[-1 - at]), short - head)
    first, second = there[head : len(there) - tail], lacking[head : len(lacking) - tail]
    last = "{% else %}" + "\n".join(second) + "{% endif %}"
    if len(first) == 1 and first[0].startswith("{% if ") and first[0].endswith(last) and first[0].count("{%") == 3:
        # Both lack it alike: one «if» that asks for both.
        return (*there[:head], f"{{% if {name} and {first[0][len('{% if ') :]}", *there[len(there) - tail :])
    if not first:
        middle = f"{{% if not {name} %}}" + "\n".join(second)
    else:
        middle = f"{{% if {name} %}}" + "\n".join(first)
        middle += "{% else %}" + "\n".join(second) if second else ""
    return (*there[:head], middle + "{% endif %}", *there[len(there) - tail :])


def dressed(facts: Facts, kind: str) -> Facts:
    """The facts with everything in them that a kind's words may turn on."""
    box, order, back = facts.box(), facts.order(), facts.returned()
    other = (OtherParcel(8, "Soon"),)
    several = (*facts.links.orders[:1], ("B-2", facts.links.order))
    collected = kind == "shipment.delivered"
    return replace(
        facts,
        links=replace(facts.links, orders=several if kind == "access.link_requested" else ()),
        ordered=replace(order, stage=Stage.ON_HOLD if kind == "order.received" else None),
        parcel=replace(box, total=max(box.total, 2), rest=other, stage=Stage.COLLECTED if collected else None),
        back=replace(back, collected_on=back.collected_on or back.deadline),
    )


def _marked(facts: Facts, kind: str) -> Facts:
    """Facts of which every value is like no other, and like no word."""
    order = replace(
        facts.order(), number="XQNUMBERZ", why="XQWHYZ", title="XQTITLEZ", total=771133, placed_on=date(2026, 1, 3)
    )
    box = replace(
        facts.box(),
        position=7771,
        total=7772,
        carrier="XQCARRIERZ",
        number="XQTRACKZ",
        point_name="XQPLACEZ",
        next_step="XQNEXTZ",
        window=(time(3, 11), time(4, 13)),
        expected_from=date(2026, 5, 11),
        expected_until=date(2026, 5, 13),
        expected_before=date(2026, 6, 15),
        keep_until=date(2026, 7, 17),
        delivered_on=date(2026, 8, 19),
    )
    back = replace(
        facts.returned(),
        ref="XQRETURNZ",
        reason="XQREASONZ",
        goes_to="XQGOESZ",
        amount=882244,
        paid=882244,
        owed=993355,
        deadline=date(2026, 9, 21),
        refund_by=date(2026, 10, 23),
        collected_on=date(2026, 11, 25),
    )
    shop = replace(facts.shop, name="XQSHOPZ", help_email="xqhelp@xq.example", help_phone="XQPHONEZ")
    # A text is as long as its shop's name: that one stays as it is.
    marked = replace(facts, shop=shop if kind in MAILS else replace(facts.shop, help_email="xqhelp@xq.example"))
    return replace(marked, ordered=replace(order, expected_from=box.expected_from, expected_until=box.expected_until),
                   parcel=box, back=back)  # fmt: skip

"""What the pages of message texts show: the table of stages, and one text with its fields, names and remarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.brands.queries import all_brands, named_brand
from app.core.clock import utcnow
from app.core.i18n.locale import speaking
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, Channel
from app.notify.render.mails.book import MAILS
from app.notify.texts import documents
from app.notify.texts.faults import faults_lately
from app.notify.texts.here import config_here, languages_of_texts
from app.notify.texts.lint import TextRemark, TextScene, remarks
from app.notify.texts.shelf import TextKey, texts_in_force
from app.notify.texts.stages import always_sent, stages_of, stages_place
from app.notify.texts.trying.samples import sample_facts
from app.notify.texts.usual import STANDARD, dressed, standard_values
from app.notify.texts.variables import editable, variables_of
from app.staff.messages.words import channel_words, kind_words
from app.staff.settings.history import history_rows
from app.staff.settings.texts.words import GROUPS, HINTS, LOOKS, field_words, language_name


@dataclass(frozen=True, slots=True)
class TextCell:
    """One channel of a stage: whether it can be switched and is on, and its texts: language, page, own or not."""

    name: str
    can_switch: bool
    is_on: bool
    texts: list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name that a text may use: how it is written, what it is, what it says of the sample, whether it may lack."""

    mark: str
    title: str
    example: str
    may_lack: bool


def stages_page(session: Session, brand: str, errors: Sequence[tuple[str | None, str]] = ()) -> str:
    """The table of every stage, channel and language, with the switches. Raises NotFound."""
    record = named_brand(session, brand)
    stages, version = stages_of(session, brand)
    own = {name for _brand, name in texts_in_force(session, [brand])}
    groups_in_order, kinds_in_order = list(GROUPS), list(KINDS)
    kinds = sorted(
        {*editable(Channel.EMAIL), *editable(Channel.SMS)},
        key=lambda kind: (groups_in_order.index(kind.partition(".")[0]), kinds_in_order.index(kind)),
    )
    groups = [
        (GROUPS[prefix], [(kind_words(kind), _cells(kind, brand, stages, own)) for kind in group])
        for prefix, group in groupby(kinds, key=lambda kind: kind.partition(".")[0])
    ]
    return render_template(
        "staff/settings/texts/list.html",
        brand=record,
        brands=all_brands(session),
        groups=groups,
        stages=stages,
        languages=[(code, language_name(code)) for code in languages_of_texts()],
        version=version,
        faults=[
            (kind_words(one.key.kind), one, one.last.words(_))
            for one in faults_lately(session, now=utcnow())
            if one.brand == brand
        ],
        history=history_rows(session, stages_place(brand), label=_stage_label),
        restore=lambda number: url_for("texts.stages_back", brand=brand, version=number),
        errors=errors,
    )


def _cells(kind: str, brand: str, stages: Mapping[str, Any], own: set[str]) -> list[TextCell]:
    cells = []
    for channel, name, off, usual in (
        (Channel.EMAIL, "mail", stages["mails_off"], frozenset(MAILS)),
        (Channel.SMS, "text", stages["texts_off"], SMS_BY_DEFAULT),
    ):
        keys = [TextKey(kind, channel, code) for code in languages_of_texts()]
        texts = [
            (language_name(key.language), url_for("texts.edit", brand=brand, **key._asdict()), key.name in own)
            for key in keys
            if kind in editable(channel)
        ]
        switchable = kind in usual and not always_sent(kind)
        cells.append(TextCell(f"{name}-{kind}", switchable, kind not in off, texts))
    return cells


def _stage_label(path: str) -> str:
    name, _dot, rest = path.partition(".")
    labels = {
        "mails_off": _("No e-mail for"),
        "texts_off": _("No text for"),
        "notes": _("Your sentence"),
        "registered_countries": _("Countries where the name is registered"),
    }
    return " ".join(filter(None, (labels.get(name, name), rest)))


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds while it is not saved; ``order`` is a real one to look at it by."""

    document: Mapping[str, Any]
    order: str = ""
    to: str = ""
    version: int | None = None


def text_page(
    session: Session,
    brand: str,
    key: TextKey,
    draft: Draft | None = None,
    *,
    errors: Sequence[tuple[str | None, str]] = (),
    order: str = "",
) -> str:
    """The editor of one text: in force, or as it was typed. Raises NotFound."""
    shown = documents.shown(session, brand, key, config_here())
    scene, place = shown.scene, documents.place_of(brand, key, shown.scene)
    document = shown.document if draft is None else draft.document
    notes = shown.remarks if draft is None else remarks(document, scene)
    address = {"brand": brand, **key._asdict()}
    return render_template(
        "staff/settings/texts/text.html",
        brand=named_brand(session, brand),
        key=key,
        title=kind_words(key.kind),
        channel=channel_words(key.channel),
        language=language_name(key.language),
        others=[(code, language_name(code)) for code in languages_of_texts() if code != key.language],
        shown=shown,
        document=document,
        fields=[(name, field_words(name), HINTS.get(name)) for name in scene.fields],
        faulty={remark.field: said(remark) for remark in notes if remark.refuses},
        notes=[(field_words(remark.field), remark.field, said(remark)) for remark in notes if not remark.refuses],
        names=name_rows(scene),
        looks=list(LOOKS.items()),
        order=draft.order if draft else order,
        to=draft.to if draft else "",
        version=shown.number if draft is None or draft.version is None else draft.version,
        address=address,
        history=history_rows(session, place, label=field_words),
        restore=lambda number: url_for("texts.back", **address, version=number),
        errors=[*errors, *((one.field, said(one)) for one in notes if one.refuses and draft is not None)],
    )


def said(remark: TextRemark) -> str:
    """A remark in the reader's language."""
    return remark.words(_)


def name_rows(scene: TextScene) -> list[NameRow]:
    """What a text may speak of, each with what it says of the sample, in the text's own language."""
    t = scene.tongue
    with speaking(t.tag):
        facts = dressed(sample_facts(scene.shop, t), scene.kind)
        examples = {name: one.value(facts, t) for name, one in variables_of(scene.kind, scene.channel).items()}
        standard = standard_values(MAILS[scene.kind](facts, t)) if scene.channel == Channel.EMAIL else {}
    rows = [
        NameRow(
            f"{{% if {name} %}}…{{% endif %}}" if one.is_flag else f"{{{{ {name} }}}}",
            _(one.title),
            "" if one.is_flag else examples[name],
            one.without is not None and not one.is_flag,
        )
        for name, one in variables_of(scene.kind, scene.channel).items()
    ]
    return rows + [NameRow(f"{{{{ {name} }}}}", _(STANDARD[name]), text, False) for name, text in standard.items()]

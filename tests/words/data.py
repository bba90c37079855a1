"""Words that are nobody's to translate: what customers, shops and carriers wrote, names, and what systems say."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import app.models  # noqa: F401  (fills the metadata)
from app.api.http import openapi
from app.api.http.problems import WORDS as PROBLEMS
from app.connections.catalogue import connections
from app.core.db import Model
from app.core.settings import ROOT
from app.sandbox.people import PEOPLE
from app.tracking.carrier_pages import carrier_choices
from tests.words.pseudo import PSEUDO, words_of, words_within

# What the portal itself says is not data, though it is kept: messages, the sandbox's mail, jobs, what came in.
OWN_WORDS = ("message", "sandbox_message", "inbox", "procrastinate", "audit")
# A country's every town would hide many a word that was forgotten.
TOWNS = "postal_place"
# The portal's own name, a shop's until it has one; a standard's and a clock's; sales channels as shops name them; a
# locale's tag.
NAMES = frozenset({"paradero", "openapi", "utc", "web", "store", PSEUDO})
# The page of components shows goods, codes and places that are nowhere else, and each icon by its name in the code.
SHOWN = frozenset({"correos", "express", "paq", "jaén", "ml", "españa", "portugal", "france"})
ICONS = re.compile(r'^\s*"([a-z]+)":', re.M)
# Methods, and the two kinds of a problem that stand beside those with a status of their own.
METHODS = frozenset({"get", "put", "post", "patch", "delete", "in", "progress", "idempotency", "key", "reused"})
FIELDS = ("type", "format", "enum", "const")


def data_of(session: Session) -> frozenset[str]:
    """The words in the tables, in the names of carriers and providers, and of the demo shop's customers."""
    tables = [table for table in Model.metadata.sorted_tables if not table.name.startswith((*OWN_WORDS, TOWNS))]
    rows = [list(row) for table in tables for row in session.execute(select(table))]
    people = [[one.name, one.line1, one.city, one.region or ""] for one in PEOPLE.values()]
    named = [*(title for _, title in carrier_choices()), *(one.title for one in connections().values())]
    return NAMES | words_of(texts([rows, people])) | words_within(named)


def handles_of(app: Flask) -> frozenset[str]:
    """What systems read on the page about the interface: methods, paths, fields, types, values; no sentence."""
    return METHODS | words_within([*_handles(openapi.document(app)), *(slug for slug, _ in PROBLEMS.values())])


def components() -> frozenset[str]:
    """What the page of components shows of its own."""
    icons = (ROOT / "app" / "templates" / "ui" / "icons.html").read_text(encoding="utf-8")
    return SHOWN | words_within(ICONS.findall(icons))


def texts(value: object) -> Iterator[str]:
    """Every text in a value of lists and objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif isinstance(value, Iterable):
        for one in value:
            yield from texts(one)


def _handles(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        yield from document
        for name, value in document.items():
            yield from texts(value) if name in FIELDS else _handles(value)
    elif isinstance(document, list):
        for one in document:
            yield from _handles(one)

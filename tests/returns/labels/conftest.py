"""A label as a Spanish customer gets it, and what a scanner reads from a page."""

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp

from app.returns.labels.ports import Label, LabelWords, Slip, SlipItem

LABEL = Label(
    reference="R-7K2M9QXA",
    tracking_number="JJD000390007882614821",
    carrier="Correos Express",
    service="Paq Retorno 24h",
    sender=("María Ñíguez López", "Calle de Alcalá 12, 3.º B", "28013 Madrid", "ESPAÑA"),
    recipient=("Demo Store", "Polígono Industrial Los Olivos", "28906 Getafe", "ESPAÑA"),
    order="1001",
    code="R-7K2M9QXA",
    deadline=date(2026, 12, 8),
    weight_g=450,
)
WORDS = LabelWords(
    sender="REMITENTE",
    recipient="DESTINATARIO",
    reference="Devolución R-7K2M9QXA",
    order="Pedido 1001",
    deadline="Envíalo hasta el 8 de diciembre",
    weight="450 g, 23,80 €",
)
SLIP = Slip(
    title="Albarán de la devolución R-7K2M9QXA",
    items_title="Qué metes en el paquete",
    items=(SlipItem(1, "Camiseta", "M / azul"), SlipItem(2, "Zapatillas")),
    steps_title="Qué hacer",
    steps=("Dobla la hoja por la línea.", "Pega la etiqueta sobre la caja.", "Entrégalo."),
    fold="Dobla por aquí",
    more="y más",
)


@pytest.fixture
def label() -> Label:
    return LABEL


@pytest.fixture
def words() -> LabelWords:
    return WORDS


@pytest.fixture
def slip() -> Slip:
    return SLIP


def named(label: Label, *lines: str) -> Label:
    """The label with another sender."""
    return replace(label, sender=lines)


def scanned(pdf: bytes, dots_per_inch: int = 203) -> set[tuple[str, str]]:
    """What a scanner reads from the first page: (format, text)."""
    page = pypdfium2.PdfDocument(pdf)[0]
    image = page.render(scale=dots_per_inch / 72).to_pil()
    return {(str(code.format), code.text) for code in zxingcpp.read_barcodes(image)}


def text_of(pdf: bytes) -> str:
    """The first page's text."""
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()

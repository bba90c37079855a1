"""Labels for those who listen: headings, paragraphs, lists, words for both codes, in the order of reading."""

import ctypes
import io
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from app.returns.labels.pdf import label_pdf, sheet_pdf
from app.returns.labels.ports import Label, LabelWords, Slip, SlipItem
from app.returns.labels.tagging import Tags, tagged
from tests.returns.labels.conftest import scanned


def told(read: object, element: object) -> str:
    """What pdfium says of an element; its texts come as UTF-16 with a zero at their end."""
    length = read(element, None, 0)  # type: ignore[operator]
    buffer = ctypes.create_string_buffer(length)
    read(element, buffer, length)  # type: ignore[operator]
    return buffer.raw[: max(0, length - 2)].decode("utf-16-le")


def elements(parent: object, depth: int = 0) -> Iterator[tuple[int, str, str, int]]:
    """The tree in its order: (depth, role, words for it, mark)."""
    for number in range(pdfium.FPDF_StructElement_CountChildren(parent)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(parent, number)
        if child:
            role, alt = (
                told(pdfium.FPDF_StructElement_GetType, child),
                told(pdfium.FPDF_StructElement_GetAltText, child),
            )
            yield depth, role, alt, pdfium.FPDF_StructElement_GetMarkedContentID(child)
            yield from elements(child, depth + 1)


def tree_of(pdf: bytes) -> list[tuple[int, str, str, int]]:
    document = pypdfium2.PdfDocument(pdf)
    # Held by a name: what belongs to a page is gone with it.
    page = document[0]
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    assert tree and pdfium.FPDF_StructTree_CountChildren(tree) == 1
    top = pdfium.FPDF_StructTree_GetChildAtIndex(tree, 0)
    assert told(pdfium.FPDF_StructElement_GetType, top) == "Document"
    listed = list(elements(top))
    pdfium.FPDF_StructTree_Close(tree)
    page.close()
    return listed


def texts_by_mark(pdf: bytes) -> dict[int, str]:
    """What is drawn under each mark."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text_page = page.get_textpage()
    texts: dict[int, str] = {}
    for number in range(pdfium.FPDFPage_CountObjects(page.raw)):
        thing = pdfium.FPDFPage_GetObject(page.raw, number)
        mark = pdfium.FPDFPageObj_GetMarkedContentID(thing)
        if mark < 0 or pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        length = pdfium.FPDFTextObj_GetText(thing, text_page.raw, None, 0)
        buffer = (ctypes.c_ushort * (length // 2))()
        pdfium.FPDFTextObj_GetText(thing, text_page.raw, buffer, length)
        texts[mark] = texts.get(mark, "") + bytes(buffer).decode("utf-16-le").rstrip("\0")
    return texts


@pytest.fixture
def spoken(words: LabelWords) -> LabelWords:
    return replace(
        words, barcode="Código de barras del número de etiqueta JJD000390007882614821", qr="Código QR de la devolución",
        point=("Déjalo en Librería Arenal", "Calle del Arenal 18, 28013 Madrid"), issuer="Número emitido por Almazara",
    )  # fmt: skip


def read_aloud(pdf: bytes) -> list[tuple[str, str]]:
    """What a screen reader says, in its order: role and text, a picture's words for the picture."""
    texts = texts_by_mark(pdf)
    return [(role, alt or texts.get(mark, "")) for _, role, alt, mark in tree_of(pdf) if mark >= 0 or alt]


def test_a_label_is_read_from_the_carrier_to_the_point(label: Label, spoken: LabelWords) -> None:
    spoken_texts = read_aloud(label_pdf(label, spoken, language="es"))
    assert spoken_texts == [
        ("H1", "Correos Express"), ("P", "Paq Retorno 24h"),
        ("P", "REMITENTE"), *(("P", line) for line in label.sender),
        ("P", "DESTINATARIO"), *(("P", line) for line in label.recipient),
        ("Figure", "Código de barras del número de etiqueta JJD000390007882614821"), ("P", "JJD000390007882614821"),
        ("Figure", "Código QR de la devolución"),
        ("P", "Devolución R-7K2M9QXA"), ("P", "Pedido 1001"), ("P", "Envíalo hasta el 8 de diciembre"),
        ("P", "450 g, 23,80 €"), ("P", "Déjalo en Librería Arenal"), ("P", "Calle del Arenal 18, 28013 Madrid"),
        ("P", "Número emitido por Almazara"),
    ]  # fmt: skip


def test_a_sheet_reads_the_label_first_then_the_slip_with_its_lists(
    label: Label, spoken: LabelWords, slip: Slip
) -> None:
    pdf = sheet_pdf(label, spoken, slip, language="es")
    roles = [(depth, role) for depth, role, _, _ in tree_of(pdf)]
    assert [role for depth, role in roles if depth == 0] == ["Sect", "P", "Sect"]
    assert [role for _, role in roles if role[0] == "H"] == ["H1", "H2", "H3", "H3"]
    assert [role for _, role in roles].count("LI") == len(slip.items) + len(slip.steps)
    spoken_texts = [text for _, text in read_aloud(pdf)]
    order = [
        spoken_texts.index(text)
        for text in ("Correos Express", slip.fold, slip.title, slip.items_title, slip.steps_title)
    ]
    assert order == sorted(order)
    assert "1 × CamisetaM / azul" in spoken_texts
    assert scanned(pdf) >= {(name, text) for name, text in scanned(label_pdf(label, spoken))}


def test_what_is_not_marked_means_nothing(label: Label, spoken: LabelWords, slip: Slip) -> None:
    document = pypdfium2.PdfDocument(sheet_pdf(label, spoken, slip))
    page = document[0]
    for number in range(pdfium.FPDFPage_CountObjects(page.raw)):
        thing = pdfium.FPDFPage_GetObject(page.raw, number)
        assert pdfium.FPDFPageObj_CountMarks(thing) == 1


@pytest.mark.parametrize("language", ["es", "en"])
def test_title_language_and_author_are_said(label: Label, spoken: LabelWords, language: str) -> None:
    pdf = label_pdf(replace(label, shop="Almazara"), spoken, language=language)
    document = pypdfium2.PdfDocument(pdf)
    assert pdfium.FPDFCatalog_IsTagged(document.raw)
    about = document.get_metadata_dict()
    assert (about["Title"], about["Author"], about["Creator"]) == ("Devolución R-7K2M9QXA", "Almazara", "Almazara")
    assert f"/Lang ({language})".encode() in pdf
    assert b"/DisplayDocTitle true" in pdf and b"/Marked true" in pdf and b"anonymous" not in pdf


def test_a_slip_that_is_too_long_stays_whole_in_its_tags(label: Label, spoken: LabelWords, slip: Slip) -> None:
    many = replace(slip, items=tuple(SlipItem(1, f"Cosa (número {n})", "azul") for n in range(40)))
    spoken_texts = read_aloud(sheet_pdf(label, spoken, many))
    assert ("LBody", "y más") in spoken_texts and ("LBody", "1.") not in spoken_texts


def test_a_file_of_another_make_is_not_tagged() -> None:
    with pytest.raises(ValueError, match="in a file that ReportLab wrote"):
        tagged(b"%PDF-1.7 of somebody else", Tags(Canvas(io.BytesIO())))

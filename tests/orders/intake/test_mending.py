"""What is only shown is set right or aside, with a note, and never refuses an order."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.orders.document.document import OrderDocument
from app.orders.document.notes import WORDS, NoteKind
from tests.orders.build import raw

K = NoteKind


def value_at(document: OrderDocument, path: str) -> Any:
    value: Any = document.model_dump(by_alias=True)
    for step in path.split("."):
        value = value[int(step) if step.isdigit() else step]
    return value


def notes(document: OrderDocument) -> list[tuple[str, NoteKind]]:
    return [(note.pointer, note.kind) for note in document.notes]


@pytest.mark.parametrize(
    ("path", "sent", "read", "kind"),
    [
        ("ship_to.line1", "Calle Mayor 1\nPiso 2", "Calle Mayor 1 Piso 2", K.CLEANED),
        ("ship_to.line1", "Calle\r\nMayor\t1\x00", "Calle Mayor 1", K.CLEANED),
        ("ship_to.line1", "x" * 301, "x" * 299 + "…", K.CUT),
        ("ship_to.name", "\u2067Ana\u2069 \u200fPrueba", "Ana Prueba", K.CLEANED),
        ("ship_to.line2", 7, "7", None),
        ("ship_to.line2", ["a"], None, K.LEFT_OUT),
        ("ship_to.postcode", 28013, "28013", None),
        ("ship_to.postcode", "8001", "08001", K.POSTCODE_ZERO),
        ("ship_to.country", "es", "ES", None),
        ("ship_to.country", "UK", "GB", K.COUNTRY_READ),
        ("ship_to.country", "XI", "GB", K.COUNTRY_READ),
        ("ship_to.country", "EL", "GR", K.COUNTRY_READ),
        ("ship_to.country", "ESP", "ES", K.COUNTRY_READ),
        ("ship_to.country", "España", "ES", K.COUNTRY_READ),
        ("ship_to.country", "Deutschland", "DE", K.COUNTRY_READ),
        ("ship_to.country", "united kingdom", "GB", K.COUNTRY_READ),
        ("ship_to.country", "", None, K.COUNTRY_UNKNOWN),
        ("ship_to.country", "Narnia", None, K.COUNTRY_UNKNOWN),
        ("customer.email", " Ana@Example.COM ", "ana@example.com", None),
        ("customer.email", "Ana Prueba <ana@example.com>", "ana@example.com", K.EMAIL_MENDED),
        ("customer.email", "ana@example.com; luis@example.com", "ana@example.com", K.EMAIL_MENDED),
        ("customer.email", "mailto:ana@example.com", "ana@example.com", K.EMAIL_MENDED),
        ("customer.email", "ana@example.com.", "ana@example.com", K.EMAIL_MENDED),
        ("customer.email", "n/a", "n/a", K.EMAIL_UNUSABLE),
        ("customer.email", "taro..mail@docomo.example.jp", "taro..mail@docomo.example.jp", K.EMAIL_UNUSABLE),
        ("customer.email", "a@b@c", "a@b@c", K.EMAIL_UNUSABLE),
        ("customer.email", "a@b.es\r\nBcc: x@y.es", "a@b.es Bcc: x@y.es", K.EMAIL_UNUSABLE),
        ("customer.phone", "\u202a+34 600 111 222\u202c", "+34 600 111 222", None),
        ("customer.phone", "ask for Pepe", "ask for Pepe", K.PHONE_UNREADABLE),
        ("customer.sms_consent", "yes", True, None),
        ("customer.sms_consent", "maybe", False, K.WORD_UNKNOWN),
        ("customer.sms_consent", None, False, None),
        ("lines.0.title", "Camisa\tazul", "Camisa azul", K.CLEANED),
        ("lines.0.title", "Cam\u202eiseta", "Camiseta", K.CLEANED),
        ("lines.0.title", "Tom &amp; Jerry &ndash; set", "Tom & Jerry – set", K.HTML),
        ("lines.0.title", "Caf&amp;eacute;", "Café", K.HTML),
        ("lines.0.title", "Set <b>de</b> 3", "Set de 3", K.HTML),
        ("lines.0.title", "x" * 600, "x" * 299 + "…", K.CUT),
        ("lines.0.title", "5 < 6 & 7 > 3", "5 < 6 & 7 > 3", None),
        ("lines.0.title", None, "TSH-M", K.DEFAULTED),
        ("lines.0.title", "half \ud83d sign", "half sign", K.CLEANED),
        ("lines.0.sku", "S" * 200, "S" * 200, None),
        ("lines.0.image_url", "//cdn.example.com/a.jpg", "https://cdn.example.com/a.jpg", None),
        ("lines.0.image_url", "https://cdn.example.com/a b.jpg", "https://cdn.example.com/a%20b.jpg", None),
        ("lines.0.image_url", "javascript:alert(1)", None, K.PICTURE_UNUSABLE),
        ("lines.0.image_url", "data:image/png;base64,AAAA", None, K.PICTURE_UNUSABLE),
        ("lines.0.image_url", "img/a.jpg", None, K.PICTURE_UNUSABLE),
        ("lines.0.weight_g", 180.4, 180, None),
        ("lines.0.weight_g", -3, None, K.LEFT_OUT),
        ("lines.0.quantity", "2", 2, None),
        ("lines.0.quantity", 2.0, 2, None),
        ("lines.0.quantity", 2.5, 3, K.QUANTITY_ROUNDED),
        ("lines.0.quantity", 0, 0, None),
        ("lines.0.unit_price", 1990.0, 1990, None),
        ("lines.0.unit_price", "1990", 1990, None),
        ("lines.0.discount", -5, 5, K.MADE_POSITIVE),
        ("lines.0.returned", 3, 2, K.MORE_GONE),
        ("lines.0.cancelled", 3, 2, K.MORE_GONE),
        ("lines.0.weight_g", "1e9999999", None, K.LEFT_OUT),
        ("totals.total", -1, None, K.LEFT_OUT),
        ("status", "canceled", "cancelled", None),
        ("lines.0.origin", "gift", "order", K.WORD_UNKNOWN),
        ("totals.discount", -500, 500, K.MADE_POSITIVE),
        ("totals.shipping", None, 0, None),
        ("payments.0.method", None, "other", K.DEFAULTED),
        ("payments.0.status", "AUTHORIZED", "authorised", None),
        ("status", "Shipped", "shipped", None),
        ("status", "PARTLY-SHIPPED", "partly_shipped", None),
        ("hold", "fraud", "review", None),
        ("hold", "whim", None, K.WORD_UNKNOWN),
        ("kind", "B2B", "b2b", None),
        ("kind", "c2c", "b2c", K.WORD_UNKNOWN),
        ("channel", "", "web", None),
        ("currency", "eur", "EUR", None),
        ("locale", "es_ES", "es-ES", None),
        ("locale", "español", None, K.LEFT_OUT),
        ("payment_status", "partially_refunded", "part_refunded", None),
        ("number", " #1001\u200e ", "#1001", None),
        ("number", 1001, "1001", None),
        ("promise.until", "2026-11-26T10:00:00Z", "2026-11-26", None),
        ("shipments.0.method", "drone", "delivery", K.WORD_UNKNOWN),
        ("shipments.0.status", "canceled", "cancelled", None),
        ("shipments.0.shipped_at", "", None, None),
        ("shipments.0.shipped_at", "last week", None, K.TIME_UNREADABLE),
        ("shipments.0.tracking_url", "https://seur.example/t?n=1", "https://seur.example/t?n=1", None),
        ("shipments.0.tracking_url", "ask us", None, K.ADDRESS_UNUSABLE),
    ],
)
def test_a_blemish_is_set_right_or_aside(path: str, sent: object, read: object, kind: NoteKind | None) -> None:
    document = OrderDocument.model_validate(raw({path: sent}))
    got = value_at(document, path)
    assert (got.isoformat() if hasattr(got, "isoformat") else got) == read
    assert kind is None or kind in [note_kind for _, note_kind in notes(document)]
    assert kind is not None or notes(document) == []


def test_a_note_says_where_and_what_stood_there() -> None:
    document = OrderDocument.model_validate(raw({"customer.email": "n/a"}))
    assert [(note.pointer, note.was) for note in document.notes] == [("/customer/email", "n/a")]


def test_every_kind_of_note_has_its_sentence() -> None:
    assert set(WORDS) == set(NoteKind)


def test_what_was_sent_is_left_as_it_was() -> None:
    body = raw({"ship_to.line1": "a\nb", "lines.0.quantity": "2", "shipments.0.lines.0.quantity": 2.0})
    OrderDocument.model_validate(body)
    assert (body["ship_to"]["line1"], body["lines"][0]["quantity"]) == ("a\nb", "2")


def test_metres_are_rounded_up_and_their_amount_stays_exact() -> None:
    document = OrderDocument.model_validate(raw({"lines.0.quantity": "2.5", "lines.0.unit_price": 999}))
    line = document.lines[0]
    assert (line.quantity, line.quantity_text, line.total) == (3, "2.5", 2498)


def with_discount_line(**totals: int) -> OrderDocument:
    lines = [
        {"id": "1", "title": "Camisa", "quantity": 2, "unit_price": 1000},
        {"id": "d", "title": "Descuento", "quantity": 1, "unit_price": -300},
    ]
    return OrderDocument.model_validate(raw(lines=lines, totals=totals, payments=[], shipments=[]))


def test_a_negative_line_is_a_discount_on_the_order() -> None:
    document = with_discount_line(items=2000, paid=1700)
    assert [line.quantity for line in document.lines] == [2, 0]
    assert document.totals.discount == 300
    assert notes(document) == [("/lines/1", NoteKind.DISCOUNT_LINE)]


def test_a_negative_line_that_the_totals_count_already_counts_once() -> None:
    assert with_discount_line(items=2000, discount=300, paid=1700).totals.discount == 300
    netted = with_discount_line(items=1700, paid=1700)
    assert (netted.totals.items, netted.totals.discount) == (2000, 300)


def test_a_negative_fee_is_a_discount() -> None:
    document = OrderDocument.model_validate(raw({"totals.fees": -200}))
    assert (document.totals.fees, document.totals.discount) == (0, 200)


def test_totals_without_items_are_what_the_lines_come_to() -> None:
    document = OrderDocument.model_validate(raw(totals={"shipping": 495, "paid": 4475}))
    assert document.totals.items == 3980


def test_an_address_that_says_nothing_is_none() -> None:
    empty = dict.fromkeys(("name", "line1", "city", "postcode", "country"), "")
    document = OrderDocument.model_validate(raw({"customer.phone": "+34600112233"}, ship_to=empty))
    assert (document.ship_to, notes(document)) == (None, [])


def test_a_promise_the_wrong_way_round_is_turned() -> None:
    document = OrderDocument.model_validate(raw(promise={"from": "2026-11-26", "until": "2026-11-24"}))
    assert document.promise is not None and document.promise.begin is not None
    assert document.promise.begin < document.promise.until


def test_an_order_without_customer_or_lines_is_taken() -> None:
    document = OrderDocument.model_validate(raw(customer=None, lines=[], shipments=[]))
    assert (document.customer.email, document.lines) == (None, ())


SHOWN = ["ship_to.name", "ship_to.line1", "ship_to.city", "customer.name", "customer.phone", "customer.email",
         "lines.0.title", "lines.0.variant", "lines.0.image_url", "shipments.0.service", "shipments.0.tracking_url",
         "purchase_order", "note", "status_word", "locale", "hold", "shipments.0.shipped_at", "promise.until",
         "ship_to.country", "ship_to.postcode", "customer.id", "shipments.0.method", "lines.0.weight_g"]  # fmt: skip
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=400)


@settings(max_examples=400)
@given(path=st.sampled_from(SHOWN), value=ANYTHING | st.lists(st.text(max_size=5), max_size=2))
def test_nothing_that_is_only_shown_refuses_an_order(path: str, value: object) -> None:
    document = OrderDocument.model_validate(raw({path: value}))
    # Mended once is mended for good.
    again = OrderDocument.model_validate(document.model_dump(mode="json", by_alias=True))
    assert again.model_dump() == document.model_dump()

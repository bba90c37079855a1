"""How a body is read: what packs it, how its text is written, what its JSON means, and the words for what is wrong."""

import gzip
import json
import re
import time
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from app.core.bodies.documents import MAX_DEPTH, parsed, read_json
from app.core.bodies.packing import MAX_BODY, unpack
from app.core.bodies.text import charset_of, decoded, json_in_utf8
from app.core.errors import TooLarge, UnknownForm, Unreadable

TEXT = '{"number": "1001", "name": "Zoë Ибáñez 日本 😀"}'
BOM = b"\xef\xbb\xbf"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


def bare_deflate(body: bytes) -> bytes:
    """Deflate without the frame that the standard has around it, as some clients send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "deflate ": bare_deflate,
    "gzip, deflate": lambda body: zlib.compress(gzip.compress(body)),
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
    "identity, gzip": gzip.compress,
    "identity": bytes,
    "": bytes,
    "UTF-8": bytes,
}


@pytest.mark.parametrize("coding", PACKERS)
@given(body=st.binary(max_size=300).filter(lambda body: not body.startswith(b"\x1f\x8b\x08")))
def test_what_was_packed_comes_out_as_it_went_in(coding: str, body: bytes) -> None:
    assert unpack(PACKERS[coding](body), coding) == body


def test_gzip_is_known_by_its_first_bytes_whatever_the_header_says() -> None:
    packed = gzip.compress(TEXT.encode())
    for coding in ("", "identity", "utf-8", "gzip"):
        assert unpack(packed, coding) == TEXT.encode()
    # A server before us has unpacked it and left the header.
    assert unpack(TEXT.encode(), "gzip") == TEXT.encode()


def test_a_body_packed_part_by_part_is_one_body() -> None:
    half = len(TEXT) // 2
    assert unpack(gzip.compress(TEXT[:half].encode()) + gzip.compress(TEXT[half:].encode())) == TEXT.encode()


@pytest.mark.parametrize("size", [MAX_BODY, MAX_BODY + 1, 300 * MAX_BODY])
def test_what_unpacks_to_more_than_the_limit_costs_no_memory(size: int) -> None:
    for coding in ("gzip", "deflate"):
        packed = PACKERS[coding](b"0" * size)
        tracemalloc.start()
        try:
            assert len(unpack(packed, coding)) == MAX_BODY == size
        except TooLarge as error:
            assert size > MAX_BODY
            assert (error.status, "1 MiB" in str(error)) == (413, True)
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < 5 * MAX_BODY


@pytest.mark.parametrize(
    ("packed", "coding", "words"),
    [
        (gzip.compress(b"{}")[:-1], "gzip", "cut short"),
        (gzip.compress(b"{}")[:12], "", "cut short"),
        (zlib.compress(b"{}")[:-1], "deflate", "cut short"),
        (gzip.compress(b"{}") + b"{}", "gzip", "follows"),
        (gzip.compress(b"{}") + b"\0", "gzip", "follows"),
        (zlib.compress(b"{}") + b"x", "deflate", "follows"),
        (gzip.compress(b"{}")[:-6] + b"\xff" * 6, "gzip", "damaged"),
        (b"\x1f\x8b\x08" + b"\xff" * 40, "gzip", "damaged"),
        (b"\xff\xff\xff", "deflate", "damaged"),
        (gzip.compress(b"") * 200, "gzip", "follows"),
    ],
)
def test_what_is_not_whole_is_refused_in_words(packed: bytes, coding: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        unpack(packed, coding)
    assert refused.value.status == 400


def test_a_mebibyte_of_empty_packed_parts_is_refused_at_once() -> None:
    packed = gzip.compress(b"") * (MAX_BODY // 20)
    begun = time.process_time()
    with pytest.raises(Unreadable):
        unpack(packed)
    assert time.process_time() - begun < 10.0


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", "aes128gcm", "x" * 500, "gzip," * 4 + "gzip"])
def test_a_packing_that_is_not_taken_is_named_with_those_that_are(coding: str) -> None:
    with pytest.raises(UnknownForm) as refused:
        unpack(b"{}", coding)
    assert refused.value.status == 415
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (TEXT.encode(), ""),
        (BOM + TEXT.encode(), ""),
        (BOM * 2 + TEXT.encode(), ""),
        ((BOM * 2 + TEXT.encode()).decode().encode("utf-16"), ""),
        (TEXT.encode("utf-16"), ""),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), ""),
        (TEXT.encode("utf-16-le"), "utf-16le"),
        (TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode(), "iso-8859-1"),
        (BOM + TEXT.encode(), "klingon"),
    ],
)
def test_one_text_is_read_however_it_is_written(body: bytes, charset: str) -> None:
    assert decoded(body, charset) == TEXT
    assert read_json(body, charset=charset)["name"].startswith("Zoë")
    assert json_in_utf8(body, f"application/json; charset={charset}") == TEXT.encode()


@pytest.mark.parametrize(
    ("charset", "text"),
    [("iso-8859-1", "Muñoz 5 €"), ("windows-1252", "Muñoz “5”"), ("iso-8859-15", "Muñoz 5 €"),
     ("windows-1250", "Łódź"), ("iso-8859-2", "Łódź"), ("us-ascii", "Muñoz"), ("latin1", "Muñoz")],
)  # fmt: skip
def test_the_charset_that_is_named_decides_what_is_no_utf_8(charset: str, text: str) -> None:
    codec = "cp1252" if charset in ("iso-8859-1", "us-ascii", "latin1") else charset
    assert decoded(text.encode(codec), charset) == text


@pytest.mark.parametrize(
    ("body", "charset", "error"),
    [
        (b'{"a": "\xe9"}', "", Unreadable),
        (b'{"a": "\xe9"}', "utf-8", Unreadable),
        (b'{"a": "\xe9"}', "klingon", UnknownForm),
        (b'{"a": "\xe9"}', "rot13", UnknownForm),
        (b'{"a": "\x81\xff"}', "windows-1252", Unreadable),
        (TEXT.encode("utf-32"), "utf-32", Unreadable),
        (TEXT.encode("utf-32-be"), "", Unreadable),
        (TEXT.encode("utf-16")[:-1], "", Unreadable),
        (b'"\xed\xa0\x80"', "", Unreadable),
        (b"\xc0\x80", "", Unreadable),
    ],
)
def test_what_is_no_text_is_refused_in_words(body: bytes, charset: str, error: type[Unreadable]) -> None:
    with pytest.raises(error, match="UTF-8") as refused:
        read_json(body, charset=charset)
    assert refused.type is error


def test_where_a_text_stops_being_utf_8_is_named() -> None:
    with pytest.raises(Unreadable, match="line 2, column 8"):
        decoded('{"name": "Zoë",\n "b": "'.encode() + b"\xe9" + b'"}')


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("application/json; charset=utf-8", "utf-8"),
        ("application/json;charset=UTF8", "utf8"),
        ('text/json; odd=1; Charset = "ISO_8859_1"', "iso-8859-1"),
        ("application/json", ""),
        ("", ""),
    ],
)
def test_the_charset_is_found_in_any_spelling_of_the_header(header: str, charset: str) -> None:
    assert charset_of(header) == charset


@pytest.mark.parametrize(
    "body", [b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>", b"a=1&b=%C3", b"", b"\xff"]
)
def test_what_is_no_json_stays_as_it_is(body: bytes) -> None:
    assert json_in_utf8(body, "text/xml; charset=iso-8859-1") == body


@given(value=VALUES, ascii_only=st.booleans(), indent=st.none() | st.integers(0, 3))
def test_good_json_means_what_every_parser_says(value: Any, ascii_only: bool, indent: int | None) -> None:
    # U+0000 is the one character that JSON has and a database has not.
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    for place in ("\\u0000", "\0"):
        text = text.replace(place, "x")
    assert parsed(text.encode()).faults == []
    assert read_json(text.encode()) == from_json(text, allow_inf_nan=False)


@given(raw=st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ua0d8e1.-tfn \n\0é', max_size=60).map(str.encode))
def test_what_another_parser_refuses_is_refused_in_a_short_sentence(raw: bytes) -> None:
    try:
        value = from_json(re.sub(b"^(\xef\xbb\xbf)+", b"", raw), allow_inf_nan=False)
    except ValueError as error:
        hollow = "surrogate" in str(error) or "hex escape" in str(error)
        try:
            read_json(raw)
        except Unreadable as refused:
            assert str(refused).endswith((".", "two"))
            assert len(str(refused)) < 400
        else:
            assert hollow or b"\0" in raw or raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    else:
        assert parsed(raw).value == value or b"\\u" in raw or b"e" in raw or b"E" in raw


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is empty."),
        (b" \r\n", "The body is empty."),
        (b"x", "The body is not JSON: line 1, column 1."),
        (b'{"a": 1,\n "b": }', "The body is not JSON: line 2, column 7."),
        (b'{"a": 1', "The body is not JSON: it breaks off at line 1, column 8."),
        (b'["abc', "The body is not JSON: it breaks off at line 1, column 6."),
        (b"{} {}", "The body is not JSON: line 1, column 4."),
        (b" " + BOM + b"{}", "The body is not JSON: line 1, column 2."),
        (b'["a\nb"]', "The body is not JSON: a bare line break or control character in a text, line 1, column 4."),
        (b'["NaN \\" NaN",\n NaN]', "The body is not JSON: NaN is no number, line 2, column 2."),
        (b'{"a": 01}', "The body is not JSON: line 1, column 8."),
        (b'{"a": +1}', "The body is not JSON: line 1, column 7."),
        (b'{"a": 0x1}', "The body is not JSON: line 1, column 8."),
        (b'{"a": 1 /* one */}', "The body is not JSON: line 1, column 9."),
        (b"[1] // one", "The body is not JSON: line 1, column 5."),
        (b'{"a": -Infinity}', "The body is not JSON: -Infinity is no number, line 1, column 7."),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "The JSON is nested deeper than 50 levels."),
        (b'{"a":' * 100_000, "The JSON is nested deeper than 50 levels."),
    ],
)
def test_what_is_no_json_is_told_with_its_place(body: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_json(body)
    assert str(refused.value) == sentence


def test_fifty_levels_are_taken() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (b'{"a": 1, "a": 1}', ["/a"]),
        (b'{"a": 1, "\\u0061": 2}', ["/a"]),
        (b'{"a\\u0000": 1, "a\\ud800": 2}', ["/a\ufffd"]),
        (b'{"": 1, "": 2}', ["/"]),
        (b'{"lines": [{"sku": 1}, {"a/b~": {"x": 1, "x": 2}, "y": 1, "y": [], "y": {}}]}',
         ["/lines/1/a~1b~0/x", "/lines/1/y", "/lines/1/y"]),
        (b'[[{"a": 1e400}], -1e999]', ["/0/0/a", "/1"]),
        (b"[" + b"9" * 5000 + b"]", ["/0"]),
        (b"[" + b"9" * 4301 + b", -" + b"9" * 4300 + b"]", ["/0"]),
    ],
)  # fmt: skip
def test_what_would_be_read_in_two_ways_is_refused_where_it_stands(body: bytes, places: list[str]) -> None:
    assert [fault.pointer for fault in parsed(body).faults] == places
    with pytest.raises(Unreadable) as refused:
        read_json(body)
    assert [fault.pointer for fault in refused.value.faults] == places
    assert all(f"#{place}: " in str(refused.value) for place in places)


@given(value=VALUES.filter(lambda value: isinstance(value, dict) and value), at=st.integers(0, 3))
def test_a_name_written_twice_is_found_in_any_object(value: dict[str, Any], at: int) -> None:
    name = list(value)[at % len(value)]
    member = f"{json.dumps(name)}: 1"
    text = "[1, " + json.dumps(value)[:-1] + f", {member}" + "}]"
    assert any(fault.pointer.startswith("/1/") and "twice" in fault.detail for fault in parsed(text.encode()).faults)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"Camisa \ud83d", "Camisa \ufffd"),
        (r"\ude00 Camisa", "\ufffd Camisa"),
        (r"\ud83d\ude00", "😀"),
        (r"\ud83d\ud83d\ude00", "\ufffd😀"),
        (r"\\ud83d \\u0000", r"\ud83d \u0000"),
        (r"\\\u0000", "\\\ufffd"),
        (r"a\u0000b", "a\ufffdb"),
        (r"\uD83Dx", "\ufffdx"),
    ],
)
def test_half_a_character_and_none_at_all_are_marked_as_such(written: str, text: str) -> None:
    assert read_json(f'["{written}"]'.encode()) == [text]


def test_a_line_is_named_by_its_number() -> None:
    with pytest.raises(Unreadable, match=r"^Line 17 is not JSON: column 3\.$"):
        parsed(b"{ x}", line=17)


def filled(part: bytes, ending: bytes) -> bytes:
    """As many of these as the limit lets in, and an ending."""
    return b"[" + (part + b",") * ((MAX_BODY - 10) // (len(part) + 1)) + ending


@pytest.mark.parametrize(
    "part",
    [b"1", b"[]", b"{}", b'{"a":1}', b'{"a":1,"a":1}', b"1e400", b'"\\ud83d"', b'"\\\\"', b'"a"', b"1.5",
     b'{"a":[{"a":[]}]}', '"ü"'.encode(), b'"\\u00e9\\ud83d\\ude00"', b"9" * 5000],
)  # fmt: skip
@pytest.mark.parametrize("ending", [b"", b"NaN]", b"1]"])
def test_the_largest_body_is_read_fast(part: bytes, ending: bytes) -> None:
    body = filled(part, ending)
    begun = time.process_time()
    # Far above what it takes, and far below what a second look at everything before each part would.
    try:
        parsed(body)
    except Unreadable as refused:
        assert len(str(refused)) < 400
    assert time.process_time() - begun < 10.0

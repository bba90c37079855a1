"""Hostile documents are refused at once, in words."""

import time
import tracemalloc

import pytest

from app.carriers.base.documents import read
from app.carriers.base.parsing import parse
from app.core.errors import Unreadable

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">%s]><lolz>&lol9;</lolz>""" % b"".join(
    b'<!ENTITY lol%d "%s">' % (n, b"&lol%s;" % (str(n - 1).encode() if n > 1 else b"") * 10) for n in range(1, 10)
)
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
OUTSIDE_DTD = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>'
HOSTILE = {
    "billion laughs": LAUGHS,
    "outside entity": XXE,
    "outside document type": OUTSIDE_DTD,
    "outside entity in UTF-16": XXE.decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16"),
    "deep XML": b"<a>" * 10_000 + b"</a>" * 10_000,
    "deep list": b"[" * 10_000 + b"]" * 10_000,
    "deep object": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "fifty-one levels": b"[" * 51 + b"]" * 51,
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "1e400": b'{"a": 1e400}',
    "a number of 100,000 digits": b'{"a": ' + b"9" * 100_000 + b"}",
    "duplicate keys": b'{"a": 1, "a": 2}',
    "empty": b"   ",
    "no text": b"\xff\xfe\x00\x01",
    "HTML": b"<html><body>503<br></html>",
    "plain words": b"Service unavailable",
    "cut short": b'{"a": [1, 2',
    "nine megabytes": b'"' + b"x" * 9_000_000 + b'"',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_fast_and_small(name: str) -> None:
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(Unreadable, match=r"\w"):
        read(HOSTILE[name])
    spent = time.process_time() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 10.0
    assert peak < 50 * 1024 * 1024


@pytest.mark.parametrize("carrier", ["ups", "fedex", "usps", "gls", "dpd", "laposte", "dhl_universal", "generic"])
@pytest.mark.parametrize(
    "body",
    [b"1", b"null", b"[]", b"{}", b'"x"', b"[1]", b"[null]", b'{"trackResponse": 7}', b"<x/>", b'{"output": {"a": []}}',
     b'{"parcels": [{"events": 5}]}', b'{"trackResponse": {"shipment": [{"package": [{"activity": [null, 1, {}]}]}]}}',
     b'{"shipments": [{"id": {}, "events": [[], {"timestamp": 5, "location": []}]}]}', b'[{"shipment": {"event": 1}}]',
     b'{"output": {"completeTrackResults": [{"trackResults": [{"scanEvents": [{"date": {}, "scanLocation": 1}]}]}]}}'],
)  # fmt: skip
def test_a_strange_shape_is_no_accident(carrier: str, body: bytes) -> None:
    for report in parse(carrier, body):
        assert report.events or report.errors or report.number


def test_good_json_and_xml_are_read() -> None:
    assert read('\ufeff{"a": [1.5, "é"]}'.encode()) == {"a": [1.5, "é"]}
    assert read(b"<a><b>1</b></a>").tag == "a"

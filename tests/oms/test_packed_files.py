"""Order files packed with gzip: read as what is in them, whatever it is written in; taken whole or not at all."""

import codecs
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.api.v1.examples import ORDER
from app.core.errors import Invalid
from app.oms.files.opening import open_file
from app.oms.files.packed import plain_file
from app.oms.files.spreadsheet.times import ShopClocks
from app.orders.models import Order
from tests.oms.sheets import HEAD, MADRID, ROW

TEXTS = {
    ".csv": "\n".join([HEAD, ROW.format("P1", 1), ROW.format("P2", 1).replace("Camisa", "Caña señor")]) + "\n",
    ".ndjson": "".join(json.dumps(ORDER | {"number": number}, ensure_ascii=False) + "\n" for number in ("P1", "P2")),
}
WRITTEN: dict[str, Callable[[str], bytes]] = {
    "UTF-8": str.encode,
    "UTF-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16 with a mark": lambda text: text.encode("utf-16"),
    "UTF-16, big end first, with a mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "one member": gzip.compress,
    "two members": lambda raw: gzip.compress(raw[: len(raw) // 2]) + gzip.compress(raw[len(raw) // 2 :]),
    "an empty member before": lambda raw: gzip.compress(b"") + gzip.compress(raw),
    "filled up with zeros": lambda raw: gzip.compress(raw) + b"\0" * 512,
    "not packed, whatever its name says": bytes,
}
SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda raw: gzip.compress(raw)[:-9],
    "without its sum": lambda raw: gzip.compress(raw)[:-8],
    "cut in its head": lambda raw: gzip.compress(raw)[:6],
    "damaged": lambda raw: gzip.compress(raw)[:40] + bytes(20) + gzip.compress(raw)[60:],
    "with another sum": lambda raw: gzip.compress(raw)[:-8] + b"\x01\x02\x03\x04" + gzip.compress(raw)[-4:],
    "a second member cut short": lambda raw: gzip.compress(raw) + gzip.compress(raw)[:-12],
    "followed by something else": lambda raw: gzip.compress(raw) + raw,
}


def _packed(folder: Path, ending: str, raw: bytes) -> Path:
    file = folder / f"orders{ending}.gz"
    file.write_bytes(raw)
    return file


def _run(app: Flask, file: Path, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["portal", "orders", "import", str(file), *words])


def _numbers(session: Session) -> list[str]:
    return sorted(session.scalars(select(Order.number)))


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("ending", TEXTS)
def test_a_packed_file_is_imported_in_whatever_it_is_written(
    app: Flask, session: Session, tmp_path: Path, ending: str, written: str
) -> None:
    result = _run(app, _packed(tmp_path, ending, gzip.compress(WRITTEN[written](TEXTS[ending]))))
    assert result.exit_code == 0, result.output
    assert _numbers(session) == ["P1", "P2"]


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("ending", TEXTS)
def test_a_file_is_imported_however_it_is_packed(
    app: Flask, session: Session, tmp_path: Path, ending: str, packing: str
) -> None:
    result = _run(app, _packed(tmp_path, ending, PACKED[packing](TEXTS[ending].encode())))
    assert result.exit_code == 0, result.output
    assert _numbers(session) == ["P1", "P2"]


@pytest.mark.parametrize("ending", TEXTS)
def test_files_that_were_joined_have_a_mark_in_their_middle(
    app: Flask, session: Session, tmp_path: Path, ending: str
) -> None:
    first, second = TEXTS[ending], TEXTS[ending].replace("P1", "P3").replace("P2", "P4")
    marked = [gzip.compress(codecs.BOM_UTF8 + text.encode()) for text in (first, second)]
    result = _run(app, _packed(tmp_path, ending, b"".join(marked)))
    # A second first line is no order, and is noted.
    assert _numbers(session) == ["P1", "P2", "P3", "P4"], result.output


@pytest.mark.parametrize("kind", SPOILT)
@pytest.mark.parametrize("ending", TEXTS)
def test_of_a_spoilt_file_nothing_is_taken(
    app: Flask, session: Session, tmp_path: Path, ending: str, kind: str
) -> None:
    file = _packed(tmp_path, ending, SPOILT[kind](TEXTS[ending].encode()))
    result = _run(app, file)
    assert result.exit_code == 2, result.output
    assert f"Error: {file.name}: The packed file is damaged or cut short" in result.stderr
    assert session.scalar(select(func.count()).select_from(Order)) == 0
    with pytest.raises(Invalid), plain_file(file):
        pass


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("ending", TEXTS)
def test_what_is_in_it_is_the_same_by_every_packing(tmp_path: Path, ending: str, packing: str, written: str) -> None:
    raw = WRITTEN[written](TEXTS[ending])
    with plain_file(_packed(tmp_path, ending, PACKED[packing](raw))) as plain:
        assert plain.name == f"orders{ending}"
        orders = list(open_file(plain, ShopClocks(MADRID)).entries(1))
    assert [(order.number, order.faults) for order in orders] == [("P1", []), ("P2", [])]
    if ending == ".csv":
        assert orders[1].document["lines"][0]["title"] == "Caña señor"
    assert not plain.exists()


@pytest.mark.parametrize("ending", TEXTS)
def test_refused_orders_of_a_packed_file_are_written_plainly(app: Flask, tmp_path: Path, ending: str) -> None:
    spoilt = TEXTS[ending].replace("2026-11-01T10:00:00+01:00", "yesterday").replace('"quantity": 2', '"quantity": -2')
    target = tmp_path / f"refused{ending}"
    result = _run(app, _packed(tmp_path, ending, gzip.compress(spoilt.encode())), "--refused", str(target))
    assert result.exit_code == 1, result.output
    assert "P1" in target.read_text()

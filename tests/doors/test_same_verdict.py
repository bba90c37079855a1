"""One body has one verdict at every door: taken everywhere, or refused everywhere in the same words."""

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app.api.v1.examples import ORDER
from app.core.bodies.documents import parsed
from app.core.clock import utcnow
from app.core.errors import Unreadable
from app.oms.files import importing
from app.oms.files.entries import read_ndjson
from tests.doors.systems import Systems

Path = tuple[Any, ...]
QUIET = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
# What stands where a value stood, as it is written.
TOKENS = [
    "NaN", "-Infinity", "1e400", "-1e400", "9" * 5000, "01", "1.", ".5", "+1", "tru", "null", "'x'", '"\\ud83d"',
    '"a\\u0000b"', '"\\ud83d\\ude00"', '"\\\\u0000"', '"\\x"', '"a', '"a\tb"', '"\u2028"', "[" * 60 + "]" * 60, "{}",
    '{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 1}}', "[1, 2", "1,", "", "{,}", '"é"', "/* x */ 1", "0x1", "1e5", "-0",
]  # fmt: skip
# How the text becomes bytes, and how these travel.
WRITINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "two marks": lambda text: b"\xef\xbb\xbf" * 2 + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 cut": lambda text: text.encode("utf-16")[:-1],
    "Latin 1": lambda text: text.encode("latin-1", "replace"),
    "blanks": lambda text: b" \r\n\t" + text.encode() + b"\r\n",
}
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "gzip ": lambda body: gzip.compress(body)[:-2],
    "deflate ": lambda body: zlib.compress(body) + b"x",
    "br": bytes,
}


def places(value: Any, path: Path = ()) -> list[Path]:
    """The places of an order that may be spoilt; its number is in the address of one door only."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [place for step, part in inner if (*path, step) != ("number",) for place in places(part, (*path, step))]
    return [path, *below]


def written(value: Any, spoilt: Path | None, token: str, path: Path = ()) -> str:
    """JSON with ``token`` at one place."""
    if path == spoilt:
        return token
    if isinstance(value, dict):
        members = (
            f"{json.dumps(name)}: {written(inner, spoilt, token, (*path, name))}" for name, inner in value.items()
        )
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(inner, spoilt, token, (*path, at)) for at, inner in enumerate(value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """The text of an order, good or spoilt in one of many ways."""
    place = draw(st.sampled_from([place for place in places(ORDER) if place]))
    way = draw(st.sampled_from(["good", "token", "twice", "cut", "more"]))
    if way == "token":
        return written(ORDER, place, draw(st.sampled_from(TOKENS)))
    text = written(ORDER, None, "")
    if way == "twice":
        name = json.dumps(draw(st.sampled_from([name for name in ORDER if name != "number"])))
        return text[:-1] + f", {name}: {draw(st.sampled_from(['1', 'null', '{}', '[[1]]']))}}}"
    if way == "cut":
        return text[: draw(st.integers(1, len(text) - 1))]
    return text + draw(st.sampled_from(["", " ", "}", "{}", "\n\n", ",", "\0", "#"])) if way == "more" else text


def sentence(answer: TestResponse, under: str = "") -> str:
    """What the interface says of one document: nothing, its faults in one text, or why it cannot be read."""
    if answer.status_code < 400:
        return ""
    refusal = answer.json
    if "errors" not in refusal:
        return str(refusal["detail"])
    assert all(error["pointer"].startswith(f"#{under}") for error in refusal["errors"])
    return "; ".join(f"#{error['pointer'][len(under) + 1 :]}: {error['detail']}" for error in refusal["errors"])


def sentence_of_hook(systems: Systems, door: str, body: bytes, coding: str) -> str:
    """What a hook says at once or, once the delivery was looked at, of it."""
    answer = systems.push(door, body, more={"Content-Encoding": coding, "Content-Type": "text/plain"})
    if answer.status_code != 202:
        return answer.text.strip()
    return systems.understood().error or ""


def test_a_shop_front_that_there_is_not_is_said_alike(systems: Systems) -> None:
    body = json.dumps(ORDER | {"number": "1001", "brand": "nobody"}).encode()
    answer = systems.call("PUT", "/orders/1001", body, Content_Type="application/json")
    assert sentence_of_hook(systems, "oms", body, "") == sentence(answer)
    assert sentence(answer).startswith("#/brand: There is no such brand. An admin can add it")


@QUIET
@given(text=texts(), writing=st.sampled_from(sorted(WRITINGS)), packing=st.sampled_from(sorted(PACKINGS)))
def test_the_interface_and_the_hooks_say_the_same(systems: Systems, text: str, writing: str, packing: str) -> None:
    coding = packing.strip()
    body = PACKINGS[packing](WRITINGS[writing](text))
    answer = systems.call("PUT", "/orders/1001", body, Content_Type="application/json", Content_Encoding=coding)
    # Longer reasons are cut where deliveries lie.
    verdict = sentence(answer)[:1000]
    assert sentence_of_hook(systems, "oms", body, coding) == verdict
    unreadable = answer.status_code in (400, 413, 415)
    for door in ("aftership", "sendgrid"):
        reason = sentence_of_hook(systems, door, body, coding)
        # What they make of an order is another matter; what they cannot read, nobody can.
        assert (reason == verdict) or not unreadable
        assert ("not JSON" in reason) == ("not JSON" in verdict)
        assert ("twice" in reason) == ("twice" in verdict)


@QUIET
@given(text=texts().filter(lambda text: "\n" not in text), mark=st.sampled_from(["", "\ufeff", "\ufeff\ufeff"]))
def test_batches_lines_and_files_say_the_same(systems: Systems, text: str, mark: str) -> None:
    alone = systems.call("PUT", "/orders/1001", (mark + text).encode(), Content_Type="application/json")
    verdict, readable = sentence(alone), alone.status_code in (200, 201, 422)
    lines = systems.call("POST", "/orders/batch", (mark + text).encode(), Content_Type="application/x-ndjson")
    listed = systems.call("POST", "/orders/batch", f"[{text}]".encode(), Content_Type="application/json")
    # The first line of a file is read as any other, mark or not.
    entries = read_ndjson([mark + text])
    (chunk,) = importing.checked(entries, importing.clocks(systems.session), 10)
    (outcome,) = importing.take(systems.session, chunk, now=utcnow())
    file_verdict = "; ".join(f"#{line.fault.pointer}: {line.fault.detail}" for line in outcome.faults)
    if readable:
        assert sentence(lines, "/0") == sentence(listed, "/0") == verdict
        assert file_verdict == verdict
    else:
        assert lines.status_code == 400
        assert listed.status_code == 400 or mark or "follows" in verdict or text.endswith(",")
        assert lines.json["detail"] in file_verdict
        assert lines.json["detail"].replace("Line 1 ", "The body ").replace(" line 1,", "") == verdict.replace(
            " line 1,", ""
        )


@QUIET
@given(text=texts())
def test_the_reader_alone_decides_what_is_json(systems: Systems, text: str) -> None:
    answer = systems.call("PUT", "/orders/1001", text.encode(), Content_Type="text/plain")
    try:
        faults = parsed(text.encode()).faults
    except Unreadable as error:
        assert (answer.status_code, answer.json["detail"]) == (400, str(error))
    else:
        assert answer.status_code in ((422,) if faults else (200, 201, 422))

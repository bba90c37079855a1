"""Reading calendar files as RFC 5545 describes them: each rule that is broken is told, nothing is guessed."""

import re
from datetime import UTC, date, datetime

LINE = re.compile(r"(?P<name>[A-Z-]+)(?:;(?P<parameters>[^:\"]+))?:(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)")
ESCAPES = {"\\n": "\n", "\\N": "\n", "\\\\": "\\", "\\;": ";", "\\,": ","}
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION"}
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "LOCATION", "DESCRIPTION", "URL", "TRANSP"}
NEEDED = {"UID", "DTSTAMP", "DTSTART", "SUMMARY"}

Value = str | int | date


def read_calendar(content: bytes) -> dict[str, Value]:
    """The one entry of a calendar file, each property by its name."""
    lines = unfolded(content)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    begin, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    head = [name for name, _, _ in map(parted, lines[1:begin])]
    assert {"VERSION", "PRODID"} <= set(head)
    assert "VERSION:2.0" in lines
    assert end == len(lines) - 2
    properties = [parted(line) for line in lines[begin + 1 : end]]
    names = [name for name, _, _ in properties]
    assert set(names) >= NEEDED
    assert not [name for name in ONCE if names.count(name) > 1]
    return {name: meant(name, parameters, value) for name, parameters, value in properties}


def unfolded(content: bytes) -> list[str]:
    """The lines of a file; each ends with CR and LF, none is longer than 75 octets, none cuts a letter in two."""
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert not [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line]
    whole: list[str] = []
    for line in (line.decode() for line in lines):
        if line.startswith((" ", "\t")):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    return whole


def parted(line: str) -> tuple[str, str | None, str]:
    """Name, parameters and value of a line."""
    match = LINE.fullmatch(line)
    assert match, line
    return match["name"], match["parameters"], match["value"]


def meant(name: str, parameters: str | None, value: str) -> Value:
    """A value by the type of its property."""
    if name in ("DTSTART", "DTEND") and parameters == "VALUE=DATE":
        return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 (a day has no zone)
    if name.startswith("DT"):
        assert parameters is None
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if name == "SEQUENCE":
        return int(value)
    if name not in TEXTS:
        return value
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"not escaped: {value}"
    return re.sub(r"\\[nN\\;,]", lambda match: ESCAPES[match[0]], value)

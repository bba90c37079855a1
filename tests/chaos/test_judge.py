"""The judge of a run: it sees what was lost, doubled or left, and what the shop had chosen."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.chaos.check import LATE_S, judge

BEGAN = {"what": "began", "seed": 7, "asked": True, "in_doubt": "send_again"}
ANA, EVA = "ana@example.com", "eva@example.com"


def due(to: str = ANA, at: float = 1.0) -> dict[str, Any]:
    return {"what": "due", "channel": "email", "to": to, "at": at}


def took(to: str = ANA, at: float = 2.0) -> dict[str, Any]:
    return {"what": "took", "channel": "email", "to": to, "reference": "r", "at": at}


def stands(state: str, reason: str = "", repeats: int = 0, to: str = ANA) -> dict[str, Any]:
    return {"what": "stands", "channel": "email", "recipient": to, "state": state, "reason": reason, "repeats": repeats}


def answered(answer: str, at: float = 1.5) -> dict[str, Any]:
    return {"what": "answered", "channel": "email", "to": ANA, "answer": answer, "at": at}


REFUSED = answered("refuse")
UNASKED, LEAVING = {"asked": False}, {"asked": False, "in_doubt": "leave"}
LEFT = stands("failed", "in_doubt")
AGAIN = stands("accepted", "", 1)
GOOD: list[tuple[dict[str, Any], list[dict[str, Any]], str]] = [
    ({}, [took(), stands("delivered")], "once"),
    ({}, [REFUSED, stands("failed", "sendgrid:400")], "refused"),
    ({}, [answered("error", at=LATE_S), took(at=LATE_S + 9), stands("accepted")], "once"),
    (UNASKED, [took(), took(), AGAIN], "chosen_twice"),
    (LEAVING, [LEFT], "chosen_never"),
]
BAD: list[tuple[dict[str, Any], list[dict[str, Any]], str]] = [
    ({}, [stands("accepted")], "never"),
    ({}, [LEFT], "never"),
    ({}, [], "never"),
    ({}, [took(), took(), AGAIN], "twice"),
    (UNASKED, [took(), took(), stands("accepted")], "twice"),
    (UNASKED, [took(), took(), took(), AGAIN], "twice"),
    (LEAVING, [took(), took(), AGAIN], "twice"),
    ({}, [took(), stands("in_doubt")], "stuck"),
    ({}, [took(at=LATE_S + 1.5), stands("accepted")], "stuck"),
    ({}, [answered("error", at=9.0), took(at=LATE_S + 9.5), stands("accepted")], "stuck"),
    ({}, [took(at=LATE_S + 1.5), answered("accept", at=LATE_S + 1.6), stands("accepted")], "stuck"),
]


def history(folder: Path, began: dict[str, Any], *lines: dict[str, Any]) -> Path:
    """Eva's message is beside the one in question, and all is well with it."""
    path = folder / "run.jsonl"
    every = [BEGAN | began, due(EVA), took(EVA), stands("delivered", to=EVA), due(), *lines]
    path.write_text("".join(json.dumps({"at": 0.0, **line}) + "\n" for line in every))
    return path


@pytest.mark.parametrize(("began", "lines", "counted"), GOOD)
def test_what_is_in_order_or_was_chosen_is_counted_so(
    tmp_path: Path, began: dict[str, Any], lines: list[dict[str, Any]], counted: str
) -> None:
    judgement = judge(history(tmp_path, began, *lines))
    assert judgement.good and judgement.due == 2
    assert getattr(judgement, counted) == (2 if counted == "once" else 1)


@pytest.mark.parametrize(("began", "lines", "counted"), BAD)
def test_what_is_wrong_is_seen_and_named(
    tmp_path: Path, began: dict[str, Any], lines: list[dict[str, Any]], counted: str
) -> None:
    judgement = judge(history(tmp_path, began, *lines))
    assert not judgement.good and getattr(judgement, counted) == 1
    assert any(line.startswith(f"{counted}: {ANA}") for line in judgement.wrong)


def test_kills_and_the_calls_they_cut_are_counted(tmp_path: Path) -> None:
    kills = [
        {"what": "killed", "process": "worker", "why": "aimed", "cut": 5, "taken": 3},
        {"what": "killed", "process": "worker", "why": "random", "cut": 0, "taken": 0},
        {"what": "killed", "process": "web", "why": "web", "cut": 0, "taken": 0},
        {"what": "killed", "process": "worker", "why": "last", "cut": 9, "taken": 9},
    ]
    judgement = judge(history(tmp_path, {}, *kills))
    assert (judgement.kills, judgement.web_kills, judgement.hits, judgement.cut, judgement.cut_taken) == (3, 1, 1, 5, 3)


def test_an_answer_that_is_neither_yes_nor_later_spoils_a_run(tmp_path: Path) -> None:
    bad = {"what": "bad", "path": "/orders/1", "status": 500, "words": ""}
    assert not judge(history(tmp_path, {}, took(), stands("accepted"), bad)).good

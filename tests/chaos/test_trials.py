"""Some of the trials at named failpoints; `make chaos` plays all of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.chaos.answers import Answer
from benchmarks.chaos.named import named
from benchmarks.chaos.tls import make_authority
from benchmarks.chaos.trials import WAYS, Theatre, theatre

BEGUN = "after:commit:notify.send.drain:_Work._begin"
SENT = "after:call:sendgrid:send"
HANDFUL = [
    ("before:commit:api.http.operations:operation.<locals>.decorate.<locals>.view", 1, "kill", Answer.ACCEPT, True),
    ("after:commit:notify.send.drain:_Work._prepare", 1, "kill", Answer.ACCEPT, True),
    (BEGUN, 1, "kill", Answer.ACCEPT, False),
    (SENT, 1, "kill", Answer.ACCEPT, False),
    (SENT, 1, "lose", Answer.ACCEPT, False),
    ("before:commit:notify.send.drain:_Work._write", 1, "raise", Answer.ACCEPT, False),
    ("after:call:sendgrid:find", 1, "kill", Answer.DROP, False),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    folder: Path = tmp_path_factory.mktemp("trials")
    admin = os.environ["TEST_DATABASE_URL"]
    with theatre(WAYS[0], admin_url=admin, authority=make_authority(folder), folder=folder) as made:
        yield made


@pytest.mark.parametrize(("point", "passage", "deed", "answer", "reports"), HANDFUL)
def test_broken_there_nothing_is_lost_doubled_or_left(
    place: Theatre, point: str, passage: int, deed: str, answer: Answer, reports: bool
) -> None:
    outcome = place.play(point, passage, deed, answer, reports=reports)
    assert outcome.hit and outcome.good, outcome


def test_the_code_is_read_for_the_points_that_stand_in_it() -> None:
    points = named()
    assert "commit:notify.send.drain:_Work._begin" in points and "commit:jobs.engine:work_off" in points
    assert not [one for one in points if one.startswith(("commit:db:", "commit:failpoints:"))]

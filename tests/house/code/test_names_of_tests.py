"""A test has one name in every run: the machine that shares them out among processes compares the lists."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_tests_bear_the_same_names_in_another_process_and_at_another_time(request: pytest.FixtureRequest) -> None:
    files = sorted({item.nodeid.partition("::")[0] for item in request.session.items})
    again = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        # Sets are in another order there.
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {item.nodeid for item in request.session.items} <= set(again.stdout.splitlines())

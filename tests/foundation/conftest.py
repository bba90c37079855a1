"""What tests of processes and event loops need beside the common fixtures."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_loop_of_anothers() -> Iterator[None]:
    """The browser's driver leaves its event loop marked as running in this thread, between its own calls too."""
    others = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(others)

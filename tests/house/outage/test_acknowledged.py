"""Acknowledged is stored: while web processes are killed, every delivery that got its 202 is in the inbox (E-01)."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.carriers.endpoints import NEW_KEY
from tests.senders import BETWEEN, delivering, differences, wait_for_more, workers
from tests.served import served, wait_until

KILLS = 4


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the serving processes are found in /proc")
def test_every_acknowledged_delivery_is_kept(database_url: str, committed: sessionmaker[Session]) -> None:
    with served(database_url, GENERIC_WEBHOOK_SECRET=NEW_KEY) as web, delivering(web.port) as senders:
        for turn in range(KILLS):
            wait_for_more(senders, f"nothing is taken before kill {turn}")
            wait_until(lambda: bool(workers(web.process)), "nobody serves")
            os.kill(workers(web.process)[0], signal.SIGKILL)
        wait_for_more(senders, "nothing is taken after the last kill")
    lost, _unheard = differences(senders, committed)
    assert lost == set()
    assert sum(len(sender.acknowledged) for sender in senders) >= KILLS * BETWEEN
    assert set().union(*(sender.other for sender in senders)) <= {503}

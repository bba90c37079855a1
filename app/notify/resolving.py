"""What becomes of a message whose answer was lost: asked first, decided by its class otherwise; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.notify.kinds import Purpose

NEWS_WAITS = timedelta(hours=6)
RECEIPT_WAITS = timedelta(minutes=10)
AGAIN = timedelta(seconds=60)


class Asked(StrEnum):
    """What the provider said when it was asked for the message."""

    FOUND = "found"
    ABSENT = "absent"
    SILENT = "silent"


class Resolution(StrEnum):
    """What to do with a message in doubt."""

    ADOPT = "adopt"
    SEND = "send"
    SEND_COPY = "send_copy"
    WAIT = "wait"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message in doubt: since when, whether reports of others arrive, whether it is a copy already."""

    purpose: Purpose
    since: datetime
    reports_arrive: bool
    is_copy: bool = False


def resolve(doubt: Doubt, asked: Asked, *, now: datetime) -> Resolution:
    """«Absent» counts only while the provider's reports arrive; else nothing would tell of a message that did go."""
    if asked is Asked.FOUND:
        return Resolution.ADOPT
    if doubt.purpose is Purpose.CODE:
        return Resolution.GIVE_UP
    if asked is Asked.ABSENT and doubt.reports_arrive:
        return Resolution.SEND
    age = now - doubt.since
    if doubt.purpose is Purpose.RECEIPT and age >= RECEIPT_WAITS:
        return Resolution.GIVE_UP if doubt.is_copy else Resolution.SEND_COPY
    return Resolution.GIVE_UP if doubt.purpose is Purpose.NEWS and age >= NEWS_WAITS else Resolution.WAIT

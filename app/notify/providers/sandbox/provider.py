"""The sandbox as a provider: it carries a channel that nobody else does, and needs no setting."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.core.bodies.documents import read_json
from app.core.settings import PartSettings
from app.notify.kinds import Channel
from app.notify.providers.declaration import Hook, Installation, Provider
from app.notify.providers.ports import Sender
from app.notify.providers.receipts import MessageReport, ProviderReport
from app.notify.send.outcomes import FailureVerdict

if TYPE_CHECKING:
    from app.events.inbox import Delivery

CODES = {
    "permanent": FailureVerdict.PERMANENT,
    "retry": FailureVerdict.RETRY,
    "stop_address": FailureVerdict.STOP_ADDRESS,
    "in_doubt": FailureVerdict.IN_DOUBT,
}


def make(settings: PartSettings, here: Installation) -> Sender:
    """Its sender, which keeps everything."""
    from app.notify.providers.sandbox.send import SandboxSender

    return SandboxSender(here.sessions, mail_from=here.mail_from, sms_from=here.sms_from)


def read(delivery: "Delivery") -> Iterator[MessageReport]:
    """What it reported to itself when it took the message."""
    report = read_json(delivery.body)
    yield MessageReport(report["message"], "", report["word"], delivery.delivery_key, None, delivery.received_at)


PROVIDER = Provider(
    name="sandbox",
    title="Sandbox",
    channels=(Channel.EMAIL, Channel.SMS),
    settings=PartSettings,
    make=make,
    codes=CODES,
    receipts={"undelivered": ProviderReport(32, "failed"), "delivered": ProviderReport(40, "delivered")},
    hook=Hook(read=read),
)

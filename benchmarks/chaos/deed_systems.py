"""Stories of other systems: orders and scans that come in, webhooks that go out, carriers that are asked, the clock."""

import json
from datetime import timedelta
from typing import Any

from app.api.v1 import examples
from app.carriers.aftership.source import AfterShip
from app.carriers.polling.sources import KarrioSource
from app.core import standard_webhooks
from app.core.clock import utcnow
from benchmarks.chaos.deed_acts import Act
from benchmarks.chaos.deed_returns import shop_hands_over, system_makes_one
from benchmarks.chaos.deed_story import Story
from benchmarks.chaos.deed_world import LUCIA
from benchmarks.stage import HOOK_SECRET


def _document(act: Act, number: str, **more: Any) -> dict[str, Any]:
    """An order as the shop tells it; told again, it is word by word the same."""
    instant: str = act.facts.setdefault(f"told-{number}", utcnow().isoformat())
    act.keep_facts()
    person = {"id": number, "name": "Ana Ruiz", "email": f"{number}@example.com", "phone": None, "sms_consent": False}
    return {
        **examples.ORDER,
        "number": number,
        "status": "confirmed",
        "placed_at": instant,
        "updated_at": instant,
        "customer": person,
        "promise": None,
        "shipments": [],
        **more,
    }


def puts_order(act: Act) -> None:
    """A new order, with a parcel and a picture."""
    line = {**examples.ORDER["lines"][0], "image_url": f"{act.trial.outside}/picture.png"}
    parcel = {"id": "s1", "carrier": "seur", "tracking_number": "SEUR0001", "method": "delivery"}
    shipments = [{**parcel, "lines": [{"line": "1", "quantity": 2}]}]
    act.api("PUT", "/orders/N-1", _document(act, "N-1", lines=[line], shipments=shipments))


def posts_new_orders(act: Act) -> None:
    """A batch of new ones."""
    act.api("POST", "/orders/batch", [_document(act, f"N-{number}") for number in (2, 3)])


def posts_changed_orders(act: Act) -> None:
    """The same ones have changed, one more is new."""
    changed = [_document(act, f"N-{number}", status="preparing", updated_at=_later(act)) for number in (2, 3)]
    act.api("POST", "/orders/batch", [*changed, _document(act, "N-4")])


def _later(act: Act) -> str:
    instant: str = act.facts.setdefault("later", (utcnow() + timedelta(seconds=1)).isoformat())
    act.keep_facts()
    return instant


def posts_scans(act: Act) -> None:
    """The parcel moves."""
    event = {"carrier": "seur", "tracking_number": "SEUR0001", "status": "in_transit", "description": "out"}
    act.api("POST", "/tracking-events", [{**event, "occurred_at": act.facts["told-N-1"]}])


def oms_delivers(act: Act) -> None:
    """An order by the signed door; the same delivery again is the same."""
    _signed(act, "/hooks/oms/generic", "oms-1", _document(act, "N-5"))


def oms_tells_nonsense(act: Act) -> None:
    """What can never be understood."""
    _signed(act, "/hooks/oms/generic", "oms-2", {"number": "N-6"})


def carrier_pushes(act: Act) -> None:
    """A carrier without an API of its own."""
    event = {"carrier": "seur", "tracking_number": "SEUR0001", "status": "delivered", "description": "Entregado"}
    document = {"events": [{**event, "occurred_at": act.facts["told-N-1"]}]}
    _signed(act, "/hooks/carriers/generic", "generic-1", document)


def _signed(act: Act, path: str, message_id: str, document: Any) -> None:
    body = json.dumps(document, sort_keys=True).encode()
    headers = standard_webhooks.sign([HOOK_SECRET], message_id=message_id, at=utcnow(), body=body)
    act.knock(path, body, {**headers, "content-type": "application/json"})


def subscribes(act: Act) -> None:
    """Another receiver, at the same house; its secret is shown once."""
    made = act.api("POST", "/webhooks", {"url": f"{act.trial.outside}/hook", "kinds": ["order.received"]})
    act.facts["other"] = made["id"]


def rotates(act: Act) -> None:
    """A new secret beside the old one."""
    act.api("POST", f"/webhooks/{act.facts['other']}/rotation")


def unsubscribes(act: Act) -> None:
    """It wants no more."""
    act.api("DELETE", f"/webhooks/{act.facts['other']}")


def replays_one(act: Act) -> None:
    """A receiver that lost a delivery has it sent again."""
    act.api("POST", f"/webhooks/{act.facts['subscription']}/deliveries/{_newest_delivery(act)}/replay")


def _newest_delivery(act: Act) -> str:
    newest = (
        "select d.public_id from webhook_delivery d join webhook_subscription s on s.id = d.subscription_id "
        "where s.public_id = :subscription order by d.id desc limit 1"
    )
    delivery: str = act.facts.setdefault("delivery", act.one(newest, subscription=act.facts["subscription"]))
    act.keep_facts()
    return delivery


def days_go_by(act: Act) -> None:
    """Nothing comes from the carriers for a day."""
    act.wait(timedelta(days=1))


def clock_fires(act: Act) -> None:
    """What the clock has done every few minutes was not done meanwhile."""
    act.wake("poll_carriers")
    act.wake("catch_up_carriers")


def ships_with_ups(act: Act) -> None:
    """A parcel whose carrier pushes its scans once it was told of the number."""
    parcel = {"id": "s1", "carrier": "ups", "tracking_number": "1Z0000000000000001", "method": "delivery"}
    shipments = [{**parcel, "lines": [{"line": "1", "quantity": 2}]}]
    act.api("PUT", "/orders/N-7", _document(act, "N-7", shipments=shipments))


def ups_is_told(act: Act) -> None:
    """The clock's turn comes."""
    act.wake("renew_ups_alerts")


class _Ups(KarrioSource):
    """UPS at the stand-in's address."""

    def __init__(self, url: str) -> None:
        super().__init__("ups", {"client_id": "id", "client_secret": "secret"})
        self._url = url

    def client(self) -> Any:
        made = super().client()
        type(made.settings).server_url = property(lambda _settings: self._url)
        return made


def nobody_sends(act: Act) -> None:
    """The last day of the return comes near, and goes."""
    act.wait(timedelta(days=12))


def nobody_sent(act: Act) -> None:
    """It is over."""
    act.wait(timedelta(days=5))


def months_go_by(act: Act) -> None:
    """Old things are forgotten."""
    act.wait(timedelta(days=100))
    act.wake("forget_pictures")


def order_arrives(act: Act) -> None:
    """The demo shop's button."""
    act.press(LUCIA, "/sandbox/orders")


def demo_moves(act: Act) -> None:
    """The simulated carrier and its shop go on by themselves."""
    # Longer than the simulated carrier leaves a parcel anywhere: each moves, however long the story took.
    act.wait(timedelta(minutes=20))
    act.wake("move_demo_parcels")
    act.wake("bring_demo_order")


STORIES = (
    Story("orders", (puts_order, posts_new_orders, posts_changed_orders, posts_scans, carrier_pushes, oms_delivers)),
    Story("webhooks", (subscribes, puts_order, rotates, replays_one, unsubscribes)),
    Story("carriers", (puts_order, days_go_by, clock_fires),
          sources=lambda url: {"aftership": AfterShip("a-key", url=url)}),
    Story("ups", (ships_with_ups, ups_is_told), sources=lambda url: {"ups": _Ups(url)},
          environ={"PUBLIC_URL": "https://shop.example", "UPS_WEBHOOK_CREDENTIAL": HOOK_SECRET}),
    Story("expiry", (system_makes_one, nobody_sends, nobody_sent)),
    Story("months", (puts_order, months_go_by)),
    Story("demo", (system_makes_one, shop_hands_over, demo_moves, order_arrives)),
)  # fmt: skip

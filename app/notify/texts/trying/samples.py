"""A made-up order with the longest values that are usual: what a text is tried on where no real order is chosen."""

from datetime import date, datetime, time, timedelta

from app.brands.look import PLAIN, BrandLook
from app.core.clock import utcnow
from app.core.i18n.words import local_day
from app.notify.render.mails.facts import Back, Facts, Links, MailCase, MailItem, MailParcel, MailPickup, MailShop
from app.notify.render.mails.facts import Ordered as SampleOrder
from app.notify.render.words import Tongue

# As long as the secret of a real link.
_SECRET = "sample" + "0" * 37


def sample_shop(name: str = "Shop", origin: str = "https://orders.example.com", look: BrandLook = PLAIN) -> MailShop:
    """A shop where no brand is at hand."""
    return MailShop(name, name, origin, f"help@{origin.rpartition('/')[2]}", None, "", None, look)


def sample_links(origin: str) -> Links:
    """Links as long as real ones, which open nothing."""
    own = f"{origin}/l/{_SECRET}"
    return Links(own, f"{origin}/preferences/{_SECRET}", f"{origin}/withdraw", (("A-1048211", own),))


def sample_facts(shop: MailShop, t: Tongue, *, now: datetime | None = None) -> Facts:
    """Everything that a message can speak of."""
    now = now or utcnow()
    today, links = local_day(now, t.zone), sample_links(shop.origin)
    items = (MailItem(t._("Sample item"), 2, "500 ml"), MailItem(t._("Another sample item"), 1))
    return Facts(
        shop=shop,
        links=links,
        happened_at=now,
        ordered=_order(today, items, t),
        parcel=_parcel(now, items, t),
        back=_return(today, items, t),
        case=MailCase("C7K2M9QX", "It's late", (t._("Where is my order?"),), links.order, links.order),
        pickup=MailPickup(today + timedelta(3), links.order),
        payload={"what": "lost", "before": 2975},
    )


def _order(today: date, items: tuple[MailItem, ...], t: Tongue) -> SampleOrder:
    return SampleOrder(
        "A-1048211",
        "7K2M9QXA",
        "received",
        today - timedelta(2),
        items,
        total=4475,
        expected_from=today + timedelta(4),
        expected_until=today + timedelta(6),
        title=t._("Your order is on hold"),
        why=t._("We'll write as soon as it leaves."),
    )


def _parcel(now: datetime, items: tuple[MailItem, ...], t: Tongue) -> MailParcel:
    today = local_day(now, t.zone)
    return MailParcel(
        "in_transit",
        carrier="Correos Express",
        number="3230007655410294",
        items=items,
        expected_from=today + timedelta(4),
        expected_until=today + timedelta(6),
        expected_before=today + timedelta(3),
        window=(time(12), time(14, 30)),
        point_name="Estanco de la Plaza Mayor",
        point_address="Plaza Mayor 4, 28012 Madrid",
        keep_until=today + timedelta(9),
        delivered_at=now,
        delivered_zone=t.zone,
        next_step=t._("They usually try again the next working day."),
    )


def _return(today: date, items: tuple[MailItem, ...], t: Tongue) -> Back:
    return Back(
        "R7K2M9QX",
        "labelled",
        "drop_off",
        items,
        deadline=today + timedelta(10),
        amount=2380,
        refund_by=today + timedelta(24),
        reason=t._("We had no news of the parcel by %(day)s.", day=t.day(today)),
        point_name="Estanco de la Plaza Mayor",
        point_address="Plaza Mayor 4, 28012 Madrid",
        paid=2380,
        paid_on=today,
        paid_reference="TR-1048211",
        owed=595,
        code="PRD0001048211",
        goes_to=t._("to the same payment method"),
    )

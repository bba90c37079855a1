"""Every kind of message and the mail that tells it."""

from collections.abc import Callable

from app.notify.render.mails import orders, papers, parcels, refunds, returns, support, trouble
from app.notify.render.mails.facts import Facts
from app.notify.render.mails.mail import MailContent
from app.notify.render.words import Tongue

MAILS: dict[str, Callable[[Facts, Tongue], MailContent]] = {
    "order.received": orders.received,
    "order.on_hold": orders.on_hold,
    "order.preparing": orders.preparing,
    "order.cancelled": orders.cancelled,
    "shipment.shipped": parcels.shipped,
    "shipment.out_for_delivery": parcels.out_for_delivery,
    "shipment.ready_for_pickup": parcels.ready_for_pickup,
    "shipment.delivered": parcels.delivered,
    "shipment.late": trouble.late,
    "shipment.estimate_changed": trouble.moved,
    "shipment.delivery_failed": trouble.delivery_failed,
    "shipment.returning": trouble.returning,
    "shipment.returned": trouble.returned,
    "shipment.incident": trouble.incident,
    "return.requested": returns.requested,
    "return.needs_review": returns.needs_review,
    "return.approved": returns.approved,
    "return.rejected": returns.rejected,
    "return.cancelled": returns.cancelled,
    "return.label_ready": returns.label_ready,
    "return.expires_soon": returns.expires_soon,
    "return.expired": returns.expired,
    "return.on_its_way": returns.on_its_way,
    "return.received": returns.received,
    "return.missing": returns.missing,
    "return.sent_back": returns.sent_back,
    "return.changed": refunds.return_changed,
    "refund.changed": refunds.changed,
    "refund.voided": refunds.voided,
    "refund.paid": refunds.refunded,
    "withdrawal.received": papers.withdrawal,
    "access.link_requested": papers.link,
    "privacy.erasure_asked": papers.erasure,
    "case.opened": support.opened,
    "case.answered": support.answered,
    "return.pickup_booked": support.pickup_booked,
    "return.pickup_refused": support.pickup_refused,
    "shop.case_opened": support.to_shop,
    "shop.case_replied": support.more_to_shop,
    "shop.pickup_asked": support.pickup_to_shop,
    "shop.pickup_called_off": support.pickup_called_off,
}

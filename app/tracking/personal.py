"""What the room of tracking keeps of a person: where a parcel was, where it waits, who signed for it."""

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import Session

from app.personal.blanks import NOTHING, each_thinned, thinned, without
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l
from app.tracking.models import Shipment, ShipmentLine, TrackingEvent, WordMeaning

_OF_TIMELINE = ("at", "exact", "zone", "state", "leg", "by", "incident", "country")


def _shipment(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return Shipment.order_id.in_(person.order_ids)


def _scan(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    same = and_(Shipment.number == TrackingEvent.number, Shipment.carrier == TrackingEvent.carrier)
    return exists().where(same, Shipment.order_id.in_(person.order_ids))


_SHIPMENT = TableClaim(
    model=Shipment,
    purpose=_l("How far a parcel is"),
    tier=Tier.LINK,
    term="tracking",
    since=Shipment.finished_at,
    plain="""id order_id external_id position direction carrier carrier_source service number method label_created_at
        shipped_at closed_at promise_from promise_until origin carrier_word parcel_group shop_status shop_status_at
        shop_delivered_at packed_at historic zone state state_since leg milestones told flags estimate_from
        estimate_until estimate_window estimate_source estimate_before picked_up_at first_attempt_at delivered_at
        late_since last_event_at news_at quiet released dirty_at next_poll_at polled_at asked_at poll_failures
        poll_failing_since poll_error alerts_due_at finished_at version created_at""",
    personal={
        "signed_by": Use("Who took it", NOTHING, Tier.CODE),
        "pickup_point": Use("Where it waits to be collected", NOTHING),
        "tracking_url": Use("The carrier's page of it", NOTHING),
        "as_sent": Use("What the shop wrote", without("as_sent", "tracking_url")),
        "timeline": Use("Where it was, in the carrier's words", each_thinned("timeline", *_OF_TIMELINE)),
    },
    of=_shipment,
)
_SCAN = TableClaim(
    model=TrackingEvent,
    purpose=_l("A scan, as a carrier told it"),
    tier=Tier.LINK,
    term="tracking",
    since=TrackingEvent.received_at,
    # A parcel that is still on its way is told whole, however long it takes.
    ended=~exists().where(
        and_(Shipment.number == TrackingEvent.number, Shipment.carrier == TrackingEvent.carrier),
        or_(Shipment.finished_at.is_(None)),
    ),
    plain="""id carrier number status code occurred_raw occurred_at zone time_quality sequence event_id incident blame
        sources received_at missing_since withdrawn_at explained_by""",
    hidden="identity",
    personal={
        "description": Use("The carrier's own words", ""),
        "place": Use("Where it was", thinned("place", "country")),
    },
    of=_scan,
)
_CONTENTS = TableClaim(
    model=ShipmentLine,
    purpose="What is in a parcel",
    basis=Basis.CONTRACT,
    tier=Tier.LINK,
    term="with",
    plain="shipment_id order_line_id quantity",
)

_MEANING = TableClaim(
    model=WordMeaning,
    purpose="What the shop says that a carrier's code means",
    basis=Basis.INTEREST,
    term="shop",
    plain="id carrier code words state made_at scans done_at",
    staff="made_by",
)

PERSONAL = RoomClaims("tracking", (_SHIPMENT, _SCAN, _CONTENTS, _MEANING))

"""Reading an order for its page: one statement that returns everything shown. A hot path, hence plain SQL and rows."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.tracking.estimate import Outlook, read_window
from app.tracking.fold.facts import MilestoneName, abroad
from app.tracking.page.records import TrackedLine, TrackedOrder, TrackedParcel, TrackedScan
from app.tracking.states import ShipmentState

# One statement, put together by the database: measured at several times the speed of the ORM's six.
_ORDER = text(
    """
    select o.id, o.ref, o.number, o.kind, o.purchase_order, o.placed_at, o.updated_at, o.status, o.hold,
        o.hold_until, o.currency,
        o.locale, o.ship_to, o.promise_from, o.promise_until,
        o.totals || jsonb_build_object('paid', o.paid) as totals, o.payments, o.gift, o.version,
        o.payment_status, o.prices_include_tax, o.refunds, o.invoices,
        exists (select from order_line l where l.order_id = o.id) as had_lines,
        (select jsonb_build_object('key', b.key, 'name', b.name, 'time_zone', b.time_zone, 'help_email', b.help_email,
            'help_phone', b.help_phone, 'help_url', b.help_url, 'postal_address', b.postal_address, 'facts', b.facts,
            'host', b.host)
            from brand b where b.key = o.brand_key) as brand,
        coalesce((select jsonb_agg(jsonb_build_array(l.id, l.title, l.variant, l.quantity,
            l.quantity + l.cancelled, l.image_url,
            coalesce(l.total + l.discount, (l.quantity + l.cancelled) * l.unit_price), l.cancelled,
            l.quantity_text, l.origin, l.line_id, l.for_line, l.returned, l.kind, l.url,
            exists (select from picture p
                where p.url_hash = sha256(convert_to(l.image_url, 'UTF8')) and p.content is not null))
            order by l.position) from order_line l where l.order_id = o.id and (l.quantity + l.cancelled > 0
                or exists (select from shipment_line i where i.order_line_id = l.id))), '[]') as lines,
        coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'carrier', s.carrier, 'service', s.service,
            'word', s.carrier_word, 'number', s.number, 'group', s.parcel_group, 'url', s.tracking_url,
            'method', s.method, 'pickup_point', s.pickup_point,
            'origin', s.origin, 'zone', s.zone, 'state', s.state, 'state_since', s.state_since, 'leg', s.leg,
            'milestones', s.milestones, 'flags', s.flags,
            'timeline', s.timeline, 'promise_from', s.promise_from, 'promise_until', s.promise_until,
            'estimate_from', s.estimate_from, 'estimate_until', s.estimate_until, 'estimate_window', s.estimate_window,
            'estimate_before', s.estimate_before, 'estimate_source', s.estimate_source,
            'label_created_at', s.label_created_at, 'delivered_at', s.delivered_at, 'late_since', s.late_since,
            'signed_by', s.signed_by,
            'last_event_at', s.last_event_at, 'next_poll_at', s.next_poll_at, 'polled_at', s.polled_at,
            'finished_at', s.finished_at,
            'version', s.version, 'lines', coalesce((select jsonb_agg(jsonb_build_array(i.order_line_id, i.quantity))
                from shipment_line i where i.shipment_id = s.id), '[]')) order by s.position, s.id)
            from shipment s where s.order_id = o.id and s.direction = 'outbound'), '[]') as parcels
    from "order" o where o.id = any(:order_ids)
    """
)


AsksCarrier = Callable[[str | None], bool]


def order_facts(session: Session, order_id: int, *, asks: AsksCarrier) -> TrackedOrder:
    """The order behind a grant; ``asks`` says which carriers are asked. Raises NotFound when it was erased since."""
    facts = orders_facts(session, [order_id], asks=asks)
    if order_id not in facts:
        raise NotFound("order")
    return facts[order_id]


def orders_facts(
    session: Session, order_ids: Sequence[int], *, asks: AsksCarrier = lambda _carrier: False
) -> dict[int, TrackedOrder]:
    """These orders by their ids, in one statement; those that were erased since are not among them."""
    if not order_ids:
        return {}
    rows = session.connection().execute(_ORDER, {"order_ids": list(order_ids)}).mappings()
    return {row["id"]: _order(dict(row), asks) for row in rows}


def _order(facts: dict[str, Any], asks: AsksCarrier) -> TrackedOrder:
    ordered = tuple(TrackedLine(*line) for line in facts.pop("lines"))
    lines = tuple(line for line in ordered if line.quantity)
    # What is in a parcel stays in it, also when the order has lost the line since.
    by_id = {line.row_id: line for line in ordered}
    parcel_rows = facts.pop("parcels")
    parcels = tuple(_parcel(parcel, at, by_id, facts) for at, parcel in enumerate(parcel_rows, start=1))
    parcels = tuple(replace(parcel, askable=bool(parcel.number) and asks(parcel.carrier)) for parcel in parcels)
    parcels = _sent_again(parcels)
    unsent, without_parcel = _unsent(lines, parcels)
    return TrackedOrder(
        **facts,
        lines=lines,
        cancelled=tuple(_some(line, line.cancelled) for line in ordered if line.cancelled),
        unsent=unsent,
        without_parcel=without_parcel,
        parcels=_together(parcels),
    )


def _together(parcels: tuple[TrackedParcel, ...]) -> tuple[TrackedParcel, ...]:
    """Parcels of a group with what is in all of them: which of it is in which, nobody says."""
    goods: dict[str, list[TrackedLine]] = {}
    for parcel in parcels:
        if parcel.group is not None:
            goods.setdefault(parcel.group, []).extend(parcel.goods)
    sizes = Counter(parcel.group for parcel in parcels)
    return tuple(
        replace(parcel, goods=tuple(goods[parcel.group]), goods_of=sizes[parcel.group])
        if parcel.group is not None and sizes[parcel.group] > 1
        else parcel
        for parcel in parcels
    )


def _sent_again(parcels: tuple[TrackedParcel, ...]) -> tuple[TrackedParcel, ...]:
    """Parcels whose pieces beyond all that was ordered are marked: they were sent again."""
    packed: Counter[int] = Counter()
    marked = []
    for parcel in parcels:
        goods = tuple(replace(one, again=0 < one.sold <= packed[one.row_id]) for one in parcel.goods)
        packed.update({one.row_id: one.quantity for one in parcel.goods})
        marked.append(replace(parcel, goods=goods))
    return tuple(marked)


def _unsent(
    lines: tuple[TrackedLine, ...], parcels: tuple[TrackedParcel, ...]
) -> tuple[tuple[TrackedLine, ...], tuple[TrackedLine, ...]]:
    """What is in no parcel yet, and what needs none. A shop that does not say what is in its parcels sent all of it."""
    packed: Counter[int] = Counter()
    for parcel in parcels:
        for goods in parcel.goods:
            packed[goods.row_id] += goods.quantity
    left = [_some(line, line.quantity - packed[line.row_id]) for line in lines if line.quantity > packed[line.row_id]]
    silent = bool(parcels) and not packed
    return (
        tuple(line for line in left if line.kind == "goods" and not silent),
        tuple(line for line in left if line.kind != "goods"),
    )


def _some(line: TrackedLine, quantity: int) -> TrackedLine:
    return replace(line, quantity=quantity)


def _parcel(row: dict[str, Any], place: int, lines: dict[int, TrackedLine], order: dict[str, Any]) -> TrackedParcel:
    state = ShipmentState(row["state"])
    return TrackedParcel(
        id=row["id"],
        place=place,
        carrier=row["carrier"],
        service=row["service"],
        number=row["number"],
        group=row["group"],
        goods_of=1,
        method=row["method"],
        pickup_point=row["pickup_point"],
        origin=row["origin"],
        zone=row["zone"],
        state=state,
        state_since=_instant(row["state_since"]),
        reached=_reached(row),
        flags=frozenset(row["flags"]),
        scans=tuple(_scan(entry) for entry in row["timeline"]),
        goods=tuple(_some(lines[line], count) for line, count in row["lines"] if line in lines),
        outlook=_outlook(row, state, order),
        estimate_before=_day(row["estimate_before"]),
        estimate_source=row["estimate_source"],
        label_created_at=_instant(row["label_created_at"]),
        delivered_at=_instant(row["delivered_at"]),
        late_since=_instant(row["late_since"]),
        signed_by=row["signed_by"],
        next_poll_at=_instant(row["next_poll_at"]),
        polled_at=_instant(row["polled_at"]),
        finished_at=_instant(row["finished_at"]),
        tracking_url=row["url"],
        carrier_word=row["word"],
        version=row["version"],
    )


def _outlook(row: dict[str, Any], state: ShipmentState, order: dict[str, Any]) -> Outlook:
    return Outlook(
        state=state,
        zone=row["zone"],
        promise_from=_day(row["promise_from"]),
        promise_until=_day(row["promise_until"]),
        told_from=_day(row["estimate_from"]),
        told_until=_day(row["estimate_until"]),
        window=read_window(row["estimate_window"]),
        state_since=_instant(row["state_since"]),
        last_event_at=_instant(row["last_event_at"]),
        international=abroad(row["origin"], order["ship_to"], row["pickup_point"]),
    )


def _reached(row: dict[str, Any]) -> dict[MilestoneName, datetime]:
    """Stages by their latest instant: a second way of the parcel overrules its first."""
    return {
        MilestoneName(milestone["name"]): datetime.fromisoformat(milestone["at"]) for milestone in row["milestones"]
    }


def _scan(entry: dict[str, Any]) -> TrackedScan:
    return TrackedScan(
        at=datetime.fromisoformat(entry["at"]),
        exact=entry["exact"],
        zone=entry["zone"],
        state=ShipmentState(entry["state"]),
        by=entry["by"],
        words=entry["words"],
        incident=entry["incident"],
        city=entry["city"],
        country=entry["country"],
    )


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None

"""Drop-off points over HTTP: the networks there are, and the shop's own points, put as documents."""

from datetime import date, datetime
from typing import Annotated, Any

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, Operation, acting, operation, same_names
from app.core.clock import utcnow
from app.core.errors import Fault, Invalid
from app.returns.points.keeping import networks, own
from app.returns.points.place_text import network_name

READ, WRITE = "points:read", "points:write"
EXAMPLE = {
    "kind": "store",
    "name": "Tienda Goya",
    "line1": "Calle de Goya 5",
    "postcode": "28001",
    "city": "Madrid",
    "country": "ES",
    "opening_hours": "Mo-Sa 10:00-21:00",
    "closed": ["2026-12-24"],
    "accepts": ["label", "unpacked"],
}
Text = Annotated[str, Field(strict=True, max_length=200)]


class PointDocument(BaseModel, extra="forbid"):
    """A point of the shop's own; without coordinates it stands in the middle of its postcode.

    ``opening_hours`` in OpenStreetMap's notation, ``closed`` days on which it is shut besides.
    """

    kind: Text = "store"
    name: Text
    line1: Text
    postcode: Text = ""
    city: Text
    country: Annotated[str, Field(strict=True, min_length=2, max_length=2)]
    latitude: float | None = None
    longitude: float | None = None
    opening_hours: Annotated[str, Field(strict=True, max_length=1000)] = ""
    closed: Annotated[list[date], Field(max_length=own.MOST_CLOSED)] = []
    accepts: Annotated[list[Text], Field(min_length=1, max_length=10)] = ["label"]


class PointAnswer(BaseModel):
    """A point as it is kept; ``made_by`` where it was typed here, ``approximate`` where nobody said where it lies."""

    network: str
    id: str
    kind: str
    name: str
    line1: str
    postcode: str
    city: str
    country: str
    latitude: float | None
    longitude: float | None
    approximate: bool
    time_zone: str
    opening_hours: str
    closed: list[date]
    accepts: list[str]
    active: bool
    made_by: str | None
    imported_at: datetime


class NetworkAnswer(BaseModel):
    """One network in one country: points in use and retired, and the last import."""

    network: str
    country: str
    active: int
    retired: int
    own: int
    without_hours: int
    approximate: int
    waiting: int
    imported_at: datetime


class NetworkList(BaseModel):
    """Every network, country by country."""

    networks: list[NetworkAnswer]


@api.get("/points")
@operation(Operation(scope=READ, summary=_l("Networks of drop-off points"), answer=NetworkList))
def list_networks(session: Session) -> Answer:
    """Tell every network."""
    rows = [NetworkAnswer(**same_names(NetworkAnswer, row)) for row in networks.networks(session)]
    return Answer(NetworkList(networks=rows))


@api.get("/points/<network>/<point>")
@operation(Operation(scope=READ, summary=_l("One drop-off point"), answer=PointAnswer))
def get_point(session: Session, network: str, point: str) -> Answer:
    """Tell one point."""
    return Answer(_answer(own.by_key(session, network, point)))


@api.put("/points/<network>/<point>")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Put a point of the shop's own"),
        notes=_l("The network is the carrier whose labels it takes. No imported list takes such a point out of use."),
        body=PointDocument,
        answer=PointAnswer,
        example=EXAMPLE,
        audit="point.saved",
    )
)
def put_point(session: Session, network: str, point: str, body: PointDocument) -> Answer:
    """Write one point."""
    if network_name(network) != network:
        raise Invalid([Fault("", "The network's name has letters, digits and underscores")])
    typed = body.model_dump() | {"network": network, "accepts": " ".join(body.accepts)}
    try:
        own.save(session, typed, closed=body.closed, external_id=point, by=acting(), now=utcnow())
    except Invalid as error:
        raise Invalid([Fault(f"/{fault.pointer}", fault.detail) for fault in error.faults]) from error
    return Answer(_answer(own.by_key(session, network, point)), noted=Noted(f"{network}/{point}"))


@api.delete("/points/<network>/<point>")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Take a point of the shop's own out of use"),
        notes=_l("Returns keep what they know of it; put it again to bring it back."),
        status=204,
        audit="point.removed",
    )
)
def delete_point(session: Session, network: str, point: str) -> Answer:
    """Take it out of use."""
    # Out of use and not deleted: returns that chose it still say where it is.
    own.set_active(session, own.by_key(session, network, point).id, False)
    return Answer(None, status=204, noted=Noted(f"{network}/{point}"))


def _answer(row: Any) -> PointAnswer:
    hours, closed = own.parted(row.opening_hours)
    facts = {"id": row.external_id, "opening_hours": hours, "closed": list(closed)}
    return PointAnswer(**same_names(PointAnswer, row) | facts)

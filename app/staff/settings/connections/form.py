"""The form of a connection: what was typed becomes values of its variables; an empty secret stays as it was."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.connections.catalogue import Connection, ConnectionField, FieldShape
from app.connections.live import LiveSettings
from app.connections.overview import ConnectionState, FieldState, SetBy
from app.core.settings.mail_server import MailServer

LONGEST = 5000


@dataclass(frozen=True, slots=True)
class ServerParts:
    """A mail server as people know it."""

    host: str = ""
    port: str = ""
    tls: bool = False
    user: str = ""


def parts_of(live: LiveSettings, field: ConnectionField) -> ServerParts:
    """The parts of the address that is in force, without its password."""
    address = live.settings.environ.get(field.variable, "")
    if not address:
        return ServerParts()
    server = MailServer.of(address)
    return ServerParts(server.host, str(server.port), server.tls, server.user)


def typed(state: ConnectionState, form: Mapping[str, str], live: LiveSettings) -> dict[str, str | None]:
    """The values that the form asks for, by variable."""
    values: dict[str, str | None] = {}
    for one in state.fields:
        if one.origin is not SetBy.ENVIRONMENT and one.field.key is None:
            values |= _value(one, form, live)
    return values


def server_fault(one: Connection, form: Mapping[str, str], live: LiveSettings) -> list[tuple[str, str]]:
    """A stored password is not sent to another server than the one that it was entered for."""
    for field in one.fields:
        if field.shape is FieldShape.SERVER and _leads_away(field, form, live):
            return [(f"{field.variable}-password", _("Enter it again: it would go to another address."))]
    return []


def _value(one: FieldState, form: Mapping[str, str], live: LiveSettings) -> dict[str, str | None]:
    field, text = one.field, form.get(one.field.variable, "").strip()[:LONGEST]
    if field.shape is FieldShape.SERVER:
        return _server(field, form, live)
    if field.shape is FieldShape.SWITCH:
        return {field.variable: "1" if text else None}
    if not field.secret:
        return {field.variable: text or None}
    if text:
        return {field.variable: _beside_the_one_before(one, text, live)}
    return {field.variable: None} if form.get(f"clear-{field.variable}") else {}


def _beside_the_one_before(one: FieldState, text: str, live: LiveSettings) -> str:
    """Where two are taken at once the one before stays, so that nothing is missed while the other side changes over."""
    before = live.settings.environ.get(one.field.variable, "").split(",")[0]
    if not one.field.several or not one.rows or not before or "," in text or before == text:
        return text
    return f"{text},{before}"


def _server(field: ConnectionField, form: Mapping[str, str], live: LiveSettings) -> dict[str, str | None]:
    sent = {part: form.get(f"{field.variable}-{part}", "").strip()[:LONGEST] for part in ("host", "port", "user")}
    if not sent["host"]:
        return {field.variable: None}
    password = form.get(f"{field.variable}-password", "")[:LONGEST] or _password(field, live)
    is_tls, port = form.get(f"{field.variable}-tls") == "tls", sent["port"]
    server = MailServer(sent["host"], 0, sent["user"], password, is_tls).written()
    # As it was typed: what is no port is refused with the whole address.
    return {field.variable: f"{server}:{port}" if port else server}


def _password(field: ConnectionField, live: LiveSettings) -> str:
    address = live.settings.environ.get(field.variable, "")
    return MailServer.of(address).password if address else ""


def _leads_away(field: ConnectionField, form: Mapping[str, str], live: LiveSettings) -> bool:
    host = form.get(f"{field.variable}-host", "").strip().lower()
    before = parts_of(live, field).host.lower()
    return bool(
        host and before and host != before and _password(field, live) and form.get(f"{field.variable}-user")
    ) and (not form.get(f"{field.variable}-password"))

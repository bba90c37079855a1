"""Every address of the portal, with something real for each name in it; a new name must be decided on here."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from app.orders.lookup.sessions import session_key

OWN = {"HEAD", "OPTIONS"}
SYSTEM = ("api", "oms", "carriers", "message_hooks", "health", "docs")
# By endpoint where it matters, else by the name alone.
MEANT = {
    "brands.restore.number": "version",
    "api.post_brand_restoration.number": "version",
    "ref": "order",
    "return_flow.ref": "order",
    "returns.ref": "return",
    "returning.ref": "return",
    "return_label.ref": "return",
    "return_ref": "return",
    "decisions.ref": "return",
    "return_money.ref": "return",
    "collections.ref": "return",
    "cases.ref": "case",
    "replies.name": "reply",
    "replies.number": "reply_version",
    "api.name": "reply",
    "notes.of_return.ref": "return",
    "notes.of_case.ref": "case",
    "elsewhere.refund_id": "elsewhere_id",
    "elsewhere.ours_id": "refund_id",
    "elsewhere.line_id": "line_id",
    "api.get_erasure.ref": "erasure",
    "api.cancel_erasure.ref": "erasure",
    "privacy.erasure": "erasure",
    "api.ref": "return",
    "demo_shop.ref": "return",
    "withdrawal.ref": "withdrawal",
    "warehouse.receive.ref": "return",
    "warehouse.book.ref": "return",
    "warehouse.done.ref": "return",
    "warehouse.correct.ref": "return",
    "warehouse.voiding.ref": "return",
    "warehouse.correction.ref": "return",
    "warehouse.key": "receipt",
    "links.token": "token",
    "shared.token": "share",
    "returns.period.ref": "order",
    "preferences.token": "preferences",
    "one_click.token": "preferences",
    "messages.public_id": "message",
    "api.public_id": "subscription",
    "webhooks_out.public_id": "subscription",
    "webhook_deeds.public_id": "subscription",
    "api.post_resend.public_id": "message",
    "sandbox.number": "mail",
    "api.get_shipment.number": "parcel",
    "api.point": "point_key",
    "member_id": "user_id",
    "roles.key": "role_key",
    "staff_links.token": "staff_token",
    "policy_settings.number": "version",
    "reason_settings.number": "version",
}
FIXED = {
    "brands.key": "demo",
    "brand_previews.key": "demo",
    "brand_deeds.key": "demo",
    "api.key": "demo",
    "api.use": "logo",
    "api.post_brand_restoration.number": "1",
    "brands.restore.number": "1",
    "sheet_name": "1-0-round-serif",
    "file_name": "x" * 22,
    "ending": "png",
    "side": "32",
    "pages.notice.name": "imprint",
    "code": "en",
    "pages.name": "dark",
    "work.name": "late",
    "work_deeds.name": "late",
    "press": "none",
    "step": "backups",
    "training.name": "find-order",
    "brand": "demo",
    "replies.name": "late",
    "api.name": "late",
    "replies.number": "1",
    "item": "1",
    "listener": "notify",
    "event_id": "1",
    "task": "fold_shipments",
    "item_id": "1",
    "pictures.name": "aceite",
    "decisions.name": "approval",
    "carrier": "correos_express",
    "source": "generic",
    "credential": "x" * 40,
    "handover.token": "x" * 40,
    "filename": "base.css",
    "place": "1",
    "network": "gls",
    "connections.name": "sendgrid",
    "connections.secret.name": "oms-generic",
    "connections.secret_end.name": "oms-generic",
    "connection_name": "sendgrid",
    "second_factor.key": session_key("house-session-of-admin"),
    "people.key": session_key("house-session-of-clerk"),
    "privacy.version": "1",
    "email_hash": "0" * 64,
    "policy_settings.number": "1",
    "reason_settings.number": "1",
    "kind": "shipment.out_for_delivery",
    "channel": "email",
    "language": "es",
    "texts.version": "0",
    "texts.stages_back.version": "0",
}

# The console's doors.
PUBLIC_OF_STAFF = {
    "staff.sign_in", "staff.enter", "second_factor.ask", "second_factor.check", "staff_links.show", "staff_links.use",
    "staff_links.choose", "staff_links.forgotten", "staff_links.ask", "staff_links.asked", "passkeys.begin",
    "passkeys.alone", "passkeys.enter", "passkeys.prove", "sso.start", "sso.back", "sso.leave",
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """One method of one route."""

    endpoint: str
    method: str
    rule: Rule

    @property
    def blueprint(self) -> str:
        return self.endpoint.partition(".")[0]

    @property
    def is_system(self) -> bool:
        """Whether other systems use it rather than browsers."""
        return self.blueprint in SYSTEM

    @property
    def is_of_staff(self) -> bool:
        """Whether it leads into the console."""
        return self.rule.rule.partition("/")[2].partition("/")[0] == "staff"

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    def path(self, meant: Mapping[str, str], **odd: str) -> str:
        """The path with ``meant`` filled in, and ``odd`` (percent-encoded) in the place of some names."""
        values = {name: odd.get(name) or self._value(name, meant) for name in self.rule.arguments}
        return "".join(values[str(part)] if is_name else str(part) for is_name, part in self._parts())

    def _parts(self) -> list[tuple[bool, str]]:
        return [(bool(dynamic), text) for dynamic, text in self.rule._trace if text != "|"]

    def _value(self, name: str, meant: Mapping[str, str]) -> str:
        keys = (f"{self.endpoint}.{name}", f"{self.blueprint}.{name}", name)
        fact = next((MEANT[key] for key in keys if key in MEANT), name)
        if fact in meant:
            return meant[fact]
        values = [FIXED[key] for key in keys if key in FIXED]
        assert values, f"decide in MEANT or FIXED what {name} of {self.endpoint} stands for"
        return values[0]


def addresses(app: Flask) -> list[Address]:
    """Every route in every method of its own."""
    return [
        Address(rule.endpoint, method, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        for method in sorted((rule.methods or set()) - OWN)
        if not rule.endpoint.startswith("probe.")
    ]

"""The sections of the settings: what each is for, who opens it, and whether something in it wants attention."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.core.clock import utcnow
from app.notify.texts.faults import faults_lately
from app.staff.settings.carriers.page import carriers_state
from app.staff.settings.clock.page import clock_state
from app.staff.settings.connections.page import trouble
from app.staff.settings.state import SectionState
from app.staff.settings.webhooks.page import webhooks_state

__all__ = ["GROUPS", "Section", "SectionState", "sections"]


@dataclass(frozen=True, slots=True)
class Section:
    """One section: the part of the console that its guard names, title, a line of what it is for, its first view.

    ``state`` reads how it stands, in at most one statement; None where it is never wrong.
    """

    part: str
    title: LazyString
    line: LazyString
    endpoint: str
    state: Callable[[Session], SectionState | None] | None = None


def _texts(session: Session) -> SectionState | None:
    """How many texts gave way to the standard ones lately."""
    count = len(faults_lately(session, now=utcnow()))
    words = ngettext("%(num)s text gave way", "%(num)s texts gave way", count)
    return SectionState("attention", words) if count else None


def _connections(session: Session) -> SectionState | None:
    state = trouble(session)
    return SectionState(*state) if state else None


def brands_state(session: Session) -> SectionState | None:
    """Whether a brand lacks what messages, labels and the law's notices show."""
    lacking = or_(BrandRecord.help_email.is_(None), BrandRecord.postal_address == "", BrandRecord.return_address == {})
    # A brand that takes no more orders may lack what it likes.
    statement = select(func.count()).select_from(BrandRecord).where(BrandRecord.retired_at.is_(None), lacking)
    return SectionState("attention", _("Incomplete")) if session.scalar(statement) else None


GROUPS: tuple[tuple[LazyString, tuple[Section, ...]], ...] = (
    (
        _l("Your shop"),
        (
            Section(
                "settings",
                _l("Set up"),
                _l("What is missing for your first real order, step by step."),
                "setup.page",
            ),
            Section(
                "settings",
                _l("Brands"),
                _l("Name, addresses, help, languages, look, channels and web address of each shop front."),
                "brands.listed",
                brands_state,
            ),
            Section(
                "settings",
                _l("Demo data"),
                _l("Invented orders to try things with, and how to remove them."),
                "demo_data.page",
            ),
        ),
    ),
    (
        _l("Returns"),
        (
            Section(
                "settings",
                _l("Returns policy"),
                _l("What can come back, for how long and at what cost; rules of your own, tried before they hold."),
                "policy_settings.listed",
            ),
            Section(
                "settings",
                _l("Reasons"),
                _l("Why things come back: what customers choose from, in your words."),
                "reason_settings.listed",
            ),
        ),
    ),
    (
        _l("Messages"),
        (
            Section(
                "settings",
                _l("Message texts"),
                _l("Which stages are told by which channel, and in which words."),
                "texts.listed",
                _texts,
            ),
            Section("cases", _l("Saved replies"), _l("Texts to choose while answering a customer."), "replies.listed"),
        ),
    ),
    (
        _l("Connections"),
        (
            Section(
                "settings",
                _l("E-mail, texts, orders, carriers"),
                _l("What the portal sends through, where orders come from, and which carriers it asks."),
                "connections.listed",
                _connections,
            ),
            Section(
                "settings",
                _l("API keys"),
                _l("Which systems come in, and what each may do."),
                "api_keys.listed",
            ),
            Section(
                "settings",
                _l("Webhooks"),
                _l("Which systems are told of what happens here, and how that goes."),
                "webhooks_out.listed",
                webhooks_state,
            ),
            Section(
                "settings",
                _l("Carriers"),
                _l("Whether each answers and how late, a test of one, and what their codes mean."),
                "carrier_health.listed",
                carriers_state,
            ),
            Section(
                "settings",
                _l("Drop-off points"),
                _l("Carriers' lists of points, places of your own, postcodes, a search to try."),
                "point_lists.listed",
            ),
            Section(
                "settings",
                _l("Clock and jobs"),
                _l("What runs by itself: when it last did, what waits, what failed."),
                "clock.listed",
                clock_state,
            ),
        ),
    ),
    (
        _l("People and privacy"),
        (
            Section("people", _l("Training"), _l("Exercises for new people, on a demo shop."), "training.page"),
            Section("people", _l("People"), _l("Who works in this console, and what they may do."), "people.listed"),
            Section(
                "people",
                _l("Signing in"),
                _l("Sign in once with the shop's own provider, and who may still use a password."),
                "sign_in_settings.page",
            ),
            Section(
                "settings",
                _l("Privacy"),
                _l("Copies and deletion for customers, and how long things are kept."),
                "privacy.home",
            ),
            Section("audit", _l("Audit trail"), _l("Who did or saw what, and when."), "audit.listed"),
        ),
    ),
)
"""In the order in which a shop sets itself up."""


def sections() -> list[tuple[LazyString, list[Section]]]:
    """The groups with the sections that this application has, without empty groups."""
    # An application may be made of fewer blueprints, in tests for one.
    there = [(title, [one for one in group if one.endpoint in current_app.view_functions]) for title, group in GROUPS]
    return [(title, group) for title, group in there if group]

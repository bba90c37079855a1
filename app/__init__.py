"""Paradero: where a shop's customers see where their order is and send things back."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.core.settings import Settings

BLUEPRINTS = (
    "app.pages.views:pages",
    "app.pages.unsent.views:bp",
    "app.staff.auth.sign_in_views:bp",
    "app.staff.warehouse.views:bp",
    "app.staff.figures.views:bp",
    "app.staff.auth.factors.second_factor_views:bp",
    "app.staff.auth.link_views:bp",
    "app.staff.auth.factors.passkey_views:bp",
    "app.staff.sso.views:bp",
    "app.staff.sso.settings_views:bp",
    "app.staff.orders.views:bp",
    "app.staff.orders.actions:bp",
    "app.staff.orders.link_mail:bp",
    "app.staff.customer_view.views:bp",
    "app.staff.returns.views:bp",
    "app.staff.returns.actions:bp",
    "app.staff.returns.money:bp",
    "app.staff.returns.behalf.views:bp",
    "app.staff.returns.label_views:bp",
    "app.staff.returns.elsewhere:bp",
    "app.staff.messages.views:bp",
    "app.staff.cases.views:bp",
    "app.staff.cases.collections:bp",
    "app.staff.worklists.views:bp",
    "app.staff.worklists.deeds.views:bp",
    "app.staff.notes.views:bp",
    "app.staff.settings.views:bp",
    "app.staff.setup.views:bp",
    "app.staff.settings.keys.views:bp",
    "app.staff.settings.webhooks.views:bp",
    "app.staff.settings.webhooks.deeds:bp",
    "app.staff.settings.carriers.views:bp",
    "app.staff.settings.carriers.words_views:bp",
    "app.staff.settings.points.views:bp",
    "app.staff.settings.points.own_views:bp",
    "app.staff.settings.clock.views:bp",
    "app.staff.settings.connections.testing:bp",
    "app.staff.settings.connections.handover_try:bp",
    "app.staff.settings.replies.views:bp",
    "app.staff.people.role_views:bp",
    "app.staff.settings.brands.views:bp",
    "app.staff.settings.brands.previews:bp",
    "app.staff.settings.brands.deeds:bp",
    "app.staff.settings.policies.views:bp",
    "app.staff.settings.reasons.views:bp",
    "app.staff.settings.texts.views:bp",
    "app.staff.people.views:bp",
    "app.staff.audit.views:bp",
    "app.staff.settings.privacy.views:bp",
    "app.orders.lookup.find:bp",
    "app.orders.lookup.code_views:bp",
    "app.orders.lookup.link_views:bp",
    "app.orders.lookup.account_views:bp",
    "app.orders.handover.views:bp",
    "app.orders.handover.views:taking",
    "app.orders.handover.provider_views:bp",
    "app.privacy.views:bp",
    "app.orders.pictures.views:bp",
    "app.tracking.page.views:bp",
    "app.tracking.sharing.views:bp",
    "app.tracking.sharing.views:shared",
    "app.returns.points.views:bp",
    "app.returns.request.views:bp",
    "app.returns.public.views:bp",
    "app.returns.status.views:bp",
    "app.returns.withdrawal.views:bp",
    "app.support.views:bp",
    "app.notify.providers.hook:hooks",
    "app.notify.preferences.views:bp",
    "app.notify.preferences.views:one_click",
    "app.sandbox.front_views:bp",
    "app.sandbox.views:bp",
    "app.sandbox.removing.views:bp",
    "app.sandbox.training.views:bp",
    "app.api.v1.routes:api",
    "app.api.http.docs:docs",
    "app.api.health:health",
    "app.oms.endpoints:endpoints",
    "app.carriers.webhooks.views:blueprint",
    "app.pages.manifest:bp",
    "app.brands.views:bp",
)


def create_app(settings: "Settings") -> "Flask":
    """The portal as a WSGI application, assembled from its domains."""
    from werkzeug.utils import import_string

    from app import cli, providers
    from app.core import failpoints, logging, web
    from app.core.db import Database
    from app.orders.lookup.sessions import DatabaseSessions
    from app.pages import errors, shell, shop
    from app.pages.unsent import answers, forms
    from app.staff.auth import guard

    failpoints.from_env()
    app = web.Portal(__name__)
    app.config["SETTINGS"] = settings
    app.config["SECRET_KEY"] = settings.key
    app.extensions["database"] = Database(
        settings.database_url, pool_size=settings.web_threads + 1, key=app.config["SECRET_KEY"]
    )
    app.session_interface = DatabaseSessions()
    logging.configure(as_json=settings.log_json, level=settings.log_level)
    web.install(app)
    shell.register(app)
    shop.install(app)
    errors.register(app)
    # What is registered last is asked first: a form is looked at before its answer becomes a page.
    answers.install(app)
    forms.install(app)
    providers.install(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_string(name))
    guard.install(app)
    cli.install(app)
    return app

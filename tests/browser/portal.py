"""A running portal to point a browser at, its jobs done on call: the demo shop on its own database, or an empty one."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import Flask
from sqlalchemy import create_engine, delete, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import BaseWSGIServer, make_server

from app import create_app
from app.core.clock import utcnow
from app.core.db import Model, transaction
from app.core.settings import Settings
from app.core.tables.schema import upgrade
from app.jobs import engine as jobs
from app.notify.models import SmsConsent, Suppression
from app.orders.lookup.models import Guess, GuessTally
from app.orders.models import Order
from app.returns.models import Return
from app.sandbox import carrier, demo
from app.sandbox.story import CEX, DHL, Story, StoryParcel, StoryScan
from app.server.gateway import Scope, static_file
from app.staff.auth import services
from app.staff.auth.roles import Role
from app.tracking.models import Shipment
from app.tracking.services import record_events
from tests.browser.everyone import trouble
from tests.locks import LockOrder
from tests.unlocked import Unlocked

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PASSWORD = "tabla-olivo-cuenco-47"
SECRET = "a-secret-for-browsers-only-0123456789abcdef"
SHOPPERS = {"es": ("lucia", CEX, "Madrid"), "en": ("emma", DHL, "London")}


@dataclass(frozen=True)
class Portal:
    """The portal as tests reach it: over HTTP, and behind the counter."""

    url: str
    sessions: sessionmaker[Session]
    app: Flask

    def work(self) -> None:
        """Do every job that waits, and those that they bring about."""
        failed: list[BaseException] = []

        def drain() -> None:
            try:
                jobs.engine().run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
            except BaseException as error:
                failed.append(error)

        # In a thread of its own: the test's thread runs the browser's event loop.
        worker = threading.Thread(target=drain)
        worker.start()
        worker.join()
        if failed:
            raise failed[0]

    def deliver_order(self, number: str, language: str) -> str:
        """An order that came a week ago and was delivered; gives the customer's e-mail."""
        person, courier, city = SHOPPERS.get(language, SHOPPERS["es"])
        items = (("MUG-2", 1), ("TWL-3", 2), ("BRD-40", 1))
        scans = tuple(
            StoryScan(day, at, state, town)
            for day, at, state, town in (
                (-6, "18:40", "info_received", "Getafe"),
                (-6, "20:55", "picked_up", "Getafe"),
                (-5, "09:05", "out_for_delivery", city),
                (-5, "12:48", "delivered", city),
            )
        )
        parcel = StoryParcel(courier, None, items, (-5, -4), scans)
        self._add(Story(number, person, 8, "completed", items, (parcel,)))
        return demo.PEOPLE[person].email

    def ship_order(self, number: str, language: str) -> str:
        """An order whose parcel its carrier has just fetched, of which the customer is told; gives their e-mail."""
        self.forget_wishes()
        person, courier, _city = SHOPPERS.get(language, SHOPPERS["es"])
        items = (("MUG-2", 1),)
        parcel = StoryParcel(
            courier, None, items, (3, 3), (StoryScan(-1, "18:40", "info_received", carrier.WAREHOUSE),)
        )
        self._add(Story(number, person, 2, "shipped", items, (parcel,)))
        with self.sessions() as session, transaction(session):
            shipment = session.scalars(select(Shipment).join(Order).where(Order.number == number)).one()
            _scan(session, shipment, "picked_up")
        self.work()
        return demo.PEOPLE[person].email

    def forget_wishes(self) -> None:
        """As if nobody had said yet which messages they want: tests share the demo's few customers."""
        self._empty(Suppression, SmsConsent)

    def forget_tries(self) -> None:
        """As if nobody had looked for an order yet: tests share one connection, which many wrong tries would pause."""
        self._empty(Guess, GuessTally)

    def _empty(self, *tables: type[Model]) -> None:
        with self.sessions() as session, transaction(session):
            for table in tables:
                session.execute(delete(table))

    def _add(self, story: Story) -> None:
        with self.sessions() as session, transaction(session):
            demo.add_order(session, story, public_url=self.url, now=utcnow())
        self.work()

    def scan_return(self, ref: str, *states: str) -> None:
        """The simulated carrier reports a return's parcel, one scan after the other."""
        for state in states:
            with self.sessions() as session, transaction(session):
                parcel = session.scalars(
                    select(Shipment).join(Return, Return.shipment_id == Shipment.id).where(Return.ref == ref)
                ).one()
                _scan(session, parcel, state)
            self.work()

    def order_ref(self, number: str) -> str:
        """The public reference of an order."""
        with self.sessions() as session:
            return session.scalars(select(Order.ref).where(Order.number == number)).one()


def _scan(session: Session, parcel: Shipment, state: str) -> None:
    step = carrier.NextScan(parcel.carrier or "", parcel.number or "", state, carrier.WAREHOUSE)
    record_events(session, [carrier.scan(step, utcnow())], source=carrier.SOURCE, now=utcnow())


@contextmanager
def running_portal(admin_url: str, name: str, **more: str) -> Iterator[Portal]:
    """Make the database, seed the demo shop, serve it; all is gone afterwards. ``more`` are settings of its own."""
    with _database(admin_url, name) as url, _served({"DATABASE_URL": url, "DEMO": "1", **more}, _demo_shop) as portal:
        yield portal


@contextmanager
def empty_portal(admin_url: str, name: str, **more: str) -> Iterator[Portal]:
    """The same without a demo, a person or a name: what the migrations have made, and no more."""
    with _migrated(admin_url, name) as url, _served({"DATABASE_URL": url, "DEMO": "0", **more}) as portal:
        # What a page sets is in force with the next request and the next job, whatever the machine does meanwhile.
        portal.app.extensions["connections"].every = jobs._live(jobs.settings()).every = 0
        yield portal


@contextmanager
def _served(its_own: dict[str, str], furnish: Callable[[Session, str], None] | None = None) -> Iterator[Portal]:
    server = make_server("127.0.0.1", 0, _nothing, threaded=True)
    environ = {"SECRET_KEY": SECRET, "PUBLIC_URL": f"http://127.0.0.1:{server.server_port}", **its_own}
    with _environment(environ), _running(server, Settings.from_env(environ), furnish) as portal:
        yield portal


def _demo_shop(session: Session, public_url: str) -> None:
    demo.seed(session, public_url=public_url, now=utcnow())
    for role in Role:
        services.create(
            session, email=f"{role}@almazara.example", role=role, password=PASSWORD, handed_over=False, now=utcnow()
        )


@contextmanager
def _running(
    server: BaseWSGIServer, settings: Settings, furnish: Callable[[Session, str], None] | None
) -> Iterator[Portal]:
    app = create_app(settings)
    trouble.install(app)
    database = app.extensions["database"]
    if furnish is not None:
        with database.sessions() as session, transaction(session):
            furnish(session, settings.public_url)
    server.app = _behind_a_gateway(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    portal, locks, unlocked = Portal(settings.public_url, database.sessions, app), LockOrder(), Unlocked()
    engines = (database.engine, jobs.database().engine)
    try:
        with locks.watching(engines[0]), locks.watching(engines[1]), unlocked.watching(*engines):
            portal.work()
            yield portal
    finally:
        server.shutdown()
        thread.join()
        database.engine.dispose()
    assert not locks.reversals, locks.reversals[:20]
    assert not unlocked.changes, unlocked.changes[:20]


def _behind_a_gateway(app: Flask) -> "WSGIApplication":
    """Files come as in production, packed and to be kept by the browser; all else comes from the application."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        names = {b"accept-encoding": "HTTP_ACCEPT_ENCODING", b"if-none-match": "HTTP_IF_NONE_MATCH"}
        headers = [(name, environ.get(variable, "").encode("latin-1")) for name, variable in names.items()]
        scope = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "headers": headers}
        direct = static_file(app, cast(Scope, scope))
        if direct is None:
            return app(environ, start_response)
        start_response(f"{direct.status} {HTTPStatus(direct.status).phrase}", list(direct.headers))
        return [Path(direct.path).read_bytes() if direct.path else direct.body]

    return answer


@contextmanager
def _database(admin_url: str, name: str) -> Iterator[str]:
    with _migrated(admin_url, name) as url:
        with create_engine(url).begin() as connection:
            brand = "insert into brand (key, name, is_default) values ('demo', 'Almazara', true) on conflict do nothing"
            connection.execute(text(brand))
        yield url


@contextmanager
def _migrated(admin_url: str, name: str) -> Iterator[str]:
    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    url = make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    try:
        upgrade(url)
        yield url
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        admin.dispose()


@contextmanager
def _environment(environ: dict[str, str]) -> Iterator[None]:
    """The worker reads the environment: let it read this one, and forget it afterwards."""
    before = {name: os.environ.get(name) for name in environ}
    os.environ.update(environ)
    _forget()
    try:
        yield
    finally:
        jobs.database().engine.dispose()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
        _forget()


def _forget() -> None:
    for function in (jobs.settings, jobs.database, jobs.engine):
        function.cache_clear()


def _nothing(_environ: object, _start: object) -> list[bytes]:
    """What the server answers before the portal stands: it takes the port so that the address is known."""
    return []

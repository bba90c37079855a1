"""Jobs of the demo shop: its simulated carrier moves, orders come in and are sent."""

from app.core.clock import utcnow
from app.core.db import transaction
from app.jobs.engine import settings, task, work_session


@task("move_demo_parcels")
def move_demo_parcels() -> None:
    """Let the simulated carrier take each of the demo shop's parcels one scan further, and the shop send its orders."""
    from app.sandbox import arrivals, carrier, demo

    with work_session() as session, transaction(session):
        carrier.move(session, still=demo.still_numbers(), now=utcnow())
        arrivals.advance(session, public_url=settings().public_url, now=utcnow())


@task("bring_demo_order")
def bring_demo_order() -> None:
    """Let a new order arrive at the demo shop."""
    from app.sandbox import arrivals

    with work_session() as session, transaction(session):
        arrivals.arrive_by_itself(session, public_url=settings().public_url, now=utcnow())

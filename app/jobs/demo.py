"""Jobs of the demo shop: its simulated carrier moves, orders come in and are sent.

The clock fires them where DEMO=1 alone: see schedule.
"""

from app.core.clock import utcnow
from app.core.db import transaction
from app.jobs.engine import settings, task, work_session


@task("move_demo_parcels")
def move_demo_parcels() -> None:
    """Let the simulated carrier take each of the demo shop's parcels one scan further, and the shop send its orders."""
    from app.sandbox import arrivals, carrier, demo

    # Both in one transaction: an order that the shop sends has its parcel at the carrier by the next move.
    with work_session() as session, transaction(session):
        # Who reads along in the story of one parcel would lose it, were it to move on.
        carrier.move(session, still=demo.still_numbers(), now=utcnow())
        arrivals.advance(session, public_url=settings().public_url, now=utcnow())


@task("bring_demo_order")
def bring_demo_order() -> None:
    """Let a new order arrive at the demo shop."""
    from app.sandbox import arrivals

    # Through the same way in as every shop's orders, so that the tour shows what a shop would see.
    with work_session() as session, transaction(session):
        # By itself it brings some dozens and then no more: a demo left running for weeks would drown in them.
        arrivals.arrive_by_itself(session, public_url=settings().public_url, now=utcnow())

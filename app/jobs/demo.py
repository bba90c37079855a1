"""The job of the demo shop: its simulated carrier moves."""

from app.clock import utcnow
from app.db import transaction
from app.jobs.engine import task, work_session


@task("move_demo_parcels")
def move_demo_parcels() -> None:
    """Let the simulated carrier take each of the demo shop's parcels one scan further."""
    from app.sandbox import carrier, demo

    with work_session() as session, transaction(session):
        carrier.move(session, still=demo.still_numbers(), now=utcnow())

"""What nobody may read: no code, token, address or number of a customer in a log line or in a waiting job."""

import io
from types import SimpleNamespace

from sqlalchemy import text

from app.core.clock import utcnow
from tests.house.routes.visits import found, open_as, sent_code
from tests.house.routes.world import MINE, THEIRS
from tests.orders.build import issue_link

JOBS = "select json_agg(json_build_array(task_name, args, lock, queueing_lock))::text from procrastinate_jobs"


def test_a_journey_leaves_no_secret_behind(house: SimpleNamespace, written: io.StringIO) -> None:
    app, session = house.app, house.session
    order = house.mine["order"]
    token = issue_link(session, int(session.scalar(text("select id from \"order\" where ref = :ref"), {"ref": order})),
                       now=utcnow())  # fmt: skip
    session.commit()
    client = found(app, MINE)
    client.post(f"/o/{order}/code/sending", data={"channel": "email"})
    code = sent_code(session)
    client.post(f"/o/{order}/code", data={"code": "000000"})
    client.post(f"/o/{order}/code", data={"code": code})
    client.get(f"/o/{order}")
    client.post(f"/o/{order}/code/sending", data={"channel": "sms"})
    client.post(f"/l/{token}")
    client.post(f"/l/{token}/new")
    client.post("/links", data={"email": MINE.email})
    client.post("/account", data={"email": MINE.email})
    client.post("/", data={"number": MINE.number, "contact": THEIRS.email})
    client.post("/withdraw/confirmation", data={"name": "Ana", "order": MINE.number, "contact": MINE.email})
    client.post("/staff/sign-in", data={"email": MINE.email, "password": "tres-tristes-tigres"})
    open_as(app, house.visitors["support"], f"/staff/orders/{order}")
    client.get(f"/l/{token}x")
    secrets = [
        code,
        token,
        MINE.email,
        MINE.phone,
        MINE.phone[3:],
        THEIRS.email,
        "tres-tristes-tigres",
        MINE.personal[1],
    ]
    waiting = session.scalar(text(JOBS)) or ""
    assert "send_code" in waiting
    spoken = written.getvalue().splitlines()
    assert [word for word in secrets if word in waiting] == []
    assert [(word, line[:200]) for word in secrets for line in spoken if word in line and word != code] == []
    assert [line for line in spoken if code in line.split()] == []

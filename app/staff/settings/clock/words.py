"""What each job is for, in words, and stretches of time as pages of state say them."""

from datetime import timedelta

from babel.dates import format_timedelta
from flask_babel import lazy_gettext as _l

from app.core.i18n.locale import get_locale

# By their names in the job engine; a test looks that none is left out.

JOBS = {
    "revive_jobs": _l("Takes up the jobs of a worker that died"),
    "fold_shipments": _l("Puts parcels' scans together"),
    "look_for_late": _l("Looks for parcels that are late"),
    "rename_carriers": _l("Puts carriers' former names right"),
    "hear_notify": _l("Decides who hears of what happened"),
    "send_mails": _l("Sends e-mails"),
    "send_texts": _l("Sends texts"),
    "reconcile_messages": _l("Asks what became of messages in doubt"),
    "understand_messages": _l("Reads reports about messages"),
    "forget_messages": _l("Forgets old messages"),
    "hear_returns": _l("Brings parcels' news to their returns"),
    "receive_withdrawals": _l("Brings withdrawals to their orders"),
    "make_labels": _l("Makes return labels"),
    "expire_returns": _l("Reminds of returns that run out, and ends them"),
    "hear_webhooks": _l("Writes deliveries for other systems"),
    "deliver_webhooks": _l("Delivers to other systems"),
    "understand_oms": _l("Reads orders that came in"),
    "sweep_api": _l("Forgets old deliveries and answers to systems"),
    "understand_carriers": _l("Reads what carriers pushed"),
    "poll_carriers": _l("Asks carriers about parcels"),
    "poll_source": _l("Asks one carrier about its parcels"),
    "catch_up_carriers": _l("Asks about all parcels after an outage"),
    "renew_ups_alerts": _l("Has UPS push its scans"),
    "sweep_access": _l("Forgets old sessions, codes and links"),
    "forget_events": _l("Forgets old firings and raw deliveries"),
    "forget_jobs": _l("Forgets jobs that have ended"),
    "anchor_audit": _l("Anchors the audit trail outside"),
    "fetch_pictures": _l("Fetches pictures of what is sold"),
    "forget_pictures": _l("Forgets pictures that nobody needs"),
    "move_demo_parcels": _l("Moves the demo shop's parcels"),
    "bring_demo_order": _l("Brings the demo shop a new order"),
    "send_code": _l("Sends one code"),
    "mail_order_links": _l("Sends links to a customer's orders"),
    "mail_staff_link": _l("Sends a link to a member of staff"),
    "answer_forgotten": _l("Answers who forgot their password"),
    "erase_people": _l("Erases people who asked for it"),
    "expire_personal": _l("Erases personal data whose time is over"),
    "try_connection": _l("Tests a connection"),
    "explain_scans": _l("Brings explained codes to old scans"),
    "try_carrier": _l("Asks a carrier for a test"),
    "import_postcodes": _l("Brings a country's postcodes in"),
    "import_points": _l("Reads a file of drop-off points"),
}
QUEUES = {
    "fold": _l("Scans"),
    "understand": _l("Incoming data"),
    "hear": _l("Events"),
    "codes": _l("Codes and links"),
    "mails": _l("E-mails"),
    "texts": _l("Texts"),
    "reconcile": _l("Messages in doubt"),
    "poll": _l("Carriers and labels"),
    "deliver": _l("Webhooks"),
    "pictures": _l("Pictures"),
    "upkeep": _l("Upkeep"),
}


def job_words(task: str) -> str:
    """What a job is for; an installed package's by its name."""
    return str(JOBS.get(task, task))


def queue_words(queue: str) -> str:
    """What waits in a queue."""
    return str(QUEUES.get(queue, queue))


def span_words(span: timedelta) -> str:
    """«4 seconds», «3 hours»."""
    # Below a second Babel says «0 seconds», which reads like a fault.
    return str(format_timedelta(max(span, timedelta(seconds=1)), locale=get_locale() or "en"))

"""What may be there twice after a story that broke, and why: each by the point at which it broke."""

from collections.abc import Sequence

from benchmarks.chaos.deed_books import Difference

AUDIT, ANYTHING = frozenset({"audit"}), frozenset[str]()
CODES = frozenset({"one_time_code", "procrastinate_jobs"})
LINKS = frozenset({"domain_event", "inbox", "message", "sandbox_message", "withheld"})
RUN_AGAIN = "whoever ran it saw no answer and ran it again: it was done twice, and the trail says so"
# point → (tables that may have more rows, reason); no tables: all.
FORGIVEN: dict[str, tuple[frozenset[str], str]] = {
    "after:commit:api.commands:create": (
        frozenset({"api_key", "audit"}),
        "nobody saw the first key, so another is made under its name; revoking the name ends both",
    ),
    "after:commit:staff.commands:reset": (AUDIT, RUN_AGAIN),
    "after:commit:oms.files.commands:import_file": (AUDIT, RUN_AGAIN),
    "after:commit:returns.points.commands:import_points_command": (AUDIT, RUN_AGAIN),
    "after:commit:returns.points.commands:import_postcodes_command": (AUDIT, RUN_AGAIN),
    "after:commit:returns.policy.replay:set_command": (AUDIT, RUN_AGAIN),
    "after:commit:notify.commands:brand_command": (AUDIT, RUN_AGAIN),
    "after:commit:tracking.fold.rebuild:rebuild_command": (AUDIT, RUN_AGAIN),
    "after:commit:staff.audit.commands:export_audit": (AUDIT, "two files were made"),
    "after:commit:staff.audit.views:export": (AUDIT, "two files were made"),
    "after:commit:staff.orders.actions:note": (
        frozenset({"audit", "staff_note"}),
        "the note was written again by whoever saw no answer; a person sees both and who wrote them",
    ),
    "after:commit:staff.orders.actions:reveal": (
        frozenset({"audit", "staff_note"}),
        "they were asked for their reason twice, and gave it twice",
    ),
    "after:commit:orders.lookup.sessions:_writing": (
        frozenset({"audit", "staff_note"}),
        "the action itself was committed before: who saw no answer did it again, as after its own commit",
    ),
    "after:commit:staff.orders.actions:revoke": (AUDIT, RUN_AGAIN),
    "after:commit:staff.worklists.views:replay": (AUDIT, "it was tried again, failed again, and they asked once more"),
    "after:commit:staff.orders.actions:free": (AUDIT, RUN_AGAIN),
    "after:commit:staff.people.views:_changed": (AUDIT, "another password was made, since nobody saw the first"),
    "after:commit:staff.auth.sign_in_views:_signed_in": (AUDIT, "the member signed in twice"),
    "after:commit:staff.auth.sign_in_views:welcome": (
        frozenset({"audit", "sign_in_tries"}),
        "the member signed in twice, and the first browser that was to be known again never heard so",
    ),
    "before:commit:staff.auth.sign_in_views:welcome": (AUDIT, "the member signed in twice"),
    "after:commit:staff.auth.factors.second_factor_views:check": (AUDIT, "the member signed in twice"),
    "after:commit:orders.lookup.find:send_links": (LINKS, "the person asked for the links again"),
    "after:commit:orders.lookup.link_views:renewed": (LINKS, "the person asked for the link again"),
    "before:call:code:send": (CODES, "a code that may have gone is never sent by itself: the person asked for another"),
    "before:call:sandbox:send": (CODES, "the same, a step further in"),
    "after:call:code:send": (CODES, "the same; this one had gone, and its job is only given up"),
    "after:commit:orders.lookup.code_views:_sent": (
        frozenset({"one_time_code", "sandbox_message"}),
        "the person asked for another code",
    ),
    "after:commit:orders.lookup.account_views:ask": (
        frozenset({"one_time_code", "sandbox_message"}),
        "the person asked for another code",
    ),
    "after:commit:jobs.demo:bring_demo_order": (ANYTHING, "the demo shop has one order more, which nobody ordered"),
    "after:commit:sandbox.front_views:new_order": (ANYTHING, "the button was pressed twice: two orders came in"),
}


def wrong(point: str, differences: Sequence[Difference]) -> list[Difference]:
    """What is left of the differences; only what is there twice can be forgiven, never what is missing."""
    tables, _reason = FORGIVEN.get(point, (None, ""))
    if tables is None:
        return list(differences)
    return [one for one in differences if one.times < 0 or (tables and one.table not in tables)]

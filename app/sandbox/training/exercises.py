"""The exercises by what a member does in the shop: task, hint, where it begins, and by what one knows it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.sandbox.training import questions
from app.sandbox.training.questions import Question
from app.staff.auth.roles import Permission


@dataclass(frozen=True, slots=True)
class Deed:
    """What the audit trail says once it was done: one of these ``actions``, on the exercise's order if it has one.

    ``about`` is in what the trail says it was done to. ``receipt`` names a grade or a disposition that a line of the
    receipt must have. ``elsewhere``: sent to an address that was typed.
    """

    actions: tuple[str, ...]
    about: str = ""
    receipt: Mapping[str, str | None] = field(default_factory=dict)
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. ``task`` may name the ``number`` of its order and the ``ref`` of its return.

    ``scene`` is how its order is made; without one it is about what the demo has already. It is done by a ``deed`` or
    by a right answer to its ``question``. ``begins``: the view where to go.
    """

    name: str
    permission: Permission
    title: LazyString
    task: LazyString
    hint: LazyString
    begins: str
    values: Mapping[str, str] = field(default_factory=dict)
    scene: str = ""
    deed: Deed | None = None
    question: Question | None = None

    @property
    def must_begin(self) -> bool:
        """Whether a turn has to begin before anything can count."""
        return bool(self.scene or self.deed)


_SUPPORT = (
    Exercise(
        "find-order",
        Permission.ORDERS,
        _l("Find an order"),
        _l("Ximena Robles calls from Mexico City. She doesn't know her order number. What is it?"),
        _l("Type her name into the search at the top."),
        "console.orders",
        question=questions.XIMENAS_ORDER,
    ),
    Exercise(
        "where-is-it",
        Permission.ORDERS,
        _l("Say where a parcel is"),
        _l("Marcos Iglesias asks about order A-10455. What do you tell him?"),
        _l("Open the order: the answer is at the top, the carrier's own words below."),
        "console.orders",
        question=questions.WHERE_IS_IT,
    ),
    Exercise(
        "leave-a-note",
        Permission.ORDERS,
        _l("Leave a note"),
        _l("Write a note on order %(number)s: the customer wants it wrapped as a gift."),
        _l("Open the order. The field for notes stands beside the timeline."),
        "console.orders",
        scene="fresh",
        deed=Deed(("note.added",)),
    ),
    Exercise(
        "send-again",
        Permission.MESSAGES,
        _l("Send a message again"),
        _l("The e-mail about order %(number)s never came. Send it again to trial@example.com."),
        _l("Messages stand in the order's timeline. A new order's first e-mail takes some seconds."),
        "console.orders",
        scene="fresh",
        deed=Deed(("message.resent",), elsewhere=True),
    ),
    Exercise(
        "answer-a-case",
        Permission.CASES,
        _l("Answer a customer"),
        _l("Lucía has written about order %(number)s. Answer her."),
        _l("Her message waits under Cases, and on the order itself."),
        "work.listed",
        {"name": "cases"},
        scene="written_about",
        deed=Deed(("case.answered",)),
    ),
    Exercise(
        "approve-a-return",
        Permission.RETURNS,
        _l("Decide a return"),
        _l("Return %(ref)s of order %(number)s waits for a person: it is worth a lot. Approve it."),
        _l("It waits under Returns to decide. The page says why a person is asked."),
        "work.listed",
        {"name": "undecided"},
        scene="to_decide",
        deed=Deed(("return.approved",)),
    ),
)
_WAREHOUSE = (
    Exercise(
        "receive-all-well",
        Permission.WAREHOUSE,
        _l("Receive a return"),
        _l("Return %(ref)s lies on your desk. Both units are as new. Book them."),
        _l("Scan the label, or type the return's number where you would scan."),
        "warehouse.scan",
        scene="on_the_desk",
        deed=Deed(("receipt.booked",), receipt={"grade": "as_new"}),
    ),
    Exercise(
        "receive-one-worn",
        Permission.WAREHOUSE,
        _l("One item is worn"),
        _l("Receive %(ref)s: one unit is as new, the other one was clearly used."),
        _l("Count each state for itself: one as new, one worn."),
        "warehouse.scan",
        scene="on_the_desk",
        deed=Deed(("receipt.booked",), receipt={"grade": "worn"}),
    ),
    Exercise(
        "receive-one-missing",
        Permission.WAREHOUSE,
        _l("One item is missing"),
        _l("Receive %(ref)s: the customer announced two units, only one is in the parcel."),
        _l("Book the one that you hold. What isn't there is missing, and support hears of it."),
        "warehouse.scan",
        scene="on_the_desk",
        deed=Deed(("receipt.booked",), receipt={"disposition": "missing"}),
    ),
    Exercise(
        "receive-something-else",
        Permission.WAREHOUSE,
        _l("Something else is inside"),
        _l("Receive %(ref)s: both units are there, and an apron that nobody announced."),
        _l("Add what wasn't announced; it is put aside until somebody decides."),
        "warehouse.scan",
        scene="on_the_desk",
        deed=Deed(("receipt.booked",), receipt={"return_line_id": None}),
    ),
    Exercise(
        "correct-a-receipt",
        Permission.WAREHOUSE,
        _l("Correct a mistake"),
        _l("Receive %(ref)s as new. Then you see a crack: correct what you booked, one unit is broken."),
        _l("The page after booking has a button to correct it."),
        "warehouse.scan",
        scene="on_the_desk",
        deed=Deed(("receipt.corrected",), receipt={"grade": "broken"}),
    ),
)
_MARKETING = (
    Exercise(
        "latest-carrier",
        Permission.METRICS,
        _l("Which carrier was late most often?"),
        _l("Look at the last 30 days: which carrier had the lowest share on time?"),
        _l("The chart by carrier names the share of each; several may be equally late."),
        "metrics.delivery",
        question=questions.LATEST_CARRIER,
    ),
    Exercise(
        "how-many-delivered",
        Permission.METRICS,
        _l("How many parcels arrived?"),
        _l("How many parcels were delivered in the last 30 days?"),
        _l("The number stands among the figures at the top."),
        "metrics.delivery",
        question=questions.DELIVERED,
    ),
    Exercise(
        "what-on-time-means",
        Permission.METRICS,
        _l("What does “on time” mean?"),
        _l("A parcel was promised for Tuesday and came on Tuesday at 21:00. Is it on time?"),
        _l("Each figure has its definition beside it."),
        "metrics.delivery",
        question=questions.ON_TIME,
    ),
    Exercise(
        "how-many-returns",
        Permission.METRICS,
        _l("How much comes back?"),
        _l("How many returns were asked for in the last 30 days?"),
        _l("Figures has three tabs; the third is about returns."),
        "metrics.returns",
        question=questions.RETURNS,
    ),
    Exercise(
        "take-a-file",
        Permission.METRICS,
        _l("Take figures along"),
        _l("Download the delivery figures as a file for your spreadsheet."),
        _l("The button is below the charts. Who takes figures out stands in the audit trail."),
        "metrics.delivery",
        deed=Deed(("metrics.exported",)),
    ),
)
_ADMIN = (
    Exercise(
        "make-a-role",
        Permission.PEOPLE,
        _l("Make a role"),
        _l("Make a role “Returns desk” that may see orders and decide returns, and nothing else."),
        _l("People, then Roles. Tick what it may do."),
        "roles.listed",
        deed=Deed(("staff.role_made",)),
    ),
    Exercise(
        "end-a-key",
        Permission.SETTINGS,
        _l("Make a key and end it"),
        _l("Make an API key that reads orders. Then suppose it leaked: end it."),
        _l("A key is shown once. Ending it holds from the next request on."),
        "api_keys.listed",
        deed=Deed(("api_key.revoked",)),
    ),
    Exercise(
        "add-a-point",
        Permission.SETTINGS,
        _l("Add your own shop"),
        _l("Add your shop as a drop-off point, with its opening hours."),
        _l("Under Drop-off points there is a button to add one."),
        "own_points.add",
        deed=Deed(("point.saved",)),
    ),
    Exercise(
        "change-a-term",
        Permission.SETTINGS,
        _l("Keep messages for a shorter time"),
        _l("Set that messages are kept for 20 days. Look at what would go before you save."),
        _l("Under Privacy. Each change has a version that can be brought back."),
        "privacy.home",
        deed=Deed(("setting.saved",), "retention"),
    ),
    Exercise(
        "write-a-reply",
        Permission.CASES,
        _l("Save a reply"),
        _l("Support answers the same question each day. Save a reply for it, in both languages."),
        _l("Saved replies stand in the menu, under Customers."),
        "replies.listed",
        deed=Deed(("setting.saved",), "reply"),
    ),
)
GROUPS: tuple[tuple[LazyString, tuple[Exercise, ...]], ...] = (
    (_l("Support"), _SUPPORT),
    (_l("Warehouse"), _WAREHOUSE),
    (_l("Marketing"), _MARKETING),
    (_l("Admin"), _ADMIN),
)
EXERCISES = {one.name: (position, one) for position, one in enumerate(sum((group for _, group in GROUPS), ()), 1)}

"""Stories of customers on their way in: look-up, code, mailed links, preferences, withdrawal, account."""

import re

from benchmarks.chaos.deed_acts import Act, Refused
from benchmarks.chaos.deed_story import Story
from benchmarks.chaos.deed_world import EMMA, LUCIA, MINE, ON_ITS_WAY, ask_code, look_up, ref_of, type_code

LINK = re.compile(r"/l/([\w-]{20,})")
PREFERENCES = re.compile(r"/preferences/([\w-]{20,})")


def _link(act: Act, to: str) -> str:
    mail = act.mail(to, "/l/")
    match = LINK.search(mail or "")
    if match is None:
        raise Refused("no link has come")
    return match[1]


def finds_her_order(act: Act) -> None:
    """Number and address open the order's page."""
    look_up(act, EMMA, ON_ITS_WAY, EMMA)


def guesses_wrong(act: Act) -> None:
    """A wrong address opens nothing."""
    act.press("stranger", "/", number=ON_ITS_WAY, contact="nobody@example.com")


def asks_for_a_code(act: Act) -> None:
    """To the address on file."""
    ask_code(act, EMMA, ref_of(act, ON_ITS_WAY))


def types_the_code(act: Act) -> None:
    """The newest one; who has none asks again and types the next time."""
    if act.code(EMMA) is None:
        asks_for_a_code(act)
        raise Refused("the code is on its way")
    type_code(act, EMMA, ref_of(act, ON_ITS_WAY), EMMA)


def opens_her_preferences(act: Act) -> None:
    """What she gets, and less of it."""
    ref = ref_of(act, ON_ITS_WAY)
    act.see(EMMA, f"/o/{ref}/preferences")
    act.press(EMMA, f"/o/{ref}/preferences", channel="email")


def signs_out(act: Act) -> None:
    """The browser forgets everything."""
    act.press(EMMA, "/sign-out")


def asks_for_links(act: Act) -> None:
    """Links to all orders of an address."""
    act.press(LUCIA, "/links", email=LUCIA)


def opens_the_link(act: Act) -> None:
    """The mailed link, and its button."""
    token = _link(act, LUCIA)
    act.facts["token"] = token
    act.see("kitchen", f"/l/{token}")
    act.press("kitchen", f"/l/{token}")


def has_it_renewed(act: Act) -> None:
    """A new link in the old one's place."""
    act.press("kitchen", f"/l/{act.facts['token']}/new")


def says_it_is_not_hers(act: Act) -> None:
    """«This isn't my order»: every link to it ends."""
    act.press("kitchen", f"/l/{act.facts['token']}/stop")


def stops_mails(act: Act) -> None:
    """One click of the mail program, without cookies; then something else by the page."""
    mail = act.mail(LUCIA, "/preferences/")
    match = PREFERENCES.search(mail or "")
    if match is None:
        raise Refused("no mail names its preferences")
    act.facts["preferences"] = match[1]
    act.press("program", f"/preferences/{match[1]}/unsubscribe")


def wants_mails_again(act: Act) -> None:
    """By the page behind the foot of the mail."""
    path = f"/preferences/{act.facts['preferences']}"
    act.see("kitchen", path)
    act.press("kitchen", path, channel="email")


def withdraws(act: Act) -> None:
    """Two clicks, with one key for both."""
    _withdraws(act, MINE)


def withdraws_of_nothing(act: Act) -> None:
    """The same of an order that there is not."""
    _withdraws(act, "B-1")


def _withdraws(act: Act, number: str) -> None:
    fields = {"name": "Lucía Fernández Ortega", "order": number, "contact": LUCIA, "items": ""}
    page = act.app.test_client().post("/withdraw", data=fields).text
    act.facts.setdefault("form_key", act.hidden(page, "form_key"))
    act.keep_facts()
    act.press("office", "/withdraw/confirmation", **fields, form_key=act.facts["form_key"])


def asks_for_the_account(act: Act) -> None:
    """All orders of an address, for a code to it."""
    act.press("sofa", "/account", email=EMMA)


def opens_the_account(act: Act) -> None:
    """The code; who has none asks again."""
    code = act.code(EMMA)
    if code is None:
        asks_for_the_account(act)
        raise Refused("the code is on its way")
    act.press("sofa", "/account/code", code=code)
    act.see("sofa", "/account")


STORIES = (
    Story("code", (finds_her_order, guesses_wrong, asks_for_a_code, types_the_code, opens_her_preferences, signs_out)),
    Story("links", (asks_for_links, opens_the_link, has_it_renewed, says_it_is_not_hers)),
    Story("mailed", (asks_for_links, stops_mails, wants_mails_again)),
    Story("withdrawal", (withdraws,)),
    Story("account", (asks_for_the_account, opens_the_account)),
)

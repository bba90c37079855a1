"""The single keys of the console, page by page, for whoever looks for one."""

from flask_babel import gettext as _


def key_help() -> list[tuple[str, str]]:
    """Keys with what each does, in the order in which one meets them; a text of several signs is several keys."""
    return [
        ("/", _("search, on every page")),
        ("jk", _("next and previous row of a list")),
        ("nrxc", _("order: note, show data, close access, copy the customer's link")),
        ("fo", _("order: confirm scans, compare refunds")),
        ("ad", _("order and return: approve, reject")),
        ("bw", _("order and return: items went back, receive")),
        ("p", _("order: go to the refund; return: book it as paid")),
        ("xgm", _("return: cancel, first approval, another amount")),
        ("s", _("message: ask to send it again; warehouse: type a number")),
        ("123456", _("warehouse: how an item is; order: what the history shows")),
        ("eb", _("warehouse: something else in the parcel, book")),
    ]

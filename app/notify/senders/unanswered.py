"""A call without an answer: whether it never reached the provider, or the answer was lost on the way."""

import requests

_NEVER = (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.InvalidURL)


def unanswered(error: requests.RequestException) -> str:
    """``not_connected`` when nothing can have happened there, else ``no_answer``."""
    return "not_connected" if isinstance(error, _NEVER) or "NewConnectionError" in repr(error) else "no_answer"

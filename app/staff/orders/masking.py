"""Personal values as the console shows them before they are revealed: enough to compare, too little to use; pure."""

DOTS = "•••"


def name(text: str | None) -> str:
    """«Lucía F.»: the first name and an initial."""
    words = (text or "").split()
    return f"{words[0]} {words[1][0]}." if len(words) > 1 else (words[0] if words else "—")


def email(text: str | None) -> str:
    """«l•••@example.com»; of what is no address that there is something."""
    local, at, host = (text or "").partition("@")
    return f"{local[:1]}{DOTS}@{host}" if at else street(text)


def phone(text: str | None) -> str:
    """«••• 233»: the last three digits; of what is no number that there is something."""
    digits = "".join(sign for sign in text or "" if sign.isdigit())
    # A shorter text is no number, and three of its digits would be half of it.
    return f"{DOTS} {digits[-3:]}" if len(digits) > 5 else street(text)


def street(text: str | None) -> str:
    """Nothing of a street but that there is one."""
    return DOTS if text else "—"


def recipient(text: str | None) -> str:
    """An address of a message, whichever it is."""
    return email(text) if "@" in (text or "") else phone(text)

"""Digests by which requests about one person are told to be the same, and none of them is clear."""

from app.core.tokens import keyed_digest
from app.personal.claims import Person


def subject_of(key: str, kind: str, text: str) -> bytes:
    """What stands for «the person with this address» in a request."""
    return keyed_digest(key, f"subject:{kind}:{text.strip().casefold()}")


def subjects_of(person: Person) -> set[bytes]:
    """Everything that may stand for this person."""
    named = [("email", person.emails), ("phone", person.phones), ("customer", person.customer_ids)]
    return {subject_of(person.key, kind, text) for kind, texts in named for text in texts}

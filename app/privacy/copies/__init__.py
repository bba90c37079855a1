"""Copies of what is held of a person: their rows, the archive made of them, and proof of consent."""

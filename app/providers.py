"""The only file that names adapters: from the settings to carriers, senders, panels of the order page."""

from flask import Flask


def install(app: Flask) -> None:
    """Put what domains need from each other, or from outside, where they look for it."""
    app.extensions["order_panels"] = []

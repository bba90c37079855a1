"""Bare Flask saying hello: the measure of every ratio of requests a second."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "hello"

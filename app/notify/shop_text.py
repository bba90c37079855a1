"""A shop's own sentence in its messages: a template of text and a few names, in a sandbox, and nothing more."""

from collections.abc import Mapping

from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

NAMES = frozenset({"shop", "number", "carrier"})
LONGEST = 500
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)
_environment = ImmutableSandboxedEnvironment(autoescape=False)


class BadShopText(ValueError):
    """The text cannot be used; the message says why, for the person who wrote it."""


def check(source: str) -> str:
    """The text as it may be kept: only words and the names ``{{ shop }}``, ``{{ number }}``, ``{{ carrier }}``."""
    if len(source) > LONGEST:
        raise BadShopText(f"longer than {LONGEST} characters")
    try:
        tree = _environment.parse(source)
    except TemplateError as error:
        raise BadShopText("not a template that can be read") from error
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise BadShopText(f"only words and names may stand in it, not {type(node).__name__}")
        if isinstance(node, nodes.Name) and node.name not in NAMES:
            raise BadShopText(f"there is no name {node.name}")
    return " ".join(source.split())


def fill(source: str, values: Mapping[str, str]) -> str:
    """The text with its names filled in; an unusable one is left out rather than shown."""
    try:
        template = _environment.from_string(check(source))
    except BadShopText:
        return ""
    return template.render({name: values.get(name, "") for name in NAMES})

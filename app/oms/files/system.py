"""Files as a system: orders out of CSV and NDJSON, by a command; nobody calls us and nobody is called."""

from typing import TYPE_CHECKING

from app.core.settings import PartSettings
from app.oms.ports import System

if TYPE_CHECKING:
    from click import Command


def commands() -> "Command":
    """``flask portal orders import FILE``."""
    # Loaded when it is needed: every process reads this declaration.
    from app.oms.files.commands import orders

    return orders


SYSTEM = System(name="files", title="Files", settings=PartSettings, commands=commands)

"""Files as a system: orders out of CSV and NDJSON, by a command; nobody calls us and nobody is called."""

from app.core.settings import PartSettings
from app.oms.ports import System

# paradero orders import FILE
COMMANDS = "app.oms.files.commands:orders"
SYSTEM = System(name="files", title="Files", settings=PartSettings, commands=COMMANDS)

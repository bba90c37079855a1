"""A Medusa that runs beside the trial: its key, its own truth of each order, and random operations on it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.medusa_orders import Medusa

Truth = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """The folder of scripts that made this Medusa, and its address."""

    folder: Path
    url: str

    def medusa(self) -> Medusa:
        """Its administration, by the key in the environment, else by the one that its seed left in the folder."""
        key = os.environ.get("MEDUSA_KEY") or json.loads((self.folder / "creds.json").read_text())["secret_key"]
        return Medusa(self.url, key)

    def truth(self) -> dict[str, Truth]:
        """What its own snapshot says is so, by order id."""
        rows = map(json.loads, self._run("snapshot.py").splitlines())
        return {row["id"]: row for row in rows}

    def stir(self, *, operations: int, seed: int) -> dict[str, int]:
        """Do random operations; gives how often which was done."""
        done: dict[str, int] = {}
        for line in self._run("driver.py", "--ops", str(operations), "--seed", str(seed), "--rate", "0").splitlines():
            deed = json.loads(line)
            name = deed["op"] if deed["ok"] else f"{deed['op']} refused"
            done[name] = done.get(name, 0) + 1
        return done

    def _run(self, script: str, *words: str) -> str:
        command = [sys.executable, str(self.folder / script), *words]
        environ = {**os.environ, "MEDUSA_URL": self.url}
        return subprocess.run(command, check=True, env=environ, stdout=subprocess.PIPE, text=True).stdout

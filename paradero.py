"""Paradero from outside: the command ``paradero``, and the portal for a server of one's own as ``paradero.wsgi:app``.

In a checkout this file lies beside ``app``, ``migrations`` and ``wsgi``. In a wheel it is the head of one package that
holds them all: a package named ``app`` in site-packages would meet others of that name, in either direction.
"""

import sys
from os.path import abspath, dirname

__version__ = "0.1.0"
NEEDS = (3, 11)
ROOT = dirname(abspath(__file__))  # noqa: PTH100, PTH120 (loaded at every start: pathlib would be most of its cost)

# What we import is ours, whatever else bears its name: so before all other places, not behind them.
if sys.path[:1] != [ROOT]:
    sys.path.insert(0, ROOT)


def main() -> int:
    """The command; an older Python comes as far as being told so."""
    if sys.version_info[:2] < NEEDS:
        sys.stderr.write("Paradero needs Python {}.{} or newer; this is {}.{}.\n".format(*NEEDS, *sys.version_info[:2]))
        return 2
    from app.cli import paradero

    paradero(prog_name="paradero")
    return 0


if __name__ == "__main__":
    sys.exit(main())

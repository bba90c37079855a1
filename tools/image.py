"""The Dockerfile's steps in bare Debian trees, and what comes of them started: for machines without an engine.

Needs root, debootstrap and the network for Debian's, Python's and npm's packages. The official base images are stood in
for by Debian's own release of that name with Debian's packages (BASES); everything else is what the Dockerfile says.
"""

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASES = {"node": ("nodejs", "npm"), "python": ("python3", "python3-venv", "ca-certificates")}
# How this machine reaches the registries and trusts them; nothing of it stays in a tree.
CLIENTS = re.compile(r"^(PIP_|npm_config_|.*(_CERT|CERTS|CA_BUNDLE|CERT_FILE|CERT_DIR)$)")
CLIENT_FILES = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/npmrc")
USUAL = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nowhere", "LANG": "C.UTF-8"}
PATIENCE_S = 120.0
DATABASE = "image"


@dataclass
class Stage:
    """A tree on its way, and how the next command runs in it."""

    tree: Path
    environ: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "root"
    command: tuple[str, ...] = ()
    healthcheck: tuple[str, ...] = ()

    def words(
        self, command: tuple[str, ...], environ: Mapping[str, str], shared: Mapping[str, str], *, readable: bool = False
    ) -> list[str]:
        """The command line that runs a command in the tree. ``shared`` are mounted, by path there, and go with it.

        What is only ``readable`` is safe from what is set up in the tree.
        """
        pairs = [f"{name}={value}" for name, value in {**USUAL, **self.environ, **environ}.items()]
        places = {**shared, "/dev": "/dev", "/proc": "/proc"}
        mounts = [shlex.join(("mount", "--rbind", ours, f"{self.tree}{there}")) for there, ours in places.items()]
        # This machine's own files are for reading: a package that is set up in the tree would write into them.
        if readable:
            mounts += [shlex.join(("mount", "-o", "remount,bind,ro", f"{self.tree}{there}")) for there in shared]
        inside = ["chroot", f"--userspec={self.user}", str(self.tree), "env", "-i", "-C", self.folder, *pairs, *command]
        return ["unshare", "--mount", "sh", "-c", " && ".join([*mounts, f"exec {shlex.join(inside)}"])]

    def run(self, command: tuple[str, ...]) -> None:
        """Run a step, which may reach the registries as this machine does."""
        clients = {name: value for name, value in os.environ.items() if CLIENTS.match(name)}
        self._run(command, clients, (*CLIENT_FILES, *clients.values()))

    def install(self, packages: Sequence[str]) -> None:
        """Install packages of Debian. They set up files of their own where this machine's would lie: none of those."""
        listed = shlex.join(packages)
        steps = f"apt-get update -qq && apt-get install -y -qq --no-install-recommends {listed} > /dev/null"
        self._run(
            ("sh", "-c", f"{steps} && apt-get clean"), {"DEBIAN_FRONTEND": "noninteractive"}, ("/etc/resolv.conf",)
        )

    def _run(self, command: tuple[str, ...], environ: Mapping[str, str], ours: Iterable[str]) -> None:
        paths = sorted({path for path in ours if path.startswith("/") and Path(path).exists()})
        added = [made for path in paths for made in _place_for(self.tree, Path(path))]
        subprocess.run(self.words(command, environ, {path: path for path in paths}, readable=True), check=True)
        for path in reversed(added):
            path.rmdir() if path.is_dir() else path.unlink()


def _place_for(tree: Path, path: Path) -> list[Path]:
    """Make what a mount needs to lie on; gives what was made, the outermost first."""
    made = []
    place = tree / path.relative_to("/")
    for parent in reversed(place.parents):
        if parent.is_relative_to(tree) and not parent.exists():
            parent.mkdir()
            made.append(parent)
    if not place.exists():
        place.mkdir() if path.is_dir() else place.touch()
        made.append(place)
    return made


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """A Dockerfile as pairs of instruction and the rest of its line."""
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


class Build:
    """A Dockerfile on its way: a method an instruction, named after it."""

    def __init__(self, folder: Path) -> None:
        """The trees are made in ``folder``."""
        self.folder = folder
        self.stages: dict[str, Stage] = {}
        self.stage = Stage(folder)

    def take(self, text: str) -> Stage:
        """Take every step; gives the last stage."""
        for name, rest in instructions(text):
            print(f"{name} {rest[:110]}", flush=True)
            step = getattr(self, {"FROM": "from_"}.get(name, name.lower()), None)
            if step is None:
                raise SystemExit(f"The Dockerfile has a {name}, which this knows nothing of.")
            step(rest)
        return self.stage

    def from_(self, rest: str) -> None:
        """Begin a stage."""
        base, _, alias = rest.partition(" AS ")
        self.stage = _begun(self.stages, base, self.folder, self.folder / (alias or "last"))
        self.stages[alias or "last"] = self.stage

    def copy(self, rest: str) -> None:
        """Bring files in."""
        _copy(self.stages, self.stage, shlex.split(rest))

    def run(self, rest: str) -> None:
        """Do something there."""
        self.stage.run(("sh", "-c", rest))

    def env(self, rest: str) -> None:
        """Set variables."""
        path = self.stage.environ.get("PATH", USUAL["PATH"])
        for word in shlex.split(rest):
            variable, _, value = word.partition("=")
            self.stage.environ[variable] = value.replace("$PATH", path)

    def workdir(self, rest: str) -> None:
        """Go into a folder, made if missing."""
        self.stage.folder = rest
        (self.stage.tree / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def user(self, rest: str) -> None:
        """Be somebody else from here on."""
        self.stage.user = rest

    def expose(self, rest: str) -> None:
        """Nothing to do: it only tells."""

    def cmd(self, rest: str) -> None:
        """What is run when nothing else is said."""
        self.stage.command = tuple(json.loads(rest))

    def healthcheck(self, rest: str) -> None:
        """What an engine would call again and again."""
        self.stage.healthcheck = tuple(json.loads(rest.partition("CMD ")[2]))


def _begun(stages: Mapping[str, Stage], base: str, folder: Path, tree: Path) -> Stage:
    """A new stage: a copy of an earlier one, or Debian with what the base image has."""
    if base in stages:
        subprocess.run(["cp", "-a", "--reflink=auto", stages[base].tree, tree], check=True)
        return replace(stages[base], tree=tree, environ=dict(stages[base].environ))
    image, _, tag = base.partition(":")
    release = next(word for word in tag.split("-") if word.isalpha() and word != "slim")
    path = folder / f"debian-{release}"
    if not path.exists():
        subprocess.run(["debootstrap", "--variant=minbase", release, path], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cp", "-a", "--reflink=auto", path, tree], check=True)
    stage = Stage(tree)
    stage.install(BASES[image])
    return stage


def _copy(stages: Mapping[str, Stage], stage: Stage, words: list[str]) -> None:
    """COPY: from another stage as it is, from the checkout what .dockerignore lets through."""
    source = ROOT
    left_out: tuple[str, ...] = tuple((ROOT / ".dockerignore").read_text(encoding="utf-8").split())
    if words[0].startswith("--from="):
        source, left_out = stages[words.pop(0).removeprefix("--from=")].tree, ()
    *names, target = words
    place = stage.tree / (Path(stage.folder) / target).relative_to("/")
    for name in names:
        path = source / name.lstrip("/")
        if path.is_file():
            shutil.copy2(path, place)
        else:
            _copy_tree(path, place, left_out)


def _copy_tree(path: Path, place: Path, left_out: tuple[str, ...]) -> None:
    def ignored(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if not taken((Path(folder) / name).relative_to(path).as_posix(), left_out)]

    shutil.copytree(path, place, symlinks=True, ignore=ignored, dirs_exist_ok=True)


def taken(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether .dockerignore lets this file through: the last pattern that fits decides."""
    through = True
    parts = path.split("/")
    heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    for line in patterns:
        pattern = line.removeprefix("!")
        names = parts if pattern.startswith("**/") else heads
        if any(fnmatch(name, pattern.removeprefix("**/")) for name in names):
            through = line.startswith("!")
    return through


@contextlib.contextmanager
def started(words: list[str]) -> Iterator[None]:
    """A process of the image while something else is done; then it is told to stop."""
    process = subprocess.Popen(words, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        try:
            print(f"{words[-1].split()[-1]} ended with {process.wait(PATIENCE_S)}", flush=True)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def try_it(stage: Stage, socket: Path) -> None:
    """Migrate, serve, work, and ask the doctor, as a production would, on the database behind ``socket``."""
    port, there = "8099", f"/run/postgresql/{socket.name}"
    environ = {
        "DATABASE_URL": f"postgresql://postgres@/{DATABASE}?host=/run/postgresql",
        "SECRET_KEY": "only-for-this-trial-0123456789abcdef", "PORT": port, "PUBLIC_URL": "https://shop.example.com",
        "SMTP_URL": "smtp://127.0.0.1:2525", "MAIL_FROM": "shop@example.com",
    }  # fmt: skip
    _place_for(stage.tree, Path(there))

    def words(*command: str) -> list[str]:
        return stage.words(command, environ, {there: str(socket)})

    def call(*command: str) -> str:
        done = subprocess.run(words(*command), capture_output=True, text=True, check=False, timeout=PATIENCE_S)
        return done.stdout + done.stderr

    print(call("paradero", "--version"), call("paradero", "migrate"), call("id"), sep="", end="", flush=True)
    with started(words(*stage.command)), started(words("paradero", "worker")):
        for path in ("healthz", "readyz"):
            print(f"/{path}: {_until_answered(f'http://127.0.0.1:{port}/{path}')}", flush=True)
        subprocess.run(words(*stage.healthcheck), check=True)
        until = time.monotonic() + PATIENCE_S
        while "A worker runs" not in (output := call("paradero", "doctor")) and time.monotonic() < until:
            time.sleep(1)
        print(output, flush=True)
    if "✗" in output or "A worker runs" not in output:
        raise SystemExit("The doctor finds something wrong.")


def _until_answered(url: str) -> str:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (an address of our own)
                return f"{answer.status} {answer.read().decode().strip()}"
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def main(arguments: list[str]) -> int:
    """Build and try it; a folder named first is where the trees are made and stay."""
    lacks = [name for name in ("debootstrap", "unshare", "chroot") if shutil.which(name) is None]
    if lacks or os.geteuid() != 0:
        sys.stderr.write(f"This needs root and {', '.join(lacks or ['nothing else'])}.\n")
        return 2
    from app.server.embedded import Embedded

    folder = Path(arguments[0] if arguments else tempfile.mkdtemp(prefix="paradero-image-")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        stage = Build(folder).take((ROOT / "Dockerfile").read_text(encoding="utf-8"))
        size = subprocess.run(["du", "-sm", stage.tree / "opt/paradero"], capture_output=True, text=True, check=True)
        print(f"/opt/paradero: {size.stdout.split()[0]} MB")
        server = Embedded(folder / "postgres" / "data", throw_away=True)
        try:
            place = Path(server.database(DATABASE).partition("?host=")[2])
            try_it(stage, next(place.glob(".s.PGSQL.*[0-9]")))
        finally:
            server.stop()
    finally:
        if not arguments:
            shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

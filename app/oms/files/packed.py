"""Files that come packed with gzip: unpacked for as long as they are read, under the name that they have without it."""

import gzip
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.bodies.packing import GZIP
from app.core.errors import Fault, Invalid


@contextmanager
def plain_file(path: Path) -> Iterator[Path]:
    """The file itself, or a copy of it without its packing. Raises Invalid for one that is damaged."""
    with path.open("rb") as content:
        is_packed = content.read(len(GZIP)) == GZIP
    # By the first bytes: some programs unpack what they fetch and leave the name, and some pack without a word.
    name = path.stem if path.suffix.lower() == ".gz" else path.name
    if not is_packed and name == path.name:
        yield path
        return
    with TemporaryDirectory(prefix="paradero-orders-") as folder:
        copy = Path(folder) / name
        try:
            with gzip.open(path) if is_packed else path.open("rb") as content, copy.open("wb") as target:
                shutil.copyfileobj(content, target)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Invalid([Fault(path.name, "The packed file is damaged or cut short")]) from error
        yield copy

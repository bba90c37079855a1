"""Two sets of pictures side by side: what differs by more than a threshold, the most changed first, each marked."""

import html
import os
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from PIL import Image, ImageChops

from tools.contact_sheets import pair_sheets

# Edges of letters are drawn a little differently from one run to the next.
NOISE = 24
# A day, an hour or a reference that differs from run to run changes less than this share of a page's points.
THRESHOLD = 0.002
# References of orders and returns, of messages; an address that holds one has another name in every run.
REFERENCES = re.compile(r"-[0-9A-HJKMNP-TV-Z]{8}(?=-|$)|(?<=messages)-[\w-]{22}(?=-|$)")
ENDING = re.compile(r"^(.*?)(-\d+-(?:light|dark)\.png)$")
STYLE = (
    "body{font:16px/1.5 system-ui;margin:24px}section{margin-block:32px}figure{margin:0;flex:1;min-width:0}"
    ".row{display:flex;gap:16px;align-items:start}img{width:100%;border:1px solid #bbb}"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One picture in both sets, as far as they have it, and where the marked one goes."""

    name: str
    before: Path | None
    after: Path | None
    marked: Path


@dataclass(frozen=True, slots=True)
class Change:
    """What came of a pair: ``share`` of its points differ, from 0 to 1, the first of them in the row ``top``."""

    pair: Pair
    share: float
    top: int = 0

    @property
    def only(self) -> str | None:
        """The set that alone has it, if the other lacks it."""
        if self.pair.before is None:
            return "after"
        return "before" if self.pair.after is None else None


def compare(before: Path, after: Path, out: Path, *, threshold: float = THRESHOLD) -> list[Change]:
    """Write OUT/index.html, OUT/differ.txt, the marked pictures and sheets of pairs; gives what differs."""
    earlier, later = by_name(before), by_name(after)
    (out / "changes").mkdir(parents=True, exist_ok=True)
    pairs = [
        Pair(name, earlier.get(name), later.get(name), out / "changes" / name.replace("/", "-"))
        for name in sorted(earlier.keys() | later.keys())
    ]
    # Not forked: a browser's driver may run threads here.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
        changes = list(workers.map(partial(changed, threshold=threshold), pairs, chunksize=8))
    differ = sorted(
        (change for change in changes if change.only or change.share > threshold),
        key=lambda change: (change.only is not None, -change.share, change.pair.name),
    )
    lines = [
        f"{change.only + ' only' if change.only else f'{change.share:.2%}':>12}  {change.pair.name}"
        for change in differ
    ]
    (out / "differ.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    _write_page(differ, len(changes), threshold, out)
    both = [(one.pair.name, one.pair.before, one.pair.after, one.top) for one in differ]
    pair_sheets([(name, first, second, top) for name, first, second, top in both if first and second], out)
    return differ


def by_name(folder: Path) -> dict[str, Path]:
    """The pictures of a set by names that are the same in every run: references out, the second of a name numbered."""
    counts: Counter[str] = Counter()
    named = {}
    for path in sorted(folder.rglob("*.png"), key=lambda path: (path.stat().st_mtime_ns, path.name)):
        name = path.relative_to(folder).as_posix()
        match = ENDING.match(name)
        stem, ending = match.groups() if match else (name, "")
        fixed = f"{fixed_name(stem)}|{ending}"
        counts[fixed] += 1
        named[_numbered(fixed, counts[fixed])] = path
    return named


def fixed_name(name: str) -> str:
    """A page's name without the references in it."""
    return REFERENCES.sub("-one", name)


def _numbered(fixed: str, turn: int) -> str:
    stem, _, ending = fixed.partition("|")
    return f"{stem}{f'-{turn}' if turn > 1 else ''}{ending}"


def changed(pair: Pair, *, threshold: float) -> Change:
    """How much of the picture differs; where that is more than the threshold, it is drawn in red over what is now."""
    if pair.before is None or pair.after is None:
        return Change(pair, 1.0)
    with Image.open(pair.before) as first, Image.open(pair.after) as second:
        size = max(first.width, second.width), max(first.height, second.height)
        one, other = _on(first, size), _on(second, size)
    points = ImageChops.difference(one, other).convert("L").point(lambda value: 255 if value > NOISE else 0)
    box = points.getbbox()
    if box is None:
        return Change(pair, 0.0)
    share = points.histogram()[255] / (size[0] * size[1])
    if share <= threshold:
        return Change(pair, share, box[1])
    faded = Image.blend(other, Image.new("RGB", size, "white"), 0.6)
    Image.composite(Image.new("RGB", size, "red"), faded, points).save(pair.marked, compress_level=1)
    return Change(pair, share, box[1])


def _on(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture on a ground of this size: one that has grown differs where the other has nothing."""
    ground = Image.new("RGB", size, "magenta")
    ground.paste(picture.convert("RGB"), (0, 0))
    return ground


def _write_page(differ: list[Change], of: int, threshold: float, out: Path) -> None:
    title = f"{len(differ)} of {of} pictures differ by more than {threshold:.1%}"
    head = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    rows = "".join(_row(change, out) for change in differ)
    (out / "index.html").write_text(f"{head}<h1>{title}</h1>{rows}</html>\n", encoding="utf-8")


def _row(change: Change, out: Path) -> str:
    label = f"only {change.only}" if change.only else f"{change.share:.1%}"
    figures = "".join(
        f'<figure><figcaption>{caption}</figcaption><img loading="lazy" alt="" src="{address}"></figure>'
        for caption, address in _figures(change, out)
    )
    return f'<section><h2>{html.escape(change.pair.name)}: {label}</h2><div class="row">{figures}</div></section>'


def _figures(change: Change, out: Path) -> Iterator[tuple[str, str]]:
    pair = change.pair
    for caption, path in (("before", pair.before), ("after", pair.after), ("change", pair.marked)):
        if path is not None and path.exists():
            yield caption, html.escape(Path(os.path.relpath(path.resolve(), out.resolve())).as_posix())

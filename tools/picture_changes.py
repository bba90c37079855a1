"""Two sets of pictures side by side: a page of those that differ, the most changed first, each with its changes."""

import html
import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

# Edges of letters are drawn a little differently from one run to the next.
NOISE = 24
STYLE = (
    "body{font:16px/1.5 system-ui;margin:24px}section{margin-block:32px}figure{margin:0;flex:1;min-width:0}"
    ".row{display:flex;gap:16px;align-items:start}img{width:100%;border:1px solid #bbb}"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One picture in both sets: ``share`` of its points differ, from 0 to 1; 1 where one set lacks it."""

    name: str
    share: float


def compare(before: Path, after: Path, out: Path) -> int:
    """Write the page and the marked pictures; gives how many differ."""
    names = {path.relative_to(folder).as_posix() for folder in (before, after) for path in folder.rglob("*.png")}
    (out / "changes").mkdir(parents=True, exist_ok=True)
    changes = [Change(name, _share(before / name, after / name, out / _marked(name))) for name in sorted(names)]
    differ = sorted((change for change in changes if change.share), key=lambda change: (-change.share, change.name))
    rows = "".join(_row(change, before, after, out) for change in differ)
    title = f"{len(differ)} of {len(changes)} pictures differ"
    page = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    (out / "index.html").write_text(f"{page}<h1>{title}</h1>{rows}</html>\n", encoding="utf-8")
    return len(differ)


def _marked(name: str) -> str:
    return f"changes/{name.replace('/', '-')}"


def _share(before: Path, after: Path, marked: Path) -> float:
    """How much of the picture differs; what does is drawn in red over what is now."""
    if not (before.exists() and after.exists()):
        return 1.0
    with Image.open(before) as first, Image.open(after) as second:
        size = max(first.width, second.width), max(first.height, second.height)
        one, other = _on(first, size), _on(second, size)
    points = ImageChops.difference(one, other).convert("L").point(lambda value: 255 if value > NOISE else 0)
    if points.getbbox() is None:
        return 0.0
    Image.composite(
        Image.new("RGB", size, "red"), Image.blend(other, Image.new("RGB", size, "white"), 0.6), points
    ).save(marked)
    return points.histogram()[255] / (size[0] * size[1])


def _on(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture on a ground of this size: one that has grown differs where the other has nothing."""
    ground = Image.new("RGB", size, "magenta")
    ground.paste(picture.convert("RGB"), (0, 0))
    return ground


def _row(change: Change, before: Path, after: Path, out: Path) -> str:
    places = (("before", before / change.name), ("after", after / change.name), ("change", out / _marked(change.name)))
    figures = "".join(
        f'<figure><figcaption>{label}</figcaption><img loading="lazy" alt="" src="{_address(path, out)}"></figure>'
        for label, path in places
        if path.exists()
    )
    return f'<section><h2>{html.escape(change.name)}: {change.share:.1%}</h2><div class="row">{figures}</div></section>'


def _address(path: Path, out: Path) -> str:
    return html.escape(Path(os.path.relpath(path.resolve(), out.resolve())).as_posix())

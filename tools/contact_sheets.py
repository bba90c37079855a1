"""Many pictures on few sheets, to look through quickly: twelve a sheet, tall ones going on in the next place."""

import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PLACES = 12
CAPTION = 18
GAP = 8
INK, GROUND, LINE = "#222222", "#dddddd", "#888888"
# A picture that differs begins a little above the difference, so that one sees where on the page it is.
ABOVE = 60
# So much of a place is too little for one of its own: the whole picture is drawn a little smaller instead.
LEFT_OVER = 0.25
# A document of twenty screens is not looked through on a sheet.
MOST_PARTS = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """How many places lie side by side, and how large each is."""

    columns: int
    width: int
    height: int


# A sheet of either is some 1,600 px wide and high: what is shown smaller on the way stays readable.
TALL, WIDE = Layout(6, 254, 770), Layout(3, 520, 376)
WIDE_FROM = 700


@dataclass(frozen=True, slots=True)
class Tile:
    """What stands in one place: a picture's part with its words."""

    caption: str
    picture: Image.Image


def sheets(folder: Path, out: Path) -> list[Path]:
    """Sheets of all pictures of a set: a row of sheets for each folder, width and theme."""
    groups: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.png")):
        view = "-".join(path.stem.rsplit("-", 2)[-2:])
        groups.setdefault(f"{'-'.join(path.relative_to(folder).parts[:-1])}-{view}".strip("-"), []).append(path)
    # Not forked: a browser's driver may run threads here.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
        turns = [workers.submit(_of_group, group, paths, out) for group, paths in sorted(groups.items())]
        return [path for turn in turns for path in turn.result()]


def _of_group(group: str, paths: Sequence[Path], out: Path) -> list[Path]:
    layout = layout_of(paths[0])
    return write(out, group, (tile for path in paths for tile in parts(path, layout)), layout)


def pair_sheets(pairs: Sequence[tuple[str, Path, Path, int]], out: Path) -> list[Path]:
    """Sheets of pairs (name, before, after, first row that differs), each from where it differs."""
    made = []
    for kind, layout in (("tall", TALL), ("wide", Layout(4, 390, 376))):
        chosen = [pair for pair in pairs if (layout_of(pair[2]) is TALL) == (kind == "tall")]
        tiles = (
            Tile(f"{word} {name}", part(opened(path), layout, from_row=max(0, top - ABOVE)))
            for name, before, after, top in chosen
            for word, path in (("<", before), (">", after))
        )
        made += write(out, f"pairs-{kind}", tiles, layout)
    return made


def layout_of(path: Path) -> Layout:
    """Places as wide as this picture needs."""
    with Image.open(path) as picture:
        return WIDE if picture.width > WIDE_FROM else TALL


def parts(path: Path, layout: Layout) -> Iterator[Tile]:
    """A picture as the places that it takes, one below the other."""
    picture = opened(path)
    step = rows_of(picture, layout)
    count = max(1, math.ceil(picture.height / step - LEFT_OVER))
    step = max(step, math.ceil(picture.height / count))
    for turn in range(min(count, MOST_PARTS)):
        numbered = f"{path.stem} {turn + 1}/{count}" if count > 1 else path.stem
        yield Tile(numbered, part(picture, layout, from_row=turn * step, rows=step))


def opened(path: Path) -> Image.Image:
    """A picture in memory: its parts are taken out of one reading."""
    with Image.open(path) as picture:
        return picture.convert("RGB")


def rows_of(picture: Image.Image, layout: Layout) -> int:
    """How many rows of this picture one place holds."""
    return round(layout.height * picture.width / layout.width)


def part(picture: Image.Image, layout: Layout, *, from_row: int, rows: int | None = None) -> Image.Image:
    """So many rows of a picture, or as many as one place holds, as large as they fit into it."""
    top = min(from_row, max(0, picture.height - 1))
    strip = picture.crop((0, top, picture.width, min(picture.height, top + (rows or rows_of(picture, layout)))))
    share = min(layout.width / strip.width, layout.height / strip.height)
    size = max(1, round(strip.width * share)), max(1, round(strip.height * share))
    return strip.resize(size, Image.Resampling.BOX)


def write(out: Path, name: str, tiles: Iterable[Tile], layout: Layout) -> list[Path]:
    """Lay the tiles on sheets of twelve: OUT/NAME-01.png and on."""
    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    waiting = iter(tiles)
    while some := list(islice(waiting, PLACES)):
        made.append(out / f"{name}-{len(made) + 1:02}.png")
        _laid(some, layout).save(made[-1], compress_level=1)
    return made


def _laid(tiles: Sequence[Tile], layout: Layout) -> Image.Image:
    rows = -(-len(tiles) // layout.columns)
    across, down = layout.width + GAP, layout.height + CAPTION + GAP
    sheet = Image.new("RGB", (layout.columns * across + GAP, rows * down + GAP), GROUND)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=12)
    for place, tile in enumerate(tiles):
        left, top = GAP + place % layout.columns * across, GAP + place // layout.columns * down
        words = tile.caption
        while words and pen.textlength(words, font) > layout.width:
            words = words[1:]
        pen.text((left, top), words, INK, font)
        sheet.paste(tile.picture, (left, top + CAPTION))
        pen.rectangle(
            (left - 1, top + CAPTION - 1, left + layout.width, top + CAPTION + tile.picture.height), outline=LINE
        )
    return sheet

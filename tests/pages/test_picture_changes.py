"""Two sets of screenshots compared: what differs is shown, the most changed first; sheets hold all of a set."""

import os
from pathlib import Path

from PIL import Image

from tools.contact_sheets import PLACES, TALL, sheets
from tools.picture_changes import compare, fixed_name


def drawn(path: Path, *, size: tuple[int, int] = (40, 40), mark: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", size, "white")
    picture.paste("black", (0, 0, mark, mark))
    picture.save(path)


def names(tmp_path: Path, **options: float) -> list[str]:
    """What differs between the two sets, in the order in which it is shown."""
    return [one.pair.name for one in compare(tmp_path / "before", tmp_path / "after", tmp_path / "out", **options)]


def test_what_differs_is_listed_and_the_most_changed_comes_first(tmp_path: Path) -> None:
    before, after, out = tmp_path / "before", tmp_path / "after", tmp_path / "out"
    for name, was, now in (("es/same.png", 5, 5), ("es/little.png", 5, 6), ("en/much.png", 5, 30)):
        drawn(before / name, mark=was)
        drawn(after / name, mark=now)
    drawn(after / "es/fresh.png")
    assert names(tmp_path) == ["en/much.png", "es/little.png", "es/fresh.png"]
    page = (out / "index.html").read_text("utf-8")
    assert page.index("en/much") < page.index("es/little") < page.index("es/fresh")
    assert "es/same" not in page
    assert "../before/en/much.png" in page and "../after/en/much.png" in page
    listed = (out / "differ.txt").read_text("utf-8").split()
    assert listed == ["54.69%", "en/much.png", "0.69%", "es/little.png", "after", "only", "es/fresh.png"]
    with Image.open(out / "changes" / "en-much.png") as marked:
        assert marked.getpixel((20, 20)) == (255, 0, 0) and marked.getpixel((39, 39)) == (255, 255, 255)


def test_what_differs_by_less_than_the_threshold_is_left_out(tmp_path: Path) -> None:
    drawn(tmp_path / "before/a.png", mark=5)
    drawn(tmp_path / "after/a.png", mark=6)
    assert names(tmp_path, threshold=0.01) == []
    assert names(tmp_path, threshold=0.005) == ["a.png"]


def test_a_page_that_has_grown_differs(tmp_path: Path) -> None:
    drawn(tmp_path / "before/a.png")
    drawn(tmp_path / "after/a.png", size=(40, 60))
    assert names(tmp_path) == ["a.png"]


def test_a_page_is_found_again_whatever_reference_its_address_holds(tmp_path: Path) -> None:
    for folder, references in (("before", ("QDY2PGJ1", "99DZYMJZ")), ("after", ("7KD294FM", "1V1TADAE"))):
        for turn, reference in enumerate(references):
            path = tmp_path / folder / f"es/staff-orders-{reference}-360-light.png"
            drawn(path, mark=5 + 10 * turn)
            os.utime(path, (turn, turn))
    assert names(tmp_path) == []


def test_a_name_without_a_reference_stays_as_it_is() -> None:
    assert fixed_name("order-delivered-a-return-on-its-way") == "order-delivered-a-return-on-its-way"
    assert fixed_name("staff-messages-A5xrZJG8L_Xr_6c_52GeVu-resend") == "staff-messages-one-resend"
    assert fixed_name("staff-warehouse-returns-5T2D3HR0-receipts-demo") == "staff-warehouse-returns-one-receipts-demo"


def test_pairs_that_differ_stand_side_by_side_on_a_sheet(tmp_path: Path) -> None:
    for folder, mark in (("before", 100), ("after", 300)):
        drawn(tmp_path / folder / "es/a-360-light.png", size=(360, 740), mark=mark)
    assert names(tmp_path) == ["es/a-360-light.png"]
    with Image.open(tmp_path / "out" / "pairs-tall-01.png") as sheet:
        black = [sheet.getpixel((8 + place * (TALL.width + 8) + 150, 150)) for place in (0, 1)]
    assert black == [(255, 255, 255), (0, 0, 0)]


def test_sheets_hold_twelve_pictures_each_and_tall_ones_go_on_in_the_next_place(tmp_path: Path) -> None:
    for number in range(PLACES):
        drawn(tmp_path / f"set/es/page-{number:02}-360-light.png", size=(360, 740))
    assert [path.name for path in sheets(tmp_path / "set", tmp_path / "out")] == ["es-360-light-01.png"]
    drawn(tmp_path / "set/es/page-00-360-light.png", size=(360, 3000))
    drawn(tmp_path / "set/en/page-1280-dark.png", size=(1280, 800))
    made = [path.name for path in sheets(tmp_path / "set", tmp_path / "out")]
    assert made == ["en-1280-dark-01.png", "es-360-light-01.png", "es-360-light-02.png"]

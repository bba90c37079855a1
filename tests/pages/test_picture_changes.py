"""Two sets of screenshots compared: what differs is shown, the most changed first, and nothing else."""

from pathlib import Path

from PIL import Image

from tools.picture_changes import compare


def drawn(path: Path, *, size: tuple[int, int] = (40, 40), mark: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", size, "white")
    picture.paste("black", (0, 0, mark, mark))
    picture.save(path)


def test_what_differs_is_listed_and_the_most_changed_comes_first(tmp_path: Path) -> None:
    before, after, out = tmp_path / "before", tmp_path / "after", tmp_path / "out"
    for name, was, now in (("es/same.png", 5, 5), ("es/little.png", 5, 6), ("en/much.png", 5, 30)):
        drawn(before / name, mark=was)
        drawn(after / name, mark=now)
    drawn(after / "es/fresh.png")
    assert compare(before, after, out) == 3
    page = (out / "index.html").read_text("utf-8")
    assert [page.index(name) for name in ("es/fresh", "en/much", "es/little")] == sorted(
        page.index(name) for name in ("es/fresh", "en/much", "es/little")
    )
    assert "es/same" not in page
    assert "../before/en/much.png" in page and "../after/en/much.png" in page
    with Image.open(out / "changes" / "en-much.png") as marked:
        assert marked.getpixel((20, 20)) == (255, 0, 0) and marked.getpixel((39, 39)) == (255, 255, 255)


def test_a_page_that_has_grown_differs(tmp_path: Path) -> None:
    drawn(tmp_path / "before/a.png")
    drawn(tmp_path / "after/a.png", size=(40, 60))
    assert compare(tmp_path / "before", tmp_path / "after", tmp_path / "out") == 1

"""A brand's colours can be read in both themes, whatever accent it chooses."""

from hypothesis import given
from hypothesis import strategies as st

from app.brands import colours, look
from app.core.drawing import colour, six_digits

ACCENTS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_reckoned_as_the_guidelines_say() -> None:
    assert round(colours.contrast("#ffffff", "#000000"), 2) == 21
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48


@given(ACCENTS, st.booleans())
def test_what_is_offered_can_be_read_on_every_ground_and_under_its_text(accent: str, dark: bool) -> None:
    offered = colours.nearest_readable(accent, dark=dark)
    chosen = colours.palette(offered, dark=dark)
    grounds = [six_digits(colour(name + ("-dark" if dark else ""))) for name in ("paper", "surface")]
    for ground in (*grounds, chosen.tint, chosen.on_accent):
        assert colours.contrast(offered, ground) >= 4.5
    assert colours.contrast(chosen.on_accent, chosen.deep) >= 4.5


@given(ACCENTS)
def test_one_that_can_be_read_is_offered_as_it_is(accent: str) -> None:
    offered = colours.nearest_readable(accent, dark=False)
    assert colours.nearest_readable(offered, dark=False) == offered


def test_a_sheet_is_named_by_all_that_it_says() -> None:
    name = look.sheet_name({"accent": "#7a2e8e", "corners": "round", "typeface": "serif"})
    assert name is not None
    css = look.sheet(name) or ""
    assert "--accent:#7a2e8e" in css and "--radius:20px" in css and "Georgia" in css
    assert css.count("{") == css.count("}")


def test_a_brand_that_chose_nothing_has_no_sheet_and_no_other_name_is_one() -> None:
    assert look.sheet_name({"corners": "soft", "typeface": "system"}) is None
    for name in ("1-red-blue-soft-system", "1-0-soft", "2-0-soft-system", "1-0-soft-system;}"):
        assert look.sheet(name) is None

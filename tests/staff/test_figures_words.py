"""Figures of carriers: each by its title; what tells two apart is said only where both are in one list."""

from flask import Flask

from app.staff.figures.words import carriers_apart


def test_a_carrier_is_called_by_its_title_alone_unless_another_of_the_list_has_the_same(app: Flask) -> None:
    with app.test_request_context():
        assert carriers_apart(["gls", "seur"]) == {"gls": "GLS", "seur": "SEUR"}
        both = carriers_apart(["gls", "gls_asm", "seur"])
    assert both["gls"] != both["gls_asm"]
    assert both["seur"] == "SEUR"


def test_no_list_shows_a_name_of_the_interface(app: Flask) -> None:
    with app.test_request_context():
        titles = carriers_apart(["gls", "gls_asm", "dhl_parcel_de", "dhl_universal"]).values()
    assert not [title for title in titles if "_" in title]
    assert len(set(titles)) == 4

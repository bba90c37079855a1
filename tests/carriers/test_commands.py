"""``flask portal carriers …``."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.carriers.corpus import data


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["portal", "carriers", *words])


def test_a_payload_is_printed_as_json_with_zone_and_its_source(flask_app: Flask) -> None:
    result = run(flask_app, "parse", "gls", str(data("carriers", "gls", "tracking__TrackingResponse.json")))
    assert result.exit_code == 0
    report = json.loads(result.output)
    assert (report["carrier"], report["number"], report["status"]) == ("gls", "36301917596", "in_transit")
    assert report["events"][0]["zone"] == "Europe/Berlin"
    assert report["events"][0]["zone_source"] == "offset"
    assert report["events"][0]["occurred_at"] == "2024-10-07T08:46:14+00:00"
    assert report["errors"] == report["incidents"] == report["others"] == []


def test_xml_incidents_and_other_parcels_are_shown(flask_app: Flask) -> None:
    result = run(
        flask_app, "parse", "canadapost", str(data("carriers", "canadapost", "tracking__TrackingResponseXml.xml"))
    )
    assert [incident["incident"] for incident in json.loads(result.output)["incidents"]] == ["incorrect_address"]
    result = run(
        flask_app, "parse", "dhl_express", str(data("carriers", "dhl_express", "tracking__TrackingResponseXML.xml"))
    )
    assert len(json.loads(result.output)["others"]) == 2


def test_a_carriers_error_is_in_the_json(flask_app: Flask) -> None:
    result = run(flask_app, "parse", "ups", str(data("carriers", "ups", "tracking__AuthError.json")))
    assert result.exit_code == 0
    assert json.loads(result.output)["errors"] == [{"code": "250003", "message": "Invalid Access License number"}]


def test_the_number_asked_for_may_be_given(flask_app: Flask) -> None:
    path = str(data("carriers", "dpd", "tracking__TrackingResponse.xml"))
    result = run(flask_app, "parse", "dpd", path, "--number", "05308801410058")
    assert json.loads(result.output)["number"] == "05308801410058"


@pytest.mark.parametrize("content", [b"", b"{", b"<a>", b"\x00\x01", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_bad_file_is_refused_in_words(flask_app: Flask, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "payload"
    path.write_bytes(content)
    result = run(flask_app, "parse", "ups", str(path))
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "payload:" in result.output


def test_an_unknown_carrier_or_file_is_refused_in_words(flask_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "payload"
    path.write_bytes(b"{}")
    assert run(flask_app, "parse", "nobody", str(path)).exit_code == 2
    assert "Known: aftership" in run(flask_app, "parse", "nobody", str(path)).output
    assert run(flask_app, "parse", "ups", str(tmp_path / "absent")).exit_code == 2


def test_the_carriers_are_listed(flask_app: Flask) -> None:
    result = run(flask_app, "list")
    assert result.exit_code == 0
    assert "UPS_CLIENT_ID" in result.output
    assert "correos_express" in result.output

"""Settings tell all their faults at once and never a secret."""

from pathlib import Path

import pytest

from app.settings import BadSettings, Settings

GOOD = {"DATABASE_URL": "postgresql://somebody@localhost/shop", "SECRET_KEY": "k" * 40}


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as told:
        Settings.from_env({"PORT": "none", "PUBLIC_URL": "shop.example", "SECRET_KEY": "short-secret"})
    text = str(told.value)
    assert all(name in text for name in ("DATABASE_URL", "PORT", "PUBLIC_URL", "SECRET_KEY"))
    assert "short-secret" not in text


def test_secrets_have_no_default() -> None:
    with pytest.raises(BadSettings, match="SECRET_KEY: is not set"):
        Settings.from_env({"DATABASE_URL": GOOD["DATABASE_URL"]})


def test_a_file_holds_a_secret(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("s" * 50 + "\n")
    settings = Settings.from_env({"DATABASE_URL": GOOD["DATABASE_URL"], "SECRET_KEY_FILE": str(kept)})
    assert settings.secret_key.get_secret_value() == "s" * 50


def test_a_file_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(BadSettings, match="SECRET_KEY_FILE"):
        Settings.from_env({**GOOD, "SECRET_KEY_FILE": "/nowhere/at/all"})


def test_production_needs_https_and_a_way_to_send() -> None:
    with pytest.raises(BadSettings) as told:
        Settings.from_env({**GOOD, "PRODUCTION": "1", "DEMO": "1"})
    assert all(name in str(told.value) for name in ("PUBLIC_URL", "DEMO", "SENDGRID_API_KEY or SMTP_URL"))


def test_a_secret_is_not_shown_when_settings_are_printed() -> None:
    assert GOOD["SECRET_KEY"] not in repr(Settings.from_env(GOOD))

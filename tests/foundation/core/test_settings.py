"""Settings tell all their faults at once and never a secret; what is wrong stops the start."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.settings import BadSettings, Settings, clear

GOOD = {"DATABASE_URL": "postgresql://somebody@localhost/shop", "SECRET_KEY": "k" * 40}
NEW, OLD = ("whsec_" + base64.b64encode(letter * 24).decode() for letter in (b"n", b"o"))
OF_SEVERAL_SECRETS = {
    "OMS_WEBHOOK_SECRET": (NEW, OLD),
    "GENERIC_WEBHOOK_SECRET": (NEW, OLD),
    "AFTERSHIP_WEBHOOK_SECRET": ("as_new", "as_old"),
    "EASYPOST_WEBHOOK_SECRET": ("sécret-new", "sécret-old"),
    "UPS_WEBHOOK_CREDENTIAL": ("n" * 16, "o" * 16),
    "DHL_WEBHOOK_CREDENTIAL": ("n" * 16, "o" * 16),
    "KARRIO_WEBHOOK_CREDENTIAL": ("n" * 16, "o" * 16),
}


def public_key(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as error:
        Settings.from_env({"PORT": "none", "PUBLIC_URL": "shop.example", "SECRET_KEY": "short-secret"})
    text = str(error.value)
    assert all(name in text for name in ("DATABASE_URL", "PORT", "PUBLIC_URL", "SECRET_KEY"))
    assert "short-secret" not in text


def test_secrets_have_no_default() -> None:
    with pytest.raises(BadSettings, match="SECRET_KEY: is not set"):
        Settings.from_env({"DATABASE_URL": GOOD["DATABASE_URL"]})


def test_a_file_holds_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("s" * 50 + "\n")
    settings = Settings.from_env({"DATABASE_URL": GOOD["DATABASE_URL"], "SECRET_KEY_FILE": str(path)})
    assert settings.secret_key.get_secret_value() == "s" * 50


def test_a_file_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(BadSettings, match="SECRET_KEY_FILE"):
        Settings.from_env({**GOOD, "SECRET_KEY_FILE": "/nowhere/at/all"})


def test_production_needs_https_and_no_demo_shop() -> None:
    with pytest.raises(BadSettings) as error:
        Settings.from_env({**GOOD, "PRODUCTION": "1", "DEMO": "1"})
    assert all(name in str(error.value) for name in ("PUBLIC_URL", "DEMO"))


def test_a_secret_is_not_shown_when_settings_are_printed() -> None:
    variables = {name: ",".join(both) for name, both in OF_SEVERAL_SECRETS.items()}
    shown = repr(Settings.from_env(GOOD | variables))
    secrets = [GOOD["SECRET_KEY"], *(one for both in OF_SEVERAL_SECRETS.values() for one in both)]
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("between", [",", " ", ", ", "\n", " ,, "])
@pytest.mark.parametrize("name", OF_SEVERAL_SECRETS)
def test_two_secrets_stand_with_a_comma_or_a_blank_between(name: str, between: str) -> None:
    secrets = getattr(Settings.from_env(GOOD | {name: between.join(OF_SEVERAL_SECRETS[name])}), name.lower())
    assert clear(secrets) == list(OF_SEVERAL_SECRETS[name])


def test_two_public_keys_stand_with_a_comma_between() -> None:
    both = [public_key(ec.generate_private_key(ec.SECP256R1())) for _ in range(2)]
    assert list(Settings.from_env(GOOD | {"SENDGRID_WEBHOOK_KEY": ",".join(both)}).sendgrid_webhook_key) == both


def test_what_needs_others_beside_it_names_them() -> None:
    with pytest.raises(BadSettings, match="TWILIO_ACCOUNT_SID, TWILIO_FROM: are needed"):
        Settings.from_env(GOOD | {"TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+34600000000"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OMS_WEBHOOK_SECRET", "whsec_a,whsec_b"),
        ("OMS_WEBHOOK_SECRET", f"{NEW},not-base64!"),
        ("OMS_WEBHOOK_SECRET", "whsec_" + base64.b64encode(b"x" * 23).decode()),
        ("OMS_WEBHOOK_SECRET", "whsec_"),
        ("GENERIC_WEBHOOK_SECRET", "correct horse battery staple"),
        *((name, " , ") for name in OF_SEVERAL_SECRETS),
        ("UPS_WEBHOOK_CREDENTIAL", "n" * 16 + "," + "o" * 15),
        ("SENDGRID_WEBHOOK_KEY", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"),
        ("SENDGRID_WEBHOOK_KEY", public_key(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))))),
        ("TWILIO_AUTH_TOKEN", "onetoken,another"),
        ("TWILIO_AUTH_TOKEN_PREVIOUS", "onetoken another"),
        ("TWILIO_FROM", "Almazara & Hijos S.L."),
        ("TWILIO_API_URL", "api.twilio.example"),
        ("SENDGRID_API_URL", "ftp://api.example"),
        ("SMTP_URL", "mail.example:587"),
        ("SMTP_URL", "smtp://mail.example:notaport"),
        ("SMTP_URL", "smtp://:2525"),
        ("MAIL_FROM", "Almazara <pedidos@shop.example>"),
        ("LOG_LEVEL", "CHATTY"),
        ("WEBHOOK_PRIVATE_HOSTS", "oms.internal,http://oms.internal"),
        ("WEBHOOK_PRIVATE_HOSTS", "10.0.0.0/33"),
        ("WEBHOOK_PRIVATE_HOSTS", "10.0.0.1/8"),
        ("WEB_WORKERS", "0"),
        ("TRUSTED_PROXIES", "all"),
        ("DEMO", "maybe"),
    ],
)
def test_a_wrong_one_stops_the_start_and_is_named_without_its_value(name: str, value: str) -> None:
    with pytest.raises(BadSettings) as error:
        Settings.from_env(GOOD | {name: value})
    text = str(error.value)
    assert text.startswith(f"{name}: ")
    secret = "HOSTS" not in name
    assert [part for part in value.replace(",", " ").split() if len(part) > 6 and secret and part in text] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_FROM", "+34600000000"), ("TWILIO_FROM", "Almazara"), ("TWILIO_FROM", "MG" + "0" * 32),
        ("SMTP_URL", "smtp://user:p%40ss@mail.example:587"), ("SMTP_URL", "smtps://mail.example"),
        ("MAIL_FROM", "pedidos@shop.example"), ("LOG_LEVEL", "debug"),
        ("WEBHOOK_PRIVATE_HOSTS", "oms.internal, oms_1, 10.0.0.0/8, ::1, 192.168.7.4"),
    ],
)  # fmt: skip
def test_a_right_one_is_taken(name: str, value: str) -> None:
    assert Settings.from_env(GOOD | {"MAIL_FROM": "a@shop.example", name: value})

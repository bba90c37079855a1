"""One name for each carrier, however shops, shop systems and aggregators write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.orders.document.fields import _snake as as_orders_keep_it
from app.tracking.carriers.names import carrier_name, carriers, carriers_in

WRITTEN = {
    "Royal Mail": "royalmail", "ROYAL MAIL": "royalmail", "royal-mail": "royalmail", "RoyalMail": "royalmail",
    "Royal Mail Tracked 24": "royalmail", "Royal Mail 2nd Class": "royalmail", "royal mail (uk)": "royalmail",
    "La Poste": "laposte", "LaPoste": "laposte", "Colissimo": "laposte", "La Poste - Colissimo": "laposte",
    "Canada Post": "canadapost", "canada post": "canadapost", "Postes Canada": "canadapost",
    "Canada Post Expedited Parcel": "canadapost", "Australia Post": "australiapost", "AusPost": "australiapost",
    "CorreosExpress": "correos_express", "Correos Express": "correos_express", "CEX": "correos_express",
    "CORREOS EXPRESS - PAQ 24": "correos_express", "correosexpress": "correos_express",
    "Correos": "correos", "Correos de España": "correos", "spain-correos-es": "correos", "Correos Paq 48": "correos",
    "DHL Paket": "dhl_parcel_de", "DHLPaket": "dhl_parcel_de", "dhl-germany": "dhl_parcel_de",
    "Deutsche Post DHL": "dhl_parcel_de", "DHL Express": "dhl_express", "DHLExpress": "dhl_express",
    "DHL Express Worldwide": "dhl_express", "DHL": "dhl_universal", "DHL Sverige": "dhl_universal",
    "DHL Parcel UK": "dhl_universal", "DHL eCommerce": "dhl_ecommerce", "dhl-global-mail": "dhl_ecommerce",
    "Spanish-SEUR": "seur", "spanish_seur_ftp": "seur", "SEUR 24": "seur", "SEUR 13:30": "seur", "Seur, S.A.": "seur",
    "GLS Spain": "gls_asm", "gls-spain": "gls_asm", "GLS España": "gls_asm", "GLS": "gls", "GLS Italy": "gls",
    "UPS®": "ups", "UPS™ Ground": "ups", "ups": "ups", "UPSDAP": "ups", "UPS Germany": "ups", "UPS (ES)": "ups",
    "FedEx": "fedex", "FEDEX": "fedex", "Fed Ex": "fedex", "FedExDefault": "fedex", "FedEx Home Delivery": "fedex",
    "FedEx International Priority": "fedex", "USPS Priority Mail": "usps", "USPS First-Class Mail®": "usps",
    "DPD Polska": "dpd", "DPD (UK)": "dpd", "dpd-fr": "dpd", "TNT Express": "tnt", "TNT Italia": "tnt",
    "Mondial Relay": "mondial_relay", "mondialrelay": "mondial_relay", "InPost Paczkomaty": "inpost",
    "PostNL": "postnl", "postnl-3s": "postnl", "bpost": "bpost", "B-Post": "bpost", "Hermes UK": "evri",
    "Chronopost France": "chronopost", "CTT Express": "ctt_express", "CTT": "ctt", "Tourline Express": "ctt_express",
    "Nacex": "nacex", "NACEX.es": "nacex", "Tip-SA": "tipsa", "TIPSA": "tipsa", "MRW España": "mrw",
    "Amazon Logistics UK": "amazon", "ＵＰＳ": "ups",
}  # fmt: skip


@pytest.mark.parametrize(("written", "name"), WRITTEN.items())
def test_a_carrier_has_one_name_however_it_is_written(written: str, name: str) -> None:
    assert carrier_name(written) == name


@pytest.mark.parametrize(("written", "name"), WRITTEN.items())
def test_a_name_that_an_order_has_joined_with_underscores_means_the_same(written: str, name: str) -> None:
    assert carrier_name(as_orders_keep_it(written)) == name


OTHERS = {
    "Transportes Pérez": "transportes_pérez",
    "La Poste Suisse": "la_poste_suisse",
    "Correos de México": "correos_de_méxico",
    "Correos Argentina": "correos_argentina",
    "China Post": "china_post",
    "Post": "post",
    "Express": "express",
    "24h": "24h",
    "Canada Post of Mars": "canada_post_of_mars",
    "顺丰速运": "顺丰速运",
    "UPS by Bike": "ups_by_bike",
}


@pytest.mark.parametrize(("written", "name"), OTHERS.items())
def test_a_carrier_that_nobody_declares_stays_what_it_was_called(written: str, name: str) -> None:
    assert carrier_name(written) == name


@pytest.mark.parametrize("written", [None, "", "  ", "-", "—", "n/a", "N/A", "Other", "Otro", "custom", "null", "®"])
def test_who_names_nobody_names_no_carrier(written: str | None) -> None:
    assert carrier_name(written) is None


def test_no_name_means_two_carriers() -> None:
    owners: dict[str, set[str]] = {}
    for carrier in carriers().values():
        for text in (carrier.name, *carrier.aliases):
            owners.setdefault(text.replace("_", ""), set()).add(carrier.name)
    assert {text: names for text, names in owners.items() if len(names) > 1} == {}
    assert {text for text, names in owners.items() if carrier_name(text) not in names} == set()


@given(st.sampled_from(sorted(carriers())), st.sampled_from(["{}", " {} ", "«{}»", "{}®", "{}.", "({})", "{}\n"]))
def test_signs_around_a_name_and_its_capitals_make_no_other_carrier(name: str, frame: str) -> None:
    for written in (name, name.upper(), name.title(), name.replace("_", " "), name.replace("_", "-")):
        assert carrier_name(frame.format(written)) == name


@given(st.text(max_size=40))
def test_a_name_read_twice_is_the_same_and_never_ends_in_an_error(written: str) -> None:
    once = carrier_name(written)
    assert once is None or carrier_name(once) == once


@pytest.mark.parametrize(
    ("service", "names"),
    [
        ("DHL Paket", {"dhl_parcel_de"}),
        ("Correos Express 24", {"correos_express"}),
        ("Entrega 24h con SEUR", {"seur"}),
        ("GLS o MRW", {"gls", "mrw"}),
        ("Paq 24", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_a_service_names_the_carriers_whose_names_stand_in_it(service: str | None, names: set[str]) -> None:
    assert carriers_in(service) == names

"""Carriers as customers know them: a name, and the carrier's own tracking page, built here and only for these hosts."""

from urllib.parse import quote

KNOWN: dict[str, tuple[str, str | None]] = {
    "australiapost": ("Australia Post", "https://auspost.com.au/mypost/track/#/details/{}"),
    "bpost": ("bpost", "https://track.bpost.cloud/btr/web/#/search?itemCode={}"),
    "canadapost": ("Canada Post", "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}"),
    "chronopost": ("Chronopost", "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={}"),
    "correos": ("Correos", "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={}"),
    "correos_express": ("Correos Express", "https://s.correosexpress.com/SeguimientoSinCP/search?shippingNumber={}"),
    "ctt_express": ("CTT Express", "https://www.cttexpress.com/localizador-de-envios/?sc={}"),
    "dhl_express": ("DHL Express", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"),
    "dhl_parcel_de": ("DHL", "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}"),
    "dhl_universal": ("DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"),
    "dpd": ("DPD", "https://tracking.dpd.de/status/en_US/parcel/{}"),
    "evri": ("Evri", "https://www.evri.com/track/parcel/{}"),
    "fedex": ("FedEx", "https://www.fedex.com/fedextrack/?trknbr={}"),
    "gls": ("GLS", "https://gls-group.com/GROUP/en/parcel-tracking?match={}"),
    "gls_asm": ("GLS", None),
    "inpost": ("InPost", None),
    "laposte": ("La Poste", "https://www.laposte.fr/outils/suivre-vos-envois?code={}"),
    "mondial_relay": ("Mondial Relay", None),
    "mrw": ("MRW", "https://www.mrw.es/seguimiento_envios/MRW_resultados_consultas.asp?modo=nacional&envio={}"),
    "nacex": ("Nacex", None),
    "postnl": ("PostNL", None),
    "royalmail": ("Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    "seur": ("SEUR", "https://www.seur.com/livetracking/?segOnlineIdentificador={}"),
    "tipsa": ("TIPSA", None),
    "ups": ("UPS", "https://www.ups.com/track?tracknum={}"),
    "usps": ("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
}


def carrier_title(carrier: str | None) -> str | None:
    """How a carrier calls itself: «Correos Express»; a name that we do not know is only made readable."""
    if not carrier:
        return None
    known = KNOWN.get(carrier)
    return known[0] if known else carrier.replace("_", " ").title()


def carrier_page(carrier: str | None, number: str | None) -> str | None:
    """The carrier's page for this number, or None where we know of none."""
    template = KNOWN.get(carrier or "", ("", None))[1]
    return template.format(quote(number, safe="")) if template and number else None


def grouped(number: str) -> str:
    """A long number in groups of four, as people read it aloud; others as they are."""
    if len(number) < 12 or not number.isdigit():
        return number
    last = len(number) - 5 if len(number) % 4 == 1 else len(number)
    groups = [number[at : min(at + 4, last)] for at in range(0, last, 4)]
    return " ".join([*groups, number[last:]]).strip()

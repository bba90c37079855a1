"""Chronopost: known by name and page; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier

CARRIER = Carrier(
    name="chronopost",
    title="Chronopost",
    language="fr",
    page="https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={}",
    day_first=True,
    aliases=(
        "chronopost_france",
        "chronopost_fr",
        "chrono_post",
    ),
)

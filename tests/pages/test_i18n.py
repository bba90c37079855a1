"""Which language and region a page speaks."""

import pytest

from app.core.i18n.locale import best_locale


@pytest.mark.parametrize(
    ("chosen", "order_locale", "accepted", "locale"),
    [
        (None, None, "", "es_ES"),
        (None, None, "en", "en_GB"),
        (None, None, "en-US,en;q=0.9,es;q=0.8", "en_US"),
        (None, None, "fr-FR,de;q=0.9", "en_GB"),
        (None, None, "pt-BR,pt", "en_GB"),
        (None, None, "zh", "en_GB"),
        (None, None, "de-DE,de;q=0.9", "en_GB"),
        (None, None, "ca", "es_ES"),
        (None, None, "ca-ES,ca;q=0.9,es;q=0.8,en;q=0.7", "es_ES"),
        (None, None, "gl-ES,gl;q=0.9", "es_ES"),
        (None, None, "eu-ES,fr", "es_ES"),
        (None, None, "*", "es_ES"),
        (None, "fr-FR", "", "en_GB"),
        (None, "fr-FR", "es-ES", "es_ES"),
        (None, None, "es;q=0.2,en;q=0.9", "en_GB"),
        (None, "es-MX", "en-US", "es_MX"),
        ("en", "es-MX", "es-ES", "en_GB"),
        ("es", "es-MX", "en-US", "es_MX"),
        ("xx", None, "en-GB", "en_GB"),
        (None, "rubbish!", ",;q=x,*", "es_ES"),
        (None, None, "en;q=0,es", "es_ES"),
    ],
)
def test_a_choice_beats_the_order_and_the_order_beats_the_browser(
    chosen: str | None, order_locale: str | None, accepted: str, locale: str
) -> None:
    assert str(best_locale(chosen, order_locale, accepted)) == locale

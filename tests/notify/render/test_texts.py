"""What is said: texts of one segment, mails whose two forms agree, nothing that looks like a trick."""

import re
import string
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from app.notify.kinds import KINDS
from app.notify.render.gsm7 import BASIC, foreign, plain, segments, septets, shorten
from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import Facts, Links, MailItem, MailShop, Ordered
from app.notify.render.mails.texts import TEXTS, stop_hint, text
from app.notify.render.render import mail
from app.notify.render.words import tongue
from tests.notify.build import facts

LOCALES = ("es-ES", "es-MX", "en-GB", "en-US")
LONGEST_ORIGIN = "https://" + "p" * 28 + ".com"
WORST_SHOP = MailShop("Confitería Ñandú «Á la crème» Núñez e Hijos", "", LONGEST_ORIGIN, "a" * 30 + "@b.es")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", sorted(TEXTS))
@pytest.mark.parametrize("bare", [False, True])
def test_every_text_is_one_segment_with_the_longest_values(kind: str, locale: str, bare: bool) -> None:
    t = tongue(locale, "Europe/Madrid")
    content = _told(kind, facts() if bare else facts(LONGEST_ORIGIN, shop=WORST_SHOP))
    sms = text(kind, content, t, hint=stop_hint(t, answerable=True))
    assert foreign(sms) == ""
    assert segments(sms) == 1, (septets(sms), sms)
    assert sms.startswith(("Almazara: ", "Confiteria Ñandu: "))
    assert not re.search(r"(?i)\b(urgent|urgente|pag[oa]|pay|card|tarjeta|password|contrase)", sms)


@pytest.mark.parametrize("kind", sorted(set(TEXTS) - {"withdrawal.received", "text.help"}))
def test_a_text_names_the_whole_order_so_that_it_is_found_by_it(kind: str) -> None:
    ordered = replace(facts().order(), number="A-10482")
    assert "A-10482" in text(kind, facts(ordered=ordered), tongue("es", "UTC"))


def test_a_points_name_is_whole_or_left_out() -> None:
    name = "Taquilla Plaza del Dos de Mayo, entrada por la calle de San Andrés"
    for words in (name, name[:30]):
        sms = text(
            "shipment.ready_for_pickup", facts(parcel=replace(facts().box(), point_name=words)), tongue("es", "UTC")
        )
        assert (plain(words) in sms) or "Taquilla" not in sms
        assert segments(sms) == 1


def test_gsm7_holds_every_sign_of_the_standards_table_but_its_escape() -> None:
    assert (len(BASIC), foreign("§ 437 BGB")) == (127, "")


def test_gsm7_counts_as_the_network_does() -> None:
    assert segments("a" * 160) == 1 and segments("a" * 161) == 2
    assert segments("€" * 80) == 1 and segments("€" * 81) == 2
    assert segments("á" * 70) == 1 and segments("á" * 71) == 2
    assert plain("Envío a José — «mañana» 5 €… ¿sí?") == 'Envio a José - "mañana" 5 €... ¿si?'
    assert shorten("Confitería Ñandú Núñez e Hijos", 18) == "Confiteria Ñandu"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", sorted(MAILS))
def test_a_letter_says_the_same_in_both_forms(kind: str, locale: str) -> None:
    made = mail(kind, facts(), tongue(locale, "Europe/Madrid"))
    seen = _Seen(made.html)
    flat = _flat(made.text)
    for word in _flat(seen.text).split():
        assert word in flat or word in ("·", ":") or word.rstrip(":") in flat, (word, made.text)
    assert seen.links == set(re.findall(r"https?://\S+", made.text))
    assert all(link.startswith("https://pedidos.almazara.example/") for link in seen.links)
    # The same address for everyone: who reads when is nobody's business.
    assert set(seen.images) == {"https://pedidos.almazara.example/static/icons/mark.png"}
    assert "<script" not in made.html
    named = set(re.findall(r"(?:https?:)?//([\w.-]+)", made.html))
    assert named <= {"www.w3.org", "pedidos.almazara.example"}
    assert len(made.html.encode()) <= 60_000
    assert 40 <= len(seen.preheader) <= 110 and seen.preheader not in made.subject


@pytest.mark.parametrize("kind", sorted(MAILS))
def test_nothing_from_outside_acts_in_a_mail(kind: str) -> None:
    evil = "</td><script>alert(1)</script>{{ 7*7 }}\r\nBcc: x@y.z"
    ordered = Ordered(evil, "R", "on_hold", facts().order().placed_on, (MailItem(evil, 1, evil),))
    made = mail(
        kind, facts(ordered=ordered, shop=MailShop(evil, evil, "https://pedidos.almazara.example")), tongue("en", "UTC")
    )
    assert "<script" not in made.html and "49" not in made.html.replace("#", "")
    assert "\n" not in made.subject and "\r" not in made.subject


def test_every_kind_that_can_be_planned_can_be_said() -> None:
    assert set(KINDS) == set(MAILS) | {"text.help"}


def test_a_long_order_is_cut_and_counted() -> None:
    items = tuple(MailItem(f"Thing {n}", 1) for n in range(40))
    ordered = facts().order()
    made = mail(
        "order.received", facts(ordered=Ordered("1", "R", "received", ordered.placed_on, items)), tongue("en", "UTC")
    )
    assert "and 32 more items" in made.text and "and 32 more items" in made.html


def test_spanish_says_tu_and_dates_by_ear() -> None:
    made = mail("shipment.shipped", facts(), tongue("es-ES", "Europe/Madrid"))
    assert made.subject == "Llega entre el jueves 26 y el sábado 28 de noviembre: pedido 10482"
    one_day = mail("order.received", facts(), tongue("es-ES", "Europe/Madrid"))
    assert "Llega el jueves 26 de noviembre." in one_day.text


def test_an_unknown_language_is_answered_in_english() -> None:
    assert tongue("xx-YY", "Mars/Base") == tongue("en-GB", "UTC")


def _told(kind: str, content: Facts) -> Facts:
    """An answer to «help» belongs to no order, and the receipt of a withdrawal goes to anybody: neither has a link."""
    return replace(content, links=Links("", "", "")) if kind in ("text.help", "withdrawal.received") else content


def _flat(written: str) -> str:
    return " ".join(written.replace("\u00a0", " ").split())


class _Seen(HTMLParser):
    """What a reader of the HTML sees, apart from the preheader."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.images: list[str] = []
        self.preheader, self._parts, self._skip, self._pre = "", list[str](), 0, False
        self.feed(html[html.index("<body") :])
        self.text = " ".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._pre = tag == "div" and "display:none" in (values.get("style") or "")
        if tag == "a":
            self.links.add(values["href"] or "")
        if tag == "img":
            self.images.append(values.get("src") or "")

    def handle_data(self, data: str) -> None:
        if self._pre:
            self.preheader, self._pre = data.strip(), False
        elif data.strip(string.whitespace + "·"):
            self._parts.append(data.strip())

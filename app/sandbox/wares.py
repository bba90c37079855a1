"""What the demo shop sells: a small range of oil, ceramics and cloth, in both languages, with drawn pictures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ware:
    """One product: titles and variants by language, gross unit price in cents, and what returns need to know."""

    sku: str
    title: dict[str, str]
    variant: dict[str, str]
    category: str
    unit_price: int
    weight_g: int
    picture: str
    final_sale: bool = False
    personalised: bool = False


def _both(es: str, en: str) -> dict[str, str]:
    return {"es": es, "en": en}


WARES = {
    ware.sku: ware
    for ware in (
        Ware(
            "OIL-500",
            _both("Aceite de oliva virgen extra, cosecha temprana", "Extra virgin olive oil, early harvest"),
            _both("Botella de 500 ml", "500 ml bottle"),
            "food",
            1190,
            920,
            "oil",
        ),
        Ware("CAN-5L", _both("Lata de aceite de la casa", "House oil, tin"), _both("5 litros", "5 litres"), "food", 4650, 5100, "tin"),
        Ware("BWL-18", _both("Cuenco de barro esmaltado", "Glazed clay bowl"), _both("18 cm, verde", "18 cm, green"), "ceramics", 2450, 640, "bowl"),
        Ware("MUG-2", _both("Dos tazas de gres", "Two stoneware mugs"), _both("Azul", "Blue"), "ceramics", 2990, 780, "mugs"),
        Ware("APR-1", _both("Delantal de lino lavado", "Washed linen apron"), _both("Talla única, arena", "One size, sand"), "textiles", 3900, 320, "apron"),
        Ware("TWL-3", _both("Tres paños de cocina", "Three kitchen cloths"), _both("Algodón, a rayas", "Cotton, striped"), "textiles", 1850, 260, "cloths"),
        Ware("BRD-40", _both("Tabla de olivo", "Olive wood board"), _both("40 cm", "40 cm"), "kitchen", 3450, 1100, "board"),
        Ware("KNF-9", _both("Cuchillo de queso", "Cheese knife"), _both("Mango de olivo", "Olive wood handle"), "kitchen", 1690, 120, "knife"),
        # Two that cannot come back, so that a refusal and its reason can be seen.
        Ware("SOAP-4", _both("Jabones de aceite, cuatro pastillas", "Olive oil soaps, four bars"), _both("Sin perfume", "Unscented"), "care", 1290, 440, "soap", final_sale=True),
        Ware("BOX-N", _both("Caja de regalo con nombre", "Gift box with a name on it"), _both("Grabada: «Carmen»", "Engraved: “Carmen”"), "gifts", 5900, 2100, "box", personalised=True),
    )
}  # fmt: skip

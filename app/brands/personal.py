"""What the room of brands keeps: the shop's own name, addresses and rules, and nothing of a customer."""

from app.brands.models import Brand, BrandAlias, BrandFile, SettingVersion
from app.personal.claims import Basis, RoomClaims, TableClaim, Tier

_BRAND = TableClaim(
    model=Brand,
    purpose="How a shop front calls itself, where it is, how it speaks",
    basis=Basis.INTEREST,
    tier=Tier.LINK,
    term="shop",
    plain="""key name locale time_zone help_email help_phone help_url sms_name postal_address return_address policy
        is_default links_only reasons facts host born_as retired_at""",
)
# The shop's own words: who wrote them is of the shop, and what they say is of nobody.
_VERSION = TableClaim(
    model=SettingVersion,
    purpose="Who changed which setting of the shop, and the way back",
    basis=Basis.INTEREST,
    term="shop",
    plain="id brand_key kind name number document state made_at decided_at note restores",
    staff="made_by decided_by",
)

_ALIAS = TableClaim(
    model=BrandAlias,
    purpose="A former key of a brand, under which systems still name it",
    basis=Basis.INTEREST,
    term="shop",
    plain="alias brand_key",
)
_FILE = TableClaim(
    model=BrandFile,
    purpose="A picture of the shop's own: logo, sign, header",
    basis=Basis.INTEREST,
    tier=Tier.LINK,
    term="shop",
    plain="name brand_key use media_type content width height digest made_at",
    staff="made_by",
)

PERSONAL = RoomClaims("brands", (_BRAND, _VERSION, _ALIAS, _FILE))

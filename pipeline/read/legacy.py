"""Vietnamese letters in disguise: TCVN3 and VNI fonts, and text that was read in a wrong encoding on its way here.

Such text is shown right only by an old font, or not at all. It is recognised by the commonest words of official Vietnamese as
each disguise spells them; none of these spellings is a word in Unicode.
"""

import re
from string import ascii_uppercase
from typing import Final

SAMPLE_CHARS: Final = 100_000
_MIN_WORDS: Final = 3
_MIN_SHARE: Final = 0.02

# Each list spells: và của các được đến thực hiện nhiệm việc định năm chức giáo dục trên để tại những ngày tháng ủy quyết nghị
# trường Việt Cộng hòa xã hội chủ nghĩa độc lập hạnh phúc kế hoạch đơn công tác nhà nước phát triển quản báo cáo phủ huyện tỉnh …
_SIGNS: Final = {
    "tcvn3": (
        "vµ cña c¸c ®îc ®Õn thùc hiÖn nhiÖm viÖc ®Þnh n¨m chøc gi¸o dôc trªn ®Ó t¹i nh÷ng ngµy th¸ng ñy uû quyÕt nghÞ trêng viÖt "
        "céng hoµ x· héi chñ nghÜa ®éc lËp h¹nh kÕ ho¹ch ®¬n vÞ c«ng t¸c nhµ níc ph¸t triÓn qu¶n b¸o c¸o chÝnh phñ huyÖn tØnh së "
        "®¹o ®ång"
    ),
    "vni": (
        "vaø cuûa caùc ñöôïc ñeán thöïc hieän nhieäm vieäc ñònh naêm chöùc giaùo duïc treân ñeå taïi nhöõng ngaøy thaùng uûy uyû quyeát "
        "nghò tröôøng vieät coäng hoøa xaõ hoäi chuû nghóa ñoäc laäp haïnh phuùc keá hoaïch ñôn coâng taùc nhaø nöôùc phaùt trieån quaûn "
        "baùo caùo phuû huyeän tænh sôû phoøng ñaïo ñoàng boä"
    ),
}
# capitals of A-Z only: in TCVN3 "Ö" and "ö" are two different letters, not one in two cases; its ư is the soft hyphen
_FOLD: Final = {**{ord(c): c.lower() for c in ascii_uppercase}, 0xAD: None}
# UTF-8 bytes of ạ-ỹ, đ, ư, ơ, read one by one as Windows-1252 or Latin-1
_MOJIBAKE = re.compile(r"á[º»][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Ä[‘\u0091ƒ\u0083]|Æ[°¡]")


def resolve_legacy(text: str) -> str | None:
    """Return "tcvn3" or "vni" where ``text`` is in that font encoding, else None. Looks at the first SAMPLE_CHARS only."""
    words = [word.strip('.,;:!?()[]/"“”*|-') for word in text[:SAMPLE_CHARS].translate(_FOLD).split()]
    for name, listed in _SIGNS.items():
        signs = set(listed.split())
        hits = [word for word in words if word in signs]
        if len(set(hits)) >= _MIN_WORDS and len(hits) >= _MIN_SHARE * len(words):
            return name
    return None


def resolve_mojibake(text: str) -> str | None:
    """Return a sample of UTF-8 that was read as Windows-1252 where ``text`` is full of it, else None."""
    sample = text[:SAMPLE_CHARS]
    hits = _MOJIBAKE.findall(sample)
    return "".join(hits[:3]) if len(hits) >= 5 and len(hits) * 200 >= len(sample) else None

"""Vietnamese letters in disguise: the old encodings, and text that was read in a wrong encoding on its way here.

Such text is shown right only by an old font, or not at all. It is recognised by the commonest words of official Vietnamese as
each disguise spells them; none of these spellings is a word in Unicode.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from string import ascii_uppercase
from typing import Final, Literal, get_args

from pipeline.read.legacy_decode import Encoding, encode_legacy

Legacy = Encoding | Literal["viqr"]

SAMPLE_CHARS: Final = 100_000
_MIN_WORDS: Final = 3
_MIN_SHARE: Final = 0.02
_COMMON: Final = (
    "và của các được đến thực hiện nhiệm vụ việc định năm chức giáo dục trên để tại những ngày tháng ủy uỷ quyết nghị trường việt cộng "
    "hòa hoà xã hội chủ nghĩa độc lập hạnh phúc kế hoạch đơn vị công tác nhà nước phát triển quản lý báo cáo chính phủ huyện tỉnh sở "
    "phòng đạo đồng bộ cấp với đảm bảo hướng dẫn cứ tổ trách nhiệm người dân kết quả trước số này phối hợp theo một"
)
_OWN_LETTERS: Final = frozenset("aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ")
# capitals of A-Z only: in TCVN3 "Ö" and "ö" are two different letters, not one in two cases; its ư is the soft hyphen
_FOLD: Final = {**{ord(c): c.lower() for c in ascii_uppercase}, 0xAD: None}
_EDGES: Final = '.,;:!?()[]/"“”*|-'
_VIQR: Final = dict(zip("\u0301\u0300\u0309\u0303\u0323\u0302\u0306\u031b", "'`?~.^(+", strict=True))
_VIQR_MARKS: Final = "^`"  # no sentence does without â, ê, ô and the falling tone
_BULLET: Final = "\u00b7"  # a letter of TCVN3 and VISCII, and Word's bullet
# UTF-8 bytes of ạ-ỹ, đ, ư, ơ, read one by one as Windows-1252 or Latin-1
_MOJIBAKE = re.compile(r"á[º»][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Ä[‘\u0091ƒ\u0083]|Æ[°¡]")


def _viqr(word: str) -> str:
    """Return ``word`` in VIQR (RFC 1456): the shape of a letter before its tone, đ as dd."""
    spelled = ""
    for letter in word.replace("đ", "dd"):
        parts = unicodedata.normalize("NFD", letter)
        spelled += parts[0] + "".join(sorted((_VIQR[mark] for mark in parts[1:]), key="^(+'`?~.".index))
    return spelled


@lru_cache(maxsize=1)
def _marks() -> frozenset[str]:
    """Return characters of which every disguise needs some, and Unicode text has hardly any: most texts are told apart by these alone."""
    letters = set().union(*(word for name, words in _signs().items() if name != "viqr" for word in words))
    return frozenset(letters - _OWN_LETTERS - {letter.upper() for letter in _OWN_LETTERS} - {_BULLET} | set(_VIQR_MARKS))


@lru_cache(maxsize=1)
def _signs() -> Mapping[Legacy, frozenset[str]]:
    """Return the common words as each disguise spells them, where the spelling can be no word in Unicode."""
    signs: dict[Legacy, frozenset[str]] = {}
    for name in get_args(Encoding):
        spelled = {encode_legacy(word, name).translate(_FOLD) for word in _COMMON.split()}
        signs[name] = frozenset(word for word in spelled if not _OWN_LETTERS.issuperset(word))
    signs["viqr"] = frozenset(word.strip(_EDGES) for word in map(_viqr, _COMMON.split()) if not word.strip(_EDGES).isalpha())
    return signs


def resolve_legacy(text: str) -> Legacy | None:
    """Return the old encoding that ``text``, read as Latin-1 or Windows-1252, is in, else None. Looks at SAMPLE_CHARS only."""
    sample = text[:SAMPLE_CHARS]
    if not any(mark in sample for mark in _marks()):
        return None
    printed = sample.split()
    words: Counter[str] = Counter()
    for word, times in Counter(printed).items():
        words[_bare(word)] += times
    hits = {name: words.keys() & signs for name, signs in _signs().items()}
    shares = {name: sum(words[word] for word in found) for name, found in hits.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if len(hits[best]) >= _MIN_WORDS and shares[best] >= _MIN_SHARE * len(printed) else None


@lru_cache(maxsize=1 << 14)  # a language has few words
def _bare(word: str) -> str:
    return (word.lower() if word.isascii() else word.translate(_FOLD)).strip(_EDGES)


def resolve_mojibake(text: str) -> str | None:
    """Return a sample of UTF-8 that was read as Windows-1252 where ``text`` is full of it, else None."""
    sample = text[:SAMPLE_CHARS]
    if not any(sign in sample for sign in "º»ÄÆ"):
        return None
    hits = _MOJIBAKE.findall(sample)
    return "".join(hits[:3]) if len(hits) >= 5 and len(hits) * 200 >= len(sample) else None

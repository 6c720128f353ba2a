"""From the old Vietnamese encodings TCVN3 (ABC), VNI Windows and VISCII to Unicode.

TCVN3 is the third set of TCVN 5712:1993, VISCII is RFC 1456, VNI Windows is the table of the VNI fonts: a letter, and behind
it one sign for its shape and tone.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

Encoding = Literal["tcvn3", "vni-windows", "viscii"]

# "?" where TCVN3 has no letter of its own: 0xAF-0xB4, 0xBA, 0xBF-0xC5, 0xCD, 0xD9-0xDB, 0xE0, 0xF0, 0xFF
_TCVN3: Final = (
    "ĂÂÊÔƠƯĐăâêôơưđ??????àảãáạ?ằẳẵắ???????ặầẩẫấậè?ẻẽéẹềểễếệìỉ???ĩíịò?ỏõóọồổỗốộờởỡớợù?ủũúụừửữứựỳỷỹýỵ?"
)  # fmt: skip
_TCVN3_FIRST: Final = 0xA1
_VISCII: Final = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)  # fmt: skip
_VISCII_CONTROLS: Final = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}

_VNI_ALONE: Final = dict(zip("ñôöíìæóòîÑÔÖÍÌÆÓÒÎ", "đơưíìỉĩịỵĐƠƯÍÌỈĨỊỴ", strict=True))
# what the sign behind a letter puts on it, and the letters that can bear it; the case of the sign says nothing
_VNI_TONES: Final = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_CIRCUMFLEX: Final = dict(zip("âáàåãä", ["\u0302" + tone for tone in ("", *_VNI_TONES.values())], strict=True))
_VNI_BREVE: Final = dict(zip("êéèúüë", ["\u0306" + tone for tone in ("", *_VNI_TONES.values())], strict=True))
_VNI_SIGNS: Final = (("aeouyôö", _VNI_TONES), ("aeo", _VNI_CIRCUMFLEX), ("a", _VNI_BREVE))

_PRIVATE: Final = {0xF000 + code: code for code in range(0x20, 0x100)}  # where Word keeps the letters of symbol fonts
_LETTERS = re.compile(r"[^\W\d_]+")
_ASCII_SMALL = re.compile(r"[a-z]")
_CAPITAL_WORDS: Final = 2
_CAPITAL_INSIDE = re.compile(r"[^\W\d_].*[A-ZĂÂĐÊÔƠƯ]")
_BULLET = re.compile(r"(?<![A-Za-z\xa1-\xff])·(?![A-Za-z\xa1-\xff])")  # stands alone, as the letter ã never does

_ONLY_UNICODE: Final = r"ĂăĐđĨĩŨũƠơƯư\u0300-\u0323Ạ-ỹ"
_FOREIGN: Final[Mapping[str, re.Pattern[str]]] = {
    "tcvn3": re.compile(rf"[{_ONLY_UNICODE}ÀÁÂÃÄÅÍÙÚÛàðÿ]"),
    # a sign behind a letter that cannot bear it, and a letter that only stands behind another
    "vni-windows": re.compile(rf"[{_ONLY_UNICODE}]|(?<=[b-df-hj-np-tvwxzB-DF-HJ-NP-TVWXZ])[ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[ýÝÐð]"),
    "viscii": re.compile(r"[^\x00-\xff]"),
}


@lru_cache(maxsize=4)
def _tables(encoding: Encoding) -> tuple[Mapping[int, str], Mapping[str, str]]:
    """Return what single signs and what pairs of signs mean."""
    if encoding == "tcvn3":
        return {_TCVN3_FIRST + n: letter for n, letter in enumerate(_TCVN3) if letter != "?"}, {}
    if encoding == "viscii":
        return {**{0x80 + n: letter for n, letter in enumerate(_VISCII)}, **_VISCII_CONTROLS}, {}
    pairs: dict[str, str] = {}
    for bases, signs in _VNI_SIGNS:
        for base in (*bases, *bases.upper()):
            for sign, marks in signs.items():
                letter = unicodedata.normalize("NFC", _VNI_ALONE.get(base, base) + marks)
                pairs[base + sign] = pairs[base + sign.upper()] = letter
    return {ord(sign): letter for sign, letter in _VNI_ALONE.items()}, pairs


_VNI_PAIR = re.compile(r"[aeouyôöAEOUYÔÖ][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[ñôöíìæóòîÑÔÖÍÌÆÓÒÎ]")


def decode_legacy(text: str, encoding: Encoding) -> str:
    """Return in NFC what ``text`` says, whose code points are the codes of ``encoding``; other signs stay as they are.

    TCVN3 has no capitals with tones; they are drawn by fonts of capitals. Without the font, a small letter becomes a capital
    where its word has capitals behind the first letter ("TØNH": TỈNH), or its line no other letters than capitals.
    """
    alone, pairs = _tables(encoding)
    text = text.translate(_PRIVATE)
    if pairs:
        text = _VNI_PAIR.sub(lambda pair: pairs.get(pair[0]) or "".join(alone.get(ord(sign), sign) for sign in pair[0]), text)
        return unicodedata.normalize("NFC", text)
    letters = list(text.translate(alone))
    if encoding == "tcvn3":
        for sign in _BULLET.finditer(text):
            letters[sign.start()] = sign[0]
    decoded = unicodedata.normalize("NFC", "".join(letters))
    return "".join(map(_capitals, decoded.splitlines(keepends=True))) if encoding == "tcvn3" else decoded


def find_unicode(text: str, encoding: Encoding) -> int | None:
    """Return where in ``text`` a letter stands that ``encoding`` does not have, so that not all of it can be in that encoding."""
    found = _FOREIGN[encoding].search(text)
    return found.start() if found else None


def encode_legacy(text: str, encoding: Encoding) -> str:
    """Return the codes of ``text`` in ``encoding``, as letters of Latin-1; signs that it does not have stay as they are.

    Capitals with tones become small letters in TCVN3, as fonts of capitals have them.
    """
    return "".join(_codes(encoding).get(letter, letter) for letter in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=4)
def _codes(encoding: Encoding) -> Mapping[str, str]:
    alone, pairs = _tables(encoding)
    codes = {letter: chr(code) for code, letter in alone.items()}
    for pair, letter in pairs.items():
        if pair[0].isupper() == pair[1].isupper():
            codes.setdefault(letter, pair)
    if encoding == "tcvn3":
        codes |= {letter.upper(): code for letter, code in codes.items() if letter.upper() not in codes}
    return codes


def _capitals(line: str) -> str:
    if line.isascii() or line.isupper():
        return line
    line = _LETTERS.sub(lambda word: _capital_word(word[0]), line)
    if _ASCII_SMALL.search(line):
        return line
    capitals = sum(word.strip('*()“”"').rstrip(".,:;").isalpha() and word.isupper() and len(word) > 1 for word in line.split())
    return line.upper() if capitals >= _CAPITAL_WORDS else line


def _capital_word(word: str) -> str:
    return word.upper() if _CAPITAL_INSIDE.match(word) and not _ASCII_SMALL.search(word) else word

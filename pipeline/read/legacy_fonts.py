"""Words set in the old Vietnamese fonts: TCVN3 (.VnTime, .VnArialH …) and VNI (VNI-Times …)."""

import re
from collections.abc import Iterable
from typing import Final

from pipeline.read.legacy_decode import Encoding, decode_legacy, find_unicode

_TCVN3 = re.compile(r"\.vn|vn(?:time|arial|helvet|avant|courier|univers|book|century)(?! ?s? new roman)", re.IGNORECASE)
_VNI = re.compile(r"vni[- ]", re.IGNORECASE)
_DISTINCT: Final[tuple[tuple[Encoding, re.Pattern[str]], ...]] = (
    # signs that no Unicode text has beside a letter
    ("tcvn3", re.compile(r"(?<=[A-Za-z])[µ¸¶¹¨»¾¼½Æ©Ç®ÎÏÑªÖ×ØÜÞßä«åæç¬ëîïñ\xadö÷øûüþ§]|[µ¸¶¹¨»¾¼½©®ª«¬ñ\xad§](?=[A-Za-z])")),
    ("vni-windows", re.compile(r"(?<=[A-Za-zôöÔÖ])[øûïåäëüØÛÏÅÄËÜ]|[öñÖÑ](?=[A-Za-zôÔ])")),
)  # fmt: skip
_MIXED: Final = 20  # a trademark in a Unicode text looks like an old letter; old words in it come by the dozen
_UNICODE = re.compile(r"[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")


def resolve_font(font_name: str) -> Encoding | None:
    """Return the old encoding that a font of this name draws, or None. "Name; Other" is a font with what stands in for it."""
    name = font_name.split(";")[0].strip().strip("\"'").lstrip("\\")
    if _VNI.match(name):
        return "vni-windows"
    return "tcvn3" if _TCVN3.match(name) else None


def find_old_fonts(runs: Iterable[tuple[str, str]]) -> frozenset[Encoding]:
    """Return the old encodings that words of ``runs`` (words, font name) really are in.

    Documents of today often still carry an old font in their styles while their letters are Unicode: the letters decide.
    """
    words: dict[Encoding, list[str]] = {}
    for text, font in runs:
        if text and (encoding := resolve_font(font)):
            words.setdefault(encoding, []).append(text)
    distinct = dict(_DISTINCT)
    found = set[Encoding]()
    for encoding, texts in words.items():
        text = "".join(texts)  # runs may end inside a word
        old = len(distinct[encoding].findall(text))
        if old and old * _MIXED >= len(_UNICODE.findall(text)):
            found.add(encoding)
    return frozenset(found)


def decode_font(text: str, font_name: str) -> str:
    """Return in Unicode what ``text`` shows in the font ``font_name``; as it is where the font is none of the old ones.

    In a font of capitals (its name ends with H) all letters are capitals. Words with a letter that the encoding of the font
    does not have are Unicode already. Ask find_old_fonts first whether the document means its old fonts at all.
    """
    encoding = resolve_font(font_name)
    if encoding is None or (text.isascii() and not _is_capital(font_name)) or find_unicode(text, encoding) is not None:
        return text
    decoded = decode_legacy(text, encoding)
    return decoded.upper() if _is_capital(font_name) else decoded


def _is_capital(font_name: str) -> bool:
    name = font_name.split(";")[0].strip().strip("\"'")
    return resolve_font(name) == "tcvn3" and name[-1:] in "Hh"

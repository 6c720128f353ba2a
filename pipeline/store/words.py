"""Words as search sees them: letters and digits only, in two forms, with their marks ("đào tạo") and without ("dao tao")."""

import re
import unicodedata
from typing import Final, NamedTuple

from pipeline.text import fold_text

_LONGEST: Final = 64
_WORD = re.compile(r"[^\W_]+")
_UNMARKED: Final = {ord("đ"): "d"} | {
    code: base
    for code in (*range(0xE0, 0x250), *range(0x1EA0, 0x1EFA))
    if (base := unicodedata.normalize("NFD", chr(code))[0]) != chr(code)
}
_ODD = re.compile(r"[^\x00-\x7f\u00c0-\u024f\u1ea0-\u1ef9]")


class Searchable(NamedTuple):
    """The words of a text, single spaces between them: as printed (``exact``, lower case) and without marks (``folded``)."""

    exact: str
    folded: str


def searchable(text: str) -> Searchable:
    """Return the words of ``text`` as they are indexed and looked for.

    ``exact`` is NFC, in lower case, one spelling of tone marks ("hòa" for "hoà"); ``folded`` has no marks, and d for đ. Word for word
    the two run in parallel. What is no letter or digit parts words; a word is cut after 64 characters.
    """
    if _ODD.search(text):
        text = unicodedata.normalize("NFKC", text)
    exact = " ".join(word[:_LONGEST] for word in _WORD.findall(_plain(fold_text(text))))
    return Searchable(exact, without_marks(exact))


def without_marks(text: str) -> str:
    """Return ``text`` (lower case) without diacritics, and d for đ."""
    text = text.translate(_UNMARKED)
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text)
    return "".join(c for c in letters if not unicodedata.combining(c))


def _plain(text: str) -> str:
    """Return ``text`` without marks that NFC leaves alone, and numerals that are neither letters nor digits (both databases differ)."""
    return _ODD.sub(_letter, unicodedata.normalize("NFC", text.lower())) if _ODD.search(text) else text


def _letter(match: re.Match[str]) -> str:
    kind = unicodedata.category(match.group())
    return match.group() if kind[0] == "L" or kind == "Nd" else "" if kind[0] == "M" else " "

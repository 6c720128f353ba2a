"""What a font shows for letters that are none in Unicode: symbol fonts, and the old Vietnamese fonts of TCVN3 and VNI."""

from typing import Final

from pipeline.read.legacy_decode import Encoding
from pipeline.read.legacy_fonts import decode_font, resolve_font

_PRIVATE: Final = 0xF000  # where Word keeps the codes of symbol fonts

_SYMBOL: Final = dict(
    zip(
        map(ord, "\x22\x24\x27\x2a\x2d@ABGDEFLPSWabgdelmprstwjq"
            "\xa3\xa5\xa7\xa8\xa9\xaa\xac\xad\xae\xaf\xb0\xb1\xb2\xb3\xb4\xb7\xb8\xb9\xba\xbb\xbc"),
        "∀∃∋*-≅ΑΒΓΔΕΦΛΠΣΩαβγδελμπρστωϕθ≤∞♣♦♥♠←↑→↓°±″≥×•÷≠≡≈…",
        strict=True,
    )
) | {0xD7: "⋅", 0xDC: "⇐", 0xDE: "⇒", 0xE5: "∑", 0xCE: "∈", 0xCC: "⊂", 0xC8: "∪", 0xC7: "∩", 0xD6: "√"}  # fmt: skip
_WINGDINGS: Final = {
    0x21: "✎", 0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "❑", 0x72: "❒",
    0x73: "◆", 0x74: "◆", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x78: "☒", 0x9E: "·", 0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA4: "◉", 0xA7: "▪",
    0xA8: "□", 0xAA: "✦", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒",
    0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2: Final = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "•", 0xA3: "□", 0xAE: "◆"}
_WINGDINGS_3: Final = {0x7D: "►", 0x75: "►", 0x76: "◄", 0x84: "►"}
_SYMBOL_FONTS: Final = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "wingdings 3": _WINGDINGS_3}
_UNKNOWN_FONT: Final = _WINGDINGS | {0xB7: "•", 0x2D: "-", 0x2B: "+", 0x2A: "*"}


def symbol(code: int, font: str | None) -> str:
    """Return what ``font`` shows for ``code`` (0-255, also as U+F000-F0FF), or the letter itself where that is not known."""
    table = _SYMBOL_FONTS.get((font or "").lower())
    low = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 256 else code
    if low < 256 and (table is not None or low != code):
        shown = (table or _UNKNOWN_FONT).get(low)
        if shown or (0x20 <= low < 0x40 and table is _SYMBOL):
            return shown or chr(low)
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else ""


def shown(words: str, font: str | None, old: frozenset[Encoding]) -> str:
    """Return in Unicode what ``words`` look like in ``font``; ``old`` are the encodings that the file's old fonts really mean."""
    name = font or ""
    if old and resolve_font(name) in old:
        return decode_font(words, name)
    words = words.replace("\xad", "")  # where a word may be parted; in an old font it is a letter
    if name.lower() in _SYMBOL_FONTS or any("\uf000" <= letter <= "\uf0ff" for letter in words):
        return "".join(symbol(ord(letter), font) if letter > " " else letter for letter in words)
    return words

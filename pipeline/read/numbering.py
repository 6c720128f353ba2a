"""Automatic numbering of Word lists as the reader sees it (ECMA-376, part 1, 17.9)."""

import re
from dataclasses import dataclass, replace
from typing import Final

from pipeline.read.docx_fonts import shown
from pipeline.read.docx_styles import Numbered, Styles
from pipeline.read.docx_xml import MC, Element, W, child, number, switch, value

_HIGHEST: Final = 32_767  # that Word counts to
_ROMAN: Final = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"),
    (4, "IV"), (1, "I"),
)  # fmt: skip
_ENCLOSED: Final = {"decimalEnclosedCircle": 0x2460, "decimalEnclosedParen": 0x2474, "decimalEnclosedFullstop": 0x2488}
_COUNTED: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_NUMBER = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class _Level:
    start: int = 0
    form: str = "decimal"
    text: str = ""
    font: str | None = None
    legal: bool = False
    restart: int | None = None
    hidden: bool = False
    glued: bool = False
    style: str | None = None


@dataclass(frozen=True)
class _List:
    """``w:num``: the abstract list that it counts in, with its own starts and levels."""

    abstract: str
    starts: dict[int, int]
    levels: dict[int, _Level]


def _level(element: Element) -> _Level:
    form = child(element, "numFmt")
    if form is None:  # a form of Word 2010, beside an older one
        form = next((f for f in element.iter(W + "numFmt") if f.getparent().tag == MC + "Choice"), None)
    kind = "decimal" if form is None else str(form.get(W + "val", "decimal"))
    fonts = child(element, "rPr", "rFonts")
    return _Level(
        start=number(element, "start") or 0,
        form=str(form.get(W + "format", "")) if kind == "custom" and form is not None else kind,
        text=value(element, "lvlText") or "",
        font=None if fonts is None else fonts.get(W + "hAnsi") or fonts.get(W + "ascii"),
        legal=bool(switch(element, "isLgl")),
        restart=number(element, "lvlRestart"),
        hidden=bool(switch(element, "rPr", "vanish")),
        glued=value(element, "suff") == "nothing",
        style=value(element, "pStyle"),
    )


def _place(element: Element) -> int:
    at: str = element.get(W + "ilvl", "0")
    return int(at) if at.isdecimal() and len(at) < 3 else 0


def _roman(count: int) -> str:
    letters = ""
    for worth, sign in _ROMAN:
        letters += sign * (count // worth)
        count %= worth
    return letters


def _letter(count: int) -> str:
    """a … z, aa, bb …: without đ, whatever the language of the text."""
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _printed(count: int, form: str) -> str:
    """Return ``count`` as the number format ``form`` prints it (17.18.59); decimal where Word's own form is not known here."""
    if form in ("none", "bullet"):
        return ""
    if 0 < count <= _HIGHEST:
        if form in ("lowerLetter", "upperLetter"):
            return _letter(count) if form == "lowerLetter" else _letter(count).upper()
        if form in ("lowerRoman", "upperRoman"):
            return _roman(count).lower() if form == "lowerRoman" else _roman(count)
        if form in _ENCLOSED and count <= 20:
            return chr(_ENCLOSED[form] + count - 1)
        if form == "vietnameseCounting" and count < len(_COUNTED):
            return _COUNTED[count]
    if form == "decimalZero":
        return f"{count:02}"
    pattern = form.split(",")[0]  # custom: "001, 002, 003, ..."
    return f"{count:0{len(pattern)}}" if pattern.isdecimal() and len(pattern) < 9 else str(count)


class Numbering:
    """The lists of a file, and where each has got to. ``root`` is its part "numbering", None where it has none."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._old = styles.old
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        links: dict[str, str] = {}
        for abstract in [] if root is None else root.findall(W + "abstractNum"):
            name = abstract.get(W + "abstractNumId", "")
            self._levels[name] = {_place(lvl): _level(lvl) for lvl in abstract.findall(W + "lvl")}
            if link := value(abstract, "numStyleLink"):
                links[name] = link
        for item in [] if root is None else root.findall(W + "num"):
            starts: dict[int, int] = {}
            levels: dict[int, _Level] = {}
            for over in item.findall(W + "lvlOverride"):
                at = _place(over)
                if (start := number(over, "startOverride")) is not None:
                    starts[at] = start
                if (own := child(over, "lvl")) is not None:
                    levels[at] = _level(own)
            self._lists[item.get(W + "numId", "")] = _List(value(item, "abstractNumId") or "", starts, levels)
        for name, link in links.items():
            self._link(name, styles.chain(link))

    def _link(self, abstract: str, styles: list[Element]) -> None:
        """Let the lists of ``abstract``, which only names a list style, count in the list of that style (17.9.21)."""
        target = next((found for s in styles if (found := self._lists.get(value(s, "pPr", "numPr", "numId") or ""))), None)
        for name, item in self._lists.items():
            if target and item.abstract == abstract:
                self._lists[name] = replace(item, abstract=target.abstract)

    def label(self, numbered: Numbered) -> str:
        """Count on in a list and return what is printed before the paragraph, with the blank behind it.

        "" where nothing is printed: no such list (0 turns numbering off), or a level without text. A level that was skipped
        counts as begun.
        """
        name, level = numbered.name, numbered.level
        item = self._lists.get(name or "")
        if item is None or name is None:
            return ""
        levels = {**self._levels.get(item.abstract, {}), **item.levels}
        if level is None:
            tied = {found.style: at for at, found in levels.items() if found.style}
            level = next((tied[style] for style in numbered.styles if style in tied), numbered.style_level or 0)
        own = levels.get(level)
        if own is None:
            return ""
        counts = self._counts.setdefault(item.abstract, {})
        if level in item.starts and (name, level) not in self._begun:
            counts[level] = item.starts[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else own.start
        self._begun.add((name, level))
        for skipped in range(level):
            if skipped in levels:
                counts.setdefault(skipped, item.starts.get(skipped, levels[skipped].start))
        for deeper in [d for d in counts if d > level]:
            until = levels[deeper].restart if deeper in levels else None
            if until is None or level < until:
                del counts[deeper]
        return "" if own.hidden else self._text(own, levels, counts)

    def _text(self, own: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
        if own.form == "bullet":
            text = shown(own.text, own.font, self._old) or "•"  # a picture, where there is no sign
        else:

            def place(match: re.Match[str]) -> str:
                at = int(match[1]) - 1
                form = levels.get(at, _Level()).form
                return _printed(counts.get(at, 0), "decimal" if own.legal and form not in ("none", "bullet") else form)

            text = _NUMBER.sub(place, shown(own.text, own.font, self._old))
        return text if own.glued or not text.strip() else f"{text.strip()} "

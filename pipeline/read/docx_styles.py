"""How runs and paragraphs of a Word file look, styles included (ECMA-376, part 1, 17.7): what is struck, hidden, numbered."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from pipeline.read.docx_xml import Element, W, child, number, switch, value
from pipeline.read.legacy_decode import Encoding
from pipeline.read.legacy_fonts import find_old_fonts, resolve_font

_CHAIN: Final = 50  # styles that a style may stand on; Word itself stops at 10


@dataclass(frozen=True, slots=True)
class Look:
    """How a run is shown; None where nothing says so."""

    struck: bool | None = None
    hidden: bool | None = None
    capitals: bool | None = None
    raised: bool | None = None
    font: str | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """The list of a paragraph ("0": none), and its level from 0.

    That is its own, else the one that the list ties to the first of ``styles``, else that of its style (17.9.23).
    """

    name: str | None
    level: int | None
    style_level: int | None
    styles: tuple[str, ...]


def _look(properties: Element | None) -> Look:
    if properties is None or not len(properties):
        return Look()
    once, twice = switch(properties, "strike"), switch(properties, "dstrike")
    align = value(properties, "vertAlign")
    fonts = child(properties, "rFonts")
    font: str | None = None if fonts is None else fonts.get(W + "hAnsi") or fonts.get(W + "ascii")
    return Look(
        struck=once if twice is None else bool(once) or twice,
        hidden=switch(properties, "vanish"),
        capitals=switch(properties, "caps"),
        raised=None if align is None else align == "superscript",
        font=font,
    )


def _over(upper: Look, lower: Look) -> Look:
    """Return ``upper``, and where it says nothing, ``lower``."""
    return Look(
        struck=lower.struck if upper.struck is None else upper.struck,
        hidden=lower.hidden if upper.hidden is None else upper.hidden,
        capitals=lower.capitals if upper.capitals is None else upper.capitals,
        raised=lower.raised if upper.raised is None else upper.raised,
        font=upper.font or lower.font,
    )


def _toggled(character: Look, paragraph: Look) -> Look:
    """Return what the two styles make together: on and on is off (17.7.3)."""
    return Look(
        struck=bool(character.struck) != bool(paragraph.struck),
        hidden=bool(character.hidden) != bool(paragraph.hidden),
        capitals=bool(character.capitals) != bool(paragraph.capitals),
        raised=paragraph.raised if character.raised is None else character.raised,
        font=character.font or paragraph.font,
    )


class Styles:
    """The styles of a file; ``root`` is its part "styles", None where it has none.

    ``old`` are the encodings that the old Vietnamese fonts in ``body`` really mean.
    """

    def __init__(self, root: Element | None, body: Element) -> None:
        found = [] if root is None else root.findall(W + "style")
        self._styles = {style.get(W + "styleId", ""): style for style in found}
        self._default: str | None = next(
            (s.get(W + "styleId") for s in found if s.get(W + "type") == "paragraph" and s.get(W + "default") in ("1", "true", "on")), None
        )
        self._base = _look(child(root, "docDefaults", "rPrDefault", "rPr"))
        self._of_style = cache(self._of_style_uncached)
        self._of_both = cache(self._of_both_uncached)
        self._align = cache(self._align_uncached)
        names = {str(name) for part in (root, body) if part is not None for fonts in part.iter(W + "rFonts") for name in fonts.values()}
        self.old: frozenset[Encoding] = find_old_fonts(self._runs(body)) if any(map(resolve_font, names)) else frozenset()

    def _runs(self, body: Element) -> Iterator[tuple[str, str]]:
        for paragraph in body.iter(W + "p"):
            style = self.style(paragraph)
            for run in paragraph.iter(W + "r"):
                yield "".join(text.text or "" for text in run.iter(W + "t")), self.look(run, style).font or ""

    def chain(self, style: str | None) -> list[Element]:
        """Return the style with this id and those it stands on, in order; none where there is no such style."""
        found: list[Element] = []
        while style in self._styles and len(found) < _CHAIN:
            found.append(self._styles[style])
            style = value(found[-1], "basedOn")
        return found

    def look(self, run: Element, paragraph: str | None) -> Look:
        """Return how ``run`` is shown in a paragraph of the style ``paragraph``."""
        properties = child(run, "rPr")
        lower = self._of_both(value(properties, "rStyle"), paragraph)
        return lower if properties is None else _over(_look(properties), lower)

    def style(self, paragraph: Element) -> str | None:
        """Return the id of the style of ``paragraph``."""
        return value(paragraph, "pPr", "pStyle") or self._default

    def name(self, style: str | None) -> str:
        """Return the name of a style in small letters, "" where it has none."""
        return (value(self._styles.get(style or ""), "name") or "").lower()

    def centred(self, paragraph: Element, style: str | None) -> bool:
        """Return whether the lines of ``paragraph`` are set to the middle, as those of titles are."""
        own = value(paragraph, "pPr", "jc")
        return (self._align(style) if own is None else own) == "center"

    def numbered(self, paragraph: Element, style: str | None) -> Numbered:
        """Return by which list ``paragraph``, whose style is ``style``, is numbered."""
        own = child(paragraph, "pPr", "numPr")
        name, level, of_style = value(own, "numId"), number(own, "ilvl"), None
        chain = [] if name is not None and level is not None else self.chain(style)
        for item in chain:
            properties = child(item, "pPr", "numPr")
            name = value(properties, "numId") if name is None else name
            of_style = number(properties, "ilvl") if of_style is None else of_style
        return Numbered(name, level, of_style, tuple(item.get(W + "styleId", "") for item in chain))

    def _align_uncached(self, style: str | None) -> str | None:
        return next((found for item in self.chain(style) if (found := value(item, "pPr", "jc"))), None)

    def _of_style_uncached(self, style: str | None) -> Look:
        look = Look()
        for item in self.chain(style):
            look = _over(look, _look(child(item, "rPr")))
        return look

    def _of_both_uncached(self, character: str | None, paragraph: str | None) -> Look:
        return _over(_toggled(self._of_style(character), self._of_style(paragraph)), self._base)

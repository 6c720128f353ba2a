"""Which markers Word would number by itself, and the lists that make it print exactly those.

A directive's numbering is one multi-level list (I. > 1. > 1.1. > a) > - > +), as an office sets it. Where the printed marker is not what
that list would print next (a slip in the original, "đ)", numbering that starts anew, a level left out), the items go to a list of their
own that starts where they do, or, where they form no series, keep their marker as typed letters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

_ROMAN: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SYMBOL: Final = ("·", "•")
_ORDER: Final = (
    "upperLetter.",
    "upperRoman.",
    "decimal.1",
    "decimal.2",
    "decimal.3",
    "decimal.4",
    "lowerLetter)",
    "decimal)",
    "bullet-",
    "bullet+",
)
_LEVELS: Final = 9


@dataclass(frozen=True)
class Marker:
    """A marker taken apart: the form it is printed in, its own number, and the numbers of the levels printed before it."""

    form: str
    number: int
    above: tuple[int, ...] = ()


@dataclass(frozen=True)
class Level:
    """One level of a list, as Word's numbering part states it."""

    form: str
    text: str
    start: int = 1


@dataclass(frozen=True)
class Place:
    """Where a paragraph stands: index of its list, and its level there."""

    list: int
    level: int


def plan(markers: Sequence[str]) -> tuple[list[Place | None], list[tuple[Level, ...]]]:
    """Return the place of each marker (None: typed) and the lists. The first list is the multi-level one."""
    taken = [_take(marker, "A." in markers or "B." in markers) for marker in markers]
    forms = {marker.form for marker in taken if marker}
    main = [form for form in _ORDER if form in forms][:_LEVELS]
    levels = tuple(Level(form, _level_text(form, main)) for form in main)
    lists: list[tuple[Level, ...]] = [levels]
    counts = [0] * len(main)
    own: dict[str, tuple[int, int]] = {}  # form -> its own list, and the number that it prints next
    places: list[Place | None] = []
    for position, marker in enumerate(taken):
        if marker is None:
            places.append(None)
        elif marker.form in main and _next(marker, main, counts):
            level = main.index(marker.form)
            counts[level] += 1
            counts[level + 1 :] = [0] * (len(main) - level - 1)
            places.append(Place(0, level))
        elif marker.form in own and own[marker.form][1] == marker.number and not marker.above:
            index, number = own[marker.form]
            own[marker.form] = (index, number + 1)
            places.append(Place(index, 0))
        elif not marker.above and _goes_on(taken[position + 1 :], marker):
            lists.append((Level(marker.form, _level_text(marker.form, [marker.form]), max(1, marker.number)),))
            own[marker.form] = (len(lists) - 1, marker.number + (not marker.form.startswith("bullet")))
            places.append(Place(len(lists) - 1, 0))
        else:
            places.append(None)
    return places, lists


def add_lists(document: Document, lists: Sequence[Sequence[Level]]) -> list[int]:
    """Write ``lists`` into the numbering part; return the numId of each."""
    numbering = document.part.numbering_part.element
    used = [int(item.get(qn("w:abstractNumId"))) for item in numbering.findall(qn("w:abstractNum"))]
    numbers = [int(item.get(qn("w:numId"))) for item in numbering.findall(qn("w:num"))]
    first_abstract, first_number = max(used, default=0) + 1, max(numbers, default=0) + 1
    for offset, levels in enumerate(lists):
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{first_abstract + offset}"><w:multiLevelType w:val="multilevel"/>'
            f"{''.join(_level_xml(depth, level) for depth, level in enumerate(levels))}</w:abstractNum>"
        )
        at = numbering.find(qn("w:num"))
        if at is None:
            numbering.append(abstract)
        else:
            at.addprevious(abstract)
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{first_number + offset}"><w:abstractNumId w:val="{first_abstract + offset}"/></w:num>'
            )
        )
    return [first_number + offset for offset in range(len(lists))]


def _take(marker: str, letters: bool) -> Marker | None:
    if marker in ("-", "+", "*", *_SYMBOL):
        return Marker(f"bullet{marker}", 0)
    if found := re.fullmatch(r"Điều (\d+)\.", marker):
        return Marker("article", int(found[1]))
    if (found := re.fullmatch(r"([IVXLC]+)\.", marker)) and not letters:
        return Marker("upperRoman.", _roman(found[1]))
    if found := re.fullmatch(r"([A-Z])\.", marker):
        return Marker("upperLetter.", ord(found[1]) - 64)
    if found := re.fullmatch(r"((?:\d+\.)*)(\d+)\.", marker):
        above = tuple(int(number) for number in found[1].split(".") if number)
        return Marker(f"decimal.{len(above) + 1}", int(found[2]), above) if len(above) < 4 else None
    if found := re.fullmatch(r"([a-z])\)", marker):
        return Marker("lowerLetter)", ord(found[1]) - 96)
    if found := re.fullmatch(r"(\d+)\)", marker):
        return Marker("decimal)", int(found[1]))
    if found := re.fullmatch(r"\((\d+)\)", marker):
        return Marker("(decimal)", int(found[1]))
    if found := re.fullmatch(r"\(([ivx]+)\)", marker):
        return Marker("(lowerRoman)", _roman(found[1].upper()))
    return None


def _roman(letters: str) -> int:
    values = [_ROMAN[letter] for letter in letters]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))


def _next(marker: Marker, main: Sequence[str], counts: Sequence[int]) -> bool:
    """Return whether the multi-level list would print ``marker`` next.

    Where a level above has printed nothing yet, programs differ in what they print: there the list is not used.
    """
    level = main.index(marker.form)
    above = tuple(counts[main.index(f"decimal.{depth}")] if f"decimal.{depth}" in main else 0 for depth in range(1, len(marker.above) + 1))
    return all(counts[:level]) and marker.above == above and (marker.number in (0, counts[level] + 1))


def _goes_on(later: Sequence[Marker | None], marker: Marker) -> bool:
    if marker.form.startswith("bullet"):
        return True
    following = next((other for other in later if other and other.form == marker.form), None)
    return following is not None and following.number == marker.number + 1


def _level_text(form: str, main: Sequence[str]) -> str:
    """Return Word's pattern: "%2.%3." for the second decimal level, where the decimal levels are the list's 2nd and 3rd."""
    here = main.index(form) + 1
    if form.startswith("bullet"):
        return "\uf0b7" if form[6:] in _SYMBOL else form[6:]
    if form == "article":
        return "Điều %1."
    if form.startswith("decimal."):
        depth = int(form[-1])
        return "".join(f"%{main.index(f'decimal.{above}') + 1}." for above in range(1, depth) if f"decimal.{above}" in main) + f"%{here}."
    return f"(%{here})" if form.startswith("(") else f"%{here}{form[-1]}"


def _level_xml(depth: int, level: Level) -> str:
    bullet = level.form.startswith("bullet")
    number_format = "bullet" if bullet else "decimal" if level.form == "article" else re.sub(r"[^A-Za-z]", "", level.form)
    symbol = '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol" w:hint="default"/></w:rPr>' if level.text == "\uf0b7" else ""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{level.start}"/><w:numFmt w:val="{number_format}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{level.text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="720"/></w:pPr>{symbol}</w:lvl>'
    )

"""Walks through a web page as a reader goes down it: paragraphs, lines, lists, tables, furniture, and what is not read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree
from lxml.html import HtmlElement

from pipeline.read.compose import Gap, Grid, Kind, Piece
from pipeline.read.html_lists import List, open_list
from pipeline.read.html_style import Look, Sheet, is_hidden, is_ruled, is_struck, look
from pipeline.read.html_tables import HtmlCell, HtmlTable
from pipeline.read.legacy_fonts import decode_font, find_old_fonts, resolve_font

Item = Piece | Grid | Gap
AsideKind = Literal["struck", "deleted", "hidden", "comment"]

_UNREAD_TAGS: Final = (
    "head script style template noscript iframe object embed applet svg math canvas audio video select option textarea input datalist "
    "map title meta link"
)
_LEFT_OUT: Final = frozenset(_UNREAD_TAGS.split())
_BLOCK_TAGS: Final = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary ul table tr td th tbody thead tfoot"
)
_BLOCKS: Final = frozenset(_BLOCK_TAGS.split())
_FURNITURE: Final = frozenset({"nav", "footer", "aside", "button", "search"})
_FURNITURE_ROLES: Final = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "toolbar"})
_TABLE: Final = frozenset({"table", "tr", "td", "th"})
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_MENU_LINKS: Final = 4
_MENU_LINK_CHARS: Final = 60
_BLANKS = re.compile(r"[ \t\r\n\f\v\xa0\u2000-\u200a\u202f\u3000]+")
_NOTHING: Final = {0x200B: None, 0xFEFF: None, 0x2060: None}
_NUMBER = re.compile(r"\(?(\d{1,3})\)?")
_METRE = re.compile(r"(?:^|[\W\d_])(?:[kcd]?m|mm|dam|hm)$")


@dataclass
class _Line:
    """A line as it grows: its words, each with their font."""

    parts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that has begun: how its words look, and whether they are left out or furniture; ``mark`` is where a raised one began."""

    look: Look
    gone: bool = False
    furniture: bool = False
    mark: tuple[_Line, int] | None = None


class Page:
    """A parsed page; ``items`` gives what stands on it, from top to bottom."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self._sheet = Sheet("\n".join(str(style.text or "") for style in root.iter("style")))
        words = "".join(map(str, root.itertext()))
        self._old = find_old_fonts((words, font) for font in (".VnTime", "VNI-Times"))
        self._spine = _spine(root)
        self._sinks: list[list[Item]] = [[]]
        self._tables: list[HtmlTable] = []
        self._lists: list[List] = []
        self._open: list[_Open] = [_Open(Look())]
        self._furniture = 0
        self._lines: list[_Line] = [_Line()]
        self._asides: list[tuple[AsideKind, str]] = []
        self._label = ""
        self._begun = False

    def items(self) -> Iterator[Item]:
        """Yield the words of the page."""
        walk = etree.iterwalk(self._root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                begun = self._begin(element)
                self._open.append(begun)
                if begun.gone:
                    walk.skip_subtree()
                else:
                    self._say(element.text)
                continue
            if event == "end":
                self._end(element, self._open.pop())
            if element is not self._root:
                self._say(element.tail)
        self._flush()
        yield from self._sinks[0]

    # ------------------------------------------------------------ elements

    def _begin(self, element: HtmlElement) -> _Open:
        tag, above = str(element.tag), self._open[-1].look
        if tag in _LEFT_OUT:
            return _Open(above, gone=True)
        style = self._sheet.style(element)
        shown = look(element, style, above)
        if tag in _BLOCKS:
            self._flush()
        if why := _why_gone(element, style):
            if words := _BLANKS.sub(" ", "".join(map(str, element.itertext()))).strip():
                self._asides.append((why, self._shown(words, shown.font)))
            return _Open(above, gone=True)
        furniture = self._is_furniture(element, style)
        self._furniture += furniture
        if tag in _LISTS:
            self._lists.append(open_list(element, style, sum(each.bullets for each in self._lists)))
        elif tag == "li":
            self._label = self._lists[-1].label(element) if self._lists else "• "
        elif tag == "br":
            self._lines.append(_Line())
        elif tag == "hr":
            self._sinks[-1].append(Gap())
        elif tag in _TABLE:
            self._begin_table(element, tag, style)
        mark = (self._lines[-1], len(self._lines[-1].parts)) if tag == "sup" else None
        return _Open(shown, furniture=furniture, mark=mark)

    def _end(self, element: HtmlElement, begun: _Open) -> None:
        tag = str(element.tag)
        if begun.gone:
            return
        if tag in _BLOCKS:
            self._flush()
        if begun.mark and begun.mark[0] is self._lines[-1]:
            _lower(*begun.mark)
        self._furniture -= begun.furniture
        if tag in _LISTS:
            self._lists.pop()
        elif tag == "li":
            self._label = ""
        elif tag in ("td", "th") and self._tables:
            self._sinks.pop()
        elif tag == "table":
            table = self._tables.pop()
            plain = (item for row in table.rows for cell in row for item in cell.items)
            self._sinks[-1].extend(plain if self._furniture else table.items())

    def _begin_table(self, element: HtmlElement, tag: str, style: Mapping[str, str]) -> None:
        if tag == "table":
            ruled = element.get("border", "0").strip() not in ("0", "") or is_ruled(style) or element.get("rules", "none") != "none"
            self._tables.append(HtmlTable(ruled, element.get("role") in ("presentation", "none"), not self._begun))
        elif self._tables:
            rows = self._tables[-1].rows
            if tag == "tr" or not rows:
                rows.append([])
            if tag != "tr":
                rows[-1].append(HtmlCell(_span(element, "rowspan"), _span(element, "colspan"), is_ruled(style), tag == "th"))
                self._sinks.append(rows[-1][-1].items)

    def _is_furniture(self, element: HtmlElement, style: Mapping[str, str]) -> bool:
        tag = element.tag
        if tag in _FURNITURE or str(element.get("role") or "").lower() in _FURNITURE_ROLES:
            return True
        if style.get("mso-element", "") in ("footnote-list", "endnote-list", "header", "footer"):
            return True
        if self._spine and element not in self._spine and element.getparent() in self._spine[1:]:
            return True
        return tag in _LISTS and not self._lists and _is_menu(element)

    # ------------------------------------------------------------ words

    def _say(self, text: str | None) -> None:
        if not text:
            return
        above = self._open[-1].look
        words = str(text).translate(_NOTHING)
        if above.capitals:
            words = words.upper()
        if not above.preformatted:
            self._lines[-1].parts.append((words, above.font))
            return
        for n, line in enumerate(words.replace("\r\n", "\n").split("\n")):
            if n:
                self._lines.append(_Line())
            self._lines[-1].parts.append((line, above.font))

    def _shown(self, words: str, font: str) -> str:
        if resolve_font(font) in self._old:
            return decode_font(words, font)
        return words

    def _line(self, line: _Line) -> str:
        runs: list[tuple[str, str]] = []
        for words, font in line.parts:
            if runs and runs[-1][1] == font:
                runs[-1] = runs[-1][0] + words, font
            else:
                runs.append((words, font))
        return _BLANKS.sub(" ", "".join(self._shown(words, font) for words, font in runs)).strip()

    def _flush(self) -> None:
        """End a paragraph: what was gathered becomes a piece, or a piece for each of its lines."""
        lines = [self._line(line) for line in self._lines]
        self._lines = [_Line()]
        written = [line for line in lines if line]
        asides, self._asides = tuple(self._asides), []
        sink = self._sinks[-1]
        if not written:
            if asides:
                sink.append(Piece("", asides=asides))
            return
        label, self._label = self._label, ""
        kind: Kind = "furniture" if self._furniture else "paragraph" if len(written) == 1 else "line"
        self._begun = self._begun or kind != "furniture"
        if kind == "line":
            sink.append(Gap())
        for n, line in enumerate(lines):
            if line:
                sink.append(Piece(label + line, kind, asides=asides))
                label, asides = "", ()
            elif n and kind == "line" and not isinstance(sink[-1], Gap):
                sink.append(Gap())
        if kind == "line":
            sink.append(Gap())


def _why_gone(element: HtmlElement, style: Mapping[str, str]) -> AsideKind | None:
    """Return why a reader does not read the words of ``element``, None where he does."""
    if is_hidden(element, style):
        return "hidden"
    if element.tag == "del":
        return "deleted"
    if is_struck(element, style):
        return "struck"
    return "comment" if style.get("mso-element", "").startswith("comment") else None


def _spine(root: HtmlElement) -> list[HtmlElement]:
    """Return the one main part of a page that marks it, and what it stands in, outwards; nothing where it is not the greater part."""
    found = [element for element in root.iter("main", "article", "div") if element.tag == "main" or element.get("role") == "main"]
    if len(found) != 1:
        return []
    body = next(root.iter("body"), root)
    letters, all_letters = (sum(len(text.strip()) for text in part.itertext()) for part in (found[0], body))
    return [found[0], *found[0].iterancestors()] if 2 * letters >= all_letters else []


def _is_menu(element: HtmlElement) -> bool:
    """Return whether a list is nothing but short links."""
    links = ["".join(map(str, link.itertext())).strip() for link in element.iter("a")]
    words = sum(len(text.strip()) for text in element.itertext())
    return len(links) >= _MENU_LINKS and sum(map(len, links)) >= 0.9 * words and words <= _MENU_LINK_CHARS * len(links)


def _lower(line: _Line, at: int) -> None:
    """Put raised words, parts of ``line`` from ``at`` on, so that a number does not run into what stands before: [1], but m2."""
    raised, tail = (
        "".join(words for words, _ in line.parts[at:]).strip(),
        "".join(words for words, _ in line.parts[max(0, at - 5) : at])[-5:],
    )
    if raised in ("0", "o") and tail[-1:].isdigit():
        line.parts[at:] = [("°", "")]
    elif (number := _NUMBER.fullmatch(raised)) and not (raised in ("2", "3") and _METRE.search(tail)):
        line.parts[at:] = [(f"[{number[1]}]", "")]


def _span(element: HtmlElement, name: str) -> int:
    text = str(element.get(name) or "1").strip()
    return int(text) if text.isdecimal() and len(text) < 6 else 1

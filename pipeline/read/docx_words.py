"""The words of one paragraph of a Word file: what a reader sees of its runs, and what was struck, deleted or hidden."""

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal

from pipeline.read.docx_fonts import shown, symbol
from pipeline.read.docx_styles import Look, Styles
from pipeline.read.docx_xml import MC, Element, W, alternate, child, switch

AsideKind = Literal["struck", "deleted", "hidden", "comment"]
PAGE_TURN: Final = "\f"
_PLACE = re.compile(r"\s*FILENAME\b", re.IGNORECASE)  # the name of a file on somebody's disk is no word of a directive
_TAIL: Final = 5

_MATH_TEXT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_TEXT_PATH: Final = "{urn:schemas-microsoft-com:vml}textpath"
_ALTERNATES: Final = MC + "AlternateContent"
_SIGNS: Final = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-", W + "softHyphen": "\xad"}
_DRAWINGS: Final = frozenset({W + "drawing", W + "pict", W + "object"})
_NO_CONTENT: Final = frozenset({W + "pPr", W + "sdtPr", W + "sdtEndPr", W + "smartTagPr", W + "customXmlPr", W + "rt"})
_SPACES: Final = {ord(c): " " for c in "\t\r\n"}
_RAISED_NUMBER = re.compile(r"\s*\(?(\d{1,3})\)?\s*")
_METRE = re.compile(r"(?:^|[\W\d_])(?:[kcd]?m|mm|dam|hm)$")


class Words:
    """The words of a paragraph, gathered run by run. ``\\n`` breaks a line, PAGE_TURN a page; ``boxes`` are its text boxes.

    ``cite`` gives the printed number of a footnote or endnote by its kind and id; ``comment`` gives the words of a comment.
    """

    def __init__(self, styles: Styles, cite: Callable[[str, str], str], comment: Callable[[str], str]) -> None:
        self._styles, self._cite, self._comment = styles, cite, comment
        self._style: str | None = None
        self._parts: list[tuple[list[str], str | None]] = []  # runs that follow each other in one font
        self._tail = ""  # the last letters of the words
        self._fields: list[bool] = []  # for each open field: whether its result has begun
        self._codes: list[str] = []  # what the open fields ask for
        self._gone: AsideKind | None = None  # why what was met last is no part of the words
        self._asides: list[tuple[AsideKind, list[str]]] = []
        self.boxes: list[Element] = []

    @property
    def text(self) -> str:
        """The words that are read."""
        return "".join(shown("".join(words), font, self._styles.old) for words, font in self._parts)

    @property
    def asides(self) -> tuple[tuple[AsideKind, str], ...]:
        """The words that are not."""
        return tuple((kind, gone) for kind, words in self._asides if (gone := "".join(words)).strip())

    def add(self, paragraph: Element, style: str | None) -> None:
        """Take in ``paragraph``, whose style is ``style``; a second one where the end of the first was deleted."""
        self._style = style
        self._fields.clear()
        self._codes.clear()
        self._read(paragraph, None)

    def _read(self, element: Element, gone: AsideKind | None) -> None:
        """Take in what stands in ``element``, a paragraph or a part of one; ``gone`` says that none of it is read."""
        for item in element:
            tag = item.tag
            if tag == W + "r":
                self._run(item, gone)
            elif tag in (W + "del", W + "moveFrom"):
                self._read(item, "deleted")
            elif tag == _ALTERNATES:
                branch = alternate(item)
                if branch is not None:
                    self._read(branch, gone)
            elif tag == W + "sdt":
                self._read(item, "hidden" if switch(item, "sdtPr", "showingPlcHdr") else gone)
            elif tag == W + "fldSimple" and _PLACE.match(item.get(W + "instr", "")):
                continue
            elif tag == _MATH_TEXT:
                self._say(item.text or "", Look(), gone)
            elif isinstance(tag, str) and tag not in _NO_CONTENT:
                self._read(item, gone)

    def _run(self, run: Element, gone: AsideKind | None) -> None:
        look = self._styles.look(run, self._style)
        for item in run:
            tag = item.tag
            if tag == W + "t":
                self._say((item.text or "").translate(_SPACES), look, gone)
            elif tag == W + "delText":
                self._say((item.text or "").translate(_SPACES), look, "deleted")
            elif tag in _SIGNS:
                self._say(_SIGNS[tag], look, gone)
            elif tag == W + "br":
                self._say(PAGE_TURN if item.get(W + "type") == "page" else "\n", look, gone)
            elif tag == W + "sym":
                self._say(_symbol(item), Look(look.struck, look.hidden), gone)
            elif tag == W + "fldChar":
                self._field(item.get(W + "fldCharType"))
            elif tag == W + "instrText" and self._codes:
                self._codes[-1] += item.text or ""
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                kind = "footnotes" if tag == W + "footnoteReference" else "endnotes"
                if gone is None:
                    self._say(self._cite(kind, item.get(W + "id", "")), Look(look.struck, look.hidden), gone)
            elif tag == W + "commentReference":
                self._put_aside("comment", self._comment(item.get(W + "id", "")))
            elif tag in _DRAWINGS:
                self._draw(item, gone)
            elif tag == _ALTERNATES:
                branch = alternate(item)
                if branch is not None:
                    self._draw(branch, gone)
                    self._run_of(branch, look, gone)
            elif tag == W + "ruby":
                self._read(item, gone)

    def _run_of(self, branch: Element, look: Look, gone: AsideKind | None) -> None:
        for item in branch:
            if item.tag == W + "t":
                self._say((item.text or "").translate(_SPACES), look, gone)
            elif item.tag == W + "sym":
                self._say(_symbol(item), look, gone)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(False)
            self._codes.append("")
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()
            self._codes.pop()

    def _draw(self, drawing: Element, gone: AsideKind | None) -> None:
        for found in _boxes(drawing):
            if found.tag == _TEXT_PATH:
                self._say(found.get("string", ""), Look(), gone)
            elif gone is None:
                self.boxes.append(found)
            else:
                self._put_aside(gone, "".join(t.text or "" for t in found.iter(W + "t", W + "delText")))

    def _say(self, words: str, look: Look, gone: AsideKind | None) -> None:
        if any(map(_PLACE.match, self._codes)):
            return
        gone = gone or ("hidden" if look.hidden or not all(self._fields) else "struck" if look.struck else None)
        if not words:
            return
        font = look.font
        if look.capitals:
            words, font = shown(words, font, self._styles.old).upper(), None
        if gone:
            self._put_aside(gone, shown(words, font, self._styles.old))
            return
        if look.raised:
            words = _raised(words, self._tail)
        elif self._gone == "struck" and self._tail[-1:].isalnum() and words[0].isalnum():
            struck = self._asides[-1][1]
            words = f" {words}" if struck[0][:1].isspace() or struck[-1][-1:].isspace() else words
        if not self._parts or self._parts[-1][1] != font:
            self._parts.append(([], font))
        self._parts[-1][0].append(words)
        self._tail = (self._tail + words)[-_TAIL:]
        self._gone = None

    def _put_aside(self, kind: AsideKind, words: str) -> None:
        if not words:
            return
        if self._gone == kind != "comment":
            self._asides[-1][1].append(words)
        else:
            self._asides.append((kind, [words]))
        self._gone = kind


def _symbol(item: Element) -> str:
    code: str = item.get(W + "char", "")
    try:
        return symbol(int(code, 16), item.get(W + "font"))
    except ValueError:
        return ""


def _boxes(drawing: Element) -> Iterator[Element]:
    """Yield the text boxes of ``drawing`` and its text along lines, each once; not those inside a box."""
    for item in drawing:
        if item.tag == W + "txbxContent" or item.tag == _TEXT_PATH:
            yield item
        elif item.tag == _ALTERNATES:
            branch = alternate(item)
            if branch is not None:
                yield from _boxes(branch)
        else:
            yield from _boxes(item)


def _raised(words: str, tail: str) -> str:
    """Return raised ``words`` so that a number does not run into the ``tail`` before it: m2 stays, a note's 1 becomes [1]."""
    if words.strip() in ("0", "o") and tail[-1:].isdigit():
        return words.replace("0", "°").replace("o", "°")
    number = _RAISED_NUMBER.fullmatch(words)
    if number is None or (number[1] in ("2", "3") and "(" not in words and _METRE.search(tail)):
        return words
    return f"[{number[1]}]" if tail[-1:].strip() else f"[{number[1]}] "


def deleted_mark(paragraph: Element) -> bool:
    """Return whether the end of ``paragraph`` was deleted or moved away, so that it runs on into the next one."""
    mark = child(paragraph, "pPr", "rPr")
    return child(mark, "del") is not None or child(mark, "moveFrom") is not None

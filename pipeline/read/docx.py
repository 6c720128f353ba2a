"""Word files (.docx, .docm): the words as the reader sees them, in order."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from models import Document, Source, SourceError
from pipeline.messages import say
from pipeline.read.compose import Cell, Gap, Grid, Kind, Piece, compose
from pipeline.read.docx_package import Package
from pipeline.read.docx_styles import Styles
from pipeline.read.docx_tables import Place, TableShape, read_shape
from pipeline.read.docx_words import PAGE_TURN, AsideKind, Words, deleted_mark
from pipeline.read.docx_xml import Element, R, W, child, switch, through, value
from pipeline.read.legacy_pieces import unmask
from pipeline.read.numbering import Numbering

Item = Piece | Grid | Gap
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PICTURE: Final = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_PAGE_SIDE: Final = 3_600_000  # EMU: 10 cm each way
_LETTERHEAD_LINES: Final = 3  # a running head has one or two


def read_docx(raw: bytes, file: str, name: str) -> Document:
    """Return ``raw``, the bytes of the Word file ``name``, as a document; ``file`` is what messages call it.

    Numbers that Word prints by itself stand in the text. Tables that only lay out a page are lines, cell by cell. Footnotes stand
    as "[1]" in the text, their words at its end, as do heads and feet of pages, each once. Words that were struck, deleted or
    hidden, and comments, are asides. Raises SourceError where the file has a password, is damaged, or holds no words.
    """
    package = Package(raw, file)
    story = _Story(package)
    items = list(story.items())
    if not any(isinstance(item, Grid) or (isinstance(item, Piece) and item.kind != "furniture" and item.words.strip()) for item in items):
        raise _wordless(package, file)
    items, old = unmask(items)  # old letters under a new font's name
    notes = ("pictures",) if _has_page_pictures(package) else ()
    source = Source(name=name, sha256=hashlib.sha256(raw).hexdigest(), media_type=package.media_type, encoding=old, notes=notes)
    return compose(items, source)


def _has_page_pictures(package: Package) -> bool:
    """Whether a picture covers a good part of a page: a scanned appendix rather than a seal or a signature."""
    for extent in package.body.iter(_DRAWING + "extent"):
        sides = extent.get("cx", ""), extent.get("cy", "")
        picture = next(extent.getparent().iter(_PICTURE), None) is not None
        if picture and all(side.isdecimal() and int(side) > _PAGE_SIDE for side in sides):
            return True
    return False


def _wordless(package: Package, file: str) -> SourceError:
    if next(package.body.iter(W + "altChunk"), None) is not None:
        code = "docx-embedded"
    elif next(package.body.iter(W + "drawing", W + "pict", W + "object"), None) is not None:
        code = "docx-pictures"
    else:
        code = "empty"
    return SourceError(code, say(f"read.{code}", file=file))


class _Story:
    """Walks through a file once, from the first paragraph to the last."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package.related("styles"), package.body)
        self.numbering = Numbering(package.related("numbering"), self.styles)
        self.comments = _by_id(package.related("comments"))
        self.notes = {kind: _by_id(package.related(kind)) for kind in ("footnotes", "endnotes")}
        self.cited: dict[tuple[str, str], int] = {}  # the numbers of notes
        self.section = 0
        self.starts = [value(section, "type") for section in self.package.body.iter(W + "sectPr")]  # how each section begins
        self.centred = False  # the last paragraph was set to the middle
        self.begun = False  # words have been met
        self.held: Words | None = None  # a paragraph whose end was deleted: it runs on into the next one

    def items(self) -> Iterator[Item]:
        """Yield the words of the whole file."""
        sections = list(self.package.body.iter(W + "sectPr"))
        letterhead = self._letterhead(sections[0]) if sections else None
        if letterhead is not None:
            yield from self.blocks(letterhead, "paragraph")
        yield from self.blocks(self.package.body, "paragraph")
        yield Gap()
        for kind, name in tuple(self.cited):
            yield from self._note(kind, name)
        seen: set[str] = set()
        for section in sections:
            for part in self._furniture(section):
                pieces = [] if part is letterhead else self._furnished(part)
                words = "\n".join(piece.words for piece in pieces)
                if words not in seen:
                    seen.add(words)
                    yield Gap()
                    yield from pieces

    # ------------------------------------------------------------ blocks

    def blocks(self, container: Element, kind: Kind) -> Iterator[Item]:
        """Yield the paragraphs and tables in ``container``; in cells and furniture, tables are lines."""
        for item in through(container):
            if item.tag == W + "p":
                yield from self._paragraph(item, kind)
            elif item.tag == W + "tbl":
                yield from self._end_held(kind)
                if self.centred and kind == "paragraph":
                    self.centred = False
                    yield Gap()
                shape = read_shape(item, self.styles, not self.begun)
                yield from self._table(shape, kind)
        yield from self._end_held(kind)

    def _end_held(self, kind: Kind) -> Iterator[Item]:
        if self.held is not None:
            words, self.held = self.held, None
            yield from self._pieces(words, "", kind)

    def _paragraph(self, paragraph: Element, kind: Kind) -> Iterator[Item]:
        style = self.styles.style(paragraph)
        words = self.held or Words(self.styles, self._cite, self._comment)
        self.held = None
        words.add(paragraph, style)
        if deleted_mark(paragraph):
            self.held = words
            return
        label = self.numbering.label(self.styles.numbered(paragraph, style))
        if kind != "paragraph":
            yield from self._pieces(words, label, kind)
            return
        if switch(paragraph, "pPr", "pageBreakBefore"):
            yield Gap(page=True)
        printed: Kind = "paragraph"
        if self.styles.name(style).startswith("toc "):
            printed = "furniture"
        elif words.text.strip() and self.styles.centred(paragraph, style):
            printed = "line"  # titles are set in several paragraphs, one below another
        if self.centred and printed != "line":
            yield Gap()
        self.centred = printed == "line"
        yield from self._pieces(words, label, printed)
        if child(paragraph, "pPr", "sectPr") is not None:
            self.section += 1
            if self.starts[self.section : self.section + 1] != ["continuous"]:
                yield Gap(page=True)

    def _pieces(self, words: Words, label: str, kind: Kind) -> Iterator[Item]:
        """Yield what a paragraph prints: a piece, or a line for each of its lines, and its text boxes behind it."""
        asides, text = words.asides, words.text
        if not text.strip():
            # an empty paragraph of a table prints its number, which numbers the row; elsewhere it is a slip
            text, label = (label, "") if kind == "cell" and not asides else (text, "")
        pages = text.split(PAGE_TURN)
        broken = kind == "paragraph" and "\n" in text.replace(PAGE_TURN, "\n").strip()
        for turn, page in enumerate(pages):
            if turn and kind in ("paragraph", "line"):
                yield Gap(page=True)
            for line in page.split("\n"):
                if line.strip():
                    self.begun = self.begun or kind != "furniture"
                    yield Piece(label + (line.lstrip() if label else line), "line" if broken else kind, asides=asides)
                    label, asides = "", ()
        if asides:
            yield Piece("", kind, asides=asides)
        if broken:
            yield Gap()
        for box in words.boxes:
            if kind in ("paragraph", "line"):
                yield Gap()
            yield from self.blocks(box, kind)

    # ------------------------------------------------------------ tables

    def _table(self, shape: TableShape, kind: Kind) -> Iterator[Item]:
        for why, row in shape.gone:
            yield Piece("", asides=((why, _all_words(row)),))
        if kind in ("paragraph", "line") and shape.form == "grid":
            yield Grid(tuple({place.column: self._cell(place) for place in row} for row in shape.rows), shape.width)
            return
        apart = kind in ("paragraph", "line") and shape.form == "layout"
        if apart:
            yield Gap()
        for place in (place for row in shape.rows for place in row):
            yield from self._place(place, "line" if apart else kind)
            if apart:
                yield Gap()

    def _cell(self, place: Place) -> Cell:
        return Cell(tuple(item for item in self._place(place, "cell") if isinstance(item, Piece)), place.rows, place.columns)

    def _place(self, place: Place, kind: Kind) -> Iterator[Item]:
        yield from self.blocks(place.cell, kind)
        hidden: tuple[tuple[AsideKind, str], ...] = tuple(("hidden", words) for cell in place.merged if (words := _all_words(cell)))
        if hidden:
            yield Piece("", kind, asides=hidden)

    # ------------------------------------------------------------ notes, comments, heads and feet

    def _cite(self, kind: str, name: str) -> str:
        if name not in self.notes[kind]:
            return ""
        return f"[{self.cited.setdefault((kind, name), len(self.cited) + 1)}]"

    def _note(self, kind: str, name: str) -> Iterator[Piece]:
        printed = f"[{self.cited[kind, name]}] "
        for piece in self._furnished(self.notes[kind][name]):
            yield replace(piece, words=printed + piece.words.lstrip()) if piece.words.strip() else piece
            printed = "" if piece.words.strip() else printed

    def _comment(self, name: str) -> str:
        return "\n".join(_all_words(p) for p in self.comments[name].iter(W + "p")) if name in self.comments else ""

    def _furnished(self, part: Element) -> list[Piece]:
        return [item for item in self.blocks(part, "furniture") if isinstance(item, Piece)]

    def _furniture(self, section: Element) -> Iterator[Element]:
        for reference in section:
            if reference.tag in (W + "headerReference", W + "footerReference"):
                part = self.package.linked(reference.get(R + "id"))
                if part is not None:
                    yield part

    def _letterhead(self, section: Element) -> Element | None:
        """Return the head of the first page where it is more than a running head: some offices keep their letterhead there."""
        if not switch(section, "titlePg"):
            return None
        for reference in section.findall(W + "headerReference"):
            if reference.get(W + "type") == "first":
                part = self.package.linked(reference.get(R + "id"))
                lines = [p for p in (part.iter(W + "p") if part is not None else ()) if any(map(str.isalpha, _all_words(p)))]
                return part if len(lines) >= _LETTERHEAD_LINES else None
        return None


def _by_id(part: Element | None) -> dict[str, Element]:
    return {item.get(W + "id", ""): item for item in part if item.get(W + "type", "normal") == "normal"} if part is not None else {}


def _all_words(element: Element) -> str:
    """Return all letters in ``element``, seen or not."""
    return "".join(t.text or "" for t in element.iter(W + "t", W + "delText")).strip()

"""A letter becomes a DOCX as an office makes it: a letterhead in a table without lines, automatic numbering, a page number on top."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as PackagePart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run
from lxml import etree

from benchmarks.letter import Columns, Letter, Paragraph, Turn
from benchmarks.word_lists import Place, add_lists, plan

FONT: Final = "Tinos"
_NOTE_NUMBER: Final = "footnote reference"
_PIECES = re.compile(r"(\*+|~~|\[\d{1,3}\])")
_WIDTHS: Final = {"letterhead": (6.2, 10.3), "greeting": (4.5, 12.0), "foot": (8.2, 8.3)}


def write_docx(letter: Letter, target: Path | BytesIO) -> tuple[int, int]:
    """Write ``letter`` to ``target``; return how many markers Word numbers by itself, and how many there are."""
    document = Document()
    _page(document)
    body = [part for part in letter.parts if isinstance(part, Paragraph) and part.style == "body"]
    places, lists = plan([part.marker for part in body])
    numbers = add_lists(document, lists)
    place_of = dict(zip(map(id, body), places, strict=True))
    notes: dict[str, int] = {}
    for part in letter.parts:
        if isinstance(part, Turn):
            document.add_section(WD_SECTION.NEW_PAGE)
        elif isinstance(part, Columns):
            _columns(document, part, letter, notes)
        else:
            place = place_of.get(id(part))
            paragraph = document.add_paragraph()
            if part.style == "body":
                _number(paragraph, place, numbers)
            _set(paragraph, part)
            typed = f"{part.marker} " if part.marker and place is None else ""
            _runs(paragraph, typed + part.text, letter, notes)
    if notes:
        _footnotes(document, letter, notes)
    document.save(target if isinstance(target, BytesIO) else str(target))
    return sum(place is not None for place in places), sum(bool(part.marker) for part in body)


def _page(document: Any) -> None:
    """A4, margins and letters of Decree 30/2020/NĐ-CP; the page number stands on top from the second page on."""
    style = document.styles["Normal"]
    style.font.name = FONT
    style.font.size = Pt(13.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.element.rPr.rFonts.set(qn("w:cs"), FONT)
    style.paragraph_format.space_after = Pt(0)
    number = document.styles.add_style(_NOTE_NUMBER, WD_STYLE_TYPE.CHARACTER)
    number.font.superscript = True
    number.element.set(qn("w:styleId"), "FootnoteReference")
    note = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    note.font.size = Pt(10)
    note.element.set(qn("w:styleId"), "FootnoteText")
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = words
        run._r.append(element)


def _set(paragraph: WordParagraph, part: Paragraph) -> None:
    form = paragraph.paragraph_format
    form.space_before = Pt(6)
    if part.style == "body":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        form.first_line_indent = Cm(1.27)
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _number(paragraph: WordParagraph, place: Place | None, numbers: list[int]) -> None:
    if place:
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{place.level}"/><w:numId w:val="{numbers[place.list]}"/></w:numPr>')
        )


def _columns(document: Any, part: Columns, letter: Letter, notes: dict[str, int]) -> None:
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS[part.use], strict=True):
        column.width = Cm(width)
    for left, right in part.rows:
        cells = table.add_row().cells
        for cell, width, lines, side in zip(cells, _WIDTHS[part.use], (left, right), ("left", "right"), strict=True):
            cell.width = Cm(width)
            for number, line in enumerate(lines):
                paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                if part.use == "letterhead" or (part.use == "foot" and side == "right"):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                elif part.use == "greeting" and side == "left":
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                if part.use == "foot" and side == "right" and number == len(lines) - 1 and number:
                    paragraph.paragraph_format.space_before = Pt(60)  # room for the signature and the stamp
                size = {"letterhead": Pt(13), "foot": Pt(11) if side == "left" else None}.get(part.use)
                _runs(paragraph, line, letter, notes, size)


def _runs(paragraph: WordParagraph, text: str, letter: Letter, notes: dict[str, int], size: Pt | None = None) -> None:
    """Add ``text`` with its marks as formatting: bold, italic, struck, references to footnotes."""
    bold = italic = struck = False
    if text == "*":
        paragraph.add_run(text)
    for piece in _PIECES.split(text) if text != "*" else ():
        stars = len(piece) if piece and not piece.strip("*") else 0
        if stars:
            bold ^= stars % 4 in (2, 3)
            italic ^= stars % 2 == 1
        elif piece == "~~":
            struck = not struck
        elif piece[1:-1] in letter.notes and piece.startswith("["):
            notes.setdefault(piece[1:-1], len(notes) + 1)
            _refer(paragraph.add_run(), notes[piece[1:-1]])
        elif piece:
            run = paragraph.add_run(piece)
            run.bold, run.italic, run.font.strike, run.font.size = bold or None, italic or None, struck or None, size


def _refer(run: Run, number: int) -> None:
    run.style = _NOTE_NUMBER
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(number))
    run._r.append(reference)


def _footnotes(document: Any, letter: Letter, notes: dict[str, int]) -> None:
    """Add the part that python-docx has no means for: the footnotes, and the line above them."""
    root = parse_xml(
        f"<w:footnotes {nsdecls('w')}>"
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    for printed, number in notes.items():
        note = parse_xml(
            f'<w:footnote {nsdecls("w")} w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
            '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
            '<w:r><w:t xml:space="preserve"> </w:t></w:r></w:p></w:footnote>'
        )
        note[0][-1][-1].text = f" {letter.notes[printed]}"
        root.append(note)
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = PackagePart(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

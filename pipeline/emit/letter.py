"""Checklists as Word documents (WordprocessingML, ISO/IEC 29500), set as official texts are set.

The parts are templates of ours, not a library's: so a letter takes a millisecond, and the same checklist gives the same bytes.
"""

import io
import zipfile

from pipeline.emit.checklist import Checklist
from pipeline.emit.templates import render
from pipeline.emit.words import shorten

_PARTS = {
    "[Content_Types].xml": "content_types",
    "_rels/.rels": "package_rels",
    "docProps/core.xml": "core",
    "word/document.xml": "document",
    "word/styles.xml": "styles",
    "word/header.xml": "header",
    "word/_rels/document.xml.rels": "document_rels",
}
_TITLES = ("TT", "Nhiệm vụ", "Phối hợp", "Thời hạn", "Xong")
_WIDTHS = (567, 4253, 1985, 1701, 848)  # twentieths of a point: 165 mm, all that is between the margins
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_HEADED = 250  # characters of the unit's name


def write_letter(checklist: Checklist) -> bytes:
    """Return ``checklist`` as DOCX: a table of tasks with a box to tick for each.

    A4, margins 20, 20, 30 and 15 mm, Times New Roman 13 and 14, page number in the middle above from the second page on
    (Nghị định 30/2020/NĐ-CP, Phụ lục I, mục I).
    """
    title = f": {checklist.title}" if checklist.title else ""
    values = {
        "unit": checklist.unit,
        "heading": shorten(checklist.unit or "Chưa rõ đơn vị chủ trì", _HEADED),
        "subtitle": f"(Theo {checklist.document}{title})",
        "rows": checklist.rows,
        "titles": _TITLES,
        "widths": _WIDTHS,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as parts:
        for name, template in _PARTS.items():
            part = zipfile.ZipInfo(name, _ZIPPED)
            part.compress_type = zipfile.ZIP_DEFLATED
            parts.writestr(part, render(f"letter/{template}.xml", values).lstrip())
    return buffer.getvalue()

"""Make the Word templates that come along: pipeline/emit/templates/word/*.docx.

    python scripts/word_templates.py

Layout by Nghị định 30/2020/NĐ-CP, Phụ lục I, mục I and II: A4, margins 20, 20, 30 and 15 mm, Times New Roman 13 and 14, page number in the
middle of the top margin from the second page on. The same script gives the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FOLDER = Path(__file__).parent.parent / "pipeline" / "emit" / "templates" / "word"
CENTRE, LEFT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></cp:coreProperties>'
)
STYLES = ("Normal", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid", "Header")
# Parts of the library's own empty document that nothing here needs.
LEFT_OUT = ("thumbnail", "customXml", "stylesWithEffects", "theme", "webSettings", "numbering", "fontTable")
RELATIONS = "word/_rels/document.xml.rels"
# What a task has beside its coordinators stands in the same cell, each on its own line.
HELPERS = (
    '{%p if task.coordinators %}', '{{ task.coordinators | join("; ") }}', "{%p endif %}",
    '{%p if task.implementers %}', 'Thực hiện: {{ task.implementers | join("; ") }}', "{%p endif %}",
    '{%p if task.receivers %}', 'Báo cáo: {{ task.receivers | join("; ") }}', "{%p endif %}",
    "{%p if not (task.coordinators or task.implementers or task.receivers) %}", "", "{%p endif %}",
)  # fmt: skip
DEADLINES = ("{%p for line in task.deadlines or [''] %}", "{{ line }}", "{%p endfor %}")
PRODUCTS = (
    "{%p for line in (task.products + task.targets) or [''] %}", "{{ line }}", "{%p endfor %}",
)  # fmt: skip
Column = tuple[str, float, Sequence[str], WD_ALIGN_PARAGRAPH]  # title, width in mm, paragraphs of a cell, how they are set


def new(landscape: bool = False) -> Word:
    word = Document()
    style = word.styles["Normal"]
    style.font.size = Pt(13)
    defaults = next(word.styles.element.iter(qn("w:docDefaults")))
    for fonts in (next(defaults.iter(qn("w:rFonts"))), style.element.get_or_add_rPr().get_or_add_rFonts()):
        fonts.attrib.clear()
        for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(name), "Times New Roman")
    header = word.styles["Header"].element
    header.remove(header.find(qn("w:link")))
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    section = word.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    number_pages(section.header.paragraphs[0])
    return word


def number_pages(paragraph: Paragraph) -> None:
    paragraph.alignment = CENTRE
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), (None, "2"), ("end", "")):
        if kind is None:
            run.add_text(text)
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            words = OxmlElement("w:instrText")
            words.set(qn("xml:space"), "preserve")
            words.text = text
            run._r.append(words)


def write(place: Word | _Cell, text: str = "", alignment: WD_ALIGN_PARAGRAPH = CENTRE, **form: object) -> Paragraph:
    """Add a paragraph. ``form``: bold, italic, size (points), before, after (points), indent (mm), keep."""
    paragraph = place.add_paragraph()
    paragraph.alignment = alignment
    run = paragraph.add_run(text)
    run.bold, run.italic = bool(form.get("bold")) or None, bool(form.get("italic")) or None
    if size := form.get("size"):
        run.font.size = Pt(float(str(size)))
    paragraph.paragraph_format.space_before = Pt(float(str(form.get("before", 0))))
    paragraph.paragraph_format.space_after = Pt(float(str(form.get("after", 0))))
    if indent := form.get("indent"):
        paragraph.paragraph_format.first_line_indent = Mm(float(str(indent)))
    paragraph.paragraph_format.keep_with_next = bool(form.get("keep")) or None
    return paragraph


def rule(place: Word | _Cell, indent: float) -> None:
    """Draw a line under what stands above, shorter than the column by ``indent`` mm on each side."""
    paragraph = write(place, size=3)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    mark = OxmlElement("w:rPr")  # the paragraph's own mark decides how tall an empty one is
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "6")
    mark.append(size)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.append(mark)


def clear(cell: _Cell) -> None:
    cell._tc.remove(cell.paragraphs[0]._p)


def letterhead(word: Word, widths: tuple[float, float], numbered: bool) -> None:
    """The two boxes on top: the organ on the left, the name of the State (or of the Party) on the right (Phụ lục I, mục II)."""
    table = grid(word, 1, widths, bordered=False)
    left, right = table.rows[0].cells
    clear(left)
    write(left, "{%p if parent %}")
    write(left, "{{ parent }}", size=12)
    write(left, "{%p endif %}")
    write(left, "{{ issuer or '…………………' }}", bold=True, size=12)
    rule(left, widths[0] / 3.2)
    if numbered:
        write(left, "Số: ……/……", size=13)
        write(left, "V/v giao thực hiện nhiệm vụ", size=12, before=4)
    clear(right)
    write(right, "{%p if party %}")
    write(right, "ĐẢNG CỘNG SẢN VIỆT NAM", bold=True, size=15)
    rule(right, widths[1] / 2 - 38)
    write(right, "{%p else %}")
    write(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    write(right, "Độc lập - Tự do - Hạnh phúc", bold=True, size=13)
    rule(right, widths[1] / 2 - 30)
    write(right, "{%p endif %}")
    if numbered:
        write(right, "{{ place or '……………' }}, ngày …… tháng …… năm ……", italic=True, size=13)


def grid(word: Word, rows: int, widths: Sequence[float], bordered: bool = True) -> Table:
    table = word.add_table(rows, len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    if bordered:
        table.style = "Table Grid"
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        unbroken = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(unbroken)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


def task_table(word: Word, columns: Sequence[Column], loop: str, grouped: bool = False, size: float = 13) -> None:
    """A table with a row for each task of ``loop``; ``grouped``: each of several documents has a title row."""
    body = ["{%tr for group in groups %}", "{%tr if groups | length > 1 %}", "group", "{%tr endif %}"] if grouped else []
    body += [f"{{%tr for task in {loop} %}}", "task", "{%tr endfor %}"] + (["{%tr endfor %}"] if grouped else [])
    table = grid(word, 1 + len(body), [width for _, width, *_ in columns])
    head = table.rows[0]
    repeated = OxmlElement("w:tblHeader")
    head._tr.get_or_add_trPr().append(repeated)
    for cell, (title, *_) in zip(head.cells, columns, strict=True):
        fill(cell, (title,), CENTRE, size, bold=True)
    for row, what in zip(table.rows[1:], body, strict=True):
        if what == "task":
            for cell, (_, _, words, alignment) in zip(row.cells, columns, strict=True):
                fill(cell, words, alignment, size)
        elif what == "group":
            whole = row.cells[0].merge(row.cells[-1])
            for extra in whole.paragraphs[1:]:
                whole._tc.remove(extra._p)
            fill(whole, ("{{ group.document }}{% if group.title %}: {{ group.title }}{% endif %}",), LEFT, size, bold=True)
        else:
            fill(row.cells[0], (what,), LEFT, size)


def fill(cell: _Cell, words: Sequence[str], alignment: WD_ALIGN_PARAGRAPH, size: float, bold: bool = False) -> None:
    """Put paragraphs into ``cell``; those that begin with "_" are in italics."""
    clear(cell)
    for text in words:
        write(cell, text.removeprefix("_"), alignment, size=size, bold=bold, italic=text.startswith("_"), before=1, after=1)


def appendix() -> Word:
    word = new(landscape=True)
    start(word)
    write(word, "{%p if issuer %}")
    letterhead(word, (107, 145), numbered=False)
    write(word, "{%p endif %}")
    write(word, "PHỤ LỤC", bold=True, size=14, before=10, keep=True)
    write(word, "{{ title | upper }}", bold=True, size=14, keep=True)
    write(word, "{%p if attached_to %}")
    write(word, "({{ attached_to }})", italic=True, size=14, keep=True)
    write(word, "{%p endif %}")
    write(word, "", size=6)
    columns = (
        ("TT", 12, ("{{ task.number }}",), CENTRE),
        ("Nội dung nhiệm vụ", 88, ("{{ task.text }}",), LEFT),
        ("Cơ quan, đơn vị chủ trì", 38, ("{{ task.leads | join('; ') }}",), LEFT),
        ("Cơ quan, đơn vị phối hợp", 48, HELPERS, LEFT),
        ("Thời hạn", 32, DEADLINES, LEFT),
        ("Sản phẩm, chỉ tiêu", 34, PRODUCTS, LEFT),
    )
    task_table(word, columns, "group.tasks", grouped=True)
    return word


def checklist() -> Word:
    word = new()
    start(word)
    write(word, "{{ title | upper }}", bold=True, size=14, keep=True)
    write(word, "{{ unit }}", bold=True, size=14, keep=True)
    write(word, "(Theo {{ document }}{% if document_title %}: {{ document_title }}{% endif %})", italic=True, size=13, after=10)
    words = (
        "{{ task.text }}", "_(mục {{ task.place }})",
        "{%p if task.whole %}", "_Cả mục: {{ task.whole }}", "{%p endif %}",
    )  # fmt: skip
    helpers = ("{%p if task.co_leads %}", "Cùng chủ trì: {{ task.co_leads | join('; ') }}", "{%p endif %}")
    columns = (
        ("TT", 10, ("{{ task.number }}",), CENTRE),
        ("Nhiệm vụ", 75, words, LEFT),
        ("Phối hợp", 35, (*helpers, *HELPERS), LEFT),
        ("Thời hạn", 30, DEADLINES, LEFT),
        ("Xong", 15, ("☐",), CENTRE),
    )
    task_table(word, columns, "tasks")
    return word


def hand_over() -> Word:
    word = new()
    start(word)
    letterhead(word, (66, 99), numbered=True)
    write(word, "Kính gửi: {{ unit }}.", size=14, before=14, after=10)
    body = {"size": 14, "indent": 10, "after": 6}
    write(word, "{%p for held in documents %}")
    write(
        word,
        "Thực hiện {{ held.document }}{% if held.issuer %} của {{ held.issuer }}{% endif %}"
        "{% if held.title %} ({{ held.title }}){% endif %}{% if loop.last %},{% else %};{% endif %}",
        BOTH,
        **body,
    )
    write(word, "{%p endfor %}")
    write(word, "{{ organ or '…………………' }} chuyển {{ unit }} các nhiệm vụ sau đây:", BOTH, **body)
    sections = (
        ("led", "Nhiệm vụ chủ trì", "Phối hợp", HELPERS),
        ("helped", "Nhiệm vụ phối hợp, tham gia thực hiện", "Chủ trì", ("{{ task.leads | join('; ') }}",)),
    )
    for name, title, others, words in sections:
        write(word, f"{{%p if {name} %}}")
        number = "I. " if name == "led" else "{% if led %}II{% else %}I{% endif %}. "
        write(word, number + title, BOTH, bold=True, size=14, indent=10, before=4, after=4, keep=True)
        task_words = ("{{ task.text }}", "_({% if documents | length > 1 %}{{ task.document }}, {% endif %}mục {{ task.place }})")
        columns = (
            ("TT", 10, ("{{ task.number }}",), CENTRE),
            ("Nội dung nhiệm vụ", 79, task_words, LEFT),
            (others, 42, words, LEFT),
            ("Thời hạn", 34, DEADLINES, LEFT),
        )
        task_table(word, columns, name)
        write(word, "{%p endif %}")
    write(word, "Đề nghị {{ unit }} tổ chức thực hiện và báo cáo kết quả đúng thời hạn./.", BOTH, **{**body, "before": 8})
    table = grid(word, 1, (65, 100), bordered=False)
    left, right = table.rows[0].cells
    clear(left)
    write(left, "Nơi nhận:", LEFT, bold=True, italic=True, size=12)
    write(left, "- Như trên;", LEFT, size=11)
    write(left, "- Lưu: VT, ……", LEFT, size=11)
    clear(right)
    write(right, "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", bold=True, size=13)
    write(right, "(Chữ ký, dấu của cơ quan)", italic=True, size=13, before=6, after=30)
    write(right, "Họ và tên", bold=True, size=14)
    return word


def start(word: Word) -> None:
    """Take away the empty paragraph that a new document may begin with."""
    for paragraph in word.paragraphs:
        paragraph._p.getparent().remove(paragraph._p)


def save(word: Word, name: str, title: str) -> None:
    """Write ``word`` with fixed times, without who made it and when, and without the preview picture."""
    for style in list(word.styles.element):
        if style.tag == qn("w:latentStyles") or (style.tag == qn("w:style") and style.get(qn("w:styleId")) not in STYLES):
            word.styles.element.remove(style)
    raw = io.BytesIO()
    word.save(raw)
    with zipfile.ZipFile(raw) as made:
        parts = {info.filename: made.read(info) for info in made.infolist()}
    parts["docProps/core.xml"] = CORE.replace("{title}", title).encode()
    for words in LEFT_OUT:
        for left_out in [part for part in parts if words in part]:
            del parts[left_out]
        for names, element in (("_rels/.rels", "Relationship"), (RELATIONS, "Relationship"), ("[Content_Types].xml", "Override")):
            parts[names] = _without(parts[names].decode(), words, element).encode()
    with zipfile.ZipFile(FOLDER / name, "w") as archive:
        for part, content in parts.items():
            info = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def _without(xml: str, words: str, element: str) -> str:
    return re.sub(rf"<{element} (?:(?!/>).)*{re.escape(words)}(?:(?!/>).)*/>", "", xml)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    save(appendix(), "phu-luc.docx", "{{ title }}")
    save(checklist(), "viec-theo-don-vi.docx", "{{ unit }}")
    save(hand_over(), "giao-viec.docx", "Giao thực hiện nhiệm vụ: {{ unit }}")


if __name__ == "__main__":
    main()

"""Word files: what a reader sees, in order, and nothing that was struck, deleted or hidden."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models import Document, SourceError
from pipeline.messages import speak
from pipeline.read.docx import read_docx
from pipeline.read.legacy_decode import encode_legacy

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    nsdecls("w", "r", "a", "wp", "pic", "m")
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


def packed(body: str, parts: dict[str, str] | None = None, styles: str = "", section: str = "") -> bytes:
    """A Word file with this body; ``parts`` are the contents of others, by the name of their relationship."""
    parts = {**(parts or {}), "styles": f"<w:styles {NAMES}>{styles}</w:styles>"}
    links = "".join(f'<Relationship Id="id-{name}" Target="{name}.xml" Type="{OFFICE}/{re.sub("[0-9]", "", name)}"/>' for name in parts)
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "_rels/.rels", f'{rels}<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
        )
        package.writestr("word/_rels/document.xml.rels", f"{rels}{links}</Relationships>")
        package.writestr("word/document.xml", f"<w:document {NAMES}><w:body>{body}{section}</w:body></w:document>")
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return stream.getvalue()


def document(body: str, parts: dict[str, str] | None = None, styles: str = "", section: str = "") -> Document:
    return read_docx(packed(body, parts, styles, section), "công văn.docx", "công văn.docx")


def lines(found: Document) -> list[str]:
    return [line for line in found.text.splitlines() if line.strip()]


def r(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def p(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content if content.startswith('<') or not content else r(content)}</w:p>"


def item(words: str, level: int = 0, of: int = 1) -> str:
    return p(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{of}"/></w:numPr>')


def level(at: int, form: str, text: str, start: int = 1, more: str = "", font: str = "") -> str:
    look = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>' if font else ""
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>{look}</w:lvl>'


def restart(at: int, start: int) -> str:
    return f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def numbering(lists: dict[int, str], numbers: dict[int, tuple[int, str]] | None = None) -> dict[str, str]:
    numbers = {n + 1: (n, "") for n in lists} | (numbers or {})
    abstract = "".join(f'<w:abstractNum w:abstractNumId="{n}">{levels}</w:abstractNum>' for n, levels in lists.items())
    own = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{a}"/>{over}</w:num>' for n, (a, over) in numbers.items())
    return {"numbering": f"<w:numbering {NAMES}>{abstract}{own}</w:numbering>"}


def labels(items: Iterable[str], parts: dict[str, str], styles: str = "") -> list[str]:
    return [line.removesuffix(" x") for line in lines(document("".join(items), parts, styles))]


def table(rows: Iterable[Iterable[str]], borders: str = "single", widths: Iterable[int] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(
        "<w:tr>" + "".join(cell if cell.startswith("<w:tc>") else f"<w:tc>{p(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows
    )
    edges = "".join(f'<w:{edge} w:val="{borders}"/>' for edge in ("top", "left", "bottom", "right", "insideH", "insideV"))
    return f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def cell(words: str, properties: str) -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(words)}</w:tc>"


def rows(found: Document, number: int = 0) -> list[list[str | None]]:
    return [[None if span is None else found.text[span.start : span.end] for span in row] for row in found.tables[number].rows]


class TestNumbering:
    def test_levels_count_and_begin_anew(self) -> None:
        parts = numbering({0: level(0, "upperRoman", "%1.") + level(1, "decimal", "%2.") + level(2, "lowerLetter", "%3)")})
        assert labels([item("x", n) for n in (0, 1, 2, 2, 1, 2, 0, 1, 2)], parts) == [
            "I.", "1.", "a)", "b)", "2.", "a)", "II.", "1.", "a)",
        ]  # fmt: skip

    def test_numbers_of_many_levels(self) -> None:
        parts = numbering(
            {0: level(0, "upperRoman", "%1.") + level(1, "decimal", "%1.%2.") + level(2, "decimal", "%1.%2.%3.", 1, "<w:isLgl/>")}
        )
        assert labels([item("x", n) for n in (0, 1, 1, 2, 0, 1, 2)], parts) == ["I.", "I.1.", "I.2.", "1.2.1.", "II.", "II.1.", "2.1.1."]

    def test_a_level_that_was_skipped_counts_as_begun(self) -> None:
        parts = numbering({0: level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2.") + level(2, "decimal", "%1.%2.%3.")})
        assert labels([item("x", n) for n in (0, 2, 1, 0)], parts) == ["1.", "1.1.1.", "1.2.", "2."]

    def test_letters_are_latin_as_word_prints_them(self) -> None:
        parts = numbering({0: level(0, "lowerLetter", "%1)")})
        assert labels([item("x")] * 28, parts) == [f"{c})" for c in "abcdefghijklmnopqrstuvwxyz"] + ["aa)", "bb)"]

    def test_a_typed_letter_between_numbered_ones(self) -> None:
        parts = numbering({0: level(0, "lowerLetter", "%1)")}, {2: (0, restart(0, 5))})
        assert labels([*[item("x")] * 4, p("đ) x"), item("x", of=2), item("x", of=2)], parts) == ["a)", "b)", "c)", "d)", "đ)", "e)", "f)"]

    def test_lists_of_one_kind_count_on_unless_started_anew(self) -> None:
        parts = numbering({0: level(0, "decimal", "%1.")}, {2: (0, ""), 3: (0, restart(0, 1))})
        assert labels([item("x", of=n) for n in (1, 1, 2, 3, 3, 1)], parts) == ["1.", "2.", "3.", "1.", "2.", "3."]

    def test_a_list_with_a_level_of_its_own(self) -> None:
        own = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "Mẫu %1.")}</w:lvlOverride>'
        parts = numbering({0: level(0, "decimal", "%1.")}, {2: (0, own)})
        assert labels([item("x", of=2), item("x", of=2)], parts) == ["Mẫu A.", "Mẫu B."]

    @pytest.mark.parametrize(("until", "expected"), [("0", ["a)", "b)", "c)"]), ("1", ["a)", "b)", "a)"])])
    def test_a_level_that_goes_on(self, until: str, expected: list[str]) -> None:
        levels = (
            level(0, "decimal", "Điều %1.")
            + level(1, "decimal", "%2.")
            + level(2, "lowerLetter", "%3)", 1, f'<w:lvlRestart w:val="{until}"/>')
        )
        found = labels([item("x", n) for n in (0, 1, 2, 1, 2, 0, 1, 2)], numbering({0: levels}))
        assert [label for label in found if label.endswith(")")] == expected

    @pytest.mark.parametrize(
        ("form", "start", "printed"),
        [
            ("decimal", 0, "0"), ("decimalZero", 7, "07"), ("upperRoman", 49, "XLIX"), ("lowerRoman", 9, "ix"), ("upperLetter", 3, "C"),
            ("none", 1, ""), ("vietnameseCounting", 4, "bốn"), ("decimalEnclosedCircle", 2, "②"), ("someday", 3, "3"),
            ("lowerLetter", 2_000_000_000, "2000000000"),
        ],
    )  # fmt: skip
    def test_forms(self, form: str, start: int, printed: str) -> None:
        assert labels([item("x")], numbering({0: level(0, form, "%1.", start)})) == [f"{printed}."]

    def test_forms_of_later_words(self) -> None:
        own = '<mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        own = f'<mc:AlternateContent>{own}<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
        one = f'<w:lvl w:ilvl="0"><w:start w:val="4"/>{own}<w:lvlText w:val="%1."/></w:lvl>'
        assert labels([item("x")], numbering({0: one})) == ["004."]

    @pytest.mark.parametrize(
        ("text", "font", "printed"),
        [
            ("-", "", "-"), ("+", "Times New Roman", "+"), ("\uf0b7", "Symbol", "•"), ("\uf02d", "Symbol", "-"),
            ("\uf0a7", "Wingdings", "▪"),
            ("o", "Courier New", "o"), ("\uf0d8", "Wingdings", "➢"), ("\uf0fc", "Wingdings", "✓"), ("", "Symbol", "•"),
        ],
    )  # fmt: skip
    def test_bullets(self, text: str, font: str, printed: str) -> None:
        assert labels([item("x")], numbering({0: level(0, "bullet", text, font=font)})) == [printed]

    def test_numbering_by_style(self) -> None:
        parts = numbering({0: level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)", 1, '<w:pStyle w:val="Diem"/>')})
        numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        styles = (
            f'<w:style w:type="paragraph" w:styleId="Khoan">{numbered}</w:style>'
            '<w:style w:type="paragraph" w:styleId="Sau"><w:basedOn w:val="Khoan"/></w:style>'
            f'<w:style w:type="paragraph" w:styleId="Diem">{numbered}</w:style>'
            '<w:style w:type="paragraph" w:styleId="Vong"><w:basedOn w:val="Vong"/></w:style>'
        )
        body = [p("x", f'<w:pStyle w:val="{style}"/>') for style in ("Khoan", "Diem", "Diem", "Sau", "Vong", "Khong")]
        off = p("x", '<w:pStyle w:val="Khoan"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>')
        assert labels([*body, off, body[0]], parts, styles) == ["1.", "a)", "b)", "2.", "x", "x", "x", "3."]

    def test_a_list_named_by_a_list_style(self) -> None:
        styles = '<w:style w:type="numbering" w:styleId="DS"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        parts = numbering({0: level(0, "decimal", "%1.") + '<w:styleLink w:val="DS"/>', 1: '<w:numStyleLink w:val="DS"/>'})
        assert labels([item("x", of=1), item("x", of=2)], parts, styles) == ["1.", "2."]

    def test_empty_paragraphs_are_counted_but_print_no_stray_number(self) -> None:
        parts = numbering({0: level(0, "decimal", "%1.")})
        assert labels([item("x"), item(""), item("x")], parts) == ["1.", "3."]

    def test_empty_numbered_cells_number_the_rows(self) -> None:
        parts = numbering({0: level(0, "decimal", "%1")})
        empty = f"<w:tc>{item('')}</w:tc>"
        found = document(p("Phụ lục") + table([["TT", "Nhiệm vụ"], [empty, "Rà soát"], [empty, "Báo cáo"]]), parts)
        assert rows(found) == [["TT", "Nhiệm vụ"], ["1", "Rà soát"], ["2", "Báo cáo"]]

    def test_what_a_list_lacks_prints_nothing(self) -> None:
        assert labels([item("x", of=9), item("x", 5), item("x", of=2)], numbering({0: level(0, "none", "")}, {2: (7, "")})) == ["x"] * 3


class TestWords:
    def test_what_only_wraps_words_is_looked_through(self) -> None:
        body = p(
            r("Giao ") + f"<w:hyperlink>{r('Sở Y tế')}</w:hyperlink><w:smartTag>{r(' chủ trì')}</w:smartTag>"
            f"<w:sdt><w:sdtPr/><w:sdtContent>{r(', phối hợp')}</w:sdtContent></w:sdt><w:customXml>{r(' với')}</w:customXml>"
            f"<w:fldSimple w:instr=' REF x '>{r(' Sở Nội vụ')}</w:fldSimple><m:oMath><m:r><m:t> đủ</m:t></m:r></m:oMath>"
        )
        assert lines(document(f"<w:sdt><w:sdtContent>{body}</w:sdtContent></w:sdt>")) == ["Giao Sở Y tế chủ trì, phối hợp với Sở Nội vụ đủ"]

    def test_signs(self) -> None:
        signs = (
            '<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t><w:softHyphen/><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
        )
        odd = '<w:r><w:sym w:font="Wingdings" w:char="xx"/><w:t> d&#10;e</w:t></w:r>'
        assert lines(document(p(signs + odd))) == ["a\tb-c≥ d e"]

    def test_a_line_break_makes_lines_and_a_page_break_a_page(self) -> None:
        found = document(p("Trước") + p('<w:r><w:t>một</w:t><w:br/><w:t>hai</w:t><w:br w:type="page"/><w:t>ba</w:t></w:r>') + p("Sau"))
        assert (
            found.text.split("\n\n") == ["Trước", "một\nhai\n\fba\n", "Sau", "\n"] or found.text == "Trước\n\nmột\nhai\n\fba\n\nSau\n\n\n"
        )
        assert [block.kind for block in found.blocks] == ["paragraph", "line", "line", "line", "paragraph"]

    def test_the_number_of_a_broken_paragraph_is_printed_once(self) -> None:
        parts = numbering({0: level(0, "decimal", "%1.")})
        assert lines(document(item("<w:r><w:t>một</w:t><w:br/><w:t>hai</w:t></w:r>"), parts)) == ["1. một", "hai"]

    def test_lines_in_the_middle_stand_one_below_another(self) -> None:
        middle = '<w:jc w:val="center"/>'
        found = document(
            p("KẾ HOẠCH", middle) + p("Phòng, chống dịch", middle) + p("Căn cứ chỉ đạo") + p("Chương I", middle) + p("", middle) + p("x")
        )
        assert found.text.startswith("KẾ HOẠCH\nPhòng, chống dịch\n\nCăn cứ chỉ đạo\n\nChương I\n\nx")

    def test_fields_show_their_result(self) -> None:
        def sign(kind: str) -> str:
            return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

        code = "<w:r><w:instrText> REF a </w:instrText></w:r>"
        inner = sign("begin") + code + sign("separate") + r("ẩn") + sign("end")
        body = r("trước ngày ") + sign("begin") + code + inner + sign("separate") + r("15/9") + sign("end") + r("/2021")
        found = document(p(body) + p(sign("begin") + sign("separate") + r("mở")) + p(sign("end") + r("đóng")))
        assert lines(found) == ["trước ngày 15/9/2021", "mở", "đóng"]
        assert [(a.kind, a.words) for a in found.asides] == [("hidden", "ẩn")]

    def test_where_the_file_lies_on_a_disk_is_no_word_of_it(self) -> None:
        code = "<w:r><w:instrText> FILENAME </w:instrText></w:r><w:r><w:instrText>\\p </w:instrText></w:r>"
        signs = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
        named = signs["begin"] + code + signs["separate"] + r("D:\\Van ban\\in.doc") + signs["end"]
        simple = f'<w:fldSimple w:instr="filename">{r("in.doc")}</w:fldSimple>'
        found = document(p(r("Lưu: VT") + named + simple + r(", TH")))
        assert lines(found) == ["Lưu: VT, TH"] and not found.asides

    @pytest.mark.parametrize(
        ("before", "raised", "behind", "read"),
        [
            ("năm 2030", "1", " theo", "năm 2030[1] theo"),
            ("Nghị quyết", "(12)", ".", "Nghị quyết[12]."),
            ("120 m", "2", " đất", "120 m2 đất"),
            ("5km", "2", "", "5km2"),
            ("30", "0", "C", "30°C"),
            ("bảng 5", "2", "", "bảng 5[2]"),
            ("", "1", "Lưu ý", "[1] Lưu ý"),
            ("n", "th", "", "nth"),
        ],
    )
    def test_raised_numbers_do_not_run_into_others(self, before: str, raised: str, behind: str, read: str) -> None:
        assert lines(document(p(r(before) + r(raised, '<w:vertAlign w:val="superscript"/>') + r(behind)))) == [read]

    def test_capitals_by_look(self) -> None:
        assert lines(document(p(r("Ủy ban nhân dân ", "<w:caps/>") + r("xã", '<w:caps w:val="0"/>')))) == ["ỦY BAN NHÂN DÂN xã"]

    @pytest.mark.parametrize(("font", "encoding"), [(".VnTime", "tcvn3"), ("VNI-Times", "vni-windows")])
    def test_old_fonts(self, font: str, encoding: str) -> None:
        words = "Giao Phòng Nội vụ chủ trì, phối hợp với các đơn vị rà soát, báo cáo Ủy ban nhân dân trước ngày 30/6/2009"
        old = encode_legacy(words, encoding)
        look = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'
        half = len(old) // 2
        found = document(p(r(old[:half], look) + r(old[half:], look)) + p(r("Đã có Unicode", look)))
        assert [line.lower() for line in lines(found)] == [words.lower(), "đã có unicode"]

    def test_capitals_by_look_in_an_old_font(self) -> None:
        old = encode_legacy("Phòng Nội vụ chủ trì, phối hợp với các đơn vị báo cáo", "tcvn3")
        assert lines(document(p(r(old, '<w:rFonts w:hAnsi=".VnTime"/><w:caps/>')))) == [
            "PHÒNG NỘI VỤ CHỦ TRÌ, PHỐI HỢP VỚI CÁC ĐƠN VỊ BÁO CÁO"
        ]


class TestAsides:
    def test_a_struck_number_is_not_the_number(self) -> None:
        found = document(p(r("Số: ") + r("4", "<w:strike/>") + r("5", "<w:dstrike/>") + r("49/UBND-VX")))
        assert lines(found) == ["Số: 49/UBND-VX"]
        assert [(a.kind, a.words) for a in found.asides] == [("struck", "45")]

    def test_words_beside_struck_ones_stay_apart(self) -> None:
        assert lines(document(p(r("trước") + r(" ngày 5 ", "<w:strike/>") + r("ngày 6")))) == ["trước ngày 6"]

    def test_hidden_words(self) -> None:
        styles = '<w:style w:type="character" w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>'
        body = p(
            r("thấy")
            + r("ẩn", "<w:vanish/>")
            + r("kín", '<w:rStyle w:val="An"/>')
            + r(" rõ", '<w:rStyle w:val="An"/><w:vanish w:val="false"/>')
        )
        found = document(body, styles=styles)
        assert lines(found) == ["thấy rõ"]
        assert document(p(r("a") + r("  ", "<w:vanish/>") + r("b"))).asides == ()
        assert [(a.kind, a.words) for a in found.asides] == [("hidden", "ẩnkín")]

    def test_a_style_that_strikes_inside_one_that_strikes(self) -> None:
        look = "<w:rPr><w:strike/></w:rPr>"
        styles = f'<w:style w:type="character" w:styleId="G">{look}</w:style><w:style w:type="paragraph" w:styleId="H">{look}</w:style>'
        found = document(p(r("bỏ") + r("còn", '<w:rStyle w:val="G"/>'), '<w:pStyle w:val="H"/>'), styles=styles)
        assert lines(found) == ["còn"]

    def test_tracked_changes_read_as_accepted(self) -> None:
        body = p(
            r("hoàn thành trước ngày ") + f"<w:del>{r('10').replace('w:t', 'w:delText')}</w:del><w:ins>{r('15')}</w:ins>" + r("/9; ")
            + f"<w:moveFrom>{r('đi')}</w:moveFrom><w:moveTo>{r('đến')}</w:moveTo>"
        )  # fmt: skip
        found = document(body)
        assert lines(found) == ["hoàn thành trước ngày 15/9; đến"]
        assert [(a.kind, a.words) for a in found.asides] == [("deleted", "10"), ("deleted", "đi")]

    def test_a_deleted_end_joins_two_paragraphs(self) -> None:
        parts = numbering({0: level(0, "decimal", "%1.")})
        gone = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr>'
        whole = p(f"<w:del>{r('cũ')}</w:del>", gone)
        found = document(whole + p(r("Giao "), gone) + item("Sở Y tế") + item("hai") + p("cuối", "<w:rPr><w:del/></w:rPr>"), parts)
        assert lines(found) == ["1. Giao Sở Y tế", "2. hai", "cuối"]
        assert [(a.kind, a.words) for a in found.asides] == [("deleted", "cũ")]

    def test_comments(self) -> None:
        comments = f'<w:comments {NAMES}><w:comment w:id="3">{p("xem lại")}</w:comment></w:comments>'
        found = document(p(r("hạn") + '<w:r><w:commentReference w:id="3"/><w:commentReference w:id="4"/></w:r>'), {"comments": comments})
        assert lines(found) == ["hạn"]
        assert [(a.kind, a.words) for a in found.asides] == [("comment", "xem lại")]

    def test_what_nobody_filled_in(self) -> None:
        control = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{r('Bấm để nhập')}</w:sdtContent></w:sdt>"
        found = document(p(r("Số: ") + control))
        assert (lines(found), [a.words for a in found.asides]) == (["Số:"], ["Bấm để nhập"])


class TestTables:
    def test_a_table_of_data(self) -> None:
        found = document(p("Phụ lục") + table([["TT", "Nhiệm vụ", "Chủ trì"], ["1", "Rà soát", "Sở Y tế"], ["2", "", "Sở Tài chính"]]))
        assert rows(found) == [["TT", "Nhiệm vụ", "Chủ trì"], ["1", "Rà soát", "Sở Y tế"], ["2", None, "Sở Tài chính"]]
        assert "1 | Rà soát | Sở Y tế" in found.text
        assert {block.kind for block in found.blocks[1:]} == {"cell"}

    def test_merged_cells(self) -> None:
        begin, go_on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
        found = document(
            p("Phụ lục")
            + table(
                [["a", cell("b", wide)], [cell("c", begin), "d", "e"], [cell("", go_on), "f", "g"], [cell("h", '<w:gridSpan w:val="3"/>')]]
            )
        )
        assert rows(found) == [["a", "b", "b"], ["c", "d", "e"], ["c", "f", "g"], ["h", "h", "h"]]

    def test_words_under_a_merged_cell_are_hidden(self) -> None:
        found = document(p("x") + table([[cell("c", '<w:vMerge w:val="restart"/>'), "d"], [cell("khuất", "<w:vMerge/>"), "f"]]))
        assert rows(found) == [["c", "d"], ["c", "f"]]
        assert [(a.kind, a.words) for a in found.asides] == [("hidden", "khuất")]

    def test_columns_that_were_drawn_by_hand(self) -> None:
        one = ["TT", cell("Việc", '<w:gridSpan w:val="2"/>'), "Hạn"]
        two = [cell("1", '<w:gridSpan w:val="2"/>'), "Rà soát", "quý I"]
        found = document(p("x") + table([one, two], widths=(900, 80, 4000, 2000)))
        assert rows(found) == [["TT", "Việc", "Hạn"], ["1", "Rà soát", "quý I"]]

    def test_a_column_before_which_nothing_stands(self) -> None:
        late = '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("b", "") + "</w:tr>"
        found = document(p("x") + table([["TT", "Việc"], ["1", "a"]]).replace("</w:tbl>", late + "</w:tbl>"))
        assert rows(found) == [["TT", "Việc"], ["1", "a"], [None, "b"]]

    def test_a_letterhead_is_lines_left_before_right(self) -> None:
        left = f"<w:tc>{p('ỦY BAN NHÂN DÂN')}{p('XÃ HOA SEN')}</w:tc>"
        for borders in ("none", "single"):
            found = document(table([[left, "CỘNG HÒA"], ["Số: 5/KH-UBND", "Hoa Sen, ngày 3"]], borders) + p("Kính gửi"))
            assert lines(found) == ["ỦY BAN NHÂN DÂN", "XÃ HOA SEN", "CỘNG HÒA", "Số: 5/KH-UBND", "Hoa Sen, ngày 3", "Kính gửi"]
            assert found.tables == ()
            assert [block.kind for block in found.blocks] == ["line"] * 5 + ["paragraph"]

    def test_a_foot_without_lines_is_no_table(self) -> None:
        found = document(p("x") + table([["Nơi nhận:", "CHỦ TỊCH"], ["- Như trên;", "Lê Văn An"]], "nil"))
        assert found.tables == ()

    def test_data_without_lines(self) -> None:
        found = document(p("x") + table([[str(n), "việc", "đơn vị", "hạn"] for n in range(3)], "none"))
        assert len(found.tables[0].rows) == 3

    def test_lines_of_single_cells(self) -> None:
        side = '<w:tcBorders><w:left w:val="single"/><w:right w:val="single"/></w:tcBorders>'
        bare = table([[cell("a", side), cell("b", side)], [cell("c", side), cell("d", side)]], "nil")
        assert rows(document(p("x") + bare)) == [["a", "b"], ["c", "d"]]

    def test_lines_of_the_style(self) -> None:
        style = (
            '<w:style w:type="table" w:styleId="L"><w:tblPr><w:tblBorders><w:insideV w:val="single"/></w:tblBorders></w:tblPr></w:style>'
        )
        body = re.sub(r"<w:tblBorders>.*</w:tblBorders>", '<w:tblStyle w:val="L"/>', table([["a", "b"], ["c", "d"]]))
        assert rows(document(p("x") + body, styles=style)) == [["a", "b"], ["c", "d"]]

    def test_a_frame_is_paragraphs_and_what_stands_in_it(self) -> None:
        inner = table([["TT", "Việc"], ["1", "a"]])
        found = document(table([[f"<w:tc>{p('Trong khung')}{inner}{p('')}</w:tc>"]]) + p("Ngoài"))
        assert lines(found)[0] == "Trong khung"
        assert rows(found) == [["TT", "Việc"], ["1", "a"]]
        assert found.blocks[0].kind == "paragraph"

    def test_a_table_inside_a_cell_is_its_lines(self) -> None:
        inner = f"<w:tc>{p('gồm')}{table([['a', 'b'], ['c', 'd']])}{p('')}</w:tc>"
        assert rows(document(p("x") + table([["TT", "Việc"], ["1", inner]]))) == [["TT", "Việc"], ["1", "gồm\na\nb\nc\nd"]]

    def test_a_row_wider_than_word_can_draw_is_lines(self) -> None:
        found = document(p("x") + table([[str(n) for n in range(70)], ["a", "b"]]))
        assert (len(found.tables), len(lines(found))) == (0, 73)

    def test_deleted_and_hidden_rows(self) -> None:
        odd = "".join(f"<w:tr><w:trPr><w:{why}/></w:trPr>{cell(why, '')}{cell('y', '')}</w:tr>" for why in ("del", "hidden"))
        found = document(p("x") + table([["TT", "Việc"], ["1", "a"]]).replace("</w:tbl>", odd + "</w:tbl>"))
        assert len(found.tables[0].rows) == 2
        assert [(a.kind, a.words) for a in found.asides] == [("deleted", "dely"), ("hidden", "hiddeny")]


def box(words: str) -> str:
    return f"<w:txbxContent>{p(words)}</w:txbxContent>"


class TestElsewhere:
    def test_a_text_box_is_read_once(self) -> None:
        new = (
            f"<w:drawing><wp:anchor><a:graphic><wps:wsp><wps:txbx>{box('HỎA TỐC')}</wps:txbx></wps:wsp></a:graphic></wp:anchor></w:drawing>"
        )
        old = f"<w:pict><v:shape><v:textbox>{box('HỎA TỐC')}</v:textbox></v:shape></w:pict>"
        both = f"<mc:AlternateContent><mc:Choice Requires='wps'>{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
        for drawing in (both, old, new):
            assert lines(document(p(f"<w:r>{drawing}</w:r>" + r("Kính gửi")))) == ["Kính gửi", "HỎA TỐC"]

    def test_a_box_whose_choice_has_no_words(self) -> None:
        old = f"<w:pict><v:shape><v:textbox>{box('MẬT')}</v:textbox></v:shape></w:pict>"
        both = (
            f"<mc:AlternateContent><mc:Choice Requires='wpc'><w:drawing/></mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
        )
        assert lines(document(p(f"<w:r>{both}</w:r>"))) == ["MẬT"]

    def test_notes_stand_at_the_end(self) -> None:
        notes = {
            name: f'<w:{name} {NAMES}><w:{name[:-1]} w:id="0" w:type="separator">{p("---")}</w:{name[:-1]}>'
            f'<w:{name[:-1]} w:id="2">{p(words)}</w:{name[:-1]}></w:{name}>'
            for name, words in (("footnotes", "Chân trang"), ("endnotes", "Cuối bài"))
        }
        cited = '<w:r><w:footnoteReference w:id="2"/></w:r>' + r(" và") + '<w:r><w:endnoteReference w:id="2"/></w:r>'
        found = document(p(r("năm 2030") + cited) + p("Hết"), notes)
        assert lines(found) == ["năm 2030[1] và[2]", "Hết", "[1] Chân trang", "[2] Cuối bài"]
        assert [block.kind for block in found.blocks] == ["paragraph", "paragraph", "furniture", "furniture"]

    def test_heads_and_feet_of_pages_are_furniture_once(self) -> None:
        parts = {
            name: f"<w:hdr {NAMES}>{p(words)}</w:hdr>"
            for name, words in (("header1", "KẾ HOẠCH"), ("header2", "KẾ HOẠCH"), ("footer1", "2"))
        }
        refs = "".join(f'<w:{name[:-1]}Reference w:type="default" r:id="id-{name}"/>' for name in parts)
        found = document(p("Nội dung"), parts, section=f"<w:sectPr>{refs}</w:sectPr>")
        assert [(found.text[b.span.start : b.span.end], b.kind) for b in found.blocks] == [
            ("Nội dung", "paragraph"), ("KẾ HOẠCH", "furniture"), ("2", "furniture"),
        ]  # fmt: skip

    def test_a_letterhead_in_the_head_of_the_first_page(self) -> None:
        head = {"header1": f"<w:hdr {NAMES}>{p('TRƯỜNG A')}{p('PHÒNG B')}{p('Số: 5/TB')}</w:hdr>"}
        section = '<w:sectPr><w:headerReference w:type="first" r:id="id-header1"/><w:titlePg/></w:sectPr>'
        found = document(p("Nội dung"), head, section=section)
        assert lines(found) == ["TRƯỜNG A", "PHÒNG B", "Số: 5/TB", "Nội dung"]

    def test_a_table_of_contents_is_furniture(self) -> None:
        styles = '<w:style w:type="paragraph" w:styleId="ML1"><w:name w:val="toc 1"/></w:style>'
        found = document(p("I. Mục tiêu 1", '<w:pStyle w:val="ML1"/>') + p("I. Mục tiêu"), styles=styles)
        assert [block.kind for block in found.blocks] == ["furniture", "paragraph"]

    def test_pages_turn(self) -> None:
        found = document(
            p("a") + p("b", "<w:pageBreakBefore/>") + p("c", "<w:sectPr/>") + p("d", "<w:sectPr/>") + p("e"),
            section='<w:sectPr><w:type w:val="continuous"/></w:sectPr>',
        )
        assert re.sub(r"\n+", " ", found.text).split() == ["a", "b", "c", "d", "e"]
        assert [part.strip() for part in found.text.split("\f")] == ["a", "b\n\nc", "d\n\ne"]


class TestFiles:
    def test_a_file_of_python_docx(self) -> None:
        made = docx.Document()
        made.add_paragraph("Giao Sở Y tế", style="List Number")
        made.add_paragraph("Giao Sở Nội vụ", style="List Number")
        made.add_paragraph("báo cáo", style="List Bullet")
        grid = made.add_table(2, 2, style="Table Grid")
        for n, place in enumerate(c for row in grid.rows for c in row.cells):
            place.text = f"ô {n}"
        made.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>CÔNG VĂN</w:t></w:r></w:p>"))
        stream = io.BytesIO()
        made.save(stream)
        found = read_docx(stream.getvalue(), "a.docx", "a.docx")
        assert lines(found)[:4] == ["CÔNG VĂN", "1. Giao Sở Y tế", "2. Giao Sở Nội vụ", "• báo cáo"]
        assert rows(found) == [["ô 0", "ô 1"], ["ô 2", "ô 3"]]
        assert found.source.media_type.endswith("wordprocessingml.document")

    def test_the_strict_form_of_the_standard(self) -> None:
        def strict(raw: bytes) -> bytes:
            for old, new in (
                (b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"),
                (
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                ),
            ):
                raw = raw.replace(old, new)
            return raw

        parts = numbering({0: level(0, "decimal", "%1.")})
        assert lines(read_docx(repacked(packed(item("x"), parts), lambda _, raw: strict(raw)), "a", "a")) == ["1. x"]

    def test_names_in_the_way_of_windows_and_dangling_pictures(self) -> None:
        raw = repacked(
            packed(p("chữ")), lambda _, raw: raw.replace(b'Target="styles.xml"', b'Target="NULL"'), lambda name: name.replace("/", "\\")
        )
        assert lines(read_docx(raw, "a", "a")) == ["chữ"]

    def test_a_file_with_macros_says_so(self) -> None:
        raw = io.BytesIO(packed(p("x")))
        with zipfile.ZipFile(raw, "a") as package:
            package.writestr("word/vbaProject.bin", b"\0")
        assert "macroEnabled" in read_docx(raw.getvalue(), "a", "a").source.media_type

    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            (b"PK\x03\x04 cut", "broken"),
            (packed(p("x"))[:-40], "broken"),
            (packed("<w:p><w:r>"), "broken"),
            (packed(p("x"), {"numbering": "<w:numbering"}), "broken"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
            (packed(""), "empty"),
            (packed(p("<w:r><w:drawing/></w:r>")), "docx-pictures"),
            (packed('<w:altChunk r:id="a"/>'), "docx-embedded"),
        ],
    )
    def test_what_cannot_be_read(self, raw: bytes, code: str) -> None:
        with pytest.raises(SourceError, match=r"kh\.docx") as caught:
            read_docx(raw, "kh.docx", "kh.docx")
        assert caught.value.code == code

    def test_a_package_of_something_else(self) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            package.writestr("xl/workbook.xml", "<workbook/>")
        with pytest.raises(SourceError) as caught:
            read_docx(stream.getvalue(), "a", "a")
        assert caught.value.code == "docx-bodiless"


def repacked(raw: bytes, change: Callable[[str, bytes], bytes], rename: Callable[[str], str] = str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(rename(name), change(name, old.read(name)))
    return stream.getvalue()


_LEAVES = st.sampled_from(
    [
        r("chữ"), r("2", '<w:vertAlign w:val="superscript"/>'), r("bỏ", "<w:strike/>"), "<w:r><w:br/></w:r>",
        '<w:r><w:br w:type="page"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>', "<w:r><w:t/></w:r>", '<w:r><w:sym w:char="FFFFFFFF"/></w:r>',
        f"<w:r><w:pict>{box('hộp')}</w:pict></w:r>",
    ]
)  # fmt: skip
_PROPERTIES = st.sampled_from(
    [
        "", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>', '<w:numPr><w:ilvl w:val="-3"/><w:numId w:val="x"/></w:numPr>',
        "<w:rPr><w:del/></w:rPr>", '<w:jc w:val="center"/>', "<w:sectPr/>",
        '<w:numPr><w:ilvl w:val="99999999999"/><w:numId w:val="1"/></w:numPr>',
    ]
)  # fmt: skip
_PARAGRAPHS = st.builds(lambda parts, properties: p("".join(parts), properties), st.lists(_LEAVES, min_size=1, max_size=5), _PROPERTIES)
_CELL_PROPERTIES = st.sampled_from(
    [
        "",
        "<w:vMerge/>",
        '<w:vMerge w:val="restart"/>',
        '<w:gridSpan w:val="3"/>',
        '<w:gridSpan w:val="-1"/>',
        '<w:gridSpan w:val="100000000"/>',
        "<w:hMerge/>",
    ]
)
_BLOCKS = st.recursive(
    _PARAGRAPHS,
    lambda inner: st.builds(
        lambda found: table([[f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>" for content, properties in row] for row in found]),
        st.lists(st.lists(st.tuples(inner, _CELL_PROPERTIES), max_size=4), max_size=4),
    ),
    max_leaves=12,
)


@given(st.lists(_BLOCKS, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_body_is_read_or_refused(blocks: list[str]) -> None:
    parts = numbering({0: level(0, "decimal", "%1.") + level(1, "bullet", "")})
    try:
        found = document("".join(blocks), parts)
    except SourceError as fault:
        assert fault.code in ("empty", "docx-pictures")
        return
    assert all(0 <= block.span.start < block.span.end <= len(found.text) for block in found.blocks)
    assert all(len({len(row) for row in found_table.rows}) == 1 for found_table in found.tables)
    words = "".join(found.text[block.span.start : block.span.end] for block in found.blocks) + "".join(
        aside.words for aside in found.asides
    )
    assert words.count("chữ") >= "".join(blocks).count("chữ")


def test_a_picture_as_large_as_a_page_is_noted_and_a_seal_is_not() -> None:
    def made(centimetres: float) -> Document:
        picture, file = io.BytesIO(), io.BytesIO()
        Image.new("L", (60, 80), 255).save(picture, "PNG")
        written = docx.Document()
        written.add_paragraph("Giao Sở Y tế thực hiện Phụ lục kèm theo.")
        written.add_picture(picture, width=Cm(centimetres))
        written.save(file)
        return read_docx(file.getvalue(), "a.docx", "a.docx")

    assert made(15).source.notes == ("pictures",)
    assert made(3).source.notes == ()

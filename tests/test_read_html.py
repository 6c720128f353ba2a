"""Web pages become the text that a reader sees: paragraphs, lists with their numbers, tables, and nothing else."""

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Document, SourceError
from pipeline.messages import speak
from pipeline.read.html import read_html
from pipeline.read.legacy_decode import encode_legacy


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


def read(body: str | bytes) -> Document:
    raw = body if isinstance(body, bytes) else body.encode()
    return read_html(raw, "trang.html", "trang.html")


def shown(body: str | bytes) -> list[tuple[str, str]]:
    document = read(body)
    return [(block.span.cut(document.text), block.kind) for block in document.blocks]


def test_blocks_are_paragraphs_and_broken_lines_are_lines() -> None:
    page = "<h1>KẾ\n HOẠCH</h1><p>Giao <b>Sở\tY tế</b>&nbsp;chủ trì.</p>văn bản <i>rời</i><div>BỘ Y TẾ<br>CỤC A<br><br>Số: 1</div>"
    assert shown(page) == [
        ("KẾ HOẠCH", "paragraph"),
        ("Giao Sở Y tế chủ trì.", "paragraph"),
        ("văn bản rời", "paragraph"),
        ("BỘ Y TẾ", "line"),
        ("CỤC A", "line"),
        ("Số: 1", "line"),
    ]
    assert "CỤC A\n\nSố: 1" in read(page).text


def test_print_is_kept_as_printed() -> None:
    assert shown("<pre>Điều 1\n  Giao Sở\n</pre>") == [("Điều 1", "line"), ("Giao Sở", "line")]


def test_lists_have_their_numbers() -> None:
    page = """<ol><li>một<li value=5>năm<ul><li>chấm<ul><li>tròn</ul></ul><li><p>sáu</p><p>tiếp</p></ol>
    <ol type=a start=2><li>b</ol><ol type=I start=4><li>bốn</ol><ol style="list-style-type: lower-roman" start=9><li>chín</ol>
    <ul style="list-style: none"><li>trơn</ul><ul style='list-style-type:"- "'><li>gạch</ul><ol reversed><li>hai<li>một</ol>"""
    assert [words for words, _ in shown(page)] == [
        "1. một", "5. năm", "• chấm", "◦ tròn", "6. sáu", "tiếp", "b. b", "IV. bốn", "ix. chín", "trơn", "- gạch", "2. hai", "1. một",
    ]  # fmt: skip


def test_numbers_that_word_wrote_out_stay() -> None:
    page = (
        "<p class=MsoListParagraph><![if !supportLists]><span style='mso-list:Ignore'>1.<span style='font:7.0pt \"Times New Roman\"'>"
        "&nbsp;&nbsp; </span></span><![endif]>Giao <o:p></o:p>Sở<span style='mso-spacerun:yes'>  </span>Y tế</p>"
    )
    assert shown(page) == [("1. Giao Sở Y tế", "paragraph")]


TABLE = """<table border=1><caption>Phụ lục</caption><thead><tr><th rowspan=2>TT<th rowspan=2>Nhiệm vụ<th colspan=2>Cơ quan</tr>
<tr><th>chủ trì<th>phối hợp</tr></thead><tr><td>1<td>Rà soát<br>danh mục<td>Sở A<td>Sở B</tr><tr><td>2<td>Báo cáo<td colspan=2>Sở C</tr>
</table>"""


def test_a_data_table_is_a_grid() -> None:
    document = read(f"<p>Trước</p>{TABLE}<p>Sau</p>")
    (table,) = document.tables
    cells = [[span and span.cut(document.text) for span in row] for row in table.rows]
    assert cells == [
        ["TT", "Nhiệm vụ", "Cơ quan", "Cơ quan"],
        ["TT", "Nhiệm vụ", "chủ trì", "phối hợp"],
        ["1", "Rà soát\ndanh mục", "Sở A", "Sở B"],
        ["2", "Báo cáo", "Sở C", "Sở C"],
    ]
    assert shown(f"{TABLE}")[0] == ("Phụ lục", "paragraph")
    assert ("Sở B", "cell") in shown(TABLE)


def test_tables_that_lay_out_the_page_are_lines() -> None:
    page = """<table><tr><td>BỘ Y TẾ<br>Số: 12/KH-BYT<td><p>CỘNG HÒA</p><p>Độc lập</p></table><p>Giao Sở Y tế.</p>
    <table width=100%><tr><td>Nơi nhận:<br>- Như trên;<td><b>BỘ TRƯỞNG</b></table><table border=1><tr><td>khung</table>"""
    assert read(page).tables == ()
    assert shown(page) == [
        ("BỘ Y TẾ", "line"),
        ("Số: 12/KH-BYT", "line"),
        ("CỘNG HÒA", "line"),
        ("Độc lập", "line"),
        ("Giao Sở Y tế.", "paragraph"),
        ("Nơi nhận:", "line"),
        ("- Như trên;", "line"),
        ("BỘ TRƯỞNG", "line"),
        ("khung", "paragraph"),
    ]


def test_a_page_inside_a_table() -> None:
    page = f"<table border=0><tr><td>menu<td><p>Kế hoạch</p>{TABLE}</table>"
    document = read(page)
    assert len(document.tables) == 1 and "Kế hoạch" in document.text


def test_a_table_without_lines_but_with_many_columns_is_a_grid() -> None:
    row = "<tr><td>1<td>Báo cáo<td>Sở A"
    assert len(read(f"<p>x</p><table>{row}{row}{row}</table>").tables) == 1


def test_wrong_spans_do_no_harm() -> None:
    page = (
        "<p>x</p><table border=1><tr><td rowspan=99999 colspan=99999>a<td>b<tr><td colspan=0>c<td rowspan=-1>d<tr><td rowspan=0>e</table>"
    )
    document = read(page)
    assert all(len(row) == len(document.tables[0].rows[0]) for row in document.tables[0].rows)
    assert [span and span.cut(document.text) for span in document.tables[0].rows[1]][98:] == ["a", "a", "c", "d"]
    assert all(word in document.text for word in "abcde")


def test_what_is_not_read() -> None:
    page = """<html><head><title>Trang</title><style>.an{display:none} s2, .gach { text-decoration: line-through }</style></head><body>
    <script>var x = "<p>mã</p>";</script><!-- ghi chú --><p>Tăng <s>45</s>49% <del>cũ</del><span class=gach>bỏ</span> mới</p>
    <div class="an">thừa</div><p style="display:none">ẩn <b>hết</b></p><p hidden>ẩn nữa</p><p>Hết<span style="mso-hide:all">kín</span>.</p>
    <noscript>bật script</noscript></body></html>"""
    document = read(page)
    assert [words for words, _ in shown(page)] == ["Tăng 49% mới", "Hết."]
    assert [(aside.kind, aside.words) for aside in document.asides] == [
        ("struck", "45"),
        ("deleted", "cũ"),
        ("struck", "bỏ"),
        ("hidden", "thừa"),
        ("hidden", "ẩn hết"),
        ("hidden", "ẩn nữa"),
        ("hidden", "kín"),
    ]


def test_menus_heads_and_feet_of_a_page_are_furniture() -> None:
    links = "".join(f"<li><a href=#{n}>Mục {n}</a></li>" for n in range(5))
    page = f"""<body><div role=banner>Cổng thông tin</div><nav><p>Trang chủ</p></nav><ul>{links}</ul>
    <p>Giao Sở Y tế.</p><footer>Bản quyền</footer></body>"""
    kinds = dict(shown(page))
    assert kinds.pop("Giao Sở Y tế.") == "paragraph"
    assert set(kinds.values()) == {"furniture"} and len(kinds) == 8


def test_outside_the_main_part_is_furniture() -> None:
    page = "<body><div>Tin khác</div><div><main><p>Giao Sở Y tế chủ trì, phối hợp với các đơn vị.</p></main><p>Bình luận</p></div></body>"
    assert [kind for _, kind in shown(page)] == ["furniture", "paragraph", "furniture"]


def test_raised_numbers() -> None:
    assert shown("<p>Quyết định<sup>1</sup> về 20 m<sup>2</sup>, 30<sup>o</sup>C</p>")[0][0] == "Quyết định[1] về 20 m2, 30°C"


def test_rules_for_print_alone_hide_nothing() -> None:
    css = "@import url(x.css); .an {display: none} @media print { .in, p {display: none} .m {display: none} } /* .x {display:none} */"
    page = f"<style>{css}</style><p class=in>một</p><p class=m>hai</p><p class=an>ba</p><p class=x>bốn</p>"
    assert [words for words, _ in shown(page)] == ["một", "hai", "bốn"]


def test_small_letters_shown_as_capitals() -> None:
    assert shown("<style>h1 {text-transform: uppercase}</style><h1>Kế hoạch</h1>") == [("KẾ HOẠCH", "paragraph")]


WORDS = "Giao Sở Y tế chủ trì, thực hiện đúng nhiệm vụ được giao."


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (f"<p>{WORDS}</p>".encode(), "utf-8"),
        (f'<meta charset="iso-8859-1"><p>{WORDS}</p>'.encode(), "utf-8"),  # the bytes know better
        (b"\xff\xfe" + f"<p>{WORDS}</p>".encode("utf-16-le"), "utf-16-le"),
        (b"<?xml version='1.0' encoding='utf-8'?><html><p>" + WORDS.encode() + b"</p></html>", "utf-8"),
        (b"<p>" + encode_legacy(WORDS, "tcvn3").encode("latin-1") + b"</p>", "tcvn3"),
        (f"<meta charset=utf-8><p>{encode_legacy(WORDS, 'tcvn3')}</p>".encode(), "tcvn3"),
        (f"<meta charset=x-user-defined><p>{encode_legacy(WORDS, 'vni-windows')}</p>".encode("latin-1"), "vni-windows"),
        (b"<meta charset=viscii><p>" + encode_legacy(WORDS, "viscii").encode("latin-1") + b"</p>", "viscii"),
    ],
)
def test_letters(raw: bytes, encoding: str) -> None:
    document = read(raw)
    assert document.text.strip() == WORDS
    assert document.source.encoding == encoding


def test_windows_1258_by_its_own_word() -> None:
    raw = b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1258"><p>\xd0\xea\xec n\xe3m</p>'
    assert read(raw).text.strip() == "Đế năm".replace("năm", "năm") and read(raw).source.encoding == "windows-1258"


def test_entities_of_an_old_font() -> None:
    page = """<style>p.MsoNormal {font-family:".VnTime"}</style><p class=MsoNormal style='font-family:".VnTimeH"'>c&eacute;ng ho&micro;</p>
    <p class=MsoNormal>Thùc hi<b>&Ouml;n</b> &reg;&shy;&icirc;c</p><p>Kế hoạch</p><p class=MsoNormal><font face="Arial">à</font></p>"""
    assert [words for words, _ in shown(page)] == ["CỘNG HOÀ", "Thực hiện được", "Kế hoạch", "à"]


def test_an_old_font_in_a_unicode_page_means_nothing() -> None:
    assert shown("<p style='font-family:.VnTime'>Không có</p><p style='font-family:.VnTimeH'>Kế hoạch được duyệt</p>")[0][0] == "Không có"


def mhtml(page: str) -> bytes:
    picture = base64.b64encode(b"x" * 100).decode()
    encoded = quopri.encodestring(page.encode()).decode()
    return (
        "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?K=E1=BA=BF?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----b"\r\n\r\n'
        f"------b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}\r\n"
        f"------b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\r\n------b--\r\n"
    ).encode()


def test_a_page_in_a_mail_container() -> None:
    document = read(mhtml(f"<html><body><p>{WORDS}</p></body></html>"))
    assert document.text.strip() == WORDS and document.source.media_type == "multipart/related"


def test_a_plain_mail() -> None:
    raw = b"From: a@b.vn\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + WORDS.encode()
    assert read(raw).text.strip() == WORDS


def test_the_source_is_told() -> None:
    source = read("<p>a</p>").source
    assert (source.name, source.media_type, source.pages, source.encoding) == ("trang.html", "text/html", None, "utf-8")


@pytest.mark.parametrize("page", ["<html></html>", "<p> &nbsp;</p>", "<script>x</script>", "<!-- a -->", "<p hidden>a</p>"])
def test_a_page_without_words_is_refused(page: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(page)
    assert caught.value.code == "empty"


def test_a_tower_of_elements_is_refused() -> None:
    with pytest.raises(SourceError) as caught:
        read("<div>" * 50_000 + "x")
    assert caught.value.code == "unsafe-depth"


TAGS = (
    "<table border=1>|</table>|<tr>|<td colspan=3>|<td rowspan=2>|</td>|<p>|</p>|<br>|<ol>|</ol>|<li>|<ul>|</ul>|<s>|</s>|<sup>|</sup>|"
    "<nav>|</nav>|<main>|</main>|<pre>|a|Giao Sở|\n|1|<!--|-->|<div style='display:none'>|</div>|&#0;|&#xD800;|<td>|<th>|<caption>"
)


@given(st.lists(st.sampled_from(TAGS.split("|")), max_size=60))
def test_any_markup_gives_a_document_or_a_source_error(tags: list[str]) -> None:
    try:
        document = read("".join(tags))
    except SourceError:
        return
    text = document.text
    assert all(block.span.cut(text).strip() == block.span.cut(text) != "" for block in document.blocks)

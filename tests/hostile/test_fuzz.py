"""Honest files with a few things changed at random: a reader reads them or refuses them, and never fails."""

import io
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import make_hostile
import pytest
from docx import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from models import Document, SourceError
from pipeline.isolate import Limits, Reader

ODD = ("", "0", "-1", "99999999999", "1e400", "nan", "a", "%", "\u202e", "đ\u0301", "\U0010fffd", "1.5", "true", "]]>", " ")
Change = Callable[[bytes, random.Random], bytes]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader(Limits(silence=20.0, seconds=20.0))
    yield reader
    reader.close()


# --- rich files to begin with ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def rich_docx() -> bytes:
    """A Word file with lists, merged cells, tracked changes, struck words, a frame, a field and heads of pages."""
    file = WordFile()
    for line in make_hostile.LINES:
        file.add_paragraph(line)
    for style in ("List Number", "List Number 2", "List Bullet", "Heading 1", "Title"):
        file.add_paragraph("Rà soát chợ nông thôn", style=style)
    space = nsdecls("w")
    for inner in (
        '<w:ins w:id="1" w:author="a"><w:r><w:t>thêm</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>bớt</w:delText></w:r></w:del>',
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>45</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:tab/><w:br/></w:r>",
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>',
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:hyperlink><w:r><w:t>liên kết</w:t></w:r></w:hyperlink><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        "<w:sdt><w:sdtContent><w:r><w:t>ô chọn</w:t></w:r></w:sdtContent></w:sdt>",
        "<w:r><w:pict><w:p><w:r><w:t>khung</w:t></w:r></w:p></w:pict></w:r>",
        '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="2"/></w:numPr><w:framePr/></w:pPr><w:r><w:t>mục</w:t></w:r>',
    ):
        file.element.body.insert(3, parse_xml(f"<w:p {space}>{inner}</w:p>"))
    table = file.add_table(rows=4, cols=4)
    for n, cell in enumerate(table._cells):
        cell.text = f"ô {n}"
    table.cell(0, 0).merge(table.cell(0, 2))
    table.cell(1, 1).merge(table.cell(3, 1))
    table.cell(2, 3).add_table(rows=1, cols=2)
    file.sections[0].header.paragraphs[0].text = "đầu trang"
    file.sections[0].footer.paragraphs[0].text = "chân trang"
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


@lru_cache(maxsize=1)
def rich_html() -> bytes:
    """A web page with lists, nested tables, scripts and odd signs."""
    rows = "<tr><td rowspan=2>1</td><td colspan='3'>a<br>b</td></tr><tr><th>x</th><td><table><tr><td>trong</table></td></tr>"
    lists = "<ol type=a start=3><li>một<ul><li>hai</ul><li value=9>ba</ol><pre> a\n b</pre><del>bỏ</del><s>45</s><sup>2</sup>"
    return (
        make_hostile.html()
        + f"<!-- x --><script>1<2</script><table>{rows}</table>{lists}&nbsp;&#7879;&amp;<p style='display:none'>z".encode()
    )


# --- changes ---------------------------------------------------------------------------------------------------------------


def _bytes(raw: bytes, luck: random.Random) -> bytes:
    out = bytearray(raw)
    for _ in range(luck.randint(1, 6)):
        at, size = luck.randrange(len(out) + 1), luck.choice((1, 1, 2, 8, 200))
        match luck.randrange(5):
            case 0:
                out[at : at + 1] = bytes([luck.randrange(256)])
            case 1:
                del out[at : at + size]
            case 2:
                out[at:at] = out[at : at + size] * luck.choice((1, 2, 50))
            case 3:
                out[at : at + size] = luck.randbytes(size)
            case _:
                out[at : at + size] = bytes(size)
        out = out or bytearray(b"x")
    return bytes(out)


def _numbers(raw: bytes, luck: random.Random) -> bytes:
    """Other numbers in a PDF, and other names."""
    tokens = re.split(rb"(\d+(?:\.\d+)?|/\w+)", raw)
    for _ in range(luck.randint(1, 5)):
        at = luck.randrange(1, len(tokens), 2)
        other = luck.choice((b"0", b"-1", b"4294967296", b"1e9", b"99999", b"0.0000001", tokens[luck.randrange(1, len(tokens), 2)]))
        tokens[at] = other
    return b"".join(tokens)


def _package(raw: bytes, luck: random.Random) -> bytes:
    """Another tree in one or two XML parts; sometimes a part less."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    names = [name for name in parts if name.endswith((".xml", ".rels")) and parts[name].strip()]
    likely = [name for name in names if name.startswith("word/") and "theme" not in name]
    for _ in range(luck.randint(1, 2)):
        name = luck.choice(likely if luck.random() < 0.9 else names)
        if luck.random() < 0.05:
            parts.pop(name, None)
        elif name in parts:
            parts[name] = _tree(parts[name], luck)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def _tree(raw: bytes, luck: random.Random) -> bytes:
    root = etree.fromstring(raw)
    for _ in range(luck.randint(1, 8)):
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        node, other = luck.choice(nodes), luck.choice(nodes)
        match luck.randrange(7):
            case 0 if node.getparent() is not None:
                node.getparent().remove(node)
            case 1:
                node.append(etree.fromstring(etree.tostring(other)))
            case 2 if node.attrib:
                del node.attrib[luck.choice(list(node.attrib))]
            case 3 if node.attrib:
                node.attrib[luck.choice(list(node.attrib))] = luck.choice(ODD)
            case 4:
                node.tag = other.tag
            case 5:
                node.text = luck.choice(ODD)
            case _:
                node.insert(0, etree.Comment("x"))
    return etree.tostring(root)


# --- the property ----------------------------------------------------------------------------------------------------------


def _sound(document: Document) -> None:
    text = document.text
    spans = [block.span for block in document.blocks]
    spans += [mend.span for mend in document.mends] + [table.span for table in document.tables]
    spans += [place for table in document.tables for row in table.rows for place in row if place]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert unicodedata.is_normalized("NFC", text)
    assert all(len({len(row) for row in table.rows}) == 1 for table in document.tables)


def _check(reader: Reader, folder: Path, suffix: str, raw: bytes) -> None:
    path = folder / f"x{suffix}"
    path.write_bytes(raw)
    try:
        _sound(reader.read(path))
    except SourceError as error:
        assert error.code not in ("crashed", "over-time", "over-memory", "over-output"), error


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize(
    ("suffix", "make", "change"),
    [
        (".docx", rich_docx, _package),
        (".docx", rich_docx, _bytes),
        (".pdf", make_hostile.pdf, _numbers),
        (".pdf", make_hostile.pdf, _bytes),
        (".html", rich_html, _bytes),
        (".txt", make_hostile.plain, _bytes),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__.strip("_"),
)
def test_a_changed_file(reader: Reader, folder: Path, suffix: str, make: Callable[[], bytes], change: Change, seed: int) -> None:
    _check(reader, folder, suffix, change(make(), random.Random(seed)))


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize("suffix", [".rtf", ".doc", ".odt", ".png", ".jpg", ".tif"])
def test_a_changed_file_that_other_programs_read(reader: Reader, folder: Path, suffix: str, seed: int) -> None:
    _check(reader, folder, suffix, _bytes(make_hostile.HONEST[suffix](), random.Random(seed)))

"""What is looked at before a file is parsed: packages, pictures, OLE containers; honest ones pass, with what is to be noted of them."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from PIL import Image

from models import SourceError
from pipeline.read import guard, guard_image
from pipeline.read.guard import guard_zip
from pipeline.read.guard_ole import guard_ole
from pipeline.read.guard_pdf import note_pdf
from pipeline.read.guard_rtf import guard_rtf


def _zip(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def _code(look: Callable[[bytes, str], object], raw: bytes) -> str:
    with pytest.raises(SourceError) as fault:
        look(raw, "kế hoạch.docx")
    assert str(fault.value).startswith("kế hoạch.docx: ")
    return fault.value.code


# --- packages --------------------------------------------------------------------------------------------------------------


def test_what_word_writes_passes() -> None:
    file = Document()
    for n in range(200):
        file.add_paragraph(f"{n}. Giao Sở Tư pháp chủ trì")
    picture = io.BytesIO()
    Image.new("RGB", (50, 50)).save(picture, "PNG")
    file.add_picture(picture)
    out = io.BytesIO()
    file.save(out)
    assert guard_zip(out.getvalue(), "x") == ()


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("word/vbaProject.bin", ("macros",)),
        ("Basic/Standard/Module1.xml", ("macros",)),
        ("_xmlsignatures/sig1.xml", ("signed",)),
        ("META-INF/documentsignatures.xml", ("signed",)),
        ("word/media/image1.png", ()),
    ],
)
def test_what_it_carries_besides_words_is_noted(name: str, note: tuple[str, ...]) -> None:
    assert guard_zip(_zip({"word/document.xml": b"<a/>", name: b"<a/>"}), "x") == note


@pytest.mark.parametrize("name", ["/word/document.xml", "word\\document.xml", "\\word\\document.xml", "word/a..b.xml", "văn bản.xml"])
def test_the_odd_names_of_some_writers_pass(name: str) -> None:
    assert guard_zip(_zip({name: b"<a/>"}), "x") == ()


@pytest.mark.parametrize("name", ["../a", "a/../../b", "..\\a", "/etc/a", "\\\\server\\a", "C:\\a", "c:a", "word/..", "/word/../../a"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    assert _code(guard_zip, _zip({name: b""})) == "unsafe-name"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<!DOCTYPE a><a/>", "unsafe-doctype"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "unsafe-doctype"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "unsafe-doctype"),
        ("<!DOCTYPE a><a/>".encode("utf-16-be"), "unsafe-doctype"),
        ("<!DOCTYPE a><a/>".encode("utf-32"), "unsafe-encoding"),
        ('<?xml version="1.0" encoding="cp037"?><!DOCTYPE a><a/>'.encode("cp037"), "unsafe-encoding"),
        (b" " * 200_000 + b"<!DOCTYPE a><a/>", "unsafe-doctype"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "unsafe-encoding"),
        (b'<?xml version="1.0" encoding="cp037"?><a/>', "unsafe-encoding"),
        (b"<a>" * 300 + b"</a>" * 300, "unsafe-depth"),
    ],
)
def test_xml_that_may_hurt_is_refused(xml: bytes, code: str) -> None:
    assert _code(guard_zip, _zip({"word/document.xml": xml})) == code


@pytest.mark.parametrize(
    "xml",
    [
        b"<a>&lt;!DOCTYPE html&gt;</a>",
        b"<a><![CDATA[<!DOCTYPE html>]]></a>",
        b"<a>" * 200 + b"</a>" * 200,
        b"<a>never closed",
        "<?xml version='1.0' encoding='UTF-16'?><a>chữ</a>".encode("utf-16"),
        b'<?xml version="1.0" encoding="windows-1252"?><a/>',
    ],
)
def test_other_xml_passes(xml: bytes) -> None:
    assert guard_zip(_zip({"customXml/item1.xml": xml}), "x") == ()


def test_limits_of_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_UNPACKED", 100_000)
    monkeypatch.setattr(guard, "MAX_ENTRIES", 20)
    monkeypatch.setattr(guard, "MAX_ELEMENTS", 50)
    assert _code(guard_zip, _zip({"a": bytes(60_000), "b": bytes(60_000)})) == "unsafe-size"
    assert _code(guard_zip, _zip({str(n): b"" for n in range(21)})) == "unsafe-entries"
    assert _code(guard_zip, _zip({"a": b"<a>" + b"<b/>" * 50})) == "unsafe-elements"
    monkeypatch.setattr(guard, "RATIO_FROM", 50_000)
    assert _code(guard_zip, _zip({"a": bytes(60_000)})) == "unsafe-ratio"


def test_a_package_cut_short_is_told() -> None:
    raw = _zip({"word/document.xml": b"<a>" + bytes(range(32, 60)) * 999 + b"</a>"}, zipfile.ZIP_STORED)
    for tenth in range(1, 10):
        assert _code(guard_zip, raw[: len(raw) * tenth // 10]) == "broken"
    assert _code(guard_zip, raw.replace(b" !", b" ?", 1)) == "broken"


# --- OLE -------------------------------------------------------------------------------------------------------------------


def _ole(streams: dict[str, bytes], after_directory: int = 0xFFFFFFFE) -> bytes:
    """An OLE container: sector 0 is the table, 1 the directory; each stream has eight sectors from number 2 on."""

    def entry(name: str, kind: int, start: int) -> bytes:
        told = name.encode("utf-16-le") + b"\0\0"
        return told.ljust(64, b"\0") + struct.pack("<HBB", len(told), kind, 1) + bytes(48) + struct.pack("<LQ", start, 4096)

    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<5H6x9L", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, *[0xFFFFFFFE, 0] * 2)
    )
    rows = [entry("Root Entry", 5, 0xFFFFFFFE)] + [entry(name, 2, 2 + 8 * n) for n, name in enumerate(streams)]
    chains = [0xFFFFFFFE if n % 8 == 1 else n + 1 for n in range(2, 2 + 8 * len(streams))]
    table = struct.pack("<128L", *[0xFFFFFFFD, after_directory, *chains, *[0xFFFFFFFF] * 126][:128])
    directory = b"".join(rows).ljust(512, b"\0")
    return (
        head
        + struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
        + table
        + directory
        + b"".join(data.ljust(4096, b"\0") for data in streams.values())
    )


def _word(flags: int) -> bytes:
    return struct.pack("<6H", 0xA5EC, 0xC1, 0, 0, 0, flags)


def test_old_word_files() -> None:
    assert guard_ole(_ole({"WordDocument": _word(0x0200)}), "x") == ()
    assert guard_ole(_ole({"WordDocument": _word(0), "Macros": b""}), "x") == ("macros",)
    assert guard_ole(_ole({"WordDocument": _word(0), "_xmlsignatures": b""}), "x") == ("signed",)
    assert _code(guard_ole, _ole({"WordDocument": _word(0x0100)})) == "password"
    assert _code(guard_ole, _ole({"EncryptionInfo": b"", "EncryptedPackage": b""})) == "password"


def test_damaged_containers() -> None:
    raw = _ole({"WordDocument": _word(0)})
    assert _code(guard_ole, raw[:600]) == "broken"
    assert _code(guard_ole, raw[:40]) == "broken"
    assert _code(guard_ole, _ole({"WordDocument": _word(0)}, after_directory=1)) == "broken"  # the directory is its own next sector


def test_the_streams_of_words_must_be_whole() -> None:
    raw = _ole({"WordDocument": _word(0), "1Table": b"x" * 4096})
    assert guard_ole(raw, "x") == ()
    assert _code(guard_ole, raw[:-600]) == "broken"
    assert _code(guard_ole, raw[:2000]) == "broken"


# --- RTF -------------------------------------------------------------------------------------------------------------------


def test_rtf() -> None:
    guard_rtf(rb"{\rtf1 {\b a} \{ \\ b\par}" + b"\r\n\0", "x")
    guard_rtf(rb"{\rtf1 {\pict\bin3 }}{}", "x")
    guard_rtf(b"{\\rtf1 " + b"{" * 900 + b"}" * 900 + b"}", "x")
    assert _code(guard_rtf, rb"{\rtf1 {\b a} \}") == "broken"
    assert _code(guard_rtf, b"{\\rtf1 " + b"{" * 2000 + b"}" * 2000 + b"}") == "unsafe-depth"
    assert _code(guard_rtf, b"{\\rtf1 " + b"\\par " * 400_001 + b"}") == "over-output"


# --- pictures and PDF ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
def test_a_picture_is_measured_before_it_is_unpacked(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    Image.new("L", (300, 200)).save(out, kind)
    guard_image.guard_image(out.getvalue(), "x")
    monkeypatch.setattr(guard_image, "MAX_PIXELS", 59_999)
    assert _code(guard_image.guard_image, out.getvalue()) == "unsafe-pixels"
    assert _code(guard_image.guard_image, out.getvalue()[:10]) == "broken"


def test_each_page_of_a_tiff_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    Image.new("L", (10, 10)).save(out, "TIFF", save_all=True, append_images=[Image.new("L", (10, 10)), Image.new("L", (300, 200))])
    guard_image.guard_image(out.getvalue(), "x")
    monkeypatch.setattr(guard_image, "MAX_PIXELS", 59_999)
    assert _code(guard_image.guard_image, out.getvalue()) == "unsafe-pixels"
    monkeypatch.setattr(guard_image, "MAX_PIXELS", 60_000)
    monkeypatch.setattr(guard_image, "MAX_FRAMES", 2)
    assert _code(guard_image.guard_image, out.getvalue()) == "unsafe-frames"


def test_signatures_and_scripts_of_a_pdf_are_noted() -> None:
    assert note_pdf(b"%PDF-1.7 << /Type /Sig /ByteRange [0 10 20 30] >>") == ("signed",)
    assert note_pdf(b"%PDF-1.7 << /S /JavaScript /JS (x) >>") == ("macros",)
    assert note_pdf(b"%PDF-1.7 stream \x00/JS\x01 endstream") == ()

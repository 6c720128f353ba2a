"""Files that somebody made to hurt a reader, or that a bad disk did: ``python tests/hostile/make_hostile.py FOLDER`` writes them."""

import io
import random
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from docx import Document
from PIL import Image, ImageDraw

SUFFIXES: Final = (".txt", ".md", ".docx", ".doc", ".odt", ".rtf", ".html", ".pdf", ".png", ".jpg", ".tif")
LINES: Final = (
    "ỦY BAN NHÂN DÂN TỈNH AN BÌNH",
    "Số: 15/KH-UBND",
    "KẾ HOẠCH",
    "Phát triển chợ nông thôn năm 2025",
    "1. Giao Sở Công Thương chủ trì, phối hợp với Sở Tài chính hoàn thành trước ngày 30/6/2025.",
    "2. Ủy ban nhân dân các huyện báo cáo kết quả về Sở Công Thương trước ngày 15/12/2025.",
)
_MAIN: Final = "word/document.xml"
_PACKAGE: Final = "application/vnd.openxmlformats-package.relationships+xml"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_FORMATS: Final = "http://schemas.openxmlformats.org"
_TYPES: Final = f"""<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_FORMATS}/package/2006/content-types">
<Default Extension="rels" ContentType="{_PACKAGE}"/><Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{_WORD}"/></Types>""".encode()
_RELS: Final = f"""<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_FORMATS}/package/2006/relationships"><Relationship
Id="r1" Type="{_FORMATS}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>""".encode()


# --- honest files ----------------------------------------------------------------------------------------------------------


def docx() -> bytes:
    """A small Word file, as python-docx writes it."""
    document = Document()
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=3)
    for cell, words in zip(table._cells, ("TT", "Nhiệm vụ", "Chủ trì", "1", "Rà soát chợ", "Sở Công Thương"), strict=True):
        cell.text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(pages: int = 2) -> bytes:
    """A PDF with a text layer, without compression: every byte of it may be changed with effect."""
    words = "\n".join(f"BT /F 12 Tf 72 {760 - 20 * n} Td ({line}) Tj ET" for n, line in enumerate(("KE HOACH", "1. Giao So Cong Thuong.")))
    kids = " ".join(f"{5 + n} 0 R" for n in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        f"<< /Length {len(words)} >>\nstream\n{words}\nendstream",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 3 0 R >> >> >>"] * pages,
    ]
    return pdf_of(objects)


def pdf_of(objects: list[str | bytes], trailer: str = "") -> bytes:
    """Return a PDF of ``objects``, numbered from 1; the first is its catalogue."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + (body.encode("latin-1") if isinstance(body, str) else body) + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def picture(kind: str = "PNG") -> bytes:
    """A page with a little print, 100 dots an inch."""
    page = Image.new("L", (400, 300), 255)
    ImageDraw.Draw(page).text((20, 20), "1. Giao So Cong Thuong", fill=0)
    out = io.BytesIO()
    page.save(out, kind, dpi=(100, 100))
    return out.getvalue()


def odt() -> bytes:
    """A small OpenDocument text."""
    space = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    words = "".join(f"<text:p>{line}</text:p>" for line in LINES)
    text = f"<office:body><office:text>{words}</office:text></office:body>"
    content = f"<office:document-content {space} office:version='1.2'>{text}</office:document-content>"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def rtf() -> bytes:
    """A small RTF file; letters beyond ASCII as Word writes them."""
    words = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in "\\par\n".join(LINES))
    return ("{\\rtf1\\ansi\\ansicpg1258{\\fonttbl{\\f0 Times New Roman;}}\\f0 " + words + "\\par}").encode("ascii")


@lru_cache(maxsize=1)
def doc() -> bytes:
    """The same as Word 97 had it, by LibreOffice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.rtf").write_bytes(rtf())
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", name, str(folder / "a.rtf")]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (folder / "a.doc").read_bytes()


def html() -> bytes:
    """A small web page."""
    return ("<!DOCTYPE html><html><head><meta charset=utf-8><title>x</title></head><body>" + "".join(f"<p>{x}</p>" for x in LINES)).encode()


def plain() -> bytes:
    """A small text."""
    return "\n\n".join(LINES).encode()


HONEST: Final[dict[str, Callable[[], bytes]]] = {
    ".txt": plain,
    ".docx": docx,
    ".doc": doc,
    ".odt": odt,
    ".rtf": rtf,
    ".html": html,
    ".pdf": pdf,
    ".png": picture,
    ".jpg": lambda: picture("JPEG"),
    ".tif": lambda: picture("TIFF"),
}


# --- packages --------------------------------------------------------------------------------------------------------------


def package(body: bytes, **more: bytes) -> bytes:
    """Return a Word file with ``body`` as its main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        for name, data in {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, _MAIN: body, **more}.items():
            zipped.writestr(name, data)
    return out.getvalue()


def _body(inner: str, before: str = "") -> bytes:
    space = f'xmlns:w="{_FORMATS}/wordprocessingml/2006/main"'
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {space}><w:body>{inner}</w:body></w:document>'.encode()


def _paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def ole(streams: dict[str, bytes], after_directory: int = 0xFFFFFFFE) -> bytes:
    """Return an OLE container ([MS-CFB]) with ``streams``, each of 4096 bytes; ``after_directory``: where the directory goes on."""

    def entry(name: str, kind: int, start: int) -> bytes:
        told = name.encode("utf-16-le") + b"\0\0"
        return told.ljust(64, b"\0") + struct.pack("<HBB12x16x4x16xLQ", len(told), kind, 1, start, 4096)

    listed = [entry("Root Entry", 5, 0xFFFFFFFE)] + [entry(name, 2, 2 + 8 * n) for n, name in enumerate(streams)]
    chains = [0xFFFFFFFE if n % 8 == 1 else n + 1 for n in range(2, 2 + 8 * len(streams))]
    fields = struct.pack("<5H6x9L", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + fields + struct.pack("<L", 0) + b"\xff" * 432
    table = struct.pack(f"<{2 + len(chains)}L", 0xFFFFFFFD, after_directory, *chains).ljust(512, b"\xff")
    return head + table + b"".join(listed).ljust(512, b"\0") + b"".join(data.ljust(4096, b"\0") for data in streams.values())


def _lying(raw: bytes, name: str, size: int) -> bytes:
    """Let the directory say that part ``name`` unpacks to ``size`` bytes."""
    out, at = bytearray(raw), raw.rindex(b"PK\x01\x02", 0, raw.rindex(name.encode()))
    out[at + 24 : at + 28] = struct.pack("<L", size)
    return bytes(out)


def _flagged(raw: bytes, flag: int) -> bytes:
    out = bytearray(raw)
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = out.find(mark)
        while at >= 0:
            out[at + place] |= flag
            at = out.find(mark, at + 4)
    return bytes(out)


def _overlapping() -> bytes:
    """All parts share the bytes of the first (D. Fifield, A better zip bomb, 2019)."""
    out = bytearray(package(_body(_paragraph("a")), **{f"word/{n}.xml": b"<a/>" for n in range(50)}))
    at = out.find(b"PK\x01\x02")
    while at >= 0:
        out[at + 42 : at + 46] = bytes(4)
        at = out.find(b"PK\x01\x02", at + 4)
    return bytes(out)


def packages() -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """Yield name, bytes and the codes that are right of Word files nobody wrote in earnest."""
    good, laughs = (
        _body(_paragraph("Kế hoạch")),
        '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)),
    )
    yield "zip-bomb.docx", package(_body(_paragraph("a")), **{"word/media/a.xml": b"<a>" + bytes(350_000_000)}), ("unsafe-size",)
    yield "zip-ratio.docx", package(_body(_paragraph(" " * 60_000_000))), ("unsafe-ratio",)
    yield "zip-lying.docx", _lying(package(_body(_paragraph("a" * 5_000_000))), _MAIN, 1000), ("broken",)
    yield "zip-entries.docx", package(good, **{f"word/{n}.xml": b"" for n in range(20_000)}), ("unsafe-entries",)
    yield "zip-overlap.docx", _overlapping(), ("unsafe-overlap",)
    for n, name in enumerate(("../../../etc/cron.d/x", "/etc/passwd", "C:\\Windows\\x.dll", "word/..\\..\\x", "\\\\server\\x")):
        yield f"zip-path-{n}.docx", package(good, **{name: b"x"}), ("unsafe-name",)
    yield "zip-twice.docx", package(good, **{"word/Document.xml": _body(_paragraph("khác"))}), ("unsafe-twice",)
    yield "zip-password.docx", _flagged(package(good), 1), ("password",)
    yield "zip-in-zip.docx", package(good, **{"word/embeddings/a.zip": package(good)}), ()
    paragraphs = "".join(_paragraph(str(n)) for n in range(3_000_000))
    yield "3-million-paragraphs.docx", package(_body(paragraphs)), ("unsafe-elements", "unsafe-ratio")
    yield "billion-laughs.docx", package(_body(_paragraph("&a9;"), f"<!DOCTYPE w [{laughs}]>")), ("unsafe-doctype",)
    yield "quadratic.docx", package(_body("&a;" * 50_000, f'<!DOCTYPE w [<!ENTITY a "{"x" * 50_000}">]>')), ("unsafe-doctype",)
    xxe = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "xxe.docx", package(_body(_paragraph("&x;"), xxe)), ("unsafe-doctype",)
    yield "xxe-styles.docx", package(good, **{"word/styles.xml": xxe.encode() + b"<w/>"}), ("unsafe-doctype",)
    wide = _body(_paragraph("&x;"), xxe).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    yield "xxe-utf-16.docx", package(wide), ("unsafe-doctype",)
    yield "xxe-utf-7.docx", package(_body("").replace(b"UTF-8", b"UTF-7")), ("unsafe-encoding",)
    yield "xxe-external.docx", package(_body("", '<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd">')), ("unsafe-doctype",)
    deep = "<w:tbl><w:tr><w:tc>" * 30_000 + _paragraph("đáy") + "</w:tc></w:tr></w:tbl>" * 30_000
    yield "deep.docx", package(_body(deep)), ("unsafe-depth",)
    yield (
        "attributes.docx",
        package(_body("<w:p " + " ".join(f'a{n}="x"' for n in range(300_000)) + "/>")),
        ("empty",),
    )
    yield "no-body.docx", package(b"<a/>"), ("docx-bodiless",)
    yield "password.docx", ole({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"x" * 400}), ("password",)
    yield "password.doc", ole({"WordDocument": struct.pack("<5HH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100)}), ("password",)
    yield "ole-circle.doc", ole({"WordDocument": b"\xec\xa5"}, 1), ("broken",)
    encrypted = b'<manifest xmlns="urn:m"><file-entry><encryption-data/></file-entry></manifest>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        zipped.writestr("META-INF/manifest.xml", encrypted)
    yield "password.odt", out.getvalue(), ("password",)


# --- PDF -------------------------------------------------------------------------------------------------------------------


def pdfs() -> Iterator[tuple[str, bytes, tuple[str, ...] | None]]:
    """Yield name, bytes and right codes of PDF files nobody wrote in earnest; None where a reading is right as well."""
    kids = "3 0 R " * 100_000
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    catalogue = "<< /Type /Catalog /Pages 2 0 R >>"
    yield "100000-pages.pdf", pdf_of([catalogue, f"<< /Type /Pages /Kids [{kids}] /Count 100000 >>", page]), ("pdf-too-many-pages",)
    yield "lying-count.pdf", pdf_of([catalogue, "<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", page]), None
    yield "recursive.pdf", pdf_of([catalogue, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000 >>"]), None
    tree: list[str | bytes] = [f"<< /Type /Pages /Kids [{n + 1} 0 R] /Count 1 >>" for n in range(2, 20_000)]
    yield "deep-tree.pdf", pdf_of([catalogue, *tree, page]), None
    itself = "/Resources << /XObject << /X 4 0 R >> >>"
    form = f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] {itself} /Length 20 >>\nstream\n/X Do /X Do /X Do /X\nendstream"
    drawn = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /XObject << /X 4 0 R >> >> >>"
    kid = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    yield "recursive-form.pdf", pdf_of([catalogue, kid, drawn, form, "<< /Length 5 >>\nstream\n/X Do\nendstream"]), None
    bomb = zlib.compress(b"BT /F 9 Tf ET " * 10_000_000, 1)
    full = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(bomb) + bomb + b"\nendstream"
    bombed = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    yield "stream-bomb.pdf", pdf_of([catalogue, kid, bombed, full]), None
    huge = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9999999 9999999] >>"
    yield "huge-page.pdf", pdf_of([catalogue, kid, huge]), None
    pixels = b"<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB"
    shown = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /XObject << /X 4 0 R >> >> >>"
    image = pixels + b" /Filter /FlateDecode /Length 8 >>\nstream\n" + zlib.compress(b"") + b"\nendstream"
    yield "huge-image.pdf", pdf_of([catalogue, kid, shown, image, "<< /Length 24 >>\nstream\n595 0 0 842 0 0 cm /X Do\nendstream"]), None
    lock = "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O ({}) /U ({}) >> /ID [<00> <00>] ".format("o" * 32, "u" * 32)
    yield "password.pdf", pdf_of([catalogue, kid, page], lock), ("password",)
    yield "script.pdf", pdf().replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), None
    yield "nested-arrays.pdf", pdf_of([catalogue, kid, "[" * 200_000]), None


# --- pictures and texts ----------------------------------------------------------------------------------------------------


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG of one bit a pixel with ``data`` as its packed rows."""
    head = struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _tiff(frames: int) -> bytes:
    """A TIFF whose last page is followed by its first, or one of many pages."""
    out = bytearray(b"II*\0" + struct.pack("<L", 8))
    for n in range(frames):
        tags = [(256, 4, 1, 100), (257, 4, 1, 100), (258, 3, 1, 1), (259, 3, 1, 1), (262, 3, 1, 0), (273, 4, 1, 8), (279, 4, 1, 4)]
        follows = len(out) + 2 + 12 * len(tags) + 4 if n + 1 < frames else 8
        out += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHLL", *tag) for tag in tags) + struct.pack("<L", follows)
    return bytes(out)


def others() -> Iterator[tuple[str, bytes, tuple[str, ...] | None]]:
    """Yield name, bytes and right codes of pictures and texts; None where a reading is right as well."""
    yield "30000x30000.png", png(30_000, 30_000, zlib.compress(bytes(3_751 * 30_000), 1)), ("unsafe-pixels",)
    yield "2000000000.png", png(2_000_000_000, 2_000_000_000, b""), ("unsafe-pixels",)
    wide = bytearray(picture("JPEG"))
    at = wide.index(b"\xff\xc0")
    wide[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"
    yield "65500x65500.jpg", bytes(wide), ("unsafe-pixels",)
    yield "circle.tif", _tiff(1), ("broken",)
    yield "3000-pages.tif", _tiff(3_000), ("unsafe-frames",)
    yield "header-only.png", picture()[:40], ("broken",)
    yield "3-million-lines.txt", b"a\n" * 3_000_000, ("over-output",)
    yield "one-line.txt", b"1. a) - " * 2_000_000, None
    yield "deep.txt", "".join(f"{' ' * min(n, 500)}{n}. x\n" for n in range(20_000)).encode(), None
    yield "many-marks.txt", ("a" + "\u0301" * 2_000_000).encode(), None
    yield "huge.txt", b"a" * 25_000_000, ("too-large",)
    yield "deep.html", b"<!DOCTYPE html><html><body>" + b"<div><table><tr><td>" * 50_000 + b"x", ("unsafe-depth",)
    yield "many.html", b"<!DOCTYPE html><html><body>" + b"<p>a" * 3_000_000, ("unsafe-elements",)
    yield "spans.html", b"<!DOCTYPE html><html><body><table>" + b"<tr><td rowspan=65000 colspan=1000>x" * 200 + b"</table>", None
    yield "deep.rtf", b"{\\rtf1 " + b"{" * 500_000 + b"x", ("unsafe-depth",)
    yield "many.rtf", b"{\\rtf1 " + b"a\\par\n" * 500_000 + b"}", ("over-output",)
    yield "laughs.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>', None


def damaged() -> Iterator[tuple[str, bytes]]:
    """Yield honest files cut off at every tenth of their bytes, files without a byte, and random bytes behind every suffix."""
    for suffix, make in HONEST.items():
        raw = make()
        yield from ((f"cut-{tenth}{suffix}", raw[: len(raw) * tenth // 10]) for tenth in range(1, 10))
    noise = random.Random(3)
    for suffix in SUFFIXES:
        yield f"empty{suffix}", b""
        yield f"random{suffix}", noise.randbytes(20_000)
        if suffix in HONEST:
            yield f"random-behind{suffix}", HONEST[suffix]()[:64] + noise.randbytes(20_000)


def mislabelled() -> Iterator[tuple[str, bytes, str]]:
    """Yield honest files under another's suffix, with the suffix that is right."""
    for right, wrong in ((".pdf", ".docx"), (".docx", ".pdf"), (".docx", ".txt"), (".txt", ".docx"), (".html", ".doc"), (".rtf", ".doc")):
        yield f"mislabelled{right}{wrong}", HONEST[right](), right


def noted() -> Iterator[tuple[str, bytes, str]]:
    """Yield files that may be read, with what is to be noted of them."""
    good = _body("".join(map(_paragraph, LINES)))
    yield "macros.docm", package(good, **{"word/vbaProject.bin": b"x"}), "macros"
    yield "signed.docx", package(good, **{"_xmlsignatures/sig1.xml": b"<a/>"}), "signed"


def main() -> None:
    """Write the whole set into the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw, *_ in (*packages(), *pdfs(), *others(), *damaged(), *mislabelled(), *noted()):
        (folder / name).write_bytes(raw)


if __name__ == "__main__":
    main()

"""Word 97, RTF and OpenDocument give the text of the DOCX that they were made from; what is no text is called by name."""

import hashlib
import http.server
import io
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from models import Document, SourceError
from pipeline.messages import speak
from pipeline.read import office
from pipeline.read.docx import read_docx
from pipeline.read.legacy_decode import encode_legacy
from pipeline.read.office import OfficeKind, convert, read_office

KINDS: dict[str, OfficeKind] = {"doc": "ole", "rtf": "rtf", "odt": "odt"}
MEDIA = {"doc": "application/msword", "rtf": "application/rtf", "odt": "application/vnd.oasis.opendocument.text"}
OLD = "Giao Phòng Y tế hướng dẫn các đơn vị được giao nhiệm vụ trước ngày 30/6."


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


def directive() -> bytes:
    made = docx.Document()
    head = made.add_table(rows=1, cols=2)
    head.cell(0, 0).text, head.cell(0, 1).text = "UBND TỈNH HOA SEN\nSố: 12/KH-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    made.add_paragraph("KẾ HOẠCH")
    for words in ("Giao Sở Y tế chủ trì kiểm tra bếp ăn.", "Giao Công an tỉnh phối hợp, báo cáo."):
        made.add_paragraph(words, style="List Number")
    paragraph = made.add_paragraph("Hoàn thành ")
    paragraph.add_run("45").font.strike = True
    paragraph.add_run(" 49 chỉ tiêu.")
    for words, font in ((OLD, ".VnTime"), ("Nơi nhận", ".VnTimeH"), (OLD, "VNI-Times")):
        run = made.add_paragraph().add_run(encode_legacy(words, "vni-windows" if font.startswith("VNI") else "tcvn3"))
        run.font.name = font
    table = made.add_table(rows=3, cols=3, style="Table Grid")
    for r, row in enumerate((("TT", "Nhiệm vụ", "Chủ trì"), ("1", "Rà soát", "Sở A"), ("2", "Báo cáo", "Sở B"))):
        for c, words in enumerate(row):
            table.cell(r, c).text = words
    made.add_paragraph("Trên đây là kế hoạch./.")  # DOC has no table at its end
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same directive as DOCX and, by LibreOffice, as DOC, RTF and ODT."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "a.docx").write_bytes(directive())
    for kind in KINDS:
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", str(folder), str(folder / "a.docx")], check=True, capture_output=True, timeout=100)
    return {path.suffix[1:]: path.read_bytes() for path in folder.glob("a.*")}


def lines(document: Document) -> list[str]:
    return [block.span.cut(document.text) for block in document.blocks if block.kind != "furniture"]


@pytest.mark.parametrize("kind", KINDS)
def test_all_give_the_same_text(files: dict[str, bytes], kind: str) -> None:
    raw = files[kind]
    document = read_office(raw, KINDS[kind], f"a.{kind}", f"a.{kind}")
    twin = read_docx(files["docx"], "a.docx", "a.docx")
    assert lines(document) == lines(twin)
    assert "1. Giao Sở Y tế chủ trì kiểm tra bếp ăn." in lines(document)
    assert lines(document).count(OLD) == 2 and "NƠI NHẬN" in lines(document)
    assert [[span and span.cut(document.text) for span in row] for row in document.tables[0].rows][1] == ["1", "Rà soát", "Sở A"]
    assert len(document.tables) == 1
    assert [(aside.kind, aside.words) for aside in document.asides] == [("struck", "45")]
    source = document.source
    assert (source.name, source.media_type, source.sha256) == (f"a.{kind}", MEDIA[kind], hashlib.sha256(raw).hexdigest())


def ole(*streams: str) -> bytes:
    """The beginning of a container, as far as it names its streams."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join((f"{name}\0".encode("utf-16-le")).ljust(128, b"\0") for name in streams)
    )


@pytest.mark.parametrize(
    ("streams", "code", "word"),
    [
        (("Root Entry", "Workbook"), "unsupported-xls", "Excel"),
        (("Root Entry", "Book"), "unsupported-xls", "Excel"),
        (("Root Entry", "PowerPoint Document", "Workbook"), "unsupported-ppt", "PowerPoint"),
        (("Root Entry", "Workbook", "WordDocument"), "unsupported-xls", "Excel"),  # a letter inside a workbook
        (("Root Entry", "__properties_version1.0"), "unsupported-msg", "Outlook"),
        (("Root Entry", "EncryptionInfo", "EncryptedPackage"), "password", "mật khẩu"),
        (("Root Entry", "Contents"), "unsupported-ole-other", "OLE"),
    ],
)
def test_other_containers_are_called_by_name(streams: tuple[str, ...], code: str, word: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_office(ole(*streams), "ole", "a.doc", "a.doc")
    assert caught.value.code == code
    assert str(caught.value).startswith("a.doc") and word in str(caught.value) and "Hãy" in str(caught.value)


def test_other_open_documents_are_called_by_name() -> None:
    with pytest.raises(SourceError) as caught:
        read_office(odt("spreadsheet", ""), "odt", "a.odt", "a.odt")
    assert caught.value.code == "unsupported-odf-other"


def test_without_libreoffice_the_message_tells_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(office, "_PLACES", ())
    with pytest.raises(SourceError) as caught:
        convert(b"{\\rtf1 a}", "rtf", "a.rtf")
    assert caught.value.code == "office-missing" and "libreoffice-writer-nogui" in str(caught.value)


def test_too_slow_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "SECONDS", 0.05)
    begun = time.monotonic()
    with pytest.raises(SourceError) as caught:
        convert(b"{\\rtf1 a}", "rtf", "a.rtf")
    assert caught.value.code == "office-slow" and time.monotonic() - begun < 5


def test_a_file_that_does_not_open() -> None:
    with pytest.raises(SourceError) as caught:
        convert(ole("Root Entry", "WordDocument"), "ole", "a.doc")
    assert caught.value.code == "office-failed" and "Hãy" in str(caught.value)


def odt(kind: str, body: str) -> bytes:
    """An OpenDocument file as small as can be."""
    spaces = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
    }
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in spaces.items())
    content = f"<office:document-content {declared}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.{kind}"/><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", content)
    return stream.getvalue()


class Listener(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    Listener.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", Listener.asked
        server.shutdown()


def test_nothing_is_fetched_from_elsewhere(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("TUYET MAT")
    picture = (
        f'<draw:frame svg:width="1cm" svg:height="1cm"><draw:image xlink:href="{address}/a.png" xlink:type="simple" xlink:show="embed" '
        'xlink:actuate="onLoad"/></draw:frame>'
    )
    section = '<text:section text:name="{0}"><text:section-source xlink:href="{0}"/><text:p>cũ</text:p></text:section>'
    body = f"<text:p>Giao{picture}</text:p>{section.format(secret.as_uri())}{section.format(address + '/b.html')}"
    document = read_office(odt("text", body), "odt", "a.odt", "a.odt")
    assert document.text.split() == ["Giao", "cũ", "cũ"]
    assert asked == []

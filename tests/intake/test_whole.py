"""Each format tells whether it is all there: whole files are, those cut anywhere or with zeros at the end are not."""

import io
import shutil
import subprocess
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document
from office import text_of
from PIL import Image

from pipeline.intake.whole import is_whole

TEXT = text_of(1, tasks=40)


def _docx() -> bytes:
    document = Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _picture(form: str) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((600, 500), 90).convert("RGB").save(stream, form)
    return stream.getvalue()


def _tiff() -> bytes:
    stream = io.BytesIO()
    pages = [Image.effect_noise((300, 400), 90).convert("L") for _ in range(2)]
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    return stream.getvalue()


def _pdf() -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((600, 500), 90).save(stream, "PDF")
    return stream.getvalue()


def _rtf() -> bytes:
    body = "".join(f"\\par {line}".encode("ascii", "ignore").decode() for line in TEXT.splitlines())
    return f"{{\\rtf1\\ansi {{\\fonttbl{{\\f0 Times;}}}} \\{{ {body * 20}}}".encode()


def _mail() -> bytes:
    message = EmailMessage()
    message["Subject"] = "trang"
    message.set_content("<html><body><p>x</p></body></html>" * 400, subtype="html")
    message.add_attachment(b"\x01\x02" * 9000, maintype="image", subtype="png")
    return message.as_bytes()


FILES = {
    "docx": _docx(),
    "pdf": _pdf(),
    "rtf": _rtf(),
    "png": _picture("PNG"),
    "jpg": _picture("JPEG"),
    "bmp": _picture("BMP"),
    "webp": _picture("WEBP"),
    "tif": _tiff(),
    "mht": _mail(),
}


@pytest.mark.parametrize("kind", FILES)
def test_whole_and_cut(kind: str, tmp_path: Path) -> None:
    _check(FILES[kind], tmp_path / f"tệp.{kind}", 8192 if kind in ("webp", "bmp") else 1)


def _check(content: bytes, file: Path, seen: int = 1) -> None:
    """``seen``: how many zeros at the end can be told from those that such a file may end with."""
    file.write_bytes(content)
    assert is_whole(file)
    for tenth in range(1, 10):
        at = len(content) * tenth // 10
        file.write_bytes(content[:at])
        assert not is_whole(file), f"cut at {tenth}/10"
        file.write_bytes(content[:at] + bytes(len(content) - at))
        assert len(content) - at < seen or not is_whole(file), f"zeros from {tenth}/10"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice makes the file")
def test_old_word_files(tmp_path: Path) -> None:
    source = tmp_path / "tệp.docx"
    source.write_bytes(_docx())
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/p", "--headless", "--convert-to", "doc", "--outdir", tmp_path, source]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    _check((tmp_path / "tệp.doc").read_bytes(), tmp_path / "cắt.doc", 8192)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_text(encoding: str, tmp_path: Path) -> None:
    """Text has no end: half a letter and zeros are all that can be seen."""
    file = tmp_path / "tệp.txt"
    content = TEXT.encode(encoding, "ignore")
    file.write_bytes(content)
    assert is_whole(file)
    file.write_bytes(content + bytes(20))
    assert not is_whole(file)
    if encoding != "cp1258":
        end = TEXT.index("Ủ") + 1
        file.write_bytes(TEXT[:end].encode(encoding)[:-1])
        assert not is_whole(file)


@pytest.mark.parametrize(
    "content", [b"x", b"PK\x03\x04", b"%PDF-1.4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"II*\0", b"BM", b"RIFF", b"\xff\xd8\xff"]
)
def test_short_files_raise_nothing(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "tệp"
    file.write_bytes(content)
    assert is_whole(file) == (content == b"x" or content in (b"BM", b"RIFF"))


def test_what_is_damaged_within_is_its_readers_business(tmp_path: Path) -> None:
    content = bytearray(FILES["pdf"])
    content[100:200] = b"\xff" * 100
    file = tmp_path / "hỏng.pdf"
    file.write_bytes(content)
    assert is_whole(file)

"""Reading files: every encoding gives the same letters, every other thing a message that a clerk can act on."""

import codecs
import os
import tempfile
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models import Document, SourceError
from pipeline import read as reading
from pipeline.messages import speak
from pipeline.read import read

CORPUS = Path(__file__).parent.parent / "corpus"
LETTER = (
    "ỦY BAN NHÂN DÂN\r\nQUẬN HOA SEN\r\n\r\nSố: 12/UBND-VX\r\n\r\n"
    "1. Giao Phòng Y tế chủ trì, phối hợp với Công an quận kiểm tra bếp ăn; báo cáo trước ngày 15/9/2021.\r\n"
    "2. Ủy ban nhân dân các phường thực hiện nhiệm vụ được giao “đúng hạn” – đủ 100% chỉ tiêu…\r\n"
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


def write(folder: Path, raw: bytes, name: str = "công văn.txt") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def fault(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(path)
    return caught.value


def windows_1258(text: str) -> bytes:
    """As Windows writes it: letters with their shape (ă, ê, ơ), the tone behind them as a letter of its own."""
    pieces = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts[1:] if mark in TONES), "")
        pieces.append(unicodedata.normalize("NFC", parts.replace(tone, "", 1) if tone else parts) + tone)
    return "".join(pieces).encode("cp1258")


ENCODED = {
    "utf-8": LETTER.encode(),
    "utf-8 with mark": codecs.BOM_UTF8 + LETTER.encode(),
    "utf-8 decomposed": unicodedata.normalize("NFD", LETTER).encode(),
    "utf-16-le with mark": codecs.BOM_UTF16_LE + LETTER.encode("utf-16-le"),
    "utf-16-be with mark": codecs.BOM_UTF16_BE + LETTER.encode("utf-16-be"),
    "utf-16-le": LETTER.encode("utf-16-le"),
    "utf-16-be": LETTER.encode("utf-16-be"),
    "utf-32-le with mark": codecs.BOM_UTF32_LE + LETTER.encode("utf-32-le"),
    "windows-1258": windows_1258(LETTER),
}


@pytest.mark.parametrize("name", ENCODED)
def test_every_encoding_gives_the_same_letters(tmp_path: Path, name: str) -> None:
    document = read(write(tmp_path, ENCODED[name]))
    assert document.text == LETTER
    assert document.source.encoding == name.split()[0]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_corpus_is_read_to_the_character(path: Path) -> None:
    document = read(path)
    assert document.text == unicodedata.normalize("NFC", path.read_bytes().decode())
    assert document.source.name == path.name
    # Windows-1258 has no sign for a few characters of the corpus; the rest must come through
    text = "".join(c for c in document.text if c not in "→−‑")
    with tempfile.TemporaryDirectory() as folder:
        assert read(write(Path(folder), windows_1258(text))).text == text


def test_blocks_are_the_lines_that_hold_words(tmp_path: Path) -> None:
    text = "  **Điều 1.** Một\r\n\r\n\t| hai |  \rba\n- 3 -\ncuối"
    document = read(write(tmp_path, text.encode()))
    assert [(block.span.cut(document.text), block.kind) for block in document.blocks] == [
        ("**Điều 1.** Một", "line"),
        ("| hai |", "line"),
        ("ba", "line"),
        ("- 3 -", "furniture"),
        ("cuối", "line"),
    ]


def test_a_bare_number_is_furniture_only_where_a_page_turns(tmp_path: Path) -> None:
    turned = read(write(tmp_path, "một\n\f2\nhai\n3\f\nba\n4\nbốn".encode()))
    assert [block.kind for block in turned.blocks] == ["line", "furniture", "line", "furniture", "line", "line", "line"]
    table = read(write(tmp_path, "STT\n1\nmột\n2\nhai".encode()))
    assert {block.kind for block in table.blocks} == {"line"}


def test_the_source_is_told(tmp_path: Path) -> None:
    source = read(write(tmp_path, b"abc", "ghi chu.MD")).source
    assert source.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (source.media_type, source.name, source.pages, source.ocr) == ("text/markdown", "ghi chu.MD", None, False)


UNSUPPORTED = {
    "xlsx": (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml....xl/workbook.xml", ".xlsx"),
    "zip": (b"PK\x03\x04\x14\x00\x00\x00a.txt", "ZIP"),
    "archive": (b"Rar!\x1a\x07\x01\x00", "RAR"),
    "xml": (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', "XML"),
    "program": (b"MZ\x90\x00\x03", "chương trình"),
}


@pytest.mark.parametrize("found", UNSUPPORTED)
def test_other_formats_are_called_by_name_whatever_the_file_is_called(tmp_path: Path, found: str) -> None:
    raw, word = UNSUPPORTED[found]
    path = write(tmp_path, raw)
    error = fault(path)
    assert error.code == f"unsupported-{found}"
    # where, what, what is needed, what to do
    assert str(error).startswith(str(path)) and word in str(error) and ".txt" in str(error) and "Hãy" in str(error)


BROKEN = {
    "nothing": (b"", "empty"),
    "blanks": (codecs.BOM_UTF8 + "\r\n \t \u00a0\n".encode(), "empty"),
    "noise": (bytes(range(256)) * 40, "binary"),
    "zeros": (bytes(1000), "binary"),
    "utf-8 with a bad byte": (LETTER.encode() + b"\xff\xfe\nh\xe1\xba\xbft", "damaged"),
    "utf-16 cut short": (codecs.BOM_UTF16_LE + LETTER.encode("utf-16-le")[:-1], "cut-short"),
    "letters lost": ("�y ban nh�n d�n qu�n y�u c�u c�c tr��ng b�o c�o".encode(), "lost-letters"),
    "read as Windows-1252": (LETTER.encode().decode("cp1252", errors="ignore").encode(), "mojibake"),
    "another encoding": ("Приказ министерства о порядке".encode("koi8-r"), "unknown-encoding"),
    "a run of marks": (b"a" + "\u0315\u0300".encode() * 50_000, "binary"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_text_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    raw, code = BROKEN[name]
    path = write(tmp_path, raw)
    error = fault(path)
    assert error.code == code
    assert str(error).startswith(str(path)) and "Hãy" in str(error)


def test_the_line_of_the_damage_is_told(tmp_path: Path) -> None:
    assert "dòng 3" in str(fault(write(tmp_path, "Ủy ban nhân dân quận\nyêu cầu các trường\nbáo c".encode() + b"\xe1\xba")))


def test_fifty_megabytes_are_refused_without_being_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, b"")
    os.truncate(path, 50_000_000)  # a hole: takes no room on the disk
    monkeypatch.setattr(reading, "read_plain", None)
    error = fault(path)
    assert error.code == "too-large" and "50 MB" in str(error) and "20 MB" in str(error)


def test_a_file_at_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    assert read(write(tmp_path, b"a" * 1000)).text == "a" * 1000
    assert fault(write(tmp_path, b"a" * 1001)).code == "too-large"


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    assert fault(tmp_path / "không có.txt").code == "not-found"
    assert fault(tmp_path).code == "is-folder"
    assert fault(write(tmp_path, b"x") / "y.txt").code == "not-found"
    assert fault(tmp_path / ("x" * 300)).code == "not-found"
    assert fault(Path("a\0b")).code == "not-found"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert fault(tmp_path / "pipe.txt").code == "not-a-file"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, b"x")
    monkeypatch.setattr(Path, "open", refuse)
    assert fault(path).code == "no-permission"


@pytest.mark.skipif(os.name == "nt", reason="names are letters on Windows")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff\x1b[31m\nb.txt"))
    path.write_bytes(b"x")
    assert read(path).source.name == "a??[31m?b.txt"
    path.write_bytes(b"")
    assert "\x1b" not in str(fault(path))


def test_messages_in_english(tmp_path: Path) -> None:
    speak("en")
    assert "an XML file" in str(fault(write(tmp_path, UNSUPPORTED["xml"][0])))


words = st.text(alphabet=st.characters(codec="utf-8"), max_size=200)


@given(
    st.one_of(
        st.binary(max_size=400),
        words.map(str.encode),
        words.map(lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le")),
        st.tuples(st.sampled_from([raw for raw, _ in UNSUPPORTED.values()]), st.binary(max_size=50)).map(b"".join),
        st.tuples(st.sampled_from(list(ENCODED.values())), st.integers(0, 300), st.binary(max_size=4)).map(
            lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :]
        ),
    )
)
@example(b"\x00")
@example(b"\xff\xfe\x00\x00")
@example("\ufeff\ufeffa".encode())
@example("\x1c\x1d\x85\u2028x".encode())
def test_any_bytes_give_a_document_or_a_source_error(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), raw)
        try:
            document = read(path)
        except SourceError as error:
            assert error.code and str(error).startswith(str(path))
            return
    text = document.text
    assert unicodedata.is_normalized("NFC", text)
    covered = [block.span for block in document.blocks]
    assert all(before.end <= after.start for before, after in pairwise(covered))
    outside = "".join(text[a:b] for a, b in zip([0, *(s.end for s in covered)], [*(s.start for s in covered), len(text)], strict=True))
    assert not outside.strip()
    assert all(span.cut(text) == span.cut(text).strip() != "" for span in covered)
    assert Document.model_validate_json(document.model_dump_json()) == document

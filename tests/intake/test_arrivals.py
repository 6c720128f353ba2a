"""Files as they come in: half copied, reserved, renamed, overwritten, many at once, with odd names. Each is taken once and whole."""

import hashlib
import io
import os
import sys
import threading
import time
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from docx import Document
from office import Office, drop, put, text_of, wait_until

from pipeline.settings import InboxSettings


def _docx(number: int) -> bytes:
    document = Document()
    for line in text_of(number).splitlines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_slow_writer(office: Office) -> None:
    """1 KB a step, with pauses longer than a file must be at rest: the end of the format tells, of text the open file."""
    docx, text = _docx(1), text_of(2, tasks=30).encode()
    office.start()

    def write(file: Path, content: bytes) -> None:
        with file.open("wb", buffering=0) as stream:
            for at in range(0, len(content), 1024 if file.suffix == ".txt" else 8192):
                stream.write(content[at : at + (1024 if file.suffix == ".txt" else 8192)])
                time.sleep(0.3)

    writers = [
        threading.Thread(target=write, args=(office.inbox / "chậm.docx", docx)),
        threading.Thread(target=write, args=(office.inbox / "chậm.txt", text)),
    ]
    for writer in writers:
        writer.start()
    office.wait_for("waiting")
    for writer in writers:
        writer.join()
    office.wait_for("done", 2)
    office.stop()
    assert sorted(office.files().values()) == sorted((_sha256(docx), _sha256(text)))
    with office.open() as store:
        assert {document.sha256 for document in store.documents()} == {_sha256(docx), _sha256(text)}


def test_a_writer_that_reserves_the_size_first(office: Office) -> None:
    """As Explorer does: the size is right from the start, the rest is zeros."""
    docx, text = _docx(1), text_of(2).encode()
    office.start()
    for name, content in (("một.docx", docx), ("hai.txt", text)):
        file = office.inbox / name
        file.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    office.wait_for("waiting", 2)
    for name, content in (("một.docx", docx), ("hai.txt", text)):
        with (office.inbox / name).open("rb+") as stream:
            stream.seek(len(content) // 2)
            stream.write(content[len(content) // 2 :])
    office.wait_for("done", 2)
    office.stop()
    assert sorted(office.files().values()) == sorted((_sha256(docx), _sha256(text)))


def test_a_copy_over_an_existing_name_is_a_new_file(office: Office) -> None:
    first, second = text_of(1).encode(), text_of(2).encode()
    office.start()
    put(office.inbox / "kế hoạch.txt", first)
    office.wait_for("done", 1)
    put(office.inbox / "kế hoạch.txt", second)
    office.wait_for("done", 2)
    put(office.inbox / "kế hoạch.txt", first)  # and the first again: a copy
    office.wait_for("duplicate", 1)
    office.stop()
    month = f"{datetime.now():%Y-%m}"
    assert office.files() == {
        Path("đã xử lý", month, "kế hoạch.txt"): _sha256(first),
        Path("đã xử lý", month, "kế hoạch (2).txt"): _sha256(second),
        Path("trùng", "kế hoạch.txt"): _sha256(first),
    }


def test_overwritten_while_it_waits_to_be_read(office: Office) -> None:
    """The first was received: it is in the store. The second comes in as a file of its own."""
    office.jobs = 1
    first, second = text_of(1, tasks=400).encode(), text_of(2).encode()
    office.start()
    put(office.inbox / "kế hoạch.txt", first)
    office.wait_for("taken", 1)
    put(office.inbox / "kế hoạch.txt", second)
    office.wait_for("done", 1)
    office.stop()
    with office.open() as store:
        wait_until(lambda: store.counts()["received"] + store.counts()["working"] == 0 or not office.told("gone"), 5)
        assert {document.sha256 for document in store.documents()} == {_sha256(first), _sha256(second)}
    assert list(office.files().values()).count(_sha256(second)) == 1


def test_five_hundred_at_once(office: Office) -> None:
    """A folder of 500 is moved in as a whole; among them copies of one another."""
    outside = office.folder / "nguồn"
    contents = {}
    for number in range(480):
        file = drop(outside / "Công văn" / f"tháng {number % 3}", number)
        contents[_sha256(file.read_bytes())] = file
    for number in range(20):
        drop(outside / "Công văn" / "bản sao", number, f"bản sao {number}.txt")
    office.start()
    (outside / "Công văn").replace(office.inbox / "Công văn")
    office.wait_for("done", 480, seconds=150)
    office.wait_for("duplicate", 20)
    office.stop()
    files = office.files()
    with office.open() as store:
        assert store.counts()["review"] == 480 == sum(store.counts().values())
    assert len(files) == 500 and set(files.values()) == set(contents)
    places = {path.parts[0] for path in files}
    assert places == {"đã xử lý", "trùng"}
    assert sum(path.parts[0] == "trùng" for path in files) == 20
    assert len(office.told("done")) == 480 and len(office.told("duplicate")) == 20


def test_names(office: Office) -> None:
    """NFD, spaces, 250 bytes, what Windows forbids, what is no UTF-8; the same name in two sub-folders."""
    names = [
        unicodedata.normalize("NFD", "Kế hoạch về đào tạo.txt"),
        "  dấu  cách .txt",
        "ấ" * 82 + ".txt",
        "sở? * tài:chính.txt",
        "CON.txt",
        "con/kế hoạch.txt",
        "con khác/kế hoạch.txt",
    ]
    contents = {}
    for number, name in enumerate(names):
        content = text_of(number).encode()
        put(office.inbox / name, content)
        contents[_sha256(content)] = name
    if sys.platform == "linux":
        raw = os.fsencode(office.inbox) + b"/v\xc4n b\xb6n.txt"  # TCVN3
        content = text_of(100).encode()
        Path(os.fsdecode(raw)).write_bytes(content)
        contents[_sha256(content)] = "raw"
    office.start()
    office.wait_for("done", len(contents))
    office.stop()
    files = office.files()
    assert sorted(files.values()) == sorted(contents)
    for path in files:
        assert path.parts[0] == "đã xử lý"
        assert unicodedata.is_normalized("NFC", path.name) and len(os.fsencode(path.name)) <= 210
        assert not set(path.name) & set('<>:"\\|?*') and path.stem.upper() != "CON"
        assert (office.inbox / f"{path}.txt").exists()


def test_what_is_no_document_is_left_alone(office: Office) -> None:
    ignored = [
        "~$hoạch.docx", ".~lock.kế hoạch.docx#", "tải về.crdownload", "chép.part", "a.tmp", "desktop.ini", "Thumbs.db", ".ẩn",
        "@eaDir/x.txt", ".git/x.txt", "~WRL0001.tmp",
    ]  # fmt: skip
    for name in ignored:
        put(office.inbox / name, b"x")
    (office.inbox / "trống.txt").write_bytes(b"")
    (office.inbox / "liên kết.txt").symlink_to(put(office.folder / "ngoài.txt", text_of(9).encode()))
    drop(office.inbox, 1)
    office.finish()
    with office.open() as store:
        assert [document.name for document in store.documents()] == ["văn bản 1.txt"]
    for name in (*ignored, "trống.txt", "liên kết.txt"):
        assert (office.inbox / name).exists(), name


def test_open_in_word(office: Office) -> None:
    """While Word's lock file is there, somebody may be writing; one that Word forgot does not hold the file up for ever."""
    office.settings = office.settings.model_copy(update={"give_up_minutes": 0.08})
    put(office.inbox / "kế hoạch.docx", _docx(1))
    put(office.inbox / "~$ hoạch.docx", b"lan")
    office.start()
    began = time.monotonic()
    assert office.wait_for("waiting")[0]["code"] == "busy"
    office.wait_for("done")
    assert time.monotonic() - began > 3
    office.stop()


def test_given_up(office: Office) -> None:
    """A file that never becomes whole goes to the failed ones, with a note, and not into the store."""
    office.start()
    put(office.inbox / "cụt.docx", _docx(1)[:-100])
    place = Path(office.wait_for("refused")[0]["place"])
    office.stop()
    assert place == office.inbox / "lỗi" / "cụt.docx"
    raw = place.with_name("cụt.docx.txt").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw and b"\n" not in raw.replace(b"\r\n", b"")
    assert "thiếu phần cuối" in raw.decode("utf-8-sig")
    with office.open() as store:
        assert not store.documents()


def test_given_up_by_the_scheduler(office: Office) -> None:
    """Runs of --once count on where the last one stopped."""
    office.settings = office.settings.model_copy(update={"give_up_minutes": 0.02})
    put(office.inbox / "cụt.docx", _docx(1)[:-100])
    office.finish()
    assert (office.inbox / "cụt.docx").exists()
    time.sleep(1.3)
    office.finish()
    assert (office.inbox / "lỗi" / "cụt.docx").exists()


def test_a_failed_file_is_read_again_when_it_comes_again(office: Office) -> None:
    office.start()
    for count in (1, 2):
        put(office.inbox / "thư.txt", "Chào các bạn.\n".encode())
        assert office.wait_for("failed", count)[-1]["code"] == "not-a-directive"
    office.stop()
    assert set(office.files()) == {Path("lỗi", "thư.txt"), Path("lỗi", "thư (2).txt")}
    with office.open() as store:
        assert len(store.documents()) == 1


def test_what_cannot_be_moved_is_not_taken_twice(office: Office) -> None:
    """The place of the move is not there to be had: the result stays, the move is tried again."""
    blocker = office.inbox / "đã xử lý"
    blocker.write_bytes(b"")
    office.start()
    drop(office.inbox, 1)
    office.wait_for("stuck")
    with office.open() as store:
        assert store.counts()["review"] == 1
    time.sleep(1)
    assert len(office.told("taken")) == 1 and (office.inbox / "văn bản 1.txt").exists()
    blocker.unlink()
    office.wait_for("done")
    office.stop()
    assert len(office.files()) == 1 and len(office.told("taken", "stuck")) == 2


def test_notes(office: Office) -> None:
    """Duplicates say of what, versions what changed."""
    office.start()
    put(office.inbox / "bản 1.txt", text_of(7).encode())
    office.wait_for("done", 1)
    put(office.inbox / "bản chép.txt", text_of(7).encode())
    put(office.inbox / "bản Word.docx", _docx(7))
    put(office.inbox / "bản 2.txt", text_of(7).replace("ngày 8/8/2027", "ngày 9/9/2027").encode())
    office.wait_for("duplicate", 1)
    office.wait_for("done", 2)
    wait_until(lambda: len(office.told("done", "duplicate")) == 4)
    office.stop()
    month = f"{datetime.now():%Y-%m}"
    copy = (office.inbox / "trùng" / "bản chép.txt.txt").read_text(encoding="utf-8-sig")
    assert "Kế hoạch số 7/KH-UBND ngày 08/03/2026" in copy and "bản 1.txt" in copy and "Bản gốc giữ ở" in copy
    version = (office.inbox / "đã xử lý" / month / "bản 2.txt.txt").read_text(encoding="utf-8-sig")
    assert "Là bản mới của: Kế hoạch số 7/KH-UBND" in version and "nhiệm vụ thay đổi" in version


def test_results_as_files(office: Office) -> None:
    """Each document has its folder of results, wholly or not at all; what a crash left out is made good."""
    office.out = office.folder / "kết quả"
    drop(office.inbox, 1)
    drop(office.inbox, 2)
    office.finish()
    folders = sorted(office.out.iterdir())
    assert [folder.name for folder in folders] == ["văn bản 1-1", "văn bản 2-2"]
    assert all((folder / "result.json").exists() and (folder / "nhiem-vu.xlsx").exists() for folder in folders)
    (folders[0] / "result.json").rename(office.folder / "away")
    (folders[0] / ".giaoviec").write_text("1 older", encoding="ascii")
    left = office.out / ".giaoviec-part-9-999999-1"
    left.mkdir()
    drop(office.inbox, 3)
    office.finish()
    assert (folders[0] / "result.json").exists() and not left.exists()
    assert len(list(office.out.iterdir())) == 3


@pytest.mark.parametrize("polling", ["yes", "auto"])
def test_polling_and_events(office: Office, polling: str) -> None:
    """With listings a minute apart it is the events that are quick; without events, the folder is looked at often."""
    office.settings = InboxSettings(stable_seconds=0.2, listing_seconds=60, polling=polling)
    office.start()
    mode = office.wait_for("mode")[0]
    assert mode["code"] == ("polling" if polling == "yes" else "events")
    time.sleep(0.5)
    drop(office.inbox, 1)
    office.wait_for("done", seconds=30)
    office.stop()
    assert not list(office.inbox.glob(".giaoviec-*"))  # the probe is gone


def test_a_share_that_goes_away_and_comes_back(office: Office) -> None:
    office.start()
    drop(office.inbox, 1)
    office.wait_for("done", 1)
    away = office.folder / "rút ra"
    office.inbox.replace(away)
    office.wait_for("away")
    drop(away, 2)
    time.sleep(0.5)
    away.replace(office.inbox)
    office.wait_for("back")
    office.wait_for("done", 2)
    office.stop()
    assert len(office.files()) == 2 and not office.told("gone")


def test_clocks_that_differ(office: Office) -> None:
    """The time of a file may be of next year, or of 1980: it is only compared with itself."""
    for number, year in ((1, 2027 + 10), (2, 1980)):
        file = drop(office.inbox, number)
        stamp = datetime(year, 1, 1).timestamp()
        os.utime(file, (stamp, stamp))
    office.finish()
    assert len(office.files()) == 2 == len(office.told("done"))

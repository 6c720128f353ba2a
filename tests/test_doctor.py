"""The doctor: what is wrong is found on real files and programs, said with its mend, and nothing stays behind."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline import disks, doctor
from pipeline.cli import Exit, main
from pipeline.doctor import Check, examine
from pipeline.folder_events import events_arrive
from pipeline.messages import speak
from pipeline.settings import InboxSettings, Settings, StoreSettings, database_url

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak("vi")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("GIAOVIEC_LANG", "GIAOVIEC_STORE_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def settings(
    folder: Path, *, inbox: Path | None = None, polling: str = "auto", url: str | None = None, originals: Path | None = None
) -> Settings:
    return Settings(
        store=StoreSettings(url=url or database_url(folder / "giaoviec.db")).model_copy(update={"originals": originals}),
        inbox=InboxSettings.model_construct(**{**InboxSettings().model_dump(), "folder": inbox, "polling": polling}),
    )


def found(checks: list[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


def test_a_good_machine_is_left_as_it_was(tmp_path: Path) -> None:
    inbox, data = tmp_path / "đến", tmp_path / "dữ liệu"
    for folder in (inbox, inbox / "lỗi", data):
        folder.mkdir()
    before = sorted(tmp_path.rglob("*"))
    checks = examine(settings(data, inbox=inbox))
    assert {check.name for check in checks if check.level == "fault"} == set()
    assert {"python", "rules", "database", "originals", "inbox", "events", "space", "clock", "zone"} <= {check.name for check in checks}
    assert all(bool(check.mend) == (check.level != "ok") and check.found and check.title for check in checks)
    assert sorted(tmp_path.rglob("*")) == before
    assert "sẽ được tạo" in found(checks, "database").found


def test_a_database_in_use_is_opened(tmp_path: Path) -> None:
    from pipeline.store import Store

    Store.open(tmp_path / "giaoviec.db").close()
    checks = examine(settings(tmp_path))
    assert "nguyên vẹn" in found(checks, "database").found and found(checks, "store").level == "ok"


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    file = tmp_path / "giaoviec.db"
    file.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    check = found(examine(settings(tmp_path)), "database")
    assert check.level == "fault" and "sao lưu" in check.mend
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (x)")
    assert found(examine(settings(tmp_path)), "database").level == "warning"  # not WAL


def test_a_database_on_a_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "network_kind", lambda path: "cifs")
    checks = examine(settings(tmp_path, inbox=tmp_path))
    assert found(checks, "database").level == "fault" and "PostgreSQL" in found(checks, "database").mend
    assert found(checks, "inbox").level == "ok" and "ổ mạng, cifs" in found(checks, "inbox").found  # an inbox may lie there


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    checks = examine(settings(tmp_path, url="postgresql://lan:bimat@127.0.0.1:1/kho"))
    assert found(checks, "originals").level == "fault" and "bimat" not in str(checks)
    assert found(checks, "store").level == "fault" and found(checks, "store").mend == found(checks, "originals").mend
    checks = examine(settings(tmp_path, url="postgresql://lan:bimat@127.0.0.1:1/kho", originals=tmp_path / "gốc"))
    assert "mật khẩu" in found(checks, "store").mend and "bimat" not in str(checks) and "\n" not in found(checks, "store").found


def test_folders_that_are_missing_or_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "không có thư mục này" in found(examine(settings(tmp_path, inbox=tmp_path / "mất")), "inbox").found
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    checks = examine(settings(tmp_path, inbox=tmp_path))
    assert found(checks, "inbox").level == "fault" and "Permission denied" in found(checks, "inbox").found
    assert not list(tmp_path.glob(".giaoviec*"))


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder nobody may write to: by its rights, and for root, whom those do not bind, by a disk that is read only."""
    folder = tmp_path / "đóng"
    folder.mkdir()
    if ROOT:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", folder], check=True)
    else:
        folder.chmod(0o500)
    yield folder
    if ROOT:
        subprocess.run(["umount", "-l", folder], check=False)


@pytest.mark.skipif(os.name == "nt", reason="rights are others on Windows")
def test_a_folder_without_the_right_to_write(tmp_path: Path, closed: Path) -> None:
    assert found(examine(settings(tmp_path, inbox=closed)), "inbox").level == "fault"


def test_events_and_polling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert events_arrive(tmp_path) and not list(tmp_path.iterdir())
    with pytest.raises(OSError):
        events_arrive(tmp_path / "nowhere", 0.5)
    monkeypatch.setattr("pipeline.folder_events.events_arrive", lambda folder: False)
    for polling, level in (("auto", "ok"), ("yes", "ok"), ("no", "fault")):
        assert found(examine(settings(tmp_path, inbox=tmp_path, polling=polling)), "events").level == level


def test_programs_that_are_missing_are_warnings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("pipeline.read.office._PLACES", ())
    checks = examine(settings(tmp_path))
    assert {found(checks, name).level for name in ("ocr", "office")} == {"warning"}
    assert "tesseract-ocr-vie" in found(checks, "ocr").mend and "LibreOffice" in found(checks, "office").mend


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for the program")
def test_ocr_without_vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "tesseract"
    script.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "tesseract 5.0" || printf "List:\\neng\\n"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    check = found(examine(settings(tmp_path)), "ocr")
    assert (check.level, check.found) == ("warning", "tesseract 5.0, thiếu dữ liệu tiếng Việt (vie)")


def test_a_wrong_clock_a_full_disk_and_another_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        zone, year_of_clock = timezone(timedelta(hours=7)), 2026

        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(cls.year_of_clock, 6, 1, 8, tzinfo=cls.zone)

        def astimezone(self, tz: object = None) -> datetime:
            return self

    monkeypatch.setattr(doctor, "datetime", Clock)
    monkeypatch.setattr(doctor.time, "time", lambda: 0.0)
    free = type("Usage", (), {"free": 100_000_000})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: free)
    checks = examine(settings(tmp_path, inbox=tmp_path))
    assert found(checks, "skew").level == "warning" and found(checks, "space").level == "fault"
    assert "0,1 GB" in found(checks, "space").found
    Clock.year_of_clock = 1980
    assert found(examine(settings(tmp_path)), "clock").level == "fault"


def test_a_check_that_fails_does_not_hide_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_fonts", lambda: 1 / 0)
    checks = examine(settings(tmp_path))
    assert found(checks, "fonts").level == "fault" and found(checks, "clock").found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts are read from /proc")
def test_mounts_tell_local_from_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    share = tmp_path / "ổ mạng"
    (share / "con").mkdir(parents=True)
    point = str(share).replace(" ", "\\040")
    mounts.write_text(
        f"22 1 8:1 / / rw shared:1 - ext4 /dev/sda rw\n30 22 0:50 / {point} rw - cifs //may/chu rw\n31 22 0:51 / /proc rw - proc p rw\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(disks, "_MOUNTS", mounts)
    assert disks.network_kind(share / "con" / "chưa có" / "x.db") == "cifs" == disks.network_kind(share)
    assert disks.network_kind(tmp_path) is None and disks.network_kind(Path("\0")) is None
    monkeypatch.setattr(disks, "_MOUNTS", tmp_path / "none")
    assert disks.network_kind(share) is None


# --- the command ---------------------------------------------------------------------------------------------------------


def test_doctor_prints_and_tells_by_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = [Check("python", "ok", "Python 3"), Check("zone", "warning", "UTC", "Chỉnh múi giờ")]
    monkeypatch.setattr("pipeline.doctor.examine", lambda settings: checks)
    assert main(["doctor"]) == Exit.DONE
    out, err = capsys.readouterr()
    assert "Múi giờ" in out and "→ Chỉnh múi giờ" in out and "0 chỗ hỏng, 1 chỗ nên sửa" in err
    checks.append(Check("inbox", "fault", "x", "y"))
    assert main(["doctor", "--json"]) == Exit.SOME_FAILED
    record = json.loads(capsys.readouterr().out)
    assert (record["faults"], record["warnings"], len(record["checks"])) == (1, 1, 3)
    assert main(["doctor", "--quiet", "--lang", "en"]) == Exit.SOME_FAILED
    out, err = capsys.readouterr()
    assert "FAULT" in out and "Python" not in out and err == ""


def test_faulty_settings_are_one_fault_among_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "giaoviec.toml").write_text("[store]\nurll = 'x.db'\n", encoding="utf-8")
    assert main(["doctor", "--json"]) == Exit.SOME_FAILED
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert "urll" in checks["settings"]["found"] and checks["settings"]["mend"]
    assert checks["python"]["level"] == "ok" and "database" in checks

"""Settings: defaults without a file, every mistake said with its line and its mend, docs that stay true."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from models import SettingsError
from pipeline.messages import speak
from pipeline.settings import Settings, database_file, database_url, hide_password, load_settings

DOCS = Path(__file__).parent.parent / "docs" / "settings.md"
SECTIONS = {name: type(getattr(Settings(), name)) for name in Settings.model_fields if name != "source"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    speak("vi")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.delenv("GIAOVIEC_STORE_URL", raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "giaoviec.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding=encoding)
    return file


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    found = load_settings()
    assert found.source is None and found.inbox.done == "đã xử lý" and found.time.remind_days == (7, 3, 1)
    assert found.database == tmp_path / "home" / "giaoviec" / "giaoviec.db"
    assert found.originals == tmp_path / "home" / "giaoviec" / "originals"
    assert found.jobs.count >= 1


def test_files_are_looked_for_in_order(home: Path, tmp_path: Path) -> None:
    written(tmp_path / "home" / "giaoviec", '[inbox]\ndone = "người dùng"\n')
    assert load_settings().inbox.done == "người dùng"
    written(home, '\ufeff[inbox]\r\ndone = "tại chỗ"\r\n')  # as Notepad writes it
    assert load_settings().inbox.done == "tại chỗ"
    other = tmp_path / "khác.toml"
    other.write_text('[inbox]\ndone = "chỉ rõ"\n', encoding="utf-8")
    assert load_settings(other).inbox.done == "chỉ rõ" and load_settings(other).source == other
    assert load_settings(folder=tmp_path).inbox.done == "người dùng"


def test_folders_are_counted_from_the_file_and_the_variable_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(home / "sub", '[store]\nurl = "dữ liệu/kho.db"\noriginals = "gốc"\n[inbox]\nfolder = "đến"\n')
    found = load_settings(file)
    assert found.database == home / "sub" / "dữ liệu" / "kho.db" and found.originals == home / "sub" / "gốc"
    assert found.inbox.folder == home / "sub" / "đến"
    monkeypatch.setenv("GIAOVIEC_STORE_URL", "postgresql://lan:bí@máy/kho")
    found = load_settings(file)
    assert found.database is None and found.shown_url == "postgresql://lan:***@máy/kho" and "bí" not in found.shown_url
    monkeypatch.setenv("GIAOVIEC_STORE_URL", "mysql://lan:bí@máy/kho")
    with pytest.raises(SettingsError, match="GIAOVIEC_STORE_URL") as caught:
        load_settings(file)
    assert "bí" not in str(caught.value)


def test_addresses() -> None:
    assert database_file("sqlite:///D:/a b/x.db") == Path("D:/a b/x.db") == database_file(database_url(Path("D:/a b/x.db")))
    assert database_file("sqlite:////tmp/x.db?mode=ro") == Path("/tmp/x.db") and database_file("x.db") == Path("x.db")
    assert database_file("sqlite:///:memory:") is None and database_file("postgresql://h/d") is None
    assert (
        hide_password("postgresql+psycopg://u:p%40@h/d") == "postgresql+psycopg://u:***@h/d" and hide_password("C:/x@y.db") == "C:/x@y.db"
    )
    assert hide_password("postgresql://u:bí@mật@máy/kho") == "postgresql://u:***@máy/kho"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[inbox]\n\nfoldr = 'x'", 3, "không có khóa «foldr». Các khóa của mục này: folder, done"),
        ("\n[inbx]\nfolder = 'x'", 2, "không có mục [inbx]. Các mục: store, inbox, time, jobs"),
        ("[source]\na = 'x'", 1, "không có mục [source]"),
        ("folder = 'x'", 1, "khóa «folder» đứng ngoài các mục"),
        ("[time]\nholidays = [2027-02-30]", 2, "có ngày không có thật"),
        ("[time]\nholidays = [30/4/2027]", 2, "Viết năm-tháng-ngày"),
        ("inbox = 'x'", 1, "phải là một mục"),
        ("[[time]]\nbefore = 'that-day'", 1, "phải là một mục"),
        ("[store]\nurl = 'mysql://x'", 2, 'url = "mysql://x" là không đúng'),
        ("[store]\nurl = ''", 2, "Cần một tệp"),
        ("[store]\nurl = 'mysql://u:bimat@x'", 2, "mysql://u:***@x"),
        ("[inbox]\nfolder = 3", 2, "Cần đường dẫn của một thư mục"),
        ("[inbox]\nfolder = ' '", 2, "Cần đường dẫn của một thư mục"),
        ("[inbox]\ndone = 'a/b'", 2, "Cần tên một thư mục con"),
        ("[inbox]\ndone = 'CON'", 2, "Cần tên một thư mục con"),
        ("[inbox]\ndone = 'Lỗi'", 4, "tên khác nhau"),
        ("[inbox]\nstable_seconds = '5'", 2, "Cần số giây"),
        ("[inbox]\nstable_seconds = true", 2, "Cần số giây"),
        ("[inbox]\nstable_seconds = nan", 2, "Cần số giây"),
        ("[inbox]\ngive_up_minutes = 0", 2, "Cần số phút"),
        ("[inbox]\npolling = true", 2, '"auto" (tự dò)'),
        ("[time]\nremind_days = [7,\n -1]", 2, "Cần danh sách số ngày"),
        ("[time]\nholidays = ['2026-02-16']", 2, "không có dấu nháy"),
        ("[time]\nholidays = [2026-02-16T00:00:00]", 2, "không có dấu nháy"),
        ("# ghi chú\ntime.before = 'hôm trước'", 2, '"day-before"'),
        ("[jobs]\nworkers = 0", 2, '"auto" hoặc một số từ 1 đến 256'),
        ("[inbox]\nfolder = \"C:\\Van ban\"", 2, "để trong dấu nháy đơn"),
        ("[inbox]\nfolder = C:/x", 2, "viết sai cách"),
        ("[inbox]\ndone = 'a'\ndone = 'b'", 3, "viết sai cách"),
    ],
)  # fmt: skip
def test_mistakes_are_said_with_line_and_mend(text: str, line: int, words: str, home: Path) -> None:
    if "Lỗi'" in text:
        text = text.replace("done", "failed = 'lỗi'\n\ndone")
    file = written(home, text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert words in str(caught.value) and "bimat" not in str(caught.value)
    if "tên khác nhau" not in words:
        assert f"{file.name}, dòng {line}" in str(caught.value)
    speak("en")
    with pytest.raises(SettingsError) as english:
        load_settings()
    assert "line" in str(english.value) and not re.search(
        r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệ]", str(english.value).replace(text, "").split("Expected")[0].split("“")[0]
    )


def test_files_that_cannot_be_read(home: Path) -> None:
    with pytest.raises(SettingsError, match="không có tệp thiết lập"):
        load_settings(home / "nowhere.toml")
    with pytest.raises(SettingsError, match="không đọc được"):
        load_settings(home)
    written(home, "[inbox]\ndone = 'xong'\n", encoding="utf-16")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()


def test_the_docs_name_every_key_with_its_default() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert re.findall(r"^## \[(\w+)\]$", text, re.MULTILINE) == list(SECTIONS)
    for section, kind in SECTIONS.items():
        part = text.split(f"## [{section}]")[1].split("\n## ")[0]
        rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \| .+ \|$", part, re.MULTILINE))
        assert list(rows) == list(kind.model_fields), section
        for key, field in kind.model_fields.items():
            if shown := re.fullmatch(r"`(.+)`", rows[key]):
                value = tomllib.loads(f"x = {shown[1]}")["x"]
                assert (tuple(value) if isinstance(value, list) else value) == field.default, key
            else:
                assert field.default in (None, ""), key


def test_the_example_in_the_docs_is_whole_and_right(home: Path) -> None:
    example = re.search(r"```toml\n(.+?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    written(home, example[1])
    given = tomllib.loads(example[1])
    assert {section: list(keys) for section, keys in given.items()} == {name: list(kind.model_fields) for name, kind in SECTIONS.items()}
    found = load_settings()
    assert found.time.holidays == (date(2027, 2, 11), date(2027, 2, 12)) and found.store.url.endswith("giaoviec.db")

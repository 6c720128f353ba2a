"""giaoviec search: tasks of the store by their words."""

import json
from pathlib import Path

import pytest

from pipeline.cli import Exit, main
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.store import Store

PLAN = """ỦY BAN NHÂN DÂN TỈNH THỬ
Số: 12/KH-UBND
Ngày 05 tháng 01 năm 2026
KẾ HOẠCH
Đào tạo nghề năm 2026
1. Sở Nội vụ chủ trì mở lớp đào tạo nghề cho lao động nông thôn trước ngày 30/6/2026.
2. Sở Y tế chủ trì kiểm tra bếp ăn trước ngày 31/12/2026.
"""


@pytest.fixture
def store(tmp_path: Path) -> str:
    path = tmp_path / "kế hoạch.txt"
    path.write_text(PLAN, encoding="utf-8")
    with Store.open(tmp_path / "giaoviec.db") as opened:
        opened.receive(path)
        claim = opened.claim("w", 60)
        assert claim
        opened.finish(claim, process(path, rulebook()))
    return str(tmp_path / "giaoviec.db")


def found(store: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    code = main(["search", *arguments, "--store", store, "--json"])
    record = json.loads(capsys.readouterr().out)
    assert code == (Exit.DONE if record["tasks"] else Exit.NOTHING_TO_DO)
    assert record["total"] == len(record["tasks"])
    return [one["task"]["deadlines"][0]["due"] for one in record["tasks"]]


def test_words_units_and_days_find_tasks(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(store, capsys, "dao tao", "nong") == ["2026-06-30"]
    assert found(store, capsys, "--unit", "so y te") == ["2026-12-31"]
    assert found(store, capsys, "--from", "1/7/2026", "--to", "2026-12-31") == ["2026-12-31"]
    assert found(store, capsys, "xây cầu") == []


def test_people_see_a_table(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "bep an", "--store", store]) == Exit.DONE
    out, err = capsys.readouterr()
    assert "12/KH-UBND" in out and "Sở Y tế" in out and "1 nhiệm vụ" in err


def test_wrong_use_is_told(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--store", store]) == Exit.WRONG_USE
    assert main(["search", "x", "--from", "mai", "--store", store]) == Exit.WRONG_USE
    assert main(["search", "x", "--store", str(tmp_path / "none.db")]) == Exit.SOME_FAILED
    assert "mai" in capsys.readouterr().err

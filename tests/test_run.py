"""Many files at once: what is taken, where it goes, and that one bad file costs one file."""

import io
import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from models import Document, OutputError, Result, RuleError, SourceError
from pipeline import run as running
from pipeline.messages import speak
from pipeline.rulebook import rulebook
from pipeline.run import LOG_NAME, collect, process, run, safe_stem
from pipeline.show import show

CORPUS = Path(__file__).parent.parent / "corpus"
SEED = CORPUS / "000_6587732c9476951e.txt"


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SEED.read_bytes())


def names(paths: list[tuple[Path, object]], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path, _ in paths]


# --- one document --------------------------------------------------------------------------------------------------------


def test_a_directive_goes_all_the_way() -> None:
    result = process(SEED, rulebook())
    assert result.rulebook == rulebook().sha256
    assert result.source.name == SEED.name and result.text == SEED.read_text(encoding="utf-8")
    assert result.header.number and result.clauses and result.tasks
    assert {task.clause_id for task in result.tasks} <= {clause.id for clause in result.clauses}
    assert result.status == ("clean" if all(f.severity == "note" for f in result.findings) else "needs-review")


def test_a_text_that_orders_nothing_is_failed_with_one_message(tmp_path: Path) -> None:
    path = tmp_path / "tho.txt"
    path.write_text("Mùa thu lá rụng bên thềm\nNắng vàng rơi nhẹ êm đềm lối xưa\n", encoding="utf-8")
    result = process(path, rulebook())
    assert result.status == "failed"
    assert [finding.code for finding in result.findings] == ["not-a-directive"]


# --- which files ---------------------------------------------------------------------------------------------------------


def test_a_folder_gives_its_texts_in_order_and_counts_the_rest(tmp_path: Path) -> None:
    fill(tmp_path, "b.TXT", "a/2.md", "a/1.txt", "a/3.PDF", "c.docx", "bảng.xlsx", "bảng 2.xlsx", "không đuôi")
    fill(tmp_path, ".git/x.txt", ".ẩn.txt", "~$b.txt", "README.md", "corpus/gold/g.txt", "out/r.txt", "cũ/result.json", "cũ/việc.md")
    found, skipped = collect([tmp_path], tmp_path / "out")
    assert names(found, tmp_path) == ["b.TXT", "c.docx", "a/1.txt", "a/2.md", "a/3.PDF"]
    assert skipped == {".xlsx": 2, "không có đuôi": 1}


def test_a_file_is_taken_by_its_path_whatever_its_name_and_once(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "b.dat")
    found, _ = collect([tmp_path / "b.dat", tmp_path, tmp_path / "a.txt", tmp_path / "." / "b.dat"], tmp_path / "out")
    assert names(found, tmp_path) == ["b.dat", "a.txt"]


def test_a_folder_without_texts_says_what_it_holds(tmp_path: Path) -> None:
    fill(tmp_path, "x/a.xlsx", "x/b.xlsx")
    report = run([tmp_path / "x"], tmp_path / "out")
    assert report.nothing_to_do and "2 .xlsx" in str(report.documents[0].message)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("267-KH-UBND.txt", "267-KH-UBND"),
        ("Kế hoạch: số 3?.txt", "Kế hoạch- số 3-"),
        ("con.txt", "_con"),
        ("aux.v1.txt", "_aux.v1"),
        ("... .txt", "_"),
        (f"{'dài' * 80}.txt", ("dài" * 80)[:100]),
    ],
)
def test_folder_names_are_safe_everywhere(name: str, stem: str) -> None:
    assert safe_stem(Path(name)) == stem


# --- many documents ------------------------------------------------------------------------------------------------------


def test_each_document_has_a_folder_of_its_own(tmp_path: Path) -> None:
    fill(tmp_path / "in", "1/kh.txt", "2/KH.md", "2/kh-2.txt")
    seen = []
    out = tmp_path / "mới" / "out"
    report = run([tmp_path / "in"], out, lambda done, total, path: seen.append((done, total, path.name)))
    assert [d.status != "failed" for d in report.documents] == [True] * 3
    folders = [d.folder for d in report.documents if d.folder]
    assert len({folder.name.casefold() for folder in folders}) == 3
    assert all(json.loads((folder / "result.json").read_text(encoding="utf-8"))["tasks"] for folder in folders)
    assert report.files and all(path.parent == out and path.is_file() for path in report.files)
    assert seen == [(0, 3, "kh.txt"), (1, 3, "KH.md"), (2, 3, "kh-2.txt")]


def test_a_run_over_its_own_results_takes_the_documents_only(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    run([tmp_path], tmp_path / "out")
    report = run([tmp_path], tmp_path / "out2")
    assert [d.path.name for d in report.documents] == ["a.txt"]


def test_one_bad_file_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "in", "1.txt", "2.txt", "3.txt", "4.txt")
    (tmp_path / "in" / "2.txt").write_bytes(b"Rar!\x1a\x07\x01\x00")
    whole = running.extract

    def break_on_third(document: Document, *others: object) -> object:
        if document.source.name == "3.txt":
            raise ZeroDivisionError("ba")
        return whole(document, *others)

    monkeypatch.setattr(running, "extract", break_on_third)
    report = run([tmp_path / "in", tmp_path / "không có.txt"], tmp_path / "out")
    assert [d.code for d in report.documents] == [None, "unsupported-archive", "program-fault", None, "not-found"]
    assert [d.path.name for d in report.failed] == ["2.txt", "3.txt", "không có.txt"]
    log = tmp_path / "out" / LOG_NAME
    assert "ZeroDivisionError: ba" in log.read_text(encoding="utf-8") and str(log) in str(report.documents[2].message)
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir()) == ["1", "4"]


def test_the_log_of_an_earlier_run_is_gone(tmp_path: Path) -> None:
    fill(tmp_path, "in/a.txt", f"out/{LOG_NAME}")
    run([tmp_path / "in"], tmp_path / "out")
    assert not (tmp_path / "out" / LOG_NAME).exists()


def test_a_result_file_that_is_open_elsewhere_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "nhiem-vu.xlsx")

    fill(tmp_path, "in/a.txt")
    monkeypatch.setattr(running, "emit", locked)
    report = run([tmp_path / "in"], tmp_path / "out")
    assert report.documents[0].code == "not-written" and "Excel" in str(report.documents[0].message)
    monkeypatch.undo()
    monkeypatch.setattr(running, "emit_all", locked)
    with pytest.raises(OutputError):
        run([tmp_path / "in"], tmp_path / "out")


def test_results_that_cannot_be_written_stop_the_run_before_work_is_done(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "out")
    with pytest.raises(OutputError, match="đây là một tệp"):
        run([tmp_path / "a.txt"], tmp_path / "out")
    if os.name != "nt":
        with pytest.raises(OutputError, match="không ghi được"):
            run([tmp_path / "a.txt"], Path("/proc/không ghi được"))


def test_faulty_rules_stop_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise RuleError("rules/x.toml")

    fill(tmp_path, "a.txt")
    monkeypatch.setattr(running, "build_outline", faulty)
    with pytest.raises(RuleError):
        run([tmp_path], tmp_path / "out")


PIECES = [
    "ỦY BAN NHÂN DÂN", "**KẾ HOẠCH**", "Số: 12/KH-UBND", "ngày 31 tháng 6 năm 2021", "I. MỤC TIÊU", "1. Giao Sở Y tế", "a) chủ trì,",
    "- phối hợp với", "+ các phường", "trước ngày 30/6/2021", "100%", "hằng quý", "| 1 | Rà soát |", "Nơi nhận:", "Kính gửi:",
    "TM. ỦY BAN NHÂN DÂN", "(", "…", "\r\n", "\n\n", "\f3\n", "\u0301", "İ", "𝔘", "\ufeff", "****", "x" * 300,
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(st.characters(codec="utf-8"), max_size=8)), max_size=30))
@settings(max_examples=60)
def test_whatever_the_text_says_it_has_a_result_and_a_screen(pieces: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_bytes((" ".join(pieces) + " việc").encode())
        try:
            result = process(path, rulebook())
        except SourceError:
            return
    show(result, Console(file=io.StringIO(), width=80))
    assert Result.model_validate_json(result.model_dump_json()) == result

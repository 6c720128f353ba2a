"""The command: Vietnamese first, data on stdout and talk on stderr, exit codes that scripts can trust."""

import ast
import io
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from rich.console import Console

from models import RuleError
from pipeline import messages
from pipeline.cli import Exit, main
from pipeline.messages import catalogue, speak
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.show import show

PROJECT = Path(__file__).parent.parent
SEED = PROJECT / "corpus" / "000_6587732c9476951e.txt"
COMMANDS = [
    [],
    ["run"],
    ["show"],
    ["score"],
    ["evaluate"],
    ["rules"],
    ["rules", "check"],
    ["schema"],
    ["due"],
    ["search"],
    ["serve"],
    ["doctor"],
    ["import"],
    ["export"],
    ["feed"],
    ["train"],
    ["gold"],
    ["watch"],
    ["work"],
    ["status"],
    ["account"],
    ["account", "add"],
    ["account", "list"],
    ["account", "password"],
    ["account", "off"],
]
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\(\w+\)s")
# said to programmers who declare a command wrongly, never to users
FOR_PROGRAMMERS = {
    "Could not determine name for option with declarations {decls!r}",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you mean to pass '--{name}'?",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Name '{name}' defined twice",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Invalid start character for option ({option})",
    "Unknown color {colour!r}",
    "Unknown standard stream '{name}'",
}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIAOVIEC_LANG", "GIAOVIEC_TRACE", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    speak("vi")


def command(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run giaoviec as a process of its own."""
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=PROJECT, capture_output=True, encoding="utf-8", timeout=120, check=False, **options
    )


# --- words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_is_vietnamese_or_english_throughout(path: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*path, "--help"]) == Exit.DONE
    vietnamese = capsys.readouterr().out
    assert vietnamese.startswith(" ".join(["Cách dùng: giaoviec", *path]))
    assert not re.search(r"Usage|Options|Commands|Show|OPTIONS|ARGS|COMMAND|PATH|FILE|required|\bthe\b|\band\b", vietnamese)
    assert main([*path, "--help", "--lang", "en"]) == main(["--lang=en", *path, "--help"]) == Exit.DONE
    english = capsys.readouterr().out
    assert english.startswith(" ".join(["Usage: giaoviec", *path]))
    assert not re.search(r"[à-ỹđ]", english)


def test_every_string_of_click_has_its_vietnamese() -> None:
    said = set()
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
                said |= {value.value for value in node.args if isinstance(value, ast.Constant)}
    assert len(said) > 50
    assert said - FOR_PROGRAMMERS <= set(catalogue()["click"])


def test_translations_keep_their_placeholders() -> None:
    for english, vietnamese in catalogue()["click"].items():
        assert set(PLACEHOLDER.findall(vietnamese)) == set(PLACEHOLDER.findall(english)), english
    for area, entries in catalogue().items():
        for key, texts in entries.items() if area != "click" else ():
            assert set(texts) == set(messages.LANGUAGES), key
            assert set(PLACEHOLDER.findall(texts["vi"])) == set(PLACEHOLDER.findall(texts["en"])), key


def test_no_message_is_said_twice() -> None:
    seen: set[tuple[str, str]] = set()
    for path in sorted((PROJECT / "pipeline" / "messages").glob("*.toml")):
        for area, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            keys = {(area, key) for key in entries}
            assert not keys & seen, f"{path.name}: {sorted(keys & seen)} stand in another file too"
            seen |= keys


def test_every_message_is_there_and_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "pipeline").rglob("*.py"))
    keys = set(re.findall(r'\bsay\(\s*"([a-z]+\.[\w-]+)"', code))
    known = {f"{area}.{key}" for area, entries in catalogue().items() if area != "click" for key in entries}
    assert keys <= known
    # keys put together in the code: say(f"show.how-{…}")
    made = tuple(set(re.findall(r'\bsay\(\s*f"([a-z]+\.[\w-]*)\{', code)))
    assert {key for key in known if f'"{key}"' not in code and not key.startswith(made)} == set()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], "Không có lệnh 'rnu'"),
        (["run", "x", "-o", "y", "--sai"], "Không có tùy chọn '--sai'"),
        (["run", "x"], "Thiếu tùy chọn '-o' / '--out'"),
        (["run", "-o", "y"], "Thiếu tham số 'ĐƯỜNG_DẪN...'"),
        (["show", "a", "b"], "Thừa tham số (b)"),
        (["show", "a", "--lang", "fr"], "Giá trị không hợp lệ cho '--lang'"),
        (["run", "x", "-o"], "Tùy chọn '-o' cần một giá trị"),
    ],
)
def test_wrong_use_is_said_in_vietnamese(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == Exit.WRONG_USE
    out, err = capsys.readouterr()
    assert out == "" and "Lỗi: " in err and words in err


def test_the_language_can_be_set_by_a_variable(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAOVIEC_LANG", "en")
    assert main(["show", "nowhere.txt"]) == Exit.SOME_FAILED
    assert "there is no such file" in capsys.readouterr().err


def test_help_answers_without_the_heavy_libraries() -> None:
    code = (
        "import sys; from pipeline.cli import main; assert main(['--help']) == main(['run', '--help']) == 0;"
        "heavy = {'spacy', 'underthesea', 'networkx', 'pydantic', 'rich', 'docx', 'models', 'pipeline.run'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")


# --- run -----------------------------------------------------------------------------------------------------------------


def test_run_prints_a_table_and_says_where_the_files_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(SEED), str(PROJECT / "corpus" / "002_1c4295f88d2f52f5.txt"), "-o", str(tmp_path)]) == Exit.DONE
    out, err = capsys.readouterr()
    row = next(line for line in out.splitlines() if SEED.name in line)
    assert "49/UBND-VX" in row and re.search(r"\s\d+\s+\d+\s+\d+\s+\d+\s", row)
    assert "Tổng: 2 văn bản" in out and str(tmp_path) in out and f"{SEED.stem}/" in out
    assert "\x1b" not in out and err == ""


def test_run_as_json_and_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(SEED), str(tmp_path / "x.txt"), "-o", str(tmp_path), "--json"]) == Exit.SOME_FAILED
    record = json.loads(capsys.readouterr().out)
    good, bad = record["documents"]
    assert set(record) == {"out", "documents", "totals", "files", "skipped"}
    assert good["number"] and good["tasks"] == record["totals"]["tasks"] > 0 and Path(good["folder"], "result.json").is_file()
    assert (bad["status"], bad["code"], bad["folder"], record["totals"]["failed"]) == ("failed", "not-found", None, 1)
    assert main(["run", str(SEED), "-o", str(tmp_path), "--quiet"]) == Exit.DONE
    assert capsys.readouterr() == ("", "")


def test_run_tells_faults_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tiếng.txt").write_bytes(b"OggS\x00\x02")
    (tmp_path / "a.xlsx").write_bytes(b"")
    assert main(["run", str(tmp_path), "-o", str(tmp_path / "out"), "--quiet"]) == Exit.SOME_FAILED
    out, err = capsys.readouterr()
    assert out == "" and "tiếng.txt: đây là tệp âm thanh" in err
    assert main(["run", str(tmp_path), "-o", str(tmp_path / "out")]) == Exit.SOME_FAILED
    assert "1 .xlsx" in capsys.readouterr().err


def test_nothing_to_do_and_no_place_for_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trống").mkdir()
    assert main(["run", str(tmp_path / "trống"), "-o", str(tmp_path / "out")]) == Exit.NOTHING_TO_DO
    assert "không có tệp nào đọc được" in capsys.readouterr().err
    (tmp_path / "tệp").write_bytes(b"")
    assert main(["run", str(SEED), "-o", str(tmp_path / "tệp"), "--json"]) == Exit.WRONG_USE
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["message"] in err


def test_faulty_rules_and_unforeseen_faults(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(error: BaseException) -> None:
        def raise_it(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr("pipeline.run.process", raise_it)

    fail(RuleError("rules/roles.toml, rule x: bad"))
    assert main(["show", str(SEED)]) == Exit.FAULTY_RULES
    assert "rules/roles.toml, rule x" in capsys.readouterr().err
    fail(ZeroDivisionError("số không"))
    assert main(["show", str(SEED)]) == Exit.UNEXPECTED
    err = capsys.readouterr().err
    assert "ZeroDivisionError: số không" in err and "Traceback" not in err
    fail(KeyboardInterrupt())
    assert main(["show", str(SEED)]) == Exit.INTERRUPTED
    assert "Đã ngắt" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is sent otherwise on Windows")
def test_ctrl_c_ends_with_130_and_without_a_traceback(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pipeline import cli, run; run.process = lambda *a, **k: (print('ready', flush=True), time.sleep(60));"
        f"sys.exit(cli.main(['run', {str(SEED)!r}, '-o', {str(tmp_path)!r}]))"
    )
    arguments = [sys.executable, "-c", code]
    with subprocess.Popen(arguments, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as running:
        assert running.stdout and running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGINT)
        err = running.communicate(timeout=30)[1]
    assert running.returncode == Exit.INTERRUPTED
    assert "Đã ngắt" in err and "Traceback" not in err


# --- show ----------------------------------------------------------------------------------------------------------------


def screen(path: Path, **options: object) -> str:
    stream = io.StringIO()
    show(process(path, rulebook()), Console(file=stream, width=100, highlight=False, markup=False, emoji=False, **options))
    return stream.getvalue()


def test_show_gives_head_outline_and_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(SEED)]) == Exit.DONE
    out = capsys.readouterr().out
    assert "49/UBND-VX" in out and "07/11/2020" in out
    assert "▸ Chủ trì:" in out and "Thời hạn: " in out and "\x1b" not in out and "**" not in out.split("NỘI DUNG")[0]
    assert main(["show", str(SEED), "--json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out) == process(SEED, rulebook()).model_dump(mode="json")


def test_show_marks_source_words_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    result = process(SEED, rulebook())
    deadline = next(d for clause in result.clauses for d in clause.deadlines)
    words = " ".join(deadline.span.cut(result.text).split())
    assert f"\x1b[1;33m{words}" in screen(SEED, force_terminal=True, color_system="standard").replace("\n", " ")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3\d", screen(SEED, force_terminal=True))


def test_bytes_that_drive_a_terminal_are_not_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SEED.read_text(encoding="utf-8").replace("100%", "\x1b[2J100%"), encoding="utf-8")
    assert "\x1b" not in screen(path)


def test_show_says_when_a_text_is_no_directive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "thơ.txt"
    path.write_text("Mùa thu lá rụng bên thềm\n", encoding="utf-8")
    assert main(["show", str(path)]) == Exit.SOME_FAILED
    assert "Không thấy dấu hiệu của văn bản chỉ đạo" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="no shell of that kind")
def test_a_reader_that_stops_early_is_no_fault() -> None:
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    shell = f"{sys.executable} -c '{code}' show corpus/003_fa84db0f1f94df91.txt | head -1"
    done = subprocess.run(shell, shell=True, cwd=PROJECT, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout and done.stderr == ""


# --- the other commands --------------------------------------------------------------------------------------------------


def test_score_prints_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(PROJECT / "corpus" / "gold")]) == Exit.DONE
    out = capsys.readouterr().out
    assert "clean rows" in out
    assert main(["score", str(PROJECT / "corpus"), "--json"]) == Exit.DONE
    figures = json.loads(capsys.readouterr().out)[str(PROJECT / "corpus")]
    assert set(figures["tasks"]) == {"precision", "recall", "f1", "right", "gold", "predicted"}
    wrong = figures["lead"]["predicted"] - figures["lead"]["right"]
    assert sum(rule["wrong"] for rule in figures["rules"] if rule["field"] == "lead") == wrong
    assert [rule["wrong"] for rule in figures["rules"]] == sorted((rule["wrong"] for rule in figures["rules"]), reverse=True)
    assert figures["rules"][0]["rule"] in out.split("bị sửa nhiều nhất")[1]


def test_score_needs_gold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(tmp_path)]) == Exit.SOME_FAILED
    assert str(tmp_path) in capsys.readouterr().err


def test_rules_check_tells_what_is_not_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.rulecheck.check_rules", lambda _: [])
    assert main(["rules", "check"]) == Exit.DONE
    assert re.search(r"\d{2,} quy tắc trong \d+ tệp", capsys.readouterr().out)
    monkeypatch.setattr("pipeline.rulecheck.check_rules", lambda _: ["rules/x.toml, rule y: the example does not fire"])
    assert main(["rules", "check", "--json"]) == Exit.FAULTY_RULES
    out, err = capsys.readouterr()
    assert json.loads(out)["faults"] == ["rules/x.toml, rule y: the example does not fire"] and "1 lỗi" in err


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == Exit.DONE
    assert "text" in json.loads(capsys.readouterr().out)["required"]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == Exit.DONE
    assert capsys.readouterr().out.startswith("giaoviec ")


def test_output_is_utf8_whatever_the_terminal_says() -> None:
    done = command("--help", env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.returncode == 0 and "Cách dùng" in done.stdout

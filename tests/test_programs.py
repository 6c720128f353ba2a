"""scripts/programs.sh installs what is missing where it may, says the command where it may not, and never stands in the way."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "programs.sh"
TOOLS = ("sh", "uname", "dirname", "readlink", "grep", "ls", "mktemp", "rm", "tail", "timeout", "env", "touch", "echo")
Run = Callable[..., tuple[str, list[str]]]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script of make, which Windows does not have")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return what the script prints and how it calls apt-get on a machine that has only the programs given, as shell scripts."""

    def machine(*words: str, **programs: str) -> tuple[str, list[str]]:
        for tool in TOOLS:
            if found := shutil.which(tool):
                (tmp_path / tool).symlink_to(found)
        for name, script in {"fc-list": "echo Tinos", "id": "echo 0", "uname": "echo Linux", **programs}.items():
            path = tmp_path / name.replace("_", "-")
            path.unlink(missing_ok=True)
            path.write_text(f"#!{shutil.which('sh')}\n{script}\n")
            path.chmod(0o755)
        if "soffice" in programs:
            (tmp_path / "libswlo.so").touch()
            (tmp_path / "libsclo.so").touch()
        calls = tmp_path / "calls"
        environment = {"PATH": str(tmp_path), "CALLS": str(calls)}
        done = subprocess.run([str(tmp_path / "sh"), str(SCRIPT), *words], env=environment, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0
        assert not done.stdout
        return done.stderr, calls.read_text().splitlines() if calls.exists() else []

    return machine


APT = 'echo "$@" >> "$CALLS"'
TESSERACT = "echo eng; echo vie"


def test_where_all_is_there_nothing_happens(run: Run) -> None:
    assert run(tesseract=TESSERACT, soffice="", apt_get=APT) == ("", [])


@pytest.mark.parametrize(
    ("there", "names"),
    [
        ({"soffice": ""}, "tesseract-ocr tesseract-ocr-vie"),
        ({"soffice": "", "tesseract": "echo eng"}, "tesseract-ocr-vie"),
        ({"tesseract": TESSERACT}, "libreoffice-writer-nogui"),
    ],
)
def test_what_is_missing_is_installed(run: Run, there: dict[str, str], names: str) -> None:
    said, (call,) = run(**there, apt_get=APT)
    assert call.endswith(f"install --no-install-recommends {names}")
    assert names in said


@pytest.mark.parametrize(
    ("words", "there", "wanted"),
    [
        ((), {}, []),
        (("test",), {}, ["postgresql chromium"]),
        (("test",), {"initdb": ""}, ["chromium"]),
        (("test",), {"chromium": ""}, ["postgresql"]),
        (("test",), {"initdb": "", "chromium": ""}, []),
    ],
)
def test_only_tests_want_a_database_and_a_browser(run: Run, words: tuple[str, ...], there: dict[str, str], wanted: list[str]) -> None:
    no_server = "case $* in *postgresql*) exit 1 ;; esac"
    _, calls = run(*words, tesseract=TESSERACT, soffice="", ls=no_server, apt_get=APT, **there)
    assert [call.rpartition("--no-install-recommends ")[2] for call in calls] == wanted


def test_tests_want_a_spreadsheet_program(run: Run) -> None:
    _, (call,) = run("test", tesseract=TESSERACT, initdb="", chromium="", apt_get=APT)
    assert call.endswith("libreoffice-writer-nogui libreoffice-calc-nogui")


def test_a_list_of_packages_that_is_old_is_renewed_once(run: Run) -> None:
    said, calls = run(tesseract=TESSERACT, apt_get=APT + "; exit 100")
    assert ["install" in call for call in calls] == [True, False, True]
    assert "sudo apt-get install --no-install-recommends libreoffice-writer-nogui" in said


def test_without_a_network_it_tries_once(run: Run) -> None:
    said, calls = run(tesseract=TESSERACT, apt_get=APT + "; echo Temporary failure resolving a.example; exit 100")
    assert len(calls) == 1
    assert "sudo apt-get install" in said


@pytest.mark.parametrize("there", [{}, {"apt_get": APT, "id": "echo 1000"}, {"apt_get": APT, "id": "echo 1000", "sudo": "exit 1"}])
def test_where_it_may_not_install_it_says_the_command(run: Run, there: dict[str, str]) -> None:
    said, calls = run(soffice="", **there)
    assert not calls
    assert "sudo apt-get install --no-install-recommends tesseract-ocr tesseract-ocr-vie" in said


def test_sudo_without_a_password_will_do(run: Run) -> None:
    _, (call,) = run(soffice="", id="echo 1000", sudo='[ "$1" = -n ] && shift; "$@"', apt_get=APT)
    assert call.endswith("tesseract-ocr-vie")

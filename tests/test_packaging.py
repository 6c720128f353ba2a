"""What is installed: the locks pin and hash everything, and a wheel holds every file the program reads."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("models", "pipeline", "rules")
LOCKS = ("requirements.lock", "requirements-dev.lock")
LAYOUT = frozenset(
    [
        "pipeline",
        "models",
        "rules",
        "corpus",
        "outputs",
        "tests",
        "benchmarks",
        "docs",
        "scripts",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "package.json",
        "package-lock.json",
        "pyproject.toml",
        "requirements.lock",
        "requirements-dev.lock",
    ]
)
MADE_HERE = frozenset({"build", "node_modules", "__pycache__"})


def test_nothing_lies_about_at_the_top() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.suffix != ".egg-info"}
    assert found - MADE_HERE == LAYOUT


def _pins(lock: str) -> dict[str, str]:
    """Return name → version for the packages of a lock that this system installs anywhere."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9-]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_hashes_every_package_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?:|file:|--(?:extra-)?index-url|--find-links", text)


def test_the_locks_agree_with_each_other_and_with_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, everything = (_pins(lock) for lock in LOCKS)
    assert runtime.items() <= everything.items()
    assert _names(project["project"]["dependencies"]) <= runtime.keys()
    assert _names(project["dependency-groups"]["dev"]) <= everything.keys()


def test_nothing_that_is_shipped_is_gpl() -> None:
    for name in _pins("requirements.lock"):
        try:
            data = metadata(name)
        except ModuleNotFoundError:
            continue  # another system's
        licence = [data.get("License-Expression") or "", *(c for c in data.get_all("Classifier") or [] if c.startswith("License"))]
        assert not re.search(r"\bA?GPL|Affero|GNU General", " ".join(licence)), name


def test_a_wheel_holds_every_file_the_program_reads(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    read = {path.relative_to(source).as_posix() for package in PACKAGES for path in (source / package).rglob("*") if path.is_file()}
    build = ["wheel", "-qq", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert {name for name in read if not name.endswith("README.md")} <= held

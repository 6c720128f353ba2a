"""outputs/ is what the pipeline makes of corpus/ now. ``make outputs`` accepts a new state."""

import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.run import run

ROOT = Path(__file__).parent.parent
OUTPUTS = ROOT / "outputs"
BY_HAND = {"README.md"}


def _content(path: Path) -> object:
    """Return what must be equal: of an office file its parts, since compressed bytes differ between versions of zlib."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    return path.read_bytes()


def _files(folder: Path) -> dict[str, Path]:
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path for name, path in paths.items() if name not in BY_HAND}


def test_outputs_are_what_the_pipeline_makes(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = run([Path("corpus")], tmp_path)
    assert not report.failed
    made = _files(tmp_path)
    if request.config.getoption("--rewrite-outputs"):
        for path in _files(OUTPUTS).values():
            path.unlink()
        shutil.copytree(tmp_path, OUTPUTS, dirs_exist_ok=True)
    kept = _files(OUTPUTS)
    gone = sorted(kept.keys() - made.keys())
    new = sorted(made.keys() - kept.keys())
    changed = sorted(name for name in made.keys() & kept.keys() if _content(made[name]) != _content(kept[name]))
    assert not gone + new + changed, f"not made any more: {gone}; new: {new}; changed: {changed}. If that is meant: make outputs"

"""What a process that was killed leaves of a file on its way into the store is swept away, and never what is in use."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.store import Store
from pipeline.store.parts import part_file, sweep_parts


def aged(path: Path, hours: float) -> Path:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_only_old_parts_that_nobody_holds_are_swept(tmp_path: Path) -> None:
    left, fresh, kept = (tmp_path / name for name in (".part-left", ".part-fresh", "giữ lại.docx"))
    for path, hours in ((left, 2), (fresh, 0.5), (kept, 48)):
        path.write_bytes(b"half a file")
        aged(path, hours)
    folder = tmp_path / ".part-folder"
    folder.mkdir()
    with part_file(tmp_path) as (stream, held):
        stream.write(b"a slow sender")
        aged(held, 5)
        assert sweep_parts(tmp_path) == 1
        assert held.exists() and fresh.exists() and kept.exists() and folder.exists() and not left.exists()
    assert not held.exists()
    assert sweep_parts(tmp_path / "nowhere") == 0


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_what_a_killed_process_left_goes_and_what_another_holds_stays(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from pipeline.store.parts import part_file\n"
        "with part_file(Path(sys.argv[1])) as (stream, path): print(path, flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout
        part = aged(Path(other.stdout.readline().strip()), 3)
        assert sweep_parts(tmp_path) == 0 and part.exists()
    finally:
        other.kill()
        other.communicate()
    assert part.exists()
    with Store.open(tmp_path / "kho.db", tmp_path) as store:
        assert store.sweep() == 1
    assert not part.exists()

"""How fast are PDF pages read, and with how much memory? ``python -m benchmarks.pdf_text``; needs LibreOffice.

The largest directive of the corpus is set in Word's way, without tables, and printed by LibreOffice. pdfplumber's own text
extraction and this reader are timed in one run on the same pages; the memory is that of a process that reads 200 pages.
"""

import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pdfplumber
import pypdfium2
from docx import Document
from docx.shared import Cm, Pt

from pipeline.read.pdf import read_pdf

ROOT = Path(__file__).parent.parent
ROUNDS = 5
COMPARED = 16
PAGES = 200
LEAST_RATIO = 8.0
MOST_MEGABYTES = 300.0


def main() -> int:
    """Measure and print; return 1 where a goal is missed. With a file as argument: read it and print the peak memory."""
    if len(sys.argv) > 1:
        read_pdf(Path(sys.argv[1]).read_bytes(), sys.argv[1], "benchmark.pdf")
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        whole = _print(Path(folder))
        small, large = Path(folder) / "small.pdf", Path(folder) / "large.pdf"
        pages = _take(whole, COMPARED, small)
        _take(whole, PAGES, large)
        raw = small.read_bytes()
        ours = min(_seconds(lambda: read_pdf(raw, "benchmark", "benchmark.pdf")) for _ in range(ROUNDS))
        theirs = min(_seconds(lambda: _extract(raw)) for _ in range(ROUNDS))
        command = [sys.executable, "-m", "benchmarks.pdf_text", str(large)]
        peak = int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    megabytes = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    ratio = theirs / ours
    print(f"this reader, {pages} pages without tables: {pages / ours:6.0f} pages/s (whole document: lines, order, furniture)")
    print(f"pdfplumber, text extraction alone:     {pages / theirs:6.1f} pages/s")
    print(f"ratio:                                 {ratio:6.1f} x  (goal: {LEAST_RATIO:.0f} x)")
    print(f"peak memory, {PAGES} pages:                {megabytes:6.0f} MB (goal: below {MOST_MEGABYTES:.0f} MB)")
    return int(ratio < LEAST_RATIO or megabytes >= MOST_MEGABYTES)


def _print(folder: Path) -> Path:
    text = max((ROOT / "corpus").glob("*.txt"), key=lambda path: path.stat().st_size).read_text(encoding="utf-8")
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height, section.left_margin, section.right_margin = Cm(21), Cm(29.7), Cm(3), Cm(2)
    for paragraph in text.split("\n"):
        if words := paragraph.strip():
            set_in = document.add_paragraph().add_run(words)
            set_in.font.size, set_in.font.name = Pt(14), "Tinos"
    file = folder / "directive.docx"
    document.save(str(file))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            file,
        ],
        check=True,
        capture_output=True,
    )
    return file.with_suffix(".pdf")


def _take(whole: Path, count: int, target: Path) -> int:
    """Write the first ``count`` pages of ``whole``, over and over where it has fewer, into ``target``."""
    source, taken = pypdfium2.PdfDocument(whole), pypdfium2.PdfDocument.new()
    while len(taken) < count:
        taken.import_pages(source, list(range(min(len(source), count - len(taken)))))
    taken.save(target)
    return count


def _extract(raw: bytes) -> None:
    with pdfplumber.open(io.BytesIO(raw)) as document:
        for page in document.pages:
            page.extract_text()


def _seconds(work: object) -> float:
    start = time.perf_counter()
    assert callable(work)
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())

"""What do DOCX, PDF and scans cost against the same directive as plain text? Prints a table and keeps it in docs/readers.md.

    python -m benchmarks.renderings [GOLD_DIR TEXT_DIR ...] [--only docx,pdf,scan] [--work DIR] [--all]

The texts of corpus/, and of each TEXT_DIR with its gold, are typed as letters (DOCX), printed (PDF, by LibreOffice) and scanned
(pictures of 200 dpi, of two qualities); the program reads the files and nothing else. Its clauses are laid over the gold text by
their words, and scored as the plain text is. Scans are made of the SCANNED texts of middling length, or with --all of all. With --work the
renderings, results and losses stay in DIR (DOCX, PDF and scans that are newer than this benchmark are taken again).
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from benchmarks.carry import carry, wrong_numbers
from benchmarks.letter import Letter, take_letter
from benchmarks.paper import CLEAN, OFFICE, Quality, write_pdfs, write_scan
from benchmarks.word_file import write_docx
from models import Result
from pipeline.evaluate import Scores, read_gold, score_documents
from pipeline.ratchet import accept, compare, describe
from pipeline.rulebook import rulebook
from pipeline.run import process

Json = Mapping[str, Any]

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "readers.md"
SCANNED: Final = 4
RENDERINGS: Final = ("docx", "pdf", "scan")
SHOWN: Final = ("clauses", "tasks", "deadlines", "units")
WRONG_NUMBERS: Final = 0.01
_FROM, _TO = "<!-- renderings: kept by python -m benchmarks.renderings -->", "<!-- /renderings -->"


@dataclass(frozen=True)
class Kind:
    """A way to render: ``least`` is the share of plain text's clean rows F1 that it must reach, if any."""

    name: str
    title: str
    least: float | None


KINDS: Final = (
    Kind("docx", "DOCX", 0.98),
    Kind("pdf", "PDF", 0.95),
    Kind("scan-clean", "scan, clean", None),
    Kind("scan-office", "scan, of an office", 0.80),
)


@dataclass
class Reading:
    """What the program made of the renderings of one kind."""

    results: dict[str, Json] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    pages: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Render, read, score, print, keep; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.renderings", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="GOLD_DIR TEXT_DIR", help="more texts with gold")
    parser.add_argument("--only", default=",".join(RENDERINGS), help="of docx,pdf,scan")
    parser.add_argument("--work", type=Path, help="keep renderings, results and losses here")
    parser.add_argument("--all", action="store_true", help="scan all texts")
    chosen = parser.parse_args(arguments)
    only = chosen.only.split(",")
    if len(chosen.folders) % 2 or not set(only) <= set(RENDERINGS):
        parser.error("GOLD_DIR and TEXT_DIR go together; --only takes docx, pdf, scan")
    gold: dict[str, Json] = {}
    texts: dict[str, Path] = {}
    pairs = [(ROOT / "corpus" / "gold", ROOT / "corpus"), *zip(chosen.folders[::2], chosen.folders[1::2], strict=True)]
    for folder, text_folder in pairs:
        for name, annotation in read_gold(folder).items():
            gold.setdefault(name, annotation)
            texts.setdefault(name, text_folder / f"{name}.txt")
    with tempfile.TemporaryDirectory() as scratch:
        table, met = _measure(gold, texts, only, chosen.work or Path(scratch), chosen.all)
    print(table)
    if set(only) == set(RENDERINGS):
        _keep(table, len(gold), sum(path.parent == ROOT / "corpus" for path in texts.values()), chosen.all)
    return int(not met)


def _measure(gold: Mapping[str, Json], texts: Mapping[str, Path], only: Sequence[str], work: Path, all_scanned: bool) -> tuple[str, bool]:
    letters = {name: take_letter(annotation) for name, annotation in gold.items()}
    scanned = list(gold) if all_scanned else _middling(gold)
    plain = _read(texts)
    _tell("text", plain)
    rows = [_row("plain text", plain, score_documents(gold, plain.results), None, None)[0]]
    below: list[str] = []
    met = True
    numbering = _type(letters, work / "docx")
    if "pdf" in only or "scan" in only:
        stale = [
            path for path in (work / "docx" / f"{name}.docx" for name in letters) if not _fresh(work / "pdf" / f"{path.stem}.pdf", path)
        ]
        (work / "pdf").mkdir(parents=True, exist_ok=True)
        if stale:
            write_pdfs(stale, work / "pdf")
    for kind in KINDS:
        if kind.name.split("-")[0] not in only:
            continue
        names = scanned if kind.name.startswith("scan") else list(gold)
        if kind.name.startswith("scan"):
            _scan(letters, names, work, CLEAN if kind.name == "scan-clean" else OFFICE)
        suffix = "docx" if kind.name == "docx" else "pdf"
        reading = _read({name: work / kind.name / f"{name}.{suffix}" for name in names})
        _tell(kind.name, reading)
        some = {name: gold[name] for name in names}
        before = score_documents(some, {name: plain.results[name] for name in names if name in plain.results})
        carried = {name: carry(dict(result), gold[name]["text"]) for name, result in reading.results.items()}
        scores = score_documents(some, carried)
        row, good = _row(kind.title, reading, scores, before, kind.least)
        rows.append(row)
        met &= good
        if kind.name.startswith("scan"):
            line, good = _numbers(kind, letters, reading)
            below.append(line)
            met &= good
        _leave(work, kind, reading, describe(compare(accept(before), scores), some))
    below.insert(0, f"Of {numbering[1]} markers {numbering[0]} are automatic numbering of Word's in the DOCX, the others typed.")
    lines = [
        "| read from | texts | pages | clean rows F1 | of the same as text | ratio | goal | | " + " | ".join(SHOWN) + " | s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |" + " ---: |" * (len(SHOWN) + 1),
    ]
    return "\n".join([*lines, *rows, "", *below]), met


# --- renderings ----------------------------------------------------------------------------------------------------------


def _type(letters: Mapping[str, Letter], folder: Path) -> tuple[int, int]:
    folder.mkdir(parents=True, exist_ok=True)
    counts = []
    for name, letter in letters.items():
        path = folder / f"{name}.docx"
        # typed in any case, for the count; a file that would be the same is not replaced, and so not printed again
        counts.append(write_docx(letter, BytesIO() if _fresh(path) else path))
    return sum(automatic for automatic, _ in counts), sum(markers for _, markers in counts)


def _scan(letters: Mapping[str, Letter], names: Sequence[str], work: Path, quality: Quality) -> None:
    folder = work / f"scan-{quality.name}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        pdf, target = work / "pdf" / f"{name}.pdf", folder / f"{name}.pdf"
        if not _fresh(target, pdf):
            write_scan(pdf, target, quality, letters[name].signer)


def _fresh(target: Path, *sources: Path) -> bool:
    """Return whether ``target`` is there and younger than what it is made of and with."""
    makers = [
        path for path in Path(__file__).parent.glob("*.py") if path.name in ("letter.py", "word_file.py", "word_lists.py", "paper.py")
    ]
    return target.exists() and all(path.stat().st_mtime <= target.stat().st_mtime for path in (*sources, *makers))


def _middling(gold: Mapping[str, Json]) -> list[str]:
    """Return the SCANNED names whose texts are nearest to the median length, in the order of ``gold``."""
    lengths = sorted(len(annotation["text"]) for annotation in gold.values())
    median = lengths[len(lengths) // 2]
    near = sorted(gold, key=lambda name: (abs(len(gold[name]["text"]) - median), name))[:SCANNED]
    return [name for name in gold if name in near]


# --- readings ------------------------------------------------------------------------------------------------------------


def _read(paths: Mapping[str, Path]) -> Reading:
    """Run the program on each file. One that it refuses, or breaks on, counts as wholly missed."""
    reading = Reading()
    book = rulebook()
    for name, path in paths.items():
        start = time.perf_counter()
        try:
            result: Result = process(path, book)
        except Exception as error:
            reading.faults[name] = f"{type(error).__name__}: {error}"
        else:
            reading.results[name] = result.model_dump(mode="json")
            reading.pages += result.source.pages or 0
        reading.seconds += time.perf_counter() - start
    return reading


def _tell(kind: str, reading: Reading) -> None:
    for name, fault in reading.faults.items():
        print(f"{kind} {name}: {fault}", file=sys.stderr)


def _row(title: str, reading: Reading, scores: Scores, before: Scores | None, least: float | None) -> tuple[str, bool]:
    rows = scores.tallies["clean rows"].f1
    plain = before.tallies["clean rows"].f1 if before else None
    ratio = rows / plain if plain else None
    good = least is None or (ratio is not None and ratio >= least)
    cells = [
        title,
        str(len(scores.clean)),
        str(reading.pages or ""),
        f"{rows:.3f}",
        "" if plain is None else f"{plain:.3f}",
        "" if ratio is None else f"{ratio:.3f}",
        "" if least is None else f">= {least:.2f}",
        "" if least is None else "met" if good else "MISSED",
        *(f"{scores.tallies[name].f1:.3f}" for name in SHOWN),
        f"{reading.seconds:.1f}",
    ]
    return f"| {' | '.join(cells)} |", good


def _numbers(kind: Kind, letters: Mapping[str, Letter], reading: Reading) -> tuple[str, bool]:
    wrong: list[str] = []
    total = 0
    for name, result in reading.results.items():
        some, count = wrong_numbers(letters[name].printed(), result["text"])
        wrong += some
        total += count
    share = len(wrong) / total if total else 1.0
    goal = f" (goal: <= {WRONG_NUMBERS:.0%}, {'met' if share <= WRONG_NUMBERS else 'MISSED'})" if kind.name == "scan-clean" else ""
    return f"Numbers read wrong, {kind.title}: {len(wrong)} of {total}, {share:.2%}{goal}.", not goal or share <= WRONG_NUMBERS


def _leave(work: Path, kind: Kind, reading: Reading, changes: Sequence[str]) -> None:
    """Write the results, and what was right in plain text and is not here, below ``work``."""
    folder = work / "results" / kind.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, result in reading.results.items():
        (folder / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    (work / f"losses-{kind.name}.txt").write_text("\n".join([*changes, ""]), encoding="utf-8")


def _keep(table: str, texts: int, own: int, all_scanned: bool) -> None:
    others = texts - own
    command = f"python -m benchmarks.renderings{' GOLD_DIR TEXT_DIR' if others else ''}{' --all' if all_scanned else ''}"
    which = f"the {own} directives of corpus/{f' and {others} others that have gold' if others else ''}"
    section = (
        f"{_FROM}\n"
        f"`{command}`, over {which}.\n"
        "Each is typed as a letter with the means of an office (letterhead and foot in tables without lines, Word's own numbering,\n"
        "footnotes, a page number on top), printed by LibreOffice, and scanned at 200 dpi: clean, or as from an office (askew by 0.7\n"
        "degrees, noise, blur, low contrast, a red stamp and a signature over the foot). Clean rows are tasks with nothing to correct;\n"
        "a ratio is to the same texts read as plain text. None of these texts has a table in its body.\n\n"
        f"{table}\n"
        f"{_TO}"
    )
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else f"# Readers\n\n{_FROM}\n{_TO}\n"
    before, _, rest = page.partition(_FROM)
    _, _, after = rest.partition(_TO)
    PAGE.write_text(before + section + after, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

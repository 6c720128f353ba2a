"""The five hops from a file to its result, and the same for many files at once."""

import gc
import os
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from models import Document, Finding, Header, OutputError, Result, RuleError, SourceError
from pipeline.check import check
from pipeline.confidence import estimate
from pipeline.coordinate import coordinate
from pipeline.emit import emit, emit_all
from pipeline.extract import extract
from pipeline.isolate import read_isolated
from pipeline.messages import printable, say
from pipeline.misprints import read_as_meant
from pipeline.outline import build_outline
from pipeline.quotes import quote
from pipeline.rulebook import Rulebook, rulebook
from pipeline.secrecy import find_secrecy

_WORDS: Final = (".txt", ".md", ".docx", ".docm", ".dotx", ".doc", ".rtf", ".odt", ".pdf", ".html", ".htm", ".mht", ".mhtml", ".edxml")
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
SUFFIXES: Final = frozenset((*_WORDS, *_PICTURES))
"""files of a folder that are taken"""
LOG_NAME: Final = "giaoviec-loi.log"
_STEM_CHARS: Final = 100
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]+')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_README = re.compile(r"readme\b", re.IGNORECASE)


def process(path: Path, rulebook: Rulebook, *, allow_secret: bool = False, pages: bool = False) -> Result:
    """Return what ``path`` orders, read in a child process with limits. Raises SourceError where the file cannot be read.

    A directive that bears a mark of secrecy is refused ("secret") unless ``allow_secret``. ``pages``: blocks of formats without pages
    (Word, RTF, ODT, HTML) get those that LibreOffice prints, in a second or two a file.
    """
    document = read_isolated(path, pages=pages)
    if not allow_secret and (found := find_secrecy(document, rulebook)):
        raise SourceError("secret", say("run.secret", file=printable(path), mark=found[0]))
    return take_apart(document, rulebook)


def take_apart(document: Document, rulebook: Rulebook) -> Result:
    """Return what ``document`` orders.

    ``status`` is "clean" without a finding above "note", "needs-review" with one, and "failed" where the text is no directive at
    all: then one finding, "not-a-directive", says so.
    """
    collecting = gc.isenabled()
    gc.disable()  # what is made of a document holds no circles: the collector would walk it again and again for nothing (5 % of a run)
    try:
        return _take_apart(document, rulebook)
    finally:
        if collecting:
            gc.enable()


def _take_apart(document: Document, rulebook: Rulebook) -> Result:
    meant = read_as_meant(document, rulebook)
    extraction = extract(meant, build_outline(meant, rulebook), rulebook)
    if meant is not document:
        outline, tasks = quote(extraction.outline, extraction.tasks, meant.text, document.text)
        extraction = replace(extraction, outline=outline, tasks=tasks)
    if document.source.envelope:
        known_by = {"document_id": document.source.envelope.document_id}
        extraction = replace(extraction, tasks=tuple(task.model_copy(update=known_by) for task in extraction.tasks))
    graph = coordinate(extraction.tasks, extraction.units)
    findings = tuple(check(document, extraction.outline, extraction.tasks, meant.text))
    estimated = estimate(document, extraction.outline, extraction.tasks, extraction.units, findings)
    status: Literal["clean", "needs-review", "failed"] = "clean" if all(f.severity == "note" for f in findings) else "needs-review"
    if not extraction.tasks and not _has_head(extraction.outline.header):
        status, findings = "failed", (Finding(code="not-a-directive", severity="error", message=say("run.not-a-directive")),)
    return Result(
        rulebook=rulebook.sha256,
        source=document.source,
        status=status,
        text=document.text,
        blocks=document.blocks,
        tables=document.tables,
        asides=document.asides,
        mends=document.mends,
        header=extraction.outline.header,
        clauses=estimated.clauses,
        tasks=estimated.tasks,
        units=extraction.units,
        graph=graph,
        findings=findings,
    )


def _has_head(header: Header) -> bool:
    """A title alone is no sign: any text has a first line."""
    return any((header.kind, header.number, header.issuer, header.issued_on, header.addressees, header.signer))


@dataclass(frozen=True)
class DocumentReport:
    """What became of one file. ``folder`` holds its results; ``code`` and ``message`` say why it failed."""

    path: Path
    status: Literal["clean", "needs-review", "failed"]
    folder: Path | None = None
    code: str | None = None
    message: str | None = None
    kind: str | None = None
    number: str | None = None
    tasks: int = 0
    unassigned: int = 0
    deadlines: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RunReport:
    """What became of a run. ``files`` are those over all documents; ``skipped`` counts files left out by their suffix."""

    out: Path
    documents: tuple[DocumentReport, ...]
    files: tuple[Path, ...]
    skipped: Mapping[str, int]

    @property
    def failed(self) -> tuple[DocumentReport, ...]:
        return tuple(d for d in self.documents if d.status == "failed")

    @property
    def nothing_to_do(self) -> bool:
        return all(d.code == "no-text-files" for d in self.documents)


def run(
    paths: Iterable[Path],
    out: Path,
    on_progress: Callable[[int, int, Path], None] | None = None,
    *,
    allow_secret: bool = False,
    pages: bool = False,
) -> RunReport:
    """Process files and folders and write the results into ``out``: a folder for each document, and files over all of them.

    A file that fails costs that file only, and leaves no folder behind; a fault of the program goes with its traceback into
    LOG_NAME in ``out``. ``on_progress`` is called before each file with its number (from 0), the number of files, and its
    path. Raises OutputError where ``out`` cannot be written to, RuleError where the rules are faulty.
    """
    book = rulebook()
    found, skipped = collect(paths, out)
    if any(fault is None for _, fault in found):
        _prepare(out)
    reports: list[DocumentReport] = []
    results: list[Result] = []
    folders = _folders(out, [path for path, fault in found if fault is None])
    for number, (path, fault) in enumerate(found):
        if on_progress:
            on_progress(number, len(found), path)
        report, result = _one(path, fault, folders.get(path, out), book, allow_secret, pages)
        reports.append(report)
        if result:
            results.append(result)
    return RunReport(out, tuple(reports), _emit_all(results, out), skipped)


def _one(
    path: Path, fault: SourceError | None, folder: Path, book: Rulebook, allow_secret: bool, pages: bool
) -> tuple[DocumentReport, Result | None]:
    """Return what became of one file, and its result where there is one. Only faulty rules stop the others too."""
    try:
        if fault:
            raise fault
        result = process(path, book, allow_secret=allow_secret, pages=pages)
        if result.status == "failed":
            raise SourceError(result.findings[0].code, f"{printable(path)}: {result.findings[0].message}")
        _emit(result, path, folder)
    except RuleError:
        raise
    except SourceError as error:
        return DocumentReport(path, "failed", code=error.code, message=str(error)), None
    except Exception as error:
        log = _log(folder.parent, path)
        what = f"{type(error).__name__}: {error}"[:200]
        message = say("run.program-fault", file=printable(path), what=what, log=printable(log))
        return DocumentReport(path, "failed", code="program-fault", message=message), None
    return _report(path, result, folder), result


def _emit(result: Result, path: Path, folder: Path) -> None:
    try:
        emit(result, folder)
    except OSError as error:
        message = say("run.not-written", file=printable(path), folder=printable(folder), reason=_reason(error))
        raise SourceError("not-written", message) from error


def collect(paths: Iterable[Path], out: Path) -> tuple[list[tuple[Path, SourceError | None]], Mapping[str, int]]:
    """Return the files of ``paths``, each once, with the fault of those that are none; and how many were left out, by suffix.

    A file is taken whatever its name. Of a folder, all files with one of SUFFIXES at any depth are taken, in order of name; hidden files,
    lock files of Office, README files, corpus/gold and the results of an earlier run are not.
    """
    found: dict[Path, tuple[Path, SourceError | None]] = {}
    skipped: Counter[str] = Counter()
    for path in paths:
        if not _is_folder(path):
            found.setdefault(_resolved(path), (path, None))
            continue
        taken: list[Path] = []
        faults: list[Path] = []
        others: Counter[str] = Counter()
        for file in _walk(path, out, faults):
            if file.suffix.lower() in SUFFIXES:
                taken.append(file)
            else:
                others[file.suffix.lower() or say("run.no-suffix")] += 1
        skipped += others
        for file in taken:
            found.setdefault(_resolved(file), (file, None))
        for folder in faults:
            found.setdefault(_resolved(folder), (folder, SourceError("no-permission", say("read.no-permission", file=printable(folder)))))
        if not taken and not faults:
            text = say("run.found-others", kinds=count_kinds(others)) if others else ""
            fault = SourceError("no-text-files", say("run.no-text-files", folder=printable(path), found=text))
            found.setdefault(_resolved(path), (path, fault))
    return list(found.values()), skipped


def count_kinds(counts: Mapping[str, int]) -> str:
    """Return "3 .pdf, 1 .docx": the most frequent first."""
    return ", ".join(f"{number} {suffix}" for suffix, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _walk(root: Path, out: Path, faults: list[Path]) -> Iterator[Path]:
    results = _resolved(out)
    for base, names, files in os.walk(root, onerror=lambda error: faults.append(Path(os.fsdecode(error.filename)))):
        folder = Path(base)
        names[:] = sorted(
            name
            for name in names
            if not name.startswith(".")
            and not (name == "gold" and folder.name == "corpus")
            and not (folder / name / "result.json").exists()
            and _resolved(folder / name) != results
        )
        for name in sorted(files):
            if not name.startswith((".", "~$")) and not _README.match(name):
                yield folder / name


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a link that leads to itself
        return path.absolute()


def _prepare(out: Path) -> None:
    """Make ``out``, and see that it takes a file, before any work is done."""
    if out.exists() and not out.is_dir():
        raise OutputError(say("run.out-is-file", out=printable(out)))
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".{LOG_NAME}"
        probe.write_bytes(b"")
        probe.unlink()
        (out / LOG_NAME).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(say("run.out-not-writable", out=printable(out), reason=_reason(error))) from error


def _folders(out: Path, paths: Iterable[Path]) -> dict[Path, Path]:
    """Return a folder in ``out`` for each file, by its stem; no two alike, also where case does not count (Windows)."""
    taken: set[str] = set()
    folders = {}
    for path in paths:
        stem = safe_stem(path)
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        folders[path] = out / name
    return folders


def safe_stem(path: Path) -> str:
    """Return the stem of ``path`` as a name that Windows, macOS and Linux take: NFC, at most 100 characters."""
    stem = _FORBIDDEN.sub("-", printable(Path(path.stem)))[:_STEM_CHARS].strip(" .")
    return f"_{stem}" if not stem or _DEVICE.match(stem) else stem


def _report(path: Path, result: Result, folder: Path) -> DocumentReport:
    header = result.header
    return DocumentReport(
        path=path,
        status=result.status,
        folder=folder,
        kind=header.kind.name if header.kind else None,
        number=header.number,
        tasks=len(result.tasks),
        unassigned=sum(not task.names("lead") for task in result.tasks),
        deadlines=sum(bool(task.deadlines) for task in result.tasks),
        findings=dict(Counter(finding.severity for finding in result.findings)),
    )


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _log(out: Path, path: Path) -> Path:
    log = out / LOG_NAME
    with suppress(OSError), log.open("a", encoding="utf-8", errors="replace") as stream:
        stream.write(f"=== {printable(path)}\n{traceback.format_exc()}\n")
    return log


def _emit_all(results: list[Result], out: Path) -> tuple[Path, ...]:
    """Write the files over all documents and return them."""
    if not results:
        return ()
    try:
        return emit_all(results, out)
    except OSError as error:
        raise OutputError(say("run.out-not-writable", out=printable(out), reason=_reason(error))) from error

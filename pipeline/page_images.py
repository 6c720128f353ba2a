"""Pictures of a directive's pages on which the words of each task are framed: for people who compare the table with the paper."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from models import OutputError, Result, Span
from pipeline.isolate import draw_isolated
from pipeline.messages import printable, say
from pipeline.read.page_marks import PageMarks
from pipeline.run import safe_stem


def draw_pages(path: Path, result: Result, folder: Path) -> tuple[list[Path], list[int]]:
    """Write a PNG of each page of ``path``, from which ``result`` was read, into ``folder``; return the files, and the numbers of
    the tasks that were not found on any page.

    Each task is framed, in one colour, under its number in the task table; units are tinted blue, deadlines yellow, those too that
    a task has from a heading or the opening. Pages of Word files, RTF, ODT and web pages are LibreOffice's. Raises SourceError where
    the file has no pages ("no-pages": plain text), was changed since ("file-changed"), or its pages cannot be drawn; OutputError
    where ``folder`` cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # pages are drawn beside where they go: what breaks off leaves none behind
        with tempfile.TemporaryDirectory(prefix=".giaoviec-", dir=folder, ignore_cleanup_errors=True) as place:
            names, missing = draw_isolated(path, _marks(result), Path(place))
            files = [folder / f"{safe_stem(path)}-{name}" for name in names]
            for name, file in zip(names, files, strict=True):
                (Path(place) / name).replace(file)
    except OSError as error:
        raise OutputError(say("run.out-not-writable", out=printable(folder), reason=error.strerror or error)) from error
    return files, missing


def _marks(result: Result) -> PageMarks:
    return PageMarks(
        source=result.source,
        text=result.text,
        blocks=result.blocks,
        tasks=tuple((task.span,) for task in result.tasks),
        units=_each(assignment.origin.span for task in result.tasks for assignment in task.assignments),
        deadlines=_each(deadline.origin.span for task in result.tasks for deadline in task.deadlines),
    )


def _each(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(set(spans)))

"""Tasks to follow: results of directives, each task with its document, its units and the words behind its deadlines."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from models import Result, SourceError, Task, TaskState, TrackedTask
from pipeline.emit.words import plain, say_document, say_place, unlisted
from pipeline.messages import printable, say

_FOLLOWING = 160


@dataclass(frozen=True)
class Gathered:
    """Tasks of several documents; ``drafts`` are the names of documents left out, since a draft orders nothing yet."""

    tasks: tuple[TrackedTask, ...] = ()
    drafts: tuple[str, ...] = ()
    documents: int = 0


def track(result: Result, recorded: Iterable[tuple[Task, TaskState]] | None = None) -> list[TrackedTask]:
    """Return the tasks of ``result``, or those in ``recorded`` (as people left them) with what is recorded of them, in order."""
    names = {unit.id: plain(unit.name) for unit in result.units}
    markers = {clause.id: clause.marker for clause in result.clauses}
    document, title = say_document(result.header, result.source), plain(result.header.title or "")
    made = []
    for task, state in recorded if recorded is not None else ((task, TaskState()) for task in result.tasks):
        leads = dict.fromkeys((a.unit_id, names.get(a.unit_id) or plain(a.name)) for a in task.assignments if a.role == "lead")
        others = dict.fromkeys(names.get(a.unit_id) or plain(a.name) for a in task.assignments if a.role == "coordinate")
        made.append(
            TrackedTask(
                task=task,
                document=document,
                title=title,
                issued_on=result.header.issued_on,
                place=say_place(task.clause_id),
                text=unlisted(task.text, markers.get(task.clause_id, "")),
                leads=tuple(leads),
                coordinators=tuple(others),
                following=tuple(result.text[d.span.end : d.span.end + _FOLLOWING] for d in task.deadlines),
                state=state,
            )
        )
    return made


def read_results(paths: Iterable[Path]) -> Gathered:
    """Return the tasks of all results under ``paths``: folders (at any depth) that ``giaoviec run`` wrote, or files result.json.

    A document that is there twice counts once. Raises SourceError where there is no result, or one cannot be read.
    """
    tasks: dict[str, TrackedTask] = {}
    drafts: dict[str, None] = {}
    documents = 0
    for file in dict.fromkeys(file for path in paths for file in result_files(path)):
        result = read_result(file)
        documents += 1
        if result.header.draft:
            drafts.setdefault(say_document(result.header, result.source))
            continue
        for task in track(result):
            tasks.setdefault(task.task.id, task)
    return Gathered(tuple(tasks.values()), tuple(drafts), documents)


def result_files(path: Path) -> list[Path]:
    """Return the results in a folder, or the file that ``path`` is. Raises SourceError ("no-results")."""
    found = sorted(path.rglob("result.json")) if path.is_dir() else [path]
    if not found:
        raise SourceError("no-results", say("due.no-results", folder=printable(path)))
    return found


def read_result(file: Path) -> Result:
    """Return the result that ``giaoviec run`` wrote. Raises SourceError ("not-found", "not-readable", "no-result")."""
    try:
        return Result.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        raise SourceError("not-found", say("due.not-found", file=printable(file))) from None
    except OSError as error:
        raise SourceError("not-readable", say("due.not-readable", file=printable(file), reason=error.strerror or str(error))) from None
    except ValidationError:
        raise SourceError("no-result", say("due.no-result", file=printable(file))) from None

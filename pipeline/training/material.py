"""Annotated directives to learn from: what the rules make of each, and what of that is right."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import Clause, Document, Result, SourceError, Task
from pipeline.evaluate import Json, match_clauses, pair_values, read_gold
from pipeline.messages import printable, say
from pipeline.read import read
from pipeline.rulebook import Rulebook
from pipeline.run import take_apart
from pipeline.same import same_deadline, same_target, same_unit


@dataclass(frozen=True)
class Example:
    """An annotated directive. ``group`` is the folder it came from; ``truth`` gives the gold clause of a predicted one, by index."""

    group: str
    name: str
    gold: Json
    document: Document
    result: Result
    truth: Mapping[int, Json]

    def clause_right(self, index: int) -> bool:
        """Return whether gold has the predicted clause number ``index``, and of the same type."""
        return index in self.truth and bool(self.truth[index]["type"] == self.result.clauses[index].type)


@dataclass(frozen=True)
class Rightness:
    """What of a task is right: each of its assignments and deadlines, in their order, and the whole row."""

    row: bool
    assignments: tuple[bool, ...]
    deadlines: tuple[bool, ...]


def read_material(folders: Sequence[Path], rulebook: Rulebook) -> list[Example]:
    """Return the annotated directives of ``folders``, in order of folder and name, as the rules read them now.

    A folder holds NAME.json (or gold/NAME.json) in the format of the gold; the text is read from documents/NAME.json (a Document as it was
    read from a PDF or Word file) or NAME.txt where there is one, and else taken out of the annotation. Raises SourceError where a folder
    holds no annotation, or one of another text.
    """
    found: list[Example] = []
    for folder in folders:
        for name, gold in sorted(read_gold(folder).items()):
            document = _document(folder, name, gold)
            if document.text != gold["text"]:
                raise SourceError("other-text", say("train.other-text", file=printable(folder / f"{name}.json")))
            result = take_apart(document, rulebook)
            matched = match_clauses(gold, result.model_dump(mode="json", include={"clauses"}))
            found.append(Example(printable(folder), name, gold, document, result, {p: gold["clauses"][g] for g, p in matched.items()}))
    return found


def _document(folder: Path, name: str, gold: Json) -> Document:
    kept, plain = folder / "documents" / f"{name}.json", folder / f"{name}.txt"
    if kept.exists():
        return Document.model_validate_json(kept.read_text(encoding="utf-8"))
    if plain.exists():
        return read(plain)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / f"{name}.txt"
        copy.write_bytes(gold["text"].encode())
        return read(copy)


def judge_task(example: Example, task: Task, index: int) -> Rightness:
    """Return what of ``task``, which is the predicted clause number ``index``, gold has too."""
    truth = example.truth.get(index)
    if truth is None or truth["type"] != "task":
        return Rightness(False, (False,) * len(task.assignments), (False,) * len(task.deadlines))
    right: set[int] = set()
    row = True
    for role in ("lead", "coordinate", "implement", "report_to"):
        own = [n for n, a in enumerate(task.assignments) if a.role == role]
        names = truth["units"][role]
        pairs = pair_values(names, [task.assignments[n].name for n in own], same_unit)
        right |= {own[k] for _, k in pairs}
        row &= role not in ("lead", "coordinate") or len(pairs) == len(names) == len(own)
    due = truth["effective_deadlines"]
    times = pair_values(due, [d.model_dump(mode="json") for d in task.deadlines], same_deadline)
    row &= len(times) == len(due) == len(task.deadlines)
    met = {k for _, k in times}
    return Rightness(row, tuple(n in right for n in range(len(task.assignments))), tuple(n in met for n in range(len(task.deadlines))))


def judge_targets(example: Example, clause: Clause, index: int) -> tuple[bool, ...]:
    """Return which targets of ``clause``, the predicted clause number ``index``, gold has too, in their order."""
    truth = example.truth.get(index)
    if truth is None:
        return (False,) * len(clause.targets)
    right = {k for _, k in pair_values(truth["targets"], [t.model_dump(mode="json") for t in clause.targets], same_target)}
    return tuple(n in right for n in range(len(clause.targets)))

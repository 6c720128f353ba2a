"""How right are the results? Precision, recall and F1 against gold annotation, field by field and by name.

What counts as right:

- ``clauses``: a clause whose letters and digits overlap a gold clause's with an IoU of 0.9 or more (markers do not matter);
  ``type`` and ``parent`` are counted over the clauses so matched
- ``tasks``, ``target clauses``: matched, and both sides give it that type
- ``mentions``: role and unit name printed in the clause
- ``lead`` … ``report_to``: role and unit name that hold for a task, inherited ones too; ``units`` is lead and coordinate together
- ``deadlines``: start, due and repeat printed in the clause; ``due``: those that hold for a task
- ``targets``: value or range, and unit; ``citations``: document numbers; ``edges``: pairs of names that coordinate
- ``clean rows``: tasks with nothing to correct in type, leads, coordinators and deadlines
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from models import Document, Result, SourceError
from pipeline.messages import printable, say
from pipeline.rulebook import rulebook
from pipeline.run import process, take_apart
from pipeline.same import equal, same_deadline, same_edge, same_mention, same_number, same_target, same_text, same_unit

Json = Mapping[str, Any]
Same = Callable[[Any, Any], bool]

ROLES = ("lead", "coordinate", "implement", "report_to")
HEADER = ("kind", "number", "issued_on", "issuer", "title", "signer")
FIELDS = (
    "clauses", "tasks", "target clauses", "mentions", "units", *ROLES, "deadlines", "due", "targets", "citations", "edges", "clean rows",
    "type", "parent", *HEADER,
)  # fmt: skip
NOTHING: Json = {"text": "", "header": {}, "clauses": [], "tasks": [], "graph": {"edges": []}}


class Item(NamedTuple):
    """One scored value: ``number`` counts the values of a field in a clause from 1.

    ``clause`` is a gold clause's id, ``@`` and an offset for a predicted clause that gold does not have, or empty.
    """

    document: str
    field: str
    clause: str
    number: int


class Judged(NamedTuple):
    """The values of one field of one clause (named as in Item); ``pairs`` are the indices of those that are the same."""

    document: str
    field: str
    clause: str
    gold: Sequence[Any]
    predicted: Sequence[Any]
    pairs: tuple[tuple[int, int], ...]

    @property
    def missed(self) -> list[int]:
        """Indices of gold values without a predicted one."""
        found = {g for g, _ in self.pairs}
        return [i for i in range(len(self.gold)) if i not in found]

    @property
    def wrong(self) -> list[int]:
        """Indices of predicted values without a gold one."""
        used = {p for _, p in self.pairs}
        return [i for i in range(len(self.predicted)) if i not in used]


@dataclass
class Tally:
    """How many values are right, how many gold has, how many were predicted."""

    right: int = 0
    gold: int = 0
    predicted: int = 0

    def add(self, other: "Tally") -> None:
        """Count what ``other`` counted too."""
        self.right += other.right
        self.gold += other.gold
        self.predicted += other.predicted

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; for ``type``, ``parent`` and the header it is the accuracy."""
        return 2 * self.right / (self.gold + self.predicted) if self.right else 0.0


@dataclass
class Scores:
    """Figures per field over all documents, by name what is right and what was predicted too much, and all that was compared."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    right: set[Item] = field(default_factory=set)
    extra: set[Item] = field(default_factory=set)
    clean: dict[str, Tally] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)

    def add(self, document: str, name: str, clause: str, gold: Sequence[Any], predicted: Sequence[Any], same: Same) -> bool:
        """Count the values of one field of one clause; return whether all are right."""
        found = pair_values(gold, predicted, same)
        if gold or predicted:
            self.judged.append(Judged(document, name, clause, gold, predicted, tuple(found)))
        extra = len(predicted) - len(found)
        for total in ("units", name) if name in ("lead", "coordinate") else (name,):
            self.tallies[total].add(Tally(len(found), len(gold), len(predicted)))
        self.right |= {Item(document, name, clause, i + 1) for i, _ in found}
        self.extra |= {Item(document, name, clause, i + 1) for i in range(extra)}
        return len(found) == len(gold) == len(predicted)

    def join(self, other: "Scores") -> None:
        """Add the scores of other documents."""
        for name, tally in other.tallies.items():
            self.tallies[name].add(tally)
        self.right |= other.right
        self.extra |= other.extra
        self.clean |= other.clean
        self.judged += other.judged


def read_gold(folder: Path) -> dict[str, Json]:
    """Return the gold annotation (NAME.json) of ``folder``, or of ``folder``/gold where there is such a folder, by document name.

    Raises SourceError where there is none.
    """
    inner = folder / "gold"
    paths = sorted((inner if inner.is_dir() else folder).glob("*.json"))
    if not paths:
        raise SourceError("no-gold", say("cli.no-gold", folder=printable(folder)))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def score_folder(folder: Path) -> Scores:
    """Return the scores of what the pipeline makes now of ``folder``/NAME.txt against ``folder``/gold/NAME.json.

    Raises SourceError where there is no gold, or where a text is missing or cannot be read.
    """
    gold = read_gold(folder)
    texts = folder if (folder / "gold").is_dir() else folder.parent
    return score_documents(gold, {name: read_again(texts, name).model_dump(mode="json") for name in gold})


def read_again(folder: Path, name: str) -> Result:
    """Return what the pipeline makes now of ``folder``/documents/NAME.json, a file as it was once read, or else of ``folder``/NAME.txt."""
    kept = folder / "documents" / f"{name}.json"
    if kept.is_file():
        return take_apart(Document.model_validate_json(kept.read_text(encoding="utf-8")), rulebook())
    return process(folder / f"{name}.txt", rulebook())


def score_documents(gold: Mapping[str, Json], results: Mapping[str, Json]) -> Scores:
    """Return the scores of ``results`` (a Result's JSON form by document name) against ``gold``.

    A gold document without a result, or with one of another text, counts as wholly missed.
    """
    scores = Scores()
    for name, document in gold.items():
        result = results.get(name, NOTHING)
        matched = match_clauses(document, result) if result["text"] == document["text"] else {}
        _score_clauses(scores, name, document, result, matched)
        _score_facts(scores, name, document, result, matched)
        _score_tasks(scores, name, document, result, matched)
        _score_edges(scores, name, document, result)
        _score_header(scores, name, document["header"], result["header"])
    return scores


def format_scores(scores: Scores) -> str:
    """Return the figures as a table of plain text, one field a line."""
    lines = [f"{'':16}{'P':>8}{'R':>8}{'F1':>8}{'gold':>7}{'pred':>7}"]
    for name in FIELDS:
        tally = scores.tallies[name]
        if name in ("type", "parent", *HEADER):
            lines.append(f"{name:16}{'':16}{tally.f1:8.3f}{tally.gold:7}")
        else:
            lines.append(f"{name:16}{tally.precision:8.3f}{tally.recall:8.3f}{tally.f1:8.3f}{tally.gold:7}{tally.predicted:7}")
    lines += [f"{name}: {t.right} / {t.gold} clean rows ({t.predicted} predicted)" for name, t in scores.clean.items()]
    return "\n".join(lines)


# --- the parts of a document ---------------------------------------------------------------------------------------------


def match_clauses(gold: Json, result: Json) -> dict[int, int]:
    """Return gold clause → predicted clause, by index, for those that are the same words; the best overlap goes first."""
    before = [0, *accumulate(letter.isalnum() for letter in gold["text"])]

    def letters(start: int, end: int) -> int:
        return before[min(end, len(before) - 1)] - before[min(start, len(before) - 1)] if end > start else 0

    candidates = []
    for g, clause in enumerate(gold["clauses"]):
        start, end = clause["start"], clause["end"]
        # "a)" or "1.2." may stand in the span or outside it
        slack = sum(letter.isalnum() for letter in clause.get("marker") or "")
        for p, found in enumerate(result["clauses"]):
            left, right = found["span"]
            if right <= start or left >= end:
                continue
            shared = letters(max(start, left), min(end, right))
            union = letters(start, end) + letters(left, right) - shared
            if union and shared / max(1, union - slack) >= 0.9:
                candidates.append((shared / union, g, p))
    matched: dict[int, int] = {}
    used: set[int] = set()
    for _, g, p in sorted(candidates, reverse=True):
        if g not in matched and p not in used:
            matched[g] = p
            used.add(p)
    return matched


def name_clauses(gold: Json, result: Json, matched: Mapping[int, int]) -> list[str]:
    """Return for each predicted clause the name its items go by (see Item)."""
    back = {p: g for g, p in matched.items()}
    return [gold["clauses"][back[p]]["id"] if p in back else f"@{clause['span'][0]}" for p, clause in enumerate(result["clauses"])]


def _score_clauses(scores: Scores, name: str, gold: Json, result: Json, matched: Mapping[int, int]) -> None:
    truth, found = gold["clauses"], result["clauses"]
    places = name_clauses(gold, result, matched)
    for g, clause in enumerate(truth):
        scores.add(name, "clauses", clause["id"], [g], [g] if g in matched else [], equal)
    for place in places:
        if place.startswith("@"):
            scores.add(name, "clauses", place, [], [place], equal)
    gold_id = {clause["id"]: g for g, clause in enumerate(truth)}
    # the parent as gold's index; -1 for one that gold does not have
    back = {found[p]["id"]: g for g, p in matched.items()}
    for g, p in matched.items():
        true, got = truth[g], found[p]
        scores.add(name, "type", true["id"], [true["type"]], [got["type"]], equal)
        above = None if true.get("parent") is None else gold_id.get(true["parent"])
        reached = None if got.get("parent") is None else back.get(got["parent"], -1)
        scores.add(name, "parent", true["id"], [above], [reached], equal)
    for kind, field_name in (("task", "tasks"), ("target", "target clauses")):
        right = {g for g, p in matched.items() if truth[g]["type"] == found[p]["type"] == kind}
        for g, clause in enumerate(truth):
            if clause["type"] == kind:
                scores.add(name, field_name, clause["id"], [g], [g] if g in right else [], equal)
        used = {matched[g] for g in right}
        for p, got in enumerate(found):
            if got["type"] == kind and p not in used:
                scores.add(name, field_name, places[p], [], [p], equal)


def _score_facts(scores: Scores, name: str, gold: Json, result: Json, matched: Mapping[int, int]) -> None:
    used = set(matched.values())
    places = name_clauses(gold, result, matched)
    for field_name, (stated, found, same) in _FACTS.items():
        for g, clause in enumerate(gold["clauses"]):
            predicted = found(result["clauses"][matched[g]]) if g in matched else []
            scores.add(name, field_name, clause["id"], stated(clause), predicted, same)
        for p, got in enumerate(result["clauses"]):
            if p not in used:
                scores.add(name, field_name, places[p], [], found(got), same)


def _score_tasks(scores: Scores, name: str, gold: Json, result: Json, matched: Mapping[int, int]) -> None:
    truth, found = gold["clauses"], result["clauses"]
    rows = {task["clause_id"]: task for task in result["tasks"]}
    places = name_clauses(gold, result, matched)
    predicted = [p for p, clause in enumerate(found) if clause["type"] == "task"]
    expected = [clause for clause in truth if clause["type"] == "task"]
    used: set[int] = set()
    clean = 0
    for g, clause in enumerate(truth):
        if clause["type"] != "task":
            continue
        both = g in matched and found[matched[g]]["type"] == "task"
        row = rows.get(found[matched[g]]["id"]) if both else None
        if both:
            used.add(matched[g])
        good = row is not None
        for role in ROLES:
            right = scores.add(name, role, clause["id"], clause["units"][role], _names(row, role), same_unit)
            good &= right or role not in ("lead", "coordinate")
        due = row["deadlines"] if row else []
        good &= scores.add(name, "due", clause["id"], clause["effective_deadlines"], due, same_deadline)
        if good:
            scores.right.add(Item(name, "clean rows", clause["id"], 1))
        clean += good
    for p in predicted:
        if p not in used:
            row = rows.get(found[p]["id"])
            for role in ROLES:
                scores.add(name, role, places[p], [], _names(row, role), same_unit)
            scores.add(name, "due", places[p], [], row["deadlines"] if row else [], same_deadline)
    tally = scores.clean[name] = Tally(clean, len(expected), len(predicted))
    scores.tallies["clean rows"].add(tally)


def _score_edges(scores: Scores, name: str, gold: Json, result: Json) -> None:
    edges = [(e["source_name"], e["target_name"]) for e in result["graph"]["edges"] if e["relation"] == "coordinates"]
    scores.add(name, "edges", "", _distinct(gold["edges"]), _distinct(edges), same_edge)


def _score_header(scores: Scores, name: str, gold: Json, header: Json) -> None:
    def plain(value: Any) -> Any:
        return value.get("name") if isinstance(value, Mapping) else value

    keys = {"issued_on": "date"}
    for field_name in HEADER:
        same = _SAME_HEADER[field_name]
        scores.add(name, field_name, "", [gold.get(keys.get(field_name, field_name))], [plain(header.get(field_name))], same)


def _names(task: Json | None, role: str) -> list[str]:
    return [a["name"] for a in task["assignments"] if a["role"] == role] if task else []


def pair_values(gold: Sequence[Any], predicted: Sequence[Any], same: Same) -> list[tuple[int, int]]:
    """Return the indices of gold values and of the predicted value of its own that each equals, first come first served."""
    left, found = list(range(len(predicted))), []
    for i, value in enumerate(gold):
        for k in left:
            if same(value, predicted[k]):
                left.remove(k)
                found.append((i, k))
                break
    return found


def _distinct(edges: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    kept: list[Sequence[str]] = []
    for edge in edges:
        if not any(same_edge(edge, other) for other in kept):
            kept.append(edge)
    return kept


# what is printed in a clause: how gold states it, how a result does, when they are the same
_FACTS: dict[str, tuple[Callable[[Json], list[Any]], Callable[[Json], list[Any]], Same]] = {
    "mentions": (
        lambda clause: [(role, unit["name"]) for role, units in clause["stated"].items() for unit in units],
        lambda clause: [(mention["role"], mention["name"]) for mention in clause["mentions"]],
        same_mention,
    ),
    "deadlines": (lambda clause: list(clause["deadlines"]), lambda clause: list(clause["deadlines"]), same_deadline),
    "targets": (lambda clause: list(clause["targets"]), lambda clause: list(clause["targets"]), same_target),
    "citations": (
        lambda clause: [c["number"] for c in clause["citations"]],
        lambda clause: [c["number"] for c in clause["citations"]],
        same_number,
    ),
}
_SAME_HEADER: dict[str, Same] = {
    "kind": same_text,
    "number": lambda a, b: (a or "").replace(" ", "") == (b or "").replace(" ", ""),
    "issued_on": lambda a, b: (a or None) == (b or None),
    "issuer": same_unit,
    "title": same_text,
    "signer": same_text,
}

"""Gold and result side by side, clause by clause, in the places and the order in which they were scored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.evaluate import NOTHING, ROLES, Item, Json, Scores, match_clauses, name_clauses

# printed in the clause: a list of the clause's own in gold and in the result
PRINTED = ("deadlines", "targets", "citations")


@dataclass(frozen=True)
class Case:
    """A clause as gold has it, as the program has it (``found``), and its row of the table; None where there is none.

    ``place`` names it as scores do (pipeline.evaluate.Item). ``clean``: a gold task with nothing to correct.
    """

    document: str
    place: str
    gold: Json | None
    found: Json | None
    row: Json | None
    clean: bool

    @property
    def is_row(self) -> bool:
        """Whether gold or the program makes a task of it."""
        return self.row is not None or (self.gold is not None and self.gold["type"] == "task")

    def values(self, field: str) -> Sequence[Json]:
        """Return what the program says of ``field``, in the order in which it was scored."""
        if field in ROLES:
            return [a for a in self.row["assignments"] if a["role"] == field] if self.row else []
        if field == "due":
            return list(self.row["deadlines"]) if self.row else []
        if self.found is None:
            return []
        return [self.found] if field == "type" else list(self.found[field])


def pair_cases(name: str, gold: Json, result: Json, scores: Scores) -> tuple[Case, ...]:
    """Return the clauses of one document: gold's in their order, then those that only the program has."""
    if result["text"] != gold["text"]:
        result = NOTHING
    matched = match_clauses(gold, result)
    rows = {task["clause_id"]: task for task in result["tasks"]}
    found = result["clauses"]

    def case(place: str, clause: Json | None, other: Json | None) -> Case:
        row = rows.get(other["id"]) if other and other["type"] == "task" else None
        return Case(name, place, clause, other, row, Item(name, "clean rows", place, 1) in scores.right)

    cases = [case(clause["id"], clause, found[matched[g]] if g in matched else None) for g, clause in enumerate(gold["clauses"])]
    used = set(matched.values())
    places = name_clauses(gold, result, matched)
    cases += [case(places[p], None, clause) for p, clause in enumerate(found) if p not in used]
    return tuple(cases)


def index_cases(cases: Iterable[Case]) -> dict[tuple[str, str], Case]:
    """Return the cases by document and place."""
    return {(case.document, case.place): case for case in cases}

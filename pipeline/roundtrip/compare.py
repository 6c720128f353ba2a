"""An edited workbook against the store: what was changed, added, left out, and what somebody else decided meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from models import Clause, ReviewedTask, Span, Task
from pipeline.emit.sheets import Cell
from pipeline.emit.words import plain, say_day, say_place, shorten, unlisted
from pipeline.emit.workbook_register import EDITABLE, REVIEWS, mark, plain_cell, say_item
from pipeline.messages import printable, say
from pipeline.roundtrip.edits import RowEdits
from pipeline.roundtrip.plan import Addition, Change, Note, Plan, Problem, ProblemCode
from pipeline.roundtrip.stored import Office
from pipeline.roundtrip.workbook import TITLES, Exported, ExportedDocument, Returned, ReturnedRow, read_workbook
from pipeline.store import Store
from pipeline.store.replay import with_fields
from pipeline.text import fold
from pipeline.units import ascii_fold

_SHOWN = 160  # characters of a cell in a difference
_NAMED = 5
_TYPED = ("lead", "coordinate", "implement", "report_to", "deadline", "due", "product")
_UNSETTABLE = ("review", "progress", "done", "note")
_SAME = 0.8  # part of the words of an added line that must stand in a clause
_FEW = 4  # fewer words than that must stand there as they are


def compare(store: Store, path: Path, today: date, name: str | None = None) -> Plan:
    """Return what the edited workbook at ``path`` asks for; nothing is written. ``today`` is the day of what is finished without one.

    ``name`` is what messages call the file.

    Raises SourceError where the file is no workbook of ours that can be read, StoreError where the store cannot be used.
    """
    return _Comparison(store, read_workbook(path, name or printable(path)), today).plan()


@dataclass
class _Comparison:
    store: Store
    returned: Returned
    today: date
    changes: list[Change] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    same: int = 0
    offices: dict[int, Office | None] = field(default_factory=dict)
    units: dict[str, tuple[str, str] | None] = field(default_factory=dict)

    def plan(self) -> Plan:
        rows, tasks = self.returned.rows, self.returned.tasks
        twice = self._twice()
        for row in rows:
            if row.id and row.number in twice:
                self._problem("twice", row, other=twice[row.number])
            elif row.id and row.id in tasks:
                self._compare(row, tasks[row.id])
            elif row.id:
                self._problem("unknown-task", row, task=row.id)
            else:
                self._add(row)
        self._gone({row.id for row in rows})
        if self.returned.missing:
            self.notes.append(Note("column-gone", None, say("import.column-gone", columns=", ".join(self.returned.missing))))
        names = {office.document.id: self.returned.documents[n].name for n, office in self.offices.items() if office}
        return Plan(
            len(rows), self.same, tuple(self.changes), tuple(self.additions), tuple(self.problems), tuple(dict.fromkeys(self.notes)), names
        )

    def _twice(self) -> dict[int, int]:
        """Return the rows that have the id of another row, each with that one: a line was copied with all that is hidden in it.

        Where all but one of them are as they were, the one that was edited counts, and where none was, one.
        """
        by_id: dict[str, list[ReturnedRow]] = {}
        for row in self.returned.rows:
            if row.id in self.returned.tasks:
                by_id.setdefault(row.id, []).append(row)
        found: dict[int, int] = {}
        for name, rows in by_id.items():
            if len(rows) > 1:
                was = self.returned.tasks[name]
                first = next((row for row in rows if not row.edited(was)), None)
                for row in rows:
                    if row is not first and (first is None or row.edited(was)):
                        found[row.number] = next(other.number for other in rows if other is not row)
        return found

    # --- rows that were there ------------------------------------------------------------------------------------------------

    def _compare(self, row: ReturnedRow, was: Exported) -> None:
        edited = row.edited(was)
        if "basis" in edited:
            self.notes.append(Note("fixed-edited", row.number, say("import.fixed-edited", row=row.number, column=TITLES["basis"])))
            edited.remove("basis")
        if not edited:
            self.same += 1
            return
        office = self._office(was.document, row)
        if office is None:
            return
        one = office.find(row.id)
        if one is None or one.gone:
            self._problem("gone" if one else "unknown-task", row, task=row.id)
            return
        now = office.cells[one.uid]
        edited = [column for column in EDITABLE if column in edited and not _stands(column, row.cells[column], now[column])]
        if not edited:
            self.same += 1  # it was taken over before
        elif self._is_newer(one, was, now):
            columns = "; ".join(f"{TITLES[c]}: «{_shown(row.cells[c])}»" for c in edited)
            told = "; ".join(f"{TITLES[c]}: «{_shown(now[c])}»" for c in edited)
            self._problem("conflict", row, columns=columns, now=told)
        else:
            self._read(row, office, one, now, edited)

    def _is_newer(self, one: ReviewedTask, was: Exported, now: dict[str, Cell]) -> bool:
        """Whether somebody decided on the task since the workbook was made; by its values where the workbook knows no version."""
        if was.version is not None:
            return one.version != was.version
        return any(mark(now[column]) != was.marks[column] for column in EDITABLE if column in was.marks)

    def _read(self, row: ReturnedRow, office: Office, one: ReviewedTask, now: dict[str, Cell], edited: Sequence[str]) -> None:
        edits = self._edits(row, office, one)
        edits.read(edited)
        signed = office.document.signed_off_at is not None
        for column, decision in edits.decisions:
            if signed and decision.kind != "status":
                self._problem("signed-off", row, column=TITLES[column], document=self._name(office))
                continue
            before, after = _shown(now[column]), _shown(row.cells[column])
            self.changes.append(Change(row.number, office.document.id, one.uid, one.task.title, column, before, after, decision))
        self.problems += edits.problems
        self.notes += edits.notes

    def _edits(self, row: ReturnedRow, office: Office, one: ReviewedTask) -> RowEdits:
        issued_on = office.result.header.issued_on
        return RowEdits(one, row.number, row.cells, lambda name: self._unit(office, name), office.units, issued_on, self.today)

    # --- rows that were added ------------------------------------------------------------------------------------------------

    def _add(self, row: ReturnedRow) -> None:
        words = plain(" ".join(plain_cell(row.cells.get("text", "")).split()))
        if not words:
            if any(plain_cell(row.cells.get(column, "")) for column in _TYPED):
                self._problem("no-text", row, column=TITLES["text"])
            return
        found = self._place(row, words)
        if found is None:
            return
        office, span, is_exact = found
        for one in office.tasks:
            if one.gone is None and _overlap(one.task.span, span):
                self._problem("there-already", row, text=shorten(words, 80), task=shorten(one.task.text, 80))
                return
        if office.document.signed_off_at:
            self._problem("signed-off", row, column=TITLES["text"], document=self._name(office))
            return
        fields = self._fields(row, office, span)
        if not is_exact:
            fields["text"] = words
        self.additions.append(Addition(row.number, office.document.id, words, span, fields))
        if any(plain_cell(row.cells.get(column, "")) for column in _UNSETTABLE):
            self.notes.append(Note("new-row-state", row.number, say("import.new-row-state", row=row.number)))

    def _fields(self, row: ReturnedRow, office: Office, span: Span) -> dict[str, object]:
        """Return the fields of a task made of ``span`` that the cells of a row set."""
        task = Task(id="", clause_id="", title="", text=" ".join(span.cut(office.result.text).split()), span=span)
        edits = self._edits(row, office, ReviewedTask(uid="", document=office.document.id, order=0, base=None, task=task))
        fields: dict[str, object] = {}
        for column in _TYPED:
            if plain_cell(row.cells.get(column, "")) and (made := edits.fields_of(column, task)):
                task = with_fields(task, made)
                fields |= made
        self.problems += edits.problems
        self.notes += edits.notes
        return fields

    def _place(self, row: ReturnedRow, words: str) -> tuple[Office, Span, bool] | None:
        """Return the document that an added line is of, and its words in it; whether they stand there as they are."""
        candidates = self._documents(row)
        found = []
        for n in candidates:
            office = self._office(n, row)
            if office is None:
                return None
            if (place := _find(office, words, plain_cell(row.cells.get("basis", "")))) is not None:
                found.append((office, *place))
        exact = [one for one in found if one[2]] or found
        if len(exact) == 1:
            return exact[0]
        if len(candidates) > 1 and len(exact) > 1:
            self._problem("which-document", row, text=shorten(words, 80))
        else:
            self._problem("no-words", row, text=shorten(words, 80))
        return None

    def _documents(self, row: ReturnedRow) -> list[int]:
        """Return the documents of the workbook that a line may be of: those that its cells name, else all."""
        documents = self.returned.documents
        said = ascii_fold(plain_cell(row.cells.get("document", "")) + " " + plain_cell(row.cells.get("basis", "")))
        named = [n for n, one in enumerate(documents) if any(_names(said, name) for name in (one.number, one.name))]
        return named or list(range(len(documents)))

    # --- in common -----------------------------------------------------------------------------------------------------------

    def _office(self, n: int, row: ReturnedRow) -> Office | None:
        """Return a document of the workbook as the store has it; where it has none, that is said once."""
        if n not in self.offices:
            about = self.returned.documents[n]
            self.offices[n] = self._open(about)
            if self.offices[n] is None:
                self.problems.append(Problem("unknown-document", None, say("import.unknown-document", document=about.name)))
        return self.offices[n]

    def _open(self, about: ExportedDocument) -> Office | None:
        document = self.store.by_sha256(about.sha256)
        if document is not None and document.duplicate_of is not None:
            document = self.store.document(document.duplicate_of)
        return Office(self.store, document) if document is not None and document.state in ("review", "done") else None

    def _unit(self, office: Office, name: str) -> tuple[str, str] | None:
        """Return (id, name) of the unit that a person means: of the document, else of any in the store; marks and case do not matter."""
        wanted = ascii_fold(name)
        for unit, said in office.units.items():
            if wanted == ascii_fold(said):
                return unit, plain(said)
        if wanted not in self.units:
            known = (pair for pair in self.store.units(name) if ascii_fold(pair[1]) == wanted)
            self.units[wanted] = next(known, None)
        return self.units[wanted]

    def _name(self, office: Office) -> str:
        return next(self.returned.documents[n].name for n, one in self.offices.items() if one is office)

    def _gone(self, there: set[str]) -> None:
        """Tell of the rows that are no longer in the workbook: that removes no task."""
        gone = [task for name, task in self.returned.tasks.items() if name not in there]
        if not gone:
            return
        titles = []
        for task in gone[:_NAMED]:
            stored = self._open(self.returned.documents[task.document])
            one = stored.find(task.id) if stored else None
            titles.append(f"«{shorten(one.task.title, 80)}»" if one else task.id)
        more = "…" if len(gone) > _NAMED else ""
        self.notes.append(Note("rows-gone", None, say("import.rows-gone", count=len(gone), titles="; ".join(titles) + more)))

    def _problem(self, code: ProblemCode, row: ReturnedRow, **values: object) -> None:
        self.problems.append(Problem(code, row.number, say(f"import.{code}", row=row.number, **values)))


def _shown(value: object) -> str:
    """Return a cell as it is shown in a difference: on one line, days as people write them."""
    text = plain_cell(value)
    if isinstance(value, date):
        return say_day(text)
    return shorten(" / ".join(line.strip() for line in text.split("\n")), _SHOWN)


def _overlap(a: Span, b: Span) -> bool:
    """Whether most of the shorter of two pieces of text lies in the other."""
    common = min(a.end, b.end) - max(a.start, b.start)
    return common > 0.5 * max(1, min(a.end - a.start, b.end - b.start))


def _names(said: str, name: str) -> bool:
    wanted = ascii_fold(name)
    return bool(wanted) and f"-{wanted}-" in f"-{said}-"


def _find(office: Office, words: str, basis: str) -> tuple[Span, bool] | None:
    """Return where the words of an added line stand in the document, and whether they stand there as they are.

    Otherwise it is the clause that ``basis`` names, or the one that holds most of the words.
    """
    text, wanted = office.result.text, fold(unlisted(words)).text.strip(" .;:")
    view = office.view
    if wanted and (at := view.text.find(wanted)) >= 0:
        return view.span(at, at + len(wanted)), True
    bodies = [clause for clause in office.result.clauses if clause.type != "heading"]
    named = [clause for clause in bodies if _ends(basis, clause)]
    if len(named) == 1:
        return Span(named[0].body.start, named[0].span.end), False
    typed = set(wanted.split())
    if len(typed) < _FEW:
        return None
    best: tuple[float, int, Clause] | None = None
    for clause in bodies:
        own = set(fold(text, clause.body.start, clause.span.end).text.replace(",", " ").replace(";", " ").replace(".", " ").split())
        held = len(typed & own) / len(typed)
        if held >= _SAME and (best is None or (held, -len(own)) > best[:2]):
            best = held, -len(own), clause
    return (Span(best[2].body.start, best[2].span.end), False) if best else None


def _ends(basis: str, clause: Clause) -> bool:
    return bool(basis) and ascii_fold(basis).endswith("-" + ascii_fold(say_item(say_place(clause.id))))


def _stands(column: str, cell: Cell, now: Cell) -> bool:
    """Say whether what was typed is what the store has. A task that was changed and then approved stands there as "Đã sửa"."""
    return mark(cell) == mark(now) or (column == "review" and plain_cell(cell) == REVIEWS["approved"] and now == REVIEWS["edited"])

"""What reviewers settled, as annotation: gold that ``giaoviec score`` and ``giaoviec train`` take (corpus/README.md says what is in it).

A document gives gold once it is signed off. What people decided is taken from their decisions; what nobody objected to is what the program
found. A clause whose tasks were all rejected is a statement; one that is unclear stays as it was read and is counted.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from models import Clause, Document, Header, Result, ReviewedTask, Span, StoreError, Target, Task
from models.outline import Party, Role
from pipeline.coordinate import coordinate
from pipeline.handover.files import whole
from pipeline.messages import say
from pipeline.read import read
from pipeline.store import Store
from pipeline.store.reviews import REVIEWED
from pipeline.units import ascii_fold

ROLES: Final[tuple[Role, ...]] = ("lead", "coordinate", "implement", "report_to")
_TIME: Final = ("start", "due", "repeat")
_SAME: Final = 0.9  # of the letters of two stretches of text: then they are one clause
_Json = dict[str, Any]


@dataclass(frozen=True)
class Gold:
    """The annotation of one document under ``name``. ``corrected`` tasks differ from what the program found, ``unclear`` ones were left
    so."""

    name: str
    annotation: Mapping[str, Any]
    tasks: int
    corrected: int
    unclear: int


def gold_of(store: Store, document: int) -> Gold:
    """Return the annotation of a document. Raises StoreError ("unknown"; "refused" where it is not signed off)."""
    stored = store.document(document)
    if stored.signed_off_at is None:
        raise StoreError("refused", say("gold.not-signed-off", document=document))
    tasks, result = store.tasks(document, gone=True), store.result(document)
    standing = [task for task in tasks if not task.gone]
    annotation = {
        **annotate(result, tasks),
        "source": {
            "document": document,
            "sha256": stored.sha256,
            "signed_off_by": stored.signed_off_by,
            "signed_off_at": stored.signed_off_at.isoformat(timespec="seconds"),
        },
    }
    number = ascii_fold(result.header.number or "") or ascii_fold(Path(stored.name).stem) or "van-ban"
    return Gold(
        name=f"{document:05}_{number[:60]}",
        annotation=annotation,
        tasks=len(standing),
        corrected=sum(bool(task.edits) or task.base is None or task.review == "rejected" for task in standing),
        unclear=sum(task.review == "unclear" for task in standing),
    )


def write_gold(store: Store, documents: Iterable[int], folder: Path) -> list[Gold]:
    """Write the annotation of ``documents`` into ``folder``: gold/NAME.json, the text as NAME.txt, and documents/NAME.json where the text
    alone does not say how the file was read (pages, tables). Raises StoreError as ``gold_of``, OutputError.
    """
    made = []
    for document in documents:
        gold, result = gold_of(store, document), store.result(document)
        read_as = Document.model_validate({name: getattr(result, name) for name in Document.model_fields})
        files = {
            folder / f"{gold.name}.txt": result.text,
            folder / "gold" / f"{gold.name}.json": json.dumps(gold.annotation, ensure_ascii=False, indent=1) + "\n",
            **({} if _says_all(read_as) else {folder / "documents" / f"{gold.name}.json": read_as.model_dump_json() + "\n"}),
        }
        for path, content in files.items():
            with whole(path) as place:
                place.write_bytes(content.encode())
        made.append(gold)
    return made


def _says_all(document: Document) -> bool:
    """Whether reading the plain text gives the same document again."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "a.txt"
        copy.write_bytes(document.text.encode())
        again = read(copy)
    return all(getattr(again, name) == getattr(document, name) for name in Document.model_fields if name != "source")


# --- the annotation -----------------------------------------------------------------------------------------------------------


def annotate(result: Result, tasks: Sequence[ReviewedTask]) -> _Json:
    """Return the annotation of ``result`` with the decisions of people over it. ``tasks`` are all of them, also those that are gone."""
    pieces = _pieces(result, tasks)
    ids = {piece.id: f"c{number:03}" for number, piece in enumerate(pieces, 1)}
    above = {clause.id: clause.parent for clause in result.clauses}
    inside = {clause: piece.id for piece in pieces for clause in piece.clauses}
    clauses = []
    for piece in pieces:
        parent = piece.parent
        while parent is not None and inside.get(parent) == piece.id:
            parent = above.get(parent)
        clauses.append({"id": ids[piece.id], **_clause(piece, result), "parent": ids.get(inside.get(parent or "", ""))})
    kept = [task.task for task in tasks if not task.gone and task.review not in ("rejected", "unclear")]
    edges = [(e.source_name, e.target_name) for e in coordinate(kept, result.units).edges if e.relation == "coordinates"]
    return {"text": result.text, "header": _header(result.header), "clauses": clauses, "edges": list(map(list, dict.fromkeys(edges)))}


@dataclass
class _Piece:
    """A clause of the annotation: of one clause of the result, of several that people joined, or of words that no clause is.

    ``settled`` are the tasks that people approved for it; ``found`` what the program had found there; ``kind`` its type.
    """

    id: str
    span: Span
    marker: str
    kind: str
    parent: str | None
    clauses: list[str]
    first: Clause | None
    settled: list[Task]
    found: list[Task]


def _pieces(result: Result, tasks: Sequence[ReviewedTask]) -> list[_Piece]:
    by_uid = {task.uid: task for task in tasks}
    pieces = {
        clause.id: _Piece(clause.id, clause.span, clause.marker, clause.type, clause.parent, [clause.id], clause, [], [])
        for clause in result.clauses
    }
    reviews: dict[str, list[str]] = {}
    for task in tasks:
        if task.gone:
            continue
        roots = _roots(task, by_uid)
        homes = list(dict.fromkeys(root.task.clause_id for root in roots if root.base is not None and root.task.clause_id in pieces))
        if not homes:
            homes = [_home(task, result, pieces)]
        elif len(homes) > 1:
            homes = _join(homes, result, pieces)
        for home in homes:
            piece = pieces[home]
            reviews.setdefault(home, []).append(task.review)
            piece.found += [root.base for root in roots if root.base is not None and root.base not in piece.found]
            if task.review in ("approved", "edited"):
                piece.settled.append(task.task)
    for home, states in reviews.items():
        if set(states) == {"rejected"}:
            pieces[home].kind = "statement"
        elif pieces[home].settled:
            pieces[home].kind = "task"
    return sorted(pieces.values(), key=lambda piece: (piece.span.start, -piece.span.end))


def _roots(task: ReviewedTask, by_uid: Mapping[str, ReviewedTask]) -> list[ReviewedTask]:
    """Return the tasks that a task was split or merged from, or itself."""
    if not task.parents:
        return [task]
    found: dict[str, ReviewedTask] = {}
    for parent in (by_uid[uid] for uid in task.parents if uid in by_uid):
        for root in _roots(parent, by_uid):
            found.setdefault(root.uid, root)
    return list(found.values()) or [task]


def _home(task: ReviewedTask, result: Result, pieces: dict[str, _Piece]) -> str:
    """Return the clause that a task which people added is; where no clause has its words, one is made of them."""
    span = task.task.span
    for piece in pieces.values():
        common = min(piece.span.end, span.end) - max(piece.span.start, span.start)
        if common > 0 and common >= _SAME * max(len(result.text[slice(*piece.span)].strip()), span.end - span.start):
            return piece.id
    around = [clause for clause in result.clauses if clause.span.start <= span.start]
    parent = around[-1] if around else None
    inside = parent is not None and span.end <= parent.span.end
    made = f"+{task.uid}"
    above = (parent.id if inside else parent.parent) if parent else None
    pieces[made] = _Piece(made, span, "", "task", above, [made], None, [], [])
    return made


def _join(homes: list[str], result: Result, pieces: dict[str, _Piece]) -> list[str]:
    """Make one clause of several that people merged, where nothing but blanks stands between them; else they stay several."""
    parts = sorted((pieces[home] for home in homes), key=lambda piece: piece.span)
    gaps = [result.text[one.span.end : other.span.start] for one, other in pairwise(parts)]
    if any(gap.strip() for gap in gaps):
        return homes
    first = parts[0]
    first.span = Span(first.span.start, max(part.span.end for part in parts))
    for part in parts[1:]:
        first.clauses += part.clauses
        first.found += part.found
        first.settled += part.settled
        del pieces[part.id]
    return [first.id]


def _clause(piece: _Piece, result: Result) -> _Json:
    said = [clause for clause in result.clauses if clause.id in piece.clauses]
    targets = _distinct(target for one in (piece.settled or said) for target in one.targets)
    record: _Json = {
        "start": piece.span.start,
        "end": piece.span.end,
        "marker": piece.marker,
        "type": piece.kind,
        "stated": _stated(piece, said, result),
        "deadlines": _printed_times(piece, said, result),
        "targets": [_target(one) for one in targets],
        "citations": [
            {"span": list(one.span), "kind": one.kind, "number": one.number, "date": one.date}
            for clause in said
            for one in clause.citations
        ],
    }
    if piece.kind == "task":
        tasks = piece.settled or piece.found
        record["units"] = {role: list(dict.fromkeys(name for task in tasks for name in task.names(role))) for role in ROLES}
        record["effective_deadlines"] = _distinct_times(time for task in tasks for time in task.deadlines)
    return record


def _stated(piece: _Piece, said: Sequence[Clause], result: Result) -> _Json:
    """Return the units printed in a clause by role: those found there but for what people took away, and what they added if it stands
    there."""
    was = {(one.role, one.unit_id) for task in piece.found for one in task.assignments}
    now = {(one.role, one.unit_id) for task in piece.settled for one in task.assignments}
    stated: dict[Role, list[_Json]] = {role: [] for role in ROLES}
    for clause in said:
        for mention in clause.mentions:
            key = (mention.role, mention.unit_id)
            if not piece.settled or key in now or key not in was:
                stated[mention.role].append({"name": mention.name, "span": list(mention.span)})
    for task in piece.settled:
        for one in task.assignments:
            if (one.role, one.unit_id) in was or any(entry["name"] == one.name for entry in stated[one.role]):
                continue
            place = one.origin.span if one.origin.rule != REVIEWED or one.origin.span != task.span else None
            place = place if place and _inside(place, piece.span) else _find(one.name, result.text, piece.span)
            if place:
                stated[one.role].append({"name": one.name, "span": list(place)})
    return {role: sorted(entries, key=lambda entry: entry["span"]) for role, entries in stated.items()}


def _printed_times(piece: _Piece, said: Sequence[Clause], result: Result) -> list[_Json]:
    was = [_time(one) for task in piece.found for one in task.deadlines]
    now = [_time(one) for task in piece.settled for one in task.deadlines]
    printed = [
        {"span": list(one.span), **_time(one)}
        for clause in said
        for one in clause.deadlines
        if not piece.settled or _time(one) in now or _time(one) not in was
    ]
    for task in piece.settled:
        for one in task.deadlines:
            if one.rule != REVIEWED or _time(one) in was:
                continue
            place = one.span if one.span != task.span and _inside(one.span, piece.span) else _find(one.text, result.text, piece.span)
            if place and (one.start or one.due or one.repeat):
                printed.append({"span": list(place), **_time(one)})
    return sorted(printed, key=lambda entry: entry["span"])


def _time(one: Any) -> _Json:
    return {name: getattr(one, name) for name in _TIME}


def _distinct_times(times: Iterable[Any]) -> list[_Json]:
    """Return times once each; words that nobody could give a day are no deadline."""
    found: list[_Json] = []
    for one in map(_time, times):
        if one not in found and any(one.values()):
            found.append(one)
    return found


def _distinct(targets: Iterable[Target]) -> list[Target]:
    return list({(target.text, target.unit, target.of): target for target in targets}.values())


def _target(one: Target) -> _Json:
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    return {"span": list(one.span), "value": value, "unit": one.unit, "cmp": one.comparator, "of": one.of, "total": one.total}


def _inside(span: Span, whole_span: Span) -> bool:
    return whole_span.start <= span.start and span.end <= whole_span.end


def _find(words: str, text: str, span: Span) -> Span | None:
    """Return where ``words`` are printed in a part of ``text``, in whatever case and with whatever blanks."""
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())) or r"(?!)", re.IGNORECASE)
    match = pattern.search(text, span.start, span.end)
    return Span(*match.span()) if match else None


def _header(header: Header) -> _Json:
    def name(party: Party | None) -> str | None:
        return party.name if party else None

    signer = header.signer
    return {
        "kind": header.kind.name if header.kind else None,
        "number": header.number,
        "issuer": name(header.issuer),
        "parent_issuer": name(header.parent_issuer),
        "place": header.place,
        "date": header.issued_on,
        "title": header.title,
        "draft": header.draft,
        "signer": signer.name if signer else None,
        "signer_post": signer.post if signer else None,
        "signed_for": signer.signed_for if signer else None,
        "addressees": [party.name for party in header.addressees],
    }

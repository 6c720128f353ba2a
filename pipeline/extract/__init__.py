"""From clauses to tasks: who, by when, how much, on what ground; then what a task inherits from where it stands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models import Clause, Deadline, Document, Header, Mention, Outline, Task, Unit
from models.outline import Party
from pipeline.extract.citations import find_citations
from pipeline.extract.deadlines import DeadlineContext, dates_aims, find_deadlines, says_last_day
from pipeline.extract.identity import Identities, own_names
from pipeline.extract.inheritance import Inheritance, Opening, opens_list
from pipeline.extract.order_rows import build_orders
from pipeline.extract.orders import OrderDraft, find_orders
from pipeline.extract.role_words import label_role, role_words
from pipeline.extract.roles import RoleMention, distinct, every_role, find_opening_leads, find_roles, headed, row_roles
from pipeline.extract.table_rows import (
    cell_words,
    find_products,
    find_row_targets,
    find_subject,
    is_timed,
    speaking,
    yields,
)
from pipeline.extract.targets import find_targets
from pipeline.pieces import fold_cell, fold_row
from pipeline.rulebook import Rulebook
from pipeline.text import TextView, fold, fold_again, fold_text
from pipeline.units import ascii_fold, find_units

_TITLE_LENGTH = 110
_LOOKED = 4 * _TITLE_LENGTH  # letters of a clause that hold its title
_TIME_LENGTH = 40  # letters of a title that is nothing but a time
_NO_COLON = "field.label-without-colon"
_MARKUP = re.compile(r"\*+|\[\d{1,3}\]")
_FIRST_SENTENCE = re.compile(r".{25,}?(?:[.;]|: )(?= |$)")
_TERM = re.compile(r"nhiệm kỳ (20\d\d) ?- ?(20\d\d)")
_ADDRESSED_KINDS = frozenset(("công văn", "công điện"))


@dataclass(frozen=True)
class Extraction:
    """What the extract stage makes: the outline with its clauses filled, the tasks, and the units they name."""

    outline: Outline
    tasks: tuple[Task, ...]
    units: tuple[Unit, ...]


def extract(document: Document, outline: Outline, rulebook: Rulebook) -> Extraction:
    """Return the tasks of ``document`` and the facts printed in each clause. Total: raises nothing, whatever the text."""
    text, header = document.text, outline.header
    identities = Identities(header, rulebook)
    issuers = frozenset(own_names(header, rulebook))
    vocabulary = role_words(rulebook)
    names_nobody = vocabulary.names_nobody
    labels = _labels(outline.clauses, text, rulebook)
    parts = _parts(outline.clauses, labels)
    led = {parts[i] for i, label in labels.items() if label_role(label, True, rulebook) == "lead"}
    term = _TERM.search(fold_text(header.title or ""))
    day: str | None = None  # named last
    years = (int(term.group(1)), int(term.group(2))) if term else None
    filled: list[Clause] = []
    openings: list[Opening] = []
    lead_ins: list[str] = []
    committees: set[str] = set()  # parts that a committee of the Party leads
    drafts: dict[str, tuple[tuple[OrderDraft, ...], TextView]] = {}

    def identify(mention: RoleMention) -> str:
        return identities.spelled(mention.unit.name, mention.unit.kind)

    was_in_table, last_column, above = False, False, 0
    for index, clause in enumerate(outline.clauses):
        view = (fold_row(text, clause.cells) if clause.cells else None) or fold_again(text, clause.body.start, clause.span.end)
        label_end = _label_end(view, clause, rulebook) if clause.type == "field" or clause.rule == _NO_COLON else None
        role = label_role(labels[clause.id], parts[clause.id] in led, rulebook) if clause.id in labels else None
        is_row = clause.type == "task" and clause.rule is not None and clause.rule.startswith("table.")
        cells = [(cell.title, fold_cell(text, cell)) for cell in speaking(clause.cells, rulebook)] if clause.cells else []
        said: list[RoleMention] = []
        only_label = clause.id in labels and view.text.strip(' .:"') == labels[clause.id]
        if only_label:
            mentions: tuple[Mention, ...] = ()
        elif cells:
            by_cell = zip(row_roles(cells, rulebook), cells, strict=True)
            works = find_subject(clause.cells, rulebook) is not None
            mentions = tuple(
                m
                for found, (title, words) in by_cell
                for m in _mentions(found, words, identities)
                if m.role == "report_to" or not (works and yields(title, rulebook))  # whom a paper was shown to need not do anything
            )
        else:
            said = every_role(view, clause.type, label_end, role, issuers, rulebook)
            if clause.parent in committees and view.text.startswith(vocabulary.heads):
                said = headed(said, vocabulary)
            if clause.type == "heading" and any(m.role == "lead" and vocabulary.committees.search(m.unit.name.lower()) for m in said):
                committees.add(clause.id)
            mentions = _mentions(distinct(said), view, identities)
            if is_row:  # its cells cannot be told apart: what seems to be a subject is a cell of its own
                mentions = tuple(m for m in mentions if m.rule != "lead.subject")
        in_table = clause.rule is not None and clause.rule.startswith("table.")
        if in_table and not was_in_table:  # the titles of its columns stand between it and what is above
            last_column = says_last_day(fold(text, above, clause.span.start).text, rulebook)
        was_in_table, above = in_table, clause.span.end
        opens = view.text.rstrip(' "').endswith(":")
        by = says_last_day(labels[clause.id], rulebook) if clause.id in labels else is_row and not cells and last_column
        context = DeadlineContext(issued_on=header.issued_on, clause_type=clause.type, row=is_row, term=years, day=day, by=by)
        if cells:
            timed = [words for title, words in cells if is_timed(title, rulebook)]
            last = any(is_timed(title, rulebook) and says_last_day(title, rulebook) for title, _ in cells)
            others = [words for title, words in cells if not is_timed(title, rulebook)]
            deadlines = _all_deadlines(timed, context._replace(by=last), rulebook) or _all_deadlines(others, context, rulebook)
        elif clause.type == "heading" and clause.rule != "heading.step" and not opens and not dates_aims(view.text, rulebook):
            # a title names a period, it sets none; a step of the work has its days, and so has a title that is nothing but a time
            deadlines = _whole(find_deadlines(view, context, rulebook), clause, text) if len(view.text) <= _TIME_LENGTH else ()
        else:
            deadlines = find_deadlines(view, context, rulebook)
        day = next((d.due[:10] for d in reversed(deadlines) if d.due and d.due[:1].isdigit()), day)
        if clause.type == "task" and not is_row:
            found = find_orders(view, said, [deadline.span for deadline in deadlines], identify, rulebook)
            if found:
                drafts[clause.id] = found, view
        filled.append(
            clause.model_copy(
                update={
                    "mentions": mentions,
                    "deadlines": deadlines,
                    "targets": (clause.type == "target" and find_row_targets(clause.cells, text, rulebook))
                    or find_targets(view, clause.type, rulebook),
                    "citations": find_citations(view, rulebook),
                }
            )
        )
        if opens:
            lead_ins.append(clause.id)
        if clause.type != "field" and opens_list(view.text) and _is_opening(clause, outline.clauses, index):
            handed = mentions or _mentions(find_roles(view, "task", None, None, issuers, rulebook), view, identities)
            leads = tuple(m for m in handed if m.role == "lead" and (mentions or m.rule == "lead.assign"))
            leads = leads or _mentions(find_opening_leads(view, issuers, rulebook), view, identities)
            if not all(names_nobody(m.name) for m in leads) or (leads and not header.addressees):
                openings.append(Opening(index, clause.id, leads))
    header = _with_ids(header, identities, rulebook)
    inheritance = Inheritance(
        by_id={c.id: c for c in filled},
        fields=_fields_by_part(filled, parts, labels, rulebook),
        lead_ins=frozenset(lead_ins),
        openings=openings,
        addressees=_addressees(header) if header.kind and header.kind.name.lower() in _ADDRESSED_KINDS else (),
    )
    key = _document_key(document, header)
    tasks = [_task(clause, i, text, key, inheritance, rulebook) for i, clause in enumerate(filled) if clause.type == "task"]
    for i, task in enumerate(tasks):
        if task.clause_id in drafts:
            orders = build_orders(task, *drafts[task.clause_id], text, identify)
            tasks[i] = task.model_copy(update={"orders": orders})
    return Extraction(Outline(header=header, clauses=tuple(filled)), tuple(tasks), identities.units())


def _all_deadlines(views: Iterable[TextView], context: DeadlineContext, rulebook: Rulebook) -> tuple[Deadline, ...]:
    return tuple(deadline for view in views for deadline in find_deadlines(view, context, rulebook))


def _whole(deadlines: tuple[Deadline, ...], clause: Clause, text: str) -> tuple[Deadline, ...]:
    """Return the deadline that a clause consists of ("Tháng 10/2023"), and none where it says anything else."""
    if len(deadlines) != 1:
        return ()
    start, end = deadlines[0].span
    around = text[clause.body.start : start] + text[end : clause.body.end]
    return () if any(map(str.isalnum, around)) else deadlines


def _is_opening(clause: Clause, clauses: tuple[Clause, ...], index: int) -> bool:
    """Whether what follows the clause does not hang under it (else it is the list's parent and inheritance finds it)."""
    return index + 1 < len(clauses) and clauses[index + 1].parent != clause.id


def _label_end(view: TextView, clause: Clause, rulebook: Rulebook) -> int | None:
    """Return the view position behind the label of a field ("Đơn vị chủ trì:"), None where there is none."""
    if clause.rule == _NO_COLON and (label := role_words(rulebook).forgotten.match(view.text)):
        return label.end()
    colon = view.text.find(":")
    return colon + 1 if clause.type == "field" and colon >= 0 else None


def _labels(clauses: tuple[Clause, ...], text: str, rulebook: Rulebook) -> dict[str, str]:
    """Return the folded labels by clause id: a field's own ("Đơn vị chủ trì"), or that of the list it stands in.

    "2. Cơ quan chủ trì" above "- Bộ Y tế" labels the items below it, as field or as heading.
    """
    alone = role_words(rulebook).alone
    labels: dict[str, str] = {}
    for clause in clauses:
        words = fold_text(clause.body.cut(text)) if clause.type in ("field", "heading") else ""
        label, colon, value = words.partition(":")
        if clause.rule == _NO_COLON and (unmarked := role_words(rulebook).forgotten.match(words)):
            label, colon, value = unmarked.group(), ":", words[unmarked.end() :]
        bare = not value.strip(' ."')
        if clause.type == "heading" and not (bare and len(label) < 60 and alone.match(label.strip())):
            continue
        if clause.type in ("field", "heading"):
            if (colon or bare) and (clause.type == "heading" or colon or label_role(label, True, rulebook)) and len(label) < 90:
                own = label.strip(' .*"')
                if colon or alone.match(own):
                    labels[clause.id] = own
                    continue
            if clause.parent in labels:
                labels[clause.id] = labels[clause.parent]
    return labels


def _parts(clauses: tuple[Clause, ...], labels: dict[str, str]) -> dict[str, str | None]:
    """Return for each clause the part it speaks about: a field's nearest enclosing clause that is no field (fields may nest)."""
    by_id = {c.id: c for c in clauses}
    parts: dict[str, str | None] = {}
    for clause in clauses:
        parent = by_id.get(clause.parent) if clause.parent else None
        nested = parent is not None and (parent.type == "field" or parent.id in labels) and (clause.type == "field" or clause.id in labels)
        parts[clause.id] = parts[parent.id] if parent is not None and nested else clause.parent
    return parts


def _fields_by_part(
    clauses: list[Clause], parts: dict[str, str | None], labels: dict[str, str], rulebook: Rulebook
) -> dict[str | None, list[Clause]]:
    """Return the fields that hold for each part; at the top or behind a list, the day of a report is nobody else's."""
    reporting = role_words(rulebook).reporting
    fields: dict[str | None, list[Clause]] = {}
    for clause in clauses:
        if clause.type != "field" or not (clause.mentions or clause.deadlines):
            continue
        part = parts[clause.id]
        if (part is None or not clause.marker) and clause.deadlines and reporting.search(labels.get(clause.id, "")):
            clause = clause.model_copy(update={"deadlines": ()})
        fields.setdefault(part, []).append(clause)
    return fields


def _mentions(found: list[RoleMention], view: TextView, identities: Identities) -> tuple[Mention, ...]:
    return tuple(
        Mention(
            role=m.role,
            name=m.unit.name,
            unit_id=identities.id_of(m.unit.name, m.unit.kind),
            span=view.span(m.unit.start, m.unit.end),
            rule=m.rule,
        )
        for m in found
    )


def _with_ids(header: Header, identities: Identities, rulebook: Rulebook) -> Header:
    """Return ``header`` with the unit ids of issuer and addressees."""

    def known(party: Party | None) -> Party | None:
        if party is None:
            return None
        units = find_units(fold(party.name), rulebook)
        return party.model_copy(update={"unit_id": identities.id_of(party.name, units[0].kind if units else "organ")})

    return header.model_copy(
        update={
            "issuer": known(header.issuer),
            "parent_issuer": known(header.parent_issuer),
            "addressees": tuple(filter(None, map(known, header.addressees))),
        }
    )


def _addressees(header: Header) -> tuple[Mention, ...]:
    return tuple(
        Mention(role="lead", name=party.name, unit_id=party.unit_id, span=party.span, rule="header.addressee")
        for party in header.addressees
        if party.unit_id and party.span
    )


def _document_key(document: Document, header: Header) -> str:
    """Return what names the document in task ids: number and date where printed, else the file's name."""
    number = ascii_fold(header.number) if header.number else ascii_fold(document.source.name.rsplit(".", 1)[0])
    return f"{number or 'van-ban'}.{header.issued_on or '0'}"


def _task(clause: Clause, index: int, text: str, key: str, inheritance: Inheritance, rulebook: Rulebook) -> Task:
    subject = find_subject(clause.cells, rulebook) if clause.cells else None
    return Task(
        id=f"{key}:{clause.id}",
        clause_id=clause.id,
        title=_title(cell_words(text, subject) if subject else clause.body.cut(text)),
        text=cell_words(text, subject) if subject else " ".join(clause.span.cut(text).split()),
        span=clause.span,
        assignments=inheritance.assignments(clause, index),
        deadlines=inheritance.deadlines(clause),
        targets=clause.targets,
        citations=clause.citations,
        products=find_products(clause.cells, text, rulebook) if clause.cells else (),
    )


def _plain(words: str) -> str:
    plain = _MARKUP.sub("", words) if "*" in words or "[" in words else words
    return " ".join(plain.split()).strip(" -+;.")


def _title(words: str) -> str:
    """Return the beginning of a clause, short enough for a table cell (at most 110 code points)."""
    line = _plain(words[:_LOOKED]) if len(words) > _LOOKED else ""
    if len(line) <= _TITLE_LENGTH:
        line = _plain(words)  # most clauses are longer than their titles: few are read whole
    if len(line) <= _TITLE_LENGTH:
        return line
    cut = line[:_TITLE_LENGTH].rsplit(" ", 1)[0]
    sentence = _FIRST_SENTENCE.match(cut)
    return sentence.group().rstrip(" .;:") if sentence else cut + "…"

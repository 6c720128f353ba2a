"""From clauses to tasks: who, by when, how much, on what ground; then what a task inherits from where it stands."""

import re
from dataclasses import dataclass

from models import Clause, Document, Header, Mention, Outline, Task, Unit
from models.outline import Party
from pipeline.extract.citations import find_citations
from pipeline.extract.deadlines import DeadlineContext, find_deadlines
from pipeline.extract.identity import Identities, own_names
from pipeline.extract.inheritance import Inheritance, Opening, opens_list
from pipeline.extract.roles import RoleMention, find_roles, label_role
from pipeline.extract.targets import find_targets
from pipeline.rulebook import Rulebook
from pipeline.text import TextView, fold, fold_text
from pipeline.units import ascii_fold, find_units

_TITLE_LENGTH = 110
_TERM = re.compile(r"nhiệm kỳ (20\d\d) ?- ?(20\d\d)")
_ADDRESSED_KINDS = frozenset(("công văn", "công điện"))
# An opening order to "các cơ quan, đơn vị" names nobody: the addressees are meant.
_NOBODY = re.compile(r"(?:các )?(?:cơ quan|đơn vị|địa phương|bộ|ngành|ban|sở)(?:(?:,| và|,? các)? (?:cơ quan|đơn vị|địa phương|bộ|ngành|ban|sở|cá nhân))*(?: (?:có )?liên quan| nêu trên| trên)?")


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
    issuers = frozenset(own_names(header))
    led = _parts_with_lead(outline.clauses, rulebook)
    term = _TERM.search(fold_text(header.title or ""))
    years = (int(term.group(1)), int(term.group(2))) if term else None
    filled: list[Clause] = []
    openings: list[Opening] = []
    for index, clause in enumerate(outline.clauses):
        view = fold(text, clause.body.start, clause.span.end)
        label_end = _label_end(view, clause)
        role = label_role(view.text[: label_end - 1].strip(), clause.parent in led, rulebook) if clause.type == "field" and label_end else None
        found = find_roles(view, clause.type, label_end, role, issuers, rulebook)
        mentions = _mentions(found, view, identities)
        context = DeadlineContext(issued_on=header.issued_on, clause_type=clause.type, term=years)
        filled.append(
            clause.model_copy(
                update={
                    "mentions": mentions,
                    "deadlines": find_deadlines(view, context, rulebook),
                    "targets": find_targets(view, clause.type, rulebook),
                    "citations": find_citations(view, rulebook),
                }
            )
        )
        if clause.type != "field" and opens_list(view.text) and _is_opening(clause, outline.clauses, index):
            handed = mentions or _mentions(find_roles(view, "task", None, None, issuers, rulebook), view, identities)
            leads = tuple(m for m in handed if m.role == "lead" and not _NOBODY.fullmatch(m.name.lower()))
            if leads:
                openings.append(Opening(index, clause.id, leads))
    header = _with_ids(header, identities, rulebook)
    inheritance = Inheritance(
        clauses=filled,
        by_id={c.id: c for c in filled},
        fields=_fields_by_parent(filled),
        openings=openings,
        addressees=_addressees(header) if header.kind and header.kind.name.lower() in _ADDRESSED_KINDS else (),
    )
    key = _document_key(document, header)
    tasks = tuple(_task(clause, i, text, key, inheritance) for i, clause in enumerate(filled) if clause.type == "task")
    return Extraction(Outline(header=header, clauses=tuple(filled)), tasks, identities.units())


def _is_opening(clause: Clause, clauses: tuple[Clause, ...], index: int) -> bool:
    """Whether what follows the clause does not hang under it (else it is the list's parent and inheritance finds it)."""
    return index + 1 < len(clauses) and clauses[index + 1].parent != clause.id


def _label_end(view: TextView, clause: Clause) -> int | None:
    """Return the view position behind the label of a field ("Đơn vị chủ trì:"), None where there is none."""
    colon = view.text.find(":")
    return colon + 1 if clause.type == "field" and colon >= 0 else None


def _parts_with_lead(clauses: tuple[Clause, ...], rulebook: Rulebook) -> set[str | None]:
    """Return the parents of fields that say who leads: "đơn vị thực hiện" beside them only implements."""
    return {c.parent for c in clauses if c.type == "field" and c.label and label_role(fold_text(c.label), True, rulebook) == "lead"}


def _fields_by_parent(clauses: list[Clause]) -> dict[str | None, list[Clause]]:
    fields: dict[str | None, list[Clause]] = {}
    for clause in clauses:
        if clause.type == "field" and (clause.mentions or clause.deadlines):
            fields.setdefault(clause.parent, []).append(clause)
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


def _task(clause: Clause, index: int, text: str, key: str, inheritance: Inheritance) -> Task:
    return Task(
        id=f"{key}:{clause.id}",
        clause_id=clause.id,
        title=_title(clause.body.cut(text)),
        text=" ".join(clause.span.cut(text).split()),
        span=clause.span,
        assignments=inheritance.assignments(clause, index),
        deadlines=inheritance.deadlines(clause),
        targets=clause.targets,
        citations=clause.citations,
    )


def _title(words: str) -> str:
    """Return the beginning of a clause, short enough for a table cell (at most 110 code points)."""
    line = " ".join(re.sub(r"\*+|\[\d{1,3}\]", "", words).split()).strip(" -+;.")
    if len(line) <= _TITLE_LENGTH:
        return line
    cut = line[:_TITLE_LENGTH].rsplit(" ", 1)[0]
    sentence = re.match(r".{25,}?(?:[.;]|: )(?= |$)", cut)
    return sentence.group().rstrip(" .;:") if sentence else cut + "…"

"""Documents that replace, repeal, amend, extend, recall, correct or suspend others, linked by the numbers they cite."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from models import Citation, Clause, Link, Result, Span
from pipeline.extract.citations import find_citations
from pipeline.rulebook import Rule, Rulebook, rulebook
from pipeline.store.rows import load_document, number_key
from pipeline.store.tables import documents, links
from pipeline.text import fold, fold_text

_CITED: Final = "§"
_NUMBERING = re.compile(r"^[^\w§]*(?:(?:điều|khoản|mục) \d+[a-z]?[.:]?|\d+(?:\.\d+)*[.)]|[a-zđ]\))?[^\w§]*")


@dataclass(frozen=True, eq=False)
class _Grammar:
    """The compiled rules of versions.toml."""

    rules: tuple[tuple[Rule, re.Pattern[str]], ...]
    triggers: re.Pattern[str]
    deciding: frozenset[str]


@lru_cache(maxsize=2)
def _grammar(book: Rulebook) -> _Grammar:
    file = book["versions"]
    rules = tuple((rule, re.compile(rule.pattern)) for rule in file.rules)
    return _Grammar(rules, re.compile("|".join(map(re.escape, file.tables["triggers"]))), frozenset(file.tables["deciding"]))


def find_links(result: Result) -> tuple[Link, ...]:
    """Return what a directive says that it does to other documents, each once, in the order of the text. Rules: rules/versions.toml."""
    book = rulebook()
    grammar = _grammar(book)
    text, header = result.text, result.header
    found: dict[tuple[str, str], Link] = {}
    if span := header.spans.get("title"):
        view = fold(text, *span)
        if grammar.triggers.search(view.text):
            for link in _links(text, span, find_citations(view, book), ("title",), grammar):
                found.setdefault((link.relation, link.number), link)
    by_id = {clause.id: clause for clause in result.clauses}
    decides = header.kind is not None and header.kind.name in grammar.deciding
    for clause in result.clauses:
        if clause.citations and grammar.triggers.search(fold_text(clause.span.cut(text))):
            where = ("anywhere", "article") if decides and _in_article(clause, by_id) else ("anywhere",)
            for link in _links(text, clause.body, clause.citations, where, grammar):
                found.setdefault((link.relation, link.number), link)
    own = number_key(header.number)
    return tuple(link for link in found.values() if number_key(link.number) not in (None, own))


def _in_article(clause: Clause, by_id: Mapping[str, Clause]) -> bool:
    """Return whether a clause stands in an article ("Điều 1."): what a table or list orders elsewhere is work handed out to others."""
    above: Clause | None = clause
    while above is not None and not above.cells:
        if above.marker.lower().startswith("điều"):
            return True
        above = by_id.get(above.parent) if above.parent else None
    return False


def links_in(words: str, where: str) -> list[Link]:
    """Return the links that ``words``, a title or a clause, state: how the examples of rules/versions.toml are asked."""
    book = rulebook()
    return list(_links(words, Span(0, len(words)), find_citations(fold(words), book), (where,), _grammar(book)))


def masked(words: str) -> str:
    """Return ``words`` as the patterns of rules/versions.toml see them."""
    return _masked(words, Span(0, len(words)), sorted(find_citations(fold(words), rulebook()), key=lambda c: c.span))


def _links(text: str, span: Span, citations: tuple[Citation, ...], where: tuple[str, ...], grammar: _Grammar) -> Iterator[Link]:
    cited = sorted((c for c in citations if span.start <= c.span.start and c.span.end <= span.end), key=lambda c: c.span)
    masked = _masked(text, span, cited)
    for rule, pattern in grammar.rules:
        if rule.fields["where"] not in where:
            continue
        for match in pattern.finditer(masked):
            first = masked.count(_CITED, 0, match.start("cited"))
            for citation in cited[first : first + match.group("cited").count(_CITED)]:
                yield Link(
                    relation=rule.fields["relation"],
                    kind=citation.kind,
                    number=citation.number,
                    date=citation.date,
                    span=Span(span.start, citation.span.end),
                    rule=rule.id,
                )


def _masked(text: str, span: Span, cited: list[Citation]) -> str:
    """Return the folded words of ``span``, numbering left out, with a mark in the place of each citation."""
    parts, at = [], span.start
    for citation in cited:
        parts.append(text[at : citation.span.start].replace(_CITED, " "))
        at = max(at, citation.span.end)
    parts.append(text[at : span.end].replace(_CITED, " "))
    return _NUMBERING.sub("", fold_text(_CITED.join(parts)), count=1)


def write_links(connection: Connection, document: int, found: tuple[Link, ...]) -> None:
    """Write the links that a document states over those it stated before."""
    connection.execute(delete(links).where(links.c.document_id == document))
    if found:
        connection.execute(insert(links), [{**_row(link), "document_id": document, "target_id": None} for link in found])


def settle_links(connection: Connection, document: int) -> None:
    """Find the targets of the links of ``document`` among what is there, and the links of others that were waiting for it."""
    own = connection.execute(select(links).where(links.c.document_id == document, links.c.target_id.is_(None))).mappings().all()
    for link in own:
        named = select(documents).where(
            documents.c.number_key == link["number_key"], documents.c.id != document, documents.c.duplicate_of.is_(None)
        )
        fits = [row["id"] for row in connection.execute(named.order_by(documents.c.id.desc())).mappings() if _fits(link, row)]
        if fits:
            connection.execute(update(links).where(links.c.id == link["id"]).values(target_id=fits[0]))
    row = load_document(connection, document)
    if row["number_key"] and row["duplicate_of"] is None:
        waiting = select(links).where(links.c.number_key == row["number_key"], links.c.target_id.is_(None), links.c.document_id != document)
        for link in connection.execute(waiting).mappings().all():
            if _fits(link, row):
                connection.execute(update(links).where(links.c.id == link["id"]).values(target_id=document))


def _fits(link: Any, row: Any) -> bool:
    """Numbers begin anew every year: where the citation has a date, it must be the document's."""
    issued_on = row["issued_on"] or ""
    return not link["date"] or not issued_on or str(link["date"]).startswith(issued_on)


def _row(link: Link) -> dict[str, Any]:
    values = link.model_dump(include={"relation", "kind", "number", "date", "rule"})
    return {**values, "number_key": number_key(link.number), "start": link.span.start, "end": link.span.end}


def link_of(row: Any) -> Link:
    """Return the link of a row of ``links``."""
    return Link(
        relation=row["relation"],
        kind=row["kind"],
        number=row["number"],
        date=row["date"],
        span=Span(row["start"], row["end"]),
        rule=row["rule"],
        document=row["document_id"],
        target=row["target_id"],
    )

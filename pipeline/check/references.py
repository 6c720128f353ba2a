"""References of a directive to its own parts: the part must be there."""

import re
from collections.abc import Iterator, Sequence

from models import Clause, Finding, Party, Span
from pipeline.check.finding import make_finding
from pipeline.check.numbering import roman_value
from pipeline.check.reading import Line, Reading, find_words, pattern
from pipeline.text import fold

_ARTICLE = re.compile(r"điều (\d{1,3})\b")
_TITLE = re.compile(r"^[ \t\f|*#_]*phụ\s+lục\b[^\n]{0,60}", re.IGNORECASE | re.MULTILINE)


def find_lost_references(reading: Reading) -> Iterator[Finding]:
    """Yield words that send the reader to a part of this directive that it does not have."""
    lines = reading.lines_with("này", "trên", "kèm theo", "đính kèm")
    named = [(line, match) for line in lines for match in find_words(line.view, "part-missing")]
    parties = [(party, match) for party in reading.outline.header.recipients if (match := pattern("as-article").match(party.name.lower()))]
    if named or parties:
        parts = _Parts(reading)
        yield from _in(reading, named, parts)
        yield from _article_of_recipients(parties, parts)
    yield from _appendices(reading)


class _Parts:
    """The numbers of the parts that a directive has."""

    def __init__(self, reading: Reading) -> None:
        self.articles: set[int] = set()
        self.parents = {clause.id: clause for clause in reading.outline.clauses}
        self.items: dict[str, set[str]] = {}
        self.romans: set[int] = set()
        self.numbers: set[str] = set()
        for clause in reading.outline.clauses:
            marker = clause.marker.replace("*", " ").strip().lower()
            article = _ARTICLE.match(marker)
            if article:
                self.articles.add(int(article[1]))
            value = marker.rstrip(".):/- ")
            if clause.parent and value.isdigit():
                self.items.setdefault(clause.parent, set()).add(value)
            value = value.removeprefix("phần ").removeprefix("mục ").removeprefix("chương ")
            if value.replace(".", "").isdigit():
                self.numbers.add(value)
            elif rank := roman_value(value):
                self.romans.add(rank)

    def has_item(self, clause: Clause, item: str) -> bool:
        """Return whether the article that ``clause`` stands in has the paragraph (khoản) ``item``; True where it has none at all."""
        for _ in range(8):
            if clause.marker.replace("*", " ").strip().lower().startswith("điều"):
                return item in self.items.get(clause.id, {item})
            if clause.parent not in self.parents:
                break
            clause = self.parents[clause.parent]
        return True

    def has(self, path: str) -> bool:
        """Return whether a part is printed that ``path`` ("iii", "iii.2", "2.1", "4") may mean; True where none of its kind is."""
        for piece in path.split("."):
            if piece.isdigit():
                continue
            rank = roman_value(piece)
            if rank and self.romans and rank not in self.romans:
                return False
        digits = [piece for piece in path.split(".") if piece.isdigit()]
        if not digits or not self.numbers or digits != path.split("."):
            return True
        return path in self.numbers or f"{path}." in self.numbers or any(n.endswith(f".{path}") for n in self.numbers)


def _in(reading: Reading, matches: Sequence[tuple[Line, re.Match[str]]], parts: _Parts) -> Iterator[Finding]:
    for line, match in matches:
        named = match.groupdict()
        article, path, item = named.get("article"), named.get("path"), named.get("item")
        lost = bool(article and parts.articles and int(article) not in parts.articles) or bool(path and not parts.has(path))
        if lost or (item and not parts.has_item(line.clause, item)):
            span = line.view.span(*match.span("part"))
            yield make_finding("checks", "part-missing", [span], printed=reading.quoted(span))


def _article_of_recipients(parties: Sequence[tuple[Party, re.Match[str]]], parts: _Parts) -> Iterator[Finding]:
    """Yield "Như Điều 3" of the recipients where there is no Điều 3."""
    for party, match in parties:
        if parts.articles and not {int(n) for n in re.findall(r"\d{1,3}", match["articles"])} <= parts.articles:
            spans = [party.span] if party.span else []
            yield make_finding("checks", "part-missing", spans, printed=party.name)


def _appendices(reading: Reading) -> Iterator[Finding]:
    """Yield the first reference to an enclosed appendix that the file does not hold."""
    said: list[tuple[Span, str | None]] = []
    for line in reading.lines_with("phụ lục"):
        for match in find_words(line.view, "appendix-missing"):
            said.append((line.view.span(*match.span("appendix")), match.groupdict().get("number")))
    if not said:
        return
    held = _held(reading)
    for span, number in said:
        lost = number is not None and held and _rank(number) not in held if held else True
        if lost:
            yield make_finding("checks", "appendix-missing", [span], printed=reading.quoted(span))
            return


def _held(reading: Reading) -> set[int | None]:
    """Return the numbers of the appendices whose titles stand in the file, None for one without a number."""
    text, found = reading.text, set[int | None]()
    for start in reading.printed_lines("phụ"):
        match = _TITLE.match(text, start)
        title = pattern("appendix-title").match(fold(text, *match.span()).text.strip(" |#_")) if match else None
        if title:
            found.add(_rank(title["number"]) if title["number"] else None)
    return found


def _rank(number: str) -> int | None:
    return int(number) if number.isdigit() else roman_value(number)

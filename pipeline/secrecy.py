"""Marks of secrecy on a directive: what bears one is not for a program that anybody may start."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from models import Document, Span
from pipeline.rulebook import Rule, Rulebook
from pipeline.text import TextView, fold, fold_text

_LINES: Final = 60
_LINE = re.compile(r"[^\n\f\r]*[^\W_][^\n\f\r]*")
_COLUMN = re.compile(r"(?:(?! {3,})[^\t|\xa0])+")


@dataclass(frozen=True, eq=False)
class _Marks:
    """rules/secrecy.toml, compiled."""

    rules: tuple[tuple[Rule, re.Pattern[str]], ...]
    body: re.Pattern[str]
    names: Mapping[str, str]
    unfinished: frozenset[str]


@lru_cache(maxsize=1)
def _marks(rulebook: Rulebook) -> _Marks:
    file = rulebook["secrecy"]
    rules = tuple((rule, re.compile(rule.pattern)) for rule in file.rules)
    unfinished = frozenset(map(fold_text, file.tables["unfinished"]))
    return _Marks(rules, re.compile(file.tables["body"]), file.tables["names"], unfinished)


def find_secrecy(document: Document, rulebook: Rulebook) -> tuple[str, Span] | None:
    """Return the mark that ``document`` bears ("Mật", "Tối mật", "Tuyệt mật") and where it stands; None where it bears none.

    A mark is a line of its own, or a column of one, in the head of the document or in the furniture of a page (Điều 8, Luật Bảo vệ
    bí mật nhà nước 2018; Nghị định 26/2020/NĐ-CP). The same words in a sentence or in a table are none. Rules: rules/secrecy.toml.
    """
    marks = _marks(rulebook)
    before = ""
    for place in _places(document, marks.body):
        view = fold(document.text, *place)
        if before not in marks.unfinished:
            for rule, pattern in marks.rules:
                if (document.source.ocr or not rule.fields.get("ocr")) and (found := _mark(view, rule, pattern)):
                    name, start, end = found
                    return marks.names[name], view.span(start, end)
        before = view.text.rpartition(" ")[2]
    return None


def _mark(view: TextView, rule: Rule, pattern: re.Pattern[str]) -> tuple[str, int, int] | None:
    """Return which mark ``view`` holds, by its key in [names], and where in the view."""
    match = pattern.search(view.text)
    if not match:
        return None
    group = next(group for group, words in match.groupdict().items() if words)
    start, end = match.span(group)
    mark = view.cased[start:end]
    printed = mark.isupper() if rule.fields.get("capitals") else mark[0].isupper()
    return (group.rstrip("2"), start, end) if printed else None


def _places(document: Document, body: re.Pattern[str]) -> Iterator[Span]:
    """Yield the columns of the lines of the head, then the furniture of all pages; no rows of tables."""
    text, tables = document.text, [table.span for table in document.tables]
    for number, line in enumerate(_LINE.finditer(text)):
        if number == _LINES or body.match(fold_text(line.group()[:100].lstrip("*_#> "))):
            break
        if any(start <= line.start() < end for start, end in tables):
            continue
        for column in _COLUMN.finditer(text, *line.span()):
            if column.group().strip():
                yield _stripped(column)
    yield from (block.span for block in document.blocks if block.kind == "furniture" and block.span.end - block.span.start < 100)


def _stripped(column: re.Match[str]) -> Span:
    words = column.group()
    return Span(column.end() - len(words.lstrip()), column.start() + len(words.rstrip()))

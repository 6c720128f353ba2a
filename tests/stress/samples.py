"""Directives to write anew, and the way from a text to its result."""

import json
import random
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from models import Result, Span
from pipeline.evaluate import score_documents
from pipeline.read.plain import read_plain
from pipeline.rulebook import rulebook
from pipeline.run import take_apart
from tests.stress.keeping import Kept, Moved, compare, unmoved
from tests.stress.rewriting import Edit, Rewriting, rewrite

CORPUS: Final = Path(__file__).parent.parent.parent / "corpus"


@dataclass(frozen=True, eq=False)
class Sample:
    """A directive with its gold annotation and what the program makes of it as it is."""

    name: str
    gold: dict[str, Any]
    result: Result

    @property
    def text(self) -> str:
        """Return the text as it was read."""
        return self.result.text

    def random(self, of: str) -> random.Random:
        """Return a source of chance of its own for each way to write this directive anew: the same in every run."""
        return random.Random(zlib.crc32(f"{self.name} {of}".encode()))


@dataclass(frozen=True, eq=False)
class Variant:
    """A directive written anew. ``raw``: the file, where it is not the new text in UTF-8."""

    rewriting: Rewriting
    raw: bytes | None = None
    moved: Moved = unmoved
    by_name: bool = True

    def read(self, name: str) -> Result:
        """Return what the program makes of it."""
        return take_apart(read_plain(self.raw or self.rewriting.text.encode(), name, name), rulebook())


# sets that change words, and so the lengths of lines
_NEW_WORDS: Final = ("name_sets", "date_sets", "list_sets", "mark_sets")
Make = Callable[[Sample], Iterator[Variant]]


@lru_cache(maxsize=4)
def read_samples(texts: Path = CORPUS, gold: Path = CORPUS / "gold") -> tuple[Sample, ...]:
    """Return the directives of ``texts`` that have gold, in order of name."""
    samples = []
    for path in sorted(gold.glob("*.json")):
        annotation = json.loads(path.read_text(encoding="utf-8"))
        name = f"{path.stem}.txt"
        samples.append(Sample(path.stem, annotation, take_apart(read_plain((texts / name).read_bytes(), name, name), rulebook())))
    return tuple(samples)


@lru_cache(maxsize=64)
def flowing(sample: Sample) -> Sample:
    """Return ``sample`` with each paragraph on a line of its own: where words change, lines of one width would no longer be so."""
    rewriting = fill_paragraphs(sample.text, sample.gold["clauses"], None, "\n\n")
    name = f"{sample.name}.txt"
    clauses = []
    for clause in sample.gold["clauses"]:
        start, end = rewriting.span(Span(clause["start"], clause["end"]))
        clauses.append({**clause, "start": start, "end": end})
    gold = {**sample.gold, "text": rewriting.text, "clauses": clauses}
    return Sample(sample.name, gold, take_apart(read_plain(rewriting.text.encode(), name, name), rulebook()))


def measure(make: Make, samples: tuple[Sample, ...]) -> Kept:
    """Return what the results of ``samples`` keep when they are written anew in the ways of ``make``."""
    kept = Kept()
    for printed in samples:
        sample = flowing(printed) if make.__module__.endswith(_NEW_WORDS) else printed
        for number, variant in enumerate(make(sample)):
            one = compare(sample.result, variant.read(f"{sample.name}.txt"), variant.rewriting, variant.moved, by_name=variant.by_name)
            one.lost = [f"{sample.name} {number} {line}" for line in one.lost]
            kept.add(one)
    return kept


def fill_paragraphs(text: str, clauses: Sequence[Mapping[str, Any]], width: int | None, between: str) -> Rewriting:
    """Return ``text`` with its clauses filled to ``width`` (None: on one line) as fmt does, ``between`` between them."""
    edits: list[Edit] = []
    for clause, after in zip(clauses, [*clauses[1:], None], strict=True):
        start = text.rfind("\n", 0, clause["start"]) + 1
        if text[start : clause["start"]].strip(" *\t#_>"):
            start = clause["start"]
        if "|" in text[start : clause["end"]]:
            continue  # a row of a table
        flat, places = _flat(text, start, clause["end"])
        breaks = _fill(flat, width) if width else set()
        for i, (a, b) in enumerate(places):
            if i in breaks:
                edits.append(Edit(a, b, "\n"))
            elif flat[i] == " " and text[a:b] != " ":
                edits.append(Edit(a, b, " "))
        if after is not None and (gap := re.fullmatch(r"([ *]*)\n\s*?((?:\*\*|\*)?[ ]*)", text[clause["end"] : after["start"]])):
            edits.append(Edit(clause["end"] + len(gap[1]), after["start"] - len(gap[2]), between))
    return rewrite(text, edits)


def _flat(text: str, start: int, end: int) -> tuple[str, list[tuple[int, int]]]:
    """Return ``text[start:end]`` with all blanks made one, and where each of its letters stands in ``text``."""
    found = [(match.group(), start + match.start(), start + match.end()) for match in re.finditer(r"\s+|\S", text[start:end])]
    return "".join(" " if words.isspace() else words for words, _, _ in found), [(a, b) for _, a, b in found]


def _fill(words: str, width: int) -> set[int]:
    """Return the blanks at which ``words`` are broken so that no line is longer than ``width``."""
    breaks: set[int] = set()
    begin, blank = 0, -1
    for i, c in enumerate([*words, " "]):
        if c != " ":
            continue
        if i - begin > width and blank > begin:
            breaks.add(blank)
            begin = blank + 1
        blank = i
    return breaks


def clean_rows(make: Make, samples: tuple[Sample, ...]) -> tuple[float, float]:
    """Return the F1 of clean rows against gold of ``samples`` as they are, and written anew in the ways of ``make``.

    The spans of the new results are led back to the old texts, whose gold tells what is right.
    """
    before = score_documents({s.name: s.gold for s in samples}, {s.name: s.result.model_dump(mode="json") for s in samples})
    gold: dict[str, Any] = {}
    results: dict[str, Any] = {}
    for sample in samples:
        for number, variant in enumerate(make(sample)):
            result = variant.read(f"{sample.name}.txt").model_dump(mode="json")
            back = _way_back(variant.rewriting)
            for clause in result["clauses"]:
                start, end = clause["span"]
                clause["span"] = [back[start], back[max(start, end - 1)] + 1]
            name = f"{sample.name} {number}"
            gold[name], results[name] = sample.gold, {**result, "text": sample.gold["text"]}
    after = score_documents(gold, results)
    return before.tallies["clean rows"].f1, after.tallies["clean rows"].f1


def _way_back(rewriting: Rewriting) -> list[int]:
    """Return for each letter of the new text where it stood in the old one."""
    back = [0] * (len(rewriting.text) + 1)
    for old, new in enumerate(rewriting.first):
        back[min(new, len(back) - 1)] = old
    for new in range(1, len(back)):
        back[new] = max(back[new], back[new - 1])
    return back


def body(sample: Sample, clause: dict[str, Any]) -> Span:
    """Return the span of a gold clause without its marker."""
    start, end, marker = clause["start"], clause["end"], clause["marker"] or ""
    at = sample.text.find(marker, start, start + len(marker) + 8) if marker else -1
    start = at + len(marker) if at >= 0 else start
    while start < end and sample.text[start].isspace():
        start += 1
    return Span(start, end)

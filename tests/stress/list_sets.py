"""The same members in another order: units of a list, items of a list."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from models import Mention, Span
from tests.stress.rewriting import Piece, Rewriting, compose
from tests.stress.samples import Sample, Variant, body

_SEPARATOR: Final = re.compile(r",? và |, |; ", re.IGNORECASE)
_LAST: Final = re.compile(r"liên quan|khác|nêu trên|nói trên|trực thuộc|chức năng|\(|cùng cấp|có thẩm quyền|đó", re.IGNORECASE)
_POINTS: Final = re.compile(r"nêu trên|nói trên|trên đây|này|đó|như sau|sau đây|[(:]$|:\W*$", re.IGNORECASE)
_COLLECTIVE: Final = re.compile(r"(?:các|những|cơ quan|đơn vị|tổ chức|địa phương|doanh nghiệp|cá nhân)\b", re.IGNORECASE)
_END: Final = re.compile(r"[\s.;,:/…*]*$")


def units(sample: Sample) -> Iterator[Variant]:
    """Units that stand in a list shuffled: "phối hợp với B, A và các đơn vị liên quan"."""
    for number in range(2):
        chance = sample.random(f"units {number}")
        swaps: list[tuple[list[Span], list[int]]] = []
        for clause in sample.result.clauses:
            for group in _groups(sample.text, clause.mentions):
                movable = list(range(len(group) - bool(_LAST.search(group[-1].name))))
                # two collectives side by side are one ("các sở, ngành và đơn vị liên quan")
                if len(movable) > 1 and sum(_COLLECTIVE.match(m.name) is not None for m in group) < 2:
                    order = movable[:]
                    while order == movable:
                        chance.shuffle(order)
                    swaps.append(([group[i].span for i in movable], order))
        yield Variant(_swapped(sample.text, swaps, names=True))


def items(sample: Sample) -> Iterator[Variant]:
    """Items of a list that say something by themselves shuffled, their markers and final marks staying in place."""
    clauses = sample.gold["clauses"]
    above = {c["parent"] for c in clauses}
    for number in range(2):
        chance = sample.random(f"items {number}")
        swaps: list[tuple[list[Span], list[int]]] = []
        run: list[dict[str, Any]] = []
        for clause in [*clauses, None]:
            if clause and run and _same_list(run[-1], clause) and _alone(sample, clause, above):
                run.append(clause)
                continue
            if len(run) > 1:
                order = list(range(len(run)))
                chance.shuffle(order)
                swaps.append(([_words(sample, c) for c in run], order))
            run = [clause] if clause and clause["marker"] and _alone(sample, clause, above) else []
        yield Variant(_swapped(sample.text, swaps, names=False))


def _groups(text: str, mentions: tuple[Mention, ...]) -> Iterator[list[Mention]]:
    """Yield the mentions that stand in one list, each with its own head noun."""
    group: list[Mention] = []
    for before, mention in pairwise([*mentions, None]):
        assert before is not None
        group.append(before)
        joined = mention and mention.role == before.role and mention.span.start >= before.span.end
        if not (joined and mention and _SEPARATOR.fullmatch(text, before.span.end, mention.span.start)):
            if len(group) > 1 and all(" ".join(m.span.cut(text).split()) == m.name for m in group):
                yield group
            group = []


def _alone(sample: Sample, clause: dict[str, Any], above: set[str]) -> bool:
    """Whether an item says something by itself: nothing hangs under it, it points at nothing before or behind."""
    words = _words(sample, clause).cut(sample.text)
    return (
        clause["id"] not in above and not _POINTS.search(words) and "|" not in words and words[:1].isupper() and words.count("*") % 4 == 0
    )


def _same_list(one: dict[str, Any], other: dict[str, Any]) -> bool:
    same = len(one["marker"]) == len(other["marker"]) and one["marker"][-1:] == other["marker"][-1:]
    return bool(same and other["marker"] and one["parent"] == other["parent"] and one["type"] == other["type"])


def _words(sample: Sample, clause: dict[str, Any]) -> Span:
    """Return the words of an item without its marker and its final marks."""
    span = body(sample, clause)
    ending = _END.search(sample.text, span.start, span.end)
    return Span(span.start, ending.start() if ending else span.end)


def _swapped(text: str, swaps: list[tuple[list[Span], list[int]]], *, names: bool) -> Rewriting:
    """Return ``text`` with the spans of each swap in their new order; the first of a list of ``names`` takes the case of the old first."""
    pieces: list[Piece] = []
    at = 0
    for spans, order in sorted(swaps):
        for place, span in enumerate(spans):
            source = spans[order[place]]
            pieces.append(Piece(at, span.start))
            new = text[source.start]
            if names and place == 0:
                new = new.upper() if text[spans[0].start].isupper() else new
            elif names and order[place] == 0 and re.match(r"(?:Các|Những|Lãnh đạo|Thủ trưởng|Toàn) ", source.cut(text)):
                new = new.lower()
            pieces += [Piece(source.start, source.start + 1, new), Piece(source.start + 1, source.end)]
            at = span.end
    return compose(text, [*pieces, Piece(at, len(text))])

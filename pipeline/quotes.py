"""Words that a result quotes, as they are printed: the stages read a text as it was meant (pipeline/misprints.py)."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, TypeVar

from pydantic import BaseModel

from models import Clause, Outline, Span, Task
from pipeline.pieces import join_pieces
from pipeline.text import differing

_Model = TypeVar("_Model", bound=BaseModel)
_QUOTES: Final = ("text", "title", "of", "label")  # fields of models that hold words of the text
_BLANKS: Final = re.compile(r"\s+")
_Broken = Sequence[tuple[Span, ...]]
"""The cells of a row whose words do not stand together, each with its pieces."""


def quote(outline: Outline, tasks: Sequence[Task], meant: str, printed: str) -> tuple[Outline, tuple[Task, ...]]:
    """Return ``outline`` and ``tasks``, read from the text ``meant``, with the words that they quote as they are ``printed``.

    The texts are equally long. Names of units and titles of documents stay as meant: they are no quotes but names.
    """
    changed = differing(meant, printed)
    broken = {clause.id: _broken(clause) for clause in outline.clauses if clause.cells}
    quoted = tuple(_as_printed(task, meant, printed, changed, broken.get(task.clause_id, ())) for task in tasks)
    return _as_printed(outline, meant, printed, changed, ()), quoted


def _broken(clause: Clause) -> _Broken:
    return [cell.pieces for cell in clause.cells if cell.pieces]


def _as_printed(model: _Model, meant: str, printed: str, changed: Sequence[int], broken: _Broken) -> _Model:
    span = getattr(model, "span", None)
    untouched = isinstance(span, Span) and not _touched(span, changed)
    if untouched and not (broken and any(_touched(piece, changed) for cell in broken for piece in cell)):
        return model
    if isinstance(model, Clause):
        broken = _broken(model)
    new: dict[str, object] = {}
    for name, value in model:
        if isinstance(value, BaseModel):
            made: object = _as_printed(value, meant, printed, changed, broken)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            made = tuple(_as_printed(part, meant, printed, changed, broken) for part in value)
            made = value if all(map(_is, made, value)) else made
        elif name in _QUOTES and isinstance(value, str) and isinstance(span, Span):
            made = _quote(value, span, meant, printed, broken)
        else:
            continue
        if made is not value:
            new[name] = made
    return model.model_copy(update=new) if new else model


def _is(one: object, other: object) -> bool:
    return one is other


def _touched(span: Span, changed: Sequence[int]) -> bool:
    at = bisect_left(changed, span.start)
    return at < len(changed) and changed[at] < span.end


def _quote(words: str, span: Span, meant: str, printed: str, broken: _Broken) -> str:
    """Return ``words`` of the span (its blanks made one, or cut short) as printed; as they are where they are not found there."""
    read = span.cut(meant)
    tokens = read.split()
    length = len(words.rstrip("…"))
    if not length:
        return words
    at = " ".join(tokens).find(words[:length])
    if at < 0:
        return _quote_joined(words, length, meant, printed, broken)
    joined = [*accumulate([len(token) + 1 for token in tokens], initial=0)]  # where the words stand, their blanks made one
    places, end = [], 0
    for token in tokens:
        places.append(read.index(token, end))
        end = places[-1] + len(token)

    def place(letter: int) -> int:
        """Return where in the text the letter stands that has this number among the words put together."""
        n = bisect_right(joined, letter) - 1
        return span.start + places[n] + letter - joined[n]

    return _BLANKS.sub(" ", printed[place(at) : place(at + length - 1) + 1]) + words[length:]


def _quote_joined(words: str, length: int, meant: str, printed: str, broken: _Broken) -> str:
    """Return ``words``, of which ``length`` letters are quoted, as one of the ``broken`` cells has them in print."""
    for cell in broken:
        read, found = join_pieces(meant, cell), join_pieces(printed, cell)
        at = read.find(words[:length])
        if at >= 0 and len(read) == len(found):
            return found[at : at + length] + words[length:]
    return words

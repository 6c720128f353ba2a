"""Words that a result quotes, as they are printed: the stages read a text as it was meant (pipeline/misprints.py)."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, TypeVar

from pydantic import BaseModel

from models import Outline, Span, Task
from pipeline.text import differing

_Model = TypeVar("_Model", bound=BaseModel)
_QUOTES: Final = ("text", "title", "of", "label")  # fields of models that hold words of the text
_BLANKS: Final = re.compile(r"\s+")


def quote(outline: Outline, tasks: Sequence[Task], meant: str, printed: str) -> tuple[Outline, tuple[Task, ...]]:
    """Return ``outline`` and ``tasks``, read from the text ``meant``, with the words that they quote as they are ``printed``.

    The texts are equally long. Names of units and titles of documents stay as meant: they are no quotes but names.
    """
    changed = differing(meant, printed)
    return _as_printed(outline, meant, printed, changed), tuple(_as_printed(task, meant, printed, changed) for task in tasks)


def _as_printed(model: _Model, meant: str, printed: str, changed: Sequence[int]) -> _Model:
    span = getattr(model, "span", None)
    if isinstance(span, Span) and not _touched(span, changed):
        return model
    new: dict[str, object] = {}
    for name, value in model:
        if isinstance(value, BaseModel):
            made: object = _as_printed(value, meant, printed, changed)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            made = tuple(_as_printed(part, meant, printed, changed) for part in value)
            made = value if all(map(_is, made, value)) else made
        elif name in _QUOTES and isinstance(value, str) and isinstance(span, Span):
            made = _quote(value, span, meant, printed)
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


def _quote(words: str, span: Span, meant: str, printed: str) -> str:
    """Return ``words`` of the span (its blanks made one, or cut short) as printed; as they are where they are not found there."""
    pieces = [(match.group(), match.start()) for match in re.finditer(r"\s+|\S", span.cut(meant))]
    flat = "".join(" " if piece.isspace() else piece for piece, _ in pieces)
    at = flat.find(words.rstrip("…"))
    if at < 0:
        return words
    length = len(words.rstrip("…"))
    start = span.start + pieces[at][1]
    end = span.start + pieces[at + length - 1][1] + 1
    return _BLANKS.sub(" ", printed[start:end]) + words[length:]

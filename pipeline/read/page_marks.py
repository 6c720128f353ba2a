"""What is to be marked on the pages of a file, and where its words stand on them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict

from models import Block, Source, Span
from pipeline.read.compose import Box


class PageMarks(BaseModel):
    """The words of ``text`` to be marked on the pages of the file ``source``: those of each task, and all units and deadlines.

    ``only``: the page that is wanted (from 1), all where None.
    """

    model_config = ConfigDict(frozen=True)

    source: Source
    text: str
    blocks: tuple[Block, ...]
    tasks: tuple[tuple[Span, ...], ...]
    units: tuple[Span, ...]
    deadlines: tuple[Span, ...]
    only: int | None = None

    def moved(self, text: str, blocks: tuple[Block, ...], spans: dict[Span, tuple[Span, ...]]) -> Self:
        """Return the same marks on another print of the words: ``spans`` says where each span of this text stands in ``text``."""

        def put(given: tuple[Span, ...]) -> tuple[Span, ...]:
            return tuple(there for span in given for there in spans[span])

        tasks, units, deadlines = tuple(map(put, self.tasks)), put(self.units), put(self.deadlines)
        return self.model_copy(update={"text": text, "blocks": blocks, "tasks": tasks, "units": units, "deadlines": deadlines})


@dataclass(frozen=True)
class Part:
    """The part ``[start, end)`` of the words of a printed line, whose box is in points. ``cell``: it stands in a table."""

    page: int
    box: Box
    words: str
    start: int
    end: int
    cell: bool = False


class Places:
    """Finds where words of a text stand on its pages. Page furniture between them is left out."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self._text = text
        self._blocks = sorted((b for b in blocks if b.page and b.box and b.kind != "furniture"), key=lambda b: b.span)
        self._ends = [block.span.end for block in self._blocks]

    def find(self, spans: Sequence[Span]) -> list[Part]:
        """Return the parts of lines that ``spans`` cover, in reading order, without blanks at their ends."""
        found = []
        for span in spans:
            for at in range(bisect_right(self._ends, span.start), len(self._blocks)):
                block = self._blocks[at]
                if block.span.start >= span.end:
                    break
                assert block.page and block.box
                words = self._text[block.span.start : block.span.end]
                start, end = max(0, span.start - block.span.start), min(len(words), span.end - block.span.start)
                start += len(words[start:end]) - len(words[start:end].lstrip())
                end = start + len(words[start:end].rstrip())
                if start < end:
                    found.append(Part(block.page, block.box, words, start, end, block.kind == "cell"))
        return found

"""Where words stand in a document."""

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range ``[start, end)``, counted in code points of ``Document.text``."""

    start: int
    end: int

    def cut(self, text: str) -> str:
        """Return the words of ``text`` (the document's text) that this span covers."""
        return text[self.start : self.end]

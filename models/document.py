"""What a reader makes of a file: one text, fixed once, and the blocks it consists of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.envelope import Envelope
from models.span import Span


class Source(BaseModel):
    """The file a document was read from. ``pages`` is None where the format has no pages.

    ``notes`` name what else it carries: "macros" (never run), "signed" (a digital signature, not
    verified), "pictures" (as large as a scanned page; their words are not read), "decomposed" (letters whose
    marks are characters of their own; the text has them in NFC). ``envelope`` is what the edXML envelope says that it came in.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    media_type: str
    pages: int | None = None
    ocr: bool = False
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    envelope: Envelope | None = None


class Block(BaseModel):
    """A run of characters that the file itself keeps together.

    A ``line`` is a printed line (its paragraph is found by the outline stage); a ``paragraph`` is one by the file's own word,
    a ``cell`` is one cell of a table. ``furniture`` is page or web furniture and footnotes: no part of the body. ``page`` counts
    from 1; ``box`` is left, top, right, bottom in points from the upper left corner of the page; ``confidence`` is that of the
    letters, between 0 and 1 (below 1 only where they were read by OCR).
    """

    model_config = ConfigDict(frozen=True)

    span: Span
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    kind: Literal["line", "paragraph", "cell", "furniture"] = "line"
    confidence: float = 1.0


class Table(BaseModel):
    """A table by the file's own word. ``rows`` is its grid, header rows included; None is an empty place.

    A cell merged over several rows or columns stands, with the same span, in every place that it covers. All rows are
    equally long.
    """

    model_config = ConfigDict(frozen=True)

    span: Span
    rows: tuple[tuple[Span | None, ...], ...]


class Aside(BaseModel):
    """Words of the file that are no part of its text: shown to people, never read. ``at`` is where in the text they stood."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["struck", "deleted", "hidden", "comment"]
    words: str
    at: int
    page: int | None = None


class Mend(BaseModel):
    """Letters that OCR misread and a rule could prove: ``span`` is what ``text`` says now, ``read`` what the engine read."""

    model_config = ConfigDict(frozen=True)

    span: Span
    read: str
    rule: str


class Document(BaseModel):
    """A directive as read: ``text`` is NFC and never changes afterwards; every span counts its code points."""

    model_config = ConfigDict(frozen=True)

    text: str
    source: Source
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...] = ()
    asides: tuple[Aside, ...] = ()
    mends: tuple[Mend, ...] = ()

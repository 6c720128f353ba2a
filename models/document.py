"""What a reader makes of a file: one text, fixed once, and the blocks it consists of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.span import Span


class Source(BaseModel):
    """The file a document was read from. ``pages`` is None where the format has no pages."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    media_type: str
    pages: int | None = None
    ocr: bool = False
    encoding: str | None = None


class Block(BaseModel):
    """A run of characters that the file itself keeps together.

    A ``line`` is a physical line of a plain text (its paragraph is found by the outline stage); a ``paragraph`` is one by
    the file's own word. ``furniture`` is page or web furniture. ``box`` is left, top, right, bottom in points.
    """

    model_config = ConfigDict(frozen=True)

    span: Span
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    kind: Literal["line", "paragraph", "cell", "furniture"] = "line"
    confidence: float = 1.0


class Document(BaseModel):
    """A directive as read: ``text`` is NFC and never changes afterwards; every span counts its code points."""

    model_config = ConfigDict(frozen=True)

    text: str
    source: Source
    blocks: tuple[Block, ...]

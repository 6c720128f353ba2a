"""What a document leaves open, for a person to decide."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.span import Span


class Finding(BaseModel):
    """A question about the directive, in words for a clerk (Vietnamese), with the words it points at."""

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Literal["error", "warning", "note"]
    message: str
    spans: tuple[Span, ...] = ()

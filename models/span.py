"""Where words stand in a document."""

from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Span(NamedTuple):
    """A half-open range ``[start, end)``, counted in code points of ``Document.text``."""

    start: int
    end: int

    def cut(self, text: str) -> str:
        """Return the words of ``text`` (the document's text) that this span covers."""
        return text[self.start : self.end]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return how models take spans: a Span as it is (to make it anew costs as much as the rest of a mention), others read."""
        read: Any = handler(source)
        name = read.pop("ref")  # of the schema as a whole, so that the JSON schema stays as it is
        taken = core_schema.union_schema([core_schema.is_instance_schema(cls), read], mode="left_to_right")
        return core_schema.json_or_python_schema(json_schema=read, python_schema=taken, ref=name)

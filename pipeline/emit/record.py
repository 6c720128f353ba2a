"""result.json, the published record of a directive, and its JSON Schema."""

import json
import re
from typing import Any

from models import Result
from models.result import SCHEMA_VERSION

# Lists of numbers only; a line break is never raw inside a JSON string, so no text is touched.
_NUMBERS = re.compile(r"\[\n\s+(-?[\d.eE+-]+(?:,\n\s+-?[\d.eE+-]+)*)\n\s+\]")


def write_record(result: Result) -> bytes:
    """Return ``result`` as JSON: UTF-8, keys in the order of the models, two spaces a level, spans on one line."""
    text = json.dumps(result.model_dump(mode="json"), ensure_ascii=False, indent=2)
    return (_NUMBERS.sub(lambda m: "[" + re.sub(r",\n\s+", ", ", m[1]) + "]", text) + "\n").encode("utf-8")


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every result.json keeps, made from the models."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"giaoviec result {SCHEMA_VERSION}",
        **{k: v for k, v in Result.model_json_schema(mode="serialization").items() if k != "title"},
    }


def write_schema() -> bytes:
    """Return ``schema()`` as it is checked in under docs/schema."""
    return (json.dumps(schema(), ensure_ascii=False, indent=2) + "\n").encode("utf-8")

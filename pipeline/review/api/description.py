"""The description of the API (OpenAPI 3.1), as it is checked in under docs/schema."""

import json
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

VERSION: Final = "1.0"
_TAGS: Final = {
    "start": "Who asks, and what was done.",
    "documents": "Files handed in and what was read of them.",
    "tasks": "Tasks, found by the program, corrected by people.",
    "decisions": "What people decide. Each decision names the version that was seen.",
    "units": "Units, who works with whom, what falls due.",
    "exports": "Tasks as files for people and other programs.",
    "feed": "What was released, changed or withdrawn, in order, at least once.",
    "webhooks": "Addresses that are told of what happens (Standard Webhooks).",
    "accounts": "Who may sign in, and the tokens of programs.",
}
_ABOUT: Final = (
    "Everything the review page does. Ask with a token: `Authorization: Bearer gv_…`. Times are UTC; days are ISO dates; spans are "
    'half-open and count code points of the document\'s text. Refusals are `{"error": {"code", "message"}}`.'
)


@dataclass(frozen=True)
class Operation:
    """One operation, for the page that lists them."""

    method: str
    path: str
    name: str
    summary: str
    parameters: tuple[str, ...]


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of the API of ``app``."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="giaoviec", version=VERSION, description=_ABOUT, routes=app.routes,
            tags=[{"name": name, "description": about} for name, about in _TAGS.items()],
        )  # fmt: skip
        made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"token": []}]
        for path in made["paths"].values():
            for operation in path.values():
                # what a function is called is for programs; its docstring says it in words
                operation["summary"] = operation["description"].split("\n")[0].split(". ")[0].rstrip(".").replace("``", "")
        app.openapi_schema = made
    return app.openapi_schema


def write_description(app: FastAPI) -> bytes:
    """Return ``describe(app)`` as it is checked in (docs/schema/openapi-1.json)."""
    return (json.dumps(describe(app), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def operations(description: dict[str, Any]) -> list[tuple[str, str, list[Operation]]]:
    """Return the operations by tag: its name, what it is about, its operations."""
    found: dict[str, list[Operation]] = {}
    for path, methods in description["paths"].items():
        for method, one in methods.items():
            names = tuple(parameter["name"] for parameter in one.get("parameters", ()) if parameter["in"] == "query")
            operation = Operation(method.upper(), path, one["operationId"], one["summary"], names)
            found.setdefault(one["tags"][0], []).append(operation)
    return [(tag, about, found[tag]) for tag, about in _TAGS.items() if tag in found]

"""What the modules of the API share: how refusals are described, how pages follow one another."""

from typing import Annotated, Any, Final

from fastapi import Path, Query, Request

from pipeline.review.api.shapes import Refused

_WHY: Final = {
    400: "What was sent cannot be used.",
    401: "A token is wanted (Authorization: Bearer …), or this one does not hold any more.",
    403: "Whoever asks lacks the right, or another page sent the request.",
    404: "There is no such thing.",
    409: "Not as things stand. With code “stale” somebody else was faster: ``newer`` has the tasks as they are now.",
    413: "Too large.",
    422: "A value cannot be used.",
    503: "The store is busy or cannot be reached: try again.",
}
_CODES: Final = {400: "wrong", 401: "sign-in", 403: "forbidden", 404: "unknown", 409: "stale", 413: "http", 422: "wrong", 503: "busy"}
FILE: Final[dict[str, Any]] = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    "description": "The file.",
}

Document = Annotated[int, Path(ge=1, lt=1 << 63, description="a document's id")]
Limit = Annotated[int, Query(ge=1, le=200, description="at most so many")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="how many to pass over")]


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of the answers that refuse, for OpenAPI."""
    return {
        status: {
            "model": Refused,
            "description": _WHY[status],
            "content": {"application/json": {"example": {"error": {"code": _CODES[status], "message": "…"}}}},
        }
        for status in statuses
    }


def next_page(request: Request, offset: int, shown: int, total: int, more: bool) -> str | None:
    """Return the address of the page after one that shows ``shown`` from ``offset`` on; None where that is the last."""
    following = offset + shown
    if not shown or (following >= total and not more):
        return None
    url = request.url.include_query_params(offset=following)
    return f"{url.path}?{url.query}"

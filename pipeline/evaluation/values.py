"""Gold and predicted values in the words of the report: normal forms, as they are compared."""

from collections.abc import Mapping
from typing import Any

from pipeline.evaluate import Json
from pipeline.messages import say


def say_value(field: str, value: Any) -> str:
    """Return a value of ``field``, gold's or the program's, as it is compared: "2025-01-01 → 2025-12-31", "95 %", a name."""
    if field in ("deadlines", "due"):
        return _deadline(value)
    if field == "targets":
        return f"{_number(value.get('value'))} {value.get('unit') or ''}".strip()
    if field == "mentions":
        return f"{say(f'evaluation.role-{value[0]}')}: {value[1]}"
    if field == "type":
        return say(f"evaluation.type-{value}")
    return "" if value is None else str(value)


def say_source(value: Json) -> str:
    """Return how the program came to a value: its rule, and for an inherited one from where."""
    origin = value.get("origin")
    if origin is None:
        return str(value.get("rule") or "")
    how = say(f"evaluation.how-{origin['how']}", clause=origin["clause_id"] or "")
    return " · ".join(filter(None, (how, origin.get("rule"))))


def _deadline(value: Mapping[str, Any]) -> str:
    start, due, repeat = value.get("start"), value.get("due"), value.get("repeat")
    span = f"{start} → {due or '…'}" if start else f"→ {due}" if due else ""
    return " · ".join(filter(None, (span, repeat)))


def _number(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "–".join(map(_number, value))
    return f"{value:g}" if isinstance(value, float) else str(value)

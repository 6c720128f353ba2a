"""Invariants: how much of the results stays the same when a directive is rewritten without changing what it orders."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import SourceError
from pipeline.messages import printable, say


@dataclass(frozen=True)
class Invariant:
    """``kept``: the share of results that stayed the same; ``bar``: the least it may be."""

    name: str
    kept: float
    bar: float

    @property
    def held(self) -> bool:
        return self.kept >= self.bar


def read_stress(path: Path) -> tuple[Invariant, ...]:
    """Return the invariants that ``path`` holds: JSON, name → {"kept": share, "bar": share}.

    Raises SourceError where it holds something else.
    """
    try:
        data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Invariant(name, float(entry["kept"]), float(entry["bar"])) for name, entry in data.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = say("evaluation.no-stress", file=printable(path), what=f"{type(error).__name__}: {error}")
        raise SourceError("no-stress", message) from error

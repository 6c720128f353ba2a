"""The trained model that ships with giaoviec: one JSON file for the second reader and for confidence."""

import gc
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pipeline.second.odds import Odds, unpack_odds
from pipeline.second.reader import Reader, unpack_reader

MODEL: Final = Path(__file__).parent / "model.json"
FORMAT: Final = 1

Record = Mapping[str, tuple[int, int]]
"""rule → how often its values were right, and how often there was one, in annotated directives"""


@dataclass(frozen=True)
class Confidence:
    """What probabilities are made from: the track records of the rules by kind of value, and a model for each kind of value."""

    records: Mapping[str, Record]
    odds: Mapping[str, Odds]


@dataclass(frozen=True)
class Model:
    """All that was learned from annotated directives."""

    reader: Reader
    confidence: Confidence


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """Return the model that ships with giaoviec, read once a process."""
    model = load_model(MODEL)
    gc.freeze()  # it stays, like all that was loaded before it: the collector need not walk it again and again (3 % of a run)
    return model


def load_model(path: Path) -> Model:
    """Return the model kept in ``path`` by ``giaoviec train``. Raises ValueError where it has another format."""
    data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if data.get("format") != FORMAT:
        raise ValueError(f"{path.name}: format {data.get('format')!r}, expected {FORMAT}")
    confidence = data["confidence"]
    records = {kind: {rule: (entry[0], entry[1]) for rule, entry in rules.items()} for kind, rules in confidence["records"].items()}
    odds = {kind: unpack_odds(entry) for kind, entry in confidence["odds"].items()}
    return Model(unpack_reader(data["reader"]), Confidence(records, odds))

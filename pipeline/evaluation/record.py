"""The figures of an evaluation as JSON: what the next report is compared with."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from models import SourceError
from pipeline.evaluate import FIELDS, Json, Scores, Tally
from pipeline.evaluation.calibration import Calibration
from pipeline.evaluation.evaluation import Evaluation, SetEvaluation
from pipeline.messages import printable, say
from pipeline.ratchet import accept, pack_ratchet, unpack_ratchet

FORMAT: Final = "giaoviec-evaluation-1"


def make_record(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures of ``evaluation``, shares rounded to 4 digits; what changed since an earlier one is not part of it."""
    return {
        "format": FORMAT,
        "rulebook": evaluation.rulebook,
        "sets": [_set(each) for each in evaluation.sets],
        "stress": {i.name: {"kept": round(i.kept, 4), "bar": round(i.bar, 4)} for i in evaluation.stress},
    }


def read_record(path: Path) -> Json:
    """Return the record kept in ``path`` (report.json). Raises SourceError where that is none."""
    try:
        record: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        what = "" if record["format"] == FORMAT else str(record["format"])[:100]
        for each in record["sets"] if not what else ():
            unpack_ratchet(each["accepted"])
            _ = each["name"], [(document["name"], document["figures"]) for document in each["documents"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
    if what:
        raise SourceError("no-report", say("evaluation.no-report", file=printable(path), what=what))
    return record


def _set(each: SetEvaluation) -> dict[str, Any]:
    return {
        "name": each.name,
        "figures": _figures(each.scores),
        "documents": [{"name": d.name, "figures": _figures(d.scores), "findings": dict(d.findings)} for d in each.documents],
        "confusion": {name: asdict(matrix) for name, matrix in each.matrices.items()},
        "calibration": {c.kind: _calibration(c) for c in each.calibrations},
        "mistakes": {
            "fields": {lapse.field: {"missed": lapse.missed, "wrong": lapse.wrong} for lapse in each.mistakes.lapses},
            "missed roles": {"stated": dict(each.mistakes.stated), "inherited": dict(each.mistakes.inherited)},
            "rules": [asdict(track) for track in each.mistakes.tracks],
        },
        "accepted": pack_ratchet(accept(each.scores)),
    }


def _figures(scores: Scores) -> dict[str, dict[str, float | int]]:
    return {name: _tally(scores.tallies[name]) for name in FIELDS}


def _tally(tally: Tally) -> dict[str, float | int]:
    shares = {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
    rounded = {name: round(share, 4) for name, share in shares.items()}
    return {**rounded, "right": tally.right, "gold": tally.gold, "predicted": tally.predicted}


def _calibration(calibration: Calibration) -> dict[str, Any]:
    def rounded(value: Any) -> Any:
        return round(value, 4) if isinstance(value, float) else value

    figures = {name: rounded(value) for name, value in asdict(calibration.figures).items() if name != "bins"}
    bins = [{name: rounded(value) for name, value in asdict(b).items()} for b in calibration.figures.bins]
    return {**figures, "unknown": calibration.unknown, "bins": bins}

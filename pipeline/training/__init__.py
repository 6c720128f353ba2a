"""Learning from annotated directives: the second reader and the confidence of values (``giaoviec train``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from models import OutputError
from pipeline.messages import printable, say
from pipeline.rulebook import Rulebook
from pipeline.second.linear import pack, write_lines
from pipeline.second.model import FORMAT
from pipeline.second.odds import pack_odds
from pipeline.training.card import write_card
from pipeline.training.confidence import train_confidence
from pipeline.training.fitting import learner
from pipeline.training.material import Example, read_material
from pipeline.training.reader import train_reader
from pipeline.training.validation import Figures, validate

CARD = "CARD.md"


@dataclass(frozen=True)
class Training:
    """What came of training: the files written, and the figures for documents that were not learned from."""

    files: tuple[Path, ...]
    figures: Figures


def train(folders: Sequence[Path], out: Path, rulebook: Rulebook) -> Training:
    """Learn from the annotated directives of ``folders`` and write the model to ``out``, its card (CARD) beside it.

    The same directives and rules give the same file. Raises SourceError where a folder holds no annotation or where scikit-learn is
    missing, OutputError where ``out`` cannot be written.
    """
    with learner():
        examples = read_material(folders, rulebook)
        learned = validate(examples, rulebook)
        reader = train_reader(learned.cases)
        confidence = train_confidence(learned.values, learned.counts)
    data: dict[str, Any] = {
        "format": FORMAT,
        "material": _material(examples, rulebook),
        "reader": {"types": pack(reader.types), "roles": pack(reader.roles), "joints": pack(reader.joints)},
        "confidence": {
            "records": {kind: {rule: list(entry) for rule, entry in rules.items()} for kind, rules in confidence.records.items()},
            "odds": {kind: pack_odds(odds) for kind, odds in confidence.odds.items()},
        },
    }
    text = write_lines(data, depth=4)
    card = out.parent / CARD
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8", newline="\n")
        card.write_text(write_card(learned.figures, data["material"], len(text.encode())), encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(say("run.out-not-writable", out=printable(out.parent), reason=reason)) from error
    return Training((out, card), learned.figures)


def _material(examples: Sequence[Example], rulebook: Rulebook) -> dict[str, Any]:
    """Return what tells this material from other: how much there was, and a digest of it."""
    digest = sha256()
    for example in examples:
        digest.update(f"{example.name}\0{example.document.text}\0{sorted(example.gold.items())!r}\0".encode())
    return {
        "directives": len(examples),
        "clauses": sum(len(example.gold["clauses"]) for example in examples),
        "tasks": sum(clause["type"] == "task" for example in examples for clause in example.gold["clauses"]),
        "sha256": digest.hexdigest(),
        "rulebook": rulebook.sha256,
    }


__all__ = ["CARD", "Training", "train"]

"""The card of a model: what it is for, what it was learned from, and the figures that were measured on documents it had not seen."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.reliability import Reliability
from pipeline.training.validation import ALL, Answers, Figures

_KINDS = {"row": "whole row", "type": "type of a clause", "assignment": "unit in a role", "deadline": "deadline", "target": "target"}
_QUESTIONS = {"types": "type of a clause", "roles": "role of a unit", "joints": "does a list of units go on"}


def write_card(figures: Figures, material: Mapping[str, Any], size: int) -> str:
    """Return the card as Markdown."""
    return "\n\n".join((_PURPOSE, _learned_from(figures, material, size), *_measured(figures), _LIMITS)) + "\n"


def format_figures(figures: Figures) -> str:
    """Return the tables of the card alone."""
    return "\n\n".join(_measured(figures))


def _learned_from(figures: Figures, material: Mapping[str, Any], size: int) -> str:
    groups = ", ".join(f"{_short(group)}: {count}" for group, count in figures.documents.items() if group != ALL)
    return (
        "## Learned from\n\n"
        f"{material['directives']} annotated directives ({groups}) with {material['clauses']} clauses, {material['tasks']} of them tasks; "
        f"material {material['sha256'][:12]}, rules {material['rulebook'][:12]}. The file has {size:,} bytes."
    )


def _measured(figures: Figures) -> Iterable[str]:
    yield "## Measured by cross-validation, whole documents held out"
    yield _ANSWERS + _table(
        ("folder", "question", "cases", "rules", "second reader", "overruled", "mended", "spoiled"),
        (_answer_row(group, question, found) for group, asked in figures.answers.items() for question, found in asked.items()),
    )
    if figures.across:
        yield _ACROSS + _table(
            ("folder", "question", "cases", "rules", "second reader", "overruled", "mended", "spoiled"),
            (_answer_row(group, question, found) for group, asked in figures.across.items() for question, found in asked.items()),
        )
    yield _CLEAN + _table(
        ("folder", "tasks", "rules alone", "overruled", "weak rules overruled"),
        (
            (
                _short(group),
                str(rows.gold),
                _share(rows.rules, rows.gold),
                _share(rows.overruled, rows.gold),
                _share(rows.overruled_weak, rows.gold),
            )
            for group, rows in figures.clean.items()
        ),
    )
    yield _CALIBRATED + _table(
        ("folder", "of a", "count", "claimed", "true", "error", "Brier", "share >= 0.95", "true of these"),
        (_reliability_row(group, kind, found) for group, kinds in figures.calibration.items() for kind, found in kinds.items()),
    )
    yield "Rows, by what was claimed (share of rows that are clean):\n\n" + _table(
        ("folder", *(f"{b.low:.1f}-{b.high:.1f}" for b in figures.calibration[ALL]["row"].bins)),
        (
            (_short(group), *(f"{b.true:.2f} of {b.count}" if b.count else "" for b in kinds["row"].bins))
            for group, kinds in figures.calibration.items()
        ),
    )


def _answer_row(group: str, question: str, found: Answers) -> tuple[str, ...]:
    shares = (_share(n, found.cases) for n in (found.rules, found.reader, found.combined))
    return (_short(group), _QUESTIONS[question], str(found.cases), *shares, str(found.gained), str(found.lost))


def _reliability_row(group: str, kind: str, found: Reliability) -> tuple[str, ...]:
    plain = (found.claimed, found.true, found.error, found.brier, found.sure_share, found.sure_true)
    return (_short(group), _KINDS[kind], str(found.count), *(f"{value:.3f}" for value in plain))


def _short(group: str) -> str:
    return group if group == ALL else Path(group).name


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_PURPOSE = """\
# The second reader and confidence

`giaoviec train` writes `model.json` and this card; nothing here is written by hand.

The rules read a directive. A second reader, a linear classifier over plain features of the words, the markers and the place of a clause,
answers three questions again: the type of a clause, the role of a unit, whether a list of units goes on behind a comma. It changes no
value, because overruling the rules spoils more answers than it mends (see below). How probable it finds what the rules chose is one of the
signals of confidence, besides the track record of the rule that gave a value, how the value was inherited, findings at its place, and
badly read letters. Confidence is a logistic model of these signals: the probability that a value is right, or that a row of the task table
needs no correction (type, leads, coordinators, deadlines). It is never below 0.01 or above 0.99. It serves to sort what a person looks at
first; nothing is left out because of it."""

_ANSWERS = """\
How often the rules and the second reader are right. "Overruled": the rules, except where the reader is at least 90 % sure of something
else; "mended" and "spoiled" count the answers that this changes.

"""
_ACROSS = """\
The same with the whole folder held out: its documents are read by a reader that learned from the other folders only.

"""
_CLEAN = """\
Share of tasks whose row is clean. "Overruled": types of which the reader is at least 90 % sure are changed before units and deadlines are
read. "Weak rules overruled": only types from rules that were right in fewer than 90 % of cases in other documents.

"""
_CALIBRATED = """\
Confidence: "claimed" is its mean, "true" the share that is right, "error" the expected calibration error in ten bins. Confidence is
learned anew for each document, from all others.

"""
_LIMITS = """\
## Limits

The rules were improved while these annotations were at hand, most of all those of the folders where the rules are right most often: on
directives that nobody has looked at, expect figures like those of the folder with the lowest. Rows of one directive are wrong together
more often than chance would have it (one heading misread spoils all that inherit from it), so that a single directive may be far from what
its confidences promise. Signs of the whole document (parts of the head found, share of clauses without a marker, how often the readers
differ in it) made confidence worse on documents held out: there are too few documents to learn them from. So did words that sound like an
order, a partner or a time although nothing was read from them, and what stands behind a unit's name. Train again after the rules have
changed."""

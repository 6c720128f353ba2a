"""Confidence: every value has one, nothing else changes, doubt lowers it; and training makes the same file twice."""

import json
import shutil
from pathlib import Path

import pytest

from models import Block, Document, Finding, Outline, Result, SourceError, Span
from pipeline.confidence import Estimated, estimate
from pipeline.confidence.setting import make_setting, step
from pipeline.confidence.signals import (
    assignment_signals,
    clause_signals,
    deadline_signals,
    role_facts,
    role_signals,
    row_signals,
    unit_facts,
)
from pipeline.extract import Extraction, extract
from pipeline.outline import build_outline
from pipeline.read import read
from pipeline.rulebook import rulebook
from pipeline.run import take_apart
from pipeline.second import load_model, second_opinion, shipped_model

CORPUS = Path(__file__).parent.parent / "corpus"
NAME = "002_1c4295f88d2f52f5"


@pytest.fixture(scope="module")
def document() -> Document:
    return read(CORPUS / f"{NAME}.txt")


@pytest.fixture(scope="module")
def extraction(document: Document) -> Extraction:
    return extract(document, build_outline(document, rulebook()), rulebook())


def _estimate(document: Document, extraction: Extraction, *findings: Finding) -> Estimated:
    return estimate(document, extraction.outline, extraction.tasks, extraction.units, findings)


def test_every_value_has_a_confidence(document: Document, extraction: Extraction) -> None:
    found = _estimate(document, extraction)
    stated = [clause.confidence for clause in found.clauses]
    stated += [target.confidence for clause in found.clauses for target in clause.targets]
    for row in (order for task in found.tasks for order in (task, *task.orders)):
        stated += [value.confidence for values in (row.assignments, row.deadlines, row.targets) for value in values]
    stated += [task.confidence for task in found.tasks]
    assert stated and all(value is not None and 0.01 <= value <= 0.99 and value == round(value, 2) for value in stated)
    by_id = {clause.id: clause for clause in found.clauses}
    assert all(task.targets == by_id[task.clause_id].targets for task in found.tasks)


def test_nothing_but_confidence_changes(document: Document, extraction: Extraction) -> None:
    found = _estimate(document, extraction)

    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {name: plain(entry) for name, entry in value.items() if name != "confidence"}
        return [plain(entry) for entry in value] if isinstance(value, list | tuple) else value

    assert [plain(c.model_dump()) for c in found.clauses] == [plain(c.model_dump()) for c in extraction.outline.clauses]
    assert [plain(t.model_dump()) for t in found.tasks] == [plain(t.model_dump()) for t in extraction.tasks]


def test_the_pipeline_states_confidences(document: Document) -> None:
    result = take_apart(document, rulebook())
    assert result.tasks and all(task.confidence is not None for task in result.tasks)
    assert Result.model_validate_json(result.model_dump_json()) == result


def test_letters_read_badly_lower_confidence(document: Document, extraction: Extraction) -> None:
    scanned = document.model_copy(update={"blocks": (Block(span=Span(0, len(document.text)), confidence=0.5),)})
    clear, blurred = _estimate(document, extraction), _estimate(scanned, extraction)
    assert _mean(blurred) <= _mean(clear)


def test_a_finding_at_its_words_does_not_raise_a_row(document: Document, extraction: Extraction) -> None:
    everywhere = Finding(code="task-without-lead", severity="warning", message="?", spans=(Span(0, len(document.text)),))
    assert _mean(_estimate(document, extraction, everywhere)) <= _mean(_estimate(document, extraction)) + 0.02


def test_a_document_without_clauses_has_nothing_to_estimate() -> None:
    empty = take_apart(Document(text="", source=_source(), blocks=()), rulebook())
    assert empty.tasks == () and empty.clauses == ()


def test_foreign_outlines_raise_nothing(document: Document, extraction: Extraction) -> None:
    clauses = tuple(c.model_copy(update={"rule": None, "parent": "nowhere", "type": "budget"}) for c in extraction.outline.clauses)
    outline = Outline(header=extraction.outline.header, clauses=clauses)
    found = estimate(document, outline, extraction.tasks, (), ())
    assert len(found.tasks) == len(extraction.tasks)


def test_what_sums_are_kept_for_is_all_that_training_sees(document: Document, extraction: Extraction) -> None:
    """Confidence adds up facts and training learns from their names: both must come to the same for every row and value."""
    clauses, model = extraction.outline.clauses, shipped_model()
    opinion = second_opinion(extraction.outline.header, clauses, extraction.units, document.text, model.reader)
    at = make_setting(document, clauses, (), opinion, model.confidence.records)
    found = _estimate(document, extraction)
    odds = model.confidence.odds
    assert [odds["type"].probability(odds["type"].add(clause_signals(i, at))) for i in range(len(clauses))] == [
        clause.confidence for clause in found.clauses
    ]
    for before, task in zip(extraction.tasks, found.tasks, strict=True):
        index = at.places[task.clause_id]
        own = clause_signals(index, at)
        units = [unit_facts(a, at) for a in before.assignments]
        row = own | row_signals(tuple(deadline.rule for deadline in before.deadlines))
        for role in ("lead", "coordinate"):
            held = [unit for a, unit in zip(before.assignments, units, strict=True) if a.role == role]
            row |= role_signals(role, tuple(dict.fromkeys(held)))
        assert odds["row"].probability(odds["row"].add(row)) == task.confidence
        for old, unit, new in zip(before.assignments, units, task.assignments, strict=True):
            signals = own | assignment_signals(unit, role_facts(old, len(before.names(old.role))))
            assert odds["assignment"].probability(odds["assignment"].add(signals)) == new.confidence
        for time, due in zip(before.deadlines, task.deadlines, strict=True):
            assert odds["deadline"].probability(odds["deadline"].add(own | deadline_signals(time, before, at))) == due.confidence


def test_steps_begin_at_one() -> None:
    assert [step(value, (0, 1, 3)) for value in (0, 1, 2, 3, 9)] == [1, 2, 3, 3, 4]


def _mean(found: Estimated) -> float:
    return sum(task.confidence or 0.0 for task in found.tasks) / len(found.tasks)


def _source() -> object:
    from models import Source

    return Source(name="x.txt", sha256="0", media_type="text/plain")


# --- training ------------------------------------------------------------------------------------------------------------


def _material(folder: Path, *names: str) -> Path:
    (folder / "gold").mkdir(parents=True)
    for name in names:
        shutil.copy(CORPUS / f"{name}.txt", folder)
        shutil.copy(CORPUS / "gold" / f"{name}.json", folder / "gold")
    return folder


def test_training_twice_gives_the_same_file(tmp_path: Path, document: Document, extraction: Extraction) -> None:
    pytest.importorskip("sklearn")
    from pipeline.training import train

    folder = _material(tmp_path / "seeds", "000_6587732c9476951e", "001_0738aba0f04bc538", NAME)
    done = [train([folder], tmp_path / name / "model.json", rulebook()) for name in ("one", "two")]
    assert done[0].files[0].read_bytes() == done[1].files[0].read_bytes()
    assert done[0].files[1].read_text(encoding="utf-8").startswith("# The second reader and confidence")
    figures = done[0].figures
    assert figures.documents == {"all": 3, str(folder): 3}
    assert figures.answers["all"]["types"].rules <= figures.answers["all"]["types"].cases
    assert figures.calibration["all"]["row"].count == 62
    model = load_model(done[0].files[0])
    found = estimate(document, extraction.outline, extraction.tasks, extraction.units, (), model)
    assert all(task.confidence for task in found.tasks)


def test_text_inside_the_annotation_serves_as_well(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    from pipeline.training.material import read_material

    shutil.copy(CORPUS / "gold" / f"{NAME}.json", tmp_path)
    inside, beside = read_material([tmp_path], rulebook()), read_material([_material(tmp_path / "seeds", NAME)], rulebook())
    assert inside[0].result.clauses == beside[0].result.clauses
    assert sum(inside[0].clause_right(i) for i in range(len(inside[0].result.clauses))) >= 0.9 * len(inside[0].gold["clauses"])


def test_an_annotation_of_another_text_is_refused(tmp_path: Path) -> None:
    from pipeline.training.material import read_material

    folder = _material(tmp_path / "seeds", NAME)
    gold = json.loads((folder / "gold" / f"{NAME}.json").read_text(encoding="utf-8"))
    (folder / "gold" / f"{NAME}.json").write_text(json.dumps(gold | {"text": "khác"}), encoding="utf-8")
    with pytest.raises(SourceError, match=NAME) as raised:
        read_material([folder], rulebook())
    assert raised.value.code == "other-text"


def test_training_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sys

    from pipeline.training import train

    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(SourceError, match=r"giaoviec\[train\]") as raised:
        train([tmp_path], tmp_path / "model.json", rulebook())
    assert raised.value.code == "no-learner"

"""The second reader: what it sees, what it says, and that it is made of whole numbers."""

import math
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Clause, Header, Mention, Span, Unit
from pipeline.second import load_model, second_opinion, shipped_model
from pipeline.second.clauses import clause_features, look_at_clauses, read_clauses, weigh_clauses
from pipeline.second.linear import SCALE, Linear, named, pack, unpack, write_lines
from pipeline.second.model import FORMAT, MODEL
from pipeline.second.odds import DIGITS, LEAST, UNIT, Odds
from pipeline.second.units import read_units
from pipeline.text import small_letters

TEXT = "1. Sở Y tế\n- Chủ trì, phối hợp với Công an tỉnh, Sở Tài chính và Sở Nội vụ rà soát, xong trước ngày 15/9/2024.\n- Đạt 95% số xã."


def _clause(number: int, start: int, body: int, end: int, marker: str, kind: str, parent: str | None, *mentions: Mention) -> Clause:
    return Clause.model_validate(
        {
            "id": str(number),
            "marker": marker,
            "type": kind,
            "parent": parent,
            "span": (start, end),
            "body": (body, end),
            "mentions": mentions,
        }
    )


def _mention(words: str, role: str) -> Mention:
    start = TEXT.index(words)
    return Mention.model_validate({"role": role, "name": words, "unit_id": words, "span": (start, start + len(words))})


def _clauses() -> list[Clause]:
    ends = [i for i, c in enumerate(TEXT + "\n") if c == "\n"]
    partners = [_mention(name, "coordinate") for name in ("Công an tỉnh", "Sở Tài chính", "Sở Nội vụ")]
    return [
        _clause(1, 0, 3, ends[0], "1.", "heading", None, _mention("Sở Y tế", "lead")),
        _clause(2, ends[0] + 1, ends[0] + 3, ends[1], "-", "task", "1", *partners),
        _clause(3, ends[1] + 1, ends[1] + 3, ends[2], "-", "target", "1"),
    ]


def _features() -> list[list[str]]:
    clauses = _clauses()
    return clause_features(clauses, read_clauses(clauses, TEXT.lower()), Header())


def test_features_tell_words_marker_place_and_neighbours() -> None:
    heading, task, target = _features()
    assert {"first=sở", "word=tế", "end=word number", "end=word some", "under=", "before=", "after=task", "beside="} <= set(heading)
    assert {"first=chủ", "end=. dash", "end=. none", "under=heading dash", "part=sở", "before=heading", "after=target"} <= set(task)
    assert {"has=%", "before=task", "after="} <= set(target)


def test_features_do_not_tell_the_type_itself() -> None:
    clauses = _clauses()
    other = [clauses[0], clauses[1].model_copy(update={"type": "statement"}), clauses[2]]
    assert clause_features(other, read_clauses(other, TEXT.lower()), Header())[1] == _features()[1]


def test_clauses_weigh_as_much_as_their_features_together() -> None:
    types, clauses = (
        shipped_model().reader.types,
        [*_clauses(), _clauses()[2].model_copy(update={"cells": ({"title": "", "span": (0, 1)},)})],
    )
    clauses += [_clause(5, 0, 0, 0, "", "statement", "nowhere"), _clause(6, 11, 11, 60, "a)", "task", "2")]
    looks = look_at_clauses(clauses, read_clauses(clauses, TEXT.lower()), Header())
    assert weigh_clauses(looks, types) == [types.add(look.features()) for look in looks]


def test_units_are_read_with_what_stands_around_them() -> None:
    found = read_units(_clauses()[1], TEXT.lower(), {"Công an tỉnh": "department"})
    assert [unit.role for unit in found] == ["coordinate"] * 3
    assert {"left=với", "near=phối", "unit=department task", "head=công"} <= set(found[0].features)
    assert found[0].joint == ("next=sở", "role=coordinate ,")
    assert [unit.goes_on for unit in found] == [True, True, False]
    assert TEXT[found[0].next :].startswith("Sở Tài chính")
    assert found[2].joint == ()  # "rà soát" follows at once


def test_units_weigh_as_much_as_their_features_together() -> None:
    roles = shipped_model().reader.roles
    found = [unit for clause in _clauses()[:2] for unit in read_units(clause, TEXT.lower(), {"Công an tỉnh": "department"})]
    assert [unit.weigh(roles) for unit in found] == [roles.add(unit.features) for unit in found]


def test_a_row_of_a_table_has_no_units_to_read_again() -> None:
    clause = _clauses()[1].model_copy(update={"cells": ({"title": "nhiệm vụ", "span": (0, 1)},)})
    assert read_units(clause, TEXT.lower(), {}) == []


def test_probabilities_of_a_linear_classifier() -> None:
    two = Linear(("ends", "goes on"), (0,), {"sign=,": (2 * SCALE,)})
    assert two.probabilities([]) == [0.5, 0.5]
    assert two.probability("goes on", two.add(["sign=,", "unknown", "sign=,"])) == pytest.approx(0.8808, abs=1e-4)
    three = Linear(("a", "b", "c"), (0, 0, 0), {"x": (SCALE, 0, 0)})
    likely = three.probabilities(["x"])
    assert sum(likely) == pytest.approx(1.0) and likely[0] > likely[1] == likely[2]
    assert three.probability("b", three.add(["x"])) == likely[1]
    assert three.probability("never seen", three.add(["x"])) == 0.0
    assert named(Linear(("a", "b"), (0,), {"x=1": (7,), "y=1": (8,)}), "x=") == {"1": 7}
    assert pack(unpack(pack(three))) == pack(three)


def test_lines_of_json_are_broken_to_a_depth() -> None:
    assert write_lines({"a": {"b": {"c": 1}}, "d": [1, 2]}, depth=1) == '{\n "a": {\n  "b": {"c":1}\n },\n "d": [1,2]\n}\n'


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(-99, 99)), st.integers(-(10**6), 10**6))
def test_stated_probabilities_are_never_certain_and_short(signals: dict[str, int], base: int) -> None:
    odds = Odds(base, {"a": 3 * UNIT, "b": -2 * UNIT, "c": 1})
    found = odds.probability(odds.add(signals))
    assert LEAST <= found <= 1 - LEAST
    assert found == round(found, DIGITS)
    exact = 1 / (1 + math.exp(-(base + odds.add(signals)) / UNIT))
    assert found == round(min(1 - LEAST, max(LEAST, exact)), DIGITS)
    # the order of the signals does not matter
    assert found == odds.probability(odds.add(dict(reversed(signals.items()))))


def test_small_letters_stay_in_their_places() -> None:
    text = "İSTANBUL và Ủy ban"
    assert len(text.lower()) != len(text)
    assert len(small_letters(text)) == len(text) and small_letters(text).endswith("ủy ban")
    assert small_letters("SỞ Y TẾ") == "sở y tế"


def test_the_shipped_model_answers_all_questions() -> None:
    model = shipped_model()
    assert set(model.reader.types.classes) == {"heading", "field", "task", "target", "budget", "statement"}
    assert {"lead", "coordinate", "implement", "report_to", "none"} >= set(model.reader.roles.classes)
    assert set(model.confidence.odds) == {"row", "type", "assignment", "deadline", "target"}
    assert MODEL.stat().st_size < 2_000_000


def test_a_model_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(f'{{"format": {FORMAT + 1}}}')
    with pytest.raises(ValueError, match="format"):
        load_model(path)


def test_an_opinion_of_plain_clauses() -> None:
    units = [Unit(id=name, name=name, kind="department") for name in ("Sở Y tế", "Công an tỉnh", "Sở Tài chính", "Sở Nội vụ")]
    opinion = second_opinion(Header(), _clauses(), units, TEXT, shipped_model().reader)
    assert all(agreed > 0.5 for agreed in opinion.types[:2])  # a unit's name as a heading, an order below it
    first = opinion.units(1)[TEXT.index("Công an tỉnh")]
    assert first.role == "coordinate" and first.agreement > 0.5 and first.joint > 0.5
    assert opinion.units(2) == {}


def test_reading_again_takes_time_in_proportion_to_the_text() -> None:
    def seconds(times: int) -> float:
        clauses = []
        for n in range(times):
            clauses.append(Clause(id=str(n), marker="-", type="task", parent=str(n - 1) if n else None, span=Span(0, 40), body=Span(2, 40)))
        start = time.process_time()
        second_opinion(Header(), clauses, [], TEXT, shipped_model().reader)
        return time.process_time() - start

    seconds(50)
    assert min(seconds(4000) for _ in range(3)) < 40 * min(seconds(400) for _ in range(3))

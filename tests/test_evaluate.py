"""Scores: what counts as right, what changed by name, and that no figure falls below the accepted one."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models import SourceError
from pipeline.evaluate import FIELDS, Item, Scores, format_scores, read_gold, score_documents
from pipeline.ratchet import accept, compare, describe, fallen, read_ratchet, write_ratchet
from pipeline.same import same_unit

ROOT = Path(__file__).parent.parent
RATCHET = Path(__file__).parent / "ratchet.json"

TEXT = "1. Sở Y tế\n- Chủ trì, phối hợp với Công an tỉnh rà soát, xong trước ngày 15/9/2024.\n- Đạt 95% số xã."


def _units(**named: str) -> dict[str, list[str]]:
    return {role: [named[role]] if role in named else [] for role in ("lead", "coordinate", "implement", "report_to")}


def _gold() -> dict[str, Any]:
    none: dict[str, Any] = {"deadlines": [], "targets": [], "citations": [], "effective_deadlines": []}
    due = {"start": None, "due": "2024-09-15", "repeat": None}
    return {
        "text": TEXT,
        "header": {"kind": "Kế hoạch", "number": "12/KH-UBND", "date": "2024-08-01", "issuer": "UBND tỉnh", "title": None, "signer": None},
        "clauses": [
            {"id": "c1", "start": 0, "end": 10, "marker": "1.", "type": "heading", "parent": None, "stated": _units(), "units": _units()}
            | none,
            {"id": "c2", "start": 11, "end": 81, "marker": "-", "type": "task", "parent": "c1"}
            | {"stated": {role: [{"name": name} for name in names] for role, names in _units(coordinate="Công an tỉnh").items()}}
            | {"units": _units(lead="Sở Y tế", coordinate="Công an tỉnh"), "targets": [], "citations": []}
            | {"deadlines": [due], "effective_deadlines": [due]},
            {"id": "c3", "start": 82, "end": len(TEXT), "marker": "-", "type": "target", "parent": "c1"}
            | none
            | {"stated": _units(), "units": _units(), "targets": [{"value": 95, "unit": "%", "cmp": "="}]},
        ],
        "edges": [["Sở Y tế", "Công an tỉnh"]],
    }


def _result() -> dict[str, Any]:
    """A result in which everything of _gold is right."""
    due = {"start": None, "due": "2024-09-15", "repeat": None}
    empty: dict[str, Any] = {"mentions": [], "deadlines": [], "targets": [], "citations": []}
    return {
        "text": TEXT,
        "header": {
            "kind": {"code": "KH", "name": "Kế hoạch"}, "number": "12/KH-UBND", "issued_on": "2024-08-01",
            "issuer": {"name": "Ủy ban nhân dân tỉnh"}, "title": None, "signer": None,
        },
        "clauses": [
            {"id": "1", "type": "heading", "parent": None, "span": [0, 10]} | empty,
            {"id": "1/-1", "type": "task", "parent": "1", "span": [13, 81]}
            | empty
            | {"mentions": [{"role": "coordinate", "name": "Công an tỉnh"}], "deadlines": [due]},
            {"id": "1/-2", "type": "target", "parent": "1", "span": [82, len(TEXT)]} | empty | {"targets": [{"value": 95.0, "unit": "%"}]},
        ],
        "tasks": [
            {
                "clause_id": "1/-1", "deadlines": [due],
                "assignments": [{"role": "lead", "name": "Sở Y tế"}, {"role": "coordinate", "name": "Công an tỉnh"}],
            }
        ],
        "graph": {"edges": [{"source_name": "Sở Y tế", "target_name": "Công an tỉnh", "relation": "coordinates"}]},
    }  # fmt: skip


def _score(result: dict[str, Any]) -> Scores:
    return score_documents({"kh": _gold()}, {"kh": result})


def test_everything_right_scores_one() -> None:
    scores = _score(_result())
    for name in FIELDS:
        tally = scores.tallies[name]
        assert tally.right == tally.gold == tally.predicted, name
    assert scores.tallies["clean rows"].f1 == 1.0
    assert not scores.extra


def test_a_missing_result_and_one_of_another_text_are_wholly_missed() -> None:
    for results in ({}, {"kh": _result() | {"text": TEXT + " "}}):
        scores = score_documents({"kh": _gold()}, results)
        assert scores.tallies["clauses"].right == 0
        assert scores.tallies["clauses"].gold == 3
        assert scores.tallies["lead"].gold == 1


def test_a_clause_cut_short_is_missed_and_counts_as_one_too_many() -> None:
    result = _result()
    result["clauses"][1]["span"] = [13, 50]
    scores = _score(result)
    assert Item("kh", "clauses", "c2", 1) not in scores.right
    assert Item("kh", "clauses", "@13", 1) in scores.extra
    assert Item("kh", "lead", "@13", 1) in scores.extra


def test_a_wrong_lead_spoils_the_row_but_not_its_other_fields() -> None:
    result = _result()
    result["tasks"][0]["assignments"][0]["name"] = "Sở Tài chính"
    scores = _score(result)
    assert scores.tallies["lead"].right == 0
    assert scores.tallies["coordinate"].right == 1
    assert (scores.tallies["units"].right, scores.tallies["units"].gold, scores.tallies["units"].predicted) == (1, 2, 2)
    assert scores.clean["kh"].right == 0


def test_each_predicted_value_is_right_only_once() -> None:
    result = _result()
    result["tasks"][0]["assignments"].append({"role": "lead", "name": "Sở Y tế"})
    scores = _score(result)
    assert scores.tallies["lead"].precision == 0.5
    assert scores.tallies["lead"].recall == 1.0
    assert scores.extra == {Item("kh", "lead", "c2", 1)}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Phòng GDĐT", "Phòng Giáo dục và Đào tạo", True),
        ("UBND các phường", "Ủy ban nhân dân phường", True),
        ("Uỷ ban nhân dân các huyện", "UBND huyện", True),
        ("Đội quản lý thị trường số 2", "Đội quản lý thị trường số 2 thành phố", True),
        ("Sở Y tế", "Sở Tài chính", False),
        ("", "Sở Y tế", False),
        (None, None, True),
    ],
)
def test_names_of_one_unit(one: str | None, other: str | None, same: bool) -> None:
    assert same_unit(one, other) is same
    assert same_unit(other, one) is same


def test_the_table_names_every_field() -> None:
    table = format_scores(_score(_result()))
    for name in FIELDS:
        assert f"\n{name:16}" in "\n" + table
    assert "kh: 1 / 1 clean rows" in table


def test_a_folder_without_gold_is_told_to_the_clerk(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="gold"):
        read_gold(tmp_path)


def test_gains_and_losses_are_told_by_name(tmp_path: Path) -> None:
    worse = _result()
    worse["tasks"][0]["assignments"][0]["name"] = "Sở Tài chính"
    accepted = accept(_score(worse))
    write_ratchet(tmp_path / "ratchet.json", accepted)
    assert read_ratchet(tmp_path / "ratchet.json") == accepted

    better = _score(_result())
    gains = compare(accepted, better)
    assert {(change.item.field, change.gain) for change in gains} == {("lead", True), ("clean rows", True)}
    assert "+ kh c2 lead #1: now right: - Chủ trì, phối hợp với Công an tỉnh rà soát" in "\n".join(describe(gains, {"kh": _gold()}))
    assert not fallen(accepted, better)

    losses = compare(accept(better), _score(worse))
    assert not any(change.gain for change in losses)
    assert any(line.startswith("lead: F1 0.0000 < 1.0000") for line in fallen(accept(better), _score(worse)))


def test_no_figure_falls_below_the_accepted_one(
    pytestconfig: pytest.Config, corpus_results: dict[str, dict[str, Any]], changes: list[str]
) -> None:
    """Every field's F1 on corpus/ is at least the one in ratchet.json; ``--rewrite-ratchet`` accepts those of now."""
    gold = read_gold(ROOT / "corpus")
    scores = score_documents(gold, corpus_results)
    accepted = read_ratchet(RATCHET)
    changes += describe(compare(accepted, scores), gold)
    if pytestconfig.getoption("--rewrite-ratchet"):
        write_ratchet(RATCHET, accept(scores))
        accepted = read_ratchet(RATCHET)
    below = fallen(accepted, scores)
    assert not below, "\n".join(["Below tests/ratchet.json (what changed, by name: at the end):", *below, "If that is meant: make ratchet"])


@pytest.mark.parametrize("flag", ["--rewrite-ratchet", "--rewrite-outputs"])
def test_flags_that_rewrite_are_refused_in_ci(flag: str) -> None:
    """What a change is measured against is accepted by a person and shows up in the diff."""
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", str(Path(__file__)), flag]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | {"CI": "true"}, capture_output=True, text=True, check=False)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "refused when CI=true" in run.stderr

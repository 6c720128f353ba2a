"""Every rule of rules/*.toml keeps its promises, and rules that do not are told."""

from pathlib import Path

import pytest

from pipeline.rulebook import Rule, load_rules, rulebook
from pipeline.rulecheck import check_rule, check_rules, check_words

RULES = [(file.name, rule) for file in rulebook().files.values() for rule in file.rules]


@pytest.mark.parametrize(("file", "rule"), RULES, ids=[f"{file}:{rule.id}" for file, rule in RULES])
def test_every_rule_keeps_its_promises(file: str, rule: Rule) -> None:
    faults = check_rule(file, rule, rulebook())
    told = "".join(f"\n  text:     {fault.text!r}\n  expected: {fault.expected}\n  found:    {fault.found}\n" for fault in faults)
    assert not faults, f"rules/{file}.toml, {rule.id} ({rule.says})\n  pattern:  {rule.pattern}{told}"


def test_word_tables_keep_their_promises() -> None:
    assert [str(fault) for fault in check_words(rulebook())] == []


def _faults(folder: Path, examples: str, rejects: str = "[]") -> list[str]:
    (folder / "header.toml").write_text(
        f"[[rule]]\nid = 'r'\nsays = 's'\npattern = 'ngày (?P<day>\\d+)'\nexamples = {examples}\nrejects = {rejects}\n", encoding="utf-8"
    )
    return [str(fault) for fault in check_rules(load_rules(folder))]


@pytest.mark.parametrize(
    ("examples", "rejects", "told"),
    [
        ("[]", "[]", "at least one example"),
        ("['Tháng 5']", "[]", "expected a match"),
        ("[{ text = 'Ngày 5', day = '6' }]", "[]", "found [{'rule': 'r', 'day': '5'}]"),
        ("['Ngày 5']", "['ngày 7']", "expected nothing by this rule"),
    ],
)
def test_a_broken_promise_is_told_with_rule_text_and_pattern(tmp_path: Path, examples: str, rejects: str, told: str) -> None:
    (fault,) = _faults(tmp_path, examples, rejects)
    assert "rules/header.toml, rule r" in fault
    assert told in fault
    assert "ngày (?P<day>" in fault


def test_a_kept_promise_is_silent(tmp_path: Path) -> None:
    assert not _faults(tmp_path, "[{ text = 'Ngày 5', day = '5' }]", "['tháng 5']")

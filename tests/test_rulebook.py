"""Rule files: what is well formed is read, what is not is told to its author by file and rule."""

from pathlib import Path

import pytest

from models import RuleError
from pipeline.rulebook import load_rules, rulebook

GOOD = """
[words]
some = ["một"]
[fragments]
day = '(?P<d>\\d{1,2})'
[[rule]]
id = "time.day"
says = "ngày"
pattern = 'ngày $day'
role = "lead"
examples = ["ngày 5", { text = "Ngày 6", d = 6 }]
rejects = []
"""


def _load(folder: Path, text: str) -> None:
    (folder / "times.toml").write_text(text, encoding="utf-8")
    load_rules(folder)


def test_a_rule_has_its_fragments_put_in_and_keeps_its_own_keys(tmp_path: Path) -> None:
    (tmp_path / "times.toml").write_text(GOOD, encoding="utf-8")
    file = load_rules(tmp_path)["times"]
    (rule,) = file.rules
    assert rule.pattern == r"ngày (?P<d>\d{1,2})"
    assert [example["text"] for example in rule.examples] == ["ngày 5", "Ngày 6"]
    assert rule.fields == {"role": "lead"}
    assert file.tables["words"] == {"some": ["một"]}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("$day'", "$dya'", "dya"),
        ("'ngày $day'", "'ngày ($day'", "regular expression"),
        ('says = "ngày"', "", "'says'"),
        ("rejects = []", "rejects = 'x'", "'rejects'"),
        ('id = "time.day"', "id = 5", "'id'"),
        ("[words]", "[words", "TOML"),
        (GOOD, GOOD + GOOD[GOOD.index("[[rule]]") :], "two rules"),
    ],
)
def test_a_faulty_file_is_told_by_name(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(RuleError) as fault:
        _load(tmp_path, GOOD.replace(old, new))
    assert "times.toml" in str(fault.value)
    assert told in str(fault.value)


def test_a_folder_without_rules_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no rule files"):
        load_rules(tmp_path)


def test_the_hash_names_what_is_known_not_how_lines_end(tmp_path: Path) -> None:
    hashes = []
    for number, text in enumerate([GOOD, GOOD.replace("\n", "\r\n"), GOOD + "# more\n"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "times.toml").write_bytes(text.encode())
        hashes.append(load_rules(folder).sha256)
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_rules_that_ship_are_read() -> None:
    assert {"clauses", "deadlines", "roles", "units"} <= set(rulebook().files)

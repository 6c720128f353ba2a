"""The benchmark of renderings measures what it says: letters lose no words, Word prints the markers, spans land on their words."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.carry import carry, wrong_numbers
from benchmarks.letter import Columns, Letter, Paragraph, take_letter
from benchmarks.word_file import write_docx
from benchmarks.word_lists import Level, Place, plan
from pipeline.read import read

ROOT = Path(__file__).parent.parent
GOLD = sorted((ROOT / "corpus" / "gold").glob("*.json"))


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text.casefold()))


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem[:3])
def test_a_letter_has_the_words_of_its_text(path: Path) -> None:
    gold = json.loads(path.read_text(encoding="utf-8"))
    text = re.sub(r"\[bookmark:[^]]*\]|~~.*?~~", "", gold["text"])
    assert _words(take_letter(gold).printed()) == _words(text)


def test_head_and_foot_become_columns() -> None:
    letter = take_letter(json.loads(GOLD[0].read_text(encoding="utf-8")))
    columns = {part.use: part.rows for part in letter.parts if isinstance(part, Columns)}
    assert columns["letterhead"][0][0] == ("**ỦY BAN NHÂN DÂN**", "**QUẬN 10**")
    assert columns["letterhead"][1][1][0].startswith("Quận 10, ngày 07")
    assert len(columns["greeting"][0][1]) == 2
    assert columns["foot"][0][0][0].startswith("Nơi nhận")
    assert columns["foot"][0][1][-1] == "Bùi Thế Hải"


def _printed(markers: list[str]) -> list[str | None]:
    """Return what Word prints for ``markers``, counting as Word does: None where they are typed."""
    places, lists = plan(markers)
    counts = {index: [level.start - 1 for level in levels] for index, levels in enumerate(lists)}
    out: list[str | None] = []
    for place in places:
        if place is None:
            out.append(None)
            continue
        levels, count = lists[place.list], counts[place.list]
        count[place.level] += 1
        count[place.level + 1 :] = [level.start - 1 for level in levels[place.level + 1 :]]
        out.append(
            re.sub(r"%(\d)", lambda found, c=count, s=levels: _figure(s[int(found[1]) - 1], c[int(found[1]) - 1]), levels[place.level].text)
        )
    return out


def _figure(level: Level, number: int) -> str:
    if "Letter" in level.form:
        return chr((64 if level.form.startswith("upper") else 96) + number)
    if "Roman" in level.form:
        roman = ("", "I", "II", "III", "IV", "V", "VI")[number]
        return roman if level.form.startswith("upper") else roman.lower()
    return str(number)


def test_word_prints_the_markers_of_the_text() -> None:
    markers = [
        "Điều 1.",
        "I.",
        "1.",
        "a)",
        "b)",
        "c)",
        "d)",
        "đ)",
        "e)",
        "g)",
        "h)",
        "-",
        "+",
        "2.",
        "1.1.",
        "2.1.",
        "2.2.",
        "II.",
        "1.",
        "(i)",
        "(ii)",
    ]
    printed = _printed(markers)
    assert [mine for mine, true in zip(printed, markers, strict=True) if mine not in (None, true)] == []
    assert {true for mine, true in zip(printed, markers, strict=True) if mine is None} == {"Điều 1.", "đ)", "1.1."}


def test_a_series_that_begins_late_has_a_list_of_its_own() -> None:
    places, lists = plan(["3.", "4.", "7."])
    assert places == [Place(1, 0), Place(1, 0), None]
    assert lists[1] == (Level("decimal.1", "%1.", 3),)


def test_a_typed_letter_reads_as_it_was_printed(tmp_path: Path) -> None:
    letter = Letter(
        [Paragraph("Giao Sở **Nội vụ**[1]:", "I."), Paragraph("rà soát;", "1."), Paragraph("báo cáo ~~5~~6 lần.", "-")], {"1": "Ghi chú."}
    )
    path = tmp_path / "thu.docx"
    assert write_docx(letter, path) == (3, 3)
    document = read(path)
    body = [document.text[b.span.start : b.span.end] for b in document.blocks if b.kind != "furniture"]
    assert [re.sub(r"\[1\]", "", line) for line in body[:3]] == ["I. Giao Sở Nội vụ:", "1. rà soát;", "- báo cáo 6 lần."]
    assert "Ghi chú." in document.text


def test_spans_are_carried_over_words_that_were_misread() -> None:
    gold = "Số 1. Sở Y tế rà soát, báo cáo trước ngày 30/6. Hết"
    read_text = "Số l.\nSớ Y tế rà\nsoát báo cáo trước ngày 30/6 .\nHết"
    start = read_text.index("Sớ")
    result = carry({"text": read_text, "clauses": [{"id": "1", "span": [start, read_text.index("Hết")]}]}, gold)
    left, right = result["clauses"][0]["span"]
    assert gold[left:right] == "Sở Y tế rà soát, báo cáo trước ngày 30/6"


def test_long_texts_are_laid_side_by_side_by_their_anchors() -> None:
    words = [f"từ{i % 97} số{i}" for i in range(3000)]
    other = [*words[:900], "chen", "vào", *words[950:]]
    text = " ".join(words)
    at = " ".join(other).index("số2000")
    carried = carry({"text": " ".join(other), "clauses": [{"span": [at, at + 6]}]}, text)
    left, right = carried["clauses"][0]["span"]
    assert text[left:right] == "số2000"


def test_numbers_count_as_wrong_where_they_differ_and_not_where_they_moved() -> None:
    wrong, total = wrong_numbers("Số 12/2020 ngày 3 tháng 4, đạt 100% và 7", "ngày 3 tháng 4, đạt 160 % và 7 Số 12/2020")
    assert (wrong, total) == (["100"], 5)

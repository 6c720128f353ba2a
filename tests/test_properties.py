"""Promises that hold whatever the text: made-up directives, broken ones, and no directives at all."""

import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models import Result, SourceError, Span
from pipeline.rulebook import rulebook
from pipeline.run import process

CORPUS = Path(__file__).parent.parent / "corpus"

MARKERS = ["", "I. ", "II. ", "1. ", "2. ", "1.1. ", "a) ", "b) ", "đ) ", "(1) ", "- ", "+ ", "* ", "Điều 1. ", "i) ", "| 1 | ", "Phụ lục "]
PIECES = [
    "Sở Y tế", "UBND các xã, phường", "Phòng Nội vụ quận", "Giám đốc các sở", "Công an tỉnh", "các đơn vị nêu trên",
    "chủ trì, phối hợp với", "phối hợp", "chỉ đạo", "báo cáo", "tham mưu", "rà soát", "Giao", "Đề nghị", "Đơn vị chủ trì:", "Thời gian:",
    "trước ngày 31/6", "trước ngày 15/9/2024", "trong quý I/2024", "hằng năm", "giai đoạn 2021-2025", "trong 10 ngày làm việc",
    "ngày   tháng   năm", "đạt 95%", "11/13 chỉ tiêu", "từ 30% trở lên", "Quyết định số 12/QĐ-UBND ngày 01/02/2023", "Căn cứ Luật",
    "tập trung thực hiện các nội dung sau:", "**", "~~", "[1]", "|", ";", ".", ",", "./.", "(", ")", "\"", "\n", "\n\n", "\t", "  ",
    "\u200b", "…", "/", "-",
]  # fmt: skip
HEADS = [
    "",
    "ỦY BAN NHÂN DÂN\nTỈNH A\n\nSố: 12/KH-UBND\n\nA, ngày 05 tháng 3 năm 2024\n\nKẾ HOẠCH\nThực hiện năm 2024\n\n",
    "UBND QUẬN B\nSố: /UBND-VX\nKính gửi:\n- Phòng Y tế;\n- Công an quận.\n\n",
    "QUẬN ỦY C\n*\nSố 07-CT/QU\nCHỈ THỊ\n\n",
]
FEET = ["", "\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n(Đã ký)\nNguyễn Văn A\n"]

sentences = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), min_size=1, max_size=8).map(" ".join)
paragraphs = st.lists(st.tuples(st.sampled_from(MARKERS), sentences).map("".join), max_size=12).map("\n".join)
directives = st.tuples(st.sampled_from(HEADS), paragraphs, st.sampled_from(FEET)).map("".join)
anything = directives | st.text(max_size=200)


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def _made(text: str) -> Result | None:
    """Return the result of a file that holds ``text``, or None where it is refused as no text."""
    path = Path(_folder().name) / "document.txt"
    path.write_bytes(text.encode("utf-8", errors="ignore"))
    try:
        return process(path, rulebook())
    except SourceError:
        return None


def _spans(result: Result) -> Iterator[tuple[Span, str | None]]:
    """Yield every span of a result, with the words that it must lead to where the value repeats them."""
    header = result.header
    for span in header.spans.values():
        yield span, None
    for party in (header.issuer, header.parent_issuer, header.signer, *header.addressees, *header.recipients):
        if party and party.span:
            yield party.span, None
    for clause in result.clauses:
        yield clause.span, None
        yield clause.body, None
        for mention in clause.mentions:
            yield mention.span, None
        for deadline in clause.deadlines:
            yield deadline.span, deadline.text
        for target in clause.targets:
            yield target.span, target.text
        for citation in clause.citations:
            yield citation.span, None
    for task in result.tasks:
        yield task.span, None
        for assignment in task.assignments:
            yield assignment.origin.span, None
        for due in task.deadlines:
            yield due.span, due.text
            yield due.origin.span, None
    for finding in result.findings:
        for span in finding.spans:
            yield span, None


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _check(result: Result) -> None:
    text = result.text
    for span, words in _spans(result):
        assert 0 <= span.start <= span.end <= len(text), span
        if words is not None:
            assert _letters(words) == _letters(span.cut(text))

    covered = set()
    for block in result.blocks:
        covered.update(range(block.span.start, block.span.end))
    assert all(letter.isspace() for place, letter in enumerate(text) if place not in covered)

    ids = [clause.id for clause in result.clauses]
    assert len(set(ids)) == len(ids)
    assert [clause.span.start for clause in result.clauses] == sorted(clause.span.start for clause in result.clauses)
    for before, after in zip(result.clauses, result.clauses[1:], strict=False):
        assert before.span.end <= after.span.start
    assert ids == _depth_first(result)

    tasks = [clause.id for clause in result.clauses if clause.type == "task"]
    assert [task.clause_id for task in result.tasks] == tasks
    assert len({task.id for task in result.tasks}) == len(tasks)

    units = {unit.id for unit in result.units}
    for clause in result.clauses:
        assert clause.span.start <= clause.body.start <= clause.body.end <= clause.span.end
        assert units.issuperset(mention.unit_id for mention in clause.mentions)
        for fact in (*clause.mentions, *clause.deadlines, *clause.targets, *clause.citations):
            assert clause.span.start <= fact.span.start <= fact.span.end <= clause.span.end


def _depth_first(result: Result) -> list[str]:
    children: dict[str | None, list[str]] = {}
    for clause in result.clauses:
        children.setdefault(clause.parent, []).append(clause.id)
    order: list[str] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        order.append(waiting.pop())
        waiting += reversed(children.get(order[-1], []))
    return order


@given(anything)
@example("")
@example("\x00")
@example("I.\n\n1.\n\na)\n\n-\n\n+")
@example("giao " * 2000)
@example("(" * 3000 + "- " * 3000)
@example("| " * 2000 + "\n" + "|---" * 500)
@settings(max_examples=300)
def test_nothing_raises_and_every_value_stands_in_the_text(text: str) -> None:
    if result := _made(text):
        _check(result)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_promises_hold_for_the_corpus(path: Path) -> None:
    _check(process(path, rulebook()))


@given(directives)
def test_a_result_survives_json(text: str) -> None:
    if result := _made(text):
        assert Result.model_validate_json(result.model_dump_json()) == result


@given(st.sampled_from(HEADS), paragraphs, paragraphs)
def test_task_ids_stay_when_text_is_added_after_them(head: str, text: str, more: str) -> None:
    before, after = _made(f"{head}{text}.\n\n"), _made(f"{head}{text}.\n\n1. Giao Sở Y tế thống kê.\n\n{more}")
    if before and after:
        later = {task.span: task.id for task in after.tasks}
        for task in before.tasks:
            # the last paragraph may go on in the text that is added: then it is another clause
            if task.span in later:
                assert later[task.span] == task.id


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_task_ids_of_a_directive_stay_when_its_end_is_cut_off(path: Path, share: float, tmp_path: Path) -> None:
    whole = process(path, rulebook())
    cut = whole.clauses[int(share * len(whole.clauses))].span.end
    part = tmp_path / path.name
    part.write_text(whole.text[:cut], encoding="utf-8")
    later = {task.span: task.id for task in whole.tasks}
    early = [task for task in process(part, rulebook()).tasks if task.span in later]
    assert len(early) >= 0.9 * sum(task.span.end <= cut for task in whole.tasks)
    assert [later[task.span] for task in early] == [task.id for task in early]


@given(directives)
def test_the_same_text_gives_the_same_result(text: str) -> None:
    assert _made(text) == _made(text)

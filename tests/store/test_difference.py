"""What changed between two versions: exactly that, and nothing that is only spelled or numbered otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import PLAN, directive, read

from models import Result
from pipeline.store import compare
from pipeline.store.difference import match_tasks
from pipeline.store.identity import text_key
from pipeline.store.markers import without_marker

OLD = read(directive(number=None, draft=True))


def changed(*tasks: str) -> list[tuple[str, ...]]:
    """Return, change by change, what changed from OLD."""
    difference = compare(OLD, read(directive(*tasks)))
    return [
        ("new",) if change.old is None else ("dropped",) if change.new is None else tuple(aspect.aspect for aspect in change.aspects)
        for change in difference.changes
    ]


def test_five_changes_are_exactly_five() -> None:
    plan = list(PLAN)
    plan[1] = plan[1].replace("30/6/2024", "31/7/2024")  # a deadline moves
    plan[2] = plan[2].replace("Phòng Y tế", "Trung tâm Y tế")  # another unit
    plan[4] = plan[4].replace("đến từng tổ dân phố", "đến từng hộ gia đình, cơ quan, trường học đóng trên địa bàn")  # reworded
    del plan[5]  # dropped
    plan.append("Bảo hiểm xã hội quận vận động học sinh tham gia bảo hiểm y tế.")  # new
    assert changed(*plan) == [("deadline",), ("lead",), ("text",), ("dropped",), ("new",)]
    difference = compare(OLD, read(directive(*plan)))
    assert len(difference.same) == 3
    assert [aspect.before + aspect.after for aspect in difference.changed[0].aspects] == [("trước ngày 30/6/2024", "trước ngày 31/7/2024")]
    assert [aspect.before + aspect.after for aspect in difference.changed[1].aspects] == [("Phòng Y tế", "Trung tâm Y tế")]
    assert difference.dropped[0].text.endswith("truyền thanh cơ sở.")
    assert difference.new[0].text.endswith("bảo hiểm y tế.")


def test_the_same_is_no_change_however_it_is_spelled_and_numbered() -> None:
    assert changed(*PLAN) == []
    assert changed(*(task.replace("Ủy ban", "Uỷ ban").replace(", ", " , ") for task in PLAN)) == []
    moved = (PLAN[3], *PLAN[:3], *PLAN[4:])
    assert changed(*moved) == []


def test_a_coordinator_more_is_told() -> None:
    assert changed(PLAN[0].replace("Phòng Nội vụ", "Phòng Nội vụ, Thanh tra quận"), *PLAN[1:]) == [("coordinate",)]


def test_a_unit_is_the_same_under_its_name_whatever_id_a_reading_gives_it() -> None:
    old, new = OLD, read(directive(*PLAN))

    def renamed(prefix: str, name: str = "") -> Result:
        tasks = []
        for task in new.tasks:
            units = [
                one.model_copy(update={"unit_id": f"{prefix}{one.unit_id}", "name": name or one.name.upper()}) for one in task.assignments
            ]
            tasks.append(task.model_copy(update={"assignments": tuple(units)}))
        return new.model_copy(update={"tasks": tuple(tasks)})

    assert compare(old, renamed("khac-")).changes == ()
    told = compare(old, renamed("khac-", "Sở Tư pháp")).changes
    assert {aspect.aspect for change in told for aspect in change.aspects} >= {"lead", "coordinate"}
    # in what order a role names its units is no change
    swapped = [task.model_copy(update={"assignments": tuple(reversed(task.assignments))}) for task in new.tasks]
    assert compare(old, new.model_copy(update={"tasks": tuple(swapped)})).changes == ()


def test_a_number_to_be_reached_is_told() -> None:
    tasks = ("Phòng Y tế phấn đấu 90% học sinh được khám sức khỏe định kỳ.",)
    difference = compare(read(directive(*tasks)), read(directive(tasks[0].replace("90%", "95%"))))
    assert [aspect.aspect for aspect in difference.changes[0].aspects] == ["target"]


def test_equal_tasks_are_paired_one_to_one() -> None:
    twice = (PLAN[2], PLAN[2], PLAN[3])
    old, new = read(directive(*twice)).tasks, read(directive(PLAN[2], PLAN[3], PLAN[2], PLAN[2])).tasks
    pairs = match_tasks(old, new)
    assert len(pairs) == len({i for i, _ in pairs}) == len({j for _, j in pairs}) == 3


@given(st.lists(st.sampled_from(range(7)), max_size=9), st.lists(st.sampled_from(range(7)), max_size=9))
def test_matching_is_one_to_one_and_comparing_tells_every_task_once(old: list[int], new: list[int]) -> None:
    tasks = OLD.tasks
    before = [tasks[n].model_copy(update={"id": f"old{i}"}) for i, n in enumerate(old)]
    after = [tasks[n].model_copy(update={"id": f"new{j}"}) for j, n in enumerate(new)]
    difference = compare(OLD.model_copy(update={"tasks": tuple(before)}), OLD.model_copy(update={"tasks": tuple(after)}))
    told = [c.old.id for c in difference.changes if c.old] + [one for one, _ in difference.same]
    assert sorted(told) == sorted(task.id for task in before)
    told = [c.new.id for c in difference.changes if c.new] + [other for _, other in difference.same]
    assert sorted(told) == sorted(task.id for task in after)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- Rà soát", "Rà soát"),
        ("3. Rà soát", "Rà soát"),
        ("a) Rà soát", "Rà soát"),
        ("2.1. Rà soát", "Rà soát"),
        ("Điều 3. Rà soát", "Rà soát"),
        ("IV. Rà soát", "Rà soát"),
        ("30% số hộ", "30% số hộ"),
        ("15/3: họp", "15/3: họp"),
        ("Điều tra dân số", "Điều tra dân số"),
        ("2.500 hộ", "2.500 hộ"),
    ],
)
def test_marks_of_numbering_are_left_out(text: str, words: str) -> None:
    assert without_marker(text) == words


def test_the_fingerprint_is_that_of_the_words() -> None:
    plan = directive()
    assert text_key(read(plan)) == text_key(read(plan.replace(", ", " ,  ").replace("Ủy ban", "Uỷ ban")))
    assert text_key(read(plan)) != text_key(read(directive(number="26/KH-UBND")))
    assert text_key(read(plan)) != text_key(read(directive(draft=True)))
    assert text_key(read(plan)) != text_key(read(directive(*reversed(PLAN))))

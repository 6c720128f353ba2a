"""What reviewers settled, as annotation that scoring and training take."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models import Decision, Result, ReviewedTask, Span, StoreError
from pipeline.cli import Exit, main
from pipeline.evaluate import read_gold, score_folder
from pipeline.handover import gold_of, write_gold
from pipeline.review import Site
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.store import Store
from pipeline.training.material import read_material

DIRECTIVE = """ỦY BAN NHÂN DÂN
QUẬN NGÔ QUYỀN
Số: 31/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Ngô Quyền, ngày 10 tháng 01 năm 2026

KẾ HOẠCH
Triển khai nhiệm vụ năm học 2026 trên địa bàn quận

I. TỔ CHỨC THỰC HIỆN

1. Phòng Giáo dục và Đào tạo chủ trì, phối hợp với Phòng Nội vụ rà soát đội ngũ giáo viên, báo cáo trước ngày 15/3/2026.

2. Phòng Tài chính - Kế hoạch bố trí kinh phí sửa chữa trường học, hoàn thành trước ngày 30/6/2026.

3. Phòng Y tế kiểm tra bếp ăn bán trú của các trường mầm non mỗi quý một lần.

4. Công an quận bảo đảm an ninh, trật tự tại các điểm thi; xây dựng 02 phương án phân luồng giao thông.

5. Thanh tra quận kiểm tra việc thu, chi đầu năm học tại các trường công lập.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn An
"""


class Office:
    """A store with one directive, and decisions on it in few words."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        path = folder / "ke-hoach-31.txt"
        path.write_text(DIRECTIVE, encoding="utf-8")
        self.id = store.receive(path).document.id
        claim = store.claim("test", 60)
        assert claim
        self.found: Result = process(path, rulebook())
        store.finish(claim, self.found)

    def task(self, words: str) -> ReviewedTask:
        return next(task for task in self.store.tasks(self.id) if words in task.task.text)

    def decide(self, words: str, kind: Any, **values: Any) -> None:
        task = self.task(words)
        self.store.decide(self.id, "Lan", [Decision(task=task.uid, version=task.version, kind=kind, **values)])

    def sign(self) -> dict[str, Any]:
        rest = [task for task in self.store.tasks(self.id) if task.review == "open"]
        if rest:
            self.store.decide(self.id, "Lan", [Decision(task=task.uid, version=task.version, kind="approve") for task in rest])
        self.store.sign_off(self.id, "Lan", self.store.document(self.id).revision)
        annotation: dict[str, Any] = json.loads(json.dumps(gold_of(self.store, self.id).annotation))
        return annotation

    def clause(self, annotation: dict[str, Any], words: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = [c for c in annotation["clauses"] if words in annotation["text"][c["start"] : c["end"]]]
        return min(found, key=lambda clause: int(clause["end"] - clause["start"]))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(Store.open(tmp_path / "giaoviec.db"), tmp_path)


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[Office], Path]:
    def write(office: Office) -> Path:
        write_gold(office.store, [office.id], tmp_path / "gold")
        return tmp_path / "gold"

    return write


def test_what_nobody_corrected_scores_full_marks(site: Site, tmp_path: Path) -> None:
    for document in site.store.documents():
        open_tasks = site.store.tasks(document.id)
        site.store.decide(document.id, "Lan", [Decision(task=t.uid, version=t.version, kind="approve") for t in open_tasks])
        site.store.sign_off(document.id, "Lan", site.store.document(document.id).revision)
    made = write_gold(site.store, [document.id for document in site.store.documents()], tmp_path / "gold")
    assert [one.corrected for one in made] == [0, 0]
    tallies = score_folder(tmp_path / "gold").tallies
    assert {name: round(tally.f1, 3) for name, tally in tallies.items() if tally.gold or tally.predicted} == {
        name: 1.0 for name, tally in tallies.items() if tally.gold or tally.predicted
    }
    examples = read_material([tmp_path / "gold"], rulebook())
    assert all(example.clause_right(index) for example in examples for index in range(len(example.result.clauses)))


def test_corrections_are_in_the_gold_and_count_against_the_program(office: Office, kept: Callable[[Office], Path]) -> None:
    lead = {"role": "lead", "name": "Phòng Nội vụ", "unit_id": "phong-noi-vu.quan-ngo-quyen"}
    office.decide("rà soát đội ngũ", "edit", fields={"assignments": [lead]})
    due = {"text": "30/4/2026", "start": None, "due": "2026-04-30", "repeat": None, "bound": "by"}
    office.decide("bố trí kinh phí", "edit", fields={"deadlines": [due]})
    office.decide("bếp ăn", "reject", reason="Không phải nhiệm vụ")
    office.decide("Thanh tra quận", "unclear")
    annotation = office.sign()

    first = office.clause(annotation, "rà soát đội ngũ")
    assert first["units"] == {"lead": ["Phòng Nội vụ"], "coordinate": [], "implement": [], "report_to": []}
    # the name stands in the clause, so it is stated there, in its new role
    place = first["stated"]["lead"][0]["span"]
    assert annotation["text"][slice(*place)] == "Phòng Nội vụ" and first["stated"]["coordinate"] == []
    second = office.clause(annotation, "bố trí kinh phí")
    assert second["effective_deadlines"] == [{"start": None, "due": "2026-04-30", "repeat": None}]
    assert second["deadlines"] == []  # what the program saw printed was taken away; what was typed is not printed
    assert office.clause(annotation, "bếp ăn")["type"] == "statement"
    assert office.clause(annotation, "Thanh tra quận")["type"] == "task"
    gold = gold_of(office.store, office.id)
    assert (gold.tasks, gold.corrected, gold.unclear) == (5, 3, 1)

    scores = score_folder(kept(office))
    wrong = {item.field for item in scores.extra}
    assert {"tasks", "lead", "coordinate", "due"} <= wrong
    assert scores.tallies["clauses"].f1 == 1.0 and 0 < scores.tallies["clean rows"].f1 < 1


def test_parts_of_a_split_row_are_one_clause_again(office: Office) -> None:
    task = office.task("Công an quận")
    police = {"role": "lead", "name": "Công an quận", "unit_id": "cong-an.quan-ngo-quyen"}
    city = {"role": "lead", "name": "Phòng Quản lý đô thị", "unit_id": "phong-quan-ly-do-thi.quan-ngo-quyen"}
    parts = [{"text": "Bảo đảm an ninh", "assignments": [police]}, {"text": "Phân luồng giao thông", "assignments": [city]}]
    office.store.split(office.id, "Lan", task.uid, task.version, parts)
    annotation = office.sign()
    clauses = [c for c in annotation["clauses"] if "Công an quận" in annotation["text"][c["start"] : c["end"]] and c["type"] == "task"]
    assert [clause["units"]["lead"] for clause in clauses] == [["Công an quận", "Phòng Quản lý đô thị"]]


def test_merged_neighbours_are_one_clause_and_others_stay_two(office: Office) -> None:
    one, two = office.task("bếp ăn"), office.task("Công an quận")
    step = office.store.merge(office.id, "Lan", {one.uid: one.version, two.uid: two.version})
    merged = next(task for task in step.tasks if not task.gone)
    text = office.found.text
    gap = text[one.task.span.end : two.task.span.start]
    annotation = office.sign()
    spans = [Span(c["start"], c["end"]) for c in annotation["clauses"] if c["type"] == "task"]
    assert gap.strip() == ""  # numbers are part of a clause: nothing but blanks stands between
    assert Span(one.task.span.start, two.task.span.end) in spans and merged.task.span == Span(one.task.span.start, two.task.span.end)
    ids = [clause["id"] for clause in annotation["clauses"]]
    assert len(set(ids)) == len(ids) and all(clause["parent"] in (None, *ids) for clause in annotation["clauses"])


def test_a_task_that_people_added_is_a_clause(office: Office) -> None:
    start = office.found.text.index("xây dựng 02 phương án")
    span = Span(start, office.found.text.index(".", start))
    unit = {"role": "lead", "name": "Công an quận", "unit_id": "cong-an.quan-ngo-quyen"}
    office.store.add(office.id, "Lan", span, {"assignments": [unit]})
    annotation = office.sign()
    clause = next(c for c in annotation["clauses"] if [c["start"], c["end"]] == list(span))
    assert clause["type"] == "task" and clause["units"]["lead"] == ["Công an quận"]
    assert (
        clause["parent"] == office.clause({**annotation, "clauses": [c for c in annotation["clauses"] if c is not clause]}, "an ninh")["id"]
    )


def test_only_what_is_signed_off_gives_gold(office: Office) -> None:
    with pytest.raises(StoreError) as refused:
        gold_of(office.store, office.id)
    assert refused.value.code == "refused"


def test_the_command(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", str(tmp_path / "giaoviec.db")]
    assert main(["gold", "-o", str(tmp_path / "out"), *store]) == Exit.NOTHING_TO_DO
    office.sign()
    assert main(["gold", "31/kh-ubnd", "-o", str(tmp_path / "out"), "--json", *store]) == Exit.DONE
    told = json.loads(capsys.readouterr().out)
    name = told["documents"][0]["name"]
    assert told["documents"][0]["tasks"] == 5 and name == f"{office.id:05}_31-kh-ubnd"
    assert read_gold(tmp_path / "out")[name]["source"]["signed_off_by"] == "Lan"
    assert main(["score", str(tmp_path / "out"), "--json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)[str(tmp_path / "out")]["clean rows"]["f1"] == 1.0
    assert main(["gold", "9999/KH", "-o", str(tmp_path / "out"), *store]) == Exit.SOME_FAILED


def test_a_file_that_is_no_plain_text_keeps_how_it_was_read(office: Office, tmp_path: Path) -> None:
    from models import Document, Source
    from pipeline.run import take_apart

    plain = office.found
    blocks = tuple(block.model_copy(update={"page": 1}) for block in plain.blocks)
    document = Document(text=plain.text + " ", source=Source(name="a.pdf", sha256="1" * 64, media_type="application/pdf"), blocks=blocks)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 another file")
    other = office.store.receive(path).document.id
    claim = office.store.claim("test", 60)
    assert claim
    office.store.finish(
        claim, take_apart(document, rulebook()).model_copy(update={"header": plain.header.model_copy(update={"number": "32/KH-UBND"})})
    )
    office.id = other
    office.sign()
    write_gold(office.store, [other], tmp_path / "gold")
    assert len(list((tmp_path / "gold" / "documents").glob("*.json"))) == 1
    assert score_folder(tmp_path / "gold").tallies["clauses"].f1 == 1.0

"""Corrections as people make them: in a browser, by keys, two at a time, on a bad network; and what the tracker gets of it at the end."""

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from served import OpenPage, Serve, Served
from signed_in import Office, office
from starlette.testclient import TestClient

from models import Decision, OfficeRole, ReviewedTask, Span
from pipeline.review import Site, build_app
from pipeline.review.forms import TargetLine, TaskForm, TimeLine, UnitLine, form_of, parts_of, read_form
from pipeline.review.suggestions import Register
from pipeline.review.times import read_time, say_meaning
from pipeline.review.view import open_view
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.store import Store

SAME = {"origin": "http://testserver", "hx-request": "true"}
ISSUED = "2026-05-10"
# letters outside the basic plane stand before the words that are selected: browsers count two units for each
PERIODS = """ỦY BAN NHÂN DÂN
QUẬN 10
-------
Số: 41/UBND-NC
Quận 10, ngày 10 tháng 4 năm 2027

Kính gửi: Phòng Y tế; Phòng Tư pháp.

Ủy ban nhân dân quận yêu cầu:
1. Phòng Y tế báo cáo kết quả kiểm tra trong vòng 10 ngày kể từ ngày nhận được văn bản này.
2. Phòng Tư pháp trình kế hoạch trong vòng 5 ngày làm việc kể từ ngày ký.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
"""
ASTRAL = """ỦY BAN NHÂN DÂN
QUẬN NGÔ QUYỀN
Số: 77/KH-UBND

KẾ HOẠCH
Tổ chức Ngày hội 𝕋𝕙ể thao 😀😀😀

Ngô Quyền, ngày 10 tháng 01 năm 2026

1. Phòng Y tế <script>alert(1)</script> 😀 bố trí lực lượng trực; 🏃🏽 Công an quận bảo đảm an ninh 𝟚𝟜/24, báo cáo trước ngày 15/3/2026.

2. Phòng Nội vụ tổng hợp kết quả.
"""


# --- what people type ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "start", "due", "repeat", "says"),
    [
        ("30/6/2027", None, "2027-06-30", None, "chậm nhất 30/06/2027"),
        ("2027-06-30", None, "2027-06-30", None, "chậm nhất 30/06/2027"),
        ("30.6.27", None, "2027-06-30", None, "chậm nhất 30/06/2027"),
        ("trước 2027-06-30", None, "2027-06-30", None, "trước 30/06/2027"),
        ("quý I/2027", "2027-01-01", "2027-03-31", None, "từ 01/01/2027 đến 31/03/2027"),
        ("hằng tháng", None, None, "monthly", "hằng tháng"),
        ("trước ngày 15 hằng tháng", None, "--15", "monthly", "trước ngày 15 hằng tháng"),
        ("6 tháng cuối năm 2026", "2026-07-01", "2026-12-31", None, "từ 01/07/2026 đến 31/12/2026"),
        ("trong 10 ngày làm việc", None, "P10WD", None, "trong 10 ngày làm việc (không nói kể từ khi nào)"),
        ("2026-06-30T16:00", None, "2026-06-30T16:00", None, "chậm nhất 16 giờ 00, 30/06/2026"),
        ("trước 30/6", None, "2026-06-30", None, "trước 30/06/2026"),
        ("trong 10 ngày kể từ ngày nhận được hồ sơ", None, "P10D", None, "trong 10 ngày kể từ khi nhận được hồ sơ"),
        ("5 ngày làm việc kể từ ngày nhận văn bản", None, "P5WD", None, "trong 5 ngày làm việc kể từ khi nhận văn bản"),
        ("05 (năm) ngày làm việc kể từ khi họp", None, "P5WD", None, "trong 5 ngày làm việc kể từ khi họp"),
        ("3 ngày trước khi khai giảng", None, "P3D", None, "trong 3 ngày trước khi khai giảng"),
        ("trong 3 ngày kể từ ngày 5/6/2026", None, "P3D", None, "trong 3 ngày kể từ ngày 05/06/2026"),
        ("trong 10 ngày", None, "P10D", None, "trong 10 ngày (không nói kể từ khi nào)"),
        ("trong vòng 7 ngày làm việc", None, "P7WD", None, "trong 7 ngày làm việc (không nói kể từ khi nào)"),
    ],
)
def test_times_are_read_as_in_directives(words: str, start: str | None, due: str | None, repeat: str | None, says: str) -> None:
    reading = read_time(words, ISSUED)
    assert [(one.start, one.due, one.repeat) for one in reading.deadlines] == [(start, due, repeat)]
    assert reading.says == says and not reading.left and not reading.impossible


def test_a_period_is_shown_with_what_it_is_counted_from(site: Site, tmp_path: Path) -> None:
    """In the row and in the editor: the words of the deadline alone may not name the event, the words behind them do."""
    path = tmp_path / "han.txt"
    path.write_text(PERIODS, encoding="utf-8")
    document = site.store.receive(path).document.id
    claim = site.store.claim("test", 60)
    assert claim
    result = process(path, rulebook())
    site.store.finish(claim, result)
    first, second = (one.task.deadlines[0] for one in site.store.tasks(document))
    said = "trong 10 ngày kể từ khi nhận được văn bản này"
    assert say_meaning(first, result.header.issued_on) == said
    # the same, where only the period was read as the deadline
    alone = first.model_copy(update={"text": "trong vòng 10 ngày", "span": Span(first.span.start, first.span.start + 18)})
    view = open_view(site.store, document)
    assert view.reading.meaning(alone, first.span) == said
    assert say_meaning(second, result.header.issued_on) == "trong 5 ngày làm việc kể từ ngày 10/04/2027"
    client = TestClient(build_app(site))
    uid = site.store.tasks(document)[0].uid
    assert said in client.get(f"/van-ban/{document}/nhiem-vu/{uid}/sua").text
    assert f'<small class="meant">{said}' not in (page := client.get(f"/van-ban/{document}").text)  # the row prints it already
    assert '<small class="meant">trong 5 ngày làm việc kể từ ngày 10/04/2027' in page


def test_what_is_not_understood_is_said() -> None:
    assert read_time("kịp thời", ISSUED).deadlines == ()
    assert read_time("31/2/2027", ISSUED).impossible == "31/2/2027"
    assert read_time("trước ngày 31/11", ISSUED).impossible == "31/11"
    assert read_time("15 hàng tháng", ISSUED).left == ("15",)
    for odd in ("", "   ", "9" * 500, "((((", "😀/😀/😀", "00/00/0000", "1/0/2026"):
        assert not read_time(odd, ISSUED).deadlines


@pytest.fixture
def store(site: Site) -> Store:
    return site.store


@pytest.fixture
def document(store: Store) -> int:
    """The first seed: a letter with five tasks."""
    return min(one.id for one in store.documents())


@pytest.fixture
def register(store: Store, document: int) -> Register:
    return Register(store.result(document))


def test_units_are_found_by_a_few_letters(register: Register, store: Store) -> None:
    def names(words: str) -> list[str]:
        return [one.name for one in register.complete(store, words)]

    assert names("phong gddt")[0] == names("phong giao duc")[0] == "Phòng Giáo dục và Đào tạo"
    assert "Phòng Nội vụ" in names("phong nv") and "Sở Nội vụ" in names("so noi v")
    assert names("sgddt")[0] == "Sở Giáo dục và Đào tạo"
    assert names("hieu truong") and names("") and not names("qqq xyz")
    # an office of the same name elsewhere: the one of this place comes first, the other says where it is
    same = register.complete(store, "phong quan ly do thi")
    assert [(one.id, one.place) for one in same][:2] == [
        ("phong-quan-ly-do-thi.quan-10", ""),
        ("phong-quan-ly-do-thi.quan-ba-dinh", "quận Ba Đình"),
    ]
    for odd in ("%", "_", "'", '"', "\\", "😀", "-", "a" * 500, "(", "\0"):
        register.complete(store, odd)
        register.resolve(store, odd)


def test_a_typed_name_is_the_unit_that_it_is_everywhere(register: Register, store: Store, document: int) -> None:
    known = {unit.id: unit.name for unit in store.result(document).units}
    unit, name = register.resolve(store, "phong giao duc va dao tao")
    assert unit in known and name == "Phòng Giáo dục và Đào tạo"
    assert register.resolve(store, "Phòng GD&ĐT")[0] == unit
    assert register.resolve(store, "Phòng Nội vụ") == ("phong-noi-vu.quan-10", "Phòng Nội vụ")
    assert register.resolve(store, "phong noi vu") == ("phong-noi-vu.quan-10", "Phòng Nội vụ")  # marks from the store
    assert register.resolve(store, "Bộ Y tế")[0] == "bo-y-te"
    # the same name of another place only where it was chosen from the list
    assert register.resolve(store, "Phòng Nội vụ", "phong-noi-vu.quan-ba-dinh")[0] == "phong-noi-vu.quan-ba-dinh"
    assert register.resolve(store, "Phòng Nội vụ", "made-up")[0] == "phong-noi-vu.quan-10"


def test_only_what_was_changed_becomes_a_field(register: Register, store: Store, document: int) -> None:
    result = store.result(document)
    for one in store.tasks(document):
        assert read_form(form_of(one.task), one.task, result, register, store).fields == {}
    task = store.tasks(document)[1].task
    form = form_of(task)
    moved = TaskForm(
        form.text, tuple(UnitLine("coordinate" if u.role == "lead" else u.role, u.name, u.unit_id) for u in form.units), form.times
    )
    fields = read_form(moved, task, result, register, store).fields
    assert set(fields) == {"assignments"}
    kept = next(one for one in fields["assignments"] if one["role"] == "coordinate")
    lead = next(one for one in task.assignments if one.role == "lead")
    assert kept["origin"]["span"] == list(lead.origin.span) and kept["unit_id"] == lead.unit_id  # still printed where it was
    typed = TaskForm(
        form.text, form.units, (TimeLine("quý I/2027"),), (TargetLine("98", "%", ">=", "trường đạt chuẩn"), TargetLine("11/13", "xã"))
    )
    fields = read_form(typed, task, result, register, store).fields
    assert [(one["text"], one["span"], one["rule"]) for one in fields["deadlines"]] == [("quý I/2027", list(task.span), "review")]
    assert [(one["text"], one["value"], one["comparator"], one["total"]) for one in fields["targets"]] == [
        ("98%", 98, ">=", None),
        ("11/13 xã", 11, "=", 13),
    ]
    wrong = read_form(
        TaskForm(" ", (UnitLine("lead", "123"),), (TimeLine("bao giờ cũng được"), TimeLine("30/2/2027")), (TargetLine("nhiều", "xã"),)),
        task, result, register, store,
    )  # fmt: skip
    assert set(wrong.faults) == {"text", "units.0", "times.0", "times.1", "targets.0"} and not wrong.fields


def test_the_words_of_a_task_are_edited_whole(register: Register, store: Store, document: int) -> None:
    result = store.result(document)
    task = next(one.task for one in store.tasks(document) if one.task.title.endswith("…"))
    form = form_of(task)
    assert not form.text.endswith("…") and len(form.text) > len(task.title)
    fields = read_form(replace(form, text=f"{form.text} Việc này làm ngay."), task, result, register, store).fields
    assert fields["text"] == f"{form.text} Việc này làm ngay." and fields["title"].endswith("…") and set(fields) == {"text", "title"}


def test_words_chosen_for_a_value_are_its_place(register: Register, store: Store, document: int) -> None:
    result, one = store.result(document), store.tasks(document)[0]
    at = result.text.index("Trường cần quận hỗ trợ")
    line = UnitLine("lead", "Trường", place=Span(at - 1, at + 7))
    fields = read_form(TaskForm(one.task.text, (line,)), one.task, result, register, store).fields
    assert fields["assignments"][0]["origin"]["span"] == [at, at + 6] and fields["assignments"][0]["origin"]["rule"] == "review"
    beyond = UnitLine("lead", "Trường", place=Span(10**8, 10**8 + 5))
    fields = read_form(TaskForm(one.task.text, (beyond,)), one.task, result, register, store).fields
    assert fields["assignments"][0]["origin"]["span"] == list(one.task.span)


def test_a_line_that_is_an_order_keeps_what_holds_for_it(store: Store) -> None:
    tasks = [task for document in store.documents() for task in store.tasks(document.id) if len(task.task.orders) > 1]
    assert tasks
    one = tasks[0]
    text = store.result(one.document).text
    parts = parts_of(one.task, "\n".join(order.text for order in one.task.orders), text)
    assert [tuple(part["span"]) for part in parts] == [tuple(order.span) for order in one.task.orders]
    assert [len(part["assignments"]) for part in parts] == [len(order.assignments) for order in one.task.orders]
    halves = one.task.text[: len(one.task.text) // 2], one.task.text[len(one.task.text) // 2 :]
    assert all(part["text"] in one.task.text for part in parts_of(one.task, "\n\n".join(halves), text))


# --- without a browser --------------------------------------------------------------------------------------------------------


class Asked:
    """A document that is asked over HTTP."""

    def __init__(self, client: TestClient, store: Store, document: int) -> None:
        self.client, self.store, self.document = client, store, document

    def post(self, action: str, **fields: Any) -> httpx2.Response:
        data = {name.replace("_", "-"): value for name, value in fields.items()}
        answer: httpx2.Response = self.client.post(f"/van-ban/{self.document}/{action}", data=data, headers=SAME)
        return answer

    def seen(self, *tasks: ReviewedTask) -> str:
        return " ".join(f"{task.uid}:{task.version}" for task in tasks)

    @property
    def tasks(self) -> list[ReviewedTask]:
        return self.store.tasks(self.document)

    @property
    def steps(self) -> tuple[str | None, str | None]:
        who = self.store.events(self.document)[-1].who
        return self.store.undoable(self.document, who)


@pytest.fixture
def asked(site: Site, document: int) -> Asked:
    return Asked(TestClient(build_app(site), follow_redirects=False), site.store, document)


def test_each_decision_answers_with_its_rows(asked: Asked) -> None:
    a, b, c, d, e = asked.tasks
    answer = asked.post("duyet", hang=asked.seen(a, b))
    assert answer.status_code == 200 and re.findall(r'<tbody id="t-(\w+)"', answer.text) == [a.uid, b.uid]
    assert 'id="tong-so"' in answer.text and f'data-step="{asked.steps[0]}"' in answer.text
    assert asked.post("bo", hang=asked.seen(c)).status_code == 409  # no reason
    assert asked.post("bo", hang=asked.seen(c), ly_do="Không phải việc").status_code == 200
    assert asked.post("chua-ro", hang=asked.seen(d), ly_do="Ai làm?").status_code == 200
    assert asked.post("mo-lai", hang=asked.seen(asked.tasks[3])).status_code == 200
    assert asked.post("tien-do", hang=asked.seen(e), trang_thai="done", ngay="2026-05-01").status_code == 200
    assert [task.review for task in asked.tasks] == ["approved", "approved", "rejected", "open", "open"]
    assert str(asked.tasks[4].work.done_on) == "2026-05-01"
    for _ in range(5):
        assert asked.post("hoan-tac", buoc=asked.steps[0]).status_code == 200
    assert asked.steps[0] is None and all(task.review == "open" and task.work.done_on is None for task in asked.tasks)
    for _ in range(5):
        assert asked.post("lam-lai", buoc=asked.steps[1]).status_code == 200
    assert [task.review for task in asked.tasks] == ["approved", "approved", "rejected", "open", "open"]
    assert asked.steps[1] is None
    history = asked.client.get(f"/van-ban/{asked.document}/nhiem-vu/{c.uid}/lich-su").text
    assert history.count("<li") == 3 and history.count("</b> hoàn tác") == 2  # rejected, taken back, and that taken back
    assert "Không phải việc" in history


def test_what_is_asked_wrongly_is_refused_and_changes_nothing(asked: Asked) -> None:
    task = asked.tasks[0]
    for fields in ({}, {"hang": ""}, {"hang": task.uid}, {"hang": f"{task.uid}:x"}, {"hang": f"{task.uid}:²"}):
        assert asked.post("duyet", **fields).status_code == 422
    assert asked.post("duyet", hang="0000:1").status_code == 404
    assert asked.post("sua", hang=asked.seen(*asked.tasks)).status_code == 422
    for start, end in ((5, 5), (9, 3), (0, 10**9), (-1, 5), (0, 1)):
        assert asked.post("them", dau=start, cuoi=end).status_code == 422
    assert asked.post("tach", hang=asked.seen(task), phan="một dòng").status_code == 409
    assert asked.post("gop", hang=asked.seen(task)).status_code == 409
    assert asked.post("hoan-tac", buoc="nothing").status_code == 409
    assert asked.post("ky-duyet", ban=0).status_code == 409
    assert asked.post("tien-do", hang=asked.seen(task), trang_thai="done", ngay="31/12/2026").status_code == 422
    seen = asked.seen(task)
    assert asked.post("sua", hang=seen, noi_dung=task.task.title, ct_so="1/0", ct_don_vi="trường", ct_so_sanh="=").status_code == 422
    assert asked.store.events(asked.document) == []


def test_what_is_sent_twice_by_accident_is_done_once(asked: Asked) -> None:
    """A key pressed twice: the second press makes no second task of the same words; a row named twice is decided once."""
    for _ in range(2):
        assert asked.post("them", dau=100, cuoi=180).status_code == 200
    added = [task for task in asked.store.tasks(asked.document) if task.base is None]
    assert len(added) == 1
    task = next(task for task in asked.tasks if task.review == "open" and task.base)
    assert asked.post("duyet", hang=f"{asked.seen(task)} {asked.seen(task)}").status_code == 200
    assert len([event for event in asked.store.events(asked.document) if event.task == task.uid]) == 1


def test_an_answer_that_got_lost_is_no_reason_to_refuse(asked: Asked) -> None:
    """The browser sends the same again and says so; what was saved the first time is neither refused nor done twice."""
    a, b, c, d, _ = asked.tasks
    for action, fields in (
        ("duyet", {"hang": asked.seen(a)}),
        ("bo", {"hang": asked.seen(b), "ly_do": "thừa"}),
        ("tach", {"hang": asked.seen(c), "phan": "Việc một\nViệc hai"}),
        ("sua", {"hang": asked.seen(d), "noi_dung": "Nội dung mới"}),
        ("them", {"dau": 100, "cuoi": 180}),
    ):
        assert asked.post(action, **fields).status_code == 200
        events = len(asked.store.events(asked.document))
        assert asked.post(action, **fields, lai="true").status_code == 200, action
        assert len(asked.store.events(asked.document)) == events, action
    step = asked.steps[0]
    assert asked.post("hoan-tac", buoc=step).status_code == asked.post("hoan-tac", buoc=step, lai="true").status_code == 200
    assert asked.post("duyet", hang=asked.seen(a)).status_code == 409  # not said to be sent again


def test_roles_may_do_what_they_may(site: Site, document: int) -> None:
    staff: Office = office(site)
    task = site.store.tasks(document)[0]
    seen = f"{task.uid}:1"
    wanted: dict[str, set[OfficeRole]] = {
        "duyet": {"reviewer", "admin"},
        "tien-do": {"clerk", "reviewer", "leader", "admin"},
        "ky-duyet": {"reviewer", "leader", "admin"},
        "dang-xem": {"clerk", "reviewer", "leader", "admin", "integrator"},
    }
    fields = {"duyet": {"hang": "none:1"}, "tien-do": {"hang": "none:1", "trang-thai": "done"}, "ky-duyet": {"ban": "0"}, "dang-xem": {}}
    for role in staff.accounts:
        client = staff.client(role)
        for action, allowed in wanted.items():
            refused = client.post(f"/van-ban/{document}/{action}", data=fields[action]).status_code == 403
            assert refused == (role not in allowed), (role, action)
    clerk = staff.client("clerk")
    assert clerk.post(f"/van-ban/{document}/tien-do", data={"hang": seen, "trang-thai": "done"}).status_code == 303
    step = site.store.undoable(document, "clerk")[0]
    assert clerk.post(f"/van-ban/{document}/hoan-tac", data={"buoc": step}).status_code == 303
    assert site.store.task(document, task.uid).work.done_on is None
    assert clerk.get(f"/van-ban/{document}/nhiem-vu/{task.uid}/sua").status_code == 403


def test_fifty_reviewers_at_once_lose_no_save(site: Site, serve_site: Serve) -> None:
    """Each save is taken or told to be stale; the events are exactly those that were taken."""
    document = max(one.id for one in site.store.documents())
    url, tasks = serve_site(site), site.store.tasks(document)[:12]
    told: list[tuple[int, str]] = []
    guard = threading.Lock()
    start = threading.Barrier(50)

    def review(number: int) -> None:
        own = []
        with httpx2.Client(base_url=url, headers={"origin": url, "hx-request": "true"}, timeout=60) as client:
            start.wait()
            for turn in range(4):
                task = tasks[(number + turn * 5) % len(tasks)]
                action = ("duyet", "mo-lai", "chua-ro", "tien-do")[turn]
                data = {"hang": f"{task.uid}:{turn + 1}", "trang-thai": "in-progress"}
                own.append((client.post(f"/van-ban/{document}/{action}", data=data).status_code, task.uid))
        with guard:
            told.extend(own)

    threads = [threading.Thread(target=review, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(told) == 200 and {status for status, _ in told} <= {200, 409}
    taken = Counter(uid for status, uid in told if status == 200)
    assert Counter(event.task for event in site.store.events(document)) == taken and sum(taken.values()) >= len(tasks)
    assert all(site.store.task(document, task.uid).version == 1 + taken[task.uid] for task in tasks)


# --- in a browser -------------------------------------------------------------------------------------------------------------


class Desk:
    """The page of a document, and what a person does on it."""

    def __init__(self, page: Page, store: Store, document: int) -> None:
        self.page, self.store, self.document = page, store, document
        self.keys = page.keyboard
        self.drawer = page.locator(".drawer")

    @property
    def tasks(self) -> list[ReviewedTask]:
        return self.store.tasks(self.document)

    def row(self, task: ReviewedTask) -> Locator:
        return self.page.locator(f"#t-{task.uid}")

    def choose(self, task: ReviewedTask, field: str = "title") -> None:
        self.row(task).locator(f'td[data-field="{field}"]').click(position={"x": 4, "y": 4})
        expect(self.row(task)).to_have_class(re.compile("selected"))

    def saved(self, task: ReviewedTask, review: str) -> None:
        expect(self.row(task)).to_have_attribute("data-review", review)

    def select_words(self, words: str) -> None:
        """Select words of the source as a mouse does; they may reach over several marks."""
        self.page.evaluate(
            """(words) => {
              const box = document.getElementById("cuon-chu");
              const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT,
                (node) => node.parentElement.closest(".badge") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
              const nodes = []; let all = "";
              while (walker.nextNode()) { nodes.push([all.length, walker.currentNode]); all += walker.currentNode.data; }
              const at = all.indexOf(words);
              if (at < 0) throw new Error("no such words");
              const point = (place) => {
                const [from, node] = nodes.filter(([start]) => start <= place).at(-1);
                return [node, place - from];
              };
              const range = document.createRange();
              range.setStart(...point(at));
              const [node, offset] = point(at + words.length - 1);
              range.setEnd(node, offset + 1);
              document.activeElement?.blur();
              const selection = getSelection(); selection.removeAllRanges(); selection.addRange(range);
            }""",
            words,
        )


@pytest.fixture
def desk(served: Served, open_page: OpenPage) -> Desk:
    return Desk(open_page(f"{served.url}/van-ban/{served.documents[0]}"), served.site.store, served.documents[0])


def test_the_whole_way_from_review_to_the_tracker(desk: Desk) -> None:
    page, keys = desk.page, desk.keys
    first, second, third, *_ = before = desk.tasks
    # a unit, found by a few letters without marks
    desk.choose(first, "lead")
    keys.press("F2")
    expect(page.locator("[name=dv-ten]").first).to_be_focused()
    keys.type("phong noi v")
    expect(page.locator(".suggestions [data-id]").first).to_have_text(re.compile("Phòng Nội vụ"))
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.press("Enter")
    desk.saved(first, "edited")
    expect(desk.row(first).locator(".saved")).to_have_text(re.compile(r"đã lưu \d\d:\d\d"))
    expect(desk.row(first).locator("td[data-field=lead] .change")).to_contain_text("máy đọc")
    # a day, in words of the office; what it is understood as is shown before it is saved
    desk.choose(second, "deadlines")
    keys.press("F2")
    expect(page.locator("[name=han-chu]").first).to_be_focused()
    keys.type("quý I/2027")
    expect(page.locator(".meaning").first).to_have_text("hiểu là: từ 01/01/2027 đến 31/03/2027")
    keys.press("Enter")
    desk.saved(second, "edited")
    # a task that was missed, from words of the text
    desk.select_words("sắp xếp tham dự và chuẩn bị tham gia kiến nghị")
    keys.press("Control+Enter")
    expect(desk.drawer).to_be_visible()
    added = next(task for task in desk.tasks if task.base is None)
    assert desk.store.result(desk.document).text[slice(*added.task.span)] == "sắp xếp tham dự và chuẩn bị tham gia kiến nghị"
    keys.type("Tổ thư ký hội nghị")
    keys.press("Enter")
    expect(desk.row(added).locator("td[data-field=lead]")).to_contain_text("Tổ thư ký hội nghị")
    # undo, redo
    keys.press("Control+z")
    expect(desk.row(added).locator("td[data-field=lead]")).not_to_contain_text("Tổ thư ký hội nghị")
    keys.press("Control+z")
    expect(desk.row(added)).to_have_count(0)
    keys.press("Control+y")
    keys.press("Control+y")
    expect(desk.row(added).locator("td[data-field=lead]")).to_contain_text("Tổ thư ký hội nghị")
    # one is no task, the others are right
    desk.choose(third)
    keys.press("Delete")
    keys.press("Enter")
    desk.saved(third, "rejected")
    page.get_by_role("button", name=re.compile(r"Duyệt 2 hàng đang hiện")).click()
    desk.saved(before[4], "approved")
    page.locator("#ky-duyet").click()
    expect(page.locator("main")).to_contain_text("Chủ trì: Phòng Nội vụ")
    page.get_by_role("button", name=re.compile("^Ký duyệt")).click()
    expect(page.locator("main")).to_contain_text("sẵn sàng giao 5 nhiệm vụ")
    # the tracker gets exactly the corrected values
    payloads = {change.task: change.payload or {} for change in desk.store.feed()}
    assert set(payloads) == {first.uid, second.uid, before[3].uid, before[4].uid, added.uid}
    assert payloads[first.uid]["lead"] == [{"id": "phong-noi-vu.quan-10", "name": "Phòng Nội vụ"}]
    assert payloads[first.uid]["implement"] == [{"id": a.unit_id, "name": a.name} for a in first.task.assignments if a.role == "implement"]
    assert payloads[second.uid]["deadlines"] == [
        {"text": "quý I/2027", "start": "2027-01-01", "due": "2027-03-31", "repeat": None, "bound": "within"}
    ]
    assert payloads[added.uid]["text"] == "sắp xếp tham dự và chuẩn bị tham gia kiến nghị"
    assert [unit["name"] for unit in payloads[added.uid]["lead"]] == ["Tổ thư ký hội nghị"]
    for task in (before[3], before[4]):
        assert payloads[task.uid]["title"] == task.task.title and payloads[task.uid]["review"] == "approved"


def test_a_day_that_nobody_understands_is_asked_about(desk: Desk) -> None:
    page, keys, task = desk.page, desk.keys, desk.tasks[1]
    desk.choose(task, "deadlines")
    keys.press("F2")
    expect(page.locator("[name=han-chu]").first).to_be_focused()
    keys.type("31/2/2027")
    keys.press("Enter")
    expect(page.locator(".line.time [role=alert]")).to_contain_text("Không có ngày 31/2/2027")
    expect(page.locator("[name=han-chu]").first).to_be_focused()
    assert page.locator("[name=han-chu]").first.input_value() == "31/2/2027"  # what was typed is not lost
    page.locator("[name=han-chu]").first.fill("khi có hướng dẫn")
    expect(page.locator(".line.time [role=alert]")).to_have_count(0)  # it was said of the words before
    page.get_by_label("giữ nguyên chữ").check()
    page.get_by_role("button", name="Lưu").click()
    desk.saved(task, "edited")
    kept = desk.store.task(desk.document, task.uid).task.deadlines
    assert [(one.text, one.due, one.repeat) for one in kept] == [("khi có hướng dẫn", None, None)]
    # the calendar beside the field
    keys.press("F2")
    expect(desk.drawer).to_be_visible()
    page.locator(".pick").first.fill("2027-06-30")
    expect(page.locator("[name=han-chu]").first).to_have_value("30/06/2027")
    page.get_by_role("button", name="Lưu").click()
    expect(desk.row(task)).to_contain_text("30/06/2027")
    assert desk.store.task(desk.document, task.uid).task.deadlines[0].due == "2027-06-30"


def test_all_on_screen_is_approved_at_once_and_taken_back_after_a_reload(desk: Desk) -> None:
    page = desk.page
    shown = page.evaluate("document.querySelectorAll('.task[data-attention]:not([data-attention=\"\"])').length")
    button = page.locator('[data-do="duyet-het"]')
    expect(button).to_contain_text("Duyệt 5 hàng đang hiện")
    page.locator('a[data-filter="can-xem"]').click()
    expect(button).to_contain_text(f"Duyệt {shown} hàng đang hiện")
    page.locator('a[data-filter="chua-duyet"]').click()
    button.click()
    expect(button).to_contain_text("Duyệt 0 hàng đang hiện")
    assert len({event.step for event in desk.store.events(desk.document)}) == 1
    assert {task.review for task in desk.tasks} == {"approved"}
    page.reload()
    page.locator("body").press("Control+z")
    expect(page.locator('.task[data-review="open"]')).to_have_count(5)
    expect(page.locator("#said")).to_have_text("Đã hoàn tác: 5 hàng.")
    expect(page.locator(".task.selected")).to_have_count(1)  # what was taken back is to be seen
    page.reload()
    page.get_by_role("button", name=re.compile("Làm lại")).click()
    expect(page.locator('.task[data-review="approved"]')).to_have_count(5)


def test_keys_alone_from_opening_to_signing_off(desk: Desk) -> None:
    page, keys = desk.page, desk.keys
    keys.press("F8")
    expect(page.locator(".task.selected")).to_have_count(1)
    decided = 0
    for _ in range(12):
        if page.locator('.task[data-review="open"]').count() == 0:
            break
        keys.press("Enter")
        decided += 1
        expect(page.locator(".task.saving")).to_have_count(0)
    assert decided == 5 and {task.review for task in desk.tasks} == {"approved"}
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == "ky-duyet":
            break
        keys.press("Shift+Tab")
    keys.press("Enter")
    page.wait_for_url(re.compile("/ky-duyet$"))
    expect(page.get_by_role("button", name=re.compile("^Ký duyệt"))).to_be_focused()
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("sẵn sàng giao 5 nhiệm vụ")
    assert desk.store.document(desk.document).state == "done"


def test_a_key_that_is_held_down_decides_once(desk: Desk) -> None:
    page, keys = desk.page, desk.keys
    keys.press("ArrowDown")
    for _ in range(10):  # each but the first repeats
        keys.down("Enter")
    keys.up("Enter")
    expect(page.locator('.task[data-review="approved"]')).to_have_count(1)
    page.locator('[data-do="duyet-het"]').click()
    expect(page.locator('.task[data-review="approved"]')).to_have_count(5)
    page.locator("#ky-duyet").focus()
    keys.down("Enter")
    page.wait_for_url("**/ky-duyet")
    for _ in range(5):
        keys.down("Enter")
    keys.up("Enter")
    expect(page.get_by_role("button", name="Ký duyệt")).to_be_visible()
    assert desk.store.document(desk.document).signed_off_at is None


def test_signing_off_is_refused_while_a_row_is_open_and_says_which(desk: Desk) -> None:
    page, task = desk.page, desk.tasks[0]
    desk.choose(task)
    desk.keys.press("Enter")
    desk.saved(task, "approved")
    page.locator("#ky-duyet").click()
    expect(page.locator("ol.open li")).to_have_count(4)
    expect(page.get_by_role("button", name=re.compile("^Ký duyệt"))).to_have_count(0)
    page.locator("ol.open a").first.click()
    expect(page.locator(".task.selected")).to_have_attribute("data-uid", desk.tasks[1].uid)


def test_what_an_input_method_sends_changes_nothing_outside_of_fields(desk: Desk) -> None:
    page, keys, task = desk.page, desk.keys, desk.tasks[0]
    desk.choose(task)
    before = page.content()
    for _ in range(3):  # as UniKey turns "dduowngf" into "đường": it erases and writes again
        for key in ("d", "d", "Backspace", "Backspace", "đ", "u", "o", "w", "Backspace", "Backspace", "ư", "ơ", "n", "g", "f", "1", "9"):
            keys.press(key) if key.isascii() else keys.insert_text(key)
    composing = """(how) => {
      for (const key of ["Enter", "Delete", "F2", "ArrowDown", "Escape", "z", "Backspace"]) {
        const said = {key, bubbles: true, cancelable: true, ctrlKey: key === "z", ...how};
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", said));
      }
    }"""
    page.evaluate(composing, {"isComposing": True})
    page.evaluate(composing, {"keyCode": 229})
    page.wait_for_timeout(100)
    assert desk.store.events(desk.document) == [] and page.url.endswith(f"/van-ban/{desk.document}")
    assert page.content() == before
    keys.press("F2")
    name = page.locator(".line.unit [name=dv-ten]").last
    name.click()
    for key in ("d", "d", "Backspace", "Backspace"):
        keys.press(key)
    keys.insert_text("đ")
    for key in ("u", "o", "Backspace", "Backspace"):
        keys.press(key)
    keys.insert_text("ươ")
    keys.type("ng")
    assert "đương" in [one.input_value() for one in page.locator("[name=dv-ten]").all()]
    page.evaluate(composing, {"isComposing": True})
    expect(desk.drawer).to_be_visible()


def test_what_the_network_swallows_is_kept_and_sent_again(desk: Desk) -> None:
    page, (first, second, *_) = desk.page, desk.tasks
    page.route(re.compile("/duyet$"), lambda route: route.abort())
    desk.choose(first)
    desk.keys.press("Enter")
    expect(page.locator("#chua-luu")).to_contain_text("Chưa lưu được 1 thay đổi")
    expect(desk.row(first)).to_have_class(re.compile("unsaved"))
    desk.choose(second)
    desk.keys.press("Enter")
    assert desk.store.events(desk.document) == []
    page.unroute(re.compile("/duyet$"))
    desk.saved(first, "approved")
    desk.saved(second, "approved")
    expect(page.locator("#chua-luu")).to_be_empty()
    assert [event.task for event in desk.store.events(desk.document)] == [first.uid, second.uid]


def test_rows_are_split_and_merged(desk: Desk) -> None:
    page, keys, (first, second, third, *_) = desk.page, desk.keys, desk.tasks
    desk.choose(first)
    page.locator('.acts [data-do="tach"]').click()
    text = page.locator("[data-split]")
    expect(text).to_be_focused()
    expect(page.locator(".drawer .main")).to_be_disabled()
    for _ in range(len("Giao lãnh đạo Phòng Giáo dục và Đào tạo Quận 10 chỉ đạo")):
        keys.press("ArrowRight")
    keys.press("Enter")
    expect(page.locator(".drawer .main")).to_contain_text("Tách thành 2 nhiệm vụ")
    page.locator(".drawer .main").click()
    expect(page.locator(".task")).to_have_count(6)
    expect(desk.row(first)).to_have_count(0)
    parts = [task for task in desk.tasks if first.uid in task.parents]
    assert len(parts) == 2 and parts[0].task.span.end <= parts[1].task.span.start
    desk.choose(second)
    keys.press("Shift+ArrowDown")
    page.get_by_role("button", name="Gộp 2 hàng").click()
    expect(page.locator(".task")).to_have_count(5)
    merged = next(task for task in desk.tasks if set(task.parents) == {second.uid, third.uid})
    expect(desk.row(merged)).to_have_class(re.compile("selected"))
    assert {a.unit_id for a in merged.task.assignments} == {a.unit_id for t in (second, third) for a in t.task.assignments}
    keys.press("Control+z")
    keys.press("Control+z")
    expect(desk.row(first)).to_have_count(1)
    assert [task.uid for task in desk.tasks] == [task.uid for task in (first, second, third, *desk.tasks[3:])]
    numbers = page.locator(".task td.no a").all_inner_texts()
    assert numbers == ["1", "2", "3", "4", "5"]


def test_parts_of_a_split_wait_to_be_looked_at(desk: Desk) -> None:
    """Counter, filters, "approve all" and sign-off agree: a part is open until somebody decides on it; a row added without a word too."""
    page, keys, (first, *_) = desk.page, desk.keys, desk.tasks
    chip = page.locator('#tong-so [data-filter="chua-duyet"] b')
    everything = page.locator('[data-do="duyet-het"]')
    everything.click()
    expect(chip).to_have_text("0")
    expect(everything).to_be_disabled()
    desk.choose(first)
    page.locator('.acts [data-do="tach"]').click()
    page.locator("[data-split]").fill("Rà soát đội ngũ.\nBáo cáo kết quả.")
    page.locator(".drawer .main").click()
    expect(chip).to_have_text("2")
    expect(everything).to_have_text(re.compile("Duyệt 2 hàng"))
    parts = [task for task in desk.tasks if first.uid in task.parents]
    expect(desk.row(parts[0])).to_have_class(re.compile("selected"))
    expect(desk.row(parts[0]).locator(".needs")).to_contain_text("mới tách")
    assert page.request.get(f"{page.url}/ky-duyet").text().count("<li value=") == 2
    keys.press("Enter")
    expect(desk.row(parts[1])).to_have_class(re.compile("selected"))  # the next that somebody should look at
    keys.press("Enter")
    expect(chip).to_have_text("0")
    desk.select_words("Phòng Giáo dục và Đào tạo")
    keys.press("Control+Enter")
    expect(desk.drawer).to_be_visible()
    keys.press("Escape")
    expect(chip).to_have_text("1")
    added = next(task for task in desk.tasks if task.base is None and not task.parents)
    expect(desk.row(added).locator(".needs")).to_contain_text("chưa có chủ trì")
    assert "Chưa ký được" in page.request.get(f"{page.url.partition('#')[0]}/ky-duyet").text()
    keys.press("Enter")
    expect(chip).to_have_text("0")
    assert all(task.review in ("approved", "edited") for task in desk.tasks)


def test_what_was_typed_and_dropped_can_be_had_back(desk: Desk) -> None:
    page, keys, (first, second, third, *_) = desk.page, desk.keys, desk.tasks
    back = page.locator('[data-do="lay-lai"]')
    title = page.locator(".drawer textarea")
    # nothing typed: nothing is said, nothing is kept
    desk.choose(first)
    keys.press("F2")
    expect(title).to_be_focused()
    keys.press("Escape")
    expect(desk.drawer).to_have_count(0)
    expect(back).to_be_hidden()
    # typed and dropped: the row is as it was, and Ctrl+Z has the words back
    keys.press("F2")
    expect(title).to_be_focused()
    title.fill("Nội dung gõ dở")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("Phòng Y tế")
    expect(page.locator(".suggestions")).to_be_visible()
    keys.press("Escape")  # closes the list of names only
    expect(desk.drawer).to_be_visible()
    keys.press("Escape")
    expect(desk.drawer).to_have_count(0)
    expect(page.locator("#said")).to_contain_text("Ctrl+Z")
    expect(desk.row(first)).not_to_contain_text("gõ dở")
    expect(back).to_be_visible()
    keys.press("Control+z")
    expect(title).to_have_value("Nội dung gõ dở")
    expect(page.locator("[name=dv-ten]").first).to_have_value("Phòng Y tế")
    expect(page.locator("[name=dv-ten]").first).to_be_focused()
    assert desk.store.events(desk.document) == []
    keys.press("Escape")
    # what was decided since comes first; then the words
    desk.choose(second)
    keys.press("Enter")
    desk.saved(second, "approved")
    keys.press("Control+z")
    desk.saved(second, "open")
    expect(desk.drawer).to_have_count(0)
    keys.press("Control+z")
    expect(title).to_have_value("Nội dung gõ dở")
    keys.press("Escape")
    desk.choose(third)
    keys.press("Enter")
    desk.saved(third, "approved")
    back.click()  # by the mouse at any time
    title.focus()
    keys.press("Enter")
    desk.saved(first, "edited")
    expect(back).to_be_hidden()
    assert desk.store.task(desk.document, first.uid).task.text == "Nội dung gõ dở"
    keys.press("Control+z")
    desk.saved(first, "open")


def test_rows_are_marked_and_merged_by_keys_alone(desk: Desk) -> None:
    page, keys, (first, second, third, fourth, *_) = desk.page, desk.keys, desk.tasks
    desk.choose(first)
    keys.press("F4")
    expect(page.locator("#said")).to_contain_text("Đánh dấu từ hai hàng")
    expect(page.locator('.acts [data-do="danh-dau"] kbd')).to_have_text("Dấu cách")
    keys.press("Space")
    expect(desk.row(first)).to_have_class(re.compile("marked"))
    keys.press("ArrowDown")
    keys.press("Space")
    keys.press("Space")
    keys.press("ArrowDown")
    keys.press("Space")
    expect(page.locator(".task.marked")).to_have_count(2)
    expect(desk.row(second)).not_to_have_class(re.compile("marked"))
    expect(page.locator('[data-do="gop"]')).to_have_text(re.compile(r"Gộp 2 hàng\s*F4"))
    keys.press("F4")
    expect(page.locator(".task")).to_have_count(4)
    merged = next(task for task in desk.tasks if set(task.parents) == {first.uid, third.uid})
    expect(desk.row(merged)).to_have_class(re.compile("selected"))
    expect(page.locator('#tong-so [data-filter="chua-duyet"] b')).to_have_text("4")
    # a blank is a blank where words are written
    desk.choose(fourth)
    keys.press("F2")
    expect(page.locator(".drawer textarea")).to_be_focused()
    keys.press("End")
    keys.press("Space")
    expect(page.locator(".task.marked")).to_have_count(0)


def test_places_are_counted_in_letters_not_in_units_of_browsers(site: Site, served: Served, open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ASTRAL, encoding="utf-8")
    document = site.store.receive(path).document.id
    claim = site.store.claim("test", 60)
    assert claim
    site.store.finish(claim, process(path, rulebook()))
    desk = Desk(open_page(f"{served.url}/van-ban/{document}"), site.store, document)
    words = "Công an quận bảo đảm an ninh 𝟚𝟜/24"
    desk.select_words(words)
    desk.keys.press("Control+Enter")
    expect(desk.drawer).to_be_visible()
    added = next(task for task in desk.tasks if task.base is None)
    assert site.store.result(document).text[slice(*added.task.span)] == words
    # words for one value: the field that is being edited gets them, with their place
    expect(desk.page.locator("[name=dv-ten]").first).to_be_focused()
    desk.select_words("Công an quận")
    desk.keys.press("Control+Enter")
    expect(desk.page.locator("[name=dv-ten]").first).to_have_value("Công an quận")
    desk.page.get_by_role("button", name="Lưu").click()
    expect(desk.row(added).locator("td[data-field=lead]")).to_contain_text("Công an quận")
    lead = desk.store.task(document, added.uid).task.assignments[0]
    assert site.store.result(document).text[slice(*lead.origin.span)] == "Công an quận" and lead.origin.rule == "review"


# --- two people ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(site: Site, serve_site: Serve, open_page: OpenPage, document: int) -> Callable[[OfficeRole], Desk]:
    """Opens the page as somebody who is signed in."""
    staff = office(site)
    url = serve_site(staff.site)

    def enter(role: OfficeRole) -> Desk:
        page = open_page(f"{url}/dang-nhap")
        page.context.add_cookies([{"name": "giaoviec", "value": staff.token(role), "url": url}])
        page.goto(f"{url}/van-ban/{document}")
        return Desk(page, site.store, document)

    return enter


def test_a_stale_save_is_told_and_nothing_is_overwritten(two: Callable[[OfficeRole], Desk]) -> None:
    one, other = two("reviewer"), two("admin")
    task = one.tasks[0]
    one.choose(task, "lead")
    one.keys.press("F2")
    expect(one.page.locator("[name=dv-ten]").first).to_be_focused()
    one.keys.type("Phòng Y tế")
    other.choose(task)
    other.keys.press("F2")
    expect(other.page.locator("textarea")).to_be_focused()
    other.page.locator("textarea").fill("Nội dung do người khác sửa")
    other.keys.press("Enter")
    other.saved(task, "edited")
    one.keys.press("Enter")
    expect(one.page.locator(".stale")).to_contain_text("admin")
    expect(one.page.locator(".stale")).to_contain_text("Nội dung do người khác sửa")
    expect(one.row(task)).to_contain_text("Nội dung do người khác sửa")  # the newer row, beside what was typed
    assert "Phòng Y tế" in [field.input_value() for field in one.page.locator("[name=dv-ten]").all()]
    assert "Phòng Y tế" not in one.store.task(one.document, task.uid).task.names("lead")
    one.page.locator("textarea").fill("Nội dung do người khác sửa")
    one.page.get_by_role("button", name="Lưu").click()
    expect(one.drawer).to_have_count(0)
    now = one.store.task(one.document, task.uid)
    assert now.task.title == "Nội dung do người khác sửa" and now.task.names("lead") == ["Phòng Y tế"]
    # a decision by key on a row that somebody else has changed since
    second = one.tasks[1]
    other.choose(second)
    other.keys.press("Enter")
    other.saved(second, "approved")
    one.choose(second)
    one.keys.press("Delete")
    one.keys.press("Enter")
    expect(one.page.locator("#said")).to_contain_text("admin vừa quyết định")
    one.saved(second, "approved")
    assert one.store.task(one.document, second.uid).review == "approved"


def test_who_else_is_here_is_shown_and_what_they_did_arrives(two: Callable[[OfficeRole], Desk]) -> None:
    one, other = two("reviewer"), two("admin")
    expect(other.page.locator("#dang-xem")).to_have_text("đang xem: reviewer")
    task = one.tasks[2]
    other.choose(task)
    other.keys.press("Enter")
    other.saved(task, "approved")
    one.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # a look at the page, as every few seconds
    expect(one.page.locator("#dang-xem")).to_have_text("đang xem: admin")
    one.saved(task, "approved")
    other.page.goto("about:blank")
    one.page.wait_for_timeout(200)
    one.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(one.page.locator("#dang-xem")).to_be_empty()


def test_who_may_only_look_has_no_buttons_to_decide(two: Callable[[OfficeRole], Desk]) -> None:
    desk = two("clerk")
    task = desk.tasks[0]
    desk.choose(task)
    assert desk.page.locator(".acts button").all_inner_texts() == ["Tiến độ", "Lịch sử"]
    for key in ("Enter", "Delete", "F2"):
        desk.keys.press(key)
    desk.page.locator('.acts [data-do="tien-do"]').click()
    desk.page.locator("[name=trang-thai]").select_option("in-progress")
    desk.page.get_by_role("button", name="Lưu").click()
    expect(desk.row(task)).to_contain_text("đang thực hiện")
    assert [event.kind for event in desk.store.events(desk.document)] == ["status"]


# --- everybody can use it -----------------------------------------------------------------------------------------------------


def test_the_open_editor_has_no_serious_findings_of_axe(desk: Desk) -> None:
    page, task = desk.page, desk.tasks[1]
    desk.choose(task, "lead")
    desk.keys.press("F2")
    expect(page.locator("[name=dv-ten]").first).to_be_focused()
    desk.keys.type("phong")
    expect(page.locator(".suggestions [data-id]").first).to_be_visible()
    for step in ("editor", "reason", "sign-off"):
        if step == "reason":
            desk.keys.press("Escape")
            desk.keys.press("Escape")
            desk.keys.press("Delete")
            expect(page.locator(".reason")).to_be_focused()
        if step == "sign-off":
            page.goto(page.url + "/ky-duyet")
        found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert found == [], (step, [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found])
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_one_decision_as_the_history_and_the_signing_page_tell_it(desk: Desk) -> None:
    page, task = desk.page, desk.tasks[0]
    desk.store.decide(desk.document, "Lan", [Decision(task=task.uid, version=1, kind="edit", fields={"title": "Rà soát <b>đội ngũ</b>"})])
    page.reload()
    desk.choose(task)
    page.locator('.acts [data-do="lich-su"]').click()
    expect(page.locator(".history")).to_contain_text("Rà soát <b>đội ngũ</b>")  # text stays text
    expect(page.locator(".history")).to_contain_text("Lan")
    page.locator("[data-cancel]").click()
    expect(desk.drawer).to_have_count(0)
    page.goto(f"{page.url}/ky-duyet")
    expect(page.locator("main")).to_contain_text("Rà soát <b>đội ngũ</b>")

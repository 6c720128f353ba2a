"""The document page: words and rows find each other, what needs attention is one key away, the pages of a PDF carry frames."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from printed_pdf import Words, make_pdf
from served import SEEDS, OpenPage, Serve, Served
from starlette.testclient import TestClient

from benchmarks.review_page import long_text
from models import Decision, Result, ReviewedTask, Span
from pipeline.check.finding import make_finding
from pipeline.review import Site, build_app
from pipeline.review.rows import DOUBTFUL, summary, task_rows
from pipeline.review.unclaimed import unclaimed
from pipeline.review.view import open_view
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.store import Store

SELECTED = "#nhiem-vu .task.selected"


def enter(store: Store, path: Path, change: Callable[[Result], Result] = lambda result: result) -> int:
    """Read a file into the store; ``change`` may touch what was found. Returns its document."""
    store.receive(path)
    claim = store.claim("test", 60)
    assert claim
    store.finish(claim, change(process(path, rulebook())))
    return claim.document.id


def row_of(page: Page, task: ReviewedTask | str) -> str:
    return f'tbody[data-uid="{task if isinstance(task, str) else task.uid}"]'


def in_sight(page: Page, selector: str, box: str) -> bool:
    """Whether the element can be seen in the scrolling box."""
    found: bool = page.evaluate(
        """([one, box]) => { const [a, b] = [one, box].map((each) => document.querySelector(each).getBoundingClientRect());
        return a.bottom > b.top && a.top < b.bottom && a.height > 0; }""",
        [selector, box],
    )
    return found


@pytest.fixture
def document(served: Served, open_page: OpenPage) -> Page:
    """The page of the second seed: 37 tasks, most with a lead from the heading above."""
    return open_page(f"{served.url}/van-ban/{served.documents[1]}")


# --- words and rows -----------------------------------------------------------------------------------------------------


def test_a_row_marks_its_words_and_scrolls_there(document: Page, served: Served) -> None:
    task = served.site.store.tasks(served.documents[1])[-1]
    document.locator(f"{row_of(document, task)} td[data-field=title]").click()
    words = f"#cuon-chu .own.w{task.task.span.start}-{task.task.span.end}"
    expect(document.locator(words).first).to_have_class(f"own w{task.task.span.start}-{task.task.span.end} lit")
    assert in_sight(document, words, "#cuon-chu")
    result = served.site.store.result(served.documents[1])
    shown = document.evaluate(
        """(words) => { const all = [...document.querySelectorAll(words)].map((one) => one.cloneNode(true));
        all.forEach((one) => one.querySelectorAll('.badge').forEach((badge) => badge.remove()));
        return all.map((one) => one.textContent).join('') }""",
        words,
    )
    assert shown == task.task.span.cut(result.text)


def test_the_words_of_a_value_are_marked_alone(document: Page, served: Served) -> None:
    task = next(t for t in served.site.store.tasks(served.documents[1]) if any(a.origin.how == "stated" for a in t.task.assignments))
    stated = next(a for a in task.task.assignments if a.origin.how == "stated")
    place = f"{stated.origin.span.start}-{stated.origin.span.end}"
    document.locator(f'{row_of(document, task)} .value[data-spans="{place}"]').click()
    lit = document.locator("#cuon-chu .lit").evaluate_all("(all) => all.map((one) => one.className)")
    assert lit and all(f"w{place}" in name for name in lit)
    document.keyboard.press("Escape")  # the whole cell, then the whole row
    document.keyboard.press("Escape")
    assert document.locator("#cuon-chu .own.lit").count() >= 1


def test_a_cell_without_words_shows_those_of_its_row(document: Page, served: Served) -> None:
    task = next(t for t in served.site.store.tasks(served.documents[1])[10:] if not t.task.deadlines)
    document.locator(f"{row_of(document, task)} td[data-field=deadlines]").click()
    words = f"#cuon-chu .own.w{task.task.span.start}-{task.task.span.end}"
    expect(document.locator(f"{words}.lit").first).to_be_attached()
    assert in_sight(document, words, "#cuon-chu")


def test_an_inherited_value_says_where_it_is_from_and_leads_there(document: Page, served: Served) -> None:
    task = next(t for t in served.site.store.tasks(served.documents[1]) if any(a.origin.how == "heading" for a in t.task.assignments))
    inherited = next(a for a in task.task.assignments if a.origin.how == "heading")
    cell = document.locator(f"{row_of(document, task)} td[data-field={inherited.role}]")
    expect(cell.locator(".from").first).to_contain_text("từ: đề mục")
    span = inherited.origin.span
    cell.locator(f'.value[data-spans="{span.start}-{span.end}"]').click()
    assert not task.task.span.start <= span.start < task.task.span.end
    assert in_sight(document, f"#cuon-chu .w{span.start}-{span.end}", "#cuon-chu")


def test_a_mark_finds_its_row_and_steps_through_rows_that_share_it(document: Page, served: Served) -> None:
    shared: dict[Span, list[str]] = {}
    for task in served.site.store.tasks(served.documents[1]):
        for span in {a.origin.span for a in task.task.assignments if a.origin.how == "heading"}:
            shared.setdefault(span, []).append(task.uid)
    span, uids = next((span, uids) for span, uids in shared.items() if len(uids) > 2)
    mark = document.locator(f"#cuon-chu .word.w{span.start}-{span.end}").first
    for uid in uids[:3]:
        mark.click(position={"x": 70, "y": 9})
        expect(document.locator(SELECTED)).to_have_attribute("data-uid", uid)
        assert in_sight(document, row_of(document, uid), "#cuon-bang")
    for _ in uids[3:]:
        mark.click(position={"x": 70, "y": 9})
    mark.click(position={"x": 70, "y": 9})  # round again
    expect(document.locator(SELECTED)).to_have_attribute("data-uid", uids[0])


def test_plain_words_of_a_task_find_its_row(document: Page, served: Served) -> None:
    task = served.site.store.tasks(served.documents[1])[5]
    badge = document.locator(f"#cuon-chu a.badge[href='#t-{task.uid}']")
    badge.click()
    expect(document.locator(SELECTED)).to_have_attribute("data-uid", task.uid)


def test_values_that_people_set_say_so(site: Site, serve_site: Serve, open_page: OpenPage) -> None:
    document = site.store.documents()[0].id
    task = next(t for t in site.store.tasks(document) if t.task.names("lead"))
    was = task.task.names("lead")[0]
    fields = {"assignments": [{"role": "lead", "name": "Phòng Lạ"}], "title": "Tên mới"}
    site.store.decide(document, "Lan", [Decision(task=task.uid, version=task.version, kind="edit", fields=fields)])
    page = open_page(f"{serve_site(site)}/van-ban/{document}")
    cell = page.locator(f"{row_of(page, task)} td[data-field=lead]")
    expect(cell).to_contain_text("Phòng Lạ")
    expect(cell).to_contain_text("do người nhập")
    expect(cell.locator(".change")).to_contain_text("Lan sửa")
    expect(cell.locator(".change")).to_contain_text(was)
    expect(cell.locator(".value")).to_have_attribute("data-spans", "")
    expect(page.locator(f"{row_of(page, task)} td[data-field=title] .change")).to_contain_text("Lan sửa")
    expect(page.locator(row_of(page, task))).to_have_attribute("data-review", "edited")


def test_places_are_counted_in_code_points(site: Site, tmp_path: Path, serve_site: Serve, open_page: OpenPage) -> None:
    path = tmp_path / "la.txt"
    text = "KẾ HOẠCH\n1. 𝒜𝒷 𝒞 Sở Y tế \u200b\ufeff rà soát <b>hồ sơ</b> & báo cáo 𝒟 trước ngày 30/6/2025.\n"
    path.write_text(text, encoding="utf-8")
    document = enter(site.store, path)
    page = open_page(f"{serve_site(site)}/van-ban/{document}")
    kept = site.store.result(document).text
    for words in ("hồ sơ", "𝒟", "30/6/2025"):
        start = kept.index(words)
        found = page.evaluate(
            """async (place) => { const page = await import('/static/document.js'); page.light([place], place);
            const words = [...document.querySelectorAll('#cuon-chu .lit')].map((one) => one.textContent).join('');
            document.getSelection().selectAllChildren(document.querySelector('#cuon-chu .lit'));
            const chosen = page.selectedWords(); return [words, `${chosen.start}-${chosen.end}`]; }""",
            f"{start}-{start + len(words)}",
        )
        assert found == [words, f"{start}-{start + len(words)}"]


# --- attention ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def troubled(site: Site, tmp_path: Path) -> int:
    """A document in which a row has no words, one no lead, one low confidence, one a finding, in this order; the rest is sure."""
    path = tmp_path / "roi.txt"
    path.write_text(SEEDS[1].read_text(encoding="utf-8").replace("Ba Đình", "Tây Hồ"), encoding="utf-8")

    def trouble(result: Result) -> Result:
        tasks = [task.model_copy(update={"confidence": 0.97}) for task in result.tasks]
        tasks = [task for task in tasks if task.names("lead")]
        tasks[8] = tasks[8].model_copy(update={"span": Span(0, 0)})
        tasks[5] = tasks[5].model_copy(update={"assignments": ()})
        tasks[2] = tasks[2].model_copy(update={"confidence": DOUBTFUL - 0.1})
        finding = result.findings[0].model_copy(update={"spans": (tasks[6].span,)})
        return result.model_copy(update={"tasks": tuple(tasks), "findings": (finding,)})

    return enter(site.store, path, trouble)


def test_what_needs_attention_is_one_key_away(site: Site, troubled: int, serve_site: Serve, open_page: OpenPage) -> None:
    tasks = site.store.tasks(troubled)
    page = open_page(f"{serve_site(site)}/van-ban/{troubled}")
    seen = []
    for _ in range(5):
        page.keyboard.press("F8")
        seen.append(page.locator(SELECTED).get_attribute("data-uid"))
    assert seen == [tasks[n].uid for n in (2, 5, 6, 8, 2)]
    page.keyboard.press("Shift+F8")
    expect(page.locator(SELECTED)).to_have_attribute("data-uid", tasks[8].uid)
    expect(page.locator(SELECTED)).to_contain_text("không có chỗ trong văn bản")


def test_the_most_urgent_come_first_in_their_order(site: Site, troubled: int, serve_site: Serve, open_page: OpenPage) -> None:
    tasks = site.store.tasks(troubled)
    page = open_page(f"{serve_site(site)}/van-ban/{troubled}")
    order = "(rows) => rows.map((row) => row.dataset.uid)"
    page.get_by_role("link", name="Cần xem trước").click()
    assert page.locator("#nhiem-vu .task").evaluate_all(order)[:4] == [tasks[n].uid for n in (8, 5, 6, 2)]
    page.reload()  # the address has the order: it holds without script too
    assert page.locator("#nhiem-vu .task").evaluate_all(order)[:4] == [tasks[n].uid for n in (8, 5, 6, 2)]
    page.get_by_role("link", name="Cần xem trước").click()
    assert page.locator("#nhiem-vu .task").evaluate_all(order) == [task.uid for task in tasks]


def test_filters_show_what_they_say(site: Site, troubled: int, serve_site: Serve, open_page: OpenPage) -> None:
    tasks = site.store.tasks(troubled)
    kinds: dict[int, str] = {0: "approve", 1: "approve", 3: "reject", 4: "unclear"}
    site.store.decide(troubled, "Lan", [
        Decision(task=tasks[n].uid, version=1, kind=kind, reason="không phải việc" if kind == "reject" else None)  # type: ignore[arg-type]
        for n, kind in kinds.items()
    ])  # fmt: skip
    page = open_page(f"{serve_site(site)}/van-ban/{troubled}")
    for name, count in (("Cần xem", 5), ("Chưa duyệt", len(tasks) - 3), ("Đã duyệt", 2), ("Bỏ", 1), ("Tất cả", len(tasks))):
        chip = page.locator("#tong-so").get_by_role("link", name=f"{name} {count}", exact=True)
        chip.click()
        expect(chip).to_have_attribute("aria-current", "true")
        shown = page.locator("#nhiem-vu .task").evaluate_all("(rows) => rows.filter((row) => row.checkVisibility()).length")
        assert shown == count == page.evaluate("async () => (await import('/static/document.js')).visible().length"), name
    assert summary(open_view(site.store, troubled))[1] == ("can-xem", "Cần xem", 5)


def test_what_a_person_decided_needs_no_more_attention(site: Site, troubled: int) -> None:
    tasks = site.store.tasks(troubled)
    assert task_rows(open_view(site.store, troubled), [tasks[5].uid])[0].needs == ("lead",)
    site.store.decide(troubled, "Lan", [Decision(task=tasks[5].uid, version=1, kind="approve")])
    assert task_rows(open_view(site.store, troubled), [tasks[5].uid])[0].needs == ()
    site.store.undo(troubled, "Lan", site.store.undoable(troubled, "Lan")[0] or "")
    assert task_rows(open_view(site.store, troubled), [tasks[5].uid])[0].needs == ("lead",)


def test_a_new_version_says_what_is_new_in_it(site: Site, tmp_path: Path, serve_site: Serve, open_page: OpenPage) -> None:
    head = "ỦY BAN NHÂN DÂN TỈNH BÌNH AN\nSố: {}/KH-UBND\nBình An, ngày 05 tháng 3 năm 2025\nKẾ HOẠCH\nPhát triển chợ nông thôn năm 2025\n"
    first = tmp_path / "mot.txt"
    second = tmp_path / "hai.txt"
    body = "I. NHIỆM VỤ\n1. Sở Công Thương rà soát các chợ hạng III, báo cáo trước ngày 30/6/2025.\n2. Sở Xây dựng ban hành thiết kế mẫu.\n"
    first.write_text(head.format(12) + body, encoding="utf-8")
    second.write_text(
        head.format(12) + body.replace("30/6", "31/7") + "3. Công an tỉnh kiểm tra phòng cháy tại các chợ.\n", encoding="utf-8"
    )
    enter(site.store, first)
    new = enter(site.store, second)
    view = open_view(site.store, new)
    assert [one.version for one in view.versions] == [1, 2]
    assert ["new" in row.needs for row in task_rows(view)] == [False, False, True]
    page = open_page(f"{serve_site(site)}/van-ban/{new}")
    page.get_by_text("Liên quan").click()
    page.get_by_role("link", name="so với bản này").click()
    expect(page.locator("h1")).to_contain_text("Bản 2 khác bản 1")
    expect(page.locator(".difference table")).to_contain_text("31/7/2025")
    expect(page.locator(".difference tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Công an tỉnh kiểm tra").click()
    page.wait_for_url(f"**/van-ban/{new}#t-*")
    expect(page.locator(SELECTED)).to_contain_text("Công an tỉnh")


# --- orders without a task ----------------------------------------------------------------------------------------------


def test_orders_that_no_task_claims_are_tinted(site: Site, tmp_path: Path, serve_site: Serve, open_page: OpenPage) -> None:
    path = tmp_path / "sot.txt"
    path.write_text(SEEDS[0].read_text(encoding="utf-8").replace("Quận 10", "Quận 11"), encoding="utf-8")
    document = enter(site.store, path, lambda result: result.model_copy(update={"tasks": result.tasks[:-1]}))
    spans = unclaimed(open_view(site.store, document))
    lost = process(path, rulebook()).tasks[-1]
    assert [span for span in spans if lost.span.start <= span.start < lost.span.end]
    page = open_page(f"{serve_site(site)}/van-ban/{document}")
    page.get_by_role("button", name="Chưa thành việc").click()
    assert page.locator("#cuon-chu .unclaimed.lit").count() >= 1
    site.store.add(document, "Lan", lost.span)
    assert len(unclaimed(open_view(site.store, document))) == len(spans) - 1


# --- pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seed as a PDF of two pages."""
    text = SEEDS[0].read_text(encoding="utf-8").replace("**", "")
    lines = [line for paragraph in text.splitlines() for line in (textwrap.wrap(paragraph, 80) or [""])]
    pages = [lines[:36], lines[36:]]
    path = tmp_path_factory.mktemp("printed") / "in.pdf"
    path.write_bytes(make_pdf([[Words(70, 70 + 18 * n, words) for n, words in enumerate(page) if words] for page in pages]))
    return path


@pytest.fixture
def printed_site(site: Site, printed: Path, tmp_path: Path) -> Iterator[tuple[Site, int]]:
    with Store.open(tmp_path / "printed" / "giaoviec.db") as store:
        yield Site(store, site.settings, login=False, hosts=site.hosts), enter(store, printed)


def test_a_pdf_shows_its_pages_with_frames(printed_site: tuple[Site, int], serve_site: Serve, open_page: OpenPage) -> None:
    site, document = printed_site
    task = next(t for t in site.store.tasks(document) if t.task.names("lead"))
    page = open_page(f"{serve_site(site)}/van-ban/{document}")
    page.get_by_role("link", name="Trang", exact=True).click()
    page.locator(f"{row_of(page, task)} td[data-field=title]").click()
    frame = f"#cuon-trang rect.own.w{task.task.span.start}-{task.task.span.end}"
    expect(page.locator(frame).first).to_have_class(f"own w{task.task.span.start}-{task.task.span.end} lit", timeout=30_000)
    assert in_sight(page, frame, "#cuon-trang")
    shown = page.locator("#cuon-trang image").first.get_attribute("href")
    assert page.evaluate("async (url) => (await (await fetch(url)).blob()).type", shown) == "image/png"
    other = site.store.tasks(document)[-1]  # from the frame back to the row
    page.locator(f"#cuon-trang a.badge[href='#t-{other.uid}']").click()
    expect(page.locator(SELECTED)).to_have_attribute("data-uid", other.uid)


def test_pages_are_kept_and_only_those_that_are_there(printed_site: tuple[Site, int]) -> None:
    site, document = printed_site
    client = TestClient(build_app(site))
    first = client.get(f"/van-ban/{document}/trang/2.png")
    assert first.content.startswith(b"\x89PNG") and client.get(f"/van-ban/{document}/trang/2.png").content == first.content
    piece = client.get(f"/van-ban/{document}/trang/1").text
    assert 'viewBox="0 0 595' in piece and "style=" not in piece
    for path in ("trang/3.png", "trang/0.png", "trang/99999999999.png"):
        assert client.get(f"/van-ban/{document}/{path}").status_code in (404, 422)


def test_a_scan_shows_its_page(site: Site, printed: Path, tmp_path: Path) -> None:
    page = pypdfium2.PdfDocument(printed)[0]
    page.set_cropbox(0, 842 - 500, 595, 842)
    path = tmp_path / "quét.png"
    page.render(scale=200 / 72).to_pil().convert("L").save(path, dpi=(200, 200))
    with Store.open(tmp_path / "scan" / "giaoviec.db") as store:
        document = enter(store, path)
        client = TestClient(build_app(Site(store, site.settings, login=False, hosts=site.hosts)))
        piece = client.get(f"/van-ban/{document}/trang/1").text
        assert 'viewBox="0 0 595' in piece
        assert ("<rect class=" in piece) == bool(store.tasks(document) or store.result(document).findings)


def test_plain_text_has_no_pages(site: Site) -> None:
    client = TestClient(build_app(site))
    document = site.store.documents()[0].id
    assert client.get(f"/van-ban/{document}/trang/1.png").status_code == 404
    assert 'id="cuon-trang"' not in client.get(f"/van-ban/{document}").text


# --- the page as a whole ------------------------------------------------------------------------------------------------


def test_html_in_a_directive_stays_text(site: Site, tmp_path: Path, serve_site: Serve, open_page: OpenPage) -> None:
    evil = '<script>document.title="đã chạy"</script><img src=x onerror="document.title=1">'
    path = tmp_path / "<b>ác.txt"
    path.write_text(
        f'KẾ HOẠCH\n{evil}\n1. Sở Y tế {evil} rà soát "hồ sơ" </div></tbody> trước ngày 30/6/2025.\n2. Phòng <i>Lạ</i> &amp; {evil}\n',
        encoding="utf-8",
    )
    document = enter(site.store, path)
    task = site.store.tasks(document)[0]
    fields = {"title": evil, "assignments": [{"role": "lead", "name": evil}]}
    site.store.decide(document, evil, [Decision(task=task.uid, version=task.version, kind="edit", fields=fields)])
    page = open_page(f"{serve_site(site)}/van-ban/{document}")
    assert page.locator("main script, main img, main i").count() == 0
    assert "đã chạy" not in page.title()
    assert evil in (page.locator("#cuon-chu").text_content() or "")


def test_the_keyboard_suffices(document: Page, served: Served) -> None:
    tasks = served.site.store.tasks(served.documents[1])
    field = "() => document.activeElement.dataset.field ?? document.activeElement.className"
    document.keyboard.press("ArrowDown")
    document.keyboard.press("ArrowDown")
    expect(document.locator(SELECTED)).to_have_attribute("data-uid", tasks[1].uid)
    assert document.evaluate(field) == "title"
    fields = []
    for _ in range(3):
        document.keyboard.press("Tab")
        fields.append(document.evaluate(field))
    assert fields == ["lead", "coordinate", "deadlines"]
    document.keyboard.press("Shift+Tab")
    document.keyboard.press("Shift+Tab")
    document.keyboard.press("ArrowRight")  # the first value of the cell
    assert "value lead" in document.evaluate(field)
    assert document.locator("#cuon-chu .lit").count() >= 1
    document.keyboard.press("ArrowDown")  # the same field, one row on
    expect(document.locator(SELECTED)).to_have_attribute("data-uid", tasks[2].uid)
    assert document.evaluate(field) == "lead"
    for _ in range(2):
        document.keyboard.press("Escape")
    assert document.locator(SELECTED).count() == 0


def test_keys_of_an_input_method_move_nothing(document: Page) -> None:
    document.keyboard.press("ArrowDown")
    before = document.locator(SELECTED).get_attribute("data-uid")
    document.evaluate(
        """() => { for (const more of [{ isComposing: true }, { keyCode: 229 }])
        for (const key of ['ArrowDown', 'F8', 'Escape', 'a', 'Backspace'])
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })); }"""
    )
    for key in ("a", "s", "f", "Backspace", "1"):
        document.keyboard.press(key)
    assert document.locator(SELECTED).get_attribute("data-uid") == before


def test_the_page_fills_the_window_and_only_its_halves_scroll(document: Page) -> None:
    sizes = document.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight, innerWidth, innerHeight]")
    assert sizes[0] <= sizes[2] and sizes[1] <= sizes[3]
    for box in ("#cuon-chu", "#cuon-bang"):
        assert document.evaluate("(box) => { const one = document.querySelector(box); return one.scrollHeight > one.clientHeight }", box)
        assert document.evaluate("(box) => { const one = document.querySelector(box); return one.scrollWidth <= one.clientWidth }", box)


def test_a_document_of_500_tasks_opens(site: Site, tmp_path: Path, serve_site: Serve, open_page: OpenPage) -> None:
    """The time is printed (pytest -s); benchmarks/review_page.py measures it."""
    path = tmp_path / "dai.txt"
    path.write_text(long_text(500), encoding="utf-8")
    document = enter(site.store, path)
    tasks = site.store.tasks(document)
    page = open_page(f"{serve_site(site)}/van-ban/{document}")
    page.reload(wait_until="domcontentloaded")
    page.keyboard.press("ArrowDown")
    expect(page.locator(SELECTED)).to_have_attribute("data-uid", tasks[0].uid)
    print(f"{len(tasks)} tasks: usable after {page.evaluate('performance.now()'):.0f} ms")
    page.locator("#cuon-chu").evaluate("(box) => { box.scrollTop = 0 }")
    page.keyboard.press("ArrowUp")
    page.locator(f"{row_of(page, tasks[-1])} td[data-field=title]").click()
    assert in_sight(page, f"#cuon-chu .w{tasks[-1].task.span.start}-{tasks[-1].task.span.end}", "#cuon-chu")
    assert len(tasks) >= 500


def test_findings_lead_to_their_words(document: Page, served: Served) -> None:
    result = served.site.store.result(served.documents[1])
    number, finding = next((n, f) for n, f in enumerate(result.findings, 1) if f.spans and f.spans[0].start < f.spans[0].end)
    document.get_by_text("Lời nhắc", exact=False).first.click()
    expect(document.locator(f"#f{number}")).to_be_visible()
    document.locator(f"#f{number} button").first.click()
    assert in_sight(document, f"#cuon-chu .w{finding.spans[0].start}-{finding.spans[0].end}", "#cuon-chu")
    document.keyboard.press("Escape")
    expect(document.locator(f"#f{number}")).to_be_hidden()
    document.locator(f"#cuon-chu a.badge[href='#f{number}']").first.click()
    expect(document.locator(f"#f{number}")).to_be_visible()


def test_letters_mended_in_a_scan_are_told_without_the_names_of_rules(site: Site) -> None:
    def mended(result: Result) -> Result:
        span = result.tasks[0].span
        told = [
            make_finding("checks", "mended", [span], read=read, now=now, rule=rule)
            for read, now, rule in (("12/QD-UBND", "12/QĐ-UBND", "number.kind-qd"), ("thưc", "thực", "compound"))
        ]
        return result.model_copy(update={"findings": tuple(told)})

    page = TestClient(build_app(site)).get(f"/van-ban/{enter(site.store, SEEDS[2], mended)}").text
    assert "number.kind-qd" not in page and "compound" not in page and "theo quy tắc" not in page
    said = "máy nhìn ra “12/QD-UBND”, đã sửa thành “12/QĐ-UBND” (ký hiệu quyết định"
    assert page.count(f"</b> Bản quét: {said}") == page.count(f"?1</a> Bản quét: {said}") == 1  # in the list and in the row
    assert "máy nhìn ra “thưc”, đã sửa thành “thực”. Đối chiếu" in page


def test_axe_finds_nothing_serious(document: Page) -> None:
    document.keyboard.press("F8")
    for _ in range(2):
        found = Axe().run(document)
        serious = [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found.response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == []
        document.get_by_text("Lời nhắc", exact=False).first.click()


def test_the_page_is_read_without_script(site: Site) -> None:
    client = TestClient(build_app(site))
    document = site.store.documents()[0].id
    task = site.store.tasks(document)[0]
    page = client.get(f"/van-ban/{document}?loc=can-xem&thu-tu=can-xem").text
    assert f'id="v-{task.uid}"' in page and f'href="#v-{task.uid}"' in page and f'href="#t-{task.uid}"' in page
    assert 'data-filter="can-xem"' in page and "style=" not in page
    assert client.get(f"/van-ban/{document}?loc=gi-do").status_code == 422
    assert client.get("/van-ban/999999").status_code == 404


@pytest.mark.parametrize("form", ["xlsx", "docx", "pdf", "html", "ics", "csv", "csv-may", "json", "jira"])
def test_a_document_is_exported(site: Site, form: str) -> None:
    client = TestClient(build_app(site))
    document = site.store.documents()[0].id
    answer = client.get(f"/van-ban/{document}/xuat/{form}")
    assert answer.status_code == 200 and len(answer.content) > 200
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert site.store.audit.entries(1)[0].action == "export"


def test_what_does_not_exist_is_not_exported(site: Site) -> None:
    client = TestClient(build_app(site))
    assert client.get(f"/van-ban/{site.store.documents()[0].id}/xuat/gi").status_code == 404
    assert client.get("/van-ban/999999/xuat/xlsx").status_code == 404


def test_a_document_that_was_not_read_says_where_it_is(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "moi.txt"
    path.write_text("mới", encoding="utf-8")
    document = site.store.receive(path).document.id
    client = TestClient(build_app(site))
    assert "chờ đọc" in client.get(f"/van-ban/{document}").text
    claim = site.store.claim("test", 60)
    assert claim
    site.store.fail(claim, "empty", "Tệp <trống>.")
    assert "Tệp &lt;trống&gt;." in client.get(f"/van-ban/{document}").text


def test_a_view_says_what_the_store_says_now(site: Site) -> None:
    document = site.store.documents()[0].id
    before = open_view(site.store, document)
    uid = before.tasks[0].uid
    site.store.decide(document, "Lan", [Decision(task=uid, version=1, kind="reject", reason="trùng")])
    after = open_view(site.store, document)
    assert after.reading is before.reading, "the result was read again"
    assert (before.tasks[0].review, after.tasks[0].review) == ("open", "rejected")
    row = task_rows(after, [uid])[0]
    assert (row.review, row.reason, row.decided and row.decided.who) == ("rejected", "trùng", "Lan")
    step = site.store.split(document, "Lan", after.tasks[1].uid, 1, [{"text": "Một"}, {"text": "Hai"}])
    rows = task_rows(open_view(site.store, document))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    made = {task.uid for task in step.tasks if task.gone is None}
    assert {row.uid for row in rows if row.made == "tách ra"} == made and len(made) == 2


TABLE = """ỦY BAN NHÂN DÂN TỈNH SƠN HẢI
Số: 12/KH-UBND
Sơn Hải, ngày 05 tháng 3 năm 2026
KẾ HOẠCH
Chuyển đổi số năm 2026

                                Cơ quan          Cơ quan       Thời hạn
 TT        Nhiệm vụ
                                chủ trì         phối hợp      hoàn thành
 1    Lập đề án kho dữ liệu   Sở Khoa học     Sở Tài chính    15/6/2026
      dùng chung của tỉnh     và Công nghệ
 2    Nâng cấp đường truyền   Văn phòng Ủy    Sở Xây dựng     30/9/2026
      tới các xã              ban nhân dân
                              tỉnh
"""


def test_columns_of_blanks_stand_below_each_other(served: Served, open_page: OpenPage, tmp_path: Path) -> None:
    (path := tmp_path / "bang.txt").write_text(TABLE, encoding="utf-8")
    page = open_page(f"{served.url}/van-ban/{enter(served.site.store, path)}")
    leads = page.locator("#cuon-chu .word.lead")
    expect(leads).to_have_text(["Sở Khoa học", "Văn phòng Ủy"])
    first, second = leads.nth(0).bounding_box(), leads.nth(1).bounding_box()
    assert first and second and abs(first["x"] - second["x"]) < 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # wide lines scroll in their own pane
    expect(page.locator("td[data-field='lead']").first).to_contain_text("Sở Khoa học và Công nghệ")

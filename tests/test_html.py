"""The HTML file of a directive: it needs nothing else, escapes everything, and its links lead both ways."""

import re
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from paper_samples import ALPHABET, SIGNS, signed
from playwright.sync_api import Browser
from test_emit import EMPTY, RESULT, TEXT

from models import Assignment, Finding, Result, Span, TaskState
from pipeline.emit.marks import Mark, mark
from pipeline.emit.page import write_page
from pipeline.emit.workbook_register import Standing

anything = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


def tree(page: bytes) -> html.HtmlElement:
    return html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))


def source(page: bytes) -> str:
    """Return the words of the directive as the page shows them, without badges."""
    (text,) = tree(page).xpath("//div[@class='text']")
    for badge in text.xpath(".//a[@class='badge']"):
        badge.drop_tree()
    return str(text.text_content())


def test_the_page_holds_the_text_whole_and_a_row_a_task() -> None:
    page = write_page(RESULT)
    assert source(page) == TEXT
    rows = tree(page).xpath("//tbody/tr")
    assert [row.get("id") for row in rows] == ["n1", "n2", "n3"]
    cells = [" ".join(cell.text_content().split()) for cell in rows[1].xpath("td")]
    assert cells[2:] == ["Phòng Nội vụCông an thị xã", "", "hằng quýtrước tháng 7/2021 (chậm nhất 30/06/2021)"]
    assert "Thực hiện: Các xã, phường" in cells[1]
    assert tree(page).xpath("string(//h1)") == "Kế hoạch số 18/KH-UBND ngày 08/01/2021"
    assert len(tree(page).xpath("//details")) == 3


def test_what_people_said_of_a_task_stands_in_its_row() -> None:
    one, two, _ = RESULT.tasks
    left = {
        one.id: Standing(3, "approved", TaskState(done_on=date(2021, 3, 2)), "đã gửi <báo cáo>"),
        two.id: Standing(1),
    }
    first, second, third = (row.text_content() for row in tree(write_page(RESULT, left)).xpath("//tbody/tr"))
    assert "Đã duyệt" in first and "Hoàn thành (02/03/2021)" in first and "đã gửi <báo cáo>" in first
    assert "Chờ duyệt" in second and "Trạng thái" not in second
    assert "Rà soát" not in third


def test_links_lead_both_ways() -> None:
    page = tree(write_page(RESULT))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = [link.removeprefix("#") for link in page.xpath("//a/@href")]
    assert targets and set(targets) <= set(ids)
    (row,) = page.xpath("//tr[@id='n1']")
    (unit,) = row.xpath("td[4]//a")
    words = page.get_element_by_id(unit.get("href").removeprefix("#"))
    assert unit.text_content() == "Phòng Tài chính" and words.text_content().endswith("Phòng Tài chính")
    task = page.get_element_by_id("v1")
    assert task.xpath("a[@class='badge']/@href") == ["#n1"]
    heading = page.xpath("//span[@class='word lead'][contains(., 'Phòng Nội vụ thị xã')]")[0]
    assert heading.xpath("a[@class='badge']/@href") == ["#n1", "#n2"], "words outside of a task lead to the rows that took them"
    assert [link.get("href") for link in page.xpath("//li[@id='f1']/a")] == ["#p1-1"]


def test_everything_is_escaped() -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' &amp;"
    lead: Assignment = RESULT.tasks[0].assignments[0]
    task = RESULT.tasks[0].model_copy(update={"text": bad, "assignments": (lead.model_copy(update={"name": bad, "unit_id": bad}),)})
    header = RESULT.header.model_copy(update={"title": bad, "number": bad})
    result = RESULT.model_copy(update={
        "text": TEXT + bad, "tasks": (task,), "header": header, "units": (),
        "findings": (Finding(code="x", severity="note", message=bad, spans=(Span(len(TEXT), len(TEXT + bad)),)),),
    })  # fmt: skip
    page = write_page(result)
    assert len(tree(page).xpath("//script")) == 1 and not tree(page).xpath("//img") and not tree(page).xpath("//@onerror")
    assert source(page) == TEXT + bad
    assert source(write_page(signed())) == TEXT
    assert SIGNS.split("*")[0] in tree(write_page(signed())).text_content() and ALPHABET in tree(write_page(signed())).text_content()


def test_the_page_fetches_nothing() -> None:
    page = write_page(RESULT).decode("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy and policy[1].startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy[1]
    outside = re.sub(r'xmlns="[^"]*"', "", page)
    assert "http://" not in outside and "https://" not in outside and "url(" not in outside and "@import" not in outside
    assert not tree(page.encode()).xpath("//@style") and not tree(page.encode()).xpath("//@onclick")


def test_the_same_result_gives_the_same_bytes() -> None:
    assert write_page(RESULT) == write_page(Result.model_validate_json(RESULT.model_dump_json()))
    assert "Không tìm thấy nhiệm vụ nào" in write_page(EMPTY).decode("utf-8")


@given(st.text(alphabet="ab<&\n é", max_size=30), st.lists(st.tuples(st.integers(-2, 35), st.integers(-2, 35)), max_size=12))
def test_marks_keep_every_letter_and_nest(text: str, drawn: list[tuple[int, int]]) -> None:
    made = str(mark(text, [Mark(Span(start, end), f"k{n}", f"i{n}") for n, (start, end) in enumerate(drawn)]))
    found = etree.fromstring(f"<div>{made}</div>".encode())
    assert "".join(found.itertext()) == text
    for n, (start, end) in enumerate(drawn):
        pieces = found.xpath(f"//span[@class='k{n}']")
        inside = text[max(0, start) : max(0, end)] if start < end else ""
        assert "".join("".join(piece.itertext()) for piece in pieces) == inside
        assert len(found.xpath(f"//span[@id='i{n}']")) == bool(inside)


@settings(max_examples=40)
@given(anything, anything)
def test_whatever_the_words_the_page_is_well_formed(text: str, title: str) -> None:
    header = RESULT.header.model_copy(update={"title": title})
    tasks = tuple(task.model_copy(update={"text": text}) for task in RESULT.tasks)
    page = write_page(RESULT.model_copy(update={"text": (text * 20)[: len(TEXT)], "header": header, "tasks": tasks}))
    assert len(tree(page).xpath("//tbody/tr")) == 3


def test_a_browser_shows_it_without_a_complaint(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(write_page(RESULT))
    page = browser.new_page(viewport={"width": 1400, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    page.goto((tmp_path / "a.html").as_uri())
    assert page.is_visible("input[type=search]")
    page.fill("input[type=search]", "cong khai ket qua")
    assert page.eval_on_selector_all("tbody tr", "rows => rows.filter(r => !r.hidden).length") == 1
    assert page.inner_text("output") == "1/3 nhiệm vụ"
    page.fill("input[type=search]", "")
    page.click("#n1 td:nth-child(4) a")
    assert page.eval_on_selector(":target", "element => element.lastChild.textContent") == "Phòng Tài chính"
    page.click("#v3 > a.badge")
    assert page.eval_on_selector(":target", "element => element.id") == "n3"
    boxes = [page.locator(place).bounding_box() for place in ("#van-ban", "#nhiem-vu")]
    assert boxes[0] and boxes[1] and boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1, "text on the left, table on the right"
    assert said == []
    page.close()


def test_it_works_without_the_script_and_on_a_narrow_screen(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(write_page(RESULT))
    context = browser.new_context(java_script_enabled=False, viewport={"width": 420, "height": 800})
    page = context.new_page()
    page.goto((tmp_path / "a.html").as_uri())
    assert not page.is_visible("input[type=search]")
    assert page.is_visible("#v2") and page.is_visible("#n3")
    boxes = [page.locator(place).bounding_box() for place in ("#van-ban", "#nhiem-vu")]
    assert boxes[0] and boxes[1] and boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"] + 1, "text above, table below"
    context.close()

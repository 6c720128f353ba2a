"""The whole way of one file in a real browser: dropped, read, opened, corrected, signed off, handed over with exactly those corrections."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from served import OpenPage, Serve

from pipeline.intake import Orders
from pipeline.review import Site, Workers
from pipeline.settings import Settings
from pipeline.store import Store

MISSED = "niêm yết công khai thủ tục tại bộ phận một cửa"
DIRECTIVE = f"""ỦY BAN NHÂN DÂN
TỈNH LÂM VIÊN

Số: 45/KH-UBND

Lâm Viên, ngày 05 tháng 3 năm 2026

KẾ HOẠCH
Nâng cao chất lượng phục vụ người dân năm 2026

1. Sở Tài chính chủ trì, phối hợp với Sở Nội vụ rà soát kinh phí, báo cáo trước ngày 30/6/2026.

2. Sở Y tế kiểm tra 40 trạm y tế xã trước ngày 15/9/2026.

3. Sở Xây dựng lập danh mục công trình xuống cấp, hoàn thành trước ngày 31/10/2026.

4. Sở Tư pháp tổng hợp kết quả thực hiện, báo cáo Ủy ban nhân dân tỉnh trước ngày 15/12/2026.

Việc {MISSED} vẫn còn chậm.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn A
"""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A site with nothing in its store, that reads what comes in."""
    address = tmp_path / "empty" / "giaoviec.db"
    with Store.open(address) as store:
        workers = Workers(Orders(str(address)), store, 1)
        workers.start()
        yield Site(store, Settings(), login=False, hosts=frozenset(), workers=workers)
        workers.stop()


def drop(page: Page, path: Path) -> None:
    """Drop a file on the page as the desktop does."""
    tools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        tools.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})


def choose(row: Locator, field: str = "title") -> None:
    row.locator(f'td[data-field="{field}"]').click(position={"x": 4, "y": 4})
    expect(row).to_have_class(re.compile("selected"))


def select_words(page: Page, words: str) -> None:
    """Select words of the source that stand in one piece, as a mouse does."""
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.getElementById("cuon-chu"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const node = walker.currentNode, at = node.data.indexOf(words);
            if (at < 0) continue;
            document.activeElement?.blur();
            getSelection().setBaseAndExtent(node, at, node, at + words.length);
            return;
          }
          throw new Error("no such words");
        }""",
        words,
    )


def exported(page: Page, link: str) -> str:
    """What the link of the menu "Xuất" gives."""
    if not page.get_by_role("link", name=link, exact=True).is_visible():
        page.get_by_text("Xuất", exact=True).click()
    with page.expect_download() as kept:
        page.get_by_role("link", name=link, exact=True).click()
    return kept.value.path().read_text(encoding="utf-8-sig")


def tasks_of(lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def issues_of(table: str) -> list[dict[str, str]]:
    """The rows of a file for Jira: what is filled in, by its column."""
    header, *rows = csv.reader(io.StringIO(table))
    filled = [[(name, value) for name, value in zip(header, row, strict=True) if value] for row in rows]
    assert all(len(dict(row)) == len(row) for row in filled), "a column that is there several times (Labels) is filled once"
    return [dict(row) for row in filled]


def test_a_dropped_file_is_handed_over_with_exactly_what_was_corrected(
    empty: Site, serve_site: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    path = tmp_path / "kế hoạch.txt"
    path.write_text(DIRECTIVE, encoding="utf-8")
    url = serve_site(empty)
    page = open_page(f"{url}/van-ban")
    keys = page.keyboard
    drop(page, path)
    expect(page.locator("#tong-gui")).to_have_text("Gửi xong 1 tệp: 1 đã nhận.")
    listed = page.locator("tr[data-state]", has_text=path.name)
    expect(listed.locator(".count")).to_have_text("0/4 nhiệm vụ", timeout=60_000)
    listed.get_by_role("link").first.click()
    expect(page.locator(".task")).to_have_count(4)
    before = tasks_of(exported(page, "JSON cho chương trình"))
    imported = issues_of(exported(page, "jira"))
    assert [[unit["name"] for unit in task["lead"]] for task in before] == [["Sở Tài chính"], ["Sở Y tế"], ["Sở Xây dựng"], ["Sở Tư pháp"]]
    assert [[one["due"] for one in task["deadlines"]] for task in before] == [
        ["2026-06-30"],
        ["2026-09-15"],
        ["2026-10-31"],
        ["2026-12-15"],
    ]
    assert {task["review"] for task in before} == {"open"}
    first, second, third, fourth = (page.locator(f"#t-{task['id']}") for task in before)

    # a unit, completed from a few letters without marks
    choose(second, "lead")
    keys.press("F2")
    expect(page.locator("[name=dv-ten]").first).to_be_focused()
    keys.type("so noi v")
    expect(page.locator(".suggestions [data-id]").first).to_have_text(re.compile("Sở Nội vụ"))
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.press("Enter")
    expect(second).to_have_attribute("data-review", "edited")
    # a time, in words of the office
    choose(third, "deadlines")
    keys.press("F2")
    expect(page.locator("[name=han-chu]").first).to_be_focused()
    keys.type("quý I/2027")
    expect(page.locator(".meaning").first).to_have_text("hiểu là: từ 01/01/2027 đến 31/03/2027")
    keys.press("Enter")
    expect(third).to_have_attribute("data-review", "edited")
    # that is taken back, and done again
    keys.press("Control+z")
    expect(third).to_have_attribute("data-review", "open")
    expect(third.locator("td[data-field=deadlines]")).to_contain_text("31/10/2026")
    keys.press("Control+y")
    expect(third).to_have_attribute("data-review", "edited")
    # a task that was missed, from words of the text
    select_words(page, MISSED)
    keys.press("Control+Enter")
    expect(page.locator(".drawer")).to_be_visible()
    expect(page.locator("[name=dv-ten]").first).to_be_focused()
    keys.type("Sở Tư pháp")
    keys.press("Enter")
    added = page.locator(".task", has_text=MISSED)
    expect(added.locator("td[data-field=lead]")).to_contain_text("Sở Tư pháp")
    # a wrong key is taken back
    choose(fourth)
    keys.press("Delete")
    keys.press("Enter")
    expect(fourth).to_have_attribute("data-review", "rejected")
    keys.press("Control+z")
    expect(fourth).to_have_attribute("data-review", "open")
    # the others are right
    page.get_by_role("button", name=re.compile("Duyệt 2 hàng đang hiện")).click()
    for row in (first, fourth):
        expect(row).to_have_attribute("data-review", "approved")
    new = added.get_attribute("data-uid")
    address = page.url
    page.locator("#ky-duyet").click()
    page.get_by_role("button", name=re.compile("^Ký duyệt")).click()
    expect(page.locator("main")).to_contain_text("sẵn sàng giao 5 nhiệm vụ")

    # other programs get every value as it was read, but for those that were corrected
    home_affairs = {"id": "so-noi-vu.tinh-lam-vien", "name": "Sở Nội vụ"}
    justice = {"id": "so-tu-phap.tinh-lam-vien", "name": "Sở Tư pháp"}
    quarter = {"text": "quý I/2027", "start": "2027-01-01", "due": "2027-03-31", "repeat": None, "bound": "within"}
    nothing: dict[str, Any] = {key: [] if isinstance(value, list) else None for key, value in before[0].items()}
    expected = [
        before[0] | {"review": "approved", "version": 2},
        before[1] | {"review": "edited", "version": 2, "lead": [home_affairs]},
        before[2] | {"review": "edited", "version": 4, "deadlines": [quarter]},  # corrected, taken back, done again
        before[3] | {"review": "approved", "version": 4},  # rejected, taken back, approved
        nothing
        | {"id": new, "task_id": f"4/p1@{DIRECTIVE.index(MISSED)}", "document": before[0]["document"], "clause": "4/p1"}
        | {"title": MISSED, "text": MISSED, "lead": [justice], "review": "edited", "version": 3},
    ]
    changes = page.request.get(f"{url}/api/v1/feed").json()["changes"]
    assert [change["kind"] for change in changes] == ["created"] * 5
    assert [(change["task"], change["version"]) for change in changes] == [(task["id"], task["version"]) for task in expected]
    # the feed leaves out how sure the reading is: that may change by itself
    assert [change["payload"] for change in changes] == [task | {"confidence": None} for task in expected]
    page.goto(address)
    assert tasks_of(exported(page, "JSON cho chương trình")) == expected
    one, two, three, four = imported
    assert issues_of(exported(page, "jira")) == [
        one,
        two | {"Labels": "so-noi-vu", "Description": two["Description"].replace("Chủ trì: Sở Y tế", "Chủ trì: Sở Nội vụ")},
        three
        | {"Due date": "2027-03-31"}
        | {
            "Description": three["Description"].replace(
                "Thời hạn: trước ngày 31/10/2026", "Thời hạn: quý I/2027 (từ 01/01/2027 đến 31/03/2027)"
            )
        },
        four,
        {
            "Summary": MISSED,
            "Issue Type": "Task",
            "Status": "To Do",
            "Labels": "so-tu-phap",
            "Task id": new,
            "Description": f"Nhiệm vụ: {MISSED}\nChủ trì: Sở Tư pháp\nCăn cứ: Kế hoạch số 45/KH-UBND ngày 05/03/2026\n"
            f"Mục: 4, đoạn 1\nMã: {new}",
        },
    ]

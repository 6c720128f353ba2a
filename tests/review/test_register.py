"""The register of all tasks: filters in the address, orders, pages, saved filters, progress, files, print; with and without a script."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from plans import TODAY, filled_store, open_copy, say_in
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook
from served import OpenPage, Serve
from signed_in import SAME, office
from starlette.testclient import TestClient

from pipeline.review import Site, build_app
from pipeline.review.asked import Asked


@pytest.fixture(scope="module")
def plans_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled_store(tmp_path_factory.mktemp("plans"))


@pytest.fixture
def site(plans_once: Path, tmp_path: Path) -> Iterator[Site]:
    yield from open_copy(plans_once, tmp_path / "store")


@pytest.fixture
def client(site: Site) -> TestClient:
    return TestClient(build_app(site), headers=SAME)


@pytest.fixture
def register(site: Site, serve_site: Serve, open_page: OpenPage) -> Page:
    return open_page(f"{serve_site(site)}/nhiem-vu")


def titles(html: str) -> list[str]:
    """The first words of the tasks of a page."""
    return [re.sub(r"\s+", " ", found)[:20] for found in re.findall(r'<td class="task"><a [^>]*>([^<]*)</a>', html)]


def rows(client: TestClient, query: str) -> list[str]:
    answer = client.get(f"/nhiem-vu?{query}")
    assert answer.status_code == 200
    found = titles(answer.text)
    assert f'<p class="found" role="status">{len(found)} nhiệm vụ' in answer.text
    return found


REVIEW, MONEY, KITCHEN, CHECK, NEWS = (
    "Phòng Giáo dục và Đà",
    "Phòng Tài chính - Kế",
    "Phòng Y tế kiểm tra ",
    "Thanh tra quận kiểm ",
    "Phòng Văn hóa và Thô",
)
HIRE = "Phòng Nội vụ chủ trì"
LIST = REVIEW  # it begins with the same unit


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [HIRE, LIST, REVIEW, MONEY, KITCHEN, CHECK, NEWS]),
        ("tim=kinh+phi+sua+chua", [MONEY]),
        ("tim=kinh+phí", [MONEY]),
        ("don-vi=noi+vu", [HIRE, REVIEW]),
        ("don-vi=noi+vu&vai-tro=chu-tri", [HIRE]),
        ("don-vi=noi+vu&vai-tro=lead", [HIRE]),
        ("vai-tro=phoi-hop&voi=noi+vu&voi-vai-tro=chu-tri", [HIRE]),
        ("nhanh=qua-han", [LIST, MONEY]),
        ("nhanh=hom-nay", [HIRE]),
        ("nhanh=dinh-ky", [KITCHEN]),
        ("nhanh=khong-han", [NEWS]),
        (f"han-tu={TODAY + timedelta(days=1)}&han-den={TODAY + timedelta(days=9)}", [REVIEW]),
        ("trang-thai=qua-han&sap-xep=-han", [MONEY, LIST]),
        ("trang-thai=trong-han&sap-xep=han", [HIRE, REVIEW, CHECK, KITCHEN]),
        ("trang-thai=xong", []),
        ("duyet=cho-duyet&so=31", [HIRE, LIST]),
        ("duyet=da-duyet", []),
        ("loai=KH&sap-xep=han", [MONEY, REVIEW, CHECK, KITCHEN, NEWS]),
        ("van-ban=1&sap-xep=don-vi", [REVIEW, MONEY, NEWS, KITCHEN, CHECK]),
        ("chu-tri=khong", []),
        ("co-quan=khong-co", []),
    ],
)
def test_filters(client: TestClient, query: str, expected: list[str]) -> None:
    assert rows(client, query) == expected


@pytest.mark.parametrize("quick", ["tuan-nay", "thang-nay"])
def test_this_week_and_month_end_with_it(client: TestClient, quick: str) -> None:
    last = TODAY + timedelta(days=6 - TODAY.weekday())
    if quick == "thang-nay":
        last = (TODAY.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    expected = [HIRE, *([REVIEW] if TODAY + timedelta(days=3) <= last else [])]
    assert rows(client, f"nhanh={quick}") == expected


@pytest.mark.parametrize(
    "query",
    [
        "trang=99",
        "trang=abc",
        "han-tu=31/12/2026",
        "van-ban=x",
        "sap-xep=khong-co",
        "nhanh=x&vai-tro=x",
        "tim=%22%27%3B--%00",
        "van-ban=9" * 40,
    ],
)
def test_nothing_in_an_address_is_a_mistake(client: TestClient, query: str) -> None:
    assert client.get(f"/nhiem-vu?{query}").status_code == 200


def test_chips_say_what_is_on_and_take_it_off(client: TestClient) -> None:
    asked = Asked.of({"tim": "kinh phí", "nhanh": "qua-han", "don-vi": "phong-noi-vu.quan-ngo-quyen", "vai-tro": "lead", "x": "y"}, TODAY)
    html = client.get(asked.address()).text
    chips = re.findall(r'<li>([^<]+?) <a href="([^"]+)" aria-label="Bỏ lọc', html)
    assert [text for text, _ in chips] == ["Có chữ “kinh phí”", "Quá hạn", "Đơn vị: Phòng Nội vụ (chủ trì)"]
    assert chips[1][1].replace("&amp;", "&") == asked.address(nhanh="") and "qua-han" not in chips[1][1]
    assert "don-vi" not in chips[2][1] and "vai-tro" not in chips[2][1]


def test_rows_show_the_words_and_the_day_and_how_long_it_still_is(client: TestClient) -> None:
    html = client.get("/nhiem-vu").text
    assert f"<b>{say_in(-5)}</b>" in html and "quá hạn 5 ngày" in html and "trước ngày " + say_in(-5) in html
    assert "còn 3 ngày" in html and "hôm nay" in html
    assert "chưa thực hiện, quá hạn" in html
    document = re.search(r'href="(/van-ban/\d+#t-[0-9a-f]+)"', html)
    assert document


def test_words_of_a_directive_stay_text(client: TestClient) -> None:
    for path in ("/nhiem-vu", "/nhiem-vu/in", "/nhiem-vu?tim=%3Cb%3Ex", "/don-vi/phong-giao-duc-dao-tao.quan-ngo-quyen"):
        html = client.get(path).text
        assert "<b>dự tuyển" not in html and "<b>x" not in html


def test_pages_are_cut_in_the_store(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.review.pages import register as module

    monkeypatch.setattr(module, "SIZE", 3)
    seen = []
    for page in (1, 2, 3):
        html = client.get(f"/nhiem-vu?trang={page}").text
        assert f"trang {page}/3" in html
        seen += titles(html)
    assert seen == rows_of_all(client)


def rows_of_all(client: TestClient) -> list[str]:
    return [HIRE, LIST, REVIEW, MONEY, KITCHEN, CHECK, NEWS]


def test_saved_views_are_kept_shown_and_forgotten(client: TestClient, site: Site) -> None:
    answer = client.post("/nhiem-vu/bo-loc", data={"ten": "Việc của Nội vụ", "bo-loc": "don-vi=noi+vu&sap-xep=han&la=khac"})
    assert answer.status_code == 200 and titles(answer.text) == [HIRE, REVIEW]
    html = client.get("/nhiem-vu").text
    link = re.search(r'<a href="(/nhiem-vu\?[^"]+)">Việc của Nội vụ</a>', html)
    assert link and link[1].replace("&amp;", "&") == "/nhiem-vu?don-vi=noi+vu&sap-xep=han"
    (view,) = site.store.saved_views.list(site.store.audit.entries()[0].who)
    client.post(f"/nhiem-vu/bo-loc/{view.id}/bo", data={"bo-loc": ""})
    assert "Việc của Nội vụ" not in client.get("/nhiem-vu").text
    assert [entry.action for entry in site.store.audit.entries()] == ["remove-view", "save-view"]
    assert client.post("/nhiem-vu/bo-loc", data={"ten": " ", "bo-loc": "nhanh=qua-han"}).status_code == 422
    assert client.post("/nhiem-vu/bo-loc", data={"ten": "Không lọc gì", "bo-loc": ""}).status_code == 422


# --- progress -----------------------------------------------------------------------------------------------------------


def noted(client: TestClient, query: str, what: str, day: str = "", **headers: str) -> tuple[str, str]:
    """Note the progress of the first row of a page; return its address and the answer."""
    html = client.get(f"/nhiem-vu?{query}").text
    found = re.search(r'hx-post="(/nhiem-vu/\d+/[0-9a-f]+/tien-do)".*?name="ban" value="(\d+)"', html, re.DOTALL)
    assert found
    data = {"tien-do": what, "ban": found[2], "ngay": day, "ve": query}
    return found[1], client.post(found[1], data=data, headers=headers).text


def test_progress_is_noted_and_taken_back_without_a_script(client: TestClient, site: Site) -> None:
    address, html = noted(client, "tim=kinh+phi", "xong", (TODAY - timedelta(days=1)).isoformat())
    assert "hoàn thành quá hạn" in html and "Đã ghi." in html and titles(html) == [MONEY]
    _, document, uid, _ = address.rsplit("/", 3)
    assert site.store.task(int(document), uid).work.done_on == TODAY - timedelta(days=1)
    assert rows(client, "trang-thai=xong-qua-han") == [MONEY]
    step = re.search(r'name="buoc" value="([^"]+)"', html)
    assert step
    html = client.post(address.replace("tien-do", "hoan-tac"), data={"buoc": step[1], "ve": "tim=kinh+phi"}).text
    assert "chưa thực hiện, quá hạn" in html and site.store.task(int(document), uid).work.done_on is None


def test_the_row_that_was_noted_comes_back_alone_to_a_script(client: TestClient) -> None:
    piece = {"hx-request": "true", "hx-request-type": "partial"}
    _, html = noted(client, "tim=doi+ngu+giao+vien", "dang", **piece)
    assert html.lstrip().startswith("<tr") and html.count("<tr") == 1 and "đang thực hiện, trong hạn" in html and "Hoàn tác" in html


def test_one_time_of_what_comes_back_is_noted(client: TestClient, site: Site) -> None:
    html = client.get("/nhiem-vu?nhanh=dinh-ky").text
    key = re.search(r'value="(ky:[^"]+)">Xong kỳ', html)
    assert key
    address, html = noted(client, "nhanh=dinh-ky", key[1])
    _, document, uid, _ = address.rsplit("/", 3)
    work = site.store.task(int(document), uid).work
    assert dict(work.done_times) == {key[1][3:]: TODAY} and work.done_on is None
    assert key[1] not in html and "đang thực hiện" in html


def test_what_cannot_be_noted_is_told(client: TestClient) -> None:
    assert "không sau hôm nay" in noted(client, "tim=kinh+phi", "xong", (TODAY + timedelta(days=1)).isoformat())[1]
    assert "không sau hôm nay" in noted(client, "tim=kinh+phi", "xong", "hôm qua")[1]
    assert "Không có mức tiến độ này" in noted(client, "tim=kinh+phi", "bay")[1]
    _, html = noted(client, "tim=kinh+phi", "bay", **{"hx-request": "true", "hx-request-type": "partial"})
    assert html.lstrip().startswith("<tr") and "Không có mức tiến độ này" in html  # the row stays


def test_a_stale_note_changes_nothing_and_shows_the_row_as_it_stands(client: TestClient, site: Site) -> None:
    html = client.get("/nhiem-vu?tim=kinh+phi").text
    version = re.search(r'name="ban" value="(\d+)"', html)
    assert version
    address, _ = noted(client, "tim=kinh+phi", "dang")
    piece = {"hx-request": "true", "hx-request-type": "partial"}
    answer = client.post(address, data={"tien-do": "xong", "ban": version[1]}, headers=piece)
    assert answer.status_code == 409 and 'role="alert"' in answer.text and "đang thực hiện" in answer.text
    assert client.post(address, data={"tien-do": "xong", "ban": version[1]}).status_code == 409
    _, document, uid, _ = address.rsplit("/", 3)
    assert site.store.task(int(document), uid).work.done_on is None


def test_only_notes_of_progress_are_taken_back_here(client: TestClient, site: Site) -> None:
    from models import Decision

    document = site.store.documents()[0].id
    task = site.store.tasks(document)[0]
    step = site.store.decide(document, "lan", [Decision(task=task.uid, version=task.version, kind="approve")])
    assert client.post(f"/nhiem-vu/{document}/{task.uid}/hoan-tac", data={"buoc": step.id}).status_code == 404
    assert site.store.task(document, task.uid).review == "approved"


def test_rights(site: Site) -> None:
    people = office(site)
    document = site.store.documents()[0].id
    task = site.store.tasks(document)[0]
    note = {"tien-do": "dang", "ban": str(task.version)}
    assert people.client("integrator").post(f"/nhiem-vu/{document}/{task.uid}/tien-do", data=note).status_code == 403
    assert "Ghi tiến độ" not in people.client("integrator").get("/nhiem-vu").text
    assert people.client("clerk").post(f"/nhiem-vu/{document}/{task.uid}/tien-do", data=note).status_code == 303
    assert people.client().get("/nhiem-vu/xuat.csv").status_code == 303
    people.client("clerk").post("/nhiem-vu/bo-loc", data={"ten": "Của tôi", "bo-loc": "nhanh=qua-han"})
    assert "Của tôi" not in people.client("leader").get("/nhiem-vu").text


# --- files --------------------------------------------------------------------------------------------------------------


def test_files_hold_exactly_what_is_filtered_in_its_order(client: TestClient, site: Site) -> None:
    query = "don-vi=giao+duc&sap-xep=han"
    answer = client.get(f"/nhiem-vu/xuat.csv?{query}")
    assert answer.content.startswith("\ufeff".encode()) and "attachment" in answer.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["Hạn (ngày)"] for line in lines] == [say_in(days) for days in (-40, 0, 3, 60)]
    assert lines[0]["Tình trạng"] == "chưa thực hiện, quá hạn" and lines[0]["Còn lại"] == "quá hạn 40 ngày"
    assert lines[1]["Chủ trì"] == "Phòng Nội vụ" and lines[1]["Phối hợp"] == "Phòng Giáo dục và Đào tạo"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/nhiem-vu/xuat.xlsx?{query}").content)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "SỔ THEO DÕI NHIỆM VỤ" and "Đơn vị: giao duc" in str(sheet[1][0])
    head = next(n for n, line in enumerate(sheet) if line[0] == "TT")
    body = [line for line in sheet[head + 1 :] if line[0]]
    assert [line[1] for line in body] == [line["Nhiệm vụ"] for line in lines]
    assert body[1][sheet[head].index("Hạn (ngày)")] == TODAY
    exports = [(entry.target, (entry.details or {})["form"]) for entry in site.store.audit.entries(action="export")]
    assert exports == [("register", "xlsx"), ("register", "csv")]


def test_a_workbook_that_would_be_too_large_is_refused_in_words(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.review.pages import register_files as module

    monkeypatch.setattr(module, "MOST_IN_EXCEL", 3)
    answer = client.get("/nhiem-vu/xuat.xlsx")
    assert answer.status_code == 422 and "CSV" in answer.text
    assert client.get("/nhiem-vu/xuat.xlsx?nhanh=qua-han").status_code == 200


def test_the_print_view_names_the_filters_and_has_all_rows(client: TestClient) -> None:
    html = client.get("/nhiem-vu/in?don-vi=noi+vu&nhanh=hom-nay").text
    assert "Lọc theo: Hôm nay; đơn vị: noi vu" in html and "Xếp theo: hạn sớm trước" in html
    assert titles(html) == [HIRE]


# --- in a browser -------------------------------------------------------------------------------------------------------


def test_typing_without_marks_finds_rows_and_the_address_follows(register: Page) -> None:
    expect(register.locator("table.tasks tbody tr")).to_have_count(7)
    register.get_by_label("Tìm", exact=True).press_sequentially("kinh phi sua chua", delay=15)
    expect(register.locator("table.tasks tbody tr")).to_have_count(1)
    expect(register.locator("table.tasks td.task")).to_contain_text("bố trí kinh phí")
    register.wait_for_url(re.compile("tim=kinh"))
    assert register.evaluate("document.activeElement.id") == "tim"
    register.get_by_label("Bỏ lọc: Có chữ “kinh phi sua chua”").click()
    expect(register.locator("table.tasks tbody tr")).to_have_count(7)
    expect(register.get_by_label("Tìm", exact=True)).to_have_value("")


def test_filters_quick_ones_and_orders_work_together(register: Page) -> None:
    register.get_by_label("Đơn vị", exact=True).fill("giao duc")
    register.get_by_label("Vai trò").select_option("chủ trì")
    expect(register.locator("table.tasks tbody tr")).to_have_count(2)
    register.get_by_role("button", name="Thời hạn").click()
    expect(register.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Thời hạn"))
    expect(register.locator("tbody tr").first).to_contain_text("quá hạn 40 ngày")
    register.get_by_role("button", name="Quá hạn").click()
    expect(register.locator("table.tasks tbody tr")).to_have_count(1)
    register.wait_for_url(re.compile("sap-xep=han"))
    register.get_by_label("Tình trạng").select_option("Đang thực hiện")
    expect(register.locator(".empty")).to_be_visible()
    register.wait_for_url(re.compile("trang-thai=dang"))
    assert all(part in register.url for part in ("nhanh=qua-han", "don-vi=giao", "vai-tro=chu-tri", "sap-xep=han", "trang-thai=dang"))
    register.reload()
    expect(register.get_by_label("Vai trò")).to_have_value("chu-tri")
    expect(register.locator(".chips li")).to_have_count(4)


def test_what_was_just_typed_counts_when_an_order_or_a_quick_filter_is_clicked(register: Page) -> None:
    register.get_by_label("Đơn vị", exact=True).fill("noi vu")
    register.get_by_role("button", name="Hôm nay").click()
    expect(register.locator(".chips li")).to_have_count(3)
    expect(register.locator("table.tasks tbody tr")).to_have_count(1)
    register.get_by_role("button", name="Hôm nay").click()
    expect(register.locator("table.tasks tbody tr")).to_have_count(2)
    register.wait_for_url(re.compile(r"\?don-vi=noi\+vu$"))


def test_units_are_offered_while_their_name_is_typed(register: Page) -> None:
    register.get_by_label("Đơn vị", exact=True).press_sequentially("noi v", delay=15)
    expect(register.locator("#ten-don-vi option[value='Phòng Nội vụ']")).to_have_count(1)


def test_progress_is_noted_in_the_row_and_taken_back(register: Page, site: Site) -> None:
    row = register.locator("tbody tr", has_text="bố trí kinh phí")
    row.get_by_text("Ghi tiến độ").click()
    row.get_by_label("Ngày").fill(TODAY.isoformat())
    row.get_by_role("button", name="Hoàn thành").click()
    expect(row).to_contain_text("hoàn thành quá hạn")
    expect(row.get_by_role("button", name="Hoàn tác")).to_be_focused()
    document = next(d.id for d in site.store.documents() if d.number == "25/KH-UBND")
    done = [task.work.done_on for task in site.store.tasks(document)]
    assert done.count(TODAY) == 1
    register.keyboard.press("Enter")
    expect(row).to_contain_text("chưa thực hiện, quá hạn")
    assert not any(task.work.done_on for task in site.store.tasks(document))


def test_a_view_is_saved_with_the_keyboard(register: Page) -> None:
    register.get_by_role("button", name="Quá hạn").press("Enter")
    expect(register.locator(".chips li").first).to_contain_text("Quá hạn")
    name = register.get_by_label("Lưu bộ lọc này với tên")
    name.fill("Việc trễ")
    name.press("Enter")
    link = register.get_by_role("link", name="Việc trễ")
    expect(link).to_have_attribute("aria-current", "true")
    register.get_by_role("button", name="Bỏ bộ lọc đã lưu Việc trễ").press("Enter")
    expect(link).to_have_count(0)


def test_without_a_script_all_of_it_works(site: Site, serve_site: Serve, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(f"{serve_site(site)}/nhiem-vu")
    page.get_by_label("Tìm", exact=True).fill("kinh phi")
    page.get_by_role("button", name="Lọc").click()
    assert page.locator("table.tasks tbody tr").count() == 1
    page.get_by_text("Ghi tiến độ").click()
    page.get_by_role("button", name="Đang thực hiện").click()
    assert "đang thực hiện" in page.locator("tbody tr").inner_text() and "tim=kinh" in page.url
    page.get_by_role("button", name="Hoàn tác").click()
    assert "chưa thực hiện" in page.locator("tbody tr").inner_text()
    page.get_by_label("Bỏ lọc: Có chữ “kinh phi”").click()
    page.get_by_role("button", name="Thời hạn").click()
    assert "quá hạn 40 ngày" in page.locator("tbody tr").first.inner_text()
    context.close()


@pytest.mark.parametrize("path", ["/nhiem-vu", "/nhiem-vu?nhanh=qua-han&duyet=cho-duyet", "/nhiem-vu/in"])
def test_the_page_fits_and_axe_finds_nothing_serious(site: Site, serve_site: Serve, open_page: OpenPage, path: str) -> None:
    site.store.saved_views.add("root", "Việc trễ", "nhanh=qua-han")
    page = open_page(f"{serve_site(site)}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    for note in page.get_by_text("Ghi tiến độ").all()[:1]:
        note.click()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_print_repeats_the_header_and_hides_the_controls(register: Page) -> None:
    register.emulate_media(media="print")
    assert not register.locator("#loc").is_visible() and not register.locator(".quick").is_visible()
    assert register.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"


def test_days_are_read_as_they_are() -> None:
    assert Asked.of({"han-tu": "2026-02-30", "han-den": "2026-2-1"}, date(2026, 1, 1)).values == {}

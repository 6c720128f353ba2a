"""Pictures across documents: each number leads to as many rows, the graph answers to mouse and keys, and all of it is there as tables."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import etree, html
from playwright.sync_api import Page, expect
from selected import select
from served import OpenPage, Serve
from starlette.testclient import TestClient

from models import Decision, TaskState
from pipeline.network import RELATIONS
from pipeline.review import Site, build_app
from pipeline.review.graph_layout import FIRST, elements
from pipeline.review.lanes import LEFT, WIDTH, Due, State, draw
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.store.edges import EdgeFilter, Network, WeightedEdge
from pipeline.store.timeline import TimelineEntry, TimelineFilter

TODAY = date.today()
PAGES = ("/", "/thoi-han", "/phoi-hop", "/van-ban/2/hinh")


def day(days: int) -> str:
    return f"{TODAY + timedelta(days=days):%d/%m/%Y}"


TASKS = (
    f"Phòng Nội vụ chủ trì, phối hợp với Phòng Y tế rà soát biên chế, hoàn thành trước ngày {day(-9)}.",
    f"Phòng Nội vụ chủ trì, phối hợp với Phòng Y tế tập huấn cán bộ, hoàn thành trước ngày {day(-3)}.",
    f"Phòng Tài chính - Kế hoạch bố trí kinh phí, báo cáo Ủy ban nhân dân quận trước ngày {day(0)}.",
    f"Công an quận bảo đảm trật tự, phối hợp với Phòng Nội vụ phân luồng giao thông đến hết ngày {day(16)}.",
    f"Phòng Y tế kiểm tra bếp ăn bán trú <script>alert(1)</script>, xong trước ngày {day(30)}.",
    "Phòng Y tế báo cáo kết quả tiêm chủng trước ngày 25 hằng tháng.",
    "Tổ chức quán triệt kế hoạch này đến cán bộ, công chức.",
)


def directive() -> str:
    head = ("ỦY BAN NHÂN DÂN", "QUẬN NGÔ QUYỀN", "Số: 25/KH-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    issued = TODAY - timedelta(days=40)
    place = f"Ngô Quyền, ngày {issued:%d} tháng {issued:%m} năm {issued.year}"
    tasks = (f"{n}. {task}" for n, task in enumerate(TASKS, 1))
    return "\n".join((*head, place, "", "KẾ HOẠCH", "Công tác năm", "", "I. TỔ CHỨC THỰC HIỆN", *tasks, "", "CHỦ TỊCH", "Trần An", ""))


@pytest.fixture
def busy(site: Site, tmp_path: Path) -> Site:
    """The site with a directive of these weeks, a task of it done."""
    path = tmp_path / "ke-hoach.txt"
    path.write_text(directive(), encoding="utf-8")
    document = site.store.receive(path).document.id
    claim = site.store.claim("test", 60)
    assert claim
    site.store.finish(claim, process(path, rulebook()))
    task = site.store.tasks(document)[1]
    site.store.decide(
        document, "Lan", [Decision(task=task.uid, version=task.version, kind="status", work=TaskState(done_on=TODAY - timedelta(days=4)))]
    )
    return site


@pytest.fixture
def client(busy: Site) -> TestClient:
    return TestClient(build_app(busy))


@pytest.fixture
def show(busy: Site, serve_site: Serve, open_page: OpenPage) -> Callable[[str], Page]:
    """Open an address of the busy site."""
    address = serve_site(busy)
    return lambda path: open_page(address + path)


def read(client: TestClient, path: str) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text[:500])
    return html.fromstring(answer.text)


def count_in_register(client: TestClient, path: str) -> int:
    """How many tasks the register says it shows."""
    (said,) = select(read(client, path), "p.found")
    found = re.match(r"\s*([\d.]+) nhiệm vụ", said.text_content())
    assert found, said.text_content()
    return int(found[1].replace(".", ""))


def number(text: str) -> int:
    return int(text.strip().replace(".", ""))


# --- the dashboard ----------------------------------------------------------------------------------------------------------


def test_every_number_of_tasks_leads_to_as_many_rows(client: TestClient) -> None:
    page = read(client, "/")
    links = [link for link in select(page, "a") if link.get("href", "").startswith("/nhiem-vu?")]
    counted = {link.get("href"): number(select(link, "b")[0].text) for link in links if select(link, "b")}
    counted |= {link.get("href"): number(link.text) for link in select(page, ".bars td a")}
    assert len(counted) > 15 and max(counted.values()) > 20
    assert {path: count_in_register(client, path) for path in counted} == counted
    figures = {select(one, "span")[0].text: number(select(one, "b")[0].text) for one in select(page, "a.figure")}
    assert figures["Quá hạn"] >= 3 and figures["Đến hạn hôm nay"] == 1 and figures["Chờ rà soát"] == 3
    assert figures["Từ nay đến Chủ nhật"] >= 1


def test_the_dashboard_names_what_is_late_and_what_waits(client: TestClient, busy: Site) -> None:
    page = read(client, "/")
    late, waiting = select(page, "table.lines")
    first = select(late, "tbody tr")[0]
    link = select(first, "a")[0].get("href")
    document, uid = re.fullmatch(r"/van-ban/(\d+)#t-(\w+)", link).groups()
    task = busy.store.task(int(document), uid).task
    assert task.deadlines[0].due[:10] == "2020-11-06" and "06/11/2020" in first.text_content()
    assert len(select(late, "tbody tr")) == busy.store.overview.standing(TODAY).overdue
    assert [select(row, "a")[0].get("href") for row in select(waiting, "tbody tr")] == ["/van-ban/1", "/van-ban/2", "/van-ban/3"]
    links = {one.get("href").partition("#")[0] for one in select(page, "main a")}
    assert all(client.get(link).status_code == 200 for link in links if not link.startswith("/nhiem-vu?"))


def test_an_empty_store_has_a_first_page(tmp_path: Path) -> None:
    from pipeline.settings import Settings
    from pipeline.store import Store

    with Store.open(tmp_path / "giaoviec.db") as store:
        client = TestClient(build_app(Site(store, Settings(), login=False, hosts=frozenset({"testserver"}))))
        for path in ("/", "/thoi-han", "/phoi-hop", "/phoi-hop/bang"):
            assert client.get(path).status_code == 200
        assert client.get("/phoi-hop/du-lieu.json").json() == {"elements": {"nodes": [], "edges": []}, "note": ""}


# --- the timeline -----------------------------------------------------------------------------------------------------------


def test_the_timeline_draws_each_deadline_and_lists_it(client: TestClient, busy: Site) -> None:
    page = read(client, "/thoi-han")
    marks = select(page, "a.mark")
    rows = select(page, "table.dues tbody tr")
    assert {select(row, "td:nth-child(2) a")[0].get("href") for row in rows} == {mark.get("href") for mark in marks}
    states = [mark.get("class").split()[1] for mark in marks]
    assert sorted(set(states)) == ["done", "late", "later", "soon"]
    late = [mark for mark in marks if "late" in mark.get("class").split()]
    again = [mark for mark in marks if "again" in mark.get("class")]
    assert len([mark for mark in late if mark not in again]) == states.count("done") == 1
    assert len([mark for mark in again if mark in late]) <= 1 < len(again)  # months that nobody noted count once
    assert all(re.match(r"\d\d/\d\d/\d{4} \(", select(mark, "title")[0].text) for mark in marks)
    first, last = (date.fromisoformat(select(page, f"input[name=han-{end}]")[0].get("value")) for end in ("tu", "den"))
    dated = busy.store.overview.timeline(TimelineFilter(first, last)).dated
    assert {entry.uid for entry in dated} <= {mark.get("href").partition("#t-")[2] for mark in marks}
    assert select(page, "line.today")
    assert not select(page, "svg [style]")


def test_the_timeline_is_narrowed_by_unit_document_and_days(client: TestClient) -> None:
    def tasks(query: str) -> list[str]:
        return [select(row, "td:nth-child(2)")[0].text_content() for row in select(read(client, f"/thoi-han?{query}"), ".dues tbody tr")]

    assert len(tasks("don-vi=cong+an")) == 1
    assert {"Phòng Nội vụ" in task for task in tasks("don-vi=phong+noi+vu&vai-tro=chu-tri")} == {True}
    old = tasks("han-tu=2020-11-01&han-den=2020-11-30")
    assert len(old) == 2
    assert tasks("han-tu=2020-11-01&han-den=2020-11-30&van-ban=1") == old
    assert tasks("han-tu=2020-11-01&han-den=2020-11-30&van-ban=2") == []
    assert tasks("han-tu=nonsense&han-den=2020-13-45&van-ban=x&vai-tro=y&don-vi=") == tasks("")
    whole_year = read(client, "/thoi-han?han-tu=2020-01-01&han-den=2022-12-31")
    assert [text.text for text in select(whole_year, "text.month-name")] == ["2020", "2021", "2022"]


def due(days: int, unit: str, state: State = "later") -> Due:
    entry = TimelineEntry(
        1, f"t{days}", "Rà soát", 1, "", None, None, None, "by", None, "1/KH", "", "open", None, None, {}, {}, ((unit, unit.title()),)
    )
    return Due(TODAY + timedelta(days=days), entry, state)


def test_many_deadlines_of_one_place_become_one_mark_that_counts() -> None:
    dues = [*(due(5, "a", "soon") for _ in range(10)), *(due(5, "b") for _ in range(3)), due(6, "b"), due(7, "b", "late")]
    first, second = draw(dues, TODAY, TODAY + timedelta(days=60), TODAY).lanes
    (many,) = first.marks
    asked = parse_qs(urlsplit(many.link).query)
    assert (many.text, many.count, asked["don-vi"], asked["vai-tro"]) == ("•10", 10, ["a"], ["chu-tri"])
    assert asked["han-tu"] == asked["han-den"] == [(TODAY + timedelta(days=5)).isoformat()]
    assert [mark.link for mark in second.marks if mark.state == "late"] == ["/van-ban/1#t-t7"] and len(second.marks) == 5


@pytest.mark.parametrize("days", [10, 120, 400, 3000])
def test_marks_lie_on_no_other_and_within_the_picture(days: int) -> None:
    dues = [due(n * 7 % days, f"unit {n % 40}", ("late", "soon", "later", "done")[n % 4]) for n in range(900)]
    picture = draw(dues, TODAY, TODAY + timedelta(days=days), TODAY)
    assert len(picture.lanes) == 24 and "17" in picture.lanes[-1].lines[-1][1]
    assert sum(mark.count for lane in picture.lanes for mark in lane.marks) == 900
    for lane in picture.lanes:
        for i, mark in enumerate(lane.marks):
            assert mark.x >= LEFT and mark.x + mark.width <= WIDTH
            assert lane.top <= mark.y and mark.y + mark.height <= lane.top + lane.height
            assert all(mark.y != o.y or mark.x >= o.x + o.width or o.x >= mark.x + mark.width for o in lane.marks[:i])


def test_a_period_with_too_many_deadlines_ends_where_reading_did(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(client, "/thoi-han")
    monkeypatch.setattr("pipeline.store.timeline._MOST", 2)
    page = read(client, "/thoi-han")
    (note,) = select(page, "p.note")
    last = TODAY - timedelta(days=4)  # two were read, the second of three days ago: that day may have more
    assert f"{last:%d/%m/%Y}" in note.text_content()

    def until_then(page: html.HtmlElement) -> list[str]:
        days = [select(row, "td.date")[0].text.strip() for row in select(page, ".dues tbody tr")]
        return [day for day in days if date(*map(int, reversed(day.split("/")))) <= last]

    assert until_then(page) == until_then(whole) and len(until_then(page)) == len(select(page, ".dues tbody tr"))


def test_the_words_of_a_task_stay_words(client: TestClient) -> None:
    for path in ("/thoi-han", "/phoi-hop", "/van-ban/3/hinh"):
        assert "<script>alert" not in client.get(path).text
    assert any("<script>alert(1)</script>" in row.text_content() for row in select(read(client, "/thoi-han"), ".dues tbody tr"))


# --- the graph --------------------------------------------------------------------------------------------------------------


def test_the_graph_has_the_edges_of_the_store(client: TestClient, busy: Site) -> None:
    network = busy.store.overview.network(EdgeFilter())
    drawn = client.get("/phoi-hop/du-lieu.json?so-don-vi=300").json()["elements"]
    assert {(e["data"]["source"], e["data"]["target"], e["data"]["relation"], e["data"]["tasks"]) for e in drawn["edges"]} == {
        (f"u-{edge.source}", f"u-{edge.target}", edge.relation, edge.tasks) for edge in network.edges
    }
    units = [node for node in drawn["nodes"] if node["classes"] == "unit"]
    assert {node["data"]["unit"] for node in units} == set(network.units)
    places = [(node["position"]["x"], node["position"]["y"]) for node in units]
    assert all(abs(x - u) >= 190 or abs(y - v) >= 90 for i, (x, y) in enumerate(places) for u, v in places[:i])
    assert drawn == client.get("/phoi-hop/du-lieu.json?so-don-vi=300").json()["elements"]


def test_each_line_of_the_table_leads_to_its_tasks_and_to_as_many_rows_of_the_register(client: TestClient) -> None:
    page = read(client, "/phoi-hop")
    links = select(page, "table.edges a.behind")
    assert len(links) > 20
    for link in links[:8]:
        behind = read(client, link.get("href"))
        (said,) = select(behind, "#viec > p.soft")
        assert number(said.text.split()[0]) == number(link.text)
        (register,) = [one.get("href") for one in select(behind, "#viec a") if one.get("href").startswith("/nhiem-vu?")]
        assert count_in_register(client, register) == number(link.text)
    piece = client.get(links[0].get("href"), headers={"hx-request": "true"}).text
    assert piece.lstrip().startswith("<h2") and "<html" not in piece


def test_the_table_can_be_sorted_and_paged(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.review.pages.graph._ROWS", 30)

    def column(query: str, n: int) -> list[str]:
        page = read(client, f"/phoi-hop{query}")
        return [select(row, f"td:nth-child({n})")[0].text_content().strip() for row in select(page, ".edges tbody tr")]

    counts = [number(text) for text in column("", 4)]
    assert counts == sorted(counts, reverse=True)
    assert column("?sap-xep=so", 4)[0] == "1"
    names = column("?sap-xep=don-vi", 1)
    assert names[0] != column("?sap-xep=-don-vi", 1)[0] and names[0].startswith("B")
    assert len(counts) == 30 > len(column("?trang=2", 4)) > 0
    assert set(column("?quan-he=bao-cao", 2)) == {"báo cáo"}
    assert all(number(text) >= 2 for text in column("?it-nhat=2", 4))
    assert column("/bang?sap-xep=so", 4)[0] == "1"
    assert client.get("/phoi-hop?sap-xep=khac").status_code == 422


def test_a_unit_that_is_not_there(client: TestClient) -> None:
    assert client.get("/phoi-hop/nhiem-vu?mot-ben=khong-co").status_code == 404
    assert "Không có đơn vị khong-co" in client.get("/phoi-hop/nhiem-vu?mot-ben=khong-co").text


def test_above_three_hundred_units_the_strongest_edges_are_drawn_and_it_is_said(client: TestClient, busy: Site) -> None:
    edges = tuple(WeightedEdge(f"don-vi-{n % 40}", f"xa-{n}", RELATIONS[n % 3], 900 - n) for n in range(900))
    whole = Network({unit: f"Ủy ban nhân dân xã {unit}" for edge in edges for unit in (edge.source, edge.target)}, edges)
    drawn = elements(whole.strongest(300))
    units = [node for node in drawn["nodes"] if node["classes"] == "unit"]
    assert 290 < len(units) <= 300
    wide = max(node["position"]["x"] for node in units) - min(node["position"]["x"] for node in units)
    high = max(node["position"]["y"] for node in units) - min(node["position"]["y"] for node in units)
    assert 1 < wide / high < 5

    class Overview:
        network = staticmethod(lambda wanted: whole)

    object.__setattr__(busy.store, "overview", Overview)
    answer = client.get("/phoi-hop/du-lieu.json?so-don-vi=300").json()
    assert f"vẽ {len(units)} trong 940 đơn vị" in answer["note"] and f"ẩn {940 - len(units)} đơn vị" in answer["note"]
    assert client.get("/phoi-hop/du-lieu.json?so-don-vi=301").status_code == 422
    # at first as many as can be read; the table has all
    first = client.get("/phoi-hop/du-lieu.json").json()
    shown = [node for node in first["elements"]["nodes"] if node["classes"] == "unit"]
    assert FIRST - 2 <= len(shown) <= FIRST and f"ẩn {940 - len(shown)} đơn vị" in first["note"]


# --- one document -----------------------------------------------------------------------------------------------------------


def test_the_pictures_of_a_document_show_its_tasks_as_they_stand(client: TestClient, busy: Site) -> None:
    page = read(client, "/van-ban/3/hinh")
    assert len(select(page, ".drawn svg")) == 3 and not select(page, "svg [style]")
    assert len(select(page, "table.numbers tbody tr")) == len(busy.store.tasks(3))
    before = client.get("/van-ban/3/hinh/phoi-hop.svg")
    assert before.headers["content-type"] == "image/svg+xml" and "Công an" in before.text
    etree.fromstring(before.content)
    task = busy.store.tasks(3)[3]
    busy.store.decide(3, "Lan", [Decision(task=task.uid, version=task.version, kind="reject", reason="trùng")])
    after = client.get("/van-ban/3/hinh/phoi-hop.svg")
    assert "Công an" not in after.text
    numbers = [select(row, "td")[0].text for row in select(read(client, "/van-ban/3/hinh"), "table.numbers tbody tr")]
    assert numbers == ["1", "2", "3", "5", "6", "7"]
    assert client.get("/van-ban/99/hinh").status_code == 404
    assert client.get("/van-ban/3/hinh/khac.svg").status_code == 422


# --- in a browser -----------------------------------------------------------------------------------------------------------


def test_the_graph_is_drawn_and_its_edges_open_their_tasks(show: Callable[[str], Page], busy: Site) -> None:
    page = show("/phoi-hop")
    drawn = page.locator("#so-do[data-edges]")
    drawn.wait_for()
    network = busy.store.overview.network(EdgeFilter())
    some = network.strongest(FIRST)
    assert len(some.units) < len(network.units)
    expect(drawn).to_have_attribute("data-nodes", str(len(some.units)))
    expect(drawn).to_have_attribute("data-edges", str(len(some.edges)))
    expect(page.locator("#ghi-chu")).to_contain_text(f"ẩn {len(network.units) - len(some.units)} đơn vị")
    # more of them: by the button, by the keys of the slider; the address keeps it
    page.get_by_role("button", name="Hiện thêm").click()
    more = network.strongest(2 * FIRST)
    expect(drawn).to_have_attribute("data-nodes", str(len(more.units)))
    page.get_by_label("Số đơn vị trên hình").press("End")
    expect(drawn).to_have_attribute("data-nodes", str(len(network.units)))
    expect(drawn).to_have_attribute("data-edges", str(len(network.edges)))
    expect(page.locator("#ghi-chu")).to_be_hidden()
    expect(page.get_by_role("button", name="Hiện thêm")).to_be_disabled()
    page.reload()
    expect(drawn).to_have_attribute("data-nodes", str(len(network.units)))
    page.get_by_label("Số đơn vị trên hình").press("Home")
    expect(drawn).not_to_have_attribute("data-nodes", str(len(network.units)))
    expect(page.locator("#ghi-chu")).to_be_visible()
    # a click into the middle of the edge with most tasks
    at = page.evaluate("""() => {
        const cy = document.getElementById("hinh").cy, box = document.getElementById("so-do").getBoundingClientRect();
        const edge = cy.edges().max((one) => one.data("tasks")).ele, middle = edge.renderedMidpoint();
        return [middle.x + box.left, middle.y + box.top];
    }""")
    page.mouse.click(*at)
    page.locator("#viec h2").wait_for()
    said = page.locator("#dang-chon").inner_text()
    shown = page.locator("#viec > p.soft").inner_text()
    assert "→" in said and number(said.rsplit(": ")[-1].split()[0]) == number(shown.split()[0]) >= 1
    assert page.locator("table.edges tr.chosen").count() == 1
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải hình (PNG)").click()
    assert download.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_graph_answers_to_keys_alone(show: Callable[[str], Page]) -> None:
    page = show("/phoi-hop")
    page.locator("#so-do[data-edges]").wait_for()
    page.focus("#so-do")

    def place() -> list[float]:
        return page.evaluate("(() => { const cy = document.getElementById('hinh').cy; return [cy.zoom(), cy.pan().x, cy.pan().y]; })()")

    start = place()
    page.keyboard.press("+")
    assert place()[0] > start[0]
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert place()[0] < start[0]
    page.keyboard.press("0")
    assert place() == pytest.approx(start, abs=1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert place()[1:] == pytest.approx([start[1] - 60, start[2] - 60], abs=1)
    page.keyboard.press("PageDown")
    strongest = page.locator("#dang-chon").inner_text()
    page.keyboard.press("PageDown")
    assert page.locator("#dang-chon").inner_text() != strongest
    page.keyboard.press("PageUp")
    assert page.locator("#dang-chon").inner_text() == strongest
    page.keyboard.press("Enter")
    page.locator("#viec h2").wait_for()
    assert page.evaluate("document.activeElement.id") == "so-do"
    page.keyboard.press("Escape")
    assert page.locator("#dang-chon").inner_text() == ""
    # the table: a number of it, reached and opened by keys, takes the reader to its tasks
    page.locator("table.edges a.behind").nth(3).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#viec h2")).to_be_focused()
    page.locator("table.edges thead a").first.focus()
    page.keyboard.press("Enter")
    page.locator("table.edges th[aria-sort=ascending]").wait_for()


def test_without_script_everything_can_be_read(client: TestClient) -> None:
    page = read(client, "/phoi-hop")
    assert select(page, ".drawing")[0].get("hidden") is not None  # no empty frame where nothing draws
    assert select(page, "table.edges tbody tr")
    assert select(page, "form.filter button.main")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_the_screen_and_axe_finds_nothing_serious(show: Callable[[str], Page], path: str) -> None:
    page = show(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    found = Axe().run(page).response["violations"]
    serious = [(one["id"], [node["html"][:150] for node in one["nodes"][:3]]) for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []

"""The pages of units: the list, the page of one with its tasks, partners, calendar and papers."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from plans import EDUCATION, TODAY, filled_store, open_copy, say_in
from playwright.sync_api import Page, expect
from served import OpenPage, Serve
from signed_in import SAME, office
from starlette.testclient import TestClient

from models import Decision, TaskState
from pipeline.review import Site, build_app

AFFAIRS = "phong-noi-vu.quan-ngo-quyen"
HEALTH = "phong-y-te.quan-ngo-quyen"


@pytest.fixture(scope="module")
def plans_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled_store(tmp_path_factory.mktemp("plans"))


@pytest.fixture
def site(plans_once: Path, tmp_path: Path) -> Iterator[Site]:
    yield from open_copy(plans_once, tmp_path / "store")


@pytest.fixture
def client(site: Site) -> TestClient:
    return TestClient(build_app(site), headers=SAME)


def shown(client: TestClient, query: str = "") -> list[list[str]]:
    """The lines of the list: name and numbers."""
    html = client.get(f"/don-vi{query}").text
    body = re.search(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)]
            for line in re.findall(r"<tr>(.*?)</tr>", body[1] if body else "", re.DOTALL)]  # fmt: skip


def words(docx: bytes) -> str:
    """The words of a Word file."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return unescape(re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode()))


def test_the_list_has_the_numbers_of_every_unit(client: TestClient) -> None:
    lines = {line[0]: line[1:] for line in shown(client)}
    assert lines["Phòng Giáo dục và Đào tạo"] == ["2", "2", "1", "1", "0"]
    assert lines["Phòng Nội vụ"] == ["1", "1", "0", "1", "0"]
    assert lines["Phòng Tài chính - Kế hoạch"] == ["1", "0", "1", "0", "0"]


def test_the_list_is_searched_without_marks_and_sorted(client: TestClient) -> None:
    assert [line[0] for line in shown(client, "?tim=giao+duc")] == ["Phòng Giáo dục và Đào tạo"]
    assert shown(client, "?tim=khong+co+dau") == []
    names = [line[0] for line in shown(client, "?sap-xep=ten")]
    assert (
        names[0] == "Phòng Giáo dục và Đào tạo"
        and names[-1] == "Thanh tra quận"
        and names[::-1] == [line[0] for line in shown(client, "?sap-xep=-ten")]
    )
    assert shown(client, "?sap-xep=-phoi-hop")[0][0] == "Phòng Giáo dục và Đào tạo"
    assert client.get("/don-vi?sap-xep=la&trang=9").status_code == 200


def test_the_links_of_the_list_lead_to_as_many_tasks(client: TestClient) -> None:
    html = client.get("/don-vi").text
    links = re.findall(r'<a class="[^"]*" href="(/nhiem-vu[^"]+)">(\d+)</a>', html)
    assert len(links) > 8
    for link, count in links:
        assert f'<p class="found" role="status">{count} nhiệm vụ' in client.get(unescape(link)).text


def test_a_unit_has_its_tasks_from_all_directives_by_role(client: TestClient) -> None:
    html = unescape(client.get(f"/don-vi/{EDUCATION}").text)
    sections = dict(re.findall(r'<section class="role" id="([\w-]+)"(.*?)</section>', html, re.DOTALL))
    assert set(sections) == {"chu-tri", "phoi-hop"}
    assert "rà soát đội ngũ giáo viên" in sections["chu-tri"] and "lập danh sách thí sinh" in sections["chu-tri"]
    assert "25/KH-UBND" in sections["chu-tri"] and "31/QĐ-UBND" in sections["chu-tri"]
    assert "tuyển dụng giáo viên" in sections["phoi-hop"] and "thu, chi đầu năm học" in sections["phoi-hop"]
    assert "/van-ban/1#t-" in sections["chu-tri"]


def test_sections_are_paged_each_for_itself(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.review.pages import units as module

    monkeypatch.setattr(module, "_SECTION", 1)
    html = client.get(f"/don-vi/{EDUCATION}?trang-chu-tri=2").text
    assert "rà soát đội ngũ" in html and "lập danh sách" not in re.sub(
        r'<section aria-labelledby="lich">.*?</section>', "", html, flags=re.DOTALL
    )
    assert "Trang 2/2" in html and "Trang 1/2" in html
    everything = client.get(f"/don-vi/{EDUCATION}?in=1").text
    assert "Trang 1" not in everything


def test_done_tasks_are_shown_when_asked_for(client: TestClient, site: Site) -> None:
    document = next(d.id for d in site.store.documents() if d.number == "25/KH-UBND")
    task = site.store.tasks(document)[0]
    work = TaskState(done_on=TODAY)
    site.store.decide(document, "lan", [Decision(task=task.uid, version=task.version, kind="status", work=work)])
    role = re.compile(r'<section class="role" id="chu-tri".*?</section>', re.DOTALL)
    for query, is_there in (("", False), ("?viec=xong", True), ("?viec=tat-ca", True)):
        found = role.search(client.get(f"/don-vi/{EDUCATION}{query}").text)
        assert found and ("rà soát đội ngũ" in found[0]) is is_there


def test_whom_a_unit_works_with(client: TestClient) -> None:
    html = unescape(client.get(f"/don-vi/{EDUCATION}").text)
    lines = re.findall(
        r'<tr><th scope="row"><a href="/don-vi/([^"]+)">([^<]+)</a></th>\s*<td>([^<]+)</td>\s*<td[^>]*><a href="([^"]+)">(\d+)</a>', html
    )
    assert {(unit, how.strip(), count) for unit, _, how, _, count in lines} == {
        (AFFAIRS, "phối hợp", "1"),
        (AFFAIRS, "chủ trì (đơn vị này phối hợp)", "1"),
        ("thanh-tra.quan-ngo-quyen", "chủ trì (đơn vị này phối hợp)", "1"),
    }
    for *_, link, count in lines:
        assert f'<p class="found" role="status">{count} nhiệm vụ' in client.get(link).text


def test_the_calendar_shows_weeks_and_what_comes_back(client: TestClient) -> None:
    html = unescape(client.get(f"/don-vi/{EDUCATION}").text)
    assert "Đã quá hạn" in html and say_in(-40) in html and say_in(3) in html
    monday = TODAY + timedelta(days=3) - timedelta(days=(TODAY + timedelta(days=3)).weekday())
    assert f"đến {monday + timedelta(days=6):%d/%m/%Y}" in html
    assert "định kỳ" in client.get(f"/don-vi/{HEALTH}").text or "Không có việc nào" in client.get(f"/don-vi/{HEALTH}").text


def test_the_calendar_file_has_the_same_deadlines(client: TestClient, site: Site) -> None:
    answer = client.get(f"/don-vi/{EDUCATION}/lich.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    days = {event.start for event in Calendar.from_ical(answer.text).events}
    assert days == {TODAY + timedelta(days=3), TODAY - timedelta(days=40)}
    (event,) = Calendar.from_ical(client.get(f"/don-vi/{HEALTH}/lich.ics").text).events
    assert "RRULE" in event
    assert [entry.target for entry in site.store.audit.entries(action="export")] == [f"unit:{HEALTH}", f"unit:{EDUCATION}"]


def test_papers_have_the_open_tasks_of_all_documents_or_of_one(client: TestClient) -> None:
    letter = words(client.get(f"/don-vi/{EDUCATION}/giao-viec.docx").content)
    assert "rà soát đội ngũ giáo viên" in letter and "<b>dự tuyển</b>" in letter and "tuyển dụng giáo viên" in letter
    assert "bố trí kinh phí" not in letter
    one = words(client.get(f"/don-vi/{EDUCATION}/giao-viec.docx?van-ban=1").content)
    assert "rà soát đội ngũ giáo viên" in one and "lập danh sách" not in one
    ticks = words(client.get(f"/don-vi/{EDUCATION}/danh-muc.docx?van-ban=").content)
    assert "rà soát đội ngũ giáo viên" in ticks and "lập danh sách" in ticks and "tuyển dụng" not in ticks and "31/QĐ-UBND" in ticks
    for path in ("giao-viec.pdf", "danh-muc.pdf?van-ban=1"):
        assert client.get(f"/don-vi/{EDUCATION}/{path}").content.startswith(b"%PDF")


def test_what_is_not_there_is_told(client: TestClient) -> None:
    assert client.get("/don-vi/khong-co.o-dau").status_code == 404
    assert client.get("/don-vi/khong-co.o-dau/lich.ics").status_code == 404
    assert client.get(f"/don-vi/{EDUCATION}/giao-viec.docx?van-ban=99").status_code == 404
    assert client.get(f"/don-vi/{AFFAIRS}/danh-muc.docx?van-ban=1").status_code == 404
    assert client.get(f"/don-vi/{EDUCATION}/giao-viec.exe").status_code in (404, 422)


def test_all_names_of_a_unit_are_shown(client: TestClient, site: Site) -> None:
    document = next(d.id for d in site.store.documents() if d.number == "25/KH-UBND")
    task = site.store.tasks(document)[0]
    named = [{"role": "lead", "name": "Phòng GDĐT", "unit_id": EDUCATION}]
    site.store.decide(document, "lan", [Decision(task=task.uid, version=task.version, kind="edit", fields={"assignments": named})])
    assert "Phòng Giáo dục và Đào tạo (3); Phòng GDĐT (1)" in client.get(f"/don-vi/{EDUCATION}").text
    assert [line[0] for line in shown(client, "?tim=gddt")] == ["Phòng Giáo dục và Đào tạo"]


def test_who_may_not_hand_over_gets_no_files(site: Site) -> None:
    people = office(site)
    assert people.client().get(f"/don-vi/{EDUCATION}/lich.ics").status_code == 303
    assert people.client("leader").get(f"/don-vi/{EDUCATION}/lich.ics").status_code == 200


# --- in a browser -------------------------------------------------------------------------------------------------------


def test_from_the_list_to_a_unit_to_its_task(site: Site, serve_site: Serve, open_page: OpenPage) -> None:
    page: Page = open_page(f"{serve_site(site)}/don-vi")
    page.get_by_label("Tìm", exact=True).press_sequentially("noi vu", delay=15)
    expect(page.locator(".unit-list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Phòng Nội vụ").click()
    expect(page.locator("h1")).to_have_text("Phòng Nội vụ")
    page.locator("section.role .task a").first.click()
    page.wait_for_url(re.compile(r"/van-ban/\d+#t-"))


@pytest.mark.parametrize("path", ["/don-vi", f"/don-vi/{EDUCATION}", f"/don-vi/{EDUCATION}?in=1"])
def test_the_page_fits_and_axe_finds_nothing_serious(site: Site, serve_site: Serve, open_page: OpenPage, path: str) -> None:
    page = open_page(f"{serve_site(site)}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []

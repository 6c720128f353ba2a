"""The inbox in a real browser: dropped, sent, read, listed; and what is refused, told in words."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from served import SEEDS, OpenPage, Serve
from starlette.testclient import TestClient

from models import Decision, Person
from pipeline.cli import Exit
from pipeline.intake import Event, Orders
from pipeline.review import Site, Workers, build_app
from pipeline.review.pages import inbox
from pipeline.review.people import person_of
from pipeline.review.uploads import name_of
from pipeline.roundtrip import write_store_workbook
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.settings import Settings
from pipeline.store import Store

PROJECT = Path(__file__).parents[2]
SAME = {"origin": "http://testserver"}
START = "import sys; from pipeline.cli import main; sys.exit(main())"
PIECE = {**SAME, "hx-request": "true"}


def directive(number: int) -> bytes:
    return (
        f"ỦY BAN NHÂN DÂN\nTỈNH LÂM VIÊN\n\nSố: {number}/KH-UBND\n\nLâm Viên, ngày 05 tháng 3 năm 2026\n\n"
        f"KẾ HOẠCH\nThực hiện việc số {number}\n\n"
        f"1. Sở Tài chính chủ trì, phối hợp với Sở Nội vụ rà soát hồ sơ số {number}, báo cáo trước ngày 30/6/2026.\n\n"
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n"
    ).encode()


@pytest.fixture
def client(site: Site) -> TestClient:
    return TestClient(build_app(site))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A site with nothing in its store, that reads what comes in."""
    address = tmp_path / "empty" / "giaoviec.db"
    with Store.open(address) as store:
        workers = Workers(Orders(str(address)), store, 2)
        workers.start()
        yield Site(store, Settings(), login=False, hosts=frozenset({"testserver"}), workers=workers)
        workers.stop()


def limited(site: Site, megabytes: int) -> Site:
    settings = site.settings.model_copy(update={"review": site.settings.review.model_copy(update={"upload_megabytes": megabytes})})
    return replace(site, settings=settings)


def drop(page: Page, *paths: Path) -> None:
    """Drop files and folders on the page as the desktop does."""
    tools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        tools.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})


def count(page: Page, state: str) -> int:
    return int(page.locator(f".post-book [data-state={state}] b").inner_text())


def wait_for(page: Page, state: str, wanted: int, seconds: float = 60) -> None:
    expect(page.locator(f".post-book [data-state={state}] b")).to_have_text(str(wanted), timeout=1000 * seconds)


# --- in the browser --------------------------------------------------------------------------------------------------------


def test_files_and_a_folder_dropped_are_read_and_listed(empty: Site, serve_site: Serve, open_page: OpenPage, tmp_path: Path) -> None:
    folder = tmp_path / "Tháng 11"
    (folder / "sâu" / "hơn").mkdir(parents=True)
    (folder / "văn bản một.txt").write_bytes(directive(1))
    (folder / "sâu" / "hơn" / "văn bản hai.txt").write_bytes(directive(2))
    (folder / "sâu" / "~$n bản hai.docx").write_bytes(b"x")
    page = open_page(f"{serve_site(empty)}/van-ban")
    assert "Chưa có văn bản nào" in page.locator("#so-van-ban").inner_text()
    drop(page, SEEDS[0], folder)
    expect(page.locator("#tong-gui")).to_have_text("Gửi xong 4 tệp: 3 đã nhận, 1 bỏ qua.")
    assert "Tháng 11/sâu/hơn/văn bản hai.txt" in page.locator("#dang-gui").inner_text()
    wait_for(page, "cho-ra-soat", 3)
    row = page.locator("tr", has_text=SEEDS[0].name)
    expect(row.locator(".tag")).to_have_text("Chờ rà soát")
    expect(row.locator(".count")).to_have_text(re.compile(r"^0/\d+ nhiệm vụ$"))
    assert page.locator("tr[data-state]").count() == 3
    assert {d.received_from for d in empty.store.documents()} == {empty.store.audit.entries(1)[0].who}
    assert [entry.action for entry in empty.store.audit.entries()] == ["receive"] * 3
    assert not list(empty.store.originals.glob(".part-*"))

    drop(page, SEEDS[0])  # the same bytes again
    expect(page.locator("#tong-gui")).to_have_text("Gửi xong 5 tệp: 3 đã nhận, 1 đã có, 1 bỏ qua.")
    line = page.locator("#dang-gui li[data-verdict=same]")
    assert "Đã nhận chính tệp này" in line.inner_text()
    known = empty.store.search_documents("", limit=9).documents[-1]
    expect(line.get_by_role("link", name="Mở")).to_have_attribute(
        "href", f"/van-ban/{next(d.id for d in (known, *empty.store.documents()) if d.name == SEEDS[0].name)}"
    )
    page.get_by_role("button", name="Đóng").click()
    expect(page.locator("#dang-gui")).to_be_hidden()


def test_sixty_files_at_once(empty: Site, serve_site: Serve, open_page: OpenPage, tmp_path: Path) -> None:
    files = []
    for number in range(60):
        files.append(tmp_path / f"văn bản {number}.txt")
        files[-1].write_bytes(directive(100 + number))
    page = open_page(f"{serve_site(empty)}/van-ban")
    page.evaluate("""() => {
        window.most = 0; let now = 0;
        const send = XMLHttpRequest.prototype.send;
        XMLHttpRequest.prototype.send = function (...given) {
            now += 1; window.most = Math.max(window.most, now);
            this.addEventListener("readystatechange", () => { now -= this.readyState === 4; });
            return send.apply(this, given);
        };
    }""")
    page.locator("#tep").set_input_files(files)
    expect(page.locator("#tong-gui")).to_have_text("Gửi xong 60 tệp: 60 đã nhận.", timeout=30_000)
    assert page.evaluate("window.most") == 3
    wait_for(page, "tat-ca", 60)
    assert len(empty.store.documents()) == 60
    page.get_by_role("link", name="Trang sau").click()
    assert page.locator("tr[data-state]").count() == 30


def test_what_cannot_be_read_says_why_and_what_to_do(empty: Site, serve_site: Serve, open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "rỗng.docx").write_bytes(b"")
    (tmp_path / "cụt.txt").write_bytes(b"%PDF-1.7\n1 0 obj\n")
    (tmp_path / "hỏng.txt").write_bytes(b"%PDF-1.7\nabc\n%%EOF\n")
    (tmp_path / "lớn.txt").write_bytes(b"x" * 1_000_001)
    page = open_page(f"{serve_site(limited(empty, 1))}/van-ban")
    page.locator("#tep").set_input_files([tmp_path / name for name in ("hỏng.txt", "rỗng.docx", "cụt.txt", "lớn.txt")])
    expect(page.locator("#tong-gui")).to_have_text("Gửi xong 4 tệp: 1 đã nhận, 3 không nhận.")
    told = page.locator("#dang-gui li").all_inner_texts()
    assert "Tệp rỗng" in " ".join(told[:3]) and "cắt cụt" in " ".join(told[:3]) and "mức 1 MB" in " ".join(told[:3]), "refused ones first"
    wait_for(page, "loi", 1)
    row = page.locator("tr[data-state=failed]")
    assert "PDF" in row.locator(".why").inner_text() and "Sửa tệp xong" in row.locator(".why").inner_text()
    with page.expect_download() as kept:
        row.get_by_role("link", name="Tải bản gốc").click()
    assert kept.value.suggested_filename == "hỏng.txt"
    row.get_by_role("button", name="Đọc lại").click()
    wait_for(page, "loi", 1)
    assert [entry.action for entry in empty.store.audit.entries()] == ["requeue", "receive"]


def test_the_form_works_without_script(site: Site, serve_site: Serve, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "một.txt").write_bytes(directive(1))
    (tmp_path / "rỗng.txt").write_bytes(b"")
    (tmp_path / "lớn.txt").write_bytes(os.urandom(12_000_000))
    url = f"{serve_site(limited(site, 1))}/van-ban"
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    page.locator("#tep").set_input_files([tmp_path / "một.txt", SEEDS[0], tmp_path / "rỗng.txt"])
    page.get_by_role("button", name="Gửi").click()
    told = page.locator("li.line").all_inner_texts()
    assert [told[0].startswith("một.txt"), "Đã nhận chính tệp này" in told[1], "Tệp rỗng" in told[2]] == [True] * 3
    page.get_by_role("link", name="Về danh sách").click()
    assert count(page, "cho-doc") == 1
    page.locator("#tep").set_input_files([tmp_path / "lớn.txt"])
    page.get_by_role("button", name="Gửi").click()
    assert "mức 1 MB" in page.locator("li.line").inner_text()
    page.goto(url)
    page.get_by_role("button", name="Gửi").click()
    assert "Chưa chọn tệp nào" in page.locator("main").inner_text()
    context.close()


def test_a_server_that_goes_away_is_told_and_the_file_can_be_sent_again(
    site: Site, serve_site: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "một.txt").write_bytes(directive(1))
    page = open_page(f"{serve_site(site)}/van-ban")
    page.route("**/van-ban", lambda route: route.abort())
    page.locator("#tep").set_input_files([tmp_path / "một.txt"])
    expect(page.locator("#dang-gui li")).to_contain_text("Không nối được với máy chủ")
    page.unroute("**/van-ban")
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator("#tong-gui")).to_have_text("Gửi xong 1 tệp: 1 đã nhận.")


def test_the_list_rests_when_nothing_is_in_work_or_the_page_is_hidden(
    site: Site, serve_site: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(serve_site(site))
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "danh-sach" in request.url else None)
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true})"

    def later() -> int:
        page.clock.run_for(7000)
        page.wait_for_timeout(300)
        return len(asked)

    page.goto(page.url + "van-ban")
    assert later() == 0, "nothing is in work"
    (tmp_path / "một.txt").write_bytes(directive(1))
    site.store.receive(tmp_path / "một.txt")
    page.reload()
    page.evaluate(hide % "true")
    assert later() == 0, "nobody looks"
    page.evaluate(hide % "false")
    assert later() > 0


def test_faults_of_workers_are_told_and_stay_open_while_the_list_follows(empty: Site, serve_site: Serve, open_page: OpenPage) -> None:
    assert empty.workers
    empty.workers._hear(Event("worker", "Một tiến trình đọc dừng đột ngột (-9), đã chạy lại."))
    page = open_page(f"{serve_site(empty)}/van-ban")
    page.get_by_text("1 sự cố gần đây khi đọc").click()
    page.locator("#tep").set_input_files([SEEDS[0]])
    wait_for(page, "cho-ra-soat", 1)
    expect(page.get_by_text("dừng đột ngột")).to_be_visible()


def test_the_page_can_be_used_by_all_and_fits(site: Site, serve_site: Serve, open_page: OpenPage) -> None:
    page = open_page(f"{serve_site(site)}/van-ban")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#tep").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "thu-muc"


# --- the list --------------------------------------------------------------------------------------------------------------


def test_filters_words_and_pages(site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = reversed(site.store.documents())
    every = client.get("/van-ban").text
    assert f'id="vb-{first.id}"' in every and every.index(f'id="vb-{second.id}"') < every.index(f'id="vb-{first.id}"'), "newest first"
    assert first.number and f">{first.number}<" in every
    found = client.get("/van-ban", params={"tim": first.number}).text
    assert f'id="vb-{first.id}"' in found and f'id="vb-{second.id}"' not in found
    assert 'id="vb-' not in client.get("/van-ban", params={"trang-thai": "da-ky-duyet"}).text
    assert 'id="vb-' in client.get("/van-ban", params={"trang-thai": "cho-ra-soat"}).text
    assert client.get("/van-ban", params={"trang": 0}).status_code == 422
    assert "Không có trang này" in client.get("/van-ban", params={"trang": 99}).text
    monkeypatch.setattr(inbox, "_ROWS", 1)
    page = client.get("/van-ban", params={"tim": "sở", "trang": 2}).text
    assert page.count('id="vb-') <= 1 and "tim=s%E1%BB%9F" in page


def test_the_list_says_how_far_and_where(site: Site, client: TestClient) -> None:
    document = site.store.documents()[0]
    task, *rest = site.store.tasks(document.id)
    site.store.decide(document.id, "Lan", [Decision(task=task.uid, version=task.version, kind="approve")])
    told = client.get("/van-ban/danh-sach").text
    assert f"1/{len(rest) + 1} nhiệm vụ" in told and "Lan rà soát dở" in told
    open_ones = site.store.tasks(document.id)
    site.store.decide(
        document.id, "Lan", [Decision(task=t.uid, version=t.version, kind="approve") for t in open_ones if t.review == "open"]
    )
    site.store.sign_off(document.id, "Hùng", site.store.document(document.id).revision)
    told = client.get("/van-ban/danh-sach", params={"trang-thai": "da-ky-duyet"}).text
    assert "Hùng đã ký duyệt" in told and f"{len(open_ones)}/{len(open_ones)} nhiệm vụ" in told


def test_versions_and_duplicates_are_linked(site: Site, client: TestClient, tmp_path: Path) -> None:
    words = SEEDS[0].read_text(encoding="utf-8")
    (tmp_path / "lại.txt").write_text(words + "\n\n", encoding="utf-8")
    (tmp_path / "mới.txt").write_text(directive(7).decode(), encoding="utf-8")
    (tmp_path / "sửa.txt").write_text(directive(7).decode().replace("30/6/2026", "31/7/2026"), encoding="utf-8")
    for name in ("lại.txt", "mới.txt", "sửa.txt"):
        site.store.receive(tmp_path / name)
        claim = site.store.claim("test", 60)
        assert claim
        site.store.finish(claim, process(tmp_path / name, rulebook()))
    new, mended = (next(d for d in site.store.documents() if d.name == name) for name in ("mới.txt", "sửa.txt"))
    first = next(d for d in site.store.documents() if d.name == SEEDS[0].name)
    told = client.get("/van-ban").text
    assert f'<a href="/van-ban/{first.id}">Mở bản chính</a>' in told and "Cùng nội dung:" in told
    assert f'<a href="/van-ban/{new.id}">bản 1</a>' in told and f'<a href="/van-ban/{mended.id}">bản 2</a>' in told


# --- what is sent ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../../etc/passwd", "passwd"),
        (r"C:\Users\Lan\công văn.docx", "công văn.docx"),
        ("..", "van-ban"),
        ("CON.txt", "_CON.txt"),
        ("a\0b.txt", "a-b.txt"),
        ("công văn\u202etxt.exe", "công văntxt.exe"),
        ("\u200fđến\u2028đi.pdf", "đến đi.pdf"),
        ('<script>"x"</script>.txt', "script-.txt"),
        ("ă" * 300 + ".docx", "ă" * 97 + ".docx"),
        ("cho\u0302\u0301.txt", "chố.txt"),
    ],
)
def test_names_are_made_safe(sent: str, name: str) -> None:
    assert name_of(sent) == name


@pytest.mark.parametrize("sent", ["../../../tmp/thoát.txt", "..\\..\\thoát.txt", "CON", "x" * 300, "\u202etxt.exe", "a\u2028b", "%00", "/"])
def test_odd_names_stay_within_the_originals(site: Site, client: TestClient, sent: str, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file() and site.store.originals not in path.parents}
    answer = client.post("/van-ban", files={"tep": (sent, directive(1))}, headers=PIECE)
    assert answer.status_code == 200 and 'data-verdict="new"' in answer.text
    document = site.store.documents()[0]
    path = site.store.original(document.id)
    assert path.parent.parent.parent == site.store.originals and path.read_bytes() == directive(1)
    assert {path for path in tmp_path.rglob("*") if path.is_file() and site.store.originals not in path.parents} == before
    header = client.get(f"/van-ban/{document.id}/ban-goc").headers
    assert header["content-disposition"].startswith("attachment; ") and header["x-content-type-options"] == "nosniff"
    assert header["content-security-policy"] == "default-src 'none'; sandbox" and header["content-type"] == "application/octet-stream"


def test_html_in_a_name_stays_text(client: TestClient) -> None:
    answer = client.post("/van-ban", files={"tep": ("&lt;b&gt; <img src=x onerror=alert(1)>.txt", directive(1))}, headers=PIECE)
    assert "<img" not in answer.text and "&amp;lt;b" in answer.text
    assert "<img" not in client.get("/van-ban").text


def test_over_the_limit_the_rest_is_not_read(site: Site) -> None:
    client = TestClient(build_app(limited(site, 1)))
    pulled = 0

    def body() -> Iterator[bytes]:
        nonlocal pulled
        yield b'--b\r\nContent-Disposition: form-data; name="tep"; filename="a.txt"\r\n\r\n' + directive(1)
        yield b'\r\n--b\r\nContent-Disposition: form-data; name="tep"; filename="b.txt"\r\n\r\n'
        for _ in range(100):
            pulled += 1
            yield b"x" * 100_000

    answer = client.post("/van-ban", content=body(), headers={**PIECE, "content-type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 413 and answer.headers["connection"] == "close"
    assert re.findall('data-verdict="([a-z]+)"', answer.text) == ["new", "refused"] and "mức 1 MB" in answer.text
    assert not list(site.store.originals.glob(".part-*")) and len(site.store.documents()) == 3


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"abc", 415),
        ("multipart/form-data", b"abc", 415),
        ("multipart/form-data; boundary=b", b"abc", 400),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="tep"; filename="a.txt"\r\n\r\nabc', 400),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="tep"; filename=""\r\n\r\n\r\n--b--\r\n', 422),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n' + b"x" * 100_000, 413),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"a: b\r\n" * 1000, 400),
    ],
)
def test_what_is_no_form_is_refused_in_words(site: Site, client: TestClient, kind: str, body: bytes, status: int) -> None:
    answer = client.post("/van-ban", content=body, headers={**PIECE, "content-type": kind})
    assert answer.status_code == status and "ửi" in answer.text
    assert len(site.store.documents()) == 2 and not list(site.store.originals.glob(".part-*"))


def test_a_failed_file_sent_again_is_read_again(site: Site, client: TestClient) -> None:
    client.post("/van-ban", files={"tep": ("a.txt", directive(1))}, headers=PIECE)
    claim = site.store.claim("test", 60)
    assert claim
    site.store.fail(claim, "office-missing", "LibreOffice")
    answer = client.post("/van-ban", files={"tep": ("a.txt", directive(1))}, headers=PIECE)
    assert 'data-verdict="again"' in answer.text and site.store.document(claim.document.id).state == "received"


def test_a_workbook_of_ours_is_taken_over_and_is_no_document(site: Site, client: TestClient) -> None:
    sheet = write_store_workbook(site.store, [site.store.documents()[0].id])
    answer = client.post("/van-ban", files={"tep": ("việc.xlsx", sheet)}, headers=PIECE)
    assert answer.status_code == 200 and 'data-verdict="workbook"' in answer.text and "việc.xlsx" in answer.text
    assert len(site.store.documents()) == 2 and site.store.audit.entries(1)[0].action == "import"
    app = build_app(site)
    app.dependency_overrides[person_of] = lambda: Person(name="lan", full_name="Lan", role="clerk")
    refused = TestClient(app).post("/van-ban", files={"tep": ("việc.xlsx", sheet)}, headers=PIECE)
    assert refused.status_code == 403 and "quyền rà soát" in refused.text


def test_only_those_may_who_have_the_right(site: Site) -> None:
    app = build_app(site)
    app.dependency_overrides[person_of] = lambda: Person(name="hung", full_name="Hùng", role="leader")
    client = TestClient(app)
    assert client.post("/van-ban", files={"tep": ("a.txt", directive(1))}, headers=PIECE).status_code == 403
    assert client.post("/van-ban/1/doc-lai", headers=SAME).status_code == 403
    assert client.get("/van-ban/1/ban-goc").status_code == 200 and client.get("/van-ban/99/ban-goc").status_code == 404
    assert len(site.store.documents()) == 2


# --- the workers -----------------------------------------------------------------------------------------------------------


def test_the_server_ends_with_all_its_children(tmp_path: Path) -> None:
    ends = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.DONE}
    servers, children = {}, {}
    try:
        for number in ends:
            (folder := tmp_path / number.name).mkdir()
            (folder / "giaoviec.toml").write_text("[store]\nurl = 'giaoviec.db'\n[jobs]\nworkers = 1\n", encoding="utf-8")
            command = [sys.executable, "-c", START, "serve", "--port", "0", "--settings", "giaoviec.toml"]
            environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
            servers[number] = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE)
        for number, server in servers.items():
            assert server.stderr and b"http://" in server.stderr.readline()
            end = time.monotonic() + 60
            while len(children.get(number, ())) < 3 and time.monotonic() < end:  # the tracker of resources, the fork server, the worker
                time.sleep(0.05)
                children[number] = psutil.Process(server.pid).children(recursive=True)
            assert len(children[number]) >= 3
            server.send_signal(number)
        for number, server in servers.items():
            assert server.wait(30) == ends[number]
            assert psutil.wait_procs(children[number], timeout=10)[1] == []
    finally:
        for process in (*servers.values(), *(child for some in children.values() for child in some)):
            with suppress(psutil.Error, OSError):
                process.kill()
        for server in servers.values():
            server.communicate()


def test_without_workers_the_page_says_who_reads(client: TestClient) -> None:
    assert "không tự đọc" in client.get("/van-ban").text

"""What an outsider, another site, a curious colleague or a hostile directive may try, over every route there is."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from served import OpenPage, Serve
from signed_in import SAME, UNSAFE, Office, Way, office, ways
from starlette.testclient import TestClient

from models import RIGHTS, Decision, OfficeRole, StoreError
from pipeline.review import Site, build_app
from pipeline.review.guard import LONGEST_BODY, POLICY, UPLOADS
from pipeline.review.people import Administrator, Viewer, local_person
from pipeline.review.server import server_config
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.settings import ReviewSettings, Settings

EVIL = "\"'><evil-tag onclick=evil()>&lt;"
WITHOUT_RIGHT = {"/dang-nhap", "/dang-xuat", "/tai-khoan"}
OPEN = {"/api/v1/openapi.json"}
"""says what there is, for everybody, and nothing of the office"""
SHOWS = {
    *("/", "/van-ban", "/nhiem-vu", "/thoi-han", "/phoi-hop", "/phoi-hop/bang", "/quan-tri", "/quan-tri/nhat-ky"),
    *("/don-vi", "/don-vi/{unit:path}", "/nhiem-vu/in"),
    *("/van-ban/{document:int}", "/van-ban/{document:int}/hinh", "/van-ban/{document:int}/ky-duyet"),
    *(f"/van-ban/{{document:int}}/nhiem-vu/{{uid}}/{part}" for part in ("sua", "tach", "lich-su")),
}
"""pages that must show what a directive says, or what its file is called"""
BY_SEEING = {
    "/van-ban/{document:int}/moi",  # the rows that are not as they were seen
    "/van-ban/{document:int}/dang-xem",  # that I have the page open
    "/van-ban/{document:int}/roi-di",  # that I have left it
    "/nhiem-vu/bo-loc",  # views of my own
    "/nhiem-vu/bo-loc/{view}/bo",
    "/api/v1/documents/{document}/presence",
    "/api/v1/views",
    "/api/v1/views/{view}",
}
"""asked for by POST, and no more than everybody who signs in may"""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.fixture
def staff(site: Site) -> Office:
    return office(site)


# --- rights --------------------------------------------------------------------------------------------------------------


def test_every_route_needs_a_right_but_those_for_signing_in(site: Site) -> None:
    found = list(ways(build_app(site)))
    assert {way.path for way in found if not way.rights and way.method in UNSAFE} == WITHOUT_RIGHT
    assert {way.path for way in found if not way.rights} <= WITHOUT_RIGHT | OPEN | {"/api/v1/me"}
    for way in found:
        if way.method in UNSAFE and way.rights == {"see"}:
            assert way.path in BY_SEEING, f"{way} may change something by the right to see"
        if way.path.startswith("/quan-tri"):
            assert way.rights == {"administer"}


def test_reading_changes_nothing_by_its_method(site: Site) -> None:
    assert {way.method for way in ways(build_app(site))} <= UNSAFE | {"GET"}


def test_nobody_sees_anything_before_signing_in(staff: Office) -> None:
    client = staff.client()
    for way in ways(staff.app):
        if way.path in (WITHOUT_RIGHT | OPEN) - {"/tai-khoan"}:
            continue
        answer = client.request(way.method, way.address())
        if way.path.startswith("/api/"):
            assert answer.status_code == 401 and answer.json()["error"]["code"] == "sign-in", way
        else:
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/dang-nhap"), way
            assert not answer.content


@pytest.mark.parametrize("role", RIGHTS)
def test_no_role_does_what_it_may_not(staff: Office, role: OfficeRole) -> None:
    client = staff.client(role)
    for way in ways(staff.app):
        refused = not way.rights <= RIGHTS[role]
        if way.path in WITHOUT_RIGHT or (not refused and way.method == "GET"):
            continue
        client.cookies.clear()
        client.cookies.set("giaoviec", staff.token(role))  # what was done before may have ended the session
        answer = client.request(way.method, way.address(account=staff.accounts["integrator"].id))
        assert (answer.status_code == 403) == refused, f"{role} {way}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code not in (401, 500), f"{role} {way}: {answer.status_code} {answer.text[:300]}"


def test_views_are_their_owners_alone(staff: Office) -> None:
    views = staff.site.store.saved_views
    mine, stranger = staff.client("clerk"), staff.client("admin")
    assert mine.post("/nhiem-vu/bo-loc", data={"ten": "Việc gấp của tôi", "bo-loc": "nhanh=qua-han"}).status_code == 303
    (view,) = views.list("clerk")
    assert "Việc gấp của tôi" in mine.get("/nhiem-vu").text and "Việc gấp của tôi" not in stranger.get("/nhiem-vu").text
    stranger.post(f"/nhiem-vu/bo-loc/{view.id}/bo")
    assert views.list("clerk") == [view]
    mine.post(f"/nhiem-vu/bo-loc/{view.id}/bo")
    assert list(views.list("clerk")) == []


def test_a_refusal_says_which_right_is_missing(staff: Office) -> None:
    answer = staff.client("clerk").get("/quan-tri")
    assert answer.status_code == 403 and "quản trị" in answer.text and "Về trang đầu" in answer.text


@pytest.mark.parametrize(
    "odd", ["0", "-1", "x", "99999999999999999999999", "1%00", "..%2f..%2fetc%2fpasswd", "%ff", "1' OR '1'='1", "None"]
)
def test_odd_addresses_are_not_found_and_break_nothing(staff: Office, odd: str) -> None:
    client = staff.client("admin")
    for way in ways(staff.app):
        if "{" not in way.path or way.path.startswith("/quan-tri/tai-khoan/"):
            continue
        address = re.sub(r"\{\w+(:\w+)?\}", lambda match: odd, way.path)
        answer = client.request(way.method, address)
        assert answer.status_code < 500, f"{way.method} {address}: {answer.status_code} {answer.text[:300]}"


# --- other sites ---------------------------------------------------------------------------------------------------------


def test_another_site_cannot_use_the_session_of_its_reader(staff: Office) -> None:
    client = staff.client("admin")
    before = staff.site.store.audit.entries(1)[0].id
    for way in ways(staff.app):
        if way.method not in UNSAFE:
            continue
        for headers in (
            {"origin": "http://attacker.example"},
            {"origin": "null"},
            {"origin": ""},
            {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        ):
            assert client.request(way.method, way.address(), headers=headers).status_code == 403, (way, headers)
    assert staff.site.store.audit.entries(1)[0].id == before and len(staff.site.store.accounts.all()) == len(RIGHTS)
    assert client.get("/").status_code == 200


def test_no_answer_may_be_read_or_framed_by_another_site(staff: Office) -> None:
    client = staff.client("admin")
    for address in ("/", "/van-ban", "/api/v1/openapi.json", "/static/app.css", "/khong-co", "/dang-nhap"):
        for method in ("GET", "OPTIONS"):
            answer = client.request(method, address, headers={"origin": "http://attacker.example"})
            assert not [name for name in answer.headers if name.startswith("access-control-")]
            assert answer.headers.items() >= HEADERS.items(), address


def test_a_name_of_somebody_elses_for_this_machine_is_refused(site: Site) -> None:
    app = build_app(replace(site, hosts=frozenset({"127.0.0.1:8765"})))
    here = TestClient(app, base_url="http://192.168.1.20:8765")
    assert here.get("/dang-nhap", follow_redirects=False).status_code == 303  # the very address at which it arrived
    for host in (
        "attacker.example:8765",
        "192.168.1.21:8765",
        "192.168.1.20",
        "192.168.1.20:80",
        "192.168.1.20:8765@x",
        "",
        "[::1",
        "١٩٢.168.1.20:8765",
    ):
        assert here.get("/", headers={b"host": host.encode()}).status_code == 400, host
    assert TestClient(app, base_url="http://[fd00::7]:8765").get("/").status_code == 200
    assert TestClient(app, base_url="http://[fd00::7]:8765").get("/", headers={"host": "[fd00:0:0::8]:8765"}).status_code == 400


def test_over_https_a_page_that_came_without_it_may_ask_for_nothing(staff: Office) -> None:
    client = TestClient(staff.app, base_url="https://testserver", follow_redirects=False)
    data = {"name": "clerk", "password": "x"}
    assert client.post("/dang-nhap", data=data, headers={"origin": "http://testserver"}).status_code == 403
    assert client.post("/dang-nhap", data=data, headers={"origin": "https://testserver"}).status_code == 401


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"])
def test_without_login_nobody_comes_in_through_another_server(site: Site, staff: Office, header: str) -> None:
    answer = TestClient(build_app(site)).get("/", headers={header: "10.0.0.5"})
    assert answer.status_code == 400 and "proxies" in answer.json()["error"]["message"]
    assert staff.client("clerk").get("/", headers={header: "10.0.0.5"}).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "secure", "address"), [((), False, "127.0.0.1"), (("127.0.0.1",), True, "10.0.0.9"), (("10.1.0.0/16",), False, "127.0.0.1")]
)
def test_what_a_proxy_says_is_believed_of_those_that_are_named(staff: Office, proxies: tuple[str, ...], secure: bool, address: str) -> None:
    settings = Settings(review=ReviewSettings(proxies=proxies))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(server_config(replace(staff.site, settings=settings, hosts=frozenset({host}))))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                thread.join(0.01)
            headers = {"x-forwarded-proto": "https", "x-forwarded-for": "10.0.0.9", "origin": f"https://{host}"}
            answer = httpx.post(
                f"http://{host}/dang-nhap", data={"name": "clerk", "password": "ba con gà trống đỏ"}, headers=headers, trust_env=False
            )
        finally:
            server.should_exit = True
            thread.join(10)
    assert answer.status_code == 303 and ("Secure" in answer.headers["set-cookie"]) == secure
    assert "server" not in answer.headers
    assert staff.site.store.audit.entries(1)[0].address == address


# --- programs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_api(staff: Office) -> Office:
    """Two routes, below /api/ and beside it, that say who asks."""

    @staff.app.get("/api/who")
    def who(person: Viewer) -> dict[str, str]:
        return {"name": person.name, "role": person.role}

    @staff.app.post("/api/rule")
    def rule(person: Administrator) -> dict[str, str]:
        return {"name": person.name}

    staff.app.get("/beside")(who)
    return staff


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_token_is_for_the_api_alone_and_has_its_role(with_api: Office) -> None:
    made, secret = with_api.site.store.accounts.tokens.create("admin", "integrator", by="admin")
    client = with_api.client()
    assert client.get("/api/who", headers=bearer(secret)).json() == {"name": "api:admin", "role": "integrator"}  # never a person's name
    assert client.get("/beside", headers=bearer(secret)).status_code == 303
    assert client.post("/api/rule", headers=bearer(secret)).status_code == 403
    with_api.site.store.accounts.tokens.revoke(made.id, by="admin")
    assert client.get("/api/who", headers=bearer(secret)).status_code == 401


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Bearer x", "Basic YWRtaW46eA==", "bearer null", "Bearer gv_", "Bearer ' OR 1=1"])
def test_a_wrong_token_is_nobody_even_with_a_session(with_api: Office, given: str) -> None:
    for client in (with_api.client(), with_api.client("admin")):
        assert client.get("/api/who", headers={"authorization": given}).status_code == 401


def test_a_wrong_token_is_nobody_even_without_login(with_api: Office, site: Site) -> None:
    with_api.app.state.site = site
    client = TestClient(with_api.app)
    assert client.get("/api/who").json()["role"] == "admin"
    assert client.get("/api/who", headers=bearer("x")).status_code == 401


def test_a_token_needs_no_origin_but_comes_without_a_session(with_api: Office) -> None:
    secret = with_api.site.store.accounts.tokens.create("x", "admin", by="admin")[1]
    plain = TestClient(with_api.app)
    assert plain.post("/api/rule", headers=bearer(secret)).json() == {"name": "api:x"}
    plain.cookies.set("giaoviec", with_api.token("admin"))
    assert plain.post("/api/rule", headers=bearer("x")).status_code == 403
    assert plain.post("/quan-tri/ma-api", headers=bearer(secret), data={"name": "y", "role": "admin"}).status_code == 403


# --- what is sent --------------------------------------------------------------------------------------------------------


def body_taken(app: FastAPI, path: str, cookie: str = "", **headers: str) -> tuple[int, int]:
    """Send a body without end; return the answer's status and how many bytes were taken until then."""
    taken, status = 0, 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 65536
        assert taken < 64 * LONGEST_BODY, f"{path} reads without end"
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"a" * 65536, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    given = {"host": "testserver", **SAME, "content-type": "application/x-www-form-urlencoded", "cookie": cookie, **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("10.0.0.1", 1),
        "server": ("testserver", 80),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
    }
    with ThreadPoolExecutor(1) as thread:  # a browser that stays open between tests has a loop in this one
        thread.submit(asyncio.run, app(scope, receive, send)).result()  # type: ignore[arg-type]
    return status, taken


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "application/json", "text/plain"])
def test_what_is_sent_without_end_is_broken_off(staff: Office, kind: str) -> None:
    for way in ways(staff.app):
        if way.method == "POST" and way.path not in UPLOADS:
            status, taken = body_taken(staff.app, way.address(), content_type=kind)
            assert status in (303, 400, 401, 413) and taken <= LONGEST_BODY + 2 * 65536, (way, status, taken)
    status, taken = body_taken(staff.app, "/dang-nhap", content_length=str(LONGEST_BODY + 1))
    assert status == 413 and taken <= 65536


@pytest.mark.parametrize("role", [None, "leader"])
def test_who_may_hand_in_nothing_is_asked_before_a_file_is_read(staff: Office, role: OfficeRole | None) -> None:
    cookie = f"giaoviec={staff.token(role)}" if role else ""
    there = {way.path for way in ways(staff.app) if way.method == "POST"}
    for path in sorted(UPLOADS & there):
        for kind in ("multipart/form-data; boundary=a", "application/octet-stream"):
            status, taken = body_taken(staff.app, path, cookie, content_type=kind)
            assert status in (303, 401, 403) and taken <= LONGEST_BODY, (path, kind, status, taken)


# --- faults --------------------------------------------------------------------------------------------------------------


def test_a_fault_of_ours_shows_nothing_of_the_machine(staff: Office) -> None:
    @staff.app.get("/fault")
    def fault(person: Viewer) -> None:
        raise RuntimeError("/srv/secret/giaoviec.db")

    @staff.app.get("/api/fault")
    def api_fault(person: Viewer) -> None:
        raise RuntimeError("/srv/secret/giaoviec.db")

    @staff.app.get("/store")
    def store(person: Viewer) -> None:
        raise StoreError("unwritable", "/srv/secret/giaoviec.db")

    for path, status in (("/fault", 500), ("/api/fault", 500), ("/store", 500)):
        answer = staff.client("clerk").get(path)
        assert answer.status_code == status and answer.headers.items() >= HEADERS.items()
        assert "secret" not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text
    assert staff.client("clerk").get("/api/fault").json()["error"]["code"] == "unexpected"
    assert "/srv/secret" in staff.client("admin").get("/store").text  # who is to mend it learns where


def test_the_opener_is_kept_away_where_browsers_heed_it(site: Site) -> None:
    """To http from another machine they would complain of the header on every page."""
    app = build_app(replace(site, hosts=frozenset({"localhost:8765", "maychu:8765", "maychu"})))
    for address, is_sent in (("http://localhost:8765", True), ("http://maychu:8765", False), ("https://maychu", True)):
        answer = TestClient(app, base_url=address).get("/dang-nhap")
        assert ("cross-origin-opener-policy" in answer.headers) == is_sent, address


def test_what_does_not_fit_a_request_is_told_in_the_words_of_people(staff: Office) -> None:
    client = staff.client("reviewer")
    for path in ("/van-ban/0", "/van-ban/1/trang/0.png", "/van-ban?trang=0"):
        answer = client.get(path)
        assert answer.status_code == 422 and "Input should" not in answer.text, path
    told = client.post("/van-ban/1/duyet", data={}, headers={"hx-request": "true"})
    assert told.status_code == 422 and "«hang»" in told.text and "required" not in told.text


def test_files_beside_the_static_ones_cannot_be_had(staff: Office) -> None:
    client = staff.client()
    for path in (
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/static/..\\app.py",
        "/static/vendor",
    ):
        assert client.get(path).status_code in (303, 404), path
    assert client.get("/docs").status_code == client.get("/openapi.json").status_code == client.get("/redoc").status_code == 404


# --- a hostile directive -------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags of a page, and what it holds that a browser would run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.runs: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        names = dict(attrs)
        if tag == "script" and "src" not in names:
            self.runs.append(tag)
        self.runs += [
            f"{tag} {name}" for name, value in attrs if name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
        ]


@pytest.fixture
def hostile(site: Site, tmp_path: Path) -> Site:
    """The site with a directive in it that is HTML wherever it can be, and people who are."""
    path = tmp_path / "ke-hoach.txt"
    path.write_text(
        "ỦY BAN NHÂN DÂN\nQUẬN NGÔ QUYỀN\nSố: 25/KH-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        f"Ngô Quyền, ngày 10 tháng 01 năm 2024\n\nKẾ HOẠCH\nTriển khai {EVIL} năm học 2024\n\nI. TỔ CHỨC THỰC HIỆN\n"
        f"1. Phòng Nội vụ {EVIL} chủ trì, phối hợp với Phòng {EVIL} rà soát {EVIL}, báo cáo trước ngày 15/3/2024.\n"
        "2. Phòng Y tế kiểm tra bếp ăn </script></title></textarea><!-- <![CDATA[ của các trường mỗi quý một lần, đạt 95%.\n"
        "\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn An\n",
        encoding="utf-8",
    )
    store = site.store
    document = store.receive(path, name=f"{EVIL}.txt", received_from=EVIL).document.id
    claim = store.claim("w", 60)
    assert claim and claim.document.id == document
    store.finish(claim, process(path, rulebook()))
    first, second, *_ = store.tasks(document)
    fields = {
        "title": f"{EVIL} title",
        "assignments": [{"role": "lead", "name": f"Phòng {EVIL}"}, {"role": "coordinate", "name": f"Sở {EVIL}"}],
        "deadlines": [{"text": f"{EVIL} 2024", "due": "2024-03-15"}],
    }
    store.decide(document, EVIL, [Decision(task=first.uid, version=1, kind="edit", fields=fields)])
    store.decide(document, EVIL, [Decision(task=second.uid, version=1, kind="reject", reason=EVIL)])
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"%PDF-1.7 nothing")
    store.receive(bad, name=f"{EVIL}.pdf", received_from=EVIL)
    claim = store.claim("w", 60)
    assert claim
    store.fail(claim, "not-a-pdf", EVIL)
    store.accounts.create("lan", EVIL, "clerk", "x", must_change=False, by=EVIL)
    store.saved_views.add(local_person().name, EVIL, f"tim={EVIL}")
    store.audit.add(EVIL, EVIL, EVIL, EVIL, {EVIL: EVIL, "x": {"from": EVIL, "to": EVIL}})
    return site


def pages(site: Site) -> Iterator[tuple[Way, str]]:
    """Every route that shows something, with values that exist."""
    document = next(document.id for document in site.store.documents() if EVIL in document.name and document.state == "review")
    task = site.store.tasks(document)[0]
    unit = task.task.assignments[0].unit_id
    values = {"uid": task.uid, "task": task.uid, "unit_id": unit, "unit": unit, "form": "html", "n": 1, "page": 1}
    for way in ways(build_app(site)):
        if way.method == "GET" and way.path != "/api/v1/exports/{form}":
            for key in (document, document + 1):
                yield way, way.address(**{**values, "document": key, "document_id": key, "id": key})


def test_html_in_a_directive_stays_text_on_every_page(hostile: Site) -> None:
    client = TestClient(build_app(hostile), follow_redirects=False)
    shown: set[str] = set()
    queries = ("", f"?tim={EVIL.replace('&', '%26')}&den={EVIL}&nguoi=x&don-vi={EVIL}&han-tu={EVIL}&nhanh={EVIL}")
    for way, address in pages(hostile):
        for query in queries:
            answer = client.get(address + query)
            assert answer.status_code < 500, f"{address}{query}: {answer.status_code} {answer.text[:300]}"
            if "html" not in answer.headers.get("content-type", ""):
                assert answer.headers["x-content-type-options"] == "nosniff"
                continue
            tags = Tags(answer.text)
            mailed = answer.headers.get("content-disposition", "").startswith("attachment")  # has a script of its own, runs outside
            assert "evil-tag" not in tags.found and (mailed or tags.runs == []), f"{address}{query}: {tags.runs}"
            if "&lt;evil-tag" in answer.text and not query:
                shown.add(way.path)
    assert shown >= SHOWS, SHOWS - shown


def test_html_in_a_directive_runs_nothing_in_a_browser(hostile: Site, serve_site: Serve, open_page: OpenPage) -> None:
    url = serve_site(hostile)
    page = open_page(url)
    for address in dict.fromkeys(address for _, address in pages(hostile) if not address.startswith("/api/")):
        with_html = httpx.get(url + address, trust_env=False)
        if "html" not in with_html.headers.get("content-type", "") or "attachment" in with_html.headers.get("content-disposition", ""):
            continue
        page.goto(url + address)
        assert page.locator("evil-tag").count() == 0 and page.evaluate("typeof window.evil") == "undefined", address

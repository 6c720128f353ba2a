"""Every page: the policy, the guard, the libraries as they were published."""

import hashlib

import pytest
from playwright.sync_api import Page
from served import Served
from starlette.testclient import TestClient

from pipeline.review import Site, build_app
from pipeline.review.guard import POLICY
from pipeline.review.render import STATIC

SAME = {"origin": "http://testserver"}


@pytest.fixture
def client(site: Site) -> TestClient:
    return TestClient(build_app(site))


def test_the_first_page_opens(page: Page) -> None:
    assert page.locator("h1").inner_text().startswith("Tổng quan")
    assert page.evaluate("typeof htmx.ajax") == "function"


def test_the_help_is_one_key_away(page: Page, served: Served) -> None:
    page.keyboard.press("F1")
    page.wait_for_url(f"{served.url}/tro-giup")


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    for path in ("/", "/static/app.css", "/khong-co"):
        assert client.get(path).headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY and "http" not in POLICY


def test_another_name_for_this_machine_is_refused(client: TestClient) -> None:
    answer = client.get("/", headers={"host": "attacker.example"})
    assert answer.status_code == 400 and "attacker.example" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://attacker.example"},
        {"origin": "null"},
        {"referer": "http://attacker.example/testserver"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "http://testserver.attacker.example"},
        {"authorization": "Bearer x", "cookie": "session=1"},
    ],
)
def test_a_change_asked_for_by_another_page_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/", headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [SAME, {"referer": "http://testserver/"}, {**SAME, "sec-fetch-site": "same-origin"}])
def test_a_change_asked_for_by_a_page_of_ours_comes_through(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/", headers=headers).status_code == 405


def test_the_vendored_libraries_are_those_that_were_published() -> None:
    folder = STATIC / "vendor"
    sums = dict(reversed(line.split()[:2]) for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    assert {path.name for path in folder.iterdir()} == {*sums, "SHA256SUMS"}
    for name, sum_ in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sum_, name
    assert {name.split(".")[0] for name in sums if name.endswith(".js")} == {name.split(".")[0] for name in sums if "LICENSE" in name}


def test_nothing_is_sent_to_a_collector_of_traces(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    with TestClient(build_app(site)) as client:  # with exporters wanted and none installed, the start would fail
        assert client.get("/").status_code == 200

"""The API: every operation as it is described, rights, versions, pages."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asking import Asker
from axe_playwright_python.sync_playwright import Axe
from jsonschema import Draft202012Validator
from python_calamine import CalamineWorkbook
from served import CORPUS, SEEDS, OpenPage, Served
from starlette.testclient import TestClient

from models import NOTICE_KINDS, RIGHTS, Decision, OfficeRole, Right
from pipeline.review import Site, build_app
from pipeline.review.api import write_description

DESCRIPTION = CORPUS.parent / "docs" / "schema" / "openapi-1.json"
NEEDS: dict[str, Right | None] = {
    "get_me": None, "list_documents": "see", "receive_documents": "receive", "count_documents": "see", "get_document": "see",
    "get_result": "see", "get_original": "see", "requeue_document": "receive", "list_versions": "see", "get_difference": "see",
    "list_links": "see", "list_events": "see", "search_tasks": "see", "list_tasks": "see", "add_task": "decide", "get_task": "see",
    "list_task_events": "see", "decide": "decide", "record_progress": "progress", "split_task": "decide", "merge_tasks": "decide",
    "get_undoable": "see", "undo_step": "progress", "redo_step": "decide", "sign_off": "sign-off", "withdraw_sign_off": "sign-off",
    "list_units": "see", "get_unit": "see", "get_overview": "see", "list_audit": "administer", "get_gold": "hand-over",
    "list_edges": "see", "list_due": "see", "list_formats": "see", "export_tasks": "hand-over",
    "read_feed": "hand-over", "get_receiver": "hand-over", "keep_cursor": "hand-over", "list_webhooks": "administer",
    "create_webhook": "administer", "get_webhook": "administer", "switch_webhook_off": "administer", "switch_webhook_on": "administer",
    "test_webhook": "administer", "list_webhook_messages": "administer", "send_given_up_again": "administer",
    "send_message_again": "administer", "list_views": "see", "save_view": "see", "remove_view": "see", "get_timeline": "see",
    "be_present": "see", "end_presence": "see", "list_accounts": "administer", "create_account": "administer",
    "get_account": "administer", "change_account": "administer", "reset_password": "administer", "list_tokens": "administer",
    "create_token": "administer", "revoke_token": "administer",
}  # fmt: skip


@pytest.fixture
def ask(site: Site) -> Asker:
    return Asker(_with_hosts(site, "127.0.0.1"))


def _with_hosts(site: Site, *hosts: str) -> Site:
    settings = site.settings.model_copy(update={"review": site.settings.review.model_copy(update={"webhook_hosts": hosts})})
    return replace(site, settings=settings)


def documents_of(site: Site) -> tuple[int, int]:
    """Return the two documents, first the one with more tasks."""
    first, second = sorted((document.id for document in site.store.documents()), key=lambda document: -len(site.store.tasks(document)))
    return first, second


# --- the contract ------------------------------------------------------------------------------------------------------------


def test_the_description_that_is_published_is_that_of_now(site: Site) -> None:
    assert DESCRIPTION.read_bytes() == write_description(build_app(site)), "python -m pipeline.review.api > docs/schema/openapi-1.json"


def test_every_operation_answers_as_it_is_described(site: Site, ask: Asker, tmp_path: Path) -> None:
    first, second = documents_of(site)
    assert ask("get_me")["rights"] == sorted(RIGHTS["admin"])

    # documents
    assert ask("count_documents")["documents"]["review"] == 2
    listed = ask("list_documents", query={"words": "ke hoach", "state": ["review", "done"], "limit": 1})
    assert listed["total"] >= 1 and len(listed["documents"]) == 1
    seed = SEEDS[2].read_bytes()
    made = ask("receive_documents", 201, files=[("files", ("Văn bản mới.txt", seed)), ("files", ("Thumbs.db", b"x"))])
    assert [one["verdict"] for one in made["files"]] == ["new", "skipped"]
    third = made["files"][0]["document"]["id"]
    assert ask("receive_documents", 200, files=[("files", ("lại.txt", seed))])["files"][0]["verdict"] == "same"
    assert ask("receive_documents", 422, files=[("files", ("trống.txt", b""))])["error"]["code"] == "wrong"
    assert ask("get_document", document=third)["state"] == "received"
    assert ask("get_original", document=third) == seed
    assert ask("get_result", document=first)["text"] == site.store.result(first).text
    assert ask("get_result", 404, document=third)["error"]["code"] == "unknown"
    assert [version["id"] for version in ask("list_versions", document=first)] == [first]
    ask("get_difference", document=second, query={"since": first})
    ask("list_links", document=second)

    # decisions
    tasks = ask("list_tasks", document=first)["tasks"]
    one, two, three, four, five, *_ = tasks
    assert ask("get_task", document=first, uid=one["uid"]) == one
    fields = {
        "title": "Tên mới",
        "assignments": [{"role": "lead", "name": "Sở Y tế"}],
        "deadlines": [{"text": "trước ngày 30/6/2027", "due": "2027-06-30", "bound": "before"}],
        "targets": [{"text": "98 %", "value": 98, "unit": "%", "comparator": ">="}],
        "products": [{"text": "Báo cáo"}],
    }
    decisions = [
        {"task": one["uid"], "version": 1, "kind": "edit", "fields": fields},
        {"task": two["uid"], "version": 1, "kind": "reject", "reason": "Không phải nhiệm vụ"},
        {"task": three["uid"], "version": 1, "kind": "unclear"},
        {"task": four["uid"], "version": 1, "kind": "approve"},
    ]
    step = ask("decide", document=first, body={"decisions": decisions})
    assert [task["review"] for task in step["tasks"]] == ["edited", "rejected", "unclear", "approved"]
    assert step["tasks"][0]["task"]["assignments"][0]["unit_id"] == "so-y-te"
    assert ask("get_undoable", document=first) == {"undo": step["id"], "redo": None}
    undone = ask("undo_step", document=first, body={})
    assert {task["review"] for task in undone["tasks"]} == {"open"}
    redone = ask("redo_step", document=first)
    assert [task["review"] for task in redone["tasks"]] == ["edited", "rejected", "unclear", "approved"]
    parts = [{"text": "Phần một."}, {"text": "Phần hai.", "title": "Hai"}]
    split = ask("split_task", document=first, body={"task": five["uid"], "version": 1, "parts": parts})
    halves = {task["uid"]: task["version"] for task in split["tasks"] if not task["gone"]}
    assert len(halves) == 2
    ask("merge_tasks", document=first, body={"tasks": halves, "fields": {"title": "Gộp lại"}})
    text = site.store.result(first).text
    start = text.index(" ", len(text) // 2)
    added = ask("add_task", 201, document=first, body={"span": [start, start + 40], "fields": {"title": "Bỏ sót"}})
    assert added["tasks"][0]["task"]["span"] == [start, start + 40]
    open_now = [task for task in ask("list_tasks", document=first)["tasks"] if task["review"] == "open"]
    ask("decide", document=first, body={"decisions": [{"task": t["uid"], "version": t["version"], "kind": "approve"} for t in open_now]})
    assert len(ask("list_tasks", document=first, query={"gone": True})["tasks"]) > len(ask("list_tasks", document=first)["tasks"])
    assert [event["kind"] for event in ask("list_task_events", document=first, uid=one["uid"])] == ["edit", "undo", "undo"]
    assert len(ask("list_events", document=first)) > 10

    # sign-off, progress, the feed
    revision = ask("get_document", document=first)["revision"]
    assert ask("sign_off", 409, document=first, body={"revision": revision - 1})["error"]["code"] == "stale"
    assert ask("sign_off", document=first, body={"revision": revision})["state"] == "done"
    page = ask("read_feed", query={"limit": 2})
    assert [change["kind"] for change in page["changes"]] == ["created"] * 2 and page["more"]
    assert page["changes"][0]["payload"]["lead"] == [{"id": "so-y-te", "name": "Sở Y tế"}]
    ask("keep_cursor", body={"cursor": page["next"]}, receiver="theo-doi")
    assert ask("get_receiver", receiver="theo-doi")["cursor"] == page["next"]
    following = ask("read_feed", query={"receiver": "theo-doi", "limit": 5000})
    assert not {change["key"] for change in following["changes"]} & {change["key"] for change in page["changes"]}
    assert ask("read_feed", 400, query={"since": "khong-phai"})["error"]["code"] == "wrong"
    now = ask("get_task", document=first, uid=one["uid"])
    gold = ask("get_gold", document=first)
    assert gold["source"]["document"] == first and gold["clauses"]
    work = {"started_on": "2027-01-05", "done_on": "2027-03-01"}
    progress = ask("record_progress", document=first, body={"tasks": [{"task": one["uid"], "version": now["version"], "work": work}]})
    assert progress["tasks"][0]["work"]["done_on"] == "2027-03-01"
    assert ask("withdraw_sign_off", document=first, body={"reason": "Xem lại"})["state"] == "review"

    # across documents
    assert ask("search_tasks", query={"words": "nhiem vu", "limit": 5})["tasks"]
    found = ask("search_tasks", query={"unit": "so-y-te", "role": "lead", "stage": "done"})
    assert [task["uid"] for task in found["tasks"]] == [one["uid"]] and list(found["documents"]) == [str(first)]
    assert {unit["id"] for unit in ask("list_units", query={"words": "so y te"})["units"]} >= {"so-y-te"}
    unit = ask("get_unit", unit="so-y-te", query={"as_of": "2027-06-01"})
    assert (unit["names"], unit["load"]["lead"], unit["load"]["done"]) == (["Sở Y tế"], 1, 1)
    assert ask("get_unit", 404, unit="khong/co")["error"]["code"] == "unknown"
    assert ask("get_overview", query={"as_of": "2024-06-01"})["documents"]["received"] == 1
    edges = ask("list_edges", query={"document": second})
    assert all(edge["source"] in edges["units"] and edge["target"] in edges["units"] for edge in edges["edges"])
    assert ask("list_due", query={"as_of": "2024-06-01"})["tasks"] > 0
    assert ask("list_due", query={"as_of": "2024-06-01", "unit": "khong-co"})["tasks"] == 0

    days = ask("get_timeline", query={"due_from": "2027-01-01", "due_to": "2027-12-31", "as_of": "2027-06-01", "limit": 200})
    (day,) = [due for due in days["deadlines"] if due["deadline"]["uid"] == one["uid"]]
    assert (day["day"], day["state"], day["deadline"]["leads"]) == ("2027-06-30", "done", [["so-y-te", "Sở Y tế"]])
    assert ask("get_timeline", query={"unit": "khong-co"})["total"] == 0
    assert ask("get_timeline", 422, query={"due_to": "9999-12-31"})["error"]["code"] == "wrong"

    # views, presence
    view = ask("save_view", 201, body={"name": " Việc  trễ ", "query": "trang=2&nhanh=qua-han&x=1"})
    assert (view["name"], view["query"]) == ("Việc trễ", "nhanh=qua-han")
    assert ask("save_view", 422, body={"name": "Không lọc", "query": "x=1"})["error"]["code"] == "wrong"
    assert ask("list_views")["views"] == [view] and Asker(site)("list_views")["views"] == []
    Asker(site)("remove_view", 204, view=view["id"])
    assert ask("list_views")["views"] == [view]
    ask("remove_view", 204, view=view["id"])
    assert ask("list_views")["views"] == []
    assert ask("be_present", document=first)["others"] == []
    assert len(Asker(site)("be_present", document=first)["others"]) == 1
    ask("end_presence", 204, document=first)
    assert Asker(site, "clerk")("be_present", document=first)["others"][0]["who"].startswith("api:")
    assert ask("be_present", 404, document=999)["error"]["code"] == "unknown"

    # exports
    assert {"jsonl", "csv", "xlsx", "ics"} <= {one["name"] for one in ask("list_formats")["formats"]}
    lines = ask("export_tasks", form="jsonl", query={"approved": True}).decode().splitlines()
    checker = Draft202012Validator(json.loads((DESCRIPTION.parent / "task-1.0.json").read_text(encoding="utf-8")))
    for line in lines:
        checker.validate(json.loads(line))
    assert "Tên mới" in {json.loads(line)["title"] for line in lines}
    assert CalamineWorkbook.from_filelike(io.BytesIO(ask("export_tasks", form="xlsx"))).sheet_names
    assert b"BEGIN:VCALENDAR" in ask("export_tasks", form="ics")
    assert ask("export_tasks", form="csv").startswith(b"task_id,")
    packed = zipfile.ZipFile(io.BytesIO(ask("export_tasks", form="html")))
    assert len(packed.namelist()) == 2
    assert ask("export_tasks", 404, form="khong-co")["error"]["message"]
    assert ask("export_tasks", 404, form="csv", query={"unit": "khong-co"})["error"]["message"]

    # webhooks
    made = ask("create_webhook", 201, body={"url": "http://127.0.0.1:9/x", "kinds": ["task.created", "task.created", "task.changed"]})
    hook = made["webhook"]["id"]
    assert made["secret"].startswith("whsec_") and made["webhook"]["kinds"] == ["task.created", "task.changed"]
    assert ask("create_webhook", 422, body={"url": "http://169.254.169.254/", "kinds": ["task.created"]})["error"]["code"] == "wrong"
    assert made["secret"] not in json.dumps(ask("list_webhooks"))
    message = ask("test_webhook", 202, webhook=hook)
    assert [one["id"] for one in ask("list_webhook_messages", webhook=hook)] == [message["id"]]
    ask("send_message_again", 202, message=message["id"])
    ask("send_given_up_again", 202, webhook=hook)
    assert ask("switch_webhook_off", webhook=hook)["ended"] == "person"
    assert ask("test_webhook", 409, webhook=hook)["error"]["code"] == "refused"
    ask("switch_webhook_on", webhook=hook)
    assert ask("get_webhook", webhook=hook)["waiting"] == 1
    assert ask("get_webhook", 404, webhook=99)["error"]["code"] == "unknown"

    # accounts and tokens
    made = ask("create_account", 201, body={"name": "Lan", "full_name": "Nguyễn Thị Lan", "role": "admin"})
    account, password = made["account"]["id"], made["password"]
    assert made["account"]["name"] == "lan" and made["account"]["must_change"]
    assert ask("create_account", 409, body={"name": "lan", "role": "clerk"})["error"]["code"] == "refused"
    assert ask("create_account", 422, body={"name": "minh", "role": "boss"})["error"]["code"] == "wrong"
    assert ask("change_account", 409, account=account, body={"role": "clerk"})["error"]["code"] == "refused"  # the last that administers
    assert ask("change_account", 409, account=account, body={"active": False})["error"]["code"] == "refused"
    assert ask("change_account", account=account, body={"full_name": "Lan"})["role"] == "admin"
    assert ask("reset_password", account=account)["password"] != password
    assert ask("get_account", account=account) == {"account": {**made["account"], "full_name": "Lan"}, "seen_at": None}
    assert [one["account"]["id"] for one in ask("list_accounts")["accounts"]] == [account]
    assert ask("get_account", 404, account=99)["error"]["code"] == "unknown"
    made = ask("create_token", 201, body={"name": "Phần mềm theo dõi", "role": "integrator"})
    assert ask.client.get("/api/v1/me", headers={"authorization": f"Bearer {made['token']}"}).json()["role"] == "integrator"
    assert ask("create_token", 409, body={"name": "Phần mềm theo dõi", "role": "integrator"})["error"]["code"] == "refused"
    ask("revoke_token", 204, token=made["record"]["id"])
    assert ask.client.get("/api/v1/me", headers={"authorization": f"Bearer {made['token']}"}).status_code == 401
    listed = ask("list_tokens")
    assert listed["tokens"][0]["revoked_at"] and made["token"] not in json.dumps(listed)
    assert ask("revoke_token", 404, token=999)["error"]["code"] == "unknown"
    secrets = json.dumps([entry.model_dump(mode="json") for entry in site.store.audit.entries(1000)])
    assert made["token"] not in secrets and password not in secrets

    assert ask("requeue_document", document=second)["state"] == "received"
    assert ask("requeue_document", 409, document=second)["error"]["code"] == "refused"
    assert [entry["action"] for entry in ask("list_audit", query={"limit": 1, "action": "export"})] == ["export"]
    assert ask.asked == ask.operations.keys()
    done = {entry.action for entry in site.store.audit.entries(1000)}
    assert {"receive", "requeue", "export", "webhook-add", "webhook-off", "webhook-on", "webhook-test", "webhook-again"} <= done
    assert {"account-create", "account-change", "password-reset", "token-create", "token-revoke", "save-view", "remove-view"} <= done


def test_all_is_described(ask: Asker) -> None:
    for name, (_, path, operation) in ask.operations.items():
        assert operation["summary"] and operation["tags"], name
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), f"{path}: {parameter['name']}"
    for name, schema in ask.description["components"]["schemas"].items():
        assert schema.get("description") or schema.get("prefixItems"), name


# --- rights ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", RIGHTS)
def test_a_role_can_do_what_it_may_and_nothing_else(site: Site, role: OfficeRole) -> None:
    ask = Asker(site, role)
    assert NEEDS.keys() == ask.operations.keys()
    path = {"document": 999, "uid": "ab", "unit": "x", "form": "khong-co", "receiver": "x", "webhook": 999, "message": 999}
    path |= {"view": 999, "account": 999, "token": 999}
    for name, right in NEEDS.items():
        answer = ask.send(name, query={"since": "1"}, **path)
        allowed = right is None or right in RIGHTS[role]
        assert (answer.status_code == 403) is not allowed, (name, answer.status_code)
        if not allowed:
            assert answer.json()["error"]["code"] == "forbidden"


def test_progress_may_be_taken_back_by_who_may_note_it_but_a_decision_may_not(site: Site) -> None:
    clerk, (first, _) = Asker(site, "clerk"), documents_of(site)
    one, two, *_ = site.store.tasks(first)
    work = {"tasks": [{"task": one.uid, "version": 1, "work": {"done_on": "2027-01-01"}}]}
    clerk("record_progress", document=first, body=work)
    clerk("undo_step", document=first, body={})
    step = site.store.decide(first, "An", [Decision(task=two.uid, version=1, kind="approve")])
    assert clerk("undo_step", 403, document=first, body={"step": step.id})["error"]["code"] == "forbidden"
    assert site.store.task(first, two.uid).review == "approved"


def test_without_a_token_that_holds_nothing_is_told(site: Site) -> None:
    site = replace(site, login=True)
    ask = Asker(site)
    for headers in ({}, {"authorization": "Bearer gv_x"}, {"authorization": f"Basic {ask.token}"}):
        answer = ask.client.get("/api/v1/documents", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign-in")
    assert ask.send("list_documents").status_code == 200
    (token,) = site.store.accounts.tokens.all()
    site.store.accounts.tokens.revoke(token.id, by="An")
    assert ask.send("list_documents").status_code == 401
    assert ask.client.get("/api/v1/openapi.json").status_code == 200  # it holds nothing of the office


def test_another_page_cannot_use_the_sign_in_of_a_browser(site: Site) -> None:
    client, (first, _) = TestClient(build_app(site)), documents_of(site)
    address = f"/api/v1/documents/{first}/sign-off"
    assert client.post(address, json={"revision": 0}, headers={"origin": "http://attacker.example"}).status_code == 403
    assert client.post(address, json={"revision": 0}, headers={"origin": "http://testserver"}).status_code == 409


# --- versions, pages, what is sent in ----------------------------------------------------------------------------------------


def test_a_stale_decision_changes_nothing_and_brings_the_newer_rows(site: Site, ask: Asker) -> None:
    first, _ = documents_of(site)
    one, two, *_ = site.store.tasks(first)
    site.store.decide(first, "An", [Decision(task=one.uid, version=1, kind="edit", fields={"title": "Của An"})])
    body = {"decisions": [{"task": uid, "version": 1, "kind": "edit", "fields": {"title": "Của máy"}} for uid in (two.uid, one.uid)]}
    refused = ask("decide", 409, document=first, body=body)["error"]
    assert refused["code"] == "stale"
    assert [(task["uid"], task["version"], task["task"]["title"]) for task in refused["newer"]] == [(one.uid, 2, "Của An")]
    assert site.store.task(first, two.uid).review == "open"
    assert ask.send("get_task", document=first, uid=one.uid).headers["etag"] == '"2"'


def test_a_result_is_sent_once_while_it_stays_the_same(site: Site, ask: Asker) -> None:
    first, _ = documents_of(site)
    tag = ask.send("get_result", document=first).headers["etag"]
    again = ask.send("get_result", document=first, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["search_tasks", "list_documents"])
def test_pages_follow_one_another_by_their_links(site: Site, ask: Asker, name: str) -> None:
    page, seen, pages = ask(name, query={"limit": 7 if name == "search_tasks" else 1}), [], 0
    field = "tasks" if name == "search_tasks" else "documents"
    while True:
        pages += 1
        seen += [one.get("uid") or one["id"] for one in page[field]]
        if page["next"] is None:
            break
        page = ask.client.get(page["next"], headers={"authorization": f"Bearer {ask.token}"}).json()
    everything = [t.uid for d in documents_of(site) for t in site.store.tasks(d)] if field == "tasks" else list(documents_of(site))
    assert sorted(seen, key=str) == sorted(everything, key=str) and pages > 1 and len(seen) == page["total"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("decide", {"decisions": [{"task": "a", "version": 1, "kind": "status"}]}),
        ("decide", {"decisions": [{"task": "a", "version": 1, "kind": "edit", "fields": {"clause_id": "I"}}]}),
        ("decide", {"decisions": []}),
        ("decide", {"decision": []}),
        ("split_task", {"task": "a", "version": 1, "parts": [{"text": "x"}]}),
        ("add_task", {"span": [5]}),
        ("sign_off", {}),
        ("create_webhook", {"url": "http://127.0.0.1/", "kinds": []}),
        ("create_webhook", {"url": "http://127.0.0.1/", "kinds": ["task.gone"]}),
    ],
)
def test_what_cannot_be_used_is_refused_with_words(site: Site, ask: Asker, name: str, body: Any) -> None:
    answer = ask(name, 422, document=documents_of(site)[0], body=body)
    assert answer["error"]["code"] == "wrong" and len(answer["error"]["message"]) > 10


@pytest.mark.parametrize("body", [{"span": [10**9, 10**9 + 5]}, {"span": [-4, 5]}, {"span": [9, 3]}])
def test_words_that_are_not_there_make_no_task(site: Site, ask: Asker, body: Any) -> None:
    assert ask("add_task", 409, document=documents_of(site)[0], body=body)["error"]["code"] == "refused"


@pytest.mark.parametrize("path", ["/api/v1/documents/999", "/api/v1/documents/1/tasks/ffff", "/api/v1/khong-co", "/api/v2"])
def test_what_is_not_there_is_said_as_json(ask: Asker, path: str) -> None:
    answer = ask.client.get(path, headers={"authorization": f"Bearer {ask.token}"})
    assert answer.status_code == 404 and answer.json()["error"]["message"]


def test_the_page_lists_every_operation(served: Served, open_page: OpenPage, ask: Asker) -> None:
    page = open_page(f"{served.url}/api/v1")
    shown = page.locator("table.operations td:first-child").all_inner_texts()
    assert sorted(shown) == sorted(f"{method.upper()} {path}" for method, path, _ in ask.operations.values())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    faults = [fault["id"] for fault in Axe().run(page).response["violations"] if fault["impact"] in ("serious", "critical")]
    assert faults == []


def test_kinds_of_messages_are_those_of_the_store(ask: Asker) -> None:
    kinds = ask.description["components"]["schemas"]["WebhookIn"]["properties"]["kinds"]["items"]["enum"]
    assert tuple(kinds) == NOTICE_KINDS

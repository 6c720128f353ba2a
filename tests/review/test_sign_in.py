"""Signing in and out, passwords, sessions, waits: what holds when somebody tries to get in."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from signed_in import PASSWORD, Office, office

from models import RIGHTS
from pipeline.messages import say
from pipeline.review import Site, passwords
from pipeline.review.attempts import Attempts
from pipeline.review.pages import sign_in
from pipeline.review.pages.sign_in import path_of_ours
from pipeline.review.passwords import fault_of, hash_password, is_right, one_time_password

NEW = "bốn con vịt vàng"


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take no time, but where the hash itself is looked at."""
    if "argon2id" not in request.node.name:
        monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))


@pytest.fixture
def staff(site: Site) -> Office:
    return office(site)


def wrong(name: str = "reviewer") -> dict[str, str]:
    return {"name": name, "password": "sai rồi sai rồi"}


# --- passwords -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("ngắn quá", "password-short"),
        ("a" * 201, "password-long"),
        ("1111111111", "password-same"),
        ("nguyenthilan", "password-name"),
        ("Nguyen.Thi.Lan", "password-name"),
        ("nguyenthilan2026", "password-name"),
        ("nguyenthilannguyenthilan", "password-name"),
        (PASSWORD, None),
        ("nguyenthilan thích đọc sách", None),
    ],
)
def test_what_a_password_may_be(password: str, fault: str | None) -> None:
    found = fault_of(password, "nguyenthilan", "Nguyễn Thị Lan")
    assert found == (None if fault is None else say(f"people.{fault}", shortest=10, longest=200))


def test_a_password_is_kept_as_argon2id_and_known_in_either_form_of_unicode() -> None:
    kept = hash_password("mật khẩu đủ dài")
    assert kept.startswith("$argon2id$") and is_right("mật khẩu đủ dài", kept)
    assert not is_right("mat khau du dai", kept) and not is_right("", kept) and not is_right("x" * 100_000, kept)
    assert not is_right("mật khẩu đủ dài", None)


def test_one_time_passwords_are_new_and_pass_the_rules() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50 and all(fault_of(one, "lan") is None for one in made)


# --- signing in ----------------------------------------------------------------------------------------------------------


def test_who_signs_in_is_where_they_were_going(staff: Office) -> None:
    client = staff.client()
    asked = client.get("/tro-giup?a=1&b=%C3%A2")
    assert asked.status_code == 303 and asked.headers["location"] == "/dang-nhap?den=%2Ftro-giup%3Fa%3D1%26b%3D%25C3%25A2"
    assert 'value="/tro-giup?a=1&amp;b=%C3%A2"' in client.get(asked.headers["location"]).text
    answer = client.post("/dang-nhap", data={"name": " Reviewer ", "password": PASSWORD, "den": "/tro-giup?a=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/tro-giup?a=1")
    page = client.get("/tro-giup")
    assert page.status_code == 200 and "Người reviewer" in page.text
    assert [(entry.who, entry.action, entry.address) for entry in staff.site.store.audit.entries(1)] == [
        ("reviewer", "sign-in", "testclient")
    ]


def test_unknown_wrong_and_switched_off_get_one_answer(staff: Office) -> None:
    store = staff.site.store
    store.accounts.change(staff.accounts["leader"].id, by="admin", active=False)
    client = staff.client()
    pages = {
        client.post("/dang-nhap", data={"name": name, "password": password}).text.replace(name, "NAME")
        for name, password in (("nobody", PASSWORD), ("reviewer", "sai rồi sai rồi"), ("leader", PASSWORD), ("x or 1=1 --", PASSWORD))
    }
    assert len(pages) == 1 and say("people.wrong") in pages.pop()
    assert "giaoviec" not in client.cookies
    tried = [(entry.who, entry.target) for entry in store.audit.entries(action="sign-in-failed")]
    assert tried == [
        ("?", None),
        ("?", "leader"),
        ("?", "reviewer"),
        ("?", None),
    ]  # what nobody is called is not noted: it may be a password


def test_an_unknown_name_takes_as_long(staff: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def look(password: str, known: str | None) -> bool:
        asked.append(known)
        return False

    monkeypatch.setattr(sign_in, "is_right", look)
    staff.client().post("/dang-nhap", data=wrong("nobody"))
    staff.client().post("/dang-nhap", data=wrong())
    assert asked[0] is None and str(asked[1]).startswith("$argon2id$")  # both are looked at; None is measured against a hash of nobody's


def test_a_new_session_begins_and_the_old_one_ends(staff: Office) -> None:
    client = staff.client()
    client.cookies.set("giaoviec", "chosen-by-somebody-else")
    answer = client.post("/dang-nhap", data={"name": "clerk", "password": PASSWORD})
    given = answer.cookies["giaoviec"]
    assert given != "chosen-by-somebody-else"
    stranger = staff.client()
    stranger.cookies.set("giaoviec", "chosen-by-somebody-else")
    assert stranger.get("/").status_code == 303
    again = client.post("/dang-nhap", data={"name": "leader", "password": PASSWORD})
    assert again.cookies["giaoviec"] != given and staff.site.store.accounts.sessions.account(given) is None


@pytest.mark.parametrize(("scheme", "name"), [("http", "giaoviec"), ("https", "__Host-giaoviec")])
def test_the_cookie_is_for_this_site_and_not_for_scripts(staff: Office, scheme: str, name: str) -> None:
    client = staff.client()
    client.base_url, client.headers["origin"] = f"{scheme}://testserver", f"{scheme}://testserver"
    cookie = client.post("/dang-nhap", data={"name": "clerk", "password": PASSWORD}).headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith(f"{name}=") and parts == {"httponly", "path=/", "samesite=lax", *(("secure",) if scheme == "https" else ())}


@pytest.mark.parametrize(
    "away",
    [
        *(
            "https://attacker.example",
            "//attacker.example",
            "/\\attacker.example",
            "\\\\attacker.example",
            "javascript:alert(1)",
            "tro-giup",
        ),
        *("/\t/attacker.example", "/\n/attacker.example", " //attacker.example", "", "/\x00", "/dang-xuat", "/dang-nhap?den=/", "https:/x"),
    ],
)
def test_nobody_is_led_away(staff: Office, away: str) -> None:
    assert path_of_ours(away) == "/"
    answer = staff.client().post("/dang-nhap", data={"name": "clerk", "password": PASSWORD, "den": away})
    assert answer.headers["location"] == "/"


def test_signing_out_ends_the_session(staff: Office) -> None:
    client = staff.client("clerk")
    token = client.cookies["giaoviec"]
    assert client.get("/dang-xuat").status_code == 405
    answer = client.post("/dang-xuat")
    assert answer.headers["location"] == "/dang-nhap" and 'giaoviec=""' in answer.headers["set-cookie"]
    client.cookies.set("giaoviec", token)
    assert client.get("/").status_code == 303
    assert staff.site.store.audit.entries(1)[0].action == "sign-out"


def test_htmx_and_programs_are_told_in_their_way(staff: Office) -> None:
    client = staff.client()
    answer = client.get("/", headers={"hx-request": "true", "hx-current-url": "http://testserver/tro-giup?a=1"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/dang-nhap?den=%2Ftro-giup%3Fa%3D1")


# --- the own password ----------------------------------------------------------------------------------------------------


def test_all_other_sessions_end_with_another_password(staff: Office) -> None:
    here, elsewhere = staff.client("clerk"), staff.client("clerk")
    before = here.cookies["giaoviec"]
    answer = here.post("/tai-khoan", data={"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer.headers["location"] == "/tai-khoan?xong=1" and answer.cookies["giaoviec"] != before
    assert here.get("/").status_code == 200 and elsewhere.get("/").status_code == 303
    assert staff.site.store.accounts.sessions.account(before) is None
    assert staff.client().post("/dang-nhap", data={"name": "clerk", "password": PASSWORD}).status_code == 401
    assert staff.client().post("/dang-nhap", data={"name": "clerk", "password": NEW}).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "fault"),
    [
        ("sai rồi sai rồi", NEW, NEW, "password-old-wrong"),
        (PASSWORD, NEW, NEW + "x", "password-differs"),
        (PASSWORD, PASSWORD, PASSWORD, "password-not-new"),
        (PASSWORD, "ngắn", "ngắn", "password-short"),
        (PASSWORD, "người clerk", "người clerk", "password-name"),
        ("", "", "", "password-old-wrong"),
    ],
)
def test_a_password_is_not_changed_by_mistake(staff: Office, old: str, new: str, again: str, fault: str) -> None:
    client = staff.client("clerk")
    answer = client.post("/tai-khoan", data={"old": old, "new": new, "again": again})
    assert answer.status_code == 422 and say(f"people.{fault}", shortest=10) in answer.text
    assert client.get("/").status_code == 200


def test_a_password_of_somebody_elses_choice_is_changed_first(staff: Office) -> None:
    store = staff.site.store
    given = one_time_password()
    store.accounts.set_password(staff.accounts["clerk"].id, hash_password(given), must_change=True, by="admin")
    client = staff.client()
    assert client.post("/dang-nhap", data={"name": "clerk", "password": given, "den": "/tro-giup"}).headers["location"] == "/tai-khoan"
    assert client.get("/").headers["location"] == "/tai-khoan"
    assert client.get("/", headers={"hx-request": "true"}).headers["hx-redirect"] == "/tai-khoan"
    assert client.get("/api/v1/me").json()["error"]["code"] == "password"
    assert "người khác đặt" in client.get("/tai-khoan").text
    client.post("/tai-khoan", data={"old": given, "new": NEW, "again": NEW})
    assert client.get("/").status_code == 200 and not store.accounts.get(staff.accounts["clerk"].id).must_change


# --- waits ---------------------------------------------------------------------------------------------------------------


def test_who_is_wrong_too_often_waits_even_with_the_right_password(staff: Office) -> None:
    client = staff.client()
    for _ in range(5):
        assert client.post("/dang-nhap", data=wrong()).status_code == 401
    answer = client.post("/dang-nhap", data={"name": "reviewer", "password": PASSWORD})
    assert answer.status_code == 429 and 1 <= int(answer.headers["retry-after"]) <= 5 and "giây" in answer.text
    assert client.post("/dang-nhap", data={"name": "clerk", "password": PASSWORD}).status_code == 303  # others are not kept out
    assert client.post("/dang-nhap", data={"name": "REVIEWER ", "password": PASSWORD}).status_code == 429  # the same name


def test_many_tries_at_one_moment_are_no_way_round(staff: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, lock = [], threading.Lock()

    def look(password: str, known: str | None) -> bool:
        with lock:
            looked.append(password)
        return False

    monkeypatch.setattr(sign_in, "is_right", look)
    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(lambda _: staff.client().post("/dang-nhap", data=wrong()).status_code, range(24)))
    assert len(looked) == 5 and sorted(codes) == [401] * 5 + [429] * 19


def test_guessing_the_own_password_from_a_session_left_open_is_held_too(staff: Office) -> None:
    client = staff.client("clerk")
    codes = [client.post("/tai-khoan", data={"old": "sai rồi", "new": NEW, "again": NEW}).status_code for _ in range(7)]
    assert codes == [422] * 5 + [429] * 2


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_waits_grow_and_end() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    waits: list[float] = []
    for _ in range(16):
        while wait := attempts.begin("lan", f"10.0.0.{len(waits)}"):
            waits.append(wait)
            clock.now += wait
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]
    attempts.succeed("lan", "10.0.0.1")
    assert [attempts.begin("lan", "10.0.0.200") for _ in range(5)] == [0] * 5
    clock.now += 3601
    assert [attempts.begin("lan", "10.0.0.201") for _ in range(5)] == [0] * 5


def test_one_address_cannot_try_many_names() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    assert [attempts.begin(f"name{n}", "10.0.0.1") for n in range(20)] == [0] * 20
    assert attempts.begin("name21", "10.0.0.1") == 5
    assert attempts.begin("name21", "10.0.0.2") == 0
    clock.now += 5
    assert attempts.begin("own", "10.0.0.1") == 0
    attempts.succeed("own", "10.0.0.1")  # a name of one's own does not wash the address clean
    assert attempts.begin("name22", "10.0.0.1") == 0
    assert attempts.begin("name23", "10.0.0.1") > 0


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    attempts = Attempts(Clock())
    for n in range(20):
        attempts.begin(f"name{n}", f"2001:db8::{n:x}")
    assert attempts.begin("other", "2001:db8::ffff%eth0") > 0
    assert attempts.begin("other", "2001:db8:0:1::1") == 0


def test_what_is_remembered_is_bounded() -> None:
    attempts = Attempts(Clock(), most=100)
    for n in range(5000):
        attempts.begin("n" * 5000 + str(n), f"10.{n // 250}.0.{n % 250}")
        attempts.begin(f"name{n}", f"10.{n // 250}.0.{n % 250}")
    assert len(attempts) == 100


def test_every_role_has_a_name(staff: Office) -> None:
    page = staff.client("admin").get("/quan-tri").text
    for role in RIGHTS:
        assert say(f"people.role-{role}") in page

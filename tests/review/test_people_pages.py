"""Signing in, the own password and administration as people do them, in a browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from served import OpenPage, Serve
from signed_in import PASSWORD, Office, office

from pipeline.review import Site
from pipeline.review.passwords import one_time_password

NEW = "bốn con vịt vàng"


@pytest.fixture
def staff(site: Site) -> Office:
    return office(site)


@pytest.fixture
def url(staff: Office, serve_site: Serve) -> str:
    return serve_site(staff.site)


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """By the keyboard alone: the first field has the cursor."""
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def assert_readable(page: Page) -> None:
    """No serious finding of axe, no scrolling sideways."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_signing_in_by_the_keyboard_leads_where_one_was_going(url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/tro-giup?x=1")
    expect(page.locator("h1")).to_have_text("Đăng nhập")
    assert_readable(page)
    sign_in(page, "clerk", "sai rồi sai rồi")
    expect(page.locator(".fault")).to_contain_text("không đúng")
    assert page.evaluate("document.activeElement.name") == "password"
    assert_readable(page)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/tro-giup?x=1")
    assert page.evaluate("document.cookie") == ""  # not for scripts
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{url}/dang-nhap")
    page.go_back()
    page.reload()
    expect(page.locator("h1")).to_have_text("Đăng nhập")


def test_the_password_can_be_looked_at(url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/dang-nhap")
    field = page.locator("[name=password]")
    page.get_by_label("Hiện mật khẩu").check()
    expect(field).to_have_attribute("type", "text")
    page.get_by_label("Hiện mật khẩu").uncheck()
    expect(field).to_have_attribute("type", "password")


def test_a_colleague_gets_an_account_and_chooses_a_password(staff: Office, url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/quan-tri")
    sign_in(page, "admin")
    expect(page.locator("h1")).to_have_text("Tài khoản")
    page.get_by_label("Tên đăng nhập (chữ").fill("Lan.NT")
    page.get_by_label("Họ và tên", exact=True).fill("Nguyễn Thị Lan")
    page.locator("form.form select[name=role]").select_option("Người rà soát")
    page.get_by_role("button", name="Lập tài khoản").click()
    password = page.locator(".secret").inner_text()
    assert re.fullmatch(r"\d{4}(-\d{4}){3}", password)
    assert_readable(page)
    page.goto(f"{url}/quan-tri")
    assert password not in page.content()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="lan.nt", exact=True))
    expect(row).to_contain_text("chờ đổi mật khẩu")

    other = open_page(f"{url}/van-ban")
    sign_in(other, "lan.nt", password)
    expect(other.locator(".notice")).to_contain_text("người khác đặt")
    assert_readable(other)
    other.get_by_label("Mật khẩu đang dùng").fill(password)
    other.get_by_label("Mật khẩu mới (ít").fill(NEW)
    other.get_by_label("Gõ lại").fill(NEW)
    other.keyboard.press("Enter")
    expect(other.locator(".done")).to_contain_text("Đã đổi mật khẩu")
    other.goto(url)
    expect(other.locator("header .who")).to_contain_text("Nguyễn Thị Lan")
    assert other.get_by_role("link", name="Quản trị").count() == 0

    page.reload()
    row.get_by_text("Khóa…").click()
    row.get_by_role("button", name="Khóa lan.nt").click()
    expect(row).to_contain_text("đã khóa")
    other.reload()
    expect(other.locator("h1")).to_have_text("Đăng nhập")
    assert [entry.action for entry in staff.site.store.audit.entries(4)] == ["account-off", "password", "sign-in", "account-create"]


def test_the_last_administrator_is_kept_and_said_so(url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/quan-tri")
    sign_in(page, "admin")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="admin", exact=True))
    row.get_by_label("Vai trò của admin").select_option("Văn thư")
    row.get_by_role("button", name="Lưu admin").click()
    expect(page.locator(".fault")).to_contain_text("cuối cùng")
    expect(row.get_by_label("Vai trò của admin")).to_have_value("admin")


def test_a_token_is_shown_once_and_revoked(staff: Office, url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/quan-tri/ma-api")
    sign_in(page, "admin")
    page.get_by_label("Tên phần mềm").fill("Theo dõi nhiệm vụ")
    page.get_by_role("button", name="Lập mã").click()
    secret = page.locator(".secret").inner_text()
    assert staff.site.store.accounts.tokens.of(secret)
    assert_readable(page)
    page.goto(f"{url}/quan-tri/ma-api")
    assert secret not in page.content()
    page.get_by_text("Thu hồi…").click()
    page.get_by_role("button", name="Thu hồi «Theo dõi nhiệm vụ»").click()
    expect(page.locator(".tag.bad")).to_contain_text("thu hồi")
    assert staff.site.store.accounts.tokens.of(secret) is None


def test_the_trail_is_filtered_and_turned_over(staff: Office, url: str, open_page: OpenPage) -> None:
    for number in range(130):
        staff.site.store.audit.add("clerk", "export", f"document:{number}", "10.0.0.1", {"form": "xlsx"})
    there = next(one for one in staff.site.store.documents() if one.number)
    staff.site.store.audit.add("clerk", "export", f"document:{there.id}", "10.0.0.1", {"form": "xlsx"})
    page = open_page(f"{url}/quan-tri/nhat-ky")
    sign_in(page, "admin")
    expect(page.locator(".trail tbody tr")).to_have_count(100)
    assert_readable(page)
    page.get_by_label("Người").select_option("clerk")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator(".trail tbody tr").first).to_contain_text(str(there.number))
    expect(page.locator(".trail tbody tr").nth(1)).to_contain_text("mã 129")
    page.get_by_role("link", name="Cũ hơn").click()
    expect(page.locator(".trail tbody tr")).to_have_count(31)
    page.get_by_role("link", name="Mới nhất").click()
    page.get_by_label("Việc").select_option("đăng nhập")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator(".trail tbody")).to_contain_text("Không có mục nào")


def test_a_piece_that_htmx_asks_for_after_the_session_ended_leads_to_the_sign_in_page(staff: Office, url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/tro-giup?x=1")
    sign_in(page, "clerk")
    page.wait_for_url(f"{url}/tro-giup?x=1")
    staff.site.store.accounts.set_password(staff.accounts["clerk"].id, one_time_password(), must_change=True, by="admin")
    page.evaluate("htmx.ajax('GET', '/', {target: '#noi-dung'})")
    page.wait_for_url(f"{url}/dang-nhap?den=*")
    assert page.locator("[name=den]").input_value() == "/tro-giup?x=1"

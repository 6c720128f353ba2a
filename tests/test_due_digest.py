"""The daily digest: Markdown, HTML and mail file that say the same, load nothing and break on nothing."""

from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from lxml import html

from models import AwaitedItem, DueItem, DueReport, Occurrence, UnitDue, WorkStatus
from models.status import Awaited
from pipeline.due import write_digests, write_html, write_mail, write_markdown
from pipeline.messages import speak

AS_OF = date(2026, 6, 10)
HEALTH, MONEY = ("so-y-te", "Sở Y tế"), ("so-tai-chinh", "Sở Tài chính <& Co>")


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


def item(text: str, last: date, leads: tuple[tuple[str, str], ...] = (HEALTH,), **more: object) -> DueItem:
    days = (last - AS_OF).days
    occurrence = Occurrence(named=last, last=last)
    values = {"occurrence": occurrence, "working_days": max(days, 0), "words": "chậm nhất", "meaning": "chậm nhất", **more}
    return DueItem(
        task_id=text, deadline=1, text=text, document="Kế hoạch số 5/KH-UBND", place="1", leads=leads, coordinators=(), status=WorkStatus(),
        days=days, **values,
    )  # fmt: skip


def report(**more: object) -> DueReport:
    values = {
        "overdue": (item("Báo cáo _quý_ <b>I</b> & II", date(2026, 6, 5), (HEALTH, MONEY), missed=2),),
        "today": (item("Nộp dự toán", AS_OF, (MONEY,), occurrence=Occurrence(named=AS_OF, last=AS_OF, assumed=True)),),
        "week": (item("Họp giao ban", date(2026, 6, 14), (), day_off="Chủ nhật"),),
        "awaited": (
            AwaitedItem(
                task_id="x", deadline=1, text="Trả lời", words="trong 10 ngày", document="d", place="2", leads=(HEALTH,),
                awaited=Awaited(missing="event", event="nhận được hồ sơ"),
            ),
        ),
        "units": (
            UnitDue(id="so-y-te", name="Sở Y tế", overdue=1, awaited=1), UnitDue(id=MONEY[0], name=MONEY[1], overdue=1, today=1),
            UnitDue(id="", name="", week=1),
        ),
        "tasks": 4,
        **more,
    }  # fmt: skip
    return DueReport(as_of=AS_OF, until=date(2026, 6, 24), calendar="holidays 1 (VN)", **values)


def test_markdown_says_what_when_who_and_whence() -> None:
    said = write_markdown(report())
    assert said.startswith("# Nhắc việc ngày 10/06/2026\n\n1 việc quá hạn, 1 việc đến hạn hôm nay, 1 việc trong tuần\n")
    assert (
        "- **05/06/2026** (quá hạn 5 ngày): Báo cáo \\_quý\\_ \\<b\\>I\\</b\\> & II\n  - Chủ trì: Sở Y tế; Sở Tài chính \\<& Co\\>" in said
    )
    assert "Còn 2 kỳ trước chưa ghi là đã xong." in said and "Văn bản không nêu ngày: lấy ngày cuối kỳ." in said
    assert "Ngày này là ngày nghỉ (Chủ nhật)." in said and "cần biết ngày «nhận được hồ sơ»" in said
    assert "chưa rõ đơn vị chủ trì" in said and "\n\n\n" not in said


def test_html_is_escaped_and_loads_nothing() -> None:
    page = html.fromstring(write_html(report()).encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    assert not page.xpath("//script|//img|//link|//style|//@src|//@href|//b")
    assert [title.text_content() for title in page.xpath("//h2")] == [
        "Quá hạn (1)", "Đến hạn hôm nay (1)", "Đến hạn trong tuần này (1)", "Chưa tính được hạn, cần người bổ sung (1)",
    ]  # fmt: skip
    first = [" ".join(cell.text_content().split()) for cell in page.xpath("(//tbody)[1]/tr/td")]
    assert first[0] == "05/06/2026quá hạn 5 ngày" and first[1].startswith("Báo cáo _quý_ <b>I</b> & II")
    assert first[2] == "Sở Y tế; Sở Tài chính <& Co>"
    assert len(page.xpath("(//thead)[1]//th")) == 4 == len(first)
    one = html.fromstring(write_html(report(), "Sở Y tế").encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    assert len(one.xpath("(//thead)[1]//th")) == 3 and "Sở Y tế" in one.xpath("//h1")[0].text_content()


def test_the_mail_opens_as_a_draft_with_both_forms() -> None:
    raw = write_mail(report(), "Sở\r\nBcc: x@example.org")
    mail = message_from_bytes(raw, policy=default)
    assert mail["Subject"] == "Nhắc việc ngày 10/06/2026: 1 việc quá hạn, 1 việc đến hạn hôm nay, 1 việc trong tuần (Sở Bcc: x@example.org)"
    assert mail["X-Unsent"] == "1" and mail["To"] is None and mail["Bcc"] is None and mail["From"] is None
    assert mail["Date"] == "Wed, 10 Jun 2026 07:00:00 +0700"
    text, page = mail.iter_parts()
    assert text.get_content_type() == "text/plain" and "Nộp dự toán" in text.get_content()
    assert page.get_content_type() == "text/html" and "Nộp dự toán" in page.get_content()
    assert max(map(len, raw.split(b"\r\n"))) <= 998 and raw.isascii() and b"\n" not in raw.replace(b"\r\n", b"")
    assert write_mail(report(), "a") == write_mail(report(), "a")


def test_a_digest_for_each_unit_and_the_office(tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path).as_posix() for path in write_digests(report(), tmp_path)}
    stems = ("tat-ca", "so-y-te", "so-tai-chinh", "chua-ro-don-vi")
    assert written == {f"2026-06-10/{stem}.{kind}" for stem in stems for kind in ("md", "eml")}
    health = (tmp_path / "2026-06-10" / "so-y-te.md").read_text(encoding="utf-8")
    assert "1 việc quá hạn, 0 việc đến hạn hôm nay" in health and "Nộp dự toán" not in health


def test_a_quiet_day_and_a_day_with_too_much() -> None:
    quiet = DueReport(as_of=AS_OF, until=date(2026, 6, 24), calendar="x")
    assert "Không có việc nào quá hạn hay đến hạn đến hết ngày 24/06/2026." in write_markdown(quiet)
    much = report(overdue=tuple(item(f"việc {n}", date(2026, 6, 1)) for n in range(1000)))
    assert "và 800 việc nữa" in write_markdown(much) and write_markdown(much).count("quá hạn 9 ngày") == 200


def test_english_too() -> None:
    speak("en")
    said = write_markdown(report())
    assert "5 days late" in said and "Due today (1)" in said and 'lang="en"' in write_html(report())
    speak("vi")

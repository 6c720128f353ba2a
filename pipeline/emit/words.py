"""Normal forms and plain facts in the words a clerk reads."""

import re
from datetime import date, datetime

from models import Citation, Deadline, Header, Source, Target

REPEATS = {
    "daily": "hằng ngày",
    "weekly": "hằng tuần",
    "monthly": "hằng tháng",
    "quarterly": "hằng quý",
    "half-yearly": "6 tháng một lần",
    "yearly": "hằng năm",
    "school-yearly": "hằng năm học",
    "continuous": "thường xuyên",
}
SEVERITIES = {"error": "Lỗi", "warning": "Cần xem lại", "note": "Lưu ý"}
STATUSES = {"clean": "Đạt", "needs-review": "Cần người xem lại", "failed": "Không đọc được"}
RELATIONS = {"coordinates": "phối hợp", "directs": "chỉ đạo, hướng dẫn", "reports": "báo cáo, tham mưu"}
ROLES = {"lead": "Chủ trì", "coordinate": "Phối hợp", "implement": "Thực hiện", "report_to": "Nhận báo cáo"}

_PERIODS = {"D": "ngày", "WD": "ngày làm việc", "W": "tuần", "M": "tháng", "Y": "năm", "TH": "giờ", "TM": "phút"}
_PERIOD = re.compile(r"P(?:(\d+)(D|WD|W|M|Y)|T(\d+)([HM]))")
_YEARLESS = re.compile(r"--(?:(\d\d)-)?(\d\d)")
_COMPARATORS = {">=": "ít nhất", ">": "trên", "<=": "không quá", "<": "dưới"}
_COMPARED = re.compile(r"ít nhất|tối thiểu|trở lên|trên|hơn|không quá|tối đa|dưới|[<>≤≥]", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
_LISTED = {"-": "gạch", "+": "dấu +", "*": "dấu *", "p": "đoạn", "r": "dòng"}
_STEP = re.compile(r"([-+*pr])(\d+)(?=[.~]|$)")
_TITLES = {"PL": "Phụ lục", "TM": "Tiểu mục", "Đ": "Điều", "K": "Khoản", "P": "Phần", "C": "Chương", "M": "Mục"}
_TITLED = re.compile(r"(?<![\w(])(PL|TM|[ĐKPCM])(?=\d|[IVX]+(?:\.|$))")
_AGAIN = re.compile(r"~(\d+)")
_EMPHASIS = re.compile(r"(?<!\d)\*+|\*+(?!\d)")
_BULLET = re.compile(r"^(?:[-+*•–—]\s+)+(?=\S)")


def plain(text: str) -> str:
    """Return ``text`` on one line as it is read: no emphasis asterisks of web copies, no control or invisible characters."""
    return " ".join(_EMPHASIS.sub("", _UNPRINTABLE.sub("", text)).split())


def unlisted(text: str, marker: str = "") -> str:
    """Return ``text`` (plain) without the list marker in front: ``marker`` where it stands there, else a bullet.

    Of a table row typed with bars, the cells that hold something are kept, bars between them.
    """
    line = " ".join(_UNPRINTABLE.sub("", text).split())
    if line.startswith("|"):
        line = line[1:].lstrip()
    if marker and line.startswith(marker):
        line = line[len(marker) :].lstrip()
    if "|" in line:
        line = " | ".join(cell for part in line.split("|") if (cell := part.strip()))
    return plain(_BULLET.sub("", line, count=1))


def shorten(text: str, length: int) -> str:
    """Return ``text`` cut after a whole word to at most ``length`` characters, with "…" where something was left out."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.-(") + "…"


def read_day(value: str | None) -> date | datetime | None:
    """Return the day (or moment) that a normal form names in full, None for all else and for days that do not exist."""
    try:
        if value is None:
            return None
        return datetime.fromisoformat(value) if "T" in value and value[0].isdigit() else date.fromisoformat(value)
    except ValueError:
        return None


def say_place(clause_id: str) -> str:
    """Return a clause id as one would say where it stands: "III.3/-2" → "III.3, gạch 2"; "Đ3.1~2" → "Điều 3.1 (lần 2)"."""
    steps = [_STEP.sub(lambda m: f"{_LISTED[m[1]]} {m[2]}", step, count=1) for step in clause_id.split("/")]
    said = ", ".join(_TITLED.sub(lambda m: f"{_TITLES[m[1]]} ", step) for step in steps)
    return plain(_AGAIN.sub(r" (lần \1)", said))


def say_day(value: str) -> str:
    """Return an ISO date as "25/12/2020", with its time as "16 giờ 00, 06/11/2020", "09/2020" and "2020" where it is shorter."""
    day = read_day(value)
    if isinstance(day, datetime):
        return f"{day.hour} giờ {day.minute:02}, {day:%d/%m}/{day.year:04}"
    if day is not None:
        return f"{day:%d/%m}/{day.year:04}"
    return "/".join(reversed(value.split("-"))) if re.fullmatch(r"\d{4}(-\d\d)?", value) else value


def say_issued(value: str) -> str:
    """Return the date of a document as in its name: "ngày 25/12/2020", "tháng 9/2020", "năm 2020"."""
    if re.fullmatch(r"\d{4}-\d\d", value):
        return f"tháng {int(value[5:])}/{value[:4]}"
    return f"năm {value}" if re.fullmatch(r"\d{4}", value) else f"ngày {say_day(value)}"


def say_deadline(deadline: Deadline) -> str:
    """Return the normal form of a deadline in words: "trước 30/6 hằng năm", "10 ngày làm việc", "từ … đến …"."""
    start, due, repeat = deadline.start, deadline.due, deadline.repeat
    every = REPEATS.get(repeat, repeat) if repeat else ""
    if due is None:
        return " ".join(filter(None, (f"từ {say_day(start)}" if start else "", every)))
    if period := _PERIOD.fullmatch(due):
        many, unit = (period[1], period[2]) if period[1] else (period[3], "T" + period[4])
        return f"trong {int(many)} {_PERIODS[unit]}" + (f", {every}" if every else "")
    if yearless := _YEARLESS.fullmatch(due):
        day = f"{int(yearless[2])}/{int(yearless[1])}" if yearless[1] else f"ngày {int(yearless[2])}"
        return f"{_boundary(deadline, int(yearless[2]))} {day} {every or '(không rõ năm)'}"
    if start == due:
        return f"ngày {say_day(due)}"
    if start:
        said = f"từ {say_day(start)} đến {say_day(due)}"
    else:
        moment = read_day(due)
        said = f"{_boundary(deadline, moment.day if moment else 0)} {say_day(due)}"
    return f"{said}, {every}" if every else said


def _boundary(deadline: Deadline, day: int) -> str:
    """Return "trước" only where the words name that very day: "trước tháng 7" ends on 30/6, that day included."""
    printed = {int(number) for number in re.findall(r"\d+", deadline.text) if len(number) < 5}
    return "trước" if deadline.bound == "before" and day in printed else "chậm nhất"


def say_target(target: Target) -> str:
    """Return a target as "trẻ 5 tuổi ra lớp: ít nhất 98%", in the printed number."""
    number = plain(target.text)
    if target.comparator != "=" and not _COMPARED.search(number):
        number = f"{_COMPARATORS[target.comparator]} {number}"
    of = plain(target.of or "")
    return f"{of}: {number}" if of else number


def say_citation(citation: Citation) -> str:
    """Return a cited document by kind, number, date and issuer, as far as they are printed."""
    issued = say_issued(citation.date) if citation.date else ""
    issuer = f"của {citation.issuer}" if citation.issuer else ""
    return plain(" ".join(filter(None, (citation.kind, citation.number, issued, issuer))))


def say_document(header: Header, source: Source) -> str:
    """Return the directive's name as others would cite it: "Kế hoạch số 267/KH-UBND ngày 25/12/2020"; else the file's name."""
    if not (header.kind or header.number):
        return plain(source.name)
    kind = header.kind.name if header.kind else "Văn bản"
    parts = (
        f"Dự thảo {kind[0].lower()}{kind[1:]}" if header.draft and kind else kind,
        f"số {header.number}" if header.number else "",
        say_issued(header.issued_on) if header.issued_on else "",
    )
    return plain(" ".join(filter(None, parts)))

"""Directives to hand on: read as the pipeline reads them, with everything in them that a format may stumble over."""

import hashlib
from pathlib import Path

from models import Block, Document, Result, Source, Span, Task
from pipeline.coordinate import coordinate
from pipeline.rulebook import rulebook
from pipeline.run import take_apart

TASKS = (
    "Sở Giáo dục và Đào tạo chủ trì, phối hợp với Sở Nội vụ, Sở Tài chính rà soát đội ngũ giáo viên, báo cáo Ủy ban nhân dân tỉnh "
    "trước ngày 15/3/2024.",
    "Sở Tài chính bố trí kinh phí sửa chữa trường học, hoàn thành trước 16 giờ 00, ngày 30/6/2024.",
    "Sở Y tế kiểm tra bếp ăn bán trú mỗi quý một lần; phấn đấu 100% trường đạt chuẩn.",
    "Công an tỉnh bảo đảm an ninh, trật tự tại các điểm thi từ ngày 01/6/2024 đến ngày 10/6/2024.",
    "Ủy ban nhân dân các huyện tuyên truyền kế hoạch này đến từng thôn.",
)
HOSTILE = (
    '=HYPERLINK("http://x","=1+1")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "/close", '/label ~"x"', "@all p1 @nhan #du-an",
    'dấu phẩy, "ngoặc kép"; chấm phẩy\nxuống dòng\r\n| gạch | đứng', "<b>&amp;</b> ]]> \x00\x07\x1b", "lẻ \u2028 dòng \ufffe",
    "Nghĩa Đàn: ề ộ ữ ỵ ặ Ẵ đĐ", "{text} {0} %s %d %(a)s", "…" * 3000, "`code` *đậm* _nghiêng_ # [x](y)",
)  # fmt: skip


def directive(*tasks: str, number: str = "25/KH-UBND", day: str = "10 tháng 01 năm 2024", draft: bool = False) -> str:
    lines = [
        *(("DỰ THẢO",) if draft else ()), "ỦY BAN NHÂN DÂN", "TỈNH BẮC HÀ", f"Số: {number}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", f"Bắc Hà, ngày {day}", "", "KẾ HOẠCH", "Nhiệm vụ năm học 2024", "", "I. TỔ CHỨC THỰC HIỆN",
        *(f"{n}. {task}" for n, task in enumerate(tasks or TASKS, 1)), "", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Trần Văn Bình",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def read(text: str, name: str = "ke-hoach.txt") -> Result:
    """Return what the pipeline makes of ``text``."""
    at, blocks = 0, []
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(Block(span=Span(at, at + len(line.rstrip("\n")))))
        at += len(line)
    source = Source(name=name, sha256=hashlib.sha256(text.encode()).hexdigest(), media_type="text/plain")
    return take_apart(Document(text=text, source=source, blocks=tuple(blocks)), rulebook())


def hostile(result: Result) -> Result:
    """Return ``result`` with tasks and units whose words are code, markup, broken letters for some reader or other."""
    first = result.tasks[0]
    made: list[Task] = []
    for number, words in enumerate(HOSTILE, 1):
        units = tuple(a.model_copy(update={"name": words, "unit_id": f"don-vi-{number}-{a.role}"}) for a in first.assignments)
        named = {"text": words, "title": words, "id": f"xau:{number}", "assignments": units, "orders": ()}
        made.append(first.model_copy(update=named))
    header = result.header.model_copy(update={"title": HOSTILE[0], "number": "7/KH-UBND"})
    tasks = (*result.tasks, *made)
    return result.model_copy(update={"tasks": tasks, "header": header, "graph": coordinate(tasks, result.units)})


def save(folder: Path, *results: Result) -> Path:
    """Write ``results`` as ``giaoviec run`` does and return the folder."""
    for number, result in enumerate(results, 1):
        place = folder / f"van-ban-{number}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "result.json").write_text(result.model_dump_json(), encoding="utf-8")
    return folder

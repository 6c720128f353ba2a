"""Results made by hand for tests of the store: a directive of a few lines, read as the pipeline reads it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from models import Block, Document, Result, Source, Span
from pipeline.rulebook import rulebook
from pipeline.run import take_apart
from pipeline.store import Store

PLAN = (
    "Phòng Giáo dục và Đào tạo chủ trì, phối hợp với Phòng Nội vụ rà soát đội ngũ giáo viên, báo cáo trước ngày 15/3/2024.",
    "Phòng Tài chính - Kế hoạch bố trí kinh phí sửa chữa trường học, hoàn thành trước ngày 30/6/2024.",
    "Phòng Y tế kiểm tra bếp ăn bán trú của các trường mầm non mỗi quý một lần.",
    "Công an quận bảo đảm an ninh, trật tự tại các điểm thi, phối hợp với Phòng Giáo dục và Đào tạo phân luồng giao thông.",
    "Ủy ban nhân dân các phường tuyên truyền kế hoạch này đến từng tổ dân phố.",
    "Phòng Văn hóa và Thông tin tổ chức tuyên truyền trên hệ thống truyền thanh cơ sở.",
    "Thanh tra quận kiểm tra việc thu, chi đầu năm học tại các trường công lập.",
)


def directive(
    *tasks: str,
    number: str | None = "25/KH-UBND",
    day: str = "ngày 10 tháng 01 năm 2024",
    title: str = "Triển khai nhiệm vụ năm học 2024 trên địa bàn quận",
    kind: str = "KẾ HOẠCH",
    foot: str = "",
    draft: bool = False,
) -> str:
    """Return the text of a plan with ``tasks``."""
    lines = [
        *(("DỰ THẢO",) if draft else ()),
        "ỦY BAN NHÂN DÂN",
        "QUẬN NGÔ QUYỀN",
        f"Số: {number or '       /KH-UBND'}",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"Ngô Quyền, {day}",
        "",
        kind,
        title,
        "",
        "I. TỔ CHỨC THỰC HIỆN",
        *(f"{n}. {task}" for n, task in enumerate(tasks or PLAN, 1)),
        *((foot,) if foot else ()),
        "",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Nguyễn Văn An",
    ]
    return "\n".join(lines) + "\n"


def read(text: str, name: str = "ke-hoach.txt", sha256: str = "0" * 64) -> Result:
    """Return what the pipeline makes of ``text``."""
    at, blocks = 0, []
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(Block(span=Span(at, at + len(line.rstrip("\n")))))
        at += len(line)
    source = Source(name=name, sha256=sha256, media_type="text/plain")
    return take_apart(Document(text=text, source=source, blocks=tuple(blocks)), rulebook())


def write(folder: Path, text: str, name: str = "ke-hoach.txt") -> Path:
    """Write ``text`` into a file of its own and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def enter(store: Store, folder: Path, *tasks: str, **head: Any) -> int:
    """Receive and read a directive with ``tasks``; return its document."""
    text = directive(*tasks, **head)
    document = store.receive(write(folder, text, f"{abs(hash(text))}.txt")).document.id
    claim = store.claim("w", 60)
    assert claim and claim.document.id == document
    assert store.finish(claim, _read_once(text)).state == "review"
    return document


@lru_cache
def _read_once(text: str) -> Result:
    return read(text)

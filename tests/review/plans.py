"""A store with two plans whose deadlines lie around today, for tests of the register and of the pages of units."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from pipeline.review import Site
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.settings import Settings
from pipeline.store import Store

TODAY = date.today()
EDUCATION = "phong-giao-duc-dao-tao.quan-ngo-quyen"


def say_in(days: int) -> str:
    """Return the day so many days from today as a directive writes it."""
    return f"{TODAY + timedelta(days=days):%d/%m/%Y}"


PLAN = (
    f"Phòng Giáo dục và Đào tạo chủ trì, phối hợp với Phòng Nội vụ rà soát đội ngũ giáo viên, báo cáo trước ngày {say_in(3)}.",
    f"Phòng Tài chính - Kế hoạch bố trí kinh phí sửa chữa trường học, hoàn thành trước ngày {say_in(-5)}.",
    "Phòng Y tế kiểm tra bếp ăn bán trú của các trường mầm non mỗi quý một lần.",
    f"Thanh tra quận kiểm tra việc thu, chi đầu năm học, phối hợp với Phòng Giáo dục và Đào tạo, xong trước ngày {say_in(60)}.",
    "Phòng Văn hóa và Thông tin tổ chức tuyên truyền trên hệ thống truyền thanh cơ sở.",
)
DECISION = (
    f"Phòng Nội vụ chủ trì, phối hợp với Phòng Giáo dục và Đào tạo tuyển dụng giáo viên, hoàn thành trước ngày {say_in(0)}.",
    f"Phòng Giáo dục và Đào tạo lập danh sách thí sinh <b>dự tuyển</b>, xong trước ngày {say_in(-40)}.",
)


def plan(*tasks: str, number: str, kind: str, title: str) -> str:
    """Return the text of a directive issued a hundred days ago."""
    day = TODAY - timedelta(days=100)
    return "\n".join((
        "ỦY BAN NHÂN DÂN", "QUẬN NGÔ QUYỀN", f"Số: {number}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        f"Ngô Quyền, ngày {day.day:02} tháng {day.month:02} năm {day.year}", "", kind, title, "", "I. TỔ CHỨC THỰC HIỆN",
        *(f"{n}. {task}" for n, task in enumerate(tasks, 1)), "", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn An", "",
    ))  # fmt: skip


def filled_store(folder: Path) -> Path:
    """Make a store with both plans, read and to be reviewed, in ``folder``."""
    texts = (
        plan(*PLAN, number="25/KH-UBND", kind="KẾ HOẠCH", title="Triển khai nhiệm vụ năm học trên địa bàn quận"),
        plan(*DECISION, number="31/QĐ-UBND", kind="QUYẾT ĐỊNH", title="Về việc tuyển dụng giáo viên"),
    )
    with Store.open(folder / "giaoviec.db") as store:
        for n, text in enumerate(texts):
            path = folder / f"van-ban-{n}.txt"
            path.write_text(text, encoding="utf-8")
            store.receive(path)
            claim = store.claim("test", 60)
            assert claim
            store.finish(claim, process(path, rulebook()))
    return folder


def open_copy(once: Path, folder: Path) -> Iterator[Site]:
    """Yield a site without login on a copy, in ``folder``, of the store in ``once``."""
    folder.mkdir()
    for path in once.glob("giaoviec.db*"):
        (folder / path.name).write_bytes(path.read_bytes())
    with Store.open(folder / "giaoviec.db") as store:
        yield Site(store, Settings(), login=False, hosts=frozenset({"testserver"}))

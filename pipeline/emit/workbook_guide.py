"""The sheet "Hướng dẫn" of a workbook: how it is used, what its colours mean, how it is sent back."""

from typing import Final

from pipeline.emit.sheets import Book, Column

_COLUMNS: Final = (Column("Hướng dẫn", 100),)
_USE: Final = (
    "• Mỗi dòng ở trang Nhiệm vụ là một nhiệm vụ của văn bản. Lọc và sắp xếp bằng mũi tên ở đầu cột; "
    "in ra khổ A4 ngang, đầu bảng lặp lại mỗi trang.",
    "• Cột đầu xanh sửa được; cột đầu xám chỉ để xem (sửa cũng không được nhập lại). "
    "Cột bên phải cột Ghi chú chỉ hiện trên màn hình, không in.",
    "• Một ô có nhiều đơn vị, nhiều thời hạn hoặc nhiều chỉ tiêu: mỗi mục một dòng trong ô (Alt+Enter).",
    "• Đơn vị: chọn trong danh sách hoặc gõ tên; tên mới được giữ nguyên và được báo khi nhập lại.",
    "• Thời hạn giữ chữ của văn bản; Hạn (ngày) là ngày tính được từ chữ ấy. Gõ ngày như 30/6/2026, nếu có giờ thì 30/6/2026 16:00. "
    "Hạn không có ngày (thường xuyên, hằng quý) thì để trống.",
    "• Độ tin cậy là khả năng không phải sửa gì ở dòng ấy; nên xem trước những dòng thấp.",
    "• Rà soát: Chờ duyệt, Đã duyệt, Đã sửa, Bỏ (không phải nhiệm vụ; ghi lý do vào Ghi chú), Chưa rõ.",
    "• Trạng thái: Chưa thực hiện, Đang thực hiện, Hoàn thành (ghi Ngày xong; để trống thì lấy ngày nhập lại).",
)
_BACK: Final = (
    "• Lưu tệp dạng .xlsx (không đổi sang .csv), rồi thả vào thư mục văn bản đến, hoặc chạy: giaoviec import TỆP.xlsx (xem khác biệt), "
    "giaoviec import TỆP.xlsx --apply (ghi vào kho).",
    "• Sắp xếp, lọc, ẩn, đổi chỗ cột, đổi tên cột đều được: dòng được nhận ra theo mã ẩn. "
    "Đừng xóa cột ẩn Mã nhiệm vụ và dòng ẩn trên đầu bảng.",
    "• Xóa một dòng không phải là bỏ nhiệm vụ: muốn bỏ thì chọn Bỏ ở cột Rà soát.",
    "• Nhiệm vụ còn sót: thêm một dòng ở cuối bảng, chép đúng chữ của văn bản vào cột Nội dung nhiệm vụ; "
    "không chép từ dòng khác sang (chép cả mã ẩn).",
    "• Nếu trong lúc ấy có người khác đã sửa cùng nhiệm vụ trong kho thì dòng ấy được báo là xung đột và không ghi đè.",
)
_COLOURS: Final = (
    ("overdue", "Quá hạn mà chưa hoàn thành (so với ngày hôm nay)"),
    ("soon", "Còn không quá 3 ngày"),
    ("missing", "Văn bản không nêu đơn vị chủ trì"),
    ("doubtful", "Độ tin cậy dưới 60%: nên xem trước"),
    ("finished", "Đã hoàn thành"),
    ("dropped", "Đã bỏ"),
    ("header", "Cột sửa được"),
    ("fixed-header", "Cột chỉ để xem"),
)


def add_guide(book: Book) -> None:
    """Add the sheet."""
    sheet = book.add("Hướng dẫn", _COLUMNS, ("HƯỚNG DẪN",), one_page=True)
    sheet.section("Cách dùng")
    sheet.lines(_USE)
    sheet.section("Gửi lại")
    sheet.lines(_BACK)
    sheet.section("Màu")
    sheet.legend(_COLOURS)

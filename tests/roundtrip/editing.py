"""Edited workbooks for tests: cells changed in the file itself, as a spreadsheet program would leave them, and by LibreOffice."""

import io
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook

from models import Result
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.store import Store

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
KEY = "giaoviec:"
REGISTER = "xl/worksheets/sheet1.xml"
SOFFICE = "soffice"


TASKS = (
    "Phòng Nội vụ chủ trì, phối hợp với Phòng Tư pháp rà soát hồ sơ cán bộ, báo cáo trước ngày 15/3/2024.",
    "Phòng Tài chính - Kế hoạch cân đối kinh phí 250 triệu đồng sửa chữa nhà văn hóa, hoàn thành trước ngày 28/6/2024.",
    "Phòng Y tế kiểm tra bếp ăn tập thể mỗi quý một lần.",
    "Công an huyện bảo đảm an ninh, trật tự các lễ hội, phối hợp với Phòng Văn hóa và Thông tin phân luồng giao thông.",
    "Ủy ban nhân dân các xã tuyên truyền kế hoạch này đến từng thôn, bản; phấn đấu trên 95% hộ dân ký cam kết.",
    "Phòng Văn hóa và Thông tin tổ chức tuyên truyền trên hệ thống truyền thanh cơ sở.",
    "Thanh tra huyện kiểm tra việc sử dụng quỹ đất công ích tại các xã.",
    "Phòng Nông nghiệp gửi danh sách hộ bị thiệt hại về Ủy ban nhân dân huyện trước 16 giờ 00 ngày 20/12/2024.",
)
MISSED = "Các thôn, bản giữ gìn đường làng, ngõ xóm sạch đẹp trong dịp lễ."
"""a sentence of the directive that orders something and is not among its tasks"""


def directive(*tasks: str, number: str = "25/KH-UBND", title: str = "Triển khai công tác năm 2024 trên địa bàn huyện") -> str:
    """Return the text of a plan with ``tasks``."""
    head = ("ỦY BAN NHÂN DÂN", "HUYỆN SÔNG MÃ", f"Số: {number}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    body = ("Sông Mã, ngày 10 tháng 01 năm 2024", "", "KẾ HOẠCH", title, "", "I. MỤC ĐÍCH", MISSED, "II. TỔ CHỨC THỰC HIỆN")
    listed = (f"{n}. {task}" for n, task in enumerate(tasks or TASKS, 1))
    return "\n".join((*head, *body, *listed, "", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lò Văn Bình")) + "\n"


def receive(store: Store, folder: Path, *tasks: str, name: str = "ke-hoach.txt", **about: str) -> tuple[int, Result]:
    """Let a store receive and read a directive; return its number and result."""
    path = folder / name
    path.write_text(directive(*tasks, **about), encoding="utf-8")
    store.receive(path)
    claim = store.claim("test", 60)
    assert claim is not None
    result = process(store.original(claim.document.id), rulebook())
    store.finish(claim, result)
    return claim.document.id, result


class Register:
    """The register of a workbook: where its columns and rows are."""

    def __init__(self, path: Path) -> None:
        self.lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Nhiệm vụ").to_python(skip_empty_area=False)
        self.head = next(i for i, line in enumerate(self.lines) if any(str(cell).startswith(KEY) for cell in line)) + 1
        self.columns = {str(cell).removeprefix(KEY): i for i, cell in enumerate(self.lines[self.head - 1]) if str(cell).startswith(KEY)}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The lines by key of the column."""
        return [{key: line[i] for key, i in self.columns.items()} for line in self.lines[self.head + 1 :]]

    def cell(self, task: int, column: str) -> str:
        """Return the place ("C5") of a column in the row of the task of that number, from 1."""
        return f"{letters(self.columns[column])}{self.head + 1 + task}"


def letters(column: int) -> str:
    """Return the letters of a column, from 0."""
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def edit(path: Path, cells: Mapping[tuple[int, str], str | float | None], target: Path | None = None) -> Path:
    """Set cells (number of the task's row from 1, column) of the register; return the path of the edited workbook."""
    register = Register(path)

    def change(sheet: etree._Element) -> None:
        for (task, column), value in cells.items():
            set_cell(sheet, register.cell(task, column), value)

    return rewrite(path, change, target)


def set_cell(sheet: etree._Element, place: str, value: str | float | None) -> None:
    row_number = int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    data = sheet.find(f"{MAIN}sheetData")
    assert data is not None
    row = next((r for r in data if r.get("r") == str(row_number)), None)
    if row is None:
        row = etree.SubElement(data, f"{MAIN}row", r=str(row_number))
    cell = next((c for c in row if c.get("r") == place), None)
    if cell is None:
        cell = etree.SubElement(row, f"{MAIN}c", r=place)
        row[:] = sorted(row, key=lambda c: (len(str(c.get("r"))), str(c.get("r"))))
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = value
    elif value is not None:
        etree.SubElement(cell, f"{MAIN}v").text = repr(value)


def rewrite(path: Path, change: Callable[[etree._Element], None], target: Path | None = None, part: str = REGISTER) -> Path:
    """Change the XML of a part (by default the register's sheet)."""
    target = target or path.with_name(f"{path.stem}-sửa.xlsx")
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                tree = etree.fromstring(content)
                change(tree)
                content = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(name, content)
    target.write_bytes(buffer.getvalue())
    return target


def reorder_rows(path: Path, order: Sequence[int], target: Path | None = None) -> Path:
    """Put the register's rows into another order (numbers from 1); rows that are not named are deleted, a row named twice is copied."""
    head = Register(path).head

    def change(sheet: etree._Element) -> None:
        data = sheet.find(f"{MAIN}sheetData")
        assert data is not None
        rows = {int(str(row.get("r"))): row for row in data}
        body = [deepcopy(rows[head + 1 + number]) for number in order]
        for number, row in rows.items():
            if number > head + 1:
                data.remove(row)
        for at, row in enumerate(body, head + 2):
            row.set("r", str(at))
            for cell in row:
                cell.set("r", str(cell.get("r")).rstrip("0123456789") + str(at))
            data.append(row)

    return rewrite(path, change, target)


def move_columns(path: Path, order: Sequence[str | None], target: Path | None = None) -> Path:
    """Put the register's columns into another order of keys; None is a column that somebody inserted, keys left out are deleted."""
    columns = Register(path).columns

    def change(sheet: etree._Element) -> None:
        data = sheet.find(f"{MAIN}sheetData")
        assert data is not None
        for row in data:
            number = str(row.get("r"))
            cells = {str(cell.get("r")).rstrip("0123456789"): cell for cell in row}
            moved = []
            for at, key in enumerate(order):
                cell = cells.get(letters(columns[key])) if key is not None else None
                if cell is not None:
                    cell.set("r", letters(at) + number)
                    moved.append(cell)
            row[:] = moved

    return rewrite(path, change, target)


MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{code}
</script:module>
"""
OPEN = """
Sub Edit
  On Error Goto wrong
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim book As Object, sheet As Object
  book = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
  sheet = book.Sheets.getByName("Nhiệm vụ")
{lines}
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName"
  kind(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL("{target}", kind())
  book.close(True)
  Exit Sub
wrong:
  Open "{target}.txt" For Output As #1
  Print #1, "line " & Erl & ": " & Error
  Close #1
End Sub
"""


def edit_in_libreoffice(path: Path, lines: Sequence[str], target: Path, profile: Path) -> Path:
    """Open a workbook in LibreOffice, run lines of Basic on ``sheet`` (its register) and ``book``, save it as Excel's format."""
    start = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    module = profile / "user" / "basic" / "Standard" / "Module1.xba"
    if not module.exists():  # the first start makes the profile, with an empty module of that name
        subprocess.run([*start, "--terminate_after_init"], check=True, capture_output=True, timeout=180)
    code = OPEN.format(source=path.as_uri(), target=target.as_uri(), lines="\n".join(f"  {line}" for line in lines))
    code = code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    module.write_text(MACRO.format(code=code), encoding="utf-8")
    subprocess.run([*start, "macro:///Standard.Module1.Edit"], check=True, capture_output=True, timeout=180)
    fault = Path(f"{target}.txt")
    assert target.is_file(), fault.read_text() if fault.is_file() else "LibreOffice did not run the macro"
    return target

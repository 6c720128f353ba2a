"""What the tests of Word, PDF and HTML files print: a directive with signs that a careless template would take for commands."""

import subprocess
from pathlib import Path

from pypdfium2 import PdfDocument
from test_emit import RESULT

from models import Party, Result

# Each means something to Word's XML, to Jinja, to typst or to HTML.
SIGNS = "Lập <b>sổ</b> & {{ 7 + 7 }} {% endfor %} #set text(red) $x^2$ *đậm* _nghiêng_ @muc \\ `mã` </w:t> ]]> \"ngoặc\" 'đơn' = //"
# Vietnamese in all of its marks, and letters that fonts often lack.
ALPHABET = "Ặ ẵ Ằ ậ Ẫ ẽ Ệ ỉ Ĩ Ộ ỗ Ợ ỡ Ủ Ữ ự Ỵ ỹ Đ đ Ơ ơ Ư ư"
UNIT = "Phòng Nội vụ"


def signed() -> Result:
    """Return the sample with SIGNS and ALPHABET in a task, a unit and the title."""
    first, *others = RESULT.tasks
    units = tuple(u.model_copy(update={"name": f"{u.name} <{ALPHABET}>"}) if u.name == "Phòng Tài chính" else u for u in RESULT.units)
    header = RESULT.header.model_copy(update={"title": f"Sắp xếp #bộ {SIGNS}", "parent_issuer": Party(name="Thành phố Hà Nội")})
    return RESULT.model_copy(update={"tasks": (first.model_copy(update={"text": SIGNS}), *others), "units": units, "header": header})


def many(times: int) -> Result:
    """Return the sample with its tasks ``times`` over."""
    tasks = [task.model_copy(update={"id": f"{task.id}-{n}"}) for n in range(times) for task in RESULT.tasks]
    return RESULT.model_copy(update={"tasks": tuple(tasks)})


def read_pdf(pdf: bytes | Path) -> list[str]:
    """Return the words of each page, with single spaces, as another program reads them."""
    document = PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def print_word(paper: bytes, folder: Path) -> Path:
    """Return the PDF that LibreOffice makes of a Word file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.docx").write_bytes(paper)
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), str(folder / "a.docx")], check=True, capture_output=True, timeout=120)
    return folder / "a.pdf"

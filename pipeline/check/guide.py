"""docs/findings.md: every finding that there is, for those who read them. Made from the rules, never by hand.

``python -m pipeline.check.guide > docs/findings.md`` writes it anew; a test compares the two.
"""

from collections.abc import Iterator
from typing import Final

from pipeline.rulebook import rulebook

_HEAD: Final = """# Những điều chương trình nhắc · Findings

Mỗi kết quả kèm danh sách *điều cần xem lại*: chỗ mà người đọc cẩn thận sẽ hỏi lại. Chương trình chỉ nhắc và chỉ đúng chữ trong văn bản,
không tự sửa. Văn bản không có điều nào trên mức *ghi chú* có trạng thái `clean`, còn lại là `needs-review`.

| mức | trong mã | nghĩa |
| --- | --- | --- |
| lỗi | `error` | phải làm rõ trước khi nhập nhiệm vụ |
| cảnh báo | `warning` | nên xem lại |
| ghi chú | `note` | biết thì tốt, không cản việc |

*Each result lists its findings: what a careful reader would ask about. Nothing is mended, each finding points at its words. This table is
made from rules/*.toml (`python -m pipeline.check.guide > docs/findings.md`).*

| mã | mức | nghĩa là | ví dụ | lời nhắc |
| --- | --- | --- | --- | --- |
"""
_LEVELS: Final = {"error": "lỗi", "warning": "cảnh báo", "note": "ghi chú"}


def findings_guide() -> str:
    """Return the Markdown page that lists the findings of all rule files: errors first, then warnings, then notes, each by its code."""
    return _HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    findings = {code: entry for file in rulebook().files.values() for code, entry in file.tables.get("findings", {}).items()}
    ranks = list(_LEVELS)
    for code, entry in sorted(findings.items(), key=lambda item: (ranks.index(item[1]["severity"]), item[0])):
        words = (entry.get("means", ""), entry.get("example", ""), entry["message"])
        cells = " | ".join(word.replace("|", "\\|").replace("\n", " ") for word in words)
        yield f"| `{code}` | {_LEVELS[entry['severity']]} | {cells} |\n"


if __name__ == "__main__":
    print(findings_guide(), end="")

"""Where lines have places on paper, room, indent and spacing tell what belongs to one paragraph."""

from models import Block, Document, Source, Span
from pipeline.outline import build_outline
from pipeline.rulebook import rulebook

LEFT, RIGHT, INDENT = 85.0, 538.0, 121.0


def _document(lines: list[tuple[float, float, float, str]]) -> Document:
    """Make a document of lines (left, right, bottom, words) on one page; a bottom above the one before turns the page."""
    text, blocks, page, before = "", [], 1, 0.0
    for left, right, bottom, words in lines:
        if bottom < before:
            text, page = text + "\f", page + 1
        blocks.append(Block(span=Span(len(text), len(text) + len(words)), page=page, box=(left, bottom - 14, right, bottom)))
        text, before = text + words + "\n", bottom
    return Document(
        text=text, source=Source(name="thử.pdf", sha256="0" * 64, media_type="application/pdf", pages=page), blocks=tuple(blocks)
    )


def _clauses(document: Document) -> list[str]:
    return [" ".join(clause.span.cut(document.text).split()) for clause in build_outline(document, rulebook()).clauses]


def _paragraph(top: float, words: list[str], last: float, indent: float = INDENT) -> list[tuple[float, float, float, str]]:
    """Lines 16 points apart; all but the last are full."""
    return [(indent if n == 0 else LEFT, last if n == len(words) - 1 else RIGHT, top + 16 * (n + 1), line) for n, line in enumerate(words)]


HABIT = [
    line
    for n in range(5)
    for line in _paragraph(
        40 + 54 * n,
        [
            f"{n + 1}. Giao Sở Xây dựng rà soát các công trình cấp nước tại vùng núi và",
            "hải đảo, lập danh sách các hộ chưa có",
            "nước sạch.",
        ],
        150,
    )
]


def test_a_full_line_at_the_indent_begins_a_paragraph() -> None:
    lines = [*HABIT, *_paragraph(320, ["Các đơn vị được giao nhiệm vụ chủ động bố trí kinh phí thực hiện trong năm."], RIGHT)]
    lines += _paragraph(336, ["Sở Tài chính cân đối nguồn vốn, trình Ủy ban nhân dân tỉnh quyết định trước"], RIGHT)
    lines += [(LEFT, 300.0, 372.0, "ngày 15 tháng 6 năm 2026.")]
    clauses = _clauses(_document(lines))
    assert clauses[-2].startswith("Các đơn vị") and clauses[-2].endswith("trong năm.")
    assert clauses[-1] == "Sở Tài chính cân đối nguồn vốn, trình Ủy ban nhân dân tỉnh quyết định trước ngày 15 tháng 6 năm 2026."


def test_a_capital_at_the_margin_goes_on_with_a_full_line() -> None:
    lines = [
        *HABIT,
        *_paragraph(
            320, ["6. Công an tỉnh chủ trì, phối hợp với Sở Nội vụ, Sở Tư pháp và Văn phòng.", "Ủy ban nhân dân tỉnh kiểm tra."], 260
        ),
    ]
    assert _clauses(_document(lines))[-1].endswith("Văn phòng. Ủy ban nhân dân tỉnh kiểm tra.")


def test_a_line_with_room_left_ends_its_paragraph() -> None:
    lines = [
        *HABIT,
        (INDENT, 300.0, 336.0, "6. Kinh phí thực hiện"),
        (INDENT, RIGHT, 358.0, "Ngân sách tỉnh bảo đảm kinh phí thực hiện kế hoạch này hằng"),
    ]
    lines += [(LEFT, 200.0, 374.0, "năm theo quy định.")]
    assert _clauses(_document(lines))[-2:] == [
        "6. Kinh phí thực hiện",
        "Ngân sách tỉnh bảo đảm kinh phí thực hiện kế hoạch này hằng năm theo quy định.",
    ]


def test_a_sentence_goes_on_over_the_page_turn() -> None:
    lines = [*HABIT, (INDENT, RIGHT, 780.0, "6. Công an tỉnh chủ trì, phối hợp với các cơ quan liên quan, trong đó có")]
    lines += [
        (LEFT, RIGHT, 60.0, "Sở Nội vụ và Sở Tư pháp, kiểm tra việc chấp hành tại các xã,"),
        (LEFT, 220.0, 76.0, "phường, báo cáo kết quả."),
    ]
    clauses = _clauses(_document(lines))
    assert clauses[-1].endswith("trong đó có Sở Nội vụ và Sở Tư pháp, kiểm tra việc chấp hành tại các xã, phường, báo cáo kết quả.")

"""A mark of secrecy is told from the same words in a sentence."""

import pytest

from models import Block, Document, Source, Span, Table
from pipeline.rulebook import rulebook
from pipeline.secrecy import find_secrecy

HEAD = (
    "ỦY BAN NHÂN DÂN\nTỈNH AN BÌNH\n-------\nSố: 15/KH-UBND\nV/v tăng cường quản lý\n{mark}\nAn Bình, ngày 3 tháng 4 năm 2024\n\nKẾ HOẠCH\n"
)
BODY = "Về việc tổ chức diễn tập\n\nCăn cứ Luật Bảo vệ bí mật nhà nước;\n1. Công an tỉnh chủ trì, quản lý tài liệu Mật, Tối mật.\n"


def _document(text: str, ocr: bool = False, **more: object) -> Document:
    source = Source(name="x", sha256="", media_type="text/plain", ocr=ocr)
    return Document.model_validate({"text": text, "source": source, "blocks": (), **more})


def _mark(text: str, ocr: bool = False) -> tuple[str, str] | None:
    found = find_secrecy(_document(text, ocr), rulebook())
    return (found[0], found[1].cut(text)) if found else None


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("MẬT", ("Mật", "MẬT")),
        ("  TỐI MẬT  ", ("Tối mật", "TỐI MẬT")),
        ("| TUYỆT MẬT | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |", ("Tuyệt mật", "TUYỆT MẬT")),
        ("Độc lập - Tự do - Hạnh phúc    MẬT", ("Mật", "MẬT")),
        ("Độ mật: **Tối mật**", ("Tối mật", "Tối mật")),
        ("Số: 15/KH-UBND TỐI MẬT", ("Tối mật", "TỐI MẬT")),
        ("MẬT - KHẨN", ("Mật", "MẬT")),
    ],
)
def test_a_mark_in_the_head(line: str, mark: tuple[str, str]) -> None:
    assert _mark(HEAD.format(mark=line) + BODY) == mark


@pytest.mark.parametrize(
    "line",
    [
        "",
        "mật",
        "V/v bảo vệ bí\nmật",
        "VỀ TĂNG CƯỜNG CÔNG TÁC BẢO VỆ BÍ\nMẬT",
        "BẢO MẬT",
        "GIẢI MẬT",
        "HỎA TỐC",
        "Độ mật: Không",
        "Về quản lý tài liệu mật",
        "Số: 15/KH-UBND về bí mật",
        "MAT",
    ],
)
def test_look_alikes_are_none(line: str) -> None:
    assert _mark(HEAD.format(mark=line) + BODY) is None


def test_the_body_bears_no_mark() -> None:
    assert _mark(HEAD.format(mark="") + BODY + "\nMẬT\n\nĐộ mật: Tối mật\n") is None


def test_a_cell_of_a_table_is_no_mark_and_the_edge_of_a_page_may_bear_one() -> None:
    text = "Tên tài liệu | Độ mật\nBáo cáo |\nMật\n" + BODY + "TỐI MẬT\n"
    at = text.index("TỐI MẬT\n")
    table = Table(span=Span(0, text.index("Về")), rows=())
    assert find_secrecy(_document(text, tables=(table,)), rulebook()) is None
    edge = Block(span=Span(at, at + 7), kind="furniture", page=2)
    assert find_secrecy(_document(text, tables=(table,), blocks=(edge,)), rulebook()) == ("Tối mật", Span(at, at + 7))


def test_a_stamp_that_ocr_misread_counts_on_scans_only() -> None:
    text = HEAD.format(mark="TÔI MÂT") + BODY
    assert _mark(text) is None
    assert _mark(text, ocr=True) == ("Tối mật", "TÔI MÂT")


def test_the_corpus_bears_no_mark(corpus_results: dict[str, dict[str, str]]) -> None:
    assert all(_mark(result["text"]) is None for result in corpus_results.values())

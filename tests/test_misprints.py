"""Misread letters are read as they were meant, in their place; what may be meant as it stands is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Document, Source
from pipeline.misprints import as_meant, read_as_meant
from pipeline.read.plain import read_plain
from pipeline.rulebook import rulebook
from pipeline.run import take_apart

BOOK = rulebook()


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("hưóng dẫn các truờng", "hướng dẫn các trường"),  # no syllables
        ("Chủ tich UBND cac xã", "Chủ tịch UBND các xã"),  # a stop bears sắc or nặng
        ("Giải pháp co bản:", "Giải pháp cơ bản:"),  # no word
        ("PHÒNG NỘI VU", "PHÒNG NỘI VỤ"),
        ("Phong Giáo dục và Đào tạo", "Phòng Giáo dục và Đào tạo"),
        ("phối hợp vợi Sỡ Y tế va Công an", "phối hợp với Sở Y tế và Công an"),
        ("trước ngày l5/7/2O25, đạt 1OO%", "trước ngày 15/7/2025, đạt 100%"),
        ("quản 1ý đô thị", "quản lý đô thị"),
    ],
)
def test_misread_letters_are_read_as_meant(printed: str, meant: str) -> None:
    assert as_meant(printed, BOOK) == meant


def test_a_letter_read_as_two_keeps_its_room() -> None:
    assert as_meant("tharn mưu UBND", BOOK) == "tham\u200b mưu UBND"


@pytest.mark.parametrize(
    "text",
    [
        "Cơ sở vật chất, công tác dân số, tổ dân phố, trong độ tuổi đi học",
        "học đi đôi với hành; thế mạnh của địa phương; giải phóng mặt bằng; phân bố dân cư",
        "Trên cơ sở ý kiến của các sở, quý I và quý II/2025, Chương trình số 30-CTr/TU, CO2, K12, B10",
        "website thuvienphapluat.vn, email cac-truong@hanoi.gov.vn, Government, Internet, ASEAN, SOC, CAC",
        "phóng viên, phong trào, so với, va chạm, vất vả, 200l dầu, mục 1a, A0",
        "Đắk Lắk, Krông Pắc, Giồng Riềng, Ngô Quyền, Cán Thị Việt Hà",
    ],
)
def test_what_may_be_meant_as_it_stands_is_left_alone(text: str) -> None:
    assert as_meant(text, BOOK) == text


def test_a_document_without_misprints_is_the_same_document() -> None:
    document = Document(text="Sở Y tế chủ trì.", source=Source(name="a.txt", sha256="0", media_type="text/plain"), blocks=())
    assert read_as_meant(document, BOOK) is document


@given(
    st.lists(
        st.sampled_from(["phôi hợp", "rn", "1O", "l2/", "va", "vợi", "ưo", "\u0130", "TRUỜNG", "-", "\n", "ß", " "]) | st.text(max_size=6)
    ).map("".join)
)
def test_what_is_meant_is_as_long_as_what_is_printed(text: str) -> None:
    assert len(as_meant(text, BOOK)) == len(text)


def test_a_result_keeps_the_printed_words_and_finds_what_they_mean() -> None:
    text = "KẾ HOẠCH\nThực hiện năm 2025\n\n1. Phong Nội vu\n\n- Chu trì, phối hợp vợi Sở Y tế báo cáo UBND tỉnh trưóc ngày l5/7/2025.\n"
    result = take_apart(read_plain(text.encode(), "a.txt", "a.txt"), BOOK)
    assert result.text == text
    (task,) = result.tasks
    assert task.text == "- Chu trì, phối hợp vợi Sở Y tế báo cáo UBND tỉnh trưóc ngày l5/7/2025."
    assert task.names("lead") == ["Phòng Nội vụ"]
    assert task.names("coordinate") == ["Sở Y tế"]
    (deadline,) = task.deadlines
    assert (deadline.due, deadline.text) == ("2025-07-15", "trưóc ngày l5/7/2025")
    assert deadline.span.cut(result.text) == deadline.text


def test_a_person_is_told_what_was_read_otherwise() -> None:
    text = "Số: 12/UBND-NV\n\nKính gửi: Phòng Nội vụ\n\n1. Phong Nội vu chủ trì, hưóng dẫn các phường.\n"
    result = take_apart(read_plain(text.encode(), "a.txt", "a.txt"), BOOK)
    found = [finding for finding in result.findings if finding.code == "read-as-meant"]
    assert len(found) == 1 and found[0].severity == "note" and "“hưóng” → “hướng”" in found[0].message
    assert "hưóng" in {span.cut(result.text) for span in found[0].spans}


def test_a_new_line_is_no_second_half_of_a_word() -> None:
    assert as_meant("UBND QUẬN TÂY HỒ\nSố: 25/KH-UBND", BOOK) == "UBND QUẬN TÂY HỒ\nSố: 25/KH-UBND"
    assert as_meant("giải pháp co\nbản", BOOK) == "giải pháp cơ\nbản"

"""Slips of the pen are found with what is meant; phrases that are good, and words that only meet, raise nothing."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Document, Finding, Header, Outline, Signer, Source, Span
from pipeline.check.reading import Reading, open_reading
from pipeline.check.spelling import find_slips, find_spelling_slips
from pipeline.check.syllables import Syllables, slips, spellings
from pipeline.rulebook import rulebook

CORPUS = Path(__file__).parent.parent / "corpus"


def reading(text: str, signer: str | None = None) -> Reading:
    header = Header(signer=Signer(name=signer, span=Span(text.index(signer), text.index(signer) + len(signer)))) if signer else Header()
    document = Document(text=text, source=Source(name="x", sha256="0", media_type="text/plain"), blocks=())
    return open_reading(document, Outline(header=header, clauses=()), ())


def find(text: str, signer: str | None = None) -> list[Finding]:
    return list(find_spelling_slips(reading(text, signer)))


def pairs(text: str) -> list[tuple[str, str]]:
    return [(slip.found, slip.right) for slip in find_slips(text, rulebook())]


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("Phân đấu đến năm 2030", "Phân đấu", "phấn đấu"),
        ("Phân đầu 100% cơ sở", "Phân đầu", "phấn đấu"),
        ("văn hóa tù chức", "tù chức", "từ chức"),
        ("xây dựng nền nếp, lễ lối, làm việc", "lễ lối", "lề lối"),
        ("tạo chuyến biến rõ rệt", "chuyến biến", "chuyển biến"),
        ("rèn luyện kỷ năng", "kỷ năng", "kỹ năng"),
        ("siết chặt kỹ cương", "kỹ cương", "kỷ cương"),
        ("thường xuyên đơn đốc các xã", "đơn đốc", "đôn đốc"),
        ("được tiên hành nghiêm túc", "tiên hành", "tiến hành"),
        ("đăng trên công thông tin điện tử", "công thông tin điện tử", "cổng thông tin điện tử"),
        ("đạt hiệu qua, bền vững", "hiệu qua", "hiệu quả"),
        ("các xã phôi hợp với trường", "phôi hợp", "phối hợp"),
        ("hội nghị tập huân cho cán bộ", "tập huân", "tập huấn"),
        ("theo quy định của pháp luât.", "pháp luât", "pháp luật"),
        ("Đạy tốt - Học tốt", "Đạy tốt", "dạy tốt"),
        ("chuyên làm công việc khác", "chuyên làm công việc khác", "chuyển làm công việc khác"),
        ("BAN CHỈ ĐẠO PHÁN ĐẤU", "PHÁN ĐẤU", "phấn đấu"),
        ("Ủy ban nhân dận xã", "Ủy ban nhân dận", "ủy ban nhân dân"),
        ("ứng dụng khoa hoc, kỹ thuật", "khoa hoc", "khoa học"),
        ("các trường không đáp yêu cầu", "đáp yêu cầu", "đáp ứng yêu cầu"),
        ("2.2. Kinh hỗ trợ đào tạo", "Kinh hỗ trợ", "kinh phí hỗ trợ"),
    ],
)
def test_slips_are_found_with_what_is_meant(text: str, found: str, right: str) -> None:
    assert pairs(text) == [(found, right)]


@pytest.mark.parametrize(
    "text",
    [
        "Tập trung đầu tư thực hiện các công trình",  # đầu tư + thực hiện, no "tư thục"
        "ưu tiên hành động vì trẻ em",
        "phân công đầu mối theo dõi",
        "làm tốt công tác phòng, chống dịch bệnh",
        "cần Bộ Tài chính hướng dẫn",
        "trên địa bàn tổ chức ra quân",
        "đẩy mạnh xã hội hóa",
        "lực lượng vị thành niên",
        "các mạnh thường quân ủng hộ",
        "các khóa học ngắn hạn",
        "các đồng chí bộ trưởng",
        "cập nhật kiến thức hằng năm, hàng năm",
        "nâng cao tỉ lệ, tỷ lệ; kĩ năng, kỹ năng; xã hội hoá, xã hội hóa",
        "phát tín hiệu qua đài truyền thanh",
        "tố cáo, tin báo về tội phạm",
        "cơ quan, tổ chức đang hoạt động",
        "nâng dần số văn bản điện tử",
        "người dẫn chương trình lịch sự",
        "tham gia phần công việc được giao",
        "ông Trần Tiên Hành, bà Lê Thị Cảm Nang",
        "ở xã Tân Tiên Hành",
        "phòng      ban      chỉnh    lý",  # columns of a printed table
        "các trường đáp ứng yêu cầu, đáp ứng được yêu cầu; giải đáp yêu cầu của dân",
        "đồng bào Kinh hỗ trợ nhau; người Kinh tổ chức lễ hội",
    ],
)
def test_good_phrases_and_words_that_only_meet_raise_nothing(text: str) -> None:
    assert pairs(text) == []


def test_no_phrase_of_the_lexicon_is_a_slip_for_another() -> None:
    tables = rulebook()["spelling"].tables
    phrases = [*(p for group in tables["phrases"].values() for p in group), *tables["guards"]["words"]]
    assert {phrase: found for phrase in phrases if (found := pairs(phrase))} == {}
    listed = [phrase for group in tables["phrases"].values() for phrase in group]
    assert all(phrase == phrase.lower() for phrase in listed)


def test_lost_halves_keep_their_promises() -> None:
    for entry in rulebook()["spelling"].tables["lost"]:
        assert entry["half"] in ("first", "second", "both")
        for text in entry["examples"]:
            assert [right.split()[:2] for _, right in pairs(text)] == [entry["word"].split()], text
        for text in entry["rejects"]:
            assert pairs(text) == [], text


def test_a_finding_names_each_form_once_with_all_its_places() -> None:
    text = "Các xã đơn đốc các thôn.\n\nCác thôn đơn đốc các hộ. Phòng Nội vụ đôn đốc chung."
    (finding,) = find(text)
    assert finding.code == "spelling-duty"
    assert [span.cut(text) for span in finding.spans] == ["đơn đốc", "đơn đốc"]
    assert "“đơn đốc” có thể là viết nhầm của “đôn đốc” (chỗ khác trong văn bản này viết đúng như vậy)" in finding.message


def test_a_text_that_lost_its_marks_gives_one_finding() -> None:
    marks = "kê hoạch, phôi hợp, chuân bị, đê xuât, bô trí, biên chê, đoàn kêt, ký kêt, thê dục, thâm quyền, kiêm định, tông số, quôc tế"
    more = "nghê nghiệp, quân chúng, chắn chỉnh, lối sông, phẩm chát, tập huân, pháp luât, đơn đốc, lễ lối, kỷ năng, kỹ cương, tiên hành"
    (finding,) = find(", ".join((marks, more, "tù chức")))
    assert finding.code == "spelling-many"
    assert len(find(marks)) == marks.count(",") + 1


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("- Ủy ban MITQ, các đoàn thể", "MITQ", "MTTQ"),
        ("phong trào thi đua và CVD", "CVD", "CVĐ"),
        ("Sở LDTBXH chủ trì", "LDTBXH", "LĐTBXH"),
        ("ƯBND xã An Bình", "ƯBND", "UBND"),
        ("HĐNĐ tỉnh", "HĐNĐ", "HĐND"),
        ("Phòng GDDT", "GDDT", "GDĐT"),
    ],
)
def test_misread_abbreviations(text: str, found: str, right: str) -> None:
    (finding,) = find(text)
    assert finding.code == "spelling-code"
    assert [span.cut(text) for span in finding.spans] == [found]
    assert f"“{right}”" in finding.message


@pytest.mark.parametrize("text", ["UBND, MTTQ, CVĐ", "số 39/TTLT-BLDTBXH", "mitq", "BAN CHI UY", "HTCS", "GDTC và GDCD"])
def test_abbreviations_that_are_not_asked_about(text: str) -> None:
    assert find(text) == []


def test_slips_that_the_words_around_them_prove() -> None:
    for text, found in (
        ("Chủ tịch có ý kiến như nhau:", "như nhau"),
        ("1. Phần đầu 100% cán bộ đạt chuẩn", "Phần đầu"),
        ("do Sở GDĐT, Phòng GDĐT tạo tổ chức", "GDĐT tạo"),
    ):
        (finding,) = find(text)
        assert [span.cut(text) for span in finding.spans] == [found]
    for text in ("mức hỗ trợ như nhau.", "Phần đầu của báo cáo", "Phòng GDĐT tạo điều kiện cho các trường"):
        assert find(text) == []


def test_surnames() -> None:
    for name, right in (("Nguyển Văn An", "Nguyễn"), ("Trân Thị Bình", "Trần"), ("Cán Thị Hoa", "Cấn")):
        (finding,) = find(f"CHỦ TỊCH\n\n{name}", name)
        assert finding.code == "spelling-surname"
        assert f"“{right}”" in finding.message
    for name in ("Nguyễn Văn An", "Đặng Thị Bình", "Y Thanh Hà Niê", "Kpă Thuyên", "Nguyển", "John Smith"):
        assert find(f"CHỦ TỊCH\n\n{name}", name) == []


def test_syllables() -> None:
    syllables = Syllables()
    assert slips(syllables["hóa"], syllables["hoá"]) == 0
    assert slips(syllables["kĩ"], syllables["kỹ"]) == 0
    assert slips(syllables["kỷ"], syllables["kỹ"]) == 1
    assert slips(syllables["đơn"], syllables["đôn"]) == 1
    assert slips(syllables["đạy"], syllables["dạy"]) == 1
    assert slips(syllables["các"], syllables["cát"]) == 1
    assert slips(syllables["phan"], syllables["phấn"]) == 2
    assert syllables["2020"].skeleton == ""
    assert spellings("hóa") == ("hóa", "hoá")
    assert spellings("quý") == ("quý",)


def test_the_slips_of_the_corpus() -> None:
    """Misspellings of the five directives that a person listed, all of them good syllables."""
    listed = {
        "000": {"Phân đầu", "như nhau"},
        "001": set(),
        "002": {"CVD", "công thông tin điện tử", "kỹ cương", "đáp yêu cầu"},
        "003": {
            *("Phần đầu", "cảm nang", "công thông tin điện tử", "tù chức", "chuyên làm công việc khác", "GDĐT tạo", "tiên hành", "lễ lối"),
            *("tư thực", "Tủ âm, loa đài", "Kinh hỗ trợ", "đơn đốc", "MITQ", "Đạy tốt", "KHHGD"),
        },
        "004": {"chuyến biến", "kỷ năng", "hiệu qua"},
    }
    for name, expected in listed.items():
        text = next(CORPUS.glob(f"{name}_*.txt")).read_text(encoding="utf-8")
        assert {" ".join(f.spans[0].cut(text).split()) for f in find(text)} == expected, name


WORDS = ["phân", "đấu", "đầu", "\0", "*", "**", "İ", "kỷ", "năng", ",", "\n\n", "MITQ", "như nhau", ":", "đáp", "yêu cầu", "ß", "ủy"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join) | st.text(max_size=200))
def test_nothing_raises_and_spans_hold_what_was_found(text: str) -> None:
    for slip in find_slips(text, rulebook()):
        assert " ".join(slip.span.cut(text).split()) == slip.found
    find(text)

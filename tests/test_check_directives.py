"""Findings in whole directives: what a careful reader would ask is found with its words, what only looks like it is left alone."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Finding
from pipeline.check import check
from pipeline.check.guide import findings_guide
from pipeline.extract import extract
from pipeline.outline import build_outline
from pipeline.read.plain import read_plain
from pipeline.rulebook import rulebook

ROOT = Path(__file__).parent.parent
SEEDS = {path.name[:3]: path for path in sorted((ROOT / "corpus").glob("*.txt"))}


def find(raw: bytes | str) -> list[Finding]:
    document = read_plain(raw.encode() if isinstance(raw, str) else raw, "v.txt", "v.txt")
    extraction = extract(document, build_outline(document, rulebook()), rulebook())
    findings = check(document, extraction.outline, extraction.tasks)
    assert all(0 <= span.start <= span.end <= len(document.text) for finding in findings for span in finding.spans)
    return list(findings)


def words(raw: str, code: str) -> list[str]:
    return [" ".join(span.cut(raw).split()) for finding in find(raw) if finding.code == code for span in finding.spans]


def plan(body: str, title: str = "Cải cách hành chính", organ: str = "HUYỆN ĐỒNG XUÂN") -> str:
    paragraphs = "\n\n".join(body.strip().split("\n"))
    return f"""ỦY BAN NHÂN DÂN
{organ}

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 15/KH-UBND

Đồng Xuân, ngày 20 tháng 11 năm 2025

KẾ HOẠCH
{title}

{paragraphs}

Nơi nhận:
- Như trên;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH


Lê Văn Ba
"""


def letter(to: str, body: str, copies: str = "- Như trên;") -> str:
    return f"""ỦY BAN NHÂN DÂN
TỈNH ĐỒNG XUÂN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 15/UBND-NC
V/v cải cách hành chính

Đồng Xuân, ngày 20 tháng 11 năm 2025

Kính gửi:

{to}

{body}

Nơi nhận:
{copies}
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH


Lê Văn Ba
"""


def test_a_sound_plan_has_no_findings() -> None:
    body = """Thực hiện Nghị quyết số 12-NQ/TU ngày 05/9/2025 của Tỉnh ủy, Ủy ban nhân dân tỉnh xây dựng Kế hoạch như sau:
I. MỤC TIÊU
- 100% hồ sơ được giải quyết đúng hạn.
II. TỔ CHỨC THỰC HIỆN
1. Sở Nội vụ
- Chủ trì, phối hợp với Sở Tư pháp rà soát quy chế làm việc trước ngày 15/12/2025.
- Báo cáo Ủy ban nhân dân tỉnh kết quả thực hiện mục I Kế hoạch này (qua Văn phòng) trước ngày 25/12/2025.
2. Sở Tư pháp
- Hướng dẫn Ủy ban nhân dân các xã thực hiện Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ.
Trên đây là Kế hoạch, đề nghị các cơ quan, đơn vị thực hiện./."""
    assert find(plan(body, organ="TỈNH ĐỒNG XUÂN")) == []


def test_the_letters_of_the_file() -> None:
    assert "decomposed" in {f.code for f in find(plan("1. Phòng Nội vụ rà soát quy chế.").replace("ế", "e\u0302\u0301"))}
    twins = plan("1. Phòng Nội vụ trả lời văn bản số 15/B\u0422\u0421-QLN ngày 02/3/2025.")  # Cyrillic Т and С
    assert words(twins, "foreign-letters") == ["B\u0422\u0421"]
    assert words(twins, "code-misspelt") == ["văn bản số 15/B\u0422\u0421-QLN ngày 02/3/2025"]


# --- the seeds: what an independent reader noted, line by line -------------------------------------------------------------------

NOTED = {
    "000": [
        ("head-columns", "QUẬN 10**"),
        ("number-struck", "49/UBND-VX"),
        ("deadline-before-issue", "trước 16 giờ 00, ngày 06/11/2020"),
        ("bracket-not-opened", ")"),
        ("item-is-question", "Ngoài vấn đề về xây dựng cơ bản"),
        ("typography", "....."),
        ("typography", "2020 – 2025"),
        ("typography", "các cơ quan đơn vị"),
        ("typography", ":"),
        ("list-marks", "- Các trường có ý kiến"),
        ("asked-not-addressed", "Ban Giám hiệu các trường Trung học phổ thông trên địa bàn quận"),
        ("signed-without-tm", "KT. CHỦ TỊCH"),
    ],
    "001": [
        ("number-blank", "Số: /UBND-GDĐT"),
        ("date-incomplete", "ngày tháng 9 năm 2022"),
        ("cited-with-two-dates", "Chỉ thị số 1112/CT-BGDĐT ngày 18/8/2022"),
        ("numbering-alphabet", "f)"),
        ("list-marks", "c mục tiêu được giao"),
        ("list-marks", "Hướng dẫn, đôn đốc các trường"),
        ("list-marks", "Ban Quản lý dự án - đầu tư xây dựng quận"),
        ("page-cuts", "o t"),
        ("page-cuts", "c T"),
        ("typography", "; Bố trí"),
        ("typography", "tại các nước..."),
        ("typography", "Độc lập – Tự do"),
        ("typography", "Lưu VT"),
        ("unit-capitals", "phòng Nội vụ"),
        ("asked-copied-only", "Ủy ban MTTQ"),
        ("recipient-marks", "Đ/c Chủ tịch UBND quận"),
        ("recipient-marks", "TT Quận ủy-TT HĐND quận"),
        ("head-columns", "QUẬN BA ĐÌNH**"),
        ("target-levels", "50-55%"),
        ("typography", "tỉ lệ"),
    ],
    "002": [
        ("number-missing", None),
        ("date-missing", None),
        ("issuer-missing", None),
        ("citation-kind-mismatch", "kết luận số 215-TB/QU ngày 19/8/2016"),
        ("citation-undated", "quyết định số 8616/QĐ-UBND"),
        ("page-cuts", "h T"),
        ("typography", "; Tiếp tục"),
        ("typography", "5"),
        ("typography", "tiếng anh"),
        ("typography", "Thường trực quận ủy"),
        ("typography", "ngành giáo dục và đào tạo"),
        ("party-end-mark", "./."),
        ("recipient-marks", "TTQU, BTV Quận ủy; (để báo cáo)"),
        ("recipient-marks", "UBND các phường"),
        ("unit-capitals", "Đô thị Việt Hưng"),
        ("unit-capitals", "đô thị Việt Hưng"),
    ],
    "003": [
        ("numbering-gap", "9.2."),
        ("start-before-issue", "Từ tháng 01/2020 và trong quá trình thực hiện Đề án"),
        ("start-before-issue", "từ tháng 01/2020 đến tháng 12/2025"),
        ("summed-up-early", "vào tháng 6 năm 2025"),
        ("period-length", "5 năm"),
        ("times-out-of-order", "Trước tháng 6 hằng năm"),
        ("time-field-without-time", "Tổ chức rà soát việc thực hiện Quy hoạch"),
        ("times-contradict", "theo quý (hàng năm)"),
        ("event-past", "(IMSO 2020"),
        ("event-past", "(HOMC 2020"),
        ("head-lost", "Số: 267/KH-UBND"),
        ("numbering-latin", "e)"),
        ("comma-lost", "trong và ngoài nước các báo cáo viên"),
        ("comma-lost", "của Thành phố lộ trình"),
        ("rate-garbled", "chứng chỉ khóa, học"),
        ("several-leads", "Ban quản lý dự án đầu tư và xây dựng"),
        ("list-marks", "2.1 Ngân sách"),
        ("list-marks", "- + Các các bước"),
        ("word-doubled", "Các các"),
        ("citation-forms", "Thông tư 32/TT/2018"),
        ("citation-year-missing", "Thông tư 26/TT-BGDĐT ngày 8/10/2018"),
        ("code-misspelt", "39/TTLT-BLDTBXH-BGDĐT-BNV"),
        ("page-cuts", "ố 1"),
        ("unit-spellings", "Ban quản lý Dự án đầu tư & xây dựng quận"),
        ("unit-spellings", "Phòng Kế hoạch - Tài chính"),
        ("typography", "MỤC ĐÍCH YÊU CẦU"),
        ("typography", "Từ tháng 12/2020 đến 12/2025"),
        ("typography", "oá"),
    ],
    "004": [
        ("number-blank", "Số: - Ctr/QU"),
        ("date-incomplete", "ngày tháng 9 năm 2020"),
        ("draft", "Dự thảo"),
        ("signer-missing", None),
        ("residue", "[bookmark: _GoBack]"),
        ("drafting-note", "(Thành phố là: Mỗi quận huyện"),
        ("drafting-note", "( căn cứ chỉ tiêu của Đảng bộ Sở"),
        ("drafting-note", "(đề nghị bỏ công tác này do chưa có cơ chế thực hiện) chuyển thành"),
        ("bracket-not-closed", "("),
        ("typography", ","),
        ("typography", "0 %"),
        ("decomposed", None),
        ("word-doubled", "có có"),
        ("word-doubled", "chương trình “Chương trình"),
        ("end-mark", ". /."),
        ("list-marks", "· Lãnh đạo xây dựng đội ngũ"),
        ("list-marks", "- L"),
        ("list-marks", "Có kế hoạch giám sát"),
        ("list-marks", "Có trách nhiệm xây dựng kế hoạch"),
        ("recipient-marks", "Văn phòng Quận ủy"),
        ("head-columns", "ĐẢNG CỘNG SẢN VIỆT NAM"),
        ("target-bases", "80% trường TH học 2 buổi/ ngày"),
        ("citation-undated", "Nghị quyết số 19-NQ/TW"),
        ("citation-unnumbered", "nghị quyết Đại hội Đại biểu Đảng bộ Quận 10"),
    ],
}


@pytest.mark.parametrize("seed", NOTED)
def test_what_was_noted_in_the_seeds_is_found(seed: str) -> None:
    document = read_plain(SEEDS[seed].read_bytes(), "v.txt", "v.txt")
    extraction = extract(document, build_outline(document, rulebook()), rulebook())
    found: dict[str, list[str]] = {}
    for finding in check(document, extraction.outline, extraction.tasks):
        found.setdefault(finding.code, []).extend(" ".join(span.cut(document.text).split()) for span in finding.spans)
    missed = [(code, said) for code, said in NOTED[seed] if code not in found or (said and not any(said in text for text in found[code]))]
    assert missed == [], found


# --- dates -----------------------------------------------------------------------------------------------------------------------


def test_deadlines_and_their_starts_against_the_date_of_issue() -> None:
    raw = plan("""1. Phòng Nội vụ rà soát quy chế trước ngày 20/11/2025.
2. Phòng Tư pháp tổ chức tập huấn từ ngày 05/01/2025 đến ngày 10/12/2025.
3. Phòng Y tế tổ chức tập huấn từ ngày 05/11/2025 đến ngày 10/12/2025.
4. Phòng Kinh tế thực hiện giai đoạn 2021-2025.""")
    assert words(raw, "deadline-on-issue") == ["trước ngày 20/11/2025"]
    assert words(raw, "start-before-issue") == ["từ ngày 05/01/2025 đến ngày 10/12/2025"]


def test_a_period_that_ends_before_it_begins() -> None:
    raw = plan("1. Phòng Tư pháp tổ chức tập huấn từ ngày 15/12/2025 đến ngày 10/12/2025.")
    assert words(raw, "period-backwards") == ["từ ngày 15/12/2025 đến ngày 10/12/2025"]


def test_days_off_are_one_note() -> None:
    raw = plan("""1. Phòng Nội vụ rà soát quy chế trước ngày 30/11/2025.
2. Phòng Tư pháp báo cáo trước ngày 01/01/2026.
3. Phòng Y tế báo cáo trước ngày 28/11/2025.
4. Phòng Kinh tế báo cáo trong tháng 11/2025.""")
    (finding,) = [f for f in find(raw) if f.code == "deadline-on-day-off"]
    assert "30/11/2025 (Chủ nhật)" in finding.message and "01/01/2026" in finding.message and len(finding.spans) == 2


def test_deadlines_after_the_period_of_the_plan() -> None:
    body = "1. Phòng Nội vụ rà soát quy chế trước ngày 30/11/2028.\n2. Phòng Tư pháp báo cáo kết quả trước ngày 15/01/2027."
    assert words(plan(body, "Cải cách hành chính năm 2026"), "deadline-after-period") == ["trước ngày 30/11/2028"]
    assert words(plan(body, "Cải cách hành chính"), "deadline-after-period") == []


def test_items_that_begin_with_times_stand_in_their_order() -> None:
    assert words(plan("1. Tiến độ\n- Tháng 3/2026: Khảo sát.\n- Tháng 2/2026: Lập kế hoạch."), "times-out-of-order") == [
        "Tháng 3/2026",
        "Tháng 2/2026",
    ]
    assert words(plan("1. Tiến độ\n- Tháng 2/2026: Khảo sát.\n- Tháng 3/2026: Lập kế hoạch."), "times-out-of-order") == []


# --- sources ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (
            "Thực hiện Quyết định số 5/QĐ-TTg ngày 02/12/2025 của Thủ tướng Chính phủ.",
            "cited-after-issue",
            "Quyết định số 5/QĐ-TTg ngày 02/12/2025",
        ),
        (
            "Thực hiện Nghị định số 5/2024/NĐ-CP ngày 02/12/2014 của Chính phủ.",
            "citation-year-mismatch",
            "Nghị định số 5/2024/NĐ-CP ngày 02/12/2014",
        ),
        ("Thực hiện Thông tư số 20/TT-BNV ngày 05/5/2021 của Bộ Nội vụ.", "citation-year-missing", "Thông tư số 20/TT-BNV ngày 05/5/2021"),
        ("Thực hiện Kết luận số 15-TB/HU ngày 05/5/2025 của Huyện ủy.", "citation-kind-mismatch", "Kết luận số 15-TB/HU ngày 05/5/2025"),
    ],
)
def test_numbers_and_dates_of_sources(body: str, code: str, said: str) -> None:
    assert words(plan(f"1. Phòng Nội vụ rà soát quy chế.\n2. {body}"), code) == [said]


@pytest.mark.parametrize(
    "body",
    [
        "1. Thực hiện Chỉ thị số 5/CT-TTg ngày 02/3/2024 và Chỉ thị số 5/CT-TTg ngày 10/4/2023 của Thủ tướng Chính phủ.",
        "1. Thực hiện Kế hoạch số 7/KH-UBND ngày 02/3/2025 của Ủy ban nhân dân tỉnh.\n"
        "2. Thực hiện Kế hoạch số 7/KH-UBND ngày 10/4/2025 của Ủy ban nhân dân thị xã.",
        "1. Thực hiện Thông báo kết luận số 15-TB/HU ngày 05/5/2025 của Huyện ủy.",
        "1. Thực hiện Quy định số 66-QĐ/TW ngày 06/02/2017 của Ban Bí thư.",
        "1. Thực hiện Thông tư số 15-TT/LB ngày 05/5/1994 của liên Bộ.",
        "1. Thực hiện Thông tri số 7-TT/TW ngày 05/5/2020 của Ban Bí thư.",
        "1. Thực hiện Luật số 72/2025/QH15 và Nghị quyết số 202/2025/QH15.",
    ],
)
def test_sound_sources_raise_nothing(body: str) -> None:
    assert [f.code for f in find(plan(body)) if f.code.startswith(("cit", "cited", "code"))] == []


def test_one_number_with_two_titles() -> None:
    first = "1. Thực hiện Đề án số 3-ĐA/HU ngày 05/5/2025 của Huyện ủy về “Phát triển thư viện huyện”."
    second = "2. Quán triệt Đề án số 3-ĐA/HU ngày 05/5/2025 của Huyện ủy về “{}”."
    assert len(words(plan(f"{first}\n{second.format('Nâng cao chất lượng cán bộ')}"), "cited-with-two-titles")) == 2
    assert words(plan(f"{first}\n{second.format('Phát triển thư viện của huyện')}"), "cited-with-two-titles") == []


# --- who -------------------------------------------------------------------------------------------------------------------------


def test_several_leads_are_asked_about_groups_are_not() -> None:
    raw = plan("""1. Rà soát quy chế
- Đơn vị chủ trì: Phòng Nội vụ, Phòng Tư pháp.
- Đơn vị phối hợp: Phòng Y tế, Phòng Tư pháp huyện.
2. Lập danh sách
- Đơn vị chủ trì: Phòng Nội vụ.
3. Tuyên truyền
- Đơn vị chủ trì: Các phòng, ban, Ủy ban nhân dân các xã.""")
    assert words(raw, "several-leads") == ["Phòng Nội vụ", "Phòng Tư pháp"]


def test_a_unit_that_helps_itself() -> None:
    raw = plan("""1. Rà soát quy chế
- Đơn vị chủ trì: Phòng Nội vụ.
- Đơn vị phối hợp: Phòng Tư pháp, Phòng Nội vụ.
- Thực hiện rà soát các quy chế đã ban hành.""")
    assert words(raw, "coordinator-is-lead") == ["Phòng Nội vụ", "Phòng Nội vụ"]


def test_units_that_a_letter_asks_but_does_not_address() -> None:
    to, body = (
        "- Sở Nội vụ;\n- Các sở, ban, ngành.",
        "1. Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh tuyên truyền.\n\n2. Giao Sở Tài chính bố trí kinh phí.",
    )
    assert words(letter(to, body), "asked-not-addressed") == ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"]
    assert words(letter(to, body, "- Như trên;\n- UBMTTQ tỉnh;"), "asked-copied-only") == ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"]
    assert words(letter(to + "\n- Ủy ban MTTQ tỉnh;", body), "asked-not-addressed") == []


def test_names_that_differ_in_joining_words_or_capitals() -> None:
    raw = plan("""1. Phòng Nội vụ phối hợp với Phòng Văn hóa - Thông tin rà soát quy chế.
2. Phòng Tư pháp phối hợp với Phòng Văn hóa và Thông tin và phòng Nội vụ lập danh sách.
3. Phòng Nội vụ huyện báo cáo kết quả.""")
    assert words(raw, "unit-spellings") == ["Phòng Văn hóa - Thông tin", "Phòng Văn hóa và Thông tin"]
    assert words(raw, "unit-capitals")[:2] == ["Phòng Nội vụ", "phòng Nội vụ"]


# --- the text --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "1. Phòng Nội vụ rà soát quy chế, gồm: a) quy chế làm việc; b) quy chế văn thư; 1) nội quy.",
        "1. Phòng Nội vụ rà soát (các quy chế:\n- Quy chế làm việc;\n- Quy chế văn thư).",
        "1. Phòng Nội vụ sửa như sau: “Khoản 1. Nội dung:\n- Trách nhiệm;\n- Thẩm quyền”.",
        "1. Phòng Nội vụ thực hiện (i) rà soát, (ii) báo cáo.",
    ],
)
def test_brackets_of_markers_and_of_whole_lists(body: str) -> None:
    assert [f.code for f in find(plan(body)) if "not-closed" in f.code or "not-opened" in f.code] == []


def test_brackets_and_quotes_that_do_not_close() -> None:
    raw = plan("1. Phòng Nội vụ rà soát (quy chế làm việc và quy chế văn thư.\n2. Phòng Tư pháp phát động phong trào “Dạy tốt.")
    assert words(raw, "bracket-not-closed") == ["("]
    assert words(raw, "quote-not-closed") == ["“"]


def test_words_that_columns_double_are_left_alone() -> None:
    assert words(plan("1. Phòng Nội vụ rà soát các    các quy chế."), "word-doubled") == []
    wrapped = plan("1. Phòng Nội vụ chủ trì, phối hợp với Phòng Tư pháp rà soát, trình Ủy ban nhân dân huyện sửa đổi các\ncác quy chế.")
    wrapped = wrapped.replace("đổi các\n\ncác", "đổi các\ncác")
    assert words(wrapped, "word-doubled") == ["các các"]


def test_gaps_in_forms_behind_the_body_are_no_gaps() -> None:
    form = plan("1. Phòng Nội vụ báo cáo theo mẫu.\nPhụ lục\nĐồng Xuân, ngày … tháng … năm 2026")
    assert words(form, "left-blank") == []
    assert len(words(plan("1. Phòng Nội vụ báo cáo trước ngày …/…/2026."), "left-blank")) == 1


def test_a_time_that_is_none() -> None:
    raw = plan("""1. Rà soát quy chế
- Thời gian thực hiện: Tổ chức rà soát và lập danh sách quy chế.
2. Lập danh sách
- Thời gian thực hiện: Thường xuyên.""")
    assert len(words(raw, "time-field-without-time")) == 1


def test_appendices_of_other_documents_are_not_missed() -> None:
    assert words(plan("1. Phòng Nội vụ thực hiện Phụ lục III Nghị định số 30/2020/NĐ-CP."), "appendix-missing") == []
    enclosed = "1. Phòng Nội vụ lập danh sách theo Phụ lục 2 kèm theo.\nPhụ lục 1. Danh sách\nPhụ lục 3. Danh mục"
    assert words(plan(enclosed), "appendix-missing") == ["Phụ lục 2 kèm theo"]


# --- head, lists, Nơi nhận ------------------------------------------------------------------------------------------------------


def test_a_head_whose_columns_fell_apart_and_one_that_is_lost() -> None:
    raw = plan("1. Phòng Nội vụ rà soát quy chế.")
    apart = raw.replace("ỦY BAN NHÂN DÂN\nHUYỆN ĐỒNG XUÂN", "**ỦY BAN NHÂN DÂN\nHUYỆN ĐỒNG XUÂN**", 1)
    apart = apart.replace("CỘNG HÒA XÃ HỘI", "**CỘNG HÒA XÃ HỘI").replace("Hạnh phúc", "Hạnh phúc**")
    assert len(words(apart, "head-columns")) == 2
    assert words(raw, "head-columns") == words(raw, "head-lost") == []
    whole = plan(
        "Thực hiện Quyết định số 5/QĐ-TTg ngày 02/3/2025, Ủy ban nhân dân huyện Đồng Xuân xây dựng Kế hoạch như sau:\n1. Phòng Nội vụ …"
    )
    lost = whole[whole.index("Số:") :]
    assert words(lost, "head-lost") == ["Số: 15/KH-UBND", "Ủy ban nhân dân huyện Đồng Xuân"]
    assert words(whole, "head-lost") == []


@pytest.mark.parametrize(
    ("copies", "said"),
    [
        ("- Như trên;\n- TT Huyện ủy-TT HĐND huyện;\n- UBND các xã;", ["TT Huyện ủy-TT HĐND huyện"]),
        ("- Như trên;\n- Thường trực HĐND-UBND huyện;\n- Trung tâm GDNN-GDTX;", []),
        (
            "- Như trên;\n- UBND các xã;\n- Ban Xây dựng Đảng;\nVăn phòng Huyện ủy;\n- Phòng Y tế;",
            ["Ban Xây dựng Đảng; Văn phòng Huyện ủy"],
        ),
        ("- Như trên;\n- UBND các xã;\n- Trưởng các phòng\nchuyên môn;\n- Phòng Y tế;", []),
        ("- Như trên,\n- UBND các xã,\n- Phòng Y tế,", ["Như trên", "UBND các xã", "Phòng Y tế"]),
    ],
)
def test_how_the_lines_of_recipients_are_marked(copies: str, said: list[str]) -> None:
    assert words(letter("- Phòng Nội vụ;\n- Phòng Y tế.", "1. Giao Phòng Nội vụ rà soát quy chế.", copies), "recipient-marks") == said


def test_commas_are_no_slip_of_the_party() -> None:
    raw = letter("- Phòng Nội vụ.", "1. Giao Phòng Nội vụ rà soát quy chế.", "- Như trên,\n- UBND các xã,\n- Phòng Y tế,")
    party = raw.replace("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", "ĐẢNG CỘNG SẢN VIỆT NAM")
    assert words(party, "recipient-marks") == []


def test_bullets_with_tabs_and_paragraphs_moved_by_blanks() -> None:
    items = "\n".join(f"- Phòng Nội vụ rà soát quy chế thứ {number}." for number in range(1, 13))
    assert words(plan(f"1. Nhiệm vụ\n{items}\n-\tPhòng Tư pháp lập danh sách."), "list-marks") == ["- P"]
    moved = plan(f"1. Nhiệm vụ\n{items}\n2. Giải pháp\n Giao Phòng Tư pháp lập danh sách các quy chế.")
    assert words(moved, "list-marks") == ["Giao Phòng Tư pháp lập danh sách các quy chế."]
    assert words(moved.replace("\n Giao", "\nGiao"), "list-marks") == []
    assert words(plan(f"1. Nhiệm vụ\n{items}").replace("\n- ", "\n-\t"), "list-marks") == []


def test_schools_whose_names_differ_in_capitals() -> None:
    raw = plan("1. Phòng Nội vụ kiểm tra TH Đô thị Mới và THCS đô thị Mới.\n2. Kiểm tra các trường TH trên địa bàn, TH Sông Cầu.")
    assert words(raw, "unit-capitals") == ["Đô thị Mới", "đô thị Mới"]
    assert words(raw.replace("Đô thị Mới", "đô thị Mới"), "unit-capitals") == []


# --- all findings ----------------------------------------------------------------------------------------------------------------


def test_the_guide_is_that_of_the_rules() -> None:
    """Rewrite it: ``python -m pipeline.check.guide > docs/findings.md``."""
    assert (ROOT / "docs" / "findings.md").read_text(encoding="utf-8") == findings_guide()


def test_every_finding_has_words_and_every_word_is_used() -> None:
    files = [*(ROOT / "pipeline").rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    known = rulebook()["checks"].tables["findings"]
    by_kind = {"struck", "deleted", "hidden", "comment", "macros", "pictures", "signed", "decomposed"}  # of what the file carries
    assert {one for one in known if f'"{one}"' not in code} <= by_kind
    assert set(re.findall(r'make_finding\(\s*"checks", "([a-z-]+)"', code)) <= set(known)
    assert {"means", "example"} <= set.intersection(*(set(entry) for entry in known.values()))


MARKS = ["1. ", "a) ", "- ", "(", ")", "“", '"', "\n\n", "…/… ", "các các ", "Phụ lục ", "quý V/2026 ", "thứ Hai, 2/2 ", "ngày 31/02/2026 "]
WORDS = ["Điều 7 Quyết định này ", "tổng kết Đề án vào ", "số 32/2018/TT-BGDĐT ", "Thông tư 32/TT-BGDĐT ", "Nơi nhận:\n", "Số: 5/KH-UBND\n"]
PIECES = st.sampled_from([*MARKS, *WORDS, "Đơn vị chủ trì: Sở A, Sở B\n"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=60))
def test_nothing_raises_whatever_the_text(pieces: list[str]) -> None:
    text = re.sub(r"[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff]", "", "".join(pieces))
    if text.strip("\ufeff\u200b \t\r\n\f\v\xa0") and "<" not in text and "{\\rtf" not in text:
        find("Kế hoạch\n" + text)

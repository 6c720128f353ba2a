"""Head and foot of a directive: values as printed, each with its words, and a body from which no clause is lost."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Block, Document, Kind, Source, Span
from pipeline.outline.header import Head, read_header
from pipeline.rulebook import rulebook

CORPUS = Path(__file__).parent.parent / "corpus"
SEEDS = sorted((CORPUS / "gold").glob("*.json"))


def document(text: str, blocks: tuple[Block, ...] = ()) -> Document:
    return Document(text=text, source=Source(name="x.txt", sha256="0", media_type="text/plain"), blocks=blocks)


def head_of(text: str) -> Head:
    return read_header(document(text), rulebook())


def body_of(text: str) -> list[str]:
    return [" ".join(span.cut(text).split()) for span in head_of(text).body]


STACKED = """UBND TỈNH SƠN NAM
SỞ Y TẾ
Số: 321/SYT-NVY
V/v tăng cường phòng, chống
bệnh bạch hầu
CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập – Tự do – Hạnh phúc
Sơn Nam, ngày 02 tháng 7 năm 2020
Kính gửi:
- Trung tâm Y tế các huyện, thị xã;
- Các Phòng: Nghiệp vụ Y, Tổ chức cán bộ và Thanh tra;
- Sở Tài chính, Sở Nội vụ và các bệnh viện tỉnh.
Trước tình hình bệnh diễn biến phức tạp, Sở Y tế yêu cầu:
1. Tổ chức tiêm vắc xin trước ngày 15/7/2020.
Yêu cầu các đơn vị thực hiện./.
Nơi nhận:
- Như trên;
- UBND tỉnh (để b/c);
- Lưu: VT, NVY.
KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC
(Đã ký)
BS.CKII Mai Xuân Hải
"""


def test_a_letter_gives_all_its_components() -> None:
    header = head_of(STACKED).header
    assert header.kind is not None and (header.kind.code, header.kind.name) == ("CV", "Công văn")
    assert (header.number, header.place, header.issued_on) == ("321/SYT-NVY", "Sơn Nam", "2020-07-02")
    assert header.issuer is not None and header.issuer.name == "Sở Y tế"
    assert header.parent_issuer is not None and header.parent_issuer.name == "Ủy ban nhân dân tỉnh Sơn Nam"
    assert header.title == "tăng cường phòng, chống bệnh bạch hầu"
    assert header.signer is not None
    assert (header.signer.name, header.signer.post, header.signer.signed_for) == ("Mai Xuân Hải", "Phó Giám đốc", "KT. GIÁM ĐỐC")
    assert [(r.name, r.purpose) for r in header.recipients] == [("Như trên", None), ("UBND tỉnh", "để báo cáo"), ("Lưu: VT, NVY", None)]


def test_addressees_are_split_into_members_and_get_their_head_noun_back() -> None:
    names = [party.name for party in head_of(STACKED).header.addressees]
    assert names == [
        "Trung tâm Y tế các huyện, thị xã",
        "Phòng Nghiệp vụ Y",
        "Phòng Tổ chức cán bộ",
        "Phòng Thanh tra",
        "Sở Tài chính",
        "Sở Nội vụ",
        "các bệnh viện tỉnh",
    ]


def test_the_body_is_what_lies_between_head_and_foot() -> None:
    assert body_of(STACKED) == [
        "Trước tình hình bệnh diễn biến phức tạp, Sở Y tế yêu cầu: 1. Tổ chức tiêm vắc xin trước ngày 15/7/2020. "
        "Yêu cầu các đơn vị thực hiện./."
    ]


def test_every_value_leads_back_to_its_words() -> None:
    header = head_of(STACKED).header
    assert header.spans["number"].cut(STACKED) == "321/SYT-NVY"
    assert header.spans["issued_on"].cut(STACKED) == "ngày 02 tháng 7 năm 2020"
    assert header.spans["title"].cut(STACKED) == "tăng cường phòng, chống\nbệnh bạch hầu"
    assert header.issuer and header.issuer.span and header.issuer.span.cut(STACKED) == "SỞ Y TẾ"
    assert header.addressees[0].span and header.addressees[0].span.cut(STACKED) == "Trung tâm Y tế các huyện, thị xã"
    assert header.signer and header.signer.span and header.signer.span.cut(STACKED).startswith("KT. GIÁM ĐỐC")


def test_columns_side_by_side_and_on_one_line() -> None:
    for gap in ("          ", " ", " | ", "\t"):
        text = (
            f"UBND HUYỆN ĐỒNG XUÂN{gap}CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
            f"PHÒNG NỘI VỤ{gap}Độc lập - Tự do - Hạnh phúc\n"
            f"Số: 12 /NV-CCVC{gap}Đồng Xuân, ngày 3 tháng 4 năm 2019\n"
            "V/v rà soát biên chế\n\nKính gửi: Các cơ quan, đơn vị trực thuộc\n\n"
            "Phòng Nội vụ đề nghị các đơn vị:\n1. Rà soát biên chế.\n"
            f"Nơi nhận:{gap}TRƯỞNG PHÒNG\n- Như trên;\n- Lưu: VT.{gap}Phan Văn Dũng\n"
        )
        header = head_of(text).header
        assert (header.number, header.place, header.issued_on) == ("12/NV-CCVC", "Đồng Xuân", "2019-04-03"), repr(gap)
        assert header.issuer and header.issuer.name == "Phòng Nội vụ", repr(gap)
        assert header.signer and (header.signer.name, header.signer.post) == ("Phan Văn Dũng", "Trưởng phòng"), repr(gap)
        assert body_of(text) == ["Phòng Nội vụ đề nghị các đơn vị: 1. Rà soát biên chế."], repr(gap)


@pytest.mark.parametrize("ruling", ["-------", "———", "*****"])
def test_a_ruling_beside_the_motto_is_no_item_of_a_list(ruling: str) -> None:
    text = (
        "BỘ XÂY DỰNG          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        f"{ruling}              Độc lập - Tự do - Hạnh phúc\n"
        f"                     {ruling}{ruling}\n"
        "Số: 31/TB-BXD        Hà Nội, ngày 9 tháng 2 năm 2023\n\n"
        "THÔNG BÁO\nKết luận của Thứ trưởng tại cuộc họp về vật liệu xây dựng\n\n"
        "1. Vụ Vật liệu xây dựng rà soát nguồn cát trước ngày 20/2/2023.\n"
    )
    header = head_of(text).header
    assert header.kind and header.kind.code == "TB"
    assert (header.number, header.issued_on) == ("31/TB-BXD", "2023-02-09")
    assert header.title == "Kết luận của Thứ trưởng tại cuộc họp về vật liệu xây dựng"


PARTY = """**ĐẢNG BỘ TỈNH SƠN NAM**
**HUYỆN ỦY ĐỒNG XUÂN**
*
|
**ĐẢNG
CỘNG SẢN VIỆT NAM**
|
Số 12-KH/HU
|
*Đồng Xuân, ngày 03
tháng 02 năm 2021*
|
**KẾ HOẠCH**
THỰC HIỆN NGHỊ QUYẾT ĐẠI HỘI
ĐẢNG BỘ HUYỆN
-----
Thực hiện Nghị quyết Đại hội Đảng bộ huyện, Ban Thường vụ Huyện ủy xây dựng kế hoạch:
I- MỤC ĐÍCH
1- Quán triệt sâu sắc Nghị quyết.
|
Nơi nhận:
- Ban Thường vụ Tỉnh ủy (báo cáo),
- Lưu Văn phòng Huyện ủy.
|
**T/M BAN THƯỜNG VỤ**
PHÓ BÍ THƯ
**Lê
Văn Lộc**
|
"""


def test_a_party_document() -> None:
    header = head_of(PARTY).header
    assert (header.kind and header.kind.name, header.number, header.issued_on) == ("Kế hoạch", "12-KH/HU", "2021-02-03")
    assert header.issuer and header.issuer.name == "Huyện ủy Đồng Xuân"
    assert header.parent_issuer and header.parent_issuer.name == "Đảng bộ tỉnh Sơn Nam"
    assert header.title == "Thực hiện Nghị quyết Đại hội Đảng bộ huyện"
    assert header.signer and (header.signer.name, header.signer.post, header.signer.signed_for) == (
        "Lê Văn Lộc",
        "Phó Bí thư",
        "T/M BAN THƯỜNG VỤ",
    )
    assert body_of(PARTY)[0].startswith("Thực hiện Nghị quyết Đại hội") and body_of(PARTY)[-1].endswith("sâu sắc Nghị quyết.")


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        ("TỈNH ĐOÀN NGHỆ AN\n***\nSố: 72-KH/TĐTN\n\nĐOÀN TNCS HỒ CHÍ MINH\n\nNghệ An", "tỉnh đoàn nghệ an"),
        ("ĐOÀN TNCS HỒ CHÍ MINH\nTỈNH ĐOÀN NGHỆ AN\n***\nSố: 72-KH/TĐTN\n\nNghệ An", "tỉnh đoàn nghệ an"),
        ("HỘI NÔNG DÂN VIỆT NAM\nHỘI NÔNG DÂN TỈNH NGHỆ AN\nSố: 72-KH/HND\n\nNghệ An", "hội nông dân tỉnh nghệ an"),
    ],
)
def test_the_name_of_the_whole_youth_union_is_its_motto_too(lines: str, issuer: str) -> None:
    text = f"{lines}, ngày 12 tháng 5 năm 2023\n\nKẾ HOẠCH\nTháng Thanh niên\n\nI. NHIỆM VỤ\n- Tổ chức ra quân.\n"
    found = head_of(text).header.issuer
    assert found and found.name.lower() == issuer


DECISION = """ỦY BAN NHÂN DÂN
TỈNH SƠN NAM
Số: 55/QĐ-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Sơn Nam, ngày 7 tháng 7 năm 2010

QUYẾT ĐỊNH
Về việc ban hành Quy chế tiết kiệm điện

CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH

Căn cứ Luật Điện lực;
Theo đề nghị của Giám đốc Sở Công Thương,

QUYẾT ĐỊNH:

Điều 1. Ban hành kèm theo Quyết định này Quy chế tiết kiệm điện.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Phạm Thị Hoa

QUY CHẾ
TIẾT KIỆM ĐIỆN
(Ban hành kèm theo Quyết định số 55/QĐ-UBND
ngày 7 tháng 7 năm 2010 của Ủy ban nhân dân tỉnh)

Điều 1. Quy chế này áp dụng cho mọi đơn vị.

PHỤ LỤC I
DANH MỤC THIẾT BỊ

1. Đèn chiếu sáng.
"""


def test_a_decision_with_attached_parts_has_a_body_of_several_stretches() -> None:
    assert body_of(DECISION) == [
        "Căn cứ Luật Điện lực; Theo đề nghị của Giám đốc Sở Công Thương,",
        "Điều 1. Ban hành kèm theo Quyết định này Quy chế tiết kiệm điện.",
        "Điều 1. Quy chế này áp dụng cho mọi đơn vị.",
        "1. Đèn chiếu sáng.",
    ]
    header = head_of(DECISION).header
    assert (header.kind and header.kind.code, header.title) == ("QĐ", "ban hành Quy chế tiết kiệm điện")
    assert header.signer and header.signer.signed_for == "TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Số: 267/KH-UBND", "267/KH-UBND"),
        ("Số: ~~45~~49/UBND-VX", "49/UBND-VX"),
        ("Số 05-NQ/ĐU", "05-NQ/ĐU"),
        ("Số: 66.7/2025/NQ-CP", "66.7/2025/NQ-CP"),
        ("Số: 252 / KH - BCĐ389", "252/KH-BCĐ389"),
        ("Số: /UBND-GDĐT", None),
        ("Số: …./KH-UBND", None),
        ("Số:        - Ctr/QU", None),
    ],
)
def test_numbers(line: str, number: str | None) -> None:
    text = f"{line}\nSơn Nam, ngày 5 tháng 5 năm 2022\n\nKẾ HOẠCH\nPhòng cháy rừng\n\n1. Tuần tra rừng.\n"
    header = head_of(text).header
    assert header.number == number
    assert "number" in header.spans  # a blank number is pointed at too


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Sơn Nam, ngày 05 tháng 9 năm 2022", "2022-09-05"),
        ("Sơn Nam, ngày     tháng 9 năm 2022", "2022-09"),
        ("Sơn Nam, ngày … tháng … năm 2022", "2022"),
        ("Sơn Nam, ngày 5/9/2022", "2022-09-05"),
        ("Thành\nphố Sơn Nam, ngày 5\ntháng 9 năm 2022", "2022-09-05"),
        ("Sơn Nam, ngày … tháng … năm 20…", None),
    ],
)
def test_dates(line: str, date: str | None) -> None:
    header = head_of(f"Số: 1/KH-UBND\n{line}\n\nKẾ HOẠCH\nPhòng cháy rừng\n\n1. Tuần tra rừng.\n").header
    assert header.issued_on == date
    assert header.place is not None and header.place.endswith("Sơn Nam")


def test_a_number_whose_code_stands_on_another_line() -> None:
    text = "ỦY BAN NHÂN DÂN\nPHƯỜNG SÔNG TRÀ\nSố: 447\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n/KH-UBND\n\n"
    text += "KẾ HOẠCH\nTrồng cây\n\n1. Trồng cây.\n"
    header = head_of(text).header
    assert header.number == "447/KH-UBND"
    assert header.issuer and header.issuer.name == "Ủy ban nhân dân phường Sông Trà"


def test_numbers_of_cited_documents_are_not_the_number() -> None:
    text = "BẢNG THEO DÕI VĂN BẢN\n\nSố 183/TB ngày 09/7/2014\nLập thủ tục đầu tư khu dân cư.\n"
    head = head_of(text)
    assert head.header.number is None and head.header.kind is None and len(head.body) == 1


def test_dates_in_the_body_are_not_the_date_of_issue() -> None:
    text = "KẾ HOẠCH\nPhòng cháy rừng\n\nNgày 05 tháng 9 năm 2022, Ủy ban nhân dân huyện đã họp.\n1. Tuần tra rừng.\n"
    assert head_of(text).header.issued_on is None
    assert body_of(text) == ["Ngày 05 tháng 9 năm 2022, Ủy ban nhân dân huyện đã họp. 1. Tuần tra rừng."]


def test_the_kind_is_the_printed_title_or_the_code_of_the_number() -> None:
    titled = head_of("Số: 50/ĐHSN-KT\n\nKẾ HOẠCH NĂM HỌC 2020-2021\n\n1. Mở lớp.\n").header.kind
    assert titled == Kind(code="KH", name="Kế hoạch")
    coded = head_of("Số: 9/CT-UBND\nSơn Nam, ngày 1 tháng 1 năm 2020\n\nGiữ gìn trật tự là việc của mọi người.\n").header.kind
    assert coded == Kind(code="CT", name="Chỉ thị")


def test_a_wrapped_name_of_an_office_is_no_title() -> None:
    text = (
        "UBND QUẬN SÔNG ĐÔNG\nPHÒNG TÀI CHÍNH -\nKẾ HOẠCH\nSố: 77/TCKH\nSông Đông, ngày 02 tháng 01 năm 2012\n"
        "Về việc lập dự toán\nKính gửi: Các trường công lập.\nPhòng yêu cầu:\n- Lập dự toán.\n"
    )
    header = head_of(text).header
    assert header.kind and header.kind.name == "Công văn"
    assert header.issuer and header.issuer.name == "Phòng Tài chính - Kế hoạch"


def test_a_standing_body_has_the_name_of_the_organ_above_it() -> None:
    letterhead = "ỦY BAN MTTQ VIỆT NAM\nTỈNH SƠN NAM\nBAN THƯỜNG TRỰC\nSố: 210/MTTQ-BTT\n"
    rest = "Sơn Nam, ngày 04 tháng 5 năm 2021\nKính gửi: Ban Thường trực Ủy ban MTTQ các huyện.\nĐề nghị các đơn vị báo cáo kết quả.\n"
    issuer = head_of(letterhead + rest).header.issuer
    assert issuer is not None and issuer.name == "Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh Sơn Nam"
    other = letterhead.replace("BAN THƯỜNG TRỰC", "BAN TUYÊN GIÁO")
    issuer = head_of(other + rest).header.issuer
    assert issuer is not None and issuer.name.startswith("Ban Tuyên giáo") and "MTTQ" not in issuer.name


def test_the_heading_of_a_legal_database() -> None:
    text = "CHỈ THỊ\nCỦA BỘ TÀI CHÍNH SỐ 03/2006/CT-BTC\nNGÀY 30 THÁNG 10 NĂM 2006\nVỀ CHỐNG LÃNG PHÍ\n\n"
    text += "Bộ Tài chính yêu cầu các đơn vị tiết kiệm.\n"
    header = head_of(text).header
    assert (header.number, header.issued_on, header.title) == ("03/2006/CT-BTC", "2006-10-30", "chống lãng phí")
    assert header.issuer and header.issuer.name == "Bộ Tài chính"


def test_without_letterhead_the_issuer_is_whom_the_signer_stands_for_at_the_place() -> None:
    text = (
        "Số: 5/KH-UBND\nĐồng Xuân, ngày 4 tháng 4 năm 2018\n\nKẾ HOẠCH\nTrồng cây\n\n"
        "Ủy ban nhân dân huyện Đồng Xuân xây dựng kế hoạch như sau:\n1. Trồng cây.\n\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nLê Văn Ba\n"
    )
    issuer = head_of(text).header.issuer
    assert issuer and issuer.name == "Ủy ban nhân dân huyện Đồng Xuân"
    assert head_of(text.replace("Đồng Xuân xây", "xây")).header.issuer is None


def test_also_addressed_are_recipients() -> None:
    text = (
        "CÔNG ĐIỆN\nVề việc ứng phó bão\n\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH SƠN NAM điện:\n- Giám đốc các sở;\n- Chủ tịch UBND các xã.\n"
        "Đồng kính gửi:\nBan Thường vụ Tỉnh ủy để chỉ đạo.\n\nBão đang vào bờ.\n1. Cấm biển.\n"
    )
    header = head_of(text).header
    assert [a.name for a in header.addressees] == ["Giám đốc các sở", "Chủ tịch UBND các xã"]
    assert [(r.name, r.purpose) for r in header.recipients] == [("Ban Thường vụ Tỉnh ủy", "đồng kính gửi, để chỉ đạo")]
    assert body_of(text) == ["Bão đang vào bờ. 1. Cấm biển."]


def test_page_numbers_footnotes_and_page_tails_are_no_body() -> None:
    long = "Phòng Văn hóa chủ trì, phối hợp với các cơ quan, đơn vị có liên quan trong huyện"
    text = (
        f"Số: 8/KH-UBND\n\nKẾ HOẠCH\nChuyển đổi số\n\n1. {long}\n\n2\n\n"
        "mở lớp tập huấn cho cán bộ các xã, phường trong quý II năm 2022[1].\n"
        "2. Giảm 12\nphần trăm hồ sơ giấy.\n\nNơi nhận:\n- Lưu: VT.\n\n"
        "CHỦ TỊCH\n\nLê Văn Ba\n\n[1]\nTheo Kế hoạch của tỉnh.\n\nTin liên quan\nHội nghị chuyển đổi số\n"
    )
    assert body_of(text) == [
        f"1. {long}",
        "mở lớp tập huấn cho cán bộ các xã, phường trong quý II năm 2022[1]. 2. Giảm 12 phần trăm hồ sơ giấy.",
    ]


def test_a_page_number_right_above_an_item_is_no_body() -> None:
    items = [f"{n}. Phòng Văn hóa rà soát hồ sơ của các xã, phường trong huyện và báo cáo kết quả." for n in range(1, 13)]
    before, after = "\n\n".join(items), "13. Phòng Nội vụ theo dõi."
    text = f"KẾ HOẠCH\nChuyển đổi số\n\n{before}\n\n2\n{after}\n"
    assert body_of(text)[-1].split() == after.split()


def test_row_numbers_of_a_table_stay_in_the_body() -> None:
    rows = "".join(f"|\n{n}\n|\nRà soát hồ sơ số hóa tại các xã, phường\n|\nPhòng Nội vụ\n" for n in range(1, 40))
    text = f"KẾ HOẠCH\nChuyển đổi số\n\n{rows}"
    assert set(map(str, range(1, 40))) <= set(body_of(text)[0].split())
    assert len(head_of(text).body) == 1


def test_a_note_in_brackets_at_the_end_is_body() -> None:
    text = "KẾT LUẬN\nVề chăn nuôi\n\n1. Phòng dịch.\n(Kèm theo Báo cáo số 5-BC/HU của Ban Tổ chức).\n\nNơi nhận:\n- Lưu.\n"
    assert body_of(text) == ["1. Phòng dịch. (Kèm theo Báo cáo số 5-BC/HU của Ban Tổ chức)."]


def test_capitals_in_the_body_are_no_foot() -> None:
    text = "KẾ HOẠCH\nThi đua\n\n1. Khen thưởng.\nGIÁM ĐỐC SỞ\nXét khen thưởng hằng năm theo quy định của pháp luật.\n2. Tổng kết.\n"
    assert len(head_of(text).body) == 1 and head_of(text).header.signer is None


def test_furniture_marked_by_the_reader_is_no_body() -> None:
    text = "1. Rà soát hồ sơ.\nTrang web của huyện\n2. Báo cáo.\n"
    at = text.index("Trang")
    block = Block(span=Span(at, text.index("\n2.")), kind="furniture")
    assert len(read_header(document(text, (block,)), rulebook()).body) == 2


def test_plain_text_is_all_body() -> None:
    text = "Hôm nay trời đẹp.\n\nMọi người đi làm."
    assert [span.cut(text) for span in head_of(text).body] == [text]
    assert head_of(text).header.kind is None
    assert head_of("").body == ()


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem)
def test_seeds(path: Path) -> None:
    gold = json.loads(path.read_text(encoding="utf-8"))
    head = head_of(gold["text"])
    header, expected = head.header, gold["header"]
    assert header.kind and header.kind.name == expected["kind"]
    assert (header.number, header.issued_on, header.place, header.draft) == (
        expected["number"],
        expected["date"],
        expected["place"],
        expected["draft"],
    )
    assert (header.issuer.name if header.issuer else None) == expected["issuer"]
    assert (header.parent_issuer.name if header.parent_issuer else None) == expected["parent_issuer"]
    assert (header.title or "").casefold() == expected["title"].casefold()
    assert (header.signer.name if header.signer else None) == expected["signer"]
    assert [a.name for a in header.addressees] == expected["addressees"]
    inside = [False] * len(gold["text"])
    for start, end in head.body:
        inside[start:end] = [True] * (end - start)
    for clause in gold["clauses"]:
        assert all(inside[clause["start"] : clause["end"]]), clause["id"]


def test_the_twenty_nine_kinds() -> None:
    kinds = rulebook()["kinds"].tables["kind"]
    assert len([k for k in kinds if k["from"] == "state"]) == 29
    assert {"KH", "CTr", "TTr", "QyĐ", "ĐA", "DA", "CĐ"} <= {k["code"] for k in kinds}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*STACKED.split("\n"), *PARTY.split("\n"), *DECISION.split("\n"), "", "1", "|", "[1] a", "(Kèm theo số"]),
        max_size=50,
    )
)
def test_any_text_gives_ordered_spans_inside_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    head = head_of(text)
    at = 0
    for start, end in head.body:
        assert at <= start < end <= len(text)
        at = end
    parties = [*head.header.addressees, *head.header.recipients]
    spans = [*head.header.spans.values(), *(p.span for p in parties if p.span)]
    assert all(0 <= start <= end <= len(text) for start, end in spans)


def test_double_blanks_and_small_marks_move_no_value_of_the_head() -> None:
    text = (
        "UBND TỈNH SƠN NAM\nSố: 12/KH-UBND\nSơn Nam, ngày 02 tháng 7 năm 2020\nKẾ  HOẠCH\nThực hiện  năm 2020\n\nI. MỤC ĐÍCH\nNội dung.\n"
    )
    header = head_of(text).header
    assert header.spans["kind"].cut(text) == "KẾ  HOẠCH"
    assert header.title == "Thực hiện năm 2020"


def test_a_ruling_closes_the_title() -> None:
    text = "KẾ HOẠCH\nPhát triển giáo dục\n________\n\nThực hiện nghị quyết của Tỉnh ủy, Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:\n"
    assert head_of(text).header.title == "Phát triển giáo dục"


def test_a_title_may_begin_like_a_legal_basis() -> None:
    body = "Thực hiện Chỉ thị số 15-CT/TW của Ban Bí thư, Ban Thường vụ Huyện ủy ban hành kế hoạch như sau:\n"
    for title in ("thực hiện Chỉ thị số 15-CT/TW của Ban Bí thư", "Thực hiện Nghị quyết số 20-NQ/TW về y tế"):
        assert head_of(f"KẾ HOẠCH\n{title}\n-----\n\n{body}").header.title == title
    assert head_of(f"KẾ HOẠCH\n{body}\nI. MỤC ĐÍCH\n").header.title is None


def test_any_dash_begins_an_addressee() -> None:
    for dash in "-–—+•":
        text = STACKED.replace("\n- ", f"\n{dash} ")
        assert [p.name for p in head_of(text).header.addressees] == [p.name for p in head_of(STACKED).header.addressees]


def test_the_issuer_named_in_the_body_is_found_however_its_tone_marks_stand() -> None:
    text = (
        "Số: 7/KH-UBND\nSơn Nam, ngày 02 tháng 7 năm 2020\nKẾ HOẠCH\nThực hiện năm 2020\n\n{} ban hành kế hoạch.\n\n"
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nNguyễn Văn A\n"
    )
    for name in ("Ủy ban nhân dân tỉnh Sơn Nam", "Uỷ  ban nhân\xa0dân tỉnh Sơn Nam"):
        issuer = head_of(text.format(name)).header.issuer
        assert issuer is not None
        assert issuer.name == "Ủy ban nhân dân tỉnh Sơn Nam"


def test_a_tab_behind_a_number_does_not_hide_a_heading() -> None:
    body = body_of("KẾ HOẠCH\nThực hiện năm 2020\nI.\tMỤC ĐÍCH\n1.\tNội dung một.\n")
    assert body == ["I. MỤC ĐÍCH 1. Nội dung một."]

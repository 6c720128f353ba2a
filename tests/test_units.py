"""Names of units: found whole, split where they are several, left alone where they only look like one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rulebook import rulebook
from pipeline.text import fold
from pipeline.units import ascii_fold, find_units


def names(text: str) -> list[str]:
    return [unit.name for unit in find_units(fold(text), rulebook())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phối hợp với Phòng Y tế, Trung tâm y tế và Công an quận", ["Phòng Y tế", "Trung tâm y tế", "Công an quận"]),
        ("Các phòng: Tài chính - Kế hoạch, Nội vụ, Y tế", ["Phòng Tài chính - Kế hoạch", "Phòng Nội vụ", "Phòng Y tế"]),
        ("các Bộ Y tế, Công an, Quốc phòng", ["các Bộ Y tế", "Bộ Công an", "Bộ Quốc phòng"]),
        ("Sở Nội vụ, Tài chính và UBND các xã", ["Sở Nội vụ", "Sở Tài chính", "UBND các xã"]),
        ("các Tập đoàn: Điện lực Việt Nam, Dầu khí Việt Nam", ["Tập đoàn Điện lực Việt Nam", "Tập đoàn Dầu khí Việt Nam"]),
        ("Sở Văn hóa, Thể thao và Du lịch; Sở Y tế", ["Sở Văn hóa, Thể thao và Du lịch", "Sở Y tế"]),
        ("các sở, ban, ngành tỉnh và UBND các huyện", ["các sở, ban, ngành tỉnh", "UBND các huyện"]),
        ("các trường Mầm non, Tiểu học, THCS trên địa bàn", ["các trường Mầm non, Tiểu học, THCS trên địa bàn"]),
        ("Bộ trưởng, Thủ trưởng cơ quan ngang bộ", ["Bộ trưởng", "Thủ trưởng cơ quan ngang bộ"]),
        ("Ban Chỉ đạo thực hiện Đề án của quận xem xét", ["Ban Chỉ đạo thực hiện Đề án của quận"]),
        ("Cục Mỹ thuật, Nhiếp ảnh và Triển lãm chủ trì", ["Cục Mỹ thuật, Nhiếp ảnh và Triển lãm"]),
        ("UỶ BAN NHÂN DÂN TỈNH SƠN LA", ["ỦY BAN NHÂN DÂN TỈNH SƠN LA"]),
        ("các đơn vị trực thuộc rà soát", ["các đơn vị trực thuộc"]),
        ("các Khu Quản lý đường bộ", ["các Khu Quản lý đường bộ"]),
        ("trình UBND tỉnh Kế hoạch năm sau", ["UBND tỉnh"]),
        ("trình Ban Thường vụ Huyện ủy Đề án sắp xếp", ["Ban Thường vụ Huyện ủy"]),
        ("trình Thủ tướng Chính phủ Quyết định kiện toàn", ["Thủ tướng Chính phủ"]),
        ("xã Quyết Thắng và xã Kế Sách", ["xã Quyết Thắng", "xã Kế Sách"]),
        ("giúp Chủ tịch UBND tỉnh quản lý nhà nước về đất đai", ["Chủ tịch UBND tỉnh"]),
        ("các cơ quan quản lý nhà nước về đất đai", ["các cơ quan quản lý nhà nước"]),
        ("xây dựng Chính phủ số, chính quyền điện tử", []),
        ("vận động các tổ chức phi chính phủ nước ngoài", ["các tổ chức phi chính phủ nước ngoài"]),
        ("các trường đại học, cao đẳng tập trung đầu tư", ["các trường đại học, cao đẳng"]),
        ("Các Tập đoàn, Tổng công ty hoàn thành chỉ tiêu", ["Các Tập đoàn, Tổng công ty"]),
        ("các tổ chức chính trị - xã hội và cơ quan có liên quan", ["các tổ chức chính trị - xã hội", "cơ quan có liên quan"]),
        ("Chủ đầu tư, đơn vị tư vấn giám sát và nhà thầu thi công", ["Chủ đầu tư", "đơn vị tư vấn giám sát", "nhà thầu thi công"]),
        ("Huyện ủy viên phụ trách địa bàn thường xuyên kiểm tra", ["Huyện ủy viên phụ trách địa bàn"]),
        (
            "Ban QLDA đầu tư xây dựng các công trình giao thông, dân dụng tỉnh",
            ["Ban QLDA đầu tư xây dựng các công trình giao thông, dân dụng tỉnh"],
        ),
        ("Trung tâm Dịch vụ tổng hợp phường, Trạm Y tế", ["Trung tâm Dịch vụ tổng hợp phường", "Trạm Y tế"]),
        ("với lực lượng Kiểm lâm, Công an, Quân đội và các chủ rừng", ["lực lượng Kiểm lâm", "Công an", "Quân đội", "các chủ rừng"]),
        ("Văn phòng thường trực Ban Chỉ huy PTDS tỉnh", ["Văn phòng thường trực Ban Chỉ huy PTDS tỉnh"]),
        ("các Công ty TNHH MTV khai thác công trình thủy lợi", ["các Công ty TNHH MTV khai thác công trình thủy lợi"]),
        ("Cục Phổ biến, giáo dục pháp luật và Trợ giúp pháp lý", ["Cục Phổ biến, giáo dục pháp luật và Trợ giúp pháp lý"]),
        ("Cục Quản lý đấu thầu chủ trì", ["Cục Quản lý đấu thầu"]),
        ("Phòng Lao động - TB và XH", ["Phòng Lao động - TB và XH"]),
        ("Ban Chỉ đạo 389 tỉnh", ["Ban Chỉ đạo 389 tỉnh"]),
        ("UBND huyện Vụ Bản, UBND xã Trường Sơn", ["UBND huyện Vụ Bản", "UBND xã Trường Sơn"]),
        ("Các huyện ủy, thị ủy, đảng ủy trực thuộc Tỉnh ủy", ["Các huyện ủy, thị ủy, đảng ủy trực thuộc Tỉnh ủy"]),
        ("Ban Thường vụ các quận ủy, huyện ủy", ["Ban Thường vụ các quận ủy, huyện ủy"]),
        ("Chủ tịch UBND các huyện Giao Thủy, Vụ Bản", ["Chủ tịch UBND huyện Giao Thủy", "Chủ tịch UBND huyện Vụ Bản"]),
        ("UBND các xã: Tân Lập, Hòa Bình", ["UBND xã Tân Lập", "UBND xã Hòa Bình"]),
        ("UBND thị xã Việt Yên, huyện Tân Yên, Yên Thế", ["UBND thị xã Việt Yên", "huyện Tân Yên", "huyện Yên Thế"]),
        ("các phòng, trung tâm, đơn vị thuộc UBND xã", ["các phòng, trung tâm, đơn vị thuộc UBND xã"]),
        ("Viettel Ea Súp, VNPT Ea Súp", ["Viettel Ea Súp", "VNPT Ea Súp"]),
        ("Đảng ủy Quân sự tỉnh lãnh đạo các đơn vị trực thuộc", ["Đảng ủy Quân sự tỉnh", "các đơn vị trực thuộc"]),
        ("Ngân hàng Nhà nước chi nhánh tỉnh", ["Ngân hàng Nhà nước chi nhánh tỉnh"]),
        ("đề nghị các huyện, thành, thị rà soát", ["các huyện, thành, thị"]),
        ("Phòng Nội vụ các huyện, thị, thành phố", ["Phòng Nội vụ các huyện, thị, thành phố"]),
        ("UBND các huyện, TX, TP tổng hợp", ["UBND các huyện, TX, TP"]),
        ("UBND các huyện, thị trường nông sản", ["UBND các huyện"]),
        ("UBND các huyện và thành lập danh mục", ["UBND các huyện"]),
        ("Ban Thường vụ các huyện, thị, thành ủy", ["Ban Thường vụ các huyện, thị, thành ủy"]),
        ("Công an tỉnh, UBND các địa phương tuần tra", ["Công an tỉnh", "UBND các địa phương"]),
        ("các đoàn thể cấp thị xã", ["các đoàn thể cấp thị xã"]),
        ("UBND cấp xã, phường, thị trấn rà soát", ["UBND cấp xã, phường, thị trấn"]),
        ("Trung tâm Phối hợp tìm kiếm, cứu nạn hàng hải khu vực III", ["Trung tâm Phối hợp tìm kiếm, cứu nạn hàng hải khu vực III"]),
        ("Trung tâm Giám sát, điều hành đô thị thông minh trực", ["Trung tâm Giám sát, điều hành đô thị thông minh"]),
        ("Công an xã, Chi nhánh Văn phòng Đăng ký đất đai huyện", ["Công an xã", "Chi nhánh Văn phòng Đăng ký đất đai huyện"]),
        ("báo cáo Ban Chỉ đạo quốc gia về chuyển đổi số", ["Ban Chỉ đạo quốc gia về chuyển đổi số"]),
        ("báo cáo Ban Chỉ đạo quốc gia về kết quả", ["Ban Chỉ đạo quốc gia"]),
        ("các Chi cục Kiểm lâm vùng I, II và IV", ["Chi cục Kiểm lâm vùng I", "Chi cục Kiểm lâm vùng II", "Chi cục Kiểm lâm vùng IV"]),
        ("qua phòng Bảo trợ xã hội", ["phòng Bảo trợ xã hội"]),
    ],
)
def test_a_list_gives_its_members_with_their_head_nouns(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "công tác phòng, chống dịch bệnh", "ban hành bộ tiêu chí", "đội ngũ cán bộ có nhiệm vụ được giao", "phát triển kinh tế - xã hội",
        "môi trường và cơ sở vật chất", "hội nghị tổng kết", "quốc phòng, an ninh", "trường hợp vi phạm",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_unit_is_left_alone(text: str) -> None:
    strong = [unit.name for unit in find_units(fold(text), rulebook()) if not unit.weak]
    assert strong == []


def test_a_name_ends_where_the_order_begins() -> None:
    for verb in ("chủ trì, phối hợp", "tham mưu", "xây dựng kế hoạch", "tổ chức hội nghị", "khẩn trương hoàn thành", "có trách nhiệm"):
        assert names(f"Sở Giáo dục và Đào tạo {verb}")[0] == "Sở Giáo dục và Đào tạo"
        assert names(f"Công an tỉnh {verb}")[0] == "Công an tỉnh"


def test_names_that_no_register_knows_are_read_by_the_word_segmenter() -> None:
    assert names("Trung tâm Ứng cứu khẩn cấp chủ trì")[0].startswith("Trung tâm Ứng cứu")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.text(alphabet=st.sampled_from(list("các sở ban ngành UBND tỉnh, và Phòng Y tế;:()-.\nđơn vị 12 Bộ trưởng của thuộc")), max_size=200)
)
def test_phrases_lie_in_order_inside_any_text(text: str) -> None:
    view = fold(text)
    at = 0
    for unit in find_units(view, rulebook()):
        assert at <= unit.start < unit.end <= len(view.text)
        at = unit.end


def test_ascii_fold_keeps_words_apart() -> None:
    assert ascii_fold("Phòng Giáo dục & Đào tạo") == "phong-giao-duc-dao-tao"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("các trường THCS, PTDTBT, trung tâm GDNN-GDTX gửi báo cáo", ["các trường THCS, PTDTBT", "trung tâm GDNN-GDTX"]),
        ("Hạt Kiểm lâm (hoặc Trạm Kiểm lâm), Phòng Kinh tế tuần tra", ["Hạt Kiểm lâm (hoặc Trạm Kiểm lâm)", "Phòng Kinh tế"]),
        ("các phòng: Tổng hợp, Thanh tra, Pháp chế tham mưu", ["Phòng Tổng hợp", "Thanh tra", "Phòng Pháp chế"]),
        ("các ban: Tuyên giáo, Dân vận, Nội chính tham mưu", ["Ban Tuyên giáo", "Ban Dân vận", "Ban Nội chính"]),
        ("các địa phương bảo tồn di sản", ["các địa phương"]),
        ("các địa phương ven biển rà soát", ["các địa phương ven biển"]),
        ("các chi, đảng bộ cơ sở tổ chức đại hội", ["các chi, đảng bộ cơ sở"]),
        ("các chi hội, chi đoàn tổ chức sinh hoạt", ["các chi hội, chi đoàn"]),
        ("Huyện ủy viên được phân công phụ trách cơ sở chỉ đạo", ["Huyện ủy viên được phân công phụ trách cơ sở"]),
        ("Đảng bộ xã Bình An 2 và Đảng bộ xã Tân Lập", ["Đảng bộ xã Bình An 2", "Đảng bộ xã Tân Lập"]),
        ("UBND huyện Yên Thế 3 công trình", ["UBND huyện Yên Thế"]),
    ],
)
def test_lists_and_names_end_where_they_should(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("giao các phòng khám, trung tâm y tế trực thuộc Sở", ["các phòng khám, trung tâm y tế trực thuộc Sở"]),
        ("phối hợp với trung tâm văn hóa các huyện tổ chức biểu diễn", ["trung tâm văn hóa các huyện"]),
        ("phối hợp với trung tâm y tế cùng cấp và công an địa phương", ["trung tâm y tế cùng cấp", "công an địa phương"]),
        ("thủ trưởng các cơ sở giáo dục trong và ngoài công lập rà soát", ["thủ trưởng các cơ sở giáo dục trong và ngoài công lập"]),
        ("Các bộ, ngành có đơn vị sự nghiệp trực thuộc lập danh sách", ["Các bộ, ngành có đơn vị sự nghiệp trực thuộc"]),
        (
            "phối hợp với Phòng Cảnh sát điều tra tội phạm về ma túy, Cục Cảnh sát phòng, chống tội phạm về môi trường kiểm tra",
            ["Phòng Cảnh sát điều tra tội phạm về ma túy", "Cục Cảnh sát phòng, chống tội phạm về môi trường"],
        ),
        ("các Tổng cục, Cục, Vụ chuyên ngành phối hợp", ["các Tổng cục, Cục, Vụ chuyên ngành"]),
        ("chủ các phương tiện, tàu, thuyền neo đậu", ["chủ các phương tiện, tàu, thuyền"]),
        ("Bộ đội Biên phòng, Hải quan, Quản lý thị trường kiểm soát", ["Bộ đội Biên phòng", "Hải quan", "Quản lý thị trường"]),
        ("các đơn vị vận tải, bến xe, nhà ga nghiêm cấm", ["các đơn vị vận tải", "bến xe", "nhà ga"]),
        ("Sở Công Thương, quản lý thị trường theo quy định", ["Sở Công Thương"]),
        ("Quản lý thị trường, bình ổn giá cả", []),
        ("Hội Nông dân huyện, Huyện đoàn vận động", ["Hội Nông dân huyện", "Huyện đoàn"]),
        ("UBND huyện, thị xã đoàn kết xây dựng quê hương", ["UBND huyện, thị xã"]),
        ("Giám đốc các Sở: Nội vụ, Y tế và Thủ trưởng các ban", ["Giám đốc Sở Nội vụ", "Giám đốc Sở Y tế", "Thủ trưởng các ban"]),
        ("Bộ trưởng các Bộ Y tế, Công an chỉ đạo", ["Bộ trưởng Bộ Y tế", "Bộ trưởng Bộ Công an"]),
        ("Chủ tịch UBND các huyện trong vùng ảnh hưởng của bão chỉ đạo", ["Chủ tịch UBND các huyện trong vùng ảnh hưởng của bão"]),
        ("kịp thời báo cáo về Bộ để xem xét", ["Bộ"]),
        ("hoàn thiện Bộ tiêu chí, công sở", []),
        ("phân công Sở Tư pháp chủ trì", ["Sở Tư pháp"]),
        ("báo cáo Lãnh đạo Bộ diễn biến giá cả", ["Lãnh đạo Bộ"]),
        ("Các thành, thị, huyện đoàn tổ chức ra quân", ["Các thành, thị, huyện đoàn"]),
        ("các huyện đoàn, thành đoàn, đoàn trực thuộc rà soát", ["các huyện đoàn, thành đoàn, đoàn trực thuộc"]),
        ("Đề nghị các huyện, thị xã, thành phố đoàn kết thực hiện", ["các huyện, thị xã, thành phố"]),
        ("Phòng Y tế thị xã, Thị đoàn tổ chức", ["Phòng Y tế thị xã", "Thị đoàn"]),
        ("Ban Tổ chức - Kiểm tra Tỉnh đoàn tham mưu", ["Ban Tổ chức - Kiểm tra Tỉnh đoàn"]),
        ("Ban Tổ chức, Huyện ủy Nghi Lộc", ["Ban Tổ chức", "Huyện ủy Nghi Lộc"]),
        ("Hội Chữ thập đỏ Trường THPT Lê Lợi, Trường THPT Trần Phú", ["Hội Chữ thập đỏ Trường THPT Lê Lợi", "Trường THPT Trần Phú"]),
        ("Các cấp Hội Liên hiệp Phụ nữ tuyên truyền", ["Các cấp Hội Liên hiệp Phụ nữ"]),
        ("Thanh tra Sở thống kê số vụ vi phạm", ["Thanh tra Sở"]),
        ("Sở xây dựng chủ trì, Sở tài chính thẩm định", ["Sở xây dựng", "Sở tài chính"]),
        ("Trung tâm Y tế thường xuyên giám sát", ["Trung tâm Y tế"]),
        ("Trung tâm Giáo dục thường xuyên tỉnh rà soát", ["Trung tâm Giáo dục thường xuyên tỉnh"]),
        ("phối hợp với đơn vị cung cấp nước sạch tại địa phương lắp đặt", ["đơn vị cung cấp nước sạch tại địa phương"]),
        ("Bưu điện tỉnh, Chi nhánh Bưu chính Viettel Nghệ An", ["Bưu điện tỉnh", "Chi nhánh Bưu chính Viettel Nghệ An"]),
        ("UBND các xã có tuyến đường sắt đi qua kiểm đếm", ["UBND các xã có tuyến đường sắt đi qua"]),
        ("kịp thời tham mưu Sở điều chỉnh kế hoạch", ["Sở"]),
        ("tham mưu Ban hành kế hoạch", []),
    ],
)
def test_units_known_by_their_kind_and_their_tails(text: str, expected: list[str]) -> None:
    assert names(text) == expected

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
        # what stands before the first name of a list holds for the others
        ("UBND xã Tân Hưng, Bình Minh và các thôn", ["UBND xã Tân Hưng", "UBND xã Bình Minh", "các thôn"]),
        ("tỉnh Đồng Tháp, Vĩnh Long phối hợp", ["tỉnh Đồng Tháp", "tỉnh Vĩnh Long"]),
        ("các trường THPT Lê Lợi, Nguyễn Huệ tổ chức", ["Trường THPT Lê Lợi", "Trường THPT Nguyễn Huệ"]),
        ("Ban Quản lý dự án 2, 6 và Thăng Long phối hợp", ["Ban Quản lý dự án 2", "Ban Quản lý dự án 6", "Ban Quản lý dự án Thăng Long"]),
        ("Hội Nông dân, Phụ nữ, Đoàn Thanh niên xã", ["Hội Nông dân", "Hội Phụ nữ", "Đoàn Thanh niên xã"]),
        ("các Công ty Điện lực: Hải Phòng, Thái Bình", ["Công ty Điện lực Hải Phòng", "Công ty Điện lực Thái Bình"]),
        ("các sở, ngành: Tài chính, Nội vụ, Công an tỉnh", ["Sở Tài chính", "Sở Nội vụ", "Công an tỉnh"]),
        ("Đài Phát thanh Hà Nam, Báo Hà Nam", ["Đài Phát thanh Hà Nam", "Báo Hà Nam"]),
        ("UBND các tỉnh khu vực Bắc Bộ và Thanh Hóa", ["UBND các tỉnh khu vực Bắc Bộ"]),
        ("các Trạm Y tế: Tăng cường giám sát, báo cáo", ["các Trạm Y tế"]),
        ("Hội đồng Đội, Hội LHTN huyện", ["Hội đồng Đội", "Hội LHTN huyện"]),
        # people by name
        ("giao đồng chí Trần Văn Bình - Phó Chủ tịch UBND xã chỉ đạo", ["Trần Văn Bình - Phó Chủ tịch UBND xã"]),
        ("đ/c Hùng (Phó Giám đốc) chỉ đạo; đ/c Nam theo dõi", ["Hùng (Phó Giám đốc)", "Nam"]),
        ("các đồng chí Nguyễn Văn An, Lê Cường theo dõi", ["Nguyễn Văn An", "Lê Cường"]),
        ("ông Lê Văn Tám, Huyện ủy viên, Trưởng Công an xã", ["Lê Văn Tám, Huyện ủy viên, Trưởng Công an xã"]),
        ("đồng chí Nguyễn Văn Nam, Phó Chủ tịch, Trưởng Công an xã", ["Nguyễn Văn Nam, Phó Chủ tịch", "Trưởng Công an xã"]),
        ("đồng chí Bí thư Huyện ủy", ["Bí thư Huyện ủy"]),
        ("tỉnh Bà Rịa - Vũng Tàu, huyện Cô Tô", ["tỉnh Bà Rịa - Vũng Tàu", "huyện Cô Tô"]),
        # small letters
        ("các khoa, phòng xây dựng kế hoạch", ["các khoa, phòng"]),
        ("sở xây dựng, sở tài chính rà soát", ["sở xây dựng", "sở tài chính"]),
        ("ban chỉ huy quân sự xã, đoàn thanh niên phối hợp", ["ban chỉ huy quân sự xã", "đoàn thanh niên"]),
        ("Đảng ủy lãnh đạo chính quyền đổi mới", ["Đảng ủy", "chính quyền"]),
        ("Phòng Cảnh sát giao thông Công an tỉnh chủ trì", ["Phòng Cảnh sát giao thông Công an tỉnh"]),
        ("các ban Tỉnh ủy, Văn phòng Tỉnh ủy", ["các ban Tỉnh ủy", "Văn phòng Tỉnh ủy"]),
        ("Bộ phận Một cửa tiếp nhận hồ sơ", ["Bộ phận Một cửa"]),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vụ Quản lý giám sát về Bảo hiểm rà soát", ["Vụ Quản lý giám sát về Bảo hiểm"]),
        (
            "Chi cục Kiểm tra sau thông quan, Cục Điều tra chống buôn lậu",
            ["Chi cục Kiểm tra sau thông quan", "Cục Điều tra chống buôn lậu"],
        ),
        ("Ban Cải cách, hiện đại hóa ngành thuế và các cục", ["Ban Cải cách, hiện đại hóa ngành thuế", "các cục"]),
        ("Phòng Kiểm tra nội bộ, Phòng Đào tạo sau đại học", ["Phòng Kiểm tra nội bộ", "Phòng Đào tạo sau đại học"]),
        ("Khoa Ngoại tổng hợp, Sản và Hồi sức cấp cứu báo cáo", ["Khoa Ngoại tổng hợp", "Khoa Sản", "Khoa Hồi sức cấp cứu"]),
        ("các Khoa: Dược, Xét nghiệm, Khám bệnh", ["Khoa Dược", "Khoa Xét nghiệm", "Khoa Khám bệnh"]),
        ("các đơn vị thuộc, trực thuộc Sở Y tế rà soát", ["các đơn vị thuộc, trực thuộc Sở Y tế"]),
        ("các cơ quan nhà nước từ huyện đến xã, thị trấn rà soát", ["các cơ quan nhà nước từ huyện đến xã, thị trấn"]),
        ("Hội Nông dân cơ sở và Hội Cựu chiến binh cấp huyện", ["Hội Nông dân cơ sở", "Hội Cựu chiến binh cấp huyện"]),
        ("UBND các tỉnh khu vực Tây Nguyên và Đông Nam Bộ rà soát", ["UBND các tỉnh khu vực Tây Nguyên và Đông Nam Bộ"]),
        ("các thương nhân phân phối xăng dầu niêm yết giá", ["các thương nhân phân phối xăng dầu"]),
        ("Trung ương Hội Luật gia Việt Nam, Trung ương Đoàn", ["Trung ương Hội Luật gia Việt Nam", "Trung ương Đoàn"]),
        ("Giao 5 Đoàn công tác của Chính phủ đôn đốc", ["5 Đoàn công tác của Chính phủ"]),
        ("12 tập đoàn, tổng công ty nhà nước báo cáo", ["12 tập đoàn, tổng công ty nhà nước"]),
        ("cấp ủy, chính quyền cấp huyện chỉ đạo", ["cấp ủy, chính quyền cấp huyện"]),
        ("Phó Trưởng Ban Chỉ đạo điều hành giá kết luận", ["Phó Trưởng Ban Chỉ đạo điều hành giá"]),
        ("phối hợp với cơ quan Công an huyện", ["cơ quan Công an huyện"]),
        ("các tổ, đội bảo vệ rừng thôn, bản tuần tra", ["các tổ, đội bảo vệ rừng thôn, bản"]),
        ("các cơ quan đại diện Việt Nam ở nước ngoài thông báo", ["các cơ quan đại diện Việt Nam ở nước ngoài"]),
    ],
)
def test_names_with_a_tail_in_small_letters_are_read_to_their_end(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chi cục Hải quan kiểm tra sau thông quan các lô hàng", ["Chi cục Hải quan"]),
        ("Chi cục Thủy sản kiểm đếm tàu thuyền", ["Chi cục Thủy sản"]),
        ("Trung tâm Khuyến nông cấp giống cho các hộ nghèo", ["Trung tâm Khuyến nông", "các hộ nghèo"]),
        ("Trung tâm Kiểm soát bệnh tật điều tra dịch tễ", ["Trung tâm Kiểm soát bệnh tật"]),
        ("Trung tâm Kiểm soát bệnh tật xét nghiệm mẫu", ["Trung tâm Kiểm soát bệnh tật"]),
        ("Bộ Tài chính điều hành giá xăng dầu", ["Bộ Tài chính"]),
        ("Sở Y tế quản lý về Dân số", ["Sở Y tế"]),
        ("Các cấp Đoàn cụ thể hóa chương trình", ["Các cấp Đoàn"]),
        ("Khoa Dược, Tổ chức hội chẩn", ["Khoa Dược"]),
        ("các cơ quan, đơn vị quản lý, sử dụng kinh phí", ["các cơ quan, đơn vị"]),
        ("các đơn vị quản lý đường bộ", ["các đơn vị quản lý đường bộ"]),
        ("Hội Nông dân cơ sở vật chất còn thiếu", ["Hội Nông dân"]),
        ("trong tháng 7 Tổ công tác báo cáo", ["Tổ công tác"]),
        ("Cấp ủy, chính quyền, Mặt trận Tổ quốc", ["Cấp ủy", "chính quyền", "Mặt trận Tổ quốc"]),
        ("làm việc với Đoàn kiểm tra của Liên minh châu Âu", []),
    ],
)
def test_names_end_before_what_their_unit_does(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize("again", ["các xã của ", "các ban Tỉnh ủy ", "Ban Chỉ đạo về giảm nghèo của ", "các trường thuộc ", "Phòng "])
def test_names_inside_names_without_end_are_read(again: str) -> None:
    assert len(names(again * 600)) <= 1200

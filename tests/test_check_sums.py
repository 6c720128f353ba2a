"""Sums, counts, shares and targets that do not agree are found; what comes out, or is unclear, raises nothing."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Clause, Document, Finding, Header, Outline, Source, Span, Table, Target
from pipeline.amounts import find_amounts, number, printed_money, printed_number, sum_grammar
from pipeline.check.agreement import find_disagreeing_targets
from pipeline.check.counts import find_wrong_counts
from pipeline.check.reading import Reading, open_reading
from pipeline.check.sums import find_wrong_sums
from pipeline.check.table_sums import find_wrong_tables
from pipeline.outline import build_outline
from pipeline.read.plain import read_plain
from pipeline.rulebook import rulebook
from pipeline.text import fold

CORPUS = Path(__file__).parent.parent / "corpus"


def reading(*lines: tuple[str, str, str | None], targets: dict[str, tuple[Target, ...]] | None = None) -> Reading:
    """A directive of clauses (id, words, parent); the marker is the last part of the id, "p…" has none."""
    text, clauses = "", []
    for name, words, parent in lines:
        last = name.rsplit("/", 1)[-1]
        marker = "" if last.startswith("p") else last
        start = len(text)
        text += f"{marker} {words}".strip() + "\n\n"
        body = Span(start + (len(marker) + 1 if marker else 0), len(text) - 2)
        kind = "heading" if words.isupper() else "task"
        stated = (targets or {}).get(name, ())
        clauses.append(Clause(id=name, marker=marker, type=kind, parent=parent, span=Span(start, body.end), body=body, targets=stated))
    document = Document(text=text, source=Source(name="x", sha256="0", media_type="text/plain"), blocks=())
    return open_reading(document, Outline(header=Header(), clauses=tuple(clauses)), ())


def one(words: str) -> Reading:
    return reading(("p1", words, None))


def said(findings: list[Finding], text: str) -> list[tuple[str, list[str]]]:
    return [(f.code, [span.cut(text) for span in f.spans]) for f in findings]


@pytest.mark.parametrize(
    ("printed", "value"),
    [("1.250.000.000", "1250000000"), ("46.375", "46375"), ("1,25", "1.25"), ("12.5", "12.5"), ("10 000", "10000"), ("1.250,5", "1250.5")],
)
def test_numbers_are_read_the_vietnamese_way(printed: str, value: str) -> None:
    assert str(number(printed)) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("kinh phí 46.375 triệu đồng", 46_375_000_000),
        ("1,25 tỷ", 1_250_000_000),
        ("1 tỷ 250 triệu đồng", 1_250_000_000),
        ("3.500.000 đ", 3_500_000),
        ("2 nghìn tỷ đồng", 2_000_000_000_000),
        ("500 nghìn đồng", 500_000),
    ],
)
def test_money(words: str, value: int) -> None:
    (amount,) = find_amounts(fold(words).text, sum_grammar(rulebook()))
    assert amount.value == value
    assert not amount.rate


@pytest.mark.parametrize("words", ["đón 2,5 triệu lượt khách", "xuất khẩu 3 tỷ USD", "năm 2025", "15 trường", "đạt 95 %"])
def test_what_is_no_money(words: str) -> None:
    assert not list(find_amounts(fold(words).text, sum_grammar(rulebook())))


def test_numbers_in_words_for_a_clerk() -> None:
    assert printed_money(number("46.375") * 1_000_000) == "46.375 triệu đồng"
    assert printed_money(number("50.500")) == "50.500 đồng"
    assert printed_number(number("1250,5")) == "1.250,5"


@pytest.mark.parametrize(
    "words",
    [
        "Hỗ trợ 50 triệu/năm x 5 năm = 250 triệu đồng.",
        "15 lớp × 40 học viên = 600 học viên",
        "1.500 + 1.200 + 7.500 = 10.200 triệu đồng",
        "20 người x 2 chứng chỉ x 3,0 triệu đồng/chứng chỉ = 120 triệu đồng x 5 năm = 600 triệu đồng.",
        "300 người/năm x 5 năm x 5 triệu đồng/năm (hỗ trợ 50% cho người đi học) = 7.500 triệu đồng.",
        "200 người x 50.000 = 10 triệu đồng",  # đồng and triệu are left out
        "3 lớp x 1,33 triệu đồng = 4 triệu đồng",  # rounded
        "Thi học sinh giỏi lớp 9 x 5 = 50",  # what is multiplied is not known
        "Chỉ số A = 5; B = 7",
        "20 người x 30% = 6 người",
        "20 người x 5 triệu đồng = khoảng 90 triệu đồng",
    ],
)
def test_what_comes_out_raises_nothing(words: str) -> None:
    assert not list(find_wrong_sums(one(words)))


@pytest.mark.parametrize(
    ("words", "computed"),
    [
        ("Hỗ trợ 50 triệu/năm x 5 năm = 300 triệu đồng.", "250 triệu đồng"),
        ("Tập huấn: 15 lớp × 40 học viên = 650 học viên", "600"),
        ("Cộng: 1.500 + 1.200 + 7.500 = 10.300 triệu đồng", "10.200 triệu đồng"),
        ("30 xã x 1,5 tỷ đồng/xã = 4,5 tỷ đồng", "45.000 triệu đồng"),
        ("10 người x 2 triệu đồng = 20 triệu đồng x 5 năm = 120 triệu đồng", "100 triệu đồng"),
    ],
)
def test_products_that_do_not_come_out(words: str, computed: str) -> None:
    (finding,) = find_wrong_sums(one(words))
    assert finding.code == "sum-product"
    assert f"tính ra {computed}," in finding.message


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("Tổng kinh phí 200 triệu đồng, gồm: ngân sách xã 150 triệu đồng, xã hội hóa 60 triệu đồng.", True),
        ("Tổng kinh phí 200 triệu đồng, gồm: ngân sách xã 150 triệu đồng, xã hội hóa 50 triệu đồng.", False),
        ("Tổng kinh phí: 1,25 tỷ đồng. Trong đó: ngân sách tỉnh 1 tỷ 200 triệu đồng; ngân sách xã 150 triệu đồng.", True),
        ("Tổng kinh phí 200 triệu đồng, trong đó có 50 triệu đồng từ ngân sách xã và 20 triệu đồng xã hội hóa.", False),
        ("Kinh phí khoảng 200 triệu đồng, gồm: ngân sách xã 150 triệu đồng, xã hội hóa 60 triệu đồng.", False),
        ("Kinh phí hỗ trợ 200 triệu đồng/xã, gồm: ngân sách 150 triệu đồng, xã hội hóa 60 triệu đồng.", False),
    ],
)
def test_totals_and_parts_in_one_sentence(words: str, wrong: bool) -> None:
    assert [f.code for f in find_wrong_sums(one(words))] == ["sum-parts"] * wrong


def budget(total: str, *parts: str) -> Reading:
    lines = [("IV", "KINH PHÍ", None), ("IV/p1", f"Tổng kinh phí là {total}, gồm các nội dung sau:", "IV")]
    return reading(*lines, *((f"IV/{i}.", part, "IV") for i, part in enumerate(parts, 1)))


def test_parts_listed_below_a_total() -> None:
    parts = ("Tuyên truyền: 20 triệu đồng.", "Tập huấn: 5 lớp x 6 triệu đồng/lớp = 30 triệu đồng.")
    assert not list(find_wrong_sums(budget("50 triệu đồng", *parts)))
    found = budget("60 triệu đồng", *parts)
    (finding,) = find_wrong_sums(found)
    assert said([finding], found.text) == [("sum-parts", ["60 triệu đồng", "20 triệu đồng", "30 triệu đồng"])]
    assert "50 triệu đồng" in finding.message
    assert "chênh 10 triệu đồng" in finding.message


def test_a_part_without_a_sum_leaves_room_upwards_only() -> None:
    parts = ("Tuyên truyền: 20 triệu đồng.", "Tập huấn: 30 triệu đồng.", "Thẩm định dự toán theo quy định.")
    assert not list(find_wrong_sums(budget("60 triệu đồng", *parts)))
    assert [f.code for f in find_wrong_sums(budget("45 triệu đồng", *parts))] == ["sum-parts"]


def test_parts_that_are_not_clear_raise_nothing() -> None:
    for part in ("Tập huấn: từ 20 đến 30 triệu đồng.", "Hỗ trợ 2 triệu đồng/người và 5 triệu đồng/lớp.", "Khoảng 31 triệu đồng."):
        assert not list(find_wrong_sums(budget("50 triệu đồng", "Tuyên truyền: 20 triệu đồng.", part, "In ấn: 9 triệu đồng.")))


def test_totals_on_several_levels() -> None:
    def of(second: str) -> Reading:
        return reading(
            ("IV", "KINH PHÍ", None),
            ("IV/p1", "Tổng kinh phí dự kiến là 100 triệu đồng, gồm:", "IV"),
            ("IV/1.", "Tuyên truyền", "IV"),
            ("IV/1./p1", "Kinh phí: 40 triệu đồng. Trong đó:", "IV/1."),
            ("IV/1./p1/-", "In tài liệu: 15 triệu đồng", "IV/1./p1"),
            ("IV/1./p1/+", f"Hội nghị: {second} triệu đồng", "IV/1./p1"),
            ("IV/2.", "Tập huấn: 60 triệu đồng", "IV"),
        )

    assert not list(find_wrong_sums(of("25")))
    assert [f.code for f in find_wrong_sums(of("35"))] == ["sum-parts"]


def test_the_budget_of_the_plan_in_the_corpus_adds_up_and_a_changed_one_does_not() -> None:
    source = next(CORPUS.glob("003_*.txt")).read_text(encoding="utf-8")

    def findings(text: str) -> list[str]:
        document = read_plain(text.encode(), "k.txt", "k.txt")
        found = open_reading(document, build_outline(document, rulebook()), ())
        return [f.code for f in (*find_wrong_sums(found), *find_wrong_counts(found))]

    assert findings(source) == []
    assert findings(source.replace("14.500 triệu", "15.500 triệu")) == ["sum-parts", "sum-parts"]  # its parts, and the total it is part of
    assert findings(source.replace("= 11.000 triệu", "= 12.000 triệu")) == ["sum-product", "sum-parts"]


# --- counts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("Đã có 11/9 trường đạt chuẩn.", "11/9 trường"),
        ("Hoàn thành 9/11 chỉ tiêu.", None),
        ("Ngày 11/9 trường tổ chức khai giảng.", None),
        ("Kỷ niệm 30/4 xã tổ chức mít tinh.", None),
        ("Nghị quyết 30/2 xã", "30/2 xã"),
        ("tỷ lệ 3/2 học sinh", None),
        ("đạt 15/15 phường", None),
    ],
)
def test_fractions(words: str, wrong: str | None) -> None:
    found = one(words)
    assert said(list(find_wrong_counts(found)), found.text) == ([("sum-fraction", [wrong])] if wrong else [])


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("Cơ cấu kinh tế: nông nghiệp 20%, công nghiệp 45%, dịch vụ 45%.", True),
        ("Cơ cấu kinh tế: nông nghiệp 20%, công nghiệp 45%, dịch vụ 35%.", False),
        ("Cơ cấu kinh tế: nông nghiệp 20,3%, công nghiệp 45,4%, dịch vụ 34,2%.", False),  # rounded
        ("Cơ cấu lao động: nông nghiệp 20%, công nghiệp 45%.", False),  # one part may be left out
        ("Tỷ trọng công nghiệp năm 2020 là 60%, năm 2025 là 70%.", False),
        ("Phấn đấu 100% xã, 70% thôn, 90% cơ quan đạt chuẩn.", False),
    ],
)
def test_shares(words: str, wrong: bool) -> None:
    assert [f.code for f in find_wrong_counts(one(words))] == ["sum-shares"] * wrong


@pytest.mark.parametrize(
    ("lead", "items", "wrong"),
    [
        ("Các đơn vị thực hiện tốt 03 nhiệm vụ sau:", 3, False),
        ("Các đơn vị thực hiện tốt 03 nhiệm vụ sau:", 4, True),
        ("Tập trung hai nhóm giải pháp chủ yếu sau đây:", 3, True),
        ("Thực hiện một trong 03 nhiệm vụ sau:", 4, False),
        ("Ít nhất 03 nội dung sau:", 4, False),
        ("Trong 5 năm, thực hiện các nhiệm vụ sau:", 4, False),
        ("BA ĐỘT PHÁ CHIẾN LƯỢC", 2, True),
        ("05 NHIỆM VỤ TRỌNG TÂM", 5, False),
        ("NHIỆM VỤ NĂM 2026", 5, False),
    ],
)
def test_announced_and_listed(lead: str, items: int, wrong: bool) -> None:
    below = reading(("I.", lead, None), *((f"I./{i}.", "Rà soát hồ sơ.", "I.") for i in range(1, items + 1)))
    beside = reading(("p1", lead, None), *((f"{i}.", "Rà soát hồ sơ.", None) for i in range(1, items + 1)))
    assert [f.code for f in find_wrong_counts(below)] == ["sum-count"] * wrong
    if lead.endswith(":"):
        assert [f.code for f in find_wrong_counts(beside)] == ["sum-count"] * wrong


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("Phòng Kinh tế thực hiện 02 nhiệm vụ sau: (1) rà soát; (2) lập dự toán; (3) báo cáo.", True),
        ("Phòng Kinh tế thực hiện 03 nhiệm vụ sau: (1) rà soát; (2) lập dự toán; (3) báo cáo.", False),
        ("Công nhận mới 04 trường đạt chuẩn: Mầm non Hoa Mai, Tiểu học Ba Sao và THCS Lê Lợi.", True),
        ("Công nhận mới 03 trường đạt chuẩn: Mầm non Hoa Mai, Tiểu học Ba Sao và THCS Lê Lợi.", False),
        ("Công nhận 5 trường: MN Hoa Sen, Ánh Sao, Hướng Dương; TH Ba Sao; THCS Lê Lợi.", False),
        ("Công nhận 01 trường đạt chuẩn: trường thuộc xã An Bình và xã Tân Bình.", False),
    ],
)
def test_announced_and_listed_in_one_sentence(words: str, wrong: bool) -> None:
    assert [f.code for f in find_wrong_counts(one(words))] == ["sum-count"] * wrong


# --- targets ---------------------------------------------------------------------------------------------------------------


def stating(*sentences: tuple[str, int | tuple[int, int], str]) -> Reading:
    """Clauses of one target each: words with the number in them, value, of."""
    plain = reading(*((f"{i}.", words, None) for i, (words, _, _) in enumerate(sentences, 1)))
    targets = {}
    for clause, (_, value, of) in zip(plain.outline.clauses, sentences, strict=True):
        printed = f"{value[0]}-{value[1]}%" if isinstance(value, tuple) else f"{value}%"
        at = plain.text.index(printed, clause.body.start)
        targets[clause.id] = (Target(text=printed, value=value, unit="%", of=of, span=Span(at, at + len(printed))),)
    return reading(*((f"{i}.", words, None) for i, (words, _, _) in enumerate(sentences, 1)), targets=targets)


OF = "tỷ lệ trường đạt chuẩn quốc gia"


def test_two_values_for_one_target() -> None:
    found = stating(
        ("Phấn đấu tỷ lệ trường đạt chuẩn quốc gia đạt 50% vào năm 2026.", 50, OF),
        ("Rà soát; tỷ lệ trường đạt chuẩn quốc gia đạt ít nhất 45% vào năm 2026.", 45, OF),
    )
    assert said(list(find_disagreeing_targets(found)), found.text) == [("target-disagreement", ["50%", "45%"])]


@pytest.mark.parametrize(
    "other",
    [
        "Phấn đấu tỷ lệ trường đạt chuẩn quốc gia đạt 45% vào năm 2030.",
        "Phấn đấu tỷ lệ trường tiểu học đạt chuẩn quốc gia đạt 45% vào năm 2026.",
        "Phấn đấu tỷ lệ trường đạt chuẩn quốc gia của xã An Bình đạt 45% vào năm 2026.",
    ],
)
def test_other_years_and_other_things_do_not_disagree(other: str) -> None:
    found = stating(("Phấn đấu tỷ lệ trường đạt chuẩn quốc gia đạt 50% vào năm 2026.", 50, OF), (other, 45, OF))
    assert not list(find_disagreeing_targets(found))


def share_of(words: str, *shares: tuple[str, str]) -> Reading:
    """One clause with several targets: the number as printed, and what it is of."""
    targets = []
    for printed, of in shares:
        at = words.index(printed)
        targets.append(Target(text=printed, value=int(printed[:2]), unit="%", of=of, span=Span(at, at + len(printed))))
    return reading(("p1", words, None), targets={"p1": tuple(targets)})


def test_two_levels_of_one_share_need_a_time_to_tell_them_apart() -> None:
    words = "Đạt tỉ lệ 45% đảng viên trên tổng số giáo viên; xây dựng lộ trình để đảm bảo tỷ lệ đảng viên từ 50% theo nghị quyết."
    first, second = "đảng viên trên tổng số giáo viên", "lộ trình để đảm bảo tỷ lệ đảng viên"
    found = share_of(words, ("45%", first), ("50%", second))
    assert said(list(find_disagreeing_targets(found)), found.text) == [("target-levels", ["45%", "50%"])]
    assert not list(find_disagreeing_targets(share_of(words.replace("nghị quyết", "lộ trình năm 2030"), ("45%", first), ("50%", second))))
    assert not list(find_disagreeing_targets(share_of(words, ("45%", first), ("50%", "tỷ lệ đảng viên nữ"))))


# --- tables ----------------------------------------------------------------------------------------------------------------


def table(*rows: tuple[str, ...]) -> Reading:
    text, grid = "", []
    for row in rows:
        spans: list[Span | None] = []
        for cell in row:
            spans.append(Span(len(text), len(text) + len(cell)) if cell else None)
            text += cell + "\n"
        grid.append(tuple(spans))
    made = Table(span=Span(0, len(text)), rows=tuple(grid))
    document = Document(text=text, source=Source(name="x", sha256="0", media_type="text/plain"), blocks=(), tables=(made,))
    return open_reading(document, Outline(header=Header(), clauses=()), ())


HEAD = ("TT", "Nội dung", "Kinh phí (triệu đồng)", "Tỷ lệ (%)")


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ((HEAD, ("1", "In", "1.250", "50"), ("2", "Họp", "250,5", "60"), ("", "Tổng cộng", "1.500,5", "100")), False),
        ((HEAD, ("1", "In", "1.250", "50"), ("2", "Họp", "250", "60"), ("", "Tổng cộng", "1.600", "100")), True),
        ((HEAD, ("", "Tổng số", "1.600", ""), ("1", "In", "1.250", "50"), ("2", "Họp", "250", "60")), True),
        ((HEAD, ("I", "In", "30", ""), ("1", "Sách", "10", ""), ("2", "Báo", "20", ""), ("", "Tổng cộng", "30", "")), False),
        ((HEAD, ("1", "In", "theo thực tế", ""), ("2", "Họp", "250", ""), ("", "Tổng cộng", "1.600", "")), False),
    ],
)
def test_total_rows(rows: tuple[tuple[str, ...], ...], wrong: bool) -> None:
    assert [f.code for f in find_wrong_tables(table(*rows))] == ["sum-table"] * wrong


# --- whatever the text -------------------------------------------------------------------------------------------------------


WORDS = ["1.250", "tỷ", "triệu đồng", " x ", " = ", "%", "(1) ", ":", ";", "kinh phí", "gồm", "trong đó:", "12/3 xã", "²", "\n"]
PIECES = [*WORDS, "9" * 40, "03 nhiệm vụ sau:"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join), min_size=1, max_size=5))
def test_nothing_raises(bodies: list[str]) -> None:
    found = reading(("p0", "Tổng kinh phí:", None), *((f"{i}.", body or "x", None) for i, body in enumerate(bodies, 1)))
    for find in (find_wrong_sums, find_wrong_counts, find_disagreeing_targets, find_wrong_tables):
        list(find(found))

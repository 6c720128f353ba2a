"""Units that are no more, or not yet, on the day of a directive; the register is well formed."""

from datetime import date

import pytest

from models import Clause, Document, Header, Mention, Outline, Party, Source, Span
from pipeline.check.lifetimes import find_units_out_of_time, lifetime
from pipeline.check.reading import Reading, open_reading
from pipeline.check.unit_names import find_unofficial_names, official_name
from pipeline.rulebook import rulebook


def reading(issued_on: str | None, *names: str, behind: str = "", issuer: str | None = None) -> Reading:
    """A directive that names each unit as lead of a task of its own."""
    text, clauses = "", []
    for i, name in enumerate(names):
        start = len(text)
        text += f"{name}{behind} rà soát.\n\n"
        span = Span(start, len(text) - 2)
        mention = Mention(role="lead", name=name, unit_id=str(i), span=Span(start, start + len(name)))
        clauses.append(Clause(id=str(i), marker="", type="task", parent=None, span=span, body=span, mentions=(mention,)))
    if issuer:
        party = Party(name=issuer, span=Span(len(text), len(text) + len(issuer)))
        text += issuer
    header = Header(issued_on=issued_on, issuer=party if issuer else None)
    document = Document(text=text, source=Source(name="x", sha256="0", media_type="text/plain"), blocks=())
    return open_reading(document, Outline(header=header, clauses=tuple(clauses)), ())


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("UBND quận Hà Đông", "2025-06-30"),
        ("UBND các huyện, thị xã, thành phố", "2025-06-30"),
        ("Huyện ủy Đồng Xuân", "2025-06-30"),
        ("UBND thành phố Vinh", "2025-06-30"),
        ("UBND các xã, phường, thị trấn", "2025-06-30"),
        ("Phòng Giáo dục và Đào tạo", "2025-06-30"),
        ("Tòa án nhân dân huyện", "2025-06-30"),
        ("Ban Chỉ huy quân sự huyện", "2025-06-30"),
        ("Công an quận", "2025-02-28"),
        ("Bộ Kế hoạch và Đầu tư", "2025-02-28"),
        ("Bộ GTVT", "2025-02-28"),
        ("Bộ Lao động - Thương binh và Xã hội", "2025-02-28"),
        ("Tổng cục Thuế", "2025-02-28"),
        ("Sở Tài nguyên và Môi trường tỉnh Phú Thọ", "2025-03-31"),
        ("Sở Y tế tỉnh Hà Nam", "2025-06-30"),
        ("Tỉnh ủy Bình Dương", "2025-06-30"),
        ("UBND các tỉnh: Phú Thọ, Vĩnh Phúc và Lào Cai", "2025-06-30"),
        ("UBND tỉnh Thừa Thiên Huế", "2024-12-31"),
        ("UBND tỉnh Hà Tây", "2008-07-31"),
        ("Bộ Thủy sản", "2007-08-31"),
        ("Sở Thương mại", "2008-12-31"),
    ],
)
def test_units_that_ended(name: str, last: str) -> None:
    assert lifetime(name, last) is None
    after = lifetime(name, date.fromordinal(date.fromisoformat(last).toordinal() + 1).isoformat())
    assert after is not None
    assert after.valid_to == last
    assert not after.holds("2026-01-01")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Bộ Dân tộc và Tôn giáo", "2025-03-01"),
        ("Bộ Nông nghiệp và Môi trường", "2025-03-01"),
        ("Bộ Công Thương", "2007-08-01"),
        ("Phòng Văn hóa - Xã hội", "2025-07-01"),
        ("UBND đặc khu Côn Đảo", "2025-07-01"),
    ],
)
def test_units_that_were_not_yet(name: str, first: str) -> None:
    assert lifetime(name, first) is None
    before = lifetime(name, "2005-05-05")
    assert before is not None
    assert before.valid_from == first


@pytest.mark.parametrize(
    "name",
    [
        "UBND các tỉnh, thành phố trực thuộc Trung ương",
        "UBND thành phố Đà Nẵng",
        "UBND phường Nam Định",  # wards bear the names of former provinces and cities
        "UBND tỉnh Phú Thọ",
        "UBND huyện Ba Vì (cũ)",
        "nguyên là Bộ Kế hoạch và Đầu tư",
        "Bộ Tài chính",
        "Sở Văn hóa, Thể thao và Du lịch",
        "Phòng Kinh tế, Hạ tầng và Đô thị phường",
        "Phòng Tài chính - Kế hoạch Tổng công ty Điện lực",
        "Ban Văn hóa - Xã hội HĐND tỉnh",
        "Bảo hiểm xã hội Việt Nam",
        "",
    ],
)
def test_units_of_2026(name: str) -> None:
    assert lifetime(name, "2026-03-02") is None


def test_a_unit_that_is_no_more_is_told_once_with_its_places_and_its_successor() -> None:
    found = reading("2025-11-20", "UBND các huyện", "Bộ Tài chính", "UBND huyện Đồng Xuân", "Bộ Kế hoạch và Đầu tư")
    findings = list(find_units_out_of_time(found))
    assert [(f.code, [s.cut(found.text) for s in f.spans]) for f in findings] == [
        ("unit-ended", ["UBND các huyện", "UBND huyện Đồng Xuân"]),
        ("unit-ended", ["Bộ Kế hoạch và Đầu tư"]),
    ]
    assert "từ 01/07/2025" in findings[0].message
    assert "20/11/2025" in findings[0].message
    assert "có thể là Bộ Tài chính" in findings[1].message


def test_a_unit_that_is_not_yet() -> None:
    (finding,) = find_units_out_of_time(reading("2020-05-04", "Bộ Dân tộc và Tôn giáo"))
    assert finding.code == "unit-not-yet"
    assert "từ 01/03/2025" in finding.message


@pytest.mark.parametrize("issued_on", [None, "2025", "2025-06-05", "2025-13-45", "2025-06"])
def test_without_a_later_date_nothing_is_said(issued_on: str | None) -> None:
    assert not list(find_units_out_of_time(reading(issued_on, "UBND các huyện")))


def test_a_unit_called_former_is_left_alone() -> None:
    assert not list(find_units_out_of_time(reading("2026-01-05", "UBND huyện Đồng Xuân", behind=" (cũ)")))
    assert not list(find_units_out_of_time(reading("2026-01-05", "UBND huyện Đồng Xuân", behind=" trước đây")))


def test_the_issuer_counts_too() -> None:
    assert [f.code for f in find_units_out_of_time(reading("2025-10", issuer="Ủy ban nhân dân quận Ba Đình"))] == ["unit-ended"]


def test_the_register_is_well_formed() -> None:
    file = rulebook()["lifetimes"]
    rows = [(rule.id, rule.fields) for rule in file.rules] + [(row["name"], row) for row in file.tables["province"]]
    for name, fields in rows:
        assert bool(fields.get("from")) != bool(fields.get("until")), name
        date.fromisoformat(fields.get("from") or fields["until"])
        assert isinstance(fields["successors"], list), name
    merged = [row for row in file.tables["province"] if row["until"] == "2025-06-30"]
    assert len(merged) == 63 - 34
    assert len({row["successors"][0] for row in merged}) == 34 - 11  # 11 provinces were left as they were


def test_official_names() -> None:
    book = rulebook()
    for entry in book["spelling"].tables["official"]:
        day = entry.get("until", "2026-01-01")
        for text in entry["examples"]:
            assert official_name(text, day, book) == (entry["name"], entry["source"]), text
        for text in (*entry["rejects"], entry["name"]):
            assert official_name(text, day, book) is None, text
    found = reading("2022-09", "Phòng Văn hóa Thông tin", "Phòng Nội vụ")
    assert [f.spans[0].cut(found.text) for f in find_unofficial_names(found)] == ["Phòng Văn hóa Thông tin"]
    assert not list(find_unofficial_names(reading(None, "Phòng Văn hóa Thông tin")))

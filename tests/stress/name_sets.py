"""The same directive about other units, or about the same units in another spelling."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from tests.stress.rewriting import Edit, Rewriting, rewrite
from tests.stress.samples import Sample, Variant

# -- other units of the same kind ------------------------------------------------------------------------------------------

# Fields of government as they stand behind Bộ, Sở, Phòng (Nghị định 30/2020/NĐ-CP, phụ lục II), of the years before 2025 and after.
_FIELDS: Final = {
    "bộ": [
        "Quốc phòng", "Công an", "Ngoại giao", "Nội vụ", "Tư pháp", "Tài chính", "Công Thương", "Xây dựng", "Y tế",
        "Khoa học và Công nghệ", "Giáo dục và Đào tạo", "Nông nghiệp và Môi trường", "Văn hóa, Thể thao và Du lịch",
        "Dân tộc và Tôn giáo", "Giao thông vận tải", "Kế hoạch và Đầu tư", "Thông tin và Truyền thông", "Tài nguyên và Môi trường",
        "Lao động - Thương binh và Xã hội", "Nông nghiệp và Phát triển nông thôn",
    ],
    "sở": [
        "Nội vụ", "Tư pháp", "Tài chính", "Công Thương", "Xây dựng", "Y tế", "Khoa học và Công nghệ", "Giáo dục và Đào tạo",
        "Ngoại vụ", "Nông nghiệp và Môi trường", "Văn hóa, Thể thao và Du lịch", "Dân tộc và Tôn giáo", "Du lịch",
        "Giao thông vận tải", "Quy hoạch - Kiến trúc", "Kế hoạch và Đầu tư", "Thông tin và Truyền thông", "Tài nguyên và Môi trường",
        "Lao động - Thương binh và Xã hội", "Nông nghiệp và Phát triển nông thôn", "Văn hóa và Thể thao",
    ],
    "phòng": [
        "Nội vụ", "Tư pháp", "Tài chính - Kế hoạch", "Y tế", "Kinh tế", "Kinh tế và Hạ tầng", "Quản lý đô thị", "Dân tộc",
        "Giáo dục và Đào tạo", "Tài nguyên và Môi trường", "Lao động - Thương binh và Xã hội", "Văn hóa và Thông tin",
        "Nông nghiệp và Phát triển nông thôn", "Văn hóa - Xã hội", "Kinh tế, Hạ tầng và Đô thị",
    ],
}  # fmt: skip
# Other ways to print a field; each stands for the same unit.
_SPELLED: Final = {
    "Giáo dục và Đào tạo": [
        "GDĐT", "GD&ĐT", "GD-ĐT", "GD và ĐT", "Giáo dục & Đào tạo", "Giáo dục - Đào tạo", "Giáo dục và đào tạo", "giáo dục và đào tạo",
    ],
    "Tài nguyên và Môi trường": ["TN&MT", "TNMT", "TN-MT", "Tài nguyên - Môi trường"],
    "Nông nghiệp và Môi trường": ["NN&MT", "NNMT"],
    "Nông nghiệp và Phát triển nông thôn": ["NN&PTNT", "NN và PTNT", "NNPTNT", "Nông nghiệp và PTNT", "Nông nghiệp & PTNT"],
    "Lao động - Thương binh và Xã hội": ["LĐ-TB&XH", "LĐTBXH", "LĐTB&XH", "LĐ-TBXH", "Lao động, Thương binh và Xã hội"],
    "Kế hoạch và Đầu tư": ["KH&ĐT", "KHĐT"],
    "Khoa học và Công nghệ": ["KH&CN", "KHCN"],
    "Thông tin và Truyền thông": ["TT&TT", "TTTT"],
    "Văn hóa, Thể thao và Du lịch": ["VHTT&DL", "VHTTDL", "VH,TT&DL"],
    "Văn hóa và Thông tin": ["VH&TT", "VHTT", "Văn hóa & Thông tin", "Văn hóa Thông tin", "Văn hóa - Thông tin"],
    "Giao thông vận tải": ["GTVT"],
    "Tài chính - Kế hoạch": ["TC-KH", "TCKH", "Tài chính-Kế hoạch"],
    "Quản lý đô thị": ["QLĐT"],
}  # fmt: skip
_PLACES: Final = {
    "tỉnh": ["Ninh Bình", "Quảng Trị", "Lâm Đồng", "An Giang", "Cà Mau", "Đắk Lắk", "Tuyên Quang", "Bắc Ninh", "Thanh Hóa", "Vĩnh Long"],
    "thành phố": ["Cần Thơ", "Hải Phòng", "Đà Nẵng", "Huế"],
    "quận": ["Bình Thủy", "Ngô Quyền", "Thanh Khê", "Tân Phú", "Cẩm Lệ", "Hồng Bàng"],
    "huyện": ["Mộc Châu", "Đức Thọ", "Krông Pắc", "Tam Nông", "Giồng Riềng", "Bình Chánh"],
    "thị xã": ["Kỳ Anh", "Nghi Sơn", "Điện Bàn", "Buôn Hồ"],
    "phường": ["Vĩnh Tuy", "An Khánh", "Hòa Xuân", "Tân An", "Phú Thượng", "Trung Mỹ Tây"],
    "xã": ["Ea Kar", "Thạch Hà", "Mường Lát", "Vĩnh Lộc", "An Thới Đông", "Yên Khánh"],
}
_SCHOOLS: Final = ["Nguyễn Du", "Lê Quý Đôn", "Trần Hưng Đạo", "Phan Bội Châu", "Lương Thế Vinh", "Hai Bà Trưng", "Võ Thị Sáu"]
_SOCIETIES: Final = ["Hội Cựu chiến binh", "Hội Nông dân", "Hội Liên hiệp Phụ nữ", "Hội Chữ thập đỏ", "Hội Khuyến học",
                     "Hội Người cao tuổi",                     "Hội Cựu giáo chức", "Liên đoàn Lao động", "Hội Luật gia"]  # fmt: skip
_AGENCIES: Final = ["Cục Đường bộ Việt Nam", "Cục Hàng hải Việt Nam", "Cục Đường sắt Việt Nam", "Cục Hàng không Việt Nam"]
_BUREAUS: Final = [
    "Trung tâm Y tế",
    "Trung tâm Văn hóa",
    "Trung tâm Chuyển đổi số",
    "Trung tâm Phục vụ hành chính công",
    "Trung tâm Khuyến nông",
]
_NAME = r"(?:[A-ZĐÁÀẢÃẠÂẤẦẨẪẬĂẮẰẲẴẶÉÈẺẼẸÊẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌÔỐỒỔỖỘƠỚỜỞỠỢÚÙỦŨỤƯỨỪỬỮỰÝỲỶỸỴ][^\W\d_]*)"
_GAP = r"(?:[ \t\xa0]|\n(?!\s*\n))+"
_PLACE: Final = re.compile(
    rf"(?<!\w)(?P<level>[Tt]ỉnh|[Tt]hành{_GAP}phố|[Qq]uận|[Hh]uyện|[Tt]hị{_GAP}xã|[Pp]hường|[Xx]ã){_GAP}"
    rf"(?P<name>{_NAME}(?:{_GAP}{_NAME}){{0,3}}|\d{{1,2}}(?![\d/.,%]))"
)
_SCHOOL: Final = re.compile(rf"(?<=[Tt]rường )(?P<kind>Mầm non|Tiểu học|THCS|THPT|Trung học cơ sở) (?P<name>{_NAME}(?: {_NAME}){{1,3}})")
_PEOPLE: Final = (
    "Ủy",
    "Uỷ",
    "Ban",
    "Hội",
    "Đoàn",
    "Công",
    "Chủ",
    "Đảng",
    "Trung",
    "Phòng",
    "Sở",
    "Bộ",
    "Và",
    "Nam",
    "Bắc",
    "Việt",
    "VIỆT",
    "HỘI",
    "ỦY",
    "UỶ",
)


def renamed(sample: Sample) -> Iterator[Variant]:
    """Other ministries, departments, territories, schools and societies of the same kind, each the same through the directive."""
    for number in range(3):
        chance = sample.random(f"renamed {number}")
        edits = [*_other_fields(sample.text, chance), *_other_places(sample.text, chance), *_other_schools(sample.text, chance)]
        for group in (_SOCIETIES, _AGENCIES, _BUREAUS):
            edits += _other_names(sample.text, group, chance)
        yield Variant(rewrite(sample.text, edits), by_name=False)


def _spaced(words: str) -> str:
    """Return a pattern for ``words`` with any blanks between them."""
    return _GAP.join(map(re.escape, words.split()))


@lru_cache(maxsize=1)
def _field() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern for a field however printed, and the field that a print stands for."""
    prints = {name: name for names in _FIELDS.values() for name in names}
    prints |= {spelled: name for name, others in _SPELLED.items() for spelled in others}
    known = sorted(prints, key=len, reverse=True)
    known += [name.upper() for name in known if name.upper() not in prints]
    names = {" ".join(k.split()): v for k, v in prints.items()}
    return re.compile("(?:" + "|".join(map(_spaced, known)) + r")(?![\w&])"), {k.upper(): v for k, v in names.items()} | names


def _fields(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield each field that stands behind Bộ, Sở or Phòng, or in a list behind one, with that head noun."""
    field, _ = _field()
    for head in re.finditer(rf"(?<!\w)(?:(?P<many>[Cc]ác{_GAP}(?:[Bb]ộ|[Ss]ở|[Pp]hòng):?)|[Bb]ộ|[Ss]ở|[Pp]hòng|BỘ|SỞ|PHÒNG){_GAP}", text):
        at = head.end()
        while match := field.match(text, at):
            yield head.group().lower().replace("các", "").strip(" :\n\xa0"), match
            step = re.compile(rf",{_GAP}|{_GAP}và{_GAP}").match(text, match.end())
            if step is None:
                break
            at = step.end()


def _other_fields(text: str, chance: random.Random) -> Iterator[Edit]:
    _, names = _field()
    found = [(head, names.get(" ".join(m.group().split()), ""), m) for head, m in _fields(text)]
    for head in ("bộ", "sở", "phòng"):
        used = list(dict.fromkeys(name for h, name, _ in found if h == head))
        others = _derange(used, _FIELDS[head], chance)
        for h, name, match in found:
            if h == head:
                yield Edit(match.start(), match.end(), others[name].upper() if _is_capital(match) else others[name])


def _is_capital(match: re.Match[str]) -> bool:
    """Whether a field is printed in capitals, as in a letterhead ("SỞ GIÁO DỤC VÀ ĐÀO TẠO"), and not merely short."""
    return match.group().isupper() and " " in match.group()


def _derange(used: Sequence[str], names: Sequence[str], chance: random.Random) -> dict[str, str]:
    """Return another of ``names`` for each of ``used``, no two alike."""
    for _ in range(200):
        pool = list(dict.fromkeys([*names, *used]))
        chance.shuffle(pool)
        others = dict(zip(used, pool, strict=False))
        if all(a != b for a, b in others.items()):
            return others
    return {name: name for name in used}


def _other_places(text: str, chance: random.Random) -> Iterator[Edit]:
    """Change the names of territories wherever they stand, in small letters or in capitals ("QUẬN BA ĐÌNH")."""
    used: dict[str, str] = {}
    for match in _PLACE.finditer(text):
        words = match["name"].split()
        while len(words) > 1 and words[-1] in _PEOPLE:
            words.pop()
        if words[0] in _PEOPLE or (len(words) == 1 and not words[0].isdigit() and words[0] not in ("Huế", "Vinh")):
            continue
        used.setdefault(" ".join(words), " ".join(match["level"].lower().split()))
    others: dict[str, str] = {}
    for level, names in _PLACES.items():
        ours = [name for name, at in used.items() if at == level]
        others |= _derange([n for n in ours if not n.isdigit()], names, chance)
        numbers = [n for n in ours if n.isdigit()]
        others |= {n: str(int(n) % 12 + 1) for n in numbers}
    for name, other in sorted(others.items(), key=lambda pair: -len(pair[0])):
        if name.isdigit():
            spots = re.finditer(rf"(?i:(?<=quận )|(?<=phường )|(?<=quận\n)|(?<=phường\n)){name}(?![\d/.,%]|\w)", text)
        else:
            spots = re.finditer(rf"(?<!\w)(?:{_spaced(name)}|{_spaced(name.upper())})(?!\w)", text)
        for spot in spots:
            upper = spot.group().isupper() and not name.isdigit()
            yield Edit(spot.start(), spot.end(), other.upper() if upper else other)


def _other_schools(text: str, chance: random.Random) -> Iterator[Edit]:
    found = list(_SCHOOL.finditer(text))
    others = _derange(list(dict.fromkeys(m["name"] for m in found)), _SCHOOLS, chance)
    for match in found:
        yield Edit(*match.span("name"), others[match["name"]])


def _other_names(text: str, names: Sequence[str], chance: random.Random) -> Iterator[Edit]:
    found = list(re.finditer("|".join(map(_spaced, names)), text))
    others = _derange(list(dict.fromkeys(" ".join(m.group().split()) for m in found)), names, chance)
    for match in found:
        yield Edit(match.start(), match.end(), others[" ".join(match.group().split())])


# -- the same units spelled otherwise -----------------------------------------------------------------------------------------

# In full, and short as offices write it; behind which words a short form may stand, where it says too little alone.
_SHORT: Final = (
    ("Ủy ban nhân dân", ("UBND",), ""),
    ("Hội đồng nhân dân", ("HĐND",), ""),
    ("Mặt trận Tổ quốc", ("MTTQ",), ""),
    ("Giáo dục nghề nghiệp - Giáo dục thường xuyên", ("GDNN-GDTX", "GDNN - GDTX"), ""),
    ("Trung học cơ sở", ("THCS",), ""),
    ("Trung học phổ thông", ("THPT",), ""),
    ("Liên hiệp Phụ nữ", ("LHPN",), "Hội "),
    ("Liên đoàn Lao động", ("LĐLĐ",), ""),
    ("Cựu chiến binh", ("CCB",), "Hội "),
    ("Thanh niên Cộng sản Hồ Chí Minh", ("TNCS Hồ Chí Minh", "TNCS HCM"), "Đoàn "),
    ("Bảo hiểm xã hội", ("BHXH",), ""),
    ("Ban Chỉ đạo", ("BCĐ",), ""),
    ("Trung ương", ("TW",), ""),
)


def shortened(sample: Sample) -> Iterator[Variant]:
    """Names of units short where they were printed in full: "UBND", "Sở GD&ĐT", "MTTQ", "TP Cần Thơ"."""
    for number in range(2):
        chance = sample.random(f"short {number}")
        edits: list[Edit] = []
        for full, shorts, head in _SHORT:
            short = chance.choice(shorts)
            for match in re.finditer(rf"(?<!\w){head}(?P<full>{_spaced(full)})(?!\w)", sample.text):
                edits.append(Edit(*match.span("full"), short))
        for match in re.finditer(rf"(?<!\w)Uỷ{_GAP}ban{_GAP}nhân{_GAP}dân(?!\w)", sample.text):
            edits.append(Edit(match.start(), match.end(), "UBND"))
        for match in re.finditer(
            rf"(?<!\w)[Tt]hành{_GAP}phố(?={_GAP}(?:Hà Nội|Hồ Chí Minh|{'|'.join(_PLACES['thành phố'])}))", sample.text
        ):
            edits.append(Edit(match.start(), match.end(), "TP" if number else "TP."))
        edits += _other_spelling(sample.text, chance, lambda name: [s for s in _SPELLED.get(name, []) if s.upper()[:3] == s[:3]])
        yield Variant(_in_body(sample, edits))


def spelled_out(sample: Sample) -> Iterator[Variant]:
    """Names of units in full where they were printed short."""
    edits: list[Edit] = []
    for full, shorts, head in _SHORT:
        for short in shorts:
            for match in re.finditer(rf"(?<![\w/.-]){head}(?P<short>{_spaced(short)})(?![\w/&-])", sample.text):
                edits.append(Edit(*match.span("short"), full))
    for match in re.finditer(r"(?<![\w/.-])TP\.? ?(?=[A-ZĐ][^\W\d_]*[^\W\d_A-Z])", sample.text):
        edits.append(Edit(match.start(), match.end(), "thành phố "))
    edits += _other_spelling(sample.text, sample.random("full"), lambda name: [name])
    yield Variant(_in_body(sample, edits))


def respelled(sample: Sample) -> Iterator[Variant]:
    """Fields of government each time in another way: "GDĐT", "GD&ĐT", "Giáo dục & Đào tạo", "LĐ-TB&XH"."""
    for number in range(2):
        chance = sample.random(f"spelled {number}")
        yield Variant(_in_body(sample, _other_spelling(sample.text, chance, lambda name: [name, *_SPELLED.get(name, [])])))


def _other_spelling(text: str, chance: random.Random, ways: "object") -> Iterator[Edit]:
    assert callable(ways)
    _, names = _field()
    for _, match in _fields(text):
        name = "" if _is_capital(match) else names.get(" ".join(match.group().split()), "")
        if spellings := ways(name):
            yield Edit(match.start(), match.end(), chance.choice(spellings))


def _in_body(sample: Sample, edits: Iterable[Edit]) -> Rewriting:
    """Return the text with ``edits`` made in its clauses; heads and feet stay as they are."""
    clauses = sample.gold["clauses"]
    low, high = clauses[0]["start"], clauses[-1]["end"]
    return rewrite(sample.text, (edit for edit in edits if low <= edit.start and edit.end <= high))

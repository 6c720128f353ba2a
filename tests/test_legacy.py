"""The old Vietnamese encodings: every letter of each table, sentences as offices wrote them, and Unicode left alone."""

import unicodedata
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import SourceError
from pipeline.messages import speak
from pipeline.read.legacy import resolve_legacy
from pipeline.read.legacy_decode import Encoding, decode_legacy, encode_legacy, find_unicode
from pipeline.read.legacy_fonts import decode_font, find_old_fonts, resolve_font
from pipeline.read.plain import read_plain

CORPUS = Path(__file__).parent.parent / "corpus"
SMALL = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
# UniKey's own tables, in the order of SMALL
TCVN3 = "aµ¸¶·¹¨»¾¼½Æ©ÇÊÈÉËeÌÐÎÏÑªÒÕÓÔÖi×ÝØÜÞoßãáâä«åèæçé¬êíëìîuïóñòô\xadõøö÷ùyúýûüþ®"
TCVN3_SHAPES = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
VNI_SPELLED = (
    "a aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä e eø eù eû eõ eï eâ eà eá eå eã eä i ì í æ ó ò "
    "o oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï u uø uù uû uõ uï ö öø öù öû öõ öï y yø yù yû yõ î ñ"
)
VNI = VNI_SPELLED.split()
SENTENCES = {
    "tcvn3": (
        "§Ó thùc hiÖn nhiÖm vô n¨m 2007, ®Ò nghÞ Chñ tÞch Uû ban nh©n d©n c¸c huyÖn chØ ®¹o kh¾c phôc khã kh¨n, v\xadíng m¾c; "
        "tr×nh Bé tr\xadëng tr\xadíc ngµy 30/6.",
        "Để thực hiện nhiệm vụ năm 2007, đề nghị Chủ tịch Uỷ ban nhân dân các huyện chỉ đạo khắc phục khó khăn, vướng mắc; trình "
        "Bộ trưởng trước ngày 30/6.",
    ),
    "vni-windows": (
        "ÑEÅ THÖÏC HIEÄN nhieäm vuï naêm 2007, ñeà nghò Chuû tòch Uûy ban nhaân daân caùc huyeän chæ ñaïo khaéc phuïc khoù khaên, "
        "vöôùng maéc; kyõ sö quyù, trình Boä tröôûng tröôùc ngaøy 30/6; tæ leä Ñaûng vieân nghóa vuï.",
        "ĐỂ THỰC HIỆN nhiệm vụ năm 2007, đề nghị Chủ tịch Ủy ban nhân dân các huyện chỉ đạo khắc phục khó khăn, "
        "vướng mắc; kỹ sư quý, trình Bộ trưởng trước ngày 30/6; tỉ lệ Đảng viên nghĩa vụ.",
    ),
}


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


def test_every_letter_of_tcvn3() -> None:
    assert decode_legacy(TCVN3, "tcvn3") == SMALL
    for letter, code in TCVN3_SHAPES.items():
        assert decode_legacy(code, "tcvn3") == letter
    assert decode_font(TCVN3, ".VnArialH") == SMALL.upper()


def test_every_letter_of_vni_in_both_cases() -> None:
    assert [decode_legacy(pair, "vni-windows") for pair in VNI] == list(SMALL)
    assert [decode_legacy(pair.upper(), "vni-windows") for pair in VNI] == list(SMALL.upper())
    assert decode_legacy("Uûy ban vaø UÛy ban", "vni-windows") == "Ủy ban và Ủy ban"


def test_every_letter_of_viscii() -> None:
    both = SMALL + SMALL.upper()
    codes = encode_legacy(both, "viscii")
    assert len(set(codes)) == len(both) and all(code < "\u0100" for code in codes)
    assert decode_legacy(codes, "viscii") == both
    # from the table of RFC 1456
    assert codes[SMALL.index("ế")] == "\xaa" and codes[SMALL.index("đ")] == "\xf0" and codes[len(SMALL) + SMALL.index("ỷ")] == "\x14"


@pytest.mark.parametrize("encoding", ["tcvn3", "vni-windows"])
def test_a_sentence_as_offices_wrote_it(encoding: Encoding) -> None:
    codes, says = SENTENCES[encoding]
    assert resolve_legacy(codes) == encoding
    assert find_unicode(codes, encoding) is None
    assert decode_legacy(codes, encoding) == says
    for raw, kept in ((codes.encode("cp1252"), encoding), (codes.encode(), encoding), (codes.encode("utf-16"), encoding)):
        document = read_plain(raw, "a.txt", "a.txt")
        assert (document.text, document.source.encoding) == (says, kept)


def test_a_sentence_in_viscii() -> None:
    codes = "Ð¬ thñc hi®n nhi®m vø, ð« ngh¸ Chü t¸ch \x9cy ban nhân dân các huy®n trình Bµ trß·ng trß¾c ngày 30/6."
    document = read_plain(codes.encode("latin-1"), "a.txt", "a.txt")
    says = "Để thực hiện nhiệm vụ, đề nghị Chủ tịch Ủy ban nhân dân các huyện trình Bộ trưởng trước ngày 30/6."
    assert (document.text, document.source.encoding) == (says, "viscii")


@pytest.mark.parametrize("encoding", get_args(Encoding))
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_whole_directive_there_and_back(path: Path, encoding: Encoding) -> None:
    own = set(SMALL + SMALL.upper())
    text = "".join(c for c in unicodedata.normalize("NFC", path.read_text("utf-8")) if c in own or c.isascii())
    codes = encode_legacy(text, encoding)
    document = read_plain(codes.encode("latin-1"), "a.txt", "a.txt")
    assert document.source.encoding == encoding
    if encoding != "tcvn3":
        assert document.text == text
        return
    # TCVN3 has no capitals with tones: what the words around do not tell stays small
    assert document.text.lower() == text.lower()
    pairs = list(zip(document.text.split(), text.split(), strict=True))
    assert sum(ours != theirs and ours != theirs.lower() for ours, theirs in pairs) <= 2 + len(pairs) // 1000


def test_capitals_of_tcvn3_without_the_font() -> None:
    assert decode_legacy("Uû BAN NH¢N D¢N TØNH\nTØnh giao UBND TØNH H¶I\nSè: 12/UBND-VX", "tcvn3") == (
        "UỶ BAN NHÂN DÂN TỈNH\nTỉnh giao UBND TỈNH HẢI\nSố: 12/UBND-VX"
    )


def test_a_bullet_is_no_letter() -> None:
    assert decode_legacy("· L·nh ®¹o x·", "tcvn3") == "· Lãnh đạo xã"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_unicode_is_never_converted(path: Path) -> None:
    text = unicodedata.normalize("NFC", path.read_text("utf-8"))
    assert resolve_legacy(text) is None
    assert read_plain(text.encode(), "a.txt", "a.txt").text == text
    for font in (".VnTime", "VNI-Times"):
        assert all(decode_font(line, font) == line for line in text.splitlines() if find_unicode(line, "tcvn3") is not None)
        assert find_old_fonts((line, font) for line in text.splitlines()) == frozenset()


def test_old_letters_among_unicode_are_refused() -> None:
    mixed = "ỦY BAN NHÂN DÂN TỈNH\n\n" + SENTENCES["tcvn3"][0]
    with pytest.raises(SourceError) as caught:
        read_plain(mixed.encode(), "a.txt", "a.txt")
    assert caught.value.code == "mixed-encoding"
    assert "TCVN3" in str(caught.value) and "dòng 1" in str(caught.value) and "Hãy" in str(caught.value)


def test_viqr_is_refused_by_name() -> None:
    text = "U?y ban nha^n da^n ti?nh giao Gia'm ddo^'c So+? thu+.c hie^.n nhie^.m vu. ddu+o+.c giao tru+o+'c nga`y 30/6."
    with pytest.raises(SourceError) as caught:
        read_plain(text.encode(), "a.txt", "a.txt")
    assert caught.value.code == "viqr" and "Hãy" in str(caught.value)


def test_fonts_are_known_by_name() -> None:
    for name in (".VnTime", ".VnTimeH", ".vntime", ".VnArial NarrowH", "VnTime", ".VnTime;Courier New", "\\.VnTimeH", '".VnTime"'):
        assert resolve_font(name) == "tcvn3", name
    for name in ("VNI-Times", "VNI Helve", "VNI-Aptima"):
        assert resolve_font(name) == "vni-windows", name
    for name in ("Times New Roman", "Arial", "VNtimes new roman", "UVnTime", "", "Vnote"):
        assert resolve_font(name) is None, name


def test_what_a_font_draws() -> None:
    assert decode_font("céng hoµ x· héi", ".VnTimeH") == "CỘNG HOÀ XÃ HỘI"
    assert decode_font("chØ thÞ", ".VnTime") == "chỉ thị"
    assert decode_font("abc", ".VnTimeH") == "ABC" and decode_font("abc", ".VnTime") == "abc"
    assert decode_font("Coäng hoøa", "VNI-Times") == "Cộng hòa"
    assert decode_font("\uf0ae\uf0ad\uf0eec", ".VnTime") == "được"  # as Word keeps the letters of symbol fonts
    assert decode_font("chØ thÞ", "Arial") == "chØ thÞ"
    assert decode_font("Được giao", ".VnTime") == "Được giao"  # Unicode words whose style still names the old font


def test_a_document_means_its_old_fonts_where_its_letters_say_so() -> None:
    old = [("Sè: 3", ".VnTime"), ("céng hoµ", ".VnTimeH"), ("ñöôïc", "VNI-Times")]
    assert find_old_fonts(old) == {"tcvn3", "vni-windows"}
    assert find_old_fonts([("Có kế hoạch", ".VnTime"), ("có", ".VnTime")]) == frozenset()
    assert find_old_fonts([("chØ thÞ", "Arial")]) == frozenset()


@given(st.text(max_size=300), st.sampled_from(get_args(Encoding)))
def test_any_text_is_taken(text: str, encoding: Encoding) -> None:
    decoded = decode_legacy(text, encoding)
    assert unicodedata.is_normalized("NFC", decoded)
    assert isinstance(resolve_legacy(text), str | None)
    assert isinstance(decode_font(text, ".VnTimeH"), str)

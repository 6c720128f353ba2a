"""The door to underthesea and spaCy: words stay the source's words, and nothing is loaded before it is asked for."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.nlp import noun_phrase_end, opening_is_verb, tag

ODD = [
    "",
    "   ",
    "\n\t",
    "Hoà bình, nghành giáo dục và đào tạo",
    "Uỷ ban nhân dân   quận 10…",
    "30/2020/NĐ-CP - “số: 5”",
    "😀 5G/IoT",
    "a\u0301b o\u0323",
    "UBND\nquận,Phòng GD&ĐT;",
    "100%",
    "_ _ <b>x</b> http://a.vn/?q=1",
    "ÁÀẢ " * 30,
    "\u200bẩn",
    "٣ ½ №",
    "..,;:",
]


def check(text: str) -> None:
    words = tag(text)
    ends = 0
    for word in words:
        assert text[word.start : word.end] == word.text
        assert word.start >= ends and not text[ends : word.start].strip()
        ends = word.end
    assert not text[ends:].strip()


@pytest.mark.parametrize("text", ODD)
def test_words_are_cut_from_the_source_in_order(text: str) -> None:
    check(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_words_cover_whatever_the_text(text: str) -> None:
    check(text)


def test_a_respelled_word_keeps_its_spelling() -> None:
    assert "".join(word.text for word in tag("thành phố Hoà Bình")).replace(" ", "") == "thànhphốHoàBình"


def test_openings() -> None:
    assert opening_is_verb("Khoanh vùng, xử lý ổ dịch") is True
    assert opening_is_verb("Chuẩn hóa dữ liệu hộ tịch") is True
    assert opening_is_verb("Hộ gia đình có công") is False
    assert opening_is_verb("") is None


def test_a_noun_phrase_ends_before_its_verb_and_at_marks() -> None:
    text = "05 thủ tục hành chính được cắt giảm"
    assert text[3 : noun_phrase_end(text, 3)] == "thủ tục hành chính"
    assert noun_phrase_end("báo cáo, kế hoạch", 0) <= len("báo cáo")
    assert noun_phrase_end("", 0) == 0
    assert noun_phrase_end("; x", 0) == 0


def test_importing_loads_neither_library() -> None:
    code = "import sys, pipeline.nlp, pipeline.extract.targets; sys.exit(any(name in sys.modules for name in ('spacy', 'underthesea')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Can the text layer of a PDF page be trusted, or must the page be read by its looks?

Scanners hide what their own, mostly foreign, OCR made of a page behind the picture; some programs write fonts whose letters
have private codes. Both look like text, neither is the text that stands there.
"""

import re
from functools import lru_cache
from typing import Final, Literal

from pipeline.read.legacy import resolve_legacy
from pipeline.read.printed_furniture import SIGNED

Layer = Literal["good", "legacy", "bad", "none"]

_VOWELS: Final = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
# Onset, vowels, end: what a Vietnamese syllable may consist of.
_SYLLABLE = re.compile(rf"(?:ngh|ng|nh|gh|gi|ch|kh|ph|th|tr|qu|[bcdđghklmnprstvx])?[{_VOWELS}]{{1,3}}(?:ch|ng|nh|[cmnpt])?")
_MARKED = re.compile(rf"[đ{''.join(v for v in _VOWELS if v > 'z')}]")
_WORD = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(rf"[{_VOWELS}]")
_PRIVATE = re.compile("[\ufffd\ue000-\uf8ff]")
_FEW_WORDS: Final = 25
_PICTURE: Final = 0.5  # share of the page: then it is a scan, with whatever text behind it
_STAMPED: Final = 80  # words; a page of a directive has hundreds
_PART: Final = 0.15  # so much picture, and hardly a letter: a scan that does not fill its page
_DRAWN: Final = 150  # drawn shapes on a page without letters: its letters are drawn


@lru_cache(maxsize=20_000)
def _weigh(word: str) -> tuple[bool, bool, bool]:
    """Return whether ``word`` (lower case) is a Vietnamese syllable, bears Vietnamese marks, can be spoken."""
    marked = _MARKED.search(word) is not None
    strange = any(c > "\x7f" and not _MARKED.match(c) for c in word)
    return _SYLLABLE.fullmatch(word) is not None, marked, not strange and (len(word) < 3 or _VOWEL.search(word) is not None)


def judge_layer(text: str, pictures: float, paths: int) -> Layer:
    """Return what the text layer of a page is worth.

    ``text`` is what the layer says (NFC), ``pictures`` the share of the page that pictures cover, ``paths`` the number of shapes
    drawn on it. "legacy": good, but in an old encoding; "bad": words stand there, other ones than in print; "none": a picture, or
    drawn letters, without words. A page without anything is "good".
    """
    words = _WORD.findall(text.lower())
    private = len(_PRIVATE.findall(text))
    if not words:
        if private > _FEW_WORDS:
            return "bad"
        return "none" if pictures > _PART or paths > _DRAWN else "good"
    if pictures >= _PICTURE and len(words) < _STAMPED and SIGNED.search(text):
        return "none"
    if resolve_legacy(text):
        return "legacy"
    weighed = [_weigh(word[:12]) for word in words]
    total = len(words)
    syllables, marked, spoken = (sum(column) / total for column in zip(*weighed, strict=True))
    lost = private / len(text)
    if syllables >= 0.8 and marked >= 0.5 and lost < 0.03:
        return "good"
    if pictures >= _PICTURE:
        return "bad" if total >= _FEW_WORDS else "none"
    if total < _FEW_WORDS:
        return "none" if pictures > _PART and total < 5 else "good" if lost < 0.1 else "bad"
    if lost >= 0.03 or spoken < 0.7:
        return "bad"
    return "bad" if marked < 0.25 and syllables >= 0.6 else "good"  # Vietnamese whose marks are lost; else a foreign language

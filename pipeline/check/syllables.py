"""Vietnamese syllables taken apart into letters, marks and tone, to tell which slip of the pen may lie between two of them."""

import re
import unicodedata
from typing import NamedTuple

_TONES = {"\u0300": 1, "\u0301": 2, "\u0309": 3, "\u0303": 4, "\u0323": 5}
_SYLLABLE = re.compile(r"[^\W\d_]{1,7}")
_Y = re.compile(r"(?<![aeou])y|(?<=qu)y")  # not in "dạy", "thủy": there i makes another syllable
# Consonants that are taken for one another, by ear or by an OCR engine: tr/ch, s/x, d/gi/r, l/n; at the end ng/n, nh/n, c/t.
_STARTS = (("ngh", "ng"), ("tr", "ch"), ("gi", "d"), ("gh", "g"), ("k", "c"), ("x", "s"), ("r", "d"), ("n", "l"))
_ENDS = (("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t"))
_OLD_TONES = dict(
    zip(
        ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"],
        ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"],
        strict=True,
    )
)
CACHE_SIZE = 50_000


class Syllable(NamedTuple):
    """A syllable's parts. ``skeleton`` is the same for all that a slip may confuse, "" for what is no syllable of letters."""

    skeleton: str
    letters: str
    hats: str
    barred: bool
    tone: int


NONE = Syllable("", "", "", False, 0)


def _take_apart(word: str) -> Syllable:
    if not _SYLLABLE.fullmatch(word):
        return NONE
    tone = 0
    letters: list[str] = []
    hats: list[str] = []
    for c in unicodedata.normalize("NFD", word.replace("đ", "d")):
        if c in _TONES:
            tone = _TONES[c]
        elif unicodedata.combining(c):
            hats[-1:] = [c]
        else:
            letters.append(c)
            hats.append(" ")
    # "kĩ" and "kỹ", "tỉ" and "tỷ" are two ways to write one syllable
    plain = _Y.sub("i", "".join(letters))
    if not plain.isascii():
        return NONE
    return Syllable(_skeleton(plain), plain, "".join(hats), "đ" in word, tone)


def _skeleton(plain: str) -> str:
    for old, new in _STARTS:
        if plain.startswith(old) and not plain.startswith(("ng", "nh")[old != "n" :]):
            plain = new + plain[len(old) :]
            break
    for old, new in _ENDS:
        if plain.endswith(old) and len(plain) > len(old):
            plain = plain[: -len(old)] + new
            break
    return plain


def spellings(word: str) -> tuple[str, ...]:
    """Return ``word``, and its spelling with the tone mark in the old place where there is one ("hòa", "hoà")."""
    old = next((word[: -len(new)] + before for new, before in _OLD_TONES.items() if word.endswith(new) and not word.startswith("qu")), None)
    return (word,) if old is None else (word, old)


class Syllables(dict[str, Syllable]):
    """Syllables by their word in small letters, each taken apart once; a word is looked up by ``syllables[word]``."""

    def __missing__(self, word: str) -> Syllable:
        if len(self) >= CACHE_SIZE:
            self.clear()
        made = self[word] = _take_apart(word)
        return made


class Skeletons(dict[str, str]):
    """Skeletons by their word in small letters, for a whole text at once: ``map(skeletons.__getitem__, words)``."""

    def __init__(self, syllables: Syllables) -> None:
        super().__init__()
        self._syllables = syllables

    def __missing__(self, word: str) -> str:
        if len(self) >= CACHE_SIZE:
            self.clear()
        made = self[word] = self._syllables[word].skeleton
        return made


def slips(a: Syllable, b: Syllable) -> int:
    """Return how many slips lie between two syllables of one skeleton (tone, hats, bar of đ, a consonant); 0: the same syllable."""
    marks = (a.tone != b.tone) + (a.barred != b.barred)
    if a.letters == b.letters:
        return marks + (a.hats != b.hats)
    return marks + 1 + (sorted(a.hats.replace(" ", "")) != sorted(b.hats.replace(" ", "")))

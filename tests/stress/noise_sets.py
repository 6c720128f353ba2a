"""The same directive badly read: letters with lost or changed marks, "l" for "1", "rn" for "m", lost stops."""

import random
import unicodedata
from collections.abc import Iterator
from typing import Final

from tests.stress.rewriting import Edit, rewrite
from tests.stress.samples import Sample, Variant

SHARE: Final = 0.005
_ALIKE: Final = {"1": "l", "l": "1", "I": "l", "0": "O", "O": "0", "m": "rn"}
_TONES: Final = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
_SHAPES: Final = "\u0302\u0306\u031b"  # circumflex, breve, horn
_STOPS: Final = ".,;:"


def misread(sample: Sample) -> Iterator[Variant]:
    """Of all letters and digits, one in two hundred is another: drawn from those that engines confuse and from marks of punctuation."""
    for number in range(3):
        chance = sample.random(f"noise {number}")
        text = sample.text
        likely = [i for i, c in enumerate(text) if c in _ALIKE or c in _STOPS or len(unicodedata.normalize("NFD", c)) > 1 or c in "đĐ"]
        chosen = chance.sample(likely, round(SHARE * sum(map(str.isalnum, text))))
        yield Variant(rewrite(text, (Edit(i, i + 1, _misread(text[i], chance)) for i in chosen)))


def _misread(letter: str, chance: random.Random) -> str:
    """Return what an engine may read for ``letter``."""
    if letter in _STOPS:
        return chance.choice(["", "", {".": ",", ",": ".", ";": ",", ":": "."}[letter]])
    apart = unicodedata.normalize("NFD", letter)
    if len(apart) > 1:
        tones = [c for c in apart if c in _TONES]
        shapes = [c for c in apart[1:] if c in _SHAPES]
        if shapes and (not tones or chance.random() < 0.4):
            return unicodedata.normalize("NFC", apart[0] + "".join(tones))
        others = [t for t in _TONES if t not in tones]
        return unicodedata.normalize("NFC", apart[0] + "".join(shapes) + chance.choice(["", *others]))
    return _ALIKE.get(letter, {"đ": "d", "Đ": "D"}.get(letter, letter))

"""The same words in other print: line breaks, tone marks, dashes, quotes, blanks, page furniture, encodings."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from models import Span
from tests.stress.rewriting import Edit, rewrite
from tests.stress.samples import Sample, Variant, body, fill_paragraphs

_NEW: Final = ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"]
_OLD: Final = ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"]
_TONES: Final = dict(zip([*_NEW, *_OLD], [*_OLD, *_NEW], strict=True))
_TONED: Final = re.compile(rf"(?<![qQ])(?:{'|'.join(_TONES)})(?![\w])", re.IGNORECASE)
_RANGE: Final = re.compile(r"(?<=\d) ?[-–] ?(?=\d)|(?<=[^\W\d_]) [-–] (?=[^\W\d_])|(?<=\n)[-–](?= )")
_CURLY: Final = re.compile(r"[“”\"]")
_GAP: Final = re.compile(r"(?<=\d) (?=[^\W\d_])|(?<=[^\W\d_]) (?=\d)")
_TITLES: Final = ("heading",)


def _cased(words: str, like: str) -> str:
    """Return two letters in the case of two others."""
    return "".join(w.upper() if c.isupper() else w for w, c in zip(words, like, strict=True))


def tone_marks(sample: Sample) -> Iterator[Variant]:
    """ "hoà" for "hòa", "uỷ" for "ủy", and the other way round: everywhere, or here and there."""
    for share in (1.0, 0.5):
        chance = sample.random("tones")
        found = [m for m in _TONED.finditer(sample.text) if chance.random() < share]
        yield Variant(rewrite(sample.text, (Edit(m.start(), m.end(), _cased(_TONES[m.group().lower()], m.group())) for m in found)))


def unicode_forms(sample: Sample) -> Iterator[Variant]:
    """The same letters as bytes of other kinds: NFD, a byte order mark, UTF-16, CRLF, Windows-1258 (marks apart from their letters)."""
    same = rewrite(sample.text, ())
    yield Variant(same, unicodedata.normalize("NFD", sample.text).encode())
    yield Variant(same, sample.text.encode("utf-16"))
    letters = "".join(c if _in_windows(_windows(c)) else "-" for c in sample.text)
    plain = re.sub(r"[^\x00-\x7f]", lambda m: _windows(m.group()), letters)
    yield Variant(rewrite(sample.text, _letter_edits(sample.text, letters)), plain.encode("cp1258"))
    wrapped = rewrite(sample.text, (Edit(m.start(), m.end(), "\r\n") for m in re.finditer(r"\n", sample.text)))
    yield Variant(wrapped, wrapped.text.encode())


def _letter_edits(text: str, new: str) -> Iterator[Edit]:
    return (Edit(i, i + 1, b) for i, (a, b) in enumerate(zip(text, new, strict=True)) if a != b)


def _in_windows(letters: str) -> bool:
    try:
        letters.encode("cp1258")
    except UnicodeEncodeError:
        return False
    return True


def _windows(letter: str) -> str:
    """Return ``letter`` with its tone mark apart, as Windows-1258 spells it."""
    if not _in_windows(letter):
        apart = unicodedata.normalize("NFD", letter)
        tones = [c for c in apart if c in "\u0300\u0301\u0303\u0309\u0323"]
        return unicodedata.normalize("NFC", "".join(c for c in apart if c not in tones)) + "".join(tones)
    return letter


def dashes(sample: Sample) -> Iterator[Variant]:
    """ "2020-2025" for "2020 – 2025", "Tài chính – Kế hoạch" for "Tài chính - Kế hoạch", bullets "–" for "-"."""
    for dash in ("–", "-", "—"):
        edits = (Edit(m.start(), m.end(), dash if m.group().strip() == m.group() else f" {dash} ") for m in _RANGE.finditer(sample.text))
        yield Variant(rewrite(sample.text, edits))


def quotes(sample: Sample) -> Iterator[Variant]:
    """Straight quotes for curly ones, and Vietnamese guillemets."""
    yield Variant(rewrite(sample.text, (Edit(m.start(), m.end(), '"') for m in _CURLY.finditer(sample.text))))
    if sample.text.count('"') == 0:
        french = {"“": "«", "”": "»"}
        yield Variant(rewrite(sample.text, (Edit(m.start(), m.end(), french[m.group()]) for m in _CURLY.finditer(sample.text))))


def blanks(sample: Sample) -> Iterator[Variant]:
    """Blanks that do not break, double blanks, blanks at the end of lines, tabs behind markers, invisible letters."""
    text, chance = sample.text, sample.random("blanks")
    yield Variant(rewrite(text, (Edit(m.start(), m.end(), "\xa0") for m in _GAP.finditer(text))))
    yield Variant(rewrite(text, (Edit(m.start(), m.end(), "\xa0") for m in re.finditer(" ", text) if chance.random() < 0.2)))
    yield Variant(rewrite(text, (Edit(m.start(), m.end(), "  ") for m in re.finditer(" ", text) if chance.random() < 0.05)))
    yield Variant(rewrite(text, (Edit(m.start(), m.start(), "  ") for m in re.finditer(r"(?<=\S)\n", text) if chance.random() < 0.5)))
    yield Variant(
        rewrite(text, (Edit(m.start(), m.start(), "\u200b") for m in re.finditer(r"(?<=\w) (?=\w)", text) if chance.random() < 0.02))
    )
    marked = [b.start for c in sample.gold["clauses"] if c["marker"] and text[(b := body(sample, c)).start - 1] == " "]
    yield Variant(rewrite(text, (Edit(at - 1, at, "\t") for at in marked)))


def titles(sample: Sample) -> Iterator[Variant]:
    """Headings in capitals that were not, headings in bold type."""
    text = sample.text
    heads = [c for c in sample.gold["clauses"] if c["type"] in _TITLES and c["marker"][:1] in "IVXĐ0123456789" and c["marker"]]
    spans = [Span(body(sample, c).start, c["end"]) for c in heads]
    top = [s for s, c in zip(spans, heads, strict=True) if c["marker"][0] in "IVX" and s.cut(text).upper() != s.cut(text)]
    yield Variant(
        rewrite(text, (Edit(s.start + i, s.start + i + 1, c.upper()) for s in top for i, c in enumerate(s.cut(text)) if c != c.upper()))
    )
    plain = [
        (c["start"], c["end"]) for c in heads if "*" not in text[c["start"] - 2 : c["end"] + 2] and "\n" not in text[c["start"] : c["end"]]
    ]
    yield Variant(rewrite(text, (edit for a, b in plain for edit in (Edit(a, a, "**"), Edit(b, b, "**")))))


def furniture(sample: Sample) -> Iterator[Variant]:
    """Blank lines and form feeds around the text, page numbers between paragraphs and within them."""
    text = sample.text
    yield Variant(rewrite(text, [Edit(0, 0, "\n \n\n"), Edit(len(text), len(text), "\n\n\n \n")]))
    yield Variant(rewrite(text, [Edit(0, 0, "\f\n"), Edit(len(text), len(text), "\n\f")]))
    clauses, chance = sample.gold["clauses"], sample.random("pages")
    between = [c["start"] for c in clauses[1:] if text[max(c["start"] - 2, 0) : c["start"]].strip(" *") in ("\n", "\n\n", "")]
    edits = []
    for page, clause_start in enumerate(sorted(chance.sample(between, min(len(between) // 8 + 1, len(between)))), start=2):
        at = text.rfind("\n", 0, clause_start) + 1
        edits.append(Edit(at, at, chance.choice([f"\n- {page} -\n\n", f"\nTrang {page}\n\n", f"\f{page}\n\n"])))
    yield Variant(rewrite(text, edits))


def _filled(sample: Sample, width: int | None, between: str) -> Variant:
    return Variant(fill_paragraphs(sample.text, sample.gold["clauses"], width, between))


def wrapped_spaced(sample: Sample) -> Iterator[Variant]:
    """Lines of 60, 80, 100 letters, blank lines between paragraphs."""
    for width in (60, 80, 100):
        yield _filled(sample, width, "\n\n")


def wrapped_close(sample: Sample) -> Iterator[Variant]:
    """Lines of 60, 80, 100 letters, nothing between paragraphs."""
    for width in (60, 80, 100):
        yield _filled(sample, width, "\n")


def unwrapped(sample: Sample) -> Iterator[Variant]:
    """Each paragraph on one line, with blank lines between them and without."""
    for between in ("\n\n", "\n"):
        yield _filled(sample, None, between)

"""The same tree under other markers: "1)" or "1/" for "1.", "a." for "a)", "+" for "-"."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.stress.rewriting import Edit, rewrite
from tests.stress.samples import Sample, Variant

# what a marker is by its shape, and the shapes it may take instead; {} is the number, {r} the same in Roman numerals
_SHAPES: Final = {
    "roman": (re.compile(r"([IVX]+)\."), ("{}-", "{})", "{}/", "{} -", "{c}.")),
    "number": (re.compile(r"(\d{1,2})\."), ("{})", "{}/", "{}-", "{r}.")),
    "decimal": (re.compile(r"(\d{1,2}(?:\.\d{1,2})+)\.?"), ("{}", "{}.", "{})", "{}/")),
    "letter": (re.compile(r"([a-zđ])\)"), ("{}.", "{}/", "{}-", "({})")),
    "bracket": (re.compile(r"\((\d{1,2})\)"), ("({m})", "{})")),
}
_CAPITALS: Final = "ABCDEGHIKLMN"
_BULLETS: Final = ("-", "+", "•", "*", "–", "·")
_ROMANS: Final = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def numbers(sample: Sample) -> Iterator[Variant]:
    """Each way of numbering printed in another way, where nothing else in the directive is printed so: one way at a time."""
    markers = [c["marker"] for c in sample.gold["clauses"] if c["marker"]]
    for kind, (shape, forms) in _SHAPES.items():
        ours = [m for m in markers if shape.fullmatch(m)]
        for form in forms:
            if ours and _is_free(kind, form, markers):
                yield _with_markers(
                    sample, lambda m, shape=shape, form=form: _formed(form, found[1]) if (found := shape.fullmatch(m)) else m
                )


def bullets(sample: Sample) -> Iterator[Variant]:
    """Bullets exchanged for others, each kind for one that the directive does not use; the inner ones of two levels stay below."""
    kinds = list(dict.fromkeys(c["marker"] for c in sample.gold["clauses"] if c["marker"] in ("-", "–", "+", "*", "•", "·")))
    if len(kinds) == 1:
        for sign in _BULLETS:
            yield _with_bullets(sample, {kinds[0]: sign})
    elif set(kinds) == {"-", "+"}:
        for outer, inner in (("•", "-"), ("*", "-"), ("–", "+"), ("•", "+"), ("-", "*"), ("-", "•")):
            yield _with_bullets(sample, {"-": outer, "+": inner})


def _is_free(kind: str, form: str, markers: list[str]) -> bool:
    """Whether no other level is printed like ``form``, and what hangs under a number can still be told to."""
    if form in ("{r}.", "{c}.") and any(_SHAPES[k][0].fullmatch(m) for m in markers for k in ("roman", "decimal") if k != kind):
        return False
    if kind == "roman" and form == "{c}." and any(re.fullmatch(r"[A-H][.)]", m) for m in markers):
        return False
    if kind == "number" and form in ("{})", "{}/", "{}-") and any(_SHAPES["decimal"][0].fullmatch(m) for m in markers):
        return False
    if kind == "number" and form == "{r}." and any(c in m for m in markers for c in ("Điều", "Chương")):
        return False
    if kind == "bracket" and form == "{})" and any(re.fullmatch(r"\d{1,2}\)", m) for m in markers):
        return False
    return not (kind == "letter" and any(re.fullmatch(r"[a-zđ]\.|\([a-zđ]\)", m) for m in markers))


def _formed(form: str, number: str) -> str:
    value = int(number) if number.isdecimal() else 0
    roman = _roman(value)
    capital = ""
    if "{c}" in form:
        capital = _CAPITALS[_value(number) - 1]
    return form.format(number, r=roman, m=roman.lower(), c=capital)


def _roman(value: int) -> str:
    out = ""
    for worth, sign in _ROMANS:
        while value >= worth:
            out += sign
            value -= worth
    return out


def _value(roman: str) -> int:
    return next(n for n in range(1, 13) if _roman(n) == roman)


def _with_bullets(sample: Sample, signs: Mapping[str, str]) -> Variant:
    return _with_markers(sample, lambda marker: signs.get(marker, marker))


def _with_markers(sample: Sample, change: Callable[[str], str]) -> Variant:
    edits = []
    for clause in sample.gold["clauses"]:
        marker = clause["marker"] or ""
        at = sample.text.find(marker, clause["start"], clause["start"] + len(marker) + 8) if marker else -1
        if at >= 0 and marker[0].isdigit() and sample.text[at + len(marker) :].lstrip(" *")[:1].isdigit():
            continue  # "2.4 100% …" says nothing
        if at >= 0 and (new := change(marker)) != marker:
            edits.append(Edit(at, at + len(marker), new))
    return Variant(rewrite(sample.text, edits))

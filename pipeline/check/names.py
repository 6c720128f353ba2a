"""Units that a directive calls by several names, where one would do."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading, fold_name, is_collective, tables

_JOINT = re.compile(r"\s*(?:&|-|,|\bvà\b)\s*")
_AREA = re.compile(r" (?:quận|huyện|thị xã|thành phố|tỉnh|xã|phường)$", re.IGNORECASE)
_SHOWN = 6
_CAPITAL = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠ-Ỹ"
# a first word or two in any case, then what is capital by all means: "đô thị Việt Hưng"
_SCHOOL = re.compile(rf" (?P<name>(?P<first>[^\W\d_]+)(?: [^\W\d_]+)? [{_CAPITAL}][^\W\d_]+(?: [{_CAPITAL}][^\W\d_]+)?)(?!\w)")


def find_name_variants(reading: Reading) -> Iterator[Finding]:
    """Yield one finding for names of a unit that differ in their words, and one for those that differ in capitals only."""
    forms: dict[tuple[str, ...], dict[str, Span]] = defaultdict(dict)
    for line in reading.lines:
        for mention in line.clause.mentions:
            if not is_collective(mention.name):
                printed = fold_name(mention.span.cut(reading.text))[1]
                forms[_key(printed)].setdefault(printed, mention.span)
    words, capitals = [], []
    for printed_forms in forms.values():
        # small letters throughout name nobody in particular, capitals throughout are a heading
        spelled = {form: span for form, span in printed_forms.items() if not form.islower() and not form.isupper()}
        folded = {_AREA.sub("", form.lower()) for form in spelled}  # "Phòng Nội vụ quận" in short is "Phòng Nội vụ"
        if len(folded) > 1:
            words.append(spelled)
        elif len({_AREA.sub("", form) for form in spelled}) > 1:
            capitals.append(spelled)
    capitals += _schools(reading.text)
    for code, groups in (("unit-spellings", words), ("unit-capitals", capitals)):
        if groups:
            spans = [span for spelled in groups for span in spelled.values()]
            names = "; ".join(" / ".join(f"“{form}”" for form in spelled) for spelled in groups[:_SHOWN])
            more = " …" if len(groups) > _SHOWN else ""
            yield make_finding("checks", code, spans, names=names + more)


def _schools(text: str) -> list[dict[str, Span]]:
    """Return the names behind TH, THCS … that differ in capitals only: "TH Đô thị Mới", "THCS đô thị Mới"."""
    forms: dict[str, dict[str, Span]] = defaultdict(dict)
    for head in tables()["school_heads"]:
        at = text.find(head)
        while at >= 0:
            match = _SCHOOL.match(text, at + len(head))
            if match and not text[at - 1 : at].isalnum() and match["first"].lower() not in tables()["no_school_names"]:
                forms[match["name"].lower()].setdefault(match["name"], Span(*match.span("name")))
            at = text.find(head, at + 1)
    return [spelled for spelled in forms.values() if len(spelled) > 1]


@lru_cache(maxsize=4096)
def _key(printed: str) -> tuple[str, ...]:
    """Return the words of a name whatever joins them and in whatever order: "Kế hoạch - Tài chính", "Tài chính và Kế hoạch quận"."""
    return tuple(sorted(_JOINT.sub(" ", _AREA.sub("", printed.lower())).split()))

"""Letters and marks that do not fit: brackets and quotes that do not close, words written twice, letters of another alphabet."""

import re
from collections.abc import Iterator, Sequence
from operator import eq

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Line, Reading, find_words, tables

_BRACKET = re.compile(r"[()]")
# what may stand before a bracket that closes a marker inside a line: "gồm: a) …; b) …", "1) …", "ii) …"
_MARKER = re.compile(r"(?:^|[\s:;,.(\"|-])(?:[a-zđ]|\d{1,2}|[ivx]{1,4})$")
_LINE = 300  # letters that a printed line may have
_PROSE = 80  # letters of two lines of running text
_REACH = 12  # clauses within which a bracket or quote that opens above a list closes below it
_GREEK, _CYRILLIC = b"\x03", b"\x04"
_FOREIGN = re.compile(r"(?:[^\W\d_]*[\u0370-\u03ff\u0400-\u04ff][^\W\d_]*)+")


def find_letter_faults(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with brackets, quotes, words and letters. Of OCR nothing is said about marks: it loses them."""
    sentences = reading.sentences
    if not reading.document.source.ocr:
        yield from _brackets(reading, sentences)
        yield from _quotes(reading, sentences)
    yield from _doubled(reading, sentences)
    yield from _commas(reading)
    yield from _foreign(reading)


def _brackets(reading: Reading, sentences: Sequence[Line]) -> Iterator[Finding]:
    opened: list[tuple[int, Span]] = []
    closed: list[tuple[int, Span]] = []
    for place, line in enumerate(sentences):
        text = line.text
        if "(" not in text and ")" not in text:
            continue
        stack: list[int] = []
        for match in _BRACKET.finditer(text):
            at = match.start()
            if match.group() == "(":
                stack.append(at)
            elif stack:
                stack.pop()
            elif not _MARKER.search(text, max(0, at - 6), at):
                span = line.view.span(at, at + 1)
                if opened and place - opened[-1][0] <= _REACH:
                    opened.pop()
                else:
                    closed.append((place, span))
        opened += [(place, line.view.span(at, at + 1)) for at in stack]
    for _, span in opened:
        yield make_finding("checks", "bracket-not-closed", [span], printed=_around(reading, span, 0, 60))
    for _, span in closed:
        yield make_finding("checks", "bracket-not-opened", [span], printed=_around(reading, span, 60, 0))


def _quotes(reading: Reading, sentences: Sequence[Line]) -> Iterator[Finding]:
    """Yield the last quote of a clause that has an odd number of them, unless a clause near by has the other one."""
    odd: list[tuple[int, Span]] = []
    for place, line in enumerate(sentences):
        if '"' not in line.text or line.text.count('"') % 2 == 0:
            continue
        if odd and place - odd[-1][0] <= _REACH:
            odd.pop()
            continue
        at = line.text.rindex('"')
        odd.append((place, line.view.span(at, at + 1)))
    for _, span in odd:
        yield make_finding("checks", "quote-not-closed", [span], printed=_around(reading, span, 30, 40))


def _around(reading: Reading, span: Span, before: int, after: int) -> str:
    words = " ".join(reading.text[max(0, span.start - before) : span.end + after].replace("*", "").split())
    return f"{'…' if before else ''}{words}{'…' if after else ''}"


def _doubled(reading: Reading, sentences: Sequence[Line]) -> Iterator[Finding]:
    """Yield words written twice: small words that are never doubled for meaning, and two syllables that come again at once."""
    for line in _repeating(sentences):
        text = line.text
        words = text.replace('"', "").split()
        if any(map(eq, words, words[1:])):
            for match in find_words(line.view, "word-doubled"):
                if _on_one_line(reading, span := line.view.span(*match.span())):
                    yield make_finding("checks", "word-doubled", [span], printed=reading.quoted(span))
        allowed = frozenset(tables()["doubled_for_meaning"])
        seen: set[tuple[str, str]] = set()
        for a, b, c, d in zip(words, words[1:], words[2:], words[3:], strict=False):
            if a != c or b != d or a == b or (a, b) in seen or not (a.isalpha() and b.isalpha()) or f"{a} {b}" in allowed:
                continue
            seen.add((a, b))
            twice = re.search(rf'(?<!\w){a} {b}"? "?{a} {b}(?!\w)', text)
            if twice and _on_one_line(reading, span := line.view.span(*twice.span())):
                yield make_finding("checks", "word-doubled", [span], printed=reading.quoted(span))


def _repeating(sentences: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines in which a word, or every second word, comes again at once: few, so that only these are looked at closely."""
    for line in sentences:
        words = line.text.replace('"', "").split()
        if any(map(eq, words, words[1:])) or any(map(eq, words, words[2:])):
            yield line


def _on_one_line(reading: Reading, span: Span) -> bool:
    """Return whether the words stand in running text: in a table that lies flat, words meet across wide gaps and short lines."""
    text, words = reading.text, span.cut(reading.text)
    before, after = text[max(0, span.start - _LINE) : span.start], text[span.end : span.end + _LINE]
    lines = f"{before.rpartition(chr(10))[2]}{words}{after.partition(chr(10))[0]}".strip()
    if re.search(r"\s\s|[\f\t]", words) or re.search(r"\S[ \t]{3,}\S", lines):
        return False
    return "\n" not in words or len(lines) > _PROSE


def _commas(reading: Reading) -> Iterator[Finding]:
    """Yield places where two members of a list meet that only a comma may part, and rates of a calculation that a comma parts."""
    hints = tables()["comma_hints"]
    hinted = any(hint in reading.text for hint in hints)
    for line in reading.lines_with("=", *(hints if hinted else ())):
        if line.is_row:
            continue
        for match in find_words(line.view, "comma-lost") if hinted else ():
            span = line.view.span(*match.span("meeting"))
            yield make_finding("checks", "comma-lost", [span], printed=reading.quoted(span))
        for match in find_words(line.view, "rate-garbled") if "=" in line.text else ():
            span = line.view.span(*match.span("rate"))
            yield make_finding("checks", "rate-garbled", [span], printed=reading.quoted(span))


def _foreign(reading: Reading) -> Iterator[Finding]:
    """Yield words with Greek or Cyrillic letters among Latin ones: they look alike, and no search finds them."""
    # which blocks of Unicode a text takes its letters from is seen in every second byte, many times faster than by a pattern
    blocks = reading.text.encode("utf-16-le", "surrogatepass")[1::2]
    if _GREEK not in blocks and _CYRILLIC not in blocks:
        return
    found = [m for m in _FOREIGN.finditer(reading.text) if re.search(r"[a-zà-ỹđ]", m.group(), re.IGNORECASE) or m.group() in ("ТС",)]
    found = [m for m in found if len(m.group()) > 1]
    if found:
        spans = [Span(*m.span()) for m in found]
        printed = ", ".join(dict.fromkeys(m.group() for m in found[:5]))
        yield make_finding("checks", "foreign-letters", spans, printed=printed, count=len(found))

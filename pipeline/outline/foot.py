"""The foot of a directive: who gets it (Nơi nhận) and who signed it (components 7 and 9 of Nghị định 30/2020/NĐ-CP)."""

import re
from dataclasses import dataclass, replace

from models import Signer, Span
from pipeline.outline.head_lines import LOWER, UPPER, Line, Row, columns, is_capitals
from pipeline.outline.head_names import NaturalCase
from pipeline.outline.head_words import HeadWords
from pipeline.text import fold_text

_REACH = 120  # rows of the longest list of recipients, hard-wrapped
_STACK = 12  # lines of the longest signature
_DASHES = "-–—+•·*"
_TITLE = re.compile(
    r"^(?:(?:GS|PGS|TS|ThS|Th\.S|BS|KS|CN|CKI|CKII|BSCK\w*|NGƯT|NGND|TTƯT)[. ,-]+)+"
    r"|^(?:Đồng chí|Ông|Bà|(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy))\s+(?=[A-ZĐ])"
)

_PACKED = re.compile(rf"(?P<posts>[^{LOWER}]{{6,120}}?)\s+(?:\((?:Đã|đã) ký\)\s*)?(?P<name>(?:[{UPPER}][{LOWER}']+\s?){{2,5}})")
_TRAILING = re.compile(rf"(?<=[;.,)A-ZĐ])\s+(?P<name>(?:[{UPPER}][{LOWER}']+\s?){{3,5}})$")
_BEHIND = re.compile(
    rf"(?<=[\s;.:*])(?:(?:TM|KT|TL|TUQ|T/M|K/T|T/L)\s*[./]\s*[{UPPER}]{{2}}"
    rf"|(?:PHÓ |QUYỀN )?[{UPPER}]{{2,}} [{UPPER}]{{3,}})"
)


@dataclass(frozen=True, slots=True)
class Foot:
    """Rows ``[first, end)`` of a foot, with the columns that hold recipients and those that hold the signature."""

    first: int
    end: int
    recipients: tuple[Line, ...]
    signature: tuple[Line, ...]
    is_named: bool


def is_name(bare: str, words: HeadWords, *, known: bool = True) -> bool:
    """Return whether ``bare`` is a person's name; ``known`` asks for a known surname."""
    name = _TITLE.sub("", bare.strip(" .*_|"))
    parts = name.split()
    if not 2 <= len(parts) <= 6 or any(c.isdigit() or c in ",;:/&()" for c in name):
        return False
    mixed = all(p[0].isupper() and (p[1:].islower() or len(p) == 1 or "'" in p or "-" in p) for p in parts)
    capitals = name.isupper() and len(parts) <= 4 and known
    if not mixed and not (capitals and not words.post.match(fold_text(name)) and not words.organ_head.match(fold_text(name))):
        return False
    folded = fold_text(name)
    if words.post.match(folded) and not known:
        return False
    return not known or folded.split()[0].strip("'-") in words.surnames or re.match(r"[hyk][' -]", folded) is not None


def opens_signature(bare: str, words: HeadWords) -> bool:
    """Return whether ``bare`` is "TM. ỦY BAN …", "KT. CHỦ TỊCH" … in capitals."""
    if not is_capitals(bare) or len(bare) > 90 or bare[0] not in "TKQ":
        return False
    return words.rules["foot.mark"].match(fold_text(bare)) is not None


def is_post(bare: str, words: HeadWords) -> bool:
    """Return whether ``bare`` is a post in capitals, alone on its line."""
    if len(bare) > 70 or not is_capitals(bare) or bare.endswith((":", ";", ".")):
        return False
    return words.post.match(fold_text(bare)) is not None


def _split(line: Line, words: HeadWords) -> list[Line]:
    """Return a column parted before a sign of signing that a flattened page has put behind a recipient ("- Lưu: VT. PHÓ CHỦ TỊCH")."""
    match = _BEHIND.search(line.bare)
    if match is None or match.start() < 2 or (is_capitals(line.bare) and not fold_text(line.bare).startswith("nơi nhận")):
        return [line]
    head, tail = line.bare[: match.start()].rstrip(), line.bare[match.start() :]
    if not (head[0] in _DASHES or fold_text(head).startswith("nơi nhận") or head.endswith((";", "."))) or not (
        opens_signature(tail, words) or is_post(tail, words)
    ):
        return [line]
    cut = line.end - len(tail)
    return [
        Line(line.start, line.start + len(head), line.row, line.column, head, line.gap, line.bold),
        Line(cut, line.end, line.row, line.column + 1, tail, False, line.bold),
    ]


class _Scan:
    """Walks from the first row of a foot to its end."""

    def __init__(self, words: HeadWords) -> None:
        self.words = words
        self.recipients: list[Line] = []
        self.signature: list[Line] = []
        self.named = False
        self.listed = False  # inside "Nơi nhận"
        self.last: Line | None = None  # the line before, whatever it was
        self._half: Line | None = None  # a surname whose other half is on the next line

    def takes(self, line: Line) -> bool:
        """Take ``line`` if it belongs to the foot; return whether it does."""
        words, bare = self.words, line.bare
        folded = fold_text(bare)
        match = words.rules["foot.recipients"].match(folded)
        if match:
            self.listed = True
            rest = bare[match.end() :].strip("_ :*") if match.end() < len(bare) else ""
            if rest and (opens_signature(rest, words) or is_post(rest, words)):
                self.signature.append(Line(line.end - len(rest), line.end, line.row, line.column + 1, rest, line.gap, line.bold))
            elif rest:
                self.recipients.append(
                    Line(line.end - len(bare) + bare.index(rest), line.end, line.row, line.column, rest, line.gap, line.bold)
                )
            return True
        if words.rules["foot.note"].match(folded):
            return True
        if opens_signature(bare, words) or is_post(bare, words):
            if len(self.signature) >= _STACK:
                return False
            if self.named and not line.column and self.signature and line.row > self.signature[-1].row + 12:
                return False
            self.signature.append(line)
            return True
        if self.listed and bare[0] in _DASHES and self._is_item(line):
            self.recipients.append(line)
            return True
        if self.signature and not self.named:
            if self._half is not None and line.row <= self._half.row + 1 and is_name(f"{self._half.bare} {bare}", words):
                self.signature += [self._half, line]
                self._half, self.named = None, True
                return True
            if folded in words.surnames and bare[0].isupper() and len(bare) > 1:  # "Bùi" ⏎ "Xuân Cường"
                self._half = line
                return True
            if is_name(bare, words) or ((line.column or not self._in_list(line)) and is_name(bare, words, known=False)):
                self.signature.append(line)
                self.named = True
                return True
            if self._packed(bare):
                self.signature.append(line)
                self.named = True
                return True
            if is_capitals(bare) and len(bare) < 80 and not words.part.match(folded) and not words.kind_title.match(folded):
                self.signature.append(line)
                return True
            if folded in self.words.posts or self.words.post.fullmatch(folded):
                self.signature.append(line)
                return True
        elif not self.signature and self.listed and self._packed(bare):
            self.signature.append(line)
            self.named = True
            return True
        if self.listed and self._is_item(line):
            self.recipients.append(line)
            return True
        return self.named and len(folded) < 60 and bare[0] == "(" and bare[-1] == ")" and not any(map(str.isdigit, bare))

    def find_name(self) -> None:
        """Find the name that a flattened page has put behind a recipient ("- Lưu: VT, GDĐT Nguyễn Văn A"), from the last one up."""
        for i in range(len(self.recipients) - 1, -1, -1):
            line = self.recipients[i]
            match = _TRAILING.search(line.bare)
            if match is None or not is_name(match.group("name"), self.words):
                continue
            cut = line.end - len(match.group("name"))
            self.recipients[i] = replace(line, end=line.start + match.start(), bare=line.bare[: match.start()])
            self.signature.append(replace(line, start=cut, bare=match.group("name"), column=line.column + 1))
            self.named = True
            return

    def _packed(self, bare: str) -> bool:
        match = _PACKED.fullmatch(bare)
        return match is not None and is_name(match.group("name"), self.words)

    def _in_list(self, line: Line) -> bool:
        return bool(self.last and self.recipients and self.last is self.recipients[-1] and line.row == self.last.row + 1 and not line.gap)

    def _is_item(self, line: Line) -> bool:
        bare, folded = line.bare, fold_text(line.bare)
        if bare[0] in _DASHES:
            return len(bare) < 400
        if not self.recipients:
            return len(bare) < 160
        if any(r.bare[0] in _DASHES for r in self.recipients):
            closed = re.match(r"[-–—+ ]*(?:lưu|luu)\b", fold_text(self.recipients[-1].bare)) and self.recipients[-1].bare.endswith(".")
            near = line.row - self.recipients[-1].row <= 1 or bare[0].islower()
            return near and not line.gap and not closed and len(bare) < 160
        return (
            len(bare) < 100
            and not self.words.part.match(folded)
            and not folded.startswith("điều ")
            and (self.recipients[-1].bare.endswith((";", ",", ":")) or not line.gap)
        )


def read_foot(text: str, rows: list[Row], first: int, limit: int, words: HeadWords) -> Foot | None:
    """Return the foot that begins at row ``first`` (and ends before ``limit``), or None if what stands there is none.

    A list of recipients or a mark of signing is a foot by itself, a mere post in capitals only with a name below it.
    """
    scan, end, others = _Scan(words), first, 0
    for column in columns(text, rows, first, min(limit, first + _REACH)):
        pieces = _split(column, words)
        taken = [scan.takes(piece) for piece in pieces]
        scan.last = (
            scan.recipients[-1]
            if scan.recipients and (not scan.signature or scan.recipients[-1].start > scan.signature[-1].start)
            else pieces[-1]
        )
        if not any(taken):
            if column.column and column.row < end:  # beside a recipient: part of the page, not of the body
                continue
            break
        end = column.row + 1
        others += not all(taken)
    if scan.signature and not scan.named:
        scan.find_name()
    strong = scan.listed or any(words.rules["foot.mark"].match(fold_text(line.bare)) and is_capitals(line.bare) for line in scan.signature)
    if end == first or not (strong or scan.named) or (not scan.listed and not scan.named and len(scan.signature) > 6):
        return None
    return Foot(first, end, tuple(scan.recipients), tuple(scan.signature), scan.named)


def read_signer(text: str, foot: Foot, case: NaturalCase, words: HeadWords) -> tuple[Signer | None, Span | None]:
    """Return the signer and the words of "TM. …" (whom they stand for), as far as the foot prints them."""
    stack: list[tuple[str, Span]] = []
    name: str | None = None
    name_end = 0
    half: str | None = None
    for line in foot.signature:
        for bare, start in _levels(line, words):
            span = Span(start, start + len(bare))
            if fold_text(bare) in words.surnames and not is_capitals(bare):
                half = bare
                continue
            if half is not None:
                bare, half = f"{half} {bare}", None
            if (is_name(bare, words, known=False) and not is_capitals(bare)) or (stack and is_name(bare, words)):
                if name is None:
                    name, name_end = " ".join(_TITLE.sub("", bare.strip(" .*_|")).split()), span.end
                continue
            begins = words.rules["foot.mark"].match(fold_text(bare)) or words.post.match(fold_text(bare))
            if stack and (not begins or stack[-1][0].rstrip().endswith((",", "-"))):
                stack[-1] = (f"{stack[-1][0]} {bare}", Span(stack[-1][1].start, span.end))
            else:
                stack.append((bare, span))
    levels = [(" ".join(words_.replace("*", " ").split()), span) for words_, span in stack]
    marked = [i for i, (level, _) in enumerate(levels) if words.rules["foot.mark"].match(fold_text(level))]
    acts_for = next((levels[i][1] for i in marked if re.match(r"(?:tm|t/m)", fold_text(levels[i][0]))), None)
    if name is None:
        return None, acts_for
    own = [level for i, (level, _) in enumerate(levels) if i > (marked[-1] if marked else -1)]
    post = ", ".join(case.of(_post(level, words)) for level in own) or None
    if post is None and marked and re.match(r"q", fold_text(levels[marked[-1]][0])):
        post = "Quyền " + _post(re.sub(r"^Q\W*", "", levels[marked[-1]][0]), words)
    signed_for = ", ".join(levels[i][0] for i in marked) if marked else None
    start = min(span.start for _, span in stack) if stack else foot.signature[-1].start
    return Signer(
        name=case.of(name) if not is_capitals(name) else name.title(), post=post, signed_for=signed_for, span=Span(start, name_end)
    ), acts_for


def _levels(line: Line, words: HeadWords) -> list[tuple[str, int]]:
    """Return the levels of a signature that a table cell has put on one line ("TRƯỞNG BAN PHÓ THỦ TƯỚNG Nguyễn Văn A")."""
    packed = None if is_name(line.bare, words) else _PACKED.fullmatch(line.bare)
    if packed is None and not re.search(r"\s(?:KT|TL|TUQ|K/T|T/L)[./]|\sPHÓ ", line.bare):
        return [(line.bare, line.start)]
    upper = packed.group("posts") if packed else line.bare
    found, at = [], 0
    for match in re.finditer(r"\s+(?=(?:KT|TL|TUQ|K/T|T/L)\s*[./]|PHÓ |THỨ TRƯỞNG)", upper):
        found.append((upper[at : match.start()], line.start + at))
        at = match.end()
    found.append((upper[at:].rstrip(), line.start + at))
    if packed:
        found.append((packed.group("name"), line.start + packed.start("name")))
    return [(bare, start) for bare, start in found if bare.strip()]


def _post(level: str, words: HeadWords) -> str:
    """Return a post in natural case as far as the vocabulary knows it ("PHÓ CHỦ TỊCH" → "Phó Chủ tịch")."""
    folded = fold_text(level)
    match = words.post.match(folded)
    if match is None or not is_capitals(level):
        return level
    head = next((p for p in sorted(words.posts, key=len, reverse=True) if match.group().endswith(p)), "")
    prefix = match.group()[: len(match.group()) - len(head)].strip(" .")
    named = f"{prefix.capitalize()} {words.posts[head]}" if prefix else words.posts[head]
    rest = level[match.end() :]
    return named + (" " + rest.strip().lower() if rest.strip() else "")

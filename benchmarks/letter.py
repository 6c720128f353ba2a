"""A text with gold as the parts of an official letter: what its office would have typed where.

Gold is used for one thing here: it says where a clause begins and ends, as the office that wrote the letter knew. Marks of Markdown
(``**bold**``, ``*italic*``, ``~~struck~~``, ``[1]``) stay in the parts; who prints them turns them into formatting.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Json = Mapping[str, Any]
Style = Literal["body", "centre", "title"]

_BAR = re.compile(r"[|\s]*\|[|\s]*")
_RULE = re.compile(r"[-_–—\s\\]+")
_STARS = re.compile(r"\*{2,}|\*(?!\s)|(?<=\S)\*")
_MOTTO = re.compile(r"\W*(?:cộng hòa xã hội|cộng hoà xã hội|chủ nghĩa việt nam|đảng cộng sản việt nam|độc lập)", re.IGNORECASE)
_NUMBER = re.compile(r"\W*số\b", re.IGNORECASE)
_ABOUT = re.compile(r"\W*v/v\b", re.IGNORECASE)
_DATE = re.compile(r".{0,60}\bngày\b.{0,16}\btháng\b.{0,12}\bnăm\b.{0,12}", re.IGNORECASE)
_KIND = re.compile(
    r"\W*(?:dự thảo|công điện|thông báo|kết luận|kế hoạch|chỉ thị|chương trình|quyết định|nghị quyết|hướng dẫn|công văn)\b.{0,40}"
)
_GREETING = re.compile(r"\W*kính gửi\b", re.IGNORECASE)
_WIRE = re.compile(r".{3,80}\bđiện\s*:\W*")
_RECIPIENTS = re.compile(r"\W*nơi nhận\b", re.IGNORECASE)
_COPY_PAGE = re.compile(r"(?m)^\f?[ \t]{10,}\d{1,3}[ \t]*$|\f")
_JUNK = re.compile(r"\[bookmark:[^\]]*\]")
_SIDE_BY_SIDE = re.compile(r"(?<=\S)[ \t]{8,}(?=\S)")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. ``marker`` is printed before ``text`` and is not in it."""

    text: str
    marker: str = ""
    style: Style = "body"


@dataclass(frozen=True)
class Columns:
    """A table of two columns without lines: its rows hold the paragraphs of the left and of the right cell."""

    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    use: Literal["letterhead", "greeting", "foot"]


@dataclass(frozen=True)
class Turn:
    """A new page: an attached plan begins."""


Part = Paragraph | Columns | Turn


@dataclass
class Letter:
    """The parts in their order, and the footnotes by their printed number. ``signer`` is where a stamp goes."""

    parts: list[Part] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    signer: str | None = None

    def printed(self) -> str:
        """Return every word of the letter, markers included, footnotes last; struck words and the numbers of footnotes are left out."""
        lines: list[str] = []
        for part in self.parts:
            if isinstance(part, Paragraph):
                lines.append(f"{part.marker} {part.text}")
            elif isinstance(part, Columns):
                lines += [line for row in part.rows for cell in row for line in cell]
        lines += self.notes.values()
        left_out = re.compile("|".join(["~~.*?~~", *(re.escape(f"[{number}]") for number in self.notes)]))
        return "\n".join(bare(left_out.sub("", line)) for line in lines)


def bare(text: str) -> str:
    """Return ``text`` without marks of emphasis, its white space single."""
    return " ".join(_STARS.sub("", text).replace("~~", "").split())


def take_letter(gold: Json) -> Letter:
    """Return the letter that ``gold`` (an annotation: text, header, clauses) is the text of."""
    text = gold["text"]
    clauses = sorted(gold["clauses"], key=lambda clause: clause["start"])
    letter = Letter(signer=gold["header"].get("signer"))
    signs = [gold["header"].get(key) for key in ("signed_for", "signer_post", "signer")]
    names = [name for name in signs if name]
    notes, _ = _notes(text[clauses[-1]["end"] :])
    letter.notes.update(notes)
    end = clauses[0]["start"] + _capitals(text[clauses[0]["start"] : clauses[0]["end"]])
    letter.parts += _head(text[:end])
    for clause in clauses:
        gap = text[end : clause["start"]]
        letter.parts += _between(gap, names, clause["marker"])
        letter.parts.append(_clause(text[max(end, clause["start"]) : clause["end"]], gap, clause["marker"]))
        end = clause["end"]
    letter.parts += _between(text[end:], names, "")
    return letter


def _capitals(source: str) -> int:
    """Return how much of the first clause is still the title: lines in capitals before lines that are not."""
    size = 0
    for line in source.splitlines(keepends=True):
        if not line.isupper() or size + len(line) >= len(source):
            return size
        size += len(line)
    return size


# --- the head ------------------------------------------------------------------------------------------------------------


def _head(zone: str) -> Iterator[Part]:
    left: list[str] = []
    right: list[str] = []
    below: list[str] = []
    date: list[str] = []
    titles: list[str] = []
    addressees: list[str] = []
    state = "top"
    for line, new in _logical(zone):
        plain = bare(line)
        if line == "*":  # under the name of a Party committee
            left.append(line)
        elif _MOTTO.match(plain):
            right.append(line)
        elif state != "title" and _NUMBER.match(plain):
            below.append(line)
            state = "number"
        elif state != "title" and _ABOUT.match(plain):
            below.append(line)
            state = "about"
        elif state != "title" and _DATE.fullmatch(plain):
            date.append(line)
            state = "date"
        elif _GREETING.match(plain):
            addressees.append(line)
            state = "greeting"
        elif state == "greeting":
            addressees.append(line)
        elif _WIRE.fullmatch(plain):
            titles.append(line)
            state = "wire"
        elif state == "wire":
            addressees.append(line)
        elif plain.isupper() and state in ("date", "number") and not _KIND.fullmatch(plain.lower()) and not below and not titles:
            left.append(line)
        elif state == "about" and not new:
            below[-1] = f"{below[-1]} {line}"
        elif state == "top" and not _KIND.fullmatch(plain.lower()):
            left.append(line)
        elif state == "title" and not new:
            titles[-1] = f"{titles[-1]} {line}"
        else:
            titles.append(line)
            names_kind = bool(_KIND.fullmatch(plain.lower())) and state != "kind"
            state = "draft" if "dự thảo" in plain.lower() else "kind" if names_kind else "title"
    rows = [(tuple(left), tuple(right)), (tuple(below), tuple(date))]
    rows = [row for row in rows if any(row)]
    if rows:
        yield Columns(tuple(rows), "letterhead")
    yield from (Paragraph(line, style="title") for line in titles)
    if addressees and _GREETING.match(bare(addressees[0])):
        first, _, rest = addressees[0].partition(":")
        listed = tuple([rest.strip(" *"), *addressees[1:]] if rest.strip(" *") else addressees[1:])
        if len(listed) == 1:
            yield Paragraph(f"{first}: {listed[0]}", style="centre")
        else:
            yield Columns((((f"{first}:",), listed),), "greeting")
    else:
        yield from (Paragraph(line) for line in addressees)


def _logical(zone: str) -> Iterator[tuple[str, bool]]:
    """Return the lines of a zone as their office typed them, and whether each follows a blank line or the edge of a cell.

    A copy from the web wraps lines anywhere: there a line goes on where emphasis is open, and from a line of a list into the next.
    """
    wrapped = any(_BAR.fullmatch(line) for line in zone.splitlines())
    pending, new = "", True
    for raw in [*zone.splitlines(), ""]:
        pieces = _SIDE_BY_SIDE.split(raw.strip())
        if wrapped or not any(_MOTTO.match(piece) or _DATE.fullmatch(piece) for piece in pieces[1:]):
            pieces = [" ".join(raw.split())]
        for line in pieces:
            edge = (not bare(line) and line != "*") or bool(_BAR.fullmatch(line)) or bool(_RULE.fullmatch(line))
            joins = wrapped and pending and not edge
            if not wrapped and pending and not edge and _open(pending):
                pending, line = f"{pending}**", f"**{line}"
            if joins and (_open(pending) or (bare(pending).startswith("-") and not bare(line).startswith("-") and pending[-1] != ";")):
                pending = f"{pending} {line}"
                continue
            if pending:
                yield pending, new
                new = False
            if edge:
                pending, new = "", True
            else:
                pending = line


def _open(line: str) -> bool:
    return line.count("**") % 2 == 1 or line.replace("**", "").count("*") % 2 == 1


# --- the body ------------------------------------------------------------------------------------------------------------


def _clause(source: str, gap: str, marker: str) -> Paragraph:
    """Return a clause as one paragraph, its marker apart where the text prints it (in the clause or right before it)."""
    source = " ".join(_JUNK.sub(" ", _COPY_PAGE.sub(" ", source)).split())
    source = re.sub(r"^[-_–—]{3,}\s*", "", source)
    if not marker:
        return Paragraph(source)
    printed = re.match(r"([*\s]*?)" + re.escape(marker) + (r"(?=\s)" if marker == "*" else r"(?!\d)"), source)
    if printed:
        rest = printed[1] + source[printed.end() :]
        return Paragraph(re.sub(r"^(\**)\s+", r"\1", rest).removeprefix("****"), marker)
    return Paragraph(source, marker if bare(gap).endswith(marker) and not _RULE.fullmatch(gap) else "")


def _between(gap: str, names: Sequence[str], marker: str) -> Iterator[Part]:
    """Return what stands between two clauses, or behind the last: orders in capitals, the foot, the title of an attached plan."""
    _, gap = _notes(_COPY_PAGE.sub("", gap))
    if not bare(gap).strip(" -_|") or bare(gap) == marker:
        return
    lines = gap.splitlines()
    at = next((i for i, line in enumerate(lines) if _RECIPIENTS.match(bare(line)) or _signs(line, names)), None)
    if at is None:
        yield from (Paragraph(line, style="title") for line, _ in _logical(gap) if bare(line) != marker)
        return
    yield from (Paragraph(line, style="title") for line, _ in _logical("\n".join(lines[:at])))
    foot, rest = _foot(lines[at:], names)
    yield foot
    titles = list(_logical("\n".join(rest)))
    if titles:
        yield Turn()
        text = ""
        for line, new in titles:
            if new and text:
                yield Paragraph(text, style="title")
                text = ""
            text = f"{text} {line}".strip()
        yield Paragraph(text, style="title")


def _signs(line: str, names: Sequence[str]) -> bool:
    return any(bare(line).casefold() == name.casefold() for name in names)


def _foot(lines: Sequence[str], names: Sequence[str]) -> tuple[Columns, list[str]]:
    """Return who receives the letter beside who signs it, and the lines behind."""
    tails = "|".join([*(re.escape(name) for name in names), r"\(đã ký[^)]*\)"])
    beside = re.compile(rf"^(?P<left>.*?(?:[:;.,]|\s{{3,}}))\s+(?P<right>(?:{tails}))\W*$", re.IGNORECASE)
    left: list[str] = []
    right: list[str] = []
    bars = 0
    for number, raw in enumerate(lines):
        line = raw.strip()
        if _BAR.fullmatch(line):
            bars += 1
            if bars == 2:
                return Columns(((tuple(left), tuple(right)),), "foot"), list(lines[number + 1 :])
            continue
        if not bare(line):
            continue
        pieces = _SIDE_BY_SIDE.split(line)
        split = beside.match(line)
        if len(pieces) == 2 or split:
            one, other = pieces if len(pieces) == 2 else (split["left"], split["right"]) if split else ("", "")
            left.append(one)
            right.append(other)
        elif bars or (left and bare(line).isupper() and not line.startswith("-")) or re.fullmatch(tails, bare(line), re.IGNORECASE):
            if right and _open(right[-1]) and bars:
                right[-1] = f"{right[-1]} {line}"
            elif right and _open(right[-1]):
                right[-1:] = [f"{right[-1]}**", f"**{line}"]
            else:
                right.append(line)
        elif left and any("|" in other for other in lines) and not bare(line).startswith("-") and bare(left[-1])[-1] not in ";:":
            left[-1] = f"{left[-1]} {line}"
        else:
            left.append(line)
    return Columns(((tuple(left), tuple(right)),), "foot"), []


def _notes(zone: str) -> tuple[dict[str, str], str]:
    """Return the footnotes that stand at the end of ``zone`` by number, and the zone without them."""
    starts = list(re.finditer(r"(?m)^\s*\[(\d{1,3})\]", zone))
    if not starts:
        return {}, zone
    ends = [*(found.start() for found in starts[1:]), len(zone)]
    notes = {found[1]: " ".join(zone[found.end() : end].split()) for found, end in zip(starts, ends, strict=True)}
    return notes, zone[: starts[0].start()]

"""Who issues a directive and whom it addresses, from the lines of its head."""

import re
from dataclasses import replace

from models import Header, Party, Span
from pipeline.outline.head_lines import Line, is_capitals
from pipeline.outline.head_names import NaturalCase
from pipeline.outline.head_words import HeadWords
from pipeline.text import TextView, fold_text

_EDGE = " \t\r\f\xa0*_#|>-–—+•·,;:."
_NOTE = re.compile(
    r"\s*\((?P<note>(?:để |đ/|c/|b/|t/|p/|k/|báo cáo|thực hiện|phối hợp|chỉ đạo|theo dõi|bc)[^()]{0,60})\)\s*", re.IGNORECASE
)


def read_organs(text: str, lines: list[Line], case: NaturalCase, words: HeadWords) -> tuple[Party | None, Party | None]:
    """Return the issuer and the organ above it (None where one is not printed): the last and the last but one of the letterhead."""
    organs: list[tuple[str, Span]] = []
    for line in (part for whole in lines for part in _organs_of(whole, words)):
        folded = fold_text(line.bare)
        if organs:
            name, span = organs[-1]
            begins = words.organ_head.match(folded)
            waits = fold_text(name) in words.bare_heads and not (line.bold and len(organs) > 1)
            if not begins or waits or words.dangling.search(fold_text(name)) or _is_half(name, words):
                organs[-1] = (f"{name} {line.bare}", Span(span.start, line.end))
                continue
        organs.append((line.bare, Span(line.start, line.end)))
    made = [
        Party(name=case.of(_in_full(_clean(name)), is_name=True), span=span)
        for name, span in organs
        if words.organ_head.match(fold_text(name))
    ]
    if not made:
        return None, None
    if len(made) > 1 and words.standing.fullmatch(fold_text(made[-1].name)):
        body, whole = made[-1], made[-2]  # "ỦY BAN MTTQ VIỆT NAM TỈNH A" over "BAN THƯỜNG TRỰC": a part of it, nobody by itself
        both = Span(whole.span.start, body.span.end) if whole.span and body.span else body.span
        return Party(name=f"{body.name} {whole.name}", span=both), made[-3] if len(made) > 2 else None
    return made[-1], made[-2] if len(made) > 1 else None


def _organs_of(line: Line, words: HeadWords) -> list[Line]:
    """Return a line parted where a table cell has put two organs on it ("ĐẢNG BỘ TỈNH A HUYỆN ỦY B")."""
    folded = fold_text(line.bare)
    for match in words.inner_organ.finditer(folded):
        before = line.bare[: match.start()].rstrip()
        if len(folded) == len(line.bare) and fold_text(before) not in words.bare_heads and not words.dangling.search(fold_text(before)):
            cut = line.start + match.start()
            return [replace(line, end=line.start + len(before), bare=before), replace(line, start=cut, bare=line.bare[match.start() :])]
    return [line]


def _in_full(name: str) -> str:
    """Return ``name`` with the two abbreviations that letterheads use for the organ itself written out."""
    for short, full in (("UBND", "ỦY BAN NHÂN DÂN"), ("HĐND", "HỘI ĐỒNG NHÂN DÂN")):
        if re.match(rf"{short}\b", name):
            return (full if is_capitals(name) else full.capitalize()) + name[len(short) :]
    return name


def _is_half(name: str, words: HeadWords) -> bool:
    """Whether ``name`` is cut inside a word group ("ĐẢNG" ⏎ "ỦY …", "THỦ" ⏎ "TƯỚNG …")."""
    return len(name.split()) == 1 and not words.organ_head.fullmatch(fold_text(name))


def _clean(words: str) -> str:
    return " ".join(words.replace("*", " ").split()).strip(_EDGE)


def fallback_issuer(header: Header, body: TextView, signed_for: Span | None, text: str, words: HeadWords) -> Party | None:
    """Return the issuer where no letterhead is printed: whom the signer stands for at the printed place, or the organ of the number's code.

    The name must be printed in full in the body ("Ủy ban nhân dân quận Hà Đông" for "TM. ỦY BAN NHÂN DÂN", Hà Đông): nothing is
    put together. ``body`` is the beginning of what follows the head.
    """
    if signed_for is not None and header.place:
        organ = re.sub(r"^\W*(?:TM|T/M)\W+", "", signed_for.cut(text).replace("*", ""))
        folded = fold_text(" ".join(organ.split()))
        if words.organ_head.match(folded):
            found = _printed_in_full(folded, header.place, body)
            if found is not None:
                return found
    if header.number and "number" in header.spans:
        code = re.split(r"[-/]", header.number)
        for part in code[1:]:
            if part in words.code_organs and words.kinds_by_code.get(part) is None:
                return Party(name=words.code_organs[part], span=header.spans["number"])
    return None


def _printed_in_full(organ: str, place: str, body: TextView) -> Party | None:
    short = {"ủy ban nhân dân": "ubnd", "hội đồng nhân dân": "hđnd"}.get(organ)
    names = "|".join(re.escape(n) for n in (organ, short) if n)
    level = "thành phố|tỉnh|quận|huyện|thị xã|thị trấn|xã|phường|đặc khu"
    match = re.search(rf"\b(?:{names}) (?:(?:{level}) )?{re.escape(fold_text(place))}\b", body.text)
    if match is None:
        return None
    name = body.cased[match.start() : match.end()]
    if short and name.lower().startswith(short):
        name = organ.capitalize() + name[len(short) :]
    return Party(name=name[0].upper() + name[1:], span=body.span(*match.span()))


def read_addressees(text: str, lists: list[tuple[bool, list[Line]]], words: HeadWords) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """Return the addressees ("Kính gửi") and those who get a copy ("Đồng kính gửi", with that as purpose), split into members."""
    main: list[Party] = []
    also: list[Party] = []
    for is_copy, lines in lists:
        for item in items(lines):
            for name, span in members(text, item, words):
                if is_copy:
                    name, _, purpose = name.partition(" để ")
                    also.append(Party(name=name, span=span, purpose=f"đồng kính gửi, để {purpose}" if purpose else "đồng kính gửi"))
                else:
                    main.append(Party(name=name, span=span))
    return tuple(main), tuple(also)


def items(lines: list[Line]) -> list[Span]:
    """Return the items of a list: a dash begins one; without any dash, a line after ';' or '.' or a gap does."""
    dashed = any(_is_dashed(line.bare) for line in lines)
    found: list[Span] = []
    for i, line in enumerate(lines):
        before = lines[i - 1].bare.rstrip() if i else ""
        begins = _is_dashed(line.bare) if dashed else before.endswith((";", ".")) or (line.gap and not line.bare[0].islower())
        if found and not begins:
            found[-1] = Span(found[-1].start, line.end)
        else:
            found.append(Span(line.start, line.end))
    return found


def _is_dashed(bare: str) -> bool:
    return bare[0] in "-–—+•·"


def trim(text: str, start: int, end: int) -> Span:
    """Return ``[start, end)`` without white space, markup and the marks of a list at its ends."""
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    if end < len(text) and text[end] == "." and re.search(r"\b(?:TP|Tp|tp)$", text[start:end]):
        end += 1
    return Span(start, end)


def members(text: str, item: Span, words: HeadWords) -> list[tuple[str, Span]]:
    """Return the members of one item of a list with their words.

    ';' parts members everywhere; a comma or "và" only before a new organ or post; "Các Cục: A, B" gives "Cục A" and "Cục B",
    "Sở Xây dựng các tỉnh, thành phố: Gia Lai, Đắk Lắk" gives "Sở Xây dựng Gia Lai" … (the head noun given back).
    """
    found: list[tuple[str, Span]] = []
    for a, b in _cut(text, item.start, item.end, re.compile(r";")):
        colon = text.find(":", a, b)
        label = " ".join(text[a:colon].split()).strip(_EDGE) if colon > 0 else ""
        if label and len(label) < 80 and colon < b - 3:
            head = _head_noun(label)
            for c, d in _named(text, colon + 1, b, words):
                span = _outer(text, c, d, b)
                name = _words(text, span)
                if not name:
                    continue
                if found and head and name[0].islower() and not words.organ_head.match(fold_text(name)):
                    found[-1] = (f"{found[-1][0]}{text[found[-1][1].end : span.start]}{name}", Span(found[-1][1].start, span.end))
                    continue
                begins = head and fold_text(name).startswith(fold_text(head).split()[0] + " ")
                found.append((name if begins or not head else f"{head} {name}", span))
            continue
        for c, d in _cut(text, a, b, re.compile(r",|\bvà\b")):
            span = trim(text, c, d)
            name = _words(text, span)
            if not name:
                continue
            if found and found[-1][1].start >= a and not _is_another(found[-1][0], name, text[found[-1][1].end : span.start], words):
                joined = Span(found[-1][1].start, span.end)
                found[-1] = (_words(text, joined), joined)
            else:
                found.append((name, span))
    return found


def _named(text: str, start: int, end: int, words: HeadWords) -> list[tuple[int, int]]:
    """Return the names after a colon: parted by commas, the last two by "và" unless it is of a name ("Giáo dục và Đào tạo")."""
    parts = _cut(text, start, end, re.compile(r","))
    a, b = parts[-1]
    if " ".join(text[a:b].split()).strip(_EDGE).lower() in words.natural.lower():
        return parts
    return [*parts[:-1], *_cut(text, a, b, re.compile(r"\bvà\b"))]


def _words(text: str, span: Span) -> str:
    return " ".join(_NOTE.sub(" ", span.cut(text)).replace("*", "").split())


def _outer(text: str, start: int, end: int, limit: int) -> Span:
    return trim(text, start, min(end, limit))


def _begins(name: str, words: HeadWords) -> bool:
    folded = fold_text(name)
    return bool(
        words.organ_head.match(folded)
        or words.post.match(folded)
        or re.match(r"(?:các|thủ trưởng|lãnh đạo|ông|bà|đồng chí|toàn thể|tất cả)\b", folded)
    )


def _is_another(before: str, name: str, between: str, words: HeadWords) -> bool:
    """Whether ``name`` is a member of its own after ``before`` and a comma or "và" (``between``), not a part of a name or collective."""
    if not _is_whole(before) or _shares(before, name, words):
        return False
    if name[0].islower():  # "Sở Nội vụ và các sở, ngành" are two, "Các trường và các trung tâm" one collective
        return "và" in between and re.match(r"các\b", name) is not None and not re.match(r"(?:các|những)\b", before.lower())
    return _begins(name, words)


def _shares(before: str, name: str, words: HeadWords) -> bool:
    """Whether ``name`` shares the post in front of ``before``: "Bí thư Tỉnh ủy, Thành ủy các tỉnh, thành phố"."""
    post = words.post.match(fold_text(before))
    return post is not None and fold_text(before)[post.end() :].strip() in words.bare_organs and not words.post.match(fold_text(name))


def _is_whole(name: str) -> bool:
    """Whether ``name`` may end before a comma: not "Các phòng" of "Các phòng, ban", not inside a bracket."""
    return name.count("(") <= name.count(")") and not re.fullmatch(r"(?:các|những|toàn thể) \w+", name.lower())


def _head_noun(label: str) -> str:
    """Return what the members after a colon get in front: "Các Cục" → "Cục", "Sở Xây dựng các tỉnh, thành phố" → "Sở Xây dựng"."""
    head = re.sub(r"^(?:các|những)\s+", "", label, flags=re.IGNORECASE)
    head = re.sub(r"\s+(?:các|của các|thuộc các)\s+(?:tỉnh|thành phố|địa phương|quận|huyện|xã|phường|bộ).*$", "", head, flags=re.IGNORECASE)
    head = re.sub(r"\s+(?:sau|sau đây)$", "", head)
    return "" if "," in head or re.match(r"(?:đơn vị|cơ quan|địa phương|đồng chí|ông|bà)\b", head, re.IGNORECASE) else head


def _cut(text: str, start: int, end: int, mark: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return the stretches of ``text[start:end]`` between the marks that stand outside brackets."""
    found, at, depth = [], start, 0
    marks = {m.start(): m.end() for m in mark.finditer(text, start, end)}
    for i in range(start, end):
        c = text[i]
        depth += (c == "(") - (c == ")" and depth > 0)
        if depth == 0 and i in marks and i >= at:
            found.append((at, i))
            at = marks[i]
    found.append((at, end))
    return found


def read_recipients(text: str, lines: list[Line], words: HeadWords) -> tuple[Party, ...]:
    """Return the items of "Nơi nhận" with their purpose ("để báo cáo") where a note in brackets gives one."""
    found = []
    spans = items(lines) if len(lines) > 1 else [s for line in lines for s in _inline(line)]
    for span in spans:
        inner = trim(text, *span)
        raw = " ".join(inner.cut(text).replace("*", "").split())
        note = _NOTE.search(raw)
        name = _NOTE.sub(" ", raw).strip(_EDGE)
        if name:
            found.append(Party(name=" ".join(name.split()), span=inner, purpose=_purpose(note.group("note"), words) if note else None))
    return tuple(found)


def _inline(line: Line) -> list[Span]:
    """Return the items of a list that a table cell has put on one line ("- A; - B; - Lưu: VT")."""
    at, found = line.start, []
    mark = r"(?<=[;,.])\s+(?=[-–+]\s)" if _is_dashed(line.bare) else r"(?<=;)\s+"
    for match in re.finditer(mark, line.bare):
        found.append(Span(at, line.start + match.start()))
        at = line.start + match.end()
    return [*found, Span(at, line.end)]


def _purpose(note: str, words: HeadWords) -> str:
    expanded = re.sub(r"[^\s,;]+", lambda m: words.purposes.get(m.group().lower(), m.group()), " ".join(note.split()).strip(" .;"))
    return expanded if expanded.startswith("để ") else f"để {expanded}"

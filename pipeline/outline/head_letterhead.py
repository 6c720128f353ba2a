"""Where the head of a directive ends and what its first lines say, before case and organs are put right."""

import re
from bisect import bisect_right
from dataclasses import replace

from models import Span
from pipeline.outline.head_lines import Line, Row, columns, is_capitals
from pipeline.outline.head_words import HeadWords
from pipeline.outline.head_zone import ENDS, LONG_LINE, ZONE_ROWS, Found, Letterhead, head_zone, without
from pipeline.text import TextView, fold, fold_text

_DASHES = "-–—+•·"
_RULING = re.compile(r"[\W_]*(?:_{3,}|-{3,}|–{3,}|—{2,})[\W_]*")


class _Reader:
    def __init__(self, text: str, rows: list[Row], first: int, words: HeadWords) -> None:
        self.text, self.rows, self.words, self.rules = text, rows, words, words.rules
        self.lines = head_zone(text, rows, first, words)
        self.view: TextView = fold(text, self.lines[0].start, self.lines[-1].end) if self.lines else fold("")
        self.taken: list[Span] = []
        self.head = Letterhead(start=first, end=first)
        self.landmarks: list[int] = []  # numbers of rows

    def read(self) -> Letterhead:
        if not self.lines:
            return self.head
        self._motto()
        self._number()
        self._date()
        left = [line for line in without(self.text, self.lines, self.taken) if not self._is_furniture(line)]
        left = [line for line in left if not self._mark(line)]
        at = self._title_word(left)
        at = self._addressees(left, self._subject(left)) if at is None else self._addressees(left, self._title(left, at, None))
        if not self.landmarks:
            return self.head
        self._long_title()
        self._organs(left)
        self.head.start = min(self.landmarks + [line.row for line in self.head.organ_lines])
        self._end()
        return self.head

    def _line_at(self, position: int) -> int:
        """Return the number of the line that holds ``position``, or the nearest before it."""
        return max(0, bisect_right([line.start for line in self.lines], position) - 1)

    def _take(self, span: Span) -> None:
        self.taken.append(span)
        self.landmarks += [self.lines[self._line_at(span.start)].row, self.lines[self._line_at(span.end - 1)].row]

    def _before(self, position: int) -> tuple[int, str]:
        """Return where the words start that stand before ``position`` in its column, after what is already taken, and the words."""
        line = self.lines[self._line_at(position)]
        start = max([line.start] + [b for a, b in self.taken if line.start <= b <= position])
        return start, self.text[start:position].strip(" \t\r\xa0*_#|,;-–—>")

    def _motto(self) -> None:
        for match in self.rules["head.motto"].finditer(self.view.text):
            span = self.view.span(*match.span())
            line = self.lines[self._line_at(span.start)]
            cased = self.view.cased[match.start() : match.end()]
            if len(line.bare) < 160 and (cased.isupper() or (cased[0].isupper() and match.group()[0] == "đ" and "tự do" in match.group())):
                self._take(span)
        organs = [line.row for line in self.lines if self.words.organ_head.match(fold_text(line.bare))]
        first = min(organs, default=len(self.rows))
        for line in self.lines:  # in a column of its own, or below an organ: "TỈNH ỦY … ĐẢNG CỘNG SẢN VIỆT NAM", "TỈNH ĐOÀN … ĐOÀN TNCS …"
            beside = (line.column or line.row > first) and len(line.bare) < 60 and line.bare.isupper()
            if beside and self.rules["head.motto"].fullmatch(fold_text(line.bare)):
                span = Span(line.start, line.end)
                if span not in self.taken:
                    self._take(span)

    def _number(self) -> None:
        for match in self.rules["head.number"].finditer(self.view.text):
            span = self.view.span(*match.span())
            before = self._before(span.start)[1]
            if before and not (is_capitals(before) and self.view.cased[match.start() : match.start() + 2] == "Số"):
                continue  # "PHƯỜNG 1 Số: 4/KH-UBND" is a flattened letterhead, "Quyết định số 4/QĐ-UBND" is not
            rest, end = [], match.start("rest")
            for token in re.finditer(r" ?([-/])[-/]? ?([^-/ ]+)", self.view.cased[match.start("rest") : match.end()]):
                code = token.group(2)
                if not (code[0].isupper() or code[0].isdigit()) or (
                    len(code) > 3 and sum(c.isupper() or c.isdigit() for c in code) < len(code) / 2
                ):
                    break
                rest.append(token.group(1) + code.rstrip("."))
                end = match.start("rest") + token.end()
            line_end = self.lines[self._line_at(span.start)].end
            following = self.text[self.view.span(match.start(), end).end : line_end] if rest else ""
            if not rest or self.rules["head.cited"].match(fold_text(following)):
                continue
            span = self.view.span(match.start(), end)
            self._take(span)
            digits = match.group("number")
            if digits and not match.group("smudge"):
                value = digits.replace(" ", "") + "".join(rest)
                self.head.number = Found(value, self.view.span(match.start("number"), end))
            else:
                self.head.blank_number = span
            return
        self._number_apart()

    def _number_apart(self) -> None:
        """Put a number together with the code that stands on another line of the head."""
        found: dict[str, Line] = {}
        for line in self.lines:
            match = self.rules["head.number_apart"].match(fold_text(line.bare))
            if match:
                found.setdefault("number" if match.group("number") else "code", line)
        if len(found) == 2 and found["number"].row < found["code"].row:
            number, code = found["number"], found["code"]
            digits = re.sub(r"^\D+", "", number.bare)
            self._take(Span(number.start, number.end))
            self._take(Span(code.start, code.end))
            self.head.number = Found(digits + code.bare.replace(" ", ""), Span(number.start, number.end))

    def _date(self) -> None:
        for match in self.rules["head.date"].finditer(self.view.text):
            span = self.view.span(*match.span())
            here = self._line_at(span.start)
            start, before = self._before(span.start)
            above = self.lines[here - 1] if here and not self.lines[here].gap and len(self.lines[here - 1].bare) < 40 else None
            if (
                above
                and before
                and before[0].islower()
                and above.row == self.lines[here].row - 1
                and above.start not in {t.start for t in self.taken}
            ):
                start, before = above.start, f"{above.bare} {before}"  # "Thành" ⏎ "phố Hồ Chí Minh, ngày …"
            if (
                not before
                and here
                and not self.lines[here].gap
                and self.lines[here - 1].bare.endswith(",")
                and len(self.lines[here - 1].bare) < 40
            ):
                start, before = self.lines[here - 1].start, self.lines[here - 1].bare.rstrip(",")  # "Hà Nội," ⏎ "ngày …"
            last = self.lines[self._line_at(span.end - 1)]
            after = self.text[span.end : last.end].strip(" \t\r*_.|")
            folded = fold_text(before)
            if len(before.split()) > 7 or re.search(r"[:;()/\"]", before) or self.words.opener.match(folded) or (after and not before):
                continue
            if after and (after[0].islower() or self.view.text[match.end() : match.end() + 1] == ","):
                continue
            if before and not before[0].isupper():
                continue
            self._take(Span(start, span.end))
            if before:
                end = start + len(self.text[start : span.start].rstrip(" \t\r\n\xa0*_#|,;-–—>"))
                self.head.place = Found(" ".join(before.split()), Span(start, end))
            value = _iso(match)
            if value is not None:
                self.head.issued_on = Found(value, span)
            else:
                self.head.blank_date = span
            return

    def _is_furniture(self, line: Line) -> bool:
        folded = fold_text(line.bare)
        return bool(self.rules["page.gazette"].match(folded) or self.rules["page.number"].match(folded))

    def _mark(self, line: Line) -> bool:
        folded = fold_text(line.bare)
        if self.rules["head.draft"].match(folded):
            if self.head.draft is None:
                self.head.draft = Span(line.start, line.end)
            self.landmarks.append(line.row)
            return True
        return bool(len(folded) < 60 and is_capitals(line.bare) and self.rules["head.mark"].match(folded))

    def _title_word(self, left: list[Line]) -> int | None:
        """Return the index of the line that prints the kind of document, and keep the kind."""
        last = max(self.landmarks, default=-1)
        candidates = []
        for i, line in enumerate(left):
            folded = fold_text(line.bare)
            if self.rules["head.addressees"].match(folded) or (folded.startswith("v/") and self.rules["head.subject"].match(folded)):
                break
            match = self.words.kind_title.match(folded)
            if match is None or line.bare.endswith(":"):
                continue
            above = left[i - 1] if i else None
            if (
                above
                and line.row <= last
                and line.row == above.row + 1
                and not line.gap
                and self.words.dangling.search(fold_text(above.bare))
            ):
                continue  # "PHÒNG TÀI CHÍNH -" ⏎ "KẾ HOẠCH"
            length = fold(line.bare).span(0, match.end()).end
            printed = line.bare[:length]
            if is_capitals(printed) or (match.end() == len(folded) and printed[0].isupper() and last >= 0):
                candidates.append((i, match.group(), length))
        later = [c for c in candidates if left[c[0]].row > last]
        if not candidates:
            return None
        i, name, length = later[0] if later else candidates[0]
        self.head.kind = Found(name, Span(left[i].start, left[i].start + length))
        self.landmarks.append(left[i].row)
        rest = left[i].bare[length:].strip(" :.-–*_")
        if rest:
            at = left[i].end - len(left[i].bare) + left[i].bare.index(rest, length)
            self._keep_title(at, at + len(rest))
        return i

    def _subject(self, left: list[Line]) -> int:
        """Keep the subject of a công văn; return the index of the first line after it."""
        known = bool(self.landmarks) or any(self.rules["head.addressees"].match(fold_text(x.bare)) for x in left)
        for i, line in enumerate(left):
            folded = fold_text(line.bare)
            if self.rules["head.addressees"].match(folded):
                return i
            match = self.rules["head.subject"].match(folded) if known else None
            if match:
                self.head.is_letter = True
                self.landmarks.append(line.row)
                if match.group("title"):
                    self._keep_title(line.start + fold(line.bare).source(match.start("title")), line.end)
                return self._title(left, i, line.column)
        return 0

    def _title(self, left: list[Line], at: int, column: int | None) -> int:
        """Take the lines of the title that follow line ``at``; return the index of the first line after them.

        ``column`` is given for a subject in the left column beside the date: only lines of that column go on with it.
        """
        i = at + 1
        while i < len(left) and self._goes_on(left, at, i, column):
            self._keep_title(left[i].start, left[i].end)
            self.landmarks.append(left[i].row)
            i += 1
        return i

    def _goes_on(self, left: list[Line], at: int, i: int, column: int | None) -> bool:
        line, before = left[i], left[i - 1]
        folded, first = fold_text(line.bare), i == at + 1 and self.head.title is None
        if (
            self.rules["head.addressees"].match(folded)
            or self.rules["head.section"].match(folded)
            or self.rules["part.attached"].match(folded)
        ):
            return False
        if not first and any(_RULING.fullmatch(self.text, row.start, row.end) for row in self.rows[before.row + 1 : line.row]):
            return False  # a ruling closes the title
        if self.rules["head.enacting"].match(folded) or (line.column != (column or 0) and column is not None):
            return False
        gap = line.gap or line.row > before.row + (1 if not line.gap else 2)
        if column is not None:  # a subject in the left column: it ends where the column does
            return not gap and len(line.bare) < 120 and not before.bare.endswith((".", ":"))
        if first:
            return not self.rules["head.basis"].match(folded) or is_capitals(line.bare) or self._titles_basis(line, bool(gap))
        if self._is_authority(left, i, gap):
            return False
        if before.bare.endswith((".", ";")) or len(line.bare) > LONG_LINE:
            return False
        if gap:
            return bool(
                len(line.bare) < 160
                and not self.rules["head.situation"].match(folded)
                and self.words.title_link.match(folded)
                and not line.bare.endswith(ENDS)
            ) and (is_capitals(line.bare) == is_capitals(before.bare) or line.bare[0].islower() or line.bare[0] == "(")
        if is_capitals(line.bare):
            return True
        if line.bare[0].islower() or self.words.dangling.search(fold_text(before.bare)):
            return True
        return not is_capitals(before.bare) and not self.words.opener.match(folded) and not line.bare.endswith(ENDS)

    def _titles_basis(self, line: Line, gap: bool) -> bool:
        """Whether a line right under the kind that begins like a legal basis is the title: "thực hiện Nghị quyết số …"."""
        if gap or line.bare.endswith(ENDS):
            return False
        below = self.rows[line.row + 1] if line.row + 1 < len(self.rows) else None
        return line.bare[0].islower() or (below is not None and _RULING.fullmatch(self.text, below.start, below.end) is not None)

    def _is_authority(self, left: list[Line], i: int, gap: bool) -> bool:
        """Whether line ``i`` names who enacts ("CHÍNH PHỦ" above "Căn cứ …") rather than goes on with the title."""
        line = left[i]
        if not (is_capitals(line.bare) and self.rules["head.authority"].match(fold_text(line.bare))):
            return False
        if self.words.dangling.search(fold_text(left[i - 1].bare)) and not gap:
            return False
        following = [fold_text(row.bare) for row in self.rows[line.row + 1 : line.row + 6] if not row.empty]
        return gap or line.bold or any(self.rules["head.basis"].match(f) for f in following[:3])

    def _keep_title(self, start: int, end: int) -> None:
        span = Span(self.head.title.span.start if self.head.title else start, end)
        self.head.title_lines.append(self.text[start:end])
        self.head.title = Found(" ".join(self.head.title_lines), span)

    def _long_title(self) -> None:
        """Part a title that also says organ and number, where no letterhead does."""
        head = self.head
        if head.title is None or head.number is not None:
            return
        view = fold(self.text, *head.title.span)
        match = self.rules["head.long_title"].match(view.text)
        if match is None or not match.group("title"):
            return
        spans = {name: view.span(*match.span(name)) for name in ("organ", "number", "title")}
        head.organ = Found(" ".join(spans["organ"].cut(self.text).split()), spans["organ"])
        head.number = Found(spans["number"].cut(self.text), spans["number"])
        head.title = Found(" ".join(spans["title"].cut(self.text).split()), spans["title"])
        head.title_lines = [head.title.words]
        date = self.rules["head.date"].search(view.text)
        value = _iso(date) if date else None
        if head.issued_on is None and date and value:
            head.issued_on = Found(value, view.span(*date.span()))

    def _addressees(self, left: list[Line], at: int) -> int:
        """Take the lists after "Kính gửi" (and "Đồng kính gửi") from line ``at`` on; return the index of the first line after them."""
        rule = self.rules["head.addressees"]
        start = next((i for i in range(at, len(left)) if rule.match(fold_text(left[i].bare))), None)
        if start is None:
            return at
        row = left[start].row
        wide = list(columns(self.text, self.rows, row, min(len(self.rows), row + ZONE_ROWS)))
        i = next((k for k, line in enumerate(wide) if line.start >= left[start].start), 0)
        while i < len(wide):
            match = rule.match(fold_text(wide[i].bare))
            if match is None:
                break
            items: list[Line] = []
            inline = wide[i].bare[match.end() :].strip() if not wide[i].bare.endswith(":") else ""
            if inline:
                at_ = wide[i].end - len(inline)
                items.append(replace(wide[i], start=at_, bare=inline))
            self.landmarks.append(wide[i].row)
            i += 1
            while i < len(wide) and not rule.match(fold_text(wide[i].bare)) and self._lists(items, wide, i):
                items.append(wide[i])
                self.landmarks.append(wide[i].row)
                i += 1
            self.head.addressee_lines.append((bool(match.groupdict().get("also")), items))
        return len(left)

    def _lists(self, items: list[Line], wide: list[Line], i: int) -> bool:
        """Whether line ``i`` goes on with the list of addressees ``items``."""
        line, folded = wide[i], fold_text(wide[i].bare)
        dashed = line.bare[0] in _DASHES and not line.bare[1:2].isdigit()
        if not items:
            return (len(line.bare) < LONG_LINE and not self.words.opener.match(folded)) or dashed
        last = items[-1].bare.rstrip()
        any_dash = any(x.bare[0] in _DASHES for x in items)
        if dashed:
            return any_dash or not line.gap or last.endswith((";", ","))
        if self.rules["head.section"].match(folded):
            return False
        if last.endswith("."):
            return False
        if self.rules["head.basis"].match(folded):
            return False
        if last.endswith((";", ",")):
            return not (line.gap and any_dash and not line.bare[0].islower()) and len(line.bare) < LONG_LINE
        if line.gap:
            return bool(line.bare[0].islower() and not line.bare.endswith(":")) and len(line.bare) < 120
        return line.bare[0].islower() or (not self.words.opener.match(folded) and len(last) > 45 and len(line.bare) < 120)

    def _organs(self, left: list[Line]) -> None:
        """Keep the lines of the letterhead that name the issuer and the organ above it."""
        stops = [i for i, x in enumerate(left) if self.head.kind and self.head.kind.span.start == x.start]
        stops += [
            i for i, x in enumerate(left) if self.head.title and self.head.title.span.start <= x.end and x.end <= self.head.title.span.end
        ]
        stops += [i for i, x in enumerate(left) if self.rules["head.addressees"].match(fold_text(x.bare))]
        number = self.head.number.span if self.head.number else self.head.blank_number
        last = max(self.landmarks)
        for line in left[: min(stops, default=len(left))]:
            folded = fold_text(line.bare)
            if line.row > last or folded in ("việt nam", "chủ nghĩa việt nam", "hạnh phúc"):
                continue
            begins = self.words.organ_head.match(folded)
            if number and line.start > number.end and not (begins and is_capitals(line.bare)):
                continue
            wraps = self.head.organ_lines and line.row == self.head.organ_lines[-1].row + 1 and not line.gap
            named = is_capitals(line.bare) or begins or wraps
            if named and len(line.bare) < 120 and not line.bare.endswith((".", ";", ":")):
                self.head.organ_lines.append(line)

    def _end(self) -> None:
        """Put ``end`` after the last line of the head, the line of who enacts and "QUYẾT ĐỊNH:" included."""
        row = max(self.landmarks) + 1
        while row < len(self.rows):
            bare = self.rows[row].bare
            if self.rows[row].empty:
                row += 1
                continue
            folded = fold_text(bare)
            named = len(bare) < 120 and is_capitals(bare) and not self.rules["head.section"].match(folded)
            if named and (
                self.rules["head.authority"].match(folded) or self.rules["head.enacting"].match(folded) or self._wraps_authority(row)
            ):
                row += 1
                continue
            break
        self.head.end = row

    def _wraps_authority(self, row: int) -> bool:
        """Whether ``row`` goes on with the name of who enacts in the row above ("CHỦ TỊCH ỦY BAN" ⏎ "NHÂN DÂN TỈNH")."""
        above = self.rows[row - 1]
        return row > max(self.landmarks) + 1 and not above.empty and is_capitals(above.bare)


def _iso(match: re.Match[str]) -> str | None:
    """Return the date of a "head.date" match: YYYY-MM-DD, or YYYY-MM / YYYY where the rest is blank; None without a year."""
    day, month, year = (match.group(g) or match.group(f"{g}2") or "" for g in ("day", "month", "year"))
    if not re.fullmatch(r"\d{4}", year.strip()):
        return None
    if not month.strip().isdigit() or not 1 <= int(month) <= 12:
        return year.strip()
    if not day.strip().isdigit() or not 1 <= int(day) <= 31:
        return f"{year.strip()}-{int(month):02}"
    return f"{year.strip()}-{int(month):02}-{int(day):02}"


def read_letterhead(text: str, rows: list[Row], words: HeadWords, first: int = 0) -> Letterhead:
    """Return what a head that begins at row ``first`` prints (Điều 8, Nghị định 30/2020/NĐ-CP); where there is none, an empty one."""
    return _Reader(text, rows, first, words).read()

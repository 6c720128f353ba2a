"""Which rows of a directive are no body: feet, heads of attached parts, enacting lines, page and web furniture, footnotes."""

import re
from dataclasses import dataclass, field

from pipeline.outline.foot import Foot, is_post, opens_signature, read_foot
from pipeline.outline.head_letterhead import read_letterhead
from pipeline.outline.head_lines import Row, is_capitals
from pipeline.outline.head_words import HeadWords
from pipeline.text import fold_text

_FOOTNOTE = re.compile(r"\[(\d{1,3})\]\s*[^\W\d_]")
_LONE_NOTE = re.compile(r"\[\d{1,3}\]")
_TITLE_ROWS = 25  # the longest title block of an attached part
_TITLE_LINE = 220
_PAGE = range(800, 8000)  # characters between two page numbers
_CENTRED = 20  # blanks before a number printed in the middle of its line
_SCRAP = 300  # characters: what is left behind the last foot and shorter is of the page


@dataclass
class Regions:
    """Rows that are no body (``out``), and the feet in order."""

    out: set[int] = field(default_factory=set)
    feet: list[Foot] = field(default_factory=list)


class _Scan:
    def __init__(self, text: str, rows: list[Row], first: int, words: HeadWords) -> None:
        self.text, self.rows, self.first, self.words = text, rows, first, words
        self.found = Regions(set(range(first)))
        self.barren = 0  # before this row a post in capitals has already been found to open no foot
        self.parts: list[int] = []  # rows at which an attached part begins
        self.numbers: list[tuple[int, int]] = []  # row and value of what may be a page number
        self.notes: list[int] = []  # rows that may begin a footnote

    def scan(self) -> Regions:
        row = self.first
        while row < len(self.rows):
            bare = self.rows[row].bare
            row = self._at(row, bare) if bare else row + 1
        self._page_numbers()
        self._footnotes()
        self._tail()
        return self.found

    def _at(self, row: int, bare: str) -> int:
        """Look at ``row``; return the row to look at next."""
        rules, c = self.words.rules, bare[0]
        if c.islower() or (len(bare) > 400 and c != "N"):
            return row + 1
        if c in "[(":
            if c == "[" and (
                _FOOTNOTE.match(bare) or (_LONE_NOTE.fullmatch(bare) and row + 1 < len(self.rows) and not self.rows[row + 1].empty)
            ):
                self.notes.append(row)
            elif rules["part.attached"].match(fold_text(bare[:80])):
                return self._attached(row)
            elif rules["page.gazette"].match(fold_text(bare)):
                self.found.out.add(row)
            return row + 1
        if len(bare) < 12 and rules["page.number"].match(fold_text(bare)):
            self._number(row, bare)
            return row + 1
        if not c.isupper():
            return row + 1
        folded_start = fold_text(bare[:16])
        if folded_start.startswith(("nơi nhận", "nới nhận")) or is_capitals(bare):
            return self._capitals(row, bare, fold_text(bare))
        if folded_start.startswith(("phụ lục", "phụ biểu", "biểu mẫu", "mẫu số", "biểu số")):
            match = rules["part.appendix"].match(fold_text(bare))
            if match and len(bare) < 20 and not bare.endswith((":", ";", ".")):
                return self._appendix(row)
        elif folded_start.startswith(("kèm theo", "ban hành", "đính kèm")) and rules["part.attached"].match(fold_text(bare[:80])):
            return self._attached(row) if len(bare) < 250 and self._under_capitals(row) else row + 1
        elif folded_start.startswith("công báo"):
            return self._capitals(row, bare, fold_text(bare))
        elif folded_start.startswith(("ký bởi", "ngày ký", "cơ quan:", "cơ quan :", "thời gian")) and rules["page.gazette"].match(
            fold_text(bare)
        ):
            self.found.out.add(row)
        return row + 1

    def _capitals(self, row: int, bare: str, folded: str) -> int:
        rules, words = self.words.rules, self.words
        listed = rules["foot.recipients"].match(folded) is not None
        if listed or (row >= self.barren and (opens_signature(bare, words) or is_post(bare, words))):
            foot = read_foot(self.text, self.rows, row, len(self.rows), words)
            if foot is not None:
                self.found.feet.append(foot)
                self.found.out.update(range(row, foot.end))
                return self._after_foot(foot.end)
            self.barren = row + 8
        if rules["page.gazette"].match(folded):
            self.found.out.add(row)
            for near in (row - 1, row + 1, row + 2):
                if 0 <= near < len(self.rows) and self.rows[near].bare.isdigit():
                    self.found.out.add(near)
            return row + 1
        if rules["head.enacting"].match(folded):
            self.found.out.add(row)
        elif rules["part.appendix"].match(folded):
            return self._appendix(row)
        elif rules["head.motto"].search(folded) and len(bare) < 160:
            return self._letterhead(row)
        return row + 1

    def _letterhead(self, row: int) -> int:
        """Take the repeated letterhead around the motto at ``row``."""
        top = row
        while (
            top > self.first
            and row - top < 8
            and (self.rows[top - 1].empty or is_capitals(self.rows[top - 1].bare))
            and top - 1 not in self.found.out
        ):
            top -= 1
        end = read_letterhead(self.text, self.rows, self.words, top).end
        self.found.out.update(range(top, max(end, row + 1)))
        self.parts.append(top)
        return max(end, row + 1)

    def _after_foot(self, row: int) -> int:
        """Take the head of a part that follows a foot ("QUY CHẾ …", "KẾ HOẠCH …"); return the row to go on at."""
        while row < len(self.rows) and self.rows[row].empty:
            row += 1
        if row == len(self.rows) or not is_capitals(self.rows[row].bare):
            return row
        folded = fold_text(self.rows[row].bare)
        if self.words.rules["part.appendix"].match(folded) or not (
            self.words.kind_title.match(folded) or self.words.organ_head.match(folded)
        ):
            return row
        head = read_letterhead(self.text, self.rows, self.words, row)
        if head.end > row and head.start <= row and head.kind is not None:
            self.found.out.update(range(row, head.end))
            self.parts.append(row)
            return head.end
        return row

    def _appendix(self, row: int) -> int:
        """Take "PHỤ LỤC I" and the lines of its title in capitals below."""
        end = row + 1
        while end < len(self.rows) and end - row < _TITLE_ROWS:
            bare = self.rows[end].bare
            if (self.rows[end].empty and "|" not in self.text[self.rows[end].start : self.rows[end].end]) or (
                bare and is_capitals(bare) and len(bare) < 2 * _TITLE_LINE and not self.words.rules["head.section"].match(fold_text(bare))
            ):
                end += 1
            else:
                break
        while end > row + 1 and self.rows[end - 1].empty:
            end -= 1
        self.found.out.update(range(row, end))
        self.parts.append(row)
        return end

    def _under_capitals(self, row: int) -> bool:
        above = next((r.bare for r in reversed(self.rows[max(0, row - 4) : row]) if not r.empty), "")
        return is_capitals(above)

    def _attached(self, row: int) -> int:
        """Take the title block that "(Kèm theo Quyết định số …)" at ``row`` closes, if it does; return the row to look at next."""
        end = row + 1
        if self.rows[row].bare[0] == "(":
            depth = self.rows[row].bare.count("(") - self.rows[row].bare.count(")")
            while depth > 0 and end < min(len(self.rows), row + 6) and not self.rows[end].empty:
                depth += self.rows[end].bare.count("(") - self.rows[end].bare.count(")")
                end += 1
            if depth > 0:
                end = row + 1
        top = at = row
        while at > self.first and row - at < _TITLE_ROWS:
            above = self.rows[at - 1]
            if not above.empty and at - 1 not in self.found.out and not self._titles(above.bare):
                break
            at -= 1
            if not above.empty and (is_capitals(above.bare) or self.words.rules["part.appendix"].match(fold_text(above.bare))):
                top = at
        if top == row:  # a note in the text ("(Kèm theo Báo cáo số …)"), no title
            return row + 1
        self.found.out.update(range(top, end))
        self.parts.append(top)
        return end

    def _titles(self, bare: str) -> bool:
        """Whether ``bare`` may be a line of a title: short, no item of a list, no end of a sentence."""
        if len(bare) > (2 * _TITLE_LINE if is_capitals(bare) else _TITLE_LINE) or (
            bare.endswith((".", ";", ":", ",")) and not is_capitals(bare)
        ):
            return False
        return not self.words.rules["head.section"].match(fold_text(bare))

    def _number(self, row: int, bare: str) -> None:
        for near in (row - 1, row + 1):
            if 0 <= near < len(self.rows) and "|" in self.text[self.rows[near].start : self.rows[near].end]:
                return
        digits = re.search(r"\d+", bare)
        if digits:
            self.numbers.append((row, int(digits.group())))

    def _page_numbers(self) -> None:
        """Take lone numbers that count pages: one more a page further on, or one that cuts a sentence."""
        for i, (row, value) in enumerate(self.numbers):
            here = self.rows[row].start
            chained = self._is_apart(row) and any(
                other - value in (1, -1) and (self.rows[r].start - here) * (other - value) in _PAGE and self._is_apart(r)
                for r, other in self.numbers[max(0, i - 3) : i + 4]
            )
            if chained or self._cuts_sentence(row) or self._turns_page(i):
                self.found.out.add(row)

    def _turns_page(self, i: int) -> bool:
        """Whether a number stands alone between empty lines about where the page before it would end: "2" after a page of text."""
        row, value = self.numbers[i]
        here = self.rows[row].start
        around = [self.rows[r] for r in (row - 1, row + 1) if 0 <= r < len(self.rows)]
        near = (self.rows[r].start for j, (r, _) in enumerate(self.numbers) if j != i)
        apart = all(r.empty for r in around)
        if apart and len(self.text[here : self.rows[row].end]) - len(self.text[here : self.rows[row].end].lstrip()) >= _CENTRED:
            return True
        alone = (apart or self._stands_on_item(row)) and all(abs(here - other) >= _PAGE.start for other in near)
        return alone and value > 1 and here // (value - 1) in _PAGE

    def _stands_on_item(self, row: int) -> bool:
        """Whether an empty row stands before ``row``, the end of a sentence before that, and right behind it an item of a list."""
        if row < 2 or row + 1 >= len(self.rows) or not self.rows[row - 1].empty:
            return False
        below, above = self.rows[row + 1].bare, next((r.bare for r in reversed(self.rows[max(0, row - 4) : row]) if not r.empty), "")
        return above.endswith((".", ";", ":")) and self.words.rules["head.section"].match(fold_text(below[:20])) is not None

    def _is_apart(self, row: int) -> bool:
        around = [self.rows[r] for r in (row - 1, row + 1) if 0 <= r < len(self.rows)]
        return any(r.empty for r in around) or "\f" in self.text[max(0, self.rows[row].start - 1) : self.rows[row].end]

    def _cuts_sentence(self, row: int) -> bool:
        before = next((r.bare for r in reversed(self.rows[max(0, row - 4) : row]) if not r.empty), "")
        after = next((r.bare for r in self.rows[row + 1 : row + 5] if not r.empty), "")
        return len(before) > 40 and len(after) > 40 and (before[-1].isalnum() or before[-1] == ",") and after[0].islower()

    def _footnotes(self) -> None:
        """Take "[1] …" paragraphs: behind a foot, or behind everything, to the next part or the end; elsewhere to the next gap."""
        ends = sorted({*self.parts, *(f.first for f in self.found.feet), len(self.rows)})
        last_foot = max((f.end for f in self.found.feet), default=0)
        after_foot = [f.end for f in self.found.feet]
        for row in self.notes:
            if row in self.found.out:
                continue
            end = next(e for e in ends if e > row)
            since = max((e for e in after_foot if e <= row), default=None)
            closes = since is not None and not any(r not in self.found.out and not self.rows[r].empty for r in range(since, row))
            if closes or (row >= last_foot and end == len(self.rows) and self._only_notes(row, end)):
                self.found.out.update(range(row, end))
            elif self.rows[row - 1].empty if row else True:
                while row < end and not self.rows[row].empty:
                    self.found.out.add(row)
                    row += 1

    def _only_notes(self, row: int, end: int) -> bool:
        """Whether no item of a list and no heading stands between ``row`` and ``end``."""
        section = self.words.rules["head.section"]
        return not any(not r.empty and not r.bare.startswith("[") and section.match(fold_text(r.bare[:20])) for r in self.rows[row:end])

    def _tail(self) -> None:
        """Take what a web page or an archive has put behind the last foot, unless another part begins there."""
        if not self.found.feet:
            return
        start = self.found.feet[-1].end
        left = [r for r in range(start, len(self.rows)) if r not in self.found.out and not self.rows[r].empty]
        tail = next((r for r in left if len(self.rows[r].bare) < 120 and self.words.page_tail.match(fold_text(self.rows[r].bare))), None)
        if tail is not None and not any(p >= start for p in self.parts):
            self.found.out.update(range(tail, len(self.rows)))
            left = [r for r in left if r < tail]
        is_short = sum(len(self.rows[r].bare) for r in left) < _SCRAP and not any(p >= start for p in self.parts)
        if is_short and not any(self.words.rules["head.section"].match(fold_text(self.rows[r].bare)) for r in left):
            self.found.out.update(left)


def read_regions(text: str, rows: list[Row], first: int, words: HeadWords) -> Regions:
    """Return which of ``rows`` hold no clause (all before ``first`` included), and the feet. What is not clearly otherwise is body."""
    return _Scan(text, rows, first, words).scan()

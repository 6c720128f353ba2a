"""Lists whose members share a head noun, or the words before the names of places."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.text import TextView
from pipeline.units.names import Names

_ROMAN = "ivx"
_NUMERAL = re.compile("[IVX]+")
_SERIES = re.compile(r" [IVX]+(?:(?:, |,? và )[IVX]+)+(?!\w)")
_SERIES_LONGEST = 40  # code points of a series of numbers
_MANY = re.compile(r" các (?P<n>bộ|sở|phòng|ban)(?=:| )")  # of what "Giám đốc các Sở Nội vụ, Y tế" are the heads
LIST_STEP = re.compile(r",? và |, |; |,? cùng ")


class UnitPhrase(NamedTuple):
    """A unit named at ``view.text[start:end]``.

    ``name`` is as printed, with the head noun given back in a list ("Phòng Nội vụ, Y tế" → "Phòng Y tế"). ``weak``: a bare common
    noun ("địa phương", "giáo viên") that is a unit only where the sentence makes it one.
    """

    start: int
    end: int
    name: str
    kind: str
    weak: bool = False


class Lists(Names):
    """Members of lists in a view. Every method takes and returns positions in the view."""

    def _after_colon(self, view: TextView, match: re.Match[str]) -> Iterator[UnitPhrase]:
        """The members of "các phòng: Nội vụ, Y tế, …" or "các Tập đoàn: Điện lực Việt Nam, …", the head noun given back."""
        noun = match.group("n")
        head = self.words.heads.get(noun)
        if match.group("q") and head and head.tail in ("field", "name") and view.text.startswith(": ", match.end()):
            title = noun[:1].upper() + noun[1:]
            at = match.end() + 2
            named = self._fields_from(view, at, title, colon=True) if head.tail == "field" else self._names_from(view, at, title)
            for number, member in enumerate(named):
                yield member if number else member._replace(start=match.start())  # the words before the colon are the list's own

    def _fields_from(self, view: TextView, at: int, head: str, *, colon: bool = False) -> Iterator[UnitPhrase]:
        """The members of a list of fields of government from ``at``; behind a ``colon`` other words of the register name offices too."""
        while view.cased[at : at + 1].isupper():
            field = self.words.field.match(view.text, at)
            organ = self.words.candidate.match(view.text, at)
            if organ and organ.group("n") in self.words.heads and not head.lower().endswith("bộ"):
                beside = LIST_STEP.match(view.text, organ.end()) if colon else None
                if beside is None:
                    return  # "Sở Y tế và Công an tỉnh": an organ of its own
                yield UnitPhrase(at, organ.end(), view.cased[at : organ.end()], "organ")  # "các phòng: Tổng hợp, Thanh tra, Pháp chế"
                at = beside.end()
                continue
            if field is None and not (colon and self.words.name_word.match(view.text, at)):
                return
            end = self.placed(view, field.end() if field else self.run(view, at))
            if end <= at:
                return
            yield UnitPhrase(at, end, f"{head} {view.cased[at:end]}", "department")
            step = LIST_STEP.match(view.text, end)
            if step is None:
                return
            at = step.end()

    def _names_from(self, view: TextView, at: int, head: str) -> Iterator[UnitPhrase]:
        begin = at
        while view.cased[at : at + 1].isupper():
            noun = self.words.noun.match(view.text, at) or self.words.candidate.match(view.text, at)
            if (self.starts_unit(view, at) and not (noun and noun.group() in self.words.weak_alone)) or self._acts_at(view, at):
                return
            end = self.placed(view, self.run(view, at))
            if end <= at:
                return
            step = LIST_STEP.match(view.text, end)
            if at == begin and step is None and view.text.startswith(" ", end) and view.cased[end + 1 : end + 2].islower():
                return  # "Các chi bộ: Sinh hoạt chi bộ trước ngày 10": a sentence, no list
            yield UnitPhrase(at, end, f"{head} {view.cased[at:end]}", "organ")
            if step is None:
                return
            at = step.end()

    def _acts_at(self, view: TextView, at: int) -> bool:
        """Whether an order begins at ``at``, where a name could: "các Trung tâm Y tế: Tăng cường giám sát …"."""
        verb, known = self.words.verb.match(view.text, at), self.words.name_word.match(view.text, at)
        if verb is None or (known is not None and known.end() > verb.end()):
            return False  # "các trạm: Khuyến nông, Bảo vệ thực vật"
        return view.text.startswith(" ", verb.end()) and not view.cased[verb.end() + 1 : verb.end() + 2].isupper()

    def _places_from(self, view: TextView, phrase: UnitPhrase) -> Iterator[UnitPhrase]:
        """The members of "UBND các huyện Sơn Động, Lục Ngạn" or "UBND các xã: A, B", each with what stands before the names."""
        words = view.text[phrase.start : phrase.end]
        if "các" not in words and "những" not in words and words.replace(" ", "").isalpha():
            return
        found = list(self.words.several.finditer(view.text, phrase.start, phrase.end + 1))
        if not found:
            return
        match = found[-1]
        behind = match.end("noun")
        if behind == phrase.end and view.text.startswith(": ", behind):
            at = behind + 2
        elif behind < phrase.end and self.proper(view, behind) == phrase.end:
            at = behind + 1
        else:
            return
        head = view.cased[phrase.start : match.start()] + match.group("noun")
        members = list(self._named_after(view, at, head, phrase.kind))
        if len(members) > 1:
            yield members[0]._replace(start=phrase.start)
            yield from members[1:]

    def _posts_from(self, view: TextView, phrase: UnitPhrase) -> list[UnitPhrase]:
        """The members of "Bộ trưởng các Bộ: Y tế, Nội vụ" or "Giám đốc các Sở Tài chính, Y tế", each with its post."""
        many = _MANY.search(view.text, phrase.start, phrase.end + 1)
        if many is None:
            return []
        head = f"{view.cased[phrase.start : many.start()]} {many.group('n').capitalize()}"
        colon = view.text.startswith(": ", many.end("n"))
        named = [unit._replace(kind="post") for unit in self._fields_from(view, many.end("n") + (2 if colon else 1), head, colon=colon)]
        return [named[0]._replace(start=phrase.start), *named[1:]] if len(named) > 1 else []

    def _beside(self, view: TextView, match: re.Match[str], last: UnitPhrase) -> list[UnitPhrase]:
        """The everyday word ``match`` as a unit, where it stands in one list with the unit ``last``: "lực lượng thú y, công an"."""
        noun = match.group("n")
        if noun not in self.words.beside or match.group("q") or not LIST_STEP.fullmatch(view.text, last.end, match.start()):
            return []
        if view.cased[last.start].isupper() and view.cased[match.start()].islower() and not last.weak and last.kind != "collective":
            return []  # "Bộ Công Thương, quản lý thị trường …": what it does
        end = self.placed(view, match.end())
        weak = end == match.end() and view.cased[match.start()].islower()
        return [UnitPhrase(match.start(), end, view.cased[match.start() : end], "organ", weak)]

    def _numbered(self, view: TextView, phrase: UnitPhrase, match: re.Match[str]) -> Iterator[UnitPhrase]:
        """The members of "các Khu Quản lý đường bộ II, III", which only their numbers tell apart."""
        if view.text[phrase.end - 1] not in _ROMAN:
            return
        series = _SERIES.search(view.cased, match.end(), phrase.end + _SERIES_LONGEST)
        if series is None or not series.start() < phrase.end <= series.end():
            return
        name = view.cased[match.start("n") : series.start()]
        for number in _NUMERAL.finditer(view.cased, series.start(), series.end()):
            title = f"{name[:1].upper()}{name[1:]} {number.group()}"
            yield UnitPhrase(phrase.start if number.start() == series.start() + 1 else number.start(), number.end(), title, phrase.kind)

    def _places_beside(self, view: TextView, last: UnitPhrase, before: int) -> Iterator[UnitPhrase]:
        """Further places behind "…, huyện Hiệp Hòa, Yên Dũng": a second kind of place in a list holds until the next one."""
        noun = self.words.place.match(view.text, last.start)
        joint = LIST_STEP.match(view.text, last.end)
        if noun is None or joint is None or noun.end() >= last.end or LIST_STEP.fullmatch(view.text, before, last.start) is None:
            return
        yield from self._named_after(view, joint.end(), view.cased[noun.start() : noun.end()], "territory")

    def _named_after(self, view: TextView, at: int, head: str, kind: str) -> Iterator[UnitPhrase]:
        """The proper names of a list that begins at ``at``, each behind ``head``."""
        text = view.text
        while text.startswith(" ", at - 1) and not view.cased[at : at + 1].islower():
            if self._orders(view, at) or self._acts_at(view, at) or self.parts(view, at):
                return
            end = self.proper(view, at - 1)
            if end < at:
                return
            yield UnitPhrase(at, end, f"{head} {view.cased[at:end]}", kind)
            step = LIST_STEP.match(text, end)
            if step is None:
                return
            at = step.end()

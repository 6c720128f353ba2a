"""Names in a list that share what stands before the first of them: "UBND xã Tân Hưng, Bình Minh", "Trường THPT Lê Lợi, Nguyễn Huệ"."""

import re
from collections.abc import Iterator

from pipeline.text import TextView
from pipeline.units.lists import Lists, UnitPhrase
from pipeline.units.vocabulary import WORD

_STEP = re.compile(r", |,? và ")
_ASSOCIATION = "hội "


class SharedHeads(Lists):
    """Members of lists whose head is not plural. Every method takes and returns positions in the view."""

    def _sharing(self, view: TextView, phrase: UnitPhrase, match: re.Match[str]) -> Iterator[UnitPhrase]:
        """The further members of a list that ``phrase``, whose head noun ``match`` found, begins."""
        text, step = view.text, _STEP.match(view.text, phrase.end)
        if step is None or (phrase.weak and phrase.kind != "territory"):
            return
        at = step.end()
        organ = self.words.candidate.match(text, at)
        if (organ and organ.group("n") in self.words.never_places and self.starts_unit(view, at)) or self.words.levels.match(text, at - 1):
            return
        if not (view.cased[at : at + 1].isupper() or (text[at : at + 1].isdigit() and text[phrase.end - 1].isdigit())):
            return
        if self.words.associations.match(text, at) and match.group("n").startswith(_ASSOCIATION) and phrase.end == match.end():
            yield from self._associations(view, at)
        elif match.group("n") in self.words.said_once and not match.group("q"):
            yield from self._said_once(view, at, view.cased[match.start() : match.end()])
        elif not self.words.papers.match(text, at) and (head := self._head_of(view, phrase, match)):
            placed = head.endswith(self.words.place_ends)
            for member in self._named_after(view, at, head, phrase.kind):
                if not placed and self.starts_unit(view, member.start):
                    return  # "Hội đồng Đội, Hội LHTN huyện"
                yield member

    def _said_once(self, view: TextView, at: int, head: str) -> Iterator[UnitPhrase]:
        """The names of a list that begins at ``at``, each behind ``head``, whatever register knows them."""
        text = view.text
        while view.cased[at : at + 1].isupper() and not self.starts_unit(view, at):
            person, verb, word = self.words.candidate.match(text, at), self.words.verb.match(text, at), WORD.match(text, at)
            if person and person.group("n") in self.words.heads and self.words.heads[person.group("n")].tail == "person":
                return
            if verb and word and self._acts_at(view, at) and self._whole_word(view, word, upper=True) <= verb.end():
                return  # "Tổ chức thực hiện", but not "Xét nghiệm"
            known = self.words.name_word.match(text, at)
            end = self.run(view, at)
            joint = _STEP.search(text, known.end() if known else at, end)  # "… và chống độc" is part of a name, " và Xét nghiệm" is none
            end = joint.start() if joint else end
            if end <= at:
                return
            yield UnitPhrase(at, end, f"{head} {view.cased[at:end]}", "organ")
            step = _STEP.match(text, end)
            if step is None:
                return
            at = step.end()

    def _associations(self, view: TextView, at: int) -> Iterator[UnitPhrase]:
        while view.cased[at].isupper() and (name := self.words.associations.match(view.text, at)):
            end = self.placed(view, name.end())
            yield UnitPhrase(at, end, f"Hội {view.cased[at:end]}", "organ")
            step = _STEP.match(view.text, end)
            if step is None or step.end() >= len(view.text):
                return
            at = step.end()

    def _head_of(self, view: TextView, phrase: UnitPhrase, match: re.Match[str]) -> str:
        """Return what stands before the proper name that ends ``phrase``, "" where it ends with none."""
        text, cased, end = view.text, view.cased, phrase.end
        places = [place for place in self.words.place.finditer(text, match.start("n"), end) if text.startswith(" ", place.end())]
        places = [place for place in places if not text[max(0, place.start() - 1) : place.start()].isalnum()]
        if places and places[-1].group() in self.words.regions:
            return ""  # "các tỉnh khu vực Bắc Bộ và Thanh Hóa"
        if places:
            behind = places[-1].end()
            return cased[phrase.start : behind] if behind < end and self._proper_words(view, behind, end) else ""
        if phrase.kind not in ("organ", "collective"):
            return ""
        behind = match.end()
        while (known := self.words.levels.match(text, behind) or self.words.name_word.match(text, behind + 1)) and known.end() <= end:
            behind = known.end()
        if behind >= end or not self._proper_words(view, behind, end):
            return ""
        return cased[match.start("n")].upper() + cased[match.start("n") + 1 : behind]

    def _proper_words(self, view: TextView, at: int, end: int) -> bool:
        """Whether nothing but capitalised words and numbers stands from ``at`` to ``end``."""
        return all(view.cased[word.start()].isupper() or word.group().isdigit() for word in WORD.finditer(view.text, at, end))

"""Where the name behind a head noun ends: capitalised words, territory, rank."""

import re
from functools import lru_cache

from pipeline.nlp import noun_phrase_end, tag
from pipeline.text import TextView
from pipeline.units.vocabulary import WORD, Vocabulary

_NAME_STEP = re.compile(r" - | và | & |-| ")
_NAME_JOINT = re.compile(r", | và | & ")
_OF_CENTRE = " trực thuộc trung ương"


@lru_cache(maxsize=4096)
def _joins(pair: str, window: str) -> bool:
    """Return whether ``pair`` ("Khuyến học") is one word at the start of ``window``, as the word segmenter reads it."""
    words = tag(window)
    return bool(words) and words[0].end >= len(pair)


class Names:
    """Ends of names in a view. Every method takes and returns positions in the view; no name there: the position it was given."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    def starts_unit(self, view: TextView, at: int) -> bool:
        """Return whether another unit begins at ``at``."""
        words = self.words
        match = words.candidate.match(view.text, at)
        if match is None:
            return False
        noun = match.group("n")
        head = words.heads.get(noun)
        if head is None or head.kind == "generic":
            return match.group("q") is not None
        if head.tail in ("none", "territory"):
            return True
        behind = match.end() + 1
        capital = view.cased[behind : behind + 1].isupper()
        if head.tail == "field":
            return words.field.match(view.text, behind) is not None or (capital and head.kind != "sector")
        return noun not in words.common or capital or (words.territory.match(view.text, match.end()) is not None)

    def run(self, view: TextView, at: int, *, small: bool = False) -> int:
        """Return the end of the capitalised name that begins at ``at`` (its first letter, or the space before it).

        ``small``: words of the register open the name in small letters too ("Trung tâm y tế").
        """
        words, text, cased = self.words, view.text, view.cased
        i = end = at
        if text.startswith(" ", i):
            i += 3 if text.startswith(" - ", i) and words.name_word.match(text, i + 3) else 1
        for count in range(12):
            word = WORD.match(text, i)
            if word is None:
                break
            known = words.name_word.match(text, i)
            upper = cased[i].isupper()
            if upper and (words.place.match(text, i) or (known is None and self._next_begins(view, word, count))):
                break
            if upper or (count and text[i].isdigit()):
                i = end = known.end() if known and known.end() > word.end() else self._whole_word(view, word, upper=upper)
            elif known and (count or small) and not (words.stop.match(text, i) and known.end() - i < 9):
                i = end = known.end()
            else:
                break
            step = _NAME_STEP.match(text, i)
            if step is None or not self._goes_on(view, step):
                break
            i = step.end()
        return end

    def _next_begins(self, view: TextView, word: re.Match[str], count: int) -> bool:
        """Whether a unit of its own begins with ``word``: "Bộ Tài chính Bộ Nội vụ" is two."""
        if count == 0:
            return self.starts_unit(view, word.start())
        match = self.words.candidate.match(view.text, word.start())
        return match is not None and match.end() > word.end() and match.group("n") in self.words.heads

    def _whole_word(self, view: TextView, word: re.Match[str], *, upper: bool) -> int:
        """Return the end of ``word`` with its second syllable in small letters ("Khuyến học"), as the word segmenter reads it."""
        text, cased = view.text, view.cased
        short = upper and cased[word.start() : word.end()].isupper() and word.end() - word.start() > 1
        if short or not text.startswith(" ", word.end()):
            return word.end()
        follow = WORD.match(text, word.end() + 1)
        if follow is None or not cased[follow.start()].islower() or self.words.stop.match(text, follow.start()):
            return word.end()
        joined = _joins(cased[word.start() : follow.end()], cased[word.start() : word.start() + 80])
        return follow.end() if joined else word.end()

    def _goes_on(self, view: TextView, step: re.Match[str]) -> bool:
        """Whether the name goes on behind "và" or a dash: with a capital, or a word of the register, and no unit of its own."""
        at = step.end()
        if step.group() == " ":
            return True
        if view.cased[at : at + 1].isupper():
            return not self.starts_unit(view, at)
        known = self.words.name_word.match(view.text, at)
        return step.group() in (" và ", " - ") and known is not None and not self.starts_unit(view, at)

    def listed(self, view: TextView, at: int) -> int:
        """Return the end of a name with commas of its own ("Cục Mỹ thuật, Nhiếp ảnh và Triển lãm") that has come to ``at``."""
        end = at
        for _ in range(4):
            joint = _NAME_JOINT.match(view.text, end)
            if joint is None or not view.cased[joint.end() : joint.end() + 1].isupper() or self.starts_unit(view, joint.end()):
                return at
            run = self.run(view, joint.end())
            if run == joint.end():
                return at
            end = run
            if joint.group() != ", " or " và " in view.text[joint.end() : run]:
                return end
        return at

    def grown(self, view: TextView, start: int, end: int) -> int:
        """Return the end of a name begun at ``start`` that goes on behind ``end`` in small letters with nouns no register knows."""
        words, text = self.words, view.text
        follow = WORD.match(text, end + 1) if text.startswith(" ", end) else None
        if follow is None or view.cased[end + 1].isupper() or text[end + 1].isdigit() or words.stop.match(text, end + 1):
            return end
        if any(p.match(text, end) for p in (words.qualifier, words.territory, words.rank, words.area)):
            return end
        return max(end, noun_phrase_end(view.cased, start))

    def proper(self, view: TextView, at: int) -> int:
        """Return the end of a proper name of a place or person (up to 5 capitalised words, or a number) behind ``at``."""
        words, text, cased = self.words, view.text, view.cased
        end = at
        for count in range(5):
            gap = 1 if text.startswith(" ", end) else 0
            if count and text.startswith(" - ", end):
                gap = 3
            word = WORD.match(text, end + gap) if gap else None
            if word is None:
                break
            begin = word.start()
            if cased[begin].isupper():
                if words.order.match(text, begin) or words.place.match(text, begin) or self.starts_unit(view, begin):
                    break
            elif count or not text[begin].isdigit() or word.end() - begin > 2:
                break
            end = word.end()
        return end

    def placed(self, view: TextView, at: int) -> int:
        """Return the end of a territory, rank or area that follows ``at`` ("quận Hà Đông", "cấp tỉnh", "trên địa bàn xã")."""
        words, text = self.words, view.text
        if match := words.territory.match(text, at):
            end = self.proper(view, match.end())
            if text.startswith(_OF_CENTRE, end):
                end += len(_OF_CENTRE)
            if text.startswith(" quản lý", end) and "thuộc" in match.group():
                end += len(" quản lý")
        elif match := words.rank.match(text, at):
            end = match.end()
        else:
            end = self.proper(view, at)
        if match := words.area.match(text, end):
            more = words.territory.match(text, match.end())
            end = self.proper(view, more.end() if more else match.end())
        return end

"""Where the name behind a head noun ends: capitalised words, territory, rank."""

import re
from functools import lru_cache

from pipeline.nlp import noun_phrase_end, tag
from pipeline.text import TextView
from pipeline.units.vocabulary import WORD, Vocabulary

_NUMBERED = re.compile(r"số \d{1,2}(?!\w)")
_NAME_STEP = re.compile(r" - | và | & |-|, | ")
# A number that belongs to a name ("Quân khu 4", "Ban Chỉ đạo 389"), not to what follows ("02 trường").
_ORDINAL = re.compile(r"\d{1,3}(?=[,.;:)]|$|(?P<more> ))")
_VERB = 9  # letters of a word of the register below which it may be a verb of its own ("quản lý")
_NOUNS, _OPEN = 4, 16  # words that a name may go on with; letters of a word that leaves it open ("Quản lý …")
_ABOVE = ("bộ", "sở")  # that a part of them points back to
_OFFICES = ("sở", "phòng")
_REGULAR, _SCHOOLING = "thường xuyên", "giáo dục "  # in a name only behind it
_MARKS = (",", ".", ";", ":", ")")
_NAME_JOINT = re.compile(r", | và | & ")


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
        if head.tail == "person":
            return False
        behind = match.end() + 1
        capital = view.cased[behind : behind + 1].isupper()
        if head.tail == "field":
            return self.field_at(view, behind) is not None or (capital and head.kind != "sector")
        return noun not in words.common or capital or (words.territory.match(view.text, match.end()) is not None)

    def field_at(self, view: TextView, at: int) -> re.Match[str] | None:
        """Return the field of government at ``at``, behind a head noun; an order in small letters is none.

        "Thanh tra Bộ xây dựng kế hoạch" names no ministry; "Sở xây dựng chủ trì" only lost its capital.
        """
        words, text, cased = self.words, view.text, view.cased
        field = words.field.match(text, at)
        if field is None or field.group() not in words.twofold or cased[at].isupper():
            return field
        end = field.end()
        if (
            (joint := _NAME_JOINT.match(text, end))
            and (beside := words.candidate.match(text, joint.end()))
            and beside.group("n") in _OFFICES
        ):
            return field  # "phòng xây dựng, phòng tư pháp"
        if end == len(text) or text.startswith(_MARKS, end):
            return field if not text.startswith(", ", end) or cased[end + 2 : end + 3].isupper() else None
        if text.startswith(" và ", end):
            return field if cased[end + 4 : end + 5].isupper() else None
        behind = (words.territory.match(text, end), words.rank.match(text, end), words.stop.match(text, end + 1))
        return field if any(behind) or cased[end + 1 : end + 2].isupper() else None

    def parts(self, view: TextView, at: int) -> bool:
        """Return whether a unit begins at ``at``, and not the name of a place that sounds like one ("huyện Vụ Bản", "xã Trường Sơn")."""
        head = self.words.candidate.match(view.text, at)
        if head is None or not self.starts_unit(view, at):
            return False
        if head.group() not in self.words.common or " " in head.group():
            return True
        behind = head.end() + 1
        return self.words.name_word.match(view.text, behind) is not None or self.words.levels.match(view.text, head.end()) is not None

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
            known = words.name_word.match(text, i) or (_NUMBERED.match(text, i) if count else None)
            upper = cased[i].isupper()
            points = upper and word.group() in _ABOVE and cased[word.end() + 1 : word.end() + 2].islower()
            if points and not self._next_begins(view, word, count):
                return word.end()  # "Văn phòng Bộ thông tin kịp thời …"
            whole = known is not None and known.end() > word.end()  # "Khu kinh tế", "Bản quyền": no place
            if upper and not whole and (words.place.match(text, i) or (known is None and self._next_begins(view, word, count))):
                break
            if upper or (count and text[i].isdigit()):
                i = end = known.end() if known and known.end() > word.end() else self._whole_word(view, word, upper=upper)
            elif known and (count or small) and not (count and known.group() in words.capitalised) and not self._acts(text, i, known):
                i = end = known.end()
            else:
                break
            step = _NAME_STEP.match(text, i)
            if step is None or not self._goes_on(view, step):
                break
            i = step.end()
        return end

    def _acts(self, text: str, at: int, known: re.Match[str]) -> bool:
        """Whether the word of the register ``known`` at ``at`` is what the unit does, not what its name says.

        Before a verb of duty it is in the name: "Viện Quy hoạch xây dựng chủ trì".
        """
        if known.group() == _REGULAR and not text.endswith(_SCHOOLING, 0, at):
            return True
        stop = self.words.stop.match(text, at)
        verb = stop is not None and stop.end() >= known.end() and known.end() - at < _VERB
        return verb and self.words.charged.match(text, known.end()) is None

    def _next_begins(self, view: TextView, word: re.Match[str], count: int) -> bool:
        """Whether a unit of its own begins with ``word``: "Bộ Tài chính Bộ Nội vụ" is two."""
        match = self.words.candidate.match(view.text, word.start())
        if match is None or match.group("n") in self.words.weak_posts:
            return False  # "Vụ Công chức - Viên chức"
        return (count == 0 or match.end() > word.end()) and self.starts_unit(view, word.start())

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
        if step.group() == ", ":
            return self._listed_remit(view, at)
        known = self.words.name_word.match(view.text, at)
        if view.cased[at : at + 1].isupper():
            head = self.words.candidate.match(view.text, at)
            if head is not None and step.group() == " - " and head.group("n") in self.words.weak_alone:
                return True  # "Tập đoàn Bưu chính - Viễn thông Việt Nam"
            return (known is not None and head is not None and known.end() > head.end()) or not self.starts_unit(view, at)
        return step.group() in (" và ", " - ") and known is not None and not self.starts_unit(view, at)

    def _listed_remit(self, view: TextView, at: int) -> bool:
        """Whether a comma inside a name stands before ``at``: "Xúc tiến đầu tư, thương mại và du lịch", no unit and no order of its own."""
        words, text = self.words, view.text
        known = words.name_word.match(text, at)
        if words.open.match(text, at) and words.open.search(text, max(0, at - _OPEN), at - 2):
            return True  # "Quản lý, khai thác công trình thủy lợi"
        if known is None or view.cased[at].isupper() or words.stop.match(text, at) or self.starts_unit(view, at):
            return False
        joint = _NAME_JOINT.match(text, known.end())
        if joint is None:
            return words.territory.match(text, known.end()) is not None  # "các công trình giao thông, nông nghiệp tỉnh"
        if joint.group() == ", ":
            return False
        return words.name_word.match(text, joint.end()) is not None and not self.starts_unit(view, joint.end())

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
        if words.verb.match(text, end + 1) and not (
            words.name_word.match(text, end + 1) or words.open.search(text, max(0, end - _OPEN), end)
        ):
            return end  # "Chi cục Thủy sản kiểm đếm tàu thuyền"
        if any(p.match(text, end) for p in (words.qualifier, words.territory, words.rank, words.area)):
            return end
        return max(self.phrase_end(view, start, end), self._nouns_end(view, end))

    def _nouns_end(self, view: TextView, end: int) -> int:
        """Return the end of up to four small words behind a name that no order begins with, and that one or a mark follows."""
        words, text, at = self.words, view.text, end
        open_name = words.open.search(text, max(0, end - _OPEN), end) is not None
        for count in range(_NOUNS + 1):
            follow = WORD.match(text, at + 1) if text.startswith(" ", at) else None
            if follow is None:
                return at if text.startswith(_MARKS, at) or at == len(text) else end
            ends = (words.stop, words.quantifier)
            if any(p.match(text, follow.start()) for p in ends) or words.territory.match(text, at) or words.rank.match(text, at):
                return at
            if words.verb.match(text, follow.start()) and not (open_name and count == 0):
                return at
            if view.cased[follow.start()].isupper() or text[follow.start()].isdigit() or count == _NOUNS:
                return end
            at = follow.end()
        return end

    def phrase_end(self, view: TextView, start: int, end: int) -> int:
        """Return the end of the noun phrase that begins at ``start``, beyond ``end`` and before any word that stops a name."""
        grown = noun_phrase_end(view.cased, start)
        if grown <= start:
            return end
        for word in WORD.finditer(view.text, end, max(grown, end)):
            if self.words.stop.match(view.text, word.start()) and view.cased[word.start()].islower():
                return max(end, word.start() - 1)
        return max(end, grown)

    def proper(self, view: TextView, at: int) -> int:
        """Return the end of a proper name of a place or person (up to 5 capitalised words, or a number) behind ``at``."""
        words, text, cased = self.words, view.text, view.cased
        end = at
        for count in range(5):
            gap = 1 if text.startswith(" ", end) else 0
            if count and text.startswith(" - ", end):
                gap = 3
            begin = end + gap
            upper, digit = cased[begin : begin + 1].isupper(), text[begin : begin + 1].isdigit()
            word = WORD.match(text, begin) if gap and (upper or digit) else None
            if word is None:
                break
            if upper:
                begins = self.starts_unit(view, begin) if count else self.parts(view, begin)
                place = words.place.match(text, begin)
                own = place is not None and count and not cased[place.end() + 1 : place.end() + 2].isupper()  # "huyện Vụ Bản"
                if (place and not own) or begins or self._orders(view, begin) or words.papers.match(text, begin):
                    break
            elif not self._numbers(view, begin, named=count > 0):
                break
            end = word.end()
        return end

    def _orders(self, view: TextView, at: int) -> bool:
        """Whether an order begins at ``at``, not a name that only sounds like one ("huyện Giao Thủy")."""
        order = self.words.order.match(view.text, at)
        if order is None:
            return False
        follow = order.end() + 1
        return not view.cased[follow : follow + 1].isupper() or self.starts_unit(view, follow)

    def _numbers(self, view: TextView, at: int, *, named: bool = False) -> bool:
        """Whether a number at ``at`` is the unit's own: what it would count does not follow.

        ``named``: a name stands before it ("xã Quế Xuân 1 và …"); a place or unit that follows is then what it counts.
        """
        text, words = view.text, self.words
        number = _ORDINAL.match(text, at)
        if named:
            return number is not None and number.group("more") is not None and words.stop.match(text, number.end() + 1) is not None
        if number is None or not number.group("more"):
            return number is not None
        behind = number.end() + 1
        return any(pattern.match(text, behind) for pattern in (words.stop, words.order, words.place)) or self.starts_unit(view, behind)

    def placed(self, view: TextView, at: int) -> int:
        """Return the end of a territory, rank or area that follows ``at`` ("quận Hà Đông", "cấp tỉnh", "trên địa bàn xã")."""
        words, text = self.words, view.text
        if not text.startswith(" ", at):
            return at
        if match := words.territory.match(text, at):
            end = self.proper(view, match.end())
            if centre := words.of_centre.match(text, end):
                end = centre.end()
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

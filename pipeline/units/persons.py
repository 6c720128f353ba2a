"""People named behind a word of honour: "đồng chí Nguyễn Văn An - Phó Chủ tịch UBND xã", "các đ/c Hương, Tám"."""

import re
from collections.abc import Callable, Iterator

from pipeline.text import TextView
from pipeline.units.lists import LIST_STEP, UnitPhrase
from pipeline.units.names import Names
from pipeline.units.vocabulary import WORD

_MARK = re.compile(r" ?[,;.:()]| - |$")
_APART = re.compile(r", là |, | - |-| \(")  # between a name and the post of whom it names
_OFFICE = re.compile(r"[^()]{0,60}\)")
_CHARGED = " phụ trách"
_LONGEST, _POSTS = 5, 4  # words of a name, posts of one person


class Persons:
    """People by name in a view. ``parse`` reads the unit that begins at a position, if one does. Positions are those of the view."""

    def __init__(self, names: Names, parse: Callable[[TextView, int], UnitPhrase | None]) -> None:
        self._names = names
        self._parse = parse

    def members(self, view: TextView, match: re.Match[str]) -> Iterator[UnitPhrase]:
        """Yield whom the words behind the word of honour ``match`` name, each with the post printed beside the name."""
        many, at, start = match.group("q") is not None, match.end(), match.start("n")
        while (end := self._name_end(view, at, needed=2 if start != match.start("n") or match.group("n") in self._weak else 1)) > at:
            begin, end = at + 1, self._post_end(view, end)
            yield UnitPhrase(start, end, view.cased[begin:end], "post")
            step = LIST_STEP.match(view.text, end) if many else None
            if step is None:
                return
            at, start = step.end() - 1, step.end()

    @property
    def _weak(self) -> frozenset[str]:
        return self._names.words.everyday_honours

    def _name_end(self, view: TextView, at: int, needed: int) -> int:
        """Return the end of a person's name behind ``at``: capitalised words, ``needed`` of them at least; ``at`` where there is none."""
        words, text, cased = self._names.words, view.text, view.cased
        rank = words.ranks_of_people.match(text, at)
        end = begin = rank.end() if rank else at
        count = 0
        while count < _LONGEST and text.startswith(" ", end) and cased[end + 1 : end + 2].isupper():
            word = WORD.match(text, end + 1)
            if word is None or self._names.starts_unit(view, end + 1) or (not count and words.papers.match(text, end + 1)):
                break
            end, count = word.end(), count + 1
        if count < needed or end == begin:
            return at
        alone = _MARK.match(text, end) or words.stop.match(text, end + 1) or words.verb.match(text, end + 1)
        return end if alone or (count > 1 and not cased[end + 1 : end + 2].isupper()) else at

    def _post_end(self, view: TextView, end: int) -> int:
        """Return the end of the posts that say who the named person is ("…, Ủy viên Ban Thường vụ, Trưởng Ban Tổ chức")."""
        words, member = self._names.words, True
        for _ in range(_POSTS):
            apart = _APART.match(view.text, end)
            post = self._parse(view, apart.end()) if apart else None
            if apart is None or post is None or post.kind != "post":
                return end
            if not member and not words.further_posts.match(view.text, post.start):
                return end
            if apart.group() == " (":
                closed = _OFFICE.match(view.text, post.end)
                return closed.end() if closed else end
            cut = len(_CHARGED) if view.text.endswith(_CHARGED, 0, post.end) else 0  # "…, Phó Bí thư phụ trách; …": what he is to do
            end, member = post.end - cut, words.memberships.match(view.text, post.start) is not None
        return end

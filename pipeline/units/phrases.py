"""Unit names in a folded text, by grammar: [quantifier] head noun, name, territory, qualifiers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.nlp import noun_phrase_end
from pipeline.rulebook import Rulebook
from pipeline.text import TextView
from pipeline.units.names import Names
from pipeline.units.vocabulary import WORD, Head, Vocabulary

_GROUP_SEPARATOR = re.compile(r", | và | - |-|/| ")
_LIST_STEP = re.compile(r",? và |, |; |,? cùng ")
_CONCERNED = re.compile(r",? (?:có )?liên quan|, thuộc")
_ENDS = re.compile(r"[,;.:]|$| và ")
_CENTRE_AND = re.compile(r"(?:,| và) (?:ở )?địa phương(?:(?:,| và) quân đội)?")  # "các cơ quan báo chí Trung ương và địa phương"
_UNDER = re.compile(r" (?:trực )?thuộc (?!quận|huyện|xã|phường)")
# An aside is no part of the name, unless it says which of the group is meant: "các trường (công lập, tư thục)".
_ASIDE = re.compile(r" \((?!.*(?:công lập|mầm non|tiểu học))[^()]*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnitPhrase:
    """A unit named at ``view.text[start:end]``.

    ``name`` is as printed, with the head noun given back in a list ("Phòng Nội vụ, Y tế" → "Phòng Y tế"). ``weak``: a bare common
    noun ("địa phương", "giáo viên") that is a unit only where the sentence makes it one.
    """

    start: int
    end: int
    name: str
    kind: str
    weak: bool = False


class UnitGrammar(Names):
    """The compiled grammar of unit names. Make it once a rulebook: ``unit_grammar(rulebook)``."""

    def find(self, view: TextView) -> list[UnitPhrase]:
        """Return the unit phrases of ``view`` in order, none overlapping another."""
        text = view.text
        found: list[UnitPhrase] = []
        at = 0
        for match in self._candidates(text):
            if match.start() < at:
                if match.end() <= at:
                    continue
                again = self.words.candidate.match(text, at)
                if again is None:
                    continue
                match = again
            if (
                self.words.look_alike.match(text, match.start("n")) and not (match.group("q") and match.group("n").startswith("tổ chức"))
            ) or self._second_half(text, match):
                continue
            phrases = list(self._after_colon(view, match)) or list(self._phrases(view, match))
            if phrases:
                found += phrases
                at = phrases[-1].end
        return found

    def _candidates(self, text: str) -> Iterator[re.Match[str]]:
        return self.words.candidate.finditer(text)

    def _phrases(self, view: TextView, match: re.Match[str]) -> Iterator[UnitPhrase]:
        """The phrase whose head ``match`` found, and the members of its list that share the head noun."""
        phrase = self._phrase(view, match)
        if phrase is None:
            return
        if phrase.kind == "collective" and view.text.startswith(": ", phrase.end):
            if self._parse(view, phrase.end + 2):
                return  # "Các đơn vị: Phòng Nội vụ, …" names whom it means right behind
            head = self.words.heads.get(match.group("n"))
            named = list(self._names_from(view, phrase.end + 2, match.group("n").capitalize())) if head and head.tail == "name" else []
            if len(named) > 1:
                yield from named  # "các tập đoàn, tổng công ty: Điện lực Việt Nam, …"
                return
        yield phrase
        if phrase.kind in ("department", "ministry") and (step := _LIST_STEP.match(view.text, phrase.end)):
            yield from self._fields_from(view, step.end(), view.cased[match.start("n") : match.end("n")])

    def _second_half(self, text: str, match: re.Match[str]) -> bool:
        """Whether the head noun only ends another word ("nhiệm vụ", "xã hội")."""
        before = self.words.not_after.get(match.group("n"))
        return before is not None and match.group("q") is None and text.endswith(before, 0, match.start())

    # -- lists that share a head noun --------------------------------------------------------------------------------------

    def _after_colon(self, view: TextView, match: re.Match[str]) -> Iterator[UnitPhrase]:
        """The members of "các phòng: Nội vụ, Y tế, …" or "các Tập đoàn: Điện lực Việt Nam, …", the head noun given back."""
        noun = match.group("n")
        head = self.words.heads.get(noun)
        if match.group("q") and head and head.tail in ("field", "name") and view.text.startswith(": ", match.end()):
            title = noun[:1].upper() + noun[1:]
            named = self._fields_from if head.tail == "field" else self._names_from
            yield from named(view, match.end() + 2, title)

    def _fields_from(self, view: TextView, at: int, head: str) -> Iterator[UnitPhrase]:
        while view.cased[at : at + 1].isupper() and (field := self.words.field.match(view.text, at)):
            if field.group() in self.words.heads and head.lower() != "bộ":
                return  # "Sở Y tế và Công an tỉnh": an organ of its own
            end = self.placed(view, field.end())
            yield UnitPhrase(at, end, f"{head} {view.cased[at:end]}", "department")
            step = _LIST_STEP.match(view.text, end)
            if step is None:
                return
            at = step.end()

    def _names_from(self, view: TextView, at: int, head: str) -> Iterator[UnitPhrase]:
        while view.cased[at : at + 1].isupper():
            noun = self.words.noun.match(view.text, at) or self.words.candidate.match(view.text, at)
            if self.starts_unit(view, at) and not (noun and noun.group() in self.words.weak_alone):
                return
            end = self.placed(view, self.run(view, at))
            if end <= at:
                return
            yield UnitPhrase(at, end, f"{head} {view.cased[at:end]}", "organ")
            step = _LIST_STEP.match(view.text, end)
            if step is None:
                return
            at = step.end()

    # -- one phrase --------------------------------------------------------------------------------------------------------

    def _parse(self, view: TextView, at: int, depth: int = 0) -> UnitPhrase | None:
        match = self.words.candidate.match(view.text, at)
        return self._phrase(view, match, depth) if match else None

    def _inner(self, view: TextView, end: int, depth: int) -> UnitPhrase | None:
        """The unit that follows ``end`` as part of a longer name, if one does."""
        return self._parse(view, end + 1, depth + 1) if depth < 3 and view.text.startswith(" ", end) else None

    def _phrase(self, view: TextView, match: re.Match[str], depth: int = 0) -> UnitPhrase | None:
        """Return the unit phrase whose head noun ``match`` found, or None."""
        noun, quantified = match.group("n"), match.group("q") is not None
        head = self.words.heads.get(noun)
        if head is None:
            return self._group(view, match)
        end = self._tail_end(view, match, head, depth)
        if end is None:
            return self._group(view, match)
        weak = not quantified and (
            head.kind == "generic"
            or (noun in self.words.weak_posts and end == match.end())
            or (noun in self.words.weak_alone and end == match.end() and view.cased[match.start("n")].islower())
        )
        phrase = self._made(view, match.start(), end, head.kind, weak=weak)
        if head.tail != "unit" and (quantified or head.kind == "generic" or (head.kind == "party" and end == match.end())):
            group = self._group(view, match)
            if group and group.end > end:
                return group
        return phrase

    def _made(self, view: TextView, start: int, end: int, kind: str, *, weak: bool) -> UnitPhrase:
        name = view.cased[start:end]
        return UnitPhrase(start, end, _ASIDE.sub("", name) if "(" in name else name, kind, weak)

    def _tail_end(self, view: TextView, match: re.Match[str], head: Head, depth: int) -> int | None:
        """Return where the name whose head noun ``match`` found ends, None where it is no unit without more."""
        end = match.end()
        if head.tail == "none":
            return self._tails(view, end, depth) if head.kind == "generic" else end
        if head.tail == "territory":
            return self.placed(view, end)
        if head.tail == "field":
            return self._field_end(view, match, depth)
        if head.tail == "unit":
            return self._post_end(view, match, depth)
        return self._name_end(view, match, head, depth)

    def _field_end(self, view: TextView, match: re.Match[str], depth: int) -> int | None:
        """ "Sở Y tế", "Bộ Tài chính": a field of government, or a capitalised name, must follow."""
        end, behind = match.end(), match.end() + 1
        if not view.text.startswith(" ", end):
            return None
        field = self.words.field.match(view.text, behind)
        if field:
            end = field.end()
        elif view.cased[match.start("n")].isupper() and view.cased[behind].isupper() and not self.starts_unit(view, behind):
            end = self.run(view, end)
        if end <= match.end():
            return None
        return self._tails(view, end, depth) if match.group("q") else self.placed(view, end)

    def _post_end(self, view: TextView, match: re.Match[str], depth: int) -> int | None:
        """ "Giám đốc Sở Y tế", "Hiệu trưởng các trường THCS", "Phó Chủ tịch phụ trách khối …", "Bộ trưởng Nguyễn Văn A"."""
        end = match.end()
        bare = self.words.noun.match(view.text, end + 1) if view.text.startswith(" ", end) else None
        if inner := self._inner(view, end, depth):
            end = inner.end
        elif bare and _ENDS.match(view.text, bare.end()):
            end = bare.end()  # "Giám đốc sở, Thủ trưởng ban, ngành"
        elif level := self.words.levels.match(view.text, end):
            end = level.end()
        end = self._tails(view, end, depth)
        if charge := self.words.charge.match(view.text, end):
            end = self.run(view, charge.end())
            if inner := self._inner(view, end, depth):
                end = inner.end
        else:
            end = self.proper(view, end)
        return None if match.group("n") == "trưởng" and end == match.end() else end

    def _name_end(self, view: TextView, match: re.Match[str], head: Head, depth: int) -> int | None:
        """ "Cục Đường bộ Việt Nam", "Ban Chỉ đạo thực hiện Đề án …", "Văn phòng UBND tỉnh", "Công an quận"."""
        words, noun, behind = self.words, match.group("n"), match.end()
        capital = view.cased[match.start("n")].isupper()
        sure = noun not in words.common
        run = self.run(view, behind, small=capital and sure)
        if run > behind and not match.group("q") and noun in words.with_commas and view.text.startswith(", ", run):
            run = self.listed(view, run)
        elif run > behind:
            run = self.grown(view, match.start("n"), run)
        end = self.placed(view, run)
        if run == behind and noun in words.boards:
            run = end = self._about(view, behind)
        accepted = run > behind or head.bare or (capital and sure) or (end > behind and (capital or sure))
        if (end == behind or not accepted) and (capital or sure) and (inner := self._inner(view, behind, depth)) and not inner.weak:
            end, accepted = inner.end, True
        if not accepted:
            return None
        if match.group("q") or (end == behind and head.kind == "party"):
            return self._tails(view, end, depth)
        return self._belongs(view, end, depth) if end > behind and _UNDER.match(view.text, end) else end

    # -- collectives -------------------------------------------------------------------------------------------------------

    def _group(self, view: TextView, match: re.Match[str]) -> UnitPhrase | None:
        """Return a collective ("các sở, ban, ngành thành phố", "các trường Mầm non, Tiểu học, THCS") or None."""
        words, text, quantified = self.words, view.text, match.group("q") is not None
        first = words.noun.match(text, match.start("n"))
        if first is None:
            return None
        opens = view.cased[first.start()].isupper() and first.start() == match.start()  # "Doanh nghiệp viễn thông đầu tư …"
        end = self._joined_end(view, first)
        modifier = words.modifier.match(text, end)
        if quantified and modifier is None and text.startswith(" ", end) and not words.stop.match(text, end + 1):
            word = words.name_word.match(text, end + 1)
            end = word.end() if word else end
        if modifier:
            end = modifier.end()
            grown = noun_phrase_end(view.cased, end + 1)
            end = grown if grown > end + 1 else end
        if level := words.levels.match(text, end):
            end = level.end()
        elif quantified and (relative := words.relative.match(text, end)):
            end = relative.end()
        elif (quantified or opens) and not modifier:
            end = self.grown(view, first.start(), end)
        bare = end
        end = self._tails(view, end, 0)
        if text.endswith("trung ương", 0, end) and (both := _CENTRE_AND.match(text, end)):
            end = both.end()
        if not quantified and end == bare and text[first.start() : bare] in words.things and not self._stands_for(view, first):
            return None
        kind = "territory" if words.place.match(text, first.start()) else "collective"
        return self._made(view, match.start(), end, kind, weak=not quantified)

    def _stands_for(self, view: TextView, noun: re.Match[str]) -> bool:
        """Whether a territory printed with a capital stands for its authorities ("phối hợp với Tỉnh")."""
        return self.words.place.match(view.text, noun.start()) is not None and view.cased[noun.start()].isupper() and noun.start() > 0

    def _joined_end(self, view: TextView, first: re.Match[str]) -> int:
        """Return the end of the nouns that stand side by side in one collective: "sở, ban, ngành"."""
        words, text = self.words, view.text
        end, last = first.end(), first.group()
        while last in words.joined and (separator := _GROUP_SEPARATOR.match(text, end)):
            noun = words.noun.match(text, separator.end())
            if noun is None or noun.group() not in words.joined or (separator.group() == " " and noun.group() not in words.close):
                break
            if words.look_alike.match(text, noun.start()) or self.starts_unit(view, noun.start()):
                break
            longer = words.candidate.match(text, noun.start())
            if longer and longer.end() > noun.end():
                if not words.noun.fullmatch(longer.group()):
                    break
                end, last = longer.end(), noun.group()  # "đơn vị sự nghiệp, doanh nghiệp nhà nước"
                continue
            end, last = noun.end(), noun.group()
        return end

    # -- what may follow a collective or a post ------------------------------------------------------------------------------

    def _tails(self, view: TextView, end: int, depth: int) -> int:
        """Return the end of qualifiers, territory and belonging that follow."""
        for _ in range(4):
            before = end
            end = self._belongs(view, end, depth)
            match = self.words.qualifier.match(view.text, end)
            if match and (not match.group().startswith(",") or _CONCERNED.match(match.group())):
                end = match.end()
            end = self.placed(view, end)
            if end == before:
                break
        return end

    def _belongs(self, view: TextView, end: int, depth: int) -> int:
        """Return the end of "thuộc …", "của …" where a unit or territory follows."""
        match = self.words.belonging.match(view.text, end)
        if match is None or depth >= 2:
            return end
        if view.text.startswith(" trung ương", match.end()):
            return match.end() + len(" trung ương")
        unit = self._parse(view, match.end() + 1, depth + 1)
        if unit is not None and (not unit.weak or view.text.startswith("địa phương", unit.start)):
            return unit.end
        if match.group().endswith("trong"):
            return end
        if place := self.words.territory.match(view.text, match.end()):
            return self.proper(view, place.end())
        named = self.proper(view, match.end())
        return named if named > match.end() else end

    def _about(self, view: TextView, end: int) -> int:
        """Return the end of what a board is for ("Ban Chỉ đạo thực hiện Đề án … của quận"), else ``end``."""
        match = self.words.about.match(view.text, end)
        if match is None:
            return end
        at = match.end()
        for _ in range(14):
            step = WORD.match(view.text, at + 1) if view.text.startswith(" ", at) else None
            if step is None or self.words.stop.match(view.text, step.start()):
                break
            at = step.end()
        return self.placed(view, self._belongs(view, at, 0))


@lru_cache(maxsize=4)
def unit_grammar(rulebook: Rulebook) -> UnitGrammar:
    """Return the grammar of unit names of ``rulebook``, compiled once."""
    return UnitGrammar(Vocabulary(rulebook))


def find_units(view: TextView, rulebook: Rulebook) -> list[UnitPhrase]:
    """Return the unit phrases of a folded text in order, none overlapping another (positions in the view).

    Whether a unit so found has anything to do is decided elsewhere (pipeline/extract/roles.py).
    """
    return unit_grammar(rulebook).find(view)

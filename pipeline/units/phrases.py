"""Unit names in a folded text, by grammar: [quantifier] head noun, name, territory, qualifiers."""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.rulebook import Rulebook
from pipeline.text import TextView
from pipeline.units.groups import Groups
from pipeline.units.lists import LIST_STEP, UnitPhrase
from pipeline.units.persons import Persons
from pipeline.units.vocabulary import WORD, Head, Vocabulary

_CONCERNED = re.compile(r",? (?:có )?liên quan|, thuộc")
_QUOTED = re.compile(r' "[^"]{2,120}"')
_ENDS = re.compile(r"[,;.:]|$| và ")
_CENTRE_AND = re.compile(r"(?:,| và) (?:ở )?địa phương(?:(?:,| và) quân đội)?")  # "các cơ quan báo chí Trung ương và địa phương"
# Of two names the one that the place knows: "Chi cục Chăn nuôi và Thú y (hoặc Chi cục Thú y)".
_OR = re.compile(r" \(hoặc [^()]{2,80}\)")
_UNDER = re.compile(r" (?:trực )?thuộc (?!(?:quận|huyện|xã|phường)(?! ủy))")
_FIELDED = ("bộ", "sở", "phòng", "phòng ban", "phòng chuyên môn", "phòng chức năng")  # nouns that a field of government names
_ASSIGNED = "phân công "  # before "Sở Tư pháp" no "công sở"
_NUMBER = 4  # the longest number before a group, with its space
_BAN, _BOARD = "ban", "ban chỉ đạo"  # of which somebody is "trưởng ban"
_MANAGES = " quản lý"
_SECTOR = " ngành "
_SCHOOLS = ("trường ", "cơ sở giáo dục ")  # nouns that a level ends
# An aside is no part of the name, unless it says which of the group is meant: "các trường (công lập, tư thục)".
_ASIDE = re.compile(r" \((?!.*(?:công lập|mầm non|tiểu học))[^()]*\)", re.IGNORECASE)


class UnitGrammar(Groups):
    """The compiled grammar of unit names. Make it once a rulebook: ``unit_grammar(rulebook)``."""

    def find(self, view: TextView) -> list[UnitPhrase]:
        """Return the unit phrases of ``view`` in order, none overlapping another."""
        return list(self.each(view))

    def each(self, view: TextView) -> Iterator[UnitPhrase]:
        """Yield what ``find`` returns, one after another: what lies behind the last one asked for is not read."""
        text = view.text
        words = self.words
        last: UnitPhrase | None = None
        at = 0
        for match in self._candidates(text):
            if match.start() < at:
                if match.end() <= at:
                    continue
                again = words.candidate.match(text, at)
                if again is None:
                    continue
                match = again
            noun = match.group("n")
            if noun in words.not_after and self._second_half(view, match):
                continue
            if words.look_alike.match(text, match.start("n")) and not (match.group("q") and noun.startswith("tổ chức")):
                continue
            if last and match.start() - last.end == 1 and match.group() in words.acts:
                continue  # "Đảng ủy Công an tỉnh lãnh đạo các đơn vị …": what it does
            listed = list(self._after_colon(view, match)) if text.startswith(": ", match.end()) else []
            phrases = listed or list(self._phrases(view, match)) or (self._beside(view, match, last) if last else [])
            if phrases:
                if either := _OR.match(text, phrases[-1].end):
                    one, end = phrases[-1], either.end()
                    phrases[-1] = one._replace(end=end, name=one.name + view.cased[either.start() : end])
                if phrases[-1].kind == "territory":
                    phrases += self._places_beside(view, phrases[-1], last.end if last else 0)
                yield from phrases
                last = phrases[-1]
                at = last.end

    def _candidates(self, text: str) -> Iterator[re.Match[str]]:
        for match in self.words.candidate.finditer(text):
            at = match.start()
            counts = at > 1 and text[at - 2].isdigit() and text[at - 1] == " "
            yield (self.words.counted.search(text, max(0, at - _NUMBER), match.end()) if counts else None) or match

    def _phrases(self, view: TextView, match: re.Match[str]) -> Iterator[UnitPhrase]:
        """The phrase whose head ``match`` found, and the members of its list that share the head noun."""
        head = self.words.heads.get(match.group("n"))
        if head is not None and head.tail == "person":
            yield from Persons(self, self._parse).members(view, match)
            return
        phrase = self._phrase(view, match)
        if phrase is None:
            return
        if phrase.kind == "collective" and view.text.startswith(": ", phrase.end):
            named = list(self._names_from(view, phrase.end + 2, match.group("n").capitalize())) if head and head.tail == "name" else []
            if not named and match.group("n") in _FIELDED:
                title = match.group("n").split()[0].capitalize()  # "các sở, ngành: Y tế, …"
                named = list(self._fields_from(view, phrase.end + 2, title, colon=True))
            if len(named) > 1:
                yield named[0]._replace(start=phrase.start)  # "các tập đoàn, tổng công ty: Điện lực Việt Nam, …"
                yield from named[1:]
                return
            if self._parse(view, phrase.end + 2):
                return  # "Các đơn vị: Phòng Nội vụ, …" names whom it means right behind
        if phrase.kind == "post" and (posts := self._posts_from(view, phrase)):
            yield from posts
            return
        named_places = list(self._places_from(view, phrase)) or (list(self._numbered(view, phrase, match)) if match.group("q") else [])
        if named_places:
            yield from named_places
            return
        if match.group("q") and phrase.kind == "organ" and view.text.startswith(": ", phrase.end):
            noun = view.cased[match.start("n") : phrase.end]
            named = list(self._named_after(view, phrase.end + 2, noun[:1].upper() + noun[1:], phrase.kind))
            if len(named) > 1:
                yield named[0]._replace(start=phrase.start)  # "các Công ty Điện lực: Hải Phòng, Thái Bình"
                yield from named[1:]
                return
        step = LIST_STEP.match(view.text, phrase.end)
        further = list(self._sharing(view, phrase, match)) if step else []
        if further and match.group("q") and not further[0].name.startswith(phrase.name[: match.end("q") - match.start()]):
            noun = phrase.name[match.start("n") - match.start() :]
            phrase = phrase._replace(name=noun[:1].upper() + noun[1:])  # "các trường THPT Lê Lợi, Nguyễn Huệ"
        yield phrase
        yield from further
        if not further and step and phrase.kind in ("department", "ministry"):
            yield from self._fields_from(view, step.end(), view.cased[match.start("n") : match.end("n")])

    def _second_half(self, view: TextView, match: re.Match[str]) -> bool:
        """Whether the head noun only ends another word ("nhiệm vụ", "xã hội"); with a capital of its own it begins: "phân công Sở Y tế"."""
        before, at = self.words.not_after[match.group("n")], match.start()
        if match.group("q") is not None or not view.text.endswith(before, 0, at):
            return False
        return not (view.cased[at].isupper() and view.text.endswith(_ASSIGNED, 0, at))

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
            return self._group(view, match, depth)
        if head.tail == "person":
            return None
        end = self._tail_end(view, match, head, depth)
        if end is None:
            return self._group(view, match, depth)
        weak = not quantified and (
            head.kind == "generic"
            or (noun in self.words.weak_posts and end == match.end())
            or (noun in self.words.weak_alone and end == match.end() and view.cased[match.start("n")].islower())
        )
        phrase = self._made(view, match.start(), end, head.kind, weak=weak)
        if head.tail != "unit" and (quantified or head.kind == "generic" or (head.kind == "party" and end == match.end())):
            group = self._group(view, match, depth)
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
            branch = self.words.branch.match(view.text, end)
            return self._tails(view, end, depth) if head.kind == "generic" else self.placed(view, branch.end()) if branch else end
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
        field = self.field_at(view, behind)
        if field:
            end = self._field_grown(view, field.end())
        elif view.cased[behind : behind + 1].isupper() and not self.starts_unit(view, behind):
            known = self.words.name_word.match(view.text, behind)  # "phòng Bảo trợ xã hội"
            if view.cased[match.start("n")].isupper() or (known and " " in known.group()):
                end = self.run(view, end)
        if end <= match.end():
            return None
        if self.words.owned.match(view.text, end) and view.cased[end + 1].isupper() and (above := self._inner(view, end, depth)):
            return above.end  # "Phòng Cảnh sát giao thông Công an tỉnh"
        return self._tails(view, end, depth) if match.group("q") else self.placed(view, end)

    def _field_grown(self, view: TextView, end: int) -> int:
        """Return the end of a field that further words of the register narrow down: "Phòng Cảnh sát hình sự"."""
        words, text = self.words, view.text
        if text.startswith(" - ", end) and view.cased[end + 3 : end + 4].isupper() and (known := words.name_word.match(text, end + 3)):
            end = end if self.starts_unit(view, end + 3) else known.end()  # "Sở Xây dựng - Kiến trúc"
        while text.startswith(" ", end) and (known := words.name_word.match(text, end + 1)):
            if any(p.match(text, end + 1) for p in (words.stop, words.acting, words.place)) or self.starts_unit(view, end + 1):
                break
            end = known.end()
        return end

    def _post_end(self, view: TextView, match: re.Match[str], depth: int) -> int | None:
        """ "Giám đốc Sở Y tế", "Hiệu trưởng các trường THCS", "Phó Chủ tịch phụ trách khối …", "Bộ trưởng Nguyễn Văn A"."""
        end = match.end()
        bare = self.words.noun.match(view.text, end + 1) if view.text.startswith(" ", end) else None
        if match.group("n") in self.words.weak_posts and (title := self.words.titles.match(view.text, end)):
            end = title.end()
        elif view.text.startswith(_BOARD, end - len(_BAN)) and (board := self._parse(view, end - len(_BAN), depth + 1)):
            end = board.end  # "Trưởng Ban Chỉ đạo điều hành giá"
        elif (named := self._office_end(view, match)) > end:
            above = self._inner(view, named, depth)
            end = above.end if above and above.kind == "party" else named
        elif (inner := self._inner(view, end, depth)) and inner.name not in self.words.acts:
            end = inner.end
        elif bare and _ENDS.match(view.text, bare.end()):
            end = bare.end()  # "Giám đốc sở, Thủ trưởng ban, ngành"
        elif level := self.words.levels.match(view.text, end):
            end = level.end()
        end = self._tails(view, end, depth, post=end > match.end())
        if charge := self.words.charge.match(view.text, end):
            end = self._charge_end(view, charge)
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
        run = self.run(view, behind, small=capital and sure and noun not in words.complete)
        if head.kind == "party" and words.papers.match(view.text, behind + 1):
            run = behind  # "trình Ban Thường vụ Tỉnh ủy Đề án …"
        if run == behind and (capital or sure) and (numbered := self.proper(view, behind)) > behind and view.text[behind + 1].isdigit():
            run = numbered  # "Ban Chỉ đạo 389 tỉnh"
            if (inner := self._inner(view, run, depth)) and inner.kind == "party":
                return inner.end
        remit = words.remit.match(view.text, run) if run > behind and words.open.search(view.text, behind, run) else None
        if remit and view.cased[remit.end() + 1 : remit.end() + 2].isupper() and words.name_word.match(view.text, remit.end() + 1):
            run = self.run(view, remit.end())  # "Cục Giám sát quản lý về Hải quan"
        if run > behind and not match.group("q") and noun in words.with_commas and view.text.startswith(", ", run):
            run = self.listed(view, run)
        elif run > behind:
            run = self.grown(view, match.start("n"), run)
        end = self.placed(view, run)
        if run == behind and not capital and sure and (small := self.run(view, behind, small=True)) > behind:
            placed = self.placed(view, small)
            run, end = (small, placed) if placed > small else (run, end)  # "trung tâm văn hóa các huyện"
        tells = run == behind or words.tells.match(view.text, behind) is None
        if (
            not tells
            and (remit := words.remit.match(view.text, run))
            and (further := self.run(view, remit.end(), small=True)) > remit.end()
        ):
            end = self.placed(view, run := further)  # "Ban Chỉ đạo quốc gia về chuyển đổi số"
        if noun in words.boards and tells and (about := self._about(view, behind, depth)) > end:
            run = end = about
        accepted = run > behind or head.bare or (capital and sure) or (end > behind and (capital or sure))
        if (end == behind or not accepted) and (capital or sure) and (inner := self._inner(view, behind, depth)) and not inner.weak:
            acts = inner.kind == "post" and inner.name.startswith(words.leads)  # "Đảng ủy lãnh đạo chính quyền …"
            end, accepted = (end, accepted) if acts else (inner.end, True)
        if not accepted:
            return None
        if end > behind and noun in words.owner_heads and words.owned.match(view.text, end) and view.cased[end + 1].isupper():
            above = self._inner(view, end, depth)
            end = above.end if above else end  # "Ban Phong trào Tỉnh đoàn"
        if match.group("q") or (end == behind and head.kind == "party"):
            return self._tails(view, end, depth)
        if branch := words.branch.match(view.text, end):
            return self.placed(view, branch.end())
        return self._belongs(view, end, depth) if _UNDER.match(view.text, end) else end

    # -- collectives -------------------------------------------------------------------------------------------------------

    def _group(self, view: TextView, match: re.Match[str], depth: int = 0) -> UnitPhrase | None:
        """Return a collective ("các sở, ban, ngành thành phố", "các trường Mầm non, Tiểu học, THCS") or None."""
        words, text, quantified = self.words, view.text, match.group("q") is not None
        first = self._noun(text, match.start("n"))
        if first is None:
            return None
        opens = view.cased[first.start()].isupper() and first.start() == match.start()  # "Doanh nghiệp viễn thông đầu tư …"
        opens = opens and first.group() not in words.things
        end = self._joined_end(view, first)
        if quantified and words.place.match(text, first.start()) and (shortened := words.shortened.match(text, end)):
            end = shortened.end()  # "các huyện, thành, thị"
        if first.group().startswith(_SCHOOLS) and (more := words.more_levels.match(text, end)):
            end = more.end()  # "các trường đại học, cao đẳng"
        modifier, leveled = words.modifier.match(text, end), words.levels.match(text, end)
        if modifier is None and leveled is None:
            if first.group() in words.forces:
                inner = self._inner(view, end, max(depth, 1))
                end = inner.end if inner else self.run(view, end, small=True)
            elif (quantified or first.group() in words.offices) and not text.endswith(words.at_large, first.start(), end):
                end = self._remit_end(view, end, quantified)
        if modifier:
            end = modifier.end()
            end = self.phrase_end(view, end + 1, self._remit_end(view, end, True)) if text.startswith(" ", end) else end
        if level := words.levels.match(text, end):
            end = level.end()
        elif quantified and (relative := words.relative.match(text, end)):
            end = relative.end()
        elif (quantified or opens) and not modifier and not text.endswith(words.at_large, first.start(), end):
            end = self.grown(view, first.start(), end)
        bare = end
        end = self._tails(view, end, depth)
        above = words.candidate.match(text, end + 1) if quantified and text.startswith(" ", end) else None
        committee = words.heads.get(above.group("n")) if above and above.group("q") is None and view.cased[end + 1].isupper() else None
        if committee and committee.kind == "party" and (whose := self._inner(view, end, max(depth, 1))):
            end = whose.end  # "các ban Tỉnh ủy"
        elif (
            not quantified
            and text.startswith(_SECTOR, end)
            and (sector := self._inner(view, end, max(depth, 1)))
            and sector.kind == "sector"
        ):
            end = sector.end  # "doanh nghiệp ngành Công Thương"
        if text.endswith(self.words.centre, 0, end) and (both := _CENTRE_AND.match(text, end)):
            end = both.end()
        if not quantified and end == bare and text[first.start() : bare] in words.things and not self._stands_for(view, first):
            return None
        kind = "territory" if words.place.match(text, first.start()) else "collective"
        return self._made(view, match.start(), end, kind, weak=not quantified)

    def _tails(self, view: TextView, end: int, depth: int, *, post: bool = False) -> int:
        """Return the end of qualifiers, territory and belonging that follow; a ``post`` is not told from others by what it manages."""
        for _ in range(4):
            behind = view.cased[end + 1 : end + 2]
            if not (behind.isupper() or behind.isdigit() or self.words.follows.match(view.text, end)):
                break
            before = end
            end = self._belongs(view, end, depth)
            match = self.words.qualifier.match(view.text, end)
            if post and match and match.group().startswith(_MANAGES):
                match = None  # "giúp Chủ tịch UBND tỉnh quản lý nhà nước về đất đai"
            if match and (not match.group().startswith(",") or _CONCERNED.match(match.group())):
                end = match.end()
            end = self.placed(view, end)
            if end == before:
                break
        return end

    def _belongs(self, view: TextView, end: int, depth: int) -> int:
        """Return the end of "thuộc …", "của …" where a unit or territory follows."""
        words = self.words
        match = words.belonging.match(view.text, end)
        if match is None or depth >= 2:
            return end
        for name in words.owners:
            if view.text.startswith(f" {name}", match.end()):
                return match.end() + 1 + len(name)
        unit = self._parse(view, match.end() + 1, depth + 1)
        if unit is not None and (not unit.weak or view.text.startswith("địa phương", unit.start) or unit.name.lower() in words.committees):
            return unit.end
        if match.group().endswith("trong"):
            return end
        if place := self.words.territory.match(view.text, match.end()):
            return self.proper(view, place.end())
        named = self.proper(view, match.end())
        return named if named > match.end() else end

    def _about(self, view: TextView, end: int, depth: int) -> int:
        """Return the end of what a board is for ("Ban Chỉ đạo thực hiện Đề án … của quận"), else ``end``."""
        match = self.words.about.match(view.text, end)
        if match is None:
            return end
        at = match.end()
        for _ in range(14):
            if quoted := _QUOTED.match(view.text, at):
                at = quoted.end()  # 'phong trào "Toàn dân đoàn kết …"'
                break
            step = WORD.match(view.text, at + 1) if view.text.startswith(" ", at) else None
            if step is None or self.words.stop.match(view.text, step.start()):
                break
            at = step.end()
        return self.placed(view, self._belongs(view, at, depth))


@lru_cache(maxsize=4)
def unit_grammar(rulebook: Rulebook) -> UnitGrammar:
    """Return the grammar of unit names of ``rulebook``, compiled once."""
    return UnitGrammar(Vocabulary(rulebook))


def find_units(view: TextView, rulebook: Rulebook) -> list[UnitPhrase]:
    """Return the unit phrases of a folded text in order, none overlapping another (positions in the view).

    Whether a unit so found has anything to do is decided elsewhere (pipeline/extract/roles.py).
    """
    return unit_grammar(rulebook).find(view)

"""Find the names of units in a folded text, and bring their spellings to one identity.

A name is found by grammar, not by list: [quantifier] head noun, name, territory, qualifiers (rules/units.toml). Whether a unit so
found has anything to do is decided elsewhere (pipeline/extract/roles.py).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.rulebook import Rulebook
from pipeline.text import TextView, fold_text


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


def _trie(words: Iterable[str]) -> str:
    """Return a regular expression for the longest of ``words``, shaped as a trie so that it fails early."""
    root: dict[str, dict] = {}  # type: ignore[type-arg]
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}

    def build(node: Mapping[str, dict]) -> str:  # type: ignore[type-arg]
        branches = [re.escape(letter) + build(child) for letter, child in sorted(node.items()) if letter]
        if not branches:
            return ""
        body = branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
        if "" in node:
            return f"(?:{body})?" if len(branches) == 1 else f"{body}?"
        return body

    return build(root)


_QUANTIFIER = r"(?:tất cả các|toàn bộ các|toàn thể các|các|những|mỗi|từng|một số|mọi)"
_WORD = re.compile(r"[^\W_]+(?:[&.][^\W_]+)*")
_COMMON_HEADS = frozenset(
    "ban phòng hội đoàn trường tổ viện vụ báo khoa đội nhóm quỹ thuế trạm bộ sở ty cục đại\u0020học liên\u0020hiệp tiểu\u0020ban ủy\u0020ban".split(" ")
)


class UnitGrammar:
    """The compiled grammar of unit names. Make it once a rulebook: ``unit_grammar(rulebook)``."""

    def __init__(self, rulebook: Rulebook) -> None:
        tables = rulebook["units"].tables
        self.abbreviations = {fold_text(k): v for k, v in tables["abbreviations"].items()}
        self.heads: dict[str, tuple[str, str, bool, bool]] = {}
        for kind in tables["kind"]:
            for head in kind["heads"]:
                self.heads[fold_text(head)] = (kind["id"], kind["tail"], kind.get("bare", False), kind.get("lower", False))
        variants = lambda names: {v for f in names for v in (f, f.replace(" và ", " & "), f.replace(" và ", "&"), f.replace(" - ", "-"))}  # noqa: E731
        nouns = sorted({fold_text(n) for n in tables["collective"]["nouns"]}, key=len, reverse=True)
        known = {fold_text(f) for f in tables["fields"]["names"]}
        known |= {k for k, v in self.abbreviations.items() if fold_text(v) in known or k.startswith("vh")}
        fields = variants(known)
        self._not_after = {head: tuple(f"{w} " for w in words) for head, words in tables["not_after"].items()}
        self._joined = frozenset(fold_text(n) for n in tables["collective"]["joined"])
        territory = sorted(tables["territory"]["nouns"], key=len, reverse=True)
        levels = _trie(tables["collective"]["levels"])
        end = r"(?![\w&])"
        noun = f"(?:{_trie(nouns)}){end}"
        terr = f"(?:{_trie(territory)})(?!\\w| ủy| hội)"
        qualifier = "(?:" + "|".join(tables["collective"]["qualifiers"]) + r")(?!\w)"
        self._candidate = re.compile(
            rf"(?<![\w/-])(?:(?P<q>{_QUANTIFIER}) )?(?P<n>{_trie([*self.heads, *nouns])}){end}"
        )
        self._field = re.compile(f"(?:{_trie(fields)}){end}")
        self._nouns = re.compile(noun)
        self._levels = re.compile(rf"(?: \(?(?:{levels}){end}(?:(?:, | và | - |,? ){levels}{end})*\)?)")
        self._territory = re.compile(
            rf" (?:(?:của|ở|tại|thuộc) )?(?:(?:các|những|\d{{1,3}}|mỗi|từng) )?{terr}(?:(?:, | và | - |/|; ){terr})*(?: trực thuộc trung ương| trực thuộc)?"
        )
        self._territory_at = re.compile(rf"{terr}")
        self._level = re.compile(r" (?:các cấp(?! ủy)|cùng cấp|(?:các )?cấp (?:tỉnh|thành phố|huyện|quận|xã|phường|trung ương|cơ sở|bộ)(?:, (?:cấp )?(?:tỉnh|huyện|xã))*|ở trung ương|trung ương|khu vực|việt nam|nhà nước)(?!\w)")
        self._area = re.compile(r" (?:đóng )?(?:trên|tại) (?:địa bàn|các địa bàn)(?: toàn)?(?!\w)")
        self._qualifier = re.compile(rf",? {qualifier}")
        self._belonging = re.compile(r"(?: \([^()]{1,45}\))? (?:trực thuộc|thuộc|của|trong)(?= )")
        self._charge = re.compile(r" phụ trách(?: (?:lĩnh vực|khối|các lĩnh vực|chuyên môn))?(?!\w)")
        self._name_words = re.compile(f"(?:{_trie(variants(fold_text(w) for w in tables['name_words']['words']))}){end}")
        self._boards = frozenset(fold_text(h) for h in tables["boards"]["heads"])
        self._board = re.compile(rf" (?:{'|'.join(tables['boards']['about'])})(?!\w)")

    # -- tails -------------------------------------------------------------------------------------------------------------

    def _name_run(self, view: TextView, at: int, small: bool = False) -> int:
        """Return the end of the capitalised name that starts at ``at`` (a space or its first letter), else ``at``."""
        text, cased = view.text, view.cased
        i, end, words, capital = at, at, 0, False
        if i < len(text) and text[i] == " ":
            i += 3 if text.startswith(" - ", i) and self._name_words.match(text, i + 3) else 1
        while words < 12:
            match = _WORD.match(text, i)
            if match is None:
                break
            word_end = match.end()
            upper = cased[i].isupper()
            if upper and self._territory_at.match(text, i):
                break
            if upper and not words and self._starts_unit(view, i) and not self._name_words.match(text, i):
                break
            if upper or (words and text[i].isdigit()):
                # a new unit begins: "Bộ Tài chính Bộ Nội vụ" is two
                if words and (head := self._candidate.match(text, i)) and head.end() > word_end and self.heads.get(head.group("n")) and not self._name_words.match(text, i):
                    break
                i, end, words, capital = word_end, word_end, words + 1, True
                long = self._name_words.match(text, match.start())
                if long and long.end() > end:
                    i = end = long.end()
                    capital = False
                elif not (upper and cased[match.start() : word_end].isupper() and word_end - match.start() > 1) and i < len(text) and text[i] == " ":
                    follow = _WORD.match(text, i + 1)
                    if follow and cased[follow.start()].islower() and capital and self._second_syllable(view, match.start(), follow):
                        i = end = follow.end()
            elif words or small:
                long = self._name_words.match(text, i)
                if long is None or (_STOP.match(text, i) and long.end() - i < 9):
                    break
                i = end = long.end()
                words += 1
            else:
                break
            step = _NAME_STEP.match(text, i)
            if step is None:
                break
            j = step.end()
            if step.group() != " ":
                # the name goes on behind "và", "-" only with a capital, and not where another unit begins
                if j >= len(text) or not cased[j].isupper():
                    if not (step.group() in (" và ", " - ") and self._name_words.match(text, j) and not self._starts_unit(view, j)):
                        break
                elif self._starts_unit(view, j):
                    break
            i = j
        return end

    def _second_syllable(self, view: TextView, first: int, follow: re.Match[str]) -> bool:
        """Whether a small word after a capital one makes one word with it ("Khuyến học"), for words that no register knows."""
        if _STOP.match(view.text, follow.start()):
            return False
        return joins(view.cased[first : follow.end()], view.cased[first : first + 80])

    def _starts_unit(self, view: TextView, at: int) -> bool:
        match = self._candidate.match(view.text, at)
        if match is None:
            return False
        info = self.heads.get(match.group("n"))
        if info is None or info[0] == "generic":
            return match.group("q") is not None
        if info[1] in ("none", "territory"):
            return True
        nxt = match.end() + 1
        if info[1] == "field":
            return self._field.match(view.text, nxt) is not None or (nxt < len(view.text) and view.cased[nxt].isupper() and info[0] != "sector")
        return match.group("n") not in _COMMON_HEADS or (nxt < len(view.text) and (view.cased[nxt].isupper() or self._territory.match(view.text, match.end()) is not None))

    def _place(self, view: TextView, at: int) -> int:
        """Return the end of a territory or level that follows at ``at``."""
        end = at
        match = self._territory.match(view.text, end)
        if match:
            end = match.end()
            end = self._proper(view, end)
            if view.text.startswith(" trực thuộc trung ương", end):
                end += len(" trực thuộc trung ương")
            if view.text.startswith(" quản lý", end) and "thuộc" in match.group():
                end += len(" quản lý")
        else:
            match = self._level.match(view.text, end)
            if match:
                end = match.end()
            else:
                end = self._proper(view, end)
        match = self._area.match(view.text, end)
        if match:
            end = match.end()
            more = self._territory.match(view.text, end)
            end = self._proper(view, more.end()) if more else self._proper(view, end)
        return end

    def _proper(self, view: TextView, at: int) -> int:
        """Return the end of a proper name of a place or person (up to 5 capitalised words, or a number) at ``at``."""
        text, cased = view.text, view.cased
        end, words = at, 0
        while words < 5 and end < len(text):
            gap = 1 if text[end] == " " else 3 if words and text.startswith(" - ", end) else 0
            if not gap:
                break
            match = _WORD.match(text, end + gap)
            if match is None or not (cased[match.start()].isupper() or (words == 0 and text[match.start()].isdigit() and match.end() - match.start() < 3)):
                break
            if cased[match.start()].isupper() and (self._starts_unit(view, match.start()) or _ORDER_START.match(text, match.start())):
                break
            if cased[match.start()].isupper() and self._territory_at.match(text, match.start()):
                break
            end = match.end()
            words += 1
        return end

    def _tails(self, view: TextView, end: int, depth: int) -> int:
        """Return the end of qualifiers, territory and belonging that follow a collective or a post."""
        text = view.text
        for _ in range(4):
            before = end
            end = self._belongs(view, end, depth)
            match = self._qualifier.match(text, end)
            if match and not (match.group().startswith(",") and not re.match(r",? (?:có )?liên quan|, thuộc", match.group())):
                end = match.end()
            end = self._place(view, end)
            if end == before:
                break
        return end

    def _listed_name(self, view: TextView, at: int) -> int:
        """Return the end of a name with commas of its own ("Cục Mỹ thuật, Nhiếp ảnh và Triển lãm") that has come to ``at``."""
        end = at
        for _ in range(4):
            joint = _NAME_JOINT.match(view.text, end)
            if joint is None or not view.cased[joint.end() : joint.end() + 1].isupper() or self._starts_unit(view, joint.end()):
                return at
            run = self._name_run(view, joint.end())
            if run == joint.end():
                return at
            end = run
            if joint.group() != ", " or " và " in view.text[joint.end() : run]:
                return end
        return at

    def _about(self, view: TextView, end: int) -> int:
        """Return the end of what a board is for ("Ban Chỉ đạo thực hiện Đề án … của quận"), else ``end``."""
        text = view.text
        match = self._board.match(text, end)
        if match is None:
            return end
        at = match.end()
        for _ in range(14):
            step = _WORD.match(text, at + 1) if text.startswith(" ", at) else None
            if step is None or _STOP.match(text, step.start()):
                break
            at = step.end()
        return self._place(view, self._belongs(view, at, 0))

    def _belongs(self, view: TextView, end: int, depth: int) -> int:
        """Return the end of "thuộc …", "của …" where a unit or territory follows."""
        match = self._belonging.match(view.text, end)
        if match is None or depth >= 2:
            return end
        if view.text.startswith(" trung ương", match.end()):
            return match.end() + len(" trung ương")
        unit = self._parse(view, match.end() + 1, depth + 1)
        if unit is not None and (not unit.weak or view.text.startswith("địa phương", unit.start)):
            return unit.end
        if match.group().endswith("trong"):
            return end
        place = self._territory.match(view.text, match.end())
        return self._proper(view, place.end() if place else match.end()) if place or self._proper(view, match.end()) > match.end() else end

    # -- phrases -----------------------------------------------------------------------------------------------------------

    def _parse(self, view: TextView, at: int, depth: int = 0) -> UnitPhrase | None:
        match = self._candidate.match(view.text, at)
        return self._phrase(view, match, depth) if match else None

    def _phrase(self, view: TextView, match: re.Match[str], depth: int = 0) -> UnitPhrase | None:
        """Return the unit phrase whose head ``match`` found, or None."""
        text, cased = view.text, view.cased
        start, quantifier, head = match.start(), match.group("q"), match.group("n")
        at, end = match.start("n"), match.end()
        info = self.heads.get(head)
        if info is not None:
            kind, tail, bare, lower = info
            capital = cased[at].isupper()
            found = -1
            if tail == "none":
                found = self._tails(view, end, depth) if kind == "generic" else end
            elif tail == "territory":
                found = self._place(view, end)
            elif tail == "field":
                field = self._field.match(text, end + 1) if text.startswith(" ", end) else None
                if field:
                    found = field.end()
                elif capital and text.startswith(" ", end) and end + 1 < len(text) and cased[end + 1].isupper() and not self._starts_unit(view, end + 1):
                    run = self._name_run(view, end)
                    found = run if run > end else -1
                if found > 0:
                    found = self._tails(view, found, depth) if quantifier else self._place(view, found)
            elif tail == "name":
                run = self._name_run(view, end, small=capital and head not in _COMMON_HEADS)
                if run > end and not quantifier and head in _SINGLE and view.text.startswith(", ", run):
                    run = self._listed_name(view, run)
                elif run > end:
                    run = self._grown(view, at, run)
                place = self._place(view, run)
                if run == end and head in self._boards:
                    run = place = self._about(view, end)
                if run > end or (place > end and (capital or head not in _COMMON_HEADS)) or (bare or (capital and head not in _COMMON_HEADS)):
                    found = place
                elif depth < 2 and text.startswith(" ", end) and (inner := self._parse(view, end + 1, depth + 1)) and not inner.weak and (capital or head not in _COMMON_HEADS):
                    found = inner.end
                if found == end and head not in _COMMON_HEADS and depth < 2 and text.startswith(" ", end):
                    inner = self._parse(view, end + 1, depth + 1)
                    if inner is not None and not inner.weak:
                        found = inner.end
                if found > 0 and (quantifier or (found == end and kind == "party")):
                    found = self._tails(view, found, depth)
                elif found > end and _UNDER.match(text, found):
                    found = self._belongs(view, found, depth)
                if found > 0 and not capital and run == end and place == end and head in self._lower_weak:
                    return UnitPhrase(start, found, cased[start:found], "generic", weak=True)
            elif tail == "unit":
                found = end
                if depth < 3 and text.startswith(" ", end):
                    level = self._levels.match(text, end)
                    inner = self._parse(view, end + 1, depth + 1)
                    if inner is not None:
                        found = inner.end
                    elif level:
                        found = level.end()
                found = self._tails(view, found, depth)
                charge = self._charge.match(text, found)
                if charge:
                    found = self._name_run(view, charge.end())
                    inner = self._parse(view, found + 1, depth + 1) if text.startswith(" ", found) else None
                    if inner is not None:
                        found = inner.end
                else:
                    found = self._proper(view, found)
                if head == "trưởng" and found == end:
                    return None
                weak = head in ("cán bộ", "công chức", "thành viên", "lãnh đạo", "đại diện lãnh đạo", "chuyên viên", "ủy viên") and found == end
                if found > 0:
                    return UnitPhrase(start, found, cased[start:found], kind, weak=weak and not quantifier)
            if found > 0:
                weak = kind == "generic" and not quantifier
                phrase = UnitPhrase(start, found, cased[start:found], kind, weak)
                longer = self._group(view, match) if quantifier or kind == "generic" or (kind == "party" and found == end) else None
                return longer if longer and longer.end > phrase.end else phrase
        return self._group(view, match)

    _lower_weak = frozenset(("công an", "trung tâm", "thanh tra", "văn phòng", "bệnh viện", "công ty", "nhà máy", "doanh nghiệp", "tập đoàn", "ngân hàng", "hải quan", "điện lực", "tổng công ty", "hợp tác xã", "thư viện", "bảo tàng", "xí nghiệp", "công đoàn", "mặt trận", "hiệp hội", "hội đồng", "tòa án", "quỹ", "kho bạc", "tạp chí", "liên minh"))

    def _grown(self, view: TextView, start: int, end: int) -> int:
        """Return the end of a name that goes on in small letters after ``end`` with nouns that no register knows."""
        text = view.text
        follow = _WORD.match(text, end + 1) if text.startswith(" ", end) else None
        if follow is None or view.cased[end + 1].isupper() or _STOP.match(text, end + 1) or text[end + 1].isdigit():
            return end
        if self._qualifier.match(text, end) or self._territory.match(text, end) or self._level.match(text, end) or self._area.match(text, end):
            return end
        return max(end, phrase_end(view.cased, start))

    def _group(self, view: TextView, match: re.Match[str]) -> UnitPhrase | None:
        """Return a collective ("các sở, ban, ngành thành phố", "các trường Mầm non, Tiểu học, THCS") or None."""
        text, cased = view.text, view.cased
        start, quantifier = match.start(), match.group("q")
        first = self._nouns.match(text, match.start("n"))
        if first is None:
            return None
        end, last = first.end(), first.group()
        while last in self._joined and (separator := _GROUP_SEPARATOR.match(text, end)):
            noun = self._nouns.match(text, separator.end())
            if noun is None or noun.group() not in self._joined or (separator.group() == " " and noun.group() not in _CLOSE):
                break
            if _LOOK_ALIKE.match(text, noun.start()) or self._starts_unit(view, noun.start()):
                break
            head = self._candidate.match(text, noun.start())
            if head and head.end() > noun.end():
                break
            end, last = noun.end(), noun.group()
        if quantifier and (word := self._name_words.match(text, end + 1)) and text.startswith(" ", end) and not _STOP.match(text, end + 1):
            end = word.end()
        modifier = _MODIFIER.match(text, end)
        if modifier:
            end = modifier.end()
            grown = phrase_end(cased, end + 1)
            end = grown if grown > end + 1 else end
        level = self._levels.match(text, end)
        if level:
            end = level.end()
        elif quantifier and not modifier:
            end = self._grown(view, first.start(), end)
        bare_end = end
        end = self._tails(view, end, 0)
        if not quantifier and end == bare_end and text[first.start() : bare_end] in _THINGS:
            return None
        kind = "territory" if self._territory_at.match(text, first.start()) else "collective"
        return UnitPhrase(start, end, cased[start:end], kind, weak=not quantifier)

    def find(self, view: TextView, start: int = 0, end: int | None = None) -> list[UnitPhrase]:
        """Return the unit phrases of ``view.text[start:end]``, in order, none overlapping another."""
        text, cased = view.text, view.cased
        stop = len(text) if end is None else end
        found: list[UnitPhrase] = []
        at = start
        for match in self._candidate.finditer(text, start, stop):
            if match.start() < at:
                if match.end() <= at:
                    continue
                again = self._candidate.match(text, at) if at < stop else None
                if again is None:
                    continue
                match = again
            if _LOOK_ALIKE.match(text, match.start("n")) or self._second_half(text, match):
                continue
            listed = self._after_colon(view, match)
            if listed:
                found += listed
                at = listed[-1].end
                continue
            phrase = self._phrase(view, match)
            if phrase is None:
                continue
            if phrase.kind == "collective" and text.startswith(": ", phrase.end) and self._parse(view, phrase.end + 2):
                continue  # "Các đơn vị: Phòng Nội vụ, …" names whom it means right behind
            found.append(phrase)
            at = phrase.end
            if phrase.kind in ("department", "ministry"):
                more = self._members(view, phrase, match)
                if more:
                    found += more
                    at = more[-1].end
        return [replace(p, name=_ASIDE.sub("", p.name)) if "(" in p.name else p for p in found]

    def _second_half(self, text: str, match: re.Match[str]) -> bool:
        """Whether the head noun only ends another word ("nhiệm vụ", "xã hội")."""
        words = self._not_after.get(match.group("n"))
        return words is not None and match.group("q") is None and text[: match.start()].endswith(words)

    def _after_colon(self, view: TextView, match: re.Match[str]) -> list[UnitPhrase]:
        """Return the members of "các phòng: Nội vụ, Y tế, …" (the head noun given back), else nothing."""
        head = match.group("n")
        info = self.heads.get(head)
        if not match.group("q") or not info or info[1] not in ("field", "name") or not view.text.startswith(": ", match.end()):
            return []
        title = head[:1].upper() + head[1:]
        listed = self._fields_from(view, match.end() + 2, title)
        return listed or self._names_from(view, match.end() + 2, title)

    def _names_from(self, view: TextView, at: int, head: str) -> list[UnitPhrase]:
        """Return the capitalised names of a list after a plural head ("các Tập đoàn: Điện lực Việt Nam, …")."""
        out: list[UnitPhrase] = []
        while at < len(view.text) and view.cased[at].isupper() and not self._starts_unit(view, at):
            end = self._place(view, self._name_run(view, at))
            if end <= at:
                break
            out.append(UnitPhrase(at, end, f"{head} {view.cased[at:end]}", "organ"))
            separator = _LIST_STEP.match(view.text, end)
            if separator is None:
                break
            at = separator.end()
        return out

    def _members(self, view: TextView, phrase: UnitPhrase, match: re.Match[str]) -> list[UnitPhrase]:
        """Return what follows "Phòng Nội vụ" in "Phòng Nội vụ, Tài chính - Kế hoạch và Y tế", each with its head noun."""
        separator = _LIST_STEP.match(view.text, phrase.end)
        if separator is None:
            return []
        return self._fields_from(view, separator.end(), view.cased[match.start("n") : match.end("n")])

    def _fields_from(self, view: TextView, at: int, head: str) -> list[UnitPhrase]:
        text, out = view.text, []
        while True:
            field = self._field.match(text, at)
            if field is None or not view.cased[at].isupper():
                break
            end = self._place(view, field.end())
            out.append(UnitPhrase(at, end, f"{head} {view.cased[at:end]}", "department"))
            separator = _LIST_STEP.match(text, end)
            if separator is None:
                break
            at = separator.end()
        return out


_GROUP_SEPARATOR = re.compile(r", | và | - |-|/| ")
# What a group does, as part of its name: "các doanh nghiệp cung cấp dịch vụ", "đơn vị chuyên trách về công nghệ thông tin".
_MODIFIER = re.compile(r" (?:chuyên trách|có(?= [a-z]*(?:tthc|sách|trụ sở|chức năng|thẩm quyền|thủ tục|dự án|công trình|diện tích))|cung cấp|cung ứng|kinh doanh|sản xuất|hoạt động|vận hành|được giao chủ trì|đồng hành|tư vấn)(?: (?:về|trong|tại))?(?= )")
_CLOSE = frozenset(("đơn vị", "ban", "ngành", "ban ngành", "đoàn thể", "địa phương"))
_ASIDE = re.compile(r" \((?!.*(?:công lập|mầm non|tiểu học))[^()]*\)", re.IGNORECASE)
_UNDER = re.compile(r" (?:trực )?thuộc (?!quận|huyện|xã|phường)")
# An order that begins with a capital right behind a name, where a line break was lost: "cơ quan ngang bộ Tập trung chỉ đạo …".
_ORDER_START = re.compile(r"(?:tập trung|khẩn trương|chỉ đạo|chủ (?:trì|động)|phối hợp|tổ chức|thực hiện|triển khai|tham mưu|hướng dẫn|tăng cường|tiếp tục|rà soát|xây dựng|nghiên cứu|căn cứ|theo|trên cơ sở|đẩy|nâng cao|phát huy|bảo đảm|đảm bảo|hoàn thành|hoàn thiện|thường xuyên|kịp thời|quán triệt|đôn đốc|báo cáo|yêu cầu|đề nghị|giao)(?!\w)")
_LIST_STEP = re.compile(r",? và |, |; |,? cùng ")
_NAME_STEP = re.compile(r" - | và | & |-| ")
_NAME_JOINT = re.compile(r", | và | & ")
_SINGLE = frozenset(("cục", "vụ", "ban", "viện", "chi cục", "tổng cục", "trung tâm", "văn phòng"))
_THINGS = frozenset(("sở", "phòng", "ban", "bộ", "hội", "tổ", "đội", "lĩnh vực", "cấp", "xã", "phường", "quận", "huyện", "tỉnh", "thành phố", "thị trấn", "thị xã", "thôn", "khu phố", "trường", "cục", "vụ", "viện", "báo", "đài", "cá nhân", "tổ chức", "cơ sở", "trung tâm", "đặc khu", "chi nhánh", "bộ đội", "lực lượng", "thành viên", "đại học"))
_LOOK_ALIKE = re.compile(
    r"(?:phòng(?:, chống|, tránh|, ngừa|, trừ| chống| cháy| ngừa| bệnh| dịch| học| thí nghiệm| ốc| họp| trừ| tránh| ngủ| vệ| khám| thủ| hộ)|ban hành|ban đầu|ban ngày|bộ(?: máy| luật| môn| tiêu chí| sách| hồ sơ| tài liệu| chỉ số| câu hỏi| quy tắc| thủ tục| đề)"
    r"|đoàn kết|đoàn viên|hội nghị|hội thảo|hội họp|hội nhập|hội thi|hội chợ|hội chẩn|hội đàm|hội diễn|hội trường|hội ý|hội viên|trường hợp|sở hữu|sở thích|tổ chức(?! (?:chính trị|đoàn thể|đảng|xã hội|quần chúng|cơ sở đảng|tín dụng|liên quan|có liên quan|khác|và cá nhân|thành viên|thuộc|trực thuộc|trên địa bàn|, cá nhân)|[,;.:)]|$| và)|đội ngũ|cơ sở vật chất|cơ sở dữ liệu|cơ sở hạ tầng|cơ sở pháp lý"
    r"|vụ việc|vụ án|vụ mùa|viện dẫn|viện trợ|báo cáo|báo động|thuế suất|tổ hợp|hội tụ|nhóm nhiệm vụ|nhóm giải pháp|nhóm chỉ tiêu|khoa học|khoa giáo|trường quay|bộ chỉ tiêu|đoàn tàu|quỹ đất|bản thân|trạm bơm|trạm biến áp|đội bóng|xã hội|thành phố thông minh|ngành nghề|ngành hàng|tỉnh lộ|cấp (?:phép|giấy|nước|cứu|phát|bách|thiết)|phường hội)(?!\w)"
)
# Words with which an order goes on after a name: they end it.
_STOP = re.compile(
    r"(?:chủ (?:trì|động)|phối hợp|chịu|có|là|và|được|tổ chức|thực hiện|triển khai|tham mưu|hướng dẫn|chỉ đạo|đôn đốc|kiểm tra|rà soát|xây dựng|báo cáo|(?<!chương )(?<!quy )(?<!công )(?<!lộ )trình|ban hành|căn cứ|theo|trong|về|để|nhằm|cho|với|cùng|tại|từ|đến|trước|sau|khi|nếu|phải|cần|tiếp tục|khẩn trương|tăng cường|thường xuyên|kịp thời|nghiên cứu|xem xét|tổng hợp|đề xuất|kiến nghị|gửi|giao|yêu cầu|đề nghị|làm|tập trung|đẩy|hoàn thành|hoàn thiện|bố trí|cung cấp|quản lý|giám sát|theo dõi|thẩm định|phê duyệt|quyết định|thông báo|tuyên truyền|vận động|huy động|hỗ trợ|tạo|đảm bảo|bảo đảm|nâng|phát (?:huy|động|hiện|sóng)|xử lý|giải quyết|tham gia|định kỳ|hằng|hàng|quán triệt|của|thuộc|do|như|nêu|trên|dưới|ở|vào|ra|lên|xuống|không|chưa|đã|đang|sẽ|rất|cũng|đều|vẫn|còn|lập|cử|chuẩn|bám|đưa|tiến hành|lồng ghép|phân công|liên quan|xin|bàn|cân đối|cập nhật|công bố|công khai|thống nhất|thành lập|tích cực|nghiêm|trực|lãnh đạo|đánh giá|khảo sát|ký|mở|duy trì|khai thác|sử dụng|đầu tư xây|bàn giao|tiếp nhận|cấp (?:giấy|phép|kinh)|chấn chỉnh|khuyến khích|sớm|ngay|chính|qua|bằng|khác|kể|tính|quyết|sát|hàng|thu|chi)(?!\w)"
)


def phrase_end(text: str, start: int) -> int:
    """Return where the noun phrase at ``start`` ends by its words and their classes, for names that no register knows."""
    from pipeline.nlp import noun_phrase_end  # loaded only where it is needed

    return noun_phrase_end(text, start)


@lru_cache(maxsize=4096)
def joins(pair: str, window: str) -> bool:
    """Return whether ``pair`` ("Khuyến học") is one word of Vietnamese at the start of ``window``, as the word segmenter reads it."""
    from pipeline.nlp import tag  # loaded only where a name is met that no register knows

    words = tag(window)
    return bool(words) and words[0].end >= len(pair)


@lru_cache(maxsize=4)
def unit_grammar(rulebook: Rulebook) -> UnitGrammar:
    """Return the grammar of unit names of ``rulebook``, compiled once."""
    return UnitGrammar(rulebook)


def find_units(view: TextView, rulebook: Rulebook) -> list[UnitPhrase]:
    """Return the unit phrases of a folded text in order, none overlapping another (positions in the view)."""
    return unit_grammar(rulebook).find(view)


def ascii_fold(text: str) -> str:
    """Return ``text`` in small ASCII letters and digits joined by "-": "Phòng Y tế" → "phong-y-te"."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "-".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))

"""Numbers that a task or a target clause must reach."""

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Literal, NamedTuple

from models import Target
from pipeline.nlp import noun_phrase_end
from pipeline.probe import Probe
from pipeline.rulebook import Rulebook
from pipeline.text import TextView

_DIGITS = re.compile(r"\d+")
_MARK = re.compile(r'[()"]')
_WORD = re.compile(r"[^\s,;.:()\"/|]+")
_CUT = re.compile(r"[;.:!?|](?= |$)|,(?= )")
_RATES = (10_000, 100_000, 1_000_000)  # so many among these are a rate, no part of a whole
_SENTENCE = ";.!?|"
_PER_MILLE = ("‰", " ‰")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_BACK = 70  # characters before a number in which its verb and comparator stand
_AHEAD = 50  # characters after a number that decide about it
_UNIT_WORDS = 5
_BESIDE = 3  # fewer words than these stand between a joint and the number that it belongs to
_OF_LENGTH = 120
_KNOWN_LENGTH = 26  # characters after a unit that may say its things exist already
_SENTENCE_LENGTH = 400  # characters back that a sentence is looked at
_Comparator = Literal["=", ">=", ">", "<=", "<"]
_COMPARATORS: dict[str, _Comparator] = {"at-least": ">=", "at-most": "<=", "more-than": ">", "less-than": "<"}


class _Number(NamedTuple):
    """A number as printed: value, upper end of a range, whole of a fraction; ``end`` is after a percent sign."""

    start: int
    end: int
    low: float | int
    high: float | int | None
    total: float | int | None
    percent: bool


class _Grammar:
    """The compiled rules and word lists of targets.toml."""

    def __init__(self, rulebook: Rulebook) -> None:
        file = rulebook["targets"]
        rules = {rule.id.removeprefix("target."): rule for rule in file.rules}
        self.rule = {name: Probe(rule.pattern) for name, rule in rules.items()}
        self.comparators = [(self.rule[name], sign, rules[name].id) for name, sign in _COMPARATORS.items()]
        units, words = file.tables["units"], file.tables["words"]
        self.works = frozenset(units["works"])
        self.names = self.works | frozenset(units["words"])
        self.scales = frozenset(units["scales"])
        self.pairs, self.qualifiers, self.definite = tuple(units["pairs"]), tuple(units["qualifiers"]), tuple(units["definite"])
        self.partial, self.measures = frozenset(units["partial"]), frozenset(units["measures"])
        self.predicates, self.openers, self.aims = tuple(words["predicates"]), tuple(words["openers"]), tuple(words["aims"])
        self.nouns, self.times, self.range_word = tuple(words["nouns"]), str(words["times"]), str(words["range"])
        self.links, self.joins = frozenset(words["links"]), frozenset(words["joins"])
        self.worded = tuple(words["worded"])
        self.numbers: dict[str, int] = dict(file.tables["numbers"])


@lru_cache(maxsize=4)
def target_grammar(rulebook: Rulebook) -> _Grammar:
    """Return the compiled rules of targets.toml."""
    return _Grammar(rulebook)


def _value(printed: str) -> float | int:
    """Return the number printed the Vietnamese way: dot or space for thousands, comma for decimals."""
    printed = printed.replace(" ", "")
    if _THOUSANDS.fullmatch(printed):
        printed = printed.replace(".", "")
    number = float(printed.replace(",", "."))
    return int(number) if number.is_integer() else number


def find_numbers(view: TextView, grammar: _Grammar) -> list[_Number]:
    """Return the numbers of a folded text in order, those in words (at least one …) included."""
    text = view.text
    found: list[_Number] = []
    number = grammar.rule["number"]
    for start in view.figures:
        # far faster than letting the long pattern try every letter
        match = number.match(text, start) if not found or start >= found[-1].end else None
        if match is None:
            continue
        low, high, total = match.group("low", "high", "total")
        percent = bool(match.group("lowpct") or match.group("pct"))
        upper, whole = _value(high) if high else None, _value(total) if total else None
        found.append(_Number(match.start(), match.end(), _value(low), upper, whole, percent))
    for match in grammar.rule["worded"].finditer(text) if any(word in text for word in grammar.worded) else ():
        group = "counted" if match.group("counted") else "often"
        found.append(_Number(match.start(group), match.end(group), grammar.numbers[match.group(group)], None, None, False))
    return sorted(found, key=lambda item: item.start)


def _asides(text: str) -> list[tuple[int, int]]:
    """Return the outermost stretches in brackets and quotes, in order."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    quoted = -1
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        if mark == "(":
            opened.append(at)
        elif mark == ")" and opened:
            found.append((opened.pop(), at))
        elif mark == '"':
            if quoted >= 0:
                found.append((quoted, at))
            quoted = -1 if quoted >= 0 else at
    outer: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not outer or start > outer[-1][1]:
            outer.append((start, end))
        elif end > outer[-1][1]:
            outer[-1] = (outer[-1][0], end)
    return outer


def _starts(text: str, at: int, words: tuple[str, ...]) -> bool:
    """Does one of the words stand at ``at``, whole?"""
    return text.startswith(words, at) and any(text.startswith(w, at) and not text[at + len(w) : at + len(w) + 1].isalpha() for w in words)


def _unit_end(view: TextView, at: int, grammar: _Grammar, ask: bool) -> int:
    """Return where the unit that begins one space after ``at`` ends, ``at`` where there is none.

    The longest name in the lists; where they know none and ``ask``, the noun phrase that the tagger sees.
    """
    words: list[re.Match[str]] = []
    for match in _WORD.finditer(view.text, at, at + 60):
        if match.start() != (words[-1].end() if words else at) + 1 or view.text[match.start() - 1] != " " or len(words) == _UNIT_WORDS:
            break
        words.append(match)
    if not words:
        return at
    first = words[0].start()
    for pair in grammar.pairs:
        if _starts(view.text, first, (pair,)):
            return first + len(pair)
    scaled = words[0].group() in grammar.scales and len(words) > 1
    for count in range(len(words), int(scaled), -1):
        for skip in (0, 1) if scaled else (0,):
            end = words[count - 1].end()
            if count > skip and view.text[words[skip].start() : end] in grammar.names:
                qualifier = next((q for q in grammar.qualifiers if _starts(view.text, end + 1, (q,))), "")
                if qualifier:
                    return end + 1 + len(qualifier)
                partial = ask and count == 1 and words[0].group() in grammar.partial
                return max(end, noun_phrase_end(view.cased, first)) if partial else end
    head = view.cased[first : words[0].end()]
    if not ask or not head.isalpha() or (head[0].isupper() and not head.isupper()):
        return at  # a name after a number is no unit of it
    end = noun_phrase_end(view.cased, first)
    return end if end > first else at


class _Clause:
    """One clause and what its earlier numbers were."""

    def __init__(self, view: TextView, clause_type: str, grammar: _Grammar) -> None:
        self.view, self.text, self.rule, self.grammar = view, view.text, grammar.rule, grammar
        self.is_target = clause_type == "target"
        self.asides = _asides(view.text)
        self.works_at = {opened: self.lists_works(opened, closed) for opened, closed in self.asides}
        self.cuts = [match.end() for match in _CUT.finditer(view.text)]
        self.cuts_at: dict[str, list[int]] = {}  # by the marks that cut
        self.percent_at = -1  # where the last percentage ended
        self.work_at = -1  # where the last count of pieces of work ended

    def since(self, at: int, marks: str) -> int:
        """Return where the stretch holding ``at`` begins, stretches being parted by ``marks``."""
        if marks not in self.cuts_at:
            self.cuts_at[marks] = [cut for cut in self.cuts if self.text[cut - 1] in marks]
        cuts = self.cuts_at[marks]
        last = bisect_right(cuts, at) - 1
        return max(cuts[last] if last >= 0 else 0, at - _SENTENCE_LENGTH, 0)

    def is_aside(self, at: int) -> bool:
        """Does the number stand in brackets or quotes that are no list of pieces of work?"""
        last = bisect_right(self.asides, (at, at)) - 1
        return last >= 0 and self.asides[last][1] > at and not self.works_at[self.asides[last][0]]

    def target(self, number: _Number) -> Target | None:
        """Return the target that the number states, None where it states none."""
        start = number.start
        if self.is_aside(start) or self.is_past(start):
            return None
        found = self.share(number) if number.percent else self.count(number)
        if found is None:
            return None
        unit, stop = found
        comparator, bare, rule = self.compared(start)
        upward = self.rule["upward"].match(self.text[stop : stop + _AHEAD])
        if upward:
            comparator, rule = ">=" if upward.group("way") == "lên" else "<=", "target.upward"
        return Target(
            text=self.view.cased[start:stop],
            value=number.low if number.high is None else (number.low, number.high),
            unit=unit,
            comparator=comparator,
            total=None if number.total in _RATES and unit[:1].isdigit() else number.total,
            of=self.measured(number, stop, bare),
            span=self.view.span(start, stop),
            rule=rule,
        )

    def compared(self, start: int) -> tuple[_Comparator, int, str]:
        """Return how the number at ``start`` is compared, where the words that say so begin, and the rule."""
        floor = max(0, start - _BACK)
        before = self.text[floor:start]
        for pattern, sign, identifier in self.grammar.comparators:
            if match := pattern.search(before):
                return sign, floor + match.start(), identifier
        return "=", start, "target.number"

    def is_past(self, start: int) -> bool:
        """Does the sentence say what is, not what shall be?"""
        here = self.text[self.since(start, _SENTENCE + ",:") : start]
        past = list(self.rule["past"].finditer(here))
        if past:
            return self.rule["aim"].search(here, past[-1].end()) is None
        sentence = self.text[self.since(start, _SENTENCE) : start]
        return self.rule["until-now"].match(sentence) is not None and self.rule["aim"].search(sentence) is None

    def lists_works(self, opened: int, closed: int) -> bool:
        """Is the bracket a list of pieces of work: "(04 Nghị định, 03 Thông tư)"?"""
        if self.text[opened] != "(" or not self.text[opened + 1].isdigit():
            return False
        numbers = [match.end() for match in _DIGITS.finditer(self.text, opened, closed)]
        ends = [_unit_end(self.view, end, self.grammar, False) for end in numbers]
        return all(self.text[end + 1 : stop] in self.grammar.works for end, stop in zip(numbers, ends, strict=True))

    def per(self, unit: str, stop: int) -> tuple[str, int]:
        """Return unit and end with what it is counted by: triệu đồng/người/năm."""
        for _ in range(3):
            match = self.rule["per"].match(self.text[stop : stop + _AHEAD])
            if not match:
                break
            unit += "/" + self.view.cased[stop + match.start("per") : stop + match.end("per")]
            stop += match.end()
        return unit, stop

    def share(self, number: _Number) -> tuple[str, int] | None:
        """Return unit and end of a percentage."""
        end = number.end
        if self.rule["policy"].search(self.text[max(0, number.start - _BACK) : number.start]):
            return None
        if self.rule["not-after"].match(self.text[end - 1 : end + _AHEAD]) or self.rule["rise"].match(self.text[end : end + _AHEAD]):
            return None
        self.percent_at = end
        return self.per("%", end)

    def count(self, number: _Number) -> tuple[str, int] | None:
        """Return unit and end of a number of things."""
        text, rule, start, end = self.text, self.rule, number.start, number.end
        left, right = text[max(0, start - _BACK) : start], text[end : end + _AHEAD]
        if rule["rank"].search(left):
            known = _unit_end(self.view, end, self.grammar, False)
            if number.total is not None and known > end and self.is_quantity(number):
                return self.view.cased[end + 1 : known], known
            ranked = rule["rank-words"].match(text[end : end + 2 * _AHEAD])
            if ranked:
                return self.view.cased[end + ranked.start("unit") : end + ranked.end("unit")], end + ranked.end("unit")
        word = _WORD.match(text, end + 1)
        if word and rule["lifespan"].search(left):
            known = _unit_end(self.view, end, self.grammar, False)
            stop = max(known, word.end())
            return self.per(self.view.cased[end + 1 : stop], stop)
        if text.startswith(_PER_MILLE, end):
            return _PER_MILLE[-1].strip(), text.index(_PER_MILLE[0], end) + 1
        if not self.is_quantity(number) or rule["not-after"].match(right) or rule["rise"].match(right):
            return None
        if rule["not-before"].search(left) and not rule["each"].search(left):
            return None
        often = rule["frequency"].match(right)
        if often:
            return f"{often.group('what')}/{often.group('per')}", end + often.end()
        if word and word.group() == self.grammar.times and (each := rule["frequency-before"].search(left)):
            return f"{word.group()}/{each.group('per')}", word.end()
        if number.high is not None and word and word.group() == self.grammar.times:
            return word.group(), word.end()
        if self.percent_at >= 0 and self.percent_at >= self.since(start, _SENTENCE):
            return None  # what the share of the things must have: "70% học sinh học 2 buổi"
        return self.things(number)

    def is_quantity(self, number: _Number) -> bool:
        """Is it more than a year, a badly ordered range, an impossible fraction?"""
        if number.total is not None:
            return 0 < number.low <= number.total
        if number.high is not None:
            return number.low < number.high and not (1900 <= number.low <= 2100 and 1900 <= number.high <= 2100)
        return not (1900 <= number.low <= 2100 and self.text[number.start : number.start + 4].isdigit())

    def things(self, number: _Number) -> tuple[str, int] | None:
        """Return unit and end where the words before the number make it one to be reached."""
        text, rule, grammar, start, end = self.text, self.rule, self.grammar, number.start, number.end
        comparator, bare, _ = self.compared(start)
        before = text[max(0, bare - _BACK) : bare].removesuffix(grammar.range_word)
        known = _unit_end(self.view, end, grammar, False)
        is_work = text[end + 1 : known] in grammar.works
        listed = 0 <= self.work_at <= start and text[self.work_at : start] in (", ", " và ", "; ")
        if is_work and (listed or rule["work"].search(before)):
            self.work_at = known
            return self.view.cased[end + 1 : known], known
        hoped = self.is_target or rule["aim"].search(text[self.since(start, _SENTENCE + ",:") : start]) is not None
        hoped = hoped or text[end + 1 : known] in grammar.measures
        compared = bare < start and (self.is_target or comparator in (">=", "<="))
        governed = compared or rule["governor"].search(before) or (hoped and rule["governor-weak"].search(before))
        whole = number.total is not None and (self.is_target or number.low == number.total)
        counted = self.is_target and known > end and not rule["owned"].search(before)
        if not (governed or whole or counted):
            return None
        money = rule["money"].match(text[end : end + _AHEAD])
        if money:
            earned = rule["goods"].search(text[self.since(start, _SENTENCE) : start])
            unit = self.view.cased[end + money.start("unit") : end + money.end("unit")]
            return self.per(unit, end + money.end()) if earned and not rule["policy"].search(before) else None
        stop = _unit_end(self.view, end, grammar, True)
        if stop <= end or (number.total is None and self.is_known(stop)):
            return None
        if number.total in _RATES and number.low < 1000:
            return f"{text[start:end].partition('/')[2]} {self.view.cased[end + 1 : stop]}", stop  # "17/100.000 trẻ em": a rate
        return self.per(self.view.cased[end + 1 : stop], stop)

    def is_known(self, stop: int) -> bool:
        """Do the words after the unit say that the things exist already ("10 trường đã được công nhận")?"""
        rest = self.text[stop : stop + _KNOWN_LENGTH]
        cut = _CUT.search(rest)
        rest = rest[: cut.start()] if cut else rest
        return any(rest == " " + word or f" {word} " in rest + " " for word in self.grammar.definite)

    def measured(self, number: _Number, stop: int, bare: int) -> str | None:
        """Return the shortest text that names what is measured: the noun after a share, "mỗi xã", or the noun before "đạt"."""
        begin = self.since(number.start, ",;.:|")
        each = self.rule["each-of"].search(self.text[begin:bare])
        if each:
            return self.view.cased[begin + each.start() : begin + each.end("each")]
        if number.percent:
            return self.noun_after(stop, True) or self.noun_before(begin, bare)
        linked = self.text[begin:bare].split()[-1:]
        tail = self.noun_after(stop, False)
        if "/" in self.text[number.end : stop] or (linked and linked[0] in self.grammar.links and not tail):
            return self.noun_before(begin, bare)
        return self.view.cased[number.end + 1 : stop] + (" " + tail if tail else "")

    def noun_after(self, stop: int, lists: bool) -> str | None:
        """Return the noun after a number; ``lists``: it may hold commas ("giáo viên, nhân viên")."""
        text = self.text
        words: list[re.Match[str]] = []
        if text[stop : stop + 1] != " ":
            return None
        for match in re.finditer(r"[^\s,;.:()|]+", text[stop : stop + _OF_LENGTH]):
            word, gap = match.group(), text[stop + (words[-1].end() if words else 0) : stop + match.start()]
            if not words and (word in self.grammar.joins or word in self.grammar.links):
                return None
            if _starts(text, stop + match.start(), self.grammar.predicates) or not (gap == " " or (lists and gap == ", ")):
                break
            if word[0].isdigit() and words:
                joint = 0 if "," in gap else self._joint(words)
                if joint < _BESIDE:
                    words = words[: len(words) - joint]
                    break  # the next number's part: ", 50% chi phí", ", giảm 60% …", " và 70% …"
            words.append(match)
        return self.view.cased[stop + words[0].start() : stop + words[-1].end()].strip() if words else None

    @staticmethod
    def _joint(words: list[re.Match[str]]) -> int:
        """Return how many of ``words`` stand behind the last comma or "và" (the "và" counted), all of them where there is none."""
        for back in range(1, len(words)):
            if words[-back].group() == "và":
                return back
            if words[-back].start() - words[-back - 1].end() > 1:
                return back
        return len(words) + _BESIDE

    def noun_before(self, begin: int, bare: int) -> str | None:
        """Return the noun before a number and its verb: "tỷ lệ đảng viên toàn ngành" of "… đạt 30%"."""
        words = list(_WORD.finditer(self.text, begin, bare))
        while words and words[-1].group() in self.grammar.links and not (len(words) > 1 and words[-2].group() == "trở"):
            words.pop()
        if not words:
            return None
        phrase = self.text[begin : words[-1].end()]
        at = max((phrase.rfind(aim) + len(aim) for aim in self.grammar.aims if aim in phrase), default=0)
        while True:
            at += len(phrase[at:]) - len(phrase[at:].lstrip())
            noun = _starts(phrase, at, self.grammar.nouns)
            opener = "" if noun else next((word for word in self.grammar.openers if _starts(phrase, at, (word,))), "")
            dated = self.rule["by-year"].match(phrase[at:])
            if not opener and not dated:
                break
            at += dated.end() if dated else len(opener)
        return self.view.cased[begin + at : words[-1].end()].strip() or None


def find_targets(view: TextView, clause_type: str, rulebook: Rulebook) -> tuple[Target, ...]:
    """Return the numbers that a task or target clause must reach, in order: percentages, counts, ratios, ranks.

    ``clause_type`` is the clause's type; the other types carry no targets. Numbers of existing things, ages, grades, dates, levels, past
    results and rates of support are left out.
    """
    if clause_type not in ("task", "target"):
        return ()
    grammar = target_grammar(rulebook)
    numbers = find_numbers(view, grammar)
    if not numbers:
        return ()
    clause = _Clause(view, clause_type, grammar)
    return tuple(found for number in numbers if (found := clause.target(number)) is not None)

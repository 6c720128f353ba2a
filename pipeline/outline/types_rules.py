"""rules/clauses.toml made ready: word lists, kinds of section, and the ordered rules that give a clause its type."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, Protocol

from models import RuleError
from pipeline.nlp import opening_is_verb
from pipeline.probe import Probe
from pipeline.rulebook import Rule, Rulebook
from pipeline.text import TextView, fold_text
from pipeline.units import UnitGrammar, unit_grammar
from pipeline.wordlists import WordList, words_between_marks

_FRAGMENT = re.compile(r"\$([a-z_]+)")
_SPLIT = re.compile(r"[,:;] ?")
_FAR = 420  # how far into a clause its verb of duty is looked for
_LABEL = 60  # a label is no longer than this
_NAMES = 300  # letters within which the units lie that a clause begins with
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]")  # of a pattern: what tells its alternatives apart
_BESIDE = re.compile(r"[,;]? (?:và |- )?")
_ADVERBS = 6  # how many adverbs may pile up before a verb
_OFFICE = "phòng"  # to prevent, and an office
_PARTS = ("all", "head", "tail")  # of a clause, where the words of a rule are looked for
_ALIKE = 4096  # kinds of clauses that are remembered
_OPENING = 160  # letters within which the words stand that tell how a clause begins
_WORDS = 12  # and how many are looked at
_SEGMENTS = 12  # how many commas a circumstance may hold before the order


class Seen(Protocol):
    """The part of a case that rules read."""

    text: str
    head: str
    tail: str


@dataclass(frozen=True, slots=True)
class TypeRule:
    """A rule of rules/clauses.toml, compiled.

    ``begins``: the letters that clauses for it begin with; None for any. ``opens``: where orders follow, also in a part that tells how
    things stand or what is aimed at: "below" the clause, or "after" it; "beside" it only in the former.
    """

    id: str
    type: str
    find: Callable[[str], re.Match[str] | None] | None
    at: str
    unless: Probe | None
    when: tuple[tuple[str, frozenset[Any]], ...]
    shortest: int
    longest: int
    opens: str
    begins: frozenset[str] | None

    def holds(self, case: Seen) -> bool:
        """Return whether the rule's conditions and pattern all hold for ``case``."""
        for name, allowed in self.when:
            if getattr(case, name) not in allowed:
                return False
        return self.fits(case)

    def fits(self, case: Seen) -> bool:
        """Return whether the rule's pattern holds for the words of ``case``, whatever its conditions."""
        text = case.text
        if self.begins is not None and text[:1] not in self.begins:
            return False
        if not self.shortest <= len(text) <= self.longest:
            return False
        if self.find is not None and not self.find(text if self.at == "all" else case.head if self.at == "head" else case.tail):
            return False
        return self.unless is None or not self.unless.search(text)


class _Alike(dict[str, list[tuple[TypeRule, Callable[[str], object], int]]]):
    """The rules open to clauses alike in all facts, by the letter that these begin with: each with what finds its words, and where."""

    def __init__(self, rules: Iterable[TypeRule]) -> None:
        super().__init__()
        self._rules = tuple(rules)

    def __missing__(self, letter: str) -> list[tuple[TypeRule, Callable[[str], object], int]]:
        held = [rule for rule in self._rules if rule.begins is None or letter in rule.begins]
        made = self[letter] = [(rule, rule.find or _anything, _PARTS.index(rule.at)) for rule in held]
        return made


class ClauseRules:
    """The rules in their order, with the word lists behind ``opening`` and the patterns behind ``section``."""

    def __init__(self, rules: tuple[Rule, ...], tables: Mapping[str, Any], grammar: UnitGrammar) -> None:
        self._grammar = grammar
        self._field = grammar.words.field
        self._fragments: Mapping[str, str] = tables["fragments"]
        words = {name: _words(value) for name, value in tables["openings"].items()}
        self._adverbs, self._verbs, self._not_verbs = words["adverbs"], words["verbs"], words["not_verbs"]
        self._nominal = words["nominal"]
        self._nouns, self._circumstances = words["nouns"], words["circumstances"]
        self._sections = [(name, _finder(self._expand(pattern))) for name, pattern in tables["sections"].items()]
        self._unit = re.compile(self._expand("$unit") + r"(?![\wà-ỹ])")
        self._duty = re.compile(self._expand(r"(?<![\wà-ỹ])$duty(?![\wà-ỹ])"))
        signs = {name: re.compile(self._expand(pattern)) for name, pattern in tables["signs"].items()}
        self._addressed, self._title, self._noun_before, self._leads = (signs[n] for n in ("addressed", "title", "noun_before", "leads"))
        self._meeting, self._beside = signs["meeting"], signs["beside"]
        self._dated, self._to_do = signs["dated"], signs["to_do"]
        self._dated_comma = re.compile(self._expand(tables["signs"]["dated"]).replace("(?= )", ", "))
        self._order = re.compile(self._expand(r"(?:$order) "))
        self.rules = tuple(self._compile(rule) for rule in rules)
        self._facts = attrgetter(*sorted({name for rule in self.rules for name, _ in rule.when}), "marker", "opening")
        self._open: dict[tuple[Any, ...], _Alike] = {}
        by_id = {rule.id: rule for rule in self.rules}
        self._label = by_id["field.label-value"]
        self._brackets = by_id["field.in-brackets"]
        self._bare = [by_id[f"field.{name}"] for name in ("bare-label", "content", "time-without-colon", "who-alone")]
        self._forgotten = by_id["field.label-without-colon"]
        self._unlabelled = [by_id["budget.label"], by_id["field.done-without-colon"], self._forgotten]

    def _expand(self, pattern: str) -> str:
        while (expanded := _FRAGMENT.sub(lambda m: self._fragments[m.group(1)], pattern)) != pattern:
            pattern = expanded
        return pattern

    def _compile(self, rule: Rule) -> TypeRule:
        fields = dict(rule.fields)
        when = tuple((name, frozenset(v if isinstance(v, list) else [v])) for name, v in fields.get("when", {}).items())
        if "type" not in fields:
            raise RuleError(f"rules/clauses.toml, rule {rule.id}: 'type' is missing")
        try:
            unless = Probe(self._expand(fields["unless"])) if "unless" in fields else None
        except (re.error, KeyError) as error:
            raise RuleError(f"rules/clauses.toml, rule {rule.id}: 'unless' is no regular expression: {error}") from error
        probe, at = Probe(rule.pattern) if rule.pattern else None, fields.get("at", "all")
        at_beginning = probe is not None and _is_at_beginning(rule.pattern)
        return TypeRule(
            id=rule.id,
            type=fields["type"],
            find=None if probe is None else probe.match if at_beginning else probe.search,
            at=at,
            unless=unless,
            when=when,
            shortest=fields.get("min", 0),
            longest=fields.get("max", 1 << 30),
            opens=fields.get("opens", ""),
            begins=probe.begins if probe and at_beginning and at != "tail" else None,
        )

    def decide(self, case: Seen) -> TypeRule:
        """Return the first rule that holds."""
        facts = self._facts(case)
        rules = self._open.get(facts)
        if rules is None:  # few clauses differ in all facts: those alike are told apart by their words only
            if len(self._open) >= _ALIKE:
                self._open.clear()
            open_rules = (rule for rule in self.rules if all(getattr(case, name) in allowed for name, allowed in rule.when))
            rules = self._open[facts] = _Alike(open_rules)
        parts = (case.text, case.head, case.tail)
        for rule, find, part in rules[case.text[:1]]:
            if find(parts[part]) and rule.fits(case):  # most are told by their words alone
                return rule
        raise RuleError("rules/clauses.toml: no rule holds for every clause")

    def labelled(self, case: Seen) -> bool:
        """Return whether the clause has the shape "label: value"."""
        return self._label.holds(case) or (case.text.startswith("(") and self._brackets.holds(case))

    def bare_field(self, case: Seen) -> bool:
        """Return whether the clause is a field by its own words without that shape."""
        if any(rule.fits(case) for rule in self._unlabelled) or any(rule.holds(case) for rule in self._bare):
            return True
        return self._beside.match(case.head) is not None

    def names_lead(self, case: Seen) -> bool:
        """Return whether a field says who leads the part it belongs to."""
        return bool(self._leads.search(case.head, 0, _LABEL))

    def tells_of_meeting(self, case: Seen) -> bool:
        """Return whether a field belongs to a meeting or a contest (where, who attends): what is said there is no work."""
        return bool(self._meeting.match(case.head))

    def says_what_to_do(self, case: Seen) -> bool:
        """Return whether a label announces work rather than a subject ("Nội dung thực hiện:")."""
        return bool(self._to_do.match(case.head))

    def names_end(self, cased: str) -> int:
        """Return where the units end that a clause begins with, one behind another ("Sở Y tế, Công an tỉnh …"); 0: with none."""
        view, end = TextView(cased[:_NAMES], [0], [0]), 0
        if self._grammar.words.candidate.match(view.text) is None:
            return 0
        for unit in self._grammar.each(view):
            if not ((unit.start == 0 and not unit.weak) or (end and _BESIDE.fullmatch(view.text, end, unit.start))):
                break
            end = unit.end
        return end

    def acts_from(self, text: str, start: int) -> bool:
        """Return whether a verb of action begins at ``start``, adverbs and such passed."""
        return text.startswith(" ", start) and self._word_kind(text, start)[0] == "verb"

    def section(self, text: str) -> str | None:
        """Return the kind of part that a heading (folded) names, or None."""
        bare = text.rstrip(" :.")
        return next((name for name, found in self._sections if found(bare)), None)

    def inline_section(self, case: Seen) -> str | None:
        """Return the kind of part named before a colon inside the clause ("Mục tiêu chung: …"), or None."""
        label, colon, value = case.head.partition(":")
        if not colon or not value.strip() or len(label) > _LABEL:
            return None
        kind = self.section(label)
        return kind if kind in ("aims", "needs", "budget") else None

    def opening(self, text: str, cased: str, stop: bool) -> tuple[str, bool]:
        """Return how a folded clause begins, and whether a verb of duty follows its unit or circumstance."""
        kind, at = self._word_kind(text, 0)
        if kind == "verb" and (addressed := self._addressed.match(text, at)):
            return "unit", self._has_duty(text, cased, addressed.end())
        if kind in ("verb", "number"):
            return kind, False
        if kind == "unit":
            return kind, self._has_duty(text, cased, at) or self._does(text, cased)
        if kind in ("circumstance", "other") and (dated := self._dated.match(text)) and self._word_kind(text, dated.end())[0] == "verb":
            return "verb", False  # "Trong tháng 3/2019 biên soạn …": no comma behind the time
        if kind == "circumstance" and (dated := self._dated_comma.match(text)) and self._word_kind(text, dated.end())[0] == "verb":
            return "topic", True  # "Chậm nhất ngày 30/11, hoàn thành việc rà soát, cụ thể:"
        if kind in ("circumstance", "noun", "other"):
            # a title ("Về …, …") has commas too: there an order can only follow a colon
            commas = kind == "circumstance" and stop and not self._title.match(text)
            for number, match in enumerate(_SPLIT.finditer(text, 0, _FAR)):
                if number >= _SEGMENTS:
                    break
                sign = match.group()[0]
                if sign == ":":
                    commas = True
                elif not commas:
                    if sign == ";":
                        break
                    continue
                after, begin = self._word_kind(text, match.end())
                if after == "number" and number == 0:
                    return "number", False
                if after == "verb" and (sign != "," or not self._enumerates(text, match.start())):
                    return "topic", True
                if after == "unit" and self._has_duty(text, cased, begin):
                    return "topic", True
                if self._order.match(text, match.end()):
                    return "topic", True
        return kind, False

    def _does(self, text: str, cased: str) -> bool:
        """Return whether a unit's name, a colon and what it is to do follow each other ("Phòng Quản trị: Bố trí hội trường")."""
        label, colon, value = text.partition(": ")
        if not colon or len(label) > _LABEL or any(mark in label for mark in ".;"):
            return False
        kind, _ = self._word_kind(text, len(label) + 2)
        return kind == "verb" or (kind == "other" and len(value) > 12 and opening_is_verb(cased[len(label) + 2 :]) is True)

    def _enumerates(self, text: str, comma: int) -> bool:
        """Return whether the word before a comma is a verb too ("căn cứ kết quả rà soát, đánh giá …": no order begins there)."""
        words = text[max(0, comma - 24) : comma].split()
        return " ".join(words[-2:]) in self._verbs or bool(words and words[-1] in self._verbs)

    def _has_duty(self, text: str, cased: str, start: int) -> bool:
        unit = self._unit.match(text, start)
        for match in self._duty.finditer(text, unit.end() if unit else start, start + _FAR):
            at = match.start()
            if cased[at].islower() and not self._noun_before.search(text, max(0, at - 24), at):
                return True
        return False

    def _word_kind(self, text: str, start: int) -> tuple[str, int]:
        """Return what the words from ``start`` are, and where they begin once adverbs and circumstances of time are passed."""
        words = words_between_marks(text[start : start + _OPENING], _WORDS)
        if not words:
            return "other", start
        first = text.index(words[0], start)
        if words[0][0].isdigit():
            return "number", start
        if words[0] == _OFFICE and self._field.match(text, first + len(_OFFICE) + 1):
            return "unit", first  # "Phòng Y tế", not "phòng bệnh"
        at, acts = 0, False
        for _ in range(_ADVERBS):
            size = self._adverbs.longest(words, at, 4)
            if not size or at + size >= len(words):
                break
            acts = acts or self._verbs.longest(words, at) >= size  # "tăng cường", not "trực tiếp"
            at += size
        begin = first
        for before, word in pairwise(words[: at + 1]):
            begin = text.index(word, begin + len(before))
        if self._not_verbs.longest(words, 0, 3):
            return ("unit" if self._unit.match(text, first) else "noun"), first
        verb = self._verbs.longest(words, at)
        if verb and words[at + verb : at + verb + 1] and words[at + verb] in self._nominal:
            return "noun", first
        if verb and not self._not_verbs.longest(words, at, 3):
            return "verb", begin
        if self._unit.match(text, begin):
            return "unit", begin
        if acts:
            return "verb", first
        if self._circumstances.longest(words, 0, 3):
            return "circumstance", first
        return ("noun" if self._nouns.longest(words, 0) else "other"), first


def _anything(_: str) -> bool:
    return True


def _words(listed: str) -> WordList:
    return WordList(" ".join(words_between_marks(fold_text(word))) for word in listed.split("|"))


def _finder(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Return what looks for ``pattern``: only at the beginning where it holds nowhere else."""
    compiled = Probe(pattern)
    return compiled.match if _is_at_beginning(pattern) else compiled.search


def _is_at_beginning(pattern: str) -> bool:
    return all(branch.startswith("^") for branch in _branches(pattern))


def _branches(pattern: str) -> list[str]:
    """Return the alternatives of ``pattern`` that stand outside brackets."""
    cuts = [-1]
    depth = 0
    for match in _TOKEN.finditer(pattern):
        token = match.group()
        depth += (token == "(") - (token == ")")
        if token == "|" and not depth:
            cuts.append(match.start())
    return [pattern[a + 1 : b] for a, b in pairwise([*cuts, len(pattern)])]


@lru_cache(maxsize=4)
def clause_rules(rulebook: Rulebook) -> ClauseRules:
    """Return the rules of rules/clauses.toml, made ready once for a rulebook. Raises RuleError where a rule has no type."""
    file = rulebook["clauses"]
    return ClauseRules(file.rules, file.tables, unit_grammar(rulebook))

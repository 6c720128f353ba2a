"""rules/clauses.toml made ready: word lists, kinds of section, and the ordered rules that give a clause its type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from models import RuleError
from pipeline.nlp import opening_is_verb
from pipeline.rulebook import Rule, Rulebook
from pipeline.text import fold_text

_FRAGMENT = re.compile(r"\$([a-z_]+)")
_WORD = re.compile(r"[^\s,;:.()\"'!?]+")
_SPLIT = re.compile(r"[,:;] ?")
_FAR = 420  # how far into a clause its verb of duty is looked for
_LABEL = 60  # a label is no longer than this
_ADVERBS = 6  # how many adverbs may pile up before a verb
_SEGMENTS = 12  # how many commas a circumstance may hold before the order


class Seen(Protocol):
    """The part of a case that rules read."""

    text: str
    head: str
    tail: str


@dataclass(frozen=True, slots=True)
class TypeRule:
    """A rule of rules/clauses.toml, compiled."""

    id: str
    type: str
    pattern: re.Pattern[str] | None
    anchored: bool
    at: str
    unless: re.Pattern[str] | None
    when: tuple[tuple[str, frozenset[Any]], ...]
    shortest: int
    longest: int

    def holds(self, case: Seen) -> bool:
        """Return whether the rule's conditions and pattern all hold for ``case``."""
        for name, allowed in self.when:
            if getattr(case, name) not in allowed:
                return False
        if not self.shortest <= len(case.text) <= self.longest:
            return False
        seen = case.text if self.at == "all" else case.head if self.at == "head" else case.tail
        if self.pattern is not None and not (self.pattern.match(seen) if self.anchored else self.pattern.search(seen)):
            return False
        return self.unless is None or not self.unless.search(case.text)


class ClauseRules:
    """The rules in their order, with the word lists behind ``opening`` and the patterns behind ``section``."""

    def __init__(self, rules: tuple[Rule, ...], tables: Mapping[str, Any]) -> None:
        self._fragments: Mapping[str, str] = tables["fragments"]
        words = {name: _words(value) for name, value in tables["openings"].items()}
        self._adverbs, self._verbs, self._not_verbs = words["adverbs"], words["verbs"], words["not_verbs"]
        self._nominal = words["nominal"]
        self._nouns, self._circumstances = words["nouns"], words["circumstances"]
        self._sections = [(name, re.compile(self._expand(pattern))) for name, pattern in tables["sections"].items()]
        self._unit = re.compile(self._expand("$unit") + r"(?![\wà-ỹ])")
        self._duty = re.compile(self._expand(r"(?<![\wà-ỹ])$duty(?![\wà-ỹ])"))
        signs = {name: re.compile(self._expand(pattern)) for name, pattern in tables["signs"].items()}
        self._addressed, self._title, self._noun_before, self._leads = (signs[n] for n in ("addressed", "title", "noun_before", "leads"))
        self._order = re.compile(self._expand(r"(?:$order) "))
        self.rules = tuple(self._compile(rule) for rule in rules)
        by_id = {rule.id: rule for rule in self.rules}
        self._label = by_id["field.label-value"]
        self._labels = [self._label, by_id["field.bare-label"], by_id["field.content"]]

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
            unless = re.compile(self._expand(fields["unless"])) if "unless" in fields else None
        except (re.error, KeyError) as error:
            raise RuleError(f"rules/clauses.toml, rule {rule.id}: 'unless' is no regular expression: {error}") from error
        return TypeRule(
            id=rule.id,
            type=fields["type"],
            pattern=re.compile(rule.pattern) if rule.pattern else None,
            anchored=rule.pattern.startswith("^") and "|^" not in rule.pattern and _one_branch(rule.pattern),
            at=fields.get("at", "all"),
            unless=unless,
            when=when,
            shortest=fields.get("min", 0),
            longest=fields.get("max", 1 << 30),
        )

    def decide(self, case: Seen) -> TypeRule:
        """Return the first rule that holds."""
        return next(rule for rule in self.rules if rule.holds(case))

    def labelled(self, case: Seen) -> bool:
        """Return whether the clause has the shape "label: value"."""
        return self._label.holds(case)

    def field_like(self, case: Seen) -> bool:
        """Return whether the clause is a field by its own words, with or without a value."""
        return any(rule.holds(case) for rule in self._labels)

    def names_lead(self, case: Seen) -> bool:
        """Return whether a field says who leads the part it belongs to."""
        return bool(self._leads.search(case.head, 0, _LABEL))

    def section(self, text: str) -> str | None:
        """Return the kind of part that a heading (folded) names, or None."""
        bare = text.rstrip(" :.")
        return next((name for name, pattern in self._sections if pattern.search(bare)), None)

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
        found = [m for m, _ in zip(_WORD.finditer(text, start, start + 160), range(12), strict=False)]
        if not found:
            return "other", start
        words = [m.group() for m in found]
        if words[0][0].isdigit():
            return "number", start
        at, acts = 0, False
        for _ in range(_ADVERBS):
            size = _longest(words, at, self._adverbs, 3)
            if not size or at + size >= len(words):
                break
            acts = acts or bool(_longest(words, at, self._verbs, 4))
            at += size
        first, begin = found[0].start(), found[at].start()
        if _longest(words, 0, self._not_verbs, 3):
            return ("unit" if self._unit.match(text, first) else "noun"), first
        verb = _longest(words, at, self._verbs, 4)
        if verb and words[at + verb : at + verb + 1] and words[at + verb] in self._nominal:
            return "noun", first
        if verb and not _longest(words, at, self._not_verbs, 3):
            return "verb", begin
        if self._unit.match(text, begin):
            return "unit", begin
        if acts:
            return "verb", first
        if _longest(words, 0, self._circumstances, 3):
            return "circumstance", first
        return ("noun" if _longest(words, 0, self._nouns, 4) else "other"), first


def _words(listed: str) -> frozenset[str]:
    return frozenset(" ".join(_WORD.findall(fold_text(word))) for word in listed.split("|"))


def _longest(words: list[str], at: int, known: frozenset[str], most: int) -> int:
    """Return how many words from ``at`` form the longest phrase of ``known`` (0: none)."""
    return next((n for n in range(most, 0, -1) if " ".join(words[at : at + n]) in known), 0)


def _one_branch(pattern: str) -> bool:
    """Return whether no alternative stands outside brackets, so that the leading ^ holds for the whole pattern."""
    depth = 0
    skip = False
    for c in pattern:
        if skip:
            skip = False
        elif c == "\\":
            skip = True
        elif c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == "|" and depth == 0:
            return False
    return True


@lru_cache(maxsize=4)
def clause_rules(rulebook: Rulebook) -> ClauseRules:
    """Return the rules of rules/clauses.toml, made ready once for a rulebook. Raises RuleError where a rule has no type."""
    file = rulebook["clauses"]
    return ClauseRules(file.rules, file.tables)

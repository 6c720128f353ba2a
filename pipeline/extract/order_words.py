"""The words of rules/orders.toml and the openings of rules/clauses.toml, ready to tell where an order begins."""

import re
from functools import lru_cache

from pipeline.probe import Probe
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text
from pipeline.wordlists import WordList, words_between_marks

TIME = "‹›"
"""stands in a segment for a deadline that was found there"""
_STEP = re.compile(r"[,:] | thì ")
_LOOK = 160  # characters within which a verb opens a segment, once adverbs are passed
_FAR = 420  # characters within which the order behind a circumstance begins
_ADVERBS = 6
_STEPS = 12


class OrderWords:
    """Patterns and word lists for orders. Make it once a rulebook: ``order_words(rulebook)``."""

    def __init__(self, rulebook: Rulebook) -> None:
        file = rulebook["orders"]
        patterns = {rule.id.removeprefix("order."): Probe(rule.pattern) for rule in file.rules}
        self.closing_time, self.closing_brackets = patterns["closing-time"], patterns["closing-brackets"]
        self.goes_on, self.manner, self.helps = patterns["goes-on"], patterns["manner"], patterns["helps"]
        self.chief, self.result = patterns["chief"], patterns["result"]
        self.preface, self.told, self.periodic = patterns["preface"], patterns["told"], patterns["periodic"]
        self.next, self.fronted = patterns["next"], patterns["fronted"]
        self.sent, self.lists, self.same_actor = patterns["sent"], patterns["lists"], patterns["same-actor"]
        self.assigned, self.inside, self.must = patterns["assigned"], patterns["inside"], patterns["must"]
        self.short = frozenset(file.tables["words"]["short"])
        lists = {name: _words(listed) for name, listed in rulebook["clauses"].tables["openings"].items()}
        self._adverbs = WordList(lists["adverbs"] | {"và", "hoặc", "có", TIME})
        self._verbs, self._not_verbs, self._circumstances, self._nouns = (
            WordList(lists[name]) for name in ("verbs", "not_verbs", "circumstances", "nouns")
        )

    def acts(self, segment: str, *, sentence: bool) -> bool:
        """Return whether a folded ``segment`` opens with a verb of action, behind adverbs or a circumstance, or says what must be.

        ``sentence``: it is a sentence of its own; a circumstance then needs no comma behind it ("Căn cứ kết quả đánh giá để sàng lọc …").
        """
        kind = self._opening(segment, 0)
        if kind == "circumstance":
            steps = zip(_STEP.finditer(segment, 0, _FAR), range(_STEPS), strict=False)
            if any(self._opening(segment, step.end()) == "verb" for step, _ in steps) or (sentence and self.has_verb(segment)):
                return True
        return kind == "verb" or any(pattern.match(segment) for pattern in (self.must, self.sent))

    def is_noun(self, segment: str) -> bool:
        """Return whether a folded ``segment`` opens with a noun."""
        return self._opening(segment, 0) == "noun"

    def has_verb(self, words: str) -> bool:
        """Return whether a verb of action stands anywhere in folded ``words``."""
        found = _split(words[:_FAR])
        return any(self._verbs.longest(found, at) for at in range(len(found)))

    def _opening(self, text: str, start: int) -> str:
        words = _split(text[start : start + _LOOK])
        at, acted = 0, False
        for _ in range(_ADVERBS):
            size = self._adverbs.longest(words, at)
            verb = self._verbs.longest(words, at)
            if not size or at + size >= len(words) or verb > size:
                break
            acted = acted or bool(verb)  # "tăng cường", "tập trung" are adverbs and verbs
            at += size
        if self._circumstances.longest(words, at):
            return "circumstance"
        verb = self._verbs.longest(words, at)
        if self._not_verbs.longest(words, at) or (verb and words[at + verb : at + verb + 1] == ["số"]):  # "Quyết định số …"
            return "noun"
        if verb:
            return "verb"
        if acted:
            return "verb"
        return "noun" if self._nouns.longest(words, at) else "other"


def _split(text: str) -> list[str]:
    return words_between_marks(text.replace("*", " ").replace(TIME, f" {TIME} "))


def _words(listed: str) -> frozenset[str]:
    return frozenset(" ".join(_split(fold_text(word))) for word in listed.split("|"))


@lru_cache(maxsize=4)
def order_words(rulebook: Rulebook) -> OrderWords:
    """Return the words of orders of ``rulebook``, compiled once."""
    return OrderWords(rulebook)

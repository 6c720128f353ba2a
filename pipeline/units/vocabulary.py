"""The words and patterns of unit names (rules/units.toml), compiled."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.probe import trie
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

WORD = re.compile(r"[^\W_]+(?:[&.][^\W_]+)*")
_END = r"(?![\w&])"


class Head(NamedTuple):
    """A head noun: its kind, what may follow it (``tail``), and whether it is a unit by itself (``bare``)."""

    kind: str
    tail: str
    bare: bool


def _spelled(names: Iterable[str]) -> set[str]:
    """Return ``names`` with the ways to write "và" and the dash."""
    return {
        form
        for name in names
        for form in (name, name.replace(" và ", " & "), name.replace(" và ", "&"), name.replace(" và ", " - "), name.replace(" - ", "-"))
    }


class Vocabulary:
    """Everything rules/units.toml knows, ready to match folded text. Positions are those of the view matched."""

    def __init__(self, rulebook: Rulebook) -> None:
        tables = rulebook["units"].tables
        words, collective = tables["words"], tables["collective"]
        self.abbreviations: dict[str, str] = {fold_text(short): full for short, full in tables["abbreviations"].items()}
        stems = tuple(f"{stem} " for stem in words["stems"])
        self.joined = frozenset(
            n for n in map(fold_text, [*collective["joined"], *collective["nouns"]]) if n in collective["joined"] or n.startswith(stems)
        )
        self.boards = frozenset(map(fold_text, tables["boards"]["heads"]))
        self.common = frozenset(words["common"])
        self.weak_alone = frozenset(words["weak_alone"])
        self.weak_posts = frozenset(words["weak_posts"])
        self.things = frozenset(words["things"])
        self.close = frozenset(words["close"])
        self.acts = frozenset(words["acts"])
        self.leads = tuple(f"{word} " for word in words["acts"])
        self.forces = frozenset(collective["forces"])
        self.offices = frozenset(collective["offices"])
        self.beside = frozenset(collective["beside"])
        self.back = frozenset(collective["back"])
        self.at_large = tuple(collective["at_large"])
        self.committees = frozenset(map(fold_text, collective["committees"]))
        self.joined |= self.committees
        self.owner_heads = frozenset(words["owner_heads"])
        self.twofold = frozenset(words["twofold"])
        self.with_commas = frozenset(words["with_commas"])
        self.not_after = {head: tuple(f"{w} " for w in before) for head, before in tables["not_after"].items()}

        fields = {fold_text(name) for name in tables["fields"]["names"]}
        fields |= {short for short, full in self.abbreviations.items() if fold_text(full) in fields or short.startswith("vh")}
        # the names of the centre: those that stand in a noun or a qualifier stand for one another
        self.centre: tuple[str, ...] = tuple(map(fold_text, tables["territory"]["centre"]))
        self.owners = (*self.centre, *map(fold_text, tables["territory"]["state"]))
        centre = f"(?:{'|'.join(map(re.escape, self.centre))})"

        def central(pattern: str) -> str:
            return pattern.replace(self.centre[0], centre)

        self.heads = {
            fold_text(h).replace(self.centre[0], name): Head(k["id"], k["tail"], k.get("bare", False))
            for k in tables["kind"]
            for h in k["heads"]
            for name in self.centre
        }
        collective_nouns = {n.replace(self.centre[0], name) for n in map(fold_text, collective["nouns"]) for name in self.centre}
        self.joined |= {n.replace(self.centre[0], name) for n in self.joined for name in self.centre}
        nouns = trie(sorted(collective_nouns))
        place = f"(?:{trie(tables['territory']['nouns'])})(?!\\w| ủy| hội| đoàn(?! kết))"
        level = f"(?:{trie(collective['levels'])}){_END}"
        head = trie([*self.heads, *collective_nouns, *self.beside])

        self.candidate = re.compile(rf"(?<![\w/-])(?:(?P<q>{words['quantifier']}) )?(?P<n>{head}){_END}")
        self.counted = re.compile(rf"(?<![\w/-])(?P<q>{words['counted']}) (?P<n>{head}){_END}")
        self.noun = re.compile(f"(?:{nouns}){_END}")
        self.field = re.compile(f"(?:{trie(_spelled(fields))}){_END}")
        self.capitalised = frozenset(_spelled(tables["name_words"]["capitalised"]))
        name_words = {*map(fold_text, tables["name_words"]["words"]), *self.capitalised}
        self.name_word = re.compile(f"(?:{trie(_spelled(name_words))}){_END}")
        self.levels = re.compile(rf" \(?{level}(?:(?:, | và | - |,? ){level})*\)?")
        self.place = re.compile(place)
        self.more_levels = re.compile(rf"(?:(?:, | và |,? và ){level})+")
        short, joint = rf"(?:{tables['territory']['short']})(?!\w)", "(?:, | và | - |/|; )"
        beside = f"(?:{joint}(?:{place}|{short}))"
        self.shortened = re.compile(f"{joint}{short}{beside}*")
        self.territory = re.compile(
            rf"(?!{tables['territory']['committees']}) (?:(?:của|ở|tại|thuộc) )?(?:(?:(?:các|những|\d{{1,3}}|mỗi|từng) )?{place}{beside}*"
            rf"(?: trực thuộc {centre}| trực thuộc)?|các địa phương)(?:{tables['territory']['touched']})?(?!\w)"
        )
        self.branch = re.compile(rf"(?:{words['branch']})(?!\w)")
        self.charged = re.compile(rf" (?:{words['charged']})(?!\w)")
        self.titles = re.compile(f" (?:{trie(_spelled(map(fold_text, words['titles'])))}){_END}")
        self.several = re.compile(rf"(?<!\w)(?:các|những|\d{{1,2}}) (?P<noun>{place}(?:, {place}| và {place})*)(?= |:)")
        self.of_centre = re.compile(rf" trực thuộc {centre}(?!\w)")
        self.rank = re.compile(central(rf" (?:{'|'.join(tables['territory']['ranks'])})(?!\w)"))
        self.area = re.compile(r" (?:đóng )?(?:trên|tại) (?:địa bàn|các địa bàn)(?: toàn)?(?!\w)")
        self.qualifier = re.compile(central(rf",? (?:{'|'.join(collective['qualifiers'])})(?!\w)"))
        self.belonging = re.compile(r"(?: \([^()]{1,45}\))? (?:thuộc(?:, | và |, và )trực thuộc|trực thuộc|thuộc|của|trong)(?= )")
        # asked once behind a name: most often none of them follows
        ahead = (self.belonging, self.qualifier, self.territory, self.rank, self.area)
        self.follows = re.compile("(?=[ ,])(?:" + "|".join(pattern.pattern for pattern in ahead) + ")")
        self.owned = re.compile(rf" (?:{words['owners']})(?!\w)")
        self.charge = re.compile(r" phụ trách(?: (?:lĩnh vực|khối|các lĩnh vực|chuyên môn|địa bàn|cơ sở))?(?!\w)")
        self.about = re.compile(rf" (?:{'|'.join(tables['boards']['about'])})(?!\w)")
        self.remit = re.compile(" về(?= )")
        self.tells = re.compile(rf" (?:{'|'.join(tables['boards']['tells'])})(?!\w)")
        self.modifier = re.compile(words["modifiers"])
        self.relative = re.compile(words["relative"])
        self.stop = re.compile(rf"(?:{'|'.join(words['stops'])})(?!\w)")
        self.quantifier = re.compile(rf"{words['quantifier']}(?!\w)")
        self.open = re.compile(rf"(?<!\w)(?:{'|'.join(words['open'])})(?:(?!\w)(?= )|$)")
        verbs = (fold_text(verb) for verb in rulebook["clauses"].tables["openings"]["verbs"].split("|"))
        self.verb = re.compile(f"(?:{trie(sorted(' '.join(verb.replace(',', ' ').split()) for verb in verbs))}){_END}")
        self.acting = re.compile(rf"(?:{'|'.join(words['acting'])})(?!\w)")
        self.managed = re.compile(words["managed"])
        self.said_once = frozenset(words["said_once"])
        self.papers = re.compile(f"(?:{trie(words['papers'])}){_END}")
        self.order = re.compile(rf"(?:{'|'.join(words['orders'])})(?!\w)")
        self.look_alike = re.compile(rf"(?:{'|'.join(words['look_alikes'])})(?!\w)")
        self.associations = re.compile(f"(?:{trie(words['associations'])}){_END}")
        self.never_places = frozenset(words["never_places"])
        self.regions = frozenset(words["regions"])
        self.place_ends = tuple(f" {noun}" for noun in tables["territory"]["nouns"])
        self.complete = frozenset(words["complete"])
        self.everyday_honours = frozenset(words["everyday_honours"])
        self.ranks_of_people = re.compile(rf" (?:{words['ranks_of_people']})(?= )")
        self.memberships = re.compile(rf"(?:{words['memberships']})(?!\w)")
        self.further_posts = re.compile(rf"(?:{words['further_posts']})(?!\w)")

"""The words of rules/roles.toml, compiled."""

import re
from functools import lru_cache

from models.outline import Role
from pipeline.probe import Endings, Probe
from pipeline.rulebook import Rule, Rulebook
from pipeline.units import UnitPhrase


class RoleWords:
    """Patterns that give units their roles. Make it once a rulebook: ``role_words(rulebook)``."""

    def __init__(self, rulebook: Rulebook) -> None:
        file = rulebook["roles"]
        words, people = file.tables["words"], file.tables["people"]
        self.rules: tuple[Rule, ...] = file.rules
        self.before = tuple(Probe(rf"(?<![^\W_])(?:{rule.pattern}){words['honorific']}? ?$") for rule in file.rules)
        self.likely = Endings([before.pattern for before in self.before])
        self.triggers = tuple(words["triggers"])
        self.after = tuple(re.compile(rule.fields["after"]) if "after" in rule.fields else None for rule in file.rules)
        self.labels = tuple((Probe(entry["pattern"]), entry["role"], entry.get("also")) for entry in file.tables["label"])
        self.forgotten = re.compile(file.tables["forgotten"]["label"])
        self.alone = re.compile(file.tables["alone"]["label"])
        self.honorific = Probe(rf"{words['honorific']} ?$")
        self.separator = re.compile(words["separator"])
        self.opener = re.compile(words["opener"])
        self.bare_opener = re.compile(words["bare_opener"])
        self.order = Probe(words["order"])
        self.topic = re.compile(words["topic"])
        self.each = re.compile(words["each"])
        self.heads = str(words["heads"])
        self.committees = Probe(words["committees"])
        self.duty = re.compile(words["duty"])
        self.opens_with = re.compile(words["opens_with"])
        self.assigns = re.compile(words["assigns"])
        self.does = re.compile(words["does"])
        self.owners_paper = Probe(words["owners_paper"])
        self.performs = re.compile(words["performs"])
        self.assigners = frozenset(words["assigners"])
        self.asked = Probe(words["asked"])
        self.addressed = re.compile(words["addressed"])
        self.contact = str(words["contact"])
        self.asks_too = re.compile(words["asks_too"])
        self.shares_out = re.compile(words["shares_out"])
        self.joins_in = re.compile(words["joins_in"])
        self.handed_down = Probe(words["handed_down"])
        self.handed = re.compile(words["handed"])
        self.entrusted = Probe(words["entrusted"])
        self.detailed = Probe(words["detailed"])
        self.staffed = re.compile(words["staffed"])
        self.only_opened = re.compile(words["only_opened"])
        self.no_subject = re.compile(words["no_subject"])
        self.apposition = re.compile(words["apposition"])
        self.passed_on = re.compile(words["passed_on"])
        self.aside = re.compile(words["aside"])
        self.belongs = Probe(words["belongs"])
        self.heading = re.compile(words["heading"])
        self.heading_duty = re.compile(words["heading_duty"])
        self.opens_to = Probe(words["opens_to"])
        self.reporting = Probe(words["reporting"])
        self.verbal = Probe(words["verbal"])
        self.nobody = frozenset(words["nobody"])
        self.posts = re.compile(words["posts"])
        self.organs = re.compile(words["organs"])
        self._anybody = re.compile(words["anybody"])
        self._people = re.compile(people["names"])
        self._acting_people = re.compile(people["acts"])
        self._bare_people = re.compile(people["bare"])
        self.people_behind = Probe(people["behind"])

    def names_nobody(self, name: str) -> bool:
        """Return whether ``name`` ("các cơ quan, đơn vị") means whoever is addressed."""
        return self._anybody.fullmatch(name.lower()) is not None

    def is_people(self, unit: UnitPhrase, *, subject: bool = False) -> bool:
        """Return whether ``unit`` is many people rather than somebody to answer for a task.

        ``subject``: it opens the sentence; "doanh nghiệp", "tổ chức, cá nhân" then are who is to act.
        """
        name = unit.name.lower()
        if subject and self._acting_people.match(name):
            return False
        return self._people.match(name) is not None or (unit.weak and not subject and self._bare_people.match(name) is not None)


@lru_cache(maxsize=4)
def role_words(rulebook: Rulebook) -> RoleWords:
    """Return the words of roles of ``rulebook``, compiled once."""
    return RoleWords(rulebook)


@lru_cache(maxsize=4096)  # the titles of the columns of a table come again in each of its rows
def label_role(label: str, led_elsewhere: bool, rulebook: Rulebook) -> Role | None:
    """Return the role that a field's folded label gives ("đơn vị chủ trì" → lead), or None.

    ``led_elsewhere``: whether another field of the same part says who leads; "đơn vị thực hiện" then only implements.
    """
    for pattern, role, also in role_words(rulebook).labels:
        if pattern.search(label):
            chosen: Role = also if also and led_elsewhere else role
            return chosen
    return None

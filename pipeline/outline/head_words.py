"""The vocabulary of head and foot (rules/header.toml, rules/kinds.toml), compiled once a rulebook."""

import re
from collections.abc import Iterable
from functools import lru_cache

from models import Kind
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text


def _one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of ``words`` (folded), the longest first."""
    return "|".join(re.escape(w) for w in sorted({fold_text(w) for w in words}, key=len, reverse=True))


class HeadWords:
    """Rules by id, word lists as patterns over folded text, kinds by title and by code."""

    def __init__(self, rulebook: Rulebook) -> None:
        file, kinds = rulebook["header"], rulebook["kinds"].tables["kind"]
        self.rules = {rule.id: re.compile(rule.pattern) for rule in file.rules}
        tables = file.tables
        starts = {name: re.compile(rf"(?:{_one_of(tables[name])})(?!\w)") for name in ("organ_heads", "openers", "parts", "page_tail")}
        self.organ_head, self.opener, self.part, self.page_tail = (starts[n] for n in ("organ_heads", "openers", "parts", "page_tail"))
        self.title_link = re.compile(rf"(?:{_one_of(tables['title_links'])})(?!\w)|[(\"]")
        self.dangling = re.compile(rf"(?:^|\s|\w)(?:{_one_of(tables['dangling'])})$")
        self.bare_heads = frozenset(map(fold_text, tables["bare_heads"]))
        self.standing = re.compile(_one_of(tables["standing"]))
        self.inner_organ = re.compile(rf"(?<=\w )(?:{_one_of(tables['inner_organs'])})(?= \w)")
        self.bare_organs = frozenset(map(fold_text, tables["organ_heads"]))
        self.level = re.compile(rf"(?:{_one_of(tables['levels'])})$")
        self.natural: str = " ".join(tables["natural"].split())
        self.natural_lower = self.natural.lower()
        self.posts: dict[str, str] = {fold_text(p): p for p in tables["posts"]}
        prefixes = _one_of(tables["post_prefixes"])
        self.post = re.compile(rf"(?:(?:{prefixes})[ .]*)?(?:{_one_of(tables['posts'])})(?!\w)")
        self.surnames = frozenset(tables["surnames"])
        self.purposes: dict[str, str] = tables["purposes"]
        self.code_organs: dict[str, str] = tables["code_organs"]
        self.kinds_by_title: dict[str, Kind] = {}
        self.kinds_by_code: dict[str, Kind] = {}
        for entry in kinds:
            kind = Kind(code=entry["code"], name=entry["name"])
            for title in (entry["name"], *entry.get("titles", ())):
                self.kinds_by_title.setdefault(fold_text(title), kind)
            for code in (entry["code"], *entry.get("codes", ())):
                self.kinds_by_code.setdefault(code, kind)
        self.kind_title = re.compile(rf"(?:{_one_of(self.kinds_by_title)})(?!\w)")

    def kind_of_code(self, number: str | None) -> Kind | None:
        """Return the kind whose code ``number`` carries ("267/KH-UBND", "215-TB/QU"), or None."""
        if number is None:
            return None
        for part in re.split(r"[-/ ]+", number)[1:]:
            if part.isdigit():
                continue
            return self.kinds_by_code.get(part) or (self.kinds_by_code["L"] if re.match(r"QH\d", part) else None)
        return None


@lru_cache(maxsize=2)
def head_words(rulebook: Rulebook) -> HeadWords:
    """Return the compiled vocabulary of ``rulebook``."""
    return HeadWords(rulebook)

"""One identity behind the spellings of a unit: abbreviations expanded, quantifiers and the issuer's own territory left out."""

import re
from collections.abc import Iterable
from functools import lru_cache

from models import Header, Unit
from pipeline.probe import Probe
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text
from pipeline.units import ascii_fold, unit_grammar

_LEVEL = Probe(r"(?<!\w)(tỉnh|thành phố|tp|quận|huyện|thị xã|phường|xã|thị trấn|đặc khu) (?!ủy|hội)((?:[^\W_]+ ?){1,4})$")
_FRONT = re.compile(
    r"^(?:(?:tất cả|toàn thể|toàn bộ) )?(?:các|những|mỗi|từng|một số)? ?(?:(?:đồng chí|đ/c|ông|bà) )?(?:lãnh đạo (?=\w+ \w+))?"
)
_OF_PLACE = re.compile(r"(?:ban thường vụ|ban chấp hành|bch|ban thường trực) (?=(?:tỉnh|thành phố|quận|huyện|thị xã|xã|phường|thị trấn) )")
_AREA = re.compile(r" trên địa bàn(?: (?:tỉnh|thành phố|quận|huyện|phường|xã))?$")
_ABSOLUTE = Probe(r"việt nam|trung ương|chính phủ|quốc gia|quốc hội|nhà nước|tối cao|bộ chính trị|ban bí thư")


class Identities:
    """The units of one document: ``id_of`` names a spelling's unit, ``units`` lists them at the end."""

    def __init__(self, header: Header, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        issuer = fold_text(header.issuer.name) if header.issuer else ""
        place = _LEVEL.search(_expanded(issuer, rulebook))
        self._level = place.group(1) if place else None
        self._own = re.compile(rf"(?: (?:của|thuộc))? (?:{place.group(1)})(?: {re.escape(place.group(2).strip())})?$") if place else None
        self._suffix = "." + ascii_fold(place.group()) if place else ""
        self._names: dict[str, dict[str, int]] = {}
        self._kinds: dict[str, str] = {}
        self._spelled: dict[tuple[str, str], str] = {}  # names come again and again

    def id_of(self, name: str, kind: str) -> str:
        """Return the id of the unit that ``name`` (as printed) spells, and remember the spelling."""
        unit_id = self.spelled(name, kind)
        spellings = self._names.setdefault(unit_id, {})
        spelled = " ".join(name.split())
        spellings[spelled] = spellings.get(spelled, 0) + 1
        self._kinds.setdefault(unit_id, kind)
        return unit_id

    def spelled(self, name: str, kind: str) -> str:
        """Return the id of the unit that ``name`` (as printed) spells."""
        known = self._spelled.get((name, kind))
        if known is None:
            known = self._spelled[name, kind] = self._spell(name, kind)
        return known

    def _spell(self, name: str, kind: str) -> str:
        key = _expanded(fold_text(" ".join(name.split())), self._rulebook)
        key = _FRONT.sub("", key, count=1) or key
        key = _AREA.sub("", key) or key
        absolute = kind in ("ministry", "state") or _ABSOLUTE.search(key)
        if self._own and not absolute and (shorter := self._own.sub("", key)) and shorter != key:
            key = shorter
        elif _LEVEL.search(key):
            absolute = True
        slug = "-".join(part for part in ascii_fold(key).split("-") if part != "va")
        return slug + ("" if absolute else self._suffix) if slug else "khong-ro"

    def units(self) -> tuple[Unit, ...]:
        """Return the units met so far, each with its fullest spelling as its name, in order of first meeting."""
        made = []
        for unit_id, spellings in self._names.items():
            best = max(spellings, key=lambda s: (self._plain(s), spellings[s], -len(s)))
            name = (
                re.sub(r"^(?:các|những)(?= [A-ZĐÁÀÂĂÊÔƠƯỦ])|^(?:đồng chí|đ/c) ", "", best).strip()
                if not best.lower().startswith("các")
                else best
            )
            made.append(Unit(id=unit_id, name=name[:1].upper() + name[1:], kind=self._kinds[unit_id], aliases=tuple(sorted(spellings))))
        return tuple(made)

    def _plain(self, spelling: str) -> bool:
        folded = fold_text(spelling)
        return _expanded(folded, self._rulebook) == folded


@lru_cache(maxsize=4)
def _abbreviations(rulebook: Rulebook) -> tuple[re.Pattern[str], dict[str, str]]:
    table = unit_grammar(rulebook).words.abbreviations
    words = sorted(table, key=len, reverse=True)
    return re.compile(r"(?<![\w&])(?:" + "|".join(map(re.escape, words)) + r")(?![\w&])"), table


@lru_cache(maxsize=4)
def _long_forms(rulebook: Rulebook) -> tuple[tuple[str, str], ...]:
    """Return the abbreviations with what they stand for, folded."""
    return tuple((short, fold_text(name)) for short, name in unit_grammar(rulebook).words.abbreviations.items())


@lru_cache(maxsize=8192)
def _expanded(folded: str, rulebook: Rulebook) -> str:
    """Return a folded name with its abbreviations spelled out and its separators made one."""
    pattern, table = _abbreviations(rulebook)
    name = pattern.sub(lambda m: table[m.group()], folded)
    return " ".join(re.sub(r"[\s,;/()–-]+", " ", pattern.sub(lambda m: table[m.group()], name)).split())


def own_names(header: Header, rulebook: Rulebook) -> Iterable[str]:
    """Return the folded names by which a directive calls its issuer ("ủy ban nhân dân quận", "ubnd quận hà đông", "sở gd&đt" …)."""
    if header.issuer is None:
        return []
    full = fold_text(header.issuer.name)
    if header.parent_issuer and len(full.split()) < 3:  # "Văn phòng" of the Bộ Tư pháp calls itself "Văn phòng Bộ"
        full = f"{full} {fold_text(header.parent_issuer.name)}"
    school = ["nhà trường"] if full.startswith(("trường ", "học viện ", "đại học ")) else []
    part = _OF_PLACE.match(full)
    if part and header.parent_issuer:  # "HỘI LIÊN HIỆP PHỤ NỮ VIỆT NAM" over "BAN THƯỜNG VỤ TỈNH NINH THUẬN"
        full = f"{fold_text(header.parent_issuer.name).removesuffix(' việt nam')} {full[part.end() :]}"
    forms = [full, *school, *(full.replace(long, short) for short, long in _long_forms(rulebook) if long in full)]
    return [*forms, *(f"chủ tịch {form}" for form in forms), *(f"lãnh đạo {form}" for form in forms)]

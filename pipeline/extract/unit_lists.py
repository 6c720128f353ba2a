"""Units of a clause in the lists they stand in, and the sentences of a clause."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.extract.role_words import RoleWords
from pipeline.text import TextView, fold_text
from pipeline.units import UnitPhrase

# begins with a class of letters, by which the engine skips all others at once
_SENTENCE = re.compile(r"[.;…:](?:(?<=;)|(?<=\.)(?:(?<!\..)(?= +[^\W\d])|\.\.)|(?<=…)(?= )|(?<=:) (?=- ))")
_INNER_LABEL = re.compile(r"(?: \w+){1,4} ?:")
# a stranger's name in a list
_STRANGER = re.compile(r", (?P<name>[^\W\d_]+(?: [^\W\d_]+){0,4})(?:, | và )")
_APART_AT_MOST = 70  # code points between members of one list
_WITH = " cùng "
_SAID_FIRST = ("collective", "generic")  # what a name right behind them is one of
_APPOSED = 12  # code points between a name and what only says again what it is


class UnitList(NamedTuple):
    """Units that stand in one list; positions in the view. ``start`` is behind honorifics ("các đồng chí").

    ``subject``: they stood in one list with whose papers the sentence begins with (see ``subjects_apart``).
    """

    units: tuple[UnitPhrase, ...]
    subject: bool = False

    @property
    def start(self) -> int:
        """Return where the first unit begins."""
        return self.units[0].start

    @property
    def end(self) -> int:
        """Return where the last unit ends."""
        return self.units[-1].end

    def members(self, words: RoleWords) -> Iterator[UnitPhrase]:
        """Yield the units, each with what it shares with its neighbour given back.

        "UBND tỉnh A, thành phố B" → "UBND thành phố B"; "Giám đốc, Thủ trưởng các sở" → "Giám đốc các sở".
        """
        organ = ""
        for unit, after in zip(self.units, (*self.units[1:], None), strict=True):
            if unit.kind == "territory" and organ:
                yield unit._replace(name=f"{organ} {unit.name}", kind="government")
                continue
            if unit.kind == "post" and after and after.kind == "post" and words.posts.fullmatch(unit.name.lower()):
                post = words.posts.match(after.name.lower())
                if post and after.name[post.end() :].strip():
                    yield unit._replace(name=unit.name + after.name[post.end() :])
                    continue
            match = words.organs.match(fold_text(unit.name))
            organ = unit.name[: match.end()] if match else ""
            yield unit


def unit_lists(view: TextView, units: Sequence[UnitPhrase], words: RoleWords) -> list[UnitList]:
    """Return ``units`` in their lists: neighbours with nothing but a separator between them."""
    lists: list[list[UnitPhrase]] = []
    for unit in units:
        end = lists[-1][-1].end if lists else 0
        if lists and unit.start - end < _APPOSED and words.apposition.match(view.text, end):
            continue
        if unit.weak and lists and unit.name.lower() in words.nobody and _INNER_LABEL.match(view.text, unit.end):
            continue  # "Cơ quan chủ trì: Sở A; cơ quan phối hợp: Sở B": the label of what follows
        if unit.weak and view.text.endswith(" là ", 0, unit.start):
            continue  # "với vai trò là chủ đầu tư, Tập đoàn …"
        between = view.text[end : unit.start]
        if lists and between == " (" and view.text.startswith(")", unit.end):
            continue  # "Cục Thú y (Bộ Nông nghiệp) và các đơn vị liên quan": whose it is
        if lists and between == " " and unit.kind == "organ" and lists[-1][-1].kind in _SAID_FIRST and view.cased[unit.start].isupper():
            lists[-1][-1] = unit._replace(start=lists[-1][-1].start)  # "nhà thầu Công ty A", "các nhà mạng Viettel, VNPT"
            continue
        people = bool(lists) and between == _WITH and words.is_people(lists[-1][0])  # "bố trí cán bộ cùng Công an xã …"
        joined = bool(lists) and len(between) < _APART_AT_MOST and (words.separator.fullmatch(between) or _unknown(view, end, unit, words))
        if joined and not people and (between.strip() or not unit.weak):
            lists[-1].append(unit)
        else:
            lists.append([unit])
    return [UnitList(tuple(found)) for found in lists]


def _unknown(view: TextView, end: int, unit: UnitPhrase, words: RoleWords) -> bool:
    """Whether nothing but a name that no register knows stands between ``end`` and ``unit`` ("Trạm Y tế, đội sửa chữa, các thôn")."""
    match = _STRANGER.fullmatch(view.text, end, unit.start)
    if match is None or unit.weak:
        return False
    name = match.group("name")
    patterns = (words.opener, words.only_opened)
    return not (words.does.match(view.text, match.start("name") - 1) or words.verbal.search(name) or any(p.match(name) for p in patterns))


def subjects_apart(text: str, lists: Sequence[UnitList], starts: Sequence[int], words: RoleWords) -> list[UnitList]:
    """Return ``lists`` with the subject of a sentence parted from whose papers it begins with.

    "Trên cơ sở đề nghị của các xã, Phòng Nội vụ tổng hợp …": one list by its comma, two by its sense. ``starts`` are the sentences'.
    """
    out: list[UnitList] = []
    for group in lists:
        cut = _subject_at(text, group, starts, words) if len(group.units) > 1 else 0
        out += [UnitList(group.units[:cut]), UnitList(group.units[cut:], subject=True)] if cut else [group]
    return out


def _subject_at(text: str, group: UnitList, starts: Sequence[int], words: RoleWords) -> int:
    """Return which unit of ``group`` begins the subject; 0: none does."""
    if not words.does.match(text, group.end) and not words.duty.match(text, group.end):
        return 0
    before = text[starts[bisect_right(starts, group.start) - 1] : group.start]
    if not words.owners_paper.search(before) or not words.opener.match(before.lstrip(' "-+')):
        return 0
    gaps = [text[one.end : other.start] for one, other in pairwise(group.units)]
    joined = gaps.index(" và ") + 1 if " và " in gaps else 0
    places = [n for n, gap in enumerate(gaps, start=1) if gap == ", "]
    places = [n for n in places if n > joined] or places  # "của A và B, C tổng hợp …": "và" ends whose papers they are
    above = group.units[0].kind in words.assigners
    return next((n for n in places if (group.units[n].kind in words.assigners) != above), places[0] if places else 0)


def sentence_starts(text: str, words: RoleWords) -> list[int]:
    """Return where the sentences of a folded clause begin. Words before the colon of a topic ("Về việc …:") are no sentence."""
    topic = words.topic.match(text)
    first = topic.end() if topic else 0
    starts = [first]
    for match in _SENTENCE.finditer(text, first):
        at = match.end()
        while at < len(text) and text[at] in ' "-+':
            at += 1
        starts.append(at)
    return starts

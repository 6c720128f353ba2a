"""Which units a clause names, and in which role.

The words right before a list of units decide (rules/roles.toml): "phối hợp với X", "giao X", "báo cáo X". A list that opens a
sentence is its subject and leads. Units without such words (places, beneficiaries, issuers of cited documents) get no role.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from models.outline import ClauseType, Role
from pipeline.extract.role_words import RoleWords, label_role, role_words
from pipeline.extract.unit_lists import UnitList, sentence_starts, subjects_apart, unit_lists
from pipeline.rulebook import Rulebook
from pipeline.text import TextView
from pipeline.units import UnitPhrase, find_units

_SHORT_FORM = re.compile(r" \([^()]{1,45}\)")  # "Bộ Nông nghiệp và Phát triển nông thôn (NN&PTNT) đề nghị …"
_ENDING = re.compile(r"[ ./;]*")  # all that may stand behind a name that ends a clause
_MANY = re.compile(r"(?:^|\s)các\s", re.IGNORECASE)
_ALONGSIDE = (" cùng ", " cùng với ")
_STANDING = ("ban thường vụ ", "ban chấp hành ", "ban thường trực ", "thường trực ")  # parts of an organ that speak for it
_WINDOW = 110  # code points before a list within which the words that give it a role stand
_EACH = "mỗi "
_HONORIFIC = 40  # the longest words of honour
_NAME_IN_LABEL = 70  # the same before a colon
_NAME_IN_HEADING = 120  # the longest tail of a name that fills a heading


class RoleMention(NamedTuple):
    """A unit phrase of a clause with its role and the rule that gave it."""

    role: Role
    unit: UnitPhrase
    rule: str


def find_roles(
    view: TextView, clause_type: ClauseType, label_end: int | None, field_role: Role | None, issuers: frozenset[str], rulebook: Rulebook
) -> list[RoleMention]:
    """Return the units of one clause that have a role, each once in each role, in the order of the text (see ``every_role``)."""
    return distinct(every_role(view, clause_type, label_end, field_role, issuers, rulebook))


def every_role(
    view: TextView, clause_type: ClauseType, label_end: int | None, field_role: Role | None, issuers: frozenset[str], rulebook: Rulebook
) -> list[RoleMention]:
    """Return the units of one clause with their roles, also where they are said again, in the order of the text.

    ``view`` is the clause without its marker. For a field, ``label_end`` is the view position behind "label:" and ``field_role`` what
    the label gives. ``issuers`` are folded names of who issues the directive: a sentence that they begin orders others.
    """
    if clause_type in ("target", "budget", "statement") or (clause_type == "field" and field_role is None):
        return []
    words = role_words(rulebook)
    lists = unit_lists(view, find_units(view, rulebook), words)
    if clause_type == "field" and field_role is not None:
        return _field_roles(view, [group for group in lists if group.start >= (label_end or 0)], label_end or 0, field_role, words)
    if clause_type == "heading":
        return _heading_roles(view, lists, words, issuers)
    return _clause_roles(view, lists, words, issuers)


def row_roles(cells: Sequence[tuple[str, TextView]], rulebook: Rulebook) -> list[list[RoleMention]]:
    """Return the units of each of a table row's ``cells`` (folded title of the column, its words), by the titles of their columns.

    A column whose title gives no role is read as running text.
    """
    words = role_words(rulebook)
    led = any(label_role(title, True, rulebook) == "lead" for title, _ in cells)
    out: list[list[RoleMention]] = []
    for title, view in cells:
        lists = unit_lists(view, find_units(view, rulebook), words)
        role = label_role(title, led, rulebook)
        if role:
            out.append(distinct([RoleMention(role, unit, "table.column") for group in lists for unit in group.members(words)]))
        else:
            out.append([m for m in distinct(_clause_roles(view, lists, words, frozenset())) if m.role != "lead" or not led])
    return out


def find_opening_leads(view: TextView, issuers: frozenset[str], rulebook: Rulebook) -> list[RoleMention]:
    """Return whom a paragraph that opens a list hands it to: the subject of its last sentence, behind whatever that begins with.

    "Nhằm đạt các mục tiêu trên, bên cạnh nhiệm vụ thường xuyên, các bộ, ngành cần thực hiện các nhiệm vụ sau:".
    """
    words = role_words(rulebook)
    text, starts = view.text, sentence_starts(view.text, words)
    begin = starts[-1]
    lists = subjects_apart(text, unit_lists(view, find_units(view, rulebook), words), starts, words)
    for n, group in enumerate(lists):
        before = text[begin : group.start] if group.start >= begin else "."
        begins = not before.strip(' "-+*') or before.endswith((", ", "đòi hỏi "))
        directed = lists[n + 1].start if n + 1 < len(lists) else group.end
        directs = _is_issuer(group, issuers) and words.opens_to.search(text, group.end, directed)
        if begins and not directs and not words.is_people(group.units[0]) and words.opens_with.match(text, group.end):
            return distinct([RoleMention("lead", unit, "lead.opening") for unit in group.members(words)])
    for group in lists:  # "Chủ tịch UBND tỉnh chỉ đạo các sở, ngành thực hiện các nhiệm vụ sau:"
        if group.start > begin and not words.is_people(group.units[0]) and words.opens_to.search(text[begin : group.start]):
            return distinct([RoleMention("lead", unit, "lead.opening") for unit in group.members(words)])
    return []


# -- orders ----------------------------------------------------------------------------------------------------------------------


def _clause_roles(view: TextView, lists: Sequence[UnitList], words: RoleWords, issuers: frozenset[str]) -> list[RoleMention]:
    text, starts = view.text, sentence_starts(view.text, words)
    out: list[RoleMention] = []
    if starts[0] and lists and text.startswith(":", lists[0].end) and words.addressed.fullmatch(text, 0, lists[0].start):
        starts, lists = [0, *starts], [lists[0]._replace(subject=True), *lists[1:]]  # "Đối với Sở Y tế: tăng cường …"
    lists = [group for group in lists if group.start >= starts[0]]
    if lists and not text[starts[0] : lists[0].start].strip(' "-+*'):
        lists = [_labelled(view, lists[0], words), *lists[1:]]
    lists = subjects_apart(text, lists, starts, words)
    sentence = 0
    ordered = False  # an assigner has spoken in this sentence: what it asks leads
    for n, group in enumerate(lists):
        while sentence + 1 < len(starts) and starts[sentence + 1] <= group.start:
            sentence += 1
            ordered = False
        begin = starts[sentence]
        last_end = lists[n - 1].end if n else 0
        floor = max(begin, last_end)
        found = _governed(text, group, floor, words)
        if (
            found is None
            and words.joins_in.match(text, group.end)
            and any(m.role == "lead" and words.duty.match(text, m.unit.end) for m in out)
        ):
            found = ("coordinate", "coordinate.joins-in")
        if found is None and (group.subject or _is_subject(text, group, begin, lists[:n], words)):
            if _assigns(text, group, words, issuers, led=any(m.role == "lead" for m in out)):
                ordered = True
                continue
            found = ("lead", "lead.subject")
        if found is None or (n and found[0] == "report_to" and words.passed_on.match(text, last_end, group.start) and _reported(out)):
            continue
        role, rule = found
        if rule == "report.through" and not _reported(out) and words.contact in text[begin : group.start]:
            continue  # "liên hệ Sở (qua đồng chí …)"
        if rule == "lead.assign" and n and _handed_down(text, lists[n - 1], group, begin, words):
            continue
        beside_asked = bool(out) and out[-1].rule == "lead.assign" and words.asks_too.fullmatch(text, last_end, group.start) is not None
        within = _led_in(out, begin) or _asked_within(text, begin, floor, group.start, words)
        if rule == "lead.assign" and not ordered and not beside_asked and within:
            role, rule = "implement", "implement.ask"
        staff = group.units[0].weak or words.is_people(group.units[0])
        behind = begin > starts[0] and not ordered and words.entrusted.search(text[floor : group.start])
        if rule == "lead.assign" and group.units[0].kind == "post" and not ordered and not words.only_opened.match(text, begin):
            behind = behind or words.detailed.search(text[max(starts[0], floor - len("; ")) : group.start])
        if rule == "lead.assign" and (behind or (staff and words.staffed.search(text[floor : group.start]))):
            role, rule = "implement", "implement.staff"
        moved = words.people_behind.search(text[floor : group.start]) is not None
        members = list(group.members(words))
        if words.is_people(group.units[0], subject=rule == "lead.subject") and not moved:
            if rule != "coordinate.consult":
                continue
            members = [unit for unit in members if not words.is_people(unit)]  # "lấy ý kiến của cán bộ, mặt trận, các đoàn thể"
        found_here = [unit for unit in members if unit is members[0] or moved or not words.is_people(unit)]
        beside = next((unit.start for unit in found_here[1:] if text.endswith(_ALONGSIDE, 0, unit.start)), len(text))
        for unit in found_here:
            along = role == "lead" and unit.start >= beside  # "Hội Nông dân cùng với Hội Phụ nữ vận động …"
            out.append(RoleMention("coordinate", unit, "coordinate.alongside") if along else RoleMention(role, unit, rule))
    return out


def _labelled(view: TextView, group: UnitList, words: RoleWords) -> UnitList:
    """Return ``group`` with its last name as long as the label it ends: "Phòng Quản trị thiết bị: Bố trí …"."""
    colon = view.text.find(": ", group.end, group.end + _NAME_IN_LABEL)
    rest = view.text[group.end : colon] if colon >= 0 else ""
    plain = rest.startswith(" ") and len(rest) < _NAME_IN_LABEL and not any(map(str.isdigit, rest)) and not words.verbal.search(rest)
    if not plain or len(group.units) > 1 or not view.text[colon + 2 : colon + 3].isalpha():
        return group
    last = group.units[-1]
    longer = last._replace(end=colon, name=last.name + view.cased[last.end : colon])
    return group._replace(units=(*group.units[:-1], longer))


def _governed(text: str, group: UnitList, floor: int, words: RoleWords) -> tuple[Role, str] | None:
    """Return role and rule that the words before ``group`` give it (not looking before ``floor``), or None.

    Of several rules the one that begins first decides: "phối hợp, hướng dẫn X" is coordination.
    """
    window = text[max(floor, group.start - _WINDOW) : group.start]
    best: tuple[int, int] | None = None
    for i in words.likely.numbers(window):
        match = words.before[i].search(window)
        if match is None or (group.units[0].weak and group.units[0].name[:1].islower() and words.rules[i].id == "report.result-to"):
            continue
        after = words.after[i]
        if (after is None or after.match(text, group.end)) and (best is None or match.start() < best[0]):
            best = (match.start(), i)
    if best is None or not any(map(window.__contains__, words.triggers)):
        return None
    rule = words.rules[best[1]]
    return rule.fields["role"], rule.id


def _assigns(text: str, group: UnitList, words: RoleWords, issuers: frozenset[str], *, led: bool) -> bool:
    """Whether ``group`` is who orders ("UBND quận yêu cầu …"), not who does."""
    issuer = _is_issuer(group, issuers)
    aside = _SHORT_FORM.match(text, group.end)
    behind = aside.end() if aside else group.end
    if not words.assigns.match(text, behind):
        return issuer and words.performs.match(text, behind) is not None
    if not issuer and group.units[0].kind in ("government", "ministry") and words.shares_out.match(text, behind):
        return False  # "UBND xã phân công các thôn …" in a plan of the Party: it does so itself
    many = _MANY.search(group.units[0].name) is not None  # "Hiệu trưởng các trường phân công …": no one orders in their name
    return issuer or (group.units[0].kind in words.assigners and not led and not many)


def _is_issuer(group: UnitList, issuers: frozenset[str]) -> bool:
    name = group.units[-1].name.lower()
    whole = next((name[len(body) :] for body in _STANDING if name.startswith(body)), name)
    return len(group.units) <= 2 and any(own.startswith((name, whole)) for own in issuers)


def _asked_within(text: str, begin: int, floor: int, at: int, words: RoleWords) -> bool:
    """Whether "yêu cầu X" stands in the middle of somebody's order ("có biện pháp yêu cầu các chủ đầu tư …")."""
    colon = text.rfind(": ", begin, at)  # what stands before a colon is a title
    opened = words.only_opened.match(text, colon + 2 if colon >= 0 else begin)
    return words.asked.search(text[floor:at]) is not None and not opened


def _handed_down(text: str, giver: UnitList, group: UnitList, begin: int, words: RoleWords) -> bool:
    """Whether ``group`` is only who got what is spoken of: "nhiệm vụ UBND tỉnh giao cho các sở"."""
    if giver.start < begin or words.handed.fullmatch(text, giver.end, group.start) is None:
        return False
    return words.handed_down.search(text[max(begin, giver.start - _HONORIFIC) : giver.start]) is not None


def _led_in(out: Sequence[RoleMention], begin: int) -> bool:
    return any(m.role == "lead" and m.unit.start >= begin for m in out)


def _reported(out: Sequence[RoleMention]) -> bool:
    return bool(out) and out[-1].role == "report_to"


def _is_subject(text: str, group: UnitList, begin: int, earlier: Sequence[UnitList], words: RoleWords) -> bool:
    """Whether ``group`` is the grammatical subject of an order in the sentence that begins at ``begin``."""
    first = group.units[0]
    if text.startswith(".", group.end) or _ENDING.fullmatch(text, group.end) or words.no_subject.match(text, group.end):
        return False
    shares = first.kind == "territory" or (first.kind == "collective" and text.startswith(_EACH, first.start))
    if begin > 0 and shares and words.each.match(text, first.start):
        return False  # "; mỗi xã, thị trấn 02 người", but "Về nhiệm vụ: Từng bộ, ngành triển khai …"
    before = text[begin : group.start]
    polite = words.honorific.search(before, max(0, len(before) - _HONORIFIC))
    if polite:
        before = before[: polite.start()] + " " if polite.start() else ""
    bare = before.strip(' "-+:')
    if not bare or bare in ("các", "những"):  # "Các đồng chí Huyện ủy viên …"
        labels = first.kind == "collective" and text.startswith(":", group.end)  # "Trường học: xây mới …": what the item is about
        return not (first.weak and (first.kind == "post" or labels))
    if first.kind == "territory" and first.weak:
        return False
    if words.bare_opener.fullmatch(bare):
        return True
    if words.duty.match(text, group.end) and before.endswith((", ", ": ", "; ")):
        return True
    if before.endswith(": ") and len(bare) < 160 and not first.weak:
        return text.startswith(" ", group.end)
    if not (before.endswith(", ") and words.opener.match(bare) and text.startswith((" ", ","), group.end)):
        return False
    crowded = any(e.start >= begin and e.end > group.start - 3 and not e.units[0].weak for e in earlier)
    return not crowded and words.order.search(bare) is None


# -- fields and headings -----------------------------------------------------------------------------------------------------------


def _field_roles(view: TextView, lists: Sequence[UnitList], label_end: int, role: Role, words: RoleWords) -> list[RoleMention]:
    out: list[RoleMention] = []
    for n, group in enumerate(lists):
        floor = max(label_end, lists[n - 1].end if n else 0)
        before = view.text[floor : group.start]
        governed = _governed(view.text, group, floor, words)
        if governed and governed[0] != "lead":
            out += [RoleMention(governed[0], unit, governed[1]) for unit in group.members(words)]
        elif words.joins_in.match(view.text, group.end) and any(m.role == "lead" for m in out):
            out += [RoleMention("coordinate", unit, "coordinate.joins-in") for unit in group.members(words)]
        elif out and before.strip() == "(" and words.aside.match(view.text, group.end):
            out += [RoleMention("implement", unit, "field.aside") for unit in group.members(words)]
        elif not words.belongs.search(before) and not (out and before.strip().startswith("(")):
            out += [RoleMention(role, unit, "field.label") for unit in group.members(words)]
    return distinct(out)


def _heading_roles(view: TextView, lists: Sequence[UnitList], words: RoleWords, issuers: frozenset[str]) -> list[RoleMention]:
    """A heading that names units ("2. Phòng Nội vụ quận"), or a lead-in that orders ("Giao UBND quận chỉ đạo:")."""
    text = words.heading_duty.sub("", view.text.rstrip(" :.;,-"))
    if not lists:
        return []
    first = lists[0].units[0]
    if first.name.lower() in words.nobody or words.is_people(first, subject=first.start == 0) or (first.weak and lists[0].start > 0):
        return []
    if _fills(text, lists, words):
        name = view.cased[first.start : len(text)].strip()
        return [RoleMention("lead", first._replace(end=len(text), name=name), "lead.heading")]
    rest = text
    for unit in reversed([unit for group in lists for unit in group.units]):
        rest = rest[: unit.start] + rest[unit.end :]
    if lists[0].start <= 30 and words.heading.fullmatch(rest):
        return distinct([RoleMention("lead", unit, "lead.heading") for group in lists for unit in group.members(words)])
    found = distinct(_clause_roles(view, lists, words, issuers))
    return found if view.text.rstrip(' "').endswith(":") else [m for m in found if m.role == "lead"]


def _fills(text: str, lists: Sequence[UnitList], words: RoleWords) -> bool:
    """Whether a heading is one long name of a group ("Các đơn vị cấp nước sạch trên địa bàn"), of which a part was found."""
    first = lists[0].units[0]
    if first.start > 0 or first.kind != "collective" or first.weak or any(len(group.units) > 1 for group in lists):
        return False
    tail = text[first.end :]
    return bool(tail.strip()) and len(tail) < _NAME_IN_HEADING and not words.verbal.search(tail)


def headed(mentions: Sequence[RoleMention], words: RoleWords) -> list[RoleMention]:
    """Return ``mentions`` of a clause that begins "Lãnh đạo X …", read as what a committee of the Party does: X carries it out."""
    out = list(mentions)
    for n, mention in enumerate(mentions):
        if mention.rule == "lead.subject" and mention.unit.start == 0 and mention.unit.name.lower().startswith(words.heads):
            cut = len(words.heads)
            out[n] = RoleMention("implement", mention.unit._replace(start=cut, name=mention.unit.name[cut:]), "implement.headed")
    return out


def distinct(mentions: Sequence[RoleMention]) -> list[RoleMention]:
    """Leave out what is said twice; who leads does not also implement his own order."""
    leads = {m.unit.name.lower() for m in mentions if m.role == "lead"}
    seen: set[tuple[str, str]] = set()
    out = []
    for mention in mentions:
        name = mention.unit.name.lower()
        if (mention.role, name) not in seen and not (mention.role == "implement" and name in leads):
            seen.add((mention.role, name))
            out.append(mention)
    return out

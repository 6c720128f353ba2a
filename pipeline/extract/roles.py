"""Which units a clause names, and in which role.

The words right before a list of units decide (rules/roles.toml): "phối hợp với X", "giao X", "báo cáo X". A list that opens a
sentence is its subject and leads. Units without such words (places, beneficiaries, issuers of cited documents) get no role.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from models.outline import ClauseType, Role
from pipeline.rulebook import Rule, Rulebook
from pipeline.text import TextView
from pipeline.units import UnitPhrase, find_units

_WINDOW = 110  # code points before a list within which the words that give it a role stand
_SENTENCE = re.compile(r"(?<![\d.])\.(?= +[^\W\d])|(?<=\d)\.(?= +[^\W\d])|;|\.{3}|…(?= )|: (?=- )")
_BETWEEN = re.compile(r" ?(?:,|;|/| - )? ?(?:và|hoặc|cùng|với|cùng với|và/hoặc)? ?")


@dataclass(frozen=True, slots=True)
class RoleMention:
    """A unit phrase of a clause with its role and the rule that gave it."""

    role: Role
    unit: UnitPhrase
    rule: str


@dataclass(frozen=True, slots=True)
class _UnitList:
    """Units that stand in one list; positions in the view. ``start`` is behind honorifics ("các đồng chí")."""

    units: tuple[UnitPhrase, ...]

    @property
    def start(self) -> int:
        return self.units[0].start

    @property
    def end(self) -> int:
        return self.units[-1].end


class RoleGrammar:
    """The compiled words of rules/roles.toml. Make it once a rulebook: ``role_grammar(rulebook)``."""

    def __init__(self, rulebook: Rulebook) -> None:
        file = rulebook["roles"]
        words = file.tables["words"]
        self.rules: tuple[Rule, ...] = file.rules
        self.before = tuple(re.compile(rf"(?:{rule.pattern}){words['honorific']} ?$") for rule in file.rules)
        self.first = re.compile("|".join(f"(?:{rule.pattern})" for rule in file.rules))
        self.after = tuple(re.compile(rule.fields["after"]) if "after" in rule.fields else None for rule in file.rules)
        self.labels = tuple((re.compile(entry["pattern"]), entry["role"], entry.get("also")) for entry in file.tables["label"])
        self.honorific_end = re.compile(rf"{words['honorific']} ?$")
        self.opener = re.compile(words["opener"])
        self.bare_opener = re.compile(
            r"(?:(?:định kỳ )?(?:hằng|hàng|mỗi) (?:ngày|tuần|tháng|quý|năm)(?: học)?|riêng|giao|các đồng chí|đồng chí) ?$"
        )
        self.people = re.compile(file.tables["people"]["names"])
        self.bare_people = re.compile(file.tables["people"]["bare"])
        self.people_behind = re.compile(file.tables["people"]["behind"])
        self.duty = re.compile(words["duty"])
        self.assigns = re.compile(words["assigns"])
        self.no_subject = re.compile(words["no_subject"])
        self.apposition = re.compile(words["apposition"])

    def is_people(self, unit: UnitPhrase) -> bool:
        """Return whether ``unit`` is many people rather than somebody to answer for a task."""
        name = unit.name.lower()
        return self.people.match(name) is not None or (unit.weak and self.bare_people.match(name) is not None)


@lru_cache(maxsize=4)
def role_grammar(rulebook: Rulebook) -> RoleGrammar:
    """Return the grammar of roles of ``rulebook``, compiled once."""
    return RoleGrammar(rulebook)


def label_role(label: str, led_elsewhere: bool, rulebook: Rulebook) -> Role | None:
    """Return the role that a field's folded label gives ("đơn vị chủ trì" → lead), or None.

    ``led_elsewhere``: whether another field of the same part says who leads; "đơn vị thực hiện" then only implements.
    """
    for pattern, role, also in role_grammar(rulebook).labels:
        if pattern.search(label):
            chosen: Role = also if also and led_elsewhere else role
            return chosen
    return None


def _lists(view: TextView, units: list[UnitPhrase], grammar: RoleGrammar) -> list[_UnitList]:
    """Return the units in their lists: neighbours with nothing but a separator between them."""
    lists: list[list[UnitPhrase]] = []
    for unit in units:
        if lists and grammar.apposition.match(view.text, lists[-1][-1].end) and unit.start - lists[-1][-1].end < 12:
            continue  # "Bộ Tài chính - Cơ quan thường trực Ban Chỉ đạo": the second name says what the first is
        if unit.weak and view.text.endswith(" là ", 0, unit.start):
            continue  # "với vai trò là chủ đầu tư, Tập đoàn …"
        if lists:
            between = view.text[lists[-1][-1].end : unit.start]
            if (
                len(between) < 70
                and re.fullmatch(
                    r"(?: ?\([^)]{1,45}\))?(?: ?[,;/]| -)?(?: (?:và|hoặc|cùng|cùng với|và các|và/hoặc))?(?: (?:các |những )?(?:đồng chí|đ/c))? ?",
                    between,
                )
                and between.strip() != ""
            ):
                lists[-1].append(unit)
                continue
            if between.strip() == "" and not unit.weak and len(between) <= 1:
                lists[-1].append(unit)
                continue
        lists.append([unit])
    return [_UnitList(tuple(found)) for found in lists]


def _sentence_starts(text: str) -> list[int]:
    """Return where the sentences of a clause begin (positions in the view), the clause's own start first."""
    starts = [0]
    for match in _SENTENCE.finditer(text):
        at = match.end()
        while at < len(text) and text[at] in ' "-+':
            at += 1
        starts.append(at)
    return starts


def find_roles(
    view: TextView, clause_type: ClauseType, label_end: int | None, field_role: Role | None, issuers: frozenset[str], rulebook: Rulebook
) -> list[RoleMention]:
    """Return the units of one clause that have a role, in the order of the text.

    ``view`` is the clause without its marker. For a field, ``label_end`` is the view position behind "label:" and ``field_role`` what the
    label gives. ``issuers`` are folded names of who issues the directive: a sentence that they begin orders others.
    """
    grammar = role_grammar(rulebook)
    text = view.text
    if clause_type in ("target", "budget", "statement"):
        return []
    if clause_type == "field":
        return _field_roles(view, label_end or 0, field_role, grammar, rulebook)
    if clause_type == "heading":
        return _heading_roles(view, grammar, issuers, rulebook)
    lists = _lists(view, find_units(view, rulebook), grammar)
    return _clause_roles(view, text, lists, grammar, issuers)


def _governed(view: TextView, group: _UnitList, floor: int, grammar: RoleGrammar) -> tuple[Role, str] | None:
    """Return the role that the words before ``group`` give it (not looking before ``floor``), or None."""
    text = view.text
    window = text[max(floor, group.start - _WINDOW) : group.start]
    best: tuple[int, int] | None = None
    for i, pattern in enumerate(grammar.before):
        match = pattern.search(window)
        if match is None or (group.units[0].weak and grammar.rules[i].id == "report.result-to"):
            continue
        start = match.start()
        if start and window[start - 1].isalnum():
            continue
        after = grammar.after[i]
        if after is not None and not after.match(text, group.end):
            continue
        if best is None or start < best[0]:
            best = (start, i)
    if best is None:
        return None
    rule = grammar.rules[best[1]]
    return rule.fields["role"], rule.id


def _clause_roles(view: TextView, text: str, lists: list[_UnitList], grammar: RoleGrammar, issuers: frozenset[str]) -> list[RoleMention]:
    starts = _sentence_starts(text)
    topic = _TOPIC.match(text)
    if topic:  # "Về việc …: giao Bộ A …": what stands before the colon orders nothing
        lists = [group for group in lists if group.start >= topic.end()]
        starts = [topic.end(), *(s for s in starts if s > topic.end())]
    out: list[RoleMention] = []
    sentence, floor = 0, 0
    ordered = False  # an assigner has spoken in this sentence: what it asks leads
    led = False  # somebody leads already in this clause
    for n, group in enumerate(lists):
        while sentence + 1 < len(starts) and starts[sentence + 1] <= group.start:
            sentence += 1
            ordered = False
        begin = starts[sentence]
        floor = max(begin, lists[n - 1].end if n else 0)
        if n and text[lists[n - 1].end : group.start] == " - " and group.units[0].kind == "post":
            continue
        found = _governed(view, group, floor, grammar)
        if found is None and _is_subject(view, text, group, begin, lists[:n], grammar):
            if grammar.assigns.match(text, group.end) and (_is_issuer(group, issuers) or group.units[0].kind in _ASSIGNERS and not led):
                ordered = True
                continue
            found = ("lead", "lead.subject")
        if found is None:
            continue
        role, rule = found
        if rule == "lead.assign" and not ordered and (_led_in(out, begin) or _asked_within(text, begin, floor, group.start)):
            role, rule = "implement", "implement.ask"
        if (
            rule.startswith("report")
            and out
            and out[-1].role == "report_to"
            and re.search(r"^ (?:để )?tổng hợp(?:,| và)? (?:báo cáo|trình)", text[lists[n - 1].end : group.start] if n else "")
        ):
            continue
        if grammar.is_people(group.units[0]) and not grammar.people_behind.search(text[floor : group.start]):
            continue
        for unit in _heads_back(group.units):
            if unit is group.units[0] or not grammar.is_people(unit):
                out.append(RoleMention(role, unit, rule))
        led = led or role == "lead"
    return _distinct(out)


_TOPIC = re.compile(r" ?(?:về|liên quan(?: đến)?|đối với)(?! phía)[^:;]{5,420}: (?!-)(?=[^\W\d_]{2,})")
# Kinds of units that order others when "yêu cầu", "giao" follows their name.
_ASSIGNERS = frozenset(("post", "party", "state", "government", "ministry"))


def _heads_back(units: tuple[UnitPhrase, ...]) -> Iterator[UnitPhrase]:
    """The units of a list, "UBND tỉnh A, thành phố B" with the head noun given back to the second."""
    head = ""
    for unit, after in zip(units, (*units[1:], None), strict=True):
        if (
            unit.kind == "post"
            and after
            and after.kind == "post"
            and " " in after.name
            and (tail := _POST_TAIL.search(after.name))
            and _BARE_POST.fullmatch(unit.name)
        ):
            yield replace(unit, name=f"{unit.name} {tail.group(1)}")
            continue
        if unit.kind == "territory" and head:
            yield replace(unit, name=f"{head} {unit.name}", kind="government")
            continue
        match = _GOVERNMENT.match(unit.name)
        head = match.group() if match else ""
        yield unit


# "Giám đốc, Thủ trưởng các sở, ban, ngành": the first post belongs to the same units.
_BARE_POST = re.compile(r"(?:Giám đốc|Thủ trưởng|Chủ tịch|Bí thư|Trưởng phòng|Cục trưởng|Vụ trưởng|Hiệu trưởng)")
_POST_TAIL = re.compile(r"^(?:Giám đốc|Thủ trưởng|Chủ tịch|Bí thư|Trưởng phòng|Cục trưởng|Vụ trưởng|Hiệu trưởng) (.+)$")
_GOVERNMENT = re.compile(
    r"(?:(?:Phó )?[Cc]hủ tịch )?(?:[UỦ][BỶYy]\S* ban nhân dân|[UỦ][Bb]ND|Ủy ban nhân dân|Uỷ ban nhân dân|Hội đồng nhân dân|HĐND)"
)


_ASKED = re.compile(
    r"(?:biện pháp|giải pháp|hình thức|văn bản|kiên quyết|kịp thời|thường xuyên|rà soát| và|, ) ?(?:yêu cầu|đề nghị)[^,;:.]*$"
)


_OPENER_ONLY = re.compile(r" ?(?:trên đây|căn cứ|trên cơ sở|theo|đối với|để|nhằm|về|nhận được|trong|sau|từ)(?!\\w)")


def _asked_within(text: str, begin: int, floor: int, at: int) -> bool:
    """Whether "yêu cầu X" stands in the middle of somebody's order ("có biện pháp yêu cầu các chủ đầu tư …"): X then implements."""
    asked = _ASKED.search(text[floor:at])
    return asked is not None and not _OPENER_ONLY.match(text, begin)


def _led_in(out: list[RoleMention], begin: int) -> bool:
    return any(m.role == "lead" and m.unit.start >= begin for m in out)


def _is_issuer(group: _UnitList, issuers: frozenset[str]) -> bool:
    name = group.units[-1].name.lower()
    return len(group.units) <= 2 and any(issuer.startswith(name) for issuer in issuers)


def _is_subject(view: TextView, text: str, group: _UnitList, begin: int, earlier: list[_UnitList], grammar: RoleGrammar) -> bool:
    """Whether ``group`` is the grammatical subject of an order."""
    if text.startswith(".", group.end) or group.end >= len(text.rstrip(" ./;")):
        return False
    if grammar.no_subject.match(text, group.end):
        return False
    before = text[begin : group.start]
    polite = grammar.honorific_end.search(before)
    if polite and polite.group().strip():
        before = before[: polite.start()] + " " if polite.start() else ""
    bare = before.strip(' "-+:')
    if bare and group.units[0].kind == "territory":
        return False
    if not bare:
        return not (group.units[0].weak and group.units[0].kind == "post")
    if grammar.bare_opener.fullmatch(before) or grammar.bare_opener.fullmatch(bare):
        return True
    if grammar.duty.match(text, group.end) and (
        before.endswith((", ", ": ", "; ")) or not any(e.start >= begin for e in earlier) and before.endswith(" ")
    ):
        return before.endswith((", ", ": ", "; "))
    if before.endswith(": ") and len(bare) < 160 and not group.units[0].weak:
        return text[group.end : group.end + 1] == " "
    return bool(
        before.endswith(", ")
        and grammar.opener.match(bare)
        and not any(e.start >= begin and e.end > group.start - 3 and not e.units[0].weak for e in earlier)
        and text.startswith((" ", ","), group.end)
        and not _verb_between(bare)
    )


_ORDER_WORDS = re.compile(
    r", (?:tổ chức|xây dựng|rà soát|tăng cường|thực hiện|triển khai|phối hợp|chỉ đạo|hướng dẫn|kiểm tra|nâng cao|đẩy mạnh)(?!\w)"
)


def _verb_between(bare: str) -> bool:
    """Whether an order has begun already between the opening and the unit: it then has another subject."""
    return _ORDER_WORDS.search(bare) is not None


def _field_roles(view: TextView, label_end: int, role: Role | None, grammar: RoleGrammar, rulebook: Rulebook) -> list[RoleMention]:
    if role is None:
        return []
    out: list[RoleMention] = []
    lists = _lists(view, [u for u in find_units(view, rulebook) if u.start >= label_end], grammar)
    for n, group in enumerate(lists):
        floor = max(label_end, lists[n - 1].end if n else 0)
        governed = _governed(view, group, floor, grammar)
        if governed and governed[0] in ("implement", "coordinate", "report_to"):
            out += [RoleMention(governed[0], unit, governed[1]) for unit in group.units]
        elif not re.search(r"(?<!\w)(?:của|về|theo|tại|trong|thuộc)(?: các| những)? $", view.text[floor : group.start]) and not (
            out and view.text[floor : group.start].strip().startswith("(")
        ):
            out += [RoleMention(role, unit, "field.label") for unit in group.units]
    return _distinct(out)


def row_cells(view: TextView, columns: str) -> list[tuple[str, int, int]]:
    """Return the cells of a table row as (title of the column, start, end), matched from the right: the number may be missing."""
    titles = [title.strip() for title in columns.split("|")]
    cells = [m.span() for m in re.finditer(r"[^|]+", view.text) if m.group().strip()]
    return [(title, start, end) for title, (start, end) in zip(reversed(titles), reversed(cells), strict=False)][::-1]


def row_roles(view: TextView, columns: str, rulebook: Rulebook) -> list[RoleMention]:
    """Return the units of a row of an assignment table by the titles of its columns ("… | cơ quan chủ trì | cơ quan phối hợp | …").

    Cells are parted by bars; a column whose title gives no role is read as running text.
    """
    grammar = role_grammar(rulebook)
    cells = row_cells(view, columns)
    led = any(label_role(title, True, rulebook) == "lead" for title, _, _ in cells)
    lists = _lists(view, find_units(view, rulebook), grammar)
    out: list[RoleMention] = []
    for title, start, end in cells:
        inside = [group for group in lists if start <= group.start < end]
        role = label_role(title, led, rulebook)
        if role:
            out += [RoleMention(role, unit, "table.column") for group in inside for unit in group.units if unit.end <= end]
        else:
            out += [m for m in _clause_roles(view, view.text, inside, grammar, frozenset()) if m.role != "lead" or not led]
    return _distinct(sorted(out, key=lambda m: m.unit.start))


def _heading_roles(view: TextView, grammar: RoleGrammar, issuers: frozenset[str], rulebook: Rulebook) -> list[RoleMention]:
    """A heading that names units ("2. Phòng Nội vụ quận"), or a lead-in that orders ("Giao UBND quận chỉ đạo:")."""
    text = _HEADING_DUTY.sub("", view.text.rstrip(" :.;,-"))
    lists = _lists(view, find_units(view, rulebook), grammar)
    if not lists:
        return []
    first = lists[0].units[0]
    if first.name.lower() in ("cơ quan", "đơn vị", "bộ phận", "tổ chức", "ban", "phòng", "sở", "ngành"):
        return []
    if grammar.is_people(first) or (first.weak and len(text) > len(first.name) + 2 and lists[0].start > 0):
        return []
    if _swallows(view, text, lists):
        unit = replace(first, end=len(text), name=view.cased[first.start : len(text)].strip())
        return [RoleMention("lead", unit, "lead.heading")]
    rest = re.sub(r"(?:các|những) (?:phòng|sở|bộ|ban|đơn vị|cơ quan|ngành): ", lambda m: " " * len(m.group()), text)
    for unit in sorted((u for group in lists for u in group.units), key=lambda u: -u.start):
        rest = rest[: unit.start] + rest[unit.end :]
    if lists[0].start <= 30 and re.fullmatch(
        r"[\s,;:/()+-]*(?:(?:và|cùng|trách nhiệm của|nhiệm vụ của|đối với|về phía|giao|đề nghị|yêu cầu|các đồng chí|đồng chí|trách nhiệm|nhiệm vụ|phân công|riêng)[\s,;:/()+-]*)*",
        rest,
    ):
        return _distinct([RoleMention("lead", unit, "lead.heading") for group in lists for unit in group.units])
    found = _clause_roles(view, view.text, lists, grammar, issuers)
    if view.text.rstrip(' "').endswith(":"):
        return found
    return [m for m in found if m.role == "lead"]


_HEADING_DUTY = re.compile(r" (?:có trách nhiệm|chịu trách nhiệm|có nhiệm vụ|thực hiện|tập trung)(?: (?:sau|như sau|các nhiệm vụ sau))?$")


def _swallows(view: TextView, text: str, lists: list[_UnitList]) -> bool:
    """Whether a heading is one long name of a group ("Các đơn vị cấp nước sạch trên địa bàn thành phố"), of which a part was found."""
    first = lists[0].units[0]
    if first.start > 0 or first.kind != "collective" or first.weak or any(len(group.units) > 1 for group in lists):
        return False
    tail = text[first.end :]
    return bool(tail.strip()) and len(tail) < 120 and not re.search(r"[,;:]", tail) and not _VERBAL.search(tail)


_VERBAL = re.compile(
    r"(?<!\w)(?:chủ trì|phối hợp|tổ chức|triển khai|tham mưu|hướng dẫn|chỉ đạo|đôn đốc|rà soát|xây dựng|báo cáo|căn cứ|theo|tiếp tục|khẩn trương|tăng cường|phải|cần|đẩy mạnh|nâng cao)(?!\w)"
)


def _distinct(mentions: list[RoleMention]) -> list[RoleMention]:
    """Leave out what is said twice; who leads does not also implement his own order."""
    leads = {m.unit.name.lower() for m in mentions if m.role == "lead"}
    seen: set[tuple[str, str]] = set()
    out = []
    for mention in mentions:
        key = (mention.role, mention.unit.name.lower())
        if key not in seen and not (mention.role == "implement" and key[1] in leads):
            seen.add(key)
            out.append(mention)
    return out

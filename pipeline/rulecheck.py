"""Rules keep their promises: every example fires and gives the values it names, no reject fires.

A rule is asked where it works. ``_PROBES`` says, file by file, how: through the stage that uses it, or, where a rule is one word of a
larger grammar and has no value of its own, by its pattern on folded text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.outline import ClauseType
from pipeline.check import check
from pipeline.check.typography import habits
from pipeline.extract import extract
from pipeline.extract.citations import find_citations
from pipeline.extract.deadlines import DeadlineContext, find_candidates, find_deadlines
from pipeline.extract.role_words import label_role
from pipeline.extract.roles import find_roles
from pipeline.outline import build_outline
from pipeline.outline.types_case import case_of
from pipeline.outline.types_rules import clause_rules
from pipeline.read.plain import read_plain
from pipeline.read.scan_mend import mend
from pipeline.rulebook import Rule, Rulebook
from pipeline.text import fold, fold_text
from pipeline.units import find_units

Example = Mapping[str, Any]
Found = Mapping[str, Any]
Probe = Callable[[Rule, Example, Rulebook], list[Found]]

# what an example stands in where it does not say so itself
_ISSUED_ON = "2025-11-20"
_MARKERS = {"none": "", "bullet": "-", "letter": "a)", "number": "1.", "roman": "II.", "article": "Điều 1."}


@dataclass(frozen=True)
class RuleFault:
    """A promise that a rule does not keep. ``text`` is empty where the rule makes no promise at all."""

    file: str
    rule: str
    pattern: str
    text: str
    expected: str
    found: str

    def __str__(self) -> str:
        where = f"rules/{self.file}.toml, rule {self.rule}"
        return f"{where}: {self.text!r}: expected {self.expected}, found {self.found}; pattern: {self.pattern}"


def check_rules(rulebook: Rulebook) -> list[RuleFault]:
    """Return every promise that a rule of ``rulebook`` does not keep, in the order of the files."""
    faults = [fault for file in rulebook.files.values() for rule in file.rules for fault in check_rule(file.name, rule, rulebook)]
    return faults + check_words(rulebook)


def check_words(rulebook: Rulebook) -> list[RuleFault]:
    """Return the promises that word tables do not keep: kinds of units (rules/units.toml), labels of fields (rules/roles.toml),
    compounds of OCR (rules/ocr.toml), slips of typography (rules/checks.toml).

    An example of a kind is found whole and with that kind, a reject holds no unit of it; an example of a label gives its role.
    """
    return [*_unit_faults(rulebook), *_label_faults(rulebook), *_ocr_faults(rulebook), *_typography_faults(rulebook)]


def _unit_faults(rulebook: Rulebook) -> Iterator[RuleFault]:
    if "units" not in rulebook.files:
        return
    tables = rulebook["units"].tables
    for kind in [*tables["kind"], {"id": "collective", **tables["collective"]}]:
        if not kind.get("examples"):
            yield RuleFault("units", kind["id"], "", "", "at least one example", "none")
        for text in kind.get("examples", []):
            found = [(unit.name, unit.kind) for unit in find_units(fold(text), rulebook)]
            whole = fold(text).cased
            if kind.get("tail") == "person":  # the word of honour is nobody's name
                whole = next((whole[len(head) + 1 :] for head in kind["heads"] if whole.lower().startswith(f"{head} ")), whole)
            if [name for name, _ in found] != [whole]:
                yield RuleFault("units", kind["id"], "", text, "the whole as one name", str(found))
        for text in kind.get("rejects", []):
            taken = [unit.name for unit in find_units(fold(text), rulebook) if unit.kind == kind["id"]]
            if taken:
                yield RuleFault("units", kind["id"], "", text, f"no {kind['id']}", str(taken))


def _label_faults(rulebook: Rulebook) -> Iterator[RuleFault]:
    if "roles" not in rulebook.files:
        return
    for label in rulebook["roles"].tables["label"]:
        for text in label["examples"]:
            role = label_role(fold_text(text), False, rulebook)
            if role != label["role"]:
                yield RuleFault("roles", "label", label["pattern"], text, label["role"], str(role))
        for text in label["rejects"]:
            if re.search(label["pattern"], fold_text(text)):
                yield RuleFault("roles", "label", label["pattern"], text, f"not {label['role']}", label["role"])


def _ocr_faults(rulebook: Rulebook) -> Iterator[RuleFault]:
    if "ocr" not in rulebook.files:
        return
    for name in ("compounds", "phrases"):
        table = rulebook["ocr"].tables[name]
        for example in table["examples"]:
            found = mend(example["text"], rulebook)[0]
            if found != example["gives"]:
                yield RuleFault("ocr", name, "", example["text"], example["gives"], found)
        for text in table["rejects"]:
            if mends := mend(text, rulebook)[1]:
                yield RuleFault("ocr", name, "", text, "nothing mended", str(mends))


def _typography_faults(rulebook: Rulebook) -> Iterator[RuleFault]:
    if "checks" not in rulebook.files:
        return
    for habit, entry in zip(habits(), rulebook["checks"].tables["typography"], strict=True):
        for text in entry["examples"]:
            if not habit.find(text):
                yield RuleFault("checks", "typography", entry["pattern"], text, habit.name, "nothing")
        for text in entry["rejects"]:
            if habit.find(text):
                yield RuleFault("checks", "typography", entry["pattern"], text, "nothing", habit.name)


def check_rule(file: str, rule: Rule, rulebook: Rulebook) -> list[RuleFault]:
    """Return the promises that ``rule`` of rules/``file``.toml does not keep."""
    return [RuleFault(file, rule.id, rule.pattern, *fault) for fault in _faults(file, rule, rulebook)]


def _faults(file: str, rule: Rule, rulebook: Rulebook) -> Iterator[tuple[str, str, str]]:
    """Yield text, what was expected, what was found."""
    if not rule.examples:
        yield "", "at least one example", "none"
    pattern, probe = re.compile(rule.pattern), _PROBES.get(file, _by_pattern)
    for example in rule.examples:
        text = example["text"]
        seen = _SEEN.get(file, _seen)(example)
        if not pattern.search(seen):
            yield text, "a match of the pattern", f"none in {seen!r}"
            continue
        found = probe(rule, example, rulebook)
        if not any(_keeps(rule, example, one) for one in found):
            values = {key: value for key, value in example.items() if key != "text"}
            yield text, f"{rule.id} {values or ''}".strip(), str([dict(one) for one in found])
    for reject in rule.rejects:
        example = reject if isinstance(reject, Mapping) else {"text": reject}
        found = [one for one in probe(rule, example, rulebook) if one["rule"] == rule.id]
        if found:
            yield example["text"], "nothing by this rule", str([dict(one) for one in found])


def _seen(example: Example) -> str:
    """Return an example as patterns see it: folded, but in its own case between the marks of a time (rules/deadlines.toml)."""
    view = fold(example["text"])
    if "‹" not in view.text:
        return view.text
    start, end = view.text.index("‹"), view.text.index("›")
    return ("¦" if example.get("row") else "") + view.text[:start] + view.cased[start:end] + view.text[end:]


def _keeps(rule: Rule, example: Example, found: Found) -> bool:
    """Return whether ``found`` is by ``rule`` and equal in all that the example says and the probe can see."""
    return found["rule"] == rule.id and all(found[key] == value for key, value in example.items() if key in found)


# --- how a rule is asked -------------------------------------------------------------------------------------------------


def _by_pattern(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    match = re.search(rule.pattern, fold_text(example["text"]))
    return [{"rule": rule.id, **match.groupdict()}] if match else []


def _by_type(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    """The first rule that holds decides; an example may be taken by another rule of the same type."""
    rules = clause_rules(rulebook)
    case = case_of(example["text"], _MARKERS[example.get("marker", "none")], rules)
    case.section = "tasks"
    for name, value in example.items():
        if name != "text":
            setattr(case, name, value)
    typed = next(one for one in rules.rules if one.id == rule.id)
    if not typed.holds(case):
        return []
    return [{"rule": rule.id}] if rules.decide(case).type == typed.type else [{"rule": rules.decide(case).id}]


def _by_roles(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    found: list[Found] = []
    kinds: tuple[ClauseType, ...] = ("task", "heading")
    for kind in kinds:
        mentions = find_roles(fold(example["text"]), kind, None, None, frozenset(), rulebook)
        names = {role: [m.unit.name for m in mentions if m.role == role] for role in ("lead", "coordinate", "implement", "report_to")}
        found += [{"rule": name, **names} for name in dict.fromkeys(m.rule for m in mentions)]
    return found


def _by_deadlines(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    if rule.fields["kind"] != "time":
        return _by_surroundings(rule, example, rulebook)
    term = example.get("term")
    issued_on = example.get("issued_on", _ISSUED_ON) or None
    context = DeadlineContext(issued_on, example.get("type", "task"), example.get("row", False), tuple(term) if term else None)
    return [
        {"rule": deadline.rule, "start": deadline.start, "due": deadline.due, "repeat": deadline.repeat}
        for deadline in find_deadlines(fold(example["text"]), context, rulebook)
    ]


def _by_surroundings(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    """Rules that bar or let a time pass: the time between ‹ and › of the text is barred, or is not."""
    text = example["text"]
    marked = text.index("‹"), text.index("›") - 1
    view = fold(text.replace("‹", "").replace("›", ""))
    for found in find_candidates(view, DeadlineContext(_ISSUED_ON, row=example.get("row", False)), rulebook):
        if (found.start, found.end) == marked and (found.barred is not None) == (rule.fields["kind"] == "bars"):
            return [{"rule": rule.id}]
    return []


def _by_citations(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    if not any("number" in one for one in rule.examples):
        return _by_pattern(rule, example, rulebook)  # words around a number: the number's own rule is named
    citations = find_citations(fold(example["text"]), rulebook)
    return [{"rule": one.rule, "number": one.number, "date": one.date, "kind": one.kind, "issuer": one.issuer} for one in citations]


_DIRECTIVE = """ỦY BAN NHÂN DÂN
TỈNH ĐỒNG XUÂN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 15/KH-UBND

Đồng Xuân, ngày 20 tháng 11 năm 2025

KẾ HOẠCH
{title}

{text}

Nơi nhận:
- Như trên;
- Lưu: VT.

{foot}
"""


def _by_checks(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    """The whole of a directive with the example's words as its body is read and checked; each finding of the rule's code is by it.

    An example may have a ``title`` and a ``foot`` (the signature) of its own. A rule without ``finding`` is asked by its pattern.
    """
    if "finding" not in rule.fields:
        return _by_pattern(rule, example, rulebook)
    body = "\n\n".join(example["text"].split("\n"))
    foot = example.get("foot", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\n\nLê Văn Ba")
    directive = _DIRECTIVE.format(title=example.get("title", "Cải cách hành chính"), text=body, foot=foot)
    document = read_plain(directive.encode(), "mẫu.txt", "mẫu.txt")
    extraction = extract(document, build_outline(document, rulebook), rulebook)
    findings = check(document, extraction.outline, extraction.tasks)
    return [{"rule": rule.id} for finding in findings if finding.code == rule.fields["finding"]]


def _by_mends(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    line, mends = mend(example["text"], rulebook)
    return [{"rule": name, "gives": line} for _, _, _, name in mends]


def _by_links(rule: Rule, example: Example, rulebook: Rulebook) -> list[Found]:
    from pipeline.store.links import links_in  # loads the database library, which no other rule needs

    links = links_in(example["text"], rule.fields["where"])
    return [
        {"rule": name, "numbers": [one.number for one in links if one.rule == name]} for name in dict.fromkeys(one.rule for one in links)
    ]


def _with_citations_masked(example: Example) -> str:
    from pipeline.store.links import masked

    return masked(example["text"])


_SEEN: Mapping[str, Callable[[Example], str]] = {"versions": _with_citations_masked}
"""how the patterns of a file see an example, where that is not just folded"""

_PROBES: Mapping[str, Probe] = {
    "checks": _by_checks,
    "citations": _by_citations,
    "clauses": _by_type,
    "deadlines": _by_deadlines,
    "ocr": _by_mends,
    "roles": _by_roles,
    "versions": _by_links,
}

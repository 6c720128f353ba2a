"""The evaluation report: it counts as scores do, marks the right words, needs nothing but a browser, and is current for corpus/."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import OutputError, SourceError
from pipeline.cli import Exit, main
from pipeline.evaluate import FIELDS, HEADER, ROLES, read_gold
from pipeline.evaluation import Evaluation, GoldSet, evaluate_sets, read_record, read_sets, read_stress, write_report
from pipeline.evaluation.calibration import KINDS, draw_bars
from pipeline.evaluation.confusion import ADDED, MISSED, TYPES, Matrix
from pipeline.evaluation.evaluation import SetEvaluation
from pipeline.evaluation.marks import Mark, mark_words
from pipeline.evaluation.stress import Invariant
from pipeline.messages import catalogue, speak
from pipeline.reliability import reliability

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "evaluation"
FILES = ("report.html", "report.md", "report.json")

HEADING = "1. Sở Y tế"
ORDER = "- Chủ trì, phối hợp với Công an tỉnh <b>rà soát</b>, xong trước ngày 15/9/2024."
REPORT = "- Tổng hợp | báo cáo *Sở Tài chính*."
TEXT = f"{HEADING}\n{ORDER}\n{REPORT}"


@pytest.fixture(autouse=True)
def language() -> None:
    speak("vi")


def _at(words: str) -> list[int]:
    start = TEXT.index(words)
    return [start, start + len(words)]


def _units(**named: str) -> dict[str, list[str]]:
    return {role: [named[role]] if role in named else [] for role in ROLES}


def _stated(**named: str) -> dict[str, list[dict[str, Any]]]:
    return {role: [{"name": name, "span": _at(name)} for name in names] for role, names in _units(**named).items()}


def _gold() -> dict[str, Any]:
    due = {"start": None, "due": "2024-09-15", "repeat": None}
    none: dict[str, Any] = {"deadlines": [], "targets": [], "citations": [], "effective_deadlines": []}

    def clause(name: str, words: str, kind: str, parent: str | None, stated: Any, units: Any) -> dict[str, Any]:
        start, end = _at(words)
        place = {"id": name, "start": start, "end": end, "marker": words.split()[0], "type": kind, "parent": parent}
        return place | none | {"stated": stated, "units": units}

    return {
        "text": TEXT,
        "header": {"kind": "Kế hoạch", "number": "12/KH-UBND", "date": "2024-08-01", "issuer": "UBND tỉnh", "title": None, "signer": None},
        "clauses": [
            clause("c1", HEADING, "heading", None, _stated(), _units()),
            clause("c2", ORDER, "task", "c1", _stated(coordinate="Công an tỉnh"), _units(lead="Sở Y tế", coordinate="Công an tỉnh"))
            | {"deadlines": [due | {"span": _at("trước ngày 15/9/2024")}], "effective_deadlines": [due]},
            clause("c3", REPORT, "task", "c1", _stated(report_to="Sở Tài chính"), _units(lead="Sở Y tế", report_to="Sở Tài chính")),
        ],
        "edges": [["Sở Y tế", "Công an tỉnh"]],
    }


def _result() -> dict[str, Any]:
    """A result in which everything of _gold is right."""
    empty: dict[str, Any] = {"mentions": [], "deadlines": [], "targets": [], "citations": [], "rule": "task.verb"}
    due = {"start": None, "due": "2024-09-15", "repeat": None, "span": _at("trước ngày 15/9/2024"), "rule": "time.by-day"}
    here = {"how": "stated", "clause_id": "1/-1", "span": [0, 1], "rule": "coordinate.with"}
    above = {"how": "heading", "clause_id": "1", "span": _at("Sở Y tế"), "rule": "lead.heading"}

    def mention(role: str, name: str, rule: str) -> dict[str, Any]:
        return {"role": role, "name": name, "span": _at(name), "rule": rule}

    return {
        "rulebook": "f" * 64,
        "text": TEXT,
        "header": {
            "kind": {"code": "KH", "name": "Kế hoạch"}, "number": "12/KH-UBND", "issued_on": "2024-08-01",
            "issuer": {"name": "UBND tỉnh"}, "title": None, "signer": None,
        },
        "clauses": [
            empty | {"id": "1", "type": "heading", "parent": None, "span": _at(HEADING), "rule": "heading.unit"},
            empty
            | {"id": "1/-1", "type": "task", "parent": "1", "span": _at(ORDER), "deadlines": [due]}
            | {"mentions": [mention("coordinate", "Công an tỉnh", "coordinate.with")]},
            empty
            | {"id": "1/-2", "type": "task", "parent": "1", "span": _at(REPORT)}
            | {"mentions": [mention("report_to", "Sở Tài chính", "report.to")]},
        ],
        "tasks": [
            {
                "clause_id": "1/-1", "confidence": 0.97, "deadlines": [due | {"origin": here | {"rule": "time.by-day"}}],
                "assignments": [
                    {"role": "lead", "name": "Sở Y tế", "origin": above}, {"role": "coordinate", "name": "Công an tỉnh", "origin": here},
                ],
            },
            {
                "clause_id": "1/-2", "confidence": None, "deadlines": [],
                "assignments": [
                    {"role": "lead", "name": "Sở Y tế", "origin": above},
                    {"role": "report_to", "name": "Sở Tài chính", "origin": here | {"rule": "report.to"}},
                ],
            },
        ],
        "graph": {"edges": [{"source_name": "Sở Y tế", "target_name": "Công an tỉnh", "relation": "coordinates"}]},
        "findings": [{"code": "draft", "severity": "note", "message": "Văn bản là <dự thảo>."}] * 2,
    }  # fmt: skip


def _evaluate(result: dict[str, Any], **options: Any) -> Evaluation:
    return evaluate_sets([GoldSet("thử", {"kh": _gold()}, {"kh": result})], **options)


def _only(evaluation: Evaluation) -> SetEvaluation:
    (each,) = evaluation.sets
    return each


def _cells(matrix: Matrix) -> dict[tuple[str, str], int]:
    return {
        (gold, predicted): count
        for gold, counts in zip(matrix.gold, matrix.counts, strict=True)
        for predicted, count in zip(matrix.predicted, counts, strict=True)
        if count
    }


# --- figures -------------------------------------------------------------------------------------------------------------


def test_where_all_is_right_nothing_is_told() -> None:
    each = _only(_evaluate(_result()))
    assert not each.worst and not each.slips and not each.mistakes.lapses and not each.mistakes.omissions
    assert all(gold == predicted for matrix in each.matrices.values() for gold, predicted in _cells(matrix))
    assert {track.rule: track.right for track in each.mistakes.tracks if track.field == "lead"} == {"lead.heading": 2}
    assert each.documents[0].findings == {"draft": 2}


def test_a_unit_in_another_role_is_confused_and_not_missed() -> None:
    result = _result()
    result["tasks"][0]["assignments"][1]["role"] = "implement"
    each = _only(_evaluate(result))
    assert _cells(each.matrices["roles"])["coordinate", "implement"] == 1
    assert not {MISSED, ADDED} & {label for pair in _cells(each.matrices["roles"]) for label in pair}
    assert ("coordinate", "coordinate") in _cells(each.matrices["mentions"])


def test_what_one_side_lacks_is_missed_or_added() -> None:
    result = _result()
    result["tasks"][0]["assignments"][0]["name"] = "Sở Tài chính"
    result["clauses"][2]["span"] = _at("Tổng hợp")
    each = _only(_evaluate(result))
    assert _cells(each.matrices["types"])["task", MISSED] == _cells(each.matrices["types"])[ADDED, "task"] == 1
    roles = _cells(each.matrices["roles"])
    assert (roles["lead", MISSED], roles[ADDED, "lead"]) == (2, 2)


def test_all_parts_count_as_the_scores_do(corpus_results: dict[str, dict[str, Any]]) -> None:
    each = _only(evaluate_sets([GoldSet("corpus", read_gold(ROOT / "corpus"), corpus_results)]))
    tallies = each.scores.tallies
    for name in FIELDS:
        assert sum(d.scores.tallies[name].right for d in each.documents) == tallies[name].right, name
    for kind, fields in (("roles", ROLES), ("types", TYPES)):
        matrix = each.matrices[kind]
        diagonal = [matrix.counts[i][i] for i in range(len(fields))]
        if kind == "types":
            assert sum(diagonal) == tallies["type"].right
            assert sum(map(sum, matrix.counts[:-1])) == tallies["clauses"].gold
            continue
        for i, role in enumerate(ROLES):
            tally = tallies[role]
            assert (diagonal[i], sum(matrix.counts[i]), sum(row[i] for row in matrix.counts)) == (tally.right, tally.gold, tally.predicted)
    for lapse in each.mistakes.lapses:
        tally = tallies[lapse.field]
        assert (lapse.missed, lapse.wrong) == (tally.gold - tally.right, tally.predicted - tally.right)
    for name in ("mentions", "due", *ROLES):
        tracks = [track for track in each.mistakes.tracks if track.field == name]
        assert (sum(t.right for t in tracks), sum(t.wrong for t in tracks)) == (
            tallies[name].right,
            tallies[name].predicted - tallies[name].right,
        )
    missed = {role: tallies[role].gold - tallies[role].right for role in ROLES}
    assert {role: each.mistakes.stated[role] + each.mistakes.inherited[role] for role in ROLES} == missed


def test_rows_without_confidence_are_left_out_and_counted() -> None:
    result = _result()
    result["tasks"][0]["assignments"][0]["confidence"] = 0.0  # is one too
    rows, units = _only(_evaluate(result)).calibrations
    assert (rows.kind, rows.figures.count, rows.unknown, rows.figures.sure_true) == ("rows", 1, 1, 1.0)
    assert (units.kind, units.figures.count, units.unknown) == ("units", 1, 3)
    result["tasks"][0]["deadlines"] = []
    assert _only(_evaluate(result)).calibrations[0].figures.sure_true == 0.0


def test_bars_of_the_diagram_lie_where_the_figures_are() -> None:
    (low, high) = draw_bars(reliability([(0.25, True), (0.25, False), (0.95, True)]))
    assert (low.dot_x, low.dot_y, low.count) == (75.0, 150.0, 2)
    assert (high.dot_x, high.top, high.height, high.tall) == (285.0, 0.0, 300.0, 30.0)


# --- wrong rows ----------------------------------------------------------------------------------------------------------


def test_a_wrong_row_says_what_it_should_be_and_which_rule_made_it() -> None:
    result = _result()
    result["tasks"][0]["assignments"][0]["name"] = "Sở Tài chính"
    result["clauses"][1]["deadlines"] = result["tasks"][0]["deadlines"] = []
    (worst,) = _only(_evaluate(result)).worst
    (row,) = worst.rows
    assert (row.kind, row.place, row.clause_id, row.rule) == ("wrong", "c2", "1/-1", "task.verb")
    lead, due = row.faults
    assert [told.said for told in lead.missed] == ["Sở Y tế"]
    assert [(told.said, told.source) for told in lead.wrong] == [("Sở Tài chính", "theo đề mục 1 · lead.heading")]
    assert (due.field, due.missed[0].said, due.wrong) == ("due", "→ 2024-09-15", ())
    assert {(p.words, p.kind, p.labels) for p in row.pieces if p.kind} == {
        ("Công an tỉnh", "both", ("coordinate",)),
        ("trước ngày 15/9/2024", "missed", ("deadline",)),
    }


def test_rows_that_one_side_lacks_say_why() -> None:
    result = _result()
    result["clauses"][2]["span"] = _at("Tổng hợp | báo cáo")
    result["clauses"][1]["type"] = "statement"
    result["tasks"] = result["tasks"][1:]
    (worst,) = _only(_evaluate(result)).worst
    typed, cut, ours = worst.rows
    assert (typed.kind, typed.faults[0].field, typed.faults[0].missed[0].said) == ("missed", "type", "nhiệm vụ")
    assert (cut.kind, cut.clause_id) == ("missed", "") and "1 đoạn" in cut.note
    assert "cut" in {piece.kind for piece in cut.pieces}
    assert (ours.kind, ours.place, ours.clause_id) == ("added", "", "1/-2")


@pytest.mark.parametrize(
    ("gold", "program", "expected"),
    [
        (("lead", "Sở Y tế"), ("lead", "Sở Y tế"), ("both", ("lead",))),
        (("lead", "Sở Y tế"), ("coordinate", "Sở Y tế"), ("differ", ("lead", "coordinate"))),
        (("lead", "Sở Y tế"), ("lead", "Sở Tài chính"), ("differ", ("lead",))),
        (("lead", "Sở Y tế"), None, ("missed", ("lead",))),
        (None, ("lead", "Sở Y tế"), ("added", ("lead",))),
    ],
)
def test_marks_say_how_the_sides_differ(gold: tuple[str, str] | None, program: tuple[str, str] | None, expected: object) -> None:
    sides = [[Mark(5, 12, *mark)] if mark else [] for mark in (gold, program)]
    pieces = mark_words("Giao Sở Y tế rà soát", 0, 20, *sides)
    assert [p.words for p in pieces] == ["Giao ", "Sở Y tế", " rà soát"]
    assert (pieces[1].kind, pieces[1].labels) == expected


def test_long_words_without_a_mark_are_shortened() -> None:
    text = "một hai " * 100 + "Sở Y tế" + " ba bốn" * 100
    pieces = mark_words(text, 0, len(text), [Mark(800, 807, "lead", "Sở Y tế")], [])
    assert [p.kind for p in pieces] == ["", "missed", ""]
    assert all("[…]" in p.words and len(p.words) < 260 for p in (pieces[0], pieces[2]))
    assert pieces[0].words.endswith("một hai ") and pieces[2].words.startswith(" ba bốn")


@st.composite
def _sides(draw: st.DrawFn) -> tuple[str, list[Mark], list[Mark], list[int]]:
    text = draw(st.text("aăb đ,\n", min_size=1, max_size=60))
    place = st.integers(0, len(text))
    mark = st.builds(lambda a, b, role: Mark(min(a, b), max(a, b), role, f"Sở {a}"), place, place, st.sampled_from(ROLES))
    return text, draw(st.lists(mark, max_size=5)), draw(st.lists(mark, max_size=5)), draw(st.lists(place, max_size=4))


@given(_sides())
def test_pieces_hold_every_word_once(sides: tuple[str, list[Mark], list[Mark], list[int]]) -> None:
    text, gold, program, cuts = sides
    pieces = mark_words(text, 0, len(text), gold, program, cuts)
    assert "".join("".join(p.words for p in pieces).split()) == "".join(text.split())


# --- mistakes ------------------------------------------------------------------------------------------------------------


def test_missed_values_come_with_their_neighbours() -> None:
    result = _result()
    result["clauses"][2]["mentions"] = []
    result["tasks"][1]["assignments"].pop()
    mistakes = _only(_evaluate(result)).mistakes
    (omission,) = mistakes.omissions
    assert (omission.before, omission.words, omission.behind) == ("| báo cáo *", "Sở Tài chính", "*.")
    assert (mistakes.stated["report_to"], mistakes.inherited["report_to"]) == (1, 0)


def test_what_is_cut_typed_or_hung_wrongly_is_told_by_name() -> None:
    result = _result()
    result["clauses"][0] |= {"type": "statement", "rule": "statement.rest"}
    result["clauses"][2]["parent"] = None
    result["clauses"][1]["span"] = _at("Công an tỉnh")
    result["header"]["issued_on"] = "2024-09-01"
    slips = _only(_evaluate(result)).slips
    assert [(slip.field, slip.place, slip.gold, slip.program, slip.rule) for slip in slips] == [
        ("clauses", "c2", "", "", ""),
        ("type", "c1", "đề mục", "trần thuật", "statement.rest"),
        ("parent", "c3", "c1", "(không có)", ""),
        ("issued_on", "", "2024-08-01", "2024-09-01", ""),
    ]


# --- earlier reports -----------------------------------------------------------------------------------------------------


def test_gains_and_losses_by_name(tmp_path: Path) -> None:
    worse = _result()
    worse["tasks"][0]["assignments"][0]["name"] = "Sở Tài chính"
    write_report(_evaluate(worse), tmp_path)
    old = read_record(tmp_path / "report.json")
    changes = _only(_evaluate(_result(), against=old)).changes
    assert changes and not changes.losses
    assert {(v.item.field, v.item.clause, v.extra) for v in changes.gains} == {
        ("lead", "c2", False), ("lead", "c2", True), ("clean rows", "c2", False),
    }  # fmt: skip
    assert {(f.field, f.before, f.now) for f in changes.fields if f.field == "clean rows"} == {("clean rows", 0.5, 1.0)}
    write_report(_evaluate(_result(), against=old), tmp_path / "new")
    page = (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    assert "Được: 3" in page and "&lt;b&gt;rà soát" in page


def test_documents_of_one_report_alone_are_not_compared(tmp_path: Path) -> None:
    write_report(_evaluate(_result()), tmp_path)
    old = read_record(tmp_path / "report.json")
    each = GoldSet("thử", {"mới": _gold()}, {"mới": _result()})
    changes = _only(evaluate_sets([each], against=old)).changes
    assert changes and (changes.new, changes.gone, changes.gains, changes.losses) == (("mới",), ("kh",), (), ())
    assert _only(evaluate_sets([GoldSet("khác", each.gold, each.results)], against=old)).changes is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "khác"}', '{"format": "giaoviec-evaluation-1", "sets": [{}]}', None])
def test_a_wrong_earlier_report_is_told_to_the_user(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "cũ.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=r"cũ\.json: không phải report\.json"):
        read_record(path)


# --- invariants ----------------------------------------------------------------------------------------------------------


def test_invariants_are_read_and_judged(tmp_path: Path) -> None:
    path = tmp_path / "stress.json"
    path.write_text(json.dumps({"đổi tên <đơn vị>": {"kept": 0.98, "bar": 0.97}, "ngày": {"kept": 0.9, "bar": 0.97}}), encoding="utf-8")
    invariants = read_stress(path)
    assert invariants == (Invariant("đổi tên <đơn vị>", 0.98, 0.97), Invariant("ngày", 0.9, 0.97))
    assert [i.held for i in invariants] == [True, False]
    write_report(_evaluate(_result(), stress=invariants), tmp_path)
    page, text = ((tmp_path / name).read_text(encoding="utf-8") for name in FILES[:2])
    assert "đổi tên &lt;đơn vị&gt;" in page and "✗ chưa đạt" in page
    assert r"| đổi tên \<đơn vị\> | 98,0 | 97,0 | ✓ đạt |" in text
    path.write_text('{"x": 1}', encoding="utf-8")
    with pytest.raises(SourceError, match=r"stress\.json"):
        read_stress(path)


# --- the files -----------------------------------------------------------------------------------------------------------


class _Balanced(HTMLParser):
    """Collects tags, and fails where one is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()


def _hard() -> dict[str, Any]:
    """A result with mistakes of every kind."""
    result = _result()
    result["tasks"][0]["assignments"][1]["name"] = 'Sở "<script>alert(1)</script>'
    result["tasks"][1]["assignments"][0]["origin"] = {"how": "addressee", "clause_id": None, "span": [0, 1], "rule": None}
    result["tasks"][1]["assignments"].append(result["tasks"][1]["assignments"][0] | {"name": "Sở Nội vụ", "confidence": 0.4})
    result["clauses"][0]["type"] = "statement"
    result["clauses"][1]["mentions"][0]["role"] = "lead"
    result["clauses"][2]["deadlines"] = [{"start": None, "due": None, "repeat": "yearly", "span": _at("Tổng hợp"), "rule": "time.repeat"}]
    result["header"]["signer"] = {"name": "Nguyễn Văn A\x07\u202e"}
    return result


def test_the_page_is_whole_and_needs_nothing_else(tmp_path: Path) -> None:
    write_report(_evaluate(_hard(), stress=[Invariant("x", 1.0, 0.97)]), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    parser = _Balanced()
    parser.feed(page)
    assert not parser.open
    names = {tag for tag, _ in parser.tags}
    assert names >= {"table", "svg", "ins", "del"} and not names & {"script", "link", "img", "iframe", "object"}
    assert not [
        value for _, attrs in parser.tags for name, value in attrs.items() if name in ("src", "href") and not str(value).startswith("#")
    ]
    links = {str(attrs["href"])[1:] for tag, attrs in parser.tags if tag == "a"}
    assert links and links <= {str(attrs.get("id")) for _, attrs in parser.tags}
    assert "@import" not in page and "url(" not in page
    assert "<script" not in page and "<b>rà soát" not in page and "\x07" not in page and "\u202e" not in page


def test_markdown_keeps_the_words_of_a_directive_words(tmp_path: Path) -> None:
    write_report(_evaluate(_hard()), tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "<script" not in re.sub(r"\\<", "", text) and r"\<b\>rà soát" in text
    assert r"Tổng hợp~~ (hạn)} \| báo cáo \*" in text
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block
        assert re.fullmatch(r"\|(?: -+:? \|)+", block.splitlines()[1]), block


def test_the_same_evaluation_gives_the_same_bytes_and_names_no_place(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(_evaluate(_hard()), tmp_path / name)
    for name in FILES:
        first, second = ((tmp_path / folder / name).read_bytes() for folder in ("a", "b"))
        assert first == second and str(tmp_path).encode() not in first and b"\r" not in first


def test_the_report_speaks_english_too(tmp_path: Path) -> None:
    speak("en")
    write_report(_evaluate(_hard(), stress=[Invariant("x", 1.0, 0.97)], against=None), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    data = set(re.findall(r"\w+", json.dumps([_hard(), "thử"], ensure_ascii=False)))
    assert {word for word in re.findall(r"\w+", page) if re.search(r"[à-öø-ỹđ]", word.lower())} <= data
    assert 'lang="en"' in page and "clean rows" in page


def test_every_message_of_the_report_is_used() -> None:
    package = ROOT / "pipeline" / "evaluation"
    code = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*") if path.suffix in (".py", ".html", ".md", ".svg"))
    families = {
        "field": FIELDS, "role": ROLES, "type": TYPES, "kind": KINDS, "short": (*ROLES, "deadline"), "key": None, "matrix": None,
        "legend": None, "row": None, "how": None, "gain": None, "loss": None,
    }  # fmt: skip
    for key in catalogue()["evaluation"]:
        family, _, name = key.partition("-")
        if family in families and name:
            known = families[family]
            assert known is None or name in {str(k).replace(" ", "-") for k in known} or f"'{key}'" in code, key
        else:
            assert re.search(rf"['\".]{re.escape(key)}['\"]", code), key
    assert {f"field-{name.replace(' ', '-')}" for name in (*FIELDS, *HEADER)} <= set(catalogue()["evaluation"])


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "tệp").write_bytes(b"")
    with pytest.raises(OutputError, match="tệp"):
        write_report(_evaluate(_result()), tmp_path / "tệp")


# --- the command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    gold = tmp_path / "bộ nhỏ" / "gold"
    gold.mkdir(parents=True)
    gold.with_name("kh.txt").write_text(TEXT, encoding="utf-8")
    (gold / "kh.json").write_text(json.dumps(_gold()), encoding="utf-8")
    return gold.parent


def test_sets_have_the_names_of_their_folders(folder: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    sets = read_sets([folder, folder / "gold"], lambda done, total, path: seen.append((done, total, path.name)))
    assert [each.name for each in sets] == ["bộ nhỏ", "bộ nhỏ-2"]
    assert seen == [(0, 2, "kh.txt"), (1, 2, "kh.txt")]
    with pytest.raises(SourceError):
        read_sets([folder.parent])


def test_the_command_writes_the_report(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "báo cáo"
    assert main(["evaluate", str(folder), "-o", str(out)]) == Exit.DONE
    said = capsys.readouterr().out
    assert "bộ nhỏ: 1 văn bản, 2 nhiệm vụ" in said and str(out / "report.html") in said
    assert {path.name for path in out.iterdir()} == set(FILES)
    again = ["evaluate", str(folder), "-o", str(out), "--against", str(out / "report.json")]
    assert main([*again, "--json"]) == Exit.DONE
    assert set(json.loads(capsys.readouterr().out)["sets"]["bộ nhỏ"]["tasks"]) >= {"precision", "recall", "f1", "right", "gold"}
    assert "Không giá trị nào thay đổi." in (out / "report.html").read_text(encoding="utf-8")
    assert main([*again, "--quiet"]) == Exit.DONE
    assert capsys.readouterr() == ("", "")
    assert main(["evaluate", str(folder), "-o", str(out), "--stress", str(folder / "kh.txt")]) == Exit.SOME_FAILED
    assert "kh.txt" in capsys.readouterr().err


# --- the report that is checked in ---------------------------------------------------------------------------------------


def test_the_report_of_corpus_is_current(corpus_results: dict[str, dict[str, Any]], request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """docs/evaluation/ is what ``giaoviec evaluate corpus`` writes now; ``--rewrite-outputs`` (make outputs) accepts a new state."""
    evaluation = evaluate_sets([GoldSet("corpus", read_gold(ROOT / "corpus"), corpus_results)])
    write_report(evaluation, DOCS if request.config.getoption("--rewrite-outputs") else tmp_path)
    if not request.config.getoption("--rewrite-outputs"):
        changed = [name for name in FILES if not (DOCS / name).is_file() or (DOCS / name).read_bytes() != (tmp_path / name).read_bytes()]
        assert not changed, f"docs/evaluation: not what is made now: {changed}. If that is meant: make outputs"

"""What a workbook shows beside the register: tasks by unit, targets, sums of money, who works with whom, findings, documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models import Clause, Edge, Finding, Graph, Header, Result, Target, Task
from pipeline.amounts import find_amounts, sum_grammar
from pipeline.emit.rows import Row
from pipeline.emit.sheets import Book, Cell, Column, clean, unique
from pipeline.emit.words import RELATIONS, ROLES, SEVERITIES, STATUSES, plain, say_issued, say_place, shorten, unlisted
from pipeline.emit.workbook_register import PROGRESS, Standing, join, progress_of, say_item
from pipeline.network import measures
from pipeline.rulebook import rulebook
from pipeline.text import fold
from pipeline.units import ascii_fold

_UNITS: Final = (
    Column("Đơn vị", 34), Column("Vai trò", 14), Column("Văn bản", 26), Column("Mục", 10), Column("Nhiệm vụ", 60),
    Column("Thời hạn", 22), Column("Hạn (ngày)", 12.5, "centred", key="due"), Column("Trạng thái", 13, "centred", key="progress"),
    Column("Mã nhiệm vụ", 12, hidden=True),
)  # fmt: skip
_TARGETS: Final = (
    Column("TT", 5, "number"), Column("Chỉ tiêu", 50), Column("Mức", 14, "number"), Column("Đến", 10, "number"),
    Column("So sánh", 13, "centred"), Column("Đơn vị tính", 16, "centred"), Column("Đơn vị chủ trì", 24),
    Column("Thời hạn", 18), Column("Căn cứ", 26),
)  # fmt: skip
_MONEY: Final = (
    Column("TT", 5, "number"), Column("Nội dung", 70), Column("Số tiền ghi trong văn bản", 22), Column("Bằng số (đồng)", 20, "money"),
    Column("Lưu ý", 16), Column("Đơn vị chủ trì", 24), Column("Căn cứ", 26),
)  # fmt: skip
_EDGES: Final = (
    Column("Đơn vị chủ trì", 38), Column("Quan hệ", 20), Column("Với đơn vị", 38), Column("Số nhiệm vụ", 10, "number"),
    Column("Nhiệm vụ (mục trong văn bản)", 46),
)  # fmt: skip
_FINDINGS: Final = (
    Column("TT", 5, "number"), Column("Mức độ", 14, "centred"), Column("Nội dung", 66), Column("Trích văn bản", 66), Column("Văn bản", 24),
)  # fmt: skip
_FACTS: Final = (Column("Thông tin", 26), Column("Nội dung", 110))
_DOCUMENTS: Final = (
    Column("Văn bản", 34), Column("Trích yếu", 60), Column("Cơ quan ban hành", 30), Column("Số nhiệm vụ", 10, "number"),
    Column("Chưa rõ chủ trì", 10, "number"), Column("Có hạn ngày", 10, "number"), Column("Cần xem lại", 10, "number"), Column("Tệp", 26),
)  # fmt: skip
_COMPARED: Final = {"=": "bằng", ">=": "ít nhất", ">": "trên", "<=": "không quá", "<": "dưới"}
_MATRIX: Final = (60, 40)  # units on the left, on top: more do not fit a page
_MATRIX_NAME = 60  # letters of a unit on top
_QUOTED = 160  # characters of the document that a finding shows
_PLACES = 5  # places of the document that a finding shows
_NAMED = 3  # units named for each measure
OVERDUE: Final = 'AND(ISNUMBER({due}),INT({due})<TODAY(),{progress}<>"Hoàn thành")'
SOON: Final = 'AND(ISNUMBER({due}),INT({due})>=TODAY(),INT({due})<=TODAY()+3,{progress}<>"Hoàn thành")'


@dataclass(frozen=True)
class Told:
    """A document in a workbook: what was read of it, its rows, its name as others would cite it."""

    result: Result
    rows: Sequence[Row]
    name: str


def unit_lines(one: Told, standings: Mapping[str, Standing]) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of "Theo đơn vị" of a document: one for each unit, role and task."""
    for row in one.rows:
        progress = PROGRESS[progress_of(standings.get(row.task_id, Standing()).work)]
        for role, units in zip(ROLES.values(), (row.leads, row.coordinators, row.implementers, row.receivers), strict=True):
            for unit in units:
                own = row.led_by(unit) if role == ROLES["lead"] else row
                task = (one.name, row.place, own.text, join(own.deadlines.lines()), own.deadlines.due, progress, row.task_id)
                yield (unit, role, *task)


def add_units(book: Book, lines: Iterable[Sequence[Cell]]) -> None:
    """Add the sheet "Theo đơn vị" with ``lines``, which stand in the order of ``unit_order``."""
    sheet = book.add("Theo đơn vị", _UNITS, ("NHIỆM VỤ THEO ĐƠN VỊ",))
    sheet.table(lines)
    sheet.colour(("due", "due"), f"={OVERDUE}", "overdue")
    sheet.colour(("due", "due"), f"={SOON}", "soon")


def unit_order(line: Sequence[Cell]) -> tuple[str, str, int]:
    """Return by what the lines of ``unit_lines`` are put in order: the alphabet without its marks, then the role."""
    unit, role = str(line[0]), str(line[1])
    return ascii_fold(unit), unit, list(ROLES.values()).index(role)


def target_lines(one: Told) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of "Chỉ tiêu" of a document, without their numbers: for each number to be reached, of tasks and of clauses that order
    nobody."""
    for clause, row, targets, words in _targets(one):
        for target in targets:
            low, high = target.value if isinstance(target.value, tuple) else (target.value, None)
            what = plain(target.of or "") or shorten(words, 160)
            leads, when = (join(row.leads), join(row.deadlines.lines())) if row else ("", _when(clause))
            basis = f"{one.name}, {say_item(say_place(clause.id))}"
            whole = f" (trên tổng số {_printed(target.total)})" if target.total is not None else ""
            compared = _COMPARED[target.comparator]
            yield f"{what}{whole}", low, high, compared, plain(target.unit), leads, when, basis


def add_targets(book: Book, lines: Iterable[Sequence[Cell]]) -> None:
    """Add the sheet "Chỉ tiêu" with ``lines``, numbered."""
    book.add("Chỉ tiêu", _TARGETS, ("CHỈ TIÊU",)).table(_numbered(lines))


def _targets(one: Told) -> Iterator[tuple[Clause, Row | None, Sequence[Target], str]]:
    rows = {row.task_id: row for row in one.rows}
    tasks: dict[str, list[Task]] = {}
    for task in one.result.tasks:
        tasks.setdefault(task.clause_id, []).append(task)
    ordering = {clause.id for clause in one.result.clauses if clause.type == "task"}
    for clause in one.result.clauses:
        for task in tasks.get(clause.id, ()):
            if task.id in rows:
                yield clause, rows[task.id], task.targets, rows[task.id].text
        if clause.id not in ordering and clause.id not in tasks:
            yield clause, None, clause.targets, unlisted(clause.body.cut(one.result.text), clause.marker)


def _when(clause: Clause) -> str:
    return join(list(dict.fromkeys(plain(deadline.text) for deadline in clause.deadlines)))


def _printed(number: float | int) -> str:
    return f"{number:g}".replace(".", ",") if isinstance(number, float) else str(number)


def money_lines(one: Told) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of "Kinh phí" of a document, without their numbers: for each sum of money that a clause names, and for each clause on
    budgets that names none."""
    grammar = sum_grammar(rulebook())
    leads = {task.clause_id: row.leads for task, row in zip(one.result.tasks, one.rows, strict=False) if task.id == row.task_id}
    for clause in one.result.clauses:
        view = fold(one.result.text, clause.body.start, clause.span.end)
        amounts = list(find_amounts(view.text, grammar)) if "đồng" in view.text or "tỷ" in view.text or "triệu" in view.text else []
        if not amounts and clause.type != "budget":
            continue
        words = unlisted(clause.body.cut(one.result.text), clause.marker)
        basis = f"{one.name}, {say_item(say_place(clause.id))}"
        sums: list[tuple[Cell, ...]] = [
            (plain(view.cased[a.start : a.end]), float(a.value), _about(a.about, a.rate)) for a in amounts
        ] or [("", None, "")]  # fmt: skip
        for money in sums:
            yield (words, *money, join(leads.get(clause.id, ())), basis)


def add_money(book: Book, lines: Iterable[Sequence[Cell]]) -> None:
    """Add the sheet "Kinh phí" with ``lines``, numbered."""
    titles = ("KINH PHÍ", "(Số tiền lấy từng chỗ trong văn bản; có thể trùng nhau, không cộng dồn)")
    book.add("Kinh phí", _MONEY, titles).table(_numbered(lines))


def _numbered(lines: Iterable[Sequence[Cell]]) -> Iterator[tuple[Cell, ...]]:
    return ((number, *line) for number, line in enumerate(lines, 1))


def _about(about: bool, rate: bool) -> str:
    return ", ".join(said for said, there in (("khoảng, mức giới hạn", about), ("định mức", rate)) if there)


def add_matrix(book: Book, graph: Graph, places: Mapping[str, tuple[str, str]]) -> None:
    """Add the sheets "Phối hợp" (who leads × who is asked, in numbers of tasks) and "Quan hệ" (each pair with its tasks)."""
    counts: dict[tuple[str, str], int] = {}
    for edge in graph.edges:
        if edge.relation == "coordinates" and not edge.is_loose:
            pair = (plain(edge.source_name), plain(edge.target_name))
            counts[pair] = counts.get(pair, 0) + len(edge.tasks) - len(edge.apart)
    leads, asked = (_busiest(counts, end, most) for end, most in enumerate(_MATRIX))
    heads = unique([clean(shorten(name, _MATRIX_NAME)) for name in asked])
    shown = tuple(Column(head, 5.5, "number", upright=True) for head in heads) or (Column("Đơn vị phối hợp", 40),)
    columns = (Column("Đơn vị chủ trì", 40), *shown, Column("Tổng", 8, "number"))
    left_out = max(0, len({pair[0] for pair in counts}) - len(leads)), max(0, len({pair[1] for pair in counts}) - len(asked))
    note = f"; còn {left_out[0]} đơn vị chủ trì và {left_out[1]} đơn vị phối hợp nữa, xem trang Quan hệ" if any(left_out) else ""
    titles = ("MA TRẬN PHỐI HỢP", f"(Hàng: đơn vị chủ trì; cột: đơn vị phối hợp; ô: số nhiệm vụ{note})")
    lines: list[tuple[Cell, ...]] = []
    for lead in leads:
        cells = [counts.get((lead, unit)) for unit in asked]
        lines.append((lead, *cells, sum(count for (source, _), count in counts.items() if source == lead)))
    tall = min(300, 50 + 5.2 * max(map(len, heads))) if heads else 36
    nobody: list[tuple[Cell, ...]] = [("Không có nhiệm vụ nào giao phối hợp.", None, None)]
    book.add("Phối hợp", columns, titles).table(lines or nobody, tall=tall, filtered=False)
    book.add("Quan hệ", _EDGES, ("QUAN HỆ GIỮA CÁC ĐƠN VỊ",)).table(_edges(graph, places))


def _busiest(counts: Mapping[tuple[str, str], int], end: int, most: int) -> list[str]:
    """Return the units at one end of the pairs, those with most tasks; in the order of the alphabet where all of them are shown."""
    totals: dict[str, int] = {}
    for pair, count in counts.items():
        totals[pair[end]] = totals.get(pair[end], 0) + count
    return sorted(totals, key=lambda unit: (-totals[unit], ascii_fold(unit)))[:most]


def _edges(graph: Graph, places: Mapping[str, tuple[str, str]]) -> Iterator[tuple[Cell, ...]]:
    return ((plain(e.source_name), RELATIONS[e.relation], plain(e.target_name), len(e.tasks), _proof(e, places)) for e in graph.edges)


def _proof(edge: Edge, places: Mapping[str, tuple[str, str]]) -> str:
    """Return where the tasks of ``edge`` stand, a line a document; "(việc khác)" where the two units have different orders there."""
    by_document: dict[str, list[str]] = {}
    for task in edge.tasks:
        document, place = places.get(task, ("", task))
        by_document.setdefault(document, []).append(f"{place} (việc khác)" if task in edge.apart else place)
    return join([f"{document}: {', '.join(found)}" if document else ", ".join(found) for document, found in by_document.items()])


def finding_lines(one: Told) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of "Phát hiện" of a document, without their numbers."""
    return ((*_finding(finding, one.result.text), one.name) for finding in one.result.findings)


def add_findings(book: Book, lines: Iterable[Sequence[Cell]]) -> None:
    """Add the sheet "Phát hiện" with ``lines``, numbered: what a person should look at again in the documents."""
    book.add("Phát hiện", _FINDINGS, ("NHỮNG ĐIỂM CẦN NGƯỜI ĐỌC LẠI",)).table(_numbered(lines))


def _finding(finding: Finding, text: str) -> tuple[Cell, ...]:
    quoted = [shorten(plain(span.cut(text)), _QUOTED) for span in finding.spans[:_PLACES]]
    if len(finding.spans) > _PLACES:
        quoted.append(f"(và {len(finding.spans) - _PLACES} chỗ khác)")
    return SEVERITIES[finding.severity], plain(finding.message), "\n".join(quoted)


def add_facts(book: Book, one: Told) -> None:
    """Add the sheet "Văn bản" of one document: its head."""
    sheet = book.add("Văn bản", _FACTS, ("THÔNG TIN VĂN BẢN",))
    counts = [("Số nhiệm vụ", str(len(one.rows))), ("Chưa rõ chủ trì", str(leaderless(one.rows)))]
    sheet.pairs([*_head(one.result), *_measures(one.result.graph), *counts])


def document_line(one: Told) -> tuple[Cell, ...]:
    """Return the line of a document on the sheet "Văn bản" of many."""
    return (
        one.name, plain(one.result.header.title or ""), plain(one.result.header.issuer.name) if one.result.header.issuer else "",
        len(one.rows), leaderless(one.rows), sum(row.deadlines.due is not None for row in one.rows), len(one.result.findings),
        plain(one.result.source.name),
    )  # fmt: skip


def add_documents(book: Book, lines: Iterable[Sequence[Cell]]) -> None:
    """Add the sheet "Văn bản" of many documents, a line for each."""
    book.add("Văn bản", _DOCUMENTS, ("CÁC VĂN BẢN",)).table(lines)


def leaderless(rows: Sequence[Row]) -> int:
    """Return how many of ``rows`` name no lead."""
    return sum(not row.leads for row in rows)


def _head(result: Result) -> list[tuple[str, str]]:
    header, source, signer = result.header, result.source, result.header.signer
    pairs = [
        ("Loại văn bản", header.kind.name if header.kind else ""),
        ("Số, ký hiệu", header.number or ""),
        ("Ngày ban hành", say_issued(header.issued_on) if header.issued_on else ""),
        ("Địa danh", header.place or ""),
        ("Cơ quan ban hành", _issuer(header)),
        ("Trích yếu", header.title or ""),
        ("Người ký", ", ".join(filter(None, (signer.signed_for, signer.post, signer.name))) if signer else ""),
        ("Kính gửi", join([party.name for party in header.addressees])),
        ("Nơi nhận", join([party.name for party in header.recipients])),
        ("Tệp", source.name),
        ("Mã kiểm (SHA-256)", source.sha256),
        ("Tình trạng", STATUSES[result.status]),
    ]
    return [(label, "\n".join(map(plain, value.split("\n")))) for label, value in pairs if value]


def _issuer(header: Header) -> str:
    return ", ".join(party.name for party in (header.issuer, header.parent_issuer) if party)


def _measures(graph: Graph) -> list[tuple[str, str]]:
    most = measures(graph)
    pairs = [
        ("Chủ trì nhiều nhất", [f"{plain(node.name)} ({node.leads} nhiệm vụ)" for node in most.leading[:_NAMED]]),
        ("Được yêu cầu nhiều nhất", [f"{plain(node.name)} ({node.asked} nhiệm vụ)" for node in most.asked[:_NAMED]]),
        ("Đứng giữa các nhóm", [plain(node.name) for node in most.between[:_NAMED]]),
    ]
    return [(label, join(names)) for label, names in pairs if names]

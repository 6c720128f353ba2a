"""nhiem-vu.xlsx: the task register of one directive, and that of many."""

from collections.abc import Sequence
from datetime import date

from models import Edge, Finding, Graph, Header, Result
from pipeline.emit.rows import Row
from pipeline.emit.sheets import Book, Cell, Column
from pipeline.emit.words import RELATIONS, ROLES, SEVERITIES, STATUSES, plain, read_day, say_document, say_issued, shorten
from pipeline.network import measures
from pipeline.units import ascii_fold

_DOCUMENT = Column("Văn bản", 16)
_TASKS = (
    Column("STT", 5, "number"), Column("Mục", 9), Column("Nhiệm vụ", 50), Column("Đơn vị chủ trì", 18, required=True),
    Column("Đơn vị phối hợp", 18), Column("Đơn vị thực hiện", 16), Column("Báo cáo", 14), Column("Thời hạn (chữ)", 16), Column("Hạn", 12),
    Column("Chỉ tiêu", 16), Column("Sản phẩm", 16), Column("Căn cứ", 17), Column("Ghi chú", 28), Column("Mã nhiệm vụ", 12, hidden=True),
)  # fmt: skip
_FACTS = (Column("Mức độ", 24), Column("Nội dung", 70), Column("Trích văn bản", 70))
_EDGES = (
    Column("Đơn vị chủ trì", 38), Column("Quan hệ", 20), Column("Với đơn vị", 38), Column("Số nhiệm vụ", 10, "number"),
    Column("Nhiệm vụ (mục trong văn bản)", 46),
)  # fmt: skip
_UNITS = (
    Column("Đơn vị", 34), Column("Vai trò", 14), Column("Văn bản", 26), Column("Mục", 10), Column("Nhiệm vụ", 60),
    Column("Thời hạn (chữ)", 22), Column("Hạn", 12), Column("Mã nhiệm vụ", 12, hidden=True),
)  # fmt: skip
_DOCUMENTS = (
    Column("Văn bản", 34), Column("Trích yếu", 60), Column("Cơ quan ban hành", 30), Column("Số nhiệm vụ", 10, "number"),
    Column("Chưa rõ chủ trì", 10, "number"), Column("Có hạn ngày", 10, "number"), Column("Cần xem lại", 10, "number"), Column("Tệp", 26),
)  # fmt: skip
_UNDATED = date(2000, 1, 1)  # creation date of a workbook whose documents bear no full date
_QUOTED = 160  # characters of the document that a finding shows
_PLACES = 5  # places of the document that a finding shows
_NAMED = 3  # units named for each measure


def write_workbook(result: Result, rows: Sequence[Row]) -> bytes:
    """Return the workbook of one directive: sheets "Nhiệm vụ" (one row a task), "Văn bản" (head, findings), "Phối hợp" (edges)."""
    document = say_document(result.header, result.source)
    book = Book(f"Nhiệm vụ: {document}", _made([result]))
    title = plain(result.header.title or "")
    issuer = f" của {plain(result.header.issuer.name)}" if result.header.issuer else ""
    subtitle = f"{document}{issuer}" + (f": {title}" if title else "")
    book.add("Nhiệm vụ", _TASKS, ("BẢNG GIAO NHIỆM VỤ", f"(Theo {subtitle})")).table([_task(row) for row in rows])
    facts = book.add("Văn bản", _FACTS, ("THÔNG TIN VĂN BẢN",))
    facts.pairs([*_head(result), *_measures(result.graph), ("Số nhiệm vụ", str(len(rows))), ("Chưa rõ chủ trì", str(_leaderless(rows)))])
    facts.section("Những điểm cần người đọc lại")
    facts.table([_finding(finding, result.text) for finding in result.findings], freeze=False)
    places = {row.task_id: ("", row.place) for row in rows}
    book.add("Phối hợp", _EDGES, ("QUAN HỆ GIỮA CÁC ĐƠN VỊ",)).table(_edges(result.graph, places))
    return book.close()


def write_overall_workbook(results: Sequence[Result], tables: Sequence[Sequence[Row]], graph: Graph) -> bytes:
    """Return one workbook over ``results`` with their rows (``tables``) and merged graph: tasks, by unit, edges, documents."""
    names = [say_document(result.header, result.source) for result in results]
    book = Book("Tất cả nhiệm vụ", _made(results))
    subtitle = f"({sum(map(len, tables))} nhiệm vụ trong {len(results)} văn bản)"
    book.add("Nhiệm vụ", (_DOCUMENT, *_TASKS), ("TẤT CẢ NHIỆM VỤ", subtitle)).table(
        [(name, *_task(row)) for name, rows in zip(names, tables, strict=True) for row in rows]
    )
    book.add("Theo đơn vị", _UNITS, ("NHIỆM VỤ THEO ĐƠN VỊ",)).table(_by_unit(names, tables))
    places = {row.task_id: (name, row.place) for name, rows in zip(names, tables, strict=True) for row in rows}
    book.add("Phối hợp", _EDGES, ("QUAN HỆ GIỮA CÁC ĐƠN VỊ",)).table(_edges(graph, places))
    overview = [
        (
            name, plain(result.header.title or ""), plain(result.header.issuer.name) if result.header.issuer else "", len(rows),
            _leaderless(rows), sum(row.deadlines.due is not None for row in rows), len(result.findings), plain(result.source.name),
        )
        for name, result, rows in zip(names, results, tables, strict=True)
    ]  # fmt: skip
    book.add("Văn bản", _DOCUMENTS, ("CÁC VĂN BẢN",)).table(overview)
    return book.close()


def _task(row: Row) -> tuple[Cell, ...]:
    return (
        row.number, row.place, row.text, _lines(row.leads), _lines(row.coordinators), _lines(row.implementers), _lines(row.receivers),
        _lines(row.deadlines.lines()), row.deadlines.due, _lines(row.targets), _lines(row.products), _lines(row.basis),
        "\n".join(row.notes), row.task_id,
    )  # fmt: skip


def _lines(values: Sequence[str]) -> str:
    return ";\n".join(values)


def _leaderless(rows: Sequence[Row]) -> int:
    return sum(not row.leads for row in rows)


def _made(results: Sequence[Result]) -> date:
    days = [day for result in results if isinstance(day := read_day(result.header.issued_on), date) and day.year >= _UNDATED.year - 100]
    return max(days, default=_UNDATED)


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
        ("Kính gửi", ";\n".join(party.name for party in header.addressees)),
        ("Nơi nhận", ";\n".join(party.name for party in header.recipients)),
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
    return [(label, _lines(names)) for label, names in pairs if names]


def _finding(finding: Finding, text: str) -> tuple[Cell, ...]:
    quoted = [shorten(plain(span.cut(text)), _QUOTED) for span in finding.spans[:_PLACES]]
    if len(finding.spans) > _PLACES:
        quoted.append(f"(và {len(finding.spans) - _PLACES} chỗ khác)")
    return SEVERITIES[finding.severity], plain(finding.message), "\n".join(quoted)


def _edges(graph: Graph, places: dict[str, tuple[str, str]]) -> list[tuple[Cell, ...]]:
    return [(plain(e.source_name), RELATIONS[e.relation], plain(e.target_name), len(e.tasks), _proof(e, places)) for e in graph.edges]


def _proof(edge: Edge, places: dict[str, tuple[str, str]]) -> str:
    """Return where the tasks of ``edge`` stand, a line a document."""
    by_document: dict[str, list[str]] = {}
    for task in edge.tasks:
        document, place = places.get(task, ("", task))
        by_document.setdefault(document, []).append(place)
    return _lines([f"{document}: {', '.join(found)}" if document else ", ".join(found) for document, found in by_document.items()])


def _by_unit(names: Sequence[str], tables: Sequence[Sequence[Row]]) -> list[tuple[Cell, ...]]:
    """Return a line for each unit, role and task, in the order of the alphabet without its marks."""
    lines: list[tuple[str, int, tuple[Cell, ...]]] = []
    for name, rows in zip(names, tables, strict=True):
        for row in rows:
            task = (name, row.place, row.text, _lines(row.deadlines.lines()), row.deadlines.due, row.task_id)
            holders = (row.leads, row.coordinators, row.implementers, row.receivers)
            for rank, (role, units) in enumerate(zip(ROLES.values(), holders, strict=True)):
                lines += ((unit, rank, (unit, role, *task)) for unit in units)
    return [line for _, _, line in sorted(lines, key=lambda line: (ascii_fold(line[0]), line[0], line[1]))]

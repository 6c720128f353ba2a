"""The parts of a directive: its head and the clauses of its body."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.frozen import Frozen
from models.span import Span

ClauseType = Literal["heading", "field", "task", "target", "budget", "statement"]
Role = Literal["lead", "coordinate", "implement", "report_to"]


class Kind(Frozen):
    """Kind of document (tên loại văn bản): code as printed in numbers ("KH") and name ("Kế hoạch")."""

    code: str
    name: str


class Party(Frozen):
    """Somebody named in the head or foot of a directive (issuer, addressee, recipient), with the words it was read from."""

    name: str
    unit_id: str | None = None
    span: Span | None = None
    purpose: str | None = None


class Signer(Frozen):
    """Who signed: name, own post, and for whom ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH")."""

    name: str
    post: str | None = None
    signed_for: str | None = None
    span: Span | None = None


class Header(BaseModel):
    """Components of Điều 8, Nghị định 30/2020/NĐ-CP. What is not printed is None.

    ``issued_on`` is an ISO date, or "YYYY-MM" / "YYYY" where day or month are left blank in the print. ``spans`` holds the
    words each plain value (kind, number, place, issued_on, title) was read from.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind | None = None
    number: str | None = None
    issuer: Party | None = None
    parent_issuer: Party | None = None
    place: str | None = None
    issued_on: str | None = None
    title: str | None = None
    draft: bool = False
    addressees: tuple[Party, ...] = ()
    recipients: tuple[Party, ...] = ()
    signer: Signer | None = None
    spans: dict[str, Span] = {}


class Mention(Frozen):
    """A unit named in a clause in a role. ``name`` may hold a head noun given back from a list; ``span`` is what is printed.

    Of a name in a ``Cell`` whose words stand in pieces, ``span`` is as much as stands in the first; so are all spans of such a cell.
    """

    role: Role
    name: str
    unit_id: str
    span: Span
    rule: str | None = None


class Deadline(Frozen):
    """A time by, in or during which something is to be done or repeated, in the normal forms of models/README.md.

    ``start`` and ``due`` are ISO dates (``due`` may carry a time, a period "P10D"/"P10WD", or a yearly day "--12-15").
    """

    text: str
    start: str | None = None
    due: str | None = None
    repeat: str | None = None
    bound: Literal["before", "by", "within", "from"] = "by"
    span: Span
    rule: str | None = None


class Target(Frozen):
    """A number to be reached. ``value`` is a number or a [low, high] range; ``total`` the whole of "11/13".

    ``confidence`` is the probability that it is right (None: not estimated).
    """

    text: str
    value: float | int | tuple[float | int, float | int]
    unit: str
    comparator: Literal["=", ">=", ">", "<=", "<"] = "="
    total: float | int | None = None
    of: str | None = None
    span: Span
    rule: str | None = None
    confidence: float | None = None


class Citation(Frozen):
    """Another document named by its number. ``date`` is an ISO date where one is printed."""

    kind: str | None = None
    number: str
    date: str | None = None
    issuer: str | None = None
    span: Span
    rule: str | None = None


class Cell(Frozen):
    """A filled cell of a table's row, with the title of its column, folded (several header rows: from top to bottom, " / ").

    A cell merged over several rows belongs to each of them, so its span may lie before the clause of its row. Where columns are
    parted by blanks alone, the words of a cell do not follow one another in the text: ``pieces`` are what its lines hold of it, in
    order, and ``span`` is the first of them; no pieces where it stands in one.
    """

    title: str
    span: Span
    pieces: tuple[Span, ...] = ()


class Clause(Frozen):
    """The smallest piece of the body that stands on its own: one list item or one paragraph.

    ``id`` is the path of markers ("III.3/-2"), stable when text is added after the clause; ``body`` is ``span`` without
    the marker; ``label`` is the "Đơn vị chủ trì" of a field; ``cells`` are those of a table's row whose columns have titles.
    The outline stage leaves mentions, deadlines, targets
    and citations empty, the extract stage fills them. ``confidence`` is the probability that ``type`` is right (None: not estimated).
    """

    id: str
    marker: str
    type: ClauseType
    parent: str | None
    span: Span
    body: Span
    label: str | None = None
    cells: tuple[Cell, ...] = ()
    rule: str | None = None
    mentions: tuple[Mention, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    targets: tuple[Target, ...] = ()
    citations: tuple[Citation, ...] = ()
    confidence: float | None = None


class Outline(Frozen):
    """Head and clauses of a document, the clauses in reading order (a parent before its children)."""

    header: Header
    clauses: tuple[Clause, ...]

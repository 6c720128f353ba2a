"""One directive in the terminal: its head, its outline, and under each task who does it and by when."""

import re
from collections.abc import Iterable
from itertools import pairwise

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from models import Clause, Header, Order, Result, Span, Task
from models.outline import Role
from models.task import Origin
from pipeline.emit.words import plain, say_day, say_deadline, shorten
from pipeline.messages import say

_STYLES = {
    "lead": "bold green",
    "coordinate": "bold cyan",
    "implement": "bold blue",
    "report_to": "bold magenta",
    "deadline": "bold yellow",
    "target": "bold red",
    "product": "red",
    "citation": "underline",
}
_SEVERITY_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}
_ROLES: tuple[Role, ...] = ("lead", "coordinate", "implement", "report_to")
# a text may hold the bytes that drive a terminal; they are left out, as is the emphasis of web copies
_LEFT_OUT = re.compile(r"\*+|[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_ORDER_LETTERS = 90  # of the words of an order, which stand in full right above
_UNMARKED = re.compile(r"(?:^|/)p\d+")
_SPACE = re.compile(r"\s+")


def show(result: Result, console: Console) -> None:
    """Print ``result``: colours mark the words that roles, deadlines, targets and citations were read from."""
    console.print(_head(result))
    console.print()
    unassigned = sum(not task.names("lead") for task in result.tasks)
    deadlines = sum(bool(task.deadlines) for task in result.tasks)
    counts = say("show.counts", clauses=len(result.clauses), tasks=len(result.tasks), unassigned=unassigned, deadlines=deadlines)
    console.print(Text.assemble((say("show.outline"), "bold"), f"  {counts}"))
    if console.color_system:
        console.print(_legend())
    for tree in _trees(result):
        console.print(tree)
    if not result.tasks:
        console.print(Text(say("show.no-tasks"), style="dim"))
    _print_findings(result, console)


def _legend() -> Text:
    words = [Text(say(f"show.{name}"), style=style) for name, style in _STYLES.items()]
    return Text(say("show.legend")) + Text("  ").join(words)


def _head(result: Result) -> Table:
    header = result.header
    table = Table.grid(padding=(0, 2), pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _head_rows(header):
        table.add_row(say(f"show.{name}"), Text(plain(value)) if value else Text(say("show.not-printed"), style="dim"))
    if header.draft:
        table.add_row("", Text(say("show.draft"), style="bold red"))
    return table


def _head_rows(header: Header) -> Iterable[tuple[str, str | None]]:
    yield "kind", header.kind.name if header.kind else None
    yield "number", header.number
    if header.parent_issuer:
        yield "parent", header.parent_issuer.name
    yield "issuer", header.issuer.name if header.issuer else None
    issued = ", ".join(part for part in (header.place, say_day(header.issued_on) if header.issued_on else None) if part)
    yield "issued", issued or None
    yield "title", header.title
    for name, parties in (("addressees", header.addressees), ("recipients", header.recipients)):
        if parties:
            yield name, "; ".join(p.name + (f" ({p.purpose})" if p.purpose else "") for p in parties)
    signer = header.signer
    yield "signer", ", ".join(part for part in (signer.name, signer.signed_for, signer.post) if part) if signer else None


def _trees(result: Result) -> list[Tree]:
    tasks = {task.clause_id: task for task in result.tasks}
    nodes: dict[str, Tree] = {}
    tops = []
    for clause in result.clauses:
        task = tasks.get(clause.id)
        words = _marked(result.text, clause)
        if clause.type == "heading":
            words.stylize("bold")
        parent = nodes.get(clause.parent or "")
        if parent:
            node = parent.add(words)
        else:
            node = Tree(words, guide_style="dim")
            tops.append(node)
        nodes[clause.id] = node
        if task:
            node.add(_task(task))
    return tops


def _marked(text: str, clause: Clause) -> Text:
    """Return the words of a clause on one line, with its mentions, deadlines, targets and citations in colour."""
    marks: list[tuple[Span, str]] = [(mention.span, _STYLES[mention.role]) for mention in clause.mentions]
    marks += [(deadline.span, _STYLES["deadline"]) for deadline in clause.deadlines]
    marks += [(target.span, _STYLES["target"]) for target in clause.targets]
    marks += [(citation.span, _STYLES["citation"]) for citation in clause.citations]
    edges = {clause.span.start, clause.span.end}
    for span, _ in marks:
        edges |= {min(max(position, clause.span.start), clause.span.end) for position in span}
    places = sorted(edges)
    words = Text()
    for start, end in pairwise(places):
        piece = _SPACE.sub(" ", _LEFT_OUT.sub("", text[start:end]))
        if piece.startswith(" ") and (not words or words.plain.endswith(" ")):
            piece = piece[1:]
        styles = [style for span, style in marks if span.start <= start and end <= span.end]
        words.append(piece, style=styles[0] if styles else None)
    words.rstrip()
    return words


def _task(task: Task) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style="bold", width=1)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    lines = []
    for role in _ROLES:
        holders = [(a.name, a.origin) for a in task.assignments if a.role == role]
        if holders:
            lines.append(_line(role, ((name, _how(origin)) for name, origin in holders)))
        elif role == "lead":
            lines.append((say("show.lead"), Text(say("show.no-lead"), style="italic yellow")))
    if task.deadlines:
        lines.append(_line("deadline", ((say_deadline(d) or d.text, _how(d.origin)) for d in task.deadlines)))
    if task.targets:
        lines.append(_line("target", ((target.text, "") for target in task.targets)))
    if task.products:
        lines.append(_line("product", ((product.text, "") for product in task.products)))
    lines += [(say("show.order", number=number), _order(order)) for number, order in enumerate(task.orders, 1)]
    for number, (name, line) in enumerate(lines):
        table.add_row("" if number else "▸", f"{name}:", line)
    return table


def _order(order: Order) -> Text:
    """Return how an order begins, then who has a role in it and by when, in their colours."""
    line = Text(shorten(plain(order.text), _ORDER_LETTERS))
    for role in _ROLES:
        if names := order.names(role):
            line.append("; ").append(", ".join(map(plain, names)), style=_STYLES[role])
    for deadline in order.deadlines:
        line.append("; ").append(plain(say_deadline(deadline) or deadline.text), style=_STYLES["deadline"])
    return line


def _line(name: str, values: Iterable[tuple[str, str]]) -> tuple[str, Text]:
    line = Text()
    for number, (value, how) in enumerate(values):
        line.append("; " if number else "").append(plain(value), style=_STYLES[name])
        if how:
            line.append(f" ({how})", style="dim")
    return say(f"show.{name}"), line


def _how(origin: Origin) -> str:
    """Return how an inherited value came to the task; nothing for one stated in its own words."""
    if origin.how == "stated":
        return ""
    # "8/p1" is the first unmarked paragraph under 8: people find it as 8
    place = _UNMARKED.sub("", origin.clause_id or "")
    return say(f"show.how-{origin.how}").format(clause=place).rstrip()


def _print_findings(result: Result, console: Console) -> None:
    if not result.findings:
        return
    console.print()
    console.print(Text(say("show.findings"), style="bold"))
    for finding in result.findings:
        severity = Text(f"[{say(f'show.severity-{finding.severity}')}] ", style=_SEVERITY_STYLES[finding.severity])
        console.print(Padding(severity + Text(plain(finding.message)), (0, 0, 0, 2)))

"""Who works with whom over all documents: the graph, its facts as a table, and the tasks behind each line of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from models.graph import Relation
from pipeline.emit.words import say_day
from pipeline.messages import say
from pipeline.review.choices import documents_to_choose, say_filters
from pipeline.review.faults import BadRequest
from pipeline.review.graph_layout import EDGES, FIRST, UNITS, elements
from pipeline.review.links import address, register, task
from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.site import TheSite
from pipeline.store.edges import ROLES, EdgeFilter, Network, WeightedEdge
from pipeline.store.words import searchable

router = APIRouter()

RELATIONS: Final[Mapping[Relation, str]] = {"coordinates": "phối hợp", "directs": "giao thực hiện", "reports": "báo cáo"}
_SLUGS: Final[Mapping[str, Relation]] = {"phoi-hop": "coordinates", "thuc-hien": "directs", "bao-cao": "reports"}
_NAMES: Final = {relation: slug for slug, relation in _SLUGS.items()}
_ROWS: Final = 50
_TASKS: Final = 25

Order = Literal["so", "-so", "don-vi", "-don-vi", "doi-tac", "-doi-tac", "quan-he", "-quan-he"]
Sorting = Annotated[Order, Query(alias="sap-xep")]
Page = Annotated[int, Query(alias="trang", ge=1, le=10_000)]
Drawn = Annotated[int, Query(alias="so-don-vi", ge=2, le=UNITS)]
"""how many units the picture has at most"""


@dataclass(frozen=True)
class Asked:
    """What the graph is narrowed to, as the address has it (``values``) and as the store takes it."""

    values: Mapping[str, str]
    relations: tuple[str, ...]
    wanted: EdgeFilter

    def address(self, path: str, /, **changed: str) -> str:
        """Return ``path`` with these filters, but for what is ``changed``."""
        plain = address(path, self.values, **{name.replace("_", "-"): value for name, value in changed.items()})
        several = "&".join(f"quan-he={slug}" for slug in self.relations)
        return f"{plain}{'&' if '?' in plain else '?'}{several}" if several else plain


def asked(
    unit: Annotated[str, Query(alias="don-vi", max_length=300)] = "",
    document: Annotated[str, Query(alias="van-ban", max_length=20)] = "",
    relations: Annotated[list[str] | None, Query(alias="quan-he", max_length=10)] = None,
    least: Annotated[str, Query(alias="it-nhat", max_length=6)] = "",
    since: Annotated[str, Query(alias="tu", max_length=10)] = "",
    until: Annotated[str, Query(alias="den", max_length=10)] = "",
) -> Asked:
    """Return what is asked for; what makes no sense is as good as not asked."""
    kept = tuple(slug for slug in _SLUGS if slug in (relations or ()))
    number = _number(document)
    values = {
        "don-vi": unit.strip(),
        "van-ban": str(number) if number else "",
        "it-nhat": str(_number(least) or ""),
        "tu": _day(since),
        "den": _day(until),
    }
    wanted = EdgeFilter(
        unit=values["don-vi"] or None,
        document=number,
        relations=tuple(_SLUGS[slug] for slug in kept) or tuple(RELATIONS),
        since=values["tu"] or None,
        until=values["den"] or None,
        least=_number(least) or 1,
    )
    return Asked(values, kept if len(kept) < len(_SLUGS) else (), wanted)


Filters = Annotated[Asked, Depends(asked)]


@router.get("/phoi-hop")
def show_graph(
    request: Request, site: TheSite, person: Viewer, ask: Filters, order: Sorting = "-so", page: Page = 1, drawn: Drawn = FIRST
) -> HTMLResponse:
    """The page."""
    network = site.store.overview.network(ask.wanted)
    unit = ask.values["don-vi"]
    called = site.store.overview.unit_name(unit) if unit else None
    documents = documents_to_choose(site, ask.wanted.document)
    least = f"ít nhất {ask.wanted.least} nhiệm vụ" if ask.wanted.least > 1 else ""
    days = [f"{name} {say_day(ask.values[key])}" for name, key in (("ban hành từ", "tu"), ("đến", "den")) if ask.values[key]]
    return render(
        request,
        "graph.html",
        told=say_filters(called or unit, "", documents, ask.wanted.document, least, " ".join(days)),
        asked=ask.values,
        relations=RELATIONS,
        slugs=_SLUGS,
        chosen=ask.wanted.relations,
        unit_name=called,
        without_unit=ask.address("/phoi-hop", don_vi=""),
        documents=documents,
        data=ask.address("/phoi-hop/du-lieu.json"),
        tasks=ask.address("/phoi-hop/nhiem-vu"),
        drawn=min(drawn, len(network.units), UNITS),
        first=FIRST,
        most=min(len(network.units), UNITS),
        **_table(network, ask, order, page),
    )


@router.get("/phoi-hop/bang")
def show_table(request: Request, site: TheSite, person: Viewer, ask: Filters, order: Sorting = "-so", page: Page = 1) -> HTMLResponse:
    """The table alone, in another order or another page of it."""
    return render(request, "graph_table.html", **_table(site.store.overview.network(ask.wanted), ask, order, page))


@router.get("/phoi-hop/du-lieu.json")
def send_graph(site: TheSite, person: Viewer, ask: Filters, units: Drawn = FIRST) -> JSONResponse:
    """The graph as it is drawn: ``elements`` for cytoscape.js, and in ``note`` what is left out."""
    whole = site.store.overview.network(ask.wanted)
    drawn = whole.strongest(units)
    drawn = Network(drawn.units, drawn.edges[:EDGES])
    note = ""
    hidden, left = len(whole.units) - len(drawn.units), len(whole.edges) - len(drawn.edges)
    if hidden or left:
        note = say("pictures.strongest", units=len(drawn.units), all_units=len(whole.units), hidden=hidden, edges=left)
    return JSONResponse({"elements": elements(drawn), "note": note})


@router.get("/phoi-hop/nhiem-vu")
def show_tasks(
    request: Request,
    site: TheSite,
    person: Viewer,
    ask: Filters,
    unit: Annotated[str, Query(alias="mot-ben", max_length=300)],
    other: Annotated[str, Query(alias="ben-kia", max_length=300)] = "",
    page: Page = 1,
) -> HTMLResponse:
    """The tasks behind an edge (``unit`` leads, ``other`` is asked) or a unit: a piece for htmx, else a page."""
    found = site.store.overview.contact(ask.wanted, unit, other or None, _TASKS, (page - 1) * _TASKS)
    if not found.total and site.store.overview.unit_name(unit) is None:
        raise BadRequest(say("pictures.no-unit", unit=unit), 404)
    ends = {"mot_ben": unit, "ben_kia": other}
    return render(
        request,
        "graph_tasks.html" if "hx-request" in request.headers else "graph_tasks_page.html",
        found=found,
        says=", ".join(RELATIONS[relation] for relation in ask.wanted.relations),
        page=page,
        pages=max(1, -(-found.total // _TASKS)),
        at_page=lambda n: ask.address("/phoi-hop/nhiem-vu", **ends, trang=str(n)),
        unit=unit,
        in_register=register(
            unit=unit, role="lead", partner=other, partner_role=ROLES[ask.wanted.relations[0]], document=ask.wanted.document
        )
        if other and len(ask.wanted.relations) == 1 and not (ask.wanted.since or ask.wanted.until)
        else "",
        task=task,
        said_day=say_day,
        back=ask.address("/phoi-hop"),
        today=date.today().isoformat(),
    )


def _table(network: Network, ask: Asked, order: Order, page: int) -> dict[str, Any]:
    rows = _sorted(network, order)

    def link(path: str, order: str, page: int) -> str:
        return ask.address(path, sap_xep=order if order != "-so" else "", trang=str(page) if page > 1 else "")

    def behind(edge: WeightedEdge) -> str:
        ends = {"mot-ben": edge.source, "ben-kia": edge.target, "quan-he": _NAMES[edge.relation]}
        return address("/phoi-hop/nhiem-vu", {**ask.values, **ends})

    return {
        "network": network,
        "edges": rows[(page - 1) * _ROWS : page * _ROWS],
        "names": RELATIONS,
        "order": order,
        "page": page,
        "pages": max(1, -(-len(rows) // _ROWS)),
        "link": link,
        "behind": behind,
    }


def _sorted(network: Network, order: Order) -> list[WeightedEdge]:
    words = {unit: searchable(name).folded for unit, name in network.units.items()}
    keys: Mapping[str, Any] = {
        "so": lambda edge: edge.tasks,
        "don-vi": lambda edge: words[edge.source],
        "doi-tac": lambda edge: words[edge.target],
        "quan-he": lambda edge: tuple(RELATIONS).index(edge.relation),
    }
    return sorted(network.edges, key=keys[order.removeprefix("-")], reverse=order.startswith("-"))  # stable: those with most tasks first


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and 0 < len(value) < 18 else None


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return ""

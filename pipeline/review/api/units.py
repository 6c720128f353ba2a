"""Units, who works with whom, and what falls due."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from models import DueReport
from models.graph import Relation
from pipeline.due import Counting, due_list, for_unit
from pipeline.due.stored import read_open
from pipeline.review.api.answers import Limit, refusals
from pipeline.review.api.documents import Day
from pipeline.review.api.shapes import EdgeAnswer, EdgesAnswer, NamedUnit, UnitAnswer, Units
from pipeline.review.people import Viewer
from pipeline.review.site import TheSite
from pipeline.store.edges import ROLES, EdgeFilter
from pipeline.store.overview import Standing
from pipeline.store.register import RegisterFilter

router = APIRouter(tags=["units"])


@router.get("/units")
def list_units(
    site: TheSite,
    person: Viewer,
    words: Annotated[str, Query(max_length=200, description="words of a name, with or without accents")] = "",
    limit: Limit = 50,
) -> Units:
    """List the units that tasks name. A unit that bears several names is there with each of them."""
    return Units(units=tuple(NamedUnit(id=unit, name=name) for unit, name in site.store.units(words, limit)))


@router.get("/units/{unit:path}", responses=refusals(404))
def get_unit(
    site: TheSite,
    person: Viewer,
    unit: Annotated[str, Path(max_length=200, description="a unit's id")],
    as_of: Annotated[date | None, Query(description="the day it is seen from; today by default")] = None,
) -> UnitAnswer:
    """Get the numbers of a unit's tasks, its names, and the units in the same tasks. Its tasks: /tasks?unit=…"""
    load = site.store.unit_pages.load(unit, as_of or date.today(), site.settings.time.soon_days)
    names = tuple(name for name, _ in site.store.unit_pages.names(unit))
    return UnitAnswer(load=load, names=names, partners=tuple(site.store.unit_pages.partners(unit)))


@router.get("/overview")
def get_overview(
    site: TheSite, person: Viewer, as_of: Annotated[date | None, Query(description="the day it is seen from; today by default")] = None
) -> Standing:
    """Get how the office stands: documents by state, tasks late and due, loads of units, what waits longest for review."""
    return site.store.overview.standing(as_of or date.today())


@router.get("/edges")
def list_edges(
    site: TheSite,
    person: Viewer,
    unit: Annotated[str | None, Query(max_length=200, description="only edges of this unit: its id, or words of its name")] = None,
    document: Annotated[int | None, Query(ge=1, lt=1 << 63, description="only of this document")] = None,
    relation: Annotated[list[Relation] | None, Query(description="only these relations")] = None,
    issued_from: Day = None,
    issued_to: Day = None,
    least: Annotated[int, Query(ge=1, description="leave out edges of fewer tasks")] = 1,
    units: Annotated[int, Query(ge=2, le=5000, description="at most so many units: those of the strongest edges")] = 1000,
) -> EdgesAnswer:
    """Get who works with whom, and in how many tasks."""
    wanted = EdgeFilter(unit, document, tuple(relation or ROLES), issued_from, issued_to, least)
    found = site.store.overview.network(wanted).strongest(units)
    edges = tuple(EdgeAnswer(source=e.source, target=e.target, relation=e.relation, tasks=e.tasks) for e in found.edges)
    return EdgesAnswer(units=dict(found.units), edges=edges)


@router.get("/due", responses=refusals(404))
def list_due(
    site: TheSite,
    person: Viewer,
    unit: Annotated[str | None, Query(max_length=200, description="only what the unit of this id leads")] = None,
    as_of: Annotated[date | None, Query(description="the day it is seen from; today by default")] = None,
    days: Annotated[int | None, Query(ge=0, le=366, description="how far ahead; as the settings say by default")] = None,
) -> DueReport:
    """Get what is overdue and what falls due, counted on the Vietnamese calendar.

    Every deadline is counted, so this takes a while in a large store; with ``unit`` only the documents in which it leads are read.
    """
    only = None
    if unit is not None:
        led = site.store.register.each(RegisterFilter(unit=unit, role="lead"))
        only = {task.document for page in led for task in page.tasks}
    report = due_list(read_open(site.store, only).tasks, as_of or date.today(), Counting.of(site.settings.time), days)
    return report if unit is None else for_unit(report, unit)

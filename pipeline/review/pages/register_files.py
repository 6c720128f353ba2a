"""The register as files: exactly what is filtered, in the order that is shown."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from models import Person
from pipeline.messages import say
from pipeline.review.asked import ORDERS, PLACE, Asked
from pipeline.review.faults import BadRequest
from pipeline.review.pages.register import name_in, rows_of
from pipeline.review.people import Deliverer, address_of
from pipeline.review.register_files import MOST_IN_EXCEL, csv_lines, write_sheet
from pipeline.review.register_rows import RegisterRow
from pipeline.review.site import Site, TheSite

router = APIRouter()

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(f"{PLACE}/xuat.csv")
def export_csv(request: Request, site: TheSite, person: Deliverer) -> Response:
    """All rows that are asked for, however many: they are sent as they are read."""
    asked = Asked.of(request.query_params, date.today())
    _enter(request, site, person, asked, "csv")
    return StreamingResponse(csv_lines(_rows(site, asked)), media_type="text/csv; charset=utf-8", headers=attached("nhiem-vu.csv"))


@router.get(f"{PLACE}/xuat.xlsx")
def export_sheet(request: Request, site: TheSite, person: Deliverer) -> Response:
    """The rows that are asked for as a workbook; refused where they are more than one can be made of in a moment."""
    asked = Asked.of(request.query_params, date.today())
    count = site.store.register.count(asked.wanted)
    if count > MOST_IN_EXCEL:
        raise BadRequest(say("register.too-many-rows", count=count, most=MOST_IN_EXCEL))
    _enter(request, site, person, asked, "xlsx")
    said = "; ".join(chip.text for chip in asked.chips(lambda name, value: name_in(site, name, value))) or "Tất cả nhiệm vụ"
    about = f"({said}. {count} nhiệm vụ, tính đến ngày {asked.today:%d/%m/%Y})"
    return Response(write_sheet(_rows(site, asked), about, asked.today), media_type=_EXCEL, headers=attached("nhiem-vu.xlsx"))


def attached(name: str) -> dict[str, Any]:
    """Return the headers of an answer that is a file."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}


def _rows(site: Site, asked: Asked) -> Iterator[Sequence[RegisterRow]]:
    for page in site.store.register.each(asked.wanted, ORDERS[asked.order][0]):
        yield rows_of(site, page)


def _enter(request: Request, site: Site, person: Person, asked: Asked, form: str) -> None:
    site.store.audit.add(person.name, "export", "register", address_of(request), {"form": form, "query": asked.query()})

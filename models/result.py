"""What comes out: the published result of one directive."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.document import Aside, Block, Mend, Source, Table
from models.finding import Finding
from models.graph import Graph
from models.outline import Clause, Header
from models.task import Task
from models.unit import Unit

SCHEMA_VERSION = "1.0"


class Result(BaseModel):
    """One directive, read and taken apart. Its JSON form is the published contract (docs/schema)."""

    model_config = ConfigDict(frozen=True)

    schema_version: str = SCHEMA_VERSION
    rulebook: str
    source: Source
    status: Literal["clean", "needs-review", "failed"]
    text: str
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...] = ()
    asides: tuple[Aside, ...] = ()
    mends: tuple[Mend, ...] = ()
    header: Header
    clauses: tuple[Clause, ...]
    tasks: tuple[Task, ...]
    units: tuple[Unit, ...]
    graph: Graph
    findings: tuple[Finding, ...]

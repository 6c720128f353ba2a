"""The nouns of giaoviec: reading this list is learning its vocabulary (models/README.md is the glossary)."""

from models.document import Aside, Block, Document, Mend, Source, Table
from models.errors import AlignmentError, GiaoviecError, OutputError, RuleError, SourceError
from models.finding import Finding
from models.graph import Edge, Graph, Node
from models.outline import Cell, Citation, Clause, Deadline, Header, Kind, Mention, Outline, Party, Signer, Target
from models.result import Result
from models.span import Span
from models.task import Assignment, Origin, Product, Task, TaskDeadline
from models.unit import Unit

__all__ = [
    "AlignmentError",
    "Aside",
    "Assignment",
    "Block",
    "Cell",
    "Citation",
    "Clause",
    "Deadline",
    "Document",
    "Edge",
    "Finding",
    "GiaoviecError",
    "Graph",
    "Header",
    "Kind",
    "Mend",
    "Mention",
    "Node",
    "Origin",
    "Outline",
    "OutputError",
    "Party",
    "Product",
    "Result",
    "RuleError",
    "Signer",
    "Source",
    "SourceError",
    "Span",
    "Table",
    "Target",
    "Task",
    "TaskDeadline",
    "Unit",
]

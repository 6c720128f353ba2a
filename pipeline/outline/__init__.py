"""From a document to its outline: head, clauses with markers and parents, and what kind of clause each one is."""

from models import Document, Outline
from pipeline.outline.header import read_header
from pipeline.outline.paragraphs import find_paragraphs
from pipeline.outline.tree import hang_paragraphs
from pipeline.outline.types import classify
from pipeline.rulebook import Rulebook


def build_outline(document: Document, rulebook: Rulebook) -> Outline:
    """Return the head and the clauses of ``document``, the clauses in reading order. Any text gives an outline; nothing raises.

    Ids and parents depend on nothing that stands behind a clause, so that they stay when text is added at the end.
    """
    head = read_header(document, rulebook)
    paragraphs = find_paragraphs(document, head.body, rulebook)
    clauses = hang_paragraphs(document.text, paragraphs, rulebook)
    return Outline(header=head.header, clauses=tuple(classify(clauses, document.text, head.header, rulebook)))

"""What other programs take over: data formats, files for trackers, the feed of changes (docs/exports.md).

``export`` writes one format from any material (results in folders, the store); ``read_changes`` is the feed.
"""

from pipeline.handover.feed import MOST, Page, read_changes
from pipeline.handover.gold import Gold, gold_of, write_gold
from pipeline.handover.mapping import Mapping, load_mapping, trackers
from pipeline.handover.material import Directive, Held, Material, Wanted, from_document, from_open, from_results, from_store, open_store
from pipeline.handover.record import TaskRecord, line, records, schema, write_schema
from pipeline.handover.write import HELPING, Exported, export, formats

__all__ = [
    "HELPING",
    "MOST",
    "Directive",
    "Exported",
    "Gold",
    "Held",
    "Mapping",
    "Material",
    "Page",
    "TaskRecord",
    "Wanted",
    "export",
    "formats",
    "from_document",
    "from_open",
    "from_results",
    "from_store",
    "gold_of",
    "line",
    "load_mapping",
    "open_store",
    "read_changes",
    "records",
    "schema",
    "trackers",
    "write_gold",
    "write_schema",
]

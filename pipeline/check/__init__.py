"""What a careful reader would question in a directive: findings for a person, in Vietnamese (docs/findings.md lists them)."""

from collections.abc import Sequence

from models import Document, Finding, Outline, Task
from pipeline.check.addressees import find_unaddressed_units
from pipeline.check.agreement import find_disagreeing_targets
from pipeline.check.cited import find_citation_faults
from pipeline.check.counts import find_wrong_counts
from pipeline.check.dates import find_deadline_faults
from pipeline.check.envelope import find_envelope_conflicts
from pipeline.check.file import find_file_notes
from pipeline.check.head import find_head_gaps
from pipeline.check.head_form import find_head_faults
from pipeline.check.layout import find_layout_faults
from pipeline.check.letters import find_letter_faults
from pipeline.check.lifetimes import find_units_out_of_time
from pipeline.check.meant import find_words_read_otherwise
from pipeline.check.names import find_name_variants
from pipeline.check.numbering import find_numbering_faults
from pipeline.check.reading import open_reading
from pipeline.check.recipients import find_recipient_slips
from pipeline.check.references import find_lost_references
from pipeline.check.roles import find_role_faults
from pipeline.check.spelling import find_spelling_slips
from pipeline.check.sums import find_wrong_sums
from pipeline.check.table_cells import find_unparted_rows
from pipeline.check.table_sums import find_wrong_tables
from pipeline.check.typography import find_typography
from pipeline.check.unit_names import find_unofficial_names
from pipeline.check.writing import find_unfinished_writing
from pipeline.check.written_dates import find_date_faults


def check(document: Document, outline: Outline, tasks: Sequence[Task], meant: str | None = None) -> tuple[Finding, ...]:
    """Return what ``document`` leaves open: head, body, who, when, sources, numbers, names, form, file.

    ``meant`` is the text as the stages read it, where it is not the document's: equally long, misprints put right. Each finding points at
    its words (code points). Never raises; a directive without faults gives no findings. Components: Điều 8, Nghị định 30/2020/NĐ-CP.
    """
    reading = open_reading(document, outline, tasks, meant)
    return (
        *find_head_gaps(document.text, outline.header),
        *find_head_faults(reading),
        *find_numbering_faults(outline.clauses),
        *find_lost_references(reading),
        *find_unfinished_writing(reading),
        *find_role_faults(reading),
        *find_unparted_rows(reading),
        *find_unaddressed_units(reading),
        *find_deadline_faults(reading),
        *find_date_faults(reading),
        *find_citation_faults(reading),
        *find_wrong_sums(reading),
        *find_wrong_counts(reading),
        *find_wrong_tables(reading),
        *find_disagreeing_targets(reading),
        *find_units_out_of_time(reading),
        *find_name_variants(reading),
        *find_unofficial_names(reading),
        *find_spelling_slips(reading),
        *find_words_read_otherwise(document.text, meant or document.text),
        *find_letter_faults(reading),
        *find_layout_faults(reading),
        *find_recipient_slips(reading),
        *find_typography(reading),
        *find_file_notes(document),
        *find_envelope_conflicts(document, outline.header),
    )

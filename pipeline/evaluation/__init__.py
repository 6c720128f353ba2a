"""The evaluation report: what is right, what is wrong and why, for gold that somebody annotated by hand (``giaoviec evaluate``).

``sets`` reads texts and gold, ``evaluation`` puts the figures together (``cases``, ``confusion``, ``calibration``, ``mistakes``, ``slips``,
``wrong_rows``, ``changes``, ``stress``), ``record`` makes their JSON, ``report`` writes the files.
"""

from pipeline.evaluation.evaluation import Evaluation, evaluate_sets
from pipeline.evaluation.mistakes import Track, worst_rules
from pipeline.evaluation.record import read_record
from pipeline.evaluation.report import write_report
from pipeline.evaluation.sets import GoldSet, read_sets
from pipeline.evaluation.stress import read_stress

__all__ = ["Evaluation", "GoldSet", "Track", "evaluate_sets", "read_record", "read_sets", "read_stress", "worst_rules", "write_report"]

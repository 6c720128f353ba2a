"""A second, statistical reader beside the rules, and the model it shares with confidence (CARD.md)."""

from pipeline.second.model import Confidence, Model, Record, load_model, shipped_model
from pipeline.second.odds import Odds
from pipeline.second.reader import Opinion, Reader, SecondOpinion, second_opinion

__all__ = [
    "Confidence",
    "Model",
    "Odds",
    "Opinion",
    "Reader",
    "Record",
    "SecondOpinion",
    "load_model",
    "second_opinion",
    "shipped_model",
]

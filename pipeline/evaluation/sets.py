"""Gold and results, a set for each folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.evaluate import Json, read_gold
from pipeline.messages import printable
from pipeline.rulebook import rulebook
from pipeline.run import process


@dataclass(frozen=True)
class GoldSet:
    """Documents that are evaluated together: gold and results (a Result's JSON form), each by document name."""

    name: str
    gold: Mapping[str, Json]
    results: Mapping[str, Json]


def read_sets(folders: Sequence[Path], on_progress: Callable[[int, int, Path], None] | None = None) -> list[GoldSet]:
    """Return a set for each of ``folders`` (NAME.txt and gold/NAME.json), its results as the program makes them now.

    A set has the name of its folder without the way to it; the second of that name is NAME-2. ``on_progress`` is called before each
    text with its number (from 0), the number of texts, and its path. Raises SourceError where there is no gold or no text.
    """
    homes = [folder.parent if folder.name == "gold" else folder for folder in folders]
    golds = [read_gold(home) for home in homes]
    total, done = sum(map(len, golds)), 0
    sets: list[GoldSet] = []
    for home, gold in zip(homes, golds, strict=True):
        results = {}
        for name in gold:
            path = home / f"{name}.txt"
            if on_progress:
                on_progress(done, total, path)
            results[name] = process(path, rulebook()).model_dump(mode="json")
            done += 1
        sets.append(GoldSet(_new_name(home, {known.name for known in sets}), gold, results))
    return sets


def _new_name(folder: Path, taken: set[str]) -> str:
    stem = printable(Path(folder.resolve().name or "/"))
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name

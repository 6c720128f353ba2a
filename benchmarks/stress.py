"""What stays of a directive's result when it is written in another way? Prints a table, a row for each way.

    python -m benchmarks.stress [GOLD_DIR TEXT_DIR ...] [--only renamed,years] [--losses N]

The texts of corpus/ with their gold, and of each TEXT_DIR with that of its GOLD_DIR, are written anew: units renamed, dates moved, lists
shuffled, names abbreviated, markers restyled, lines wrapped, letters misread (tests/stress/). A figure is the share of clauses, parents,
types, values, rows and head that stay (tests/stress/keeping.py says what is the same); where letters are misread it is clean rows F1
against gold, before and after. Returns 1 where a bar of tests/stress/sets.py is missed. --losses prints the first N losses of each row.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.stress.keeping import FIELDS
from tests.stress.samples import Sample, clean_rows, measure, read_samples
from tests.stress.sets import FALL, KEPT, SETS


def main(arguments: Sequence[str] | None = None) -> int:
    """Write anew, read, compare, print; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stress", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="GOLD_DIR TEXT_DIR", help="more texts with gold")
    parser.add_argument("--only", default=",".join(SETS), help=f"of {','.join(SETS)}")
    parser.add_argument("--losses", type=int, default=0, metavar="N", help="print the first N losses of each row")
    chosen = parser.parse_args(arguments)
    names = chosen.only.split(",")
    if len(chosen.folders) % 2 or not set(names) <= set(SETS):
        parser.error(f"GOLD_DIR and TEXT_DIR go together; --only takes {','.join(SETS)}")
    collections = [("corpus", read_samples())]
    for gold, texts in zip(chosen.folders[::2], chosen.folders[1::2], strict=True):
        collections.append((texts.name if texts.name != "texts" else texts.parent.name, read_samples(texts, gold)))
    print(f"| written anew | texts | {' | '.join(FIELDS)} | bar | |")
    print(f"| --- | --- |{' ---: |' * len(FIELDS)} --- | --- |")
    met = True
    for name in names:
        for title, samples in collections:
            met &= _row(name, title, samples, chosen.losses)
    return int(not met)


def _row(name: str, title: str, samples: tuple[Sample, ...], losses: int) -> bool:
    """Print the row of a set over some texts; return whether its bar is met."""
    one = SETS[name]
    kept = measure(one.make, samples)
    shares = [kept.share(field) for field in FIELDS]
    if one.exact:
        bar, good = f"each >= {KEPT}", min(shares) >= KEPT
    else:
        before, after = clean_rows(one.make, samples)
        bar, good = f"clean rows {before:.3f} → {after:.3f}, falls by < {FALL}", after > before - FALL
    cells = [one.title, title, *(f"{share:.3f}" for share in shares), bar, "met" if good else "MISSED"]
    print(f"| {' | '.join(cells)} |", flush=True)
    for line in kept.lost[:losses]:
        print(f"    {line}")
    return good


if __name__ == "__main__":
    sys.exit(main())

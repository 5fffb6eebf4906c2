"""`python -m benchmarks`: measure every budget and print the table; `--quick` uses less data, `--only NAME` one group.

The torture run, the hostile corpus, the simulated alarms, the accuracy of cells and the tail of G take long and are measured by name only.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import beside, ingest, refresh, screen, tail
from benchmarks.accuracy import measure as accuracy
from benchmarks.alarms import measure as alarms
from benchmarks.hostile import measure as hostile
from benchmarks.table import Figure, show
from benchmarks.torture import report as torture

LONG = ("torture", "hostile", "alarms", "accuracy", "tail")


def main() -> None:
    """Run the groups one after the other, each in a directory of its own that is removed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the data")
    parser.add_argument(
        "--only", choices=("ingest", "refresh", "screen", "beside", "reopen", "torture", "hostile", "alarms", "accuracy", "tail")
    )
    arguments = parser.parse_args()
    scale = 10 if arguments.quick else 1
    groups: dict[str, Callable[[Path], list[Figure]]] = {
        "ingest": lambda place: ingest.measure(place, 1_000_000 // scale, 3),
        "reopen": lambda place: [ingest.reopen(place)],
        "refresh": lambda place: refresh.measure(place, 20_000, 100 // scale),
        "screen": lambda place: screen.measure(place, 20.0 if scale == 1 else 8.0),
        "beside": lambda place: beside.measure(place, 20.0 if scale == 1 else 8.0),
        "torture": lambda place: torture.figures(place, 240 // scale, 1_200_000 // scale),
        "hostile": lambda place: hostile.figures(place, scale),
        "accuracy": lambda _: accuracy.figures(120 // scale, 20_261_123),
        "tail": lambda _: tail.figures(1_000_000 // scale, 20_261_123),
        "alarms": lambda _: alarms.figures(24 if scale == 1 else 4, 20_261_123),
    }
    figures: list[Figure] = []
    for name, run in groups.items():
        if name == arguments.only or (arguments.only is None and name not in LONG):
            sys.stderr.write(f"measuring {name} ...\n")
            with tempfile.TemporaryDirectory(prefix="tuimon-bench-") as place:
                figures += run(Path(place))
    print(f"Python {platform.python_version()}, {platform.machine()}")
    show(figures)


if __name__ == "__main__":
    main()

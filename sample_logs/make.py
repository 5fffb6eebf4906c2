"""Makes the sample logs: `python sample_logs/make.py [--out DIR]`; with `--demo FILE` the data of `tuimon demo` instead.

Needs scikit-learn. The same library versions write the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import sklearn
from making import demo, expecting, measuring, models, progression, spoiling, tumour, writing
from making.clock import END, iso

HERE = Path(__file__).resolve().parent
REFERENCE_ROWS = 4000


def make_tumour(out: Path) -> dict[str, Any]:
    """Write the classifier's logs, labels and baseline; return what must be found in them."""
    model = models.tumour()
    logged = tumour.traffic(model)
    lines, destroyed = spoiling.tumour_lines(logged)
    files = spoiling.rotated(lines)
    for name, content in files.items():
        writing.lines(out / name, [line.content for line in content])
    arrived = tumour.labels(logged, END)
    writing.lines(out / "labels.jsonl", [tumour.line(_label(logged, time, i)) for time, i in arrived])
    before = tumour.reference(model, REFERENCE_ROWS)
    writing.tumour_reference(out / "reference.parquet", model.names, before)
    kept = np.ones(len(logged), bool)
    kept[list(destroyed)] = False
    hours = measuring.hourly(measuring.tumour_columns(logged, kept, before), logged.times[kept])
    counts = {name: expecting.counted(content).as_json() for name, content in files.items()}
    return {
        "files": {**counts, "labels.jsonl": expecting.Counted(labels=len(arrived)).as_json()},
        "rejects": expecting.rejects(files),
        "model": expecting.tumour_facts(logged, kept, [i for _, i in arrived]),
        "incidents": expecting.found_incidents(logged, kept, hours),
        "psi": hours,
    }


def _label(logged: tumour.Traffic, time: float, i: int) -> dict[str, Any]:
    return {"ts": iso(time), "request_id": logged.ids[i], "label": "malignant" if logged.malignant[i] else "benign"}


def make_progression(out: Path) -> dict[str, Any]:
    """Write the regression's log, labels and baseline; return what must be found in them."""
    model = models.progression()
    logged = progression.traffic(model)
    writing.lines(out / "progression.csv", [progression.header(logged), *(progression.line(logged, i) for i in range(len(logged)))])
    arrived = progression.labels(logged, END)
    content = [f"{iso(time)},{logged.ids[i]},{logged.truth[i]:g}".encode() for time, i in arrived]
    writing.lines(out / "progression_labels.csv", [b"ts,request_id,label", *content])
    rows, prediction = progression.reference(model, REFERENCE_ROWS)
    writing.progression_reference(out / "reference_progression.parquet", model.names, rows, prediction)
    hours = measuring.hourly(measuring.progression_columns(logged, rows, prediction), logged.times)
    counts = {
        "progression.csv": expecting.Counted(records=len(logged), skipped=1).as_json(),
        "progression_labels.csv": expecting.Counted(labels=len(arrived), skipped=1).as_json(),
    }
    return {
        "files": counts,
        "rejects": [],
        "model": expecting.progression_facts(logged, [i for _, i in arrived]),
        "incidents": [],
        "psi": hours,
    }


def make(out: Path) -> None:
    """Write every file of the sample logs into `out`."""
    made = {"tumour": make_tumour(out), "progression": make_progression(out)}
    files = {name: counts for part in made.values() for name, counts in part["files"].items()}
    expected = {
        "made_with": {"numpy": np.__version__, "pyarrow": pa.__version__, "scikit-learn": sklearn.__version__},
        "start": iso(0),
        "end": iso(END),
        "files": files,
        "totals": {key: sum(counts[key] for counts in files.values()) for key in expecting.Counted().as_json()},
        "rejects": [reject for part in made.values() for reject in part["rejects"]],
        "models": {name: part["model"] for name, part in made.items()},
        "incidents": [incident for part in made.values() for incident in part["incidents"]],
        "hourly_psi": {name: part["psi"] for name, part in made.items()},
    }
    writing.indented(out / "expected.json", expected)


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(description="Makes the sample logs.")
    parser.add_argument("--out", type=Path, default=HERE, help="directory to write to (default: next to this script)")
    parser.add_argument("--demo", type=Path, help="write only the data of `tuimon demo` to this file")
    given = parser.parse_args()
    if given.demo:
        demo.write(given.demo)
        return
    given.out.mkdir(parents=True, exist_ok=True)
    make(given.out)


if __name__ == "__main__":
    main()

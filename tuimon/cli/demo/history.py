"""What the demo finds when it opens: a healthy hour, a baseline and a configuration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tuimon.cli.demo.lines import MODEL, log_lines, said
from tuimon.cli.demo.model import demo_model
from tuimon.cli.demo.rows import MISSING, SITE_SHARES, SITES, second_of
from tuimon.cli.demo.script import DemoScript

PAST_FILE = "predictions.jsonl.1"
LIVE_FILE = "predictions.jsonl"
BASELINE_FILE = "baseline.parquet"
CONFIG_FILE = "config.toml"
BASELINE_ROWS = 4000

_CONFIG = f"""\
# The configuration of `tuimon demo`. Change a threshold while it runs: it is read again when saved.
refresh = "1s"

[sources.{MODEL}]
paths = ["predictions.jsonl*"]

[baseline]
source = "{BASELINE_FILE}"

[windows]
widths = ["5m"]

[drift]
method = "psi"

[thresholds]
psi            = {{ warning = 0.10, critical = 0.20, for = "5s" }}
latency_p95_ms = {{ warning = 150, critical = 250, for = "5s" }}
latency_p99_ms = {{ warning = 300, critical = 800, for = "5s" }}
error_rate     = {{ warning = 0.01, critical = 0.10, for = "5s" }}
missing_rate   = {{ warning = 0.10, critical = 0.30, for = "5s" }}

# Failed requests have no prediction, so only this column is watched closely for missing values.
[thresholds.models.{MODEL}.columns.{MISSING}]
missing_rate   = {{ warning = 0.03, critical = 0.20 }}
"""


def write_history(directory: Path, start: float, script: DemoScript | None = None) -> None:
    """Write a healthy past that ends at `start` (an epoch in seconds), the baseline and the configuration into `directory`.

    Raises OSError when a file cannot be written.
    """
    script = script or DemoScript()
    past = (line for second in range(-script.past_seconds, 0) for line in log_lines(second_of(script, second), start))
    (directory / PAST_FILE).write_bytes(b"".join(past))
    _write_baseline(directory / BASELINE_FILE, script.seed)
    (directory / CONFIG_FILE).write_text(_CONFIG, encoding="utf-8")


def _write_baseline(path: Path, seed: int) -> None:
    """Write held-out rows drawn with replacement, and the model's answers, under the names of the log."""
    model, rng = demo_model(), np.random.default_rng([seed, 2])
    rows = model.rows[rng.integers(len(model.rows), size=BASELINE_ROWS)]
    score = model.scores(rows)
    site = rng.choice(SITES, size=BASELINE_ROWS, p=SITE_SHARES)
    columns = [*(pa.array(rows[:, i]) for i in range(len(model.names))), pa.array(site.tolist())]
    features = pa.StructArray.from_arrays(columns, [*model.names, "site"])
    prediction = [said(value) for value in score.tolist()]
    table = pa.table({"model": [MODEL] * BASELINE_ROWS, "features": features, "prediction": prediction, "score": score})
    pq.write_table(table, path)

"""The small model that `tuimon demo` plays: real rows and a fitted regression as plain numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from making import models


def write(path: Path) -> None:
    """Write held-out rows, whether each is malignant, and the fitted numbers of v1 as one JSON file."""
    model = models.tumour()
    imputer, scaler, regression = (step for _, step in model.versions["v1"].steps)
    facts = {
        "about": "Wisconsin breast cancer data (public, UCI): held-out rows, and a logistic regression fitted on the other half",
        "names": list(model.names),
        "rows": [[float(f"{value:.5g}") for value in row] for row in model.rows],
        "malignant": [int(flag) for flag in model.malignant],
        "fill": _numbers(imputer.statistics_),
        "mean": _numbers(scaler.mean_),
        "scale": _numbers(scaler.scale_),
        "weights": _numbers(regression.coef_[0]),
        "intercept": _numbers(regression.intercept_)[0],
    }
    entries = (f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in facts.items())
    path.write_text("{\n" + ",\n".join(entries) + "\n}\n", encoding="utf-8")


def _numbers(values: np.ndarray) -> list[float]:
    return [float(f"{value:.8g}") for value in values]

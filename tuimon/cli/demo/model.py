"""The demo's model: a logistic regression and real rows for it, read from the package's own data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DemoModel:
    """`rows` (n, k) with k `names`; `fill` stands in for missing values; then standardised, weighted, squashed."""

    names: tuple[str, ...]
    rows: Floats
    fill: Floats
    mean: Floats
    scale: Floats
    weights: Floats
    intercept: float

    def scores(self, rows: Floats) -> Floats:
        """Return the probability of malignancy of each row (n, k), four decimals; NaN is a missing value."""
        whole = np.where(np.isnan(rows), self.fill, rows)
        found: Floats = np.round(1 / (1 + np.exp(-((whole - self.mean) / self.scale @ self.weights + self.intercept))), 4)
        return found


@cache
def demo_model() -> DemoModel:
    """Return the model that the package carries."""
    text = resources.files("tuimon.cli.demo").joinpath("model.json").read_text(encoding="utf-8")
    data = json.loads(text)
    rows, fill, mean, scale, weights = (np.array(data[key], float) for key in ("rows", "fill", "mean", "scale", "weights"))
    return DemoModel(tuple(data["names"]), rows, fill, mean, scale, weights, float(data["intercept"]))

"""Two small real models, fitted on one half of a public data set; the other half is what they are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from making.clock import Floats

SPLIT = 7
"""Seed of the split into halves and of the forest."""
MEASURED = 10
"""The first ten columns of the tumour data are means over the cells of an image; the other twenty are derived from the same cells."""


@dataclass(frozen=True)
class Tumour:
    """Versions of a classifier, and the held-out half: `rows` (n, 10) and whether each is malignant."""

    names: tuple[str, ...]
    rows: Floats
    malignant: npt.NDArray[np.bool_]
    versions: dict[str, Any]

    def scores(self, version: str, rows: Floats) -> Floats:
        """Return the probability of malignancy of each row, four decimals; NaN features are allowed."""
        found: Floats = np.round(self.versions[version].predict_proba(rows)[:, 1], 4)
        return found


@dataclass(frozen=True)
class Progression:
    """A regression, and the held-out half: `rows` (n, 9) and the true progression after a year."""

    names: tuple[str, ...]
    rows: Floats
    truth: Floats
    model: Any

    def predict(self, rows: Floats) -> Floats:
        """Return the predicted progression of each row, two decimals."""
        found: Floats = np.round(self.model.predict(rows), 2)
        return found


def tumour() -> Tumour:
    """Return logistic regression (v1) and a random forest (v2), both fitted on the same half of the Wisconsin data."""
    data = load_breast_cancer()
    names = tuple(str(name).replace(" ", "_") for name in data.feature_names[:MEASURED])
    truth = data.target == 0
    fit_x, held_x, fit_y, held_y = train_test_split(data.data[:, :MEASURED], truth, test_size=0.5, random_state=SPLIT, stratify=truth)
    regression = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression())
    forest = make_pipeline(SimpleImputer(strategy="median"), RandomForestClassifier(100, random_state=SPLIT))
    return Tumour(names, held_x, held_y, {"v1": regression.fit(fit_x, fit_y), "v2": forest.fit(fit_x, fit_y)})


def progression() -> Progression:
    """Return ridge regression fitted on one half of the diabetes data, without the column `sex`."""
    data = load_diabetes(scaled=False)
    names = ("age", "bmi", "blood_pressure", "total_cholesterol", "ldl", "hdl", "cholesterol_ratio", "triglycerides_log", "glucose")
    used = np.delete(data.data, 1, axis=1)
    fit_x, held_x, fit_y, held_y = train_test_split(used, data.target, test_size=0.5, random_state=SPLIT)
    return Progression(names, held_x, held_y, make_pipeline(StandardScaler(), Ridge()).fit(fit_x, fit_y))

"""Drift on raw values, in tuimon's own convention and in those of other tools. Pure functions of arrays."""

from tuimon.stats.exact.bounds import Bounds, Growth, Prediction, three_sigma
from tuimon.stats.exact.categories import Counts
from tuimon.stats.exact.convention import CategoryMeasure, Convention, Facts, Fixed, NumericMeasure, Values
from tuimon.stats.exact.conventions import NAMES, convention_of
from tuimon.stats.exact.outcomes import calibration_error, class_scores, ranked_auc, regression_errors
from tuimon.stats.exact.reconstruction import Moments, Reconstruction, fit, moments
from tuimon.stats.exact.sample import Sample, sample_of

__all__ = [
    "NAMES",
    "Bounds",
    "CategoryMeasure",
    "Convention",
    "Counts",
    "Facts",
    "Fixed",
    "Growth",
    "Moments",
    "NumericMeasure",
    "Prediction",
    "Reconstruction",
    "Sample",
    "Values",
    "calibration_error",
    "class_scores",
    "convention_of",
    "fit",
    "moments",
    "ranked_auc",
    "regression_errors",
    "sample_of",
    "three_sigma",
]

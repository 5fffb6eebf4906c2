"""Statistics over integer counts: grids, distances, evidence, quantiles and performance. Pure functions of arrays."""

from tuimon.stats.categories import BUCKETS, DICTIONARY_SIZE, category_bucket
from tuimon.stats.chance import DriftMethod
from tuimon.stats.detail import GroupTable, ShapeBars, group_ranges, group_table, shapes
from tuimon.stats.evidence import (
    alarm_limit,
    auc_error,
    binomial_excess,
    false_alarms_per_week,
    fisher_excess,
    normal_excess,
    poisson_tails,
)
from tuimon.stats.frame import Comparison, Evidence, Frame, FrameColumn
from tuimon.stats.grids import NumericGrid
from tuimon.stats.interval import share_interval
from tuimon.stats.joint import Axes, Joint, joints, no_rows
from tuimon.stats.latency import ZERO, latency_bins, latency_edges
from tuimon.stats.likelihood import P_FLOOR
from tuimon.stats.null import Null, nothing_learned, worth
from tuimon.stats.past import PastWindows
from tuimon.stats.performance import accuracy, expected_calibration_error, f1_score, f1_scores, roc_auc
from tuimon.stats.quantiles import Moments, grid_moments, grid_quantiles, latency_quantile_series, latency_quantiles
from tuimon.stats.regrouping import Regrouping
from tuimon.stats.sampling import Estimate, estimates, excess_words
from tuimon.stats.splits import make_grid
from tuimon.stats.tally import add_sparse, count_cells

__all__ = [
    "BUCKETS",
    "DICTIONARY_SIZE",
    "P_FLOOR",
    "ZERO",
    "Axes",
    "Comparison",
    "DriftMethod",
    "Estimate",
    "Evidence",
    "Frame",
    "FrameColumn",
    "GroupTable",
    "Joint",
    "Moments",
    "Null",
    "NumericGrid",
    "PastWindows",
    "Regrouping",
    "ShapeBars",
    "accuracy",
    "add_sparse",
    "alarm_limit",
    "auc_error",
    "binomial_excess",
    "category_bucket",
    "count_cells",
    "estimates",
    "excess_words",
    "expected_calibration_error",
    "f1_score",
    "f1_scores",
    "false_alarms_per_week",
    "fisher_excess",
    "grid_moments",
    "grid_quantiles",
    "group_ranges",
    "group_table",
    "joints",
    "latency_bins",
    "latency_edges",
    "latency_quantile_series",
    "latency_quantiles",
    "make_grid",
    "no_rows",
    "normal_excess",
    "nothing_learned",
    "poisson_tails",
    "roc_auc",
    "shapes",
    "share_interval",
    "worth",
]

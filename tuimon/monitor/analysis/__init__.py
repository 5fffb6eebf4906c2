"""Drift, quality and performance by chunk, exact and from stored rows: what `tuimon analyze` says."""

from tuimon.monitor.analysis.analysis import Analysis
from tuimon.monitor.analysis.judging import worst
from tuimon.monitor.analysis.request import AnalysisError, Request
from tuimon.monitor.analysis.results import ChunkResult, ColumnResult, Header, Measured, Stored
from tuimon.monitor.references import UnusableBaselineError

__all__ = [
    "Analysis",
    "AnalysisError",
    "ChunkResult",
    "ColumnResult",
    "Header",
    "Measured",
    "Request",
    "Stored",
    "UnusableBaselineError",
    "worst",
]

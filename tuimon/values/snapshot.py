"""Everything that a screen, an alert rule or a report may show at one moment, as one frozen value.

Times are float seconds since 1970 (UTC); None is "not known", never 0 and never NaN. Texts that come from logs have passed `safe_text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tuimon.values.alert import Alert, Event, Incident, Severity, Silenced
from tuimon.values.evidence import Witnesses
from tuimon.values.looking import Look
from tuimon.values.performance import Performance, Realised
from tuimon.values.trial import Trial

Status = Literal["ok", "warning", "critical", "unknown"]
WindowState = Literal["no_data", "stale", "historic", "insufficient", "ok"]
Verdict = Literal["no_baseline", "insufficient", "drift", "watch", "ok"]


@dataclass(frozen=True)
class Ingest:
    """The books of all generations together."""

    files: int = 0
    lines: int = 0
    rows: int = 0
    record_lines: int = 0
    label_lines: int = 0
    skipped: int = 0
    rejected: int = 0
    blank: int = 0
    bytes: int = 0
    lag_bytes: int = 0
    gaps: int = 0
    future: int = 0
    late: int = 0
    labels: int = 0
    labels_joined: int = 0
    labels_waiting: int = 0


Interval = tuple[float, float]
"""The least and the greatest share that a counted one may stand for, at 95 %."""


@dataclass(frozen=True)
class Share:
    """Rows of a kind among all rows."""

    part: int
    rows: int
    rate: float
    interval: Interval


@dataclass(frozen=True)
class Engine:
    """Facts that answer "can I trust this screen": how data arrives, and what the engine is doing."""

    title: str
    """The directory or configuration that is looked at."""
    refresh: float
    watch: Literal["inotify", "polling"]
    state: Literal["live", "backlog", "idle"]
    backlog_bytes: int = 0
    """Bytes on disk that are not yet read."""
    backlog_total: int = 0
    """Bytes that were to be read when this backlog began; 0 without one."""
    rows_per_second: float = 0.0
    """Rows committed per second of wall time since the last snapshot."""
    store_bytes: int = 0
    tick_ms: float = 0.0
    newest_read: float | None = None
    """Wall time of the last commit."""
    judged: float | None = None
    """Share of the past minutes that alert rules have gone through; None once they have seen all."""


@dataclass(frozen=True)
class File:
    """One file generation as the Files screen shows it."""

    path: str
    source: str
    container: str
    compression: str
    life: str
    """live, rotated, finished, lost, or unreadable."""
    size: int
    position: int
    lag_bytes: int
    lines: int
    rows: int
    rejected: int
    gap: int
    rows_per_second: float
    newest: float | None
    note: str = ""
    sampled: str = ""
    """What share of all records its source logs, in words; "" for all."""


@dataclass(frozen=True)
class Reject:
    """A line that could not be taken, with the reason."""

    file: str
    line: int
    offset: int
    reason: str
    text: str


@dataclass(frozen=True)
class Latency:
    """Latency of a window in milliseconds."""

    rows: int
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    max: float | None
    mean: float | None


@dataclass(frozen=True)
class Sampling:
    """How many records the rows of a window stand for, where their log is a sample."""

    records: float
    """The estimate: the sum of 1 / rate over the rows."""
    margin: float
    """Half of its 95 % interval, for records that were drawn one by one."""
    lowest: float
    """The lowest rate of any row, above 0."""
    highest: float
    """The highest, at most 1."""
    unrated: int
    """Rows that should name their rate and name none that can be used."""

    @property
    def mixed(self) -> bool:
        """Whether rows stand for different numbers of records, so that shares and quantiles of rows are not those of records."""
        return self.lowest != self.highest


@dataclass(frozen=True)
class Version:
    """Traffic and latency of one model version in the window that panels show."""

    version: str
    rows: int
    rows_per_second: float
    error_rate: float | None
    latency: Latency
    p95_series: tuple[float | None, ...]
    sampling: Sampling | None = None
    """None where each row stands for itself; else `rows_per_second` and `error_rate` are of records."""


@dataclass(frozen=True)
class Group:
    """One readable bin group: its share before and now, and what it adds to the drift value."""

    label: str
    baseline: float
    current: float
    contribution: float


@dataclass(frozen=True)
class Shape:
    """Shares of the baseline and of the window over the same display bins, with the values at which bins begin and end."""

    edges: tuple[float, ...]
    """One more than the shares; empty for a category column (its groups are the shape)."""
    baseline: tuple[float, ...]
    current: tuple[float, ...]


@dataclass(frozen=True)
class Measure:
    """One drift measure of a column, and what chance alone gives it for these rows."""

    method: str
    name: str
    """In words, with the bins and the convention."""
    value: float | None
    expected: float | None
    """Mean under no drift."""
    p99: float | None
    """99th percentile under no drift."""


@dataclass(frozen=True)
class Change:
    """What has become of a column since its baseline, beyond what chance explains."""

    kind: Literal["constant", "new", "gone"]
    """Constant: it varies in the baseline and has one value in the window. New: only the window has it. Gone: only the baseline has it."""
    p_value: float
    """Of chance alone doing this, clamped at 1e-12."""
    value: str | None = None
    """The one value of a constant column."""
    since: float | None = None
    """Event time of a new column's first value, or of the last one of one that is gone: the minute, the hour where that is past."""


@dataclass(frozen=True)
class Drift:
    """One column of one model against its baseline in one window."""

    column: str
    kind: Literal["numeric", "category"]
    role: Literal["feature", "prediction", "score"]
    window: str
    rows: int
    baseline_rows: int
    method: str
    bins: int
    groups: int
    value: float | None
    """The configured method's value: the effect."""
    expected: float | None
    """Its mean under no drift for these n."""
    p99: float | None
    """Its 99th percentile under no drift for these n."""
    g: float | None
    p_value: float | None
    """Of G, clamped at 1e-12."""
    p_star: float
    """The evidence limit that the false-alarm budget allows this series."""
    false_alarms_per_week: float | None
    learning: bool
    """The column's own past is not known: it is taken to vary as unruly ones do; where no past applies, rows count as independent."""
    psi: float | None
    js: float | None
    hellinger: float | None
    ks: float | None
    ks_error: float | None
    """Bound of the KS error that the grid causes."""
    wasserstein: float | None
    verdict: Verdict
    warning: float | None
    critical: float | None
    severity: Severity | None
    """What its limits and evidence say now, before `for`."""
    mean: float | None
    baseline_mean: float | None
    trend: tuple[float | None, ...]
    """The configured value over the last hour, oldest first; None is a gap."""
    trend_end: float | None
    """Event time at which the stretch of the last point ends; each point before it ends `trend_step` seconds earlier."""
    trend_step: float
    detail: tuple[Group, ...]
    shape: Shape
    least: float | None = None
    """About the smallest PSI that would be evidence, by the column's own past where it is known."""
    measures: tuple[Measure, ...] = ()
    baseline_needed: int | None = None
    """The rows from which on a baseline could resolve the warning limit, None where there is no such limit or no comparison."""
    change: Change | None = None
    """What has become of it since its baseline, as a rule nothing."""


@dataclass(frozen=True)
class Quality:
    """Data quality of one column in the window that panels show; rates are shares of rows."""

    column: str
    rows: int
    missing_rate: float | None
    invalid_rate: float | None
    unseen_rate: float | None
    out_of_range_rate: float | None
    missing_interval: Interval | None = None
    invalid_interval: Interval | None = None
    unseen_interval: Interval | None = None
    out_of_range_interval: Interval | None = None


@dataclass(frozen=True)
class Limit:
    """The limits that hold for one metric of a model, or of one of its columns."""

    rule: str
    column: str | None
    warning: float | None
    critical: float | None


@dataclass(frozen=True)
class BaselineState:
    """What the baseline of a model is worth."""

    rows: int = 0
    provisional: bool = False
    """Rows are still added to it."""
    newest: float | None = None
    """The time of its newest row, or of its file where rows have none."""
    remarks: tuple[str, ...] = ()
    """What is wrong with it, in a few words each: provisional, too small, too old, columns that only one side has."""


_WORDS = {
    "before": "the time before",
    "yesterday": "same hours yesterday",
    "last_week": "same hours last week",
    "moving": "its baseline",
    "fixed": "the baseline of its alerts",
}


@dataclass(frozen=True)
class Reconstruction:
    """How well the main directions of the baseline describe the rows of the window: its numeric features taken together."""

    columns: int
    left_out: int
    """Numeric features that are not among them: beyond the largest number, without a grid yet, or not in the baseline."""
    rows: int
    error: float
    """Root mean square of the rows' distances from their reconstruction, in standard deviations of the baseline."""
    expected: float
    """The baseline's own."""
    margin: float | None
    """How far 997 of 1,000 windows are from what is expected, by this model's past windows; None while there are too few."""

    @property
    def unusual(self) -> bool:
        """Whether the window is further off than that."""
        return self.margin is not None and abs(self.error - self.expected) > self.margin


@dataclass(frozen=True)
class Against:
    """Something that a window can be compared with on the screen, besides the configured baseline.

    Where that moves with the window it is of kind "moving", and "fixed" is the one that alerts are judged against instead.
    """

    kind: Literal["before", "yesterday", "last_week", "version", "moving", "fixed"]
    version: str = ""
    """Of kind "version": the one whose rows are looked at."""
    than: str = ""
    """The one whose rows they are compared with."""

    @property
    def words(self) -> str:
        """The choice in words."""
        if self.kind == "version":
            return f"{self.version} against {self.than}"
        return _WORDS[self.kind]


@dataclass(frozen=True)
class Aside:
    """The columns of a model against something else than its baseline, for the screen alone: no alert and no report knows of it."""

    against: Against
    words: str
    """What that is."""
    rows: int
    """Its rows, 0 where there are none."""
    drift: tuple[Drift, ...]
    remarks: tuple[str, ...] = ()
    """As those of a baseline."""


@dataclass(frozen=True)
class Heat:
    """Rows by time and latency."""

    edges: tuple[float, ...]
    """Lower edges of the buckets in ms, of equal ratio, then the upper one of the last."""
    rows: tuple[tuple[int, ...], ...]
    """[stretch of time][bucket], oldest and fastest first."""


@dataclass(frozen=True)
class Series:
    """Series up to the end of the window for tiles and charts, of the last hour unless the window is wider, oldest first; None is a gap."""

    start: float
    step: float
    rows_per_second: tuple[float | None, ...]
    error_rate: tuple[float | None, ...]
    p50: tuple[float | None, ...]
    p95: tuple[float | None, ...]
    p99: tuple[float | None, ...]
    begun: tuple[tuple[str, float], ...] = ()
    """(version, event time) of each version whose first row of late lies on them, while other rows came before."""
    heat: Heat | None = None
    """None without a latency."""


@dataclass(frozen=True)
class Model:
    """One model's panels."""

    model: str
    rows: int
    errors: int
    first: float | None
    last: float | None
    """The watermark."""
    window: str
    window_start: float | None
    window_end: float | None
    window_rows: int
    window_state: WindowState
    window_advice: str
    """What to do when the state is insufficient; else empty."""
    baseline: str
    """What the baseline is, in words, with its rows; "none" without one."""
    rows_per_second: float | None
    error_rate: float | None
    latency: Latency
    latency_bins: tuple[tuple[float, float, int], ...]
    """(lower ms, upper ms, rows) of the window's latency histogram, merged to at most 24 bins."""
    versions: tuple[Version, ...]
    drift: tuple[Drift, ...]
    quality: tuple[Quality, ...]
    performance: Performance
    series: Series
    limits: tuple[Limit, ...]
    """Of the rules that are set, without drift (whose rows carry their own)."""
    baseline_state: BaselineState = BaselineState()
    choices: tuple[Against, ...] = ()
    """What the window can be compared with besides the baseline."""
    reconstruction: Reconstruction | None = None
    """Of the numeric features together against the baseline; None where there is nothing to reconstruct."""
    repeated: Share | None = None
    """Rows of the window whose id was seen before, among those with an id; None without one."""
    sampling: Sampling | None = None
    """None where each row stands for itself; else `rows_per_second`, `error_rate` and their series are of records."""
    aside: Aside | None = None
    """What was asked for of these."""
    realised: Realised | None = None
    """What lies behind `performance`; None before the first label."""


@dataclass(frozen=True)
class Snapshot:
    """What is known at one moment."""

    at: float
    status: Status
    engine: Engine
    ingest: Ingest
    files: tuple[File, ...] = ()
    rejects: tuple[Reject, ...] = ()
    """The last 50."""
    models: tuple[Model, ...] = ()
    """Worst first."""
    alerts: tuple[Alert, ...] = ()
    """Firing first, worst first; resolved ones last."""
    incidents: tuple[Incident, ...] = ()
    """Columns that moved together."""
    silences: tuple[Silenced, ...] = ()
    """All that hold, also those that no alert is meant by at present."""
    late: Share | None = None
    """Rows that came more than five minutes behind the newest before them in their file; None without rows."""
    future: Share | None = None
    """Rows stamped more than five minutes ahead of the clock."""
    events: tuple[Event, ...] = ()
    notices: tuple[str, ...] = ()
    """Standing facts that limit trust: a bad config save, a recovered store, an unreadable file. One sentence each."""
    trial: Trial | None = None
    witnesses: Witnesses | None = None
    """The rows behind a number that somebody looks at, for the screen alone."""
    look: Look | None = None
    """Of a picture that was asked for: what was asked."""
    past: Snapshot | None = None
    """The picture of the moment or window that somebody looks at instead of this one, for the screen alone."""

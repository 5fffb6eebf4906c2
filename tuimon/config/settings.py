"""The settings of one run as frozen values, every default in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

ReceiverType = Literal["webhook", "alertmanager", "slack", "pagerduty", "email", "syslog", "bell"]
Method = Literal["psi", "js", "hellinger", "ks", "wasserstein", "chi2", "linf"]
Direction = Literal["above", "below"]

RULES = (
    "psi",
    "js",
    "hellinger",
    "ks",
    "wasserstein",
    "chi2",
    "linf",
    "latency_p50_ms",
    "latency_p90_ms",
    "latency_p95_ms",
    "latency_p99_ms",
    "error_rate",
    "missing_rate",
    "invalid_rate",
    "unseen_rate",
    "out_of_range_rate",
    "repeated_rate",
    "rejected_rate",
    "late_rate",
    "future_rate",
    "gaps",
    "lag_bytes",
    "stale",
    "rows_per_second",
    "traffic_drop",
    "accuracy",
    "f1",
    "roc_auc",
    "ece",
    "mae",
    "rmse",
    "r2",
)
"""Every metric that a threshold may name."""

AGAINST_BASELINE = (
    *("latency_p50_ms", "latency_p90_ms", "latency_p95_ms", "latency_p99_ms", "error_rate"),
    *("accuracy", "f1", "roc_auc", "ece", "mae", "rmse"),
)
"""Rules whose limits may go by what the metric was in the baseline."""

OF_ALL_LOGS = ("rejected_rate", "late_rate", "future_rate", "gaps", "lag_bytes")
"""Rules about lines as they arrive, which are no model's yet."""

LEAST_SAMPLE_RATE = 0.00001
"""Below one record in 100,000 a rate is taken for a mistake."""


@dataclass(frozen=True)
class FieldPath:
    """Where one role is found in a record: a dotted path, and the unit where it has one."""

    path: str
    unit: Literal["s", "ms", "us", "ns"] | None = None
    ok: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fields:
    """What the user said about roles; None means detect it."""

    timestamp: FieldPath | None = None
    id: FieldPath | None = None
    model: FieldPath | None = None
    version: FieldPath | None = None
    prediction: FieldPath | None = None
    score: FieldPath | None = None
    label: FieldPath | None = None
    latency: FieldPath | None = None
    status: FieldPath | None = None
    sample_rate: FieldPath | None = None
    features: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One kind of log line: absolute globs, and how its lines are read."""

    name: str
    paths: tuple[str, ...]
    detect: bool = False
    """True for a bare directory: each family of files is looked at on its own."""
    preset: str = "auto"
    part: Literal["auto", "full", "label"] = "auto"
    labels_for: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    tz: str = "UTC"
    sample_rate: float = 1.0
    """The share of all records that is logged; a record that names its own goes by that."""
    drop: tuple[str, ...] = ()
    hash: tuple[str, ...] = ()
    fields: Fields = field(default_factory=Fields)


@dataclass(frozen=True)
class Baseline:
    """What "normal" is; exactly one of the first six is set. Durations are seconds, `source` is an absolute path."""

    source: str | None = None
    first_rows: int | None = None
    first_seconds: float | None = None
    previous: float | None = None
    same_hours: float | None = None
    version: str | None = None
    max_age: float = 90 * 86400.0
    """How old its newest row may be before the screen says so, in seconds: by default a season, since traffic has seasons."""

    @property
    def moving(self) -> bool:
        """Whether it goes along with the window: such a one is for the eye, alerts are judged against one that stands still."""
        return self.previous is not None or self.same_hours is not None


@dataclass(frozen=True)
class Windows:
    """Event-time windows in seconds, narrowest first; `current` is None for "auto"."""

    widths: tuple[int, ...] = (300, 3600, 86400)
    current: int | None = None
    min_rows: int = 200


@dataclass(frozen=True)
class Drift:
    """How drift is judged; `false_alarms` is a count per `false_alarms_seconds` for the whole console."""

    method: Method = "psi"
    bins: int = 10
    false_alarms: float = 1.0
    false_alarms_seconds: float = 604800.0


@dataclass(frozen=True)
class Threshold:
    """Limits of one metric, as merged from the general to the most specific table; `hold` is `for` in seconds."""

    warning: float | None = None
    critical: float | None = None
    hold: float = 0.0
    direction: Direction = "above"
    keep_firing: float = 0.0
    """`keep_firing_for` in seconds: how long an alert goes on firing after its condition ended."""
    clear: float | None = None
    """The level that must be reached before a firing alert may end; None for the warning limit itself."""
    warning_factor: float | None = None
    """The warning limit as a multiple of the baseline's value, in the place of `warning`; so for `critical_factor`."""
    critical_factor: float | None = None

    @property
    def is_set(self) -> bool:
        """Whether there is any limit."""
        return any(limit is not None for limit in (self.warning, self.critical, self.warning_factor, self.critical_factor))


@dataclass(frozen=True)
class Override:
    """A threshold table for names that match the patterns; None matches everything."""

    rule: str
    model: str | None
    version: str | None
    column: str | None
    warning: float | None = None
    critical: float | None = None
    hold: float | None = None
    direction: Direction | None = None
    keep_firing: float | None = None
    clear: float | None = None
    warning_factor: float | None = None
    critical_factor: float | None = None


@dataclass(frozen=True)
class Keep:
    """The store's limits: seconds and bytes."""

    rows: float = 7 * 86400.0
    minutes: float = 14 * 86400.0
    history: float = 180 * 86400.0
    max_size: int = 2_000_000_000
    memory_limit: int = 256_000_000
    """Bytes that the decoder may take."""

    @property
    def store_memory(self) -> int:
        """Bytes that the store may take: half as much is enough, where the decoder loses a tenth of its speed."""
        return self.memory_limit // 2


@dataclass(frozen=True)
class SecretPlace:
    """Where a secret is kept, a file or a variable of the environment; never the secret itself."""

    file: str | None = None
    env: str | None = None


@dataclass(frozen=True)
class Receiver:
    """Somebody who is told of alerts. What may hold a secret is not part of its text."""

    name: str
    type: ReceiverType
    min_severity: Literal["warning", "critical"] = "warning"
    models: tuple[str, ...] = ()
    """Names or patterns; empty for every model."""
    url: str = field(default="", repr=False)
    """Empty where the secret is the address."""
    allow_http: bool = False
    secret: SecretPlace | None = None
    server: str = ""
    """Host and port, or for syslog the path of a local socket."""
    tls: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    to: tuple[str, ...] = ()
    user: str | None = None

    @property
    def address(self) -> str:
        """Where it is, without the part of a URL that may be secret."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}" if self.url else self.server


@dataclass(frozen=True)
class Settings:
    """Everything a run needs to know, validated."""

    refresh: float = 2.0
    sources: tuple[Source, ...] = ()
    baseline: Baseline = field(default_factory=lambda: Baseline(first_rows=10_000))
    model_baselines: tuple[tuple[str, Baseline], ...] = ()
    windows: Windows = field(default_factory=Windows)
    drift: Drift = field(default_factory=Drift)
    overrides: tuple[Override, ...] = ()
    """Threshold tables, general first; `tuimon.config.threshold_for` merges them."""
    store: Keep = field(default_factory=Keep)
    receivers: tuple[Receiver, ...] = ()
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(id of an action, its keys) where they are not the usual ones."""
    path: Path | None = None
    """The file these came from; None for a bare directory without one."""

    @property
    def bell(self) -> Literal["warning", "critical"] | None:
        """The severity from which on the terminal's bell rings, None for never."""
        asked = {receiver.min_severity for receiver in self.receivers if receiver.type == "bell"}
        return "warning" if "warning" in asked else "critical" if asked else None

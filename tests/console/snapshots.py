"""Realistic snapshots for the tests of the console; everything follows from the arguments."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Literal

from tuimon.stats import share_interval
from tuimon.values.alert import Alert, Event, Incident, Severity
from tuimon.values.performance import Confusion, Performance, Realised, Reliability
from tuimon.values.snapshot import (
    Against,
    Aside,
    Drift,
    Engine,
    File,
    Group,
    Heat,
    Ingest,
    Latency,
    Limit,
    Measure,
    Model,
    Quality,
    Reject,
    Series,
    Shape,
    Share,
    Snapshot,
    Verdict,
    Version,
)

AT = 1_795_356_751.0
"""2026-11-22 14:12:31 UTC."""
END = AT - AT % 60

NAMES = (
    "age", "country", "income", "amount", "device", "tenure_months", "velocity_1h", "merchant_category", "ip_risk", "hour",
    "is_new_customer", "balance", "n_logins_7d", "email_domain", "card_type", "distance_km", "promo_code", "prediction", "score",
)  # fmt: skip


def wave(seed: int, low: float, high: float, n: int = 60, ramp: float = 0.0) -> tuple[float | None, ...]:
    """Return a noisy series that rises by `ramp` over its last third."""
    rng = random.Random(seed)
    middle = (low + high) / 2
    swing = (high - low) / 4
    return tuple(
        round(middle + swing * math.sin(i / 9 + seed) + rng.uniform(-swing, swing) + ramp * max(0.0, (i - 40) / 20), 6) for i in range(n)
    )


def groups(shift: float, labels: tuple[str, ...]) -> tuple[Group, ...]:
    """Return groups whose mass moves to the higher ones by `shift`."""
    n = len(labels)
    base = [1 / n] * n
    now = [max(0.002, b * (1 + shift * (i - (n - 1) / 2) / n * 3)) for i, b in enumerate(base)]
    total = sum(now)
    now = [share / total for share in now]
    return tuple(Group(label, b, c, (c - b) * math.log(c / b)) for label, b, c in zip(labels, base, now, strict=True))


def bell(centre: float, spread: float, n: int = 40) -> tuple[float, ...]:
    """Return shares of a normal shape over n bins."""
    raw = [math.exp(-(((i - centre) / spread) ** 2) / 2) for i in range(n)]
    return tuple(share / sum(raw) for share in raw)


def measures(kind: str, value: float | None) -> tuple[Measure, ...]:
    """Return every measure at some part of the value, with what chance gives it."""
    scales = {"psi": 1.0, "js": 0.7, "hellinger": 0.5, "tv": 0.6, "linf": 0.2, "chi2": 0.8}
    scales |= {"ks": 0.5, "wasserstein": 14.0, "wasserstein_normalised": 0.9} if kind == "numeric" else {}
    known = value is not None
    return tuple(
        Measure(
            method,
            f"{method} of 10 groups",
            round(scale * (value or 0.0), 4) if known else None,
            0.003 if known else None,
            0.02 if known else None,
        )
        for method, scale in scales.items()
    )


def drift(column: str, value: float | None, seed: int = 1, **more: object) -> Drift:
    """Return a column whose severity follows from its value."""
    severity: Severity | None = None if value is None or value < 0.10 else "critical" if value >= 0.20 else "warning"
    verdict: Verdict = "insufficient" if value is None else "drift" if severity else "ok"
    kind: Literal["numeric", "category"] = (
        "category"
        if column in ("country", "device", "merchant_category", "email_domain", "card_type", "promo_code", "prediction")
        else "numeric"
    )
    labels = (
        ("DE", "FR", "US", "GB", "NL", "PL", "(other)", "(missing)")
        if kind == "category"
        else tuple(f"{18 + 6 * i}-{24 + 6 * i}" for i in range(10))
    )
    known = value or 0.0
    shape = (
        Shape((), (), ()) if kind == "category" else Shape(tuple(18 + 1.5 * i for i in range(41)), bell(18, 6), bell(18 + known * 25, 6))
    )
    made = Drift(
        column=column, kind=kind, role="prediction" if column == "prediction" else "score" if column == "score" else "feature",
        window="5m", rows=0 if value is None else 3000, baseline_rows=50_000, method="psi", bins=10, groups=len(labels), value=value,
        expected=None if value is None else 0.003, p99=None if value is None else 0.02, g=None if value is None else known * 3000,
        p_value=None if value is None else 1e-12 if severity else 0.4, p_star=2e-7,
        false_alarms_per_week=None if value is None else 1e-9 if severity else 300.0, learning=False, least=0.031, psi=value,
        js=None if value is None else round(math.sqrt(known) / 2, 4), hellinger=None if value is None else round(math.sqrt(known) / 3, 4),
        ks=None if value is None else round(known / 2, 4), ks_error=0.0011, wasserstein=None if value is None else round(known * 14, 3),
        verdict=verdict, warning=0.10, critical=0.20, severity=severity, mean=None if kind == "category" else 33.0 + known,
        baseline_mean=None if kind == "category" else 41.2,
        trend=() if value is None else wave(seed, 0.0, min(known, 0.02), ramp=known),
        trend_end=END, trend_step=60.0,
        measures=measures(kind, value),
        detail=() if value is None else groups(min(1.9, known * 4), labels), shape=shape,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def together() -> Snapshot:
    """Return a screen on which six columns of one model moved at one moment, and two of the other."""
    first, second = busy().models
    moved = ("age", "country", "income", "amount", "merchant_category", "is_new_customer")
    several = tuple(
        alert(f"t-{name}", "psi", "critical" if i < 2 else "warning", name, since=AT - 611 + 20 * i) for i, name in enumerate(moved)
    )
    pair = tuple(alert(f"c-{name}", "psi", "warning", name, model="churn", since=AT - 100, state="pending") for name in ("age", "country"))
    found = (
        Incident("fraud", moved, tuple(one.id for one in several), AT - 611),
        Incident("churn", ("age", "country"), tuple(one.id for one in pair), AT - 100),
    )
    return busy(models=(first, second), alerts=(*several, alerts()[2], *pair), incidents=found)


CHOICES = (Against("before"), Against("yesterday"), Against("last_week"), Against("version", "v3", "v2"))


def compared(against: Against = CHOICES[2], **more: object) -> Snapshot:
    """Return the busy screen with the first model compared with something else than its baseline: nothing drifts there but one column."""
    usual, quiet = busy().models
    rows = tuple(
        drift(row.column, None if row.value is None else 0.31 if row.column == "balance" else 0.006, seed=i, baseline_rows=2_870)
        for i, row in enumerate(usual.drift)
    )
    aside = Aside(against, against.words, 2_870, rows)
    return busy(models=(replace(usual, aside=replace(aside, **more)), quiet))  # type: ignore[arg-type]


def latency(scale: float = 1.0, rows: int = 3000) -> Latency:
    """Return percentiles."""
    return Latency(rows, 41.0 * scale, 96.0 * scale, 184.0 * scale, 402.0 * scale, 911.0 * scale, 63.5 * scale)


def heat(scale: float = 1.0) -> Heat:
    """Return a hump whose upper part grows over the last third."""
    edges = tuple(5.0 * scale * 1.35**i for i in range(21))
    rows = tuple(tuple(int(600 * share) for share in bell(15 + max(0, t - 40) / 8, 5 + max(0, t - 40) / 4, 40)[:40:2]) for t in range(60))
    return Heat(edges, rows)


def realised() -> Realised:
    """Return a model that has lost some accuracy over the last third, with the classes that it confuses."""
    falls = wave(11, 0.92, 0.95, n=12)
    trend = tuple(
        Performance(640 + 20 * i, "binary", accuracy=(v or 0.0) - max(0, i - 8) * 0.007, roc_auc=0.971, f1=0.9, ece=0.02)
        for i, v in enumerate(falls)
    )
    before = Performance(50_000, "binary", accuracy=0.951, roc_auc=0.975, f1=0.92, ece=0.011)
    tenths = tuple(Reliability(0.05 + i / 10, max(0.0, 0.04 + i / 11), 240 - 20 * i) for i in range(10))
    return Realised(trend, before, Confusion(("legitimate", "fraud"), ((742, 31), (30, 68))), tenths)


def model(name: str = "fraud", columns: int = 19, scale: float = 1.0, **more: object) -> Model:
    """Return a model with three drifted columns and a slow tail."""
    values: dict[int, float | None] = {0: 0.412, 1: 0.231, 2: 0.19, 3: 0.062, 16: None}
    names = NAMES if columns <= len(NAMES) else tuple(f"feature_{i:03d}" for i in range(columns))
    found = tuple(drift(names[i], values.get(i, 0.004 + 0.0011 * i % 0.05), seed=i) for i in range(columns))
    bins = tuple((5.0 * 1.35**i, 5.0 * 1.35 ** (i + 1), int(3000 * bell(7, 3, 20)[i])) for i in range(20))
    start = END - 59 * 60
    series = Series(
        start, 60.0, wave(3, 280, 460), wave(4, 0.001, 0.005),
        wave(5, 35 * scale, 45 * scale), wave(6, 90 * scale, 130 * scale, ramp=90 * scale),
        wave(7, 180 * scale, 260 * scale, ramp=190 * scale), heat=heat(scale),
    )  # fmt: skip
    versions = (
        Version("v3", 2400, 310.0, 0.0061, latency(1.1 * scale, 2400), wave(8, 90, 130, ramp=80)),
        Version("v2", 600, 64.0, 0.001, latency(0.8 * scale, 600), wave(9, 80, 100)),
    )
    quality = tuple(quality_of(names[i], 3_000, 246 if i == 3 else 0, 0, 36 if names[i] == "country" else None, 0) for i in range(columns))
    made = Model(
        model=name, rows=1_204_551, errors=5021, first=AT - 86_400 * 3, last=END - 4, window="5m", window_start=END - 300, window_end=END,
        window_rows=3000, window_state="ok", window_advice="", baseline="reference.parquet, 50,000 rows", rows_per_second=412.0 * scale,
        error_rate=0.0042, latency=latency(scale), latency_bins=bins, versions=versions, drift=found, quality=quality,
        performance=Performance(871, "binary", accuracy=0.91, roc_auc=0.971, f1=0.9, ece=0.02), series=series, realised=realised(),
        limits=(
            Limit("latency_p95_ms", None, 150.0, 400.0), Limit("error_rate", None, 0.01, 0.05), Limit("accuracy", None, 0.9, 0.85),
            Limit("missing_rate", "amount", 0.05, 0.2),
        ),
        choices=CHOICES,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def alert(id: str, rule: str, severity: Severity, column: str | None = None, **more: object) -> Alert:  # noqa: A002
    """Return a firing alert of the model fraud."""
    limits = {"psi": 0.20, "latency_p95_ms": 150.0, "missing_rate": 0.05, "error_rate": 0.01}
    made = Alert(
        id=id, rule=rule, model="fraud", version=None, column=column, window="5m", severity=severity, state="firing",
        value={"psi": 0.412, "latency_p95_ms": 184.0, "missing_rate": 0.082}.get(rule, 0.5),
        threshold=limits.get(rule, 0.1), since=AT - 611,
        acknowledged=False, message=f"{column or 'fraud'}: {rule} over its limit for 5m",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def alerts() -> tuple[Alert, ...]:
    """Return five active alerts and a resolved one."""
    return (
        alert("a1", "psi", "critical", "age"),
        alert("a2", "psi", "critical", "country", value=0.231, since=AT - 290),
        alert("a3", "latency_p95_ms", "warning", since=AT - 209),
        alert("a4", "missing_rate", "warning", "amount", since=AT - 40),
        alert("a5", "psi", "warning", "income", value=0.19, threshold=0.10, state="pending", since=AT - 96),
        alert("a6", "error_rate", "critical", state="resolved", value=0.004, threshold=0.05, since=AT - 4800),
    )


def files() -> tuple[File, ...]:
    """Return live, rotated, finished and empty generations."""
    return (
        File("eu-1.jsonl", "app", "jsonl", "", "live", 421_000_000, 421_000_000, 0, 954_000, 954_000, 0, 0, 310.0, END),
        File("eu-2.jsonl", "app", "jsonl", "", "live", 377_000_000, 361_000_000, 16_000_000, 801_000, 800_998, 2, 0, 96.0, END - 61),
        File("eu-2.jsonl.1.gz", "app", "jsonl", "gzip", "rotated", 81_000_000, 512_000_000, 0, 1_160_000, 1_159_999, 1, 0, 0.0, END - 7000),
        File("us-1.parquet", "app", "parquet", "", "finished", 88_000_000, 12, 0, 412_000, 412_000, 0, 0, 0.0, END - 90_000, "complete"),
        File("old.csv", "app", "csv", "", "live", 0, 0, 0, 0, 0, 0, 0, 0.0, None),
    )  # fmt: skip


def share(part: int, rows: int) -> Share:
    """Return rows of a kind among all rows."""
    return Share(part, rows, part / rows, share_interval(part, rows) or (0.0, 1.0))


def quality_of(column: str, rows: int, *parts: int | None) -> Quality:
    """Return the quality of a column with these many missing, invalid, unseen and out-of-range rows."""
    missing, invalid, unseen, outside = (None if part is None else part / rows for part in parts)
    return Quality(
        column, rows, missing, invalid, unseen, outside, *(None if part is None else share_interval(part, rows) for part in parts)
    )


def busy(**more: object) -> Snapshot:
    """Return a screen full: one model in trouble and a quiet one."""
    quiet = model("churn", columns=6, scale=0.4)
    quiet = replace(
        quiet, drift=tuple(replace(d, value=0.01, severity=None, verdict="ok", trend=wave(i, 0, 0.02)) for i, d in enumerate(quiet.drift)),
        quality=(), performance=Performance(0, None), realised=None,
    )  # fmt: skip
    made = Snapshot(
        at=AT, status="critical", engine=Engine("/srv/preds", 2.0, "inotify", "live", 0, 0, 824.0, 61_000_000, 21.0, AT - 1),
        ingest=Ingest(5, 3_327_003, 3_326_997, 3_326_997, 0, 0, 3, 3, 1_371_000_000, 16_000_000, 0, 2, 31, 900, 871, 29),
        late=share(31, 3_326_997), future=share(2, 3_326_997), files=files(), models=(model(), quiet), alerts=alerts(),
        rejects=(
            Reject("eu-2.jsonl.1.gz", 12, 3011, "no timestamp", "[/foo] not json at all"),
            Reject("eu-2.jsonl", 8_840_377, 91, "latency_ms is not a number", '{"ts":"2026-11-22T14:01:00Z","latency_ms":"n/a"}'),
            Reject("eu-2.jsonl", 8_841_021, 77, "not JSON: unterminated string", '{"ts":"2026-11-22T14:0'),
        ),
        events=(
            Event(AT - 18_000, "config", "info", "config.toml reloaded: 2 thresholds changed"),
            Event(AT - 4800, "alert", "ok", "error_rate of fraud back under 0.05 after 12m", "fraud"),
            Event(AT - 3500, "ingest", "info", "eu-2.jsonl rotated to eu-2.jsonl.1, reading on"),
            Event(AT - 611, "alert", "critical", "psi of age 0.41 over 0.20", "fraud", "age"),
            Event(AT - 290, "alert", "critical", "psi of country 0.23 over 0.20", "fraud", "country"),
            Event(AT - 209, "alert", "warning", "latency_p95_ms of fraud 184 over 150", "fraud"),
            Event(AT - 40, "alert", "warning", "missing_rate of amount 8.2 % over 5 %", "fraud", "amount"),
        ),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def empty() -> Snapshot:
    """Return a directory without any log."""
    return Snapshot(AT, "unknown", Engine("/srv/preds", 2.0, "inotify", "idle"), Ingest())


def no_baseline() -> Snapshot:
    """Return a model whose columns have nothing to compare with."""
    bare = tuple(
        replace(
            d,
            verdict="no_baseline",
            value=None,
            severity=None,
            p_value=None,
            expected=None,
            p99=None,
            trend=(),
            detail=(),
            shape=Shape((), (), ()),
        )
        for d in model().drift
    )
    return busy(status="ok", models=(model(baseline="none", drift=bare),), alerts=(), events=())


ADVICE = "1 row in 5m, 200 needed: at this traffic a window of 24h would do"


def one_row() -> Snapshot:
    """Return a model that has seen a single row."""
    single = model(
        columns=1, window_rows=1, window_state="insufficient", window_advice=ADVICE,
        rows=1, drift=(drift("age", None, rows=1),), quality=(), performance=Performance(0, None), realised=None,
        rows_per_second=0.003, error_rate=0.0,
        latency=Latency(1, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0), latency_bins=((11.9, 12.1, 1),), versions=(),
        series=Series(END, 60.0, (0.016,), (0.0,), (12.0,), (12.0,), (12.0,)),
    )  # fmt: skip
    return busy(status="unknown", models=(single,), alerts=(), events=(), rejects=(), files=files()[:1])


def many_columns() -> Snapshot:
    """Return a model of 500 columns."""
    return busy(models=(model(columns=500),))


HOSTILE = (
    "[/]", "[@click=app.bell]x", "\x1b]52;c;aGk=\x1b\\", "\x9b31m", "a\x00b", "\u202eevil", "z\u200bw", "漢字カタカナ", "e\u0301" * 9,
    "👩‍👩‍👧", "\t\r\n", "W" * 5000, "\ud800", "[bold red]", "", "🇩🇪", "❤\ufe0f",
)  # fmt: skip


def hostile(texts: tuple[str, ...] = HOSTILE) -> Snapshot:
    """Return a snapshot with hostile texts wherever a text can be."""

    def pick(i: int) -> str:
        return texts[i % len(texts)]

    bad = tuple(drift(pick(i), 0.3, seed=i, detail=tuple(Group(pick(i + j), 0.2, 0.3, 0.1) for j in range(5))) for i in range(len(texts)))
    rows = tuple(
        model(
            pick(i), columns=1, drift=bad, baseline=pick(i + 1), window_advice=pick(i + 2),
            versions=(Version(pick(i + 3), 1, 1.0, 0.0, latency(), ()), Version(pick(i + 4), 1, 1.0, 0.0, latency(), ())),
            quality=(Quality(pick(i + 5), 10, 0.5, 0.5, 0.5, 0.5),),
        )
        for i in range(2)
    )  # fmt: skip
    return busy(
        engine=Engine(pick(2), 2.0, "polling", "live"),
        models=rows,
        alerts=tuple(alert(pick(i) or str(i), "psi", "critical", pick(i), model=pick(0), message=pick(i + 1)) for i in range(len(texts))),
        events=tuple(Event(AT, "alert", "critical", t) for t in texts),
        files=tuple(replace(files()[0], path=t, note=t) for t in texts),
        rejects=tuple(Reject(t, 1, 1, t, t) for t in texts),
        notices=texts,
    )


def odd_numbers() -> Snapshot:
    """Return a snapshot with None, NaN and infinities wherever a number can be."""
    nan, inf = math.nan, math.inf
    broken = (None, nan, inf, -inf, 0.0, 1.0, None, nan, 3.0)
    blank = Latency(0, None, None, None, None, None, None)
    strange = replace(
        drift("age", 0.3), value=nan, expected=inf, p99=nan, g=inf, p_value=nan, false_alarms_per_week=inf, psi=inf, js=nan, ks_error=nan,
        wasserstein=-inf, mean=nan, trend=broken, warning=None, critical=None,
        shape=Shape((nan, 1.0, inf), (nan, 0.5), (inf, 0.5)), detail=(Group("x", nan, inf, nan), Group("y", 0.0, 0.0, 0.0)),
    )  # fmt: skip
    sick = model(
        drift=(strange, drift("income", None)), latency=blank, rows_per_second=nan, error_rate=None, last=None, first=None, window_end=None,
        series=Series(END, 60.0, broken, broken, broken, broken, broken), latency_bins=((nan, inf, 3), (0.0, 0.0, 0)),
        versions=(Version("v", 0, nan, None, blank, broken), Version("w", 0, inf, None, blank, ())),
        quality=(Quality("age", 0, nan, None, inf, None),),
    )  # fmt: skip
    return busy(
        models=(sick, replace(sick, model="b", series=Series(END, 60.0, (), (), (), (), ()), latency_bins=())),
        alerts=(alert("n", "psi", "critical", "age", value=nan, since=nan),),
    )

"""The report of `check` for people: alerts first, then a few lines a model."""

from __future__ import annotations

from tuimon.cli.contract import moment
from tuimon.values.alert import Alert
from tuimon.values.snapshot import Change, Drift, Model, Sampling, Share, Snapshot

BLIND = {"no_data": "no data since", "insufficient": "too few rows since", "stale": "no new rows since", "error": "not judged at present"}
MARK = {"critical": "!!", "warning": "! ", "ok": "ok", "unknown": "--"}


def plain(snapshot: Snapshot) -> str:
    """Return the report as text, without colours."""
    lines = [f"{MARK[snapshot.status]} {snapshot.status.upper()}  {snapshot.engine.title}  {moment(snapshot.at)}"]
    totals = snapshot.ingest
    lines.append(
        f"   {totals.files} files, {totals.lines:,} lines, {totals.rows:,} rows, {totals.rejected:,} rejected, {totals.gaps:,} gaps"
    )
    found = [_share(share, word) for share, word in ((snapshot.late, "late"), (snapshot.future, "from the future")) if share and share.part]
    if found:
        lines.append(f"   {', '.join(found)}")
    lines += [f"!  {moment(event.at)}  {event.text}" for event in snapshot.events if event.kind == "gap"]
    lines += [_alert(alert) for alert in snapshot.alerts]
    for model in snapshot.models:
        lines += ["", *_model(model)]
    return "\n".join(lines)


def _alert(alert: Alert) -> str:
    mark = MARK[alert.severity] if alert.loud else "ok" if alert.state == "resolved" else ".."
    silenced = alert.silenced
    hush = f"  silenced until {moment(silenced.until)} by {silenced.by}" if silenced else ""
    blind = "" if alert.data == "ok" or alert.state == "resolved" else f"  ({BLIND[alert.data]})"
    return f"{mark} {alert.state:<8} {alert.severity:<8} {alert.model}  {alert.message}  since {moment(alert.since)}{blind}{hush}"


def _model(model: Model) -> list[str]:
    window = f"{model.window} to {moment(model.window_end)}" if model.window_end is not None else model.window
    lines = [
        f"{model.model}: {model.window_state}, {model.window_rows:,} rows in {window}",
        f"  {model.rows:,} rows in all, baseline: {model.baseline}",
    ]
    lines += [f"  baseline {remark}" for remark in model.baseline_state.remarks]
    if model.window_advice:
        lines.append(f"  {model.window_advice}")
    lines.append(f"  traffic {_number(model.rows_per_second)} rows/s{_sampled(model.sampling)}, errors {_percent(model.error_rate)}")
    latency = model.latency
    if latency.rows:
        lines.append(
            "  latency ms " + "  ".join(f"{name} {_number(getattr(latency, name))}" for name in ("p50", "p90", "p95", "p99", "max"))
        )
    if model.repeated and model.repeated.part:
        lines.append(f"  {_share(model.repeated, 'with an id that was seen before')}")
    lines += [_drift(row) for row in model.drift]
    bad = [row for row in model.quality if any((row.missing_rate, row.invalid_rate, row.unseen_rate))]
    lines += [
        f"  {row.column}: missing {_percent(row.missing_rate)}, invalid {_percent(row.invalid_rate)}, unseen {_percent(row.unseen_rate)}"
        for row in bad
    ]
    score = model.performance
    if score.labels:
        known = {name: getattr(score, name) for name in ("accuracy", "roc_auc", "f1", "ece", "mae", "rmse", "r2")}
        text = "  ".join(f"{name} {value:.3f}" for name, value in known.items() if value is not None)
        lines.append(f"  performance on {score.labels:,} labels: {text}")
    return lines


def _drift(row: Drift) -> str:
    value = f"{row.method} {_number(row.value)}" if row.value is not None else row.method
    chance = f", by chance up to {_number(row.p99)}" if row.p99 is not None else ""
    return f"  {row.verdict:<12} {row.column}  {value}{chance}{_change(row.change)}  ({row.rows:,} rows against {row.baseline_rows:,})"


def _sampled(found: Sampling | None) -> str:
    if found is None:
        return ""
    rates = (
        f"{100 * found.lowest:.3g} %" if not found.mixed else f"{100 * found.lowest:.3g} to {100 * found.highest:.3g} %, shares are of rows"
    )
    unrated = f", {found.unrated:,} rows without a rate" if found.unrated else ""
    return f" (sampled {rates}: {found.records:,.0f} ± {found.margin:,.0f} records in the window{unrated})"


def _share(share: Share, word: str) -> str:
    low, high = share.interval
    return f"{share.part:,} rows {word} ({_percent(share.rate)}, by chance {_percent(low)} to {_percent(high)})"


def _change(change: Change | None) -> str:
    if change is None:
        return ""
    return f", {change.kind} {change.value}" if change.since is None else f", {change.kind} since {moment(change.since)}"


def _number(value: float | None) -> str:
    return "--" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _percent(rate: float | None) -> str:
    return "--" if rate is None else f"{100 * rate:.2f} %"

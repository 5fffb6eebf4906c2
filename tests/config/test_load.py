from __future__ import annotations

import os
from pathlib import Path

import pytest

from tuimon.config import (
    Baseline,
    ConfigError,
    Drift,
    FieldPath,
    Fields,
    Keep,
    Settings,
    Source,
    Threshold,
    Windows,
    default_settings,
    load,
    threshold_for,
)

FULL = """\
refresh = "500ms"

[sources.app]
paths  = ["logs/*.jsonl*", "/var/log/app/**", "../other/[ab].csv"]
preset = "auto"
part = "full"
where = { kind = "prediction", code = 200, "a.b" = true, c.d = "x" }
tz = "Europe/Berlin"
drop = ["email"]
hash = ["user"]
[sources.app.fields]
timestamp = { path = "t", unit = "us" }
latency = { path = "took", unit = "ms" }
status = { path = "code", ok = [200, "OK"] }
features = ["amount", "user.age"]
feature_names = ["a", "b"]
[sources."truth/1"]
paths = ["labels.csv"]
part = "label"
labels_for = "fraud"
fields.features = "x"

[baseline]
first = "24h"
[baseline.models.fraud]
source = "reference.parquet"
[baseline.models.churn]
same_hours = "7d"

[windows]
widths = ["1h", "5m"]
current = "1h"
min_rows = 50

[drift]
method = "ks"
bins = 20
false_alarms = "2/day"

[store]
keep_rows = "0"
keep_minutes = "2d"
keep_history = "30d"
max_size = "500MB"
memory_limit = "128MB"
"""


def _load(directory: Path, text: str) -> Settings:
    path = directory / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_whole_schema(tmp_path: Path) -> None:
    found = _load(tmp_path, FULL)
    at = os.path.realpath(tmp_path)
    assert found.refresh == 0.5
    assert found.sources == (
        Source(
            "app",
            (f"{at}/logs/*.jsonl*", "/var/log/app/**", f"{os.path.dirname(at)}/other/[ab].csv"),
            part="full",
            where=(("kind", "prediction"), ("code", "200"), ("a.b", "true"), ("c.d", "x")),
            tz="Europe/Berlin",
            drop=("email",),
            hash=("user",),
            fields=Fields(
                timestamp=FieldPath("t", "us"),
                latency=FieldPath("took", "ms"),
                status=FieldPath("code", None, ("200", "OK")),
                features=("amount", "user.age"),
                feature_names=("a", "b"),
            ),
        ),
        Source("truth/1", (f"{at}/labels.csv",), part="label", labels_for="fraud", fields=Fields(features=("x",))),
    )
    assert found.baseline == Baseline(first_seconds=86400.0)
    assert found.model_baselines == (("fraud", Baseline(source=f"{at}/reference.parquet")), ("churn", Baseline(same_hours=604800.0)))
    assert found.windows == Windows((300, 3600), 3600, 50)
    assert found.drift == Drift("ks", 20, 2.0, 86400.0)
    assert found.store == Keep(0.0, 172800.0, 2592000.0, 500_000_000, 128_000_000)
    assert found.path == tmp_path / "config.toml"


@pytest.mark.parametrize(("written", "rate"), [("0.1", 0.1), ("1", 1.0), ("0.00001", 0.00001)])
def test_a_sample_rate_is_a_share(tmp_path: Path, written: str, rate: float) -> None:
    (source,) = _load(tmp_path, f'[sources.x]\npaths = ["*"]\nsample_rate = {written}\nfields.sample_rate = "meta.rate"\n').sources
    assert (source.sample_rate, source.fields.sample_rate) == (rate, FieldPath("meta.rate"))


def test_three_lines_are_enough(tmp_path: Path) -> None:
    found = _load(tmp_path, '[sources.x]\npaths = ["*.jsonl"]\n')
    usual = default_settings()
    assert [source.name for source in found.sources] == ["x"]
    assert (found.refresh, found.baseline, found.windows, found.drift, found.store) == (
        usual.refresh,
        Baseline(first_rows=10_000),
        Windows(),
        Drift(),
        Keep(),
    )
    assert found.overrides == usual.overrides


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('source = "r.csv"', "source"),
        ('first = "500 rows"', Baseline(first_rows=500)),
        ('first = "1 row"', Baseline(first_rows=1)),
        ('previous = "1d"', Baseline(previous=86400.0)),
        ('version = "v2"', Baseline(version="v2")),
        ("", Baseline(first_rows=10_000)),
        ('max_age = "7d"', Baseline(first_rows=10_000, max_age=604_800.0)),
        ('version = "v2"\nmax_age = "1d"', Baseline(version="v2", max_age=86_400.0)),
    ],
)
def test_kinds_of_baseline(tmp_path: Path, text: str, expected: Baseline | str) -> None:
    if expected == "source":
        expected = Baseline(source=f"{os.path.realpath(tmp_path)}/r.csv")
    assert _load(tmp_path, f"[baseline]\n{text}\n").baseline == expected


def test_a_directory_that_looks_like_a_pattern_is_literal(tmp_path: Path) -> None:
    odd = tmp_path / "[prod]*"
    odd.mkdir()
    (odd / "a.jsonl").touch()
    (source,) = _load(odd, '[sources.x]\npaths = ["*.jsonl"]\n').sources
    assert [str(found) for found in Path("/").glob(source.paths[0][1:])] == [f"{os.path.realpath(odd)}/a.jsonl"]


def test_home_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    (source,) = _load(tmp_path, '[sources.x]\npaths = ["~/logs/*.csv"]\n').sources
    assert source.paths == ("/home/someone/logs/*.csv",)


SOURCE = '[sources.x]\npaths = ["*"]\n'
WRONG = [
    ("[drift]\nbinz = 10\n", 2, "drift.binz", "[drift] 'binz' is not a setting here; did you mean 'bins'?"),
    ("refesh = '2s'\n", 1, "refesh", "'refesh' is not a setting here; did you mean 'refresh'?"),
    ("[zzzzzz]\n", 1, "zzzzzz", "known are 'refresh', 'sources'"),
    (SOURCE + "explode = 'x'\n", 3, "sources.x.explode", "'explode' is not a setting here"),
    (SOURCE + "preset = 'mlflow'\n", 3, "sources.x.preset", "'mlflow', which is not known; \"auto\" detects JSON lines, CSV and Parquet"),
    (SOURCE + "part = 'half'\n", 3, "sources.x.part", 'must be "auto", "full" or "label", not \'half\''),
    (SOURCE + "tz = 'Europe/Berln'\n", 3, "sources.x.tz", "did you mean 'Europe/Berlin'?"),
    (SOURCE + "tz = '../etc/passwd'\n", 3, "sources.x.tz", "is not a time zone"),
    *(
        (
            SOURCE + f"sample_rate = {value}\n",
            3,
            "sources.x.sample_rate",
            "must be the share of all records that is logged, from 0.00001 to 1",
        )
        for value in ("0", "-0.1", "1.5", "10", "nan", "1e-9", "true", "'10%'")
    ),
    (SOURCE + "fields.sample_rate = 0.1\n", 3, "sources.x.fields.sample_rate", 'must be a path such as "request.id"'),
    (SOURCE + "drop = 'email'\n", 3, "sources.x.drop", "must be a list, not 'email'"),
    (SOURCE + "where = { a = 1.5 }\n", 3, "sources.x.where.a", "must be a text, a whole number"),
    (SOURCE + "fields.proba = 'p'\n", 3, "sources.x.fields.proba", "'proba' is not a setting here"),
    (SOURCE + "fields.latency = { path = 't', unit = 'min' }\n", 3, "sources.x.fields.latency.unit", 'must be "s", "ms", "us" or "ns"'),
    (SOURCE + "fields.id = { path = 't', unit = 's' }\n", 3, "sources.x.fields.id.unit", "is not a setting here"),
    (SOURCE + "fields.latency = { unit = 's' }\n", 3, "sources.x.fields.latency", "needs 'path'"),
    (SOURCE + "fields.latency = 7\n", 3, "sources.x.fields.latency", "must be a path"),
    (SOURCE + "fields.features = [\n 'a',\n 7]\n", 5, "sources.x.fields.features", "must be a text that is not empty, not 7"),
    ("[sources.x]\n", 1, "sources.x", "needs 'paths'"),
    ("[sources.x]\npaths = []\n", 1, "sources.x", "needs 'paths'"),
    ("[sources.x]\npaths = ['a', '']\n", 2, "sources.x.paths", "must be a text that is not empty"),
    ("[sources.x]\npaths = ['a\\u0000']\n".replace("'", '"'), 2, "sources.x.paths", "NUL"),
    ("[sources.'']\npaths = ['a']\n", 1, "sources.''", "empty name"),
    ("sources = 3\n", 1, "sources", "'sources' must be a table, not 3"),
    ("[baseline]\nfirst = '1h'\nversion = 'v'\n", 3, "baseline.version", "cannot stand next to 'first'"),
    ("[baseline]\nfirst = 'all'\n", 2, "baseline.first", '"10000 rows" or "24h"'),
    ("[baseline]\nfirst = '0 rows'\n", 2, "baseline.first", "at least 1 row"),
    ("[baseline]\nsame_hours = '7h'\n", 2, "baseline.same_hours", "whole days"),
    ("[baseline.models.a]\n", 1, "baseline.models.a", "needs one of"),
    ("[windows]\nwidths = ['5m',\n '30s']\n", 3, "windows.widths", "whole minutes"),
    ("[windows]\nwidths = []\n", 2, "windows.widths", "at least one width"),
    ("[windows]\nwidths = ['1h', '60m']\n", 2, "windows.widths", "twice"),
    ("[windows]\ncurrent = '2h'\n", 2, "windows.current", '"5m", "1h", "24h"'),
    ("[windows]\nmin_rows = 0\n", 2, "windows.min_rows", "whole number from 1"),
    ("[windows]\nmin_rows = true\n", 2, "windows.min_rows", "not true"),
    ("[drift]\nmethod = 'kl'\n", 2, "drift.method", '"psi", "js"'),
    ("[drift]\nbins = 1\n", 2, "drift.bins", "from 2 to 100"),
    ("[drift]\nfalse_alarms = 'never'\n", 2, "drift.false_alarms", '"1/week"'),
    ("refresh = '100ms'\n", 1, "refresh", 'at least "200ms"'),
    ("refresh = 2\n", 1, "refresh", "must be a duration"),
    ("[store]\nmax_size = '2 gigs'\n", 2, "store.max_size", '"256MB" or "2GB"'),
    ("[store]\nmemory_limit = '1MB'\n", 2, "store.memory_limit", '"16MB"'),
    ("[store]\nkeep_minutes = '1h'\n", 2, "store.keep_minutes", "widest window (24h)"),
    ("[thresholds]\n\npsy = { warning = 1 }\n", 3, "thresholds.psy", "'psy' is not a rule here; did you mean 'psi'?"),
    ("[thresholds]\npsi = 0.1\n", 2, "thresholds.psi", "must be a table, not 0.1"),
    ("[thresholds.psi]\nwarning = -0.1\n", 2, "thresholds.psi.warning", "must not be negative"),
    ("[thresholds.psi]\nwarning = nan\n", 2, "thresholds.psi.warning", "not nan"),
    ("[thresholds]\npsi = { warning = 0.3,\n critical = 0.2 }\n", 3, "thresholds.psi.critical", "must not be smaller"),
    ("[thresholds]\npsi.warning = 0.3\n", 2, "thresholds.psi.warning", "from a more general table or the defaults"),
    ("[thresholds]\npsi.clear = 0.15\n", 2, "thresholds.psi.clear", "clear must not be larger than warning"),
    ("[thresholds]\npsi.clear = 0.09\nmodels.m.psi.warning = 0.05\n", 3, "thresholds.models.m.psi.warning", "clear 0.09 (from a more"),
    ("[thresholds.accuracy]\ncritical = 0.8\nclear = 0.7\n", 3, "thresholds.accuracy.clear", "clear must not be smaller than critical"),
    ("[thresholds]\nerror_rate.warning = 'x'\n", 2, "thresholds.error_rate.warning", 'such as "+20%" or "x2"'),
    ("[thresholds]\nerror_rate.warning = '-120%'\n", 2, "thresholds.error_rate.warning", 'such as "+20%" or "x2"'),
    ("[thresholds]\nstale.warning = 'x2'\n", 2, "thresholds.stale.warning", "must be a duration"),
    (
        "[thresholds]\nerror_rate.warning = 'x3'\nerror_rate.critical = '+50%'\n",
        3,
        "thresholds.error_rate.critical",
        "is x1.5 of the baseline",
    ),
    ("[thresholds]\nlag_bytes.warning = '5m'\n", 2, "thresholds.lag_bytes.warning", "must be a size"),
    ("[thresholds]\nreject_rate.warning = 0.1\n", 2, "thresholds.reject_rate", "did you mean 'rejected_rate'?"),
    ("[thresholds]\nmodels.m.gaps.warning = 0\n", 2, "thresholds.models.m.gaps", "is about all logs together"),
    ("[thresholds]\npsi.keep_firing_for = 10\n", 2, "thresholds.psi.keep_firing_for", ""),
    ("[thresholds.accuracy]\nwarning = 0.8\ncritical = 0.9\n", 3, "thresholds.accuracy.critical", 'with direction "below"'),
    ("[thresholds]\nerror_rate = { critical = 5 }\n", 2, "thresholds.error_rate.critical", "5 % is 0.05"),
    ("[thresholds]\nstale = { warning = 300 }\n", 2, "thresholds.stale.warning", "must be a duration"),
    ("[thresholds]\npsi = { for = '5 min' }\n", 2, "thresholds.psi.for", "must be a duration"),
    ("[thresholds]\npsi = { direction = 'up' }\n", 2, "thresholds.psi.direction", '"above" or "below"'),
    ("[thresholds.columns.a.models.b]\n", 1, "thresholds.columns.a.models", "'models' is not a rule here"),
    ("[thresholds.models.m.columns.c.psi]\nwarning = 9\n", 2, "thresholds.models.m.columns.c.psi.warning", "critical 0.2 (from"),
    ("[notify.ops]\ntype = 'bel'\n", 2, "notify.ops.type", '"syslog" or "bell"'),
    ("notify = 1\n", 1, "notify", "must be a table"),
    ("a = 1\n\n[drift\n", 3, "", "is not valid TOML"),
    ("a = 1\na = 2\n", 2, "", "is not valid TOML"),
    ("a = " + "9" * 5000, None, "", "is not valid TOML"),
    ("a = " + "[" * 5000 + "]" * 5000, None, "", "is nested too deeply"),
    ("refresh = 0x" + "f" * 5000, 1, "refresh", "thousands of digits"),
]


@pytest.mark.parametrize(("text", "line", "key", "sentence"), WRONG)
def test_an_error_names_file_line_key_and_what_to_do(tmp_path: Path, text: str, line: int | None, key: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        _load(tmp_path, text)
    error = raised.value
    assert (error.file, error.line, error.key) == (tmp_path / "config.toml", line, key)
    assert sentence in error.message
    place = f"{error.file}:{line}: " if line else f"{error.file}: "
    assert str(error) == place + error.message
    assert "\n" not in str(error)


def test_hostile_names_stay_printable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        _load(tmp_path, '[drift]\n"\\u001b[2J\\u202e" = 1\n')
    assert raised.value.message.isprintable()
    assert raised.value.key.isprintable()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"# ok\n# \xfc\n")
    with pytest.raises(ConfigError, match=r"latin\.toml:2: is not UTF-8"):
        load(tmp_path / "latin.toml")


def test_another_method_brings_its_own_limits(tmp_path: Path) -> None:
    found = _load(tmp_path, "[drift]\nmethod = 'wasserstein'\n[thresholds]\nwasserstein.warning = 0.2\n")
    limits = threshold_for(found, "wasserstein", "m", None, "c")
    assert (limits.warning, limits.critical, limits.hold) == (0.2, 0.25, 300.0)
    assert threshold_for(found, "psi", "m") == Threshold(), "what nobody named and nothing is judged by has no limits"
    assert threshold_for(found, "js", "m").critical is None

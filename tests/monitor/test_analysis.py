"""The analysis of stored rows: every number against a plain computation on the raw rows, whatever the chunks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp, wasserstein_distance
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.preprocessing import StandardScaler

from tests.monitor import logs
from tuimon.config import Settings
from tuimon.monitor.analysis import Analysis, AnalysisError, ChunkResult, ColumnResult, Request, UnusableBaselineError
from tuimon.monitor.analysis.blocks import Block
from tuimon.monitor.analysis.chunks import Cut, chunks, usual_cut
from tuimon.store import Store, pages

HOUR = 3_600.0
ROWS = 7_200
LABELS = '[sources.labels]\npaths = ["labels.json"]\npart = "label"\nlabels_for = "fraud"\n'
CONFIG = f'[sources.fraud]\npaths = ["*.jsonl"]\n{LABELS}[baseline]\nsource = "baseline.parquet"\n'
BASELINE = logs.traffic(4_000, 1, seed=1)


def made() -> tuple[logs.Traffic, np.ndarray]:
    """Two hours of traffic of which the second drifts, with missing values and a country that the baseline never had; and the truth."""
    rows = logs.traffic(ROWS, 1, seed=2)
    rows.amount[ROWS // 2 :] = np.round(rows.amount[ROWS // 2 :] + 12, 3)
    rows.missing[100:160] = True
    rows.country = rows.country.astype("<U4")
    rows.country[5_000:5_050] = "nowh"
    truth = (rows.score > 0.5) ^ (np.random.default_rng(3).random(ROWS) < 0.1)
    return rows, truth


TRAFFIC, TRUTH = made()


def filled(directory: Path, config: str = CONFIG) -> Settings:
    """Write logs, labels and baseline, read them, and return the settings."""
    logs.write_baseline(directory / "baseline.parquet", BASELINE)
    logs.write(directory / "app.jsonl", TRAFFIC)
    with (directory / "labels.json").open("w", encoding="utf-8") as file:
        for i in range(0, ROWS, 2):
            file.write(json.dumps({"request_id": TRAFFIC.ids[i], "label": "yes" if TRUTH[i] else "no"}) + "\n")
    session = logs.open_session(directory, config)
    while not session.ingest(lambda: False)[1]:
        pass
    session.close()
    return session.settings


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings]:
    directory = tmp_path_factory.mktemp("stored")
    return directory, filled(directory)


@contextmanager
def analysis(stored: tuple[Path, Settings], request: Request, settings: Settings | None = None) -> Iterator[Analysis]:
    store = Store.open(stored[0] / "state", stored[1].store)
    try:
        yield Analysis(store, settings or stored[1], request)
    finally:
        store.close()


def results(stored: tuple[Path, Settings], request: Request, settings: Settings | None = None) -> tuple[ChunkResult, ...]:
    with analysis(stored, request, settings) as made:
        return tuple(made.chunks())


def column_of(chunk: ChunkResult, name: str) -> ColumnResult:
    return next(column for column in chunk.columns if column.column == name)


def value_of(chunk: ChunkResult, column: str, name: str) -> float:
    found = column_of(chunk, column)
    value = next(number.value for number in (*found.values, *found.rates) if number.name == name)
    assert value is not None
    return value


def spans(chunks: tuple[ChunkResult, ...]) -> list[slice]:
    ends = np.cumsum([chunk.rows for chunk in chunks]).tolist()
    return [slice(end - chunk.rows, end) for chunk, end in zip(chunks, ends, strict=True)]


@pytest.mark.parametrize("request_", [Request(chunk_seconds=HOUR), Request(chunk_seconds=900.0), Request(chunk_rows=1_000)])
def test_every_number_is_that_of_the_raw_rows(stored: tuple[Path, Settings], request_: Request) -> None:
    found = results(stored, request_)
    assert sum(chunk.rows for chunk in found) == ROWS
    names, counts = np.unique(BASELINE.country, return_counts=True)
    shares = dict(zip(names.tolist(), (counts / counts.sum()).tolist(), strict=True))
    for chunk, rows in zip(found, spans(found), strict=True):
        missing, amount = TRAFFIC.missing[rows], TRAFFIC.amount[rows]
        held = amount[~missing]
        assert value_of(chunk, "amount", "ks") == pytest.approx(ks_2samp(BASELINE.amount, held).statistic)
        assert value_of(chunk, "amount", "wasserstein") == pytest.approx(wasserstein_distance(BASELINE.amount, held))
        assert value_of(chunk, "amount", "missing_rate") == pytest.approx(missing.mean())
        outside = (held < BASELINE.amount.min()) | (held > BASELINE.amount.max())
        assert value_of(chunk, "amount", "out_of_range_rate") == pytest.approx(outside.sum() / missing.size)
        country = TRAFFIC.country[rows]
        assert value_of(chunk, "country", "unseen_rate") == pytest.approx((country == "nowh").mean())
        gaps = [abs((country == name).mean() - share) for name, share in shares.items()]
        assert value_of(chunk, "country", "linf") == pytest.approx(max(*gaps, (country == "nowh").mean()))


def test_performance_is_sklearns(stored: tuple[Path, Settings]) -> None:
    found = results(stored, Request(chunk_rows=2_400))
    for chunk, rows in zip(found, spans(found), strict=True):
        labelled = np.arange(ROWS)[rows]
        labelled = labelled[labelled % 2 == 0]
        truth, score = TRUTH[labelled], TRAFFIC.score[labelled]
        assert chunk.performance.labels == labelled.size
        assert chunk.performance.task == "binary"
        assert chunk.performance.accuracy == pytest.approx(accuracy_score(truth, score > 0.5))
        assert chunk.performance.f1 == pytest.approx(f1_score(truth, score > 0.5))
        assert chunk.performance.roc_auc == pytest.approx(roc_auc_score(truth, score))


@settings(deadline=None, max_examples=6)
@given(st.integers(400, 4_000), st.integers(300, 5_000))
def test_how_rows_are_paged_changes_nothing(stored: tuple[Path, Settings], rows: int, page: int) -> None:
    request = Request(chunk_rows=rows, methods=("ks", "js"), columns=("amount",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "MOST_ROWS", page)
        found = results(stored, request)
    assert [chunk.rows for chunk in found] == [min(rows, ROWS - first) for first in range(0, ROWS, rows)]
    for chunk, span in zip(found, spans(found), strict=True):
        held = TRAFFIC.amount[span][~TRAFFIC.missing[span]]
        assert value_of(chunk, "amount", "ks") == pytest.approx(ks_2samp(BASELINE.amount, held).statistic)


def block_of(start: int, rows: int) -> Block:
    none = pa.nulls(rows, pa.string())
    return Block(rows, np.arange(start, start + rows) * 1_000_000, {}, none, none)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(1, 20), st.booleans())
def test_no_more_than_one_chunk_and_one_page_is_held(sizes: list[int], width: int, by_rows: bool) -> None:
    taken = 0

    def source() -> Iterator[Block]:
        nonlocal taken
        for size in sizes:
            taken += size
            yield block_of(taken - size, size)

    given_out = 0
    cut = Cut(rows=width) if by_rows else Cut(seconds=float(width))
    for chunk in chunks(source(), cut):
        given_out += chunk.rows
        assert taken - given_out <= max(sizes)
        ts = np.concatenate([block.ts for block in chunk.blocks]) // 1_000_000
        assert ts.tolist() == list(range(given_out - chunk.rows, given_out))
        assert chunk.rows == width or given_out == sum(sizes)
    assert given_out == sum(sizes)


def test_quiet_chunks_are_ok_and_a_shift_is_critical(stored: tuple[Path, Settings]) -> None:
    quiet, shifted = results(stored, Request(chunk_seconds=HOUR))
    assert [column.verdict for column in quiet.columns] == ["ok"] * 4
    assert quiet.status == "ok"
    amount = column_of(shifted, "amount")
    assert (amount.verdict, amount.severity, amount.method) == ("drift", "critical", "psi")
    assert shifted.status == "critical"
    assert column_of(shifted, "score").verdict == "ok"
    assert column_of(shifted, "country").severity == "warning"


def test_a_measure_in_units_of_the_column_is_judged_by_its_bound_alone(stored: tuple[Path, Settings]) -> None:
    judged = replace(stored[1], drift=replace(stored[1].drift, method="wasserstein"))
    first, second = results(stored, Request(chunk_seconds=HOUR, methods=("wasserstein",), columns=("amount",)), judged)
    assert (column_of(first, "amount").verdict, column_of(second, "amount").severity) == ("ok", "warning")


def test_a_statistic_with_a_p_value_has_no_bounds_of_its_own(stored: tuple[Path, Settings]) -> None:
    _, second = results(stored, Request(chunk_seconds=HOUR, convention="nannyml", methods=("chi2",), columns=("country",)))
    statistic, p_value = column_of(second, "country").values
    assert (statistic.name, statistic.high, statistic.alarm) == ("chi2", None, False)
    assert (p_value.name, p_value.low, p_value.alarm) == ("chi2_p", 0.05, True)
    assert column_of(second, "country").verdict == "drift"


def test_a_small_chunk_is_not_judged(stored: tuple[Path, Settings]) -> None:
    (chunk,) = results(stored, Request(chunk_rows=150, start=logs.START + 7_050))
    assert {column.verdict for column in chunk.columns} == {"insufficient"}


def test_conventions_name_the_same_shift_by_their_own_limits(stored: tuple[Path, Settings]) -> None:
    verdicts = {}
    for name in ("nannyml", "evidently", "azure", "vertex"):
        found = results(stored, Request(chunk_seconds=HOUR, convention=name, columns=("amount", "score")))
        verdicts[name] = [(column_of(chunk, "amount").method, column_of(chunk, "amount").verdict) for chunk in found]
    assert verdicts["nannyml"][1] == ("js", "drift")
    assert verdicts["evidently"] == [("wasserstein_normalised", "ok"), ("wasserstein_normalised", "drift")]
    assert verdicts["azure"] == [("wasserstein_normalised", "ok"), ("wasserstein_normalised", "drift")]
    assert verdicts["vertex"] == [("js", "ok"), ("js", "ok")]


def test_azure_leaves_out_rows_with_anything_missing(stored: tuple[Path, Settings]) -> None:
    first, _ = results(stored, Request(chunk_seconds=HOUR, convention="azure"))
    assert column_of(first, "score").rows == 3_600 - 60
    held = TRAFFIC.score[:3_600][~TRAFFIC.missing[:3_600]]
    expected = wasserstein_distance(BASELINE.score, held) / BASELINE.score.std(ddof=1)
    assert value_of(first, "score", "wasserstein_normalised") == pytest.approx(expected)


def test_nannymls_limits_are_three_deviations_over_chunks_of_the_reference(stored: tuple[Path, Settings]) -> None:
    found = results(stored, Request(chunk_rows=1_000, convention="nannyml", methods=("wasserstein",), columns=("score",)))
    values = [wasserstein_distance(BASELINE.score, part) for part in np.split(BASELINE.score, 4)]
    (number,) = column_of(found[0], "score").values
    assert number.high == pytest.approx(np.mean(values) + 3 * np.std(values))


def test_a_stretch_of_stored_rows_is_a_reference_and_is_left_out(stored: tuple[Path, Settings]) -> None:
    request = Request(chunk_seconds=600.0, reference=(logs.START, logs.START + HOUR), methods=("ks",))
    with analysis(stored, request) as made:
        found = tuple(made.chunks())
        assert (made.header.reference_rows, made.header.reference_chunks) == (3_600, 10)
        assert made.header.stored.rows == ROWS
    assert (len(found), found[0].start, found[-1].end) == (6, logs.START + HOUR, logs.START + 2 * HOUR)
    before = TRAFFIC.amount[:3_600][~TRAFFIC.missing[:3_600]]
    assert value_of(found[0], "amount", "ks") == pytest.approx(ks_2samp(before, TRAFFIC.amount[3_600:4_200]).statistic)
    assert found[0].metrics[0].low is not None


@pytest.mark.parametrize(
    ("baseline", "words", "rows"),
    [
        ('first = "1000 rows"', "the first 1,000 stored rows", 1_000),
        ('first = "1h"', "the first 1h of the stored rows", 3_600),
        ('version = "v1"', "version v1, at most its first 1,000,000 stored rows", 2_400),
    ],
)
def test_configured_references_of_stored_rows(stored: tuple[Path, Settings], tmp_path: Path, baseline: str, words: str, rows: int) -> None:
    settings = logs.settings(tmp_path, CONFIG.replace('source = "baseline.parquet"', baseline))
    with analysis(stored, Request(chunk_rows=1_200), settings) as made:
        assert (made.header.reference, made.header.reference_rows) == (words, rows)
        assert sum(chunk.rows for chunk in made.chunks()) == ROWS - rows


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (Request(model="frod"), "no rows of a model 'frod' are stored; did you mean 'fraud'?"),
        (Request(columns=("amuont",)), "--columns amuont: there is no such column; did you mean 'amount'?"),
        (Request(methods=("psi",), convention="nannyml"), "--methods psi: the convention nannyml has js"),
        (Request(start=logs.START + 9e6), "no stored rows lie in that range: those of fraud go from 2026-11-02T00:00:00Z"),
        (Request(chunk_rows=0), "--chunk-rows must be at least 1"),
        (Request(chunk_seconds=0.1), "--chunk must be at least 1s"),
        (Request(reference=(0.0, 1.0)), "has no rows: name another stretch with --reference"),
    ],
)
def test_what_cannot_be_analysed_is_said_in_one_sentence(stored: tuple[Path, Settings], request_: Request, said: str) -> None:
    with pytest.raises(AnalysisError) as refusal, analysis(stored, request_):
        pass
    assert said in str(refusal.value)


def test_a_baseline_that_moves_or_is_gone_is_refused(stored: tuple[Path, Settings], tmp_path: Path) -> None:
    moving = logs.settings(tmp_path, CONFIG.replace('source = "baseline.parquet"', 'previous = "1d"'))
    with pytest.raises(AnalysisError, match="moves with the window"), analysis(stored, Request(), moving):
        pass
    gone = logs.settings(tmp_path, CONFIG.replace("baseline.parquet", "gone.parquet"))
    with pytest.raises(UnusableBaselineError, match=r"gone\.parquet cannot be read"), analysis(stored, Request(), gone):
        pass


def test_without_rows_nothing_is_said(tmp_path: Path) -> None:
    made = logs.settings(tmp_path, CONFIG)
    with pytest.raises(AnalysisError, match="no rows are stored"), analysis((tmp_path, made), Request()):
        pass


@pytest.mark.parametrize(
    ("seconds", "rows", "expected"),
    [
        (30 * 86_400, 10**6, 86_400),
        (36_000, 10**6, 3_600),
        (35_999, 10**6, 600),
        (36_000, 4_000, 3_600),
        (35_999, 4_893, 3_600),
        (500, 40, 3_600),
    ],
)
def test_the_usual_chunk_is_wide_enough_to_be_judged(seconds: float, rows: int, expected: float) -> None:
    assert usual_cut(float(seconds), rows, 200).seconds == expected


def test_columns_of_one_name_have_names_of_their_own(tmp_path: Path) -> None:
    lines = [
        {
            "ts": logs.stamp(logs.START + i),
            "id": f"{i}",
            "features": {"score": i % 7, "a\x1b[31m": i % 5, "a\\x1b[31m": i % 3},
            "score": 0.5,
        }
        for i in range(600)
    ]
    (tmp_path / "app.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    session = logs.open_session(tmp_path, '[sources.fraud]\npaths = ["*.jsonl"]\n[baseline]\nfirst = "300 rows"\n')
    while not session.ingest(lambda: False)[1]:
        pass
    session.close()
    found = results((tmp_path, session.settings), Request(chunk_rows=300))
    names = [column.column for column in found[0].columns]
    assert len(set(names)) == len(names)
    assert "\x1b" not in "".join(names)
    assert {"score (score, numeric)", "score (feature, numeric)"} <= set(names)


def test_regression_and_settings_of_methods(tmp_path: Path) -> None:
    generator = np.random.default_rng(4)
    truth = generator.normal(500, 60, 900)
    lines = [
        {
            "ts": logs.stamp(logs.START + i),
            "request_id": f"{i}",
            "features": {"x": float(truth[i])},
            "prediction": float(truth[i]) + (i % 3),
        }
        for i in range(900)
    ]
    labels = [{"request_id": f"{i}", "label": float(truth[i]), "ts": logs.stamp(logs.START + 2_000)} for i in range(900)]
    for name, held in (("app.jsonl", lines), ("labels.json", labels)):
        (tmp_path / name).write_text("\n".join(json.dumps(line) for line in held) + "\n", encoding="utf-8")
    session = logs.open_session(tmp_path, CONFIG.replace('source = "baseline.parquet"', 'first = "300 rows"'))
    while not session.ingest(lambda: False)[1]:
        pass
    session.close()
    wanted = replace(session.settings, drift=replace(session.settings.drift, method="wasserstein"))
    found = results((tmp_path, session.settings), Request(chunk_rows=300), wanted)
    assert column_of(found[0], "x").method == "wasserstein_normalised"
    assert found[0].performance.task == "regression"
    assert found[0].performance.mae == pytest.approx(1.0)
    assert found[0].performance.rmse == pytest.approx(np.sqrt(5 / 3))


def read_lines(directory: Path, lines: list[dict[str, object]], first: int) -> Settings:
    """Read lines as the log of a model whose first rows are the reference."""
    (directory / "app.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    session = logs.open_session(directory, f'[sources.fraud]\npaths = ["*.jsonl"]\n[baseline]\nfirst = "{first} rows"\n')
    while not session.ingest(lambda: False)[1]:
        pass
    session.close()
    return session.settings


def test_the_reconstruction_error_is_sklearns_with_imputed_and_encoded_columns(tmp_path: Path) -> None:
    generator = np.random.default_rng(6)
    x = generator.normal(size=(1_500, 3))
    points = np.column_stack([x[:, 0], x[:, 0] + 0.3 * x[:, 1], x[:, 2], 100 * x[:, 0] - 20 * x[:, 1]])
    # Each column stays as it was; only that they go together ends.
    points[1_000:, 1] = generator.permutation(points[1_000:, 1])
    points[1_000:, 3] = generator.permutation(points[1_000:, 3])
    city = np.where(x[:, 0] > 0.5, "Bern", np.where(x[:, 0] > -0.5, "Rome", "Oslo")).astype(object)
    points[generator.random(points.shape) < 0.05] = np.nan
    city[generator.random(1_500) < 0.05] = None
    city[1_400:1_405] = "Lima"
    lines: list[dict[str, object]] = []
    for i, (row, name) in enumerate(zip(points.tolist(), city.tolist(), strict=True)):
        features = {f"x{j}": None if value != value else value for j, value in enumerate(row)} | {"city": name}
        lines.append({"ts": logs.stamp(logs.START + i), "features": features})
    stored = tmp_path, read_lines(tmp_path, lines, 500)
    names, counts = np.unique([name for name in city[:500] if name], return_counts=True)
    shares = dict(zip(names.tolist(), (counts / counts.sum()).tolist(), strict=True)) | {None: counts.max() / counts.sum()}
    filled = np.where(np.isnan(points), np.nanmean(points[:500], axis=0), points)
    whole = np.column_stack([filled, [shares.get(name, 0.0) for name in city]])
    scaler = StandardScaler().fit(whole[:500])
    pca = PCA(n_components=0.65).fit(scaler.transform(whole[:500]))
    standard = scaler.transform(whole)
    errors = np.linalg.norm(standard - pca.inverse_transform(pca.transform(standard)), axis=1)
    found = results(stored, Request(chunk_rows=250))
    assert [chunk.pca.value if chunk.pca else None for chunk in found] == pytest.approx(
        [errors[first : first + 250].mean() for first in range(500, 1_500, 250)]
    )
    assert [chunk.pca.alarm if chunk.pca else None for chunk in found] == [False, False, True, True]

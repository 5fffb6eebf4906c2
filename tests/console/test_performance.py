"""The Performance view: what labels say, of classifiers, of regressions, and before any has come."""

from __future__ import annotations

from dataclasses import replace

from tests.console import snapshots
from tests.console.stage import console
from tuimon.values.performance import Performance, Realised
from tuimon.values.snapshot import Limit, Snapshot

TREND = tuple(Performance(100, "regression", mae=10.0 + i, rmse=14.0 + i, r2=0.6 - 0.1 * i) for i in range(12))


def regression() -> Snapshot:
    model = snapshots.model(
        performance=TREND[-1],
        realised=Realised(TREND, replace(TREND[0], labels=5_000)),
        limits=(Limit("mae", None, 15.0, 30.0),),
    )
    alert = snapshots.alert("m", "mae", "warning", value=21.0, threshold=15.0)
    return snapshots.busy(models=(model,), alerts=(alert,))


async def test_a_regression_has_its_measures_and_no_classes() -> None:
    async with console(regression()) as stage:
        await stage.press("4", "j")
        drawn = stage.text()
        assert "MAE 21.0" in drawn
        assert "baseline 10.0" in drawn
        assert "task       regression" in drawn
        assert "Predicted" not in drawn
        stage.assert_sound()


async def test_a_negative_r2_is_on_its_axis() -> None:
    async with console(regression(), (120, 40)) as stage:
        await stage.press("4", "j", "j")
        assert "R² -0.500" in stage.text()
        assert "-0.5" in stage.text().split("R² -0.500")[1]


async def test_the_selected_measure_is_the_one_that_is_drawn() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("4")
        assert "accuracy 0.910" in stage.text()
        await stage.press("j")
        assert "ROC AUC 0.971" in stage.text()
        assert "score" in stage.text(), "below it what scores are worth"


async def test_before_the_first_label_it_says_how_they_come() -> None:
    bare = tuple(replace(one, performance=Performance(0, None), realised=None) for one in snapshots.busy().models)
    async with console(snapshots.busy(models=bare)) as stage:
        await stage.press("4")
        drawn = " ".join(stage.text().replace("│", " ").split())
        assert "no labels have arrived yet" in drawn
        assert '{"id": "a1", "label": "yes"}' in drawn
        stage.assert_sound()


async def test_detail_of_performance_draws_what_its_alert_is_about() -> None:
    async with console(regression()) as stage:
        await stage.press("5", "enter")
        drawn = stage.text()
        assert "MAE 21.0" in drawn
        assert "Measures" in drawn


async def test_the_timeline_has_the_measure() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("l")
        assert any(line.startswith("│ accuracy") for line in stage.lines())

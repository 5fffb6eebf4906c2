"""Every model's features are found, wherever in a chunk its lines begin."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.formats.support import decode, values


def line(model: str, i: int, features: Mapping[str, object]) -> str:
    record = {"ts": 1_793_577_600 + i, "request_id": f"r{i}", "model": model, "features": features, "prediction": i % 2, "score": 0.25}
    return json.dumps(record) + "\n"


@pytest.mark.parametrize("models", [2, 5])
def test_models_one_after_another_keep_their_features(models: int) -> None:
    text = "".join(line(f"m{m}", 3_000 * m + i, {"x": float(i), f"own{m}": float(m)}) for m in range(models) for i in range(3_000))
    found = {records.model: values(records) for records in decode(text).records}
    assert set(found) == {f"m{m}" for m in range(models)}
    for m in range(models):
        assert found[f"m{m}"]["x"] == [float(i) for i in range(3_000)]
        assert found[f"m{m}"][f"own{m}"] == [float(m)] * 3_000


def test_a_feature_that_begins_late_is_found_in_the_same_chunk() -> None:
    text = "".join(line("m", i, {"x": float(i)} | ({"late": 1.5} if i >= 4_000 else {})) for i in range(4_100))
    (records,) = decode(text).records
    assert values(records)["late"] == [None] * 4_000 + [1.5] * 100

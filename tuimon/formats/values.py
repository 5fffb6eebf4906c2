"""The values of a chunk's lines by slot, as they are stored: cast, checked for type, hashed where asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tuimon import config
from tuimon.formats.engine import whole
from tuimon.formats.layout import Layout
from tuimon.formats.lines import texts
from tuimon.formats.paths import MAX_NAME, Path
from tuimon.formats.privacy import Privacy
from tuimon.formats.slots import Slot
from tuimon.formats.texts import cut, mapped, shortest
from tuimon.values.batch import Column, Sampled

MAX_TEXT = 1000
"""Characters of a label, a prediction or a feature's value that are kept."""
MOST_WEIGHT = round(1 / config.LEAST_SAMPLE_RATE)
"""Records that a line may stand for."""
Measured = list[tuple[Column, Slot]]


@dataclass
class Values:
    """All that was read from some lines."""

    layout: Layout
    source: config.Source
    privacy: Privacy
    table: pa.Table
    place: dict[Slot, int]
    models: list[tuple[str, np.ndarray]] = field(default_factory=list)
    """(model, its lines) in order of first sight."""
    wrong: dict[Slot, np.ndarray] = field(default_factory=dict)
    """Slot -> boolean a line: a value is there but has the wrong type."""
    _cache: dict[Slot, pa.Array] = field(default_factory=dict)
    _there: dict[Slot, np.ndarray] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Number of lines."""
        return int(self.table.num_rows)

    def raw(self, slot: Slot) -> pa.Array:
        """Return a slot as read."""
        return whole(self.table.column(self.place[slot]))

    def text(self, path: Path | None) -> pa.Array:
        """Return a text slot as read; all NULL without a path."""
        return pa.nulls(self.rows, pa.string()) if path is None else texts(self.raw(Slot(path, "text")))

    def role(self, role: str) -> pa.Array:
        """Return a role's texts, hashed where the source asks for it."""
        path = self.layout.roles.get(role)
        found = self.text(path)
        return self.privacy.digest(found) if path is not None and self.privacy.hashed(path, role) else found

    def column(self, slot: Slot) -> pa.Array:
        """Return a measured column as it is stored."""
        if slot not in self._cache:
            self._cache[slot] = self._column(slot)
        return self._cache[slot]

    def _column(self, slot: Slot) -> pa.Array:
        role = "prediction" if slot.path == self.layout.roles.get("prediction") else ""
        if slot.read == "number":
            return self.raw(slot)
        found = cut(texts(self.raw(slot)), MAX_TEXT)
        found = mapped(found, shortest) if role else found
        if slot in self.wrong:
            found = pc.if_else(pa.array(self.wrong[slot]), pa.scalar(None, pa.string()), found)
        return self.privacy.digest(found) if self.privacy.hashed(slot.path, role) else found

    def columns(self, model: str) -> Measured:
        """Return the columns of a model and the slots they come from."""
        return measured(self.layout, self.privacy, model)

    def codes(self) -> pa.Array:
        """Return for each line the place of its model in `models`."""
        codes = np.zeros(self.rows, np.int32)
        for code, (_, rows) in enumerate(self.models[1:], start=1):
            codes[rows] = code
        return pa.array(codes)

    def telling(self) -> np.ndarray:
        """Return which lines hold a prediction, score, feature (even one of the wrong type) or latency."""
        telling = np.zeros(self.rows, dtype=bool)
        if "latency" in self.layout.roles:
            telling |= self.raw(Slot(self.layout.roles["latency"], "number")).is_valid().to_numpy(False)
        for model, rows in self.models:
            mine = telling[rows]
            for _, slot in self.columns(model):
                if mine.all():
                    break
                mine |= self._said(slot)[rows]
            telling[rows] = mine
        return telling

    def _said(self, slot: Slot) -> np.ndarray:
        """Return which lines hold a value, even one of the wrong type."""
        if slot not in self._there:
            found = np.asarray(self.column(slot).is_valid().to_numpy(False))
            self._there[slot] = found | self.wrong[slot] if slot in self.wrong else found
        return self._there[slot]

    def micros(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the times in microseconds as written, and where there is one."""
        if "timestamp" not in self.layout.roles:
            return np.zeros(self.rows, np.int64), np.zeros(self.rows, bool)
        found = whole(self.table["micros"])
        return np.asarray(found.fill_null(0).to_numpy()), found.is_valid().to_numpy(False)

    def zoned(self) -> np.ndarray:
        """Return which times name their zone."""
        if "timestamp" not in self.layout.roles:
            return np.ones(self.rows, bool)
        return np.asarray(self.table["zoned"].to_numpy())

    def latency(self) -> pa.Array:
        """Return latencies in milliseconds; NULL where negative or not finite."""
        path = self.layout.roles.get("latency")
        if path is None:
            return pa.nulls(self.rows, pa.float64())
        array = self.raw(Slot(path, "number"))
        scaled = array.to_numpy(zero_copy_only=False) * self.layout.latency_scale
        with np.errstate(invalid="ignore"):
            good = np.isfinite(scaled) & (scaled >= 0)
        return pa.array(scaled, mask=~good)

    def sampled(self) -> Sampled | None:
        """Return how many records each line stands for; None where the log is of all records."""
        path = self.layout.roles.get("sample_rate")
        otherwise = 1 / self.source.sample_rate
        if self.source.fields.sample_rate is None:
            return None if otherwise == 1 else Sampled(pa.array(np.full(self.rows, otherwise)), otherwise)
        if path is None:
            return Sampled(pa.nulls(self.rows, pa.float64()), otherwise)
        said = self.raw(Slot(path, "number")).to_numpy(zero_copy_only=False)
        with np.errstate(divide="ignore", invalid="ignore"):
            weights = np.where(said > 1, said, 1 / said)
            good = (said > 0) & (weights <= MOST_WEIGHT)
        return Sampled(pa.array(weights, mask=~good), otherwise)

    def version(self) -> pa.Array:
        """Return versions, "-" where there is none."""
        return cut(self.role("version"), MAX_NAME).fill_null("-")

    def label(self) -> pa.Array:
        """Return labels as text, numbers in their shortest form; objects and arrays are none."""
        path = self.layout.roles.get("label")
        if path is None:
            return self.text(None)
        slot = Slot(path, "text")
        found = mapped(cut(texts(self.raw(slot)), MAX_TEXT), shortest)
        if slot in self.wrong:
            found = pc.if_else(pa.array(self.wrong[slot]), pa.scalar(None, pa.string()), found)
        return self.privacy.digest(found) if self.privacy.hashed(path, "label") else found


def measured(layout: Layout, privacy: Privacy, model: str) -> Measured:
    """Return the measured columns of a model: prediction, score, then features in order of discovery."""
    found: Measured = []
    if "prediction" in layout.roles:
        path = layout.roles["prediction"]
        numeric = layout.prediction == "numeric" and not privacy.hashed(path, "prediction")
        column = Column("prediction", "prediction", "numeric" if numeric else "category")
        found.append((column, Slot(path, "number" if numeric else "text")))
    if "score" in layout.roles:
        found.append((Column("score", "score", "numeric"), Slot(layout.roles["score"], "number")))
    for one in layout.features(model):
        numeric = one.kind == "numeric" and not privacy.hashed(one.path)
        found.append((Column("feature", one.name, "numeric" if numeric else "category"), Slot(one.path, "number" if numeric else "text")))
    return found

"""What a decoder remembers of (source, family, container): where each role stands and the features of each model."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import msgspec

from tuimon import config
from tuimon.formats.paths import MAX_NAME, Path
from tuimon.values.batch import Kind

MAX_FEATURES = 500
MAX_MODELS = 1000
MAX_PATHS = 2000
"""Different places of features, over all models of a source."""
OTHERS = "(others)"
"""What models beyond MAX_MODELS of a source count as."""
MAX_IGNORED = 2000
MAX_CONTAINERS = 64
EVIDENCE = ("prediction", "score", "latency")
"""Roles that only a record of a prediction has."""
ROLES = ("timestamp", "id", "model", "version", "prediction", "score", "label", "latency", "sample_rate")


@dataclass(frozen=True)
class Feature:
    """One feature of one model."""

    path: Path
    name: str
    kind: Kind


@dataclass(frozen=True)
class Fault:
    """A place that says whether a record failed: a status, a level, or a key whose mere value is an error."""

    path: Path
    test: str
    """status | level | exists | ok"""


@dataclass(frozen=True)
class Layout:
    """Roles, features and the keys that were looked at and left alone; it only ever grows."""

    roles: dict[str, Path] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    prediction: Kind = "category"
    latency_scale: float = 1.0
    """Milliseconds in one unit of the latency field."""
    containers: tuple[Path, ...] = ()
    """Objects whose keys are looked at for something new; the record itself is ()."""
    boxes: tuple[Path, ...] = ()
    """Where all features stand, when they stand in places of their own: no other key can become one then."""
    models: dict[str, tuple[Feature, ...]] = field(default_factory=dict)
    ignored: tuple[Path, ...] = ()
    timed: bool = False
    """True once a line with a usable time was seen."""

    def features(self, model: str) -> tuple[Feature, ...]:
        """Return the model's features in order of discovery."""
        return self.models.get(model, ())

    def places(self) -> set[Path]:
        """Return where the features of all models stand."""
        return {feature.path for features in self.models.values() for feature in features}

    def full(self, model: str) -> bool:
        """Return whether the model has as many features as are kept."""
        return len(self.features(model)) >= MAX_FEATURES

    def with_role(self, role: str, path: Path) -> Layout:
        """Return the layout with one role more."""
        return replace(self, roles={**self.roles, role: path})

    def taken(self) -> set[Path]:
        """Return the paths that have a role or tell of a failure."""
        return {*self.roles.values(), *(fault.path for fault in self.faults)}


def model_named(written: str | None, source: config.Source, known: Collection[str]) -> str:
    """Return the model that a text names: the source when there is none, and OTHERS when enough are known without it.

    What is longer than MAX_NAME is cut there.
    """
    name = (written or source.name)[:MAX_NAME]
    return name if name in known or len(known) < MAX_MODELS else OTHERS


def encode(layout: Layout) -> str:
    """Return the layout as JSON text."""
    return msgspec.json.encode(layout).decode()


def decode(text: str) -> Layout:
    """Return the layout of a JSON text; raises msgspec.ValidationError when it is none."""
    return msgspec.json.decode(text, type=Layout)

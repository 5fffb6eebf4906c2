"""Finding what a chunk holds that the layout does not know: every key of every line is looked at, in bulk."""

from __future__ import annotations

from tuimon.formats import bulk
from tuimon.formats.engine import Engine
from tuimon.formats.features import extend
from tuimon.formats.layout import Layout
from tuimon.formats.lines import Lines
from tuimon.formats.names import role_named
from tuimon.formats.paths import MAX_NAME, Path
from tuimon.formats.privacy import Privacy
from tuimon.formats.roles import within
from tuimon.formats.values import Values

MAX_ROWS = 200
"""Lines that are looked at one by one for new keys, over all models of a chunk."""
FEWEST_ROWS = 20
"""Of each model at least."""
MAX_ASKED = 100


def discover(engine: Engine, lines: Lines, values: Values, privacy: Privacy) -> Layout:
    """Return the layout by which these values were read, grown by all that their lines show."""
    layout, source = values.layout, values.source
    models = values.codes()
    names = [name for name, _ in values.models]
    limit = max(FEWEST_ROWS, MAX_ROWS // max(1, len(names)))
    found = bulk.keys(engine, lines, models, layout)
    while True:
        asked = unknown(found, names, layout, privacy)
        rows = bulk.holding(engine, lines, models, asked[:MAX_ASKED], limit) if asked else ()
        if not len(rows):
            return layout
        grown = extend(layout, lines.records(rows), source, privacy)
        if grown == layout:
            return layout
        if (grown.containers, grown.boxes, grown.roles) != (layout.containers, layout.boxes, layout.roles):
            found = bulk.keys(engine, lines, models, grown)
        layout = grown


def unknown(keys: list[tuple[int, bool, Path]], names: list[str], layout: Layout, privacy: Privacy) -> list[Path]:
    """Return the paths of keys that occur in lines of a model and are not known for it, or that may be a role still open."""
    passed = {*layout.ignored, *layout.containers}
    taken = tuple(layout.taken())
    above = {path[:depth] for path in (*taken, *layout.boxes) for depth in range(1, len(path))}
    own = {model: {feature.path for feature in features} for model, features in layout.models.items()}
    found: dict[Path, None] = {}
    for code, telling, path in keys:
        model = names[code]
        if path in passed or path in above or within(path, taken) or path in own.get(model, ()) or privacy.dropped(path):
            continue
        if len(str(path[-1])) > MAX_NAME or "\0" in str(path[-1]):
            continue
        boxed = not layout.boxes or within(path, layout.boxes)
        if role_named(path) or (telling and boxed and not layout.full(model)):
            found[path] = None
    return list(found)

"""The values that pass between packages: `Chunk`, `Batch` and `Snapshot`, and text made safe."""

from tuimon.values.batch import BASE_SCHEMA, LABEL_SCHEMA, REJECT_SCHEMA, Batch, Column, Kind, Records, Role, Sampled
from tuimon.values.chunk import Books, Chunk, Container, Generation, Life
from tuimon.values.text import as_micros, cell_width, fit, rfc3339, safe_text

__all__ = [
    "BASE_SCHEMA",
    "LABEL_SCHEMA",
    "REJECT_SCHEMA",
    "Batch",
    "Books",
    "Chunk",
    "Column",
    "Container",
    "Generation",
    "Kind",
    "Life",
    "Records",
    "Role",
    "Sampled",
    "as_micros",
    "cell_width",
    "fit",
    "rfc3339",
    "safe_text",
]

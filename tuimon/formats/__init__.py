"""From bytes to typed records: containers, role detection, and the bulk decoder that accounts for every line."""

from tuimon.formats.baseline import read_baseline
from tuimon.formats.containers import FORMATS, sniff
from tuimon.formats.decoder import Decoder, LayoutError
from tuimon.formats.engine import Engine
from tuimon.formats.layout import Layout
from tuimon.formats.parquet import UnreadableChunk

__all__ = ["FORMATS", "Decoder", "Engine", "Layout", "LayoutError", "UnreadableChunk", "read_baseline", "sniff"]

"""From globs to chunks of whole records: scan, tailing, rotation, decompression, and hints from the file system."""

from tuimon.sources.format import Format, Sniff
from tuimon.sources.overview import FileState
from tuimon.sources.tailer import Tailer
from tuimon.sources.watcher import Watcher

__all__ = ["FileState", "Format", "Sniff", "Tailer", "Watcher"]

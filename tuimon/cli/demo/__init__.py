"""Live traffic of a small real model that breaks on a script."""

from tuimon.cli.demo.history import write_history
from tuimon.cli.demo.script import DemoScript, Phase
from tuimon.cli.demo.traffic import Traffic
from tuimon.cli.demo.writer import DemoWriter

__all__ = ["DemoScript", "DemoWriter", "Phase", "Traffic", "write_history"]

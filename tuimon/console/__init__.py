"""The screens: a Textual app that shows snapshots and sends requests."""

from tuimon.console.app import TuimonApp
from tuimon.console.run import run

__all__ = ["TuimonApp", "run"]

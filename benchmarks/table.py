"""One measured figure, and the table of them."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """What was measured, against which budget, and whether it is met."""

    what: str
    measured: str
    yardstick: str
    budget: str
    met: bool


def show(figures: list[Figure]) -> None:
    """Print the table."""
    table = Table("what", "measured", "yardstick", "budget", "met")
    for figure in figures:
        table.add_row(figure.what, figure.measured, figure.yardstick, figure.budget, "yes" if figure.met else "NO")
    Console(width=140).print(table)

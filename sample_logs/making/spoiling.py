"""Lines that are no records: torn, foreign, undecodable and blank ones, put among the good ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from making import incidents, tumour

Kind = Literal["record", "reject", "blank"]


@dataclass(frozen=True)
class Line:
    """One line of a log without its newline, and what it must be counted as."""

    time: float
    kind: Kind
    content: bytes
    reason: str = ""


def tumour_lines(logged: tumour.Traffic) -> tuple[list[Line], tuple[int, ...]]:
    """Return all lines in file order, and the requests whose record was destroyed."""
    lines = [Line(float(logged.times[i]), "record", tumour.line(tumour.record(logged, i))) for i in range(len(logged))]
    torn, bad = (int(np.searchsorted(logged.times, when)) for when in (incidents.TORN, incidents.NOT_UTF8))
    lines[torn] = Line(lines[torn].time, "reject", lines[torn].content[:190], "torn line")
    lines[bad] = Line(lines[bad].time, "reject", lines[bad].content.replace(b"reader", b"r\xe9ader\xff"), "not UTF-8")
    lines += [Line(incidents.TRACEBACK[0], "reject", text, "traceback") for text in incidents.TRACEBACK[1]]
    lines.append(Line(incidents.HTML[0], "reject", incidents.HTML[1], "HTML"))
    lines += [Line(when, "blank", b"") for when in incidents.BLANKS]
    return sorted(lines, key=lambda line: line.time), (torn, bad)


def rotated(lines: list[Line]) -> dict[str, list[Line]]:
    """Return the lines by file name, oldest file first."""
    first, second = incidents.ROTATIONS
    return {
        "tumour.jsonl.2.gz": [line for line in lines if line.time < first],
        "tumour.jsonl.1": [line for line in lines if first <= line.time < second],
        "tumour.jsonl": [line for line in lines if line.time >= second],
    }

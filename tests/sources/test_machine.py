"""Whatever happens to the files, every complete line of every file life arrives exactly once and in order."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sources.losing import Losing
from tests.sources.machine import Machine, Rotating

SETTINGS = settings(
    max_examples=150, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

TestRotating = Rotating.TestCase
TestRotating.settings = SETTINGS
TestLosing = Losing.TestCase
TestLosing.settings = SETTINGS

Step = tuple[str, dict[str, Any]]
HOLE: Step = ("copytruncate_under_a_writer_with_its_own_offset", {"read_between": False})
ONE: Step = ("limits", {"held": 1})
TORN: Step = ("write_torn", {"width": 0})
ROTATE: Step = ("rename_rotate", {})


def pressed(suffix: str) -> Step:
    return "compress_oldest", {"read_before_unlink": False, "suffix": suffix}


PROGRAMS: dict[str, list[Step]] = {
    "a file that nobody knows begins with NULs": [ONE, ("write", {"count": 1, "width": 0}), HOLE],
    "a copy of a file that begins with NULs": [ONE, TORN, HOLE, ("slow_copytruncate", {"share": 1.0})],
    "an archive of a file that begins with NULs": [ONE, TORN, HOLE, ROTATE, pressed(".zst")],
    "an archive exchanged for another after the listing": [
        ONE, TORN, ROTATE, TORN, ("slow_copytruncate", {"share": 0.0}), pressed(".gz"), ("scan", {}), ROTATE, pressed(".gz"),
        ("read_ahead", {}),
    ],
    "a copy whose name comes before that of its longer original": [
        ONE, ("write", {"count": 11, "width": 80}), ("copy", {"first": False}), ("copy", {"first": True}),
        ("write", {"count": 1, "width": 0}), ("poll", {}),
    ],
    "a copy met before its original, which then grows": [
        ONE, ("write", {"count": 12, "width": 80}), ("copy", {"first": True}), ("scan", {}), ("write", {"count": 1, "width": 0}),
    ],
    "the copy cannot be opened when its original is truncated": [
        ONE, ("write", {"count": 1, "width": 0}), ("scan", {}), ("restart", {"saved": False, "held": 1}),
        ("fault", {"call": "open", "error": errno.EIO, "skip": 1, "count": 1}),
        ("copytruncate_under_a_writer_with_its_own_offset", {"read_between": True}),
    ],
    "nothing can be read when the original is truncated": [
        ONE, TORN, ("fault", {"call": "pread", "error": errno.EIO, "skip": 2, "count": 3}), ("copytruncate", {"read_between": True}),
        ("poll", {}),
    ],
    "a truncated file whose status cannot be had beside its copy": [
        ONE, ("write", {"count": 1, "width": 0}), ("fault", {"call": "stat", "error": errno.EIO, "skip": 1, "count": 1}), ("poll", {}),
        ("copytruncate", {"read_between": False}), ("poll", {}),
    ],
    "the file that got a known inode number cannot be opened after a restart": [
        ONE, ("write", {"count": 1, "width": 0}), ("copytruncate", {"read_between": False}), ("write", {"count": 2, "width": 3}), TORN,
        ("slow_compression", {"share": 0.0, "suffix": ".gz"}), ("replace_with_more", {}), ("restart", {"saved": False, "held": 1}),
        ("fault", {"call": "open", "error": errno.EIO, "skip": 0, "count": 1}), ("poll", {}),
    ],
    "a copy met before its original, which then grows and is rotated": [
        ONE, ("write", {"count": 12, "width": 72}), ("copy", {"first": True}), ("poll", {}), ("write", {"count": 1, "width": 0}), ROTATE,
    ],
    "an archive is unpacked beside itself after a restart": [
        ONE, TORN, ROTATE, ("write", {"count": 1, "width": 0}), pressed(".gz"), ("slow_copytruncate", {"share": 0.0}), ("read_ahead", {}),
        ("restart", {"saved": False, "held": 1}), ("slow_compression", {"share": 0.0, "suffix": ".gz"}), ("decompress_beside", {"pick": 1}),
    ],
    "the original is exchanged while its status cannot be had beside its copy": [
        ONE, TORN, ("slow_copytruncate", {"share": 0.0}), TORN, ("replace", {}),
        ("fault", {"call": "fstat", "error": errno.EIO, "skip": 0, "count": 1}), ("poll", {}),
    ],
}  # fmt: skip
"""Programs that once lost or doubled lines, or told a gap that was none."""


CASES = [
    pytest.param(program, kind, id=f"{name}, {kind.__name__}")
    for name, program in PROGRAMS.items()
    for kind in (Rotating, Losing)
    if all(hasattr(kind, step) for step, _ in program)
]


@pytest.mark.parametrize(("program", "kind"), CASES)
def test_a_program_that_failed_once(program: list[Step], kind: type[Machine]) -> None:
    machine = kind()
    for name, values in program:
        getattr(machine, name)(**values)
        machine.check_invariants(SETTINGS, lambda _text: None, {})
    machine.teardown()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("kind", [Rotating, Losing])
def test_long_machine(kind: type[Machine], number: int) -> None:
    """The same machines for much longer, each time from another seed."""

    @seed(number)
    class Seeded(kind):  # type: ignore[valid-type, misc]
        pass

    long = settings(SETTINGS, max_examples=650, stateful_step_count=40, derandomize=False, database=None)
    run_state_machine_as_test(Seeded, settings=long)

"""The small cases in the documentation of formulas, worked out by hand, are what the code gives."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import tuimon.stats

MODULES = sorted(module.name for module in pkgutil.walk_packages(tuimon.stats.__path__, "tuimon.stats."))
WORKED_OUT = {"distances": 7, "performance": 4, "evidence": 2, "likelihood": 1, "exact.ecdf": 2}
"""Module -> examples that it has at least."""


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_documentation(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0
    assert found.attempted >= WORKED_OUT.get(name.removeprefix("tuimon.stats."), 0)
